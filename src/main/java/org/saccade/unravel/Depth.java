package org.saccade.unravel;

/**
 * The points of a walk at one node's result.
 *
 * @param node id of the node
 * @param name name of the node
 * @param points cells of its result
 */
public record Depth(int node, String name, Points points) {}
