"""Rows and columns that are put on a loaded programme for one question and taken off again.

The programme stays loaded, and what is asked after it starts from the basis that was there before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt
from highspy import HighsBasisStatus


class Holder(Protocol):
    """What holds a loaded programme."""

    @property
    def highs(self) -> Any:
        """The programme in HiGHS."""

    def basis(self) -> Any:
        """Return the last basis."""

    def restore(self, basis: Any) -> None:
        """Start the next solve from a basis."""


class Added:
    """A loaded programme with further rows and columns, for as long as the block lasts."""

    def __init__(self, solver: Holder) -> None:
        self._highs: Any = solver.highs
        self._columns = self._highs.getNumCol()
        self._rows = self._highs.getNumRow()
        self._basis = solver.basis()
        self._solver = solver

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for remove, first, last in (
            (self._highs.deleteRows, self._rows, self._highs.getNumRow()),
            (self._highs.deleteCols, self._columns, self._highs.getNumCol()),
        ):
            if last > first:
                remove(last - first, np.arange(first, last, dtype=np.int32))
        if self._basis.valid:
            self._solver.restore(self._basis)

    def column(self, low: float, high: float, gain: float = 0.0) -> int:
        """Add a column within bounds, with its weight in what is maximised, and return its number."""
        nothing = np.empty(0)
        self._highs.addCol(-gain, low, high, 0, nothing.astype(np.int32), nothing)
        return int(self._highs.getNumCol()) - 1

    def row(self, low: float, high: float, columns: npt.ArrayLike, values: npt.ArrayLike) -> int:
        """Add a row ``low <= values . columns <= high`` and return its number."""
        at, of = np.asarray(columns, dtype=np.int32).ravel(), np.asarray(values, dtype=float).ravel()
        self._highs.addRow(low, high, len(at), at, of)
        return int(self._highs.getNumRow()) - 1

    def enter(self, column: int, row: int) -> None:
        """Start the next solve with a column in the basis in place of a row."""
        basis = self._highs.getBasis()
        columns, rows = list(basis.col_status), list(basis.row_status)
        columns[column], rows[row] = HighsBasisStatus.kBasic, HighsBasisStatus.kLower
        basis.col_status, basis.row_status = columns, rows
        self._highs.setBasis(basis)

    def bound(self, column: int, low: float, high: float) -> None:
        """Change the bounds of a column."""
        self._highs.changeColBounds(column, low, high)

    def gain(self, columns: Sequence[int], gains: npt.ArrayLike) -> None:
        """Change the weights of columns in what is maximised."""
        self._highs.changeColsCost(
            len(columns), np.asarray(columns, dtype=np.int32), -np.asarray(gains, dtype=float)
        )

    def values(self, columns: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return the values of columns in the last answer."""
        found = np.asarray(self._highs.getSolution().col_value)
        return np.asarray(found[np.asarray(columns, dtype=np.int64)], dtype=float)
