package org.saccade.localization;

/**
 * A 95 % bootstrap interval: the 2.5th and the 97.5th percentile of the resampled figure. Not a
 * number on both sides where there was nothing to resample.
 */
public record Interval(double low, double high) {}
