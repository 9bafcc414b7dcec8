package org.saccade.localization;

import java.io.Serializable;

/**
 * Which of a hundred settings reach which of the three overlaps 0.3, 0.5 and 0.7, for one image:
 * thresholds of a map or sides of a centred box. Bits, because there is one for every image of a
 * data set.
 */
final class Outcomes implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Number of settings. */
  static final int SETTINGS = 100;

  /** Overlaps that are asked for, as in MaxBoxAccV2. */
  private static final double[] LEVELS = {0.3, 0.5, 0.7};

  /** Index of 0.5 among the levels. */
  static final int HALF = 1;

  private final long[] low = new long[LEVELS.length];
  private final long[] high = new long[LEVELS.length];

  static int levels() {
    return LEVELS.length;
  }

  static double level(int index) {
    return LEVELS[index];
  }

  /** Notes the overlap that a setting reached. */
  void record(int setting, double iou) {
    for (int level = 0; level < LEVELS.length; level++) {
      if (iou >= LEVELS[level]) {
        if (setting < Long.SIZE) {
          low[level] |= 1L << setting;
        } else {
          high[level] |= 1L << (setting - Long.SIZE);
        }
      }
    }
  }

  /** Whether a setting reached a level. */
  boolean reached(int setting, int level) {
    return setting < Long.SIZE
        ? (low[level] >>> setting & 1) == 1
        : (high[level] >>> (setting - Long.SIZE) & 1) == 1;
  }
}
