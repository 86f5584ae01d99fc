"""Coverage of intervals and size of tests of the causal designs, on panels with known effects."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.figure import Figure

PANELS, UNITS, TIMES, EFFECT, SPILL = 200, 60, 8, 1.0, 0.4
REACH = 12.0
NOMINAL = 0.95


def panel(seed: int, effect: float, spill: float, cohorts: tuple[int, ...]) -> tuple[pd.DataFrame, ...]:
    """Unit and time effects, errors of an autoregression of 0.5; distances of units on a plane."""
    rng = np.random.default_rng(seed)
    place = rng.uniform(0, 100, (UNITS, 2))
    apart = np.sqrt(((place[:, None] - place[None]) ** 2).sum(2))
    first = np.zeros(UNITS, dtype=int)
    treated = rng.permutation(UNITS)[: UNITS // 5]
    first[treated] = np.resize(cohorts, len(treated))
    time = np.arange(1, TIMES + 1)
    names = [f"u{k:02d}" for k in range(UNITS)]
    rows = []
    for k in range(UNITS):
        error = 0.3 * rng.normal(size=TIMES)
        for t in range(1, TIMES):
            error[t] += 0.5 * error[t - 1]
        on = (first[k] > 0) & (time >= first[k])
        close = (first > 0) & (apart[k] <= REACH)
        near = np.array([(close & (first <= t)).any() for t in time]) & ~on
        y = rng.normal() + 0.1 * time + effect * on + spill * near + error
        rows.append(pd.DataFrame({"region": names[k], "year": time, "y": y, "treated_from": first[k]}))
    return pd.concat(rows, ignore_index=True), pd.DataFrame(apart, names, names)


def rates(
    estimate: Callable[[pd.DataFrame, pd.DataFrame], tuple[float, float]],
    effect: float,
    spill: float,
    cohorts: tuple[int, ...],
    truth: float,
) -> float:
    """Share of panels whose interval holds the truth."""
    held = []
    for seed in range(PANELS):
        low, high = estimate(*panel(seed, effect, spill, cohorts))
        held.append(low <= truth <= high)
    return float(np.mean(held))


def measure() -> list[Figure]:
    from hinterland.monitor import event_study, spillover

    def plain(estimator: str) -> Callable[[pd.DataFrame, pd.DataFrame], tuple[float, float]]:
        def estimate(frame: pd.DataFrame, distance: pd.DataFrame) -> tuple[float, float]:
            found = event_study(frame, outcome="y", estimator=estimator)  # type: ignore[arg-type]
            return found.low, found.high

        return estimate

    def total(frame: pd.DataFrame, distance: pd.DataFrame) -> tuple[float, float]:
        found = spillover(frame, distance, [REACH, 2 * REACH], outcome="y").evaluation
        return found.low, found.high

    def ring(which: int) -> Callable[[pd.DataFrame, pd.DataFrame], tuple[float, float]]:
        def estimate(frame: pd.DataFrame, distance: pd.DataFrame) -> tuple[float, float]:
            row = spillover(frame, distance, [REACH, 2 * REACH], outcome="y").rings.iloc[which]
            return float(row["low"]), float(row["high"])

        return estimate

    staggered, one = (4, 6), (5,)
    how = f"{PANELS} panels of {UNITS} units and {TIMES} times, a fifth of them treated"
    out = []
    for estimator, cohorts in (
        ("callaway_santanna", staggered),
        ("sun_abraham", staggered),
        ("imputation", staggered),
        ("two_way", one),
    ):
        for effect in (EFFECT, 0.0):
            found = rates(plain(estimator), effect, 0.0, cohorts, effect)
            what = "nominal less coverage" if effect else "size less nominal"
            name = f"{estimator}: {what}, no spillover"
            out.append(Figure(name, round(NOMINAL - found, 4), "1", 0.05, how))
    for cohorts, called in ((one, "one date"), (staggered, "two dates")):
        designs = (
            ("total effect", total, EFFECT),
            ("first ring", ring(0), SPILL),
            ("second ring, where nothing spills over (size less nominal)", ring(1), 0.0),
        )
        for name, estimate, truth in designs:
            found = rates(estimate, EFFECT, SPILL, cohorts, truth)
            title = f"spillover, {called}: nominal less coverage, {name}"
            out.append(Figure(title, round(NOMINAL - found, 4), "1", 0.1, how))
    naive = rates(plain("imputation"), EFFECT, SPILL, one, EFFECT)
    out.append(
        Figure(
            "spillover left out: coverage of imputation (shows why the design is needed)",
            round(naive, 4),
            "1",
            0.85,
            how,
        )
    )
    return out
