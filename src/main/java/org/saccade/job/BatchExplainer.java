package org.saccade.job;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.saccade.dataset.ImageReference;
import org.saccade.engine.Activations;
import org.saccade.image.Geometry;
import org.saccade.job.Explanation.Evidence;
import org.saccade.job.Explanation.Position;
import org.saccade.job.Explanation.Prediction;
import org.saccade.job.Explanation.Score;
import org.saccade.job.Explanation.Status;
import org.saccade.job.Explanation.Timings;
import org.saccade.job.Explanation.TracePoint;
import org.saccade.job.ImageLoader.LoadedImage;
import org.saccade.localization.Fixations;
import org.saccade.localization.Localization;
import org.saccade.localization.Localizer;
import org.saccade.unravel.Depth;
import org.saccade.unravel.Points;
import org.saccade.unravel.Profile;
import org.saccade.unravel.Target;
import org.saccade.unravel.Walk;

/**
 * Explains batches of decoded images with a loaded model: forward pass, choice of targets, walk
 * back, map and box. Safe for use by one thread at a time; any number of explainers share a model.
 */
final class BatchExplainer {
  /** The least classes in {@code top_k}, where the network has as many. */
  private static final int LEAST_TOP_K = 5;

  private final LoadedModel model;
  private final TargetChoice target;
  private final boolean maps;
  private final Set<String> traced;
  private final Localizer localizer;
  private final int crops;

  /**
   * @param traced ids of the images whose points are recorded at every depth
   */
  BatchExplainer(LoadedModel model, TargetChoice target, boolean maps, Set<String> traced) {
    this.model = model;
    this.target = target;
    this.maps = maps;
    this.traced = traced;
    this.localizer =
        model.unraveller().profile() == Profile.REFERENCE
            ? Localizer.reference()
            : Localizer.standard();
    this.crops = model.preprocessor().crops().count();
  }

  /** The rows of a batch, in the order of its images. */
  List<Explanation> explain(DecodedBatch batch) {
    List<LoadedImage> usable = batch.usable();
    Map<LoadedImage, List<Explanation>> explained =
        usable.isEmpty() ? Map.of() : explain(batch.tensor(), usable);
    List<Explanation> rows = new ArrayList<>();
    for (LoadedImage image : batch.images()) {
      rows.addAll(explained.getOrDefault(image, List.of(failure(image))));
    }
    return rows;
  }

  private static Explanation failure(LoadedImage image) {
    return new Explanation(
        image.image(),
        image.content(),
        image.status(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        new Timings(image.millis(), 0, 0));
  }

  /** One explanation to be: an image, a class, and the crops that say something about it. */
  private record Question(LoadedImage image, int classIndex, List<Target> targets) {
    boolean isAbout(LoadedImage other) {
      return image.image().equals(other.image());
    }
  }

  private Map<LoadedImage, List<Explanation>> explain(float[] tensor, List<LoadedImage> images) {
    int n = tensor.length / model.network().input().shape().size();
    long start = System.nanoTime();
    try (Activations activations =
        model.engine().forward(tensor, n, model.unraveller().requiredActivations())) {
      List<Classification> classifications = new ArrayList<>();
      FloatBuffer logits = activations.host(model.network().logits().id());
      for (int i = 0; i < images.size(); i++) {
        classifications.add(classify(logits, i * crops));
      }
      long forwarded = System.nanoTime();
      double forward = (forwarded - start) / 1e6 / images.size();

      List<Question> questions = new ArrayList<>();
      for (int i = 0; i < images.size(); i++) {
        for (int classIndex : targets(images.get(i).image(), classifications.get(i))) {
          questions.add(
              new Question(
                  images.get(i), classIndex, start(classifications.get(i), i * crops, classIndex)));
        }
      }
      Map<Question, Evidence> answers = new HashMap<>();
      answer(activations, questions.stream().filter(q -> !isTraced(q)).toList(), false, answers);
      answer(activations, questions.stream().filter(this::isTraced).toList(), true, answers);
      double unravel = (System.nanoTime() - forwarded) / 1e6 / images.size();

      Map<LoadedImage, List<Explanation>> explained = new LinkedHashMap<>();
      for (int i = 0; i < images.size(); i++) {
        LoadedImage image = images.get(i);
        Classification classification = classifications.get(i);
        Timings timings = new Timings(image.millis(), forward, unravel);
        List<Explanation> rows =
            questions.stream()
                .filter(question -> question.isAbout(image))
                .map(
                    question ->
                        new Explanation(
                            image.image(),
                            image.content(),
                            Status.OK,
                            Optional.of(classification.prediction()),
                            OptionalInt.of(question.classIndex()),
                            Optional.of(answers.get(question)),
                            timings))
                .toList();
        explained.put(
            image, rows.isEmpty() ? List.of(unexplained(image, classification, timings)) : rows);
      }
      return explained;
    }
  }

  /** The row of an image that the network saw but that has no target. */
  private static Explanation unexplained(
      LoadedImage image, Classification classification, Timings timings) {
    Status status =
        classification.finite()
            ? Status.NO_LABEL
            : Status.error("NOT_FINITE", "the network's scores are not finite numbers");
    return new Explanation(
        image.image(),
        image.content(),
        status,
        classification.finite() ? Optional.of(classification.prediction()) : Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        timings);
  }

  /**
   * What the network says about an image.
   *
   * @param prediction by the mean over the crops
   * @param ofCrops class predicted by each crop alone
   * @param finite whether all scores are numbers; if not, the rest means nothing
   */
  private record Classification(Prediction prediction, List<Integer> ofCrops, boolean finite) {}

  private Classification classify(FloatBuffer logits, int firstCrop) {
    int classes = model.network().classes();
    double[] mean = new double[classes];
    List<Integer> ofCrops = new ArrayList<>();
    boolean finite = true;
    for (int crop = 0; crop < crops; crop++) {
      double[] scores = new double[classes];
      for (int c = 0; c < classes; c++) {
        scores[c] = logits.get((firstCrop + crop) * classes + c);
        finite &= Double.isFinite(scores[c]);
      }
      ofCrops.add(argmax(scores));
      double[] probabilities = model.softmax() ? softmax(scores) : scores;
      for (int c = 0; c < classes; c++) {
        mean[c] += probabilities[c] / crops;
      }
    }
    int wanted = Math.min(classes, Math.max(LEAST_TOP_K, target.rows()));
    List<Score> topK =
        IntStream.range(0, classes)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer c) -> -mean[c]).thenComparing(c -> c))
            .limit(wanted)
            .map(c -> new Score(c, (float) mean[c]))
            .toList();
    return new Classification(new Prediction(topK), ofCrops, finite);
  }

  private List<Integer> targets(ImageReference image, Classification classification) {
    if (!classification.finite()) {
      return List.of();
    }
    List<Score> topK = classification.prediction().topK();
    if (target instanceof TargetChoice.TopK top) {
      return topK.stream().limit(top.k()).map(Score::classIndex).toList();
    } else if (target instanceof TargetChoice.OfClass one) {
      return List.of(one.classIndex());
    } else if (target instanceof TargetChoice.Label) {
      return image.label().stream().boxed().toList();
    }
    return List.of(topK.get(0).classIndex());
  }

  /**
   * Where the walks of one explanation start: at the crops that predict the class, as the authors
   * do; at all of them when none does.
   */
  private List<Target> start(Classification classification, int firstCrop, int classIndex) {
    List<Target> all =
        IntStream.range(0, crops)
            .mapToObj(crop -> new Target(firstCrop + crop, classIndex))
            .toList();
    List<Target> agreeing =
        all.stream()
            .filter(t -> classification.ofCrops().get(t.image() - firstCrop) == classIndex)
            .toList();
    return agreeing.isEmpty() ? all : agreeing;
  }

  private boolean isTraced(Question question) {
    return traced.contains(question.image().image().imageId());
  }

  private void answer(
      Activations activations,
      List<Question> questions,
      boolean trace,
      Map<Question, Evidence> answers) {
    if (questions.isEmpty()) {
      return;
    }
    List<Walk> walks =
        model
            .unraveller()
            .unravel(
                activations,
                questions.stream().flatMap(question -> question.targets().stream()).toList(),
                trace);
    int next = 0;
    for (Question question : questions) {
      int end = next + question.targets().size();
      answers.put(question, evidence(question.image(), walks.subList(next, end)));
      next = end;
    }
  }

  private Evidence evidence(LoadedImage image, List<Walk> walks) {
    List<Geometry> geometries = image.content().geometries();
    FixationList list = new FixationList(model.unraveller().profile());
    List<TracePoint> trace = new ArrayList<>();
    for (Walk walk : walks) {
      Geometry geometry = geometries.get(walk.target().image() % crops);
      list.add(walk.points(), geometry);
      for (Depth depth : walk.trace()) {
        trace(depth, geometry, trace);
      }
    }
    Geometry first = geometries.get(0);
    Fixations fixations = list.fixations(first.imageWidth(), first.imageHeight());
    Localization localization = localizer.localize(fixations, Geometry.seen(geometries));
    return new Evidence(
        fixations,
        localization.box(),
        maps ? Optional.of(localization.map()) : Optional.empty(),
        trace);
  }

  private void trace(Depth depth, Geometry geometry, List<TracePoint> trace) {
    Points points = depth.points();
    for (int i = 0; i < points.size(); i++) {
      Optional<Position> position =
          points.shape().rank() == 3
              ? Optional.of(
                  new Position(
                      (float) geometry.imageX(model.inputX(depth.node(), points.coordinate(i, 1))),
                      (float) geometry.imageY(model.inputY(depth.node(), points.coordinate(i, 0)))))
              : Optional.empty();
      trace.add(new TracePoint(depth.name(), position, points.weight(i)));
    }
  }

  private static int argmax(double[] scores) {
    int best = 0;
    for (int c = 1; c < scores.length; c++) {
      if (scores[c] > scores[best]) {
        best = c;
      }
    }
    return best;
  }

  private static double[] softmax(double[] logits) {
    double max = logits[argmax(logits)];
    double[] probabilities = new double[logits.length];
    double sum = 0;
    for (int c = 0; c < logits.length; c++) {
      probabilities[c] = Math.exp(logits[c] - max);
      sum += probabilities[c];
    }
    for (int c = 0; c < logits.length; c++) {
      probabilities[c] /= sum;
    }
    return probabilities;
  }
}
