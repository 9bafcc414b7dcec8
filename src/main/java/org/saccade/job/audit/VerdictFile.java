package org.saccade.job.audit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.saccade.UserException;
import org.saccade.audit.Finding;
import org.saccade.audit.Suspicion;
import org.saccade.audit.Verdict;
import org.saccade.dataset.Csv;

/**
 * What people decide about findings, as a table: {@code finding_id}, {@code verdict} ({@code core},
 * {@code spurious}, {@code unclear} or nothing) and {@code note}; other columns are for people.
 */
final class VerdictFile {
  static final String NAME = "verdicts.csv";

  private static final String ID = "finding_id";
  private static final String VERDICT = "verdict";
  private static final String NOTE = "note";

  private VerdictFile() {}

  /**
   * Reads decisions by finding id; findings without one are left out.
   *
   * @throws UserException if the file cannot be read, lacks a column, holds another word than the
   *     three, or decides a finding twice
   */
  static Map<String, Verdict> read(String file, Configuration hadoop) {
    List<List<String>> records = Csv.records(new Path(file), hadoop);
    List<String> header = records.isEmpty() ? List.of() : records.get(0);
    int id = header.indexOf(ID);
    int verdict = header.indexOf(VERDICT);
    int note = header.indexOf(NOTE);
    if (id < 0 || verdict < 0) {
      throw new UserException(
          "%s is no table of verdicts, its header is '%s': it needs the columns %s and %s"
              .formatted(file, String.join(",", header), ID, VERDICT));
    }
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    for (int i = 1; i < records.size(); i++) {
      List<String> fields = records.get(i);
      if (fields.size() <= Math.max(id, verdict)) {
        throw new UserException(
            "%s record %d has %d fields where the header has %d: complete or remove it"
                .formatted(file, i + 1, fields.size(), header.size()));
      }
      String word = fields.get(verdict);
      if (word.isBlank()) {
        continue;
      }
      Verdict.Decision decision =
          Verdict.Decision.of(word)
              .orElseThrow(
                  () ->
                      new UserException(
                          "%s gives %s the verdict '%s': it is core, spurious, unclear or nothing"
                              .formatted(file, fields.get(id), word)));
      Verdict read =
          new Verdict(decision, note >= 0 && note < fields.size() ? fields.get(note) : "");
      Verdict before = verdicts.putIfAbsent(fields.get(id), read);
      if (before != null && !before.equals(read)) {
        throw new UserException(
            "%s decides %s twice: keep one of the two".formatted(file, fields.get(id)));
      }
    }
    return verdicts;
  }

  /**
   * The table for the next decisions.
   *
   * @param absent decisions about findings that this run does not have, kept for another one
   */
  static String text(List<Finding> findings, Map<String, Verdict> absent) {
    StringBuilder text = new StringBuilder();
    line(text, ID, VERDICT, NOTE, "flagged", "effect", "q", "group", "kind", "place");
    for (Finding finding : findings) {
      Suspicion suspicion = finding.suspicion();
      line(
          text,
          suspicion.id(),
          finding.verdict().map(v -> v.decision().id()).orElse(""),
          finding.verdict().map(Verdict::note).orElse(""),
          Boolean.toString(finding.flagged()),
          String.format(Locale.ROOT, "%.4f", suspicion.effect().mean()),
          String.format(Locale.ROOT, "%.2g", finding.q()),
          finding.group(),
          suspicion.kind().id(),
          suspicion.place());
    }
    absent.forEach(
        (id, verdict) ->
            line(text, id, verdict.decision().id(), verdict.note(), "", "", "", "", "", ""));
    return text.toString();
  }

  private static void line(StringBuilder text, String... fields) {
    for (int i = 0; i < fields.length; i++) {
      text.append(i == 0 ? "" : ",").append(Csv.quoted(fields[i]));
    }
    text.append('\n');
  }
}
