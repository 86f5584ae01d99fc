"""Arrays by name that are made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import xarray as xr


class WhenAsked(Mapping[str, xr.DataArray]):
    """Arrays by name, made when asked for: of most solves only the moves are read."""

    def __init__(self, names: tuple[str, ...], make: Callable[[str], xr.DataArray]) -> None:
        self._names, self._make = names, make

    def __getitem__(self, name: str) -> xr.DataArray:
        if name not in self._names:
            raise KeyError(name)
        return self._make(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def rows_of(labels: xr.DataArray, row: Mapping[int, int]) -> tuple[xr.DataArray, Any, list[int]]:
    """Return an empty array labelled like a constraint, where it exists, and its rows there."""
    there = labels.values >= 0
    empty = xr.DataArray(
        np.full(labels.shape, np.nan),
        {d: labels[d].values for d in labels.dims},
        [str(d) for d in labels.dims],
    )
    return empty, there, [row[int(k)] for k in labels.values[there]]


def places_of(column: Mapping[int, int], labels: Any) -> Any:
    """Return the columns of labels of variables."""
    known = np.full(max(column, default=-1) + 2, -1, dtype=np.int64)
    known[list(column)] = list(column.values())
    return known[labels]
