package org.saccade.demo;

import java.time.Duration;
import java.util.Optional;
import org.saccade.dataset.GroundTruthReader;
import org.saccade.engine.DeviceChoice;
import org.saccade.image.Crops;
import org.saccade.job.Terminal;
import org.saccade.job.audit.AuditJob;
import org.saccade.job.audit.AuditOptions;
import org.saccade.job.audit.AuditReport;
import org.saccade.job.evaluate.EvaluateJob;
import org.saccade.job.evaluate.EvaluateOptions;
import org.saccade.job.evaluate.EvaluationReport;
import org.saccade.job.explain.ExplainJob;
import org.saccade.job.explain.ExplainOptions;
import org.saccade.job.explain.TargetChoice;
import org.saccade.job.explain.TraceChoice;
import org.saccade.job.report.ReportJob;
import org.saccade.job.report.ReportOptions;
import org.saccade.localization.Overlap;
import org.saccade.unravel.Profile;

/**
 * The jobs as the demo calls them, each with what the one before it wrote. Earlier results are
 * replaced.
 *
 * @param folder what is read and written
 */
record DemoSteps(DemoFolder folder) {
  private static final DeviceChoice DEVICE = DeviceChoice.parse("cpu");
  private static final int BATCH_SIZE = 8;
  private static final int TRACED = 12;
  private static final int RESAMPLES = 1000;
  private static final int MEMBERS = 200;
  private static final int GALLERY = 2000;
  private static final double MOST_FAILED = 0.05;
  private static final Duration IMAGE_TIMEOUT = Duration.ofMinutes(1);
  private static final long SEED = 1;

  void explain(Terminal terminal) {
    new ExplainJob(terminal)
        .run(
            new ExplainOptions(
                folder.model().toString(),
                folder.scenes().images().toString(),
                folder.explanations().toString(),
                Optional.of(folder.scenes().labels().toString()),
                false,
                Optional.empty(),
                false,
                TargetChoice.parse("predicted"),
                Profile.parse("default"),
                Crops.CENTER,
                DEVICE,
                BATCH_SIZE,
                true,
                Optional.empty(),
                TraceChoice.parse(Integer.toString(TRACED)),
                IMAGE_TIMEOUT,
                ExplainOptions.Selection.ALL,
                ExplainOptions.Rerun.OVERWRITE,
                MOST_FAILED));
  }

  EvaluationReport evaluate() {
    return new EvaluateJob(
            new EvaluateOptions(
                new EvaluateOptions.Explanations(folder.explanations().toString()),
                truth(),
                folder.scores().toString(),
                true,
                Overlap.INCLUSIVE,
                RESAMPLES,
                SEED))
        .run();
  }

  AuditReport audit() {
    return new AuditJob(
            new AuditOptions(
                folder.explanations().toString(),
                folder.audit().toString(),
                Optional.of(truth()),
                Optional.empty(),
                Optional.empty(),
                DEVICE,
                MEMBERS,
                true,
                SEED))
        .run();
  }

  void report() {
    new ReportJob(
            new ReportOptions(
                folder.explanations().toString(),
                Optional.of(folder.scores().toString()),
                Optional.of(folder.audit().toString()),
                folder.report().toString(),
                true,
                GALLERY))
        .run();
  }

  private GroundTruthReader truth() {
    return GroundTruthReader.of(folder.scenes().boxes().toString());
  }
}
