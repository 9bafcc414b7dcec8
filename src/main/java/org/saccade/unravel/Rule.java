package org.saccade.unravel;

import java.util.List;
import java.util.Set;

/** What one node does to the points at its result: sends them on to its inputs. */
interface Rule {

  /** Ids of the nodes whose activations it reads. */
  Set<Integer> reads();

  /** What it does, in the words of the documentation: where a point goes. */
  String description();

  /** Ids of the nodes that it may send points to. */
  List<Integer> leadsTo();

  /**
   * Sends points on.
   *
   * @param from the points at the node's result, in canonical order
   * @param evidence the activations
   * @param into where points at other nodes are collected
   */
  void follow(Frontier from, Evidence evidence, Frontiers into);
}
