package org.saccade.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.saccade.LocalSpark;

/** An output folder of {@code explain}, to be compared with others. */
record Explained(Path output) {

  Dataset<Row> table() {
    return LocalSpark.session().read().parquet(output.resolve("explanations").toString());
  }

  /** All that makes two runs equal, in a fixed order. */
  List<String> rows() {
    return table().drop("timings").toJSON().collectAsList().stream().sorted().toList();
  }

  /** When each file of the table was written. */
  Map<String, FileTime> files() {
    Map<String, FileTime> times = new TreeMap<>();
    if (Files.notExists(output.resolve("explanations"))) {
      return times;
    }
    try (Stream<Path> files = Files.list(output.resolve("explanations"))) {
      for (Path file : files.toList()) {
        times.put(String.valueOf(file.getFileName()), Files.getLastModifiedTime(file));
      }
      return times;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Files that tasks have begun to write: the chunk's name, a dot, what is the attempt's own. */
  List<String> begun() {
    Path temporary = output.resolve("_temporary");
    if (Files.notExists(temporary)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(temporary, 2)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.startsWith("part-") && !name.endsWith(".crc"))
          .filter(name -> name.contains(".parquet."))
          .toList();
    } catch (IOException | UncheckedIOException e) {
      // Runs delete it when they end.
      return List.of();
    }
  }

  /** What lies in the folder when a run has ended well. */
  List<String> names() {
    try (Stream<Path> files = Files.list(output)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
