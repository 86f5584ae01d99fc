"""By which channel? Product-of-coefficients mediation on a balanced panel, with a cluster bootstrap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hinterland.potential.upgrading.effects import partial_out, within

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Mediation:
    """Paths of one channel with percentile intervals (low, high) from resampled regions.

    first : x to channel (a). second : channel to outcome, x held equal (b). indirect : a b. direct : x to
    outcome, channel held equal. total : indirect + direct, the coefficient without the channel.
    sensitivity : correlation between the errors of the two equations at which the indirect effect would be
    zero; the nearer to zero, the less of an unseen common cause it takes to make it up.
    """

    first: tuple[float, float, float]
    second: tuple[float, float, float]
    indirect: tuple[float, float, float]
    direct: tuple[float, float, float]
    total: tuple[float, float, float]
    sensitivity: float


def _paths(rows: Floats, weights: Floats) -> Floats:
    """Coefficients [draw, (a, b, direct, total)] of variables [k, region, year]: y, x, m, controls.

    Weights [draw, region] count how often a region was drawn.
    """
    rows = rows - rows.mean(
        axis=2, keepdims=True
    )  # region effects: a region's own means, however often drawn
    total = weights.sum(axis=1)
    means = np.einsum("br,krt->bkt", weights, rows) / total[:, None, None]
    cross = np.einsum("br,krt,jrt->bkj", weights, rows, rows, optimize=True)
    cross -= total[:, None, None] * np.einsum("bkt,bjt->bkj", means, means)  # year effects
    y, x, m = 0, 1, 2
    z = list(range(3, rows.shape[0]))

    def slopes(of: int, on: list[int]) -> Floats:
        return np.asarray(np.linalg.solve(cross[:, on][:, :, on], cross[:, on, of][:, :, None])[:, :, 0])

    first = slopes(m, [x, *z])[:, 0]
    both = slopes(y, [x, m, *z])
    return np.column_stack([first, both[:, 1], both[:, 0], slopes(y, [x, *z])[:, 0]])


def mediate(y: Floats, x: Floats, channel: Floats, controls: Floats, draws: int, seed: int) -> Mediation:
    r"""Indirect effect of x on y through a channel, with two-way fixed effects in every equation.

    .. math:: m_{rt} = a x_{rt} + \dots, \qquad y_{rt} = c' x_{rt} + b m_{rt} + \dots, \qquad
              \text{indirect} = a b, \quad \text{total} = a b + c'

    It is causal only under sequential ignorability: no unseen cause of the channel and the outcome
    together, nor of x. No data can test that; `Mediation.sensitivity` says how strong such a cause would
    have to be,

    .. math:: \rho^* = \operatorname{corr}(\hat e^{m}, \hat e^{y})

    with the residuals of both on x and the controls alone.

    Parameters
    ----------
    y, x, channel : array [region, year]
        Balanced and complete.
    controls : array [k, region, year]
    draws, seed : int
        Regions are drawn with replacement, all their years together.

    Returns
    -------
    Mediation
        Intervals of 95 %. Draws in which the equations cannot be told apart are left out.

    References
    ----------
    Baron & Kenny (1986); Imai, Keele & Yamamoto (2010), Statistical Science 25, theorem 4 for the
    sensitivity; Preacher & Hayes (2008) for the bootstrap.
    """
    rows = np.stack([y, x, channel, *controls])
    rows = rows[[k for k, each in enumerate(rows) if k < 3 or within(each).std() > 1e-9 * each.std()]]
    n = y.shape[0]
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws).astype(float)
    point = _paths(rows, np.ones((1, n)))[0]
    sample = _paths(rows, drawn)
    sample = np.column_stack([sample, sample[:, 0] * sample[:, 1]])
    kept = sample[np.isfinite(sample).all(axis=1)]
    low, high = (np.asarray(np.quantile(kept, q, axis=0)) for q in (0.025, 0.975))
    flat = np.stack([within(each).ravel() for each in rows])
    left = partial_out(flat[[0, 2]], flat[[1, *range(3, len(flat))]])
    a, b = left
    sensitivity = float((a @ b) / np.sqrt((a @ a) * (b @ b)))

    def told(value: float, k: int) -> tuple[float, float, float]:
        return float(value), float(low[k]), float(high[k])

    return Mediation(
        told(point[0], 0),
        told(point[1], 1),
        told(point[0] * point[1], 4),
        told(point[2], 2),
        told(point[3], 3),
        sensitivity,
    )
