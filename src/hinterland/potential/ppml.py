"""Poisson pseudo-maximum likelihood within groups, and Shapley shares of what it explains."""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np
import numpy.typing as npt

from hinterland.study import StudyError, Text

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """A Poisson fit with an effect for every group.

    Attributes
    ----------
    coefficients : array [regressor]
    fitted : array [row]
        Sums to the observed total in every group.
    deviance : float
    iterations : int
    """

    coefficients: Floats
    fitted: Floats
    deviance: float
    iterations: int


def deviance(y: Floats, fitted: Floats) -> float:
    r"""Poisson deviance :math:`2\sum [y \ln(y/\mu) - (y-\mu)]`; a zero contributes :math:`2\mu`."""
    positive = y > 0
    logs = float((y[positive] * np.log(y[positive] / fitted[positive])).sum())
    return 2.0 * (logs - float((y - fitted).sum()))


def ppml(
    y: npt.ArrayLike,
    X: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    offset: npt.ArrayLike | None = None,
    tol: float = 1e-12,
    max_iter: int = 100,
) -> Fit:
    r"""Fit :math:`E[y_k] = \exp(a_{g(k)} + x_k'\beta + o_k)` by Poisson pseudo-maximum likelihood.

    Given :math:`\beta` the effects make fitted and observed totals equal in every group, so that the fitted
    values are the group's total in the proportions :math:`\exp(x_k'\beta + o_k)`: what is left is the
    likelihood of a multinomial logit, strictly concave, solved by Newton's method.

    Parameters
    ----------
    y : array [row]
        Non-negative; zeros count.
    X : array [row, regressor]
    groups : array [row] of labels
        Groups without any y say nothing of :math:`\beta` and are fitted with zeros.
    offset : array [row], optional

    Raises
    ------
    StudyError
        Missing or negative values, regressors that do not vary within groups or are collinear, no
        convergence.

    References
    ----------
    Santos Silva & Tenreyro (2006), Review of Economics and Statistics 88; Guimaraes, Figueiredo & Woodward
    (2003), Review of Economics and Statistics 85, on Poisson and the logit of location choice.
    """
    target = np.asarray(y, dtype=np.float64)
    A = np.asarray(X, dtype=np.float64).reshape(len(target), -1)
    _, group = np.unique(np.asarray(groups), return_inverse=True)
    shift = np.zeros(len(target)) if offset is None else np.asarray(offset, dtype=np.float64)
    if (
        not (np.isfinite(target).all() and np.isfinite(A).all() and np.isfinite(shift).all())
        or (target < 0).any()
    ):
        raise StudyError(
            Text("The regression has missing or negative values.", "回归数据中有缺失值或负值。"),
            Text("Leave those rows out.", "请剔除这些行。"),
        )
    count = int(group.max(initial=-1)) + 1
    totals = np.bincount(group, target, count)
    scale = max(float(target.sum()), 1e-300)
    spread = np.abs(A).max(0, initial=0.0)
    beta = np.zeros(A.shape[1])

    def fitted_at(at: Floats) -> Floats:
        index = A @ at + shift
        top = np.full(count, -np.inf)
        np.maximum.at(top, group, index)
        raised = np.exp(index - top[group])
        return np.asarray(totals[group] * raised / np.bincount(group, raised, count)[group])

    def likelihood(found: Floats) -> float:
        positive = target > 0
        return float((target[positive] * np.log(np.maximum(found[positive], 1e-300))).sum())

    found = fitted_at(beta)
    if A.shape[1] == 0:
        return Fit(beta, found, deviance(target, found), 0)
    for step in range(1, max_iter + 1):
        within = _within(A, found, group, count)
        score = A.T @ (target - found)
        bend = within.T @ (found[:, None] * within)
        size = np.sqrt(np.diag(bend))
        if (size <= 1e-12 * np.sqrt(scale) * np.maximum(spread, 1e-300)).any() or np.linalg.cond(
            bend / np.outer(size, size)
        ) > 1e10:
            raise StudyError(
                Text(
                    "Some drivers do not vary within groups or are made of one another.",
                    "部分驱动因素在组内没有变化或彼此完全相关。",
                ),
                Text("Leave one of them out.", "请剔除其中之一。"),
            )
        move = np.linalg.solve(bend, score)
        if float(score @ move) <= tol * scale:  # Newton's decrement: twice what is left to gain
            return Fit(beta + move, fitted_at(beta + move), deviance(target, fitted_at(beta + move)), step)
        here, length = likelihood(found), 1.0
        for _ in range(50):
            trial = fitted_at(beta + length * move)
            if likelihood(trial) >= here:
                break
            length /= 2
        else:
            break
        beta, found = beta + length * move, trial
    raise StudyError(
        Text(f"The regression did not converge in {max_iter} steps.", f"回归在{max_iter}步内未收敛。"),
        Text(
            "Look for a driver that separates the rows with zeros from all others.",
            "请检查是否有驱动因素将零值与其他观测完全分开。",
        ),
    )


def _within(A: Floats, weight: Floats, group: npt.NDArray[np.intp], count: int) -> Floats:
    """Take the weighted mean of its group from every row."""
    total = np.bincount(group, weight, count)
    safe = np.where(total > 0, total, 1.0)
    mean = np.stack([np.bincount(group, weight * column, count) for column in A.T], axis=1) / safe[:, None]
    return np.asarray(A - mean[group])


def shapley(worth: npt.ArrayLike) -> Floats:
    r"""Shapley value of every player, from the worth of all coalitions.

    .. math:: \phi_k = \sum_{S \not\ni k} \frac{|S|!\,(n-|S|-1)!}{n!} \big(v(S \cup k) - v(S)\big)

    They sum to :math:`v(N) - v(\emptyset)`.

    Parameters
    ----------
    worth : array [2^n]
        v(S) at the position whose bit k says whether player k is in S.

    Raises
    ------
    StudyError
        The number of coalitions is not a power of two.

    References
    ----------
    Shapley (1953); Shorrocks (2013), Journal of Economic Inequality 11, on shares of what is explained.
    """
    v = np.asarray(worth, dtype=np.float64)
    n = int(v.size).bit_length() - 1
    if v.ndim != 1 or v.size != 1 << n:
        raise StudyError(
            Text(
                f"Shapley values need the worth of all coalitions, 2^n of them; given {v.size}.",
                f"沙普利值需要全部2^n个联盟的价值；给出{v.size}个。",
            ),
            Text(
                "Give one worth for every coalition, the empty one first.",
                "请给出每个联盟的价值，空联盟在前。",
            ),
        )
    members = np.array([bin(s).count("1") for s in range(v.size)])
    out = np.zeros(n)
    for k in range(n):
        without = np.flatnonzero((np.arange(v.size) >> k) & 1 == 0)
        size = members[without]
        weight = np.array([factorial(int(s)) * factorial(n - int(s) - 1) for s in size]) / factorial(n)
        out[k] = float((weight * (v[without | (1 << k)] - v[without])).sum())
    return out
