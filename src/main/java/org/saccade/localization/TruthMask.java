package org.saccade.localization;

import java.util.List;

/** The pixels of the score map's frame whose centres lie on a true box. */
final class TruthMask {
  private static final int SIZE = ScoreMap.SIZE;
  private final boolean[] inside = new boolean[SIZE * SIZE];

  TruthMask(int width, int height, List<Box> truth) {
    for (Box box : truth) {
      int left = firstCentreAtOrAfter(box.x0() / width);
      int right = firstCentreAtOrAfter((box.x1() + 1) / width);
      int top = firstCentreAtOrAfter(box.y0() / height);
      int bottom = firstCentreAtOrAfter((box.y1() + 1) / height);
      for (int row = top; row < bottom; row++) {
        for (int col = left; col < right; col++) {
          inside[row * SIZE + col] = true;
        }
      }
    }
  }

  private static int firstCentreAtOrAfter(double share) {
    return (int) Math.min(SIZE, Math.max(0, Math.ceil(share * SIZE - 0.5)));
  }

  /** Share of a map's mass on the mask; 0 for a map without mass. */
  double share(float[] amounts) {
    double on = 0;
    double all = 0;
    for (int i = 0; i < amounts.length; i++) {
      all += amounts[i];
      on += inside[i] ? amounts[i] : 0;
    }
    return all > 0 ? on / all : 0;
  }

  /** Share of each centred box's area that lies on the mask, by side. */
  float[] centredShares() {
    int[] sums = new int[(SIZE + 1) * (SIZE + 1)];
    for (int row = 0; row < SIZE; row++) {
      for (int col = 0; col < SIZE; col++) {
        sums[(row + 1) * (SIZE + 1) + col + 1] =
            (inside[row * SIZE + col] ? 1 : 0)
                + sums[row * (SIZE + 1) + col + 1]
                + sums[(row + 1) * (SIZE + 1) + col]
                - sums[row * (SIZE + 1) + col];
      }
    }
    float[] shares = new float[Outcomes.SETTINGS];
    for (int setting = 0; setting < shares.length; setting++) {
      int margin = (int) Math.round((1 - CentredBoxes.side(setting)) / 2 * SIZE);
      int from = Math.min(margin, SIZE / 2 - 1);
      int to = SIZE - from;
      int on =
          sums[to * (SIZE + 1) + to]
              - sums[from * (SIZE + 1) + to]
              - sums[to * (SIZE + 1) + from]
              + sums[from * (SIZE + 1) + from];
      shares[setting] = (float) on / ((to - from) * (to - from));
    }
    return shares;
  }
}
