package org.saccade.job;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** Passes text on line by line, each rewritten on the way. */
final class LineStream extends OutputStream {
  private final PrintStream target;
  private final UnaryOperator<String> rewriting;
  private final boolean wholeLines;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  private LineStream(PrintStream target, UnaryOperator<String> rewriting, boolean wholeLines) {
    this.target = target;
    this.rewriting = rewriting;
    this.wholeLines = wholeLines;
  }

  /**
   * A stream of UTF-8 before another.
   *
   * @param wholeLines whether the beginning of a line waits for its end, even when flushed
   */
  static PrintStream before(
      PrintStream target, UnaryOperator<String> rewriting, boolean wholeLines) {
    return new PrintStream(
        new LineStream(target, rewriting, wholeLines), true, StandardCharsets.UTF_8);
  }

  @Override
  public synchronized void write(int b) {
    line.write(b);
    if (b == '\n') {
      pass();
    }
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      write(bytes[i]);
    }
  }

  @Override
  public synchronized void flush() {
    if (!wholeLines) {
      pass();
    }
    target.flush();
  }

  @Override
  public synchronized void close() {
    pass();
    target.flush();
  }

  private void pass() {
    if (line.size() > 0) {
      target.print(rewriting.apply(line.toString(StandardCharsets.UTF_8)));
      line.reset();
    }
  }
}
