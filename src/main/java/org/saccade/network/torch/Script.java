package org.saccade.network.torch;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The part of Python in which TorchScript archives keep their code, as a syntax tree: what {@code
 * torch/csrc/jit/serialization/python_print.cpp} prints. Types are parsed and forgotten.
 */
final class Script {
  private Script() {}

  /**
   * A function or method.
   *
   * @param file the archive entry it stands in
   */
  record Function(String name, String file, List<Parameter> parameters, List<Statement> body) {}

  /** A parameter and its default, if it has one. */
  record Parameter(String name, Optional<Expression> fallback) {}

  /** A statement. */
  sealed interface Statement {

    /**
     * {@code a = value} or {@code a, b, = value}.
     *
     * @param unpacks whether the value is a list whose entries go to the targets
     */
    record Assignment(List<String> targets, boolean unpacks, Expression value)
        implements Statement {}

    /** An expression whose value nobody reads. */
    record Evaluation(Expression value) implements Statement {}

    /** {@code if condition: ... else: ...}. */
    record Branch(Expression condition, List<Statement> then, List<Statement> otherwise)
        implements Statement {}

    /** {@code for variable in range(count): ...}. */
    record Loop(String variable, Expression count, List<Statement> body) implements Statement {}

    /** A statement whose meaning depends on values, such as {@code while}. */
    record Unsupported(String what, int line) implements Statement {}

    /** {@code return value}. */
    record Return(Expression value) implements Statement {}
  }

  /** An expression. */
  sealed interface Expression {

    /** A number, a string, a truth value or {@code None}. */
    record Literal(Value value) implements Expression {}

    /** A variable, or the start of a dotted name. */
    record Name(String name) implements Expression {}

    /** {@code target.name}. */
    record Attribute(Expression target, String name) implements Expression {}

    /** {@code target[index]}. */
    record Item(Expression target, Expression index) implements Expression {}

    /** A list or tuple. */
    record Listing(List<Expression> items) implements Expression {}

    /** A dictionary, keys and values in step. */
    record Dictionary(List<Expression> keys, List<Expression> values) implements Expression {}

    /** {@code function(positional, name=named)}. */
    record Call(
        Expression function, List<Expression> positional, Map<String, Expression> named, int line)
        implements Expression {}
  }

  /** Code that is not of this language. */
  static final class SyntaxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SyntaxException(String message) {
      super(message);
    }
  }
}
