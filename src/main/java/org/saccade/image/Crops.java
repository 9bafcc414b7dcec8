package org.saccade.image;

/** Which parts of the resized picture the network sees. */
public enum Crops {
  /** One crop from the middle. */
  CENTER(1),
  /** Top left, top right, bottom left, bottom right, centre: the unmirrored ones of ten crops. */
  FIVE(5);

  private final int count;

  Crops(int count) {
    this.count = count;
  }

  /** Number of crops of one picture. */
  public int count() {
    return count;
  }
}
