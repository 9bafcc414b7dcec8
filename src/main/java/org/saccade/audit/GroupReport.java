package org.saccade.audit;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What the audit of one group found.
 *
 * @param group its name
 * @param images images in the group
 * @param analysed images that were sampled, could be read again and have fixations
 * @param distinct the same with near duplicates counted once
 * @param unreadable sampled images that could not be read again
 * @param statistics where the explanations lie
 * @param clusters of explanations and of patches
 * @param suspicions candidate cues and their tests
 */
public record GroupReport(
    String group,
    long images,
    int analysed,
    int distinct,
    int unreadable,
    Map<Measure, Statistic> statistics,
    List<Cluster> clusters,
    List<Suspicion> suspicions)
    implements Serializable {}
