"""What a stream of payments is worth: present value, internal rate of return, years to break even."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

Floats = npt.NDArray[np.float64]


def discount_factors(rate: npt.ArrayLike, count: int) -> Floats:
    r"""Return :math:`(1 + r)^{-t}` for :math:`t = 0, \dots, n - 1` [..., year]."""
    return np.asarray((1.0 + np.asarray(rate, dtype=float))[..., None] ** -np.arange(count))


def present_value(flows: Floats, rate: npt.ArrayLike) -> Floats:
    r"""Net present value at the start of the first year.

    .. math:: \mathrm{NPV} = \sum_{t=0}^{n-1} \frac{c_t}{(1 + r)^t}

    Parameters
    ----------
    flows : array [..., year]
        Payments, money; paid out is negative.
    rate : float or array [...]
        Discount rate per year, above -1.

    Returns
    -------
    array [...]
    """
    return np.asarray((flows * discount_factors(rate, flows.shape[-1])).sum(axis=-1))


def internal_rate(flows: Floats) -> float:
    r"""Return the rate at which the present value is zero; NaN when there is none, or not only one.

    The equation has at most one root above -1 when the flows change sign once (Descartes); with several
    changes of sign the rate is not defined and nothing is returned in its place.

    Parameters
    ----------
    flows : array [year]
    """
    signs = np.sign(flows[flows != 0])
    if int((np.diff(signs) != 0).sum()) != 1:
        return float("nan")
    low, high = -0.99, 10.0

    def value(rate: float) -> float:
        return float(present_value(flows, rate))

    if value(low) * value(high) > 0:
        return float("nan")
    return float(brentq(value, low, high, xtol=1e-12))


def break_even(flows: Floats, rate: npt.ArrayLike) -> Floats:
    """Return the years until the discounted sum stays at zero or above to the end; infinite when it does not.

    A sum that is never below zero breaks even in year 0. Within a year the sum is taken to change evenly.

    Parameters
    ----------
    flows : array [..., year]
    rate : float or array [...]
    """
    count = flows.shape[-1]
    total = np.cumsum(flows * discount_factors(rate, count), axis=-1)
    # what is left of rounding in a sum that comes out even is not a debt
    least = 1e-12 * np.abs(flows).sum(axis=-1, keepdims=True)
    below = total < -least
    last = count - 1 - np.argmax(below[..., ::-1], axis=-1)
    ever, at_end = below.any(axis=-1), below[..., -1]
    k = np.minimum(last, count - 2)
    before = np.take_along_axis(total, k[..., None], -1)[..., 0]
    after = np.take_along_axis(total, k[..., None] + 1, -1)[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(after > before, -before / (after - before), 0.0)
    # totals stand at the end of their year, so year k is over after k + 1 years
    return np.where(~ever, 0.0, np.where(at_end, np.inf, k + 1 + part))
