"""The arithmetic of a composite index: normalise, weigh, score, rank.

Matrices are ``[..., region, indicator]``: leading axes are draws. A missing cell is NaN and stays out of
every sum.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from hinterland.study import StudyError, Text

Floats = npt.NDArray[np.float64]


def min_max(values: Floats, direction: Floats) -> Floats:
    """Put indicators on a common scale, z = (v - min) / (max - min), turned round where less is better.

    Parameters
    ----------
    values : array [..., region, indicator]
        Any units; NaN where unknown.
    direction : array [indicator]
        1 where more is better, -1 where less is.

    Returns
    -------
    array of the same shape in [0, 1], 1 the best region; NaN where unknown, and throughout an indicator that
    is the
    same everywhere (it cannot tell regions apart).
    """
    low = np.nanmin(values, axis=-2, keepdims=True)
    high = np.nanmax(values, axis=-2, keepdims=True)
    spread = np.where(high > low, high - low, np.nan)
    rising = (values - low) / spread
    return np.asarray(np.where(direction > 0, rising, 1.0 - rising), dtype=float)


def entropy_weights(values: Floats) -> Floats:
    """Entropy weights w_j = (1 - e_j) / sum_j (1 - e_j) (Hwang & Yoon 1981).

    The entropy of an indicator is e_j = -sum_r p_rj ln p_rj / ln n_j.

    Parameters
    ----------
    values : array [region, indicator]
        Non-negative; p_rj = v_rj / sum_r v_rj over the n_j regions where the indicator is known. 0 ln 0 = 0.

    Returns
    -------
    array [indicator] that sums to one; zero for an indicator that is the same everywhere or unknown. Equal
    weights
    when no indicator distinguishes regions.

    Raises
    ------
    ValueError
        A negative value.
    """
    if (values < 0).any():
        raise ValueError("entropy weights need non-negative values; normalise first")
    total = np.nansum(values, axis=0)
    known = np.isfinite(values).sum(axis=0)
    share = values / np.where(total > 0, total, np.nan)
    terms = np.where(share > 0, share * np.log(np.where(share > 0, share, 1.0)), 0.0)
    usable = (known > 1) & (total > 0)
    entropy = np.where(usable, -terms.sum(axis=0) / np.log(np.maximum(known, 2)), 1.0)
    return _proportional(np.maximum(1.0 - entropy, 0.0))


def critic_weights(values: Floats) -> Floats:
    """CRITIC weights w_j ~ s_j sum_k (1 - r_jk) (Diakoulaki, Mavrotas & Papayannakis 1995).

    Parameters
    ----------
    values : array [region, indicator]
        Normalised to [0, 1]; s_j is the standard deviation and r_jk the correlation over regions known for
        both.

    Returns
    -------
    array [indicator] that sums to one; zero for an indicator that is the same everywhere or unknown.
    """
    count = values.shape[1]
    known = np.isfinite(values)
    deviation = np.array([values[known[:, j], j].std() if known[:, j].any() else 0.0 for j in range(count)])
    conflict = np.zeros(count)
    for j in range(count):
        for k in range(count):
            both = known[:, j] & known[:, k]
            a, b = values[both, j], values[both, k]
            if both.sum() > 1 and a.std() > 0 and b.std() > 0:
                conflict[j] += 1.0 - float(np.corrcoef(a, b)[0, 1])
    return _proportional(deviation * np.maximum(conflict, 0.0))


def _proportional(amounts: Floats) -> Floats:
    total = amounts.sum()
    return amounts / total if total > 1e-12 else np.full(len(amounts), 1.0 / len(amounts))


def closeness(values: Floats, weights: Floats, direction: Floats | None = None) -> Floats:
    """Closeness to the ideal, C_r = d-_r / (d+_r + d-_r): TOPSIS (Hwang & Yoon 1981).

    d+ and d- are Euclidean distances of the weighted row from the best and from the worst value of each
    indicator.

    Parameters
    ----------
    values : array [..., region, indicator]
        On a common scale; NaN where unknown.
    weights : array [..., indicator]
        Non-negative. For each region they are spread over the indicators known for it, so a gap neither
        helps nor
        hurts.
    direction : array [indicator], optional
        1 where more is better (the default everywhere), -1 where less is.

    Returns
    -------
    array [..., region] in [0, 1]; NaN for a region of which nothing with weight is known.
    """
    signed = values if direction is None else values * direction
    known = np.isfinite(signed)
    wide = np.where(known, weights[..., None, :], 0.0)
    total = wide.sum(axis=-1, keepdims=True)
    wide = wide / np.where(total > 0, total, np.nan)
    filled = np.where(known, signed, 0.0)
    best = np.where(known, signed, -np.inf).max(axis=-2, keepdims=True)
    worst = np.where(known, signed, np.inf).min(axis=-2, keepdims=True)
    best, worst = np.where(np.isfinite(best), best, 0.0), np.where(np.isfinite(worst), worst, 0.0)
    to_best = np.sqrt((np.where(known, wide * (best - filled), 0.0) ** 2).sum(axis=-1))
    to_worst = np.sqrt((np.where(known, wide * (filled - worst), 0.0) ** 2).sum(axis=-1))
    both = np.where(np.isfinite(total[..., 0]) & (total[..., 0] > 0), to_best + to_worst, np.nan)
    return np.asarray(to_worst / np.where(both > 0, both, np.nan), dtype=float)


def ranks(scores: Floats) -> Floats:
    """Rank regions, 1 the highest score; ties share the better rank; NaN for a region without a score.

    Parameters
    ----------
    scores : array [..., region]
    """
    higher = (scores[..., None, :] > scores[..., :, None]).sum(axis=-1)
    return np.where(np.isfinite(scores), higher + 1.0, np.nan)


def winsor_limits(values: Floats, points: int, skewness: float, kurtosis: float) -> tuple[float, float, int]:
    """Find the bounds at which an indicator's outliers are cut off (OECD/JRC 2008; Becker et al. 2022).

    While both the absolute skewness and the excess kurtosis exceed their thresholds, the value farthest out
    on the
    skewed side is brought to the next one, at most `points` times.

    Parameters
    ----------
    values : array [region]
        NaN where unknown.
    points : int
        How many values may be brought in.
    skewness, kurtosis : float
        Thresholds; an indicator within either is left alone.

    Returns
    -------
    lowest and highest value kept, and how many values lie outside them.
    """
    kept = np.sort(values[np.isfinite(values)])
    low, high, moved = float(kept[0]), float(kept[-1]), 0
    while moved < min(points, len(kept) - 2):
        clipped = np.clip(kept, low, high)
        deviation = clipped.std()
        if deviation == 0:
            break
        z = (clipped - clipped.mean()) / deviation
        skew, excess = float((z**3).mean()), float((z**4).mean()) - 3.0
        if abs(skew) <= skewness or excess <= kurtosis:
            break
        inner = kept[kept < high] if skew > 0 else kept[kept > low]
        if not len(inner):
            break
        if skew > 0:
            high = float(inner[-1])
        else:
            low = float(inner[0])
        moved = int(((kept < low) | (kept > high)).sum())
    return low, high, moved


def unit_interval(name: str, value: Any) -> float:
    """Return an option that must be a fraction.

    Raises
    ------
    StudyError
        It is not a number between 0 and 1.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not 0.0 <= number <= 1.0:
        raise StudyError(
            Text(f"The parameter {name} is {value!r}.", f"参数{name}为{value!r}。"),
            Text("Give a number between 0 and 1.", "请给出0到1之间的数。"),
        )
    return number
