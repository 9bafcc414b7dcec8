"""Boxes of the default rule by numpy, straight from its formulas in docs/localization-study.md.

Needs numpy. Writes default_boxes.json next to the tests' resources: weighted points as shares of the
sides, the sides, and the box: a Gaussian density (sigma 0.05 of the side) on 64 x 64 cells, less 0.2
of its mean, between the 3 % and the 97 % quantile of its column and row sums.
"""

import json
import sys

import numpy as np

GRID, SIGMA, FLOOR, TAIL = 64, 0.05, 0.2, 0.03


def quantile(mass, q):
    steps = np.concatenate([[0], np.cumsum(mass)]) / mass.sum()
    j = min(max(np.searchsorted(steps, q, side="right") - 1, 0), GRID - 1)
    step = steps[j + 1] - steps[j]
    return (j + ((q - steps[j]) / step if step > 0 else 0)) / GRID


def box(ux, uy, weight, width, height):
    middle = (np.arange(GRID) + 0.5) / GRID
    density = np.zeros((GRID, GRID))
    for x, y, w in zip(ux, uy, weight):
        across = np.exp(-0.5 * ((middle - x) / SIGMA) ** 2)
        down = np.exp(-0.5 * ((middle - y) / SIGMA) ** 2)
        density += w * down[:, None] * across[None, :]
    above = np.maximum(0, density - FLOOR * density.mean())
    x0, x1 = (quantile(above.sum(0), q) for q in (TAIL, 1 - TAIL))
    y0, y1 = (quantile(above.sum(1), q) for q in (TAIL, 1 - TAIL))
    return [x0 * width, y0 * height, x1 * width - 1, y1 * height - 1]


def main(path):
    rng = np.random.default_rng(2019)
    cases = []
    for cells in (7, 13, 7, 13, 4):
        width, height = (int(v) for v in rng.integers(50, 600, 2))
        column, row = np.meshgrid(np.arange(cells), np.arange(cells))
        keep = rng.random((cells, cells)) < 0.6
        ux = (column[keep] + 0.5) / cells
        uy = (row[keep] + 0.5) / cells
        weight = rng.random(keep.sum()) ** 4
        cases.append(
            {
                "width": width,
                "height": height,
                "x": [round(float(v), 9) for v in ux],
                "y": [round(float(v), 9) for v in uy],
                "weight": [round(float(v), 9) for v in weight],
                "box": box(ux, uy, weight, width, height),
            }
        )
    with open(path, "w") as file:
        json.dump(cases, file, separators=(",", ":"))


if __name__ == "__main__":
    main(sys.argv[1])
