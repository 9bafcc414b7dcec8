"""Writes src/test/resources/org/saccade/network/architectures: small networks of every common kind.

Every network is exported to ONNX, torch.export and TorchScript with an open batch axis; logits.json
holds what PyTorch makes of a batch of two. Channels are thin and weights have eight-bit mantissas,
so that the files, gzipped, stay small. Inputs follow from the formula in pixels().

Needs torch 2.13, numpy and onnx. Run from the project's root: python src/test/oracle/architectures.py
"""

import gzip
import io
import json
import pathlib
import sys
import tempfile
import warnings
import zipfile

import torch
import torch.nn.functional as F
from torch import nn

TARGET = pathlib.Path("src/test/resources/org/saccade/network/architectures")
CLASSES = 7


def pixels(*shape):
    """Values in [-1, 1) that any language computes exactly: Knuth's multiplicative hash of i + 1."""
    i = torch.arange(1, torch.Size(shape).numel() + 1, dtype=torch.int64)
    hashed = (i * 2654435761) % 4294967296 // 65536
    return (hashed.to(torch.float32) / 32768 - 1).reshape(shape)


def conv(i, o, k=3, s=1, p=None, g=1, d=1, act=nn.ReLU, bias=False):
    p = d * (k - 1) // 2 if p is None else p
    layers = [nn.Conv2d(i, o, k, s, p, d, g, bias), nn.BatchNorm2d(o)]
    return nn.Sequential(*layers, *([act()] if act else []))


def head(channels):
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, CLASSES))


class Residual(nn.Module):
    """x + body(x), or shortcut(x) + body(x), then an activation."""

    def __init__(self, body, shortcut=None, act=nn.ReLU):
        super().__init__()
        self.body = body
        self.shortcut = shortcut if shortcut is not None else nn.Identity()
        self.act = act() if act else nn.Identity()

    def forward(self, x):
        return self.act(self.body(x) + self.shortcut(x))


class Branches(nn.Module):
    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


class SqueezeExcite(nn.Module):
    def __init__(self, c, r, act=nn.ReLU, gate=nn.Sigmoid):
        super().__init__()
        self.reduce = nn.Conv2d(c, r, 1)
        self.act = act()
        self.expand = nn.Conv2d(r, c, 1)
        self.gate = gate()

    def forward(self, x):
        s = F.adaptive_avg_pool2d(x, 1)
        return x * self.gate(self.expand(self.act(self.reduce(s))))


class LinearSqueezeExcite(nn.Module):
    """As the first implementations had it: two linear layers and expand_as."""

    def __init__(self, c, r):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(c, r), nn.ReLU(True), nn.Linear(r, c), nn.Sigmoid())

    def forward(self, x):
        n, c, _, _ = x.size()
        y = self.fc(x.mean((2, 3)).view(n, c)).view(n, c, 1, 1)
        return x * y.expand_as(x)


def alexnet():
    return nn.Sequential(
        nn.Conv2d(3, 8, 7, 2, 2), nn.ReLU(True), nn.LocalResponseNorm(5, 1e-2, 0.75, 1.0),
        nn.MaxPool2d(3, 2), nn.Conv2d(8, 12, 5, padding=2, groups=2), nn.ReLU(True),
        nn.LocalResponseNorm(5, 1e-2, 0.75, 1.0), nn.MaxPool2d(3, 2),
        nn.Conv2d(12, 12, 3, padding=1), nn.ReLU(True),
        nn.Conv2d(12, 8, 3, padding=1, groups=2), nn.ReLU(True), nn.Flatten(), nn.Dropout(),
        nn.Linear(8 * 5 * 5, 16), nn.ReLU(True), nn.Dropout(), nn.Linear(16, CLASSES))  # fmt: skip


def vgg_bn():
    return nn.Sequential(
        conv(3, 6), conv(6, 6), nn.MaxPool2d(2), conv(6, 8), conv(8, 8), nn.MaxPool2d(2),
        conv(8, 12), nn.MaxPool2d(2), nn.AdaptiveAvgPool2d((2, 2)), nn.Flatten(),
        nn.Linear(48, 16), nn.ReLU(), nn.Dropout(), nn.Linear(16, CLASSES))  # fmt: skip


def nin():
    return nn.Sequential(
        nn.Conv2d(3, 8, 5, padding=2), nn.ReLU(), nn.Conv2d(8, 8, 1), nn.ReLU(),
        nn.MaxPool2d(3, 2, ceil_mode=True), nn.Dropout(), nn.Conv2d(8, 12, 3, padding=1), nn.ReLU(),
        nn.Conv2d(12, 12, 1), nn.ReLU(), nn.AvgPool2d(3, 2, ceil_mode=True),
        nn.Conv2d(12, CLASSES, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())  # fmt: skip


def googlenet():
    def inception(i, a, b, c, d, e, f):
        return Branches(
            conv(i, a, 1), nn.Sequential(conv(i, b, 1), conv(b, c)),
            nn.Sequential(conv(i, d, 1), conv(d, e, 5)),
            nn.Sequential(nn.MaxPool2d(3, 1, 1, ceil_mode=True), conv(i, f, 1)))  # fmt: skip

    return nn.Sequential(
        conv(3, 8, 7, 2), nn.MaxPool2d(3, 2, ceil_mode=True), conv(8, 8, 1), conv(8, 12),
        inception(12, 4, 4, 6, 2, 4, 2), inception(16, 4, 4, 8, 2, 4, 4),
        nn.MaxPool2d(2, 2, ceil_mode=True), inception(20, 6, 4, 8, 2, 4, 4),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(22, CLASSES))  # fmt: skip


class AveragePool(nn.Module):
    def __init__(self, include):
        super().__init__()
        self.include = include

    def forward(self, x):
        return F.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=self.include)


def inception_v3():
    def rect(i, o, k):
        return nn.Sequential(
            nn.Conv2d(i, o, k, padding=(k[0] // 2, k[1] // 2), bias=False),
            nn.BatchNorm2d(o, eps=0.001), nn.ReLU(True))  # fmt: skip

    def block(i, include):
        return Branches(
            conv(i, 4, 1), nn.Sequential(conv(i, 4, 1), rect(4, 4, (1, 7)), rect(4, 6, (7, 1))),
            nn.Sequential(conv(i, 4, 1), Branches(rect(4, 4, (1, 3)), rect(4, 4, (3, 1)))),
            nn.Sequential(AveragePool(include), conv(i, 4, 1)))  # fmt: skip

    return nn.Sequential(
        conv(3, 6, 3, 2, 0), conv(6, 8, 3, 1, 0), nn.MaxPool2d(3, 2), block(8, True),
        block(22, False), Branches(conv(22, 8, 3, 2, 0), nn.MaxPool2d(3, 2)), head(30))  # fmt: skip


def basic(i, o, s=1, d=1):
    shortcut = conv(i, o, 1, s, 0, act=None) if s > 1 or i != o else None
    return Residual(nn.Sequential(conv(i, o, 3, s, d=d), conv(o, o, d=d, act=None)), shortcut)


def bottleneck(i, m, o, s=1, g=1):
    shortcut = conv(i, o, 1, s, 0, act=None) if s > 1 or i != o else None
    body = nn.Sequential(conv(i, m, 1), conv(m, m, 3, s, g=g), conv(m, o, 1, act=None))
    return Residual(body, shortcut)


def stem(o):
    return nn.Sequential(conv(3, o, 7, 2), nn.MaxPool2d(3, 2, 1))


def resnet_basic():
    return nn.Sequential(stem(8), basic(8, 8), basic(8, 12, 2), basic(12, 12), head(12))


def resnet_bottleneck():
    return nn.Sequential(stem(8), bottleneck(8, 4, 16), bottleneck(16, 6, 24, 2), head(24))


class PreActivation(nn.Module):
    """Inplace ReLU changes the value that the shortcut reads too."""

    def __init__(self, i, o, s):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(i)
        self.conv1 = nn.Conv2d(i, o, 3, s, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(o)
        self.conv2 = nn.Conv2d(o, o, 3, 1, 1, bias=False)
        self.relu = nn.ReLU(inplace=True)
        self.shortcut = nn.Conv2d(i, o, 1, s, bias=False)

    def forward(self, x):
        y = self.bn1(x)
        z = self.relu(y)
        return self.conv2(self.relu(self.bn2(self.conv1(z)))) + self.shortcut(y)


def resnet_preactivation():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, 1, 1), PreActivation(8, 8, 2), PreActivation(8, 12, 2),
        nn.BatchNorm2d(12), nn.ReLU(True), head(12))  # fmt: skip


def resnext():
    return nn.Sequential(
        stem(8), bottleneck(8, 8, 16, g=4), bottleneck(16, 16, 24, 2, 4), head(24))


def wide_resnet():
    return nn.Sequential(conv(3, 4), basic(4, 16, 2), basic(16, 16), nn.AvgPool2d(8), head(16))


class BlurPool(nn.Module):
    """Anti-aliased subsampling: a fixed depthwise binomial filter after reflection padding."""

    def __init__(self, channels):
        super().__init__()
        row = torch.tensor([1.0, 2.0, 1.0]) / 4
        kernel = (row[:, None] * row[None, :]).repeat(channels, 1, 1, 1)
        self.register_buffer("kernel", kernel)
        self.pad = nn.ReflectionPad2d(1)

    def forward(self, x):
        return F.conv2d(self.pad(x), self.kernel, stride=2, groups=self.kernel.shape[0])


def resnet_antialiased():
    def down(i, o):
        body = nn.Sequential(conv(i, o), BlurPool(o), conv(o, o, act=None))
        return Residual(body, nn.Sequential(BlurPool(i), conv(i, o, 1, act=None)))

    return nn.Sequential(
        conv(3, 8), nn.MaxPool2d(2, 1), BlurPool(8), down(8, 12), down(12, 16), head(16))


def resnet_average_shortcut():
    def down(i, o):
        pool = nn.AvgPool2d(2, 2, ceil_mode=True, count_include_pad=False)
        body = nn.Sequential(conv(i, o), conv(o, o, 3, 2, act=None))
        return Residual(body, nn.Sequential(pool, conv(i, o, 1, act=None)))

    return nn.Sequential(conv(3, 6, 3, 2), conv(6, 8), down(8, 12), down(12, 16), head(16))


def densenet():
    class Dense(nn.Module):
        def __init__(self, i):
            super().__init__()
            self.f = nn.Sequential(
                nn.BatchNorm2d(i), nn.ReLU(True), nn.Conv2d(i, 8, 1, bias=False),
                nn.BatchNorm2d(8), nn.ReLU(True), nn.Conv2d(8, 4, 3, padding=1, bias=False))  # fmt: skip

        def forward(self, x):
            return torch.cat([x, self.f(x)], 1)

    def transition(i, o):
        return nn.Sequential(nn.BatchNorm2d(i), nn.ReLU(), nn.Conv2d(i, o, 1), nn.AvgPool2d(2))

    return nn.Sequential(
        stem(8), Dense(8), Dense(12), transition(16, 8), Dense(8), Dense(12),
        nn.BatchNorm2d(16), nn.ReLU(), head(16))  # fmt: skip


def squeezenet():
    def fire(i, s, e):
        squeeze = nn.Sequential(nn.Conv2d(i, s, 1), nn.ReLU(True))
        return nn.Sequential(
            squeeze,
            Branches(
                nn.Sequential(nn.Conv2d(s, e, 1), nn.ReLU(True)),
                nn.Sequential(nn.Conv2d(s, e, 3, padding=1), nn.ReLU(True))))  # fmt: skip

    return nn.Sequential(
        nn.Conv2d(3, 8, 3, 2), nn.ReLU(True), nn.MaxPool2d(3, 2, ceil_mode=True), fire(8, 3, 6),
        fire(12, 4, 6), nn.MaxPool2d(3, 2, ceil_mode=True), fire(12, 4, 8), nn.Dropout(),
        nn.Conv2d(16, CLASSES, 1), nn.ReLU(True), nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten())  # fmt: skip


def separable(i, o, s, act=nn.ReLU):
    return nn.Sequential(conv(i, i, 3, s, g=i, act=act), conv(i, o, 1, act=act))


def mobilenet_v1():
    return nn.Sequential(
        conv(3, 8, 3, 2), separable(8, 12, 1), separable(12, 16, 2), separable(16, 24, 2), head(24))


def inverted(i, m, o, k=3, s=1, act=nn.ReLU6, se=None):
    body = [conv(i, m, 1, act=act), conv(m, m, k, s, g=m, act=act)]
    body += [se] if se else []
    body = nn.Sequential(*body, conv(m, o, 1, act=None))
    return Residual(body, act=None) if s == 1 and i == o else body


def mobilenet_v2():
    return nn.Sequential(
        conv(3, 8, 3, 2, act=nn.ReLU6), inverted(8, 16, 8), inverted(8, 16, 12, s=2),
        inverted(12, 24, 12), conv(12, 24, 1, act=nn.ReLU6), nn.Dropout(0.2), head(24))  # fmt: skip


def mobilenet_v3():
    def se(c):
        return SqueezeExcite(c, 4, nn.ReLU, nn.Hardsigmoid)

    return nn.Sequential(
        conv(3, 8, 3, 2, act=nn.Hardswish), inverted(8, 16, 8, 3, 1, nn.ReLU, se(16)),
        inverted(8, 24, 12, 5, 2, nn.Hardswish), inverted(12, 24, 12, 5, 1, nn.Hardswish, se(24)),
        conv(12, 24, 1, act=nn.Hardswish), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(24, 16), nn.Hardswish(True), nn.Linear(16, CLASSES))  # fmt: skip


def shuffle(x, groups):
    n, c, h, w = x.shape
    x = x.view(n, groups, c // groups, h, w).transpose(1, 2).contiguous()
    return x.view(n, c, h, w)


class ShuffleV1(nn.Module):
    def __init__(self, i, o, s, g):
        super().__init__()
        out = o - i if s == 2 else o
        self.groups = g
        self.reduce = conv(i, 8, 1, g=g)
        self.depthwise = conv(8, 8, 3, s, g=8, act=None)
        self.expand = conv(8, out, 1, g=g, act=None)
        self.pool = nn.AvgPool2d(3, 2, 1) if s == 2 else None

    def forward(self, x):
        y = self.expand(self.depthwise(shuffle(self.reduce(x), self.groups)))
        return F.relu(torch.cat([self.pool(x), y], 1) if self.pool else x + y)


def shufflenet_v1():
    return nn.Sequential(
        conv(3, 8, 3, 2), ShuffleV1(8, 16, 2, 2), ShuffleV1(16, 16, 1, 2), head(16))


class ShuffleV2(nn.Module):
    def __init__(self, c, s):
        super().__init__()
        half = c // 2
        self.stride = s
        i = c if s == 2 else half
        self.right = nn.Sequential(conv(i, half, 1), conv(half, half, 3, s, g=half, act=None), conv(half, half, 1))
        self.left = nn.Sequential(conv(c, c, 3, 2, g=c, act=None), conv(c, half, 1))

    def forward(self, x):
        if self.stride == 1:
            a, b = x.chunk(2, dim=1)
            y = torch.cat((a, self.right(b)), 1)
        else:
            y = torch.cat((self.left(x), self.right(x)), 1)
        return shuffle(y, 2)


def shufflenet_v2():
    return nn.Sequential(conv(3, 12, 3, 2), ShuffleV2(12, 2), ShuffleV2(12, 1), head(12))


def efficientnet():
    def se(c):
        return SqueezeExcite(c, 4, nn.SiLU)

    return nn.Sequential(
        conv(3, 8, 3, 2, act=nn.SiLU), inverted(8, 16, 8, 3, 1, nn.SiLU, se(16)),
        inverted(8, 24, 12, 5, 2, nn.SiLU, se(24)), inverted(12, 24, 12, 3, 1, nn.SiLU, se(24)),
        conv(12, 24, 1, act=nn.SiLU), head(24))  # fmt: skip


def mnasnet():
    return nn.Sequential(
        conv(3, 8, 3, 2), conv(8, 8, g=8), conv(8, 8, 1, act=None),
        inverted(8, 24, 12, 3, 2, nn.ReLU), inverted(12, 24, 12, 5, 1, nn.ReLU),
        inverted(12, 24, 16, 5, 2, nn.ReLU), conv(16, 24, 1), head(24))  # fmt: skip


def regnet():
    def block(i, o, s):
        shortcut = conv(i, o, 1, s, 0, act=None) if s > 1 else None
        se = SqueezeExcite(o, 4)
        return Residual(
            nn.Sequential(conv(i, o, 1), conv(o, o, 3, s, g=o // 4), se, conv(o, o, 1, act=None)),
            shortcut)  # fmt: skip

    return nn.Sequential(conv(3, 8, 3, 2), block(8, 12, 2), block(12, 12, 1), head(12))


def senet():
    def block(i, o, s):
        body = nn.Sequential(conv(i, o, 3, s), conv(o, o, act=None), LinearSqueezeExcite(o, 4))
        return Residual(body, conv(i, o, 1, s, 0, act=None))

    return nn.Sequential(conv(3, 8, 3, 2), block(8, 8, 1), block(8, 12, 2), head(12))


class Ghost(nn.Module):
    def __init__(self, i, o, act=nn.ReLU):
        super().__init__()
        self.out = o
        self.primary = conv(i, (o + 1) // 2, 1, act=act)
        self.cheap = conv((o + 1) // 2, (o + 1) // 2, 3, g=(o + 1) // 2, act=act)

    def forward(self, x):
        a = self.primary(x)
        return torch.cat([a, self.cheap(a)], dim=1)[:, : self.out, :, :]


def ghostnet():
    body = nn.Sequential(Ghost(8, 17), SqueezeExcite(17, 4, nn.ReLU, nn.Hardsigmoid), Ghost(17, 8, None))
    down = nn.Sequential(Ghost(8, 15), conv(15, 15, 3, 2, g=15, act=None), Ghost(15, 12, None))
    return nn.Sequential(conv(3, 8, 3, 2), Residual(body, act=None), down, head(12))


class LayerNorm2d(nn.LayerNorm):
    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ConvNeXtBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.depthwise = nn.Conv2d(c, c, 7, padding=3, groups=c)
        self.norm = nn.LayerNorm(c, eps=1e-6)
        self.expand = nn.Linear(c, 2 * c)
        self.act = nn.GELU()
        self.reduce = nn.Linear(2 * c, c)
        self.scale = nn.Parameter(0.5 * torch.ones(c))

    def forward(self, x):
        y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        y = self.scale * self.reduce(self.act(self.expand(y)))
        return x + y.permute(0, 3, 1, 2)


def convnext():
    return nn.Sequential(
        nn.Conv2d(3, 8, 4, 4), LayerNorm2d(8, eps=1e-6), ConvNeXtBlock(8), ConvNeXtBlock(8),
        LayerNorm2d(8, eps=1e-6), nn.Conv2d(8, 12, 2, 2), ConvNeXtBlock(12),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LayerNorm(12), nn.Linear(12, CLASSES))  # fmt: skip


class CrossStage(nn.Module):
    def __init__(self, i, o, act):
        super().__init__()
        self.down = conv(i, o, 3, 2, act=act)
        self.left = conv(o, o // 2, 1, act=act)
        self.right = conv(o, o // 2, 1, act=act)
        inner = nn.Sequential(conv(o // 2, o // 2, 1, act=act), conv(o // 2, o // 2, act=act))
        self.block = Residual(inner, act=None)
        self.join = conv(o, o, 1, act=act)

    def forward(self, x):
        x = self.down(x)
        return self.join(torch.cat([self.block(self.right(x)), self.left(x)], 1))


def darknet():
    def leaky():
        return nn.LeakyReLU(0.1, inplace=True)

    block = Residual(nn.Sequential(conv(12, 6, 1, act=leaky), conv(6, 12, act=leaky)), act=None)
    return nn.Sequential(
        conv(3, 8, act=leaky), conv(8, 12, 3, 2, act=leaky), block, conv(12, 16, 3, 2, act=leaky),
        head(16))  # fmt: skip


def csp_darknet():
    return nn.Sequential(
        conv(3, 6, act=nn.Mish), CrossStage(6, 8, nn.Mish), CrossStage(8, 12, nn.Mish),
        Branches(nn.Identity(), nn.MaxPool2d(3, 1, 1), nn.MaxPool2d(5, 1, 2)), conv(36, 12, 1),
        head(12))  # fmt: skip


def repvgg():
    class Block(nn.Module):
        def __init__(self, i, o, s):
            super().__init__()
            self.dense = conv(i, o, 3, s, act=None)
            self.point = conv(i, o, 1, s, 0, act=None)
            self.identity = nn.BatchNorm2d(i) if i == o and s == 1 else None

        def forward(self, x):
            y = self.dense(x) + self.point(x)
            return F.relu(y + self.identity(x) if self.identity else y)

    return nn.Sequential(Block(3, 8, 2), Block(8, 8, 1), Block(8, 12, 2), Block(12, 12, 1), head(12))


class MultiResolution(nn.Module):
    """HRNet: two resolutions, each fused into the other."""

    def __init__(self):
        super().__init__()
        self.stem = conv(3, 6, 3, 2)
        self.down = conv(6, 8, 3, 2)
        self.high = basic(6, 6)
        self.low = basic(8, 8)
        self.up = conv(8, 6, 1, act=None)
        self.fuse = conv(6, 8, 3, 2, act=None)
        self.join = conv(14, 16, 1)
        self.head = head(16)

    def forward(self, x):
        high = self.stem(x)
        low = self.low(self.down(high))
        high = self.high(high)
        up = F.interpolate(self.up(low), scale_factor=2, mode="nearest")
        a = F.relu(high + up)
        b = F.relu(low + self.fuse(high))
        b = F.interpolate(b, size=a.shape[2:], mode="bilinear", align_corners=False)
        return self.head(self.join(torch.cat([a, b], 1)))


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = conv(3, 6)
        self.b = conv(6, 8)
        self.c = conv(8, 12)
        self.up1 = nn.ConvTranspose2d(12, 8, 2, 2)
        self.d = conv(16, 8)
        self.up2 = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        self.e = conv(14, 8)
        self.pool = nn.MaxPool2d(2)
        self.head = head(8)

    def forward(self, x):
        a = self.a(x)
        b = self.b(self.pool(a))
        c = self.c(self.pool(b))
        d = self.d(torch.cat([b, self.up1(c)], 1))
        return self.head(self.e(torch.cat([a, self.up2(d)], 1)))


def dilated_resnet():
    return nn.Sequential(
        conv(3, 8, 3, 2), basic(8, 8), basic(8, 12, d=2), basic(12, 12, d=4), head(12))


def adaptive_pooling():
    return nn.Sequential(
        conv(3, 8, 3, 2), conv(8, 8, 3, 2), nn.AdaptiveMaxPool2d(4), nn.AdaptiveAvgPool2d((2, 4)),
        nn.Flatten(), nn.Linear(64, CLASSES))  # fmt: skip


def uneven_adaptive_pooling():
    return nn.Sequential(
        conv(3, 8, 3, 2), conv(8, 8, 3, 2), nn.AdaptiveAvgPool2d((3, 5)), nn.Flatten(),
        nn.Linear(120, CLASSES))  # fmt: skip


class GlobalMax(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(conv(3, 8, 3, 2), conv(8, 12, 3, 2))
        self.linear = nn.Linear(12, CLASSES)

    def forward(self, x):
        return self.linear(self.body(x).amax((2, 3)))


class SplitAttention(nn.Module):
    """Group and instance normalization, channel split, product and sum of the halves."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.GroupNorm(4, 8), nn.ELU())
        self.body = nn.Sequential(nn.Conv2d(8, 16, 3, 1, 1), nn.InstanceNorm2d(16, affine=True))
        self.slope = nn.PReLU(8)
        self.head = head(8)

    def forward(self, x):
        a, b = torch.split(self.body(self.stem(x)), 8, dim=1)
        return self.head(self.slope(a * torch.sigmoid(b) + torch.tanh(b)))


class TextNetwork(nn.Module):
    """Parallel kernel widths and max over time (Kim 2014)."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(50, 8)
        self.convolutions = nn.ModuleList([nn.Conv1d(8, 6, k) for k in (2, 3, 4)])
        self.linear = nn.Linear(18, CLASSES)

    def forward(self, tokens):
        x = self.embedding(tokens).transpose(1, 2)
        pooled = [F.max_pool1d(F.relu(c(x)), c(x).size(2)).squeeze(2) for c in self.convolutions]
        return self.linear(F.dropout(torch.cat(pooled, 1), 0.5, self.training))


def video_network():
    def conv3d(i, o, s):
        return nn.Sequential(
            nn.Conv3d(i, o, 3, s, 1, bias=False), nn.BatchNorm3d(o), nn.ReLU(True))

    return nn.Sequential(
        conv3d(3, 6, (1, 2, 2)), nn.MaxPool3d((1, 2, 2)), conv3d(6, 8, 1), nn.MaxPool3d(2),
        conv3d(8, 12, 1), nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(12, CLASSES))  # fmt: skip


IMAGE = (3, 32, 32)
NETWORKS = {
    "alexnet": (alexnet, (3, 47, 47), 13),
    "vgg-bn": (vgg_bn, IMAGE, 13),
    "nin": (nin, IMAGE, 13),
    "googlenet": (googlenet, IMAGE, 13),
    "inception-v3": (inception_v3, (3, 39, 39), 13),
    "resnet-basic": (resnet_basic, IMAGE, 13),
    "resnet-bottleneck": (resnet_bottleneck, IMAGE, 17),
    "resnet-preactivation": (resnet_preactivation, IMAGE, 14),
    "resnext": (resnext, IMAGE, 15),
    "wide-resnet": (wide_resnet, IMAGE, 13),
    "resnet-antialiased": (resnet_antialiased, IMAGE, 16),
    "resnet-average-shortcut": (resnet_average_shortcut, (3, 30, 30), 13),
    "densenet": (densenet, IMAGE, 13),
    "squeezenet": (squeezenet, (3, 35, 35), 13),
    "mobilenet-v1": (mobilenet_v1, IMAGE, 13),
    "mobilenet-v2": (mobilenet_v2, IMAGE, 13),
    "mobilenet-v3": (mobilenet_v3, IMAGE, 14),
    "mobilenet-v3-opset13": (mobilenet_v3, IMAGE, 13),
    "shufflenet-v1": (shufflenet_v1, IMAGE, 13),
    "shufflenet-v2": (shufflenet_v2, IMAGE, 15),
    "efficientnet": (efficientnet, IMAGE, 16),
    "mnasnet": (mnasnet, IMAGE, 13),
    "regnet": (regnet, IMAGE, 17),
    "senet": (senet, IMAGE, 13),
    "ghostnet": (ghostnet, IMAGE, 13),
    "convnext": (convnext, IMAGE, 17),
    "convnext-opset14": (convnext, IMAGE, 14),
    "darknet": (darknet, IMAGE, 13),
    "csp-darknet": (csp_darknet, IMAGE, 14),
    "repvgg": (repvgg, IMAGE, 13),
    "hrnet": (MultiResolution, IMAGE, 13),
    "unet": (UNet, IMAGE, 13),
    "dilated-resnet": (dilated_resnet, IMAGE, 13),
    "adaptive-pooling": (adaptive_pooling, IMAGE, 13),
    "uneven-adaptive-pooling": (uneven_adaptive_pooling, IMAGE, None),
    "global-max": (GlobalMax, IMAGE, 13),
    "split-and-gate": (SplitAttention, IMAGE, 13),
    "text-cnn": (TextNetwork, (20,), 13),
    "video-cnn": (video_network, (3, 6, 16, 16), 13),
}


def randomize(model, generator):
    """Weights that keep activations alive, with the low 16 bits zero so that they compress."""
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                c = module.num_features
                module.running_mean.copy_(0.2 * torch.randn(c, generator=generator))
                module.running_var.copy_(0.5 + torch.rand(c, generator=generator))
        for name, tensor in list(model.named_parameters()):
            if tensor.dim() > 1:
                fan = tensor[0].numel()
                tensor.copy_(torch.randn(tensor.shape, generator=generator) * (2 / fan) ** 0.5)
            elif name.endswith("bias"):
                tensor.copy_(0.1 * torch.randn(tensor.shape, generator=generator))
            else:
                tensor.copy_(0.5 + torch.rand(tensor.shape, generator=generator))
        for tensor in list(model.parameters()) + list(model.buffers()):
            if tensor.is_floating_point():
                tensor.copy_(tensor.bfloat16().float())


def inputs(name, shape, count):
    x = pixels(count, *shape)
    return ((x + 1) * 25).long() if name == "text-cnn" else x


def without_debug_records(file):
    """Where each line of TorchScript came from takes more room than all the rest."""
    kept = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(kept, "w") as new:
        for entry in old.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                new.writestr(entry, old.read(entry))
    file.write_bytes(kept.getvalue())


def export(name, definition, shape, opset, index, folder):
    torch.manual_seed(index)
    model = definition().eval()
    randomize(model, torch.Generator().manual_seed(1000 + index))
    x = inputs(name, shape, 2)
    with torch.no_grad():
        logits = model(x)
    files = {}
    if opset:
        files["onnx"] = folder / "network.onnx"
        torch.onnx.export(
            model, (x,), str(files["onnx"]), opset_version=opset, dynamo=False,
            input_names=["input"], output_names=["logits"],
            dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}})  # fmt: skip
    files["pt2"] = folder / "network.pt2"
    batch = torch.export.Dim("batch", min=1, max=64)
    program = torch.export.export(model, (x,), dynamic_shapes=({0: batch},))
    program.example_inputs = None
    torch.export.save(program, files["pt2"])
    files["pt"] = folder / "network.pt"
    torch.jit.trace(model, (x,)).save(files["pt"])
    without_debug_records(files["pt"])
    for extension, file in files.items():
        packed = gzip.compress(file.read_bytes(), 9, mtime=0)
        (TARGET / f"{name}.{extension}.gz").write_bytes(packed)
    return {
        "input": list(shape),
        "opset": opset,
        "parameters": sum(p.numel() for p in model.parameters()),
        "logits": logits.flatten().tolist(),
    }


def main():
    warnings.simplefilter("ignore")
    TARGET.mkdir(parents=True, exist_ok=True)
    chosen = sys.argv[1:] or list(NETWORKS)
    path = TARGET / "logits.json"
    results = json.loads(path.read_text()) if path.exists() else {}
    for index, (name, (definition, shape, opset)) in enumerate(NETWORKS.items()):
        if name in chosen:
            with tempfile.TemporaryDirectory() as folder:
                results[name] = export(name, definition, shape, opset, index, pathlib.Path(folder))
            print(name, results[name]["parameters"], [f"{v:.3f}" for v in results[name]["logits"]])
    ordered = {name: results[name] for name in NETWORKS if name in results}
    path.write_text(json.dumps(ordered, indent=1) + "\n")


if __name__ == "__main__":
    main()
