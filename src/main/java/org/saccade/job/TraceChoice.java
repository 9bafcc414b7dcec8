package org.saccade.job;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.saccade.UserException;
import org.saccade.dataset.ImageReference;
import org.saccade.dataset.ImageSet;

/** The images whose rows also hold the points at every depth, which takes room. */
public sealed interface TraceChoice {

  /** No image. */
  record None() implements TraceChoice {
    @Override
    public Set<String> imageIds(ImageSet set) {
      return Set.of();
    }

    @Override
    public String toString() {
      return "none";
    }
  }

  /** The first images of the set. */
  record First(int count) implements TraceChoice {
    @Override
    public Set<String> imageIds(ImageSet set) {
      return set.limit(count).images().stream()
          .map(ImageReference::imageId)
          .collect(Collectors.toUnmodifiableSet());
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
    public Set<String> imageIds(ImageSet set) {
      Set<String> present =
          set.images().stream().map(ImageReference::imageId).collect(Collectors.toSet());
      ids.stream()
          .filter(id -> !present.contains(id))
          .min(String::compareTo)
          .ifPresent(
              id -> {
                throw new UserException(
                    "--trace names %s, which is not the id of an image of %s"
                        .formatted(id, set.location()));
              });
      return ids;
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

  /** The images of a set that are meant. */
  Set<String> imageIds(ImageSet set);
}
