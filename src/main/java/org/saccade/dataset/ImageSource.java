package org.saccade.dataset;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.saccade.UserException;

/**
 * What a user's location of images means, cut into parts that can be listed independently of each
 * other. Finding them takes bounded memory, however many images there are.
 *
 * <ul>
 *   <li>A folder: every entry below it whose name ends like an image's, see {@link FolderPart}.
 *   <li>A glob ({@code * ? [...] {a,b}}): every file it matches, whatever its name, and everything
 *       below the folders it matches; ids are relative to the part of the path before the first
 *       wildcard.
 *   <li>Braces and nothing else ({@code train-{000..031}.tar}, {@code {a,b}}): all the files and
 *       folders they spell, each of which must exist.
 *   <li>An image file: that image.
 *   <li>A tar file, plain or compressed ({@code .tar}, {@code .tar.gz}, {@code .tgz}), or a Parquet
 *       file: the images in it; ids are their paths in it. Found in a folder or by a pattern, its
 *       own path comes first.
 *   <li>Any other file: a list with a path per line, relative to the list's folder, and optionally
 *       a comma and a class index after it; or a CSV with a header that has a column {@code path}
 *       ({@code image_path}, {@code uri}, {@code image_id}, {@code image}, {@code file}, {@code
 *       filename} or {@code file_name}) and optionally {@code label}. Blank lines and lines that
 *       begin with {@code #} are ignored, no line may come twice; the order is the list's.
 * </ul>
 *
 * @param location the location as it resolved, with the file system's scheme
 * @param parts what to list; a part may turn out to hold no image
 * @param ordered whether the images are in an order that the user chose, that of the parts and of
 *     each listing; else they are ordered by file and position
 */
public record ImageSource(String location, List<ImagePart> parts, boolean ordered) {
  private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

  public ImageSource {
    parts = List.copyOf(parts);
  }

  /**
   * Recognizes what a location is.
   *
   * @throws UserException if there is no such location
   */
  public static ImageSource open(String location, Configuration hadoop) {
    try {
      Path path = new Path(location);
      FileSystem files = Storage.of(path, hadoop);
      Path full = files.makeQualified(path);
      if (files.exists(full)) {
        return of(files.getFileStatus(full), hadoop);
      }
      Optional<List<String>> named = Braces.expand(full.toString());
      if (named.isPresent()) {
        return named(full, named.get(), hadoop);
      }
      if (WILDCARD.matcher(location).find()) {
        return glob(files, new Path(Braces.withoutRanges(full.toString())), hadoop);
      }
    } catch (IllegalArgumentException e) {
      throw new UserException(
          "%s is not a location of images: %s".formatted(location, e.getMessage()), e);
    } catch (IOException e) {
      throw new UserException(
          "cannot list the images %s: %s".formatted(location, e.getMessage()), e);
    }
    throw new UserException(
        "the images %s do not exist: give a folder, a glob or a list file".formatted(location));
  }

  /**
   * What to throw when all parts together hold no image.
   *
   * @param skipped files that were left out
   */
  public UserException noImage(long skipped) {
    return new UserException(
        "%s holds no image: none of its %d files ends in .jpg, .png, .tar, .parquet or the like"
            .formatted(location, skipped));
  }

  private static ImageSource of(FileStatus file, Configuration hadoop) throws IOException {
    Path path = file.getPath();
    String location = path.toString();
    if (file.isDirectory()) {
      return new ImageSource(
          location, new PartFinder(hadoop).cut(List.of(FolderPart.tree(location, path))), false);
    }
    ImagePart part =
        switch (FileKind.of(path.getName())) {
          case IMAGE -> single(parent(path), file);
          case TAR, PARQUET -> Archives.part(path, "");
          case OTHER -> new ListPart(location);
        };
    return new ImageSource(location, List.of(part), part instanceof ListPart);
  }

  /**
   * The last segment of a pattern is matched while listing, as there may be millions of matches;
   * folders that match the segments before it are few.
   */
  private static ImageSource glob(FileSystem files, Path pattern, Configuration hadoop)
      throws IOException {
    Path root = root(pattern);
    List<FolderPart> folders = new ArrayList<>();
    List<ImagePart> parts = new ArrayList<>();
    boolean lastIsPattern = WILDCARD.matcher(pattern.getName()).find() && isBalanced(pattern);
    for (FileStatus match : matches(files, lastIsPattern ? pattern.getParent() : pattern)) {
      Path path = match.getPath();
      if (isHidden(root, path)) {
        continue;
      }
      if (lastIsPattern && match.isDirectory()) {
        folders.add(new FolderPart(root.toString(), path.toString(), pattern.getName(), true));
      } else if (!lastIsPattern && match.isDirectory()) {
        folders.add(FolderPart.tree(root.toString(), path));
      } else if (!lastIsPattern) {
        parts.add(file(root.toString(), match));
      }
    }
    parts.addAll(new PartFinder(hadoop).cut(folders));
    if (parts.isEmpty()) {
      throw new UserException("no image matches %s: check the pattern".formatted(pattern));
    }
    return new ImageSource(pattern.toString(), parts, false);
  }

  /** All the files and folders that braces spell. */
  private static ImageSource named(Path pattern, List<String> names, Configuration hadoop)
      throws IOException {
    String root = root(pattern).toString();
    List<FolderPart> folders = new ArrayList<>();
    List<ImagePart> parts = new ArrayList<>();
    for (String name : names) {
      Path path = new Path(name);
      FileStatus file;
      try {
        file = Storage.of(path, hadoop).getFileStatus(path);
      } catch (FileNotFoundException e) {
        throw new UserException(
            "%s spells %d names, but %s does not exist: correct the range or use *"
                .formatted(pattern, names.size(), name),
            e);
      }
      if (file.isDirectory()) {
        folders.add(FolderPart.tree(root, path));
      } else {
        parts.add(file(root, file));
      }
    }
    parts.addAll(new PartFinder(hadoop).cut(folders));
    return new ImageSource(pattern.toString(), parts, false);
  }

  /** What stands before the first wildcard. */
  private static Path root(Path pattern) {
    Path root = pattern;
    while (WILDCARD.matcher(root.toString()).find()) {
      root = root.getParent();
    }
    return root;
  }

  private static ImagePart file(String root, FileStatus file) {
    Path path = file.getPath();
    return FileKind.of(path.getName()).isArchive()
        ? Archives.part(path, FolderPart.relative(root, path) + "/")
        : single(root, file);
  }

  private static List<FileStatus> matches(FileSystem files, Path pattern) throws IOException {
    FileStatus[] found = files.globStatus(pattern);
    return found == null ? List.of() : Arrays.asList(found);
  }

  /** Whether the last segment is a pattern of its own, and not the end of braces around a slash. */
  private static boolean isBalanced(Path pattern) {
    String name = pattern.getName();
    return name.chars().filter(c -> c == '{').count() == name.chars().filter(c -> c == '}').count();
  }

  private static boolean isHidden(Path root, Path path) {
    return path.depth() > root.depth()
        && ("/" + FolderPart.relative(root.toString(), path)).contains("/.");
  }

  private static FilePart single(String root, FileStatus file) {
    return new FilePart(FolderEntry.of(file).image(root));
  }

  private static String parent(Path path) {
    return path.getParent().toString();
  }
}
