"""Writes what PyTorch predicts for the shared images, with Pillow's pixels.

    python src/test/oracle/imagenet_predictions.py ../shared        (torch 2.13, numpy, Pillow)

Result: src/test/resources/org/saccade/job/predictions_{preprocessing}.csv with the columns
image_id,predicted_class,probability. The preprocessing is spelled out here rather than taken from
a library, so that it is a second implementation of the named one.
"""

import csv
import pathlib
import sys

import numpy as np
import torch
from PIL import Image

OUT = pathlib.Path(__file__).parent.parent / "resources" / "org" / "saccade" / "job"
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)


def centre(image, side):
    left = round((image.width - side) / 2)
    top = round((image.height - side) / 2)
    return image.crop((left, top, left + side, top + side))


def squeezenet_bgr(image):
    assert image.size == (227, 227)
    return np.asarray(image, np.float32)[:, :, ::-1] - np.array([104, 117, 123], np.float32)


def torchvision_imagenet(image):
    scale = 256 / min(image.size)
    size = (int(image.width * scale), int(image.height * scale))
    return torchvision_imagenet_crop(image.resize(size, Image.BILINEAR))


def torchvision_imagenet_crop(image):
    return (np.asarray(centre(image, 224), np.float32) / 255 - MEAN) / STD


RUNS = [
    ("squeezenet-bgr", "squeezenet1_1", squeezenet_bgr),
    ("torchvision-imagenet", "mobilenet_v2", torchvision_imagenet),
    ("torchvision-imagenet-crop", "mobilenet_v2", torchvision_imagenet_crop),
]


def main(shared):
    torch.set_num_threads(1)
    images = sorted((shared / "imagenet-val" / "images").iterdir())
    for name, network, prepare in RUNS:
        model = torch.jit.load(shared / "models" / f"{network}.torchscript.pt").eval()
        with open(OUT / f"predictions_{name}.csv", "w", newline="") as file, torch.no_grad():
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(["image_id", "predicted_class", "probability"])
            for path in images:
                pixels = prepare(Image.open(path).convert("RGB"))
                tensor = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))[None]
                probability, best = model(tensor)[0].softmax(0).max(0)
                rows.writerow([path.name, best.item(), f"{probability.item():.6f}"])


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
