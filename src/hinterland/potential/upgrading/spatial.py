"""Do neighbours gain or lose? A spatial Durbin panel by spreg, and what its coefficients amount to."""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hinterland.potential.upgrading.effects import within
from hinterland.study import StudyError, Text

Floats = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]
WEIGHTS = ("nearest", "inverse_distance")


@dataclass(frozen=True)
class Durbin:
    """A fitted spatial Durbin panel: coefficients, and effects (estimate, low, high) of the first regressor.

    beta, theta : own and neighbours' regressors [k]; rho : neighbours' outcome; covariance : of (beta, theta,
    rho). direct : mean effect on the region itself, feedback through its neighbours included; indirect : mean
    effect on all others together; total : both.
    """

    beta: Floats
    theta: Floats
    rho: float
    covariance: Floats
    direct: tuple[float, float, float]
    indirect: tuple[float, float, float]
    total: tuple[float, float, float]


def _spreg() -> tuple[Any, Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import libpysal.weights  # type: ignore[import-untyped,unused-ignore]
            import spreg  # type: ignore[import-untyped,unused-ignore]
    except ImportError as error:
        raise StudyError(
            Text(
                "Spatial effects are estimated by spreg, which is not installed.",
                "空间效应由spreg估计，但尚未安装。",
            ),
            Text(
                "Install the extra: pip install 'hinterland[econometrics]'.",
                "请安装附加组件：pip install 'hinterland[econometrics]'。",
            ),
        ) from error
    return spreg, libpysal.weights


def spatial_weights(distance: Floats, kind: str, neighbours: int = 5) -> Floats:
    r"""Row-standardised weights [region, region] from distances.

    ``nearest``: :math:`w_{rs} = 1/k` for the k nearest regions; ``inverse_distance``:
    :math:`w_{rs} = d_{rs}^{-1} / \sum_q d_{rq}^{-1}`. The diagonal is zero.

    Parameters
    ----------
    distance : array [region, region]
        Positive off the diagonal.
    kind : "nearest" or "inverse_distance"
    neighbours : int
        k.

    Raises
    ------
    StudyError
        The kind is unknown, or there are no more than k regions.
    """
    n = len(distance)
    if kind not in WEIGHTS:
        raise StudyError(
            Text(f"There are no spatial weights '{kind}'.", f"没有名为“{kind}”的空间权重。"),
            Text(f"Choose from: {', '.join(WEIGHTS)}.", f"可选：{'、'.join(WEIGHTS)}。"),
        )
    apart = np.array(distance, dtype=float)
    np.fill_diagonal(apart, np.inf)
    if kind == "inverse_distance":
        raw = 1.0 / apart
    else:
        if neighbours >= n:
            raise StudyError(
                Text(
                    f"{neighbours} nearest neighbours need more than {n} regions.",
                    f"{neighbours}个最近邻要求地区数多于{n}个。",
                ),
                Text("Lower potential.spatial_neighbours.", "请调低potential.spatial_neighbours。"),
            )
        raw = np.zeros((n, n))
        nearest = np.argsort(apart, axis=1, kind="stable")[:, :neighbours]
        raw[np.arange(n)[:, None], nearest] = 1.0
    return np.asarray(raw / raw.sum(axis=1, keepdims=True))


def impacts(beta: Floats, theta: Floats, rho: Floats, eigenvalues: Complexes) -> tuple[Floats, Floats]:
    r"""Mean direct and total effect of a regressor in a spatial Durbin model with row-standardised weights.

    .. math:: S = (I - \rho W)^{-1} (\beta I + \theta W), \qquad
              \text{direct} = \frac{\operatorname{tr} S}{n} =
              \frac1n \sum_k \frac{\beta + \theta \lambda_k}{1 - \rho \lambda_k}, \qquad
              \text{total} = \frac{1' S 1}{n} = \frac{\beta + \theta}{1 - \rho}

    Parameters
    ----------
    beta, theta, rho : array [draw]
    eigenvalues : complex array [n]
        Of W.

    Returns
    -------
    (direct, total) : arrays [draw]

    References
    ----------
    LeSage & Pace (2009), Introduction to Spatial Econometrics, section 2.7. The direct effect holds what
    returns from the neighbours, that of their own regressor (theta) as well.
    """
    beta, theta, rho = (np.atleast_1d(np.asarray(each, dtype=float)) for each in (beta, theta, rho))
    terms = (beta[:, None] + theta[:, None] * eigenvalues) / (1.0 - rho[:, None] * eigenvalues)
    return np.real(terms.mean(axis=1)), (beta + theta) / (1.0 - rho)


def durbin(y: Floats, x: Floats, weights: Floats, draws: int, seed: int) -> Durbin:
    r"""Spatial Durbin panel with region and year effects by maximum likelihood (`spreg.ML_LagFE`).

    .. math:: y_t = \rho W y_t + X_t \beta + W X_t \theta + \mu + \lambda_t 1 + e_t

    Year effects are dummies: taking year means out beforehand would not do, because the neighbours' outcome
    gets a mean of its own again where some regions are neighbours to more than others. Region means are taken
    out by spreg.

    Parameters
    ----------
    y : array [region, year]
        Balanced and complete.
    x : array [k, region, year]
        The regressor of interest first, then controls; all are lagged in space as well.
    weights : array [region, region]
        Row-standardised, zero diagonal.
    draws, seed : int
        Of the simulated intervals: normal draws of the coefficients.

    Returns
    -------
    Durbin
        Effects by `impacts`, intervals of 95 %. spreg's own table is not used: it counts every effect of the
        neighbours' regressors as indirect. Its covariance is scaled by n T over the degrees of freedom that
        the fixed effects leave, because maximum likelihood divides by all n T (Lee & Yu 2010).

    Raises
    ------
    StudyError
        spreg is not installed, or the estimate of rho is at its bound (not converged).
    """
    spreg, weighting = _spreg()
    n, t = y.shape
    kept = [each for k, each in enumerate(x) if k == 0 or within(each).std() > 1e-9 * each.std()]
    k = len(kept)
    columns = np.stack([each.T.ravel() for each in kept], axis=1)  # year by year, as spreg stacks a panel
    scale = columns.std(axis=0)
    years = np.kron(np.eye(t), np.ones((n, 1)))[:, 1:]
    lagged = [True] * k + [False] * (t - 1)  # the neighbours' mean of a year effect is the effect itself
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):  # it prints its own name
        warnings.simplefilter("ignore")
        fit = spreg.ML_LagFE(
            y.T.ravel()[:, None],
            np.hstack([columns / scale, years]),
            weighting.full2W(weights),
            slx_lags=1,
            slx_vars=lagged,
            spat_impacts=None,
        )
    at = [*range(k), *range(k + t - 1, 2 * k + t)]  # own, neighbours', rho; not the year effects between
    rescale = np.concatenate([1 / scale, 1 / scale, [1.0]])
    estimate = fit.betas.ravel()[at] * rescale
    rho = float(estimate[-1])
    if abs(rho) > 0.985:
        raise StudyError(
            Text(
                f"The spatial model ends at the bound of its parameter (rho = {rho:.3f}).",
                f"空间模型的自回归参数到达边界（ρ = {rho:.3f}）。",
            ),
            Text("Use other spatial weights or fewer controls.", "请更换空间权重或减少控制变量。"),
        )
    left = n * t - n - t + 1 - 2 * k
    covariance = fit.vm[np.ix_(at, at)] * np.outer(rescale, rescale) * (n * t / left)
    random = np.random.default_rng(seed)
    drawn = random.multivariate_normal(estimate, covariance, size=draws, method="eigh")
    drawn = drawn[np.abs(drawn[:, -1]) < 0.99]
    eigenvalues = np.linalg.eigvals(weights).astype(complex)
    direct, total = impacts(estimate[:1], estimate[k : k + 1], estimate[-1:], eigenvalues)
    directs, totals = impacts(drawn[:, 0], drawn[:, k], drawn[:, -1], eigenvalues)

    def told(value: float, sample: Floats) -> tuple[float, float, float]:
        low, high = np.quantile(sample, [0.025, 0.975])
        return float(value), float(low), float(high)

    return Durbin(
        estimate[:k],
        estimate[k : 2 * k],
        rho,
        covariance,
        told(direct[0], directs),
        told(total[0] - direct[0], totals - directs),
        told(total[0], totals),
    )
