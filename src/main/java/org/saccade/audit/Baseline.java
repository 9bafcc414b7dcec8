package org.saccade.audit;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;

/**
 * What a measure amounts to in the other groups: the size-matched expectation. For {@link
 * Measure#OUTSIDE} only images count whose object covers about as much, because weight falls
 * outside a small object more easily; positions are compared with those of all other images.
 *
 * <p>Sums per group and stratum are all that is kept, so that tasks can add them up.
 */
public final class Baseline implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Upper bounds of the strata: share of the seen picture that the object covers. */
  private static final double[] STRATA = {0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7};

  /** Fewer others than this say nothing; then what an even spread would give is expected. */
  private static final int FEWEST = 10;

  private record Cell(String group, Measure measure, int stratum) implements Serializable {}

  private record Sum(double total, long count) implements Serializable {
    Sum plus(Sum other) {
      return new Sum(total + other.total, count + other.count);
    }
  }

  private final HashMap<Cell, Sum> cells = new HashMap<>();

  /** The group that stands for all. */
  private static final String ALL = null;

  /** Adds an image of a group. */
  public Baseline add(String group, Member member) {
    for (Measure measure : Measure.values()) {
      measure
          .of(member)
          .ifPresent(
              share -> {
                Sum one = new Sum(share, 1);
                int stratum = stratum(measure, member);
                cells.merge(new Cell(group, measure, stratum), one, Sum::plus);
                cells.merge(new Cell(ALL, measure, stratum), one, Sum::plus);
              });
    }
    return this;
  }

  /** Adds what another task has counted. */
  public Baseline add(Baseline other) {
    other.cells.forEach((cell, sum) -> cells.merge(cell, sum, Sum::plus));
    return this;
  }

  /** The share to expect of an image, judging by the other groups. */
  double expected(String group, Measure measure, Member member) {
    int stratum = stratum(measure, member);
    Sum none = new Sum(0, 0);
    Sum all = cells.getOrDefault(new Cell(ALL, measure, stratum), none);
    Sum own = cells.getOrDefault(new Cell(group, measure, stratum), none);
    long others = all.count() - own.count();
    return others < FEWEST
        ? measure.uniform(member)
        : Math.max(0, all.total() - own.total()) / others;
  }

  /** Number of images of every group. */
  public Map<String, Long> images() {
    Map<String, Long> images = new HashMap<>();
    cells.forEach(
        (cell, sum) -> {
          if (cell.group() != null && cell.measure() == Measure.CORNER) {
            images.merge(cell.group(), sum.count(), Long::sum);
          }
        });
    return images;
  }

  private static int stratum(Measure measure, Member member) {
    if (measure != Measure.OUTSIDE) {
      return 0;
    }
    double share = member.objectShare();
    int stratum = 0;
    while (stratum < STRATA.length && share > STRATA[stratum]) {
      stratum++;
    }
    return stratum;
  }
}
