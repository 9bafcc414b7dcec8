package org.saccade.dataset;

import java.io.Serializable;

/**
 * A ground-truth box: the first and the last pixel of an object, both inside it, counted from 0.
 *
 * @param label class index
 * @param x0 left
 * @param y0 top
 * @param x1 right, at least {@code x0}
 * @param y1 bottom, at least {@code y0}
 */
public record TrueBox(int label, double x0, double y0, double x1, double y1)
    implements Serializable {}
