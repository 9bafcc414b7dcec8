package org.saccade.network.torch;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.saccade.network.Shape;
import org.saccade.network.torch.StoredTensor.ElementType;

/**
 * Reads the pickles that PyTorch writes, and nothing else: numbers, strings, lists, tuples,
 * dictionaries, tensors whose elements lie beside the pickle, and records of classes that the
 * archive itself defines. Whatever else a pickle names is refused by that name. Nothing is imported
 * and nothing is called: the few constructors that PyTorch's pickles mention are recognized and
 * done here.
 *
 * <p>Source: the opcodes of protocol 2 as in Python's {@code pickletools}; PyTorch's {@code
 * torch/csrc/jit/serialization/pickler.cpp} and {@code torch/_utils.py} for the constructors.
 */
final class Pickle {
  private static final int MAX_DEPTH = 200;
  private static final int MAX_TEXT = 1 << 20;

  private static final Map<String, ElementType> STORAGES =
      Map.of(
          "ByteStorage", ElementType.UINT8,
          "CharStorage", ElementType.INT8,
          "ShortStorage", ElementType.INT16,
          "IntStorage", ElementType.INT32,
          "LongStorage", ElementType.INT64,
          "HalfStorage", ElementType.FLOAT16,
          "FloatStorage", ElementType.FLOAT32,
          "DoubleStorage", ElementType.FLOAT64,
          "BoolStorage", ElementType.BOOL,
          "BFloat16Storage", ElementType.BFLOAT16);

  /** Where the elements of tensors lie. */
  interface Storages {
    /**
     * The bytes of a storage.
     *
     * @param key the name the pickle knows it by
     */
    ByteBuffer storage(String key);
  }

  /** A pickle that is damaged or holds something that is not admitted. */
  static final class PickleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PickleException(String message) {
      super(message);
    }
  }

  private record Global(String module, String name) {
    String qualified() {
      return module + "." + name;
    }
  }

  private record Storage(ElementType type, ByteBuffer bytes) {}

  private record Tuple(List<Object> items) {}

  /** An object whose attributes are set after it was made. */
  private static final class Instance {
    private final String type;
    private Map<?, ?> attributes = Map.of();

    Instance(String type) {
      this.type = type;
    }
  }

  private static final Object MARK = new Object();
  private static final Object NONE = new Object();

  private final ByteBuffer in;
  private final Storages storages;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  private Pickle(ByteBuffer in, Storages storages) {
    this.in = in.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    this.storages = storages;
  }

  /**
   * The value that a pickle holds.
   *
   * @throws PickleException if it is damaged or holds something that is not admitted
   */
  static Value read(ByteBuffer pickle, Storages storages) {
    Object top = new Pickle(pickle, storages).run();
    return new Freezer().freeze(top, 0);
  }

  private Object run() {
    while (in.hasRemaining()) {
      int opcode = Byte.toUnsignedInt(in.get());
      if (opcode == '.') {
        return pop();
      }
      step(opcode);
    }
    throw new PickleException("the pickle ends early");
  }

  private void step(int opcode) {
    switch (opcode) {
      case 0x80 -> version();
      case '(' -> push(MARK);
      case '0' -> pop();
      case 'N' -> push(NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push((long) need(4).getInt());
      case 'K' -> push((long) Byte.toUnsignedInt(need(1).get()));
      case 'M' -> push((long) Short.toUnsignedInt(need(2).getShort()));
      case 0x8a -> push(longInteger(Byte.toUnsignedInt(need(1).get())));
      case 'G' -> push(need(8).order(ByteOrder.BIG_ENDIAN).getDouble());
      case 'X' -> push(text(need(4).getInt()));
      case 'T' -> push(text(need(4).getInt()));
      case 'U' -> push(text(Byte.toUnsignedInt(need(1).get())));
      case ']' -> push(new ArrayList<>());
      case 'a' -> append(List.of(pop()));
      case 'e' -> append(popToMark());
      case ')' -> push(new Tuple(List.of()));
      case 't' -> push(new Tuple(popToMark()));
      case 0x85 -> push(new Tuple(popLast(1)));
      case 0x86 -> push(new Tuple(popLast(2)));
      case 0x87 -> push(new Tuple(popLast(3)));
      case '}' -> push(new LinkedHashMap<>());
      case 's' -> setItems(popLast(2));
      case 'u' -> setItems(popToMark());
      case 'q' -> memo.put(Byte.toUnsignedInt(need(1).get()), top());
      case 'r' -> memo.put(need(4).getInt(), top());
      case 'h' -> push(remembered(Byte.toUnsignedInt(need(1).get())));
      case 'j' -> push(remembered(need(4).getInt()));
      case 'c' -> push(new Global(line(), line()));
      case 'Q' -> push(storage(pop()));
      case 0x81 -> newObject();
      case 'R' -> construct();
      case 'b' -> build();
      default ->
          throw new PickleException(
              "the pickle contains the opcode 0x%02x, which PyTorch does not write"
                  .formatted(opcode));
    }
  }

  private void version() {
    int protocol = Byte.toUnsignedInt(need(1).get());
    if (protocol != 2) {
      throw new PickleException(
          "the pickle has protocol %d, PyTorch writes protocol 2".formatted(protocol));
    }
  }

  private Object longInteger(int length) {
    byte[] littleEndian = new byte[length];
    need(length).get(littleEndian);
    byte[] bigEndian = new byte[length + 1];
    for (int i = 0; i < length; i++) {
      bigEndian[length - i] = littleEndian[i];
    }
    bigEndian[0] = (byte) (length > 0 && littleEndian[length - 1] < 0 ? -1 : 0);
    BigInteger value = new BigInteger(bigEndian);
    if (value.bitLength() > 63) {
      throw new PickleException("the pickle contains an integer of %d bytes".formatted(length));
    }
    return value.longValue();
  }

  private String text(int length) {
    if (length < 0 || length > MAX_TEXT) {
      throw new PickleException("the pickle contains a string of %d bytes".formatted(length));
    }
    return StandardCharsets.UTF_8.decode(need(length)).toString();
  }

  private String line() {
    int start = in.position();
    int end = start;
    while (end < in.limit() && in.get(end) != '\n') {
      end++;
    }
    String line = text(end - start);
    need(1);
    return line;
  }

  private void append(List<Object> items) {
    if (!(top() instanceof ArrayList<?>)) {
      throw new PickleException("the pickle appends to what is no list");
    }
    @SuppressWarnings("unchecked") // Only lists of Object are ever pushed.
    List<Object> list = (List<Object>) top();
    list.addAll(items);
  }

  private void setItems(List<Object> keysAndValues) {
    if (!(top() instanceof LinkedHashMap<?, ?>) || keysAndValues.size() % 2 != 0) {
      throw new PickleException("the pickle sets items of what is no dictionary");
    }
    @SuppressWarnings("unchecked") // Only maps of Object are ever pushed.
    Map<Object, Object> map = (Map<Object, Object>) top();
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      Object key = keysAndValues.get(i);
      if (!(key instanceof String || key instanceof Long)) {
        throw new PickleException("the pickle has a dictionary with keys that are no strings");
      }
      map.put(key.toString(), keysAndValues.get(i + 1));
    }
  }

  /** {@code ("storage", type, key, device, number of elements)}. */
  private Storage storage(Object id) {
    List<Object> fields = tuple(id, "a persistent id");
    if (fields.size() < 5
        || !"storage".equals(fields.get(0))
        || !(fields.get(1) instanceof Global type)
        || !(fields.get(2) instanceof String key)
        || !(fields.get(4) instanceof Long)) {
      throw new PickleException("the pickle refers to something outside that is no storage");
    }
    if (!type.module().equals("torch") || !STORAGES.containsKey(type.name())) {
      throw new PickleException(
          "the pickle contains a tensor of the type %s, which is not supported"
              .formatted(type.qualified()));
    }
    ElementType elementType = STORAGES.get(type.name());
    return new Storage(elementType, storages.storage(key));
  }

  private void newObject() {
    pop();
    push(new Instance(definedInArchive(pop()).qualified()));
  }

  private static Global definedInArchive(Object type) {
    if (type instanceof Global global && global.module().startsWith("__torch__")) {
      return global;
    }
    throw new PickleException(
        type instanceof Global global
            ? "the pickle contains a %s, which is not admitted".formatted(global.qualified())
            : "the pickle makes an object of no class");
  }

  /** Does what the few callables that PyTorch's pickles name would do. */
  private void construct() {
    List<Object> arguments = tuple(pop(), "a call");
    if (!(pop() instanceof Global callable)) {
      throw new PickleException("the pickle calls something that is no function");
    }
    push(
        switch (callable.qualified()) {
          case "torch._utils._rebuild_tensor_v2" -> tensor(arguments);
          case "torch._utils._rebuild_parameter" -> argument(arguments, 0);
          case "collections.OrderedDict" -> new LinkedHashMap<>();
          case "torch.jit._pickle.restore_type_tag" -> argument(arguments, 0);
          case "torch.jit._pickle.build_intlist",
              "torch.jit._pickle.build_doublelist",
              "torch.jit._pickle.build_boollist",
              "torch.jit._pickle.build_tensorlist" ->
              argument(arguments, 0);
          case "torch.device" -> argument(arguments, 0);
          default ->
              throw new PickleException(
                  "the pickle calls %s, which is not admitted".formatted(callable.qualified()));
        });
  }

  private static StoredTensor tensor(List<Object> arguments) {
    if (!(argument(arguments, 0) instanceof Storage storage)
        || !(argument(arguments, 1) instanceof Long offset)) {
      throw new PickleException("the pickle contains a tensor without a storage");
    }
    List<Long> sizes = integers(argument(arguments, 2));
    List<Long> strides = integers(argument(arguments, 3));
    try {
      Shape shape = new Shape(sizes.stream().map(Math::toIntExact).toList());
      return new StoredTensor(storage.type(), shape, strides, offset, storage.bytes());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new PickleException(e.getMessage());
    }
  }

  private void build() {
    Object state = pop();
    if (top() instanceof Instance instance && state instanceof LinkedHashMap<?, ?> attributes) {
      instance.attributes = attributes;
    } else if (!(top() instanceof LinkedHashMap<?, ?>)) {
      // A state dictionary carries its metadata as attributes; they tell us nothing.
      throw new PickleException("the pickle sets attributes of what is no module");
    }
  }

  private static List<Long> integers(Object tuple) {
    List<Long> integers = new ArrayList<>();
    for (Object item : tuple(tuple, "a shape")) {
      if (!(item instanceof Long integer)) {
        throw new PickleException("the pickle contains a tensor whose shape is not of integers");
      }
      integers.add(integer);
    }
    return integers;
  }

  private static Object argument(List<Object> arguments, int index) {
    if (index >= arguments.size()) {
      throw new PickleException("the pickle makes a call with too few arguments");
    }
    return arguments.get(index);
  }

  private static List<Object> tuple(Object value, String what) {
    if (value instanceof Tuple tuple) {
      return tuple.items();
    }
    throw new PickleException("the pickle has %s that is no tuple".formatted(what));
  }

  private ByteBuffer need(int bytes) {
    if (bytes > in.remaining()) {
      throw new PickleException("the pickle ends early");
    }
    ByteBuffer part = in.slice(in.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + bytes);
    return part;
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object top() {
    if (stack.isEmpty()) {
      throw new PickleException("the pickle uses more values than it has");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object top = top();
    stack.remove(stack.size() - 1);
    return top;
  }

  private List<Object> popLast(int count) {
    if (stack.size() < count) {
      throw new PickleException("the pickle uses more values than it has");
    }
    List<Object> last = stack.subList(stack.size() - count, stack.size());
    List<Object> popped = List.copyOf(last);
    last.clear();
    return popped;
  }

  private List<Object> popToMark() {
    int mark = stack.lastIndexOf(MARK);
    if (mark < 0) {
      throw new PickleException("the pickle closes a list that it did not open");
    }
    List<Object> popped = popLast(stack.size() - mark - 1);
    pop();
    return popped;
  }

  private Object remembered(int key) {
    return Optional.ofNullable(memo.get(key))
        .orElseThrow(() -> new PickleException("the pickle recalls what it did not store"));
  }

  /** Turns what the machine built into immutable values, each object once. */
  private static final class Freezer {
    private final IdentityHashMap<Object, Optional<Value>> frozen = new IdentityHashMap<>();

    Value freeze(Object object, int depth) {
      if (object instanceof Long value) {
        return new Value.Int(value);
      }
      if (object instanceof Double value) {
        return new Value.Real(value);
      }
      if (object instanceof Boolean value) {
        return new Value.Bool(value);
      }
      if (object instanceof String value) {
        return new Value.Text(value);
      }
      if (object == NONE) {
        return new Value.None();
      }
      if (depth > MAX_DEPTH) {
        throw new PickleException("the pickle nests values too deeply");
      }
      Optional<Value> known = frozen.get(object);
      if (known != null) {
        return known.orElseThrow(
            () -> new PickleException("the pickle contains a value that contains itself"));
      }
      frozen.put(object, Optional.empty());
      Value value = compound(object, depth + 1);
      frozen.put(object, Optional.of(value));
      return value;
    }

    private Value compound(Object object, int depth) {
      if (object instanceof StoredTensor tensor) {
        return new Value.Stored(tensor);
      }
      if (object instanceof Tuple tuple) {
        return new Value.Sequence(freezeAll(tuple.items(), depth));
      }
      if (object instanceof ArrayList<?> list) {
        return new Value.Sequence(freezeAll(list, depth));
      }
      if (object instanceof LinkedHashMap<?, ?> map) {
        return new Value.Mapping(freezeAll(map, depth));
      }
      if (object instanceof Instance instance) {
        return new Value.Module(instance.type, freezeAll(instance.attributes, depth));
      }
      if (object instanceof Global global) {
        throw new PickleException(
            "the pickle contains %s, which is not admitted".formatted(global.qualified()));
      }
      throw new PickleException("the pickle contains something that is no value");
    }

    private List<Value> freezeAll(List<?> items, int depth) {
      return items.stream().map(item -> freeze(item, depth)).toList();
    }

    private Map<String, Value> freezeAll(Map<?, ?> items, int depth) {
      Map<String, Value> values = new LinkedHashMap<>();
      items.forEach((key, item) -> values.put(key.toString(), freeze(item, depth)));
      return values;
    }
  }
}
