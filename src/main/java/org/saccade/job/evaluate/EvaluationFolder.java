package org.saccade.job.evaluate;

import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.saccade.UserException;
import org.saccade.job.ResultFolder;
import org.saccade.localization.Figure;

/**
 * Names in the folder that {@code evaluate} writes: the tables {@code localization}, {@code
 * overall}, {@code by_class} and {@code by_size}.
 */
public final class EvaluationFolder {
  private static final List<String> TABLES =
      List.of("localization", "overall", "by_class", "by_size");

  private EvaluationFolder() {}

  /**
   * The folder.
   *
   * @throws UserException if there is no such file system
   */
  static ResultFolder of(String output, Configuration hadoop) {
    return new ResultFolder(output, "an evaluation", TABLES, hadoop);
  }

  static String table(Figure.Grouping grouping) {
    return switch (grouping) {
      case OVERALL -> "overall";
      case CLASS -> "by_class";
      case SIZE -> "by_size";
    };
  }

  /** Name of the column that tells the groups of a table apart. */
  public static String column(Figure.Grouping grouping) {
    return switch (grouping) {
      case OVERALL -> "group";
      case CLASS -> "label";
      case SIZE -> "size_stratum";
    };
  }
}
