"""Distance decay and home bias of trade: estimated where flows are observed, then used where they are not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.accounts.balance import ras
from hinterland.accounts.balance_problem import Array, Balanced, BalanceError
from hinterland.accounts.mrio import gravity
from hinterland.accounts.table import IOTable
from hinterland.study import Column, Result, StudyError, Text


@dataclass(frozen=True)
class Decay:
    """How trade falls with distance.

    Attributes
    ----------
    elasticity, home_bias : float
        Flow falls as distance to the power of minus `elasticity`; deliveries to itself are `home_bias` times
        those of another region as near.
    errors : array [2, 2]
        Covariance of (elasticity, ln home_bias), robust to clusters by pair of regions.
    flows : array [product, region, region]
        Fitted; their margins are the observed ones.
    iterations : int
    """

    elasticity: float
    home_bias: float
    errors: Array
    flows: Array
    iterations: int


def _within(columns: Array, weight: Array) -> Array:
    """Take weighted origin and destination effects out of columns [k, R, R], one product."""
    r = len(weight)
    left, right = weight.sum(1), weight.sum(0)
    system = np.block([[np.diag(left), weight], [weight.T, np.diag(right)]])
    known = np.concatenate([(columns * weight).sum(2), (columns * weight).sum(1)], axis=1)
    effects = np.linalg.lstsq(system, known.T, rcond=None)[0].T
    out: Array = columns - effects[:, :r, None] - effects[:, None, r:]
    return out


def estimate_decay(
    flows: npt.ArrayLike, km: npt.ArrayLike, *, tol: float = 1e-10, max_iter: int = 100
) -> Decay:
    r"""Estimate distance decay and home bias from observed flows by Poisson pseudo-maximum likelihood.

    .. math:: E[T_{jrs}] = \exp(a_{jr} + b_{js} - \beta \ln d_{rs} + \ln h \, [r = s])

    with effects of every product's origins and destinations. Given :math:`\beta, h` the effects are the
    scaling factors of RAS on the observed margins (Fally 2015), so that only two unknowns are left for
    Newton's method.

    Parameters
    ----------
    flows : array [product, region, region] or [region, region]
        Non-negative, money; zeros count.
    km : array [region, region]
        Positive.

    Raises
    ------
    StudyError
        Missing or negative values, fewer than three regions, distances that do not tell decay from home bias,
        or no convergence.

    References
    ----------
    Santos Silva & Tenreyro (2006), Review of Economics and Statistics 88; Fally (2015), Journal of
    International Economics 97.
    """
    T = np.asarray(flows, dtype=np.float64)
    T = T[None] if T.ndim == 2 else T
    d = np.asarray(km, dtype=np.float64)
    good = T.ndim == 3 and T.shape[1:] == d.shape and d.shape[0] == d.shape[1] >= 3
    if not good or not np.isfinite(T).all() or (T < 0).any() or not np.isfinite(d).all() or (d <= 0).any():
        raise StudyError(
            Text(
                f"Gravity needs flows [product, region, region] >= 0 and positive distances of at least "
                f"three regions; given {T.shape} and {d.shape}.",
                f"引力模型需要非负流量[产品, 地区, 地区]和至少三个地区的正距离；给出{T.shape}、{d.shape}。",
            ),
            Text("Correct the flows or distances.", "请更正流量或距离。"),
        )
    T = T[T.sum((1, 2)) > 0]
    here = np.eye(len(d), dtype=bool)
    X = np.stack([-(np.log(d) - np.log(d).mean()), here.astype(np.float64)])
    rows, columns = T.sum(2), T.sum(1)
    theta = np.zeros(2)

    def fit(at: Array) -> Array:
        prior = np.broadcast_to(np.exp(np.clip(np.tensordot(at, X, 1), -100, 100)), T.shape)
        return ras(prior, rows, columns, tol=1e-12).matrix

    def value(found: Array) -> float:
        positive = T > 0
        with np.errstate(divide="ignore"):  # a step too long may empty a cell; it is then shortened
            return float((T[positive] * np.log(found[positive])).sum())

    size = T.sum()
    found = fit(theta)
    for step in range(1, max_iter + 1):
        score = np.einsum("krs,jrs->k", X, T - found)
        within = np.stack([_within(X, w) for w in found])
        bend = np.einsum("jkrs,jrs,jlrs->kl", within, found, within)
        if np.linalg.cond(bend) > 1e10:
            raise StudyError(
                Text(
                    "Distances do not tell decay from home bias.",
                    "距离无法区分距离衰减与本地偏好。",
                ),
                Text(
                    "Give distances that differ between pairs of regions.", "请给出各地区对之间不同的距离。"
                ),
            )
        if np.abs(score).max() <= tol * size * max(1.0, np.abs(X).max()):
            e = T - found
            scores = np.einsum("jkrs,jrs->krs", within, e).reshape(2, -1)
            inverse = np.linalg.inv(bend)
            spread = inverse @ (scores @ scores.T) @ inverse
            return Decay(float(theta[0]), float(np.exp(theta[1])), spread, found, step)
        move, here_value, length = np.linalg.solve(bend, score), value(found), 1.0
        move /= max(1.0, float(np.abs(np.tensordot(move, X, 1)).max()) / 5)  # far steps only empty cells
        for _ in range(30):
            try:
                trial = fit(theta + length * move)
            except BalanceError:  # so long a step that a region's prior vanished
                length /= 2
                continue
            if value(trial) >= here_value - 1e-12 * abs(here_value):
                theta, found = theta + length * move, trial
                break
            length /= 2
        else:
            break
    raise StudyError(
        Text(f"Gravity did not converge in {max_iter} steps.", f"引力模型在{max_iter}步内未收敛。"),
        Text("Check the flows for regions that trade with no one else.", "请检查不与他人贸易的地区。"),
    )


def distance_decay(table: IOTable, km: npt.ArrayLike) -> Result:
    """Estimate distance decay and home bias by product from an interregional table (`estimate_decay`).

    Columns: industry, elasticity, elasticity_error (standard error), home_bias; NaN for products that too few
    regions trade. Put what is found under ``accounts.distance_decay``, ``accounts.distance_decay_local`` and
    ``accounts.home_bias`` of another study, or give it to `gravity_flows`.

    Parameters
    ----------
    table : IOTable
        Several regions, final demand by region; measured (from an estimated one only its own assumption comes
        back).
    km : array [region, region]
    """
    rows = []
    for industry, flows in zip(table.industries, np.maximum(table.trade, 0.0), strict=True):
        try:
            found = estimate_decay(flows, km)
            error = float(np.sqrt(found.errors[0, 0]))
            rows.append((industry, found.elasticity, error, found.home_bias))
        except StudyError:
            rows.append((industry, np.nan, np.nan, np.nan))
    names = (
        ("elasticity", Text("Distance elasticity", "距离弹性")),
        ("elasticity_error", Text("Standard error", "标准误")),
        ("home_bias", Text("Home bias", "本地偏好")),
    )
    known = table.provenance
    return Result(
        "distance_decay",
        Text("Distance decay of trade", "贸易的距离衰减"),
        pd.DataFrame(rows, columns=["industry", *(n for n, _ in names)]),
        (
            Column("industry", Text("Industry", "产业"), "industry"),
            *(Column(n, t, "number", "1", "estimated", known.year, known.sources) for n, t in names),
        ),
        Text(
            "Poisson pseudo-maximum likelihood with origin and destination effects (Santos Silva & Tenreyro "
            "2006), errors robust to clusters by pair of regions.",
            "带起点与终点效应的泊松伪极大似然（Santos Silva和Tenreyro，2006），标准误按地区对聚类稳健。",
        ),
    )


def gravity_flows(
    supply: npt.ArrayLike,
    demand: npt.ArrayLike,
    km: npt.ArrayLike,
    decay: npt.ArrayLike | Decay,
    home_bias: float | None = None,
    *,
    labels: tuple[str, ...] | None = None,
) -> Balanced:
    r"""Flows of every product between regions by gravity with a given or estimated decay, then balanced.

    Parameters
    ----------
    supply : array [region, product]
        Money, non-negative.
    demand : array [product, region]
        Money; sums to supply by product.
    km : array [region, region]
        Positive.
    decay : float, array [product] or Decay
        Distance elasticity, or what `estimate_decay` found (with its home bias).
    home_bias : float, optional
        Default that of `decay`, else 1.

    Returns
    -------
    Balanced
        matrix [product, region, region].

    Raises
    ------
    BalanceError
        Names the product, and the regions, whose supply and demand contradict each other.
    """
    s, d = np.asarray(supply, dtype=np.float64), np.asarray(demand, dtype=np.float64)
    if isinstance(decay, Decay):
        home = decay.home_bias if home_bias is None else home_bias
        beta = np.full(len(d), decay.elasticity)
    else:
        home = 1.0 if home_bias is None else home_bias
        beta = np.broadcast_to(np.asarray(decay, dtype=np.float64), (len(d),)).copy()
    names = labels if labels is not None else tuple(str(j + 1) for j in range(len(d)))
    return gravity(s, d, np.asarray(km, dtype=np.float64), beta, home, names)
