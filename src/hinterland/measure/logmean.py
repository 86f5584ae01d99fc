"""The logarithmic mean, and its limits."""

from __future__ import annotations

import xarray as xr

from hinterland.measure.elementwise import absolute, choose, log


def log_mean(a: xr.DataArray, b: xr.DataArray) -> xr.DataArray:
    """Logarithmic mean L(a, b) = (a - b) / ln(a/b), a where a = b, 0 where either is 0.

    Parameters
    ----------
    a, b : DataArray
        Non-negative, labels agree.

    Returns
    -------
    DataArray between the smaller and the larger; NaN where either is.
    """
    one, other = xr.align(a, b, join="exact")
    logs = log_ratio(one, other)
    # near a = b both parts are rounding: the series of L about the arithmetic mean takes over
    near = absolute(logs) < 1e-4
    middle = (one + other) / 2
    plain = (one - other) / logs.where(~near & (logs != 0), 1.0)
    found = choose(near, middle * (1 - logs**2 / 12), plain)
    zero = (one == 0) | (other == 0)
    return choose(zero & one.notnull() & other.notnull(), 0.0, found)


def log_ratio(a: xr.DataArray, b: xr.DataArray) -> xr.DataArray:
    """Natural logarithm of a/b where both are positive, else NaN."""
    return log(a.where(a > 0)) - log(b.where(b > 0))
