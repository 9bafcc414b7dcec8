package org.saccade.network;

import java.util.List;
import java.util.Optional;

/**
 * What a model file contains, supported or not.
 *
 * @param format what users call the file's format, e.g. {@code ONNX (.onnx)}
 * @param input shape of the input without its batch axis
 * @param steps the operators of the source model in execution order, constants left out
 * @param problems everything that is not supported; empty when the network can be used
 * @param network the network in canonical form, when nothing stands against it
 */
public record ModelSurvey(
    String format,
    Shape input,
    List<Step> steps,
    List<UnsupportedNetworkException.Problem> problems,
    Optional<Network> network) {

  public ModelSurvey {
    steps = List.copyOf(steps);
    problems = List.copyOf(problems);
  }

  /**
   * One operator of the source model.
   *
   * @param operator the operator's name in the source format
   * @param node the node's name in the source model
   * @param shape shape of its first result without the batch axis, where it could be inferred
   */
  public record Step(String operator, String node, Optional<Shape> shape) {}
}
