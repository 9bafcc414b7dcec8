package org.saccade.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Regions as large as a cue elsewhere in the same picture: what masking so much of it does anyway.
 * They never overlap the cue, and avoid the object as the cue does, as far as there is room; where
 * there is not they cover some of it, which makes the control's drop larger and the test stricter.
 */
final class ControlRegions {
  private static final int ATTEMPTS = 60;

  /** A form that takes more of a side than this cannot be moved about. */
  private static final double LARGEST_MOVED = 0.6;

  /** Tiles per side that stand in for a form that cannot be moved. */
  private static final int TILES = 12;

  private ControlRegions() {}

  /**
   * Controls for a cue; fewer than asked for, possibly none, when the picture has no room.
   *
   * @param cue what is masked
   * @param object what controls avoid as well
   * @param seen the part of the picture that the network sees
   */
  static List<Region> of(Region cue, Region object, Frame seen, int count, Random random) {
    Frame bounds = cue.bounds().orElseThrow();
    boolean movable =
        bounds.width() <= LARGEST_MOVED * seen.width()
            && bounds.height() <= LARGEST_MOVED * seen.height();
    List<Region> controls = movable ? moved(cue, object, seen, bounds, count, random) : List.of();
    if (controls.size() < count) {
      List<Region> more = new ArrayList<>(controls);
      while (more.size() < count && seen.area() >= 2L * cue.area()) {
        more.add(tiled(cue, object, seen, random));
      }
      return more;
    }
    return controls;
  }

  private static List<Region> moved(
      Region cue, Region object, Frame seen, Frame bounds, int count, Random random) {
    List<Region> controls = new ArrayList<>();
    for (int attempt = 0; attempt < ATTEMPTS && controls.size() < count; attempt++) {
      int left = seen.left() + random.nextInt(seen.width() - bounds.width() + 1);
      int top = seen.top() + random.nextInt(seen.height() - bounds.height() + 1);
      Region there = cue.moved(left - bounds.left(), top - bounds.top());
      if (there.overlap(cue) == 0 && there.overlap(object) == 0) {
        controls.add(there);
      }
    }
    return controls;
  }

  /** Tiles in random order, those off the object first, until they cover as much as the cue. */
  private static Region tiled(Region cue, Region object, Frame seen, Random random) {
    List<Region> free = new ArrayList<>();
    List<Region> onObject = new ArrayList<>();
    for (int row = 0; row < TILES; row++) {
      for (int column = 0; column < TILES; column++) {
        Frame tile =
            seen.part(
                (double) column / TILES,
                (double) row / TILES,
                (column + 1.0) / TILES,
                (row + 1.0) / TILES);
        Region pixels = Region.of(cue.width(), cue.height(), tile).minus(cue);
        (pixels.overlap(object) == 0 ? free : onObject).add(pixels);
      }
    }
    Collections.shuffle(free, random);
    Collections.shuffle(onObject, random);
    free.addAll(onObject);
    Region control = Region.of(cue.width(), cue.height());
    for (Region tile : free) {
      if (control.area() >= cue.area()) {
        break;
      }
      control = control.plus(tile);
    }
    return control;
  }
}
