package org.saccade.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.saccade.Secrets;
import org.saccade.UserException;
import org.saccade.job.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * The program: {@code saccade COMMAND [OPTION ...]}. A new command is a class with picocli's
 * annotations, listed here, and a script of its name in {@code jobs/}.
 */
@Command(
    name = "saccade",
    description = "Explains the predictions of convolutional networks over whole datasets.",
    versionProvider = Saccade.Version.class,
    mixinStandardHelpOptions = true,
    subcommands = {
      ExplainCommand.class,
      EvaluateCommand.class,
      AuditCommand.class,
      PackCommand.class,
      ReportCommand.class,
      InspectCommand.class,
      BenchmarkCommand.class,
      DemoCommand.class,
      AuditStudyCommand.class,
      PruneCommand.class,
      HelpCommand.class
    })
public final class Saccade implements Runnable {
  @Spec private CommandSpec spec;

  private Saccade() {}

  /** Runs one command and exits with its code, see {@link ExitCode}. */
  public static void main(String[] args) {
    int code = run(Terminal.ofProcess(), args);
    // To YARN a driver that exits by itself has failed, whatever the code.
    if (code != ExitCode.DONE.number() || !isDriverInYarn()) {
      System.exit(code);
    }
  }

  private static boolean isDriverInYarn() {
    return "yarn".equals(System.getProperty("spark.master"))
        && "cluster".equals(System.getProperty("spark.submit.deployMode"));
  }

  /** Runs one command and returns its exit code. */
  static int run(Terminal terminal, String... args) {
    PrintWriter out = new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8);
    CommandLine commandLine =
        new CommandLine(new Saccade(), new CommandFactory(terminal))
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(Saccade::wrongUsage)
            .setExecutionExceptionHandler(Saccade::failed);
    try {
      Settings.applyTo(commandLine, args);
    } catch (UserException e) {
      err.println(e.getMessage());
      return ExitCode.INPUT.number();
    } catch (ParameterException e) {
      return wrongUsage(e, args);
    }
    try {
      return commandLine.execute(args);
    } catch (OutOfMemoryError e) {
      err.println(outOfMemory("the driver", "-- --driver-memory"));
      return ExitCode.INTERNAL.number();
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command, e.g. saccade explain --help");
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    command.getErr().println(oneLine(e.getMessage()));
    command.getErr().println("try " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE.number();
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) {
    if (userFault(e) instanceof UserException fault) {
      command.getErr().println(oneLine(fault.getMessage()));
      return ExitCode.INPUT.number();
    }
    if (String.valueOf(e.getMessage()).contains("SparkContext was shut down")) {
      command.getErr().println("stopped before the end: the same command goes on where it was");
      return ExitCode.INTERNAL.number();
    }
    String shown =
        // A task's error comes as text.
        String.valueOf(e.getMessage()).contains("OutOfMemoryError: Java heap space")
            ? outOfMemory("a task", "-- --driver-memory, or --executor-memory on a cluster")
            : "internal error: " + oneLine(e.toString());
    command.getErr().printf("%s; the details are in %s%n", shown, log(e, command.getErr()));
    return ExitCode.INTERNAL.number();
  }

  private static String outOfMemory(String who, String option) {
    return "%s needs more heap than it has: raise it with %s, or lower --batch-size"
        .formatted(who, option);
  }

  /** A user's fault may come wrapped, e.g. by Spark when a task met it. */
  private static Throwable userFault(Throwable e) {
    Throwable cause = e;
    while (cause != null && !(cause instanceof UserException)) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Keeps the trace of an error of ours out of the terminal, which shows one sentence. */
  private static String log(Exception e, PrintWriter err) {
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    String shown = Secrets.hidden(trace.toString());
    try {
      return Files.writeString(Files.createTempFile("saccade-", ".log"), shown).toString();
    } catch (IOException unwritable) {
      err.println(shown);
      return "the lines above, since no log file could be written";
    }
  }

  private static String oneLine(String message) {
    return String.valueOf(message).lines().findFirst().orElse("");
  }

  /** The version that the build put into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Saccade.class.getPackage().getImplementationVersion();
      return new String[] {"saccade " + (version == null ? "(development)" : version)};
    }
  }
}
