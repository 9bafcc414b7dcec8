package org.saccade.dataset;

import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.saccade.UserException;

/** The images of a part, one at a time; takes memory for one of them and not for all. */
public abstract class ImageListing implements Iterator<ImageReference>, AutoCloseable {
  private final String what;
  private Optional<ImageReference> next = Optional.empty();
  private boolean finished;

  /**
   * @param what what is listed, for messages
   */
  ImageListing(String what) {
    this.what = what;
  }

  /** The next image, empty after the last. */
  abstract Optional<ImageReference> advance() throws IOException;

  /** Files met so far that were left out because they are no images. */
  public abstract long skipped();

  /** Lets go of open files; more than once does no harm. */
  @Override
  public abstract void close();

  /**
   * {@inheritDoc}
   *
   * @throws UserException if the part cannot be listed any further
   */
  @Override
  public final boolean hasNext() {
    if (next.isEmpty() && !finished) {
      try {
        next = advance();
      } catch (IOException e) {
        close();
        throw new UserException("cannot list the images %s: %s".formatted(what, e.getMessage()), e);
      }
      if (next.isEmpty()) {
        finished = true;
        close();
      }
    }
    return next.isPresent();
  }

  @Override
  public final ImageReference next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ImageReference image = next.get();
    next = Optional.empty();
    return image;
  }
}
