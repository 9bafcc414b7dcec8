package org.saccade.dataset;

import java.util.Locale;

/** What can be wrong with ground truth, and what is then done; nothing is guessed. */
public enum GroundTruthFault {
  MALFORMED("cannot be read", "left out"),
  UNKNOWN_CLASS("name a class that is not in the list of classes", "box left out"),
  BOX_INSIDE_OUT("end before they begin (x1 < x0 or y1 < y0)", "box left out"),
  BOX_OUTSIDE_IMAGE("reach outside their image", "cut to the image, left out if nothing remains"),
  DUPLICATE_IMAGE("are described twice and differently", "image left out"),
  WRONG_IMAGE_SIZE(
      "have another size than the ground truth says",
      "image left out; --boxes-frame original scales the boxes");

  private final String what;
  private final String remedy;

  GroundTruthFault(String what, String remedy) {
    this.what = what;
    this.remedy = remedy;
  }

  /** For tables and JSON: {@code box_inside_out}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A sentence for people. */
  public String describe(long count, String example) {
    return "%d %s (%s), for example %s".formatted(count, what, remedy, example);
  }
}
