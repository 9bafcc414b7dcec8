/**
 * From fixations to localization: outliers, heat map, box, overlap with the ground truth and the
 * metrics of weakly supervised object localization. Knows no Spark; usable from a notebook.
 *
 * <p><b>Coordinates.</b> Everything is in pixels of the image that was explained. Pixel {@code i}
 * has coordinate {@code i}, at its centre: a picture {@code width} pixels wide spans {@code -0.5}
 * to {@code width - 0.5}. x runs to the right, y down.
 */
package org.saccade.localization;
