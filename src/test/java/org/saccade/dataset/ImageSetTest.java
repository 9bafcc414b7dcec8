package org.saccade.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ImageSetTest {

  @Test
  void aSampleIsAboutTheShareAndNestedInLargerOnes() {
    ImageSet set = numbered(10_000);

    // 4 standard deviations of a binomial of 10 000 draws at 0.2 are 160.
    assertThat(set.sample(0.2).images().size()).isBetween(1840, 2160);
    assertThat(set.sample(0.3).images()).containsAll(set.sample(0.2).images());
    assertThat(set.sample(1.0).images()).isEqualTo(set.images());
    assertThat(set.sample(0.0).images()).isEmpty();
  }

  @Test
  void aSampleDoesNotDependOnWhatElseTheSetHolds() {
    List<ImageReference> few = numbered(100).sample(0.5).images();

    assertThat(
            numbered(1000).sample(0.5).images().stream().filter(numbered(100).images()::contains))
        .containsExactlyElementsOf(few);
  }

  @Test
  void aLimitKeepsTheFirst() {
    assertThat(numbered(10).limit(3).images()).isEqualTo(numbered(3).images());
    assertThat(numbered(2).limit(3)).isEqualTo(numbered(2));
    assertThat(numbered(10).limit(5).bytes()).isEqualTo(50);
  }

  @Test
  void foldersNameClassesInAlphabeticalOrder() {
    ImageSet set = of("dog/a.jpg", "cat/deep/b.jpg", "c.jpg").labelledByFolder(List.of());

    assertThat(set.images().stream().map(ImageReference::label))
        .containsExactly(OptionalInt.of(1), OptionalInt.of(0), OptionalInt.empty());
  }

  @Test
  void foldersNamedLikeTheNetworksClassesTakeTheirIndexes() {
    ImageSet set =
        of("dog/a.jpg", "cat/b.jpg").labelledByFolder(List.of("bird", "dog", "cat", "fish"));

    assertThat(set.images().stream().map(ImageReference::classIndex)).containsExactly(1, 2);
  }

  @Test
  void theDigestTellsSetsApartButNotOrders() {
    assertThat(of("a", "b").digest()).isEqualTo(of("b", "a").digest());
    assertThat(of("a", "b").digest()).isNotEqualTo(of("ab").digest());
    assertThat(of("a", "b").digest()).isNotEqualTo(of("a", "b", "c").digest());
  }

  private static ImageSet numbered(int count) {
    return of(IntStream.range(0, count).mapToObj("image-%05d.jpg"::formatted));
  }

  private static ImageSet of(String... ids) {
    return of(Stream.of(ids));
  }

  private static ImageSet of(Stream<String> ids) {
    List<ImageReference> images =
        ids.map(id -> ImageReference.ofFile(id, "file:/set/" + id)).toList();
    return new ImageSet("file:/set", images, 10L * images.size(), 0);
  }
}
