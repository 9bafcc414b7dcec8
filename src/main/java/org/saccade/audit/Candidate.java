package org.saccade.audit;

import java.util.List;
import java.util.function.Function;
import org.saccade.localization.Box;

/**
 * A region, image by image, that a group's network may lean on without being entitled to.
 *
 * @param id stable name of the finding
 * @param kind what sort of candidate it is
 * @param place where, in words
 * @param cluster number of the cluster it comes from, -1 without one
 * @param located whether it is known not to be the object
 * @param share mean share of the explanations' weight on it
 * @param expected mean share that the other groups' explanations put at this place; NaN where it is
 *     no place, or too few others have it free
 * @param excess of the group's shares over it; of no images where it is not known
 * @param members images that it is on, or may be on
 * @param region where it is on one of them; empty regions are passed over
 */
record Candidate(
    String id,
    Kind kind,
    String place,
    int cluster,
    boolean located,
    double share,
    double expected,
    PairedTest excess,
    List<Member> members,
    Function<Member, Region> region) {

  /** Objects reach a little beyond their boxes: shadows, antialiasing, careless annotators. */
  private static final double MARGIN = 0.1;

  /** Without boxes the middle of a picture is taken for the object's, see the baseline's box. */
  private static final double CENTRED_SIDE = 0.75;

  /** The pixels of the object, generously; without boxes the middle of the picture. */
  static Region object(Member member) {
    if (member.boxed()) {
      return Region.ofBoxes(member.width(), member.height(), member.objects(), MARGIN);
    }
    double margin = (1 - CENTRED_SIDE) / 2;
    return Region.of(
        member.width(),
        member.height(),
        member.seen().part(margin, margin, 1 - margin, 1 - margin));
  }

  /** A part of what the network sees, without the object where boxes tell where it is. */
  static Region offBoxes(Member member, Region region) {
    List<Box> boxes = member.objects();
    return boxes.isEmpty() ? region : region.minus(object(member));
  }

  /** A part of what the network sees, without what is or may be the object. */
  static Region offObject(Member member, Region region) {
    return region.minus(object(member));
  }
}
