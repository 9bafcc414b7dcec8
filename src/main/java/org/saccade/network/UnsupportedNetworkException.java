package org.saccade.network;

import java.util.List;
import org.saccade.UserException;

/** A model uses something Saccade cannot run or cannot walk back through. */
public final class UnsupportedNetworkException extends UserException {
  /** Why a product of two activations as matrices is refused. */
  public static final String ATTENTION =
      "it multiplies two activations as matrices, as attention does; there is no rule yet for which"
          + " of the two a decision came from, so networks with attention cannot be explained";

  /** Why an operator that nobody has written a rule for is refused, and what to do. */
  public static final String NO_RULE =
      "there is no rule for this operator; open an issue with the output of 'inspect --json', or"
          + " replace it in the model before exporting";

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
