"""Invented tables for tests: zeros, negatives, industries without output, blocks that look singular."""

from __future__ import annotations

import numpy as np

from hinterland.accounts import IOTable, Satellite


def invented(
    seed: int,
    regions: int = 3,
    industries: int = 4,
    *,
    idle: bool = True,
    negative_inputs: bool = False,
    precision: str = "float64",
) -> IOTable:
    """A productive table with two categories of final demand by region, and two items of value added."""
    rng = np.random.default_rng(seed)
    n = regions * industries
    A = rng.random((n, n)) * (rng.random((n, n)) < rng.uniform(0.2, 1.0))
    twin = rng.integers(n, size=2)
    A[:, twin[0]] = A[:, twin[1]]  # the same recipe twice: A itself is singular
    A[:, rng.integers(n)] = 0.0
    total = A.sum(0)
    A *= np.divide(rng.uniform(0.05, 0.9, n), total, out=np.zeros(n), where=total > 0)
    if negative_inputs:
        A[rng.integers(n), rng.integers(n)] = -0.05
    x = rng.uniform(1, 100, n) * 10.0 ** rng.integers(0, 3)
    if idle:
        gone = rng.integers(n)
        A[gone] = 0.0
        A[:, gone] = 0.0
        x[gone] = 0.0
    Z = A * x
    left = x - Z.sum(1)  # may be negative: stocks drawn down
    split = rng.dirichlet(np.ones(regions * 2), n)
    split[:, 0] += 0.2
    split[:, 1] -= 0.2
    added = x - Z.sum(0)
    return IOTable.from_arrays(
        Z,
        left[:, None] * split,
        np.array([0.6, 0.4])[:, None] * added,
        regions=[f"r{k}" for k in range(regions)],
        industries=[f"i{k}" for k in range(industries)],
        categories=["private", "public"],
        items=["wages", "surplus"],
        x=x,
        satellites={
            "employment": Satellite(rng.uniform(0, 5, n) * x, "persons", rng.random(regions * 2)),
            "co2": Satellite(rng.uniform(0, 5, n) * x, "t"),
        },
        unit="EUR",
        precision=precision,  # type: ignore[arg-type]
    )
