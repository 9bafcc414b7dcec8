package org.saccade.network.torch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Cuts TorchScript code into tokens, with indentation as brackets. */
final class ScriptLexer {
  private static final String OPERATORS = "()[]{}:,.=-";

  /** What a token is. */
  enum Kind {
    NAME,
    NUMBER,
    STRING,
    OPERATOR,
    NEWLINE,
    INDENT,
    DEDENT,
    END
  }

  /**
   * A token.
   *
   * @param text as in the code; of a string, what it stands for
   */
  record Token(Kind kind, String text, int line) {}

  private final String code;
  private final List<Token> tokens = new ArrayList<>();
  private final Deque<Integer> indents = new ArrayDeque<>(List.of(0));
  private int at;
  private int line = 1;
  private int brackets;

  private ScriptLexer(String code) {
    this.code = code;
  }

  static List<Token> tokens(String code) {
    ScriptLexer lexer = new ScriptLexer(code);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    boolean lineStart = true;
    while (at < code.length()) {
      if (lineStart && brackets == 0) {
        lineStart = false;
        if (!indentation()) {
          lineStart = true;
          continue;
        }
      }
      char c = code.charAt(at);
      if (c == '\n') {
        if (brackets == 0) {
          add(Kind.NEWLINE, "end of line");
          lineStart = true;
        }
        line++;
        at++;
      } else if (c == ' ' || c == '\r' || c == '\t') {
        at++;
      } else if (c == '#') {
        skipComment();
      } else {
        token(c);
      }
    }
    if (!tokens.isEmpty() && tokens.get(tokens.size() - 1).kind() != Kind.NEWLINE) {
      add(Kind.NEWLINE, "end of line");
    }
    while (indents.size() > 1) {
      indents.pop();
      add(Kind.DEDENT, "end of block");
    }
    add(Kind.END, "end of file");
  }

  /** Reads the indentation of a line; false if there is nothing on the line. */
  private boolean indentation() {
    int start = at;
    while (at < code.length() && code.charAt(at) == ' ') {
      at++;
    }
    if (at == code.length()) {
      return false;
    }
    if (code.charAt(at) == '\n') {
      at++;
      line++;
      return false;
    }
    int width = at - start;
    if (width > indents.peek()) {
      indents.push(width);
      add(Kind.INDENT, "start of block");
    }
    while (width < indents.peek()) {
      indents.pop();
      add(Kind.DEDENT, "end of block");
    }
    return true;
  }

  private void token(char c) {
    int start = at;
    if (c == '"' || c == '\'') {
      add(Kind.STRING, string(c));
    } else if (Character.isDigit(c) || (c == '.' && isDigit(at + 1))) {
      while (at < code.length() && isPartOfNumber(start)) {
        at++;
      }
      add(Kind.NUMBER, code.substring(start, at));
    } else if (Character.isJavaIdentifierStart(c)) {
      while (at < code.length() && Character.isJavaIdentifierPart(code.charAt(at))) {
        at++;
      }
      add(Kind.NAME, code.substring(start, at));
    } else if (code.startsWith("->", at)) {
      at += 2;
      add(Kind.OPERATOR, "->");
    } else if (OPERATORS.indexOf(c) >= 0) {
      at++;
      brackets += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
      brackets = Math.max(0, brackets);
      add(Kind.OPERATOR, String.valueOf(c));
    } else {
      throw new Script.SyntaxException("line %d: unexpected '%s'".formatted(line, printable(c)));
    }
  }

  private boolean isDigit(int index) {
    return index < code.length() && Character.isDigit(code.charAt(index));
  }

  private boolean isPartOfNumber(int start) {
    char c = code.charAt(at);
    boolean sign = (c == '-' || c == '+') && at > start && "eE".indexOf(code.charAt(at - 1)) >= 0;
    return Character.isLetterOrDigit(c) || c == '.' || sign;
  }

  private String string(char quote) {
    StringBuilder text = new StringBuilder();
    at++;
    while (at < code.length() && code.charAt(at) != quote && code.charAt(at) != '\n') {
      char c = code.charAt(at++);
      if (c == '\\' && at < code.length()) {
        c = escaped(code.charAt(at++));
      }
      text.append(c);
    }
    if (at >= code.length() || code.charAt(at) != quote) {
      throw new Script.SyntaxException("line %d: a string does not end".formatted(line));
    }
    at++;
    return text.toString();
  }

  private static char escaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      default -> c;
    };
  }

  private void skipComment() {
    while (at < code.length() && code.charAt(at) != '\n') {
      at++;
    }
  }

  private void add(Kind kind, String text) {
    tokens.add(new Token(kind, text, line));
  }

  private static String printable(char c) {
    return c < ' ' || c > '~' ? "\\u%04x".formatted((int) c) : String.valueOf(c);
  }
}
