package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.LocalSpark;

/** The same command again, after every way in which the first may have ended. */
class RerunTest {
  private static final Path MODELS = Path.of("src/test/resources/org/saccade/job");
  private static final int IMAGES = 24;
  private static final String[] WHAT_STAYS = {
    "_SUCCESS", "_inventory", "explanations", "manifest.json", "summary.json"
  };

  /** The same for all tests: where the images lie is a part of what makes two runs one. */
  @TempDir static Path shared;

  @TempDir Path folder;
  private Path images;
  private Explained explained;

  @BeforeAll
  static void startSpark() {
    LocalSpark.session();
  }

  @BeforeEach
  void makePictures() throws IOException {
    images = shared.resolve("images");
    FileUtils.deleteDirectory(images.toFile());
    Pictures.folder(images, IMAGES);
    explained = new Explained(folder.resolve("output"));
  }

  @Test
  void nothingIsLeftOfAnEndedRunButWhatIsDocumented() {
    assertThat(explain().exitCode()).isZero();

    assertThat(explained.names()).containsExactly(WHAT_STAYS);
    assertThat(explained.files().keySet())
        .containsExactly("part-000-000000.parquet", "part-000-000001.parquet");
  }

  @Test
  void onlyChunksWithoutAFileAreDoneAgain() throws IOException {
    ended();
    List<String> whole = explained.rows();
    Map<String, FileTime> before = explained.files();
    killed();
    Files.delete(file("part-000-000001.parquet"));

    Run again = explain();

    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(explained.rows()).isEqualTo(whole);
    assertThat(explained.files().get("part-000-000000.parquet"))
        .isEqualTo(before.get("part-000-000000.parquet"));
    assertThat(explained.names()).containsExactly(WHAT_STAYS);
  }

  @Test
  void aFolderThatMovesTheClassesOfOthersIsNotAppended() {
    Pictures.write(images.resolve("zebra/1.png"), Pictures.picture(40, 30, 1));
    assertThat(explain("--labels-from-folders").exitCode()).isZero();
    Pictures.write(images.resolve("ant/1.png"), Pictures.picture(40, 30, 2));

    Run appended = explain("--labels-from-folders", "--append");

    assertThat(appended.exitCode()).isEqualTo(2);
    assertThat(appended.err())
        .contains("zebra/1.png has the label 0 in the run and 1 with the images added");
  }

  @Test
  void anOutputAmongTheImagesOrWithAPatternInItsNameIsRefused() {
    Explained among = new Explained(images.resolve("out"));
    Explained pattern = new Explained(folder.resolve("out[1]"));

    assertRefused(explainInto(among), "give a folder outside");
    assertRefused(explainInto(pattern), "choose a folder without them");
    assertThat(among.output()).doesNotExist();
    assertThat(pattern.output()).doesNotExist();
  }

  @Test
  void aRunWithoutImagesLeavesNoFolderBehind() throws IOException {
    FileUtils.cleanDirectory(images.toFile());
    Explained deep = new Explained(folder.resolve("new/deeper/output"));

    assertRefused(explainInto(deep, "--overlays", folder.resolve("drawn").toString()), "no image");

    assertThat(folder.resolve("new")).doesNotExist();
    assertThat(folder.resolve("drawn")).doesNotExist();
    assertThat(folder).exists();
  }

  @Test
  void whatTasksOfADeadRunHadBegunIsNeitherReadNorKept() throws IOException {
    ended();
    List<String> whole = explained.rows();
    killed();
    Path begun = Files.createDirectories(explained.output().resolve("_temporary/dead"));
    Files.copy(file("part-000-000001.parquet"), begun.resolve("part-000-000001.parquet.x"));
    Files.delete(file("part-000-000001.parquet"));

    assertThat(explain().exitCode()).isZero();
    assertThat(explained.rows()).isEqualTo(whole);
    assertThat(explained.names()).containsExactly(WHAT_STAYS);
  }

  @Test
  void aRunKilledWhileItListedItsImagesBeginsAnew() throws IOException {
    ended();
    List<String> whole = explained.rows();
    // The manifest knows of no list yet, but a list and even a file lie there.
    manifest("\"inventories\" : \\[.*?\\]", "\"inventories\" : [ ]");
    killed();
    Files.writeString(explained.output().resolve("_inventory/000/part-of-a-list"), "x");
    Files.delete(file("part-000-000000.parquet"));
    Files.copy(file("part-000-000001.parquet"), file("part-000-000000.parquet"));

    assertThat(explain().exitCode()).isZero();
    assertThat(explained.rows()).as("nothing of the orphans").isEqualTo(whole);
  }

  @Test
  void aRunKilledBeforeItsManifestBeginsAnew() throws IOException {
    Path output = explained.output();
    Files.createDirectories(output.resolve("_temporary/dead/images"));
    Files.writeString(output.resolve("_manifest.new"), "{ \"kind\" : \"saccade-expl");

    assertThat(explain().exitCode()).isZero();
    assertThat(explained.rows()).hasSize(IMAGES);
    assertThat(explained.names()).containsExactly(WHAT_STAYS);
  }

  @Test
  void aRunKilledBetweenItsLastChunkAndItsManifestOnlyCounts() throws IOException {
    ended();
    Map<String, FileTime> before = explained.files();
    killed();

    Run again = explain();

    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).contains("images      24 (ok 24)", "0 images in");
    assertThat(explained.files()).isEqualTo(before);
    assertThat(explained.names()).containsExactly(WHAT_STAYS);
  }

  @Test
  void aRunKilledWhileItReplacedAnotherLeavesNothingOfThat() throws IOException {
    explain("--target", "class:3");
    Explained other = new Explained(folder.resolve("other"));
    explainInto(other);
    List<String> wanted = other.rows();
    // The new manifest was written, the old files were not deleted yet.
    Files.copy(
        other.output().resolve("manifest.json"),
        explained.output().resolve("manifest.json"),
        StandardCopyOption.REPLACE_EXISTING);
    manifest("\"inventories\" : \\[.*?\\]", "\"inventories\" : [ ]");
    killed();

    assertThat(explain().exitCode()).isZero();
    assertThat(explained.rows()).isEqualTo(wanted);
  }

  @Test
  void overwriteReplacesEverything() {
    explain("--target", "class:3");

    assertThat(explain("--target", "class:4", "--overwrite").exitCode()).isZero();
    assertThat(explained.table().where("target_class <> 4").count()).isZero();
    assertThat(explained.rows()).hasSize(IMAGES);
  }

  @Test
  void overwriteWithFaultyInputLeavesTheEarlierRunAlone() throws IOException {
    ended();
    List<String> whole = explained.rows();
    Path labels =
        Files.writeString(folder.resolve("labels.csv"), "image_id,label\n00.png,1\n00.png,2\n");

    Run run = explain("--overwrite", "--labels", labels.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("line 3 gives 00.png the label 2, an earlier line gave it 1");
    assertThat(explained.rows()).isEqualTo(whole);
    assertThat(explained.names()).containsExactly(WHAT_STAYS);
    assertThat(explain().out()).contains("nothing to do");
  }

  @Test
  void imagesThatAreGoneStayInTheTable() throws IOException {
    ended();
    List<String> whole = explained.rows();
    Files.delete(images.resolve("03.png"));

    Run again = explain();

    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).contains("nothing to do");
    assertThat(again.err()).contains("images of the run that are no longer at").contains(": 1;");
    assertThat(explained.rows()).isEqualTo(whole);
  }

  @Test
  void anAppendingRunThatWasKilledGoesOnLikeAnyOther() throws IOException {
    ended();
    Map<String, FileTime> first = explained.files();
    Pictures.folder(images, IMAGES + 6);
    assertThat(explain("--append").exitCode()).isZero();
    List<String> whole = explained.rows();
    assertThat(explained.files().keySet())
        .contains("part-001-000000.parquet")
        .containsAll(first.keySet());
    killed();
    Files.delete(file("part-001-000000.parquet"));

    assertThat(explain("--append").exitCode()).isZero();

    assertThat(explained.rows()).isEqualTo(whole).hasSize(IMAGES + 6);
    assertThat(explained.files()).containsAllEntriesOf(first);
  }

  @Test
  void whatChangedIsNamed() throws IOException {
    Path labels = Files.writeString(folder.resolve("labels.csv"), "image_id,label\n00.png,1\n");
    Path model = Files.copy(MODELS.resolve("tiny.onnx"), folder.resolve("model.onnx"));
    Files.copy(MODELS.resolve("tiny.properties"), folder.resolve("model.properties"));
    String[] options = {"--labels", labels.toString(), "--model", model.toString()};
    assertThat(explain(options).exitCode()).isZero();
    List<String> whole = explained.rows();

    Files.writeString(labels, "image_id,label\n00.png,2\n");
    assertRefused(explain(options), "labels-sha256 was");
    Files.writeString(labels, "image_id,label\n00.png,1\n");
    assertThat(explain(options).out()).contains("nothing to do");

    Path description = folder.resolve("model.properties");
    String described = Files.readString(description);
    Files.writeString(description, described.replace("channels = rgb", "channels = bgr"));
    assertRefused(explain(options), "preprocess channels was rgb, is bgr");
    Files.writeString(description, described);

    Files.move(images, folder.resolve("moved"));
    images = folder.resolve("moved");
    assertRefused(explain(options), "images was");
    Files.move(images, shared.resolve("images"));
    images = shared.resolve("images");

    Files.copy(MODELS.resolve("overflowing.onnx"), model, StandardCopyOption.REPLACE_EXISTING);
    assertRefused(explain(options), "the model is another file");
    assertThat(explained.rows()).isEqualTo(whole);
  }

  @Test
  void anUnfinishedRunIsNotMixedWithOtherSettings() throws IOException {
    ended();
    killed();
    Files.delete(file("part-000-000001.parquet"));
    Map<String, FileTime> before = explained.files();

    assertRefused(explain("--target", "class:3"), "target was predicted, is class:3");
    assertRefused(explain("--target", "class:3", "--append"), "target was predicted");
    assertThat(explained.files()).isEqualTo(before);

    assertThat(explain("--target", "class:3", "--overwrite").exitCode()).isZero();
    assertThat(explained.rows()).hasSize(IMAGES);
    assertThat(explained.table().where("target_class <> 3").count()).isZero();
  }

  @Test
  void imagesAddedWhileARunWasUnfinishedComeAfterIt() throws IOException {
    ended();
    List<String> whole = explained.rows();
    killed();
    Files.delete(file("part-000-000001.parquet"));
    Pictures.folder(images, IMAGES + 6);

    assertThat(explain().exitCode()).isZero();
    assertThat(explained.rows()).as("the run that was begun").isEqualTo(whole);

    assertRefused(explain(), "images added since: 6");
    assertThat(explain("--append").exitCode()).isZero();
    assertThat(explained.rows()).hasSize(IMAGES + 6).containsAll(whole);
  }

  @Test
  void aFinishedRunThatLostAFileIsMadeWholeAgain() throws IOException {
    ended();
    List<String> whole = explained.rows();
    Files.delete(file("part-000-000000.parquet"));

    assertThat(explain().exitCode()).isZero();
    assertThat(explained.rows()).isEqualTo(whole);
  }

  @Test
  void anImageThatHangsTheDecoderIsAnErrorOfThatImage() throws Exception {
    // Nobody writes to this pipe, so that whoever opens it waits for ever.
    Path pipe = Pictures.pipe(images.resolve("hangs.jpg"));

    Run run = explain("--image-timeout", "1", "--max-failed-share", "0.1");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(explained.table().where("status = 'ok'").count()).isEqualTo(IMAGES);
    assertThat(explained.table().where("status = 'error'").select("image_id", "error_code").first())
        .hasToString("[hangs.jpg,TIMEOUT]");
    Files.newOutputStream(pipe).close();
  }

  @Test
  void anotherRunOnTheSameFolderIsRefusedWhileOneIsUnderWay() throws Exception {
    Path pipe = Pictures.pipe(images.resolve("hangs.jpg"));
    Thread first = new Thread(() -> explain("--image-timeout", "600"));
    first.start();
    while (Files.notExists(explained.output().resolve("manifest.json"))) {
      assertThat(first.isAlive()).as("the first run is still under way").isTrue();
      Thread.sleep(20);
    }

    Run second = explain("--image-timeout", "600");

    assertRefused(second, "another run writes");
    Files.newOutputStream(pipe).close();
    first.join();
    assertThat(explained.rows()).hasSize(IMAGES + 1);
  }

  private static void assertRefused(Run run, String why) {
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(2);
    assertThat(run.err()).contains(why).hasLineCount(1);
  }

  /** Makes the output as a run over the pictures leaves it, which all tests share. */
  private void ended() throws IOException {
    Explained ended = new Explained(shared.resolve("ended"));
    if (Files.notExists(ended.output())) {
      assertThat(explainInto(ended).exitCode()).isZero();
    }
    FileUtils.copyDirectory(ended.output().toFile(), explained.output().toFile());
  }

  /** Makes the output as a process leaves it that was killed before it ended. */
  private void killed() throws IOException {
    Files.deleteIfExists(explained.output().resolve("_SUCCESS"));
    Files.deleteIfExists(explained.output().resolve("summary.json"));
    manifest("\"state\" : \"finished\"", "\"state\" : \"running\"");
  }

  private void manifest(String regex, String replacement) throws IOException {
    Path manifest = explained.output().resolve("manifest.json");
    String before = Files.readString(manifest);
    String after = Pattern.compile(regex, Pattern.DOTALL).matcher(before).replaceFirst(replacement);
    assertThat(after).isNotEqualTo(before);
    Files.writeString(manifest, after);
  }

  private Path file(String name) {
    return explained.output().resolve("explanations").resolve(name);
  }

  private Run explain(String... more) {
    return explainInto(explained, more);
  }

  private Run explainInto(Explained into, String... more) {
    List<String> args = new ArrayList<>(List.of("explain"));
    if (!List.of(more).contains("--model")) {
      args.addAll(List.of("--model", MODELS.resolve("tiny.onnx").toString()));
    }
    args.addAll(List.of("--images", images.toString(), "--output", into.output().toString()));
    args.addAll(List.of("--device", "cpu", "--batch-size", "2"));
    args.addAll(List.of(more));
    return Run.of(args.toArray(String[]::new));
  }
}
