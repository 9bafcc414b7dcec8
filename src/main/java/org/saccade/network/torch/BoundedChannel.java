package org.saccade.network.torch;

import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.function.Supplier;

/** A buffer read as a channel, but not more than so many bytes of it, repeated ones included. */
final class BoundedChannel implements SeekableByteChannel {
  private final ByteBuffer content;
  private final Supplier<? extends RuntimeException> exceeded;
  private long left;
  private boolean open = true;

  /**
   * A channel over all of a buffer, whose own position stays where it is.
   *
   * @param most number of bytes that may be read
   * @param exceeded what is thrown when more are asked for
   */
  BoundedChannel(ByteBuffer content, long most, Supplier<? extends RuntimeException> exceeded) {
    this.content = content.duplicate().rewind();
    this.left = most;
    this.exceeded = exceeded;
  }

  @Override
  public int read(ByteBuffer target) {
    if (!content.hasRemaining()) {
      return -1;
    }
    int count = Math.min(target.remaining(), content.remaining());
    left -= count;
    if (left < 0) {
      throw exceeded.get();
    }
    target.put(content.slice(content.position(), count));
    content.position(content.position() + count);
    return count;
  }

  @Override
  public long position() {
    return content.position();
  }

  /** Positions behind the end are the end, where there is nothing to read either. */
  @Override
  public SeekableByteChannel position(long position) {
    content.position((int) Math.min(position, content.limit()));
    return this;
  }

  @Override
  public long size() {
    return content.limit();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    open = false;
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }
}
