"""Other figures in a programme that is loaded already: the same rows and columns with other numbers.

A study of what-ifs solves one programme with other figures again and again. Its rows are reckoned anew and
handed to the solver; linopy is not asked again, and the last basis is there to start from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr
from scipy import sparse

from hinterland.plan.data import PlanData
from hinterland.plan.programme import Outline, outline
from hinterland.plan.solver import Solver, load
from hinterland.plan.terms import Compiled

Values = npt.NDArray[Any]


@dataclass(frozen=True)
class _Figures:
    """The matrix of a programme, its bounds, and what tells whether another one has the same rows."""

    matrix: Any
    bound: Values
    sense: Values
    lower: Values
    upper: Values
    shape: tuple[object, ...]


def figures(data: PlanData) -> _Figures:
    """Return the figures of the programme of some data, in the order of the solver's rows and columns."""
    plan = outline(data)
    blocks = plan.compiled()
    lower, upper = zip(*(_ends(plan, name) for name in plan.variables), strict=True)
    return _Figures(
        sparse.vstack([block.matrix for block in blocks.values()], format="csr"),
        np.concatenate([block.bound for block in blocks.values()]),
        np.concatenate([np.full(len(block.active), block.sign[0]) for block in blocks.values()]),
        np.concatenate(lower),
        np.concatenate(upper),
        (tuple((n, _labels(v.coords), v.whole) for n, v in plan.variables.items()), _rows(blocks)),
    )


def _ends(plan: Outline, name: str) -> tuple[Values, Values]:
    variable = plan.variables[name]
    count = int(np.prod([len(labels) for labels in variable.coords.values()]))
    upper = variable.upper
    if isinstance(upper, xr.DataArray):
        return np.full(count, variable.lower), np.asarray(upper.values, dtype=float).ravel()
    return np.full(count, variable.lower), np.full(count, float(upper))


def _labels(coords: Any) -> tuple[object, ...]:
    return tuple((d, tuple(labels)) for d, labels in coords.items())


def _rows(blocks: dict[str, Compiled]) -> tuple[object, ...]:
    return tuple((n, b.sign, _labels(b.coords), b.active.tobytes()) for n, b in blocks.items())


class Reloader:
    """A programme of some data, ready to be solved again with the figures of others.

    What a plan has built (its `more`) is held as long as it is possible under the other figures; without it,
    that is decided by the first solve.
    """

    def __init__(self, data: PlanData, built: Mapping[str, xr.DataArray] | None = None) -> None:
        self._solver = load(data)
        self._built = built
        if built is not None:
            self._solver.keep(built)
        self._shape = figures(data).shape

    def solver(self, data: PlanData) -> Solver:
        """Return a solver loaded with the programme of some data; one at a time."""
        found = figures(data)
        if found.shape != self._shape:
            other = load(data)
            if self._built is not None:
                other.keep(self._built)
            return other
        self._solver.reload(
            data,
            SimpleNamespace(A=found.matrix, b=found.bound, sense=found.sense, lb=found.lower, ub=found.upper),
        )
        return self._solver
