package org.saccade.unravel;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.saccade.network.Shape;

/**
 * Points move to the operand that owns their cell. Joined along channels, it is told by a point's
 * channel and the position stays; joined along space, it is the other way round.
 *
 * @param overChannels whether the joined axis is that of channels
 * @param inner number of positions per index of a joined spatial axis
 * @param owner per index of the joined axis, which of the sources it comes from
 * @param first per source, the index of the joined axis that it begins at
 * @param extents extent of each source along the joined axis
 * @param within spatial extents of each source
 */
@SuppressWarnings("ArrayRecordComponent") // Tables for hot loops, package-private, never compared.
record ConcatenationRule(
    List<Integer> sources,
    boolean overChannels,
    int inner,
    int[] owner,
    int[] first,
    int[] extents,
    int[][] within)
    implements Rule {

  static ConcatenationRule of(int axis, List<Integer> sources, List<Shape> shapes) {
    int inner = 1;
    for (int later = axis + 1; later < shapes.get(0).rank(); later++) {
      inner *= shapes.get(0).dim(later);
    }
    int[] extents = shapes.stream().mapToInt(shape -> shape.dim(axis)).toArray();
    int[] first = new int[extents.length];
    int[] owner = new int[Arrays.stream(extents).sum()];
    int next = 0;
    for (int source = 0; source < extents.length; source++) {
      first[source] = next;
      next += extents[source];
      Arrays.fill(owner, first[source], next, source);
    }
    int[][] within = shapes.stream().map(shape -> shape.spatial().toArray()).toArray(int[][]::new);
    return new ConcatenationRule(
        List.copyOf(sources), axis == 0, inner, owner, first, extents, within);
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
    Frontier[] to = sources.stream().map(into::at).toArray(Frontier[]::new);
    for (int i = 0; i < from.size(); i++) {
      int channel = from.channel(i);
      int position = from.position(i);
      if (overChannels) {
        int source = owner[channel];
        to[source].addFrom(from, i, channel - first[source], position);
      } else {
        int row = position / inner;
        int index = row % owner.length;
        int source = owner[index];
        int moved = row / owner.length * extents[source] + index - first[source];
        int place = moved * inner + position % inner;
        to[source].addWithin(within[source], from, i, channel, place);
      }
    }
  }

  @Override
  public String description() {
    return "to the operand that owns the channel";
  }
}
