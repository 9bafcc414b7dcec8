package org.saccade.job.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.dataset.ImageReader;
import org.saccade.dataset.ImageReference;
import org.saccade.image.Crops;
import org.saccade.image.DecodeOptions;
import org.saccade.image.ModelDescription;
import org.saccade.image.Preprocessor;

class DecodeAheadTest {
  private static final int IMAGES = 7;
  private static final int MANY = 100;

  @TempDir Path folder;

  private final List<ImageReference> images = new ArrayList<>();
  private final Preprocessor preprocessor =
      ModelDescription.of(
              "test",
              Map.of(
                  "resize", "squash",
                  "resampling", "bilinear",
                  "input-size", "model",
                  "channels", "rgb",
                  "scale", "1/255",
                  "mean", "0, 0, 0",
                  "std", "1, 1, 1",
                  "softmax", "true"))
          .preprocessing()
          .bind(3, OptionalInt.of(4), OptionalInt.of(4), Crops.CENTER);

  @BeforeEach
  void drawImages() throws IOException {
    for (int i = 0; i < IMAGES; i++) {
      BufferedImage picture = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
      picture.setRGB(i % 4, i / 4, 0x102030 * (i + 1));
      Path file = folder.resolve(i + ".png");
      ImageIO.write(picture, "png", file.toFile());
      images.add(ImageReference.ofFile(i + ".png", file.toUri().toString()));
    }
  }

  @Test
  void decodesAheadOnlyWhileAProcessorIsSpare() {
    try (NetworkThread network = new NetworkThread(2);
        DecodeAhead pipeline = pipeline(network)) {
      pipeline.next();
      assertThat(pipeline.ahead()).isPositive();
      try (NetworkThread other = new NetworkThread(2)) {
        assertThat(other.leavesProcessorToSpare()).isFalse();
        pipeline.next();
        pipeline.next();
        assertThat(pipeline.ahead()).isZero();
        assertThat(pipeline.hasNext()).isFalse();
      }
    }
  }

  @Test
  void batchesAreTheSameWhereverTheyAreFilled() {
    List<DecodedBatch> ahead = batches(MANY);
    List<DecodedBatch> inline = batches(1);

    assertThat(ahead).hasSize(3);
    assertThat(inline).hasSize(3);
    for (int i = 0; i < ahead.size(); i++) {
      assertThat(inline.get(i).tensor()).isEqualTo(ahead.get(i).tensor());
      assertThat(ids(inline.get(i))).isEqualTo(ids(ahead.get(i)));
    }
  }

  private static List<String> ids(DecodedBatch batch) {
    return batch.images().stream().map(loaded -> loaded.image().imageId()).toList();
  }

  private List<DecodedBatch> batches(int processors) {
    List<DecodedBatch> batches = new ArrayList<>();
    try (NetworkThread network = new NetworkThread(processors);
        DecodeAhead pipeline = pipeline(network)) {
      // Tensors are used again, the rest of the last one's values must not show.
      pipeline.forEachRemaining(
          batch -> batches.add(new DecodedBatch(batch.tensor().clone(), batch.images())));
    }
    return batches;
  }

  private DecodeAhead pipeline(NetworkThread network) {
    return new DecodeAhead(
        images.iterator(),
        new TimedLoader(
            () ->
                new ImageLoader(
                    new ImageReader(new Configuration()), DecodeOptions.DEFAULT, preprocessor),
            preprocessor.size(),
            Duration.ofMinutes(1)),
        preprocessor,
        3,
        network);
  }
}
