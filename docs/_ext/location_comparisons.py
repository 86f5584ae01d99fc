"""Published answers for location theory and Poisson gravity beside ours, for the verification page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from hinterland.potential import p_median, shapley, weber_point

Row = tuple[str, float, float, float, str]


def location() -> Iterator[Row]:
    """What, published, ours, tolerance, source."""
    yield from _weber()
    yield from _median()
    yield from _airport()


def _weber() -> Iterator[Row]:
    corners = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 3.0]])
    found = weber_point(corners, np.ones(3))
    yield (
        "Fermat point of the triangle 3, 4, 5: sum of distances",
        round(float(np.sqrt(25 + 12 * np.sqrt(3))), 9),
        round(found.cost, 9),
        1e-9,
        "Torricelli: its square is (a² + b² + c²)/2 + 2√3 times the area",
    )
    ways = (corners - found.point) / np.linalg.norm(corners - found.point, axis=1)[:, None]
    angle = float(np.degrees(np.arccos(ways[0] @ ways[1])))
    yield "Angle between any two of its sides, degrees", 120.0, round(angle, 6), 1e-6, "Torricelli (1640s)"
    source = "Weber (1909), mathematical appendix by Pick: the triangle of weights gives the angles"
    weights = np.array([3.0, 4.0, 5.0])
    found = weber_point([[0, 0], [10, 0], [5, 9]], weights)
    pulls = np.array([[0, 0], [10, 0], [5, 9]]) - found.point
    pulls = pulls / np.linalg.norm(pulls, axis=1)[:, None]
    for (i, j), k in (((0, 1), 2), ((1, 2), 0), ((0, 2), 1)):
        cosine = (weights[k] ** 2 - weights[i] ** 2 - weights[j] ** 2) / (2 * weights[i] * weights[j])
        ours = float(np.degrees(np.arccos(pulls[i] @ pulls[j])))
        what = f"Weights 3, 4, 5: angle between the pulls {weights[i]:g} and {weights[j]:g}, degrees"
        yield what, round(float(np.degrees(np.arccos(cosine))), 6), round(ours, 6), 1e-6, source
    held = weber_point([[0, 0], [10, 0], [5, 9]], [3.0, 4.0, 7.0])
    yield (
        "Weights 3, 4, 7: place that holds the point (the third)",
        3.0,
        float(-1 if held.vertex is None else held.vertex + 1),
        0.0,
        "Weber (1909): a weight no less than all others together",
    )


def _median() -> Iterator[Row]:
    random = np.random.default_rng(1964)
    cost, weights = random.integers(1, 100, (12, 8)).astype(float), random.integers(1, 20, 12).astype(float)
    for p in (2, 3):
        best = min(float(weights @ cost[:, list(c)].min(1)) for c in combinations(range(8), p))
        what = f"p-median of 12 demands and 8 sites, p = {p}: cost, against trying every choice"
        yield what, best, round(p_median(cost, weights, p).cost, 6), 1e-6, "identity (Hakimi 1964)"


def _airport() -> Iterator[Row]:
    """Three aeroplanes need runways that cost 12, 28 and 30; each coalition pays for its longest."""
    needs = (12.0, 28.0, 30.0)
    worth = [max((needs[k] for k in range(3) if s >> k & 1), default=0.0) for s in range(8)]
    source = "Littlechild & Owen (1973), Management Science 20: each stretch is shared by those who need it"
    for k, (ours, published) in enumerate(zip(shapley(worth), (4.0, 12.0, 14.0), strict=True)):
        yield (
            f"Shapley value of the airport game, runway {needs[k]:g}",
            published,
            round(float(ours), 9),
            1e-9,
            source,
        )
