"""Fixations of the default profile in numpy, one point at a time, from the formulas in docs/unravelling.md.

Needs torch 2.13, numpy, Pillow and onnx. Reads SHARED/models/{squeezenet1_1,mobilenet_v2}.onnx and images
of SHARED/imagenet-val; writes default_walk.json: per network and image the label explained and the
fixations [x, y, weight] in pixels of the network's input, by row and column.

usage: default_walk.py SHARED OUTPUT
"""

import csv
import json
import sys

import numpy as np
import onnx
import onnx.numpy_helper
import torch
import torch.nn.functional as F
from PIL import Image

EPS, MAX_POINTS = 1e-6, 112
IMAGES = ("ILSVRC2012_val_00000361", "ILSVRC2012_val_00000699", "ILSVRC2012_val_00001133")
SIZES = {"squeezenet1_1": 227, "mobilenet_v2": 224}


def picture(network, path):
    image = Image.open(path).convert("RGB")
    if network == "squeezenet1_1":
        values = np.asarray(image, np.float32)[:, :, ::-1] - np.array([104, 117, 123], np.float32)
    else:
        values = np.asarray(image.resize((224, 224), Image.BILINEAR), np.float32) / 255
        mean, deviation = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
        values = (values - np.array(mean, np.float32)) / np.array(deviation, np.float32)
    return torch.from_numpy(values.transpose(2, 0, 1).copy())[None]


def load(path):
    graph = onnx.load(path).graph
    weights = {t.name: torch.from_numpy(onnx.numpy_helper.to_array(t).copy()) for t in graph.initializer}
    return [
        {
            "op": node.op_type,
            "in": [i for i in node.input if i not in weights],
            "w": [weights[i] for i in node.input if i in weights],
            "out": node.output[0],
            "at": {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute},
        }
        for node in graph.node
    ]


def forward(nodes, x):
    values = {nodes[0]["in"][0]: x}
    for n in nodes:
        op, at, w = n["op"], n["at"], n["w"]
        a = [values[i] for i in n["in"]]
        if op == "Conv":
            out = F.conv2d(a[0], w[0], w[1], at["strides"], at["pads"][:2], groups=at["group"])
        elif op == "Relu":
            out = a[0].relu()
        elif op == "MaxPool":
            ceil = bool(at.get("ceil_mode", 0))
            out = F.max_pool2d(a[0], at["kernel_shape"], at["strides"], at["pads"][0], ceil_mode=ceil)
        elif op == "Concat":
            out = torch.cat(a, 1)
        elif op == "Add":
            out = a[0] + a[1]
        elif op == "GlobalAveragePool":
            out = a[0].mean((2, 3), keepdim=True)
        elif op == "Flatten":
            out = a[0].flatten(1)
        elif op == "Gemm":
            out = F.linear(a[0], w[0], w[1])
        else:
            raise ValueError(op)
        values[n["out"]] = out
    return {name: value[0].numpy() for name, value in values.items()}


def cell(u, n):
    return min(int(np.floor(u * n + EPS)), n - 1)


def condense(shares):
    channels, height, width = shares.shape
    evidence = np.sqrt(shares).sum(0) ** 2
    points = [
        [int(shares[:, y, x].argmax()), (y + 0.5) / height, (x + 0.5) / width, evidence[y, x]]
        for y in range(height)
        for x in range(width)
        if evidence[y, x] > 0
    ]
    heaviest = sorted(range(len(points)), key=lambda i: -points[i][3])[:MAX_POINTS]
    points = [points[i] for i in sorted(heaviest)]
    total = sum(p[3] for p in points)
    return [(c, uy, ux, w / total) for c, uy, ux, w in points]


def entry(nodes, values, target):
    """Both heads are linear in the mean over space of what they read."""
    if nodes[-1]["op"] == "Gemm":
        feature, weights, rest = nodes[-3]["in"][0], nodes[-1]["w"][0], nodes[:-3]
    else:
        feature, weights, rest = nodes[-4]["in"][0], nodes[-4]["w"][0][:, :, 0, 0], nodes[:-4]
    products = values[feature].astype(np.float64) * weights[target].numpy()[:, None, None]
    return feature, condense(np.maximum(products, 0)), rest


def back_through_convolution(point, n, values):
    c, uy, ux, w = point
    a, weights = values[n["in"][0]], n["w"][0].numpy()
    outputs, per_group, height, width = weights.shape
    pad, stride = n["at"]["pads"][0], n["at"]["strides"][0]
    first = c // (outputs // n["at"]["group"]) * per_group
    rows, columns = values[n["out"]].shape[1:]
    y, x = cell(uy, rows) * stride, cell(ux, columns) * stride
    padded = np.pad(a[first : first + per_group], ((0, 0), (pad, pad), (pad, pad)))
    sums = (padded[:, y : y + height, x : x + width] * weights[c]).sum((1, 2))
    return first + int(sums.argmax()), uy, ux, w


def own_share(u, outputs, inputs, kernel, stride):
    o = cell(u, outputs)
    window = [j for j in range(o * stride, o * stride + kernel) if j < inputs]
    own = [j for j in window if 2 * o * inputs <= (2 * j + 1) * outputs < 2 * (o + 1) * inputs]
    return own or [min(max(cell(u, inputs), window[0]), window[-1])]


def back_through_pooling(point, n, values):
    c, uy, ux, w = point
    a, (rows, columns) = values[n["in"][0]], values[n["out"]].shape[1:]
    kernel, stride = n["at"]["kernel_shape"][0], n["at"]["strides"][0]
    ys = own_share(uy, rows, a.shape[1], kernel, stride)
    xs = own_share(ux, columns, a.shape[2], kernel, stride)
    y, x = np.unravel_index(a[c][np.ix_(ys, xs)].argmax(), (len(ys), len(xs)))
    return c, (ys[y] + 0.5) / a.shape[1], (xs[x] + 0.5) / a.shape[2], w


def walk(nodes, values, target):
    feature, points, rest = entry(nodes, values, target)
    at = {feature: points}
    for n in reversed(rest):
        sources = n["in"]
        for point in at.pop(n["out"], []):
            c, uy, ux, w = point
            source = sources[0]
            if n["op"] == "Conv":
                point = back_through_convolution(point, n, values)
            elif n["op"] == "MaxPool":
                point = back_through_pooling(point, n, values)
            elif n["op"] == "Concat":
                k = 0
                while c >= values[sources[k]].shape[0]:
                    c -= values[sources[k]].shape[0]
                    k += 1
                source, point = sources[k], (c, uy, ux, w)
            elif n["op"] == "Add":
                rows, columns = values[n["out"]].shape[1:]
                first, second = (values[i][c, cell(uy, rows), cell(ux, columns)] for i in sources)
                source = sources[0] if first >= second else sources[1]
            at.setdefault(source, []).append(point)
    together = {}
    for _, uy, ux, w in at[nodes[0]["in"][0]]:
        together[uy, ux] = together.get((uy, ux), 0) + w
    return [(uy, ux, w) for (uy, ux), w in sorted(together.items())]


def main(shared, output):
    labels = {}
    with open(f"{shared}/imagenet-val/boxes.csv") as file:
        for row in csv.DictReader(file):
            labels[row["image_id"]] = int(row["label"])
    cases = []
    for network, size in SIZES.items():
        nodes = load(f"{shared}/models/{network}.onnx")
        for name in IMAGES:
            image = f"{name}.JPEG"
            with torch.no_grad():
                values = forward(nodes, picture(network, f"{shared}/imagenet-val/images/{image}"))
            fixations = [
                [round(ux * size - 0.5, 4), round(uy * size - 0.5, 4), round(w, 8)]
                for uy, ux, w in walk(nodes, values, labels[image])
            ]
            cases.append(
                {"network": network, "image": image, "label": labels[image], "fixations": fixations}
            )
    with open(output, "w") as file:
        json.dump(cases, file, separators=(",", ":"))


if __name__ == "__main__":
    main(*sys.argv[1:])
