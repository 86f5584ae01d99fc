"""Arrays by name that are made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

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
