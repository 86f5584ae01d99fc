"""Hypothetical extraction of each industry of each region in turn, against solving every reduced system."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.figure import Figure, median_seconds

if TYPE_CHECKING:
    from hinterland.accounts import IOTable

REGIONS, INDUSTRIES, RUNS = 31, 28, 5
NAIVE = 40  # reduced systems solved for comparison, spread over the table


def invent() -> IOTable:
    from hinterland.accounts import IOTable, Satellite

    n = REGIONS * INDUSTRIES
    rng = np.random.default_rng(868)
    Z = rng.random((n, n)) ** 4
    for c in range(REGIONS):
        at = slice(c * INDUSTRIES, (c + 1) * INDUSTRIES)
        Z[at, at] *= REGIONS
    Z *= rng.uniform(20, 900, n) / Z.sum(0)
    Y = rng.random((n, REGIONS * 2)) * Z.sum(1)[:, None] / REGIONS
    return IOTable.from_arrays(
        Z,
        Y,
        regions=[f"r{k}" for k in range(REGIONS)],
        industries=[f"i{k}" for k in range(INDUSTRIES)],
        categories=["private", "public"],
        satellites={"jobs": Satellite(rng.random(n) * 100, "persons")},
    )


def measure() -> list[Figure]:
    from hinterland.accounts import extract_each
    from hinterland.accounts.extract import losses_each

    table = invent()
    n = REGIONS * INDUSTRIES
    how = f"{REGIONS} regions x {INDUSTRIES} industries, a fresh table each time, median of {RUNS}"
    figures = [
        Figure(
            "time to extract each industry of each region in turn",
            median_seconds(lambda: extract_each(replace(table)), RUNS),
            "s",
            2.0,
            f"accounts.extract_each: output, value added and jobs lost, {how}",
        ),
        Figure(
            "time for what every industry loses in each extraction",
            median_seconds(lambda: losses_each(replace(table)), RUNS),
            "s",
            2.0,
            f"all {n} x {n} losses, {how}",
        ),
    ]
    A, y = np.array(table.A), table.Y.sum(1)
    x = np.linalg.solve(np.eye(n) - A, y)
    losses = losses_each(table)
    frame = extract_each(table).frame
    worst = total = 0.0
    for k in np.linspace(0, n - 1, NAIVE).astype(int):
        B, z = A.copy(), y.copy()
        B[k], B[:, k], z[k] = 0.0, 0.0, 0.0
        naive = x - np.linalg.solve(np.eye(n) - B, z)
        worst = max(worst, float(np.abs(losses[:, k] - naive).max() / naive.max()))
        total = max(total, float(abs(frame["output_loss"].iloc[k] / naive.sum() - 1)))
    how = f"{NAIVE} of the {n}, each reduced system solved anew, relative"
    figures.append(Figure("largest gap of an industry's loss to the naive answer", worst, "1", 1e-10, how))
    figures.append(Figure("largest gap of the total loss to the naive answer", total, "1", 1e-10, how))
    return figures
