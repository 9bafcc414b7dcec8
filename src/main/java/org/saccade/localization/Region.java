package org.saccade.localization;

/** Which cells of a level set a box goes around. */
public enum Region {
  /** The 8-connected region with the most cells; the first in reading order among equals. */
  LARGEST,
  /** All cells. */
  ALL
}
