package org.saccade.demo.scene;

import java.util.Random;

/** Smooth noise over the plane: random numbers on the integer grid, blended in between. */
final class ValueNoise {
  private final long seed;

  ValueNoise(Random random) {
    seed = random.nextLong();
  }

  /** A value from 0 to 1. */
  double at(double x, double y) {
    long left = (long) Math.floor(x);
    long top = (long) Math.floor(y);
    double right = smooth(x - left);
    double down = smooth(y - top);
    double above = mix(lattice(seed, left, top), lattice(seed, left + 1, top), right);
    double below = mix(lattice(seed, left, top + 1), lattice(seed, left + 1, top + 1), right);
    return mix(above, below, down);
  }

  /** The random number of a grid point, 0 to 1: the finalizer of SplitMix64 over its place. */
  static double lattice(long seed, long x, long y) {
    return (Mixer.mix(seed ^ Mixer.mix(x * 0x1F123BB5L + y)) >>> 11) * 0x1p-53;
  }

  private static double smooth(double t) {
    return t * t * (3 - 2 * t);
  }

  private static double mix(double from, double to, double share) {
    return from + (to - from) * share;
  }
}
