package org.saccade.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.saccade.UserException;

/** Spells out braces as shells do: {@code {a,b}} and {@code {000..031}}, not one inside another. */
final class Braces {
  /** Names from which on a pattern is taken for a slip. */
  static final int MOST_NAMES = 100_000;

  private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)}");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,9})\\.\\.(\\d{1,9})");
  private static final Pattern OTHER_WILDCARD = Pattern.compile("[*?\\[]");

  private Braces() {}

  /** The names that a pattern spells; empty if it has no braces or other wildcards than those. */
  static Optional<List<String>> expand(String pattern) {
    return OTHER_WILDCARD.matcher(pattern).find() || !BRACES.matcher(pattern).find()
        ? Optional.empty()
        : Optional.of(spell(pattern));
  }

  /** A pattern with every range written as a list of alternatives, for globs. */
  static String withoutRanges(String pattern) {
    return BRACES
        .matcher(pattern)
        .replaceAll(
            braces ->
                RANGE.matcher(braces.group(1)).matches()
                    ? Matcher.quoteReplacement(
                        "{" + String.join(",", alternatives(pattern, braces.group(1))) + "}")
                    : Matcher.quoteReplacement(braces.group()));
  }

  private static List<String> spell(String pattern) {
    List<String> heads = List.of("");
    Matcher braces = BRACES.matcher(pattern);
    int from = 0;
    while (braces.find()) {
      String literal = pattern.substring(from, braces.start());
      List<String> alternatives = alternatives(pattern, braces.group(1));
      requireFew(pattern, (long) heads.size() * alternatives.size());
      List<String> longer = new ArrayList<>();
      for (String head : heads) {
        for (String alternative : alternatives) {
          longer.add(head + literal + alternative);
        }
      }
      heads = longer;
      from = braces.end();
    }
    String tail = pattern.substring(from);
    return heads.stream().map(head -> head + tail).distinct().toList();
  }

  private static List<String> alternatives(String pattern, String inside) {
    Matcher range = RANGE.matcher(inside);
    if (!range.matches()) {
      return List.of(inside.split(",", -1));
    }
    int first = Integer.parseInt(range.group(1));
    int last = Integer.parseInt(range.group(2));
    requireFew(pattern, Math.abs((long) last - first) + 1);
    boolean padded = range.group(1).startsWith("0") || range.group(2).startsWith("0");
    int width = padded ? Math.max(range.group(1).length(), range.group(2).length()) : 1;
    List<String> numbers = new ArrayList<>();
    int step = first <= last ? 1 : -1;
    for (int number = first; number != last + step; number += step) {
      numbers.add(("%0" + width + "d").formatted(number));
    }
    return numbers;
  }

  private static void requireFew(String pattern, long names) {
    if (names > MOST_NAMES) {
      throw new UserException(
          "%s spells %d names, more than %d: use *".formatted(pattern, names, MOST_NAMES));
    }
  }
}
