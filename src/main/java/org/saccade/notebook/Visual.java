package org.saccade.notebook;

/**
 * Something to look at below a cell.
 *
 * @param mediaType {@code text/html} or {@code image/svg+xml}
 * @param content the document, UTF-8 text; whatever came from a table is escaped in it
 * @param words what to read where the content cannot be shown
 */
public record Visual(String mediaType, String content, String words) {
  static Visual html(String content, String words) {
    return new Visual("text/html", content, words);
  }

  static Visual svg(String content, String words) {
    return new Visual("image/svg+xml", content, words);
  }
}
