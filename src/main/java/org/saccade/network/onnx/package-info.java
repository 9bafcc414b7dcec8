/**
 * Import of ONNX models: protobuf in, {@link org.saccade.network.Network} out. Shape arithmetic is
 * folded with a batch of one, so that what is left computes on activations only.
 */
package org.saccade.network.onnx;
