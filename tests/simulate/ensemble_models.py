"""Models that tests of ensembles run on other processes: they must be importable there."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import xarray as xr

from hinterland.simulate import Outcome, Scenario, baseline, impact
from hinterland.study import Study, StudyError, Text


def noisy(study: Study, scenario: Scenario, *, scale: float = 1.0, seed: int = 0) -> Outcome:
    """Output times noise of its own seed; the baseline is the common one."""
    base = baseline(study)
    noise = np.random.default_rng(seed).normal(1.0, 0.01 * scale, base.accounts["output"].shape)
    result = base.accounts.assign(output=base.accounts["output"] * noise)
    return Outcome("noisy", base.accounts, result.expand_dims(time=["after"]), residual=float(seed % 7))


def counted(study: Study, scenario: Scenario, *, log: str, stop: str = "", scale: float = 1.0) -> Outcome:
    """Leave a line for every run, and fail as a machine does once a file is there."""
    if stop and Path(stop).exists():
        raise KeyboardInterrupt
    with Path(log).open("a", encoding="utf-8") as file:
        file.write(f"{scenario.name} {scale}\n")
    return impact(study, scenario)


def choosy(study: Study, scenario: Scenario, *, scale: float = 1.0) -> Outcome:
    """Refuse one value of a parameter."""
    if scale == 2.0:
        raise StudyError(Text("two is too much", "二过多"), Text("Take one.", "请取一。"))
    return impact(study, scenario)


def vanishing(study: Study, scenario: Scenario) -> Outcome:
    """End the process, as a kernel short of memory does."""
    os._exit(9)


def days(study: Study, scenario: Scenario) -> Outcome:
    """Three days, for ensembles that keep every time."""
    base = baseline(study)
    path = xr.concat([base.accounts] * 3, dim=xr.Variable("time", np.arange(3), {"clock": "day"}))
    return Outcome("days", base.accounts, path)
