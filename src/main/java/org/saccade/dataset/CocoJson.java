package org.saccade.dataset;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.saccade.UserException;

/**
 * Annotations in COCO's JSON: {@code images}, {@code annotations} with {@code bbox} as left, top,
 * width and height, and {@code categories}. A class is known by its category's name in a list of
 * classes, and is the category's id where there is no list. Crowd regions are passed over, since
 * they are no single object.
 */
final class CocoJson {
  private final GroundTruthBuilder builder;
  private final boolean byName;

  /**
   * @param byName whether classes go by their names instead of by their ids
   */
  CocoJson(GroundTruthBuilder builder, boolean byName) {
    this.builder = builder;
    this.byName = byName;
  }

  void read(String file, Reader in) {
    Map<String, String> categories = new HashMap<>();
    Map<String, String> imageIds = new HashMap<>();
    List<JsonObject> annotations = new ArrayList<>();
    boolean hasImages = false;
    try (JsonReader reader = new JsonReader(in)) {
      reader.setStrictness(Strictness.STRICT);
      reader.beginObject();
      while (reader.hasNext()) {
        String section = reader.nextName();
        switch (section) {
          case "images", "annotations", "categories" -> {
            hasImages |= section.equals("images");
            reader.beginArray();
            while (reader.hasNext()) {
              if (!(JsonParser.parseReader(reader) instanceof JsonObject entry)) {
                builder
                    .faults()
                    .add(
                        GroundTruthFault.MALFORMED,
                        "%s: an entry of %s is no object".formatted(file, section));
                continue;
              }
              switch (section) {
                case "images" -> image(file, entry, imageIds);
                case "categories" -> category(file, entry, categories);
                default -> annotations.add(entry);
              }
            }
            reader.endArray();
          }
          default -> reader.skipValue();
        }
      }
      reader.endObject();
    } catch (IOException | JsonParseException | IllegalStateException e) {
      throw new UserException(
          "%s is no COCO annotation file, it cannot be read as JSON: %s"
              .formatted(file, e.getMessage()),
          e);
    }
    if (!hasImages) {
      throw new UserException(
          "%s is no COCO annotation file: it has no list of images".formatted(file));
    }
    for (JsonObject annotation : annotations) {
      annotation(file, annotation, imageIds, categories);
    }
  }

  private void image(String file, JsonObject entry, Map<String, String> imageIds) {
    String where = file + ": image " + text(entry, "id");
    String name = text(entry, "file_name");
    String id = text(entry, "id");
    if (name.isEmpty() || id.isEmpty()) {
      builder.faults().add(GroundTruthFault.MALFORMED, where + " without file_name or id");
      return;
    }
    if (builder.contains(name)) {
      builder.contradiction(name, "%s: %s is listed twice".formatted(where, name));
    }
    builder.image(name);
    if (imageIds.put(id, name) != null) {
      builder.contradiction(name, where + ": the id is used twice");
    }
    if (entry.has("width") && entry.has("height")) {
      try {
        builder.size(name, entry.get("width").getAsInt(), entry.get("height").getAsInt(), where);
      } catch (NumberFormatException | UnsupportedOperationException | IllegalStateException e) {
        builder.faults().add(GroundTruthFault.MALFORMED, where + ": its size is no number");
      }
    }
  }

  private void category(String file, JsonObject entry, Map<String, String> categories) {
    String id = text(entry, "id");
    if (id.isEmpty()) {
      builder.faults().add(GroundTruthFault.MALFORMED, file + ": a category without id");
      return;
    }
    categories.put(id, text(entry, "name"));
  }

  private void annotation(
      String file, JsonObject entry, Map<String, String> imageIds, Map<String, String> categories) {
    String where = "%s: annotation %s".formatted(file, text(entry, "id"));
    String imageId = imageIds.get(text(entry, "image_id"));
    if (imageId == null) {
      builder
          .faults()
          .add(
              GroundTruthFault.MALFORMED,
              "%s of the unknown image %s".formatted(where, text(entry, "image_id")));
      return;
    }
    if (text(entry, "iscrowd").equals("1")) {
      return;
    }
    double[] corners = corners(entry.get("bbox"));
    if (corners.length == 0) {
      builder.faults().add(GroundTruthFault.MALFORMED, where + ": bbox is not four numbers");
      return;
    }
    String category = text(entry, "category_id");
    builder.box(imageId, byName ? categories.getOrDefault(category, "") : category, corners, where);
  }

  /** First and last pixel of {@code [left, top, width, height]}; empty when it is not that. */
  private static double[] corners(JsonElement bbox) {
    if (!(bbox instanceof JsonArray array) || array.size() != 4) {
      return new double[0];
    }
    try {
      double x0 = array.get(0).getAsDouble();
      double y0 = array.get(1).getAsDouble();
      // A side of w pixels ends w - 1 pixels later; less than a pixel is still one.
      double width = array.get(2).getAsDouble();
      double height = array.get(3).getAsDouble();
      return new double[] {x0, y0, last(x0, width), last(y0, height)};
    } catch (NumberFormatException | UnsupportedOperationException | IllegalStateException e) {
      return new double[0];
    }
  }

  private static double last(double first, double extent) {
    return extent >= 0 && extent < 1 ? first : first + extent - 1;
  }

  private static String text(JsonObject entry, String name) {
    return entry.get(name) != null && entry.get(name).isJsonPrimitive()
        ? entry.get(name).getAsString()
        : "";
  }
}
