package org.saccade.dataset;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.saccade.UserException;

/**
 * The true classes of images, as a table gives them: columns {@code image_id} (file name or path
 * relative to the images) and {@code label} (class index, or nothing where it is not known); other
 * columns are ignored. Read line by line: there may be as many labels as images.
 */
public final class Labels implements Iterator<Labels.Label>, AutoCloseable {
  private final String file;
  private final BufferedReader lines;
  private final int idColumn;
  private final int labelColumn;
  private int number = 1;
  private Optional<Label> next = Optional.empty();

  /**
   * What a line says.
   *
   * @param line its number, from 1
   */
  public record Label(int line, String imageId, int classIndex) {}

  private Labels(String file, BufferedReader lines) throws IOException {
    this.file = file;
    this.lines = lines;
    String header = lines.readLine();
    List<String> columns = header == null ? List.of() : Csv.fields(header);
    this.idColumn = column(columns, "image_id");
    this.labelColumn = column(columns, "label");
  }

  /**
   * Opens a CSV file with a header line; {@code .csv.gz} is decompressed. It closes itself after
   * the last label.
   *
   * @throws UserException if the file cannot be read or lacks a column
   */
  public static Labels open(String file, Configuration hadoop) {
    try {
      return new Labels(file, Csv.open(new Path(file), hadoop));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * Hexadecimal SHA-256 of a file of labels.
   *
   * @throws UserException if it cannot be read
   */
  public static String sha256(String file, Configuration hadoop) {
    Path path = new Path(file);
    try (InputStream raw = Storage.open(path, hadoop);
        DigestInputStream in = new DigestInputStream(raw, MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (IOException e) {
      throw unreadable(file, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws UserException if a line is too short or its label is no class index
   */
  @Override
  public boolean hasNext() {
    if (next.isEmpty()) {
      try {
        next = read();
        if (next.isEmpty()) {
          lines.close();
        }
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
    return next.isPresent();
  }

  @Override
  public Label next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Label label = next.get();
    next = Optional.empty();
    return label;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private Optional<Label> read() throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      List<String> fields = Csv.fields(line);
      if (fields.size() <= Math.max(idColumn, labelColumn)) {
        throw new UserException(
            "%s line %d has %d fields where the header names more: complete or remove the line"
                .formatted(file, number, fields.size()));
      }
      String label = fields.get(labelColumn);
      if (!label.isEmpty()) {
        return Optional.of(new Label(number, fields.get(idColumn), classIndex(label)));
      }
    }
    return Optional.empty();
  }

  private int column(List<String> header, String name) {
    int column = header.indexOf(name);
    if (column < 0) {
      throw new UserException(
          "%s has no column %s, its header is '%s': name the columns image_id and label"
              .formatted(file, name, String.join(",", header)));
    }
    return column;
  }

  private int classIndex(String text) {
    try {
      int label = Integer.parseInt(text);
      if (label >= 0) {
        return label;
      }
    } catch (NumberFormatException e) {
      // Reported below, with the negative ones.
    }
    throw new UserException(
        "%s line %d has the label '%s': a label is a class index, 0 or above, or nothing"
            .formatted(file, number, text));
  }

  private static UserException unreadable(String file, IOException e) {
    return new UserException("cannot read %s: %s".formatted(file, e.getMessage()), e);
  }
}
