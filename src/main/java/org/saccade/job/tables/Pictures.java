package org.saccade.job.tables;

import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.saccade.dataset.ImageReader;
import org.saccade.dataset.ImageReference;
import org.saccade.dataset.UnreadableImageException;
import org.saccade.image.DecodeOptions;
import org.saccade.image.ImageDecoder;
import org.saccade.image.ImageException;
import org.saccade.image.PixelImage;

/** Reads again the images that rows are about. */
public final class Pictures {
  private final Configuration hadoop;
  private final DecodeOptions decoding;

  /**
   * @param exifOrientation whether pictures were turned upright for the explanation
   */
  public Pictures(Configuration hadoop, boolean exifOrientation) {
    this.hadoop = hadoop;
    this.decoding = new DecodeOptions(DecodeOptions.DEFAULT_MAX_PIXELS, exifOrientation);
  }

  /** The image of a row; empty when it has moved, or is another picture by now. */
  public Optional<PixelImage> read(Row row) {
    return read(row.<String>getAs("uri"))
        .filter(
            image ->
                image.width() == row.<Number>getAs("width").intValue()
                    && image.height() == row.<Number>getAs("height").intValue());
  }

  /** The image at a location; empty when there is none. */
  public Optional<PixelImage> read(String uri) {
    try (ImageReader reader = new ImageReader(hadoop)) {
      byte[] bytes = reader.read(ImageReference.ofUri(uri, uri));
      return Optional.of(ImageDecoder.decode(bytes, decoding));
    } catch (UnreadableImageException | ImageException e) {
      return Optional.empty();
    }
  }
}
