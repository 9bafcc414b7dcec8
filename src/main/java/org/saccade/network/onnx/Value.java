package org.saccade.network.onnx;

/** What a name in an ONNX graph stands for. */
sealed interface Value permits Constant, Value.Computed, Value.Unknown {

  /**
   * An activation: computed from the image.
   *
   * @param id its node in the network under construction
   */
  record Computed(int id) implements Value {}

  /** The result of something unsupported, or of something that reads such a result. */
  record Unknown() implements Value {}
}
