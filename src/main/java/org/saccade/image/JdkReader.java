package org.saccade.image;

import java.io.EOFException;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** The JDK's own reader of a format, whatever other readers are registered before it. */
final class JdkReader {
  static final JdkReader JPEG = new JdkReader("JPEG");
  static final JdkReader PNG = new JdkReader("PNG");
  static final JdkReader GIF = new JdkReader("GIF");
  static final JdkReader BMP = new JdkReader("BMP");

  /** What is asked of a reader. */
  @FunctionalInterface
  interface Task<T> {
    T run(ImageReader reader) throws IOException, ImageException;
  }

  private final String format;
  private final ImageReaderSpi provider;

  private JdkReader(String format) {
    this.format = format;
    this.provider = provider(format);
  }

  /**
   * Runs a task with a reader of a file.
   *
   * @throws ImageException if the task does, or the reader finds the file truncated or corrupt
   */
  <T> T read(byte[] bytes, Task<T> task) throws ImageException {
    try {
      ImageReader reader = provider.createReaderInstance();
      try {
        reader.setInput(new ByteArrayImageInputStream(bytes), false, true);
        return task.run(reader);
      } finally {
        reader.dispose();
      }
    } catch (IOException e) {
      // The reader of PNG calls it an exception of input and output when memory runs out.
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      boolean ended = e instanceof EOFException || e.getCause() instanceof EOFException;
      throw ended
          ? new ImageException(
              ImageFault.TRUNCATED,
              "the %s's data end before its picture does".formatted(format),
              e)
          : new ImageException(
              ImageFault.CORRUPT, "the %s is corrupt: %s".formatted(format, reason(e)), e);
    }
  }

  private static String reason(IOException e) {
    return Optional.ofNullable(e.getCause()).map(Throwable::getMessage).orElse(e.getMessage());
  }

  private static ImageReaderSpi provider(String format) {
    String name =
        "com.sun.imageio.plugins.%s.%sImageReaderSpi"
            .formatted(format.toLowerCase(Locale.ROOT), format);
    var providers =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
    while (providers.hasNext()) {
      ImageReaderSpi provider = providers.next();
      if (provider.getClass().getName().equals(name)) {
        return provider;
      }
    }
    throw new IllegalStateException(
        "this Java runtime lacks its %s reader, %s".formatted(format, name));
  }
}
