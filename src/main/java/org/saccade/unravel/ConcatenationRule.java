package org.saccade.unravel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.saccade.network.Shape;

/**
 * Points move to the operand that owns their cell.
 *
 * @param inner number of cells per index of the joined axis
 * @param extents extent of each operand along the joined axis
 */
record ConcatenationRule(List<Integer> sources, int inner, List<Integer> extents) implements Rule {

  static ConcatenationRule of(int axis, List<Integer> sources, List<Shape> shapes) {
    Shape first = shapes.get(0);
    int inner = 1;
    for (int later = axis + 1; later < first.rank(); later++) {
      inner *= first.dim(later);
    }
    List<Integer> extents = new ArrayList<>();
    shapes.forEach(shape -> extents.add(shape.dim(axis)));
    return new ConcatenationRule(List.copyOf(sources), inner, List.copyOf(extents));
  }

  @Override
  public Set<Integer> reads() {
    return Set.of();
  }

  @Override
  public List<Integer> leadsTo() {
    return sources;
  }

  @Override
  public void follow(Frontier from, Evidence evidence, Frontiers into) {
    int total = extents.stream().mapToInt(Integer::intValue).sum();
    if (from.layout().equals(new Layout(total, inner))) {
      followChannels(from, into);
    } else {
      followCells(from, total, into);
    }
  }

  /** Where channels are joined, positions stay and the channel alone tells the operand. */
  private void followChannels(Frontier from, Frontiers into) {
    int[] owner = new int[from.layout().channels()];
    int[] first = new int[sources.size()];
    Frontier[] to = new Frontier[sources.size()];
    int channel = 0;
    for (int operand = 0; operand < first.length; operand++) {
      first[operand] = channel;
      channel += extents.get(operand);
      Arrays.fill(owner, first[operand], channel, operand);
      to[operand] = into.at(sources.get(operand));
    }
    for (int i = 0; i < from.size(); i++) {
      int operand = owner[from.channel(i)];
      to[operand].addFrom(from, i, from.channel(i) - first[operand], from.position(i));
    }
  }

  private void followCells(Frontier from, int total, Frontiers into) {
    for (int i = 0; i < from.size(); i++) {
      int cell = from.cell(i);
      int outer = cell / inner / total;
      int index = cell / inner % total;
      int operand = 0;
      while (index >= extents.get(operand)) {
        index -= extents.get(operand++);
      }
      Frontier to = into.at(sources.get(operand));
      int source = (outer * extents.get(operand) + index) * inner + cell % inner;
      to.addFrom(from, i, to.layout().channel(source), to.layout().position(source));
    }
  }

  @Override
  public String description() {
    return "to the operand that owns the channel";
  }
}
