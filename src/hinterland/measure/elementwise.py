"""NumPy's functions on labelled arrays: what goes in labelled comes out labelled."""

from __future__ import annotations

from typing import cast

import numpy as np
import xarray as xr


def log(a: xr.DataArray) -> xr.DataArray:
    """Natural logarithm."""
    return cast(xr.DataArray, np.log(a))


def exp(a: xr.DataArray) -> xr.DataArray:
    """Exponential."""
    return cast(xr.DataArray, np.exp(a))


def sqrt(a: xr.DataArray) -> xr.DataArray:
    """Square root."""
    return cast(xr.DataArray, np.sqrt(a))


def absolute(a: xr.DataArray) -> xr.DataArray:
    """Absolute value."""
    return cast(xr.DataArray, np.abs(a))


def choose(condition: xr.DataArray, a: xr.DataArray | float, b: xr.DataArray | float) -> xr.DataArray:
    """Return `a` where the condition holds, else `b`."""
    return cast(xr.DataArray, xr.where(condition, a, b))  # type: ignore[no-untyped-call, unused-ignore]
