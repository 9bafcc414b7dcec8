package org.saccade.job.report;

import java.util.Optional;

/**
 * What {@code report} is to do.
 *
 * @param explanations output folder of {@code explain}
 * @param localization output folder of {@code evaluate} on it
 * @param audit output folder of {@code audit} of it
 * @param output folder to write
 * @param overwrite whether an earlier report in that folder may be replaced
 * @param gallery most pictures of the gallery
 */
public record ReportOptions(
    String explanations,
    Optional<String> localization,
    Optional<String> audit,
    String output,
    boolean overwrite,
    int gallery) {
  /** Most pictures of any gallery: as many lines the browser filters at once. */
  public static final int MOST_PICTURES = 20_000;
}
