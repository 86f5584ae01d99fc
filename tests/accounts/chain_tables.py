"""Random balanced tables of several regions for property tests: zeros, negatives, trade abroad, "
"absent industries."""

from __future__ import annotations

import numpy as np

from hinterland.accounts import IOTable, Satellite


def random_chains(seed: int, *, negative: bool = True, abroad: bool | None = None) -> IOTable:
    rng = np.random.default_rng(seed)
    r, k = int(rng.integers(2, 5)), int(rng.integers(1, 5))
    n = r * k
    x = rng.uniform(10, 1000, n)
    A = rng.uniform(0, 1, (n, n)) * (rng.uniform(size=(n, n)) > 0.4)
    A *= rng.uniform(0.1, 0.85, n) / np.maximum(A.sum(0), 1e-9)
    if negative:
        A *= np.where(rng.uniform(size=(n, n)) < 0.05, -1.0, 1.0)
    if k > 1:
        x[int(rng.integers(n))] = 0.0  # a region lacks an industry
    A[x == 0] = 0.0
    Z = A * x
    outside = bool(rng.integers(2)) if abroad is None else abroad
    imports = rng.uniform(0, 0.1, n) * x * outside
    left = x - Z.sum(1)
    categories = ["consumption", "stocks", "exports"] if outside else ["consumption", "stocks"]
    width = r * len(categories)
    parts = rng.dirichlet(np.ones(width), n) * left[:, None]
    if negative:  # stocks fall; consumption makes up for it
        fall = rng.uniform(0, 0.2, n) * np.abs(left)
        parts[:, 1] -= fall
        parts[:, 0] += fall
    return IOTable.from_arrays(
        Z,
        parts,
        regions=[f"r{i}" for i in range(r)],
        industries=[f"i{i}" for i in range(k)],
        categories=categories,
        x=x,
        imports=imports,
        satellites={
            "co2": Satellite(np.where(x > 0, rng.uniform(0, 5, n), 0.0), "t", rng.uniform(0, 1, width)),
            "employment": Satellite(x * rng.uniform(0, 0.1, n), "persons"),
        },
        unit="EUR",
    )


def positive_chains(seed: int, *, abroad: bool = False) -> IOTable:
    """Nothing negative, some zeros, an industry that a region lacks."""
    rng = np.random.default_rng(seed)
    r, k = int(rng.integers(2, 5)), int(rng.integers(1, 5))
    n, categories = r * k, ["consumption", "exports"] if abroad else ["consumption", "investment"]
    A = rng.uniform(0, 1, (n, n)) * (rng.uniform(size=(n, n)) > 0.4)
    A *= rng.uniform(0.1, 0.85, n) / np.maximum(A.sum(0), 1e-9)
    Y = rng.uniform(0, 10, (n, 2 * r)) * (rng.uniform(size=(n, 2 * r)) > 0.2)
    if k > 1:
        gone = int(rng.integers(n))
        A[gone], A[:, gone], Y[gone] = 0.0, 0.0, 0.0
    x = np.linalg.solve(np.eye(n) - A, Y.sum(1))
    x[x < 1e-12] = 0.0
    return IOTable.from_arrays(
        A * x,
        Y,
        regions=[f"r{i}" for i in range(r)],
        industries=[f"i{i}" for i in range(k)],
        categories=categories,
        x=x,
        satellites={"co2": Satellite(np.where(x > 0, rng.uniform(0, 5, n), 0.0), "t")},
        unit="EUR",
    )


def inverse(table: IOTable) -> np.ndarray:
    return np.linalg.inv(np.eye(len(table.x)) - table.A)
