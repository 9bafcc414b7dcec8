package org.saccade.demo.scene;

import java.util.Random;

/** A pattern that covers the plane: how much of a second colour stands at each place. */
interface Texture {
  /**
   * Share of the second colour, 0 to 1.
   *
   * @param x in pixels
   * @param y in pixels
   */
  double at(double x, double y);

  /** Clouds of several sizes. */
  static Texture clouds(Random random) {
    ValueNoise noise = new ValueNoise(random);
    double size = 14 + 22 * random.nextDouble();
    return (x, y) ->
        0.6 * noise.at(x / size, y / size)
            + 0.3 * noise.at(2.1 * x / size, 2.1 * y / size)
            + 0.1 * noise.at(4.3 * x / size, 4.3 * y / size);
  }

  /** One colour fading into the other. */
  static Texture fade(Random random) {
    double angle = 2 * Math.PI * random.nextDouble();
    double length = 120 + 80 * random.nextDouble();
    return (x, y) ->
        clamp(0.5 + ((x - 64) * Math.cos(angle) + (y - 64) * Math.sin(angle)) / length);
  }

  /** Uneven lines along one direction. */
  static Texture wood(Random random) {
    ValueNoise noise = new ValueNoise(random);
    double angle = Math.PI * random.nextDouble();
    double line = 3 + 3 * random.nextDouble();
    return (x, y) -> {
      double along = x * Math.cos(angle) + y * Math.sin(angle);
      double across = y * Math.cos(angle) - x * Math.sin(angle);
      double bend = 9 * noise.at(along / 45, across / 25);
      return 0.5 + 0.35 * Math.sin((across + bend) / line) + 0.15 * noise.at(x / 4, y / 4);
    };
  }

  /** A wall of bricks. */
  static Texture bricks(Random random) {
    ValueNoise noise = new ValueNoise(random);
    double height = 9 + 6 * random.nextDouble();
    double width = 2.1 * height;
    double shiftX = width * random.nextDouble();
    double shiftY = height * random.nextDouble();
    return (x, y) -> {
      double row = Math.floor((y + shiftY) / height);
      double inRow = y + shiftY - row * height;
      double along = x + shiftX + (row % 2) * width / 2;
      double column = Math.floor(along / width);
      double inColumn = along - column * width;
      boolean mortar = inRow < 1.6 || inColumn < 1.6;
      return mortar ? 0 : 0.65 + 0.35 * noise.at(3.7 * column + 0.3, 5.3 * row + 0.6);
    };
  }

  /** Pebbles side by side. */
  static Texture pebbles(Random random) {
    double size = 12 + 8 * random.nextDouble();
    long seed = random.nextLong();
    return (x, y) -> {
      double nearest = 9;
      double second = 9;
      long cellX = (long) Math.floor(x / size);
      long cellY = (long) Math.floor(y / size);
      for (long cy = cellY - 1; cy <= cellY + 1; cy++) {
        for (long cx = cellX - 1; cx <= cellX + 1; cx++) {
          double dx = cx + ValueNoise.lattice(seed, cx, cy) - x / size;
          double dy = cy + ValueNoise.lattice(~seed, cx, cy) - y / size;
          double distance = Math.hypot(dx, dy);
          second = Math.min(second, Math.max(nearest, distance));
          nearest = Math.min(nearest, distance);
        }
      }
      return clamp(2.5 * (second - nearest));
    };
  }

  /** Soft waves. */
  static Texture waves(Random random) {
    double angle = Math.PI * random.nextDouble();
    double length = 5 + 6 * random.nextDouble();
    ValueNoise noise = new ValueNoise(random);
    return (x, y) -> {
      double across = y * Math.cos(angle) - x * Math.sin(angle) + 10 * noise.at(x / 30, y / 30);
      return 0.5 + 0.5 * Math.sin(across / length);
    };
  }

  private static double clamp(double share) {
    return Math.max(0, Math.min(1, share));
  }
}
