package org.saccade.network;

import java.util.List;
import org.saccade.UserException;

/** A model uses something Saccade cannot run or cannot walk back through. */
public final class UnsupportedNetworkException extends UserException {
  private static final long serialVersionUID = 1L;

  /**
   * What is not supported, and where.
   *
   * @param operator the operator's name in the source model
   * @param node the node's name in the source model
   * @param reason why, with the value found and what would work
   */
  public record Problem(String operator, String node, String reason) {
    @Override
    public String toString() {
      return "%s (node %s): %s".formatted(operator, node, reason);
    }
  }

  private final transient List<Problem> problems;

  public UnsupportedNetworkException(String model, List<Problem> problems) {
    super(
        "%s cannot be used: %s"
            .formatted(
                model, String.join("; ", problems.stream().map(Problem::toString).toList())));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
