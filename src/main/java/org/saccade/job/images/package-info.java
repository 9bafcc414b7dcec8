/**
 * The images of a run as tables: found by tasks, labelled, written down in their order and cut into
 * chunks.
 */
package org.saccade.job.images;
