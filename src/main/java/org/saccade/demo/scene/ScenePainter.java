package org.saccade.demo.scene;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** Paints one picture: a background, some clutter, the object, light and noise over all of it. */
final class ScenePainter {
  private static final int SIDE = SceneSet.SIDE;
  private static final List<Function<Random, Texture>> BACKGROUNDS =
      List.of(
          Texture::clouds,
          Texture::fade,
          Texture::wood,
          Texture::bricks,
          Texture::pebbles,
          Texture::waves);

  private final Random random;

  ScenePainter(Random random) {
    this.random = random;
  }

  Scene paint(String name, Motif motif, Optional<Cue> cue) {
    // Drawn before anything else, so that a planted cue does not change the rest of the picture.
    Random ofCue = new Random(random.nextLong());
    Texture natural = BACKGROUNDS.get(random.nextInt(BACKGROUNDS.size())).apply(random);
    Texture background = cue.flatMap(Cue::background).orElse(natural);
    BufferedImage picture = background(background);
    Graphics2D graphics = picture.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    clutter(graphics);
    Scene.Bounds box = object(graphics, motif);
    light(picture);
    cue.ifPresent(planted -> planted.paint(graphics, SIDE, ofCue));
    graphics.dispose();
    return new Scene(name, picture, motif, box, cue);
  }

  private BufferedImage background(Texture texture) {
    Color first = colour(0.1, 0.5);
    Color second = near(first);
    int[] pixels = new int[SIDE * SIDE];
    for (int at = 0; at < pixels.length; at++) {
      int row = at / SIDE;
      pixels[at] = mixed(first, second, texture.at(at % SIDE, row));
    }
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(0, 0, SIDE, SIDE, pixels, 0, SIDE);
    return picture;
  }

  /** Small plain blobs that are no object. */
  private void clutter(Graphics2D graphics) {
    for (int blob = random.nextInt(5); blob > 0; blob--) {
      double size = 3 + 7 * random.nextDouble();
      double x = SIDE * random.nextDouble();
      double y = SIDE * random.nextDouble();
      double flat = 0.5 + random.nextDouble();
      graphics.setColor(colour(0.2, 0.9));
      graphics.fill(
          random.nextBoolean()
              ? new Ellipse2D.Double(x, y, size, flat * size)
              : new Rectangle2D.Double(x, y, size, flat * size));
    }
  }

  private Scene.Bounds object(Graphics2D graphics, Motif motif) {
    double radius = SIDE * (0.19 + 0.13 * random.nextDouble());
    double room = SIDE - 2 * radius - 2;
    AffineTransform frame =
        AffineTransform.getTranslateInstance(
            1 + radius + room * random.nextDouble(), 1 + radius + room * random.nextDouble());
    frame.rotate(2 * Math.PI * random.nextDouble());
    double squeeze = 0.85 + 0.15 * random.nextDouble();
    // A unit square's corner reaches further than its side: what turns must still fit.
    double scale = radius / Math.sqrt(1.3);
    frame.scale(scale, scale * squeeze);
    Shape outline = frame.createTransformedShape(motif.outline());
    Color body = colour(0.45, 1);
    graphics.setColor(body);
    graphics.fill(outline);
    AffineTransform before = graphics.getTransform();
    graphics.transform(frame);
    motif.decorate(graphics, contrasting(body));
    graphics.setTransform(before);
    Rectangle2D bounds = outline.getBounds2D();
    return new Scene.Bounds(
        (int) Math.max(0, Math.floor(bounds.getMinX())),
        (int) Math.max(0, Math.floor(bounds.getMinY())),
        (int) Math.min(SIDE, Math.ceil(bounds.getMaxX())) - 1,
        (int) Math.min(SIDE, Math.ceil(bounds.getMaxY())) - 1);
  }

  /** Light that falls off to one side, exposure, and the noise of a sensor. */
  private void light(BufferedImage picture) {
    double angle = 2 * Math.PI * random.nextDouble();
    double slope = 0.5 * random.nextDouble() / SIDE;
    double exposure = 0.75 + 0.4 * random.nextDouble();
    double amplitude = 5 + 12 * random.nextDouble();
    int[] pixels = picture.getRGB(0, 0, SIDE, SIDE, null, 0, SIDE);
    for (int at = 0; at < pixels.length; at++) {
      int row = at / SIDE;
      double x = at % SIDE - SIDE / 2.0;
      double y = row - SIDE / 2.0;
      double gain = exposure * (1 + slope * (x * Math.cos(angle) + y * Math.sin(angle)));
      int lit = 0;
      for (int shift = 16; shift >= 0; shift -= 8) {
        double noise = amplitude * (random.nextFloat() + random.nextFloat() - 1);
        double sample = gain * ((pixels[at] >> shift) & 0xff) + noise;
        lit |= (int) Math.max(0, Math.min(255, Math.rint(sample))) << shift;
      }
      pixels[at] = lit;
    }
    picture.setRGB(0, 0, SIDE, SIDE, pixels, 0, SIDE);
  }

  private Color colour(double leastSaturation, double mostSaturation) {
    return Color.getHSBColor(
        random.nextFloat(),
        (float) (leastSaturation + (mostSaturation - leastSaturation) * random.nextDouble()),
        0.3f + 0.7f * random.nextFloat());
  }

  private Color near(Color colour) {
    float[] hsb = Color.RGBtoHSB(colour.getRed(), colour.getGreen(), colour.getBlue(), null);
    float brightness = hsb[2] + (hsb[2] > 0.6f ? -1 : 1) * (0.12f + 0.25f * random.nextFloat());
    return Color.getHSBColor(hsb[0] + 0.1f * (random.nextFloat() - 0.5f), hsb[1], brightness);
  }

  private Color contrasting(Color colour) {
    float[] hsb = Color.RGBtoHSB(colour.getRed(), colour.getGreen(), colour.getBlue(), null);
    float brightness = hsb[2] > 0.6f ? hsb[2] - 0.5f : hsb[2] + 0.45f;
    return Color.getHSBColor(
        random.nextFloat(), 0.3f + 0.6f * random.nextFloat(), Math.min(1, brightness));
  }

  private static int mixed(Color first, Color second, double share) {
    int red = (int) (first.getRed() + share * (second.getRed() - first.getRed()));
    int green = (int) (first.getGreen() + share * (second.getGreen() - first.getGreen()));
    int blue = (int) (first.getBlue() + share * (second.getBlue() - first.getBlue()));
    return red << 16 | green << 8 | blue;
  }
}
