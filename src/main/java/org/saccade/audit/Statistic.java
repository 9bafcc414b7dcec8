package org.saccade.audit;

import java.io.Serializable;

/**
 * A measure over the images of a group, near duplicates counted once.
 *
 * @param images distinct images that have the measure; all else is NaN when there is none
 * @param mean mean share
 * @param expected mean of what the other groups' images of like object size have
 * @param uniform mean of what weight spread evenly over the picture would give
 * @param excess mean minus expected
 * @param low lower end of the excess' 95 % bootstrap interval
 * @param high upper end
 * @param p one-sided p-value of an excess above 0
 */
public record Statistic(
    int images,
    double mean,
    double expected,
    double uniform,
    double excess,
    double low,
    double high,
    double p)
    implements Serializable {}
