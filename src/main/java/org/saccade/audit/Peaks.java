package org.saccade.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.saccade.localization.Fixations;

/** The patches that hold most of an explanation's weight. */
final class Peaks {
  /** Side of a patch, as a share of the shorter side of what the network sees. */
  private static final double SIDE = 0.2;

  private static final int MOST = 3;

  /** Share of the weight that makes a patch worth a look. */
  private static final double LEAST_SHARE = 0.08;

  /** Of more fixations the lightest are passed over. */
  private static final int MOST_FIXATIONS = 400;

  private Peaks() {}

  /** Up to three patches, the heaviest first, none centred within another. */
  static List<Frame> of(Member member) {
    Fixations all = member.fixations();
    List<Integer> left =
        new ArrayList<>(
            IntStream.range(0, all.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -all.weight(i)))
                .limit(MOST_FIXATIONS)
                .toList());
    Frame seen = member.seen();
    int side = Math.max(1, (int) Math.round(SIDE * Math.min(seen.width(), seen.height())));
    double least = LEAST_SHARE * all.totalWeight();
    List<Frame> peaks = new ArrayList<>();
    while (peaks.size() < MOST && !left.isEmpty()) {
      Frame best = null;
      double bestWeight = 0;
      for (int centre : left) {
        Frame patch = seen.square(all.x(centre), all.y(centre), side);
        double weight = weight(all, left, patch);
        if (weight > bestWeight) {
          best = patch;
          bestWeight = weight;
        }
      }
      if (best == null || bestWeight < least) {
        break;
      }
      peaks.add(best);
      Frame taken = best;
      left.removeIf(i -> taken.contains(all.x(i), all.y(i)));
    }
    return peaks;
  }

  private static double weight(Fixations all, List<Integer> points, Frame patch) {
    double sum = 0;
    for (int i : points) {
      if (patch.contains(all.x(i), all.y(i))) {
        sum += all.weight(i);
      }
    }
    return sum;
  }
}
