package org.saccade.job.audit;

import java.util.Optional;
import org.saccade.dataset.GroundTruthReader;
import org.saccade.engine.DeviceChoice;

/**
 * What {@code audit} is to do.
 *
 * @param explanations output folder of {@code explain}
 * @param output folder to write
 * @param groundTruth where the true boxes are
 * @param groupBy column of the labels file whose values are audited instead of classes
 * @param verdicts what was decided about an earlier audit's findings
 * @param device what the network runs on
 * @param members explanations sampled of every group, at most
 * @param overwrite whether an earlier audit in that folder may be replaced
 * @param seed of everything that is drawn
 */
public record AuditOptions(
    String explanations,
    String output,
    Optional<GroundTruthReader> groundTruth,
    Optional<String> groupBy,
    Optional<String> verdicts,
    DeviceChoice device,
    int members,
    boolean overwrite,
    long seed) {}
