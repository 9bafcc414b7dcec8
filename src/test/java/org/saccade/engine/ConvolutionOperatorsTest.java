package org.saccade.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.saccade.network.Layer;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;
import org.saccade.network.Window;

/**
 * A convolution is the sum of the convolutions of its channels: to the last bit where all values
 * are small integers. Single channels are added up rightly on every processor, many are not on some
 * ({@link ConvolutionCheck}).
 */
class ConvolutionOperatorsTest {
  private static final int OUTPUTS = 13;
  private static final int IMAGES = 2;

  private final Random random = new Random(1);

  @ParameterizedTest
  @ValueSource(ints = {16, 17, 19, 24, 30, 33, 40, 100})
  void isTheSumOfItsChannels(int channels) {
    expectTheSumOfChannels(Window.square(3, 1, 1), Shape.of(channels, 7, 9));
  }

  @ParameterizedTest
  @ValueSource(ints = {19, 24})
  void isTheSumOfItsChannelsWithUnevenPadding(int channels) {
    expectTheSumOfChannels(
        new Window(List.of(3, 2), List.of(2, 1), List.of(1, 2), List.of(0, 2), List.of(1, 1)),
        Shape.of(channels, 7, 9));
  }

  @ParameterizedTest
  @ValueSource(ints = {19, 24})
  void isTheSumOfItsChannelsOverOneAndThreeAxes(int channels) {
    expectTheSumOfChannels(Window.of(List.of(5), List.of(1), List.of(2)), Shape.of(channels, 11));
    expectTheSumOfChannels(
        Window.of(List.of(3, 2, 3), List.of(1, 1, 1), List.of(1, 0, 1)),
        Shape.of(channels, 5, 4, 6));
  }

  @ParameterizedTest
  @ValueSource(ints = {19, 24})
  void isTheSumOfItsChannelsWhenTransposed(int channels) {
    Window window = Window.square(3, 2, 1);
    Shape input = Shape.of(channels, 5, 6);
    float[] weights = smallIntegers(channels * OUTPUTS * 9);
    Layer whole = transposed(Shape.of(channels, OUTPUTS, 3, 3), weights, window);
    expectTheSumOfChannels(
        whole,
        input,
        c -> transposed(Shape.of(1, OUTPUTS, 3, 3), block(weights, c, OUTPUTS * 9), window));
  }

  /**
   * Without other convolutions: here those of single channels are wrong on some processors, too.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 16, 19, 24})
  void isASumOverEverythingWhereAWindowIsAllOfTheInput(int channels) {
    expectTheSumOfAll(Window.square(7, 1, 0), Shape.of(channels, 7, 7));
    expectTheSumOfAll(Window.square(9, 4, 2), Shape.of(channels, 5, 5));
    expectTheSumOfAll(
        new Window(List.of(3, 9), List.of(1, 1), List.of(1, 1), List.of(1, 0), List.of(0, 2)),
        Shape.of(channels, 2, 7));
    expectTheSumOfAll(Window.of(List.of(14), List.of(1), List.of(0)), Shape.of(channels, 14));
    expectTheSumOfAll(
        Window.of(List.of(3, 2, 5), List.of(1, 1, 1), List.of(0, 0, 0)),
        Shape.of(channels, 3, 2, 5));
  }

  private void expectTheSumOfAll(Window window, Shape input) {
    Shape kernel = new Shape(window.kernel());
    float[] weights = smallIntegers(OUTPUTS * input.channels() * kernel.size());
    float[] batch = smallIntegers(IMAGES * input.size());
    Layer layer = convolution(kernel.prepend(input.channels()).prepend(OUTPUTS), weights, window);
    float[] expected = new float[IMAGES * OUTPUTS];
    for (int i = 0; i < IMAGES * OUTPUTS * input.size(); i++) {
      int cell = i % input.size();
      int output = i / input.size() % OUTPUTS;
      int image = i / input.size() / OUTPUTS;
      expected[image * OUTPUTS + output] +=
          batch[image * input.size() + cell]
              * weights[output * input.channels() * kernel.size() + tap(cell, input, window)];
    }
    assertThat(result(layer, input, batch)).isEqualTo(expected);
  }

  /** Where in its filter the weight of a cell lies, in a window that begins with its padding. */
  private static int tap(int cell, Shape input, Window window) {
    int tap = 0;
    int rest = cell;
    int stride = 1;
    for (int axis = window.axes() - 1; axis >= 0; axis--) {
      int extent = input.dim(axis + 1);
      tap += (rest % extent + window.padBefore().get(axis)) * stride;
      rest /= extent;
      stride *= window.kernel().get(axis);
    }
    return tap + rest * stride;
  }

  private void expectTheSumOfChannels(Window window, Shape input) {
    int channels = input.channels();
    Shape kernel = new Shape(window.kernel());
    int taps = kernel.size();
    float[] weights = smallIntegers(OUTPUTS * channels * taps);
    Layer whole = convolution(kernel.prepend(channels).prepend(OUTPUTS), weights, window);
    expectTheSumOfChannels(
        whole,
        input,
        c -> {
          float[] one = new float[OUTPUTS * taps];
          for (int o = 0; o < OUTPUTS; o++) {
            System.arraycopy(weights, (o * channels + c) * taps, one, o * taps, taps);
          }
          return convolution(kernel.prepend(1).prepend(OUTPUTS), one, window);
        });
  }

  private interface OfChannel {
    Layer layer(int channel);
  }

  private void expectTheSumOfChannels(Layer whole, Shape input, OfChannel single) {
    int channels = input.channels();
    int cells = input.size() / channels;
    float[] batch = smallIntegers(IMAGES * input.size());
    float[] found = result(whole, input, batch);
    float[] expected = new float[found.length];
    for (int c = 0; c < channels; c++) {
      float[] channel = new float[IMAGES * cells];
      for (int image = 0; image < IMAGES; image++) {
        System.arraycopy(batch, (image * channels + c) * cells, channel, image * cells, cells);
      }
      float[] part = result(single.layer(c), input.with(0, 1), channel);
      for (int i = 0; i < part.length; i++) {
        expected[i] += part[i];
      }
    }
    assertThat(found).isEqualTo(expected);
  }

  private static float[] result(Layer layer, Shape input, float[] batch) {
    Network.Builder builder = Network.builder("convolution", input);
    Network network = builder.build(builder.add("c", layer, builder.input()), false);
    return ForwardPass.of(network, batch, IMAGES);
  }

  private static Layer convolution(Shape shape, float[] weights, Window window) {
    return new Layer.Convolution(Tensor.of(shape, weights), zeros(), window, 1);
  }

  private static Layer transposed(Shape shape, float[] weights, Window window) {
    return new Layer.TransposedConvolution(
        Tensor.of(shape, weights), zeros(), window, Shape.repeat(0, window.axes()), 1);
  }

  private static Tensor zeros() {
    return Tensor.of(Shape.of(OUTPUTS), new float[OUTPUTS]);
  }

  private static float[] block(float[] values, int index, int size) {
    float[] block = new float[size];
    System.arraycopy(values, index * size, block, 0, size);
    return block;
  }

  private float[] smallIntegers(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(7) - 3;
    }
    return values;
  }
}
