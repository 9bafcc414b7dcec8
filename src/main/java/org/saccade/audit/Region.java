package org.saccade.audit;

import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.saccade.localization.Box;

/** A set of pixels of a picture, of any form. Immutable. */
public final class Region {
  private final int width;
  private final int height;
  private final BitSet pixels;

  private Region(int width, int height, BitSet pixels) {
    this.width = width;
    this.height = height;
    this.pixels = pixels;
  }

  /**
   * The pixels of any of some frames.
   *
   * @param width width of the picture
   * @param height height of the picture
   */
  public static Region of(int width, int height, Collection<Frame> frames) {
    BitSet pixels = new BitSet(width * height);
    for (Frame frame : frames) {
      int left = Math.max(0, frame.left());
      int right = Math.min(width, frame.right());
      for (int y = Math.max(0, frame.top()); y < Math.min(height, frame.bottom()); y++) {
        if (left < right) {
          pixels.set(y * width + left, y * width + right);
        }
      }
    }
    return new Region(width, height, pixels);
  }

  /** As {@link #of(int, int, Collection)}. */
  static Region of(int width, int height, Frame... frames) {
    return of(width, height, List.of(frames));
  }

  /**
   * The pixels of any of some boxes, each grown on every side.
   *
   * @param margin growth as a share of the box's side, at least a pixel unless 0
   */
  static Region ofBoxes(int width, int height, Collection<Box> boxes, double margin) {
    return of(
        width,
        height,
        boxes.stream()
            .map(
                box -> {
                  double growX = margin == 0 ? 0 : Math.max(1, margin * (box.x1() - box.x0() + 1));
                  double growY = margin == 0 ? 0 : Math.max(1, margin * (box.y1() - box.y0() + 1));
                  return new Frame(
                      (int) Math.floor(box.x0() - growX),
                      (int) Math.floor(box.y0() - growY),
                      (int) Math.ceil(box.x1() + growX) + 1,
                      (int) Math.ceil(box.y1() + growY) + 1);
                })
            .toList());
  }

  /** Width of the picture. */
  public int width() {
    return width;
  }

  /** Height of the picture. */
  public int height() {
    return height;
  }

  /** Number of pixels. */
  public int area() {
    return pixels.cardinality();
  }

  public boolean isEmpty() {
    return pixels.isEmpty();
  }

  public boolean contains(int x, int y) {
    return x >= 0 && x < width && y >= 0 && y < height && pixels.get(y * width + x);
  }

  /** The pixels that are in none of another region. */
  Region minus(Region other) {
    BitSet left = (BitSet) pixels.clone();
    left.andNot(other.pixels);
    return new Region(width, height, left);
  }

  /** The pixels of this and of another region. */
  Region plus(Region other) {
    BitSet both = (BitSet) pixels.clone();
    both.or(other.pixels);
    return new Region(width, height, both);
  }

  /** Number of pixels that this and another region have in common. */
  int overlap(Region other) {
    BitSet both = (BitSet) pixels.clone();
    both.and(other.pixels);
    return both.cardinality();
  }

  /** The same form elsewhere; what falls off the picture is lost. */
  Region moved(int right, int down) {
    BitSet there = new BitSet(width * height);
    for (int i = pixels.nextSetBit(0); i >= 0; i = pixels.nextSetBit(i + 1)) {
      int x = i % width + right;
      int y = i / width + down;
      if (x >= 0 && x < width && y >= 0 && y < height) {
        there.set(y * width + x);
      }
    }
    return new Region(width, height, there);
  }

  /** The smallest frame around all pixels; empty when there is none. */
  public Optional<Frame> bounds() {
    if (isEmpty()) {
      return Optional.empty();
    }
    int left = width;
    int right = 0;
    for (int i = pixels.nextSetBit(0); i >= 0; i = pixels.nextSetBit(i + 1)) {
      left = Math.min(left, i % width);
      right = Math.max(right, i % width);
    }
    return Optional.of(
        new Frame(
            left, pixels.nextSetBit(0) / width, right + 1, (pixels.length() - 1) / width + 1));
  }

  @Override
  public String toString() {
    return "Region[%d of %d x %d pixels]".formatted(area(), width, height);
  }
}
