package org.saccade.unravel;

/** The windows of some points of one walk, cell by cell. */
final class Windows {
  private final int[] images;
  private final Projection projection;
  private final Frontier points;
  private final int[] positions;
  private final int[] taps;
  private boolean single;
  private int distinct;

  /** Where in the activation the cells of all windows lie, in the first channel of the group. */
  int[] cells = new int[64];

  /** Through which tap each of these cells is read. */
  int[] through = new int[64];

  /** Where in the filters the weights of these cells lie, in the first channel of the group. */
  int[] weights = new int[64];

  /** Index of the cell after the last of each window. */
  int[] ends = new int[64];

  /** Whether a point reads the same cells as the one before it. */
  boolean[] shared = new boolean[64];

  /**
   * @param images index in the batch of each walk's image
   */
  Windows(int[] images, Projection projection, Frontier points) {
    this.images = images;
    this.projection = projection;
    this.points = points;
    this.positions = new int[projection.footprint().largest()];
    this.taps = new int[positions.length];
  }

  /** Finds the windows of the points from one index to before another. */
  void read(int from, int to) {
    makeRoom(to - from);
    single = true;
    distinct = 0;
    int e = 0;
    int count = 0;
    for (int i = from; i < to; i++) {
      int output = points.channel(i);
      int base =
          images[points.walk(i)] * projection.inputSize()
              + projection.firstInput(output) * projection.channelStride();
      int filter = projection.filter(output);
      if (i == from || points.position(i) != points.position(i - 1)) {
        count = projection.footprint().read(points.position(i), positions, taps);
      }
      single &= count == 1;
      for (int j = 0; j < count; j++) {
        cells[e] = base + positions[j] * projection.positionStride();
        through[e] = taps[j];
        weights[e++] = filter + taps[j] * projection.tapStride();
      }
      ends[i - from] = e;
      shared[i - from] =
          i > from
              && points.position(i) == points.position(i - 1)
              && projection.firstInput(output) == projection.firstInput(points.channel(i - 1));
      distinct += shared[i - from] ? 0 : 1;
    }
  }

  private void makeRoom(int count) {
    if (ends.length < count) {
      ends = new int[count];
      shared = new boolean[count];
    }
    int room = count * positions.length;
    if (cells.length < room) {
      cells = new int[room];
      through = new int[room];
      weights = new int[room];
    }
  }

  /** Number of different windows. */
  int distinct() {
    return distinct;
  }

  /** Whether every window is one cell. */
  boolean singleCells() {
    return single;
  }

  /** Index of the first cell of a window. */
  int first(int i) {
    return i == 0 ? 0 : ends[i - 1];
  }
}
