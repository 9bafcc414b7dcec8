package org.saccade.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.saccade.UserException;

/** The small file that says how a network is used. */
class ModelDescriptionTest {
  private static final String VALID =
      """
      # a comment
      resize = shortest-side
      resize-to = 256
      unless-fits = false
      resampling = bicubic
      input-size = 224
      channels = rgb
      scale = 1/255
      mean = 0.5, 0.25, 0.125
      std = 1, 2, 4
      softmax = false
      """;

  @TempDir Path folder;

  @Test
  void readsWhatItSays() throws IOException {
    ModelDescription description = ModelDescription.read(write("net.properties", VALID));

    assertThat(description.preprocessing())
        .isEqualTo(
            new Preprocessing(
                new Resize.ShortestSide(256, Resampling.BICUBIC, false),
                OptionalInt.of(224),
                ChannelOrder.RGB,
                1 / 255.0,
                List.of(0.5, 0.25, 0.125),
                List.of(1.0, 2.0, 4.0)));
    assertThat(description.softmax()).isFalse();
    assertThat(description.classLabels()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resize = shortest-side | resize = stretch | 'resize' is 'stretch', expected none, squash or",
        "resize-to = 256 | resize-to = 0 | 'resize-to' is '0', expected a positive integer",
        "resize-to = 256 | resize_to = 256 | unknown key 'resize_to'; known keys are resize, resize-to",
        "resize-to = 256 | # | 'resize-to' is missing",
        "unless-fits = false | unless-fits = no | 'unless-fits' is 'no', expected true or false",
        "resampling = bicubic | resampling = cubic | expected one of bilinear, bicubic",
        "input-size = 224 | input-size = big | expected a positive integer or 'model'",
        "channels = rgb | channels = RGB | 'channels' is 'RGB', expected one of rgb, bgr, grey",
        "scale = 1/255 | scale = 1/0 | 'scale' is '1/0', expected a number",
        "mean = 0.5, 0.25, 0.125 | mean = 0.5 | 3 numbers separated by commas, one per channel of rgb",
        "mean = 0.5, 0.25, 0.125 | mean = 0.5, , 1 | 3 numbers separated by commas",
        "std = 1, 2, 4 | std = 1, 0, 4 | 3 non-zero numbers",
        "softmax = false | softmax | expected 'key = value', found 'softmax'",
        "softmax = false | resize = none | 'resize' is given twice",
        "resize = shortest-side | resize = none | 'resize-to' has no meaning with resize = none",
      })
  void namesFileKeyAndValueOfAMistake(String line, String mistake, String message)
      throws IOException {
    Path file = write("net.properties", VALID.replace(line, mistake));

    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> ModelDescription.read(file))
        .withMessageStartingWith(file.toString())
        .withMessageContaining(message);
  }

  @Test
  void saysThatAFileDoesNotExist() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> ModelDescription.read(folder.resolve("no.properties")))
        .withMessageContaining("does not exist");
  }

  @Test
  void refusesAModelInPlaceOfADescription() throws IOException {
    Path model = folder.resolve("net.onnx");
    Files.write(model, new byte[100_000]);

    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> ModelDescription.read(model))
        .withMessageContaining("more than 65536 bytes");
  }

  @Test
  void isFoundBesideTheModel() throws IOException {
    Path file = write("net.properties", VALID);

    assertThat(ModelDescription.beside(folder.resolve("net.onnx")))
        .contains(ModelDescription.read(file));
    assertThat(ModelDescription.beside(folder.resolve("other.onnx"))).isEmpty();
  }

  @Test
  void theOutputIsPassedOnByItsName() throws IOException {
    ModelDescription description =
        ModelDescription.read(write("heads.properties", VALID + "output = scores\n"));

    assertThat(description.output()).contains("scores");
    assertThat(ModelDescription.of("again", description.toProperties()).output())
        .contains("scores");
    assertThat(ModelDescription.read(write("net.properties", VALID)).output()).isEmpty();
  }

  @Test
  void readsClassLabelsRelativeToItself() throws IOException {
    write("names.txt", "cat\ndog, hot\n");
    Path file = write("net.properties", VALID + "labels = names.txt\n");

    assertThat(ModelDescription.read(file).classLabels()).containsExactly("cat", "dog, hot");
  }

  @Test
  void saysThatClassLabelsAreMissing() throws IOException {
    ModelDescription description =
        ModelDescription.read(write("net.properties", VALID + "labels = names.txt\n"));

    assertThatExceptionOfType(UserException.class)
        .isThrownBy(description::classLabels)
        .withMessageContaining("names.txt does not exist");
  }

  @ParameterizedTest
  @MethodSource("org.saccade.image.ModelDescription#names")
  void shippedDescriptionsSurviveBeingWrittenDown(String name) throws IOException {
    ModelDescription shipped = ModelDescription.named(name);
    String written =
        shipped.toProperties().entrySet().stream()
            .map(entry -> entry.getKey() + " = " + entry.getValue())
            .collect(Collectors.joining("\n"));

    ModelDescription read = ModelDescription.read(write("copy.properties", written));

    assertThat(read.preprocessing()).isEqualTo(shipped.preprocessing());
    assertThat(read.softmax()).isEqualTo(shipped.softmax());
  }

  @Test
  void knowsEveryFileOfConf() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("conf/models"))) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".properties", "")))
          .containsExactlyInAnyOrderElementsOf(ModelDescription.names());
    }
  }

  @Test
  void listsTheNamesItKnows() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> ModelDescription.named("imagenet"))
        .withMessageContaining("'imagenet'")
        .withMessageContaining("torchvision-imagenet-squash");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
