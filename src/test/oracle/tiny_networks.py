"""Makes the little networks under src/test/resources/org/saccade/job, which the job's end-to-end tests run.

    python src/test/oracle/tiny_networks.py        (torch 2.13, onnx)

tiny.onnx           [N,3,32,32] -> 6 classes, seeded random weights
four_channels.onnx  the same with 4 input channels, which no preprocessing makes
segmenter.onnx      ends in a map [N,8,16,16], so it is no classifier
overflowing.onnx    scores that are infinite for every image but a black one
"""

import pathlib

import torch
from torch import nn

OUT = pathlib.Path(__file__).parent.parent / "resources" / "org" / "saccade" / "job"


def features(channels):
    return nn.Sequential(
        nn.Conv2d(channels, 8, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(8, 12, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
    )


def classifier(channels):
    return nn.Sequential(features(channels), nn.Flatten(), nn.Linear(12 * 4 * 4, 6))


def export(name, model, channels):
    torch.onnx.export(
        model.eval(),
        torch.zeros(1, channels, 32, 32),
        OUT / name,
        input_names=["image"],
        output_names=["output"],
        dynamic_axes={"image": {0: "n"}, "output": {0: "n"}},
        opset_version=13,
        dynamo=False,
    )


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(20240501)
    tiny = classifier(3)
    with torch.no_grad():
        # Larger weights make the classes of little test pictures differ.
        for parameter in tiny.parameters():
            parameter.mul_(3)
    export("tiny.onnx", tiny, 3)
    export("four_channels.onnx", classifier(4), 4)
    export("segmenter.onnx", features(3)[:2], 3)
    overflowing = classifier(3)
    with torch.no_grad():
        for parameter in overflowing.parameters():
            parameter.copy_(parameter.abs())
        overflowing[0][0].bias.zero_()
        overflowing[0][0].weight.mul_(1e30)
        overflowing[0][2].weight.mul_(1e30)
    export("overflowing.onnx", overflowing, 3)


if __name__ == "__main__":
    main()
