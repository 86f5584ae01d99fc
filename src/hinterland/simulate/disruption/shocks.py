"""What strikes: losses of capacity with their recovery, capital destroyed, capacity held in reserve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from hinterland.study import StudyError, Text

Array = npt.NDArray[np.float64]

Shape = Literal["linear", "convex", "concave", "exponential", "step"]
"""How what is lost comes back: evenly; fast first; slow first (s-shaped); to 1 % of it; all at the end."""


def still_lost(shape: Shape, elapsed: npt.ArrayLike, recovery: float) -> Array:
    r"""Share of a loss that is still lost, days after its recovery began.

    .. math::
       \text{linear: } 1 - t/\tau,\quad \text{convex: } (1 - 1/\tau)^{4t},\quad
       \text{concave: } \frac{\tau}{\tau + \epsilon t^{k}},\
       k = \frac{\ln \tau - \ln \epsilon}{\ln \tau - \ln 2},\ \epsilon = 10^{-6}

    The concave curve is half way at :math:`\tau/2`; of the convex one 2 % are left at :math:`\tau`.
    Exponential: 1 % is left at :math:`\tau`, then nothing.

    Parameters
    ----------
    shape : Shape
    elapsed : array
        Days since recovery began; negative: it has not.
    recovery : float
        Days :math:`\tau`; 0: back at once.

    References
    ----------
    Koks & Thissen (2016), Economic Systems Research 28; Juhel (2024), Journal of Open Source Software 9 (the
    three curves of an event without rebuilding).
    """
    if shape not in get_args(Shape):
        raise StudyError(
            Text(f"There is no recovery curve '{shape}'.", f"没有恢复曲线“{shape}”。"),
            Text(f"Choose one of: {', '.join(get_args(Shape))}.", f"可选：{'、'.join(get_args(Shape))}。"),
        )
    t = np.maximum(np.asarray(elapsed, dtype=float), 0.0)
    if recovery <= 0:
        return np.where(np.asarray(elapsed) > 0, 0.0, 1.0)
    if shape == "linear":
        return np.asarray(np.maximum(1.0 - t / recovery, 0.0))
    if shape == "step":
        return np.where(t < recovery, 1.0, 0.0)
    if shape == "exponential":
        return np.where(t < recovery, 10.0 ** (-2.0 * t / recovery), 0.0)
    if shape == "convex":
        return np.asarray((1.0 - 1.0 / recovery) ** (4.0 * t) if recovery > 1 else np.where(t > 0, 0.0, 1.0))
    steep = 1e-6
    if recovery <= 2:
        return np.where(t < recovery, 1.0, 0.0)
    power = (np.log(recovery) - np.log(steep)) / (np.log(recovery) - np.log(2.0))
    return np.asarray(recovery / (recovery + steep * t**power))


@dataclass(frozen=True)
class Loss:
    """Capacity lost for a time.

    Attributes
    ----------
    share : array [n]
        Share of capacity lost, 0 to 1.
    remaining : array [days]
        Share of the loss in force on each day of the run.
    """

    share: Array
    remaining: Array


@dataclass(frozen=True)
class Damage:
    """Capital destroyed, to be rebuilt with products of other industries.

    Attributes
    ----------
    capital : array [n]
        Money.
    start : int
        Day from which capacity is lacking.
    rebuild_from : int
        Day on which rebuilding begins to be demanded.
    """

    capital: Array
    start: int
    rebuild_from: int


@dataclass(frozen=True)
class Shock:
    """Everything that happens in one run.

    Attributes
    ----------
    losses : sequence of Loss
        Where several strike one industry, the largest counts.
    damages : sequence of Damage
    reserve : array [n], optional
        Idle capacity on top of the baseline's, money a day; used only when orders exceed baseline capacity.
    demand : array [n, R], optional
        Final demand of each market by supplier relative to the baseline, throughout the run.
    """

    losses: Sequence[Loss] = field(default_factory=tuple)
    damages: Sequence[Damage] = field(default_factory=tuple)
    reserve: Array | None = None
    demand: Array | None = None


def loss(
    n: int,
    where: npt.ArrayLike,
    share: npt.ArrayLike,
    days: int,
    start: int = 0,
    duration: float = 0.0,
    recovery: float = 0.0,
    shape: Shape = "linear",
) -> Loss:
    """Make a loss of capacity of some industries.

    Parameters
    ----------
    n : int
        Number of rows of the table.
    where : array of int
        Positions of those that lose.
    share : float or array
        Share of capacity lost.
    days : int
        Length of the run.
    start : int
        First day of the loss.
    duration : float
        Days in full before recovery begins.
    recovery : float
        Days it takes.
    shape : Shape
    """
    lost = np.zeros(n)
    lost[np.asarray(where, dtype=int)] = share
    if not np.all((lost >= 0) & (lost <= 1)):
        raise StudyError(
            Text("A share of capacity lost lies outside 0 to 1.", "产能损失比例不在0至1之间。"),
            Text("Give shares, 0.3 for 30 %.", "请给出比例，30%写作0.3。"),
        )
    day = np.arange(days, dtype=float)
    # the day on which it strikes is the first of `duration` days in full
    remaining = np.where(day < start, 0.0, still_lost(shape, day - start - duration, recovery))
    return Loss(lost, remaining)
