"""Writes src/test/resources/org/saccade/engine/layers.json.gz: what PyTorch makes of every layer.

Each case holds a layer as the record of the same name in org.saccade.network.Layer spells it, its
inputs and PyTorch's output, all [N, ...] with N = 2. Tensors are float32, little-endian, base64.

Needs torch 2.13. Run from the project's root: python src/test/oracle/engine_layers.py
"""

import base64
import gzip
import json
import math
import pathlib

import torch
import torch.nn.functional as F

TARGET = pathlib.Path("src/test/resources/org/saccade/engine/layers.json.gz")
SPATIAL = {1: [9], 2: [6, 5], 3: [4, 5, 3]}

generator = torch.Generator().manual_seed(20170822)
cases = []


def rand(*shape):
    return torch.randn(*shape, generator=generator)


def tensor(values):
    data = values.detach().contiguous().to(torch.float32).numpy().astype("<f4").tobytes()
    return {"shape": list(values.shape), "values": base64.b64encode(data).decode()}


def case(name, record, inputs, output, /, **parameters):
    parameters = {k: tensor(v) if torch.is_tensor(v) else v for k, v in parameters.items()}
    cases.append(
        {
            "name": name,
            "record": record,
            "layer": parameters,
            "inputs": [tensor(x) for x in inputs],
            "output": tensor(output),
        }
    )


def shape(*dims):
    return {"dims": list(dims)}


def window(axes, kernel, stride=1, dilation=1, before=0, after=None):
    spread = lambda v: list(v) if isinstance(v, (list, tuple)) else [v] * axes
    return {
        "kernel": spread(kernel),
        "stride": spread(stride),
        "dilation": spread(dilation),
        "padBefore": spread(before),
        "padAfter": spread(before if after is None else after),
    }


def padded(x, w, value=0.0):
    amounts = []
    for before, after in zip(reversed(w["padBefore"]), reversed(w["padAfter"])):
        amounts += [before, after]
    return F.pad(x, amounts, value=value)


CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
TRANSPOSED = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}
MAX = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
AVERAGE = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
ADAPTIVE_MAX = {1: F.adaptive_max_pool1d, 2: F.adaptive_max_pool2d, 3: F.adaptive_max_pool3d}
ADAPTIVE_AVERAGE = {1: F.adaptive_avg_pool1d, 2: F.adaptive_avg_pool2d, 3: F.adaptive_avg_pool3d}


def convolutions():
    for axes, spatial in SPATIAL.items():
        variants = {
            "plain": (window(axes, 3), 1),
            "strided and padded": (window(axes, 3, 2, 1, 1), 1),
            "1x1": (window(axes, 1), 1),
            "grouped": (window(axes, 3, 1, 1, 1), 2),
            "depthwise": (window(axes, 3, 1, 1, 1), 4),
            "dilated": (window(axes, 2, 1, 2, 1), 1),
            "padded on one side": (window(axes, 2, 2, 1, 0, 1), 1),
            "unequal per axis": (
                window(axes, [3, 2, 1][:axes], [1, 2, 1][:axes], 1, [2, 0, 1][:axes]),
                2,
            ),
        }
        for name, (w, groups) in variants.items():
            x, weight, bias = rand(2, 4, *spatial), rand(8, 4 // groups, *w["kernel"]), rand(8)
            y = CONV[axes](padded(x, w), weight, bias, w["stride"], 0, w["dilation"], groups)
            case(
                f"{axes}-D convolution, {name}",
                "Convolution",
                [x],
                y,
                weight=weight,
                bias=bias,
                window=w,
                groups=groups,
            )


def transposed_convolutions():
    for axes, spatial in SPATIAL.items():
        variants = {
            "plain": (window(axes, 3), 0, 1),
            "strided": (window(axes, 2, 2), 0, 1),
            "strided and padded": (window(axes, 3, 2, 1, 1), 1, 1),
            "dilated and grouped": (window(axes, 2, 3, 2, 1), 2, 2),
            "gaps between windows": (window(axes, 1, 3), 0, 1),
        }
        for name, (w, extra, groups) in variants.items():
            x, weight, bias = rand(2, 4, *spatial), rand(4, 6 // groups, *w["kernel"]), rand(6)
            y = TRANSPOSED[axes](
                x, weight, bias, w["stride"], w["padBefore"], extra, groups, w["dilation"]
            )
            case(
                f"{axes}-D transposed convolution, {name}",
                "TransposedConvolution",
                [x],
                y,
                weight=weight,
                bias=bias,
                window=w,
                outputPadding=[extra] * axes,
                groups=groups,
            )


def poolings():
    for axes, spatial in SPATIAL.items():
        variants = {
            "plain": window(axes, 2, 2),
            "overlapping": window(axes, 3, 2),
            "padded": window(axes, 3, 2, 1, 1),
            "unequal per axis": window(axes, [3, 2, 2][:axes], [2, 1, 3][:axes], 1, [1, 0, 1][:axes]),
        }
        for name, w in variants.items():
            for ceil in (False, True):
                x = rand(2, 3, *spatial)
                ending = ", ceil" if ceil else ""
                pool = dict(kernel_size=w["kernel"], stride=w["stride"], padding=w["padBefore"])
                case(
                    f"{axes}-D max pooling, {name}{ending}",
                    "Pooling",
                    [x],
                    MAX[axes](x, ceil_mode=ceil, **pool),
                    kind="MAX",
                    window=w,
                    ceil=ceil,
                    countIncludePad=False,
                )
                for count in (False, True):
                    case(
                        f"{axes}-D average pooling, {name}{ending}, pad counted: {count}",
                        "Pooling",
                        [x],
                        AVERAGE[axes](x, ceil_mode=ceil, count_include_pad=count, **pool),
                        kind="AVERAGE",
                        window=w,
                        ceil=ceil,
                        countIncludePad=count,
                    )
        x = rand(2, 3, *spatial)
        w = window(axes, 2, 2, 2, 1)
        case(
            f"{axes}-D max pooling, dilated",
            "Pooling",
            [x],
            MAX[axes](x, w["kernel"], w["stride"], w["padBefore"], w["dilation"]),
            kind="MAX",
            window=w,
            ceil=False,
            countIncludePad=False,
        )
        w = window(axes, 2, 2, 1, 0, 1)
        case(
            f"{axes}-D max pooling, padded on one side",
            "Pooling",
            [x],
            MAX[axes](padded(x, w, -math.inf), w["kernel"], w["stride"]),
            kind="MAX",
            window=w,
            ceil=False,
            countIncludePad=False,
        )
        # An average over a dilated window, or over one padded on one side, is a depthwise
        # convolution with equal weights, divided by the number of cells that count.
        for name, w, count in (
            ("dilated, pad counted", window(axes, 2, 1, 2, 1), True),
            ("dilated", window(axes, 2, 1, 2, 1), False),
            ("padded on one side, pad counted", window(axes, 2, 2, 1, 0, 1), True),
            ("padded on one side", window(axes, 2, 2, 1, 0, 1), False),
        ):
            ones = torch.ones(3, 1, *w["kernel"])
            summed = lambda v, fill: CONV[axes](
                padded(v, w, fill), ones, None, w["stride"], 0, w["dilation"], 3
            )
            y = summed(x, 0.0) / summed(torch.ones_like(x), 1.0 if count else 0.0)
            case(
                f"{axes}-D average pooling, {name}",
                "Pooling",
                [x],
                y,
                kind="AVERAGE",
                window=w,
                ceil=False,
                countIncludePad=count,
            )
        ones = [1] * axes
        case(f"{axes}-D global max", "GlobalPooling", [x], ADAPTIVE_MAX[axes](x, ones), kind="MAX")
        case(
            f"{axes}-D global average",
            "GlobalPooling",
            [x],
            ADAPTIVE_AVERAGE[axes](x, ones),
            kind="AVERAGE",
        )
        for out in ([3, 2, 3][:axes], [4, 8, 5][:axes]):
            case(
                f"{axes}-D adaptive max to {out}",
                "AdaptivePooling",
                [x],
                ADAPTIVE_MAX[axes](x, out),
                kind="MAX",
                output=shape(*out),
            )
            case(
                f"{axes}-D adaptive average to {out}",
                "AdaptivePooling",
                [x],
                ADAPTIVE_AVERAGE[axes](x, out),
                kind="AVERAGE",
                output=shape(*out),
            )


def classifiers():
    x, weight, bias = rand(2, 5), rand(7, 5), rand(7)
    case("linear of a vector", "Linear", [x], F.linear(x, weight, bias), weight=weight, bias=bias)
    x = rand(2, 3, 4, 5)
    case("linear of the last axis", "Linear", [x], F.linear(x, weight, bias), weight=weight, bias=bias)
    for axes, spatial in SPATIAL.items():
        x = rand(2, 5, *spatial)
        for relu in (False, True):
            y = CONV[axes](x, weight.reshape(7, 5, *[1] * axes), bias)
            y = (F.relu(y) if relu else y).flatten(2).mean(2)
            case(
                f"{axes}-D convolutional classifier, relu: {relu}",
                "ConvolutionalClassifier",
                [x],
                y,
                weight=weight,
                bias=bias,
                relu=relu,
            )


def activations():
    x = 3 * rand(2, 3, 4, 5)
    positive = x.abs() + 0.1
    functions = {
        "RELU": (x, F.relu(x), 0, 0),
        "LEAKY_RELU": (x, F.leaky_relu(x, 0.2), 0.2, 0),
        "ELU": (x, F.elu(x, 0.7), 0.7, 0),
        "SELU": (x, F.selu(x), 1.6732632423543772, 1.0507009873554805),
        "SIGMOID": (x, torch.sigmoid(x), 0, 0),
        "HARD_SIGMOID": (x, torch.clamp(0.2 * x + 0.5, 0, 1), 0.2, 0.5),
        "TANH": (x, torch.tanh(x), 0, 0),
        "SILU": (x, F.silu(x), 0, 0),
        "HARD_SWISH": (x, F.hardswish(x), 0, 0),
        "GELU": (x, F.gelu(x), 0, 0),
        "GELU_TANH": (x, F.gelu(x, approximate="tanh"), 0, 0),
        "MISH": (x, F.mish(x), 0, 0),
        "SOFTPLUS": (x, F.softplus(x), 0, 0),
        "SOFTSIGN": (x, F.softsign(x), 0, 0),
        "CLIP": (x, torch.clamp(x, -0.5, 1.5), -0.5, 1.5),
        "EXP": (x, torch.exp(x), 0, 0),
        "LOG": (positive, torch.log(positive), 0, 0),
        "SQRT": (positive, torch.sqrt(positive), 0, 0),
        "ABS": (x, torch.abs(x), 0, 0),
        "NEGATE": (x, -x, 0, 0),
        "ERF": (x, torch.erf(x), 0, 0),
    }
    for name, (values, y, alpha, beta) in functions.items():
        case(name, "Activation", [values], y, function=name, alpha=alpha, beta=beta)
    for name, slope in (("shared", rand(1)), ("per channel", rand(3))):
        case(f"PReLU, {name}", "ParametricRelu", [x], F.prelu(x, slope), slope=slope)
    for axis in (0, 1, 2):
        case(f"softmax {axis}", "Softmax", [x], F.softmax(x, axis + 1), axis=axis, logarithm=False)
        case(
            f"log-softmax {axis}",
            "Softmax",
            [x],
            F.log_softmax(x, axis + 1),
            axis=axis,
            logarithm=True,
        )


def normalizations():
    for axes, spatial in SPATIAL.items():
        x, scale, shift = rand(2, 6, *spatial), rand(6), rand(6)
        per_channel = [6] + [1] * axes
        y = x * scale.reshape(per_channel) + shift.reshape(per_channel)
        case(f"{axes}-D affine", "ChannelAffine", [x], y, scale=scale, shift=shift)
        for size in (3, 5):
            case(
                f"{axes}-D LRN over {size}",
                "LocalResponseNormalization",
                [x],
                F.local_response_norm(x, size, 0.3, 0.75, 2.0),
                size=size,
                alpha=0.3,
                beta=0.75,
                bias=2.0,
            )
        for groups in (1, 3, 6):
            case(
                f"{axes}-D group normalization, {groups}",
                "GroupNormalization",
                [x],
                F.group_norm(x, groups, scale, shift, 1e-3),
                groups=groups,
                scale=scale,
                shift=shift,
                epsilon=1e-3,
            )
        for normalized in (spatial[-1:], [6, *spatial]):
            gamma, beta = rand(*normalized), rand(*normalized)
            case(
                f"{axes}-D layer normalization over {normalized}",
                "LayerNormalization",
                [x],
                F.layer_norm(x, normalized, gamma, beta, 1e-3),
                scale=gamma,
                shift=beta,
                epsilon=1e-3,
            )
    x, scale, shift = rand(2, 6), rand(6), rand(6)
    case("affine of a vector", "ChannelAffine", [x], x * scale + shift, scale=scale, shift=shift)


def joins():
    a, b, c = rand(2, 3, 4, 5), rand(2, 3, 4, 5), rand(2, 3, 4, 5)
    case("sum of two", "Addition", [a, b], a + b)
    case("sum of three", "Addition", [a, b, c], a + b + c)
    gate, row = rand(2, 3, 1, 1), rand(2, 5)
    spread = row.reshape(2, 1, 1, 5)
    case("broadcast sum of three", "Addition", [gate, a, row], gate + a + spread)
    operators = {
        "ADD": torch.add,
        "SUBTRACT": torch.sub,
        "MULTIPLY": torch.mul,
        "DIVIDE": torch.div,
        "MAXIMUM": torch.maximum,
        "MINIMUM": torch.minimum,
    }
    for name, operator in operators.items():
        case(f"{name} of equals", "Elementwise", [a, b], operator(a, b), operator=name)
        case(f"{name} with a gate", "Elementwise", [a, gate], operator(a, gate), operator=name)
        case(f"{name} with a row", "Elementwise", [row, a], operator(spread, a), operator=name)
    base = a.abs() + 0.2
    case("POWER", "Elementwise", [base, b], base**b, operator="POWER")
    for name, operator in {**operators, "POWER": torch.pow}.items():
        for constant in (torch.tensor(1.7), rand(5).abs() + 0.5, rand(3, 1, 1).abs() + 0.5):
            for first in (False, True):
                y = operator(constant, base) if first else operator(base, constant)
                case(
                    f"{name} with a constant {list(constant.shape)}, constant first: {first}",
                    "ConstantElementwise",
                    [base],
                    y,
                    operator=name,
                    constant=constant,
                    constantFirst=first,
                )
    table = rand(4, 5)
    y = row.reshape(2, 1, 5) - table
    case(
        "a constant of more axes",
        "ConstantElementwise",
        [row],
        y,
        operator="SUBTRACT",
        constant=table,
        constantFirst=False,
    )
    case("concatenation of channels", "Concatenation", [a, rand(2, 0, 4, 5), b], torch.cat([a, b], 1), axis=0)
    case("concatenation of columns", "Concatenation", [a, b, c], torch.cat([a, b, c], 3), axis=2)


def rearrangements():
    x = rand(2, 3, 4, 5)
    case("slice of channels", "Slice", [x], x[:, 1:3], axis=0, start=1, end=3, step=1)
    case("slice with a step", "Slice", [x], x[:, :, :, 0:5:2], axis=2, start=0, end=5, step=2)
    case("reshape", "Reshape", [x], x.reshape(2, 6, 10), target=shape(6, 10))
    case("flatten", "Reshape", [x], x.flatten(1), target=shape(60))
    case("permutation", "Permutation", [x], x.permute(0, 3, 1, 2), axes=[2, 0, 1])
    case(
        "constant padding",
        "Padding",
        [x],
        F.pad(x, [1, 0, 0, 2, 1, 1], value=0.5),
        fill="CONSTANT",
        before=[1, 0, 1],
        after=[1, 2, 0],
        value=0.5,
    )
    for name, mode in (("REFLECT", "reflect"), ("REPLICATE", "replicate")):
        case(
            f"{mode} padding",
            "Padding",
            [x],
            F.pad(x, [3, 1, 0, 2], mode=mode),
            fill=name,
            before=[0, 0, 3],
            after=[0, 2, 1],
            value=0,
        )
    modes = {1: "linear", 2: "bilinear", 3: "trilinear"}
    for axes, spatial in SPATIAL.items():
        x = rand(2, 3, *spatial)
        for output in ([2 * extent for extent in spatial], [8, 11, 3][:axes]):
            case(
                f"{axes}-D nearest upsampling to {output}",
                "Upsampling",
                [x],
                F.interpolate(x, output, mode="nearest"),
                interpolation="NEAREST",
                output=shape(*output),
                alignCorners=False,
            )
            for align in (False, True):
                case(
                    f"{axes}-D linear upsampling to {output}, corners aligned: {align}",
                    "Upsampling",
                    [x],
                    F.interpolate(x, output, mode=modes[axes], align_corners=align),
                    interpolation="LINEAR",
                    output=shape(*output),
                    alignCorners=align,
                )
    x = rand(2, 3, 4, 5)
    kinds = {"MEAN": torch.mean, "SUM": torch.sum, "MAXIMUM": torch.amax}
    for name, reduce in kinds.items():
        for axes in ([0], [1, 2], [0, 1, 2]):
            for keep in (False, True):
                case(
                    f"{name} over {axes}, axes kept: {keep}",
                    "Reduction",
                    [x],
                    reduce(x, [axis + 1 for axis in axes], keepdim=keep),
                    kind=name,
                    axes=axes,
                    keepAxes=keep,
                )
    indices, table = torch.tensor([[3, 0, 6, 6], [1, 2, 5, 4]]), rand(7, 3)
    case("embedding", "Embedding", [indices], F.embedding(indices, table), table=table)


convolutions()
transposed_convolutions()
poolings()
classifiers()
activations()
normalizations()
joins()
rearrangements()
TEXT = "[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n"
TARGET.write_bytes(gzip.compress(TEXT.encode(), mtime=0))
print(f"{len(cases)} cases, {TARGET.stat().st_size} bytes")
