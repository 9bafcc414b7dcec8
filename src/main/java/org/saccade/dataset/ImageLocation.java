package org.saccade.dataset;

import java.io.Serializable;

/** Where the bytes of an image lie. Images of one file are read fastest in order of position. */
public sealed interface ImageLocation extends Serializable {

  /** The file that is opened, with the file system's scheme. */
  String file();

  /** Where in the file: a byte for tar files, a row for Parquet, 0 for a file of its own. */
  long position();

  /** The image's path inside the file, empty for a file of its own or a row without a path. */
  String entry();

  /** A file that is the image. */
  record WholeFile(String file) implements ImageLocation {
    @Override
    public long position() {
      return 0;
    }

    @Override
    public String entry() {
      return "";
    }
  }

  /**
   * A file inside a tar file.
   *
   * @param position its first byte in the tar file, after decompression if that is compressed
   */
  record TarEntry(String file, long position, String entry) implements ImageLocation {}

  /**
   * A row of a Parquet file.
   *
   * @param position number of the row in the file, from 0
   */
  record ParquetRow(String file, long position, String entry) implements ImageLocation {}

  /**
   * A place from which on a file cannot be read, in the place of all images that may follow.
   *
   * @param position the first byte that makes no sense
   * @param reason what is wrong there
   */
  record Damage(String file, long position, String reason) implements ImageLocation {
    @Override
    public String entry() {
      return "";
    }
  }
}
