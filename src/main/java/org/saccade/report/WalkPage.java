package org.saccade.report;

/** The page of one traced image: the walk back through the layers. */
final class WalkPage {
  private WalkPage() {}

  /** The file of a walk page. */
  static String path(int number) {
    return "walks/%04d.html".formatted(number);
  }
}
