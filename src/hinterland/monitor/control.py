"""Control charts: does a series still vary as it did, or has something changed?

Shewhart's chart of individuals, EWMA and CUSUM as in Montgomery (2013), Introduction to Statistical Quality
Control, 7th ed., chapters 6 and 9; the run rules of the Western Electric handbook (1956) and Nelson's rule of
six in a row (1984, Journal of Quality Technology 16(4)).
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

D2 = 1.128
"""Mean range of two figures of a normal distribution with standard deviation 1."""

RULES = ("beyond_3", "two_of_three", "four_of_five", "run_of_eight", "trend_of_six")
"""Run rules, in the order in which one is named where several are broken."""


def centre_and_sigma(reference: np.ndarray) -> tuple[float, float]:
    r"""Return centre and standard deviation of a chart of individuals from its reference figures.

    .. math:: \mu = \bar x, \qquad \sigma = \overline{MR} / 1.128, \quad MR_i = \lvert x_i - x_{i-1} \rvert

    The moving range is little moved by a slow drift among the reference figures, which would widen limits
    made from their standard deviation.
    """
    ranges = np.abs(np.diff(reference))
    return float(reference.mean()), float(ranges.mean() / D2) if len(ranges) else np.nan


def run_rules(z: np.ndarray) -> np.ndarray:
    """Return which run rules are broken at each figure.

    Western Electric: one beyond three sigma; two of three beyond two, on one side; four of five beyond one,
    on one side; eight in a row on one side of the centre. Nelson: six in a row rising or falling. A figure is
    named at which a rule is complete.

    Parameters
    ----------
    z : array, shape (..., n)
        Figures less centre, in standard deviations.

    Returns
    -------
    bool array, shape (rules, ..., n)
        In the order of `RULES`.
    """
    steps = np.diff(z, axis=-1, prepend=np.nan)
    return np.stack(
        [
            np.abs(z) > 3,
            _many(z > 2, 2, 3) | _many(z < -2, 2, 3),
            _many(z > 1, 4, 5) | _many(z < -1, 4, 5),
            _many(z > 0, 8, 8) | _many(z < 0, 8, 8),
            _many(steps > 0, 5, 5) | _many(steps < 0, 5, 5),
        ]
    )


def _many(hits: np.ndarray, least: int, window: int) -> np.ndarray:
    """Return where `least` of the last `window` are hits and the newest is one of them."""
    padded = np.concatenate([np.zeros((*hits.shape[:-1], window - 1), dtype=bool), hits], axis=-1)
    counted: np.ndarray = sliding_window_view(padded, window, axis=-1).sum(axis=-1)
    many: np.ndarray = (counted >= least) & hits
    return many


def ewma(x: np.ndarray, centre: float, sigma: float, weight: float, width: float) -> np.ndarray:
    r"""Return the exponentially weighted moving average and its limits (Montgomery 2013, eq. 9.22-9.26).

    .. math::

       z_i = \lambda x_i + (1 - \lambda) z_{i-1}, \quad z_0 = \mu, \qquad
       \mu \pm L \sigma \sqrt{\frac{\lambda}{2 - \lambda} \left[1 - (1 - \lambda)^{2i}\right]}

    Parameters
    ----------
    x : array, shape (n,)
    centre, sigma : float
        μ and σ.
    weight : float
        λ, in (0, 1].
    width : float
        L, in standard deviations.

    Returns
    -------
    array, shape (3, n)
        z, lower limit, upper limit.
    """
    z = np.empty(len(x))
    last = centre
    for i, value in enumerate(x):
        last = z[i] = weight * value + (1 - weight) * last
    steps = np.arange(1, len(x) + 1)
    half = width * sigma * np.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * steps)))
    return np.stack([z, centre - half, centre + half])


def cusum(x: np.ndarray, centre: float, sigma: float, allowance: float) -> np.ndarray:
    r"""Return the tabular cumulative sums upwards and downwards (Montgomery 2013, eq. 9.2-9.3).

    .. math::

       C_i^+ = \max(0, x_i - (\mu + k\sigma) + C_{i-1}^+), \qquad
       C_i^- = \max(0, (\mu - k\sigma) - x_i + C_{i-1}^-)

    A change is signalled where either exceeds :math:`h\sigma`.

    Parameters
    ----------
    x : array, shape (n,)
    centre, sigma : float
        μ and σ.
    allowance : float
        k, in standard deviations: half the shift to be found.

    Returns
    -------
    array, shape (2, n)
        C+, C-, in the unit of x.
    """
    out = np.zeros((2, len(x)))
    up = down = 0.0
    for i, value in enumerate(x):
        up = max(0.0, value - (centre + allowance * sigma) + up)
        down = max(0.0, (centre - allowance * sigma) - value + down)
        out[:, i] = up, down
    return out
