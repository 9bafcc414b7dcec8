package org.saccade.network.torch;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.saccade.UserException;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelSurvey;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.UnsupportedNetworkException;
import org.saccade.network.rewrite.CanonicalForm;

/**
 * What reading a program led to: a graph, and which of its values is the wanted output.
 *
 * @param file the model file
 * @param graph everything that was read, with what is not supported
 * @param output the value of the wanted output
 */
record Translation(Path file, AtenGraph graph, Value output, ImportOptions options) {

  /**
   * The network in canonical form.
   *
   * @throws UnsupportedNetworkException with everything that is not supported
   * @throws UserException if the output does not depend on the input, or is no classifier's
   */
  Network network() {
    if (!graph.problems().isEmpty()) {
      throw new UnsupportedNetworkException(file.toString(), graph.problems());
    }
    if (!(output instanceof Value.Activation result)) {
      throw new UserException(
          "the output of %s is %s and does not depend on the input; choose another output"
              .formatted(file, output.kind()));
    }
    try {
      return CanonicalForm.of(graph.builder().build(result.node()), options);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new UserException("%s contradicts itself: %s".formatted(file, e.getMessage()), e);
    }
  }

  ModelSurvey survey(String format) {
    Optional<Network> network =
        graph.problems().isEmpty() ? Optional.of(network()) : Optional.empty();
    Shape input = graph.builder().shape(graph.builder().input());
    return new ModelSurvey(format, input, graph.steps(), graph.problems(), network);
  }

  /**
   * Which of several outputs is wanted.
   *
   * @throws UserException if that is not clear
   */
  static String chooseOutput(Path file, List<String> outputs, ImportOptions options) {
    Optional<String> wanted = options.output();
    if (wanted.isPresent() && !outputs.contains(wanted.get())) {
      throw new UserException(
          "%s has no output %s; its outputs are %s".formatted(file, wanted.get(), outputs));
    }
    if (wanted.isEmpty() && outputs.size() != 1) {
      throw new UserException(
          ("%s has %d outputs %s where one is expected; name the one with the class scores in the"
                  + " model description (output = NAME)")
              .formatted(file, outputs.size(), outputs));
    }
    return wanted.orElseGet(() -> outputs.get(0));
  }
}
