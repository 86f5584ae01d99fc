"""Made panels with known effects."""

from __future__ import annotations

import numpy as np
import pandas as pd


def made(
    seed: int,
    units: int = 40,
    times: int = 8,
    effect: float = 0.5,
    cohorts: tuple[int, ...] = (4, 6),
    share: float = 0.5,
    trend: float = 0.0,
) -> pd.DataFrame:
    """Unit and time effects, serially correlated errors; the treated gain `effect`, and `trend` a period."""
    rng = np.random.default_rng(seed)
    first = np.zeros(units, dtype=int)
    treated = rng.permutation(units)[: int(units * share)]
    first[treated] = np.resize(cohorts, len(treated))
    rows = []
    time = np.arange(1, times + 1)
    for k in range(units):
        error = np.zeros(times)
        shock = rng.normal(0, 0.3, times)
        for t in range(times):
            error[t] = shock[t] + (0.5 * error[t - 1] if t else 0)
        on = (first[k] > 0) & (time >= first[k])
        y = rng.normal() + 0.1 * time + effect * on + trend * time * (first[k] > 0) + error
        rows.append(pd.DataFrame({"region": f"u{k:02d}", "year": time, "y": y, "treated_from": first[k]}))
    return pd.concat(rows, ignore_index=True)


def neighbours(
    seed: int,
    units: int = 40,
    times: int = 6,
    effect: float = 1.0,
    spill: float = 0.4,
    cohorts: tuple[int, ...] = (4,),
    share: float = 0.2,
    reach: float = 12.0,
    noise: float = 0.3,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A panel of units on a plane and their distances; within `reach` of a treated unit they gain `spill`."""
    rng = np.random.default_rng(seed)
    place = rng.uniform(0, 100, (units, 2))
    apart = np.sqrt(((place[:, None] - place[None]) ** 2).sum(2))
    first = np.zeros(units, dtype=int)
    treated = rng.permutation(units)[: int(units * share)]
    first[treated] = np.resize(cohorts, len(treated))
    time = np.arange(1, times + 1)
    names = [f"u{k:02d}" for k in range(units)]
    rows = []
    for k in range(units):
        error = noise * rng.normal(size=times)
        for t in range(1, times):
            error[t] += 0.5 * error[t - 1]
        on = (first[k] > 0) & (time >= first[k])
        close = (first > 0) & (apart[k] <= reach)
        near = np.array([(close & (first <= t)).any() for t in time]) & ~on
        y = rng.normal() + 0.1 * time + effect * on + spill * near + error
        rows.append(pd.DataFrame({"region": names[k], "year": time, "y": y, "treated_from": first[k]}))
    return pd.concat(rows, ignore_index=True), pd.DataFrame(apart, names, names)
