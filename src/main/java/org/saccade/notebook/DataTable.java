package org.saccade.notebook;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.NumericType;

/** Rows as an HTML table: numbers to the right, at most three decimals, the same in a column. */
public final class DataTable {
  private static final int MOST_ROWS = 100;
  private static final int MOST_DECIMALS = 3;
  private static final double SMALLEST_DECIMAL = 0.001;
  private static final String NOTHING = "–";

  private DataTable() {}

  /** The first hundred rows; a line below says where there are more. */
  public static Visual of(Dataset<Row> rows) {
    List<Row> taken = rows.takeAsList(MOST_ROWS + 1);
    List<Row> shown = taken.subList(0, Math.min(MOST_ROWS, taken.size()));
    String[] names = rows.columns();
    boolean[] numeric = new boolean[names.length];
    int[] decimals = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      numeric[i] = rows.schema().apply(i).dataType() instanceof NumericType;
      decimals[i] = decimals(shown, i);
    }
    Markup html = new Markup();
    html.add("<table>").add("<thead><tr>");
    for (int i = 0; i < names.length; i++) {
      html.add(
          "<th style=\"text-align: %s\">%s</th>",
          side(numeric[i]), Markup.escaped(names[i].replace('_', ' ')));
    }
    html.add("</tr></thead>").add("<tbody>");
    for (Row row : shown) {
      html.add("<tr>");
      for (int i = 0; i < names.length; i++) {
        html.add(
            "<td style=\"text-align: %s\">%s</td>",
            side(numeric[i]), Markup.escaped(cell(row, i, decimals[i])));
      }
      html.add("</tr>");
    }
    html.add("</tbody></table>");
    if (taken.size() > MOST_ROWS) {
      html.add("<p>The first %d rows; there are more.</p>", MOST_ROWS);
    }
    return Visual.html(
        html.toString(),
        "a table of %d rows: %s".formatted(shown.size(), String.join(", ", names)));
  }

  private static String side(boolean numeric) {
    return numeric ? "right; white-space: nowrap" : "left";
  }

  private static int decimals(List<Row> rows, int column) {
    return rows.stream()
        .map(row -> row.get(column))
        .filter(value -> fraction(value) && !minute(((Number) value).doubleValue()))
        .mapToInt(value -> new BigDecimal(String.valueOf(value)).stripTrailingZeros().scale())
        .map(scale -> Math.max(0, Math.min(MOST_DECIMALS, scale)))
        .max()
        .orElse(0);
  }

  private static boolean fraction(Object value) {
    return (value instanceof Double || value instanceof Float || value instanceof BigDecimal)
        && Double.isFinite(((Number) value).doubleValue());
  }

  private static boolean minute(double value) {
    return value != 0 && Math.abs(value) < SMALLEST_DECIMAL;
  }

  private static String cell(Row row, int column, int decimals) {
    Object value = row.get(column);
    if (value == null) {
      return NOTHING;
    }
    if (value instanceof Boolean truth) {
      return truth ? "yes" : "no";
    }
    if (value instanceof Double || value instanceof Float || value instanceof BigDecimal) {
      double number = ((Number) value).doubleValue();
      if (!Double.isFinite(number)) {
        return NOTHING;
      }
      return String.format(Locale.ROOT, minute(number) ? "%.1e" : "%." + decimals + "f", number);
    }
    if (value instanceof scala.collection.Iterable<?>) {
      List<Object> items = row.getList(column);
      return String.join(
          ", ", IntStream.range(0, items.size()).mapToObj(i -> "" + items.get(i)).toList());
    }
    return String.valueOf(value);
  }
}
