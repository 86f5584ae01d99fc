r"""Rows that bound a single column, told as bounds of that column.

Of a row :math:`l \le a x_j + c \le u` whose other columns are held (their part is c) nothing is left but
:math:`(l - c)/a \le x_j \le (u - c)/a`. A programme without such rows is a third smaller, and every walk on
it is shorter. A basis is carried over both ways: where :math:`x_j` rests on the bound that a row has set, in
the whole programme that row is the one that rests and :math:`x_j` is basic; the row's price is the reduced
cost of :math:`x_j` over a.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hinterland.plan.place import BASIC, LOWER, UPPER

Values = npt.NDArray[Any]
# A row of held columns alone may be broken by this share of itself.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Fold:
    """What is left of the rows, and what the others have become.

    Attributes
    ----------
    rows : array
        Rows that are kept.
    row_low, row_high : array
        Their bounds, less what the held columns make of them.
    low, high : array
        Bounds of all columns, those of the rows left out included.
    under, over : array
        The row that has set a column's bound; -1 where it is the column's own.
    column, factor : array
        Of the rows that are left out, by row: their column (-1 where there is none), and what a unit of it
        counts for.
    held : array of bool
        Columns that have one value only.
    """

    rows: Values
    row_low: Values
    row_high: Values
    low: Values
    high: Values
    under: Values
    over: Values
    column: Values
    factor: Values
    held: Values

    def inward(self, columns: Values, rows: Values) -> Values:
        """Return the states of the columns where the rows that are left out do not exist."""
        found = columns.copy()
        at = np.flatnonzero((self.column >= 0) & (rows != BASIC))
        column = self.column[at]
        over = (rows[at] == UPPER) == (self.factor[at] > 0)
        found[column] = np.where(columns[column] == BASIC, np.where(over, UPPER, LOWER), columns[column])
        return found

    def outward(self, columns: Values, rows: Values) -> tuple[Values, Values]:
        """Return the states of columns and rows of the whole programme from those of what is left."""
        found, all_rows = columns.copy(), np.full(len(self.factor), BASIC, dtype=np.int8)
        all_rows[self.rows] = rows
        for at, row, over in self._resting(columns):
            found[at] = BASIC
            all_rows[row] = np.where((self.factor[row] > 0) == over, UPPER, LOWER)
        return found, all_rows

    def prices(self, columns: Values, prices: Values, reduced: Values) -> Values:
        """Return prices of all rows from those that are kept and the reduced costs of the columns."""
        found = np.zeros(len(self.factor))
        found[self.rows] = prices
        for at, row, _ in self._resting(columns):
            found[row] = reduced[at] / self.factor[row]
        return found

    def _resting(self, columns: Values) -> list[tuple[Values, Values, bool]]:
        """Return the columns that rest on the bound of a row, and the rows."""
        found = []
        for setting, state, over in ((self.under, LOWER, False), (self.over, UPPER, True)):
            at = np.flatnonzero((setting >= 0) & (columns == state) & ~self.held)
            found.append((at, setting[at], over))
        return found


def fold(by_row: Any, row_low: Values, row_high: Values, low: Values, high: Values) -> Fold | None:
    """Tell rows that bound a single column as its bounds; None where they leave it no value.

    Parameters
    ----------
    by_row : sparse array [rows, columns] in CSR, without stored zeros
    row_low, row_high, low, high : arrays
        Bounds of rows and columns.
    """
    held = low == high
    part = by_row @ np.where(held, low, 0.0)
    open_ = sparse.csr_array((~held[by_row.indices], by_row.indices, by_row.indptr), shape=by_row.shape)
    count = np.add.reduceat(np.append(open_.data, False).astype(np.int64), by_row.indptr[:-1])
    count[np.diff(by_row.indptr) == 0] = 0
    slack = TOLERANCE * np.maximum(1.0, np.abs(part))
    empty = count == 0
    if np.any(empty & ((part < row_low - slack) | (part > row_high + slack))):
        return None
    row_of = np.repeat(np.arange(by_row.shape[0]), np.diff(by_row.indptr))
    at = np.flatnonzero(open_.data & (count == 1)[row_of])
    row, column, value = row_of[at], by_row.indices[at], by_row.data[at]
    factor = np.zeros(by_row.shape[0])
    factor[row] = value
    single = np.full(by_row.shape[0], -1)
    single[row] = column
    ends = (row_low[row] - part[row]) / value, (row_high[row] - part[row]) / value
    least, most = np.where(value > 0, ends[0], ends[1]), np.where(value > 0, ends[1], ends[0])
    new_low, under = _tightest(low, column, least, row, np.greater)
    new_high, over = _tightest(high, column, most, row, np.less)
    if np.any(new_low > new_high + TOLERANCE * np.maximum(1.0, np.abs(new_high))):
        return None
    kept = np.flatnonzero(count > 1)
    return Fold(
        kept, row_low[kept] - part[kept], row_high[kept] - part[kept],
        np.minimum(new_low, new_high), new_high, under, over, single, factor, held,
    )  # fmt: skip


def _tightest(own: Values, column: Values, bound: Values, row: Values, tighter: Any) -> tuple[Values, Values]:
    """Return each column's tightest bound, and the row that has set it."""
    order = np.argsort(bound if tighter is np.greater else -bound, kind="stable")
    found, setting = own.copy(), np.full(len(own), -1)
    best, by = own.copy(), np.full(len(own), -1)
    best[column[order]], by[column[order]] = bound[order], row[order]  # of several the last, the tightest
    better = tighter(best, own)
    found[better], setting[better] = best[better], by[better]
    return found, setting
