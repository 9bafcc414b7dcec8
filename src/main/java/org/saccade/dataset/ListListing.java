package org.saccade.dataset;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.saccade.Secrets;
import org.saccade.UserException;

/** Reads a list file, line by line. */
final class ListListing extends ImageListing {
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");
  private static final Set<String> PATH_COLUMNS =
      Set.of("path", "image_path", "uri", "image_id", "image", "file", "filename", "file_name");

  private static final Pattern OTHER_SEPARATOR = Pattern.compile("[;\t|]");
  private static final int NO_LABEL = ImageReference.UNLABELLED;

  private final Path list;
  private final Configuration hadoop;
  private final NameSet seen = new NameSet();
  private Optional<BufferedReader> lines = Optional.empty();
  private List<String> header = List.of();
  private int number;
  private Optional<ImageListing> archive = Optional.empty();
  private long skipped;
  private boolean finished;

  /** A line of the list. */
  private record Line(String path, int label) {}

  ListListing(Path list, Configuration hadoop) {
    super(list.toString());
    this.list = list;
    this.hadoop = hadoop;
  }

  @Override
  Optional<ImageReference> advance() throws IOException {
    while (!finished) {
      if (archive.isEmpty()) {
        Optional<ImageReference> image = nextLine();
        if (archive.isEmpty()) {
          return image;
        }
      } else if (archive.get().hasNext()) {
        return Optional.of(archive.get().next());
      } else {
        closeArchive();
      }
    }
    return Optional.empty();
  }

  /** The image of the next line; where that names an archive, opens it instead. */
  private Optional<ImageReference> nextLine() throws IOException {
    if (lines.isEmpty()) {
      lines = Optional.of(Csv.open(list, hadoop));
    }
    for (String text = lines.get().readLine(); text != null; text = lines.get().readLine()) {
      number++;
      if (text.isBlank() || text.startsWith("#") || isHeader(text)) {
        continue;
      }
      Line line = header.isEmpty() ? plain(text) : csv(text);
      if (Secrets.in(line.path())) {
        throw new UserException(
            "%s line %d has a key or password in it: give those to Hadoop's configuration"
                .formatted(list, number));
      }
      if (!seen.add(line.path())) {
        throw new UserException(
            "%s line %d names %s a second time: list every image once"
                .formatted(list, number, line.path()));
      }
      if (FileKind.of(line.path()).isArchive()) {
        ImagePart part = Archives.part(new Path(resolve(line.path())), line.path() + "/");
        archive = Optional.of(part.list(hadoop));
        return Optional.empty();
      }
      return Optional.of(
          ImageReference.ofFile(line.path(), resolve(line.path())).withLabel(line.label()));
    }
    return Optional.empty();
  }

  @Override
  public long skipped() {
    return skipped;
  }

  @Override
  public void close() {
    finished = true;
    closeArchive();
    lines.ifPresent(
        reader -> {
          try {
            reader.close();
          } catch (IOException e) {
            // All that was wanted has been read.
          }
        });
  }

  private void closeArchive() {
    archive.ifPresent(
        listing -> {
          skipped += listing.skipped();
          listing.close();
        });
    archive = Optional.empty();
  }

  /**
   * Only the first line that says anything can be a header.
   *
   * @throws UserException if it looks like one that is meant differently
   */
  private boolean isHeader(String text) {
    if (seen.size() > 0 || !header.isEmpty()) {
      return false;
    }
    List<String> fields = Csv.fields(text);
    if (fields.stream().anyMatch(PATH_COLUMNS::contains)) {
      header = fields;
      return true;
    }
    if (OTHER_SEPARATOR.splitAsStream(text).map(String::strip).anyMatch(PATH_COLUMNS::contains)) {
      throw new UserException(
          "%s line %d has the header '%s': put commas between the columns"
              .formatted(list, number, text));
    }
    boolean names = fields.stream().allMatch(field -> field.matches("[A-Za-z_ ]+"));
    if (fields.size() > 1 && names) {
      throw new UserException(
          "%s line %d has the header '%s' without a column path: name the one with the paths path"
              .formatted(list, number, text));
    }
    return false;
  }

  /**
   * {@code path} or {@code path,label}, the path perhaps in quotes; a comma that no number follows
   * belongs to the path.
   */
  private Line plain(String text) {
    List<String> fields = Csv.fields(text);
    if (text.stripLeading().startsWith("\"") && fields.size() <= 2) {
      return new Line(fields.get(0), fields.size() == 1 ? NO_LABEL : label(fields.get(1)));
    }
    int comma = text.lastIndexOf(',');
    if (comma > 0) {
      String label = text.substring(comma + 1).strip();
      if (label.matches("-?\\d*")) {
        return new Line(text.substring(0, comma).strip(), label(label));
      }
    }
    return new Line(text.strip(), NO_LABEL);
  }

  /** The class index that a line gives, which may be blank. */
  private int label(String text) {
    if (text.isEmpty()) {
      return NO_LABEL;
    }
    if (!text.matches("\\d{1,9}")) {
      throw new UserException(
          "%s line %d has the label '%s': a label is a class index, 0 or above, or nothing"
              .formatted(list, number, text));
    }
    return Integer.parseInt(text);
  }

  private Line csv(String text) {
    List<String> fields = Csv.fields(text);
    if (fields.size() != header.size()) {
      throw new UserException(
          "%s line %d has %d fields where the header has %d: complete or remove the line"
              .formatted(list, number, fields.size(), header.size()));
    }
    String path = "";
    int label = NO_LABEL;
    for (int column = 0; column < fields.size(); column++) {
      String value = fields.get(column);
      if (PATH_COLUMNS.contains(header.get(column)) && path.isEmpty()) {
        path = value;
      } else if (header.get(column).equals("label")) {
        label = label(value);
      }
    }
    if (path.isEmpty()) {
      throw new UserException("%s line %d has no path: fill it in".formatted(list, number));
    }
    return new Line(path, label);
  }

  private String resolve(String path) throws IOException {
    if (SCHEME.matcher(path).matches()) {
      return path;
    }
    FileSystem files = Storage.of(list, hadoop);
    // Joined as text, because a colon in a relative path would be taken for a scheme.
    return path.startsWith("/")
        ? files.makeQualified(new Path(path)).toString()
        : new Path(list.getParent() + "/" + path).toString();
  }
}
