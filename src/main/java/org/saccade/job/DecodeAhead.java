package org.saccade.job;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.saccade.dataset.ImageReference;
import org.saccade.image.Preprocessor;
import org.saccade.job.ImageLoader.LoadedImage;

/**
 * Fills batches on a thread of its own while the network works on an earlier one, as long as this
 * JVM has a processor to spare for that; else while the thread that asks for them waits, since
 * threads that take turns on a processor only cost. At most {@value #AHEAD} batches are decoded and
 * not yet taken, whatever the network's speed.
 */
final class DecodeAhead implements Iterator<DecodedBatch>, AutoCloseable {
  private static final int AHEAD = 2;

  /** Pipelines of this JVM that are open, each with a thread that runs the network. */
  private static final AtomicInteger OPEN = new AtomicInteger();

  private sealed interface Message {
    record Filled(DecodedBatch batch) implements Message {}

    record Failed(Throwable cause) implements Message {}

    record Finished() implements Message {}
  }

  private final Iterator<ImageReference> images;
  private final TimedLoader loader;
  private final Preprocessor preprocessor;
  private final int imagesPerBatch;
  private final BlockingQueue<Message> queue = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(AHEAD);
  private final Optional<Thread> thread;
  private final AtomicBoolean open = new AtomicBoolean(true);
  private Optional<Message> next = Optional.empty();

  /**
   * Starts to decode, if there is a processor to spare.
   *
   * @param loader closed after the last image
   * @param imagesPerBatch usable images in a batch; the last one may have fewer
   * @param processors that open pipelines of this JVM share
   */
  DecodeAhead(
      Iterator<ImageReference> images,
      TimedLoader loader,
      Preprocessor preprocessor,
      int imagesPerBatch,
      int processors) {
    this.images = images;
    this.loader = loader;
    this.preprocessor = preprocessor;
    this.imagesPerBatch = imagesPerBatch;
    boolean spare = OPEN.incrementAndGet() < processors;
    this.thread = spare ? Optional.of(started()) : Optional.empty();
  }

  private Thread started() {
    Thread started = new Thread(this::decode, "saccade-decode-ahead");
    started.setDaemon(true);
    // Plug-ins of the image library are found through the context class loader.
    started.setContextClassLoader(DecodeAhead.class.getClassLoader());
    started.start();
    return started;
  }

  /** Whether batches are filled on a thread of their own. */
  boolean ahead() {
    return thread.isPresent();
  }

  @Override
  public boolean hasNext() {
    Message message = peek();
    if (message instanceof Message.Failed failed) {
      throw new IllegalStateException("decoding failed", failed.cause());
    }
    return message instanceof Message.Filled;
  }

  @Override
  public DecodedBatch next() {
    if (!hasNext() || !(peek() instanceof Message.Filled filled)) {
      throw new NoSuchElementException();
    }
    next = Optional.empty();
    room.release();
    return filled.batch();
  }

  /** Stops decoding, at the latest after the image under way. */
  @Override
  public void close() {
    if (!open.getAndSet(false)) {
      return;
    }
    OPEN.decrementAndGet();
    thread.ifPresentOrElse(Thread::interrupt, loader::close);
  }

  private Message peek() {
    if (next.isEmpty() && thread.isEmpty()) {
      next = Optional.of(images.hasNext() ? new Message.Filled(fill()) : new Message.Finished());
    } else if (next.isEmpty()) {
      try {
        next = Optional.of(queue.take());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for images", e);
      }
    }
    return next.get();
  }

  // Whatever goes wrong here, errors included, has to reach the thread that waits for batches.
  private void decode() {
    try {
      while (images.hasNext()) {
        room.acquire();
        queue.add(new Message.Filled(fill()));
      }
      queue.add(new Message.Finished());
    } catch (InterruptedException e) {
      // Nobody waits any more: closing is the only reason to interrupt this thread.
      queue.add(new Message.Failed(e));
    } catch (Throwable e) {
      queue.add(new Message.Failed(e));
    } finally {
      loader.close();
    }
  }

  private DecodedBatch fill() {
    float[] tensor = new float[imagesPerBatch * preprocessor.size()];
    List<LoadedImage> loaded = new ArrayList<>();
    int usable = 0;
    while (usable < imagesPerBatch && images.hasNext()) {
      LoadedImage image = loader.load(images.next(), tensor, usable * preprocessor.size());
      loaded.add(image);
      if (image.usable()) {
        usable++;
      }
    }
    return new DecodedBatch(tensor, loaded);
  }
}
