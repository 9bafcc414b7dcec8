package org.saccade.job.pack;

import java.util.Optional;
import org.saccade.dataset.ShardFormat;

/**
 * What {@code pack} is to do.
 *
 * @param images location of the images
 * @param output folder for the shards
 * @param shardBytes bytes of images in a shard, about
 * @param labels CSV of labels
 * @param labelsFromFolders whether labels are read off the topmost folders
 * @param maxFailedShare share of unreadable images up to which the run is a success, 0 to 1
 */
public record PackOptions(
    String images,
    String output,
    ShardFormat format,
    long shardBytes,
    Optional<String> labels,
    boolean labelsFromFolders,
    double maxFailedShare,
    boolean overwrite) {}
