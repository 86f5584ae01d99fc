"""The whole room measure on the built-in study: time, exactness of its identities, and how breaks show."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.figure import Figure, median_seconds

if TYPE_CHECKING:
    from hinterland.study import Study

SERIES, YEARS, RUNS = 300, 22, 3


def _everything(study: Study) -> None:
    from hinterland.steps import STEPS, Work

    step = next(step for step in STEPS if step.code == "measure")
    step.take(Work(study))


def _breaks(size: float) -> tuple[float, float]:
    """Share of noisy series with a step of `size` deviations that show phases, and whose step is placed."""
    from hinterland.measure import find_turning

    rng = np.random.default_rng(22)
    shown = placed = 0
    for k in range(SERIES):
        changes = rng.normal(size=(YEARS, 1)) + size * (np.arange(YEARS) >= YEARS // 2)[:, None]
        found = find_turning(changes, seed=k, most=3, least=3, draws=39, level=0.9)
        sure = found.p_value <= 0.05 and bool(found.breaks)
        shown += sure
        placed += sure and min(abs(at - YEARS // 2) for at in found.breaks) <= 1
    return shown / SERIES, placed / SERIES


def measure() -> list[Figure]:
    from hinterland import accounts
    from hinterland import measure as room
    from hinterland.study import open_study

    study = accounts.complete(open_study("southwest"))
    began = time.process_time()
    seconds = median_seconds(lambda: _everything(study), RUNS)
    work = (time.process_time() - began) / (RUNS + 1)
    drivers = room.emission_drivers(study).frame
    parts = drivers[["activity", "structure", "intensity", "unallocated"]].sum(axis=1, skipna=False)
    rest = float((parts - drivers["co2_change"]).abs().max() / drivers["co2_change"].abs().max())
    extended = room.shift_share_extended(study).frame.dropna()
    split = extended["net_competitive"] + extended["allocation"] - extended["competitive"]
    off = float(split.abs().max() / extended["net_competitive"].abs().max())
    pairs = room.similarity(study).frame
    link = float((pairs["finger_kreinin"] - 1 + pairs["krugman"] / 2).abs().max())
    how = f"the step measure of the built-in study, accounts completed, median of {RUNS}"
    series = f"{SERIES} series of {YEARS} yearly changes"
    alarms, _ = _breaks(0.0)
    _, placed = _breaks(3.0)
    return [
        Figure("time of the whole room measure", seconds, "s", 5.0, how),
        Figure("processor time of the whole room measure", round(work, 4), "s", 5.0, how),
        Figure("LMDI: largest residual", rest, "share of the largest change", 1e-12, "every cell and span"),
        Figure(
            "shift-share's split: largest residual", off, "share of the largest part", 1e-12, "every cell"
        ),
        Figure("Finger-Kreinin = 1 - Krugman / 2: largest gap", link, "1", 1e-12, "every pair and year"),
        Figure(
            "phases seen in noise alone",
            round(alarms, 4),
            "share of series",
            0.09,  # the nominal 0.05, and three standard errors of so many series
            f"p of 0.05 or less, {series}",
        ),
        Figure(
            "steps of three deviations missed",
            round(1 - placed, 4),
            "share of series",
            0.1,
            f"not seen, or placed more than a year off, {series}",
        ),
    ]
