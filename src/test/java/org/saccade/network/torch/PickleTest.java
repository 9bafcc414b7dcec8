package org.saccade.network.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.saccade.network.Shape;

/** The pickles here are written opcode by opcode, as {@code pickletools.dis} lists them. */
class PickleTest {
  private static final String TENSOR =
      "ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\n"
          + "X\u0001\0\0\0"
          + "0X\u0003\0\0\0cpuK\u0006tQK\0K\u0002K\u0003\u0086K\u0001K\u0002\u0086\u0089}tR";

  @Test
  void plainValuesAreRead() {
    Value value = read("(K\u0007\u0088NX\u0002\0\0\0hit");

    assertThat(value)
        .isEqualTo(
            new Value.Sequence(
                List.of(
                    new Value.Int(7),
                    new Value.Bool(true),
                    new Value.None(),
                    new Value.Text("hi"))));
  }

  @Test
  void aTensorIsAStridedViewOfItsStorage() {
    Value value = read(TENSOR);

    assertThat(value).isInstanceOf(Value.Stored.class);
    StoredTensor tensor = ((Value.Stored) value).tensor();
    assertThat(tensor.sizes()).isEqualTo(Shape.of(2, 3));
    // Strides 1 and 2: the storage holds the columns.
    assertThat(((Value.Constant) tensor.toValue()).tensor().values())
        .containsExactly(0, 2, 4, 1, 3, 5);
  }

  @Test
  void aTensorThatReachesBeyondItsStorageIsRefusedWhenItIsUsed() {
    StoredTensor tensor =
        ((Value.Stored) read(TENSOR.replace("K\u0003\u0086", "K\u0004\u0086"))).tensor();

    assertThatThrownBy(tensor::toValue)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("outside its storage of 6");
  }

  @Test
  void modulesAreRecordsOfTheirAttributes() {
    Value value = read("c__torch__.net\nNet\n)\u0081}(X\u0001\0\0\0aK\u0005ub");

    assertThat(value).isInstanceOf(Value.Module.class);
    assertThat(((Value.Module) value).type()).isEqualTo("__torch__.net.Net");
    assertThat(((Value.Module) value).attributes().get("a")).isEqualTo(new Value.Int(5));
  }

  @ParameterizedTest
  @CsvSource({"os,system", "builtins,eval", "torch.serialization,load", "__builtin__,exec"})
  void noCallableIsCalled(String module, String function) {
    assertThatThrownBy(() -> read("c" + module + "\n" + function + "\n(X\u0002\0\0\0lstR"))
        .isInstanceOf(Pickle.PickleException.class)
        .hasMessageContaining(module + "." + function)
        .hasMessageContaining("not admitted");
  }

  @Test
  void noObjectOfAForeignClassIsMade() {
    assertThatThrownBy(() -> read("csubprocess\nPopen\n)\u0081"))
        .hasMessageContaining("subprocess.Popen");
  }

  @ParameterizedTest
  @CsvSource({"i, INST", "o, OBJ", "P, PERSID"})
  void opcodesThatPyTorchDoesNotWriteAreNamed(String opcode) {
    assertThatThrownBy(() -> read(opcode))
        .hasMessageContaining("0x%02x".formatted((int) opcode.charAt(0)));
  }

  @Test
  void aListThatContainsItselfIsRefused() {
    assertThatThrownBy(() -> read("]q\0h\0a")).hasMessageContaining("contains itself");
  }

  @Test
  void listsInListsAreBoundedInDepth() {
    assertThatThrownBy(() -> read("]".repeat(300) + "a".repeat(299)))
        .hasMessageContaining("too deeply");
  }

  @Test
  void listsThatShareTheirPartsStaySmall() {
    StringBuilder doubling = new StringBuilder("]q\0K\u0001a");
    for (int i = 1; i < 100; i++) {
      char before = (char) (i - 1);
      doubling.append("]q").append((char) i).append("(h").append(before).append('h').append(before);
      doubling.append("e");
    }

    assertThat(read(doubling.toString())).isInstanceOf(Value.Sequence.class);
  }

  @ParameterizedTest
  @CsvSource({"K", "X", "(", "t", "R", "b", "h"})
  void aPickleThatEndsEarlyIsRefused(String pickle) {
    assertThatThrownBy(() -> read(pickle)).isInstanceOf(Pickle.PickleException.class);
  }

  /** Reads a pickle whose single storage holds 0 to 5. */
  private static Value read(String body) {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(new byte[] {(byte) 0x80, 2});
    pickle.writeBytes(body.getBytes(StandardCharsets.ISO_8859_1));
    pickle.write('.');
    ByteBuffer storage = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 6; i++) {
      storage.putFloat(4 * i, i);
    }
    return Pickle.read(ByteBuffer.wrap(pickle.toByteArray()), key -> storage);
  }
}
