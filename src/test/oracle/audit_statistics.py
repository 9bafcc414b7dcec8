"""Reference values for the statistics of the audit, computed with numpy alone.

    python src/test/oracle/audit_statistics.py src/test/resources/org/saccade/audit/statistics.json

Benjamini-Hochberg by its definition (the largest k with p_(k) <= k q / m),
exact sign-flip p-values by trying all signs, percentiles of 200 000 bootstrap means, silhouettes
by their definition.
"""
import itertools
import json
import sys

import numpy as np

rng = np.random.default_rng(7)


def adjusted(p):
    """Smallest q at which each hypothesis is rejected, from the step-up definition."""
    p = np.array(p)
    m = len(p)
    order = np.argsort(p)
    result = np.ones(m)
    for i in range(m):
        # rejected at q iff some k >= rank(i) has p_(k) <= k q / m
        rank = np.count_nonzero(p < p[i])
        result[i] = min(1.0, min(p[order[k]] * m / (k + 1) for k in range(rank, m)))
    return result.tolist()


def sign_flip(d):
    d = np.array(d)
    sums = [np.dot(d, s) for s in itertools.product([1, -1], repeat=len(d))]
    return float(np.mean(np.array(sums) >= d.sum() - 1e-12))


def silhouettes(points, labels):
    distances = np.sqrt(((points[:, None] - points[None]) ** 2).sum(-1))
    values = []
    for i, own in enumerate(labels):
        others = [j for j in range(len(labels)) if labels[j] == own and j != i]
        if not others:
            values.append(0.0)
            continue
        a = distances[i, others].mean()
        b = min(distances[i, labels == c].mean() for c in set(labels) - {own})
        values.append(float((b - a) / max(a, b)))
    return values


points = np.concatenate([rng.normal(0, 1, (7, 3)), rng.normal(3, 1, (6, 3)), [[9.0, 9.0, -9.0]]])
labels = np.array([0] * 7 + [1] * 6 + [2])
small = rng.normal(0.3, 0.5, 9)
large = rng.normal(0.1, 0.5, 60)
flips = rng.integers(0, 2, (400_000, 60)) * 2 - 1
p = [0.001, 0.2, 0.012, 0.012, 0.9, 0.04, 0.03, 1.0]
means = rng.choice(large, (200_000, 60)).mean(1)

json.dump(
    {
        "p": p,
        "q": adjusted(p),
        "small": small.tolist(),
        "small_p": sign_flip(small),
        "large": large.tolist(),
        "large_p": float(np.mean(flips @ large >= large.sum() - 1e-12)),
        "large_low": float(np.quantile(means, 0.025)),
        "large_high": float(np.quantile(means, 0.975)),
        "points": points.tolist(),
        "labels": labels.tolist(),
        "silhouettes": silhouettes(points, labels),
    },
    open(sys.argv[1], "w"),
    indent=1,
)
