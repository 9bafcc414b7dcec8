package org.saccade.image;

/** The planes of a network's input, in order. */
public enum ChannelOrder {
  RGB(3),
  BGR(3),
  /** One plane of luma, 0.299 R + 0.587 G + 0.114 B, as Pillow's mode {@code L}. */
  GREY(1);

  private final int channels;

  ChannelOrder(int channels) {
    this.channels = channels;
  }

  /** Number of planes. */
  public int channels() {
    return channels;
  }
}
