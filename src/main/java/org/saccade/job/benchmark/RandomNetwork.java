package org.saccade.job.benchmark;

import java.util.List;
import java.util.Locale;
import org.saccade.network.Network;
import org.saccade.network.Shape;

/**
 * Networks of well-known sizes with seeded random weights, made in memory: for the benchmark, which
 * needs their shapes and not their knowledge.
 */
public enum RandomNetwork {
  /** Configuration D of Simonyan and Zisserman, arXiv 1409.1556. */
  VGG16 {
    @Override
    Network network() {
      return vgg16();
    }
  },
  /**
   * 50 layers as in He et al., arXiv 1512.03385, with the stride of a block in its 3 x 3
   * convolution as everybody has it today, and batch normalization folded.
   */
  RESNET50 {
    @Override
    Network network() {
      return resNet50();
    }
  };

  private static final Shape INPUT = Shape.of(3, 224, 224);
  private static final int CLASSES = 1000;

  private static final List<List<Integer>> VGG_BLOCKS =
      List.of(
          List.of(64, 64),
          List.of(128, 128),
          List.of(256, 256, 256),
          List.of(512, 512, 512),
          List.of(512, 512, 512));
  private static final List<Integer> VGG_CLASSIFIER = List.of(4096, 4096);

  private static final List<Integer> RESNET_BLOCKS = List.of(3, 4, 6, 3);
  private static final int RESNET_WIDTH = 64;
  private static final int RESNET_EXPANSION = 4;

  abstract Network network();

  /** As the command line has it, e.g. {@code resnet50}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static Network vgg16() {
    RandomLayers layers = new RandomLayers("VGG-16 with random weights", INPUT);
    for (int block = 0; block < VGG_BLOCKS.size(); block++) {
      for (int i = 0; i < VGG_BLOCKS.get(block).size(); i++) {
        String name = "conv%d_%d".formatted(block + 1, i + 1);
        layers.convolution(name, VGG_BLOCKS.get(block).get(i), 3, 1);
        layers.relu(name);
      }
      layers.maxPooling("pool" + (block + 1), 2, 2, 0);
    }
    layers.flatten("flatten");
    int depth = VGG_BLOCKS.size() + 1;
    for (int outputs : VGG_CLASSIFIER) {
      layers.linear("fc" + depth, outputs);
      layers.relu("fc" + depth);
      depth++;
    }
    layers.linear("fc" + depth, CLASSES);
    return layers.build();
  }

  private static Network resNet50() {
    RandomLayers layers = new RandomLayers("ResNet-50 with random weights", INPUT);
    layers.convolution("conv1", RESNET_WIDTH, 7, 2);
    layers.relu("conv1");
    layers.maxPooling("maxpool", 3, 2, 1);
    for (int stage = 0; stage < RESNET_BLOCKS.size(); stage++) {
      for (int block = 0; block < RESNET_BLOCKS.get(stage); block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        bottleneck(
            layers,
            "layer%d_%d".formatted(stage + 1, block),
            RESNET_WIDTH << stage,
            stride,
            block == 0);
      }
    }
    layers.globalAverage("avgpool");
    layers.flatten("flatten");
    layers.linear("fc", CLASSES);
    return layers.build();
  }

  private static void bottleneck(
      RandomLayers layers, String name, int width, int stride, boolean projected) {
    int start = layers.last();
    int shortcut = start;
    if (projected) {
      layers.convolution(name + "_downsample", RESNET_EXPANSION * width, 1, stride);
      shortcut = layers.last();
      layers.goBackTo(start);
    }
    layers.convolution(name + "_conv1", width, 1, 1);
    layers.relu(name + "_conv1");
    layers.convolution(name + "_conv2", width, 3, stride);
    layers.relu(name + "_conv2");
    layers.convolution(name + "_conv3", RESNET_EXPANSION * width, 1, 1);
    layers.addition(name + "_sum", shortcut);
    layers.relu(name + "_sum");
  }
}
