package org.saccade.job.images;

import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.sql.Row;
import org.saccade.UserException;

/**
 * Rows of what a task reads, up to the first thing the user has to mend: that becomes the last row,
 * for the driver to throw. A task that failed would put its trace before the one sentence that says
 * it all, and Spark would try it again in vain.
 */
final class RowsOrFault<T> implements Iterator<Row> {
  private final Supplier<? extends Iterator<T>> source;
  private final Function<T, Row> row;
  private final Function<String, Row> fault;
  private final boolean retried;
  private Optional<Iterator<T>> open = Optional.empty();
  private Optional<Row> next = Optional.empty();
  private boolean finished;

  /**
   * @param source opens what is read
   * @param row the row of something read
   * @param fault the row of a message
   * @param retried whether tasks that fail are tried again; then storage that may be down for a
   *     moment still fails them
   */
  RowsOrFault(
      Supplier<? extends Iterator<T>> source,
      Function<T, Row> row,
      Function<String, Row> fault,
      boolean retried) {
    this.source = source;
    this.row = row;
    this.fault = fault;
    this.retried = retried;
  }

  @Override
  public boolean hasNext() {
    if (next.isEmpty() && !finished) {
      next = advance();
    }
    return next.isPresent();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Row found = next.get();
    next = Optional.empty();
    return found;
  }

  private Optional<Row> advance() {
    try {
      if (open.isEmpty()) {
        open = Optional.of(source.get());
      }
      if (open.get().hasNext()) {
        return Optional.of(row.apply(open.get().next()));
      }
      finished = true;
      return Optional.empty();
    } catch (UserException e) {
      if (retried && e.getCause() instanceof IOException) {
        throw e;
      }
      finished = true;
      return Optional.of(fault.apply(e.getMessage()));
    }
  }
}
