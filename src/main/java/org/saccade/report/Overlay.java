package org.saccade.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.saccade.image.PixelImage;
import org.saccade.localization.Box;
import org.saccade.localization.Fixations;
import org.saccade.localization.HeatMap;

/**
 * One explanation as a picture in three panels: the image; the fixations, one dot each, its area in
 * proportion to its weight; their heat map with the box.
 */
public final class Overlay {
  private static final int LONGEST_SIDE = 480;
  private static final int GAP = 8;
  private static final double LARGEST_DOT_SHARE = 0.035;
  private static final double SMALLEST_DOT = 1.1;
  private static final Color DOT = new Color(255, 214, 10, 190);
  private static final Color DOT_EDGE = new Color(20, 20, 20, 200);
  private static final float MAP_OPACITY = 0.65f;

  private Overlay() {}

  /**
   * Draws an explanation.
   *
   * @param image the original image
   * @param fixations the points, in pixels of the original image
   * @param map their heat map over the original image
   * @param box in pixels of the original image, first and last pixel included
   * @return a PNG file
   */
  public static byte[] png(PixelImage image, Fixations fixations, HeatMap map, Optional<Box> box) {
    BufferedImage drawn = draw(image, fixations, map, box);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(drawn, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static BufferedImage draw(PixelImage image, Fixations fixations, HeatMap map, Optional<Box> box) {
    double scale = Math.min(1, (double) LONGEST_SIDE / Math.max(image.width(), image.height()));
    int width = Math.max(1, (int) Math.round(image.width() * scale));
    int height = Math.max(1, (int) Math.round(image.height() * scale));
    BufferedImage picture = picture(image);
    BufferedImage canvas =
        new BufferedImage(3 * width + 2 * GAP, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = canvas.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      g.setColor(Color.WHITE);
      g.fillRect(0, 0, canvas.getWidth(), canvas.getHeight());
      for (int panel = 0; panel < 3; panel++) {
        Graphics2D on = (Graphics2D) g.create(panel * (width + GAP), 0, width, height);
        on.drawImage(picture, 0, 0, width, height, null);
        if (panel == 1) {
          dots(on, fixations, scale, Math.max(width, height));
        } else if (panel == 2) {
          on.drawImage(heat(map), 0, 0, width, height, null);
          box.ifPresent(around -> frame(on, around, scale));
        }
        on.dispose();
      }
    } finally {
      g.dispose();
    }
    return canvas;
  }

  static BufferedImage picture(PixelImage image) {
    BufferedImage picture =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    byte[] rgb = image.rgb();
    int[] row = new int[image.width()];
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < row.length; x++) {
        int at = (y * row.length + x) * 3;
        row[x] =
            Byte.toUnsignedInt(rgb[at]) << 16
                | Byte.toUnsignedInt(rgb[at + 1]) << 8
                | Byte.toUnsignedInt(rgb[at + 2]);
      }
      picture.setRGB(0, y, row.length, 1, row, 0, row.length);
    }
    return picture;
  }

  private static void dots(Graphics2D g, Fixations fixations, double scale, int side) {
    double heaviest =
        IntStream.range(0, fixations.size()).mapToDouble(fixations::weight).max().orElse(0);
    if (heaviest <= 0) {
      return;
    }
    boolean uniform =
        IntStream.range(0, fixations.size()).allMatch(i -> fixations.weight(i) == heaviest);
    double largest = uniform ? Math.max(2, 0.007 * side) : LARGEST_DOT_SHARE * side / 2;
    g.setStroke(new BasicStroke(0.8f));
    IntStream.range(0, fixations.size())
        .boxed()
        // Heavy dots first, so that light ones stay visible on top of them.
        .sorted(Comparator.comparingDouble((Integer i) -> -fixations.weight(i)))
        .forEach(
            i -> {
              double radius =
                  Math.max(SMALLEST_DOT, largest * Math.sqrt(fixations.weight(i) / heaviest));
              double x = (fixations.x(i) + 0.5) * scale;
              double y = (fixations.y(i) + 0.5) * scale;
              Ellipse2D dot = new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
              g.setColor(DOT);
              g.fill(dot);
              g.setColor(DOT_EDGE);
              g.draw(dot);
            });
  }

  private static BufferedImage heat(HeatMap map) {
    BufferedImage heat = new BufferedImage(map.cols(), map.rows(), BufferedImage.TYPE_INT_ARGB);
    float peak = map.max();
    for (int row = 0; row < map.rows(); row++) {
      for (int col = 0; col < map.cols(); col++) {
        double share = peak > 0 ? Math.max(0, map.value(row, col) / peak) : 0;
        int alpha = Math.round(255 * MAP_OPACITY);
        heat.setRGB(col, row, alpha << 24 | HeatColours.rgb(share));
      }
    }
    return heat;
  }

  private static void frame(Graphics2D g, Box box, double scale) {
    Rectangle2D frame =
        new Rectangle2D.Double(
            box.x0() * scale,
            box.y0() * scale,
            (box.x1() - box.x0() + 1) * scale,
            (box.y1() - box.y0() + 1) * scale);
    // Black under white shows on any picture.
    g.setStroke(new BasicStroke(4f));
    g.setColor(Color.BLACK);
    g.draw(frame);
    g.setStroke(new BasicStroke(2f));
    g.setColor(Color.WHITE);
    g.draw(frame);
  }
}
