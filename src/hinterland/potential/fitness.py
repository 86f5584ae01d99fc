"""Fitness and complexity: the non-linear iteration on the same matrix of presences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from hinterland.study import StudyError, Text

MOST = 20_000
"""Iterations after which a fixed point that has not come is an error."""


@dataclass(frozen=True)
class Fitness:
    """Fitness of regions, complexity of industries (both of mean 1), and how the iteration ended.

    `change` is the largest change of a region's fitness in the last step.
    """

    region: xr.DataArray
    industry: xr.DataArray
    iterations: int
    change: float


def fitness(present: xr.DataArray, iterations: int | None = None, tolerance: float = 1e-9) -> Fitness:
    r"""Fitness of regions and complexity of industries.

    .. math:: \tilde F_c^{(n)} = \sum_p M_{cp} Q_p^{(n-1)}, \qquad
              \tilde Q_p^{(n)} = \frac{1}{\sum_c M_{cp} / F_c^{(n-1)}}, \qquad
              F = \tilde F / \langle \tilde F \rangle, \quad Q = \tilde Q / \langle \tilde Q \rangle

    starting from ones. A region that only has what everybody has sinks towards zero, slowly: such matrices
    have no interior fixed point, and the iteration then stops when nothing changes by `tolerance`.

    Parameters
    ----------
    present : DataArray[region, industry]
        M, 0 or 1.
    iterations : int, optional
        Exactly so many steps (published figures state theirs); without it, until `tolerance`.
    tolerance : float
        Largest change of a fitness (mean 1) in a step that counts as none.

    Returns
    -------
    Fitness
        NaN for what has no presence at all.

    Raises
    ------
    StudyError
        There is no presence, or 20,000 steps do not reach the tolerance.

    References
    ----------
    Tacchella, Cristelli, Caldarelli, Gabrielli & Pietronero (2012), Scientific Reports 2; on convergence
    Pugliese, Zaccaria & Pietronero (2016).
    """
    matrix = present.transpose("region", "industry").to_numpy()
    rows, columns = np.flatnonzero(matrix.any(axis=1)), np.flatnonzero(matrix.any(axis=0))
    if not len(rows):
        raise StudyError(
            Text(
                "No region has a comparative advantage in any industry.",
                "没有任何地区在任何产业上具有比较优势。",
            ),
            Text("Lower the threshold of comparative advantage.", "请降低比较优势阈值。"),
        )
    core = matrix[np.ix_(rows, columns)]
    place, kind = np.ones(len(rows)), np.ones(len(columns))
    change, step = np.inf, 0
    while step < (MOST if iterations is None else iterations) and (
        iterations is not None or change > tolerance
    ):
        with np.errstate(divide="ignore"):  # a fitness that has sunk below the smallest number is none
            raised, lowered = core @ kind, 1.0 / (core.T @ (1.0 / place))
        raised /= raised.mean()
        change = float(np.abs(raised - place).max())
        place, kind = raised, lowered / lowered.mean()
        step += 1
    if iterations is None and change > tolerance:
        raise StudyError(
            Text(
                f"Fitness still changes by {change:.1e} after {step} iterations.",
                f"适合度迭代{step}次后变化仍为{change:.1e}。",
            ),
            Text("Ask for a stated number of iterations instead.", "请改为指定迭代次数。"),
        )
    of_region, of_industry = (np.full(present.sizes[dim], np.nan) for dim in ("region", "industry"))
    of_region[rows], of_industry[columns] = place, kind
    return Fitness(
        xr.DataArray(of_region, {"region": present["region"]}, ("region",), "fitness"),
        xr.DataArray(of_industry, {"industry": present["industry"]}, ("industry",), "fitness_complexity"),
        step,
        change,
    )
