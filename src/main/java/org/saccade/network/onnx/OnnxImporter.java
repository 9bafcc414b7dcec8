package org.saccade.network.onnx;

import java.nio.file.Path;
import java.util.List;
import org.saccade.UserException;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelImporter;
import org.saccade.network.ModelSurvey;
import org.saccade.network.Network;
import org.saccade.network.UnsupportedNetworkException;

/**
 * Imports ONNX models: operator sets 6 to 21, IR version 3 and later, weights in the file or beside
 * it.
 *
 * <p>Specification: <a href="https://onnx.ai/onnx/operators/">ONNX operators</a>.
 */
public final class OnnxImporter implements ModelImporter {
  /** How an ONNX file starts: field 1 of the model, its IR version, as a small varint. */
  private static final byte IR_VERSION_TAG = 0x08;

  @Override
  public String format() {
    return "ONNX (.onnx)";
  }

  @Override
  public boolean recognizes(Path file, byte[] head) {
    boolean startsLikeOne = head.length > 1 && head[0] == IR_VERSION_TAG && head[1] > 0;
    return startsLikeOne || file.toString().endsWith(".onnx");
  }

  @Override
  public List<Path> companions(Path file) {
    return OnnxModel.externalFiles(file);
  }

  /**
   * {@inheritDoc}
   *
   * @throws UnsupportedNetworkException with every operator that is not supported
   * @throws UserException if the file is damaged, its input or output is ambiguous, or it is no
   *     classifier
   */
  @Override
  public Network read(Path file, ImportOptions options) {
    return new OnnxTranslation(OnnxModel.read(file), options).network();
  }

  @Override
  public ModelSurvey survey(Path file, ImportOptions options) {
    return new OnnxTranslation(OnnxModel.read(file), options).survey(format());
  }
}
