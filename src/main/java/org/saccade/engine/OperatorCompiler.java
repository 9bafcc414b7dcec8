package org.saccade.engine;

import static org.saccade.engine.NativeMemory.longs;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.saccade.network.Layer;
import org.saccade.network.Network;
import org.saccade.network.Node;
import org.saccade.network.Shape;

/** Turns one node of a network into the operator that computes it. */
final class OperatorCompiler implements Layer.Visitor<Operator> {
  private final Weights weights;
  private final List<Shape> inputs;
  private final Shape output;

  private OperatorCompiler(Weights weights, List<Shape> inputs, Shape output) {
    this.weights = weights;
    this.inputs = inputs;
    this.output = output;
  }

  static Operator compile(Network network, Node node, Weights weights) {
    List<Shape> inputs = node.inputs().stream().map(id -> network.node(id).shape()).toList();
    return node.layer().accept(new OperatorCompiler(weights, inputs, node.shape()));
  }

  @Override
  public Operator input(Layer.Input layer) {
    throw new IllegalStateException("the input is given, not computed");
  }

  @Override
  public Operator convolution(Layer.Convolution layer) {
    return ConvolutionOperators.convolution(layer, weights);
  }

  @Override
  public Operator transposedConvolution(Layer.TransposedConvolution layer) {
    return ConvolutionOperators.transposed(layer, input(), weights);
  }

  @Override
  public Operator linear(Layer.Linear layer) {
    PtNDArray weight = weights.of(layer.weight());
    PtNDArray bias = weights.of(layer.bias());
    return Operator.unary(x -> JniUtils.linear(x, weight, bias));
  }

  @Override
  public Operator convolutionalClassifier(Layer.ConvolutionalClassifier layer) {
    return ConvolutionOperators.classifier(layer, input(), weights);
  }

  @Override
  public Operator pooling(Layer.Pooling layer) {
    return PoolingOperators.pooling(layer, input(), output, weights);
  }

  @Override
  public Operator globalPooling(Layer.GlobalPooling layer) {
    return PoolingOperators.adaptive(layer.kind(), output.spatial());
  }

  @Override
  public Operator adaptivePooling(Layer.AdaptivePooling layer) {
    return PoolingOperators.adaptive(layer.kind(), layer.output());
  }

  @Override
  public Operator channelAffine(Layer.ChannelAffine layer) {
    return NormalizationOperators.channelAffine(layer.scale(), layer.shift(), weights);
  }

  @Override
  public Operator activation(Layer.Activation layer) {
    return ActivationOperators.activation(layer, weights);
  }

  @Override
  public Operator parametricRelu(Layer.ParametricRelu layer) {
    return ActivationOperators.parametricRelu(layer, input(), weights);
  }

  @Override
  public Operator localResponseNormalization(Layer.LocalResponseNormalization layer) {
    return NormalizationOperators.localResponse(layer, input(), weights);
  }

  @Override
  public Operator groupNormalization(Layer.GroupNormalization layer) {
    return NormalizationOperators.group(layer, input(), weights);
  }

  @Override
  public Operator layerNormalization(Layer.LayerNormalization layer) {
    return NormalizationOperators.layer(layer, weights);
  }

  @Override
  public Operator softmax(Layer.Softmax layer) {
    int axis = layer.axis() + 1;
    return layer.logarithm()
        ? Operator.unary(x -> JniUtils.logSoftmax(x, axis, DataType.FLOAT32))
        : Operator.unary(x -> JniUtils.softmax(x, axis, DataType.FLOAT32));
  }

  @Override
  public Operator addition(Layer.Addition layer) {
    return xs -> {
      PtNDArray sum = ElementwiseOperators.broadcast(JniUtils::add, xs[0], xs[1], output.rank());
      for (int i = 2; i < xs.length; i++) {
        PtNDArray before = sum;
        try (before) {
          sum = ElementwiseOperators.broadcast(JniUtils::add, before, xs[i], output.rank());
        }
      }
      return sum;
    };
  }

  @Override
  public Operator elementwise(Layer.Elementwise layer) {
    return ElementwiseOperators.elementwise(layer.operator(), output);
  }

  @Override
  public Operator constantElementwise(Layer.ConstantElementwise layer) {
    return ElementwiseOperators.withConstant(layer, output, weights);
  }

  @Override
  public Operator concatenation(Layer.Concatenation layer) {
    return xs -> JniUtils.cat(xs, layer.axis() + 1);
  }

  @Override
  public Operator slice(Layer.Slice layer) {
    return Operator.unary(
        x -> JniUtils.slice(x, layer.axis() + 1, layer.start(), layer.end(), layer.step()));
  }

  @Override
  public Operator padding(Layer.Padding layer) {
    return PaddingOperators.padding(layer, input());
  }

  @Override
  public Operator reshape(Layer.Reshape layer) {
    return Operator.unary(x -> reshape(x, layer.target()));
  }

  @Override
  public Operator permutation(Layer.Permutation layer) {
    long[] axes = new long[layer.axes().size() + 1];
    for (int axis = 1; axis < axes.length; axis++) {
      axes[axis] = layer.axes().get(axis - 1) + 1L;
    }
    return Operator.unary(x -> JniUtils.permute(x, axes));
  }

  @Override
  public Operator upsampling(Layer.Upsampling layer) {
    return UpsamplingOperators.upsampling(layer, input(), weights);
  }

  @Override
  public Operator reduction(Layer.Reduction layer) {
    long[] axes = layer.axes().stream().mapToLong(axis -> axis + 1).toArray();
    return switch (layer.kind()) {
      case SUM -> Operator.unary(x -> JniUtils.sum(x, axes, layer.keepAxes()));
      case MEAN -> {
        int count = layer.axes().stream().mapToInt(input()::dim).reduce(1, Math::multiplyExact);
        PtNDArray divisor = weights.scalar(count);
        yield Operator.unary(
            x -> {
              PtNDArray mean = JniUtils.sum(x, axes, layer.keepAxes());
              JniUtils.divi(mean, divisor);
              return mean;
            });
      }
      case MAXIMUM -> {
        List<Integer> lastFirst = new ArrayList<>(layer.axes());
        lastFirst.sort(Collections.reverseOrder());
        yield Operator.unary(
            x -> {
              PtNDArray maximum = null;
              for (int axis : lastFirst) {
                PtNDArray before = maximum;
                maximum = JniUtils.max(before == null ? x : before, axis + 1, layer.keepAxes());
                if (before != null) {
                  before.close();
                }
              }
              return maximum == null ? reshape(x, output) : maximum;
            });
      }
    };
  }

  @Override
  public Operator embedding(Layer.Embedding layer) {
    PtNDArray table = weights.of(layer.table());
    return Operator.unary(
        x -> {
          try (PtNDArray indices = x.toType(DataType.INT64, true)) {
            return JniUtils.embedding(indices, table, false);
          }
        });
  }

  private Shape input() {
    return inputs.get(0);
  }

  /** A view {@code [N, target...]} where memory allows, else a copy. */
  static PtNDArray reshape(PtNDArray x, Shape target) {
    long[] dims = new long[target.rank() + 1];
    dims[0] = x.getShape().get(0);
    System.arraycopy(longs(target.dims()), 0, dims, 1, target.rank());
    return JniUtils.reshape(x, dims);
  }
}
