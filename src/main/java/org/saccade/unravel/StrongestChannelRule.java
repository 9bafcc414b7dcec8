package org.saccade.unravel;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A point moves to the input channel that contributed most to it over the whole window; inside the
 * window to where the alignment says or, without one, to that channel's largest activation.
 *
 * @param source id of the layer's input
 * @param activation id of the node whose values are taken for the layer's input
 */
record StrongestChannelRule(
    int source, int activation, Projection projection, Optional<Alignment> alignment)
    implements Rule {

  @Override
  public Set<Integer> reads() {
    return onlyOneChannel() && alignment.isPresent() ? Set.of() : Set.of(activation);
  }

  private boolean onlyOneChannel() {
    return projection.inputsPerGroup() == 1;
  }

  @Override
  public List<Integer> leadsTo() {
    return List.of(source);
  }

  @Override
  public void follow(Frontier from, Evidence evidence, Frontiers into) {
    int[] channels = channels(from, evidence);
    Frontier to = into.at(source);
    if (alignment.isPresent()) {
      alignment.get().move(from, channels, to);
      return;
    }
    to.expect(from.size());
    int[] positions =
        evidence.largest(activation, projection.footprint(), to.layout(), from, channels);
    for (int i = 0; i < from.size(); i++) {
      to.add(from.walk(i), channels[i], positions[i], from.weight(i));
    }
  }

  private int[] channels(Frontier from, Evidence evidence) {
    if (!onlyOneChannel()) {
      return evidence.strongest(activation, projection, from);
    }
    int[] channels = new int[from.size()];
    for (int i = 0; i < channels.length; i++) {
      channels[i] = projection.firstInput(from.channel(i));
    }
    return channels;
  }

  @Override
  public String description() {
    return alignment.isPresent()
        ? "to the strongest channel, under the middle of its cell"
        : "to the strongest channel, at its largest activation in the window";
  }
}
