"""Prints how fast our forward pass is beside eager PyTorch's: images/s of ours over theirs.

SqueezeNet 1.1, MobileNetV2, ResNet-50 and VGG-16 with random weights, batch normalization folded on
both sides, one thread each. The two programs take turns, forward pass by forward pass, so that what
else the machine does slows both alike; a ratio is the median over the pairs. PyTorch runs as it comes,
unless GLIBC_TUNABLES is exported as jobs/saccade sets it for itself: then it is spared page faults, too.

Needs torch 2.13 and onnx, and writes nothing that stays. Run from the project's root:
python src/test/oracle/forward_turns.py [--rounds 15] [--batches 1 8 16] [--networks resnet50 ...]
"""

import argparse
import pathlib
import statistics
import subprocess
import tempfile
import time

import torch
from architectures import Branches, Residual, bottleneck, conv, inverted, stem
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

CLASSES = 1000

# Images before the first measurement: ours is Java and has to be compiled.
WARM_UPS = 200


def squeezenet():
    def plain(i, o, k, p=0):
        return nn.Sequential(nn.Conv2d(i, o, k, padding=p), nn.ReLU(True))

    def fire(i, s, e):
        return nn.Sequential(plain(i, s, 1), Branches(plain(s, e, 1), plain(s, e, 3, 1)))

    def pool():
        return nn.MaxPool2d(3, 2, ceil_mode=True)

    return nn.Sequential(
        nn.Conv2d(3, 64, 3, 2), nn.ReLU(True), pool(), fire(64, 16, 64), fire(128, 16, 64), pool(),
        fire(128, 32, 128), fire(256, 32, 128), pool(), fire(256, 48, 192), fire(384, 48, 192),
        fire(384, 64, 256), fire(512, 64, 256), nn.Conv2d(512, CLASSES, 1), nn.ReLU(True),
        nn.AdaptiveAvgPool2d(1), nn.Flatten())  # fmt: skip


def mobilenet_v2():
    blocks, i = [conv(3, 32, 3, 2, act=nn.ReLU6), *separable_first()], 16
    settings = [(24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1)]
    for o, count, stride in settings:
        for n in range(count):
            blocks.append(inverted(i, 6 * i, o, s=stride if n == 0 else 1, act=nn.ReLU6))
            i = o
    return nn.Sequential(*blocks, conv(320, 1280, 1, act=nn.ReLU6), classifier(1280))


def separable_first():
    return conv(32, 32, 3, g=32, act=nn.ReLU6), conv(32, 16, 1, act=None)


def resnet50():
    blocks, i = [stem(64)], 64
    for m, count, stride in [(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)]:
        for n in range(count):
            blocks.append(bottleneck(i, m, 4 * m, stride if n == 0 else 1))
            i = 4 * m
    return nn.Sequential(*blocks, classifier(2048))


def vgg16():
    layers, i = [], 3
    for o in [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0]:
        layers += [nn.Conv2d(i, o, 3, padding=1), nn.ReLU(True)] if o else [nn.MaxPool2d(2)]
        i = o or i
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Linear(512 * 49, 4096), nn.ReLU(True), nn.Linear(4096, 4096),
        nn.ReLU(True), nn.Linear(4096, CLASSES))  # fmt: skip


def classifier(channels):
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, CLASSES))


NETWORKS = {
    "squeezenet": (squeezenet, 227),
    "mobilenet_v2": (mobilenet_v2, 224),
    "resnet50": (resnet50, 224),
    "vgg16": (vgg16, 224),
}


def folded(module):
    """The module with its normalizations folded and its activations in place, as one would run it."""
    for name, child in list(module.named_children()):
        setattr(module, name, folded(child))
        if hasattr(child, "inplace"):
            child.inplace = True
    if isinstance(module, nn.Sequential) and len(module) > 1 and isinstance(module[1], nn.BatchNorm2d):
        return nn.Sequential(fuse_conv_bn_eval(module[0], module[1]), *module[2:])
    return module


class Saccade:
    def __init__(self, model, batch):
        self.process = subprocess.Popen(
            ["jobs/benchmark", "--model", model, "--batch-size", str(batch), "--in-turns",
             "--", "--master", "local[1]"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True)  # fmt: skip

    def forward(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def eager(network, images):
    start = time.perf_counter()
    network(images)
    return (time.perf_counter() - start) * 1e3


@torch.inference_mode()
def compare(network, model, side, batch, rounds):
    images = torch.randn(batch, 3, side, side)
    saccade = Saccade(model, batch)
    for _ in range(max(3, WARM_UPS // batch)):
        saccade.forward()
        eager(network, images)
    pairs = [(saccade.forward(), eager(network, images)) for _ in range(rounds)]
    saccade.close()
    ours, theirs = (statistics.median(times) for times in zip(*pairs))
    return ours, theirs, statistics.median(theirs / ours for ours, theirs in pairs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 8, 16])
    parser.add_argument("--networks", nargs="+", default=list(NETWORKS), choices=NETWORKS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    print("| network | batch | ours, ms | PyTorch, ms | ours / PyTorch, images/s |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in options.networks:
            make, side = NETWORKS[name]
            network = folded(make().eval())
            model = str(pathlib.Path(folder, name + ".onnx"))
            torch.onnx.export(
                network, torch.zeros(1, 3, side, side), model, dynamo=False, opset_version=13,
                input_names=["input"], output_names=["logits"],
                dynamic_axes={"input": {0: "N"}, "logits": {0: "N"}})  # fmt: skip
            for batch in options.batches:
                ours, theirs, ratio = compare(network, model, side, batch, options.rounds)
                print(f"| {name} | {batch} | {ours:.1f} | {theirs:.1f} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
