package org.saccade.network.onnx;

import java.nio.charset.StandardCharsets;

/**
 * The numbers that src/test/oracle/onnx_logits.py generates: SplitMix64 seeded with the FNV-1a hash
 * of a name, 24 bits each.
 */
final class SeededNumbers {
  private SeededNumbers() {}

  /** Numbers between {@code low} and {@code high}. */
  static float[] between(double low, double high, String name, int size) {
    long state = seed(name);
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      state += 0x9E3779B97F4A7C15L;
      long z = state;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      z = z ^ (z >>> 31);
      numbers[i] = (float) (low + (high - low) * ((z >>> 40) * 0x1p-24));
    }
    return numbers;
  }

  private static long seed(String name) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return hash;
  }
}
