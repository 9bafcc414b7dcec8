package org.saccade.unravel;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.saccade.engine.Activations;
import org.saccade.network.Network;
import org.saccade.network.Node;
import org.saccade.network.Shape;
import org.saccade.network.UnsupportedNetworkException;
import org.saccade.network.UnsupportedNetworkException.Problem;
import org.saccade.unravel.Frontier.Coincidence;

/**
 * Walks from class neurons back to the input.
 *
 * <p>The graph is taken in reverse topological order. Every value collects the points that its
 * consumers send to it, each cell of a walk once, and then the rule of its layer sends them on to
 * the layer's inputs; branches of inception, dense and residual blocks need nothing special.
 *
 * <p>Immutable and safe for use by any number of threads; all plans and weight layouts are computed
 * once, on construction.
 */
public final class Unraveller {
  private final Network network;
  private final Profile profile;
  private final Rule[] rules;
  private final Set<Integer> required;
  private final boolean alwaysOnDevice;

  private Unraveller(
      Network network,
      Profile profile,
      Rule[] rules,
      Set<Integer> required,
      boolean alwaysOnDevice) {
    this.network = network;
    this.profile = profile;
    this.rules = rules;
    this.required = required;
    this.alwaysOnDevice = alwaysOnDevice;
  }

  /**
   * Prepares the walk through a network.
   *
   * @throws UnsupportedNetworkException if a layer between the input and the logits has no rule;
   *     the message names every such node
   */
  public static Unraveller of(Network network, Profile profile) {
    Branches branches = new Branches(network);
    Rule[] rules = new Rule[network.nodes().size()];
    Set<Integer> required = new TreeSet<>();
    List<Problem> problems = new ArrayList<>();
    BitSet reached = new BitSet();
    reached.set(network.logits().id());
    for (int id = network.logits().id(); id > 0; id--) {
      if (!reached.get(id)) {
        continue;
      }
      Node node = network.node(id);
      LayerRules chosen =
          switch (profile) {
            case DEFAULT -> new DefaultRules(network, branches, node);
            case REFERENCE -> new ReferenceRules(network, branches, node);
          };
      Rule rule = node.layer().accept(chosen);
      if (rule instanceof NoRule none) {
        String layer = node.layer().getClass().getSimpleName();
        problems.add(new Problem(layer, node.name(), none.reason()));
      }
      rules[id] = rule;
      required.addAll(rule.reads());
      rule.leadsTo().forEach(reached::set);
    }
    if (!problems.isEmpty()) {
      throw new UnsupportedNetworkException(network.name(), problems);
    }
    return new Unraveller(network, profile, rules, Set.copyOf(required), false);
  }

  /**
   * The same walk, gathering with tensor operations even where activations lie in host memory,
   * which is slower there; without it this is done on devices only.
   */
  public Unraveller alwaysOnDevice() {
    return new Unraveller(network, profile, rules, required, true);
  }

  public Network network() {
    return network;
  }

  public Profile profile() {
    return profile;
  }

  /**
   * What the walk does to a point at a node's result, for people to read; empty for nodes that no
   * walk reaches and for the input, where it ends.
   */
  public Optional<String> describe(int node) {
    return Optional.ofNullable(rules[node]).map(Rule::description);
  }

  /** Ids of the nodes whose results the walk reads, and which the engine therefore has to keep. */
  public Set<Integer> requiredActivations() {
    return required;
  }

  /**
   * Walks back from each target.
   *
   * @param activations the forward pass, with at least {@link #requiredActivations} kept
   * @param targets where to start; any number per image, each walk is independent of the others
   * @param traced whether to record the points at every node passed
   * @return one walk per target, in the same order
   * @throws IllegalArgumentException if a target's image or class does not exist
   */
  public List<Walk> unravel(Activations activations, List<Target> targets, boolean traced) {
    int[] images = targets.stream().mapToInt(Target::image).toArray();
    Frontiers frontiers = new Frontiers(network, profile == Profile.DEFAULT);
    Frontier start = frontiers.at(network.logits().id());
    for (int walk = 0; walk < images.length; walk++) {
      Target target = targets.get(walk);
      if (target.image() < 0 || target.image() >= activations.batchSize()) {
        throw new IllegalArgumentException(
            "a batch of %d images has no image %d"
                .formatted(activations.batchSize(), target.image()));
      }
      if (target.classIndex() < 0 || target.classIndex() >= network.classes()) {
        throw new IllegalArgumentException(
            "a network of %d classes has no class %d"
                .formatted(network.classes(), target.classIndex()));
      }
      start.addCell(walk, target.classIndex(), 1);
    }
    Evidence evidence =
        alwaysOnDevice || !activations.onHost()
            ? new DeviceEvidence(activations, images)
            : new HostEvidence(activations, images);
    Coincidence coincidence = profile == Profile.REFERENCE ? Coincidence.SET : Coincidence.SUM;
    List<List<Depth>> traces = new ArrayList<>();
    targets.forEach(target -> traces.add(new ArrayList<>()));
    for (int id = network.logits().id(); id > 0; id--) {
      Frontier points = frontiers.take(id).distinct(coincidence);
      if (points.isEmpty()) {
        continue;
      }
      if (traced) {
        record(network.node(id), points, traces);
      }
      rules[id].follow(points, evidence, frontiers);
    }
    Frontier arrived = frontiers.take(0);
    Shape shape = network.input().shape();
    if (profile == Profile.DEFAULT && shape.rank() > 1) {
      arrived = arrived.withoutChannels();
      shape = shape.with(0, 1);
    }
    arrived = arrived.distinct(coincidence);
    Points[] ends = arrived.split(shape, images.length);
    List<Walk> walks = new ArrayList<>();
    for (int walk = 0; walk < images.length; walk++) {
      if (traced) {
        traces.get(walk).add(new Depth(0, network.input().name(), ends[walk]));
      }
      walks.add(new Walk(targets.get(walk), ends[walk], traces.get(walk)));
    }
    return walks;
  }

  private static void record(Node node, Frontier points, List<List<Depth>> traces) {
    Points[] split = points.split(node.shape(), traces.size());
    for (int walk = 0; walk < split.length; walk++) {
      if (split[walk].size() > 0) {
        traces.get(walk).add(new Depth(node.id(), node.name(), split[walk]));
      }
    }
  }
}
