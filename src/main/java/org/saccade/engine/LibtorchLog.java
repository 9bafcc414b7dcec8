package org.saccade.engine;

import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.nio.file.Path;

/** What libtorch prints by itself, past Java. */
final class LibtorchLog {
  private static final String LEVEL = "TORCH_CPP_LOG_LEVEL";

  /** A variable and a function of c10, libtorch's core, for severities as in {@code glog}. */
  private static final String LEAST_SEVERITY = "FLAGS_caffe2_log_level";

  private static final String READ_LEVEL = "_ZN3c1011initLoggingEv";
  private static final int ERROR = 2;

  private LibtorchLog() {}

  /**
   * Leaves out what is no error, unless the environment says how much is wanted: libtorch says in
   * every pass that NNPACK does not know a processor. Only its Python library reads {@code
   * TORCH_CPP_LOG_LEVEL} by itself.
   */
  static void leaveOutWarnings() {
    Path file = Path.of(LibUtils.getLibtorchPath()).resolve(System.mapLibraryName("c10"));
    try {
      NativeLibrary c10 = NativeLibrary.getInstance(file.toString());
      if (System.getenv(LEVEL) == null) {
        c10.getGlobalVariableAddress(LEAST_SEVERITY).setInt(0, ERROR);
      } else {
        Function readLevel = c10.getFunction(READ_LEVEL);
        readLevel.invokeVoid(new Object[0]);
      }
    } catch (LinkageError e) {
      // Another build of libtorch has other names; all that is lost is silence.
    }
  }
}
