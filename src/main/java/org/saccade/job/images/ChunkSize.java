package org.saccade.job.images;

/**
 * How many images are explained and written together. Small chunks share out the work and cost
 * little when one is lost; each makes a file, so that they are no smaller than that needs.
 */
public final class ChunkSize {
  /** Chunks per task slot, so that slots finish together. */
  private static final long CHUNKS_PER_SLOT = 4;

  /** Batches that a task should at least have, so that its start does not weigh. */
  private static final long LEAST_BATCHES = 4;

  /** Below so many images files would be small; only sets too small for all slots go below. */
  private static final long FEW_IMAGES = 256;

  private static final long MOST_IMAGES = 4096;

  /** What a task should at most have to read. */
  private static final long MOST_BYTES = 2L << 30;

  private ChunkSize() {}

  /**
   * Images per chunk: whole batches, so that only the last chunk of a set has one to pad.
   *
   * @param images of the set
   * @param bytes their size as far as it is known
   * @param imagesPerBatch images that go through the network together
   * @param slots tasks that run at once
   */
  public static long of(long images, long bytes, int imagesPerBatch, int slots) {
    long perSlot = ceiling(images, slots);
    long shared = Math.max(ceiling(perSlot, CHUNKS_PER_SLOT), Math.min(FEW_IMAGES, perSlot));
    long readable = bytes == 0 ? MOST_IMAGES : Math.max(1, MOST_BYTES / ceiling(bytes, images));
    long wanted = Math.min(shared, Math.min(MOST_IMAGES, readable));
    long least = Math.min(LEAST_BATCHES, Math.max(1, readable / imagesPerBatch));
    return imagesPerBatch * Math.max(least, ceiling(wanted, imagesPerBatch));
  }

  private static long ceiling(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
