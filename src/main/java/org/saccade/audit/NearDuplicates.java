package org.saccade.audit;

import java.util.List;

/** Groups of pictures that are copies of each other, by chains of near duplicates. */
final class NearDuplicates {
  private NearDuplicates() {}

  /**
   * For every picture the position of the first of its group; a picture without copies is its own.
   */
  static int[] firstOfGroup(List<Fingerprint> pictures) {
    int[] first = new int[pictures.size()];
    for (int i = 0; i < first.length; i++) {
      first[i] = i;
      for (int j = 0; j < i; j++) {
        if (first[j] != first[i] && pictures.get(i).nearlyEquals(pictures.get(j))) {
          join(first, i, first[i], first[j]);
        }
      }
    }
    return first;
  }

  private static void join(int[] first, int end, int a, int b) {
    for (int k = 0; k <= end; k++) {
      if (first[k] == a || first[k] == b) {
        first[k] = Math.min(a, b);
      }
    }
  }
}
