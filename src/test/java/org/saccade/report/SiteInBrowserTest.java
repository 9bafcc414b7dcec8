package org.saccade.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages as a person meets them: from disk, in a real browser, by mouse and by keyboard. */
class SiteInBrowserTest {
  @TempDir static Path folder;
  private static Browser browser;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    assumeTrue(
        Browser.program().isPresent(),
        "no Chromium on the PATH or in CHROMIUM: the pages are not opened");
    Sites.write(folder.resolve("site"));
    browser = Browser.start(Browser.program().orElseThrow(), folder.resolve("profile"));
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void desktop() {
    browser.size(1280, 900);
  }

  private static void open(String page) {
    browser.open(folder.resolve("site").resolve(page));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "index.html",
        "gallery.html",
        "classes.html",
        "walks.html",
        "walks/0001.html",
        "walks/0002.html",
        "audit.html",
        "audit/0001.html",
        "failures.html",
        "run.html"
      })
  void everyPageOpensFromDiskAndTakesNamesForText(String page) {
    for (int width : new int[] {1280, 360}) {
      browser.size(width, 900);
      open(page);
      browser.await("![...document.images].some(i => i.loading !== 'lazy' && !i.complete)");

      assertThat(browser.complaints()).as("console of %s", page).isEmpty();
      assertThat(browser.requests()).as("requests of %s", page).isNotEmpty();
      assertThat(browser.requests()).allMatch(request -> request.startsWith("file:"));
      assertThat(browser.evaluate("typeof window.hacked").asText()).isEqualTo("undefined");
      assertThat(browser.count("main script, main iframe, main [onerror], main [onload]")).isZero();
      assertThat(browser.evaluate("document.body.innerHTML").asText()).doesNotContain("geheim");
      assertThat(browser.evaluate("document.documentElement.scrollWidth - innerWidth").asInt())
          .as("%s at %d pixels scrolls sideways", page, width)
          .isNotPositive();
      assertThat(
              browser
                  .evaluate(
                      "[...document.querySelectorAll('img')].filter(i => !i.hasAttribute('alt')).length")
                  .asInt())
          .isZero();
      assertThat(browser.count("main")).isOne();
      assertThat(browser.count("h1")).isOne();
    }
  }

  @Test
  void failuresStandThereWithTheirCodesAndReasons() {
    open("failures.html");

    assertThat(browser.text("main")).contains("CORRUPT<b>", "10", "]]>--></bdi></td><svg");
  }

  @Test
  void aFindingSaysWhatOtherGroupsLookAtInItsPlaceWhereItHasOne() {
    open("audit/0001.html");
    assertThat(browser.text(".headlines")).contains("31 %", "against 8 % there in other groups");

    open("audit/0002.html");
    assertThat(browser.text(".headlines")).contains("31 %").doesNotContain("other groups");
  }

  @Test
  void theGalleryFiltersOrdersAndPages() {
    open("gallery.html");
    browser.await("document.querySelectorAll('.card').length === 24");
    assertThat(browser.text("#found")).isEqualTo("60 pictures, showing 1 to 24");
    assertThat(browser.text("#cards")).contains("<script>window.hacked=1</script>.png");

    browser.click("#pager [aria-label='Next page']");
    browser.await("document.querySelector('#found').innerText.endsWith('25 to 48')");
    browser.click("#pager [aria-label='Page 3 of 3']");
    browser.await("document.querySelectorAll('.card').length === 12");

    browser.type("[name=status]", "error");
    browser.await("document.querySelector('#found').innerText.startsWith('10 ')");
    browser.click("#filters button[type=reset]");
    browser.await("document.querySelector('#found').innerText.startsWith('60 ')");

    browser.type("[name=outcome]", "wrong");
    browser.await("document.querySelector('#found').innerText.startsWith('20 ')");
    assertThat(browser.count(".card .mark.wrong")).isEqualTo(20);
    browser.click("#filters button[type=reset]");

    browser.type("[name=from]", "0.9");
    browser.type("[name=order]", "-iou");
    browser.await("document.querySelector('#found').innerText.startsWith('5 ')");
    assertThat(browser.text(".card")).contains("IoU 0.97");
    browser.click("#filters button[type=reset]");

    browser.type("[name=class]", Sites.className(1) + " (1)");
    browser.await("document.querySelector('#found').innerText.startsWith('15 ')");
    browser.type("[name=name]", "image-2");
    browser.await("document.querySelector('#found').innerText.startsWith('3 ')");
    browser.type("[name=name]", "no such image");
    browser.await("document.querySelector('#found').innerText.startsWith('No picture')");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aLinkToAClassOpensTheGalleryFiltered() {
    browser.open(folder.resolve("site/gallery.html").toUri() + "#class=2");

    browser.await("document.querySelector('#found').innerText.startsWith('15 ')");
  }

  @Test
  void theLayersOverThePicturesAreSwitchedOnAndOff() {
    open("gallery.html");
    browser.await("document.querySelectorAll('.card canvas').length > 0");
    String paint = "document.querySelector('.card canvas').toDataURL()";
    browser.await(paint + ".length > 1000");

    for (String layer : new String[] {"fixations", "map", "box", "truth"}) {
      String before = browser.evaluate(paint).asText();
      browser.click("[name=" + layer + "]");
      assertThat(browser.evaluate(paint).asText()).as(layer).isNotEqualTo(before);
    }
    String viridis = browser.evaluate(paint).asText();
    browser.type("[name=colours]", "cividis");
    assertThat(browser.evaluate(paint).asText()).isNotEqualTo(viridis);
  }

  @Test
  void aPictureOpensByKeyboardAndTheNextOneFollows() {
    open("gallery.html");
    browser.await("document.querySelectorAll('.card').length === 24");
    browser.focus(".card button");
    browser.press("Enter");
    browser.await("document.querySelector('#viewer').open");
    String first = browser.text("#viewer-name");
    assertThat(browser.text("#viewer")).contains("True class", "Walk back through the layers");

    browser.press("ArrowRight");
    browser.await("document.querySelector('#viewer-name').innerText !== " + Browser.quoted(first));
    browser.press("Escape");
    browser.await("!document.querySelector('#viewer').open");
    assertThat(browser.evaluate("document.activeElement.closest('.card') !== null").asBoolean())
        .as("the focus is back in the gallery")
        .isTrue();
  }

  @Test
  void theTableOfClassesSortsAndFilters() {
    open("classes.html");
    browser.await("document.querySelectorAll('#classes tbody tr').length === 4");

    browser.click("#classes th:nth-child(2) button");
    assertThat(
            browser
                .evaluate("document.querySelector('#classes th:nth-child(2)').ariaSort")
                .asText())
        .isEqualTo("descending");
    browser.press("Enter");
    assertThat(
            browser
                .evaluate("document.querySelector('#classes th:nth-child(2)').ariaSort")
                .asText())
        .as("the keyboard turns the order round")
        .isEqualTo("ascending");
    browser.type("[name=text]", "onerror");
    browser.await("document.querySelectorAll('#classes tbody tr').length === 1");
    assertThat(browser.text("#found")).isEqualTo("1 of 4 classes");
    assertThat(
            browser.evaluate("document.querySelector('#classes a').getAttribute('href')").asText())
        .isEqualTo("gallery.html#class=1");
  }

  @Test
  void theWalkIsFollowedByKeyboardMouseAndByItself() {
    open("walks/0001.html");
    browser.await("document.querySelector('#slider').max === '4'");
    assertThat(browser.text("#step")).as("it opens at the pixels").contains("pixels");
    assertThat(browser.count("#film li")).isEqualTo(3);

    browser.focus("#slider");
    browser.press("ArrowLeft");
    assertThat(browser.text("#step")).contains("relu1", "2 points at 2 places");
    assertThat(browser.evaluate("document.querySelector('#slider').ariaValueText").asText())
        .isEqualTo("4 of 5: relu1");
    browser.click("#back");
    assertThat(browser.text("#step")).contains("branch", "60 % of the evidence");
    browser.click("#depths button[data-step='0']");
    assertThat(browser.text("#step")).contains("logits<b>", "The walk starts here");

    String paint = "document.querySelector('#stage canvas').toDataURL()";
    browser.click("#on");
    String cells = browser.evaluate(paint).asText();
    browser.click("[name=cells]");
    assertThat(browser.evaluate(paint).asText()).isNotEqualTo(cells);
    browser.click("[name=all]");
    assertThat(browser.evaluate("document.querySelector('#slider').max").asText()).isEqualTo("5");

    browser.click("#play");
    assertThat(browser.text("#play")).isEqualTo("Pause");
    browser.await("document.querySelector('#slider').value === '5'");
    browser.await("document.querySelector('#play').innerText === 'Play'");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void theThemeIsSwitchedAndRemembered() {
    open("index.html");
    String ground = "getComputedStyle(document.body).backgroundColor";
    String before = browser.evaluate(ground).asText();
    browser.click("#theme");
    String after = browser.evaluate(ground).asText();

    assertThat(after).isNotEqualTo(before);
    open("classes.html");
    assertThat(browser.evaluate(ground).asText()).isEqualTo(after);
    browser.click("#theme");
  }

  @Test
  void theFirstTabSkipsToTheContent() {
    open("index.html");
    browser.press("Tab");

    assertThat(browser.evaluate("document.activeElement.innerText").asText())
        .isEqualTo("Skip to the content");
    browser.press("Enter");
    browser.await("location.hash === '#main'");
  }

  @Test
  void everyDistributionIsDrawnAndSaidInWords() {
    open("index.html");
    browser.await("document.querySelectorAll('.chart canvas').length === 6");

    assertThat(
            browser
                .evaluate(
                    "[...document.querySelectorAll('.chart')].every(c => c.getAttribute('aria-label').includes('Half of the'))")
                .asBoolean())
        .isTrue();
  }
}
