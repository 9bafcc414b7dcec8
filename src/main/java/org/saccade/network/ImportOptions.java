package org.saccade.network;

import java.util.Optional;

/**
 * How a model file becomes a {@link Network}.
 *
 * @param inputShape shape of the input without its batch axis, {@code [C, spatial...]}; needed
 *     where the file leaves an extent open
 * @param output name of the output to read; needed where the file has several
 * @param foldBatchNorm whether batch normalization is folded into the layer before it; if not, it
 *     stays as a {@link Layer.ChannelAffine}
 * @param classifier whether the network must end in a vector of class scores, whose final softmax
 *     is then split off; if not, the output is taken as it is
 */
public record ImportOptions(
    Optional<Shape> inputShape,
    Optional<String> output,
    boolean foldBatchNorm,
    boolean classifier) {

  /** A classifier with everything as the file says and batch normalization folded. */
  public static ImportOptions defaults() {
    return new ImportOptions(Optional.empty(), Optional.empty(), true, true);
  }

  public ImportOptions withInputShape(Shape shape) {
    return new ImportOptions(Optional.of(shape), output, foldBatchNorm, classifier);
  }

  public ImportOptions withOutput(String name) {
    return new ImportOptions(inputShape, Optional.of(name), foldBatchNorm, classifier);
  }

  public ImportOptions withoutBatchNormFolding() {
    return new ImportOptions(inputShape, output, false, classifier);
  }

  /** Takes any network, not only classifiers, and leaves a final softmax in place. */
  public ImportOptions anyNetwork() {
    return new ImportOptions(inputShape, output, foldBatchNorm, false);
  }
}
