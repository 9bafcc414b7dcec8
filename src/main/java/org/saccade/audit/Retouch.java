package org.saccade.audit;

import java.util.Arrays;
import org.saccade.image.PixelImage;

/** Changes to pictures that a counterfactual asks for. */
final class Retouch {
  private static final int CHANNELS = 3;

  private Retouch() {}

  /**
   * A picture without a region: its pixels are filled in smoothly from around it, by the pull-push
   * scheme of Gortler et al. (<i>The Lumigraph</i>, SIGGRAPH 1996). No edges, no black, the colours
   * of the surroundings.
   *
   * @throws IllegalArgumentException if the region is of another size than the picture
   */
  static PixelImage erased(PixelImage picture, Region region) {
    requireSameSize(picture, region);
    if (region.isEmpty()) {
      return picture;
    }
    int width = picture.width();
    int height = picture.height();
    byte[] rgb = picture.rgb();
    Level finest = new Level(width, height);
    for (int i = 0; i < width * height; i++) {
      if (!region.contains(i % width, i / width)) {
        finest.weight[i] = 1;
        for (int c = 0; c < CHANNELS; c++) {
          finest.colour[CHANNELS * i + c] = Byte.toUnsignedInt(rgb[CHANNELS * i + c]);
        }
      }
    }
    finest.fill();
    byte[] filled = rgb.clone();
    for (int i = 0; i < width * height; i++) {
      if (region.contains(i % width, i / width)) {
        for (int c = 0; c < CHANNELS; c++) {
          filled[CHANNELS * i + c] = (byte) Math.round(finest.colour[CHANNELS * i + c]);
        }
      }
    }
    return new PixelImage(width, height, filled);
  }

  /**
   * A picture with a region taken from another one, from the same place relative to what the
   * network sees of each; the nearest pixel where the two differ in size.
   */
  static PixelImage pasted(
      PixelImage host, Frame hostSeen, Region region, PixelImage source, Frame sourceSeen) {
    requireSameSize(host, region);
    byte[] pasted = host.rgb().clone();
    for (int y = 0; y < host.height(); y++) {
      for (int x = 0; x < host.width(); x++) {
        if (region.contains(x, y)) {
          int fromX = sourceSeen.left() + at(hostSeen.shareX(x), sourceSeen.width());
          int fromY = sourceSeen.top() + at(hostSeen.shareY(y), sourceSeen.height());
          System.arraycopy(
              source.rgb(),
              CHANNELS * (fromY * source.width() + fromX),
              pasted,
              CHANNELS * (y * host.width() + x),
              CHANNELS);
        }
      }
    }
    return new PixelImage(host.width(), host.height(), pasted);
  }

  private static int at(double share, int extent) {
    return Math.max(0, Math.min(extent - 1, (int) (share * extent)));
  }

  private static void requireSameSize(PixelImage picture, Region region) {
    if (picture.width() != region.width() || picture.height() != region.height()) {
      throw new IllegalArgumentException("%s is not of %s".formatted(region, picture));
    }
  }

  /** A picture with holes: pixels count as known by their weights, 0 to 1. */
  private static final class Level {
    private final int width;
    private final int height;
    private final float[] colour;
    private final float[] weight;

    Level(int width, int height) {
      this.width = width;
      this.height = height;
      this.colour = new float[CHANNELS * width * height];
      this.weight = new float[width * height];
    }

    /** Fills what is not known from a level half as fine, which is filled first. */
    void fill() {
      if (width == 1 && height == 1) {
        weight[0] = 1;
        return;
      }
      Level coarse = pulled();
      coarse.fill();
      push(coarse);
      Arrays.fill(weight, 1);
    }

    private Level pulled() {
      Level coarse = new Level((width + 1) / 2, (height + 1) / 2);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int from = y * width + x;
          int to = y / 2 * coarse.width + x / 2;
          coarse.weight[to] += weight[from];
          for (int c = 0; c < CHANNELS; c++) {
            coarse.colour[CHANNELS * to + c] += weight[from] * colour[CHANNELS * from + c];
          }
        }
      }
      for (int i = 0; i < coarse.weight.length; i++) {
        for (int c = 0; c < CHANNELS && coarse.weight[i] > 0; c++) {
          coarse.colour[CHANNELS * i + c] /= coarse.weight[i];
        }
        coarse.weight[i] = Math.min(1, coarse.weight[i]);
      }
      return coarse;
    }

    private void push(Level coarse) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int i = y * width + x;
          if (weight[i] < 1) {
            for (int c = 0; c < CHANNELS; c++) {
              float known = colour[CHANNELS * i + c];
              colour[CHANNELS * i + c] =
                  weight[i] * known + (1 - weight[i]) * coarse.between(x, y, c);
            }
          }
        }
      }
    }

    /** Bilinear between the centres of the four cells nearest to a pixel twice as fine. */
    private float between(int fineX, int fineY, int channel) {
      double x = (fineX - 0.5) / 2;
      double y = (fineY - 0.5) / 2;
      int left = (int) Math.floor(x);
      int top = (int) Math.floor(y);
      double right = x - left;
      double down = y - top;
      return (float)
          ((1 - down) * ((1 - right) * at(left, top, channel) + right * at(left + 1, top, channel))
              + down
                  * ((1 - right) * at(left, top + 1, channel)
                      + right * at(left + 1, top + 1, channel)));
    }

    private float at(int x, int y, int channel) {
      int inX = Math.max(0, Math.min(width - 1, x));
      int inY = Math.max(0, Math.min(height - 1, y));
      return colour[CHANNELS * (inY * width + inX) + channel];
    }
  }
}
