"""An answer of a loaded programme, as arrays: what a later solve goes on from."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from highspy import HighsBasisStatus

Values = npt.NDArray[Any]
LOWER, BASIC, UPPER, ZERO = (
    int(s)
    for s in (
        HighsBasisStatus.kLower,
        HighsBasisStatus.kBasic,
        HighsBasisStatus.kUpper,
        HighsBasisStatus.kZero,
    )
)
_STATES = np.array([HighsBasisStatus(k) for k in range(5)], dtype=object)


@dataclass(frozen=True)
class Place:
    """A basis and what it comes to.

    Attributes
    ----------
    columns, rows : int arrays
        States of the columns and rows in the basis; empty where there is none.
    values, reduced : arrays
        Values and reduced costs of the columns.
    prices : array
        Duals of the rows, as the solver has them (it minimises).
    made : array
        What the rows come to.
    iterations : int
    """

    columns: Values
    rows: Values
    values: Values
    reduced: Values
    prices: Values
    made: Values
    iterations: int = 0

    @classmethod
    def of(cls, highs: Any, *, basis: bool = True) -> Place:
        """Read the last answer, with its basis or without."""
        columns, rows = states(highs) if basis else (np.empty(0, np.int8), np.empty(0, np.int8))
        answer = highs.getSolution()
        read = (answer.col_value, answer.col_dual, answer.row_dual, answer.row_value)
        values, reduced, prices, made = (np.asarray(v) for v in read)
        iterations = int(highs.getInfo().simplex_iteration_count)
        return cls(columns, rows, values, reduced, prices, made, iterations)

    @property
    def valid(self) -> bool:
        """Whether there is a basis."""
        return bool(len(self.rows))

    @functools.cached_property
    def basis(self) -> Any:
        """The basis as HiGHS takes it."""
        return basis_of(self.columns, self.rows)


def states(highs: Any) -> tuple[Values, Values]:
    """Return the states of columns and rows in the last basis, as numbers; empty where there is none."""
    basis = highs.getBasis()
    found = (basis.col_status, basis.row_status) if basis.valid else ((), ())
    columns, rows = (np.fromiter(map(int, s), np.int8, len(s)) for s in found)
    return columns, rows


def basis_of(columns: Values, rows: Values) -> Any:
    """Return a basis as HiGHS takes it."""
    basis = highspy.HighsBasis()
    basis.col_status, basis.row_status = _STATES[columns].tolist(), _STATES[rows].tolist()
    basis.valid = bool(len(rows))
    return basis
