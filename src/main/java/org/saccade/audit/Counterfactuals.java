package org.saccade.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.saccade.dataset.ImageReference;
import org.saccade.image.PixelImage;

/**
 * Tests a candidate cue on the network itself: is the probability of the suspect class lower
 * without the cue than without equal areas elsewhere, and do other classes' images become the
 * suspect class with it?
 */
final class Counterfactuals {
  private static final int MOST_MASKED = 40;
  private static final int MOST_PASTED = 20;
  private static final int CONTROLS = 3;
  private static final int BACKGROUNDS = 3;

  /** Share of the picture below which masking a region says nothing. */
  private static final double LEAST_AREA = 0.004;

  private final Pictures pictures;
  private final NetworkQueries network;
  private final List<Member> others;
  private final long seed;

  /**
   * @param others images of other groups, to paste into and to take backgrounds from
   */
  Counterfactuals(Pictures pictures, NetworkQueries network, List<Member> others, long seed) {
    this.pictures = pictures;
    this.network = network;
    this.others = others;
    this.seed = seed;
  }

  /** The tests of a candidate, or nothing if fewer than {@code fewest} images allow one. */
  Optional<Suspicion> test(Candidate candidate, int fewest) {
    List<Pending> masked = new ArrayList<>();
    List<Pending> pasted = new ArrayList<>();
    double area = 0;
    for (Member member : candidate.members()) {
      if (masked.size() == MOST_MASKED) {
        break;
      }
      Region cue = candidate.region().apply(member);
      if (cue.area() < LEAST_AREA * member.seen().area()) {
        continue;
      }
      Optional<PixelImage> picture = pictures.load(member);
      if (picture.isEmpty()) {
        continue;
      }
      Optional<Pending> pending =
          candidate.kind() == Kind.BACKGROUND
              ? swapBackground(candidate, member, picture.get(), cue)
              : mask(member, picture.get(), cue);
      if (pending.isEmpty()) {
        continue;
      }
      masked.add(pending.get());
      area += (double) cue.area() / member.seen().area();
      if (pasted.size() < MOST_PASTED) {
        paste(candidate, member, picture.get(), cue).ifPresent(pasted::add);
      }
    }
    if (masked.size() < fewest) {
      return Optional.empty();
    }
    network.finish();
    List<Trial> masks = masked.stream().map(Pending::trial).toList();
    List<Trial> pastes = pasted.stream().map(Pending::trial).toList();
    List<Trial> trials = new ArrayList<>(masks);
    trials.addAll(pastes);
    long ownSeed = seed + candidate.id().hashCode();
    return Optional.of(
        new Suspicion(
            candidate.id(),
            candidate.kind(),
            candidate.place(),
            candidate.cluster(),
            candidate.located(),
            candidate.share(),
            candidate.expected(),
            candidate.excess(),
            area / masked.size(),
            PairedTest.of(masks.stream().mapToDouble(Trial::effect).toArray(), ownSeed),
            PairedTest.of(
                pastes.stream()
                    .mapToDouble(t -> (t.flipped() ? 1 : 0) - t.controlFlips())
                    .toArray(),
                ownSeed + 1),
            trials));
  }

  private Optional<Pending> mask(Member member, PixelImage picture, Region cue) {
    List<Region> controls =
        ControlRegions.of(
            cue, Candidate.object(member), member.seen(), CONTROLS, random(member, "controls"));
    if (controls.isEmpty()) {
      return Optional.empty();
    }
    Pending pending =
        new Pending(Trial.Test.MASK, member, Optional.empty(), cue.bounds().orElseThrow());
    network.classify(picture, pending::before);
    network.classify(Retouch.erased(picture, cue), pending::after);
    for (Region control : controls) {
      network.classify(Retouch.erased(picture, control), pending::control);
    }
    return Optional.of(pending);
  }

  /**
   * A background leaves no equal area elsewhere. It is replaced by backgrounds of other groups'
   * images, and as controls by those of the same group's, each without its object. Of three groups'
   * backgrounds the one with the median effect counts, because one of them may be a cue of its own.
   */
  private Optional<Pending> swapBackground(
      Candidate candidate, Member member, PixelImage picture, Region cue) {
    List<Member> strangers = shuffled(others, random(member, "strangers"));
    List<Member> kin = shuffled(candidate.members(), random(member, "kin"));
    kin.removeIf(other -> other.image().equals(member.image()));
    List<PixelImage> foreign = withBackgrounds(member, picture, cue, ofDistinctClasses(strangers));
    List<PixelImage> own = withBackgrounds(member, picture, cue, kin);
    if (foreign.isEmpty() || own.isEmpty()) {
      return Optional.empty();
    }
    Pending pending =
        new Pending(Trial.Test.MASK, member, Optional.empty(), cue.bounds().orElseThrow());
    network.classify(picture, pending::before);
    foreign.forEach(swapped -> network.classify(swapped, pending::after));
    own.forEach(control -> network.classify(control, pending::control));
    return Optional.of(pending);
  }

  private static List<Member> ofDistinctClasses(List<Member> members) {
    Set<Integer> classes = new HashSet<>();
    return members.stream().filter(member -> classes.add(member.target())).toList();
  }

  /** The picture with the backgrounds of the first donors whose object is known and that load. */
  private List<PixelImage> withBackgrounds(
      Member member, PixelImage picture, Region cue, List<Member> donors) {
    List<PixelImage> swapped = new ArrayList<>();
    for (Member donor : donors) {
      if (swapped.size() == BACKGROUNDS) {
        break;
      }
      if (donor.boxed()) {
        pictures
            .load(donor)
            .map(source -> Retouch.erased(source, Candidate.object(donor)))
            .ifPresent(
                empty ->
                    swapped.add(Retouch.pasted(picture, member.seen(), cue, empty, donor.seen())));
      }
    }
    return swapped;
  }

  /** Puts the cue into an image of another class; the control takes its place from yet another. */
  private Optional<Pending> paste(
      Candidate candidate, Member member, PixelImage picture, Region cue) {
    List<Member> hosts = shuffled(others, random(member, candidate.id()));
    hosts.removeIf(host -> isOf(member.target(), host));
    for (int i = 0; i + 1 < hosts.size(); i++) {
      Member host = hosts.get(i);
      Optional<PixelImage> into = pictures.load(host);
      Optional<PixelImage> third = pictures.load(hosts.get(i + 1));
      if (into.isEmpty() || third.isEmpty()) {
        continue;
      }
      Region there = transferred(cue, member, host);
      if (candidate.kind() == Kind.BACKGROUND) {
        there = Candidate.offBoxes(host, there);
      }
      if (there.isEmpty()) {
        continue;
      }
      Pending pending =
          new Pending(Trial.Test.PASTE, member, Optional.of(host), there.bounds().orElseThrow());
      network.classify(into.get(), pending::before);
      network.classify(
          Retouch.pasted(into.get(), host.seen(), there, picture, member.seen()), pending::after);
      network.classify(
          Retouch.pasted(into.get(), host.seen(), there, third.get(), hosts.get(i + 1).seen()),
          pending::control);
      return Optional.of(pending);
    }
    return Optional.empty();
  }

  private static boolean isOf(int classIndex, Member member) {
    ImageReference image = member.image();
    return member.predicted() == classIndex
        || member.target() == classIndex
        || image.classIndex() == classIndex;
  }

  /** The pixels of another picture at the same places relative to what the network sees. */
  private static Region transferred(Region region, Member from, Member to) {
    List<Frame> runs = new ArrayList<>();
    for (int y = to.seen().top(); y < to.seen().bottom(); y++) {
      int fromY = from.seen().top() + (int) (to.seen().shareY(y) * from.seen().height());
      int start = -1;
      for (int x = to.seen().left(); x <= to.seen().right(); x++) {
        int fromX = from.seen().left() + (int) (to.seen().shareX(x) * from.seen().width());
        boolean inside = x < to.seen().right() && region.contains(fromX, fromY);
        if (inside && start < 0) {
          start = x;
        } else if (!inside && start >= 0) {
          runs.add(new Frame(start, y, x, y + 1));
          start = -1;
        }
      }
    }
    return Region.of(to.width(), to.height(), runs);
  }

  private static List<Member> shuffled(List<Member> members, Random random) {
    List<Member> shuffled = new ArrayList<>(members);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }

  /** The same numbers for the same image whatever else is tested. */
  private Random random(Member member, String purpose) {
    return new Random(seed + 31L * member.image().imageId().hashCode() + purpose.hashCode());
  }

  /** A trial whose answers are on their way. */
  private static final class Pending {
    private final Trial.Test test;
    private final Member member;
    private final Optional<Member> host;
    private final Frame region;
    private final List<double[]> controls = new ArrayList<>();
    private double[] before = {};
    private final List<double[]> after = new ArrayList<>();

    Pending(Trial.Test test, Member member, Optional<Member> host, Frame region) {
      this.test = test;
      this.member = member;
      this.host = host;
      this.region = region;
    }

    void before(double[] probabilities) {
      before = digest(probabilities);
    }

    void after(double[] probabilities) {
      after.add(digest(probabilities));
    }

    void control(double[] probabilities) {
      controls.add(digest(probabilities));
    }

    /** What is kept of an answer: the suspect's probability and the predicted class. */
    private double[] digest(double[] probabilities) {
      int best = 0;
      for (int c = 1; c < probabilities.length; c++) {
        if (probabilities[c] > probabilities[best]) {
          best = c;
        }
      }
      return new double[] {probabilities[member.target()], best};
    }

    Trial trial() {
      int predicted = (int) before[1];
      int suspect = member.target();
      after.sort(Comparator.comparingDouble(answer -> answer[0]));
      double[] changed = after.get(after.size() / 2);
      double[] flips =
          controls.stream()
              .mapToDouble(
                  control ->
                      test == Trial.Test.MASK
                          ? (control[1] != predicted ? 1 : 0)
                          : (control[1] == suspect ? 1 : 0))
              .toArray();
      return new Trial(
          test,
          member.image().imageId(),
          member.image().uri(),
          host.map(h -> h.image().imageId()).orElse(""),
          host.map(h -> h.image().uri()).orElse(""),
          host.orElse(member).width(),
          host.orElse(member).height(),
          region,
          suspect,
          before[0],
          changed[0],
          controls.stream().mapToDouble(control -> control[0]).average().orElse(Double.NaN),
          predicted,
          (int) changed[1],
          Arrays.stream(flips).average().orElse(0));
    }
  }
}
