package org.saccade.localization;

import java.util.Optional;
import org.saccade.image.Geometry.Rectangle;

/** The cells of a map above a level. */
final class LevelSet {
  private final int rows;
  private final int cols;
  private final boolean[] inside;

  private LevelSet(int rows, int cols, boolean[] inside) {
    this.rows = rows;
    this.cols = cols;
    this.inside = inside;
  }

  /** The cells strictly above a level. */
  static LevelSet above(HeatMap map, double level) {
    float[] values = map.values();
    boolean[] inside = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      inside[i] = values[i] > level;
    }
    return new LevelSet(map.rows(), map.cols(), inside);
  }

  /** The box around a region, the map's cells dividing a frame evenly; empty without cells. */
  Optional<Box> box(Region region, Rectangle frame) {
    boolean[] seen = new boolean[inside.length];
    int[] queue = new int[inside.length];
    int most = 0;
    Extent chosen = null;
    Extent all = null;
    for (int start = 0; start < inside.length; start++) {
      if (inside[start] && !seen[start]) {
        Extent extent = new Extent(start / cols, start % cols);
        int cells = flood(start, seen, queue, extent);
        all = all == null ? extent : all.union(extent);
        if (cells > most) {
          most = cells;
          chosen = extent;
        }
      }
    }
    return Optional.ofNullable(region == Region.ALL ? all : chosen)
        .map(
            extent -> {
              double cellWidth = (frame.x1() - frame.x0()) / cols;
              double cellHeight = (frame.y1() - frame.y0()) / rows;
              return Box.between(
                  frame.x0() + extent.left * cellWidth,
                  frame.y0() + extent.top * cellHeight,
                  frame.x0() + (extent.right + 1) * cellWidth,
                  frame.y0() + (extent.bottom + 1) * cellHeight);
            });
  }

  private int flood(int start, boolean[] seen, int[] queue, Extent extent) {
    int head = 0;
    int tail = 0;
    queue[tail++] = start;
    seen[start] = true;
    while (head < tail) {
      int cell = queue[head++];
      int row = cell / cols;
      int col = cell % cols;
      extent.include(row, col);
      for (int r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
        for (int c = Math.max(0, col - 1); c <= Math.min(cols - 1, col + 1); c++) {
          int neighbour = r * cols + c;
          if (inside[neighbour] && !seen[neighbour]) {
            seen[neighbour] = true;
            queue[tail++] = neighbour;
          }
        }
      }
    }
    return tail;
  }

  /** Rows and columns from first to last, both included. */
  private static final class Extent {
    private int top;
    private int left;
    private int bottom;
    private int right;

    Extent(int row, int col) {
      top = row;
      bottom = row;
      left = col;
      right = col;
    }

    void include(int row, int col) {
      top = Math.min(top, row);
      bottom = Math.max(bottom, row);
      left = Math.min(left, col);
      right = Math.max(right, col);
    }

    Extent union(Extent other) {
      Extent union = new Extent(top, left);
      union.include(bottom, right);
      union.include(other.top, other.left);
      union.include(other.bottom, other.right);
      return union;
    }
  }
}
