package org.saccade.report;

import java.io.IOException;

/** Where the files of a site go. */
@FunctionalInterface
public interface SiteFiles {
  /**
   * Writes a file, replacing one of that name.
   *
   * @param path relative to the site's folder, with slashes; always a name of our own making
   */
  void write(String path, byte[] content) throws IOException;
}
