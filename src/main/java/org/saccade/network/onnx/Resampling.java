package org.saccade.network.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Upsampling.Interpolation;
import org.saccade.network.Shape;

/** Resize and its predecessor Upsample, as far as the network's two interpolations say the same. */
final class Resampling {
  private Resampling() {}

  /** Opset 7 to 9: asymmetric coordinates throughout. */
  static List<Value> upsample(OnnxNode node) {
    List<Float> scales = node.reals("scales").orElseGet(() -> floats(node.constant(1)));
    return resample(node, scales, Optional.empty(), "asymmetric", "floor");
  }

  static List<Value> resize(OnnxNode node) {
    if (node.opset() < 11) {
      return resample(node, floats(node.constant(1)), Optional.empty(), "asymmetric", "floor");
    }
    if (node.flag("antialias") || node.has("axes") || node.flag("exclude_outside")) {
      throw new UnsupportedOperator(
          "antialiasing, exclude_outside and a choice of axes are not supported");
    }
    // A scales input may be there and empty.
    Optional<List<Float>> scales =
        node.optionalConstant(2).map(Resampling::floats).filter(list -> !list.isEmpty());
    Optional<List<Integer>> sizes = node.optionalConstant(3).map(Constant::ints);
    Shape input = node.shape(0);
    List<Float> factors =
        scales.orElseGet(
            () -> {
              List<Integer> stated =
                  sizes.orElseThrow(
                      () -> new UnsupportedOperator("neither scales nor sizes are given"));
              List<Float> computed = new ArrayList<>(List.of(1f));
              for (int axis = 0; axis < input.rank(); axis++) {
                computed.add((float) stated.get(axis + 1) / input.dim(axis));
              }
              return computed;
            });
    return resample(
        node,
        factors,
        scales.isPresent() ? Optional.empty() : sizes,
        node.text("coordinate_transformation_mode", "half_pixel"),
        node.text("nearest_mode", "round_prefer_floor"));
  }

  private static List<Value> resample(
      OnnxNode node,
      List<Float> scales,
      Optional<List<Integer>> sizes,
      String coordinates,
      String rounding) {
    Shape input = node.shape(0);
    if (scales.size() != input.rank() + 1 || scales.get(0) != 1 || scales.get(1) != 1) {
      throw new UnsupportedOperator("only spatial axes can be resampled, found scales " + scales);
    }
    int[] output = new int[input.rank() - 1];
    for (int axis = 0; axis < output.length; axis++) {
      int entry = axis + 2;
      output[axis] =
          sizes.isPresent()
              ? sizes.get().get(entry)
              : (int) Math.floor((double) input.dim(axis + 1) * scales.get(entry));
    }
    Shape target = Shape.of(output);
    String mode = node.text("mode", "nearest");
    if (mode.equals("nearest")) {
      for (int axis = 0; axis < output.length; axis++) {
        requireFloor(
            input.dim(axis + 1), output[axis], scales.get(axis + 2), coordinates, rounding);
      }
      return node.apply(new Layer.Upsampling(Interpolation.NEAREST, target, false));
    }
    boolean linear = mode.equals("linear") || mode.equals("bilinear");
    boolean corners = coordinates.equals("align_corners");
    boolean halfPixel =
        coordinates.equals("half_pixel") || coordinates.equals("pytorch_half_pixel");
    if (!linear || !(corners || halfPixel)) {
      throw new UnsupportedOperator(
          ("nearest, and linear with half-pixel or aligned corners, are supported, found %s with %s"
                  + " coordinates")
              .formatted(mode, coordinates));
    }
    for (int axis = 0; axis < output.length; axis++) {
      requireExact(input.dim(axis + 1), output[axis], scales.get(axis + 2), coordinates);
    }
    return node.apply(new Layer.Upsampling(Interpolation.LINEAR, target, corners));
  }

  /** Refuses coordinates that follow a scale other than the ratio of the extents. */
  private static void requireExact(int in, int out, double scale, String coordinates) {
    boolean ratio = Math.abs(in * scale - out) < 1e-3;
    boolean collapses = coordinates.equals("pytorch_half_pixel") && out == 1 && in > 1;
    if (!ratio || collapses) {
      throw new UnsupportedOperator(
          ("linear resampling of %d cells by %s to %d with %s coordinates does not spread them evenly;"
                  + " export it with the size of the result")
              .formatted(in, scale, out, coordinates));
    }
  }

  /** Refuses roundings that pick other cells than {@code floor(i * in / out)}. */
  private static void requireFloor(
      int in, int out, double scale, String coordinates, String rounding) {
    // A ratio of extents is meant as such, and as a float it would be a little off.
    boolean ratio = Math.abs(in * scale - out) < 1e-3;
    for (int i = 0; i < out; i++) {
      double half = ratio ? (i + 0.5) * in / out - 0.5 : (i + 0.5) / scale - 0.5;
      double position =
          switch (coordinates) {
            case "asymmetric" -> ratio ? (double) i * in / out : i / scale;
            case "half_pixel" -> half;
            case "pytorch_half_pixel" -> out > 1 ? half : 0;
            case "align_corners" -> out > 1 ? (double) i * (in - 1) / (out - 1) : 0;
            default ->
                throw new UnsupportedOperator(
                    "%s coordinates are not supported".formatted(coordinates));
          };
      double rounded =
          switch (rounding) {
            case "floor" -> Math.floor(position);
            case "ceil" -> Math.ceil(position);
            case "round_prefer_ceil" -> Math.floor(position + 0.5);
            default -> Math.ceil(position - 0.5);
          };
      long cell = (long) Math.max(0, Math.min(in - 1, rounded));
      if (cell != (long) i * in / out) {
        throw new UnsupportedOperator(
            ("nearest resampling of %d cells to %d with %s coordinates and %s picks other cells than"
                    + " PyTorch's; export it with asymmetric coordinates and floor")
                .formatted(in, out, coordinates, rounding));
      }
    }
  }

  private static List<Float> floats(Constant constant) {
    List<Float> list = new ArrayList<>();
    for (float value : constant.floats()) {
      list.add(value);
    }
    return list;
  }
}
