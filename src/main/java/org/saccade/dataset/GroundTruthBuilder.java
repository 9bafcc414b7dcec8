package org.saccade.dataset;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Gathers what a reader finds, image by image, and watches over it. */
final class GroundTruthBuilder {
  private final ClassNames classes;
  private final FaultLog faults;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private static final class Entry {
    private final String imageId;
    private int width;
    private int height;
    private final Set<Integer> labels = new HashSet<>();
    private final List<RawBox> boxes = new ArrayList<>();
    private boolean contradictory;

    Entry(String imageId) {
      this.imageId = imageId;
    }
  }

  /** A box before it was checked against the size of its picture, which may come later. */
  private record RawBox(TrueBox box, String where) {}

  GroundTruthBuilder(ClassNames classes, FaultLog faults) {
    this.classes = classes;
    this.faults = faults;
  }

  FaultLog faults() {
    return faults;
  }

  boolean contains(String imageId) {
    return entries.containsKey(GroundTruth.path(imageId));
  }

  /** Makes sure that an image is known, with or without boxes. */
  void image(String imageId) {
    entry(imageId);
  }

  /** Notes an image that is described twice and differently. */
  void contradiction(String imageId, String example) {
    Entry entry = entry(imageId);
    if (!entry.contradictory) {
      faults.add(GroundTruthFault.DUPLICATE_IMAGE, example);
    }
    entry.contradictory = true;
  }

  /** Notes the size of the picture that an image's boxes are in. */
  void size(String imageId, int width, int height, String where) {
    Entry entry = entry(imageId);
    if (width < 1 || height < 1) {
      faults.add(GroundTruthFault.MALFORMED, "%s: size %d x %d".formatted(where, width, height));
    } else if (entry.width > 0 && (entry.width != width || entry.height != height)) {
      contradiction(
          imageId,
          "%s: %s is %d x %d, before it was %d x %d"
              .formatted(where, imageId, width, height, entry.width, entry.height));
    } else {
      entry.width = width;
      entry.height = height;
    }
  }

  /** Notes a class of an image. */
  void label(String imageId, String name, String where) {
    OptionalInt label = label(name, where);
    if (label.isPresent()) {
      entry(imageId).labels.add(label.getAsInt());
    }
  }

  /** Notes the one class of an image, which all its boxes are of. */
  void onlyLabel(String imageId, String name, String where) {
    Set<Integer> labels = entry(imageId).labels;
    OptionalInt label = label(name, where);
    if (label.isPresent() && labels.add(label.getAsInt()) && labels.size() > 1) {
      contradiction(imageId, "%s: %s has the classes %s".formatted(where, imageId, labels));
    }
  }

  /** Notes a box of a named class. */
  void box(String imageId, String name, double[] corners, String where) {
    entry(imageId);
    OptionalInt label = label(name, where);
    if (label.isPresent()) {
      entry(imageId).labels.add(label.getAsInt());
      box(imageId, label.getAsInt(), corners, where);
    }
  }

  /** Notes a box, {@code {x0, y0, x1, y1}}. */
  void box(String imageId, int label, double[] corners, String where) {
    for (double corner : corners) {
      if (!Double.isFinite(corner)) {
        faults.add(GroundTruthFault.MALFORMED, "%s: corner %s".formatted(where, corner));
        return;
      }
    }
    if (corners[2] < corners[0] || corners[3] < corners[1]) {
      faults.add(GroundTruthFault.BOX_INSIDE_OUT, "%s: %s".formatted(where, describe(corners)));
      return;
    }
    TrueBox box = new TrueBox(label, corners[0], corners[1], corners[2], corners[3]);
    entry(imageId).boxes.add(new RawBox(box, where));
  }

  /** All images that are described without contradiction, their boxes cut to their pictures. */
  List<AnnotatedImage> build() {
    List<AnnotatedImage> images = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (!entry.contradictory) {
        List<TrueBox> boxes = new ArrayList<>();
        for (RawBox raw : entry.boxes) {
          if (entry.width > 0) {
            BoxBounds.cut(raw.box(), entry.width, entry.height, raw.where(), faults)
                .ifPresent(boxes::add);
          } else {
            boxes.add(raw.box());
          }
        }
        images.add(
            new AnnotatedImage(entry.imageId, entry.width, entry.height, entry.labels, boxes));
      }
    }
    return images;
  }

  private OptionalInt label(String name, String where) {
    OptionalInt label = classes.index(name);
    if (label.isEmpty()) {
      faults.add(GroundTruthFault.UNKNOWN_CLASS, "%s: '%s'".formatted(where, name));
    }
    return label;
  }

  private Entry entry(String imageId) {
    return entries.computeIfAbsent(GroundTruth.path(imageId), path -> new Entry(imageId));
  }

  private static String describe(double[] corners) {
    return "%s, %s, %s, %s".formatted(corners[0], corners[1], corners[2], corners[3]);
  }
}
