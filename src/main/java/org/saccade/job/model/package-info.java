/**
 * The model of a run: what travels to the executors, the one copy that their tasks share, the GPUs
 * it runs on, and what {@code inspect} says of it.
 */
package org.saccade.job.model;
