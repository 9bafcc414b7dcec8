package org.saccade.job.audit;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.saccade.audit.Frame;
import org.saccade.audit.NetworkQueries;
import org.saccade.engine.Activations;
import org.saccade.engine.Softmax;
import org.saccade.image.Geometry;
import org.saccade.image.PixelImage;
import org.saccade.job.model.LoadedModel;
import org.saccade.network.Network;
import org.saccade.network.Node;
import org.saccade.network.ReceptiveField;
import org.saccade.network.ReceptiveFields;

/**
 * Asks a loaded model in batches of one size, so that answers do not depend on what else is asked.
 * For one thread.
 */
final class NetworkQueue implements NetworkQueries {
  /** A patch is described where a cell sees at most this share of the input's side. */
  private static final double LARGEST_FIELD = 0.35;

  private final LoadedModel model;
  private final int crops;
  private final int images;
  private final int middle;
  private final Batch classifying;
  private final Batch describing;

  NetworkQueue(LoadedModel model, int batchSize) {
    this.model = model;
    this.crops = model.preprocessor().crops().count();
    this.images = Math.max(1, batchSize / crops);
    this.middle = middle(model.network());
    this.classifying = new Batch(Set.of());
    this.describing = new Batch(Set.of(middle));
  }

  /** Gets its part of a batch's results. */
  private interface Answer {
    void read(Activations activations, int place, List<Geometry> crops);
  }

  @Override
  public void classify(PixelImage picture, Consumer<double[]> answer) {
    classifying.ask(
        picture,
        (activations, place, geometries) -> answer.accept(probabilities(activations, place)));
  }

  @Override
  public void describe(PixelImage picture, List<Frame> patches, Consumer<List<double[]>> answer) {
    describing.ask(
        picture,
        (activations, place, geometries) ->
            answer.accept(
                patches.stream()
                    .map(patch -> descriptor(activations, place, geometries, patch))
                    .toList()));
  }

  @Override
  public void finish() {
    classifying.run();
    describing.run();
  }

  /** The mean over the crops. */
  private double[] probabilities(Activations activations, int place) {
    int classes = model.network().classes();
    FloatBuffer logits = activations.host(model.network().logits().id());
    double[] mean = new double[classes];
    for (int crop = 0; crop < crops; crop++) {
      FloatBuffer own = logits.slice((place * crops + crop) * classes, classes);
      double[] scores =
          model.softmax()
              ? Softmax.probabilities(own)
              : IntStream.range(0, classes).mapToDouble(own::get).toArray();
      for (int c = 0; c < classes; c++) {
        mean[c] += scores[c] / crops;
      }
    }
    return mean;
  }

  private double[] descriptor(
      Activations activations, int place, List<Geometry> geometries, Frame patch) {
    double x = (patch.left() + patch.right() - 1) / 2.0;
    double y = (patch.top() + patch.bottom() - 1) / 2.0;
    int crop =
        IntStream.range(0, crops)
            .filter(i -> inside(geometries.get(i), x, y))
            .findFirst()
            .orElse(crops - 1);
    Geometry geometry = geometries.get(crop);
    Node node = model.network().node(middle);
    int channels = node.shape().dim(0);
    int rows = node.shape().dim(1);
    int cols = node.shape().dim(2);
    int left = cell(geometry.inputX(patch.left()), geometry.inputWidth(), cols);
    int right = cell(geometry.inputX(patch.right() - 1.0), geometry.inputWidth(), cols);
    int top = cell(geometry.inputY(patch.top()), geometry.inputHeight(), rows);
    int bottom = cell(geometry.inputY(patch.bottom() - 1.0), geometry.inputHeight(), rows);
    FloatBuffer values = activations.host(middle);
    double[] sum = new double[channels];
    int start = (place * crops + crop) * channels * rows * cols;
    for (int c = 0; c < channels; c++) {
      for (int row = top; row <= bottom; row++) {
        for (int col = left; col <= right; col++) {
          sum[c] += values.get(start + (c * rows + row) * cols + col);
        }
      }
    }
    double length = Math.sqrt(Arrays.stream(sum).map(v -> v * v).sum());
    return length > 0 ? Arrays.stream(sum).map(v -> v / length).toArray() : sum;
  }

  private static boolean inside(Geometry geometry, double x, double y) {
    double inputX = geometry.inputX(x);
    double inputY = geometry.inputY(y);
    return inputX >= 0
        && inputY >= 0
        && inputX < geometry.inputWidth()
        && inputY < geometry.inputHeight();
  }

  /** The cell over an input position, whose cells tile the input evenly. */
  private static int cell(double input, int extent, int cells) {
    return Math.max(0, Math.min(cells - 1, (int) Math.floor((input + 0.5) * cells / extent)));
  }

  /** The deepest node that still tells small places apart; the first with space where none does. */
  private static int middle(Network network) {
    ReceptiveFields fields = ReceptiveFields.of(network);
    int chosen = 1;
    double largest = 0;
    for (Node node : network.nodes().subList(1, network.nodes().size())) {
      Optional<List<ReceptiveField>> seen =
          node.shape().rank() == 3 ? fields.spatial(node.id()) : Optional.empty();
      if (seen.isEmpty()) {
        continue;
      }
      double share =
          seen.get().stream()
              .mapToDouble(f -> f.size() / network.input().shape().dim(f.inputAxis()))
              .max()
              .orElse(1);
      if (share <= LARGEST_FIELD && share >= largest) {
        chosen = node.id();
        largest = share;
      }
    }
    return chosen;
  }

  /** Pictures that wait for the network, as its input. */
  private final class Batch {
    private final Set<Integer> keep;
    private final float[] tensor = new float[images * model.preprocessor().size()];
    private final List<Answer> answers = new ArrayList<>();
    private final List<List<Geometry>> geometries = new ArrayList<>();

    Batch(Set<Integer> keep) {
      this.keep = keep;
    }

    void ask(PixelImage picture, Answer answer) {
      int offset = answers.size() * model.preprocessor().size();
      geometries.add(model.preprocessor().prepare(picture, tensor, offset));
      answers.add(answer);
      if (answers.size() == images) {
        run();
      }
    }

    void run() {
      if (answers.isEmpty()) {
        return;
      }
      try (Activations activations = model.engine().forward(tensor, images * crops, keep)) {
        for (int i = 0; i < answers.size(); i++) {
          answers.get(i).read(activations, i, geometries.get(i));
        }
      }
      answers.clear();
      geometries.clear();
    }
  }
}
