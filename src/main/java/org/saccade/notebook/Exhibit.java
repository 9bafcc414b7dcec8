package org.saccade.notebook;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.saccade.image.PixelImage;
import org.saccade.localization.Box;
import org.saccade.localization.Fixations;

/**
 * A picture to look at, with what is drawn over it.
 *
 * @param image the original image
 * @param caption lines below it
 * @param fixations points over it, in its pixels
 * @param frames boxes over it, in its pixels
 */
public record Exhibit(
    PixelImage image, List<String> caption, Optional<Fixations> fixations, List<Frame> frames) {
  public Exhibit {
    caption = List.copyOf(caption);
    frames = List.copyOf(frames);
  }

  /** What a box is about. */
  public enum Meaning {
    /** The true object. */
    OBJECT("true box", "#56B4E9", ""),
    /** The box that the explanation draws. */
    EXPLANATION("explanation's box", "#E69F00", "7 4"),
    /** The place that a finding is about. */
    CUE("suspected cue", "#FF7BE0", "9 2");

    private final String words;
    private final String colour;
    private final String dashes;

    Meaning(String words, String colour, String dashes) {
      this.words = words;
      this.colour = colour;
      this.dashes = dashes;
    }

    String words() {
      return words;
    }

    String colour() {
      return colour;
    }

    /** As SVG's {@code stroke-dasharray}, empty for a solid line. */
    String dashes() {
      return dashes;
    }
  }

  /** A box with what it is about. */
  public record Frame(Meaning meaning, Box box) {}

  /** A bare picture. */
  public static Exhibit of(PixelImage image) {
    return new Exhibit(image, List.of(), Optional.empty(), List.of());
  }

  /** With one more line below it. */
  public Exhibit captioned(String line) {
    List<String> lines = new ArrayList<>(caption);
    lines.add(line);
    return new Exhibit(image, lines, fixations, frames);
  }

  /** With points over it, in place of earlier ones. */
  public Exhibit with(Fixations points) {
    return new Exhibit(image, caption, Optional.of(points), frames);
  }

  /** With one more box over it. */
  public Exhibit with(Meaning meaning, Box box) {
    List<Frame> more = new ArrayList<>(frames);
    more.add(new Frame(meaning, box));
    return new Exhibit(image, caption, fixations, more);
  }
}
