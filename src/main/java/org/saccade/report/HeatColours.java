package org.saccade.report;

/**
 * A colour scale from dark to light that people with any colour vision read in order: lightness
 * rises evenly. Its stops are those of the {@code magma} map (Smith and van der Walt, CC0).
 */
final class HeatColours {
  private static final int[] STOPS = {
    0x000004, 0x180F3D, 0x440F76, 0x721F81, 0x9E2F7F, 0xCD4071, 0xF1605D, 0xFD9668, 0xFEC98D,
    0xFCFDBF
  };

  private HeatColours() {}

  /** Colour {@code 0xRRGGBB} of a value in [0, 1]. */
  static int rgb(double value) {
    double at = Math.max(0, Math.min(1, value)) * (STOPS.length - 1);
    int stop = Math.min(STOPS.length - 2, (int) at);
    double share = at - stop;
    int mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = STOPS[stop] >> shift & 0xFF;
      int to = STOPS[stop + 1] >> shift & 0xFF;
      mixed |= (int) Math.round(from + share * (to - from)) << shift;
    }
    return mixed;
  }
}
