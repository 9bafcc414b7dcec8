package org.saccade.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.saccade.image.PixelImage;

/**
 * The audit of one group of explanations: a class, or the images with one value in a column.
 *
 * @param pictures where the images are had again
 * @param network the network that was explained
 * @param baseline what the measures amount to over all groups
 * @param reference a sample of all groups' explanations
 * @param seed of everything that is drawn
 */
public record GroupAudit(
    Pictures pictures,
    NetworkQueries network,
    Baseline baseline,
    Map<String, List<Member>> reference,
    long seed) {

  /** Images without which nothing can be tested: with fewer no p-value is below 5 %. */
  public static final int FEWEST = 5;

  /** Audits a group's explanations, at most a few hundred. */
  public GroupReport audit(String group, List<Member> sample) {
    List<Member> members = new ArrayList<>();
    List<Fingerprint> fingerprints = new ArrayList<>();
    List<Member> patched = new ArrayList<>();
    List<Frame> patches = new ArrayList<>();
    List<double[]> descriptors = new ArrayList<>();
    int unreadable = 0;
    for (Member member : sample) {
      Optional<PixelImage> picture = pictures.load(member);
      if (picture.isEmpty()) {
        unreadable++;
        continue;
      }
      if (!(member.fixations().totalWeight() > 0)) {
        continue;
      }
      Fingerprint fingerprint = Fingerprint.of(picture.get());
      if (fingerprints.stream().noneMatch(fingerprint::nearlyEquals)) {
        List<Frame> peaks = Peaks.of(member);
        network.describe(
            picture.get(),
            peaks,
            described -> {
              for (int i = 0; i < described.size(); i++) {
                patched.add(member);
                patches.add(peaks.get(i));
                descriptors.add(described.get(i));
              }
            });
      }
      members.add(member);
      fingerprints.add(fingerprint);
    }
    network.finish();
    int[] firsts = NearDuplicates.firstOfGroup(fingerprints);
    List<Member> distinct =
        IntStream.range(0, firsts.length)
            .filter(i -> firsts[i] == i)
            .mapToObj(members::get)
            .toList();

    List<Clusters.Found> maps =
        Clusters.ofMaps(distinct, others(group).stream().map(FixationMap::of).toList(), seed);
    List<Clusters.Found> looks = Clusters.ofPatches(patched, patches, descriptors, FEWEST, seed);
    List<Cluster> clusters = new ArrayList<>();
    maps.forEach(found -> clusters.add(found.cluster()));
    looks.forEach(found -> clusters.add(found.cluster()));
    Counterfactuals tests = new Counterfactuals(pictures, network, others(group), seed);
    List<Suspicion> suspicions =
        new Candidates(group, distinct, others(group), FEWEST, seed)
            .of(maps, looks).stream()
                .map(candidate -> tests.test(candidate, FEWEST))
                .flatMap(Optional::stream)
                .toList();
    return new GroupReport(
        group,
        baseline.images().getOrDefault(group, 0L),
        members.size(),
        distinct.size(),
        unreadable,
        statistics(group, members, firsts),
        clusters,
        suspicions);
  }

  private List<Member> others(String group) {
    return reference.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(group))
        .sorted(Map.Entry.comparingByKey())
        .flatMap(entry -> entry.getValue().stream())
        .toList();
  }

  private Map<Measure, Statistic> statistics(String group, List<Member> members, int[] firsts) {
    Map<Measure, Statistic> statistics = new EnumMap<>(Measure.class);
    for (Measure measure : Measure.values()) {
      statistics.put(measure, statistic(group, measure, members, firsts));
    }
    return statistics;
  }

  /** Copies of a picture count together as their mean. */
  private Statistic statistic(String group, Measure measure, List<Member> members, int[] firsts) {
    double[] weight = new double[firsts.length];
    double[] share = new double[firsts.length];
    double[] expected = new double[firsts.length];
    double[] uniform = new double[firsts.length];
    for (int i = 0; i < firsts.length; i++) {
      Member member = members.get(i);
      int first = firsts[i];
      if (measure.of(member).isPresent()) {
        weight[first]++;
        share[first] += measure.of(member).getAsDouble();
        expected[first] += baseline.expected(group, measure, member);
        uniform[first] += measure.uniform(member);
      }
    }
    int[] units = IntStream.range(0, firsts.length).filter(i -> weight[i] > 0).toArray();
    PairedTest excess =
        PairedTest.of(
            Arrays.stream(units).mapToDouble(i -> (share[i] - expected[i]) / weight[i]).toArray(),
            seed + group.hashCode() + measure.id().hashCode());
    return new Statistic(
        units.length,
        mean(units, share, weight),
        mean(units, expected, weight),
        mean(units, uniform, weight),
        excess.mean(),
        excess.low(),
        excess.high(),
        units.length == 0 ? Double.NaN : excess.p());
  }

  private static double mean(int[] units, double[] sum, double[] weight) {
    return Arrays.stream(units).mapToDouble(i -> sum[i] / weight[i]).average().orElse(Double.NaN);
  }
}
