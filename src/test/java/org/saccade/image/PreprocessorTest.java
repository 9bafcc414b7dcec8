package org.saccade.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.saccade.SharedData;
import org.saccade.UserException;

/** From pixels to the network's input. */
class PreprocessorTest {
  private static final OptionalInt ANY = OptionalInt.empty();

  @Test
  void makesTheTensorsThatPillowAndNumpyMakeOfEverySharedImage() throws Exception {
    Path folder = SharedData.path("imagenet-val/images");
    for (String[] columns : Fixtures.table("shared.tsv")) {
      PixelImage image =
          ImageDecoder.decode(
              Files.readAllBytes(folder.resolve(columns[0])), DecodeOptions.DEFAULT);
      for (String entry : Arrays.asList(columns).subList(2, columns.length)) {
        String preset = entry.substring(0, entry.indexOf('='));
        OptionalInt side = OptionalInt.of(preset.equals("squeezenet-bgr") ? 227 : 224);
        Preprocessor preprocessor =
            ModelDescription.named(preset).preprocessing().bind(3, side, side, Crops.CENTER);
        float[] tensor = new float[preprocessor.size()];
        preprocessor.prepare(image, tensor, 0);
        assertThat(preset + "=" + Fixtures.sha256(bytes(tensor))).as(columns[0]).startsWith(entry);
      }
    }
  }

  @Test
  void writesIntoABatchAndNowhereElse() {
    Preprocessor preprocessor = bind(new Resize.None(), 2, ChannelOrder.RGB, Crops.CENTER);
    float[] batch = new float[3 * preprocessor.size()];
    Arrays.fill(batch, -7);

    preprocessor.prepare(image(2, 2, 1, 2, 3), batch, preprocessor.size());

    assertThat(Arrays.copyOfRange(batch, 0, 12)).containsOnly(-7);
    assertThat(Arrays.copyOfRange(batch, 12, 24))
        .containsExactly(1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
    assertThat(Arrays.copyOfRange(batch, 24, 36)).containsOnly(-7);
  }

  @Test
  void ordersChannelsAsAsked() {
    Preprocessor preprocessor = bind(new Resize.None(), 1, ChannelOrder.BGR, Crops.CENTER);
    float[] tensor = new float[3];

    preprocessor.prepare(image(1, 1, 10, 20, 30), tensor, 0);

    assertThat(tensor).containsExactly(30, 20, 10);
  }

  @ParameterizedTest
  @CsvSource({"255, 0, 0, 76", "0, 255, 0, 150", "0, 0, 255, 29", "200, 200, 200, 200"})
  void mixesGreyAsItuR601(int red, int green, int blue, float luma) {
    Preprocessor preprocessor = bind(new Resize.None(), 1, ChannelOrder.GREY, Crops.CENTER);
    float[] tensor = new float[1];

    preprocessor.prepare(image(1, 1, red, green, blue), tensor, 0);

    assertThat(tensor).containsExactly(luma);
  }

  @Test
  void scalesThenSubtractsThenDivides() {
    Preprocessor preprocessor =
        new Preprocessing(
                new Resize.None(),
                OptionalInt.of(1),
                ChannelOrder.GREY,
                1 / 255.0,
                List.of(0.1307),
                List.of(0.3081))
            .bind(1, ANY, ANY, Crops.CENTER);
    float[] tensor = new float[1];

    preprocessor.prepare(image(1, 1, 51, 51, 51), tensor, 0);

    assertThat(tensor[0]).isCloseTo((0.2f - 0.1307f) / 0.3081f, within(1e-6f));
  }

  @Test
  void padsPicturesSmallerThanTheInputWithBlackAsTorchvision() {
    Preprocessor preprocessor = bind(new Resize.None(), 4, ChannelOrder.GREY, Crops.CENTER);
    float[] tensor = new float[16];

    Geometry geometry = preprocessor.prepare(image(1, 3, 9, 9, 9), tensor, 0).get(0);

    assertThat(tensor).containsExactly(0, 9, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0);
    assertThat(geometry.imageX(1)).isEqualTo(0);
    assertThat(geometry.imageY(2)).isEqualTo(2);
    assertThat(geometry.visible()).isEqualTo(new Geometry.Rectangle(-0.5, -0.5, 0.5, 2.5));
  }

  @ParameterizedTest
  @CsvSource({"5, 2, 2", "7, 2, 2", "9, 2, 4", "6, 2, 2", "8, 2, 3", "10, 3, 4"})
  void roundsHalfACropToTheEvenNeighbour(int resized, int input, int expected) {
    Preprocessor preprocessor = bind(new Resize.None(), input, ChannelOrder.RGB, Crops.CENTER);

    assertThat(preprocessor.geometries(resized, resized).get(0).cropX()).isEqualTo(expected);
  }

  @Test
  void cutsOffNothingWhenSquashing() {
    Preprocessor preprocessor =
        bind(new Resize.Squash(Resampling.BILINEAR), 32, ChannelOrder.RGB, Crops.CENTER);

    Geometry geometry = preprocessor.geometries(640, 480).get(0);

    assertThat(geometry.visible()).isEqualTo(new Geometry.Rectangle(-0.5, -0.5, 639.5, 479.5));
  }

  @Test
  void takesAPictureThatFitsAsItIsUnlessFiveCropsAreAsked() {
    Resize resize = new Resize.ShortestSide(256, Resampling.BILINEAR, true);

    assertThat(bind(resize, 227, ChannelOrder.RGB, Crops.CENTER).geometries(227, 227))
        .extracting(Geometry::resizedWidth)
        .containsExactly(227);
    assertThat(bind(resize, 227, ChannelOrder.RGB, Crops.FIVE).geometries(227, 227))
        .extracting(Geometry::resizedWidth)
        .containsExactly(256, 256, 256, 256, 256);
  }

  @Test
  void survivesVeryLongPictures() {
    Preprocessor preprocessor =
        bind(
            new Resize.ShortestSide(256, Resampling.BICUBIC, false),
            224,
            ChannelOrder.RGB,
            Crops.FIVE);
    float[] tensor = new float[preprocessor.size()];

    List<Geometry> geometries = preprocessor.prepare(image(60_000, 1, 7, 7, 7), tensor, 0);

    assertThat(tensor).containsOnly(7);
    assertThat(geometries.get(1).imageX(223)).isCloseTo(59_999, within(0.5));
  }

  @Test
  void saysWhenTheNetworkTakesOtherChannels() {
    Preprocessing rgb = ModelDescription.named("torchvision-imagenet").preprocessing();

    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> rgb.bind(1, ANY, ANY, Crops.CENTER))
        .withMessageContaining("takes 1 channels")
        .withMessageContaining("makes 3");
  }

  @Test
  void saysWhenTheNetworkTakesAnotherSize() {
    Preprocessing fixed = ModelDescription.named("torchvision-imagenet").preprocessing();

    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> fixed.bind(3, OptionalInt.of(299), OptionalInt.of(299), Crops.CENTER))
        .withMessageContaining("height 299")
        .withMessageContaining("224");
  }

  @Test
  void saysWhenNobodyKnowsTheSize() {
    Preprocessing open = ModelDescription.named("squeezenet-bgr").preprocessing();

    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> open.bind(3, ANY, ANY, Crops.CENTER))
        .withMessageContaining("input-size");
  }

  @Test
  void refusesFiveCropsOfASquashedPicture() {
    Preprocessing squash = ModelDescription.named("torchvision-imagenet-squash").preprocessing();

    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> squash.bind(3, ANY, ANY, Crops.FIVE))
        .withMessageContaining("squashes");
  }

  private static Preprocessor bind(Resize resize, int side, ChannelOrder order, Crops crops) {
    int channels = order.channels();
    List<Double> zeros = List.of(0.0, 0.0, 0.0).subList(0, channels);
    List<Double> ones = List.of(1.0, 1.0, 1.0).subList(0, channels);
    return new Preprocessing(resize, OptionalInt.of(side), order, 1, zeros, ones)
        .bind(channels, ANY, ANY, crops);
  }

  private static PixelImage image(int width, int height, int red, int green, int blue) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) red;
      rgb[i + 1] = (byte) green;
      rgb[i + 2] = (byte) blue;
    }
    return new PixelImage(width, height, rgb);
  }

  private static byte[] bytes(float[] tensor) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * tensor.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(tensor);
    return bytes.array();
  }
}
