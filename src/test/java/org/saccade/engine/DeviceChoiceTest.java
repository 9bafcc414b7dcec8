package org.saccade.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.saccade.UserException;

class DeviceChoiceTest {
  private static final OptionalInt NONE_ASSIGNED = OptionalInt.empty();

  @ParameterizedTest
  @ValueSource(strings = {"auto", "cpu", "gpu", "gpu:0", "gpu:3"})
  void isSpelledAsItIsRead(String text) {
    assertThat(DeviceChoice.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GPU", "gpu:", "gpu:-1", "gpu:x", "cuda", "cpu:0"})
  void refusesOtherSpellings(String text) {
    assertThatThrownBy(() -> DeviceChoice.parse(text))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "The device '"
                + text
                + "' is unknown; use auto, cpu, gpu or gpu:N with N counted from 0");
  }

  @Test
  void autoSaysWhatItChose() {
    DeviceChoice auto = DeviceChoice.parse("auto");
    assertThat(auto.resolve(NONE_ASSIGNED, 0))
        .isEqualTo(new DeviceChoice.Chosen(Device.cpu(), "cpu (auto: libtorch finds no GPU)"));
    assertThat(auto.resolve(NONE_ASSIGNED, 2))
        .isEqualTo(new DeviceChoice.Chosen(Device.gpu(0), "gpu:0 (auto: the first of 2)"));
    assertThat(auto.resolve(OptionalInt.of(1), 2))
        .isEqualTo(new DeviceChoice.Chosen(Device.gpu(1), "gpu:1 (assigned to this task)"));
  }

  @Test
  void theCpuIsTheCpuWhateverIsThere() {
    assertThat(DeviceChoice.parse("cpu").resolve(OptionalInt.of(1), 2).device())
        .isEqualTo(Device.cpu());
  }

  @Test
  void aGpuNamedByTheUserWinsOverAnAssignedOne() {
    assertThat(DeviceChoice.parse("gpu:1").resolve(OptionalInt.of(0), 2))
        .isEqualTo(new DeviceChoice.Chosen(Device.gpu(1), "gpu:1"));
    assertThat(DeviceChoice.parse("gpu").resolve(OptionalInt.of(1), 2).device())
        .isEqualTo(Device.gpu(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "gpu:0"})
  void aGpuWhereThereIsNoneIsTheUsersFault(String text) {
    assertThatThrownBy(() -> DeviceChoice.parse(text).resolve(NONE_ASSIGNED, 0))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "The device " + text + " was asked for, but libtorch finds no GPU; use --device cpu");
  }

  @Test
  void aGpuThatIsNotThereIsTheUsersFault() {
    assertThatThrownBy(() -> DeviceChoice.parse("gpu:2").resolve(NONE_ASSIGNED, 2))
        .isInstanceOf(UserException.class)
        .hasMessage("The device gpu:2 was asked for, but libtorch finds 2 GPU(s), gpu:0 to gpu:1");
  }

  @Test
  void whatASchedulerAssignedIsNamedWhereItCannotBeHad() {
    assertThat(DeviceChoice.parse("auto").resolve(OptionalInt.of(5), 0).description())
        .isEqualTo("cpu (auto: libtorch finds no GPU) (gpu:5 is assigned to this task)");
    assertThatThrownBy(() -> DeviceChoice.parse("gpu").resolve(OptionalInt.of(5), 0))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "The device gpu was asked for (gpu:5 is assigned to this task), but libtorch finds no");
    assertThatThrownBy(() -> DeviceChoice.parse("auto").resolve(OptionalInt.of(5), 2))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "The device gpu:5 was asked for (gpu:5 is assigned to this task), but libtorch finds");
  }
}
