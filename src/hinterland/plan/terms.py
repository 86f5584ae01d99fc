r"""A block of rows written as sums over labelled dimensions, and its sparse matrix.

A block has the dimensions of its rows. A term names a variable and a coefficient; the dimensions that neither
has in common with the rows are summed over, those that only the rows have are repeated, as in Einstein's
convention:

.. math:: \text{row}_r = \sum_t \sum_{d \notin r} C^t_{r,d}\, x^t_{r,d} .

Everything aligns by label. The entries are reckoned in one sweep over plain arrays and handed to linopy as a
sparse block; adding up linopy's expressions term by term takes many times as long (see the benchmark
plan_build).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import xarray as xr
from scipy import sparse

Array = xr.DataArray
Sign = Literal["<=", ">=", "="]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Term:
    """A variable times a coefficient.

    Attributes
    ----------
    variable : str
    coefficient : DataArray or float
    renamed : mapping of str to str
        Other names for dimensions of the variable, so that they are not those of the rows.
    at : mapping of str to list of str
        The labels of the variable that are meant, where not all are.
    """

    variable: str
    coefficient: Array | float = 1.0
    renamed: Mapping[str, str] = field(default_factory=dict)
    at: Mapping[str, list[str]] = field(default_factory=dict)

    def times(self, factor: Array | float) -> Term:
        """Return the term with its coefficient multiplied."""
        return Term(self.variable, self.coefficient * factor, self.renamed, self.at)


@dataclass(frozen=True)
class Rows:
    """A block of constraints: the terms against a bound, where the mask is true.

    The bound has the dimensions of the rows, or is one number for a block of a single row.
    """

    terms: tuple[Term, ...]
    sign: Sign
    bound: Array | float
    mask: Array | None = None

    @property
    def dims(self) -> tuple[str, ...]:
        """Dimensions of the rows."""
        return () if not isinstance(self.bound, xr.DataArray) else tuple(str(d) for d in self.bound.dims)

    @property
    def coords(self) -> dict[str, list[str]]:
        """Labels of the rows."""
        if not isinstance(self.bound, xr.DataArray):
            return {}
        return {d: [str(k) for k in self.bound[d].values] for d in self.dims}


@dataclass(frozen=True)
class Compiled:
    """A block as a sparse matrix: its rows that exist, their places in the grid, their bounds."""

    matrix: sparse.csr_array
    active: npt.NDArray[np.int64]
    bound: Values
    sign: Sign
    coords: Mapping[str, list[str]]


def _laid(array: Array, dims: list[str], sizes: Mapping[str, list[str]]) -> npt.NDArray[np.float64]:
    """Return the values over `dims` with axes of one where the array lacks a dimension, aligned by label."""
    labels = {d: sizes[str(d)] for d in array.dims if array.get_index(d).tolist() != sizes[str(d)]}
    if labels:
        array = array.sel(labels)
    own = [d for d in dims if d in array.dims]
    # the same as array.transpose(*own).values, several times as fast
    values = np.asarray(array.values).transpose([array.dims.index(d) for d in own])
    return values.reshape([len(sizes[d]) if d in own else 1 for d in dims])


def _entries(
    term: Term, rows: Mapping[str, list[str]], active: npt.NDArray[np.int64] | None, columns: Array
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], Values]:
    """Return rows, columns and coefficients of a term; `rows` are the labels of the block's rows, `active`
    the places of those that exist, where not all do.
    """
    if term.at:
        columns = columns.sel(dict(term.at))
    if term.renamed:
        columns = columns.rename(dict(term.renamed))
    sizes = dict(rows)
    for array in (columns, term.coefficient):
        if isinstance(array, xr.DataArray):
            for d in array.dims:
                if d not in sizes:
                    sizes[str(d)] = [str(k) for k in array.get_index(d)]
    dims = list(sizes)
    shape = tuple(len(sizes[d]) for d in rows)
    summed_over = [1] * (len(dims) - len(shape))
    if active is None:
        row = np.arange(int(np.prod(shape)), dtype=np.int32).reshape([*shape, *summed_over])
    else:
        row = active.astype(np.int32).reshape([-1, *summed_over])
        places = np.unravel_index(active, shape)

    def laid(array: Array) -> npt.NDArray[np.float64]:
        values = _laid(array, dims, sizes)
        if active is None:
            return values
        # the rows that exist, along one axis
        found: npt.NDArray[np.float64] = values[
            tuple(p if n > 1 else np.zeros_like(p) for p, n in zip(places, values.shape, strict=False))
        ]
        return found

    column = laid(columns).astype(np.int32)
    if isinstance(term.coefficient, xr.DataArray):
        figure = laid(term.coefficient).astype(float)
        there = figure != 0
        if not there.all():
            there, row, column, figure = np.broadcast_arrays(there, row, column, figure)
            return row[there], column[there], figure[there]
    else:
        figure = np.array(float(term.coefficient))
    row, column, figure = np.broadcast_arrays(row, column, figure)
    return row.ravel(), column.ravel(), np.asarray(figure.ravel(), dtype=float)


def compiled(block: Rows, columns: Mapping[str, Array], width: int) -> Compiled:
    """Return a block as a sparse matrix.

    Parameters
    ----------
    block : Rows
    columns : mapping of DataArray
        The number of the column of each variable, by name.
    width : int
        Number of columns of the whole programme.
    """
    coords = block.coords
    count = int(np.prod([len(labels) for labels in coords.values()]))
    exist = None
    if block.mask is not None and coords:
        exist = np.flatnonzero(np.asarray(block.mask.transpose(*coords).values, dtype=bool))
    parts = [_entries(term, coords, exist, columns[term.variable]) for term in block.terms]
    row, column, figure = (np.concatenate([part[k] for part in parts]) for k in range(3))
    matrix = sparse.coo_array((figure, (row, column)), shape=(count, width)).tocsr()
    if isinstance(block.bound, xr.DataArray):
        bound = np.asarray(block.bound.values, dtype=float).ravel()
    else:
        bound = np.array([float(block.bound)])
    # a row in which nothing stands cannot be broken, nor helped
    there = np.diff(matrix.indptr) > 0
    active = np.flatnonzero(there)
    return Compiled(matrix if there.all() else matrix[active], active, bound[active], block.sign, coords)


def summed(terms: Iterable[Term], factor: Array | float) -> tuple[Term, ...]:
    """Return every term with its coefficient multiplied."""
    return tuple(term.times(factor) for term in terms)


def upto(codes: list[str], then: str = "then") -> Array:
    """Return 1 where a phase is not after another one [then, phase]: a sum over what has happened so far."""
    order = np.arange(len(codes))
    values = (order[:, None] <= order).astype(float)
    return xr.DataArray(values, {then: codes, "phase": codes}, [then, "phase"])
