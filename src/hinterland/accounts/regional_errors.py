"""How far an estimated table is from the true one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hinterland.accounts.balance_problem import Array


def wape(estimate: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    r"""Weighted absolute percentage error :math:`\sum|\hat z_{ij} - z_{ij}| / \sum |z_{ij}|`, of flows.

    References
    ----------
    Miller & Blair (2009), section 7.5, measures of matrix distance; Sawyer & Miller (1983), Environment and
    Planning A 15.
    """
    found, known = np.asarray(estimate, dtype=np.float64), np.asarray(truth, dtype=np.float64)
    size = float(np.abs(known).sum())
    return float(np.abs(found - known).sum()) / size if size > 0 else float("nan")


def stpe(estimate: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    r"""Standardised total percentage error :math:`\sum|\hat a_{ij} - a_{ij}| / \sum a_{ij}`, of coefficients.

    The same sum as `wape` but of coefficients, so that small industries count as much as large ones.

    References
    ----------
    Miller & Blair (2009), section 7.5; Jalili (2000).
    """
    return wape(estimate, truth)


def output_multipliers(A: npt.ArrayLike) -> Array:
    r"""Column sums of the Leontief inverse, :math:`1'(I - A)^{-1}`, shape [n]."""
    a = np.asarray(A, dtype=np.float64)
    return np.asarray(np.linalg.solve(np.eye(len(a)) - a.T, np.ones(len(a))), dtype=np.float64)


def multiplier_error(estimate: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    r"""Mean absolute relative error of output multipliers, :math:`\frac1n\sum_j |\hat m_j - m_j| / m_j`."""
    found, known = output_multipliers(estimate), output_multipliers(truth)
    return float(np.mean(np.abs(found - known) / known))
