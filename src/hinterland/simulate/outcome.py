"""The `Outcome`: what a model of the economy returns, with the same names whichever model made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import xarray as xr

from hinterland.simulate.scenario import Scenario
from hinterland.study import Result, StudyError, Text

Clock = Literal["state", "phase", "year", "day"]


@dataclass(frozen=True)
class Outcome:
    """State of the economy before and after a change.

    All figures of flows are rates a year, whatever the step of `time`, so that models compare: a day on which
    half is made has half of the year's output.

    Attributes
    ----------
    model : str
        "impact", "equilibrium", "disruption", or the name of a model of one's own.
    baseline : Dataset [region, industry]
        output, value_added (money a year), and employment, co2 where the study knows them; units in the
        attributes. The same for every model of the same study and table (`simulate.baseline`).
    result : Dataset [time, region, industry]
        The same variables after the change; a model adds its own (prices, real_income, inventories) with dims
        of its own.
        `time` holds phases, years, days, or the one entry "after"; its attribute "clock" says which.
    tables : tuple of Result
        Tables of the model's own.
    residual : float
        Largest error of the solved equations, relative to the largest output. A model that does not converge
        raises instead.
    effects : Dataset [effect, time, region, industry], optional
        What the change is made up of (direct, indirect, induced), where a model tells them apart.
    scenario : Scenario, optional
    fingerprint : str
        Of the study and table (`simulate.fingerprint`).
    parameters : mapping
        The model's parameters as plain values.
    seed : int, optional
        Of a model that draws.
    notes : tuple of Text
        What the model leaves out or had to assume, for the reader.
    """

    model: str
    baseline: xr.Dataset
    result: xr.Dataset
    tables: tuple[Result, ...] = ()
    residual: float = 0.0
    effects: xr.Dataset | None = None
    scenario: Scenario | None = None
    fingerprint: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    notes: tuple[Text, ...] = ()

    @property
    def change(self) -> xr.Dataset:
        """Result less baseline; Dataset [time, region, industry] of what both have."""
        return self.result - self.baseline

    @property
    def clock(self) -> Clock:
        """What `time` counts: states, phases, years or days."""
        if "time" not in self.result.coords:
            return "state"
        said = self.result["time"].attrs.get("clock")
        if said is not None:
            return cast(Clock, said)
        return "year" if np.issubdtype(self.result["time"].dtype, np.integer) else "state"

    def settled(self, time: Any = None) -> xr.Dataset:
        """Result at one time: a label of `time`, or by default the last state, and the mean over days.

        Dataset [region, industry]. The mean over a year of days is what the year brings.
        """
        if "time" not in self.result.dims:
            return self.result
        if time is not None:
            return self.result.sel(time=time, drop=True)
        if self.clock == "day":
            return self.result.mean("time", skipna=False, keep_attrs=True)
        return self.result.isel(time=-1, drop=True)

    def table(self, name: str) -> Result:
        """Return one of the tables by name."""
        for result in self.tables:
            if result.name == name:
                return result
        raise StudyError(
            Text(f"The outcome has no table '{name}'.", f"结果中没有表“{name}”。"),
            Text(
                f"It has: {', '.join(t.name for t in self.tables) or '-'}.",
                f"现有：{'、'.join(t.name for t in self.tables) or '-'}。",
            ),
        )

    def by_region(self, time: Any = None) -> Result:
        """Changes by region: output, value added, employment, CO2, and output in per cent."""
        from hinterland.simulate.outcome_tables import changes_by

        return changes_by(self, "region", time)

    def by_industry(self, time: Any = None) -> Result:
        """Changes by industry: output, value added, employment, CO2, and output in per cent."""
        from hinterland.simulate.outcome_tables import changes_by

        return changes_by(self, "industry", time)

    def losers(self, variable: str = "output", most: int = 20, time: Any = None) -> Result:
        """Who loses: the regions' industries with the largest losses of a variable, largest first."""
        from hinterland.simulate.outcome_tables import losers_of

        return losers_of(self, variable, most, time)

    def write(self, path: str | Path) -> Path:
        """Write the outcome to one NetCDF file, whole or not at all; `read_outcome` reads it back."""
        from hinterland.simulate.outcome_file import write_outcome

        return write_outcome(self, path)


def distance_from_baseline(outcome: Outcome) -> float:
    """Return how far an outcome is from its baseline, relative to each variable's largest value.

    The measure behind "zero shock returns the baseline"; NaN in both places counts as equal.
    """
    worst = 0.0
    for name in outcome.baseline.data_vars:
        if name not in outcome.result:
            continue
        base = outcome.baseline[name]
        size = float(np.nanmax(np.abs(base.to_numpy()), initial=0.0)) or 1.0
        gap = np.abs((outcome.result[name] - base).to_numpy()) / size
        known = np.isfinite(gap)
        holes = np.isnan(base.broadcast_like(outcome.result[name]).to_numpy())
        if not np.array_equal(~known, np.broadcast_to(holes, known.shape)):
            return float("inf")
        worst = max(worst, float(gap[known].max(initial=0.0)))
    return worst
