package org.saccade.dataset;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** How images are packed together. */
public enum ShardFormat {
  /** Tar files in the manner of WebDataset. */
  TAR("tar") {
    @Override
    public ShardWriter create(Path file, Configuration hadoop) throws IOException {
      return new TarWriter(file, hadoop);
    }

    @Override
    public ImagePart part(Path file) {
      return new TarPart(file.toString(), "");
    }
  },

  /** Parquet files in the layout of Hugging Face. */
  PARQUET("parquet") {
    @Override
    public ShardWriter create(Path file, Configuration hadoop) throws IOException {
      return new ParquetImageWriter(file, hadoop);
    }

    @Override
    public ImagePart part(Path file) {
      return new ParquetPart(file.toString(), "");
    }
  };

  private final String extension;

  ShardFormat(String extension) {
    this.extension = extension;
  }

  /** What the names of its files end with, without the dot. */
  public String extension() {
    return extension;
  }

  /** Starts a file; the same images give the same bytes. */
  public abstract ShardWriter create(Path file, Configuration hadoop) throws IOException;

  /** The images in such a file. */
  public abstract ImagePart part(Path file);
}
