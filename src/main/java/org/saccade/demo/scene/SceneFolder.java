package org.saccade.demo.scene;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageIO;

/**
 * A set of pictures on disk: {@code images/}, {@code labels.csv}, {@code boxes.csv} and {@code
 * classes.txt}.
 *
 * @param root the folder
 */
public record SceneFolder(Path root) {

  /** Folder of the pictures, PNG files named after the class. */
  public Path images() {
    return root.resolve("images");
  }

  /** Columns {@code image_id, label, class, cue}. */
  public Path labels() {
    return root.resolve("labels.csv");
  }

  /** Columns {@code image_id, label, x0, y0, x1, y1}; first and last pixel, both inside. */
  public Path boxes() {
    return root.resolve("boxes.csv");
  }

  /** A line with the name of each class. */
  public Path classes() {
    return root.resolve("classes.txt");
  }

  /** Writes a set; files of the same names are replaced. */
  public void write(SceneSet set) {
    StringBuilder labels = new StringBuilder("image_id,label,class,cue\n");
    StringBuilder boxes = new StringBuilder("image_id,label,x0,y0,x1,y1\n");
    try {
      Files.createDirectories(images());
      for (Iterator<Scene> scenes = set.scenes().iterator(); scenes.hasNext(); ) {
        Scene scene = scenes.next();
        String file = scene.name() + ".png";
        ImageIO.write(scene.picture(), "png", images().resolve(file).toFile());
        int label = scene.motif().classIndex();
        Scene.Bounds box = scene.box();
        labels.append(
            "%s,%d,%s,%s%n"
                .formatted(
                    file,
                    label,
                    scene.motif().label(),
                    scene.cue().map(Cue::label).orElse("none")));
        boxes.append(
            "%s,%d,%d,%d,%d,%d%n".formatted(file, label, box.x0(), box.y0(), box.x1(), box.y1()));
      }
      Files.writeString(labels(), labels);
      Files.writeString(boxes(), boxes);
      Files.write(classes(), Arrays.stream(Motif.values()).map(Motif::label).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
