package org.saccade.report;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.saccade.localization.Box;

/**
 * What an audit found.
 *
 * @param findings candidate cues, the first to look at first
 * @param tested number of candidates, of which {@code findings} may hold the first only
 * @param groups classes, or values of the column that was grouped by, the most suspicious first
 */
public record AuditFacts(List<Finding> findings, long tested, List<Group> groups) {

  public AuditFacts {
    findings = List.copyOf(findings);
    groups = List.copyOf(groups);
  }

  long flagged() {
    return findings.stream().filter(Finding::flagged).count();
  }

  /**
   * A candidate cue.
   *
   * @param rank from 1
   * @param id the same in a rerun
   * @param group where it was found
   * @param groupName the group's name, where it has one
   * @param kind of suspicion
   * @param place in the picture
   * @param flagged whether the network leans on it
   * @param outcome of the test, as the table says it
   * @param images distinct images tested
   * @param share of the explanations' weight that lies on it
   * @param expectedShare share of other groups' explanations that lies on the same place, where the
   *     cue has one
   * @param area share of the picture that it covers
   * @param masking what masking it does
   * @param pasting what pasting it into pictures of other classes does
   * @param verdict a person's decision
   * @param note why
   * @param cluster the cluster it is, for those that are one
   * @param exhibits pictures to look at
   */
  public record Finding(
      int rank,
      String id,
      String group,
      Optional<String> groupName,
      String kind,
      String place,
      boolean flagged,
      String outcome,
      int images,
      double share,
      OptionalDouble expectedShare,
      double area,
      Masking masking,
      Optional<Pasting> pasting,
      Optional<String> verdict,
      String note,
      Optional<Cluster> cluster,
      List<Exhibit> exhibits) {
    public Finding {
      exhibits = List.copyOf(exhibits);
    }
  }

  /**
   * Masking a cue, against masking as much elsewhere in the same images. Probabilities of the
   * suspect class.
   *
   * @param before unchanged
   * @param drop lost by masking the cue
   * @param controlDrop lost by masking elsewhere
   * @param effect the difference of the two, with {@code low} and {@code high}, its 95 % limits
   * @param q p-value adjusted over all findings
   * @param flips share of images whose predicted class changes
   * @param controlFlips likewise by masking elsewhere
   */
  public record Masking(
      double before,
      double drop,
      double controlDrop,
      double effect,
      double low,
      double high,
      double q,
      double flips,
      double controlFlips) {}

  /**
   * Pasting a cue into images of other classes.
   *
   * @param images number of images
   * @param rate share that becomes the suspect class
   * @param controlRate likewise with another image's pixels
   * @param low lower 95 % limit of their difference
   * @param high upper limit
   */
  public record Pasting(int images, double rate, double controlRate, double low, double high) {}

  /**
   * Explanations or patches that are alike.
   *
   * @param size number of members
   * @param share of the group
   * @param silhouette mean silhouette
   * @param purity 0.5 as common in other groups, 1 only here; empty for patches
   */
  public record Cluster(int size, double share, double silhouette, OptionalDouble purity) {}

  /**
   * A picture to look at.
   *
   * @param role {@code medoid}, {@code extreme}, {@code random}, {@code mask} or {@code paste}
   * @param imageId the image
   * @param sourceId for a paste, the image that the patch comes from
   * @param region what is meant, in pixels of the image
   * @param before probability of the suspect class, for tests
   * @param after likewise, with the cue masked or pasted
   * @param control likewise, with the control
   * @param picture number of its picture
   */
  public record Exhibit(
      String role,
      String imageId,
      Optional<String> sourceId,
      Box region,
      OptionalDouble before,
      OptionalDouble after,
      OptionalDouble control,
      OptionalInt picture) {}

  /**
   * A group.
   *
   * @param group class index or value
   * @param name where there is one
   * @param images explained images in it
   * @param distinct after near duplicates were merged
   * @param outside weight outside all true boxes
   * @param corner weight in the corners
   * @param border weight along the border
   * @param findings candidates tested
   * @param flagged of them flagged
   */
  public record Group(
      String group,
      Optional<String> name,
      long images,
      int distinct,
      Optional<Excess> outside,
      Optional<Excess> corner,
      Optional<Excess> border,
      int findings,
      int flagged) {}

  /**
   * A share of weight against what other groups' images have.
   *
   * @param mean share
   * @param excess over what was expected, with {@code low} and {@code high}, its 95 % limits
   * @param q p-value adjusted over all groups
   */
  public record Excess(double mean, double excess, double low, double high, double q) {}

  /**
   * A picture that was written.
   *
   * @param number by which exhibits name it
   * @param width of the original in pixels
   * @param height of the original in pixels
   */
  public record Picture(int number, int width, int height) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** The file of an exhibit's picture. */
  public static String picturePath(int number) {
    return "audit/pictures/%05d.jpg".formatted(number);
  }
}
