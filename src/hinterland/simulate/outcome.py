"""The `Outcome`: what a model of the economy returns, with the same names whichever model made it."""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr

from hinterland.study import Result


@dataclass(frozen=True)
class Outcome:
    """State of the economy before and after a change.

    Attributes
    ----------
    model : str
        Which model: "impact".
    baseline : Dataset [region, industry]
        output, value_added (money), and employment, co2 where the study knows them; units in the attributes.
    result : Dataset [time, region, industry]
        The same variables after the change; `time` holds phases, or the one entry "after".
    tables : tuple of Result
    residual : float
        Largest error of the solved equations, relative to the largest output.
    """

    model: str
    baseline: xr.Dataset
    result: xr.Dataset
    tables: tuple[Result, ...]
    residual: float

    @property
    def change(self) -> xr.Dataset:
        """Result less baseline; Dataset [time, region, industry]."""
        return self.result - self.baseline

    def table(self, name: str) -> Result:
        """Return one of the tables by name."""
        return next(result for result in self.tables if result.name == name)
