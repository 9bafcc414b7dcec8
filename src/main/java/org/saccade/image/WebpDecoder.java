package org.saccade.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.ImageReader;

/**
 * WebP by TwelveMonkeys; of an animation the first frame, on a black canvas.
 *
 * <p>The reader is given the picture's own chunk and nothing else, so that neither profiles nor
 * alpha touch the colours. Lossless pictures are exact. The chroma of lossy ones is not
 * interpolated between pixels as libwebp does it, which makes a difference of about two grey
 * levels.
 */
final class WebpDecoder {
  private static final WebPImageReaderSpi READER = new WebPImageReaderSpi();
  private static final int RIFF_HEADER_BYTES = 12;
  private static final int CHUNK_HEADER_BYTES = 8;
  private static final int ANIMATION_FRAME_BYTES = 16;
  private static final int PICTURE_HEADER_BYTES = 10;
  private static final int VP8_START_CODE = 0x2a019d;
  private static final int VP8L_SIGNATURE = 0x2f;
  private static final int BLACK = 0;
  private static final int NONE = -1;

  private final byte[] bytes;
  private final ByteBuffer file;
  private final DecodeOptions options;
  private int picture = NONE;
  private int pictureBytes;
  private int canvasWidth;
  private int canvasHeight;
  private int left;
  private int top;
  private Orientation orientation = Orientation.UPRIGHT;

  private WebpDecoder(byte[] bytes, DecodeOptions options) {
    this.bytes = bytes;
    this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.options = options;
  }

  static PixelImage decode(byte[] bytes, DecodeOptions options) throws ImageException {
    return new WebpDecoder(bytes, options).decode();
  }

  private PixelImage decode() throws ImageException {
    long end = CHUNK_HEADER_BYTES + (file.getInt(4) & 0xffffffffL);
    if (end > bytes.length) {
      throw new ImageException(
          ImageFault.TRUNCATED,
          "the WebP needs %d bytes but the file has %d".formatted(end, bytes.length));
    }
    readChunks(RIFF_HEADER_BYTES, (int) end);
    if (picture == NONE) {
      throw corrupt("has no picture in it");
    }
    PixelImage image = decodePicture();
    return options.applyExifOrientation() ? orientation.upright(image) : image;
  }

  private void readChunks(int from, int end) throws ImageException {
    int at = from;
    while (at + CHUNK_HEADER_BYTES <= end) {
      String type = new String(bytes, at, 4, ISO_8859_1);
      long length = file.getInt(at + 4) & 0xffffffffL;
      int data = at + CHUNK_HEADER_BYTES;
      if (data + length > end) {
        throw new ImageException(
            ImageFault.TRUNCATED, "the file ends within the WebP's chunk " + type);
      }
      readChunk(type, data, (int) length);
      // Chunks are padded to an even length.
      at = (int) Math.min(end, data + length + (length & 1));
    }
  }

  private void readChunk(String type, int data, int length) throws ImageException {
    switch (type) {
      case "VP8X" -> {
        canvasWidth = 1 + unsigned24(data + 4);
        canvasHeight = 1 + unsigned24(data + 7);
        options.admit(canvasWidth, canvasHeight);
      }
      case "ANMF" -> {
        if (picture == NONE && length > ANIMATION_FRAME_BYTES) {
          left = 2 * unsigned24(data);
          top = 2 * unsigned24(data + 3);
          readChunks(data + ANIMATION_FRAME_BYTES, data + length);
        }
      }
      case "VP8 ", "VP8L" -> {
        if (picture == NONE) {
          picture = data;
          pictureBytes = length;
          readPictureSize(type.equals("VP8L"));
        }
      }
      case "EXIF" -> {
        int prefix = length > 6 && bytes[data] == 'E' ? 6 : 0;
        orientation = Orientation.ofExif(bytes, data + prefix, length - prefix);
      }
      default -> {}
    }
  }

  private void readPictureSize(boolean lossless) throws ImageException {
    if (pictureBytes < PICTURE_HEADER_BYTES
        || (lossless
            ? bytes[picture] != VP8L_SIGNATURE
            : unsigned24(picture + 3) != VP8_START_CODE)) {
      throw corrupt("has a picture without a valid header");
    }
    int size = file.getInt(picture + (lossless ? 1 : 6));
    int width = lossless ? 1 + (size & 0x3fff) : size & 0x3fff;
    int height = lossless ? 1 + (size >> 14 & 0x3fff) : size >> 16 & 0x3fff;
    options.admit(width, height);
    if (canvasWidth == 0) {
      canvasWidth = width;
      canvasHeight = height;
    }
    if (left + width > canvasWidth || top + height > canvasHeight) {
      throw corrupt(
          "has a picture of %d x %d pixels that sticks out of its canvas of %d x %d"
              .formatted(width, height, canvasWidth, canvasHeight));
    }
  }

  private PixelImage decodePicture() throws ImageException {
    ImageReader reader = READER.createReaderInstance(null);
    try {
      reader.setInput(new ByteArrayImageInputStream(bareFile()), true, true);
      return PixelImage.of(reader.read(0)).on(canvasWidth, canvasHeight, left, top, BLACK);
    } catch (IOException e) {
      throw new ImageException(
          ImageFault.CORRUPT, "the WebP is corrupt: %s".formatted(e.getMessage()), e);
    } finally {
      reader.dispose();
    }
  }

  /** A file with the picture's chunk alone. */
  private byte[] bareFile() {
    int padded = pictureBytes + (pictureBytes & 1);
    ByteBuffer bare =
        ByteBuffer.allocate(RIFF_HEADER_BYTES + CHUNK_HEADER_BYTES + padded)
            .order(ByteOrder.LITTLE_ENDIAN);
    bare.put("RIFF".getBytes(ISO_8859_1)).putInt(bare.capacity() - CHUNK_HEADER_BYTES);
    bare.put("WEBP".getBytes(ISO_8859_1));
    bare.put(bytes, picture - CHUNK_HEADER_BYTES, CHUNK_HEADER_BYTES + pictureBytes);
    return bare.array();
  }

  private int unsigned24(int at) {
    return (file.getShort(at) & 0xffff) | (bytes[at + 2] & 0xff) << 16;
  }

  private static ImageException corrupt(String what) {
    return new ImageException(ImageFault.CORRUPT, "the WebP " + what);
  }
}
