/**
 * Does a class lean on something that is not its object? Statistics of where explanations lie,
 * clusters of explanations and of what they look at, and counterfactual tests of each suspicion.
 * {@code docs/audit.md} tells the method. Knows no Spark: a caller brings the pictures and the
 * network.
 */
package org.saccade.audit;
