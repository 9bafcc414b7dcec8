"""Boxes that wsolevaluation derives from score maps, as an oracle for MaxBoxAcc.

Needs numpy and opencv-python-headless 4.x. Writes wsol_boxes.json next to the tests' resources:
small maps with, per threshold, the box of the largest contour and the boxes of all contours, and
the enlargement of small maps by cv2.resize(INTER_CUBIC). The recipe is that of
compute_bboxes_from_scoremaps (clovaai/wsolevaluation), restated on integer grey levels.
"""

import json
import sys

import cv2
import numpy as np


def boxes(grey, level):
    height, width = grey.shape
    binary = np.where(grey > level, 255, 0).astype(np.uint8)
    contours = cv2.findContours(binary, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)[0]
    if not contours:
        return None, []

    def box(contour):
        x, y, w, h = cv2.boundingRect(contour)
        return [x, y, x + w - 1, y + h - 1]

    return box(max(contours, key=cv2.contourArea)), sorted(box(c) for c in contours)


def picture(rng):
    height, width = rng.integers(1, 14, 2)
    noise = rng.random((height, width)).astype(np.float32)
    if rng.random() < 0.5:
        noise = cv2.GaussianBlur(noise, (0, 0), float(rng.uniform(0.5, 2)))
    noise -= noise.min()
    peak = noise.max()
    if peak > 0:
        noise /= peak
    return (noise * 255).astype(np.uint8)


def main(path):
    rng = np.random.default_rng(2007)
    pictures = []
    for _ in range(250):
        grey = picture(rng)
        levels = [int(v) for v in rng.choice(256, 6)]
        found = [boxes(grey, level) for level in levels]
        pictures.append(
            {
                "rows": grey.shape[0],
                "cols": grey.shape[1],
                "grey": grey.ravel().tolist(),
                "levels": levels,
                "largest": [largest for largest, _ in found],
                "all": [everything for _, everything in found],
            }
        )
    enlarged = []
    for rows, cols in ((7, 7), (13, 9), (56, 56)):
        small = rng.random((rows, cols)).astype(np.float32)
        big = cv2.resize(small, (224, 224), interpolation=cv2.INTER_CUBIC)
        at = rng.integers(0, 224, (100, 2))
        enlarged.append(
            {
                "rows": rows,
                "cols": cols,
                "values": [round(float(v), 7) for v in small.ravel()],
                "at": at.tolist(),
                "expected": [round(float(big[r, c]), 7) for r, c in at],
            }
        )
    with open(path, "w") as file:
        json.dump({"pictures": pictures, "enlarged": enlarged}, file, separators=(",", ":"))


if __name__ == "__main__":
    main(sys.argv[1])
