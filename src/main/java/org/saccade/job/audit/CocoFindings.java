package org.saccade.job.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.saccade.audit.Cluster;
import org.saccade.audit.Finding;
import org.saccade.audit.Frame;
import org.saccade.audit.GroupReport;
import org.saccade.audit.Member;
import org.saccade.audit.Trial;
import org.saccade.job.Manifest;
import org.saccade.localization.Box;

/**
 * Findings as annotations that tools for COCO JSON open: a category per finding with a box around
 * what was masked on each image, and a category {@code true box of class N} per class with the true
 * boxes of the images shown as evidence.
 */
final class CocoFindings {
  static final String NAME = "findings.coco.json";

  private final Map<String, Integer> images = new LinkedHashMap<>();
  private final Map<String, Integer> categories = new LinkedHashMap<>();
  private final List<Map<String, Object>> imageEntries = new ArrayList<>();
  private final List<Map<String, Object>> categoryEntries = new ArrayList<>();
  private final List<Map<String, Object>> annotations = new ArrayList<>();

  private CocoFindings() {}

  /** The annotations as JSON. */
  static String json(List<Finding> findings, List<GroupReport> reports) {
    CocoFindings coco = new CocoFindings();
    findings.forEach(coco::add);
    coco.addTrueBoxes(reports);
    Map<String, Object> document = new LinkedHashMap<>();
    document.put(
        "info", Map.of("description", "Findings of saccade audit and true boxes", "version", "1"));
    document.put("licenses", List.of());
    document.put("images", coco.imageEntries);
    document.put("annotations", coco.annotations);
    document.put("categories", coco.categoryEntries);
    try {
      return Manifest.JSON.writeValueAsString(document) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("annotations are plain data", e);
    }
  }

  private void add(Finding finding) {
    int category = category(finding.suspicion().id(), finding.group());
    for (Trial trial : finding.suspicion().trials()) {
      if (trial.test() == Trial.Test.MASK) {
        Frame region = trial.region();
        annotate(
            image(trial.imageId(), trial.width(), trial.height()),
            category,
            region.left(),
            region.top(),
            region.width(),
            region.height());
      }
    }
  }

  private void addTrueBoxes(List<GroupReport> reports) {
    Map<String, Member> shown = new TreeMap<>();
    for (GroupReport report : reports) {
      for (Cluster cluster : report.clusters()) {
        cluster.evidence().forEach(e -> shown.put(e.member().image().imageId(), e.member()));
      }
    }
    for (Member member : shown.values()) {
      for (Box box : member.objects()) {
        annotate(
            image(
                member.image().imageId(), member.fixations().width(), member.fixations().height()),
            category("true box of class " + member.target(), "true boxes"),
            box.x0(),
            box.y0(),
            box.x1() - box.x0() + 1,
            box.y1() - box.y0() + 1);
      }
    }
  }

  private int image(String imageId, int width, int height) {
    return images.computeIfAbsent(
        imageId,
        name -> {
          Map<String, Object> entry = new LinkedHashMap<>();
          entry.put("id", imageEntries.size() + 1);
          entry.put("file_name", name);
          entry.put("width", width);
          entry.put("height", height);
          imageEntries.add(entry);
          return imageEntries.size();
        });
  }

  private int category(String name, String supercategory) {
    return categories.computeIfAbsent(
        name,
        added -> {
          Map<String, Object> entry = new LinkedHashMap<>();
          entry.put("id", categoryEntries.size() + 1);
          entry.put("name", added);
          entry.put("supercategory", supercategory);
          categoryEntries.add(entry);
          return categoryEntries.size();
        });
  }

  private void annotate(
      int image, int category, double left, double top, double width, double height) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("id", annotations.size() + 1);
    entry.put("image_id", image);
    entry.put("category_id", category);
    entry.put("bbox", List.of(left, top, width, height));
    entry.put("area", width * height);
    entry.put("iscrowd", 0);
    double right = left + width;
    double bottom = top + height;
    entry.put("segmentation", List.of(List.of(left, top, right, top, right, bottom, left, bottom)));
    annotations.add(entry);
  }
}
