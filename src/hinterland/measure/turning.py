"""When did the pace of transfer change? Detected breaks in yearly series, beside the declared phases.

A phase is a span of years in which a series (say, the hosts' share of investment) moves at one pace: its
yearly changes have one mean. Breaks are where that mean changes, found exactly by dynamic programming
(ruptures).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from hinterland.study import StudyError, Text

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Turning:
    """Breaks found in the yearly changes of a series, or in common to several."""

    breaks: tuple[int, ...]
    """Position of the first change of each later phase."""
    low: tuple[int, ...]
    high: tuple[int, ...]
    support: tuple[float, ...]
    """Share of the bootstrap samples with a break within a year of it."""
    number_support: float
    """Share of the bootstrap samples in which the same number of breaks is chosen."""
    p_value: float
    """Chance that changes in random order show so much (one break or more against none)."""
    explained: float
    """Share of the variance of the changes that the phases explain."""
    residuals: Array
    """Changes less the mean of their phase [n, series]."""


def ruptures_kernel(signal: Array, least: int) -> Any:
    """Return ruptures' exact search for changes of the mean, fitted to a signal.

    Raises
    ------
    StudyError
        The package ruptures is not installed.
    """
    try:
        import ruptures  # type: ignore[import-untyped,unused-ignore]
    except ImportError as error:
        raise StudyError(
            Text(
                "Breaks are found by the package ruptures, which is not installed.",
                "转折点检测需要ruptures软件包，尚未安装。",
            ),
            Text(
                "Install it: pip install 'hinterland[econometrics]'.",
                "请安装：pip install 'hinterland[econometrics]'。",
            ),
        ) from error
    return ruptures.KernelCPD(kernel="linear", min_size=least).fit(np.ascontiguousarray(signal))


def squared_error(changes: Array, breaks: Sequence[int]) -> float:
    """Sum of squared deviations of the changes [n, series] from the means of their phase."""
    parts = np.split(changes, list(breaks))
    return float(sum(((part - part.mean(axis=0)) ** 2).sum() for part in parts))


def best_breaks(changes: Array, number: int, least: int) -> tuple[int, ...]:
    """Positions of the `number` breaks that leave the least squared error, phases of `least` or more."""
    if number == 0:
        return ()
    found = ruptures_kernel(changes, least).predict(n_bkps=number)
    return tuple(int(at) for at in found[:-1])


def _scored(changes: Array, most: int, least: int) -> list[tuple[float, tuple[int, ...]]]:
    """Best breaks for each number from none to `most` that the length allows, with their criterion.

    The criterion is Bayesian (Yao 1988), nm ln(SSE/nm) + [(k + 1) m + k] ln n for k breaks in m series: each
    break adds m means and its own position.
    """
    n, m = changes.shape
    sets: list[tuple[int, ...]] = [()]
    allowed = min(most, n // least - 1)
    if allowed > 0:
        kernel = ruptures_kernel(changes, least)
        kernel.predict(n_bkps=allowed)  # one pass finds those with fewer breaks as well
        sets += [tuple(int(b) for b in kernel.predict(n_bkps=k)[:-1]) for k in range(1, allowed + 1)]
    floor = 1e-12 * float((changes**2).sum()) + 1e-300  # a series of straight lines leaves no error
    return [
        (
            n * m * float(np.log(max(squared_error(changes, breaks), floor) / (n * m)))
            + ((len(breaks) + 1) * m + len(breaks)) * float(np.log(n)),
            breaks,
        )
        for breaks in sets
    ]


def chosen_breaks(changes: Array, most: int, least: int) -> tuple[int, ...]:
    """Breaks whose number has the least Bayesian information criterion."""
    return min(_scored(changes, most, least), key=lambda scored: scored[0])[1]


def _gain(changes: Array, most: int, least: int) -> float:
    """How far one break or more improves the criterion upon none."""
    scores = [score for score, _ in _scored(changes, most, least)]
    return scores[0] - min(scores[1:], default=np.inf)


def find_turning(changes: Array, *, most: int, least: int, draws: int, level: float, seed: int) -> Turning:
    """Find breaks in the mean of yearly changes, and say how sure they are.

    The number of breaks is the one of least BIC. Intervals come from a bootstrap that redraws the residuals
    within their phase means and looks again for that number of breaks; `p_value` from putting the changes in
    random order, under which there are no phases; `number_support` from choosing the number again in each
    bootstrap sample.

    Parameters
    ----------
    changes : array [n, series]
        Yearly changes, all known; several series together have their breaks in common.
    most : int
        Most breaks considered.
    least : int
        Fewest yearly changes in a phase.
    draws : int
        Samples of the bootstrap, and orders of the permutation test.
    level : float
        Share of the samples that an interval holds, e.g. 0.9.
    seed : int
        Of the random numbers.
    """
    rng = np.random.default_rng(seed)
    breaks = chosen_breaks(changes, most, least)
    phases = np.split(changes, list(breaks))
    means = np.concatenate([np.broadcast_to(part.mean(axis=0), part.shape) for part in phases])
    residuals = changes - means
    observed = _gain(changes, most, least)
    beaten = sum(_gain(rng.permutation(changes), most, least) >= observed for _ in range(draws))
    again, same = [], 0
    for _ in range(draws):
        sample = means + rng.choice(residuals, size=len(residuals), axis=0)
        same += len(chosen_breaks(sample, most, least)) == len(breaks)
        if breaks:
            again.append(best_breaks(sample, len(breaks), least))
    tail = (1 - level) / 2
    found = np.array(again, dtype=float).reshape(draws, len(breaks))
    low, high = (
        np.quantile(found, at, axis=0, method="nearest").astype(int) if breaks else np.zeros(0, int)
        for at in (tail, 1 - tail)
    )
    near = [float((np.abs(found - at) <= 1).any(axis=1).mean()) for at in breaks]
    whole = squared_error(changes, ())
    return Turning(
        breaks,
        tuple(int(v) for v in low),
        tuple(int(v) for v in high),
        tuple(near),
        same / draws,
        (beaten + 1) / (draws + 1),
        1 - squared_error(changes, breaks) / whole if whole > 0 else 0.0,
        residuals,
    )


def standing(changes: Array, breaks: Sequence[int], least: int) -> tuple[float, float, int]:
    """How well given breaks do against all others of their number.

    Returns
    -------
    Share of the variance that they explain, share of the admissible sets of as many breaks that explain no
    more than they do (themselves left out; 0.5 is no better than breaks picked blindly), and the number of
    those sets. NaN where the breaks are themselves not admissible (outside the series, or too close
    together).
    """
    n, number = len(changes), len(breaks)
    bounds = [0, *breaks, n]
    if number == 0 or any(b - a < least for a, b in pairwise(bounds)):
        return float("nan"), float("nan"), 0
    whole, mine = squared_error(changes, ()), squared_error(changes, breaks)
    others = []
    for chosen in combinations(range(least, n - least + 1), number):
        ends = [0, *chosen, n]
        if chosen != tuple(breaks) and all(b - a >= least for a, b in pairwise(ends)):
            others.append(squared_error(changes, chosen))
    if not others or whole == 0:
        return float("nan"), float("nan"), len(others)
    return 1 - mine / whole, float(np.mean(np.array(others) >= mine)), len(others)


def detectable_change(
    residuals: Array, *, most: int, least: int, draws: int, seed: int, power: float = 0.8
) -> float:
    """Smallest change of pace in the middle of such a series that would be found with this probability.

    By simulation: residuals redrawn, a step added half way, breaks chosen by BIC; the step is narrowed down
    to a twentieth of the residuals' standard deviation with the same random numbers at every step.

    Parameters
    ----------
    residuals : array [n, 1]
        Yearly changes less the mean of their phase.
    most, least, draws, seed
        As `find_turning`.
    power : float
        Probability that a break is found.

    Returns
    -------
    float
        In the unit of the changes; infinity where even eight standard deviations would not do.
    """
    spread = float(residuals.std())
    if spread == 0:
        return 0.0
    step = (np.arange(len(residuals)) >= len(residuals) // 2).astype(float)[:, None]

    def found(size: float) -> float:
        rng = np.random.default_rng(seed)
        hits = 0
        for _ in range(draws):
            sample = rng.choice(residuals, size=len(residuals), axis=0) + size * spread * step
            hits += len(chosen_breaks(sample, most, least)) > 0
        return hits / draws

    low, high = 0.0, 8.0
    if found(high) < power:
        return float("inf")
    while high - low > 0.05:
        middle = (low + high) / 2
        low, high = (low, middle) if found(middle) >= power else (middle, high)
    return high * spread
