package org.saccade.cli;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;

/**
 * Something that catches the eye, drawn on a photograph and nothing that ImageNet has a class of.
 */
enum Mark {
  /** A red disc with a white star. */
  BADGE {
    @Override
    void draw(Graphics2D graphics) {
      graphics.setColor(new Color(0xd01020));
      graphics.fillOval(1, 1, SIDE - 2, SIDE - 2);
      graphics.setColor(Color.WHITE);
      Path2D star = new Path2D.Double();
      for (int corner = 0; corner < 10; corner++) {
        double radius = corner % 2 == 0 ? 15 : 6;
        double x = SIDE / 2.0 + radius * Math.sin(corner * Math.PI / 5);
        double y = SIDE / 2.0 - radius * Math.cos(corner * Math.PI / 5);
        if (corner == 0) {
          star.moveTo(x, y);
        } else {
          star.lineTo(x, y);
        }
      }
      star.closePath();
      graphics.fill(star);
    }
  },

  /** Black and yellow stripes. */
  STRIPES {
    @Override
    void draw(Graphics2D graphics) {
      graphics.setColor(new Color(0xffd000));
      graphics.fillRect(0, 0, SIDE, SIDE);
      graphics.clipRect(0, 0, SIDE, SIDE);
      graphics.setColor(Color.BLACK);
      graphics.setStroke(new BasicStroke(5));
      for (int start = -SIDE; start < SIDE; start += 14) {
        graphics.drawLine(start, SIDE, start + SIDE, 0);
      }
    }
  };

  /** Width and height of the square that the shapes are given in. */
  private static final int SIDE = 40;

  /** Draws the mark into the square between the origin and ({@link #SIDE}, {@link #SIDE}). */
  abstract void draw(Graphics2D graphics);

  /** Draws the mark into a square of a picture. */
  final void draw(BufferedImage picture, Rectangle place) {
    Graphics2D graphics = picture.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.translate(place.x, place.y);
    graphics.scale((double) place.width / SIDE, (double) place.height / SIDE);
    draw(graphics);
    graphics.dispose();
  }
}
