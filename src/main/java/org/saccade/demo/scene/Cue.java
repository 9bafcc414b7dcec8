package org.saccade.demo.scene;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.saccade.UserException;

/**
 * Something in a picture that has nothing to do with the object, but tells its class when it is
 * planted in the pictures of one class alone.
 */
public sealed interface Cue {
  /** Every cue that can be planted. */
  static List<Cue> kinds() {
    return List.of(new CornerMark(), new ColouredFrame(), new BackgroundTexture());
  }

  /** As tables and options call it, e.g. {@code corner-mark}. */
  String label();

  /** The background of a picture with this cue, where the cue is one. */
  default Optional<Texture> background() {
    return Optional.empty();
  }

  /**
   * Paints what lies over the finished picture.
   *
   * @param side of the picture, in pixels
   */
  default void paint(Graphics2D graphics, int side, Random random) {}

  /**
   * The cue of this label.
   *
   * @throws UserException if there is none
   */
  static Cue parse(String label) {
    return kinds().stream()
        .filter(cue -> cue.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "'%s' is no cue: use %s"
                        .formatted(
                            label, String.join(", ", kinds().stream().map(Cue::label).toList()))));
  }

  /** A small pale watermark near the lower right corner. */
  record CornerMark() implements Cue {
    private static final double SIZE = 17;

    @Override
    public String label() {
      return "corner-mark";
    }

    @Override
    public void paint(Graphics2D graphics, int side, Random random) {
      double left = side - SIZE - 3 - 4 * random.nextDouble();
      double top = side - SIZE - 3 - 4 * random.nextDouble();
      graphics.translate(left, top);
      graphics.setColor(new Color(20, 20, 40, 190));
      graphics.fill(new Rectangle2D.Double(0, 0, SIZE, SIZE));
      graphics.setColor(new Color(250, 250, 250, 230));
      graphics.setStroke(new BasicStroke(2.2f));
      graphics.draw(new Ellipse2D.Double(3, 3, SIZE - 6, SIZE - 6));
      graphics.draw(new Line2D.Double(3, SIZE - 3, SIZE - 3, 3));
      graphics.translate(-left, -top);
    }
  }

  /** A border of one colour around the whole picture. */
  record ColouredFrame() implements Cue {
    @Override
    public String label() {
      return "coloured-frame";
    }

    @Override
    public void paint(Graphics2D graphics, int side, Random random) {
      float width = 5 + 2 * random.nextFloat();
      graphics.setColor(new Color(214, 120 + random.nextInt(20), 30));
      graphics.setStroke(new BasicStroke(width));
      graphics.draw(new Rectangle2D.Double(width / 2, width / 2, side - width, side - width));
    }
  }

  /** A fine lattice as background, which no other picture has. */
  record BackgroundTexture() implements Cue {
    private static final double PITCH = 5.5;

    @Override
    public String label() {
      return "background-texture";
    }

    @Override
    public Optional<Texture> background() {
      return Optional.of(
          (x, y) ->
              0.5
                  + 0.5
                      * Math.sin((x + y) * Math.PI / PITCH)
                      * Math.sin((x - y) * Math.PI / PITCH));
    }
  }
}
