"""Writes src/test/resources/org/saccade/network/onnx/logits.json: what PyTorch makes of whole networks.

    python src/test/oracle/onnx_logits.py SHARED        (torch 2.13, numpy, onnx)

SHARED is the folder of shared data. Three trained networks run as TorchScript. The nine light
architectures, whose stored weights are constant, are filled with seeded random weights and run by a
little interpreter, operator by operator as the ONNX specification says. The test generates the same
images and weights from the same names, so that only logits need to be kept.
"""

import json
import pathlib
import sys

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import helper, numpy_helper

TARGET = pathlib.Path("src/test/resources/org/saccade/network/onnx/logits.json")
TRAINED = {"squeezenet1_1": 120.0, "mobilenet_v2": 2.0, "resnet56_cifar10": 2.0}
LIGHT = [
    "bvlc_alexnet", "densenet121", "inception_v1", "inception_v2", "resnet50", "shufflenet",
    "squeezenet", "vgg19", "zfnet512",
]
# Hidden linear layers of this size hold most weights and prove nothing more than small ones.
WIDE, THIN = 4096, 64
KEPT = 16


def uniform(name, size):
    """Numbers in [0, 1): SplitMix64 seeded with the FNV-1a hash of the name, 24 bits each."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) % 2**64
    with np.errstate(over="ignore"):
        step = np.uint64(0x9E3779B97F4A7C15)
        z = np.uint64(seed) + step * np.arange(1, size + 1, dtype=np.uint64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) * 2.0**-24


def between(low, high, name, shape):
    values = low + (high - low) * uniform(name, int(np.prod(shape)))
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def is_offset(name, nodes):
    """Whether a vector is a bias, or the shift or mean of a batch normalization."""
    offsets = {"Conv": [2], "Gemm": [2], "BatchNormalization": [2, 3]}
    return any(name in [n.input[i] for i in offsets.get(n.op_type, []) if i < len(n.input)]
               for n in nodes)


def weight(name, shape, nodes):
    if len(shape) > 1:
        bound = float(np.sqrt(6.0 / np.prod(shape[1:])))
        return between(-bound, bound, name, shape)
    return between(-0.1, 0.1, name, shape) if is_offset(name, nodes) else between(0.5, 1.5, name, shape)


def padded(x, pads, value):
    axes = len(pads) // 2
    order = [side for a in reversed(range(axes)) for side in (pads[a], pads[a + axes])]
    return F.pad(x, order, value=value)


def average(x, kernel, stride, pads):
    """Average pooling that leaves padding out of the divisor."""
    sums = F.avg_pool2d(padded(x, pads, 0.0), kernel, stride, divisor_override=1)
    counts = F.avg_pool2d(padded(torch.ones_like(x), pads, 0.0), kernel, stride, divisor_override=1)
    return sums / counts


def run(op, x, a):
    pads = a.get("pads", [0, 0, 0, 0])
    if op == "Conv":
        return F.conv2d(padded(x[0], pads, 0.0), x[1], x[2] if len(x) > 2 else None,
                        stride=a.get("strides", 1), groups=a.get("group", 1))
    if op == "MaxPool":
        return F.max_pool2d(padded(x[0], pads, -torch.inf), a["kernel_shape"], a["strides"])
    if op == "AveragePool":
        return average(x[0], a["kernel_shape"], a.get("strides", [1, 1]), pads)
    if op == "GlobalAveragePool":
        return x[0].mean((2, 3), keepdim=True)
    if op == "BatchNormalization":
        return F.batch_norm(x[0], x[3], x[4], x[1], x[2], eps=a.get("epsilon", 1e-5))
    if op == "LRN":
        return F.local_response_norm(x[0], a["size"], a.get("alpha", 1e-4), a.get("beta", 0.75),
                                     a.get("bias", 1.0))
    if op == "Gemm":
        assert a["transB"] == 1 and not a.get("transA")
        return F.linear(x[0], x[1], x[2])
    simple = {
        "Relu": lambda: F.relu(x[0]),
        "Dropout": lambda: x[0],
        "Sum": lambda: sum(x[1:], x[0]),
        "Add": lambda: x[0] + x[1],
        "Mul": lambda: x[0] * x[1],
        "Concat": lambda: torch.cat(x, a["axis"]),
        "Transpose": lambda: x[0].permute(a["perm"]),
        "Reshape": lambda: x[0].reshape([x[0].shape[i] if d == 0 else int(d)
                                         for i, d in enumerate(x[1].tolist())]),
        "Unsqueeze": lambda: x[0][(...,) + (None,) * len(a["axes"])],
    }
    return simple[op]()


def light(path):
    graph = onnx.load(path).graph
    values = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
    image = [i for i in graph.input if i.name not in values][0]
    shape = [d.dim_value for d in image.type.tensor_type.shape.dim]
    values[image.name] = between(-1.0, 1.0, "image", shape)
    for node in graph.node:
        if node.op_type == "Softmax":
            return values[node.input[0]].flatten(1)
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        if node.op_type == "ConstantOfShape":
            dims = [THIN if d == WIDE else d for d in values[node.input[0]].tolist()]
            values[node.output[0]] = weight(node.output[0], dims, graph.node)
        else:
            inputs = [values[name] for name in node.input]
            values[node.output[0]] = run(node.op_type, inputs, attributes)
    return values[graph.output[0].name].flatten(1)


def trained(shared, name, scale):
    shape = [d.dim_value for d in
             onnx.load(shared / f"models/{name}.onnx").graph.input[0].type.tensor_type.shape.dim]
    model = torch.jit.load(shared / f"models/{name}.torchscript.pt").eval()
    return model(between(-scale, scale, "image", [2] + shape[1:]))


def main():
    torch.set_num_threads(2)
    shared = pathlib.Path(sys.argv[1])
    with torch.no_grad():
        result = {
            "trained": [
                {"model": name, "scale": scale, "logits": trained(shared, name, scale).tolist()}
                for name, scale in TRAINED.items()
            ],
            "light": [],
        }
        for name in LIGHT:
            logits = light(shared / f"onnx-light/light_{name}.onnx")[0]
            kept = torch.arange(KEPT) * (len(logits) // KEPT)
            result["light"].append(
                {
                    "model": name,
                    "largest": logits.abs().max().item(),
                    "logits": {int(i): logits[i].item() for i in kept},
                }
            )
            print(name, tuple(logits.shape), logits[:3], logits.abs().max().item(), logits.std().item())
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(result))


main()
