package org.saccade.dataset;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.saccade.UserException;

/**
 * Finds the images that a user's location means.
 *
 * <ul>
 *   <li>A folder: every file below it whose name ends like an image's, in order of their paths.
 *       Hidden files and folders (a leading dot) are passed over. A folder whose own name ends like
 *       an image's counts as an image, one that will turn out unreadable, and is not entered.
 *   <li>A glob ({@code * ? [...] {a,b}}): every file it matches, whatever its name; ids are
 *       relative to the part of the path before the first wildcard.
 *   <li>An image file: that image.
 *   <li>Any other file: a list with a path per line, relative to the list's folder, and optionally
 *       a comma and a class index after it; or a CSV with a header that has a column {@code path},
 *       {@code uri} or {@code image_id} and optionally {@code label}. Blank lines and lines that
 *       begin with {@code #} are ignored; the order is the list's.
 * </ul>
 */
public final class ImageFinder {
  private static final Set<String> EXTENSIONS =
      Set.of("jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff");
  private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");
  private static final Set<String> PATH_COLUMNS = Set.of("path", "uri", "image_id");

  private final Configuration hadoop;

  public ImageFinder(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /**
   * The images at a location.
   *
   * @throws UserException if there is no such location or it holds no image
   */
  public ImageSet find(String location) {
    try {
      Path path = new Path(location);
      FileSystem files = path.getFileSystem(hadoop);
      Path full = files.makeQualified(path);
      ImageSet found;
      if (!files.exists(full)) {
        if (!WILDCARD.matcher(location).find()) {
          throw new UserException(
              "the images %s do not exist: give a folder, a glob or a list file"
                  .formatted(location));
        }
        found = glob(files, full);
      } else if (files.getFileStatus(full).isDirectory()) {
        found = tree(files, full);
      } else if (isImage(full.getName())) {
        FileStatus file = files.getFileStatus(full);
        found =
            new ImageSet(
                full.toString(),
                List.of(ImageReference.unlabelled(full.getName(), full.toString())),
                file.getLen(),
                0);
      } else {
        found = list(files, full);
      }
      if (found.images().isEmpty()) {
        throw new UserException(
            "%s holds no image: none of its %d files ends in .jpg, .png or another image extension"
                .formatted(location, found.skipped()));
      }
      return found;
    } catch (IllegalArgumentException e) {
      throw new UserException(
          "%s is not a location of images: %s".formatted(location, e.getMessage()), e);
    } catch (IOException e) {
      throw new UserException(
          "cannot list the images %s: %s".formatted(location, e.getMessage()), e);
    }
  }

  private static ImageSet tree(FileSystem files, Path root) throws IOException {
    List<ImageReference> images = new ArrayList<>();
    long bytes = 0;
    long skipped = 0;
    List<Path> folders = new ArrayList<>(List.of(root));
    while (!folders.isEmpty()) {
      for (FileStatus file : files.listStatus(folders.remove(folders.size() - 1))) {
        String name = file.getPath().getName();
        if (name.startsWith(".")) {
          continue;
        }
        if (isImage(name)) {
          images.add(reference(root, file.getPath()));
          bytes += file.getLen();
        } else if (file.isDirectory()) {
          folders.add(file.getPath());
        } else {
          skipped++;
        }
      }
    }
    images.sort(Comparator.comparing(ImageReference::imageId));
    return new ImageSet(root.toString(), images, bytes, skipped);
  }

  private static ImageSet glob(FileSystem files, Path pattern) throws IOException {
    FileStatus[] matches = files.globStatus(pattern);
    if (matches == null || matches.length == 0) {
      throw new UserException("no image matches %s: check the pattern".formatted(pattern));
    }
    Path root = pattern;
    while (WILDCARD.matcher(root.toString()).find()) {
      root = root.getParent();
    }
    List<ImageReference> images = new ArrayList<>();
    long bytes = 0;
    for (FileStatus file : matches) {
      ImageReference image = reference(root, file.getPath());
      if ((file.isFile() || isImage(image.fileName())) && !isHidden(image)) {
        images.add(image);
        bytes += file.getLen();
      }
    }
    images.sort(Comparator.comparing(ImageReference::imageId));
    return new ImageSet(pattern.toString(), images, bytes, 0);
  }

  private ImageSet list(FileSystem files, Path list) throws FileNotFoundException {
    List<ImageReference> images = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    List<String> header = List.of();
    int number = 0;
    for (String line : Csv.lines(list, hadoop)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (images.isEmpty() && header.isEmpty()) {
        List<String> fields = Csv.fields(line);
        if (fields.stream().anyMatch(PATH_COLUMNS::contains)) {
          header = fields;
          continue;
        }
      }
      Entry entry = header.isEmpty() ? plainEntry(line) : csvEntry(list, number, header, line);
      if (!seen.add(entry.path())) {
        throw new UserException(
            "%s line %d names %s a second time: list every image once"
                .formatted(list, number, entry.path()));
      }
      images.add(
          new ImageReference(
              entry.path(), resolve(files, list.getParent(), entry.path()), entry.label()));
    }
    return new ImageSet(list.toString(), images, 0, 0);
  }

  private record Entry(String path, int label) {}

  /**
   * {@code path} or {@code path,label}; a comma that no class index follows belongs to the path.
   */
  private static Entry plainEntry(String line) {
    int comma = line.lastIndexOf(',');
    if (comma > 0) {
      String label = line.substring(comma + 1).strip();
      if (label.matches("\\d{1,9}")) {
        return new Entry(line.substring(0, comma).strip(), Integer.parseInt(label));
      }
    }
    return new Entry(line.strip(), ImageReference.UNLABELLED);
  }

  private static Entry csvEntry(Path list, int number, List<String> header, String line) {
    List<String> fields = Csv.fields(line);
    if (fields.size() != header.size()) {
      throw new UserException(
          "%s line %d has %d fields where the header has %d: complete or remove the line"
              .formatted(list, number, fields.size(), header.size()));
    }
    String path = "";
    int label = ImageReference.UNLABELLED;
    for (int column = 0; column < fields.size(); column++) {
      String value = fields.get(column);
      if (PATH_COLUMNS.contains(header.get(column)) && path.isEmpty()) {
        path = value;
      } else if (header.get(column).equals("label") && !value.isEmpty()) {
        if (!value.matches("\\d{1,9}")) {
          throw new UserException(
              "%s line %d has the label '%s': a label is a class index, 0 or above"
                  .formatted(list, number, value));
        }
        label = Integer.parseInt(value);
      }
    }
    if (path.isEmpty()) {
      throw new UserException("%s line %d has no path: fill it in".formatted(list, number));
    }
    return new Entry(path, label);
  }

  private static String resolve(FileSystem files, Path folder, String path) {
    if (SCHEME.matcher(path).matches()) {
      return path;
    }
    // Joined as text, because a colon in a relative path would be taken for a scheme.
    return path.startsWith("/")
        ? files.makeQualified(new Path(path)).toString()
        : new Path(folder + "/" + path).toString();
  }

  private static ImageReference reference(Path root, Path file) {
    String prefix = root.toUri().getPath();
    String path = file.toUri().getPath();
    String relative = path.substring(prefix.endsWith("/") ? prefix.length() : prefix.length() + 1);
    return ImageReference.unlabelled(relative, file.toString());
  }

  private static boolean isHidden(ImageReference image) {
    return image.imageId().startsWith(".") || image.imageId().contains("/.");
  }

  private static boolean isImage(String name) {
    int dot = name.lastIndexOf('.');
    return dot >= 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }
}
