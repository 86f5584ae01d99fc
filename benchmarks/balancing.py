"""Balancing a table of 31 regions by 42 industries (1,302 x 1,302), and a gravity estimate end to end."""

from __future__ import annotations

import numpy as np

from benchmarks.figure import Figure, median_seconds

REGIONS, INDUSTRIES, RUNS = 31, 42, 3
TOLERANCE = 1e-9


def problem(negative: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A prior with a heavy block diagonal, zeros and totals of a table a good way off; feasible by making."""
    rng = np.random.default_rng(20260101)
    n = REGIONS * INDUSTRIES
    near = np.kron(np.eye(REGIONS), np.ones((INDUSTRIES, INDUSTRIES))) * 0.999 + 0.001
    prior = rng.lognormal(0, 2, (n, n)) * near * (rng.uniform(size=(n, n)) > 0.3)
    if negative:
        prior *= np.where(rng.uniform(size=(n, n)) < 0.01, -1.0, 1.0)
    truth = prior * rng.lognormal(0, 1, (n, n)) * rng.lognormal(0, 1, n)[:, None]
    return prior, truth.sum(1), truth.sum(0)


def measure() -> list[Figure]:
    import hinterland as hl

    figures = []
    size = f"{REGIONS * INDUSTRIES:,} x {REGIONS * INDUSTRIES:,}"
    for name, method, negative in (
        ("RAS", hl.accounts.ras, False),
        ("GRAS with negative entries", hl.accounts.gras, True),
    ):
        prior, rows, columns = problem(negative)
        found = method(prior, rows, columns, tol=TOLERANCE)
        turnover = [np.abs(found.matrix).sum(k) for k in (1, 0)]
        gap = max(
            np.max(np.abs(found.matrix.sum(1) - rows) / turnover[0]),
            np.max(np.abs(found.matrix.sum(0) - columns) / turnover[1]),
        )
        how = f"{size}, block-diagonal by region, 30 % zeros, {int(found.iterations)} iterations"
        figures += [
            Figure(
                f"time to balance by {name}",
                median_seconds(lambda m=method, p=prior, u=rows, v=columns: m(p, u, v, tol=TOLERANCE), RUNS),
                "s",
                10.0,
                f"{how}, median of {RUNS}",
            ),
            Figure(f"largest gap after {name}", float(gap), "1", TOLERANCE, "relative to turnover; " + how),
        ]
    figures.append(
        Figure(
            "time of a gravity estimate end to end",
            median_seconds(
                lambda: hl.accounts.estimate_mrio(hl.accounts.complete(hl.open_study("southwest"))), RUNS
            ),
            "s",
            20.0,
            f"open the built-in study (31 regions), complete it, estimate and balance; median of {RUNS}",
        )
    )
    return figures
