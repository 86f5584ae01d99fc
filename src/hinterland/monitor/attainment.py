"""How far a target is reached, whether that is as far as is due by now, and the light that shows it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

Direction = Literal["more", "less", "band"]
Light = Literal["green", "amber", "red", "unknown"]


def attainment(value: float, target: float, direction: Direction, low: float, high: float) -> float:
    r"""Return the share of the target that is reached (完成率).

    .. math::

       a = \begin{cases} x / T & \text{more is better} \\ T / x & \text{less is better} \\
       \min(1, x / T_{low}, T_{high} / x) & \text{between two limits} \end{cases}

    Parameters
    ----------
    value : float
        x, in the indicator's unit.
    target : float
        T, in the same unit.
    direction : {"more", "less", "band"}
    low, high : float
        Limits of the band; NaN where it has none on that side.

    Returns
    -------
    float
        a, 1; NaN where a figure is unknown or the target is negative (of more: not positive), which a ratio
        cannot judge. Nothing, or less than nothing, of what shall be more is 0; none of what shall be less
        is 1.
    """
    if direction == "band":
        parts = []
        if not math.isnan(low):
            parts.append(1.0 if value >= low else _share(value, low, "more"))
        if not math.isnan(high):
            parts.append(1.0 if value <= high else _share(value, high, "less"))
        return math.nan if math.isnan(value) or not parts else min(1.0, *parts)
    return _share(value, target, direction)


def _share(value: float, wanted: float, direction: Direction) -> float:
    if math.isnan(value) or math.isnan(wanted):
        return math.nan
    if direction == "more":
        return max(0.0, value) / wanted if wanted > 0 else math.nan
    if wanted < 0 or value < 0:
        return math.nan
    return wanted / value if value else 1.0


@dataclass(frozen=True, slots=True)
class Pace:
    """What is due by now on the way to a target, and which share of it is there."""

    due: float
    pace: float


def pace(
    value: float,
    base: float,
    target: float,
    time: float,
    base_time: float,
    target_time: float,
    direction: Direction = "more",
) -> Pace:
    r"""Return what a straight line from base to target makes due, and the share of that which is there.

    .. math::

       e(t) = b + (T - b) \frac{t - t_b}{t_T - t_b}, \qquad p = \frac{x - b}{e(t) - b}

    where the target lies on the better side of the base. Where it lies on the other, it is a limit that may
    be used up along the line (a cap on emissions, headroom to be left): then

    .. math:: p = x / e(t) \text{ where more is better}, \qquad p = e(t) / x \text{ where less is better}

    1 is on the line and more is better than it, in both cases.

    Parameters
    ----------
    value, base, target : float
        x, b, T, in the indicator's unit.
    time, base_time, target_time : float
        t, t_b, t_T, years; after the target's time all of it is due.
    direction : {"more", "less"}
        What is better; there is no pace towards a band.

    Returns
    -------
    Pace
        due in the indicator's unit, pace as a share; NaN where base or target is unknown, nothing is due yet,
        or the target is the base.
    """
    if direction == "band" or math.isnan(base) or math.isnan(target) or not target_time > base_time:
        return Pace(math.nan, math.nan)
    due = base + (target - base) * min(1.0, (time - base_time) / (target_time - base_time))
    ahead = due - base
    if time <= base_time or abs(ahead) <= 1e-12 * max(abs(base), abs(target)):
        return Pace(due, math.nan)
    if (target > base) == (direction == "more"):
        return Pace(due, (value - base) / ahead)
    return Pace(due, _share(value, due, direction))


def light(share: float, green: float, amber: float) -> Light:
    """Return the light of a share of what is due: green from `green` on, red below `amber`.

    Returns
    -------
    {"green", "amber", "red", "unknown"}
        Unknown where the share is NaN: what is not known is no success.
    """
    if math.isnan(share):
        return "unknown"
    return "green" if share >= green else "amber" if share >= amber else "red"


def weighted(shares: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    r"""Return the weighted mean of what is known, and the share of the weight that is known.

    .. math:: S = \sum_{i \in K} w_i a_i / \sum_{i \in K} w_i, \qquad c = \sum_{i \in K} w_i / \sum_i w_i

    Unknown shares are left out and not taken as zero; the coverage c says how much of the weight that is.
    """
    known = np.isfinite(shares) & (weights > 0)
    whole, there = float(weights.sum()), float(weights[known].sum())
    if not there:
        return math.nan, 0.0
    return float((shares[known] * weights[known]).sum() / there), there / whole


def min_max(values: np.ndarray, direction: Direction) -> np.ndarray:
    r"""Return figures of several regions on a scale from 0 (the worst of them) to 1 (the best).

    .. math:: s_r = \frac{x_r - \min x}{\max x - \min x}

    or :math:`1 - s_r` where less is better.

    NaN where a figure is unknown, or where all are alike and the scale tells nothing.
    """
    known = values[np.isfinite(values)]
    if len(known) < 2 or known.max() == known.min():
        return np.full(len(values), np.nan)
    scaled: np.ndarray = (values - known.min()) / (known.max() - known.min())
    return 1 - scaled if direction == "less" else scaled
