package org.saccade.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.SharedData;
import org.saccade.UserException;

class GroundTruthReaderTest {
  @TempDir Path folder;
  private final FaultLog faults = new FaultLog();

  @Nested
  class BoxTable {
    @Test
    void hasALinePerBox() throws IOException {
      GroundTruth truth =
          read(
              "boxes.csv",
              "image_id,label,x0,y0,x1,y1\na.jpg,3,1,2,10,20\na.jpg,3,5,5,6.5,6\nb.jpg,4,0,0,1,1\n");

      assertThat(truth.of("a.jpg"))
          .contains(
              new AnnotatedImage(
                  "a.jpg",
                  0,
                  0,
                  Set.of(3),
                  List.of(new TrueBox(3, 1, 2, 10, 20), new TrueBox(3, 5, 5, 6.5, 6))));
      assertThat(truth.format()).isEqualTo("box table CSV");
      assertThat(faults.entries()).isEmpty();
    }

    @Test
    void givesTheOriginalsBoxesWhenAskedForThem() throws IOException {
      String csv =
          """
              image_id,label,x0,y0,x1,y1,orig_w,orig_h,ox0,oy0,ox1,oy1
              a.jpg,3,1,2,3,4,500,375,10,20,30,40
              """;

      assertThat(read("boxes.csv", csv).of("a.jpg").orElseThrow().sized()).isFalse();
      AnnotatedImage original =
          read("boxes.csv", csv, BoxesFrame.ORIGINAL).of("a.jpg").orElseThrow();
      assertThat(original.width()).isEqualTo(500);
      assertThat(original.boxes()).containsExactly(new TrueBox(3, 10, 20, 30, 40));
    }

    @Test
    void countsWhatIsWrongAndKeepsTheRest() throws IOException {
      GroundTruth truth =
          read(
              "boxes.csv",
              """
              image_id,label,x0,y0,x1,y1,width,height
              a.jpg,3,10,2,1,20,100,100
              a.jpg,3,90,90,120,99,100,100
              a.jpg,3,200,90,220,99,100,100
              a.jpg,cat,1,1,2,2,100,100
              a.jpg,3,NaN,1,2,2,100,100
              a.jpg,3,oops,1,2,2,100,100
              a.jpg,3,1,1
              b.jpg,3,1,1,2,2,100,100
              b.jpg,3,1,1,2,2,100,99
              c.jpg,3,1,1,2,2,0,99
              """);

      assertThat(truth.of("a.jpg").orElseThrow().boxes())
          .containsExactly(new TrueBox(3, 90, 90, 99, 99));
      assertThat(truth.of("b.jpg")).isEmpty();
      assertThat(faults.count(GroundTruthFault.BOX_INSIDE_OUT)).isEqualTo(1);
      assertThat(faults.count(GroundTruthFault.BOX_OUTSIDE_IMAGE)).isEqualTo(2);
      assertThat(faults.count(GroundTruthFault.UNKNOWN_CLASS)).isEqualTo(1);
      assertThat(faults.count(GroundTruthFault.MALFORMED)).isEqualTo(4);
      assertThat(faults.count(GroundTruthFault.DUPLICATE_IMAGE)).isEqualTo(1);
      assertThat(faults.entries().get(GroundTruthFault.BOX_INSIDE_OUT).example())
          .isEqualTo("boxes.csv line 2: 10.0, 2.0, 1.0, 20.0");
      assertThat(
              GroundTruthFault.UNKNOWN_CLASS.describe(
                  1, faults.entries().get(GroundTruthFault.UNKNOWN_CLASS).example()))
          .contains("boxes.csv line 5: 'cat'");
    }

    @Test
    void readsTheRealBoxesOfTheSharedImages() {
      GroundTruth truth =
          GroundTruthReader.of(SharedData.path("imagenet-val/boxes.csv").toString())
              .read(new Configuration(), faults);

      assertThat(truth.images()).hasSize(400);
      assertThat(truth.of("ILSVRC2012_val_00000361.JPEG").orElseThrow().boxes())
          .containsExactly(new TrueBox(300, 37.682, 52.685, 190.226, 202.284));
      assertThat(faults.entries()).isEmpty();
    }
  }

  @Nested
  class Lists {
    @BeforeEach
    void labels() throws IOException {
      write("labels.csv", "a.jpg,3\nb.jpg,4\nb.jpg,5\nc.jpg,4\nc.jpg,4\n");
      write("sizes.csv", "a.jpg,100,50\nc.jpg,10,10\nelsewhere.jpg,7,7\n");
    }

    @Test
    void takeClassesAndSizesFromBeside() throws IOException {
      write("boxes.csv", "a.jpg,1,2,3,4\nc.jpg,0,0,9,9\nx.jpg,1,1,2,2\nb.jpg,1,1,2,2\n");

      GroundTruth truth =
          reader("boxes.csv", "labels.csv", "sizes.csv").read(new Configuration(), faults);

      assertThat(truth.of("a.jpg"))
          .contains(
              new AnnotatedImage("a.jpg", 100, 50, Set.of(3), List.of(new TrueBox(3, 1, 2, 3, 4))));
      assertThat(truth.of("b.jpg")).isEmpty();
      assertThat(truth.of("c.jpg")).isPresent();
      assertThat(truth.of("elsewhere.jpg")).isEmpty();
      assertThat(faults.count(GroundTruthFault.DUPLICATE_IMAGE)).isEqualTo(1);
      assertThat(faults.entries().get(GroundTruthFault.UNKNOWN_CLASS).example())
          .isEqualTo("boxes.csv line 3: x.jpg has no label");
    }

    @Test
    void withoutClassesSayWhatIsMissing() throws IOException {
      write("boxes.csv", "a.jpg,1,2,3,4\n");
      assertThatThrownBy(() -> read("boxes.csv", "a.jpg,1,2,3,4\n"))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("--class-labels");
    }

    @Test
    void mayLieInAFolderAsWsolevaluationHasThem() throws IOException {
      write("wsol/localization.txt", "val/a.jpg,1,2,3,4\n");
      write("wsol/class_labels.txt", "val/a.jpg,7\n");
      write("wsol/image_sizes.txt", "val/a.jpg,100,50\n");

      GroundTruth truth = readAt("wsol");

      assertThat(truth.of("val/a.jpg").orElseThrow().boxes())
          .containsExactly(new TrueBox(7, 1, 2, 3, 4));
      assertThat(truth.of("a.jpg")).isPresent();
    }
  }

  @Nested
  class Challenge {
    @Test
    void readsClassAndCornersRepeated() throws IOException {
      write("synsets.txt", "n01440764 tench, Tinca tinca\nn01443537 goldfish\n");
      write(
          "LOC_val_solution.csv",
          """
              ImageId,PredictionString
              val_1,n01443537 1 2 3 4 n01440764 5 6 7 8
              val_2,n99999999 1 2 3 4
              val_3,n01440764 1 2 3
              """);

      GroundTruth truth =
          new GroundTruthReader(
                  folder.resolve("LOC_val_solution.csv").toString(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.of(folder.resolve("synsets.txt").toString()),
                  BoxesFrame.IMAGE)
              .read(new Configuration(), faults);

      assertThat(truth.of("val_1.JPEG").orElseThrow().boxes())
          .containsExactly(new TrueBox(1, 1, 2, 3, 4), new TrueBox(0, 5, 6, 7, 8));
      assertThat(faults.count(GroundTruthFault.UNKNOWN_CLASS)).isEqualTo(1);
      assertThat(faults.count(GroundTruthFault.MALFORMED)).isEqualTo(1);
    }

    @Test
    void namesTheRemedyWhenNoClassIsKnown() {
      assertThatThrownBy(() -> read("s.csv", "ImageId,PredictionString\nval_1,n01440764 1 2 3 4\n"))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("n01440764")
          .hasMessageContaining("--classes");
    }
  }

  @Nested
  class Xml {
    private static final String ILSVRC =
        "<annotation><folder>val</folder><filename>%s</filename><source><database>%s</database>"
            + "</source><size><width>500</width><height>375</height><depth>3</depth></size>"
            + "<object><name>7</name><bndbox><xmin>%d</xmin><ymin>20</ymin><xmax>110</xmax>"
            + "<ymax>220</ymax></bndbox><part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin>"
            + "<xmax>2</xmax><ymax>2</ymax></bndbox></part></object></annotation>";

    @Test
    void ofIlsvrcCountsPixelsFromNought() throws IOException {
      write("xml/n01/val_1.xml", ILSVRC.formatted("val_1", "ILSVRC_2012", 10));

      GroundTruth truth = readAt("xml");

      assertThat(truth.of("n01/val_1.JPEG"))
          .contains(
              new AnnotatedImage(
                  "n01/val_1", 500, 375, Set.of(7), List.of(new TrueBox(7, 10, 20, 110, 220))));
      assertThat(truth.of("val_1.JPEG")).isPresent();
    }

    @Test
    void ofPascalVocCountsPixelsFromOne() throws IOException {
      write("xml/000001.xml", ILSVRC.formatted("000001.jpg", "The VOC2007 Database", 10));

      assertThat(readAt("xml").of("000001.jpg").orElseThrow().boxes())
          .containsExactly(new TrueBox(7, 9, 19, 109, 219));
    }

    @Test
    void thatIsBrokenOrHostileIsLeftOutAndCounted() throws IOException {
      Path secret = write("secret.txt", "7");
      write("xml/good.xml", ILSVRC.formatted("good", "ILSVRC_2012", 10));
      write("xml/cut.xml", "<annotation><object><name>7</name>");
      write("xml/other.xml", "<html/>");
      write("xml/empty.xml", "");
      write("xml/corner.xml", ILSVRC.formatted("corner", "x", 10).replace("<xmax>110</xmax>", ""));
      write(
          "xml/external.xml",
          "<!DOCTYPE annotation [<!ENTITY e SYSTEM \"%s\">]>".formatted(secret.toUri())
              + ILSVRC.formatted("external", "x", 10).replace(">7<", ">&e;<"));
      write(
          "xml/bomb.xml",
          "<!DOCTYPE a [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
              + "<annotation><folder>&b;</folder></annotation>");
      write("xml/deep.xml", "<annotation>" + "<a>".repeat(100_000));
      write("xml/inside_out.xml", ILSVRC.formatted("inside_out", "x", 300));

      GroundTruth truth = readAt("xml");

      assertThat(truth.images())
          .extracting(AnnotatedImage::imageId)
          .containsExactlyInAnyOrder("good", "inside_out");
      assertThat(faults.count(GroundTruthFault.MALFORMED)).isEqualTo(7);
      assertThat(faults.count(GroundTruthFault.BOX_INSIDE_OUT)).isEqualTo(1);
      assertThat(faults.entries().get(GroundTruthFault.MALFORMED).example())
          .startsWith("bomb.xml: ")
          .contains("document type declaration");
    }

    @Test
    void ofTwoImagesWithOneNameIsFoundByPathOnly() throws IOException {
      write("xml/a/1.xml", ILSVRC.formatted("1", "x", 10));
      write("xml/b/1.xml", ILSVRC.formatted("1", "x", 11));

      GroundTruth truth = readAt("xml");

      assertThat(truth.of("b/1.jpg").orElseThrow().boxes().get(0).x0()).isEqualTo(11);
      assertThat(truth.of("1.jpg")).isEmpty();
    }
  }

  @Nested
  class Coco {
    private static final String JSON =
        """
        {"info": {"year": 2017},
         "images": [{"id": 1, "file_name": "a.jpg", "width": 100, "height": 80},
                    {"id": 2, "file_name": "b.jpg"},
                    {"id": 3, "file_name": "b.jpg"}],
         "annotations": [
           {"id": 10, "image_id": 1, "category_id": 18, "bbox": [10, 20, 30.5, 40], "iscrowd": 0},
           {"id": 11, "image_id": 1, "category_id": 18, "bbox": [0, 0, 50, 50], "iscrowd": 1},
           {"id": 12, "image_id": 9, "category_id": 18, "bbox": [0, 0, 50, 50]},
           {"id": 13, "image_id": 1, "category_id": 18, "bbox": [0, 0, 50]},
           {"id": 14, "image_id": 1, "category_id": 18, "bbox": [5, 5, -3, 2]},
           {"id": 15, "image_id": 1, "category_id": 18, "bbox": [90, 70, 30, 5]}],
         "categories": [{"id": 18, "name": "dog"}]}
        """;

    @Test
    void givesLeftTopWidthAndHeight() throws IOException {
      GroundTruth truth = read("coco.json", JSON);

      assertThat(truth.of("a.jpg"))
          .contains(
              new AnnotatedImage(
                  "a.jpg",
                  100,
                  80,
                  Set.of(18),
                  List.of(new TrueBox(18, 10, 20, 39.5, 59), new TrueBox(18, 90, 70, 99, 74))));
      assertThat(truth.of("b.jpg")).isEmpty();
      assertThat(faults.count(GroundTruthFault.MALFORMED)).isEqualTo(2);
      assertThat(faults.count(GroundTruthFault.BOX_INSIDE_OUT)).isEqualTo(1);
      assertThat(faults.count(GroundTruthFault.BOX_OUTSIDE_IMAGE)).isEqualTo(1);
      assertThat(faults.count(GroundTruthFault.DUPLICATE_IMAGE)).isEqualTo(1);
    }

    @Test
    void losesOnlyTheEntriesThatAreNoObjects() throws IOException {
      GroundTruth truth =
          read(
              "coco.json",
              JSON.replace("\"images\": [", "\"images\": [null, 3, ")
                  .replace("\"annotations\": [", "\"annotations\": [[], "));

      assertThat(truth.of("a.jpg").orElseThrow().boxes()).hasSize(2);
      assertThat(faults.count(GroundTruthFault.MALFORMED)).isEqualTo(2 + 3);
    }

    @Test
    void namesClassesByCategoryWhereThereIsAListOfClasses() throws IOException {
      write("coco.json", JSON);
      write("classes.txt", "cat\ndog\n");

      GroundTruth truth =
          new GroundTruthReader(
                  folder.resolve("coco.json").toString(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.of(folder.resolve("classes.txt").toString()),
                  BoxesFrame.IMAGE)
              .read(new Configuration(), faults);

      assertThat(truth.of("a.jpg").orElseThrow().labels()).containsExactly(1);
    }

    @Test
    void thatIsNoJsonOrSomethingElseIsRefused() {
      assertThatThrownBy(() -> read("cut.json", JSON.substring(0, 300)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("cut.json");
      assertThatThrownBy(() -> read("other.json", "{\"a\": [1, 2]}"))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("no list of images");
      assertThatThrownBy(() -> read("text.json", "hello"))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("text.json");
      assertThatThrownBy(() -> read("odd.json", "{\"images\": {\"id\": 3}}"))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("odd.json");
    }
  }

  @Test
  void aCompressedFileIsDecompressed() throws IOException {
    Path file = folder.resolve("boxes.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("image_id,label,x0,y0,x1,y1\na.jpg,3,1,2,10,20\n".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(readAt("boxes.csv.gz").images()).hasSize(1);
  }

  @Test
  void somethingElseIsRefusedWithTheFormatsThatWouldDo() throws IOException {
    assertThatThrownBy(() -> readAt("missing.csv"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("does not exist");
    assertThatThrownBy(() -> read("a.csv", "colour,shape\nred,round\n"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("colour,shape")
        .hasMessageContaining("COCO");
    assertThatThrownBy(() -> read("empty.csv", "")).isInstanceOf(UserException.class);
    Files.createDirectory(folder.resolve("nothing"));
    assertThatThrownBy(() -> readAt("nothing"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("localization.txt");
  }

  @Test
  void theFrameOfBoxesIsNamedOrASize() {
    assertThat(BoxesFrame.parse("original")).isEqualTo(BoxesFrame.ORIGINAL);
    assertThat(BoxesFrame.parse("256x128"))
        .isEqualTo(new BoxesFrame(BoxesFrame.Kind.FIXED, 256, 128));
    assertThatThrownBy(() -> BoxesFrame.parse("256x0")).isInstanceOf(UserException.class);
    assertThatThrownBy(() -> BoxesFrame.parse("small"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("'small'");
  }

  private GroundTruth read(String name, String content) throws IOException {
    return read(name, content, BoxesFrame.IMAGE);
  }

  private GroundTruth read(String name, String content, BoxesFrame frame) throws IOException {
    return new GroundTruthReader(
            write(name, content).toString(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            frame)
        .read(new Configuration(), faults);
  }

  private GroundTruth readAt(String name) {
    return GroundTruthReader.of(folder.resolve(name).toString()).read(new Configuration(), faults);
  }

  private GroundTruthReader reader(String boxes, String labels, String sizes) {
    return new GroundTruthReader(
        folder.resolve(boxes).toString(),
        Optional.of(folder.resolve(labels).toString()),
        Optional.of(folder.resolve(sizes).toString()),
        Optional.empty(),
        BoxesFrame.IMAGE);
  }

  private Path write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }
}
