package org.saccade.audit;

import java.util.Optional;
import org.saccade.image.PixelImage;

/** Where the pictures of explanations are had again. */
@FunctionalInterface
public interface Pictures {
  /** The picture of an explanation; empty when it is gone or has another size by now. */
  Optional<PixelImage> load(Member member);
}
