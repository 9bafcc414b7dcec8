package org.saccade.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** The segments of a JPEG file, read up to its end marker without decoding anything. */
final class JpegStructure {

  /** What the components of a pixel are. */
  enum Colours {
    GREY,
    RGB,
    YCC,
    CMYK,
    YCCK
  }

  private static final int BASELINE = 0xc0;
  private static final int PROGRESSIVE = 0xc2;
  private static final int DEFINE_HUFFMAN = 0xc4;
  private static final int JPEG_EXTENSION = 0xc8;
  private static final int DEFINE_ARITHMETIC = 0xcc;
  private static final int LAST_FRAME = 0xcf;
  private static final int START_OF_IMAGE = 0xd8;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int START_OF_SCAN = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COMMENT = 0xfe;

  /**
   * Progressive files have about ten; thousands of empty ones would keep libjpeg busy for hours.
   */
  private static final int MOST_SCANS = 100;

  /** Adobe's segment with transform 0: the components are not to be converted. */
  private static final byte[] NO_TRANSFORM = {
    (byte) 0xff, (byte) APP14, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
  };

  private static final int NO_ADOBE = -1;

  private final byte[] bytes;
  private final ByteBuffer file;
  private final ByteArrayOutputStream bare;
  private int frame = -1;
  private int width;
  private int height;
  private int components;
  private int precision;
  private int mcus;
  private String componentIds = "";
  private boolean jfif;
  private int adobeTransform = NO_ADOBE;
  private Orientation orientation = Orientation.UPRIGHT;
  private int scans;
  private long scanBytes;

  private JpegStructure(byte[] bytes) {
    this.bytes = bytes;
    this.file = ByteBuffer.wrap(bytes);
    this.bare = new ByteArrayOutputStream(bytes.length + NO_TRANSFORM.length);
  }

  /**
   * Reads the segments.
   *
   * @throws ImageException if the file ends before its end marker, contradicts itself, or announces
   *     a picture beyond the bound
   */
  static JpegStructure scan(byte[] bytes, DecodeOptions options) throws ImageException {
    JpegStructure structure = new JpegStructure(bytes);
    structure.readSegments(options);
    return structure;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  int components() {
    return components;
  }

  Orientation orientation() {
    return orientation;
  }

  /** The picture alone: no application segments, and no wish for a colour conversion. */
  byte[] bareFile() {
    return bare.toByteArray();
  }

  /** libjpeg's reading of the colour markers. */
  Colours colours() {
    if (components == 1) {
      return Colours.GREY;
    }
    if (components == 4) {
      return adobeTransform == NO_ADOBE || adobeTransform == 0 ? Colours.CMYK : Colours.YCCK;
    }
    if (jfif) {
      return Colours.YCC;
    }
    if (adobeTransform != NO_ADOBE) {
      return adobeTransform == 0 ? Colours.RGB : Colours.YCC;
    }
    return componentIds.equals("RGB") ? Colours.RGB : Colours.YCC;
  }

  private void readSegments(DecodeOptions options) throws ImageException {
    bare.write(0xff);
    bare.write(START_OF_IMAGE);
    bare.writeBytes(NO_TRANSFORM);
    int at = 2;
    int marker = 0;
    while (marker != END_OF_IMAGE) {
      at = afterMarker(at);
      marker = file.get(at - 1) & 0xff;
      if (marker == END_OF_IMAGE) {
        bare.write(0xff);
        bare.write(END_OF_IMAGE);
      } else if (!standsAlone(marker)) {
        int length = at + 2 <= bytes.length ? file.getShort(at) & 0xffff : 2;
        int end = at + length;
        if (end > bytes.length) {
          throw truncated();
        }
        if (length < 2) {
          throw new ImageException(
              ImageFault.CORRUPT, "the JPEG has a segment of length %d".formatted(length));
        }
        readSegment(marker, at + 2, length - 2, options);
        if (marker == START_OF_SCAN) {
          scans++;
          int endOfScan = endOfScan(end);
          scanBytes += endOfScan - end;
          end = endOfScan;
        }
        if (!isRemark(marker)) {
          bare.write(0xff);
          bare.write(marker);
          bare.write(bytes, at, end - at);
        }
        at = end;
      }
    }
    requireDecodable();
  }

  private void readSegment(int marker, int at, int length, DecodeOptions options)
      throws ImageException {
    if (isFrame(marker)) {
      readFrame(marker, at, length);
      options.admit(width, height);
    } else if (marker == APP0) {
      jfif |= length >= 14 && starts(at, "JFIF\0");
    } else if (marker == APP1 && length > 6 && starts(at, "Exif\0\0")) {
      orientation = Orientation.ofExif(bytes, at + 6, length - 6);
    } else if (marker == APP14 && length >= 12 && starts(at, "Adobe")) {
      adobeTransform = file.get(at + 11) & 0xff;
    }
  }

  private void readFrame(int marker, int at, int length) throws ImageException {
    if (frame >= 0) {
      throw new ImageException(ImageFault.CORRUPT, "the JPEG has two frame headers");
    }
    if (length < 6 || length < 6 + 3 * (file.get(at + 5) & 0xff)) {
      throw new ImageException(ImageFault.CORRUPT, "the JPEG's frame header is too short");
    }
    frame = marker;
    precision = file.get(at) & 0xff;
    height = file.getShort(at + 1) & 0xffff;
    width = file.getShort(at + 3) & 0xffff;
    components = file.get(at + 5) & 0xff;
    StringBuilder ids = new StringBuilder();
    int across = 1;
    int down = 1;
    for (int c = 0; c < components; c++) {
      ids.append((char) (file.get(at + 6 + 3 * c) & 0xff));
      int sampling = file.get(at + 7 + 3 * c) & 0xff;
      across = Math.max(across, sampling >> 4);
      down = Math.max(down, sampling & 0xf);
    }
    componentIds = ids.toString();
    mcus = blocks(width, across) * blocks(height, down);
  }

  private static int blocks(int extent, int sampling) {
    int block = 8 * sampling;
    return (extent + block - 1) / block;
  }

  private void requireDecodable() throws ImageException {
    if (frame < 0 || scans == 0) {
      throw new ImageException(ImageFault.CORRUPT, "the JPEG has no picture in it");
    }
    if (frame > PROGRESSIVE) {
      throw new ImageException(
          ImageFault.UNSUPPORTED_FORMAT,
          "the JPEG is of coding process %d (lossless, hierarchical or arithmetic); 0 to 2 are read"
              .formatted(frame - BASELINE));
    }
    if (precision != 8 || (components != 1 && components != 3 && components != 4)) {
      throw new ImageException(
          ImageFault.UNSUPPORTED_FORMAT,
          "the JPEG has %d components of %d bits; 1, 3 or 4 components of 8 bits are read"
              .formatted(components, precision));
    }
    if (scans > MOST_SCANS) {
      throw new ImageException(
          ImageFault.CORRUPT,
          "the JPEG has %d scans, at most %d are sensible".formatted(scans, MOST_SCANS));
    }
    // No block takes less than a bit; this keeps tiny files from asking for huge pictures.
    if (8 * scanBytes < mcus) {
      throw new ImageException(
          ImageFault.TRUNCATED,
          "the JPEG announces %d x %d pixels but has only %d bytes for them"
              .formatted(width, height, scanBytes));
    }
  }

  /** Position after the next marker; stray bytes before it are skipped, as libjpeg does. */
  private int afterMarker(int from) throws ImageException {
    int at = from;
    while (at + 1 < bytes.length) {
      if (bytes[at] == (byte) 0xff && bytes[at + 1] != 0 && bytes[at + 1] != (byte) 0xff) {
        return at + 2;
      }
      at++;
    }
    throw truncated();
  }

  /** Position of the marker that ends the entropy-coded data. */
  private int endOfScan(int from) throws ImageException {
    int at = from;
    while (at + 1 < bytes.length) {
      if (bytes[at] == (byte) 0xff) {
        int next = bytes[at + 1] & 0xff;
        if (next != 0 && next != 0xff && !isRestart(next)) {
          return at;
        }
      }
      at++;
    }
    throw truncated();
  }

  private static ImageException truncated() {
    return new ImageException(ImageFault.TRUNCATED, "the file ends before the JPEG's end marker");
  }

  private boolean starts(int at, String magic) {
    return new String(bytes, at, magic.length(), ISO_8859_1).equals(magic);
  }

  private static boolean isFrame(int marker) {
    return marker >= BASELINE
        && marker <= LAST_FRAME
        && marker != DEFINE_HUFFMAN
        && marker != JPEG_EXTENSION
        && marker != DEFINE_ARITHMETIC;
  }

  private static boolean isRemark(int marker) {
    return (marker >= APP0 && marker <= APP15) || marker == COMMENT;
  }

  private static boolean isRestart(int marker) {
    return marker >= 0xd0 && marker <= 0xd7;
  }

  /** Markers without a segment; 1 is the temporary marker of arithmetic coding. */
  private static boolean standsAlone(int marker) {
    return isRestart(marker) || marker == START_OF_IMAGE || marker == 1;
  }
}
