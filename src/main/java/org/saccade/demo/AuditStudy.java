package org.saccade.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.saccade.UserException;
import org.saccade.demo.training.Recognition;
import org.saccade.job.Terminal;
import org.saccade.job.audit.AuditReport;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelReader;
import org.saccade.network.Network;
import org.saccade.network.onnx.OnnxWriter;

/**
 * Asks how often the audit finds a cue that was planted, and how often it accuses a class that has
 * none: trains networks over seeds and kinds of cue, explains and audits each.
 *
 * @param firstSeed the first, at least 1
 * @param seeds how many, each with a network per kind of cue and one without a cue
 */
public record AuditStudy(int firstSeed, int seeds) {
  private static final Terminal SILENT =
      new Terminal(
          new PrintStream(OutputStream.nullOutputStream()),
          new PrintStream(OutputStream.nullOutputStream()),
          false);

  /**
   * Runs the study; about a minute per network. A network that an earlier, interrupted study
   * trained in the same folder is taken from there.
   *
   * @param output folder to write
   * @throws UserException if the folder cannot be written
   */
  public void run(Path output, Terminal terminal) {
    List<StudyResult> results = new ArrayList<>();
    List<StudyCase> cases = StudyCase.of(firstSeed, seeds);
    for (StudyCase studied : cases) {
      StudyResult result = result(studied, output.resolve(studied.name()));
      results.add(result);
      terminal.err().printf("%d of %d: %s%n", results.size(), cases.size(), result.line());
    }
    String table = StudyResult.table(results);
    try {
      Files.writeString(output.resolve("audit-study.md"), table);
    } catch (IOException e) {
      throw unwritable(output, e);
    }
    terminal.out().print(table);
  }

  private static StudyResult result(StudyCase studied, Path root) {
    DemoFolder folder = new DemoFolder(root);
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw unwritable(root, e);
    }
    Network network = network(studied, folder);
    folder.write(studied.pictures());
    DemoSteps steps = new DemoSteps(folder);
    steps.explain(SILENT);
    AuditReport report = steps.audit();
    return StudyResult.of(
        studied,
        Recognition.of(network, studied.pictures()),
        Recognition.of(network, studied.cleanPictures()),
        report.findings());
  }

  private static Network network(StudyCase studied, DemoFolder folder) {
    if (Files.notExists(folder.model())) {
      OnnxWriter.write(studied.training().train(loss -> {}), folder.model());
    }
    return ModelReader.read(folder.model(), ImportOptions.defaults());
  }

  private static UserException unwritable(Path folder, IOException e) {
    return new UserException(
        "the folder %s cannot be written: %s".formatted(folder, e.getMessage()), e);
  }
}
