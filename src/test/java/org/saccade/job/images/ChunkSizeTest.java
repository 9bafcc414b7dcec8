package org.saccade.job.images;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChunkSizeTest {
  private static final long KIB = 1 << 10;

  @Test
  void aFewHundredImagesMakeAFewFiles() {
    assertThat(files(400, 100 * KIB, 8, 2)).isBetween(2L, 8L);
  }

  @Test
  void ofAMillionImagesAFewThousandGoTogether() {
    assertThat(ChunkSize.of(1_300_000, 1_300_000 * 110 * KIB, 8, 16)).isBetween(2000L, 5000L);
    assertThat(ChunkSize.of(1_300_000, 0, 8, 16)).as("sizes unknown").isBetween(2000L, 5000L);
  }

  @Test
  void everySlotHasSomethingToDo() {
    assertThat(files(400, 100 * KIB, 8, 8)).isGreaterThanOrEqualTo(8);
  }

  @Test
  void largeImagesMakeSmallChunks() {
    assertThat(ChunkSize.of(1_000_000, 1_000_000L << 27, 8, 2)).isLessThanOrEqualTo(16);
  }

  @Test
  void batchesAreNeverTorn() {
    for (int batch : new int[] {1, 7, 8, 64, 5000}) {
      for (long images : new long[] {1, 2, 63, 1000, 1_000_000}) {
        long size = ChunkSize.of(images, images * KIB, batch, 3);
        assertThat(size).isPositive();
        assertThat(size % batch).isZero();
      }
    }
  }

  private static long files(long images, long bytesEach, int batch, int slots) {
    long size = ChunkSize.of(images, images * bytesEach, batch, slots);
    return (images + size - 1) / size;
  }
}
