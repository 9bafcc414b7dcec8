package org.saccade.dataset;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.saccade.UserException;

/**
 * Class indices by the names that ground truth uses. A list of names has one class a line in the
 * network's order; a name is the whole line or its first word, as in {@code LOC_synset_mapping.txt}
 * ({@code n01440764 tench, Tinca tinca}). Without a list a name is the index itself, in digits.
 */
public final class ClassNames {
  private final Map<String, Integer> indices;
  private final boolean digits;

  private ClassNames(Map<String, Integer> indices, boolean digits) {
    this.indices = Map.copyOf(indices);
    this.digits = digits;
  }

  /** Names that are class indices. */
  public static ClassNames digits() {
    return new ClassNames(Map.of(), true);
  }

  /**
   * Reads a list of names.
   *
   * @throws UserException if the file cannot be read or names a class twice
   */
  public static ClassNames read(String file, Configuration hadoop) {
    List<String> lines = Csv.lines(new Path(file), hadoop);
    Map<String, Integer> indices = new HashMap<>();
    Set<String> ambiguous = new HashSet<>();
    for (int index = 0; index < lines.size(); index++) {
      String line = lines.get(index).strip();
      if (line.isEmpty()) {
        continue;
      }
      if (indices.put(line, index) != null) {
        throw new UserException(
            "%s line %d names the class '%s' a second time: name every class once"
                .formatted(file, index + 1, line));
      }
      String word = line.split("[\\s,]", 2)[0];
      if (!word.equals(line) && indices.putIfAbsent(word, index) != null) {
        ambiguous.add(word);
      }
    }
    indices.keySet().removeAll(ambiguous);
    return new ClassNames(indices, false);
  }

  /** The index of a class; empty for an unknown one. */
  OptionalInt index(String name) {
    if (digits) {
      return name.matches("\\d{1,9}")
          ? OptionalInt.of(Integer.parseInt(name))
          : OptionalInt.empty();
    }
    Integer index = indices.get(name);
    return index == null ? OptionalInt.empty() : OptionalInt.of(index);
  }
}
