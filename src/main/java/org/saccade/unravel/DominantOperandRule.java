package org.saccade.unravel;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Points move to the operand that counts most under them: the larger summand, the maximum.
 *
 * @param operands in order of preference: an earlier one wins a tie
 */
record DominantOperandRule(List<Operand> operands) implements Rule {

  /**
   * @param sign 1 if a large value counts, -1 if a small one does
   * @param map from a cell of the result to the operand's, which may be stretched
   */
  record Operand(int source, IndexMap map, int sign) {}

  DominantOperandRule {
    operands = List.copyOf(operands);
  }

  @Override
  public Set<Integer> reads() {
    return new HashSet<>(leadsTo());
  }

  @Override
  public List<Integer> leadsTo() {
    return operands.stream().map(Operand::source).distinct().toList();
  }

  @Override
  public void follow(Frontier from, Evidence evidence, Frontiers into) {
    int[] winner = new int[from.size()];
    float[] most = new float[from.size()];
    for (int o = 0; o < operands.size(); o++) {
      Operand operand = operands.get(o);
      float[] values = evidence.values(operand.source(), under(from, operand, into));
      for (int i = 0; i < values.length; i++) {
        float value = operand.sign() * values[i];
        if (o == 0 || value > most[i]) {
          most[i] = value;
          winner[i] = o;
        }
      }
    }
    for (int i = 0; i < from.size(); i++) {
      Operand operand = operands.get(winner[i]);
      Frontier to = into.at(operand.source());
      if (operand.map().identity()) {
        to.addFrom(from, i, from.channel(i), from.position(i));
        continue;
      }
      int cell = operand.map().source(from.cell(i));
      to.addFrom(from, i, to.layout().channel(cell), to.layout().position(cell));
    }
  }

  private static Frontier under(Frontier from, Operand operand, Frontiers into) {
    if (operand.map().identity()) {
      return from;
    }
    Frontier under = new Frontier(into.layout(operand.source()), 0);
    IndexMapRule.move(from, operand.map(), under);
    return under;
  }

  @Override
  public String description() {
    return "to the operand that is larger there";
  }
}
