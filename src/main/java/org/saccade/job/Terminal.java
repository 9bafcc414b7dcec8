package org.saccade.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.saccade.Secrets;

/**
 * Where a command talks to people; {@linkplain Secrets secrets} are hidden on the way.
 *
 * @param out for results
 * @param err for progress and warnings
 * @param interactive whether {@code err} is a screen, on which a line may be overwritten
 */
public record Terminal(PrintStream out, PrintStream err, boolean interactive) {

  /** Set by the scripts that start us, because only a shell can ask which stream is a screen. */
  private static final String INTERACTIVE = "SACCADE_INTERACTIVE";

  /** {@code json} where a program reads along; the logs of libraries go by it as well. */
  private static final String LOG_FORMAT = "SACCADE_LOG_FORMAT";

  private static final ObjectMapper JSON = new ObjectMapper();

  public Terminal {
    out = LineStream.before(out, Secrets::hidden, false);
    err = LineStream.before(err, Secrets::hidden, false);
  }

  /** This process's own streams. */
  public static Terminal ofProcess() {
    return "json".equals(System.getenv(LOG_FORMAT))
        ? jsonLines(System.out, System.err)
        : new Terminal(System.out, System.err, System.getenv(INTERACTIVE) != null);
  }

  /** Streams on which every line becomes a JSON object, with the keys of the libraries' logs. */
  public static Terminal jsonLines(PrintStream out, PrintStream err) {
    return new Terminal(
        LineStream.before(out, Terminal::json, true),
        LineStream.before(err, Terminal::json, true),
        false);
  }

  private static String json(String line) {
    Map<String, String> event = new LinkedHashMap<>();
    event.put("@timestamp", Instant.now().toString());
    event.put("log.level", "INFO");
    event.put("message", line.stripTrailing());
    event.put("log.logger", "saccade");
    try {
      return JSON.writeValueAsString(event) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a line of text is plain data", e);
    }
  }
}
