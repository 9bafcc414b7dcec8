package org.saccade.job.pack;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.util.SerializableConfiguration;
import org.saccade.dataset.ImageListing;
import org.saccade.dataset.ImageReader;
import org.saccade.dataset.ImageReference;
import org.saccade.dataset.ShardFormat;
import org.saccade.dataset.ShardWriter;
import org.saccade.dataset.Storage;
import org.saccade.dataset.UnreadableImageException;

/**
 * Writes one shard under a name of its own, reads every image back, and only then gives the file
 * its place, so that a file that is there is whole.
 *
 * @param root folder of the shards
 */
record PackTask(String root, ShardFormat format, SerializableConfiguration hadoop)
    implements Serializable {

  /**
   * A shard that was written.
   *
   * @param name file name
   * @param images images in it
   * @param labelled those of them with a label
   * @param unreadable images left out
   * @param bytes size of the file
   * @param sha256 hexadecimal, of the file
   */
  record Shard(String name, long images, long labelled, long unreadable, long bytes, String sha256)
      implements Serializable {}

  /** An image that could not be read. */
  private record Unreadable(ImageReference image, UnreadableImageException cause) {}

  Shard write(int number, List<ImageReference> images) throws IOException {
    String name = "shard-%05d.%s".formatted(number, format.extension());
    Configuration configuration = hadoop.value();
    Path folder = new Path(root);
    Path attempt =
        new Path(
            folder,
            "%s/%d/%s".formatted(PackFolder.TEMPORARY, TaskContext.get().taskAttemptId(), name));
    FileSystem files = Storage.of(folder, configuration);
    List<byte[]> digests = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>();
    long labelled = 0;
    try (ImageReader reader = new ImageReader(configuration);
        ShardWriter writer = format.create(attempt, configuration)) {
      for (ImageReference image : images) {
        byte[] bytes;
        try {
          bytes = reader.read(image);
        } catch (UnreadableImageException e) {
          unreadable.add(new Unreadable(image, e));
          continue;
        }
        writer.add(image, bytes);
        digests.add(sha256().digest(bytes));
        labelled += image.label().isPresent() ? 1 : 0;
      }
    }
    verify(attempt, digests, configuration);
    Shard shard =
        new Shard(
            name,
            digests.size(),
            labelled,
            unreadable.size(),
            files.getFileStatus(attempt).getLen(),
            sha256(files, attempt));
    place(files, attempt, new Path(folder, name));
    if (!unreadable.isEmpty()) {
      tell(files, new Path(folder, PackFolder.UNREADABLE + "/" + name + ".csv"), unreadable);
    }
    return shard;
  }

  /** Reads all images back and compares them with what was meant to be written. */
  private void verify(Path shard, List<byte[]> digests, Configuration configuration)
      throws IOException {
    int count = 0;
    try (ImageListing listing = format.part(shard).list(configuration);
        ImageReader reader = new ImageReader(configuration)) {
      while (listing.hasNext()) {
        ImageReference image = listing.next();
        byte[] digest = sha256().digest(reader.read(image));
        if (count >= digests.size() || !MessageDigest.isEqual(digest, digests.get(count))) {
          throw new IOException("%s was not written as it was read".formatted(image.uri()));
        }
        count++;
      }
    } catch (UnreadableImageException e) {
      throw new IOException("%s cannot be read back".formatted(shard), e);
    }
    if (count != digests.size()) {
      throw new IOException(
          "%s holds %d images, %d were written".formatted(shard, count, digests.size()));
    }
  }

  /** A task that runs twice writes the same bytes twice: either file is as good. */
  private static void place(FileSystem files, Path attempt, Path shard) throws IOException {
    if (files.exists(shard)) {
      files.delete(attempt, false);
    } else if (!files.rename(attempt, shard) && !files.exists(shard)) {
      throw new IOException("%s cannot be moved to %s".formatted(attempt, shard));
    }
  }

  private static void tell(FileSystem files, Path list, List<Unreadable> unreadable)
      throws IOException {
    try (BufferedWriter out =
        new BufferedWriter(
            new OutputStreamWriter(files.create(list, true), StandardCharsets.UTF_8))) {
      out.write("image_id,uri,error_code,error_message\n");
      for (Unreadable image : unreadable) {
        out.write(
            String.join(
                    ",",
                    quoted(image.image().imageId()),
                    quoted(image.image().uri()),
                    image.cause().fault().name(),
                    quoted(image.cause().getMessage()))
                + "\n");
      }
    }
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"").replace('\n', ' ') + '"';
  }

  private static String sha256(FileSystem files, Path file) throws IOException {
    MessageDigest sha256 = sha256();
    byte[] buffer = new byte[1 << 16];
    try (var in = files.open(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sha256.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
