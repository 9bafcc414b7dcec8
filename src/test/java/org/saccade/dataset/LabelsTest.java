package org.saccade.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.UserException;
import org.saccade.dataset.Labels.Label;

class LabelsTest {
  @TempDir Path folder;

  @Test
  void everyLineWithALabelIsReadAndOtherColumnsAreIgnored() throws IOException {
    assertThat(read("image_id,x0,label\na.jpg,1.5,3\na.jpg,9.0,3\n\nsub/b.jpg,0.0,4\n"))
        .containsExactly(
            new Label(2, "a.jpg", 3), new Label(3, "a.jpg", 3), new Label(5, "sub/b.jpg", 4));
  }

  @Test
  void compressedTablesAreRead() throws IOException {
    Path file = folder.resolve("labels.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("\uFEFFimage_id,label\r\na.jpg,7\r\n".getBytes(StandardCharsets.UTF_8));
    }

    assertThat(read(file)).containsExactly(new Label(2, "a.jpg", 7));
  }

  @Test
  void aBlankLabelIsNone() throws IOException {
    assertThat(read("image_id,label\na.jpg,\nb.jpg,2\n")).containsExactly(new Label(3, "b.jpg", 2));
  }

  @Test
  void faultsAreNamedWithTheirLine() {
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
    assertThatThrownBy(() -> read(folder.resolve("none.csv")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("cannot read");
  }

  private List<Label> read(String text) throws IOException {
    return read(Files.writeString(folder.resolve("labels.csv"), text));
  }

  private static List<Label> read(Path file) throws IOException {
    List<Label> found = new ArrayList<>();
    try (Labels labels = Labels.open(file.toString(), new Configuration())) {
      labels.forEachRemaining(found::add);
    }
    return found;
  }
}
