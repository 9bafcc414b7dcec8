package org.saccade.audit;

import java.util.Locale;

/** What sort of suspicion a candidate is. */
public enum Kind {
  /** One corner of what the network sees. */
  CORNER,
  /** A band along all four sides. */
  BORDER,
  /** All that is not the object; only with boxes. */
  BACKGROUND,
  /** The place that a cluster of explanations has in common. */
  CLUSTER,
  /** Patches of one appearance, wherever they lie. */
  PATCH;

  /** Name in tables and in ids. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
