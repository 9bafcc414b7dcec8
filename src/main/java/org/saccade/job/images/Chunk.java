package org.saccade.job.images;

import java.io.Serializable;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Images that are explained and written together: what a run that was killed has to do again is
 * whole chunks.
 *
 * @param generation number of the inventory that lists them: 0, and one more for every {@code
 *     --append}
 * @param number of the chunk in that inventory
 * @param first position of the first image in that inventory
 * @param ranges where the inventory lists them
 */
public record Chunk(int generation, int number, long first, List<Range> ranges)
    implements Serializable {
  private static final Pattern FILE_NAME = Pattern.compile("part-(\\d{3})-\\d{6}\\.parquet");

  public Chunk {
    ranges = List.copyOf(ranges);
  }

  /**
   * Consecutive rows of a file.
   *
   * @param from first row
   * @param to row after the last
   */
  record Range(String file, long from, long to) implements Serializable {}

  /** Name of the file with the chunk's rows, the same in every attempt. */
  public String fileName() {
    return "part-%03d-%06d.parquet".formatted(generation, number);
  }

  /** Number of images. */
  public long images() {
    return ranges.stream().mapToLong(range -> range.to() - range.from()).sum();
  }

  /** Generation of the chunk that a file of the table holds; empty for files that are not ours. */
  public static OptionalInt generationOf(String fileName) {
    Matcher matcher = FILE_NAME.matcher(fileName);
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }
}
