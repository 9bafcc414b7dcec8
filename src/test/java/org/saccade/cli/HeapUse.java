package org.saccade.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of its heap a program used, as Java's log of collections says.
 *
 * @param most megabytes just before a collection, the largest of all
 * @param kept megabytes just after a collection, the largest of all
 */
record HeapUse(int most, int kept) {
  /** What follows {@code --} for a driver that writes such a log into the folder it runs in. */
  static final String LOGGED = " --driver-java-options -Xlog:gc:file=gc.log";

  private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->(\\d+)M\\(\\d+M\\)");

  /** Reads the log that a program wrote into its folder. */
  static HeapUse of(Path folder) throws IOException {
    Path log = folder.resolve("gc.log");
    int most = 0;
    int kept = 0;
    Matcher collection = COLLECTION.matcher(Files.readString(log));
    while (collection.find()) {
      most = Math.max(most, Integer.parseInt(collection.group(1)));
      kept = Math.max(kept, Integer.parseInt(collection.group(2)));
    }
    return new HeapUse(most, kept);
  }

  @Override
  public String toString() {
    return "heap up to %d MB, up to %d MB after a collection".formatted(most, kept);
  }
}
