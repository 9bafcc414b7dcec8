package org.saccade.job.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.saccade.image.ModelDescription;
import org.saccade.job.Manifest;
import org.saccade.network.Layer;
import org.saccade.network.ModelReader;
import org.saccade.network.ModelSurvey;
import org.saccade.network.Network;
import org.saccade.network.Node;
import org.saccade.network.ReceptiveField;
import org.saccade.network.ReceptiveFields;
import org.saccade.network.Tensor;
import org.saccade.network.UnsupportedNetworkException;
import org.saccade.network.UnsupportedNetworkException.Problem;
import org.saccade.unravel.Profile;
import org.saccade.unravel.Unraveller;

/**
 * What a model file is, as people want to see it, and whether Saccade can explain it.
 *
 * @param file the file
 * @param survey what the importer found
 * @param profile whose rules are shown
 * @param problems what stands against explaining it; empty when nothing does
 * @param layers the network's layers, in order; empty when it could not be imported
 */
public record ModelInspection(
    Path file,
    ModelSurvey survey,
    Profile profile,
    List<Problem> problems,
    List<InspectedLayer> layers) {

  public ModelInspection {
    problems = List.copyOf(problems);
    layers = List.copyOf(layers);
  }

  /**
   * One layer.
   *
   * @param name of the node
   * @param kind of layer
   * @param inputs names of the nodes it reads
   * @param shape of its result without the batch axis
   * @param parameters number of its weights
   * @param receptiveField input cells that one cell sees, and the cells between two neighbours'
   *     centres, along each spatial axis; empty where positions are lost
   * @param walk what back-tracking does here; empty where it does not come by
   */
  public record InspectedLayer(
      String name,
      String kind,
      List<String> inputs,
      List<Integer> shape,
      long parameters,
      List<ReceptiveField> receptiveField,
      Optional<String> walk) {
    public InspectedLayer {
      inputs = List.copyOf(inputs);
      shape = List.copyOf(shape);
      receptiveField = List.copyOf(receptiveField);
    }
  }

  /**
   * Reads a model file.
   *
   * @param description what states the input's size and the output where the file does not
   * @throws org.saccade.UserException if the file is missing, damaged or of no known format
   */
  public static ModelInspection of(
      Path file, Optional<ModelDescription> description, Profile profile) {
    ModelSurvey survey = ModelReader.survey(file, LoadedModel.importOptions(description, profile));
    List<Problem> problems = new ArrayList<>(survey.problems());
    List<InspectedLayer> layers = new ArrayList<>();
    if (survey.network().isPresent()) {
      Network network = survey.network().get();
      Optional<Unraveller> unraveller = Optional.empty();
      try {
        unraveller = Optional.of(Unraveller.of(network, profile));
      } catch (UnsupportedNetworkException e) {
        problems.addAll(e.problems());
      }
      ReceptiveFields fields = ReceptiveFields.of(network);
      for (Node node : network.nodes()) {
        layers.add(layer(network, node, fields, unraveller));
      }
    }
    return new ModelInspection(file, survey, profile, problems, layers);
  }

  private static InspectedLayer layer(
      Network network, Node node, ReceptiveFields fields, Optional<Unraveller> unraveller) {
    return new InspectedLayer(
        node.name(),
        kind(node.layer()),
        node.inputs().stream().map(id -> network.node(id).name()).toList(),
        node.shape().dims(),
        parameters(node.layer()),
        fields.spatial(node.id()).orElse(List.of()),
        node.layer() instanceof Layer.Input
            ? Optional.of("the walk ends here")
            : unraveller.flatMap(walk -> walk.describe(node.id())));
  }

  private static String kind(Layer layer) {
    if (layer instanceof Layer.Activation activation) {
      return activation.function().name().toLowerCase(Locale.ROOT);
    }
    String name = layer.getClass().getSimpleName().replaceAll("(?<=.)([A-Z])", " $1");
    String lower = name.toLowerCase(Locale.ROOT);
    if (layer instanceof Layer.Convolution convolution) {
      String kernel =
          convolution.window().kernel().stream()
              .map(String::valueOf)
              .collect(Collectors.joining("x"));
      String groups = convolution.groups() > 1 ? ", %d groups".formatted(convolution.groups()) : "";
      return "%s %s%s".formatted(lower, kernel, groups);
    }
    if (layer instanceof Layer.Pooling pooling) {
      return pooling.kind().name().toLowerCase(Locale.ROOT) + " pooling";
    }
    return lower;
  }

  private static long parameters(Layer layer) {
    if (layer instanceof Layer.Convolution convolution) {
      return count(convolution.weight(), convolution.bias());
    } else if (layer instanceof Layer.TransposedConvolution convolution) {
      return count(convolution.weight(), convolution.bias());
    } else if (layer instanceof Layer.Linear linear) {
      return count(linear.weight(), linear.bias());
    } else if (layer instanceof Layer.ConvolutionalClassifier classifier) {
      return count(classifier.weight(), classifier.bias());
    } else if (layer instanceof Layer.ChannelAffine affine) {
      return count(affine.scale(), affine.shift());
    } else if (layer instanceof Layer.GroupNormalization normalization) {
      return count(normalization.scale(), normalization.shift());
    } else if (layer instanceof Layer.LayerNormalization normalization) {
      return count(normalization.scale(), normalization.shift());
    } else if (layer instanceof Layer.ParametricRelu relu) {
      return count(relu.slope());
    }
    return 0;
  }

  private static long count(Tensor... tensors) {
    long count = 0;
    for (Tensor tensor : tensors) {
      count += tensor.shape().size();
    }
    return count;
  }

  /** Whether Saccade can run and explain the network. */
  public boolean supported() {
    return problems.isEmpty();
  }

  /** The inspection as JSON. */
  public String toJson() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("file", file.toString());
    values.put("format", survey.format());
    values.put("supported", supported());
    values.put("profile", profile.toString());
    values.put("input", survey.input().dims());
    survey.network().ifPresent(network -> values.put("classes", network.classes()));
    values.put("parameters", layers.stream().mapToLong(InspectedLayer::parameters).sum());
    values.put("problems", problems);
    values.put("operators", operators());
    values.put("layers", layers.stream().map(ModelInspection::values).toList());
    try {
      return Manifest.JSON.writeValueAsString(values) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an inspection is plain data", e);
    }
  }

  private static Map<String, Object> values(InspectedLayer layer) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", layer.name());
    values.put("kind", layer.kind());
    values.put("inputs", layer.inputs());
    values.put("shape", layer.shape());
    values.put("parameters", layer.parameters());
    values.put("receptive_field", layer.receptiveField());
    layer.walk().ifPresent(walk -> values.put("walk", walk));
    return values;
  }

  /** How often each operator of the source format occurs. */
  private Map<String, Long> operators() {
    return survey.steps().stream()
        .collect(
            Collectors.groupingBy(ModelSurvey.Step::operator, TreeMap::new, Collectors.counting()));
  }

  /** The inspection as a page of text. */
  public String forPeople() {
    StringBuilder page = new StringBuilder();
    page.append("model      %s, %s%n".formatted(file, survey.format()));
    page.append("input      %s%n".formatted(survey.input()));
    survey
        .network()
        .ifPresent(
            network ->
                page.append(
                    "output     %d classes%s%n"
                        .formatted(
                            network.classes(),
                            network.endsInSoftmax() ? ", a final softmax is split off" : "")));
    if (!layers.isEmpty()) {
      long weights = layers.stream().mapToLong(InspectedLayer::parameters).sum();
      page.append(String.format(Locale.ROOT, "weights    %,d%n", weights));
    }
    page.append(
        "operators  %s%n"
            .formatted(
                operators().entrySet().stream()
                    .map(operator -> operator.getKey() + " " + operator.getValue())
                    .collect(Collectors.joining(", "))));
    page.append("profile    %s%n".formatted(profile));
    if (!layers.isEmpty()) {
      page.append('\n');
      page.append(table());
    }
    page.append('\n');
    if (supported()) {
      page.append("supported: every layer can be run and walked back through\n");
    } else {
      page.append("not supported:\n");
      problems.forEach(problem -> page.append("  ").append(problem).append('\n'));
    }
    return page.toString();
  }

  private String table() {
    List<List<String>> cells = new ArrayList<>();
    cells.add(
        List.of(
            "layer", "kind", "shape", "weights", "sees", "every", "a point at its result goes"));
    for (InspectedLayer layer : layers) {
      cells.add(
          List.of(
              layer.name(),
              layer.kind(),
              layer.shape().stream().map(String::valueOf).collect(Collectors.joining("x")),
              layer.parameters() == 0 ? "" : Long.toString(layer.parameters()),
              numbers(layer.receptiveField().stream().map(ReceptiveField::size).toList()),
              numbers(layer.receptiveField().stream().map(ReceptiveField::jump).toList()),
              layer.walk().orElse("")));
    }
    int[] widths = new int[cells.get(0).size()];
    for (List<String> row : cells) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : cells) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < widths.length; column++) {
        line.append(row.get(column));
        line.append(" ".repeat(widths[column] - row.get(column).length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** One number where all axes agree, else one per axis. */
  private static String numbers(List<Double> perAxis) {
    return perAxis.stream()
        .distinct()
        .map(number -> String.format(Locale.ROOT, number % 1 == 0 ? "%.0f" : "%.1f", number))
        .collect(Collectors.joining("x"));
  }
}
