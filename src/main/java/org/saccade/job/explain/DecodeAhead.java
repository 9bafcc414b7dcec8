package org.saccade.job.explain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.saccade.dataset.ImageReference;
import org.saccade.image.Preprocessor;
import org.saccade.job.explain.ImageLoader.LoadedImage;

/**
 * Fills batches on a thread of its own while the network works on an earlier one, as long as this
 * JVM has a processor to spare for that; else while the thread that asks for them waits. At most
 * {@value #AHEAD} batches are decoded and not yet taken, whatever the network's speed. For one
 * thread.
 */
final class DecodeAhead implements Iterator<DecodedBatch>, AutoCloseable {
  private static final int AHEAD = 2;

  private final Iterator<ImageReference> images;
  private final TimedLoader loader;
  private final Preprocessor preprocessor;
  private final int imagesPerBatch;
  private final NetworkThread network;
  private final ExecutorService helper = NetworkThread.helper("saccade-decode-ahead");
  // Where this is empty, nobody but the thread that asks is at the images.
  private final Deque<Future<Optional<DecodedBatch>>> ahead = new ArrayDeque<>();
  private Optional<DecodedBatch> next = Optional.empty();
  private Optional<DecodedBatch> taken = Optional.empty();

  /** Tensors to be used again: new ones of that size are costly to get and to collect. */
  private final Queue<float[]> tensors = new ConcurrentLinkedQueue<>();

  /**
   * Starts to decode, if there is a processor to spare.
   *
   * @param loader closed after the last image
   * @param imagesPerBatch usable images in a batch; the last one may have fewer
   * @param network the thread that takes the batches
   */
  DecodeAhead(
      Iterator<ImageReference> images,
      TimedLoader loader,
      Preprocessor preprocessor,
      int imagesPerBatch,
      NetworkThread network) {
    this.images = images;
    this.loader = loader;
    this.preprocessor = preprocessor;
    this.imagesPerBatch = imagesPerBatch;
    this.network = network;
    askAhead();
  }

  /** Batches that are being filled, or are and wait. */
  int ahead() {
    return ahead.size();
  }

  @Override
  public boolean hasNext() {
    if (next.isEmpty()) {
      next = ahead.isEmpty() ? fill() : filled(ahead.remove());
    }
    return next.isPresent();
  }

  /** The next batch, whose tensor is valid until this is called again. */
  @Override
  public DecodedBatch next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    DecodedBatch batch = next.orElseThrow();
    next = Optional.empty();
    taken.ifPresent(before -> tensors.add(before.tensor()));
    taken = Optional.of(batch);
    askAhead();
    return batch;
  }

  /** Stops decoding, at the latest after the image under way. */
  @Override
  public void close() {
    ahead.forEach(batch -> batch.cancel(true));
    ahead.clear();
    helper.execute(loader::close);
    helper.shutdown();
  }

  private void askAhead() {
    while (ahead.size() < AHEAD && network.leavesProcessorToSpare()) {
      ahead.add(helper.submit(this::fill));
    }
  }

  private static Optional<DecodedBatch> filled(Future<Optional<DecodedBatch>> batch) {
    try {
      return batch.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("decoding failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for images", e);
    }
  }

  /** The next batch; none after the last image. */
  private Optional<DecodedBatch> fill() {
    if (!images.hasNext()) {
      return Optional.empty();
    }
    float[] free = tensors.poll();
    float[] tensor = free == null ? new float[imagesPerBatch * preprocessor.size()] : free;
    List<LoadedImage> loaded = new ArrayList<>();
    int usable = 0;
    while (usable < imagesPerBatch && images.hasNext()) {
      LoadedImage image = loader.load(images.next(), tensor, usable * preprocessor.size());
      loaded.add(image);
      if (image.usable()) {
        usable++;
      }
    }
    Arrays.fill(tensor, usable * preprocessor.size(), tensor.length, 0);
    return Optional.of(new DecodedBatch(tensor, loaded));
  }
}
