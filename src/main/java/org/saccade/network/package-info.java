/**
 * The network as a graph of our own: layers as records behind a sealed interface, shape inference
 * and canonical rewrites. Importers live in sub-packages. Nothing here executes anything.
 */
package org.saccade.network;
