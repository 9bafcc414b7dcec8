package org.saccade.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.saccade.SharedData;

/** Against Pillow, file by file; and against everything that is not a whole picture. */
class ImageDecoderTest {
  private static final DecodeOptions UPRIGHT =
      new DecodeOptions(DecodeOptions.DEFAULT_MAX_PIXELS, true);

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void decodesAsPillow(String file, int width, int height, String sha256) throws Exception {
    PixelImage image = decode(file, DecodeOptions.DEFAULT);

    assertThat(image).hasToString("PixelImage[" + width + " x " + height + "]");
    assertThat(Fixtures.sha256(image.rgb())).isEqualTo(sha256);
  }

  static Stream<Object[]> files() {
    return Fixtures.table("good.tsv").stream().map(columns -> columns);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("filesUpright")
  void turnsPicturesUprightWhenAsked(String file, int width, int height, String sha256)
      throws Exception {
    PixelImage image = decode(file, UPRIGHT);

    assertThat(image).hasToString("PixelImage[" + width + " x " + height + "]");
    assertThat(Fixtures.sha256(image.rgb())).isEqualTo(sha256);
  }

  static Stream<Object[]> filesUpright() {
    return Fixtures.table("upright.tsv").stream().map(columns -> columns);
  }

  @ParameterizedTest(name = "{0} differs by {1} grey levels on average")
  @CsvSource({"webp-lossy-smooth.webp, 2.5", "webp-lossy-grey.webp, 0.5", "png-grey-16-bit.png, 0"})
  void staysNearWherePillowIsNotFollowed(String file, double difference) throws Exception {
    PixelImage image = decode(file, DecodeOptions.DEFAULT);
    PixelImage expected =
        ImageDecoder.decode(Fixtures.bytes("pixels/" + file + ".png"), DecodeOptions.DEFAULT);

    double total = 0;
    for (int i = 0; i < expected.rgb().length; i++) {
      total += Math.abs((image.rgb()[i] & 0xff) - (expected.rgb()[i] & 0xff));
    }
    assertThat(total / expected.rgb().length).isCloseTo(0, within(difference));
  }

  @Test
  void decodesEverySharedImageAsPillow() throws Exception {
    Path folder = SharedData.path("imagenet-val/images");
    for (String[] columns : Fixtures.table("shared.tsv")) {
      PixelImage image =
          ImageDecoder.decode(
              Files.readAllBytes(folder.resolve(columns[0])), DecodeOptions.DEFAULT);
      assertThat(Fixtures.sha256(image.rgb())).as(columns[0]).startsWith(columns[1]);
    }
  }

  @Test
  void namesAnEmptyFile() {
    assertFault(new byte[0], ImageFault.EMPTY_FILE, "empty");
  }

  @ParameterizedTest
  @CsvSource({
    "'hello, this is no picture', text",
    "'<!DOCTYPE html><html>404</html>', web page",
    "'II*\0........', TIFF",
    "'%PDF-1.7', PDF",
    "'....ftypheic....', HEIF",
    "'\1\2\3', of no known kind"
  })
  void namesTheFormatThatIsNotRead(String content, String name) {
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);

    assertFault(bytes, ImageFault.UNSUPPORTED_FORMAT, name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jpeg-420.jpg",
        "jpeg-progressive.jpg",
        "jpeg-grey.jpg",
        "jpeg-cmyk.jpg",
        "jpeg-icc-profile.jpg",
        "png-rgb.png",
        "png-interlaced-rgb.png",
        "png-palette.png",
        "gif-interlaced.gif",
        "bmp-rgb.bmp",
        "bmp-os2.bmp",
        "webp-lossless.webp",
        "webp-lossless-animated.webp",
        "webp-lossy-grey.webp"
      })
  void detectsTruncationAnywhere(String file) {
    byte[] whole = Fixtures.bytes("good/" + file);
    // A GIF is whole when its first frame is: its last bytes end the data, the frame and the file.
    int tail = file.endsWith(".gif") ? 5 : 1;
    for (int length = 16; length <= whole.length - tail; length += 1 + whole.length / 97) {
      assertFault(Arrays.copyOf(whole, length), ImageFault.TRUNCATED, "");
    }
    assertFault(Arrays.copyOf(whole, whole.length - tail), ImageFault.TRUNCATED, "");
  }

  @Test
  void detectsAJpegThatWasCutAndClosedAgain() {
    byte[] whole = Fixtures.bytes("good/jpeg-444.jpg");
    byte[] closed = Arrays.copyOf(whole, whole.length * 2 / 3);
    closed[closed.length - 2] = (byte) 0xff;
    closed[closed.length - 1] = (byte) 0xd9;

    assertFault(closed, ImageFault.TRUNCATED, "data end before");
  }

  @Test
  void detectsAGifThatWasCutAndClosedAgain() {
    byte[] whole = Fixtures.bytes("good/gif.gif");
    int data = indexOf(whole, new byte[] {0x2c, 0, 0, 0, 0}) + 11;
    byte[] closed = Arrays.copyOf(whole, data + 1 + (whole[data] & 0xff) + 2);
    closed[closed.length - 1] = 0x3b;
    closed[closed.length - 2] = 0;

    assertFault(closed, ImageFault.TRUNCATED, "data end before");
  }

  @Test
  void detectsAPngThatWasCutAndClosedAgain() {
    byte[] whole = Fixtures.bytes("good/png-rgb.png");
    int data = indexOf(whole, "IDAT".getBytes(StandardCharsets.US_ASCII)) + 4;
    int length = ByteBuffer.wrap(whole).getInt(data - 8) / 2;
    CRC32 crc = new CRC32();
    crc.update(whole, data - 4, 4 + length);
    ByteBuffer closed = ByteBuffer.allocate(data + length + 16).put(whole, 0, data + length);
    closed.putInt((int) crc.getValue()).put(whole, whole.length - 12, 12).putInt(data - 8, length);

    assertFault(closed.array(), ImageFault.TRUNCATED, "data end before");
  }

  @ParameterizedTest
  @CsvSource({
    "bmp-palette.bmp, 52",
    "bmp-palette.bmp, 64",
    "bmp-rgb.bmp, 108",
    "bmp-palette.bmp, 124"
  })
  void readsABmpWithALongHeaderAsWithAShortOne(String file, int headerBytes) throws Exception {
    byte[] bytes = Fixtures.bytes("good/" + file);
    int more = headerBytes - 40;
    ByteBuffer extended =
        ByteBuffer.allocate(bytes.length + more).order(ByteOrder.LITTLE_ENDIAN).put(bytes, 0, 54);
    // A profile is announced where there is room for it, and does not exist.
    extended.put("MBED".repeat(more / 4).getBytes(StandardCharsets.US_ASCII));
    extended.put(bytes, 54, bytes.length - 54);
    extended.putInt(14, headerBytes).putInt(10, extended.getInt(10) + more);

    assertThat(ImageDecoder.decode(extended.array(), DecodeOptions.DEFAULT).rgb())
        .isEqualTo(decode(file, DecodeOptions.DEFAULT).rgb());
  }

  @Test
  void refusesAHugePngByItsHeader() {
    byte[] header = pngHeader(30_000, 30_000);

    assertFault(header, ImageFault.TOO_LARGE, "30000 x 30000");
  }

  @Test
  void refusesAHugeJpegByItsHeader() {
    byte[] bytes = Fixtures.bytes("good/jpeg-444.jpg");
    int frame = indexOf(bytes, new byte[] {(byte) 0xff, (byte) 0xc0});
    ByteBuffer.wrap(bytes).putShort(frame + 5, (short) 65500).putShort(frame + 7, (short) 65500);

    assertFault(bytes, ImageFault.TOO_LARGE, "65500 x 65500");
  }

  @ParameterizedTest
  @CsvSource({"gif.gif, 6", "bmp-rgb.bmp, 18", "webp-lossless.webp, 21"})
  void refusesHugePicturesOfOtherFormats(String file, int sizeAt) {
    byte[] bytes = Fixtures.bytes("good/" + file);
    Arrays.fill(bytes, sizeAt, sizeAt + 3, (byte) 0x7f);
    DecodeOptions strict = new DecodeOptions(10_000, false);

    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> ImageDecoder.decode(bytes, strict))
        .satisfies(e -> assertThat(e.fault()).isEqualTo(ImageFault.TOO_LARGE));
  }

  @Test
  void admitsAsManyPixelsAsTheBound() throws Exception {
    byte[] bytes = Fixtures.bytes("good/png-rgb.png");

    ImageDecoder.decode(bytes, new DecodeOptions(61 * 43, false));
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> ImageDecoder.decode(bytes, new DecodeOptions(61 * 43 - 1, false)))
        .withMessageContaining("61 x 43");
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 20, 24, 25, 30, 36, 60, 500})
  void detectsAnyFlippedBitOfAPng(int at) {
    byte[] bytes = Fixtures.bytes("good/png-rgb.png");
    bytes[at] ^= 0x10;

    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> ImageDecoder.decode(bytes, DecodeOptions.DEFAULT));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 9})
  void detectsFlippedBitsInTheFrameHeaderOfAJpeg(int offset) {
    byte[] bytes = Fixtures.bytes("good/jpeg-444.jpg");
    bytes[indexOf(bytes, new byte[] {(byte) 0xff, (byte) 0xc0}) + offset] ^= 0x10;

    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> ImageDecoder.decode(bytes, DecodeOptions.DEFAULT));
  }

  @Test
  void namesJpegProcessesThatAreNotRead() {
    byte[] bytes = Fixtures.bytes("good/jpeg-444.jpg");
    bytes[indexOf(bytes, new byte[] {(byte) 0xff, (byte) 0xc0}) + 1] = (byte) 0xc9;

    assertFault(bytes, ImageFault.UNSUPPORTED_FORMAT, "process 9");
  }

  @Test
  void ignoresCompressedProfiles() throws ImageException {
    byte[] png = Fixtures.bytes("good/png-icc-profile.png");

    assertThat(indexOf(png, "iCCP".getBytes(StandardCharsets.US_ASCII))).isPositive();
    assertThat(ImageDecoder.decode(png, DecodeOptions.DEFAULT).width()).isEqualTo(61);
  }

  private static PixelImage decode(String file, DecodeOptions options) throws ImageException {
    return ImageDecoder.decode(Fixtures.bytes("good/" + file), options);
  }

  private static void assertFault(byte[] bytes, ImageFault fault, String message) {
    assertThatExceptionOfType(ImageException.class)
        .as("%d bytes", bytes.length)
        .isThrownBy(() -> ImageDecoder.decode(bytes, DecodeOptions.DEFAULT))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.fault()).as(e.getMessage()).isEqualTo(fault));
  }

  private static byte[] pngHeader(int width, int height) {
    ByteBuffer png = ByteBuffer.allocate(33);
    png.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    png.putInt(13).put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(width).putInt(height);
    png.put(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(png.array(), 12, 17);
    return png.putInt((int) crc.getValue()).array();
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int at = 0; at + part.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
    return -1;
  }
}
