package org.saccade.audit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.CRC32;

/**
 * Where a group's explanations give reason for suspicion.
 *
 * <p>With boxes a candidate is whatever lies off the (grown) boxes. Without them nothing tells a
 * cue from the object by itself, so that only places count: the same place on all images of the
 * group, off the middle of the picture. Patches that turn up at different places are tested too,
 * but cannot be told from the object then, see {@link Candidate#located}.
 */
final class Candidates {
  private static final int MOST = 8;
  private static final double CORNER_SIDE = 0.22;
  private static final double BORDER_WIDTH = 0.08;

  /** Weight that a region has to draw, relative to what an even spread would put there ... */
  private static final double LEAST_DENSITY = 0.5;

  /** ... or relative to what other groups' explanations put there, beyond chance. */
  private static final double LEAST_CONTRAST = 2;

  /** Fewer others than this say nothing. */
  private static final int FEWEST_OTHERS = 10;

  /** Share of a patch that has to lie off the object for it to be more than the object's edge. */
  private static final double LEAST_OFF = 0.5;

  private final String prefix;
  private final List<Member> members;
  private final List<Member> others;
  private final boolean boxed;
  private final int fewest;
  private final long seed;
  private final Map<String, Integer> names = new HashMap<>();
  private final List<Candidate> found = new ArrayList<>();

  /**
   * @param members distinct explanations of the group
   * @param others explanations of other groups, to compare with
   * @param fewest images that a candidate needs
   * @param seed of the resamples
   */
  Candidates(String group, List<Member> members, List<Member> others, int fewest, long seed) {
    this.prefix = slug(group) + "/";
    this.boxed = members.stream().filter(Member::boxed).count() * 2 > members.size();
    this.members = boxed ? boxedOnly(members) : members;
    this.others = boxed ? boxedOnly(others) : others;
    this.fewest = fewest;
    this.seed = seed;
  }

  /** The candidates, those that draw most weight for their area first. */
  List<Candidate> of(List<Clusters.Found> maps, List<Clusters.Found> patches) {
    corner("top-left", 0, 0);
    corner("top-right", 1, 0);
    corner("bottom-left", 0, 1);
    corner("bottom-right", 1, 1);
    place(
        Kind.BORDER,
        "edges",
        -1,
        members,
        member -> {
          Frame inner =
              member.seen().part(BORDER_WIDTH, BORDER_WIDTH, 1 - BORDER_WIDTH, 1 - BORDER_WIDTH);
          return whole(member).minus(Region.of(member.width(), member.height(), inner));
        });
    maps.forEach(this::cluster);
    patches.stream().filter(Clusters.Found::alike).forEach(this::patches);
    List<Candidate> chosen =
        new ArrayList<>(
            found.stream()
                .sorted(Comparator.comparingDouble(c -> -c.share()))
                .limit(MOST)
                .toList());
    if (boxed && members.size() >= fewest) {
      chosen.add(
          new Candidate(
              prefix + Kind.BACKGROUND.id(),
              Kind.BACKGROUND,
              "background",
              -1,
              true,
              share(members, this::background),
              Double.NaN,
              PairedTest.of(new double[0], seed),
              members,
              this::background));
    }
    return chosen;
  }

  private Region background(Member member) {
    return Candidate.offBoxes(member, whole(member));
  }

  private void corner(String place, int right, int down) {
    double x = right * (1 - CORNER_SIDE);
    double y = down * (1 - CORNER_SIDE);
    place(
        Kind.CORNER,
        place,
        -1,
        members,
        member ->
            Region.of(
                member.width(),
                member.height(),
                member.seen().part(x, y, x + CORNER_SIDE, y + CORNER_SIDE)));
  }

  private void cluster(Clusters.Found cluster) {
    // Without boxes the images must not be chosen by their explanations: those that look at a place
    // are those that have their object there.
    List<Member> on = boxed ? boxedOnly(cluster.members()) : members;
    FixationMap map = cluster.cluster().map();
    place(
        Kind.CLUSTER,
        cluster.cluster().place(),
        cluster.cluster().number(),
        on,
        member ->
            Candidate.offObject(
                member, Clusters.coreRegion(map, member.seen(), member.width(), member.height())));
  }

  private void patches(Clusters.Found cluster) {
    Map<Member, List<Frame>> frames = new LinkedHashMap<>();
    for (int i = 0; i < cluster.members().size(); i++) {
      frames
          .computeIfAbsent(cluster.members().get(i), m -> new ArrayList<>())
          .add(cluster.regions().get(i));
    }
    Cluster described = cluster.cluster();
    if (!boxed && described.spread() <= Places.LARGEST_SPREAD) {
      Frame medoid = described.evidence().get(0).region();
      Frame seen = described.evidence().get(0).member().seen();
      double halfX = medoid.width() / 2.0 / seen.width();
      double halfY = medoid.height() / 2.0 / seen.height();
      place(
          Kind.PATCH,
          described.place(),
          described.number(),
          members,
          member ->
              Candidate.offObject(
                  member,
                  Region.of(
                      member.width(),
                      member.height(),
                      member
                          .seen()
                          .part(
                              Math.max(0, described.x() - halfX),
                              Math.max(0, described.y() - halfY),
                              described.x() + halfX,
                              described.y() + halfY))));
      return;
    }
    Function<Member, Region> region =
        member -> {
          List<Frame> off =
              frames.getOrDefault(member, List.of()).stream()
                  .filter(frame -> mostlyOffBoxes(member, frame))
                  .toList();
          return Candidate.offBoxes(member, Region.of(member.width(), member.height(), off));
        };
    List<Member> on = List.copyOf(boxed ? boxedOnly(frames.keySet()) : frames.keySet());
    add(Kind.PATCH, described.place(), described.number(), boxed, on, List.of(), region);
  }

  private static boolean mostlyOffBoxes(Member member, Frame frame) {
    Region patch = Region.of(member.width(), member.height(), frame);
    return Candidate.offBoxes(member, patch).area() >= LEAST_OFF * patch.area();
  }

  private static List<Member> boxedOnly(Collection<Member> some) {
    return some.stream().filter(Member::boxed).toList();
  }

  /** A candidate at one place, as far as it is off the object. */
  private void place(
      Kind kind, String place, int cluster, List<Member> on, Function<Member, Region> region) {
    add(
        kind,
        place,
        cluster,
        true,
        on,
        others,
        member -> Candidate.offBoxes(member, region.apply(member)));
  }

  /**
   * Adds a candidate if it draws weight enough.
   *
   * @param comparable other groups' images that the region means the same on
   */
  private void add(
      Kind kind,
      String place,
      int cluster,
      boolean located,
      List<Member> on,
      List<Member> comparable,
      Function<Member, Region> region) {
    String name = kind.id() + "-" + place;
    int number = names.merge(name, 1, Integer::sum);
    List<Member> carrying = on.stream().filter(m -> !region.apply(m).isEmpty()).toList();
    if (carrying.size() < fewest) {
      return;
    }
    String id = prefix + name + (number == 1 ? "" : "-" + number);
    double share = share(carrying, region);
    double area =
        carrying.stream()
            .mapToDouble(m -> (double) region.apply(m).area() / m.seen().area())
            .average()
            .orElse(1);
    List<Member> free = comparable.stream().filter(m -> !region.apply(m).isEmpty()).toList();
    double expected = free.size() < FEWEST_OTHERS ? Double.NaN : share(free, region);
    PairedTest excess =
        PairedTest.of(
            Double.isNaN(expected)
                ? new double[0]
                : carrying.stream()
                    .mapToDouble(m -> m.share(region.apply(m)).orElse(0) - expected)
                    .toArray(),
            seed + id.hashCode());
    boolean contrast = excess.low() > 0 && share >= LEAST_CONTRAST * expected;
    if (share >= LEAST_DENSITY * area || contrast) {
      found.add(
          new Candidate(
              id, kind, place, cluster, located, share, expected, excess, carrying, region));
    }
  }

  private static double share(List<Member> members, Function<Member, Region> region) {
    return members.stream()
        .mapToDouble(member -> member.share(region.apply(member)).orElse(0))
        .average()
        .orElse(0);
  }

  private static Region whole(Member member) {
    return Region.of(member.width(), member.height(), member.seen());
  }

  /** A group's name as part of an id: letters, digits, dots, dashes and underscores. */
  static String slug(String group) {
    StringBuilder kept = new StringBuilder();
    group
        .codePoints()
        .limit(60)
        .map(c -> Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_' ? c : '_')
        .forEach(kept::appendCodePoint);
    if (kept.toString().equals(group) && !group.isEmpty()) {
      return group;
    }
    CRC32 checksum = new CRC32();
    checksum.update(group.getBytes(StandardCharsets.UTF_8));
    return "%s-%08x".formatted(kept, checksum.getValue());
  }
}
