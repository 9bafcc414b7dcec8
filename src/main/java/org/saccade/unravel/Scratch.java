package org.saccade.unravel;

/**
 * Memory that the layers of a walk use one after the other: memory just used is in the processor's
 * cache, new memory is not.
 */
final class Scratch {
  private float[] floats = new float[0];

  /**
   * Room for numbers, what was in it before is still there; valid until the next call.
   *
   * @param count the least length
   */
  float[] floats(int count) {
    if (floats.length < count) {
      floats = new float[count];
    }
    return floats;
  }
}
