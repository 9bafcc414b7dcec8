package org.saccade.network.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.saccade.UserException;
import org.saccade.engine.ForwardPass;
import org.saccade.network.ImportOptions;
import org.saccade.network.Layer;
import org.saccade.network.ModelReader;
import org.saccade.network.ModelSurvey;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.UnsupportedNetworkException;

/** Other ways in which people save networks, and networks that cannot be explained. */
class TorchFilesTest {
  private static final Shape IMAGE = Shape.of(3, 32, 32);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"scripted.pt", "frozen.pt", "layout-2.5.pt2", "layout-2.8.pt2", "decomposed.pt2"})
  void everyWayOfSavingGivesTheSameNetwork(String name) throws IOException {
    Network expected =
        ModelReader.read(
            file("architectures/resnet-basic.pt2", "expected.pt2"), ImportOptions.defaults());

    Network actual =
        ModelReader.read(
            file("torch/" + name, name), ImportOptions.defaults().withInputShape(IMAGE));

    assertThat(kinds(actual)).isEqualTo(kinds(expected));
    float[] image = new float[IMAGE.size()];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) Math.sin(i);
    }
    float[] logits = ForwardPass.of(actual, image, 1);
    float[] wanted = ForwardPass.of(expected, image, 1);
    for (int k = 0; k < wanted.length; k++) {
      assertThat(logits[k]).isCloseTo(wanted[k], within(1e-4f));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"flipped.pt", "flipped.pt2"})
  void axesMayBeFlipped(String name) throws IOException {
    Shape shape = Shape.of(3, 2, 2);
    ImportOptions options = ImportOptions.defaults().withInputShape(shape);
    float[] images = new float[24];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) Math.sqrt(i);
    }

    float[] logits =
        ForwardPass.of(ModelReader.read(file("torch/" + name, name), options), images, 2);

    float[] ofPyTorch = {65.62030f, 78.99590f, 127.90019f, 146.32074f};
    assertThat(logits).containsExactly(ofPyTorch, within(1e-4f));
  }

  private static List<String> kinds(Network network) {
    return network.nodes().stream()
        .map(node -> node.layer().getClass().getSimpleName() + node.inputs() + node.shape())
        .toList();
  }

  @Test
  void aScriptedNetworkNeedsToBeToldItsInput() {
    assertThatThrownBy(() -> read("scripted.pt", ImportOptions.defaults()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("does not say how large its input is");
  }

  @Test
  void anUnknownSchemaIsNamed() {
    assertThatThrownBy(() -> read("layout-unknown.pt2", ImportOptions.defaults()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("\"major\":9")
        .hasMessageContaining("PyTorch 2.13.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"attention.pt", "attention.pt2"})
  void attentionIsRefusedWithTheReason(String name) {
    assertThatThrownBy(() -> read(name, ImportOptions.defaults()))
        .isInstanceOf(UnsupportedNetworkException.class)
        .hasMessageContaining("matmul")
        .hasMessageContaining("as attention does")
        .hasMessageContaining("[16, 8]");
  }

  @Test
  void asMuchAsCanBeReadOfAnUnsupportedNetworkIsShown() throws IOException {
    ModelSurvey survey =
        ModelReader.survey(file("torch/attention.pt2", "attention.pt2"), ImportOptions.defaults());

    assertThat(survey.network()).isEmpty();
    assertThat(survey.problems()).hasSize(1);
    assertThat(survey.steps())
        .extracting(ModelSurvey.Step::operator)
        .startsWith("conv2d", "flatten", "transpose", "linear", "linear", "transpose", "matmul")
        .endsWith("mean", "linear");
    assertThat(survey.steps().get(0).shape()).contains(Shape.of(8, 4, 4));
    assertThat(survey.steps().get(survey.steps().size() - 1).shape()).isEmpty();
  }

  @Test
  void anOutputIsChosenByName() throws IOException {
    assertThat(read("two-heads.pt", ImportOptions.defaults().withOutput("boxes")).classes())
        .isEqualTo(4);
    assertThat(read("two-heads.pt", ImportOptions.defaults().withOutput("scores")).classes())
        .isEqualTo(5);
    assertThat(read("two-heads.pt2", ImportOptions.defaults().withOutput("linear_1")).classes())
        .isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tuple.pt", "tuple-scripted.pt"})
  void aTupleOfOutputsAfterPaddingByWordIsTheSameNetwork(String name) throws IOException {
    ImportOptions options = ImportOptions.defaults().withInputShape(Shape.of(3, 8, 8));
    Network expected = read("tuple.pt2", options.withOutput("linear_1"));
    Network actual = read(name, options.withOutput("1"));

    assertThat(kinds(actual)).isEqualTo(kinds(expected));
    float[] image = new float[expected.input().shape().size()];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) Math.sin(i);
    }
    assertThat(ForwardPass.of(actual, image, 1)).isEqualTo(ForwardPass.of(expected, image, 1));
  }

  @Test
  void attentionIsNamedThoughAnOperatorBeforeItIsRefusedToo() {
    assertThatThrownBy(() -> read("multi-head-attention.pt2", ImportOptions.defaults()))
        .isInstanceOf(UnsupportedNetworkException.class)
        .hasMessageContaining("scaled_dot_product_attention")
        .hasMessageContaining("as attention does");
  }

  @Test
  void severalOutputsAreListedWhenNoneIsChosen() {
    assertThatThrownBy(() -> read("two-heads.pt", ImportOptions.defaults()))
        .hasMessageContaining("[boxes, scores]");
  }

  @Test
  void aNetworkExportedInTrainingModeIsRefusedWithTheRemedy() {
    assertThatThrownBy(() -> read("training.pt2", ImportOptions.defaults()))
        .hasMessageContaining("dropout in module 1")
        .hasMessageContaining("model.eval()");
  }

  @Test
  void controlFlowThatDependsOnTheImageIsRefused() {
    assertThatThrownBy(() -> read("brightness.pt", ImportOptions.defaults().withInputShape(IMAGE)))
        .isInstanceOf(UnsupportedNetworkException.class)
        .hasMessageContaining("__torch__.py line");
  }

  @Test
  void readingAfterASliceWasChangedInPlaceIsRefused() {
    assertThatThrownBy(() -> read("in-place.pt", ImportOptions.defaults()))
        .isInstanceOf(UnsupportedNetworkException.class)
        .hasMessageContaining("changed in place");
  }

  @Test
  void mixingImagesIsRefused() {
    assertThatThrownBy(() -> read("batch-mean.pt2", ImportOptions.defaults()))
        .hasMessageContaining("batch axis");
  }

  @Test
  void weightsWithoutANetworkAreRefusedWithTheRemedy() {
    assertThatThrownBy(() -> read("state-dictionary.pt", ImportOptions.defaults()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("torch.export.save");
  }

  @Test
  void aStatedInputThatContradictsTheFileIsRefused() {
    assertThatThrownBy(
            () ->
                read(
                    "layout-2.8.pt2", ImportOptions.defaults().withInputShape(Shape.of(3, 64, 64))))
        .hasMessageContaining("[3, 32, 32]")
        .hasMessageContaining("[3, 64, 64]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pt2", "pt"})
  void layersAreNamedByTheModulesOfTheModel(String kind) throws IOException {
    Network network =
        ModelReader.read(
            file("architectures/resnet-basic." + kind, "named." + kind), ImportOptions.defaults());

    assertThat(network.nodes())
        .filteredOn(node -> node.layer() instanceof Layer.Convolution)
        .first()
        .satisfies(node -> assertThat(node.name()).isEqualTo("0.0.0/conv2d"));
  }

  private Network read(String name, ImportOptions options) throws IOException {
    return ModelReader.read(file("torch/" + name, name), options);
  }

  private Path file(String resource, String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in =
        new GZIPInputStream(
            getClass().getResourceAsStream("/org/saccade/network/" + resource + ".gz"))) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }
}
