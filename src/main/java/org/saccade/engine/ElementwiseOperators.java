package org.saccade.engine;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.saccade.network.Layer;
import org.saccade.network.Shape;

/** Operators on two operands, broadcast. */
final class ElementwiseOperators {
  private ElementwiseOperators() {}

  /** {@code first op second}, attached to the manager of the first. */
  @FunctionalInterface
  interface Binary {
    PtNDArray apply(PtNDArray first, PtNDArray second);
  }

  static Operator elementwise(Layer.Elementwise.Operator operator, Shape output) {
    Binary binary = of(operator);
    return placeIndependent(operator, xs -> broadcast(binary, xs[0], xs[1], output.rank()));
  }

  private static Operator placeIndependent(Layer.Elementwise.Operator operator, Operator batch) {
    return operator == Layer.Elementwise.Operator.POWER ? Operator.imageByImage(batch) : batch;
  }

  private static Binary of(Layer.Elementwise.Operator operator) {
    return switch (operator) {
      case ADD -> JniUtils::add;
      case SUBTRACT -> JniUtils::sub;
      case MULTIPLY -> JniUtils::mul;
      case DIVIDE -> JniUtils::div;
      case MAXIMUM -> JniUtils::max;
      case MINIMUM -> JniUtils::min;
      case POWER -> JniUtils::pow;
    };
  }

  /**
   * The operands are aligned at their last axis, as without a batch axis.
   *
   * @param rank rank of the result, without the batch axis
   */
  static PtNDArray broadcast(Binary operator, PtNDArray first, PtNDArray second, int rank) {
    if (rankOf(first) == rank && rankOf(second) == rank) {
      return operator.apply(first, second);
    }
    try (PtNDArray alignedFirst = aligned(first, rank);
        PtNDArray alignedSecond = aligned(second, rank)) {
      return operator.apply(alignedFirst, alignedSecond);
    }
  }

  static Operator withConstant(Layer.ConstantElementwise layer, Shape output, Weights weights) {
    Binary operator = of(layer.operator());
    PtNDArray constant = weights.of(layer.constant());
    return placeIndependent(
        layer.operator(),
        Operator.unary(
            x -> {
              try (PtNDArray aligned = aligned(x, output.rank())) {
                if (!layer.constantFirst()) {
                  return operator.apply(aligned, constant);
                }
                PtNDArray result = operator.apply(constant, aligned);
                result.attach(x.getManager());
                return result;
              }
            }));
  }

  private static int rankOf(PtNDArray array) {
    return array.getShape().dimension() - 1;
  }

  /** A view {@code [N, 1..., own extents...]} of the given rank. */
  private static PtNDArray aligned(PtNDArray array, int rank) {
    long[] own = array.getShape().getShape();
    List<Integer> dims = new ArrayList<>(Collections.nCopies(rank - (own.length - 1), 1));
    for (int axis = 1; axis < own.length; axis++) {
      dims.add(Math.toIntExact(own[axis]));
    }
    return OperatorCompiler.reshape(array, new Shape(dims));
  }
}
