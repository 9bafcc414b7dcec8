package org.saccade.network.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.saccade.network.Layer;
import org.saccade.network.Layer.PoolingKind;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;
import org.saccade.network.Window;

/** Convolutions, poolings and resampling: what slides over space. */
final class WindowOperators {
  private WindowOperators() {}

  static Map<String, Translator> all() {
    return Map.of(
        "Conv", WindowOperators::convolution,
        "ConvTranspose", WindowOperators::transposedConvolution,
        "MaxPool", node -> pooling(node, PoolingKind.MAX),
        "AveragePool", WindowOperators::averagePooling,
        "GlobalMaxPool", node -> node.apply(new Layer.GlobalPooling(PoolingKind.MAX)),
        "GlobalAveragePool", node -> node.apply(new Layer.GlobalPooling(PoolingKind.AVERAGE)),
        "Resize", Resampling::resize,
        "Upsample", Resampling::upsample);
  }

  private static List<Value> convolution(OnnxNode node) {
    Tensor weight = kernel(node);
    List<Integer> extents = weight.shape().dims().subList(2, weight.shape().rank());
    return node.apply(
        new Layer.Convolution(
            weight,
            bias(node, weight.shape().dim(0)),
            window(node, extents),
            (int) node.integer("group", 1)));
  }

  private static List<Value> transposedConvolution(OnnxNode node) {
    Tensor weight = kernel(node);
    List<Integer> extents = weight.shape().dims().subList(2, weight.shape().rank());
    int axes = extents.size();
    int groups = (int) node.integer("group", 1);
    List<Integer> strides = numbers(node, "strides", 1, axes);
    List<Integer> dilations = numbers(node, "dilations", 1, axes);
    List<Integer> outputPadding = numbers(node, "output_padding", 0, axes);
    List<Integer> pads = numbers(node, "pads", 0, 2 * axes);
    List<Integer> before = new ArrayList<>(pads.subList(0, axes));
    List<Integer> after = new ArrayList<>(pads.subList(axes, 2 * axes));
    String autoPad = node.text("auto_pad", "NOTSET");
    boolean same = autoPad.startsWith("SAME");
    if (same || node.has("output_shape")) {
      List<Integer> stated = node.integers("output_shape").orElse(List.of());
      for (int axis = 0; axis < axes; axis++) {
        int input = node.shape(0).spatial().dim(axis);
        int target =
            stated.isEmpty() ? input * strides.get(axis) : stated.get(stated.size() - axes + axis);
        int reach = (extents.get(axis) - 1) * dilations.get(axis) + 1;
        int total = strides.get(axis) * (input - 1) + outputPadding.get(axis) + reach - target;
        if (total < 0) {
          throw new UnsupportedOperator(
              "its output would have to be padded to %d cells; state output_padding instead"
                  .formatted(target));
        }
        int half = total / 2;
        before.set(axis, autoPad.equals("SAME_UPPER") ? half : total - half);
        after.set(axis, total - before.get(axis));
      }
    }
    return node.apply(
        new Layer.TransposedConvolution(
            weight,
            bias(node, weight.shape().dim(1) * groups),
            new Window(extents, strides, dilations, before, after),
            outputPadding,
            groups));
  }

  private static List<Value> averagePooling(OnnxNode node) {
    if (node.integers("dilations").orElse(List.of()).stream().anyMatch(d -> d != 1)) {
      throw new UnsupportedOperator("average pooling with dilation is not supported");
    }
    return pooling(node, PoolingKind.AVERAGE);
  }

  private static List<Value> pooling(OnnxNode node, PoolingKind kind) {
    List<Integer> extents =
        node.integers("kernel_shape")
            .orElseThrow(() -> new UnsupportedOperator("its kernel_shape is missing"));
    return node.apply(
        new Layer.Pooling(
            kind, window(node, extents), node.flag("ceil_mode"), node.flag("count_include_pad")));
  }

  private static Tensor kernel(OnnxNode node) {
    Tensor weight = node.constant(1).tensor();
    int spatialAxes = node.shape(0).rank() - 1;
    if (spatialAxes < 1 || spatialAxes > 3 || weight.shape().rank() != spatialAxes + 2) {
      throw new UnsupportedOperator(
          ("convolutions over 1 to 3 spatial axes are supported, found a weight of shape %s on an"
                  + " activation of shape %s")
              .formatted(weight.shape(), node.shape(0)));
    }
    return weight;
  }

  private static Tensor bias(OnnxNode node, int channels) {
    return node.optionalConstant(2).map(Constant::tensor).orElse(Tensor.filled(channels, 0));
  }

  /** An attribute of as many numbers as the window needs, all the same where it is not stated. */
  private static List<Integer> numbers(OnnxNode node, String attribute, int otherwise, int count) {
    List<Integer> numbers = node.integers(attribute).orElse(Shape.repeat(otherwise, count));
    if (numbers.size() != count) {
      throw new UnsupportedOperator(
          "its %s %s are %d numbers, but its window needs %d"
              .formatted(attribute, numbers, numbers.size(), count));
    }
    return numbers;
  }

  /** The window, its automatic padding resolved for the shape of the first input. */
  private static Window window(OnnxNode node, List<Integer> extents) {
    int axes = extents.size();
    List<Integer> strides = numbers(node, "strides", 1, axes);
    List<Integer> dilations = numbers(node, "dilations", 1, axes);
    List<Integer> pads = numbers(node, "pads", 0, 2 * axes);
    String autoPad = node.text("auto_pad", "NOTSET");
    return switch (autoPad) {
      case "NOTSET", "" ->
          new Window(
              extents, strides, dilations, pads.subList(0, axes), pads.subList(axes, 2 * axes));
      case "VALID" ->
          new Window(extents, strides, dilations, Shape.repeat(0, axes), Shape.repeat(0, axes));
      case "SAME_UPPER", "SAME_LOWER" -> {
        List<Integer> smaller = new ArrayList<>();
        List<Integer> larger = new ArrayList<>();
        for (int axis = 0; axis < axes; axis++) {
          int input = node.shape(0).spatial().dim(axis);
          int step = strides.get(axis);
          int output = (input + step - 1) / step;
          int reach = (extents.get(axis) - 1) * dilations.get(axis) + 1;
          int total = Math.max(0, (output - 1) * step + reach - input);
          smaller.add(total / 2);
          larger.add(total - total / 2);
        }
        yield autoPad.equals("SAME_UPPER")
            ? new Window(extents, strides, dilations, smaller, larger)
            : new Window(extents, strides, dilations, larger, smaller);
      }
      default -> throw new UnsupportedOperator("auto_pad '%s' is unknown".formatted(autoPad));
    };
  }
}
