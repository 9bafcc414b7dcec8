package org.saccade.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The images that a location holds, in a fixed order.
 *
 * @param location the location as it resolved, with the file system's scheme
 * @param images the images; ids are distinct
 * @param bytes total size of the files, 0 where a list file does not tell
 * @param skipped files left out because their names do not end like an image's
 */
public record ImageSet(String location, List<ImageReference> images, long bytes, long skipped) {
  private static final double TWO_TO_THE_64 = 0x1p64;

  public ImageSet {
    images = List.copyOf(images);
  }

  /** The first images of the set, at most {@code limit}. */
  public ImageSet limit(int limit) {
    return with(images.subList(0, Math.min(limit, images.size())));
  }

  /**
   * About the given share of the images, chosen by a hash of their ids: the same images whatever
   * else the set holds, in the same order.
   *
   * @param share between 0 and 1
   */
  public ImageSet sample(double share) {
    return with(images.stream().filter(image -> position(image.imageId()) < share).toList());
  }

  /** The set with the labels that a table gives; images it does not name keep what they have. */
  public ImageSet labelled(Labels labels) {
    return with(
        images.stream()
            .map(
                image -> {
                  var label = labels.of(image);
                  return label.isPresent() ? image.withLabel(label.getAsInt()) : image;
                })
            .toList());
  }

  /**
   * The set with the class of every image read off the topmost folder it lies in. The class index
   * is the folder's position in {@code classNames} when these contain every such folder, else its
   * position among the folders in alphabetical order. Images outside any folder stay unlabelled.
   *
   * @param classNames names of the network's classes by index, possibly empty
   */
  public ImageSet labelledByFolder(List<String> classNames) {
    TreeSet<String> folders = new TreeSet<>();
    for (ImageReference image : images) {
      image.topFolder().ifPresent(folders::add);
    }
    List<String> order = classNames.containsAll(folders) ? classNames : List.copyOf(folders);
    Map<String, Integer> indexes = new HashMap<>();
    for (int index = 0; index < order.size(); index++) {
      indexes.putIfAbsent(order.get(index), index);
    }
    return with(
        images.stream()
            .map(image -> image.topFolder().map(indexes::get).map(image::withLabel).orElse(image))
            .toList());
  }

  /** Hexadecimal SHA-256 of the sorted ids: equal for two sets of the same images. */
  public String digest() {
    MessageDigest sha256 = sha256();
    images.stream()
        .map(ImageReference::imageId)
        .sorted()
        .forEach(
            id -> {
              sha256.update(id.getBytes(StandardCharsets.UTF_8));
              sha256.update((byte) 0);
            });
    return HexFormat.of().formatHex(sha256.digest());
  }

  /** The same location with other images; the size is scaled to their number. */
  public ImageSet with(List<ImageReference> chosen) {
    long size = images.isEmpty() ? 0 : Math.round((double) bytes / images.size() * chosen.size());
    return new ImageSet(location, chosen, size, skipped);
  }

  /** Where an id falls between 0 and 1, as good as uniformly. */
  private static double position(String imageId) {
    long bits =
        ByteBuffer.wrap(sha256().digest(imageId.getBytes(StandardCharsets.UTF_8))).getLong();
    double unsigned = bits >= 0 ? bits : bits + TWO_TO_THE_64;
    return unsigned / TWO_TO_THE_64;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
