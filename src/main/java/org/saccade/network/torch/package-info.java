/**
 * Importers for what PyTorch saves: {@code torch.export} archives ({@code .pt2}) and TorchScript.
 * They read data; no code and no general pickle from a model file is ever executed.
 */
package org.saccade.network.torch;
