r"""Location quotients that make a region's input coefficients out of the nation's.

Each function takes the region's and the nation's output (or employment, or value added) by industry and gives
quotients; `regional_coefficients` multiplies the nation's domestic coefficients by them, none counting for
more than 1: :math:`a^r_{ij} = \min(q_{ij}, 1)\, a_{ij}`. What a region does not supply itself comes from
elsewhere. Notation: :math:`x_i` the nation's output, :math:`x^r_i` the region's, sums without index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.accounts.balance_problem import Array
from hinterland.accounts.regional_errors import multiplier_error, wape
from hinterland.study import Column, Result, StudyError, Text

Quotient = Literal["slq", "cilq", "rlq", "flq", "aflq"]
QUOTIENTS: tuple[Quotient, ...] = get_args(Quotient)
# Flegg & Webber (1997) found delta near 0.3 for Scotland, and most later work starts from it.
DELTA = 0.3
DELTAS = tuple(k / 40 for k in range(21))


def _sizes(region: npt.ArrayLike, nation: npt.ArrayLike) -> tuple[Array, Array]:
    x, whole = np.asarray(region, dtype=np.float64), np.asarray(nation, dtype=np.float64)
    if x.ndim != 1 or x.shape != whole.shape:
        raise StudyError(
            Text(
                f"The region has {x.shape} industries and the nation {whole.shape}.",
                f"地区产业数{x.shape}与全国产业数{whole.shape}不一致。",
            ),
            Text("Give both by the same industries.", "请按相同产业给出二者。"),
        )
    if not (np.isfinite(x).all() and np.isfinite(whole).all() and (x >= 0).all() and (whole >= 0).all()):
        raise StudyError(
            Text("Output is missing or negative.", "产出缺失或为负。"),
            Text(
                "Give output of every industry; 0 where there is none.", "请给出每个产业的产出，没有则为0。"
            ),
        )
    lost = np.flatnonzero((x > 0) & (whole == 0))
    if lost.size or x.sum() <= 0:
        raise StudyError(
            Text(
                f"The region makes what the nation does not (position {lost[:6].tolist()}), or nothing.",
                f"地区生产了全国没有的产品（位置{lost[:6].tolist()}），或没有产出。",
            ),
            Text("Correct the outputs.", "请更正产出。"),
        )
    return x, whole


def _over(above: Array, below: Array) -> Array:
    out: Array = np.divide(
        above, below, out=np.zeros(np.broadcast_shapes(above.shape, below.shape)), where=below > 0
    )
    return out


def slq(region: npt.ArrayLike, nation: npt.ArrayLike) -> Array:
    r"""Simple location quotient :math:`SLQ_i = (x^r_i/x^r)/(x_i/x)`, shape [n].

    0 where the nation has no such industry. Unit: 1.

    References
    ----------
    Florence (1948); Miller & Blair (2009), Input-Output Analysis, section 8.2.1.
    """
    x, whole = _sizes(region, nation)
    return _over(x / x.sum(), whole / whole.sum())


def cilq(region: npt.ArrayLike, nation: npt.ArrayLike) -> Array:
    r"""Cross-industry quotient :math:`CILQ_{ij} = SLQ_i/SLQ_j`, on the diagonal :math:`SLQ_i`; [n, n].

    The diagonal of the plain ratio would be 1 whatever the region makes (Smith & Morrison 1974). Columns of
    industries that the region does not have are 0.

    References
    ----------
    Miller & Blair (2009), section 8.2.3; Smith & Morrison (1974), Simulating the Urban Economy.
    """
    q = slq(region, nation)
    out = _over(q[:, None], q[None, :])
    np.fill_diagonal(out, q)
    return out


def rlq(region: npt.ArrayLike, nation: npt.ArrayLike) -> Array:
    r"""Round's quotient :math:`RLQ_{ij} = SLQ_i/\log_2(1 + SLQ_j)`, shape [n, n].

    References
    ----------
    Round (1978), Journal of Regional Science 18; Flegg & Webber (1997).
    """
    q = slq(region, nation)
    return _over(q[:, None], np.log2(1 + q)[None, :])


def region_size(region: npt.ArrayLike, nation: npt.ArrayLike, delta: float = DELTA) -> float:
    r"""Flegg's weight of a region's size, :math:`\lambda = [\log_2(1 + x^r/x)]^\delta`; at most 1.

    Parameters
    ----------
    delta : float
        0 <= delta < 1; the larger, the more small regions buy elsewhere.
    """
    if not 0 <= delta < 1:
        raise StudyError(
            Text(f"delta is {delta}.", f"δ为{delta}。"),
            Text("Choose 0 <= delta < 1.", "请取 0 ≤ δ < 1。"),
        )
    x, whole = _sizes(region, nation)
    return float(np.log2(1 + min(x.sum() / whole.sum(), 1.0)) ** delta)


def flq(region: npt.ArrayLike, nation: npt.ArrayLike, delta: float = DELTA) -> Array:
    r"""Flegg's quotient :math:`FLQ_{ij} = \lambda\,CILQ_{ij}`, shape [n, n]; never above CILQ.

    References
    ----------
    Flegg & Webber (1997), Regional Studies 31.
    """
    return region_size(region, nation, delta) * cilq(region, nation)


def aflq(region: npt.ArrayLike, nation: npt.ArrayLike, delta: float = DELTA) -> Array:
    r"""Augmented FLQ: :math:`\min(FLQ_{ij},1)\,\log_2(1 + SLQ_j)` where :math:`SLQ_j > 1`, else FLQ.

    A specialised industry buys more of its inputs nearby; the quotient may exceed 1. Shape [n, n].

    References
    ----------
    Flegg & Webber (2000), Regional Studies 34.
    """
    q = slq(region, nation)
    return np.minimum(flq(region, nation, delta), 1.0) * np.maximum(np.log2(1 + q), 1.0)[None, :]


def trade_shares(
    method: Quotient, region: npt.ArrayLike, nation: npt.ArrayLike, delta: float = DELTA
) -> Array:
    r"""Share of each input that the region supplies itself, :math:`t_{ij} = \min(q_{ij}, 1)`, shape [n, n].

    With AFLQ it may exceed 1 in columns of specialised industries, as its authors mean it to.
    """
    if method not in QUOTIENTS:
        raise StudyError(
            Text(f"There is no quotient '{method}'.", f"没有区位商“{method}”。"),
            Text(f"Choose from {', '.join(QUOTIENTS)}.", f"请从{'、'.join(QUOTIENTS)}中选择。"),
        )
    x, _ = _sizes(region, nation)
    if method == "slq":
        return np.minimum(np.repeat(slq(region, nation)[:, None], len(x), axis=1), 1.0)
    if method == "aflq":
        return aflq(region, nation, delta)
    if method == "flq":
        return np.minimum(flq(region, nation, delta), 1.0)
    return np.minimum(cilq(region, nation) if method == "cilq" else rlq(region, nation), 1.0)


def regional_coefficients(
    A: npt.ArrayLike,
    region: npt.ArrayLike,
    nation: npt.ArrayLike,
    method: Quotient = "flq",
    delta: float = DELTA,
) -> Array:
    r"""Intraregional input coefficients :math:`a^r_{ij} = t_{ij} a_{ij}` from the nation's, shape [n, n].

    Parameters
    ----------
    A : array [n, n]
        The nation's domestic input coefficients (inputs made in the nation per unit of output).
    region, nation : array [n]
        Output by industry, one unit.
    delta : float
        For FLQ and AFLQ.
    """
    a = np.asarray(A, dtype=np.float64)
    return a * trade_shares(method, region, nation, delta)


@dataclass(frozen=True, eq=False)
class Survey:
    """A region whose table is known: coefficients [n, n] and output [n]; used to choose delta for others."""

    name: str
    A: Array
    output: Array


def delta_errors(
    A: Array, nation: Array, survey: Survey, method: Literal["flq", "aflq"], grid: npt.ArrayLike = DELTAS
) -> Array:
    """WAPE and multiplier error of a surveyed region by delta, shape [delta, 2]."""
    out = []
    for delta in np.asarray(grid, dtype=np.float64):
        estimate = regional_coefficients(A, survey.output, nation, method, float(delta))
        flows = wape(estimate * survey.output, survey.A * survey.output)
        out.append((flows, multiplier_error(estimate, survey.A)))
    return np.array(out)


def sweep_delta(
    A: npt.ArrayLike,
    nation: npt.ArrayLike,
    surveys: Sequence[Survey],
    *,
    method: Literal["flq", "aflq"] = "flq",
    grid: npt.ArrayLike = DELTAS,
) -> Result:
    """Score every delta against regions whose tables are known.

    Columns: delta, wape, multiplier_error (means over the surveys). To choose delta for a region, give the
    surveys of other regions only.

    Parameters
    ----------
    A : array [n, n]
        The nation's coefficients, on the same footing as the surveys' (both with or both without what comes
        from elsewhere; if the surveys hold inflows the best delta is biased to 0).
    """
    if not surveys:
        raise StudyError(
            Text("There is no surveyed region to choose delta by.", "没有可用于选择δ的调查地区。"),
            Text("Give one, or take delta from the literature.", "请给出一个，或采用文献取值。"),
        )
    a = np.asarray(A, dtype=np.float64)
    deltas = np.asarray(grid, dtype=np.float64)
    whole = np.asarray(nation, dtype=np.float64)
    errors = np.mean([delta_errors(a, whole, survey, method, deltas) for survey in surveys], axis=0)
    frame = pd.DataFrame({"delta": deltas, "wape": errors[:, 0], "multiplier_error": errors[:, 1]})
    return Result(
        "delta_sweep",
        Text("Error of regional coefficients by delta", "不同δ下地区系数的误差"),
        frame,
        (
            Column("delta", Text("Delta", "δ"), "number", "1", "assumption"),
            Column("wape", Text("Weighted absolute error", "加权绝对百分比误差"), "share", "1", "estimated"),
            Column(
                "multiplier_error",
                Text("Error of output multipliers", "产出乘数误差"),
                "share",
                "1",
                "estimated",
            ),
        ),
        Text(
            f"{method.upper()} against the tables of {len(surveys)} regions; mean of each region's error.",
            f"{method.upper()}与{len(surveys)}个地区的表比较；取各地区误差的均值。",
        ),
    )


def choose_delta(
    A: npt.ArrayLike,
    nation: npt.ArrayLike,
    surveys: Sequence[Survey],
    *,
    method: Literal["flq", "aflq"] = "flq",
    grid: npt.ArrayLike = DELTAS,
) -> float:
    """Return the delta of least error of output multipliers over the surveyed regions (`sweep_delta`)."""
    frame = sweep_delta(A, nation, surveys, method=method, grid=grid).frame
    return float(frame["delta"].iloc[int(frame["multiplier_error"].to_numpy().argmin())])
