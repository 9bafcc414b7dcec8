package org.saccade.job.explain;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.saccade.dataset.ImageReference;
import org.saccade.image.Geometry;
import org.saccade.localization.Box;
import org.saccade.localization.Fixations;
import org.saccade.localization.HeatMap;

/**
 * One row of the table {@code explanations}: an image and a target, or an image that failed.
 *
 * @param image which image
 * @param content what was read of it; empty when nothing could be
 * @param status how it went
 * @param prediction what the network says; empty when it did not see the image
 * @param target the class that is explained
 * @param evidence the pixels that caused it
 * @param timings what it cost
 */
record Explanation(
    ImageReference image,
    Content content,
    Status status,
    Optional<Prediction> prediction,
    OptionalInt target,
    Optional<Evidence> evidence,
    Timings timings) {

  /**
   * What was read.
   *
   * @param sha256 hexadecimal hash of the file
   * @param geometries where the crops lie in the picture, whose size they tell; empty when it could
   *     not be decoded
   */
  record Content(Optional<String> sha256, List<Geometry> geometries) {
    static final Content NONE = new Content(Optional.empty(), List.of());

    Content {
      geometries = List.copyOf(geometries);
    }
  }

  /**
   * How it went.
   *
   * @param name {@code ok}, {@code error} or {@code no_label}
   * @param code what went wrong, for programs
   * @param message what went wrong, for people
   */
  record Status(String name, Optional<String> code, Optional<String> message) {
    static final Status OK = new Status("ok", Optional.empty(), Optional.empty());
    static final Status NO_LABEL = new Status("no_label", Optional.empty(), Optional.empty());

    static Status error(String code, String message) {
      return new Status("error", Optional.of(code), Optional.of(message));
    }
  }

  /**
   * What the network says.
   *
   * @param topK the most probable classes, the predicted one first
   */
  record Prediction(List<Score> topK) {
    Prediction {
      topK = List.copyOf(topK);
    }

    Score best() {
      return topK.get(0);
    }
  }

  /** A class and its probability. */
  record Score(int classIndex, float probability) {}

  /**
   * Why the network says so; positions are in pixels of the image.
   *
   * @param fixations where the walk arrived
   * @param box where they point
   * @param map their density, when it was asked for
   * @param trace the points at every depth, when they were asked for
   */
  record Evidence(
      Fixations fixations, Optional<Box> box, Optional<HeatMap> map, List<TracePoint> trace) {
    Evidence {
      trace = List.copyOf(trace);
    }
  }

  /**
   * A point on the way.
   *
   * @param layer name of the node whose result the point belongs to
   * @param position where the centre of its receptive field lies; empty for results without space
   */
  record TracePoint(String layer, Optional<Position> position, float weight) {}

  /** A position in pixels of the image. */
  record Position(float x, float y) {}

  /**
   * What a row cost, in milliseconds; costs of a batch are shared equally by its images.
   *
   * @param decode reading, decoding and preparing the picture
   * @param forward the forward pass
   * @param unravel walking back, and box and map
   */
  record Timings(double decode, double forward, double unravel) {}
}
