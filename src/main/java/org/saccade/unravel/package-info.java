/**
 * CNN Fixations: unravels a prediction back to the input cells that caused it, one rule per layer
 * type, from the activations of a single forward pass.
 *
 * <p>Method: Mopuri, Garg, Babu, <i>CNN Fixations: An unraveling approach to visualize the
 * discriminative image regions</i>, IEEE TIP 28(5), 2019. The rules are tabulated in {@code
 * docs/unravelling.md}.
 */
package org.saccade.unravel;
