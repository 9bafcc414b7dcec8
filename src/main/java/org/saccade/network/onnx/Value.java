package org.saccade.network.onnx;

/** What a name in an ONNX graph stands for. */
sealed interface Value permits Constant, Value.Computed, Value.Unknown {

  /**
   * An activation: computed from the image.
   *
   * @param id its node in the network under construction
   */
  record Computed(int id) implements Value {}

  /**
   * The result of something unsupported, or of something that reads such a result.
   *
   * @param ofImage whether it depends on the image
   */
  record Unknown(boolean ofImage) implements Value {}

  /** Whether this depends on the image. */
  default boolean dependsOnImage() {
    return this instanceof Computed || (this instanceof Unknown unknown && unknown.ofImage());
  }
}
