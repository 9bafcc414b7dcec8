package org.saccade.job.explain;

import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;
import org.saccade.dataset.ImageReference;
import org.saccade.engine.Activations;
import org.saccade.image.Geometry;
import org.saccade.job.explain.Explanation.Evidence;
import org.saccade.job.explain.Explanation.Position;
import org.saccade.job.explain.Explanation.Prediction;
import org.saccade.job.explain.Explanation.Score;
import org.saccade.job.explain.Explanation.Status;
import org.saccade.job.explain.Explanation.Timings;
import org.saccade.job.explain.Explanation.TracePoint;
import org.saccade.job.explain.ImageLoader.LoadedImage;
import org.saccade.job.model.LoadedModel;
import org.saccade.localization.Fixations;
import org.saccade.localization.Localization;
import org.saccade.localization.Localizer;
import org.saccade.unravel.Depth;
import org.saccade.unravel.Points;
import org.saccade.unravel.Profile;
import org.saccade.unravel.Target;
import org.saccade.unravel.Walk;

/**
 * Explains batches of decoded images with a loaded model, in two steps: the forward pass, then all
 * that follows from its activations (choice of targets, walk back, fixations, map and box), which
 * another thread may do while the network is at the next batch. Any number of explainers share a
 * model.
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

  /**
   * What the network computed for a batch, to be closed once it has been walked back through.
   *
   * @param images all images, usable or not, in the order of the set
   * @param usable those that the network has seen
   * @param activations of these, one after the other; empty if there are none
   * @param time of the forward pass
   */
  record Forwarded(
      List<LoadedImage> images,
      List<LoadedImage> usable,
      Optional<Activations> activations,
      Duration time)
      implements AutoCloseable {
    @Override
    public void close() {
      activations.ifPresent(Activations::close);
    }
  }

  /**
   * What the network says about an image.
   *
   * @param timings without the part that is still to come
   */
  private record Seen(Classification classification, List<Answer> answers, Timings timings) {}

  /** A class and the walks that explain it. */
  private record Answer(int classIndex, List<Walk> walks) {}

  /** The rows of a batch, in the order of its images. */
  List<Explanation> explain(DecodedBatch batch) {
    return rows(forward(batch));
  }

  /** The network's part. */
  Forwarded forward(DecodedBatch batch) {
    long start = System.nanoTime();
    List<LoadedImage> usable = batch.usable();
    Optional<Activations> activations =
        usable.isEmpty() ? Optional.empty() : Optional.of(forward(batch.tensor()));
    return new Forwarded(
        batch.images(), usable, activations, Duration.ofNanos(System.nanoTime() - start));
  }

  private Activations forward(float[] tensor) {
    int n = tensor.length / model.network().input().shape().size();
    return model.engine().forward(tensor, n, model.unraveller().requiredActivations());
  }

  /** The rows of a batch, in the order of its images; closes what the network computed. */
  List<Explanation> rows(Forwarded batch) {
    Map<LoadedImage, Seen> seen;
    try (batch) {
      seen = batch.activations().map(activations -> walk(batch, activations)).orElse(Map.of());
    }
    List<Explanation> rows = new ArrayList<>();
    for (LoadedImage image : batch.images()) {
      Seen walked = seen.get(image);
      if (walked == null) {
        rows.add(failure(image));
      } else if (walked.answers().isEmpty()) {
        rows.add(unexplained(image, walked));
      } else {
        walked.answers().forEach(answer -> rows.add(explanation(image, walked, answer)));
      }
    }
    return rows;
  }

  private Explanation explanation(LoadedImage image, Seen seen, Answer answer) {
    long start = System.nanoTime();
    Evidence evidence = evidence(image, answer.walks());
    Timings walked = seen.timings();
    return new Explanation(
        image.image(),
        image.content(),
        Status.OK,
        Optional.of(seen.classification().prediction()),
        OptionalInt.of(answer.classIndex()),
        Optional.of(evidence),
        new Timings(walked.decode(), walked.forward(), walked.unravel() + millisSince(start)));
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
  private record Question(LoadedImage image, int classIndex, List<Target> targets) {}

  private Map<LoadedImage, Seen> walk(Forwarded batch, Activations activations) {
    List<LoadedImage> images = batch.usable();
    long start = System.nanoTime();
    FloatBuffer logits = activations.host(model.network().logits().id());
    List<Classification> classifications = new ArrayList<>();
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      Classification classification = classify(logits, i * crops);
      classifications.add(classification);
      for (int classIndex : targets(images.get(i).image(), classification)) {
        questions.add(
            new Question(images.get(i), classIndex, start(classification, i * crops, classIndex)));
      }
    }
    double forward = (batch.time().toNanos() / 1e6 + millisSince(start)) / images.size();

    long classified = System.nanoTime();
    Map<LoadedImage, List<Answer>> answers = new HashMap<>();
    answer(activations, questions.stream().filter(q -> !isTraced(q)).toList(), false, answers);
    answer(activations, questions.stream().filter(this::isTraced).toList(), true, answers);
    double unravel = millisSince(classified) / images.size();

    Map<LoadedImage, Seen> seen = new HashMap<>();
    for (int i = 0; i < images.size(); i++) {
      LoadedImage image = images.get(i);
      seen.put(
          image,
          new Seen(
              classifications.get(i),
              answers.getOrDefault(image, List.of()),
              new Timings(image.millis(), forward, unravel)));
    }
    return seen;
  }

  private static double millisSince(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1e6;
  }

  /** The row of an image that the network saw but that has no target. */
  private static Explanation unexplained(LoadedImage image, Seen seen) {
    Classification classification = seen.classification();
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
        seen.timings());
  }

  /**
   * What the network says about an image.
   *
   * @param prediction by the mean over the crops
   * @param ofCrops class predicted by each crop alone
   * @param finite whether all scores are numbers; if not, the rest means nothing
   */
  record Classification(Prediction prediction, List<Integer> ofCrops, boolean finite) {}

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
    return new Classification(new Prediction(best(mean, wanted)), ofCrops, finite);
  }

  /** The most probable classes, found without sorting all; equal ones by index. */
  private static List<Score> best(double[] probabilities, int wanted) {
    PriorityQueue<Integer> best =
        new PriorityQueue<>(
            Comparator.comparingDouble((Integer c) -> probabilities[c])
                .thenComparing(Comparator.reverseOrder()));
    for (int c = 0; c < probabilities.length; c++) {
      if (best.size() < wanted) {
        best.add(c);
      } else if (probabilities[c] > probabilities[best.element()]) {
        best.remove();
        best.add(c);
      }
    }
    Deque<Score> scores = new ArrayDeque<>();
    while (!best.isEmpty()) {
      int c = best.remove();
      scores.addFirst(new Score(c, (float) probabilities[c]));
    }
    return List.copyOf(scores);
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
      Map<LoadedImage, List<Answer>> answers) {
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
      answers
          .computeIfAbsent(question.image(), image -> new ArrayList<>())
          .add(new Answer(question.classIndex(), walks.subList(next, end)));
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
