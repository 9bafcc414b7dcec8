package org.saccade.network.torch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.saccade.network.torch.Script.Expression;
import org.saccade.network.torch.Script.Function;
import org.saccade.network.torch.Script.Parameter;
import org.saccade.network.torch.Script.Statement;
import org.saccade.network.torch.Script.SyntaxException;
import org.saccade.network.torch.ScriptLexer.Kind;
import org.saccade.network.torch.ScriptLexer.Token;

/** Parses the code of a TorchScript archive, by recursive descent. */
final class ScriptParser {
  private static final int MAX_DEPTH = 200;

  private final String file;
  private final List<Token> tokens;
  private int at;
  private int depth;

  private ScriptParser(String file, List<Token> tokens) {
    this.file = file;
    this.tokens = tokens;
  }

  /**
   * All functions of a file by name; methods as {@code Class.method}.
   *
   * @throws SyntaxException if the code is not of the language that PyTorch prints
   */
  static Map<String, Function> parse(String file, String code) {
    return new ScriptParser(file, ScriptLexer.tokens(code)).file();
  }

  private Map<String, Function> file() {
    Map<String, Function> functions = new LinkedHashMap<>();
    while (peek().kind() != Kind.END) {
      if (accept("class")) {
        type(functions);
      } else if (accept("def")) {
        Function function = function();
        functions.put(function.name(), function);
      } else {
        // Such as "op_version_set = 1" in old archives.
        skipLine();
      }
    }
    return functions;
  }

  private void type(Map<String, Function> functions) {
    String type = name();
    while (peek().kind() != Kind.NEWLINE && peek().kind() != Kind.END) {
      at++;
    }
    expect(Kind.NEWLINE);
    expect(Kind.INDENT);
    while (!accept(Kind.DEDENT)) {
      if (accept("def")) {
        Function method = function();
        functions.put(type + "." + method.name(), method);
      } else {
        skipLine();
      }
    }
  }

  private void skipLine() {
    while (peek().kind() != Kind.NEWLINE) {
      if (peek().kind() == Kind.END) {
        throw unexpected("a statement");
      }
      at++;
    }
    at++;
  }

  private Function function() {
    String name = name();
    List<Parameter> parameters = new ArrayList<>();
    expect("(");
    while (!accept(")")) {
      String parameter = name();
      if (accept(":")) {
        expression();
      }
      Optional<Expression> fallback = accept("=") ? Optional.of(expression()) : Optional.empty();
      parameters.add(new Parameter(parameter, fallback));
      if (!isNext(")")) {
        expect(",");
      }
    }
    if (accept("->")) {
      expression();
    }
    return new Function(name, file, parameters, block());
  }

  private List<Statement> block() {
    deeper();
    expect(":");
    expect(Kind.NEWLINE);
    expect(Kind.INDENT);
    List<Statement> statements = new ArrayList<>();
    while (!accept(Kind.DEDENT)) {
      statement().ifPresent(statements::add);
    }
    depth--;
    return statements;
  }

  private Optional<Statement> statement() {
    int line = peek().line();
    if (accept("pass")) {
      expect(Kind.NEWLINE);
      return Optional.empty();
    }
    if (accept("return")) {
      Expression value =
          peek().kind() == Kind.NEWLINE
              ? new Expression.Literal(new Value.None())
              : expressions("");
      expect(Kind.NEWLINE);
      return Optional.of(new Statement.Return(value));
    }
    if (accept("if")) {
      Expression condition = expression();
      List<Statement> then = block();
      List<Statement> otherwise = accept("else") ? block() : List.of();
      return Optional.of(new Statement.Branch(condition, then, otherwise));
    }
    if (accept("for")) {
      return Optional.of(loop());
    }
    if (accept("while")) {
      expression();
      block();
      return Optional.of(new Statement.Unsupported("a while loop", line));
    }
    return Optional.of(assignment(line));
  }

  private Statement loop() {
    String variable = name();
    expect("in");
    expect("range");
    expect("(");
    Expression count = expression();
    expect(")");
    return new Statement.Loop(variable, count, block());
  }

  private Statement assignment(int line) {
    Expression left = expressions("=");
    if (accept(":")) {
      expression();
    }
    if (accept(Kind.NEWLINE)) {
      return new Statement.Evaluation(left);
    }
    expect("=");
    Expression value = expressions("");
    expect(Kind.NEWLINE);
    List<String> targets = new ArrayList<>();
    List<Expression> items =
        left instanceof Expression.Listing listing ? listing.items() : List.of(left);
    for (Expression item : items) {
      if (!(item instanceof Expression.Name target)) {
        return new Statement.Unsupported("an assignment to a part of something", line);
      }
      targets.add(target.name());
    }
    return new Statement.Assignment(targets, left instanceof Expression.Listing, value);
  }

  /** Expressions with commas between them are a tuple; a comma after the last makes it one too. */
  private Expression expressions(String end) {
    Expression first = expression();
    if (!isNext(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (accept(",")) {
      if (peek().kind() == Kind.NEWLINE || isNext(end)) {
        break;
      }
      items.add(expression());
    }
    return new Expression.Listing(items);
  }

  private Expression expression() {
    deeper();
    Expression expression = atom();
    while (true) {
      int line = peek().line();
      if (accept(".")) {
        expression = new Expression.Attribute(expression, name());
      } else if (accept("(")) {
        expression = call(expression, line);
      } else if (accept("[")) {
        Expression index = expressions("]");
        expect("]");
        expression = new Expression.Item(expression, index);
      } else {
        depth--;
        return expression;
      }
    }
  }

  private Expression call(Expression function, int line) {
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!accept(")")) {
      boolean isNamed = peek().kind() == Kind.NAME && tokens.get(at + 1).text().equals("=");
      if (isNamed) {
        String name = name();
        expect("=");
        named.put(name, expression());
      } else {
        positional.add(expression());
      }
      if (!isNext(")")) {
        expect(",");
      }
    }
    return new Expression.Call(function, positional, named, line);
  }

  private Expression atom() {
    Token token = peek();
    switch (token.kind()) {
      case STRING -> {
        at++;
        return new Expression.Literal(new Value.Text(token.text()));
      }
      case NUMBER -> {
        at++;
        return new Expression.Literal(number(token, 1));
      }
      case NAME -> {
        at++;
        return named(token.text());
      }
      default -> {
        return bracketed();
      }
    }
  }

  private static Expression named(String name) {
    return switch (name) {
      case "True" -> new Expression.Literal(new Value.Bool(true));
      case "False" -> new Expression.Literal(new Value.Bool(false));
      case "None" -> new Expression.Literal(new Value.None());
      case "inf" -> new Expression.Literal(new Value.Real(Double.POSITIVE_INFINITY));
      case "nan" -> new Expression.Literal(new Value.Real(Double.NaN));
      default -> new Expression.Name(name);
    };
  }

  private Expression bracketed() {
    if (accept("-")) {
      Token token = peek();
      at++;
      if (token.kind() == Kind.NAME && token.text().equals("inf")) {
        return new Expression.Literal(new Value.Real(Double.NEGATIVE_INFINITY));
      }
      if (token.kind() == Kind.NUMBER) {
        return new Expression.Literal(number(token, -1));
      }
      at--;
      throw unexpected("a number");
    }
    if (accept("[")) {
      return new Expression.Listing(itemsUntil("]"));
    }
    if (accept("{")) {
      return dictionary();
    }
    if (accept("(")) {
      if (accept(")")) {
        return new Expression.Listing(List.of());
      }
      Expression inner = expressions(")");
      expect(")");
      return inner;
    }
    throw unexpected("an expression");
  }

  private List<Expression> itemsUntil(String end) {
    List<Expression> items = new ArrayList<>();
    while (!accept(end)) {
      items.add(expression());
      if (!isNext(end)) {
        expect(",");
      }
    }
    return items;
  }

  private Expression dictionary() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!accept("}")) {
      keys.add(expression());
      expect(":");
      values.add(expression());
      if (!isNext("}")) {
        expect(",");
      }
    }
    return new Expression.Dictionary(keys, values);
  }

  private Value number(Token token, int sign) {
    String text = token.text();
    try {
      boolean integer = text.chars().allMatch(Character::isDigit);
      return integer
          ? new Value.Int(sign < 0 ? Long.parseLong("-" + text) : Long.parseLong(text))
          : new Value.Real(sign * Double.parseDouble(text));
    } catch (NumberFormatException e) {
      throw new SyntaxException("line %d: '%s' is no number".formatted(token.line(), text));
    }
  }

  private void deeper() {
    if (++depth > MAX_DEPTH) {
      throw new SyntaxException("line %d: nested too deeply".formatted(peek().line()));
    }
  }

  private Token peek() {
    return tokens.get(Math.min(at, tokens.size() - 1));
  }

  private boolean isNext(String text) {
    return peek().text().equals(text)
        && (peek().kind() == Kind.NAME || peek().kind() == Kind.OPERATOR);
  }

  private boolean accept(String text) {
    boolean found = isNext(text);
    at += found ? 1 : 0;
    return found;
  }

  private boolean accept(Kind kind) {
    boolean found = peek().kind() == kind;
    at += found ? 1 : 0;
    return found;
  }

  private void expect(String text) {
    if (!accept(text)) {
      throw unexpected("'" + text + "'");
    }
  }

  private void expect(Kind kind) {
    if (!accept(kind)) {
      throw unexpected(
          switch (kind) {
            case NEWLINE -> "the end of the line";
            case INDENT -> "an indented block";
            default -> "something else";
          });
    }
  }

  private String name() {
    if (peek().kind() != Kind.NAME) {
      throw unexpected("a name");
    }
    return tokens.get(at++).text();
  }

  private SyntaxException unexpected(String wanted) {
    Token token = peek();
    String found = token.text().length() > 40 ? token.text().substring(0, 40) : token.text();
    return new SyntaxException(
        "line %d: found '%s', expected %s".formatted(token.line(), found, wanted));
  }
}
