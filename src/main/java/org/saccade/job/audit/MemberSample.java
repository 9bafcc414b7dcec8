package org.saccade.job.audit;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.saccade.audit.Member;

/**
 * A bounded sample of a group's explanations: those whose image's id hashes lowest, the same
 * whatever the order and the partitioning. One explanation per image.
 */
final class MemberSample implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final int most;
  private final long seed;
  private final ArrayList<Member> members = new ArrayList<>();

  MemberSample(int most, long seed) {
    this.most = most;
    this.seed = seed;
  }

  MemberSample add(Member member) {
    members.add(member);
    if (members.size() >= 2 * most) {
      trim();
    }
    return this;
  }

  MemberSample add(MemberSample other) {
    other.members.forEach(this::add);
    return this;
  }

  /** The sampled explanations, at most as many as were asked for. */
  List<Member> members() {
    trim();
    return List.copyOf(members);
  }

  private void trim() {
    members.sort(
        Comparator.comparingLong((Member member) -> hash(member.image().imageId()))
            .thenComparing(member -> member.image().imageId()));
    if (members.size() > most) {
      members.subList(most, members.size()).clear();
    }
  }

  /** The finalizer of SplitMix64. */
  private long hash(String imageId) {
    long z = GOLDEN * (imageId.hashCode() + seed);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
