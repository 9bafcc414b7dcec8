package org.saccade.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder of annotation files in the format of PASCAL VOC and ILSVRC, one image a file. The file's
 * path below the folder, without {@code .xml}, is the image's id. Corners count pixels from 0 as in
 * ILSVRC, from 1 in files whose {@code source/database} begins with "The VOC". Parts of objects are
 * passed over.
 */
final class VocXml {
  private static final String VOC = "The VOC";

  /** Annotations need five levels; anything much deeper is no annotation. */
  private static final int DEEPEST = 32;

  private final GroundTruthBuilder builder;
  private final Configuration hadoop;
  private final XMLInputFactory parsers;

  VocXml(GroundTruthBuilder builder, Configuration hadoop) {
    this.builder = builder;
    this.hadoop = hadoop;
    // The platform's parser, whatever else lies on the class path; nothing outside the file is
    // read.
    this.parsers = XMLInputFactory.newDefaultFactory();
    parsers.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    parsers.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    parsers.setProperty(XMLInputFactory.IS_COALESCING, true);
  }

  /** Whether a folder has an annotation file at any depth. */
  static boolean holdsXml(FileSystem files, Path folder) throws IOException {
    return !list(files, folder, true).isEmpty();
  }

  void read(Path folder) throws IOException {
    FileSystem files = Storage.of(folder, hadoop);
    String root = files.makeQualified(folder).toUri().getPath();
    for (Path file : list(files, folder, false)) {
      String path = file.toUri().getPath().substring(root.length());
      String imageId = GroundTruth.path(path.startsWith("/") ? path.substring(1) : path);
      try (InputStream in = Storage.open(file, hadoop)) {
        read(imageId, file.getName(), in);
      } catch (IOException | XMLStreamException | NumberFormatException e) {
        builder
            .faults()
            .add(
                GroundTruthFault.MALFORMED,
                "%s: %s".formatted(file.getName(), firstLine(e.getMessage())));
      }
    }
  }

  private static List<Path> list(FileSystem files, Path root, boolean oneIsEnough)
      throws IOException {
    List<Path> found = new ArrayList<>();
    Deque<Path> folders = new ArrayDeque<>(List.of(files.makeQualified(root)));
    while (!folders.isEmpty() && !(oneIsEnough && !found.isEmpty())) {
      for (FileStatus file : files.listStatus(folders.pop())) {
        if (file.isDirectory()) {
          folders.push(file.getPath());
        } else if (file.getPath().getName().endsWith(".xml")) {
          found.add(file.getPath());
        }
      }
    }
    found.sort(null);
    return found;
  }

  private void read(String imageId, String where, InputStream in) throws XMLStreamException {
    Annotation annotation = new Annotation();
    XMLStreamReader reader = parsers.createXMLStreamReader(in);
    try {
      Deque<String> path = new ArrayDeque<>();
      StringBuilder text = new StringBuilder();
      while (reader.hasNext()) {
        switch (reader.next()) {
          case XMLStreamConstants.DTD ->
              throw new XMLStreamException("a document type declaration is not allowed");
          case XMLStreamConstants.START_ELEMENT -> {
            path.addLast(reader.getLocalName());
            if (path.size() > DEEPEST) {
              throw new XMLStreamException("elements nested more than %d deep".formatted(DEEPEST));
            }
            text.setLength(0);
            annotation.begin(String.join("/", path));
          }
          case XMLStreamConstants.CHARACTERS -> text.append(reader.getText());
          case XMLStreamConstants.END_ELEMENT -> {
            annotation.end(String.join("/", path), text.toString().strip());
            path.removeLast();
            text.setLength(0);
          }
          default -> {
            // Comments and the like say nothing.
          }
        }
      }
    } finally {
      reader.close();
    }
    annotation.addTo(builder, imageId, where);
  }

  private static String firstLine(String message) {
    return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
  }

  /** One file's content. */
  private static final class Annotation {
    private static final String OBJECT = "annotation/object";
    private final Map<String, String> fields = new HashMap<>();
    private final List<Map<String, String>> objects = new ArrayList<>();
    private boolean isAnnotation;

    void begin(String path) {
      isAnnotation |= path.equals("annotation");
      if (path.equals(OBJECT)) {
        objects.add(new HashMap<>());
      }
    }

    void end(String path, String text) {
      if (path.startsWith(OBJECT + "/")) {
        objects.get(objects.size() - 1).put(path.substring(OBJECT.length() + 1), text);
      } else {
        fields.put(path, text);
      }
    }

    void addTo(GroundTruthBuilder builder, String imageId, String where) throws XMLStreamException {
      if (!isAnnotation) {
        throw new XMLStreamException("the root element is not <annotation>");
      }
      double origin = fields.getOrDefault("annotation/source/database", "").startsWith(VOC) ? 1 : 0;
      List<double[]> boxes = new ArrayList<>();
      for (Map<String, String> object : objects) {
        boxes.add(
            new double[] {
              number(object, "bndbox/xmin") - origin,
              number(object, "bndbox/ymin") - origin,
              number(object, "bndbox/xmax") - origin,
              number(object, "bndbox/ymax") - origin
            });
      }
      builder.image(imageId);
      if (fields.containsKey("annotation/size/width")) {
        builder.size(
            imageId,
            (int) number(fields, "annotation/size/width"),
            (int) number(fields, "annotation/size/height"),
            where);
      }
      for (int i = 0; i < boxes.size(); i++) {
        builder.box(imageId, objects.get(i).getOrDefault("name", ""), boxes.get(i), where);
      }
    }

    private static double number(Map<String, String> fields, String name) {
      String text = fields.get(name);
      if (text == null) {
        throw new NumberFormatException("no <%s>".formatted(name));
      }
      return Double.parseDouble(text);
    }
  }
}
