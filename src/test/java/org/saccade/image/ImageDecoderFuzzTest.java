package org.saccade.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Damaged files of every format: each gives a picture or a fault, soon, and without more memory
 * than its pixels may take.
 *
 * <p>{@code ./mvnw test -Dsoak -Dtest=ImageDecoderFuzzTest} runs the long one; {@code -Dfuzz.files}
 * and {@code -Dfuzz.seed} choose how many files and which. A file that fails is kept in {@code
 * target/fuzz}.
 */
class ImageDecoderFuzzTest {
  private static final DecodeOptions OPTIONS = new DecodeOptions(20_000_000, true);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** On the Java heap per admitted pixel: RGB, a raster of up to 8 bytes, and a turned copy. */
  private static final long BYTES_PER_PIXEL = 3 + 8 + 3;

  /** Whatever the picture: tables, buffers, copies of the file. */
  private static final long BYTES_BESIDE_PIXELS = 32 << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What decoding a file came to. */
  private record Answer(Optional<ImageFault> fault, long pixels, long bytesAllocated) {}

  @Test
  void answersToAThousandDamagedFiles() throws Exception {
    decodeDamaged(1_000, 11);
  }

  @Test
  @Tag("soak")
  void answersToHundredsOfThousandsOfDamagedFiles() throws Exception {
    decodeDamaged(Integer.getInteger("fuzz.files", 250_000), Long.getLong("fuzz.seed", 12));
  }

  private static void decodeDamaged(int count, long seed) throws Exception {
    DamagedFiles files = new DamagedFiles(seed);
    Map<ImageFault, Integer> faults = new EnumMap<>(ImageFault.class);
    int whole = 0;
    long slowest = 0;
    long largest = 0;
    ExecutorService decoding = Executors.newSingleThreadExecutor(ImageDecoderFuzzTest::daemon);
    try {
      for (int i = 0; i < count; i++) {
        byte[] bytes = files.next();
        long start = System.nanoTime();
        Answer answer = answer(decoding, bytes, i);
        slowest = Math.max(slowest, System.nanoTime() - start);
        largest = Math.max(largest, answer.bytesAllocated());
        answer.fault().ifPresent(fault -> faults.merge(fault, 1, Integer::sum));
        whole += answer.fault().isEmpty() ? 1 : 0;
      }
    } finally {
      decoding.shutdownNow();
    }
    System.out.printf(
        "%d files, seed %d: %d pictures, %s; slowest %.2f s, largest %.1f MB on the heap%n",
        count, seed, whole, faults, slowest / 1e9, largest / 1e6);
    assertThat(whole).isPositive();
    assertThat(faults)
        .containsKeys(ImageFault.TRUNCATED, ImageFault.CORRUPT, ImageFault.UNSUPPORTED_FORMAT);
  }

  private static Answer answer(ExecutorService decoding, byte[] bytes, int number)
      throws Exception {
    try {
      Answer answer =
          decoding.submit(() -> decoded(bytes)).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(answer.pixels()).isLessThanOrEqualTo(OPTIONS.maxPixels());
      assertThat(answer.bytesAllocated())
          .isLessThan(OPTIONS.maxPixels() * BYTES_PER_PIXEL + BYTES_BESIDE_PIXELS);
      return answer;
    } catch (ExecutionException | TimeoutException | AssertionError e) {
      Path kept = Files.createDirectories(Path.of("target/fuzz")).resolve(number + ".image");
      Files.write(kept, bytes);
      throw new AssertionError(
          "file %d is not answered as it should, see %s".formatted(number, kept), e);
    }
  }

  private static Answer decoded(byte[] bytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      PixelImage image = ImageDecoder.decode(bytes, OPTIONS);
      return new Answer(
          Optional.empty(),
          (long) image.width() * image.height(),
          THREADS.getCurrentThreadAllocatedBytes() - before);
    } catch (ImageException e) {
      assertThat(e).hasMessageMatching("(?s).{10,}");
      return new Answer(
          Optional.of(e.fault()), 0, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "decoding");
    thread.setDaemon(true);
    return thread;
  }
}
