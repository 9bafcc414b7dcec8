package org.saccade.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.stream.IntStream;

/** What a file is by its first bytes; the formats that are not read are there to be named. */
enum ImageFormat {
  JPEG("JPEG"),
  PNG("PNG"),
  GIF("GIF"),
  BMP("BMP"),
  WEBP("WebP"),
  TIFF("TIFF"),
  JPEG_2000("JPEG 2000"),
  JPEG_XL("JPEG XL"),
  AVIF("AVIF"),
  HEIF("HEIF"),
  PHOTOSHOP("a Photoshop document"),
  ICON("a Windows icon"),
  PDF("PDF"),
  ZIP("a ZIP archive"),
  GZIP("gzip"),
  WEB_PAGE("a web page"),
  XML("XML or SVG"),
  TEXT("text"),
  UNKNOWN("of no known kind");

  private static final int LONGEST_START = 16;

  private static final List<Start> STARTS =
      List.of(
          new Start("\u00ff\u00d8\u00ff", JPEG),
          new Start("\u0089PNG\r\n\u001a\n", PNG),
          new Start("GIF87a", GIF),
          new Start("GIF89a", GIF),
          new Start("BM", BMP),
          new Start("RIFF____WEBP", WEBP),
          new Start("II*\0", TIFF),
          new Start("MM\0*", TIFF),
          new Start("II+\0", TIFF),
          new Start("MM\0+", TIFF),
          new Start("\0\0\0\fjP  ", JPEG_2000),
          new Start("\u00ffO\u00ffQ", JPEG_2000),
          new Start("\u00ff\n", JPEG_XL),
          new Start("\0\0\0\fJXL ", JPEG_XL),
          new Start("____ftypavif", AVIF),
          new Start("____ftypavis", AVIF),
          new Start("____ftyphei", HEIF),
          new Start("____ftyphev", HEIF),
          new Start("____ftypmif1", HEIF),
          new Start("____ftypmsf1", HEIF),
          new Start("8BPS", PHOTOSHOP),
          new Start("\0\0\1\0", ICON),
          new Start("%PDF", PDF),
          new Start("PK\3\4", ZIP),
          new Start("\u001f\u008b", GZIP),
          new Start("<!doctype html", WEB_PAGE),
          new Start("<!DOCTYPE html", WEB_PAGE),
          new Start("<html", WEB_PAGE),
          new Start("<?xml", XML),
          new Start("<svg", XML));

  private final String description;

  ImageFormat(String description) {
    this.description = description;
  }

  static ImageFormat of(byte[] bytes) {
    String start = new String(bytes, 0, Math.min(bytes.length, LONGEST_START), ISO_8859_1);
    return STARTS.stream()
        .filter(known -> known.matches(start))
        .map(Start::format)
        .findFirst()
        .orElseGet(() -> start.chars().allMatch(ImageFormat::printable) ? TEXT : UNKNOWN);
  }

  /** The name for people. */
  String description() {
    return description;
  }

  private static boolean printable(int character) {
    return (character >= ' ' && character < 0x7f) || "\t\r\n".indexOf(character) >= 0;
  }

  /** First bytes, one character each; {@code _} stands for any. */
  private record Start(String bytes, ImageFormat format) {
    boolean matches(String start) {
      return start.length() >= bytes.length()
          && IntStream.range(0, bytes.length())
              .allMatch(i -> bytes.charAt(i) == '_' || bytes.charAt(i) == start.charAt(i));
    }
  }
}
