package org.saccade.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.UserException;

class LabelsTest {
  @TempDir Path folder;

  @Test
  void repeatedEqualLabelsCollapseAndOtherColumnsAreIgnored() throws IOException {
    Labels labels = read("image_id,x0,label\na.jpg,1.5,3\na.jpg,9.0,3\n\nsub/b.jpg,0.0,4\n");

    assertThat(labels.size()).isEqualTo(2);
    assertThat(labels.of(image("a.jpg"))).isEqualTo(OptionalInt.of(3));
    assertThat(labels.of(image("sub/b.jpg"))).isEqualTo(OptionalInt.of(4));
    assertThat(labels.of(image("b.jpg"))).isEmpty();
  }

  @Test
  void aFileNameLabelsAnImageInAnyFolder() throws IOException {
    assertThat(read("image_id,label\na.jpg,3\n").of(image("deep/in/a.jpg")))
        .isEqualTo(OptionalInt.of(3));
  }

  @Test
  void labelsThatNameNoImageAreCounted() throws IOException {
    ImageSet set = new ImageSet("file:/x", List.of(image("a.jpg"), image("sub/b.jpg")), 0, 0);

    assertThat(read("image_id,label\na.jpg,1\nb.jpg,1\nc.jpg,1\nsub/c.jpg,1\n").unmatched(set))
        .isEqualTo(2);
  }

  @Test
  void compressedTablesAreRead() throws IOException {
    Path file = folder.resolve("labels.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("\uFEFFimage_id,label\r\na.jpg,7\r\n".getBytes(StandardCharsets.UTF_8));
    }

    assertThat(Labels.read(file.toString(), new Configuration()).of(image("a.jpg")))
        .isEqualTo(OptionalInt.of(7));
  }

  @Test
  void faultsAreNamedWithTheirLine() {
    assertThatThrownBy(() -> read("image_id,label\na.jpg,1\na.jpg,2\n"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("line 3 gives a.jpg the label 2, an earlier line gave it 1");
    assertThatThrownBy(() -> read("image_id,label\na.jpg,tench\n"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("line 2 has the label 'tench'");
    assertThatThrownBy(() -> read("image_id,label\na.jpg,-1\n"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("'-1'");
    assertThatThrownBy(() -> read("image_id,label\na.jpg\n"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("line 2 has 1 fields");
    assertThatThrownBy(() -> read("file,label\na.jpg,1\n"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no column image_id");
    assertThatThrownBy(() -> read(""))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no column image_id");
    assertThatThrownBy(
            () -> Labels.read(folder.resolve("none.csv").toString(), new Configuration()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("cannot read");
  }

  @Test
  void aLabelBeyondTheNetworksClassesIsRefused() throws IOException {
    Labels labels = read("image_id,label\na.jpg,9\nb.jpg,10\n");

    labels.requireBelow(11);
    assertThatThrownBy(() -> labels.requireBelow(10))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("gives b.jpg the label 10, but the network has the classes 0 to 9");
  }

  private Labels read(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("labels.csv"), text);
    return Labels.read(file.toString(), new Configuration());
  }

  private static ImageReference image(String id) {
    return ImageReference.ofFile(id, "file:/x/" + id);
  }
}
