"""An ensemble of disruption years on local processes: the time of 1,000, and how it scales with workers.

``python -m benchmarks ensemble`` runs all 1,000 with two workers, and a part of them with one and with every
core, each in a fresh directory. Cores that others use at the same time make it slower.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from benchmarks.figure import Figure

YEARS, PART, TARGET = 1000, 100, 600.0
CORES = os.cpu_count() or 1


def _seconds(draws: int, workers: int) -> float:
    """Seconds of an ensemble over parameters of the disruption model, writing included."""
    from hinterland.simulate import Uniform, ensemble, read_scenario
    from hinterland.study import open_study

    study = open_study("southwest")
    scenario = read_scenario("sichuan-earthquake", study)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        run = ensemble(
            study,
            scenario,
            directory=Path(folder) / "run",
            model="disruption",
            parameters={
                "disruption.overproduction_max": Uniform(1.1, 1.3),
                "disruption.inventory_restore": Uniform(0.2, 0.67),
            },
            draws=draws,
            workers=workers,
            batch=5,
        )
        taken = time.perf_counter() - began
        assert not run.failed and len(run.table()) == draws
    return taken


def measure() -> list[Figure]:
    how = "southwest (31 x 28), 365 days each, parameters drawn, results on disk"
    figures = [
        Figure(
            f"time for {YEARS:,} disruption years with two workers",
            round(_seconds(YEARS, 2), 1),
            "s",
            TARGET,
            f"simulate.ensemble, {how}; {CORES} cores",
        )
    ]
    one = _seconds(PART, 1)
    for workers in sorted({2, CORES}):
        gain = one / _seconds(PART, workers)
        figures.append(
            Figure(
                f"time with {workers} workers over time with one",
                round(1 / gain, 3),
                "1",
                1.0,
                f"{PART} years, processes started anew; ideal {1 / workers:.3f}; {how}; {CORES} cores",
            )
        )
    return figures
