package org.saccade.job.explain;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.saccade.dataset.ImageReference;
import org.saccade.job.explain.ImageLoader.LoadedImage;

/**
 * Loads images with a limit of time. An image that takes longer, because its storage does not
 * answer or its content makes the decoder turn in circles, gets the status {@value #CODE}, and the
 * thread that works on it is left to itself: Java cannot end it. For one thread.
 */
final class TimedLoader implements AutoCloseable {
  static final String CODE = "TIMEOUT";

  /** Threads left to themselves that a JVM bears; with more, its tasks are better off elsewhere. */
  static final int MOST_STUCK = 16;

  private static final AtomicInteger STUCK = new AtomicInteger();

  private final Supplier<ImageLoader> loaders;
  private final int floats;
  private final Duration limit;
  private Worker worker;

  /**
   * @param loaders makes a loader for each thread
   * @param floats size of an image's crops
   * @param limit time for one image
   */
  TimedLoader(Supplier<ImageLoader> loaders, int floats, Duration limit) {
    this.loaders = loaders;
    this.floats = floats;
    this.limit = limit;
    this.worker = new Worker(loaders.get(), floats);
  }

  /** A thread with its own loader and its own memory, which nobody reads once it is given up. */
  private static final class Worker {
    private final ImageLoader loader;
    private final float[] crops;
    private final ExecutorService thread = NetworkThread.helper("saccade-loader");

    Worker(ImageLoader loader, int floats) {
      this.loader = loader;
      this.crops = new float[floats];
    }

    Future<LoadedImage> load(ImageReference image) {
      return thread.submit(() -> loader.load(image, crops, 0));
    }

    /** Lets the thread end after what it is at, if that ever ends. */
    void leave(Runnable last) {
      thread.execute(
          () -> {
            loader.close();
            last.run();
          });
      thread.shutdown();
    }
  }

  /**
   * Loads an image and writes its crops into a batch.
   *
   * @param batch receives the crops from {@code offset} on, unless the image is not usable
   * @throws IllegalStateException if too many images of this JVM never came back
   */
  LoadedImage load(ImageReference image, float[] batch, int offset) {
    Future<LoadedImage> loading = worker.load(image);
    try {
      LoadedImage loaded = loading.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (loaded.usable()) {
        System.arraycopy(worker.crops, 0, batch, offset, floats);
      }
      return loaded;
    } catch (TimeoutException e) {
      giveUp(loading, image);
      return new LoadedImage(
          image,
          new Explanation.Content(Optional.empty(), List.of()),
          Explanation.Status.error(
              CODE, "the image was not read and decoded within %d s".formatted(limit.toSeconds())),
          limit.toMillis());
    } catch (ExecutionException e) {
      throw new IllegalStateException("loading %s failed".formatted(image.imageId()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while loading images", e);
    }
  }

  private void giveUp(Future<LoadedImage> loading, ImageReference image) {
    int stuck = STUCK.incrementAndGet();
    loading.cancel(true);
    worker.leave(STUCK::decrementAndGet);
    worker = new Worker(loaders.get(), floats);
    if (stuck > MOST_STUCK) {
      throw new IllegalStateException(
          "%d images did not come back from reading or decoding, %s the last"
              .formatted(stuck, image.imageId()));
    }
  }

  /** Lets go of what is open, once the image under way is done with. */
  @Override
  public void close() {
    worker.leave(() -> {});
  }
}
