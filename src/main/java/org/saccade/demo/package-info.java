/** The demo: made pictures, a network that learned from them, and all jobs on them. */
package org.saccade.demo;
