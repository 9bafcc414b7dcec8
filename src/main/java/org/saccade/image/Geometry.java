package org.saccade.image;

import java.util.List;

/**
 * The exact map between the pixels of a network's input and the pixels of the original image.
 *
 * <p>The image was resized as a whole, then the input was cropped from it. Coordinates are
 * continuous; pixel index {@code i} has its centre at coordinate {@code i}. Along each axis
 *
 * <pre>image = (input + crop + 0.5) * imageSize / resizedSize - 0.5</pre>
 *
 * @param imageWidth width of the original image, in pixels
 * @param imageHeight height of the original image, in pixels
 * @param resizedWidth width of the whole image after resizing
 * @param resizedHeight height of the whole image after resizing
 * @param cropX column of the resized image at the input's column 0; negative where the input is
 *     wider than the resized image and padded
 * @param cropY row of the resized image at the input's row 0; negative likewise
 * @param inputWidth width of the network's input
 * @param inputHeight height of the network's input
 */
public record Geometry(
    int imageWidth,
    int imageHeight,
    int resizedWidth,
    int resizedHeight,
    int cropX,
    int cropY,
    int inputWidth,
    int inputHeight) {

  /** A rectangle of the original image, in its pixels; edges are continuous coordinates. */
  public record Rectangle(double x0, double y0, double x1, double y1) {}

  /** The same resize, cropped elsewhere. */
  Geometry croppedAt(int x, int y) {
    return new Geometry(
        imageWidth, imageHeight, resizedWidth, resizedHeight, x, y, inputWidth, inputHeight);
  }

  /** Image pixels per input pixel along x. */
  public double scaleX() {
    return (double) imageWidth / resizedWidth;
  }

  /** Image pixels per input pixel along y. */
  public double scaleY() {
    return (double) imageHeight / resizedHeight;
  }

  /** Image column of an input column. */
  public double imageX(double inputX) {
    return (inputX + cropX + 0.5) * scaleX() - 0.5;
  }

  /** Image row of an input row. */
  public double imageY(double inputY) {
    return (inputY + cropY + 0.5) * scaleY() - 0.5;
  }

  /** Input column of an image column; outside the input where the crop left the pixel out. */
  public double inputX(double imageX) {
    return (imageX + 0.5) / scaleX() - 0.5 - cropX;
  }

  /** Input row of an image row; outside the input where the crop left the pixel out. */
  public double inputY(double imageY) {
    return (imageY + 0.5) / scaleY() - 0.5 - cropY;
  }

  /** The part of the image that the network sees, without padding. */
  public Rectangle visible() {
    return new Rectangle(
        Math.max(imageX(-0.5), -0.5),
        Math.max(imageY(-0.5), -0.5),
        Math.min(imageX(inputWidth - 0.5), imageWidth - 0.5),
        Math.min(imageY(inputHeight - 0.5), imageHeight - 0.5));
  }

  /** The part of an image that lies in any of its crops, as one rectangle. */
  public static Rectangle seen(List<Geometry> crops) {
    return crops.stream()
        .map(Geometry::visible)
        .reduce(
            (a, b) ->
                new Rectangle(
                    Math.min(a.x0(), b.x0()),
                    Math.min(a.y0(), b.y0()),
                    Math.max(a.x1(), b.x1()),
                    Math.max(a.y1(), b.y1())))
        .orElseThrow();
  }

  /** Image column index of an input column index by the authors' formula. */
  public int authorsX(int inputX) {
    return authorsPixel(inputX + cropX, authorsFactorX(), imageWidth);
  }

  /** Image row index of an input row index by the authors' formula. */
  public int authorsY(int inputY) {
    return authorsPixel(inputY + cropY, authorsFactorY(), imageHeight);
  }

  private double authorsFactorX() {
    return keepsAspect() ? authorsFactor() : (double) resizedWidth / imageWidth;
  }

  private double authorsFactorY() {
    return keepsAspect() ? authorsFactor() : (double) resizedHeight / imageHeight;
  }

  private double authorsFactor() {
    return (double) Math.min(resizedWidth, resizedHeight) / Math.min(imageWidth, imageHeight);
  }

  private boolean keepsAspect() {
    long longSide = Math.max(imageWidth, imageHeight);
    long shortSide = Math.min(imageWidth, imageHeight);
    int resizedShort = Math.min(resizedWidth, resizedHeight);
    return (imageWidth <= imageHeight) == (resizedWidth <= resizedHeight)
        && resizedShort * longSide / shortSide == Math.max(resizedWidth, resizedHeight);
  }

  private static int authorsPixel(int resized, double factor, int extent) {
    return Math.max(0, Math.min((int) (resized / factor), extent - 1));
  }
}
