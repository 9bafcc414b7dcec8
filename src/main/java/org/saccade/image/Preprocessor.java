package org.saccade.image;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A {@link Preprocessing} bound to one network's input and one way to crop. Immutable and safe for
 * use by many threads.
 */
public final class Preprocessor {
  private final Preprocessing preprocessing;
  private final int height;
  private final int width;
  private final Crops crops;

  /** Per plane of the input, the normalized value of each sample. */
  private final float[][] normalized;

  Preprocessor(Preprocessing preprocessing, int height, int width, Crops crops) {
    this.preprocessing = preprocessing;
    this.height = height;
    this.width = width;
    this.crops = crops;
    this.normalized =
        IntStream.range(0, preprocessing.channelOrder().channels())
            .mapToObj(channel -> normalized(preprocessing, channel))
            .toArray(float[][]::new);
  }

  /** In 32-bit steps, rounded as the tensors of torchvision and numpy are. */
  private static float[] normalized(Preprocessing preprocessing, int channel) {
    float mean = preprocessing.mean().get(channel).floatValue();
    float std = preprocessing.std().get(channel).floatValue();
    float[] values = new float[256];
    for (int sample = 0; sample < values.length; sample++) {
      values[sample] = ((float) (sample * preprocessing.scale()) - mean) / std;
    }
    return values;
  }

  /** Channels of the network's input, {@code C}. */
  public int channels() {
    return normalized.length;
  }

  /** Height of the network's input, {@code H}. */
  public int height() {
    return height;
  }

  /** Width of the network's input, {@code W}. */
  public int width() {
    return width;
  }

  /** Crops of each picture. */
  public Crops crops() {
    return crops;
  }

  /** Floats that {@link #prepare} writes for one picture: {@code crops * C * H * W}. */
  public int size() {
    return crops.count() * channels() * height * width;
  }

  /**
   * Where the crops of a picture lie, in the order of {@link Crops}.
   *
   * @param imageWidth width of the picture, in pixels
   * @param imageHeight height of the picture, in pixels
   */
  public List<Geometry> geometries(int imageWidth, int imageHeight) {
    int resizedWidth = imageWidth;
    int resizedHeight = imageHeight;
    if (preprocessing.resize() instanceof Resize.Squash) {
      resizedWidth = width;
      resizedHeight = height;
    } else if (preprocessing.resize() instanceof Resize.ShortestSide shortest) {
      boolean fits = imageWidth == width && imageHeight == height;
      if (!(fits && shortest.unlessFits() && crops == Crops.CENTER)) {
        long shortSide = Math.min(imageWidth, imageHeight);
        resizedWidth = Math.toIntExact(shortest.length() * (long) imageWidth / shortSide);
        resizedHeight = Math.toIntExact(shortest.length() * (long) imageHeight / shortSide);
      }
    }
    int centreX = centred(resizedWidth, width);
    int centreY = centred(resizedHeight, height);
    // Where an axis has no room, all crops are the padded centre along it.
    int left = Math.min(centreX, 0);
    int top = Math.min(centreY, 0);
    int right = Math.max(resizedWidth - width, left);
    int bottom = Math.max(resizedHeight - height, top);
    Geometry centre =
        new Geometry(
            imageWidth, imageHeight, resizedWidth, resizedHeight, centreX, centreY, width, height);
    return switch (crops) {
      case CENTER -> List.of(centre);
      case FIVE ->
          Stream.of(
                  centre.croppedAt(left, top),
                  centre.croppedAt(right, top),
                  centre.croppedAt(left, bottom),
                  centre.croppedAt(right, bottom),
                  centre)
              .toList();
    };
  }

  /** torchvision's centre crop: halves go to the even neighbour, missing pixels to both sides. */
  private static int centred(int resized, int input) {
    return resized >= input ? (int) Math.rint((resized - input) / 2.0) : -((input - resized) / 2);
  }

  /**
   * Writes a picture's crops {@code [crops, C, H, W]} into a batch. Where a crop reaches beyond the
   * resized picture it is padded with black.
   *
   * @param batch where to write; {@link #size} floats from {@code offset} on are overwritten
   * @return where the crops lie, in the order of {@link Crops}
   */
  public List<Geometry> prepare(PixelImage image, float[] batch, int offset) {
    Raster picture =
        preprocessing.channelOrder() == ChannelOrder.GREY ? Raster.luma(image) : Raster.rgb(image);
    List<Geometry> geometries = geometries(image.width(), image.height());
    int at = offset;
    for (Geometry geometry : geometries) {
      prepare(picture, geometry, batch, at);
      at += channels() * height * width;
    }
    return geometries;
  }

  private void prepare(Raster picture, Geometry geometry, float[] batch, int offset) {
    int x0 = Math.max(geometry.cropX(), 0);
    int y0 = Math.max(geometry.cropY(), 0);
    int x1 = Math.min(geometry.cropX() + width, geometry.resizedWidth());
    int y1 = Math.min(geometry.cropY() + height, geometry.resizedHeight());
    Raster crop =
        resampling()
            .resize(
                picture,
                geometry.resizedWidth(),
                geometry.resizedHeight(),
                x0,
                y0,
                x1 - x0,
                y1 - y0);
    int channels = channels();
    boolean reversed = preprocessing.channelOrder() == ChannelOrder.BGR;
    for (int plane = 0; plane < channels; plane++) {
      float[] values = normalized[plane];
      int planeAt = offset + plane * height * width;
      if (crop.width() < width || crop.height() < height) {
        Arrays.fill(batch, planeAt, planeAt + height * width, values[0]);
      }
      byte[] samples = crop.samples();
      int from = reversed ? channels - 1 - plane : plane;
      for (int y = 0; y < crop.height(); y++) {
        int to = planeAt + (y0 - geometry.cropY() + y) * width + x0 - geometry.cropX();
        for (int x = 0; x < crop.width(); x++) {
          batch[to + x] = values[samples[from] & 0xff];
          from += channels;
        }
      }
    }
  }

  /** Any filter will do for a picture that keeps its size. */
  private Resampling resampling() {
    if (preprocessing.resize() instanceof Resize.ShortestSide shortest) {
      return shortest.resampling();
    }
    return preprocessing.resize() instanceof Resize.Squash squash
        ? squash.resampling()
        : Resampling.BILINEAR;
  }
}
