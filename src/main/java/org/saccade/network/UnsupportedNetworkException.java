package org.saccade.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
    super("%s cannot be used: %s".formatted(model, said(problems)));
    this.problems = List.copyOf(problems);
  }

  /** Every reason once, with the first node it holds for. */
  private static String said(List<Problem> problems) {
    Map<String, List<Problem>> byReason =
        problems.stream()
            .collect(
                Collectors.groupingBy(
                    problem -> problem.operator() + ": " + problem.reason(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return byReason.values().stream()
        .map(
            same ->
                same.get(0)
                    + (same.size() > 1 ? " (and %d more nodes)".formatted(same.size() - 1) : ""))
        .collect(Collectors.joining("; "));
  }

  public List<Problem> problems() {
    return problems;
  }
}
