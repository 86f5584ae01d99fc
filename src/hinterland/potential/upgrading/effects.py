"""Does what a region receives go with its upgrading? Fixed effects, with inference for few clusters."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.study import StudyError, Text

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Effect:
    """A coefficient with its clustered standard error, 95 % interval and two p-values.

    `p` comes with the clustered t statistic, `wild_p` from the wild cluster bootstrap.
    """

    estimate: float
    error: float
    low: float
    high: float
    p: float
    wild_p: float
    observations: int
    clusters: int


def _pyfixest() -> Any:
    try:
        import pyfixest  # type: ignore[import-untyped,unused-ignore]
    except ImportError as error:
        raise StudyError(
            Text(
                "Fixed effects are estimated by pyfixest, which is not installed.",
                "固定效应模型由pyfixest估计，但尚未安装。",
            ),
            Text(
                "Install the extra: pip install 'hinterland[econometrics]'.",
                "请安装附加组件：pip install 'hinterland[econometrics]'。",
            ),
        ) from error
    return pyfixest


def within(values: Floats) -> Floats:
    r"""Take out region and year means of a balanced panel.

    .. math:: \ddot x_{rt} = x_{rt} - \bar x_r - \bar x_t + \bar x

    Parameters
    ----------
    values : array [..., region, year]
        Complete.
    """
    return np.asarray(
        values
        - values.mean(axis=-1, keepdims=True)
        - values.mean(axis=-2, keepdims=True)
        + values.mean(axis=(-2, -1), keepdims=True)
    )


def partial_out(values: Floats, others: Floats) -> Floats:
    """Residual of `values` [..., cell] after least squares on `others` [k, cell]."""
    if not len(others):
        return values
    basis = np.linalg.qr(others.T)[0]
    return np.asarray(values - (values @ basis) @ basis.T)


def wild_bootstrap_p(y: Floats, x: Floats, controls: Floats, draws: int, seed: int) -> float:
    r"""p-value of no effect of x by the wild cluster bootstrap with the null imposed; clusters are regions.

    Each draw flips the signs of whole regions' restricted residuals (Rademacher weights), and compares the
    clustered t statistics. It holds its size with few clusters, where the ordinary t test rejects too often.

    Parameters
    ----------
    y, x : array [region, year]
        Balanced and complete.
    controls : array [k, region, year]
    draws, seed : int

    Returns
    -------
    float
        Share of draws at least as far out as the data, which count as one of them; two-sided.

    References
    ----------
    Cameron, Gelbach & Miller (2008), Review of Economics and Statistics 90; MacKinnon, Nielsen & Webb (2023),
    Journal of Econometrics 232.
    """
    shape = y.shape
    z = within(controls).reshape(len(controls), y.size)
    restricted = partial_out(within(y).ravel(), z)
    regressor = partial_out(within(x).ravel(), z)
    square = float(regressor @ regressor)

    def statistic(cells: Floats) -> Floats:
        slope = cells @ regressor / square
        left = (cells - slope[:, None] * regressor) * regressor
        meat = (left.reshape(-1, *shape).sum(axis=2) ** 2).sum(axis=1)
        return np.asarray(slope * square / np.sqrt(meat))

    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(draws, shape[0], 1))
    flipped = within(signs * restricted.reshape(shape)).reshape(draws, -1)
    drawn = statistic(partial_out(flipped, z))
    further = (np.abs(drawn) >= np.abs(statistic(restricted[None])[0]) * (1 - 1e-12)).sum()
    return float((1 + further) / (draws + 1))


def fixed_effects(
    y: Floats,
    x: Floats,
    controls: Floats,
    *,
    draws: int,
    seed: int,
    labels: tuple[Sequence[str], Sequence[int]] | None = None,
) -> Effect:
    r"""Coefficient of x in a two-way fixed-effects regression, by pyfixest.

    .. math:: y_{rt} = \beta x_{rt} + \gamma' z_{rt} + \mu_r + \lambda_t + e_{rt}

    Parameters
    ----------
    y, x : array [region, year]
        Balanced and complete.
    controls : array [k, region, year]
        One that region and year effects explain in full is left out.
    draws, seed : int
        Of the wild bootstrap.
    labels : (regions, years), optional
        For the estimator's own messages.

    Returns
    -------
    Effect
        Standard errors are clustered by region (CRV1).

    Raises
    ------
    StudyError
        pyfixest is not installed; x has no variation beyond region and year effects and controls.
    """
    feols = _pyfixest().feols
    kept = [k for k, each in enumerate(controls) if within(each).std() > 1e-9 * max(each.std(), 1e-300)]
    z = controls[kept]
    moved = partial_out(within(x).ravel(), within(z).reshape(len(z), x.size))
    if not np.abs(moved).max() > 1e-9 * np.abs(x).max():
        raise StudyError(
            Text(
                "Transfer received does not vary beyond region and year effects and the controls.",
                "在地区、年份效应和控制变量之外，承接转移没有变化。",
            ),
            Text("Use more years, or fewer controls.", "请增加年份或减少控制变量。"),
        )
    regions, years = labels or (range(y.shape[0]), range(y.shape[1]))
    frame = pd.DataFrame(
        {
            "y": y.ravel(),
            "x": x.ravel(),
            "region": np.repeat([str(code) for code in regions], y.shape[1]),
            "year": np.tile([int(year) for year in years], y.shape[0]),
        }
    )
    for k, each in enumerate(z):
        frame[f"z{k}"] = each.ravel()
    right = " + ".join(["x", *(f"z{k}" for k in range(len(z)))])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about options that are not used
        fit = feols(f"y ~ {right} | region + year", frame, vcov={"CRV1": "region"})
    row = fit.tidy().loc["x"]
    return Effect(
        float(row["Estimate"]),
        float(row["Std. Error"]),
        float(row["2.5%"]),
        float(row["97.5%"]),
        float(row["Pr(>|t|)"]),
        wild_bootstrap_p(y, x, z, draws, seed),
        y.size,
        y.shape[0],
    )
