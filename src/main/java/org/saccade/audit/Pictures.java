package org.saccade.audit;

import java.util.Optional;
import org.saccade.dataset.ImageReference;
import org.saccade.image.PixelImage;

/** Where the pictures of explanations are had again. */
@FunctionalInterface
public interface Pictures {
  /** The picture; empty when it is gone or has changed its size. */
  Optional<PixelImage> load(ImageReference image);
}
