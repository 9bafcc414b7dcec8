/**
 * The Spark applications. Every command has a room of its own, with its options, its job, its tasks
 * and its report; {@code images}, {@code model} and {@code tables} hold what several commands need.
 * Here is what all of them have in common: output folder, manifest, terminal and metrics.
 */
package org.saccade.job;
