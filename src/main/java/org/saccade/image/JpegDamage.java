package org.saccade.image;

import java.util.Optional;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/**
 * Listens for what libjpeg reports when it invents pixels; it decodes on in silence otherwise.
 * Other complaints, such as stray bytes before the end marker, leave the picture whole.
 */
final class JpegDamage implements IIOReadWarningListener {
  private Optional<ImageException> first = Optional.empty();

  @Override
  public void warningOccurred(ImageReader source, String warning) {
    if (first.isPresent()) {
      return;
    }
    if (warning.contains("premature end") || warning.contains("Premature end")) {
      first =
          Optional.of(
              new ImageException(
                  ImageFault.TRUNCATED, "the JPEG's data end before its picture does"));
    } else if (warning.contains("bad Huffman code")
        || warning.contains("instead of RST")
        || warning.matches(".*extraneous bytes before marker 0xd[0-7].*")) {
      first =
          Optional.of(
              new ImageException(ImageFault.CORRUPT, "the JPEG is corrupt: %s".formatted(warning)));
    }
  }

  void raise() throws ImageException {
    if (first.isPresent()) {
      throw first.get();
    }
  }
}
