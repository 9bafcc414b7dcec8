package org.saccade.audit;

import java.util.List;
import java.util.function.Consumer;
import org.saccade.image.PixelImage;

/**
 * Questions to a network, answered in batches: a picture is turned into the network's input when it
 * is asked about, and its answer comes at the latest when {@link #finish} returns.
 */
public interface NetworkQueries {

  /** Asks for the probability of every class. */
  void classify(PixelImage picture, Consumer<double[]> answer);

  /**
   * Asks what the network makes of some patches of a picture: its activations at a middle depth,
   * averaged over the patch and brought to length 1.
   */
  void describe(PixelImage picture, List<Frame> patches, Consumer<List<double[]>> answer);

  /** Answers everything asked so far. */
  void finish();
}
