package org.saccade.job.explain;

import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.saccade.UserException;

/** The images whose rows also hold the points at every depth, which takes room. */
public sealed interface TraceChoice extends Serializable {

  /** No image. */
  record None() implements TraceChoice {
    @Override
    public boolean includes(String imageId, long place) {
      return false;
    }

    @Override
    public String toString() {
      return "none";
    }
  }

  /** The first images of the set. */
  record First(int count) implements TraceChoice {
    @Override
    public boolean includes(String imageId, long place) {
      return place < count;
    }

    @Override
    public String toString() {
      return Integer.toString(count);
    }
  }

  /** Images by their ids. */
  record Named(Set<String> ids) implements TraceChoice {
    public Named {
      ids = Set.copyOf(ids);
    }

    @Override
    public boolean includes(String imageId, long place) {
      return ids.contains(imageId);
    }

    @Override
    public String toString() {
      return ids.stream().sorted().collect(Collectors.joining(","));
    }
  }

  /**
   * Reads {@code N} (the first N images), or image ids between commas; {@code none} traces nothing.
   *
   * @throws UserException if it is blank
   */
  static TraceChoice parse(String text) {
    if (text.isBlank()) {
      throw new UserException("--trace is empty: give a number of images or their ids");
    }
    if (text.equals("none")) {
      return new None();
    }
    if (text.matches("\\d{1,9}")) {
      return new First(Integer.parseInt(text));
    }
    return new Named(
        Arrays.stream(text.split(","))
            .map(String::strip)
            .collect(Collectors.toCollection(LinkedHashSet::new)));
  }

  /**
   * Whether an image is meant.
   *
   * @param place of the image in the set that the run began with, from 0
   */
  boolean includes(String imageId, long place);
}
