package org.saccade.audit;

import java.io.Serializable;
import java.util.List;

/**
 * Explanations, or patches, of a group that are alike.
 *
 * @param kind {@link Kind#CLUSTER} for explanation maps, {@link Kind#PATCH} for patches
 * @param number from 0 on, the largest first
 * @param size images, or patches, in it
 * @param share of the group's, by weight: near duplicates count once
 * @param silhouette mean silhouette, 0 where there is one cluster only
 * @param purity how much this is of this group alone: the share of the group's maps near the
 *     cluster's medoid, over the sum of it and the same share of other groups' maps; 0.5 is as
 *     common elsewhere, 1 only here; NaN for patches and without others
 * @param x mean position across, as a share of the width of what the network sees
 * @param y mean position down, likewise
 * @param spread root mean square distance of the members' positions from it, in the same shares
 * @param map mean density of the members over what the network sees
 * @param evidence members worth looking at
 */
public record Cluster(
    Kind kind,
    int number,
    int size,
    double share,
    double silhouette,
    double purity,
    double x,
    double y,
    double spread,
    FixationMap map,
    List<Evidence> evidence)
    implements Serializable {

  /** Why a member is shown. */
  public enum Role {
    /** The one nearest to all others. */
    MEDOID,
    /** The one farthest from the medoid. */
    EXTREME,
    /** Chosen blindly. */
    RANDOM
  }

  /**
   * A member worth looking at.
   *
   * @param role why it is shown
   * @param member the explanation
   * @param region for patches the patch, for maps what the cluster has in common
   * @param distance from the medoid: Hellinger's between maps, Euclidean between unit descriptors
   */
  public record Evidence(Role role, Member member, Frame region, double distance)
      implements Serializable {}

  /** The part of the picture a position lies in, such as {@code top-left} or {@code centre}. */
  public String place() {
    return Places.name(x, y, spread);
  }
}
