package org.saccade.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.saccade.SharedData;

/** Network pixels to image pixels and back. */
class GeometryTest {

  static Stream<Geometry> randomGeometries() {
    Random random = new Random(4);
    return Stream.generate(() -> geometries(random)).limit(40).flatMap(List::stream);
  }

  private static List<Geometry> geometries(Random random) {
    List<Resize> resizes =
        List.of(
            new Resize.None(),
            new Resize.Squash(Resampling.BILINEAR),
            new Resize.ShortestSide(256, Resampling.BILINEAR, false),
            new Resize.ShortestSide(100, Resampling.BICUBIC, true));
    Resize resize = resizes.get(random.nextInt(resizes.size()));
    Crops crops = resize instanceof Resize.Squash ? Crops.CENTER : Crops.FIVE;
    return preprocessing(resize, 32 + random.nextInt(300))
        .bind(3, OptionalInt.empty(), OptionalInt.empty(), crops)
        .geometries(1 + random.nextInt(900), 1 + random.nextInt(900));
  }

  @ParameterizedTest
  @MethodSource("randomGeometries")
  void pointsMapBackToWhereTheyCameFrom(Geometry geometry) {
    Random random = new Random(5);
    for (int i = 0; i < 20; i++) {
      double x = random.nextInt(geometry.inputWidth());
      double y = random.nextInt(geometry.inputHeight());
      assertThat(geometry.inputX(geometry.imageX(x))).isCloseTo(x, within(1e-6));
      assertThat(geometry.inputY(geometry.imageY(y))).isCloseTo(y, within(1e-6));
    }
  }

  @ParameterizedTest
  @MethodSource("randomGeometries")
  void everyCornerOfTheImageIsACornerOfTheResizedOne(Geometry geometry) {
    double left = -0.5 - geometry.cropX();
    double bottom = geometry.resizedHeight() - 0.5 - geometry.cropY();

    assertThat(geometry.imageX(left)).isCloseTo(-0.5, within(1e-9));
    assertThat(geometry.imageX(left + geometry.resizedWidth()))
        .isCloseTo(geometry.imageWidth() - 0.5, within(1e-6));
    assertThat(geometry.imageY(bottom)).isCloseTo(geometry.imageHeight() - 0.5, within(1e-6));
  }

  @ParameterizedTest
  @MethodSource("randomGeometries")
  void theVisiblePartLiesInTheImage(Geometry geometry) {
    Geometry.Rectangle visible = geometry.visible();

    assertThat(visible.x0()).isBetween(-0.5, visible.x1());
    assertThat(visible.y0()).isBetween(-0.5, visible.y1());
    assertThat(visible.x1()).isLessThanOrEqualTo(geometry.imageWidth() - 0.5);
    assertThat(visible.y1()).isLessThanOrEqualTo(geometry.imageHeight() - 0.5);
  }

  @Test
  void aBrightPixelShowsWhereTheMapSaysItIs() {
    int size = 224;
    Preprocessor preprocessor =
        preprocessing(new Resize.ShortestSide(256, Resampling.BILINEAR, false), size)
            .bind(3, OptionalInt.empty(), OptionalInt.empty(), Crops.CENTER);
    Random random = new Random(6);
    for (int i = 0; i < 50; i++) {
      int width = 60 + random.nextInt(500);
      int height = 60 + random.nextInt(500);
      int x = width / 2 - 20 + random.nextInt(40);
      int y = height / 2 - 20 + random.nextInt(40);
      byte[] rgb = new byte[width * height * 3];
      rgb[(y * width + x) * 3] = (byte) 0xff;
      float[] tensor = new float[preprocessor.size()];

      Geometry geometry =
          preprocessor.prepare(new PixelImage(width, height, rgb), tensor, 0).get(0);

      double mass = 0;
      double meanX = 0;
      double meanY = 0;
      for (int row = 0; row < size; row++) {
        for (int column = 0; column < size; column++) {
          float value = tensor[row * size + column];
          mass += value;
          meanX += value * column;
          meanY += value * row;
        }
      }
      assertThat(geometry.imageX(meanX / mass)).isCloseTo(x, within(0.5));
      assertThat(geometry.imageY(meanY / mass)).isCloseTo(y, within(0.5));
    }
  }

  @ParameterizedTest
  @CsvSource({"alexnet_slim8", "vgg16_slim8", "googlenet_slim8", "resnet101_slim8"})
  void fiveCropsAreTheAuthors(String architecture) throws Exception {
    JsonNode oracle =
        new ObjectMapper().readTree(SharedData.path("oracle/" + architecture + ".json").toFile());
    Preprocessor preprocessor =
        ModelDescription.named("caffe-bgr")
            .preprocessing()
            .bind(
                3,
                OptionalInt.of(oracle.get("input_size").asInt()),
                OptionalInt.of(oracle.get("input_size").asInt()),
                Crops.FIVE);
    for (JsonNode image : oracle.get("images")) {
      double factor = image.get("resFac").asDouble();
      int resizedHeight = image.get("newSize").get(0).asInt();
      int resizedWidth = image.get("newSize").get(1).asInt();
      int imageHeight = resizedHeight == 256 ? (int) Math.round(256 / factor) : 0;
      int imageWidth = resizedWidth == 256 ? imageHeight : 499;

      List<Geometry> crops = preprocessor.geometries(imageWidth, imageHeight);

      assertThat(crops.get(0).resizedWidth()).isEqualTo(resizedWidth);
      assertThat(crops.get(0).resizedHeight()).isEqualTo(resizedHeight);
      List<List<Integer>> expected = new ArrayList<>();
      image
          .get("crops_yx")
          .forEach(yx -> expected.add(List.of(yx.get(0).asInt(), yx.get(1).asInt())));
      assertThat(crops).extracting(crop -> List.of(crop.cropY(), crop.cropX())).isEqualTo(expected);
      for (Geometry crop : crops) {
        for (int p = 0; p < crop.inputWidth(); p++) {
          assertThat(crop.authorsX(p)).isEqualTo((int) ((p + crop.cropX()) / factor));
          assertThat(crop.authorsY(p)).isEqualTo((int) ((p + crop.cropY()) / factor));
        }
      }
    }
  }

  private static Preprocessing preprocessing(Resize resize, int inputSize) {
    return new Preprocessing(
        resize,
        OptionalInt.of(inputSize),
        ChannelOrder.RGB,
        1,
        List.of(0.0, 0.0, 0.0),
        List.of(1.0, 1.0, 1.0));
  }
}
