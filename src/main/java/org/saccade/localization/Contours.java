package org.saccade.localization;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The boxes that OpenCV's {@code findContours(RETR_TREE)} and {@code boundingRect} find on a binary
 * picture, found from runs of pixels instead of by following borders.
 *
 * <p>Foreground is 8-connected and background 4-connected. A contour is the border of a foreground
 * region or of a hole; its polygon runs through the centres of foreground pixels, so that the box
 * of a hole is one pixel wider than the hole on each side. The polygon's area ({@code contourArea})
 * is that of the region with its holes filled, where of every 2 x 2 pixels four count 1, three
 * count 1/2 and fewer nothing.
 */
final class Contours {
  private final int rows;
  private final int cols;
  private final Runs foreground;
  private final Runs background;

  private Contours(int rows, int cols, Runs foreground, Runs background) {
    this.rows = rows;
    this.cols = cols;
    this.foreground = foreground;
    this.background = background;
  }

  /**
   * The contours of the pixels strictly above a grey level.
   *
   * @param grey unsigned levels {@code [rows, cols]}
   */
  static Contours above(byte[] grey, int rows, int cols, int level) {
    Runs foreground = new Runs(rows);
    Runs background = new Runs(rows);
    for (int row = 0; row < rows; row++) {
      int start = 0;
      boolean inside = Byte.toUnsignedInt(grey[row * cols]) > level;
      for (int col = 1; col <= cols; col++) {
        boolean next = col < cols && Byte.toUnsignedInt(grey[row * cols + col]) > level;
        if (col == cols || next != inside) {
          (inside ? foreground : background).add(start, col - 1);
          start = col;
          inside = next;
        }
      }
      foreground.endRow();
      background.endRow();
    }
    foreground.connect(1);
    background.connect(0);
    return new Contours(rows, cols, foreground, background);
  }

  /** Whether there is no contour, that is no foreground. */
  boolean isEmpty() {
    return foreground.size == 0;
  }

  /** Boxes {@code {left, top, right, bottom}} of all contours, of regions and of holes. */
  List<int[]> all() {
    List<int[]> boxes = new ArrayList<>(foreground.extents());
    boolean[] outside = outside();
    int[][] extents = background.extentsByRoot();
    for (int root = 0; root < extents.length; root++) {
      if (extents[root] != null && !outside[root]) {
        int[] hole = extents[root];
        boxes.add(new int[] {hole[0] - 1, hole[1] - 1, hole[2] + 1, hole[3] + 1});
      }
    }
    return boxes;
  }

  /**
   * The box of the contour of largest area. OpenCV lists contours last found first, so that of
   * equals the one whose first pixel in reading order comes last is meant.
   *
   * @throws IllegalStateException if there is no contour
   */
  int[] largest() {
    if (isEmpty()) {
      throw new IllegalStateException("an empty picture has no largest contour");
    }
    Runs filled = filled();
    long[] halves = filled.halfAreas();
    int[][] extents = filled.extentsByRoot();
    int best = -1;
    // A root is its region's first run in reading order.
    for (int root = 0; root < extents.length; root++) {
      if (extents[root] != null && (best < 0 || halves[root] >= halves[best])) {
        best = root;
      }
    }
    return extents[best];
  }

  /** Whether a background region, by its root, reaches the border of the picture. */
  private boolean[] outside() {
    boolean[] outside = new boolean[background.size];
    for (int row = 0; row < rows; row++) {
      for (int run = background.firstOf[row]; run < background.firstOf[row + 1]; run++) {
        if (row == 0
            || row == rows - 1
            || background.from[run] == 0
            || background.to[run] == cols - 1) {
          outside[background.root(run)] = true;
        }
      }
    }
    return outside;
  }

  /** The regions with their holes filled; what lies in a hole becomes part of the region around. */
  private Runs filled() {
    boolean[] outside = outside();
    Runs filled = new Runs(rows);
    for (int row = 0; row < rows; row++) {
      int start = 0;
      for (int run = background.firstOf[row]; run < background.firstOf[row + 1]; run++) {
        if (outside[background.root(run)]) {
          if (background.from[run] > start) {
            filled.add(start, background.from[run] - 1);
          }
          start = background.to[run] + 1;
        }
      }
      if (start < cols) {
        filled.add(start, cols - 1);
      }
      filled.endRow();
    }
    filled.connect(1);
    return filled;
  }

  /** Runs of pixels row by row, joined to regions by a union-find forest. */
  private static final class Runs {
    private int[] from = new int[64];
    private int[] to = new int[64];
    private int[] parent = new int[0];
    private final int[] firstOf;
    private int size;
    private int row;

    Runs(int rows) {
      firstOf = new int[rows + 1];
    }

    void add(int first, int last) {
      if (size == from.length) {
        from = Arrays.copyOf(from, 2 * size);
        to = Arrays.copyOf(to, 2 * size);
      }
      from[size] = first;
      to[size] = last;
      size++;
    }

    void endRow() {
      firstOf[++row] = size;
    }

    /** Joins runs of neighbouring rows that overlap or are at most {@code reach} columns apart. */
    void connect(int reach) {
      parent = new int[size];
      for (int run = 0; run < size; run++) {
        parent[run] = run;
      }
      for (int r = 1; r < row; r++) {
        int above = firstOf[r - 1];
        int here = firstOf[r];
        while (above < firstOf[r] && here < firstOf[r + 1]) {
          if (from[above] <= to[here] + reach && from[here] <= to[above] + reach) {
            join(above, here);
          }
          if (to[above] < to[here]) {
            above++;
          } else {
            here++;
          }
        }
      }
    }

    private void join(int a, int b) {
      int rootA = root(a);
      int rootB = root(b);
      // The earlier run stays root, which keeps roots in reading order.
      parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
    }

    int root(int run) {
      int root = run;
      while (parent[root] != root) {
        parent[root] = parent[parent[root]];
        root = parent[root];
      }
      return root;
    }

    List<int[]> extents() {
      List<int[]> extents = new ArrayList<>();
      for (int[] extent : extentsByRoot()) {
        if (extent != null) {
          extents.add(extent);
        }
      }
      return extents;
    }

    /** Box {@code {left, top, right, bottom}} of each region at its root's place, else null. */
    int[][] extentsByRoot() {
      int[][] extents = new int[size][];
      for (int r = 0; r < row; r++) {
        for (int run = firstOf[r]; run < firstOf[r + 1]; run++) {
          int root = root(run);
          if (extents[root] == null) {
            extents[root] = new int[] {from[run], r, to[run], r};
          } else {
            int[] extent = extents[root];
            extent[0] = Math.min(extent[0], from[run]);
            extent[2] = Math.max(extent[2], to[run]);
            extent[3] = r;
          }
        }
      }
      return extents;
    }

    /** Twice the polygon's area of each region at its root's place. */
    long[] halfAreas() {
      long[] halves = new long[size];
      for (int r = 1; r < row; r++) {
        int above = firstOf[r - 1];
        int here = firstOf[r];
        while (above < firstOf[r] && here < firstOf[r + 1]) {
          halves[root(here)] += halves(from[above], to[above], from[here], to[here]);
          if (to[above] < to[here]) {
            above++;
          } else {
            here++;
          }
        }
      }
      return halves;
    }

    /** What two runs, one above the other, add: 2 per full square of 2 x 2, 1 per three pixels. */
    private static long halves(int a0, int a1, int b0, int b1) {
      long halves = 2L * Math.max(0, Math.min(a1, b1) - Math.max(a0, b0));
      halves += a0 < b0 && b0 <= a1 ? 1 : 0;
      halves += b0 < a0 && a0 <= b1 ? 1 : 0;
      halves += a0 <= b1 && b1 < a1 ? 1 : 0;
      halves += b0 <= a1 && a1 < b1 ? 1 : 0;
      return halves;
    }
  }
}
