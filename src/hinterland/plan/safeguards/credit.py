"""Losses of a fund whose stakes can fail together: one common factor (Vasicek)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

Floats = npt.NDArray[np.float64]


def failing_within(yearly: npt.ArrayLike, years: float) -> Floats:
    r"""Probability of failing within some years: :math:`1 - (1 - p)^n`."""
    return np.asarray(1 - (1 - np.asarray(yearly, dtype=float)) ** years)


def expected_loss(exposure: Floats, probability: npt.ArrayLike, severity: npt.ArrayLike) -> Floats:
    r"""Expected loss :math:`\sum_k E_k\, p\, \ell` (last axis: exposures).

    Parameters
    ----------
    exposure : array [..., exposure]
        E, money at stake.
    probability, severity : float or array [...]
        p, probability of failing; :math:`\ell`, part of a failed stake that is lost.
    """
    lost = exposure.sum(axis=-1) * np.asarray(probability, dtype=float)
    return np.asarray(lost * np.asarray(severity, dtype=float))


def losses(
    exposure: Floats, probability: float, severity: float, correlation: float, draws: int, seed: int
) -> Floats:
    r"""Draw losses of a portfolio: stake k fails when its factor falls below its threshold.

    .. math:: \sqrt{\rho}\, Z + \sqrt{1 - \rho}\, \varepsilon_k < \Phi^{-1}(p), \qquad
              L = \ell \sum_k E_k 1_k

    with Z common to all and :math:`\varepsilon_k` each stake's own, both standard normal.

    Parameters
    ----------
    exposure : array [exposure]
    correlation : float
        :math:`\rho`, from 0 to below 1.

    Returns
    -------
    array [draw], money.

    References
    ----------
    Vasicek (2002), The distribution of loan portfolio value, Risk 15(12).
    """
    rng = np.random.default_rng(seed)
    common = rng.standard_normal((draws, 1))
    own = rng.standard_normal((draws, len(exposure)))
    fails = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own < norm.ppf(probability)
    return np.asarray(severity * (fails * exposure).sum(axis=1))


def large_portfolio_quantile(probability: float, correlation: float, level: float) -> float:
    r"""Loss rate of an endlessly fine portfolio that is not exceeded with probability q, before severity.

    .. math:: \Phi\!\left(\frac{\Phi^{-1}(p) + \sqrt{\rho}\,\Phi^{-1}(q)}{\sqrt{1 - \rho}}\right)

    References
    ----------
    Vasicek (2002); the formula of the internal-ratings approach, Basel Committee (2006).
    """
    inner = norm.ppf(probability) + np.sqrt(correlation) * norm.ppf(level)
    return float(norm.cdf(inner / np.sqrt(1 - correlation)))
