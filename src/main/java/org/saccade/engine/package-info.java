/**
 * Runs a network on DJL's PyTorch engine, keeps the activations that back-tracking reads and owns
 * all native memory.
 */
package org.saccade.engine;
