package org.saccade.localization;

/**
 * A heat map at the one size at which maps of different methods are compared, {@code [224, 224]}
 * over the whole image.
 *
 * <p>Enlarged as {@code inference.py} of wsolevaluation does it, with OpenCV's bicubic
 * interpolation (coefficient -0.75, cell centres aligned, border repeated).
 */
final class ScoreMap {
  /** Rows and columns. */
  static final int SIZE = 224;

  private static final double COEFFICIENT = -0.75;

  private final float[] values;
  private final float min;
  private final float max;

  private ScoreMap(float[] values) {
    this.values = values;
    float least = values[0];
    float most = values[0];
    for (float value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    this.min = least;
    this.max = most;
  }

  static ScoreMap of(HeatMap map) {
    float[] wide = resizeRows(map.values(), map.rows(), map.cols());
    return new ScoreMap(transpose(resizeRows(transpose(wide, map.rows()), SIZE, map.rows()), SIZE));
  }

  float value(int row, int col) {
    return values[row * SIZE + col];
  }

  /** Values with what the interpolation pushed below 0 set to 0: the map as an amount. */
  float[] amounts() {
    float[] amounts = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      amounts[i] = Math.max(0, values[i]);
    }
    return amounts;
  }

  /**
   * The map as grey levels 0 to 255: min-max normalized, then cut off, not rounded ({@code
   * normalize_scoremap} and {@code (scoremap * 255).astype(uint8)}). A constant map is all 0.
   */
  byte[] grey() {
    byte[] grey = new byte[values.length];
    float range = max - min;
    if (range > 0) {
      for (int i = 0; i < values.length; i++) {
        grey[i] = (byte) (int) ((values[i] - min) / range * 255f);
      }
    }
    return grey;
  }

  private static float[] resizeRows(float[] source, int rows, int cols) {
    if (cols == SIZE) {
      return source;
    }
    float[] resized = new float[rows * SIZE];
    for (int c = 0; c < SIZE; c++) {
      double position = (c + 0.5) * cols / SIZE - 0.5;
      int left = (int) Math.floor(position);
      float[] weights = cubic((float) (position - left));
      for (int tap = -1; tap <= 2; tap++) {
        int from = Math.min(cols - 1, Math.max(0, left + tap));
        for (int r = 0; r < rows; r++) {
          resized[r * SIZE + c] += source[r * cols + from] * weights[tap + 1];
        }
      }
    }
    return resized;
  }

  /** Weights of the cells at -1, 0, 1 and 2 for a position {@code t} after cell 0. */
  private static float[] cubic(float t) {
    double a = COEFFICIENT;
    double before = t + 1;
    double after = 1 - t;
    float[] weights = new float[4];
    weights[0] = (float) (((a * before - 5 * a) * before + 8 * a) * before - 4 * a);
    weights[1] = (float) (((a + 2) * t - (a + 3)) * t * t + 1);
    weights[2] = (float) (((a + 2) * after - (a + 3)) * after * after + 1);
    weights[3] = 1 - weights[0] - weights[1] - weights[2];
    return weights;
  }

  /** Turns {@code [rows, n]} into {@code [n, rows]}. */
  private static float[] transpose(float[] source, int rows) {
    int cols = source.length / rows;
    float[] turned = new float[source.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        turned[c * rows + r] = source[r * cols + c];
      }
    }
    return turned;
  }
}
