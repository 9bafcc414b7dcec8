package org.saccade.job.explain;

import java.io.Serializable;
import org.saccade.UserException;

/** Which class neurons an image is explained for. */
public sealed interface TargetChoice extends Serializable {

  /** The class the network predicts. */
  record Predicted() implements TargetChoice {
    @Override
    public String toString() {
      return "predicted";
    }
  }

  /** The image's true class. */
  record Label() implements TargetChoice {
    @Override
    public String toString() {
      return "label";
    }
  }

  /** The most probable classes, a row each. */
  record TopK(int k) implements TargetChoice {
    @Override
    public String toString() {
      return "topk:" + k;
    }
  }

  /** The same class for every image. */
  record OfClass(int classIndex) implements TargetChoice {
    @Override
    public String toString() {
      return "class:" + classIndex;
    }
  }

  /**
   * Reads {@code predicted|label|topk:K|class:ID}.
   *
   * @throws UserException if it is none of these
   */
  static TargetChoice parse(String text) {
    if (text.equals("predicted")) {
      return new Predicted();
    }
    if (text.equals("label")) {
      return new Label();
    }
    if (text.matches("topk:[1-9]\\d{0,8}")) {
      return new TopK(Integer.parseInt(text.substring("topk:".length())));
    }
    if (text.matches("class:\\d{1,9}")) {
      return new OfClass(Integer.parseInt(text.substring("class:".length())));
    }
    throw new UserException(
        "the target '%s' is unknown: use predicted, label, topk:K or class:ID".formatted(text));
  }

  /** Rows per image that could be read. */
  default int rows() {
    return this instanceof TopK top ? top.k() : 1;
  }

  /**
   * Checks the choice against a network.
   *
   * @throws UserException if the network does not have the classes
   */
  default void requireWithin(int classes) {
    if (this instanceof TopK top && top.k() > classes) {
      throw new UserException(
          "--target %s asks for more classes than the %d of the network: use topk:%d or less"
              .formatted(this, classes, classes));
    }
    if (this instanceof OfClass one && one.classIndex() >= classes) {
      throw new UserException(
          "--target %s is not a class of the network, which has the classes 0 to %d"
              .formatted(this, classes - 1));
    }
  }
}
