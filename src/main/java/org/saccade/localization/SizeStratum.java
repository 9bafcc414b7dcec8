package org.saccade.localization;

/**
 * How much of its image an object covers: the area of the largest ground-truth box of the class as
 * a share of the image's. A lower bound belongs to its stratum.
 */
public enum SizeStratum {
  BELOW_10("< 10 %", 0.10),
  FROM_10_TO_25("10-25 %", 0.25),
  FROM_25_TO_50("25-50 %", 0.50),
  FROM_50_TO_75("50-75 %", 0.75),
  FROM_75("> 75 %", Double.POSITIVE_INFINITY);

  private final String title;
  private final double end;

  SizeStratum(String title, double end) {
    this.title = title;
    this.end = end;
  }

  /** The stratum of a share of the image in [0, 1]. */
  public static SizeStratum of(double share) {
    for (SizeStratum stratum : values()) {
      if (share < stratum.end) {
        return stratum;
      }
    }
    return FROM_75;
  }

  /** As tables print it. */
  public String title() {
    return title;
  }
}
