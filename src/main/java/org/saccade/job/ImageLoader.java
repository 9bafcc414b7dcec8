package org.saccade.job;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.saccade.dataset.ImageReference;
import org.saccade.image.DecodeOptions;
import org.saccade.image.Geometry;
import org.saccade.image.ImageDecoder;
import org.saccade.image.ImageException;
import org.saccade.image.PixelImage;
import org.saccade.image.Preprocessor;

/** From a reference to the crops a network reads: reads, hashes, decodes, resizes, normalizes. */
final class ImageLoader {
  private final Configuration hadoop;
  private final DecodeOptions decoding;
  private final Preprocessor preprocessor;

  ImageLoader(Configuration hadoop, DecodeOptions decoding, Preprocessor preprocessor) {
    this.hadoop = hadoop;
    this.decoding = decoding;
    this.preprocessor = preprocessor;
  }

  /**
   * An image on its way to the network.
   *
   * @param content what was read
   * @param status ok, or why there are no crops
   * @param millis time taken
   */
  record LoadedImage(
      ImageReference image, Explanation.Content content, Explanation.Status status, double millis) {
    boolean usable() {
      return status.equals(Explanation.Status.OK);
    }
  }

  /**
   * Loads an image and writes its crops into a batch. Whatever is wrong with the file becomes a
   * status.
   *
   * @param batch receives {@link Preprocessor#size} floats from {@code offset} on, unless the image
   *     is not usable
   */
  LoadedImage load(ImageReference image, float[] batch, int offset) {
    long start = System.nanoTime();
    Optional<String> sha256 = Optional.empty();
    List<Geometry> geometries = List.of();
    Explanation.Status status;
    try {
      byte[] bytes = read(image);
      sha256 = Optional.of(sha256(bytes));
      PixelImage pixels = ImageDecoder.decode(bytes, decoding);
      geometries = preprocessor.prepare(pixels, batch, offset);
      status = Explanation.Status.OK;
    } catch (ImageException e) {
      status = Explanation.Status.error(e.fault().name(), e.getMessage());
    } catch (UnreadableFileException e) {
      status = Explanation.Status.error(e.code, e.getMessage());
    }
    return new LoadedImage(
        image,
        new Explanation.Content(sha256, geometries),
        status,
        (System.nanoTime() - start) / 1e6);
  }

  private byte[] read(ImageReference image) throws UnreadableFileException {
    Path path = new Path(image.uri());
    try {
      FileSystem files = path.getFileSystem(hadoop);
      FileStatus file = files.getFileStatus(path);
      if (file.isDirectory()) {
        throw new UnreadableFileException("NOT_A_FILE", "a folder, not a file");
      }
      if (file.getLen() > Integer.MAX_VALUE - 8) {
        throw new UnreadableFileException(
            "TOO_LARGE", "the file has %d bytes".formatted(file.getLen()));
      }
      try (InputStream in = files.open(path)) {
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UnreadableFileException("UNREADABLE", "the file cannot be read", e);
      }
    } catch (FileNotFoundException e) {
      throw new UnreadableFileException("NOT_FOUND", "there is no such file", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new UnreadableFileException("UNREADABLE", "the file cannot be read", e);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** A file whose bytes could not be had; the rest of the run goes on. */
  private static final class UnreadableFileException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;

    UnreadableFileException(String code, String message) {
      super(message);
      this.code = code;
    }

    UnreadableFileException(String code, String message, Throwable cause) {
      super(cause.getMessage() == null ? message : message + ": " + cause.getMessage(), cause);
      this.code = code;
    }
  }
}
