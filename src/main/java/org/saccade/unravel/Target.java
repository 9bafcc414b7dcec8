package org.saccade.unravel;

/**
 * The neuron that a walk starts from.
 *
 * @param image index in the batch
 * @param classIndex index in the logits
 */
public record Target(int image, int classIndex) {}
