package org.saccade.dataset;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** The entries of a folder, in the file system's order and without holding them all. */
interface FolderEntries extends AutoCloseable {
  /** Whether there is another entry; after the last one everything is closed. */
  boolean hasNext() throws IOException;

  FolderEntry next() throws IOException;

  @Override
  void close() throws IOException;

  /**
   * Opens a folder.
   *
   * @throws IOException if it cannot be listed
   */
  static FolderEntries open(Path folder, Configuration hadoop) throws IOException {
    FileSystem files = Storage.of(folder, hadoop);
    return files instanceof LocalFileSystem local
        ? Local.open(files.makeQualified(folder), local.pathToFile(folder).toPath())
        : new Remote(files.listStatusIterator(folder));
  }

  /** Entries as Hadoop lists them. */
  record Remote(RemoteIterator<FileStatus> entries) implements FolderEntries {
    @Override
    public boolean hasNext() throws IOException {
      return entries.hasNext();
    }

    @Override
    public FolderEntry next() throws IOException {
      return FolderEntry.of(entries.next());
    }

    @Override
    public void close() {
      // Nothing stays open between entries.
    }
  }

  /**
   * Entries of a folder of this machine, with those that Hadoop passes over: links that lead
   * nowhere, and files whose names are no text.
   */
  record Local(
      Path folder, DirectoryStream<java.nio.file.Path> stream, Iterator<java.nio.file.Path> entries)
      implements FolderEntries {

    // The stream is closed with the entries.
    @SuppressWarnings("StreamResourceLeak")
    private static Local open(Path folder, java.nio.file.Path path) throws IOException {
      try {
        DirectoryStream<java.nio.file.Path> stream = Files.newDirectoryStream(path);
        return new Local(folder, stream, stream.iterator());
      } catch (AccessDeniedException e) {
        throw new IOException("permission to list %s is denied".formatted(path), e);
      }
    }

    @Override
    public boolean hasNext() throws IOException {
      try {
        boolean more = entries.hasNext();
        if (!more) {
          close();
        }
        return more;
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }

    @Override
    public FolderEntry next() throws IOException {
      java.nio.file.Path entry = entries.next();
      String name = entry.getFileName().toString();
      boolean nameable = isText(entry.getFileName(), name);
      // A name of its own, as a colon in it would be taken for the end of a scheme.
      Path path = new Path(folder, new Path(null, null, nameable ? name : escaped(entry)));
      try {
        BasicFileAttributes attributes = Files.readAttributes(entry, BasicFileAttributes.class);
        return new FolderEntry(path, type(attributes), nameable, attributes.size());
      } catch (IOException e) {
        // Whoever reads it will be told.
        return new FolderEntry(
            path, FolderEntry.Type.FILE, nameable, ImageReference.UNKNOWN_LENGTH);
      }
    }

    private static FolderEntry.Type type(BasicFileAttributes attributes) {
      if (attributes.isDirectory()) {
        return FolderEntry.Type.FOLDER;
      }
      return attributes.isOther() ? FolderEntry.Type.SPECIAL : FolderEntry.Type.FILE;
    }

    /** Whether the file can be found by its name as text. */
    private static boolean isText(java.nio.file.Path file, String name) {
      try {
        return java.nio.file.Path.of(name).equals(file);
      } catch (InvalidPathException e) {
        return false;
      }
    }

    private static String escaped(java.nio.file.Path entry) {
      String path = entry.toUri().getRawPath();
      String file = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
      return file.substring(file.lastIndexOf('/') + 1);
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }
}
