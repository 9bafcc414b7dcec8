package org.saccade.dataset;

import java.io.BufferedReader;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.saccade.UserException;

/** Reading of tables as text: one record a line, fields between commas, quotes as in RFC 4180. */
public final class Csv {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private Csv() {}

  /**
   * The lines of a text file in UTF-8 without their ends and without a byte order mark; a name that
   * ends in {@code .gz} is decompressed.
   *
   * @throws UserException if the file cannot be read
   */
  static List<String> lines(Path file, Configuration hadoop) {
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader = open(file, hadoop)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      throw new UserException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
    return lines;
  }

  /** Opens a file to be read as {@link #lines} are, one at a time. */
  static BufferedReader open(Path file, Configuration hadoop) throws IOException {
    InputStream raw = Storage.open(file, hadoop);
    try {
      InputStream plain = file.getName().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
      BufferedReader reader = new BufferedReader(new Utf8(plain));
      reader.mark(1);
      if (reader.read() != BYTE_ORDER_MARK) {
        reader.reset();
      }
      return reader;
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** Says so where a file is in another encoding, whose names would not be found. */
  private static final class Utf8 extends FilterReader {
    Utf8(InputStream in) {
      // Given a decoder, the reader reports what that cannot decode.
      super(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
      try {
        return super.read(buffer, offset, length);
      } catch (CharacterCodingException e) {
        throw new IOException("it is not text in UTF-8, save it as that", e);
      }
    }
  }

  /**
   * The fields of every record of a file that is not blank; a quoted field may go on over lines.
   *
   * @throws UserException if the file cannot be read, or ends within quotes
   */
  public static List<List<String>> records(Path file, Configuration hadoop) {
    List<List<String>> records = new ArrayList<>();
    StringBuilder record = new StringBuilder();
    for (String line : lines(file, hadoop)) {
      record.append(record.length() == 0 ? "" : "\n").append(line);
      if (record.chars().filter(c -> c == '"').count() % 2 == 0) {
        if (!record.toString().isBlank()) {
          records.add(fields(record.toString()));
        }
        record.setLength(0);
      }
    }
    if (record.length() > 0) {
      throw new UserException(
          "%s ends within quotes: close them after '%s'"
              .formatted(file, record.substring(0, Math.min(60, record.length()))));
    }
    return records;
  }

  /** A field as it stands in a file: in quotes where it needs them. */
  public static String quoted(String field) {
    return field.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
            || !field.strip().equals(field)
        ? '"' + field.replace("\"", "\"\"") + '"'
        : field;
  }

  /** The fields of a line, trimmed unless quoted. */
  static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    boolean wasQuoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quoted) {
        if (c != '"') {
          field.append(c);
        } else if (i + 1 < line.length() && line.charAt(i + 1) == '"') {
          field.append('"');
          i++;
        } else {
          quoted = false;
        }
      } else if (c == '"' && field.toString().isBlank()) {
        field.setLength(0);
        quoted = true;
        wasQuoted = true;
      } else if (c == ',') {
        fields.add(wasQuoted ? field.toString() : field.toString().strip());
        field.setLength(0);
        wasQuoted = false;
      } else if (!wasQuoted || !Character.isWhitespace(c)) {
        field.append(c);
      }
    }
    fields.add(wasQuoted ? field.toString() : field.toString().strip());
    return fields;
  }
}
