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
