package org.saccade.network.torch;

import java.util.List;
import java.util.Map;
import org.saccade.network.Tensor;

/** What a variable of an exported program can hold while it is turned into a graph. */
sealed interface Value {

  /** What people call this kind of value in a message. */
  String kind();

  /** The result of a node of the graph, {@code [N, ...]} with its batch axis. */
  record Activation(int node) implements Value {
    @Override
    public String kind() {
      return "an activation";
    }
  }

  /** A parameter, a buffer or a tensor computed from those; its shape is whole. */
  record Constant(Tensor tensor) implements Value {
    @Override
    public String kind() {
      return "a constant tensor of shape " + tensor.shape();
    }
  }

  /** A parameter or buffer as it lies in the file, of any element type. */
  record Stored(StoredTensor tensor) implements Value {
    @Override
    public String kind() {
      return "a constant tensor of shape " + tensor.sizes();
    }
  }

  /** The number of images in a batch, which a file may leave open. */
  record BatchSize() implements Value {
    @Override
    public String kind() {
      return "the batch size";
    }
  }

  /** An integer; also an element type, a memory format or a layout. */
  record Int(long value) implements Value {
    @Override
    public String kind() {
      return "the integer " + value;
    }
  }

  /** A floating point number. */
  record Real(double value) implements Value {
    @Override
    public String kind() {
      return "the number " + value;
    }
  }

  /** A truth value. */
  record Bool(boolean value) implements Value {
    @Override
    public String kind() {
      return value ? "True" : "False";
    }
  }

  /** A string. */
  record Text(String value) implements Value {
    @Override
    public String kind() {
      return "a string";
    }
  }

  /** Python's {@code None}. */
  record None() implements Value {
    @Override
    public String kind() {
      return "None";
    }
  }

  /** A list or tuple. */
  record Sequence(List<Value> items) implements Value {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "a list of %d".formatted(items.size());
    }
  }

  /**
   * A name that stands for no variable: a function of PyTorch or of the archive, or a type.
   *
   * @param name dotted, as the code has it
   */
  record Reference(String name) implements Value {
    @Override
    public String kind() {
      return "the name " + name;
    }
  }

  /** A dictionary. */
  record Mapping(Map<String, Value> items) implements Value {
    public Mapping {
      items = Map.copyOf(items);
    }

    @Override
    public String kind() {
      return "a dictionary of %d".formatted(items.size());
    }
  }

  /**
   * A module or another object of a class defined in the archive's code.
   *
   * @param type qualified name of its class, {@code __torch__....}
   * @param attributes its parameters, buffers, submodules and other attributes by name
   */
  record Module(String type, Map<String, Value> attributes) implements Value {
    public Module {
      attributes = Map.copyOf(attributes);
    }

    @Override
    public String kind() {
      return "a module of type " + type;
    }
  }

  /**
   * A result that could not be computed because something before it is not supported.
   *
   * @param cause the name of what is not supported
   */
  record Unknown(String cause) implements Value {
    @Override
    public String kind() {
      return "the result of an unsupported operator";
    }
  }
}
