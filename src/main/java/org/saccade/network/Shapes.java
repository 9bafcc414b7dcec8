package org.saccade.network;

import java.util.ArrayList;
import java.util.List;

/** What shape inference asks of its inputs. */
final class Shapes {
  private Shapes() {}

  static Shape only(List<Shape> inputs) {
    if (inputs.size() != 1) {
      throw new IllegalArgumentException(
          "this layer reads one value, found %d".formatted(inputs.size()));
    }
    return inputs.get(0);
  }

  static void requireChannels(Shape input, int channels) {
    if (input.rank() == 0 || input.channels() != channels) {
      throw new IllegalArgumentException(
          "this layer reads %d channels, found an input of shape %s".formatted(channels, input));
    }
  }

  static void requireBias(Tensor bias, int outputs) {
    if (bias.shape().size() != outputs) {
      throw new IllegalArgumentException(
          "a layer of %d outputs has a bias of %d values, found one of shape %s"
              .formatted(outputs, outputs, bias.shape()));
    }
  }

  /** Broadcasting as NumPy defines it: aligned at the last axis, extent 1 stretches. */
  static Shape broadcast(List<Shape> inputs) {
    int rank = inputs.stream().mapToInt(Shape::rank).max().orElse(0);
    List<Integer> joined = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      int extent = 1;
      for (Shape input : inputs) {
        int own = axis - (rank - input.rank());
        int dim = own < 0 ? 1 : input.dim(own);
        if (dim != 1 && extent != 1 && dim != extent) {
          throw new IllegalArgumentException("cannot broadcast %s together".formatted(inputs));
        }
        extent = dim == 1 ? extent : dim;
      }
      joined.add(extent);
    }
    return new Shape(joined);
  }
}
