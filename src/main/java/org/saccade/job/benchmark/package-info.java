/** The command {@code benchmark}: how fast this machine explains, step by step. */
package org.saccade.job.benchmark;
