package org.saccade.localization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against OpenCV's own answers; {@code src/test/oracle/wsol_boxes.py} made them. */
class ContoursTest {

  @Test
  void largestContourIsOpenCvs() throws IOException {
    int contours = 0;
    for (JsonNode picture : oracle().get("pictures")) {
      for (int i = 0; i < picture.get("levels").size(); i++) {
        Contours found = contours(picture, i);
        JsonNode expected = picture.get("largest").get(i);
        assertThat(found.isEmpty()).isEqualTo(expected.isNull());
        if (!found.isEmpty()) {
          assertThat(found.largest()).containsExactly(box(expected));
          contours++;
        }
      }
    }
    assertThat(contours).isGreaterThan(1000);
  }

  @Test
  void boxesOfRegionsAndHolesAreOpenCvs() throws IOException {
    for (JsonNode picture : oracle().get("pictures")) {
      for (int i = 0; i < picture.get("levels").size(); i++) {
        List<int[]> expected = new ArrayList<>();
        picture.get("all").get(i).forEach(box -> expected.add(box(box)));
        assertThat(contours(picture, i).all())
            .usingRecursiveFieldByFieldElementComparator()
            .containsExactlyInAnyOrderElementsOf(expected);
      }
    }
  }

  @Test
  void enlargementIsOpenCvsBicubicOne() throws IOException {
    for (JsonNode enlarged : oracle().get("enlarged")) {
      float[] values = new float[enlarged.get("values").size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) enlarged.get("values").get(i).asDouble();
      }
      ScoreMap map =
          ScoreMap.of(
              HeatMap.of(enlarged.get("rows").asInt(), enlarged.get("cols").asInt(), values));
      for (int i = 0; i < enlarged.get("at").size(); i++) {
        JsonNode at = enlarged.get("at").get(i);
        assertThat((double) map.value(at.get(0).asInt(), at.get(1).asInt()))
            .isCloseTo(enlarged.get("expected").get(i).asDouble(), within(2e-6));
      }
    }
  }

  private static Contours contours(JsonNode picture, int level) {
    byte[] grey = new byte[picture.get("grey").size()];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = (byte) picture.get("grey").get(i).asInt();
    }
    return Contours.above(
        grey,
        picture.get("rows").asInt(),
        picture.get("cols").asInt(),
        picture.get("levels").get(level).asInt());
  }

  private static int[] box(JsonNode node) {
    int[] box = new int[4];
    for (int i = 0; i < 4; i++) {
      box[i] = node.get(i).asInt();
    }
    return box;
  }

  private static JsonNode oracle() throws IOException {
    try (InputStream in = ContoursTest.class.getResourceAsStream("wsol_boxes.json")) {
      return new ObjectMapper().readTree(in);
    }
  }
}
