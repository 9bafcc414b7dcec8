package org.saccade.engine;

import ai.djl.Device;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.saccade.UserException;

/**
 * What the user asked the network to run on: {@code auto}, {@code cpu}, {@code gpu} or {@code
 * gpu:N}.
 *
 * @param kind which sort of device
 * @param gpu the GPU's number, when one was named
 */
public record DeviceChoice(Kind kind, OptionalInt gpu) {
  private static final Pattern GPU = Pattern.compile("gpu(?::(\\d{1,4}))?");

  /** Sorts of devices. */
  public enum Kind {
    /** A GPU if there is one, else the CPU. */
    AUTO,
    CPU,
    GPU
  }

  /**
   * A device that exists.
   *
   * @param device the device
   * @param description what it is and why it was chosen, for people
   */
  public record Chosen(Device device, String description) {}

  /**
   * Reads {@code auto|cpu|gpu|gpu:N}.
   *
   * @throws UserException if it is none of these
   */
  public static DeviceChoice parse(String text) {
    Matcher gpu = GPU.matcher(text);
    if (text.equals("auto")) {
      return new DeviceChoice(Kind.AUTO, OptionalInt.empty());
    } else if (text.equals("cpu")) {
      return new DeviceChoice(Kind.CPU, OptionalInt.empty());
    } else if (gpu.matches()) {
      return new DeviceChoice(
          Kind.GPU,
          gpu.group(1) == null
              ? OptionalInt.empty()
              : OptionalInt.of(Integer.parseInt(gpu.group(1))));
    }
    throw new UserException(
        "The device '%s' is unknown; use auto, cpu, gpu or gpu:N with N counted from 0"
            .formatted(text));
  }

  /** Finds the device on this machine where nobody assigned a GPU. */
  public Chosen resolve() {
    return resolve(OptionalInt.empty());
  }

  /**
   * Finds the device on this machine.
   *
   * @param assigned the GPU that a scheduler set aside for the caller; {@code auto} and {@code gpu}
   *     take it, a GPU named by the user wins over it
   * @throws UserException if a GPU was asked for and is not there
   */
  public Chosen resolve(OptionalInt assigned) {
    return resolve(assigned, kind == Kind.CPU ? 0 : Libtorch.gpus());
  }

  Chosen resolve(OptionalInt assigned, int gpus) {
    if (kind == Kind.CPU) {
      return new Chosen(Device.cpu(), "cpu");
    }
    String assignment =
        assigned.isPresent() && gpu.isEmpty()
            ? " (gpu:%d is assigned to this task)".formatted(assigned.getAsInt())
            : "";
    if (gpus == 0) {
      if (kind == Kind.AUTO) {
        return new Chosen(Device.cpu(), "cpu (auto: libtorch finds no GPU)" + assignment);
      }
      throw new UserException(
          "The device %s was asked for%s, but libtorch finds no GPU; use --device cpu or auto, or"
                  .formatted(this, assignment)
              + " install a CUDA build of libtorch and its driver");
    }
    int index = gpu.orElse(assigned.orElse(0));
    if (index >= gpus) {
      throw new UserException(
          "The device gpu:%d was asked for%s, but libtorch finds %d GPU(s), gpu:0 to gpu:%d"
              .formatted(index, assignment, gpus, gpus - 1));
    }
    String reason;
    if (gpu.isPresent()) {
      reason = "";
    } else if (assigned.isPresent()) {
      reason = " (assigned to this task)";
    } else {
      reason = " (%s: the first of %d)".formatted(this, gpus);
    }
    return new Chosen(Device.gpu(index), "gpu:" + index + reason);
  }

  /** The spelling that {@link #parse} reads. */
  @Override
  public String toString() {
    return switch (kind) {
      case AUTO -> "auto";
      case CPU -> "cpu";
      case GPU -> gpu.isPresent() ? "gpu:" + gpu.getAsInt() : "gpu";
    };
  }
}
