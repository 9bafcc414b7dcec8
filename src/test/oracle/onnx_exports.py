"""Writes src/test/resources/org/saccade/network/onnx/exports.zip: one network, exported at many operator sets.

    python src/test/oracle/onnx_exports.py        (torch 2.13, numpy, onnx)

The network holds what exporters spell out in several operators, differently from version to version:
group, layer and instance normalization, GELU, SiLU, hard swish, Mish, squeeze and excitation, channel
shuffle, resampling, padding, slicing with open ends.
"""

import io
import json
import pathlib
import warnings
import zipfile

import torch
import torch.nn.functional as F
from torch import nn

TARGET = pathlib.Path("src/test/resources/org/saccade/network/onnx/exports.zip")
OPSETS = [11, 12, 13, 14, 16, 17, 18, 20]


class Everything(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, 2, 1)
        self.groups = nn.GroupNorm(4, 16)
        self.depthwise = nn.Conv2d(16, 16, 3, 1, 1, groups=16)
        self.layer = nn.LayerNorm(16)
        self.wide = nn.Linear(16, 32)
        self.narrow = nn.Linear(32, 16)
        self.squeeze = nn.Conv2d(16, 4, 1)
        self.excite = nn.Conv2d(4, 16, 1)
        self.up = nn.ConvTranspose2d(16, 8, 2, 2)
        self.instance = nn.InstanceNorm2d(8, affine=True)
        self.prelu = nn.PReLU(8)
        self.batch = nn.BatchNorm2d(8)
        self.scores = nn.Linear(8, 5)

    def forward(self, x):
        x = F.silu(self.groups(self.stem(x)))
        y = self.layer(self.depthwise(x).permute(0, 2, 3, 1))
        x = x + self.narrow(F.gelu(self.wide(y))).permute(0, 3, 1, 2)
        gate = F.relu(self.squeeze(F.adaptive_avg_pool2d(x, 1)))
        x = x * F.hardsigmoid(self.excite(gate))
        first, second = x.chunk(2, 1)
        x = torch.cat([F.hardswish(second), F.mish(first)], 1)
        n, c, h, w = x.shape
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).contiguous().view(n, c, h, w)
        x = F.interpolate(x, scale_factor=2, mode="nearest")
        x = F.interpolate(x, size=(12, 10), mode="bilinear", align_corners=False)
        x = self.up(F.pad(x, (1, 0, 2, 1)))
        x = F.avg_pool2d(self.batch(self.prelu(self.instance(x))), 3, 2, 1, ceil_mode=True)
        x = F.leaky_relu(F.relu6(x)[:, :, 1:-1, ::2])
        return F.softmax(10 * self.scores(x.mean([2, 3])), 1)


def main():
    warnings.simplefilter("ignore")
    torch.manual_seed(0)
    model = Everything().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.1 * torch.randn_like(parameter)
        model.batch.running_mean.normal_()
        model.batch.running_var.uniform_(0.5, 2)
        images = torch.randn(2, 3, 20, 24)
        probabilities = model(images)
    with zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED) as archive:
        for opset in OPSETS:
            file = io.BytesIO()
            torch.onnx.export(
                model, images, file, opset_version=opset, dynamo=False, input_names=["image"],
                output_names=["probabilities"],
                dynamic_axes={"image": {0: "n"}, "probabilities": {0: "n"}},
            )
            archive.writestr(zipfile.ZipInfo(f"{opset}.onnx"), file.getvalue(), zipfile.ZIP_DEFLATED)
        expected = {"images": images.flatten().tolist(), "probabilities": probabilities.tolist()}
        archive.writestr(zipfile.ZipInfo("expected.json"), json.dumps(expected), zipfile.ZIP_DEFLATED)


main()
