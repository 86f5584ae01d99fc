"""Coverage of intervals and size of tests of the causal designs, on panels with known effects."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.figure import Figure

if TYPE_CHECKING:
    from hinterland.monitor.staggered import Estimator

PANELS, UNITS, TIMES, EFFECT, SPILL = 120, 60, 8, 1.0, 0.4
REACH, SIDE = 12.0, 130.0
NOMINAL = 0.95


def panel(seed: int, effect: float, spill: float, cohorts: tuple[int, ...]) -> tuple[pd.DataFrame, ...]:
    """Unit and time effects, errors of an autoregression of 0.5; distances of units on a plane."""
    rng = np.random.default_rng(seed)
    place = rng.uniform(0, SIDE, (UNITS, 2))
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
    estimate: Callable[[pd.DataFrame, pd.DataFrame], dict[str, tuple[float, float, float]]],
    effect: float,
    spill: float,
    cohorts: tuple[int, ...],
) -> dict[str, float]:
    """Share of panels whose intervals hold the truth, by what is estimated: low, high, truth."""
    held: dict[str, list[bool]] = {}
    for seed in range(PANELS):
        for name, (low, high, truth) in estimate(*panel(seed, effect, spill, cohorts)).items():
            held.setdefault(name, []).append(low <= truth <= high)
    return {name: float(np.mean(values)) for name, values in held.items()}


def measure() -> list[Figure]:
    from hinterland.monitor import event_study, spillover

    staggered, one = (4, 6), (5,)
    how = f"{PANELS} panels of {UNITS} units and {TIMES} times, a fifth of them treated"
    out = []
    asked: tuple[tuple[Estimator, tuple[int, ...]], ...] = (
        ("callaway_santanna", staggered),
        ("sun_abraham", staggered),
        ("imputation", staggered),
        ("two_way", one),
    )
    for estimator, cohorts in asked:
        for effect in (EFFECT, 0.0):

            def plain(
                frame: pd.DataFrame, distance: pd.DataFrame, by: Estimator = estimator, truth: float = effect
            ) -> dict[str, tuple[float, float, float]]:
                found = event_study(frame, outcome="y", estimator=by)
                return {"effect": (found.low, found.high, truth)}

            held = rates(plain, effect, 0.0, cohorts)["effect"]
            what = "nominal less coverage" if effect else "size less nominal"
            out.append(Figure(f"{estimator}: {what}", round(NOMINAL - held, 4), "1", 0.05, how))

    def spilling(frame: pd.DataFrame, distance: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
        found = spillover(frame, distance, [REACH, 2 * REACH], outcome="y")
        near, far = (found.rings.iloc[k] for k in (0, 1))
        return {
            "total effect": (found.evaluation.low, found.evaluation.high, EFFECT),
            "first ring": (near["low"], near["high"], SPILL),
            "second ring, where nothing spills over": (far["low"], far["high"], 0.0),
            "left out": (found.naive.low, found.naive.high, EFFECT),
        }

    for cohorts, called in ((one, "one date"), (staggered, "two dates")):
        held_by = rates(spilling, EFFECT, SPILL, cohorts)
        naive = held_by.pop("left out")
        for name, held in held_by.items():
            title = f"spillover, {called}, {name}: nominal less coverage"
            out.append(Figure(title, round(NOMINAL - held, 4), "1", 0.05, how))
        title = f"neighbours as controls, {called}: coverage, which shows why the design is needed"
        out.append(Figure(title, round(naive, 4), "1", 0.85, how))
    return out
