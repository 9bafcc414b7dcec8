package org.saccade.demo.scene;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Arc2D;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.Locale;

/**
 * The objects that pictures show, in the order of their class indices. Each is drawn in a frame of
 * its own that reaches from -1 to 1 along both axes.
 */
public enum Motif {
  /** A beach ball with alternating sectors. */
  BALL(0) {
    @Override
    Shape outline() {
      return disc(0, 0, 1);
    }

    @Override
    void decorate(Graphics2D graphics, Color colour) {
      graphics.setColor(colour);
      for (int sector = 0; sector < 3; sector++) {
        graphics.fill(new Arc2D.Double(-1, -1, 2, 2, 120 * sector, 60, Arc2D.PIE));
      }
      graphics.fill(disc(0, 0, 0.22));
    }
  },

  /** A star of five points with a smaller one inside. */
  STAR(1) {
    @Override
    Shape outline() {
      return star(1);
    }

    @Override
    void decorate(Graphics2D graphics, Color colour) {
      graphics.setColor(colour);
      graphics.fill(star(0.5));
    }

    private Shape star(double radius) {
      Path2D path = new Path2D.Double();
      for (int corner = 0; corner < 10; corner++) {
        double angle = Math.PI * corner / 5;
        double reach = corner % 2 == 0 ? radius : 0.45 * radius;
        double x = reach * Math.sin(angle);
        double y = -reach * Math.cos(angle);
        if (corner == 0) {
          path.moveTo(x, y);
        } else {
          path.lineTo(x, y);
        }
      }
      path.closePath();
      return path;
    }
  },

  /** A ring with sprinkles on it. */
  RING(2) {
    @Override
    Shape outline() {
      Area ring = new Area(disc(0, 0, 1));
      ring.subtract(new Area(disc(0, 0, 0.42)));
      return ring;
    }

    @Override
    void decorate(Graphics2D graphics, Color colour) {
      graphics.setColor(colour);
      for (int sprinkle = 0; sprinkle < 9; sprinkle++) {
        double angle = 2 * Math.PI * sprinkle / 9;
        graphics.fill(disc(0.71 * Math.cos(angle), 0.71 * Math.sin(angle), 0.11));
      }
    }
  },

  /** A wooden crate with planks and a brace. */
  CRATE(3) {
    @Override
    Shape outline() {
      return new Rectangle2D.Double(-0.8, -0.8, 1.6, 1.6);
    }

    @Override
    void decorate(Graphics2D graphics, Color colour) {
      graphics.setColor(colour);
      graphics.setStroke(new BasicStroke(0.16f));
      graphics.draw(new Rectangle2D.Double(-0.72, -0.72, 1.44, 1.44));
      graphics.draw(new Line2D.Double(-0.65, 0.65, 0.65, -0.65));
      graphics.setStroke(new BasicStroke(0.06f));
      graphics.draw(new Line2D.Double(-0.7, -0.25, 0.7, -0.25));
      graphics.draw(new Line2D.Double(-0.7, 0.25, 0.7, 0.25));
    }
  },

  /** A flower of six petals. */
  FLOWER(4) {
    @Override
    Shape outline() {
      Area petals = new Area(disc(0, 0, 0.4));
      for (int petal = 0; petal < 6; petal++) {
        petals.add(
            new Area(
                AffineTransform.getRotateInstance(Math.PI * petal / 3)
                    .createTransformedShape(new Ellipse2D.Double(0.2, -0.27, 0.8, 0.54))));
      }
      return petals;
    }

    @Override
    void decorate(Graphics2D graphics, Color colour) {
      graphics.setColor(colour);
      graphics.fill(disc(0, 0, 0.32));
    }
  },

  /** A striped fish. */
  FISH(5) {
    @Override
    Shape outline() {
      Area fish = new Area(new Ellipse2D.Double(-1, -0.5, 1.55, 1));
      Path2D tail = new Path2D.Double();
      tail.moveTo(0.3, 0);
      tail.lineTo(1, -0.55);
      tail.lineTo(1, 0.55);
      tail.closePath();
      fish.add(new Area(tail));
      return fish;
    }

    @Override
    void decorate(Graphics2D graphics, Color colour) {
      graphics.setColor(colour);
      graphics.setStroke(new BasicStroke(0.13f));
      graphics.draw(new Line2D.Double(-0.25, -0.38, -0.25, 0.38));
      graphics.draw(new Line2D.Double(0.08, -0.33, 0.08, 0.33));
      graphics.setColor(Color.WHITE);
      graphics.fill(disc(-0.65, -0.12, 0.14));
      graphics.setColor(Color.BLACK);
      graphics.fill(disc(-0.65, -0.12, 0.07));
    }
  };

  private final int classIndex;

  Motif(int classIndex) {
    this.classIndex = classIndex;
  }

  /** What the object covers. */
  abstract Shape outline();

  /** Paints what is inside the outline. */
  abstract void decorate(Graphics2D graphics, Color colour);

  /**
   * The class of an index.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Motif of(int classIndex) {
    return Arrays.stream(values())
        .filter(motif -> motif.classIndex == classIndex)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no class " + classIndex));
  }

  /** Index of the class, from 0. */
  public int classIndex() {
    return classIndex;
  }

  /** Name of the class, e.g. {@code star}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static Shape disc(double x, double y, double radius) {
    return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
  }
}
