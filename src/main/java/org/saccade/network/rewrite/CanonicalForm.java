package org.saccade.network.rewrite;

import java.util.List;
import org.saccade.UserException;
import org.saccade.network.ImportOptions;
import org.saccade.network.Network;

/** The one way of writing a network that the rest of Saccade works on. */
public final class CanonicalForm {
  private CanonicalForm() {}

  /**
   * Rewrites a network as its source model spells it into canonical form. Results stay equal up to
   * rounding.
   *
   * @throws UserException if the network must be a classifier and is none
   */
  public static Network of(Network network, ImportOptions options) {
    Network rewritten = network;
    for (Rewrite rewrite : rewrites(options)) {
      rewritten = Rewriting.exhaust(rewritten, rewrite);
    }
    if (!options.classifier()) {
      return rewritten;
    }
    Network classifier =
        Rewriting.exhaust(ClassifierHead.split(rewritten), new ReshapeSimplification());
    return Rewriting.exhaust(classifier, new ConvolutionalClassifierRecognition());
  }

  private static List<Rewrite> rewrites(ImportOptions options) {
    return List.of(
        new NeutralElements(),
        new ReshapeSimplification(),
        new ActivationRecognition(),
        new NormalizationRecognition(),
        // Only now: means inside normalizations must not be taken for poolings.
        new PoolingRecognition(),
        new AffineMerging(),
        new AffineFolding(options.foldBatchNorm()),
        new NormalizationAffineFolding(),
        new PaddingMerging(),
        new LocalResponseRecognition(),
        new ConcatenationMerging(),
        new BroadcastSimplification(),
        new SingleCellConvolutions(),
        new ReshapeSimplification());
  }
}
