"""The assumptions a plan rests on: the parameters its data are made from, their ranges, draws of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr
from scipy.stats import qmc, triang

from hinterland.accounts import complete
from hinterland.plan.assemble import plan_data
from hinterland.study import Provenance, Study, Text
from hinterland.study.model import package_table


@dataclass(frozen=True, slots=True)
class Assumption:
    """A numeric parameter that the plan rests on, its value in the study and its declared range.

    A value of the study's own that lies outside the range widens it.
    """

    code: str
    value: float
    low: float
    high: float
    unit: str
    meaning: Text


@dataclass(frozen=True, slots=True)
class Reading:
    """Which parameters the data of a plan rest on, and by which derived variable of the study."""

    derived: Mapping[str, frozenset[str]]
    own: frozenset[str]

    def stale(self, codes: Iterable[str]) -> set[str]:
        """Return the derived variables that rest on any of these parameters."""
        wanted = set(codes)
        return {name for name, read in self.derived.items() if read & wanted}

    @property
    def all(self) -> frozenset[str]:
        """Every parameter that was read."""
        return self.own.union(*self.derived.values())


def reading(study: Study, preset: str | None = None) -> Reading:
    """See what is read while the accounts are completed and the plan's data are put together."""
    parameters: set[str] = set()
    variables: set[str] = set()
    derived: dict[str, frozenset[str]] = {}

    class Watched(Study):
        def parameter(self, name: str) -> Any:
            parameters.add(name)
            return super().parameter(name)

        def get(self, name: str) -> xr.DataArray | None:
            variables.add(name)
            return super().get(name)

        def __contains__(self, name: object) -> bool:
            variables.add(str(name))
            return super().__contains__(name)

        def with_arrays(self, added: Mapping[str, tuple[xr.DataArray, Provenance]]) -> Study:
            # what was read since the last variable was added was read for this one
            before = (derived[v] for v in variables if v in derived)
            found = frozenset(parameters).union(*before)
            derived.update(dict.fromkeys(added, found))
            parameters.clear()
            variables.clear()
            return super().with_arrays(added)

    watched = complete(Watched(**{f.name: getattr(study, f.name) for f in fields(Study)}))
    parameters.clear()
    plan_data(watched, preset)
    return Reading(derived, frozenset(parameters))


def assumptions(study: Study, read: frozenset[str]) -> tuple[Assumption, ...]:
    """Return those of the parameters read that are numbers with a range, in the order of their table."""
    found = []
    for row in package_table("parameters").itertuples():
        code = str(row.parameter)
        if code not in read:
            continue
        value, low, high = (_figure(v) for v in (study.parameter(code), row.low, row.high))
        if value is None or low is None or high is None:
            continue
        meaning = Text(str(row.meaning_en), str(row.meaning_zh))
        found.append(Assumption(code, value, min(low, value), max(high, value), str(row.unit), meaning))
    return tuple(found)


def _figure(value: object) -> float | None:
    try:
        return None if isinstance(value, bool) else float(str(value))
    except ValueError:
        return None


def draws(wanted: Sequence[Assumption], count: int, seed: int) -> npt.NDArray[np.float64]:
    """Return a Latin hypercube of assumptions, each triangular over its range with its value as mode.

    Shape [draw, assumption].
    """
    if not wanted or count < 1:
        return np.empty((0, len(wanted)))
    unit = qmc.LatinHypercube(len(wanted), rng=np.random.default_rng(seed)).random(count)
    out = np.empty((count, len(wanted)))
    for k, a in enumerate(wanted):
        width = a.high - a.low
        mode = (a.value - a.low) / width if width > 0 else 0.0
        out[:, k] = triang.ppf(unit[:, k], mode, a.low, width) if width > 0 else a.value
    return out
