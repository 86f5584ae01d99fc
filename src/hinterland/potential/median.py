"""Where to put p sites so that demand is served over the least distance? The discrete p-median."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from hinterland.study import StudyError, Text

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Median:
    """The best p sites.

    Attributes
    ----------
    sites : tuple of int
        Positions of the sites chosen, in order.
    serves : array [demand]
        Position of the site that serves each demand.
    cost : float
        Sum of weights times distances to the nearest chosen site.
    """

    sites: tuple[int, ...]
    serves: npt.NDArray[np.int64]
    cost: float


def p_median(cost: npt.ArrayLike, weights: npt.ArrayLike, p: int) -> Median:
    r"""Choose p sites that serve all demand at the least weighted cost.

    .. math:: \min \sum_{kj} w_k c_{kj} x_{kj}, \quad \sum_j x_{kj} = 1,\ x_{kj} \le y_j,\ \sum_j y_j = p,\
              y \in \{0, 1\}

    solved exactly as a mixed-integer programme (HiGHS).

    Parameters
    ----------
    cost : array [demand, site]
        Distance or cost of serving demand k from site j.
    weights : array [demand]
        Not negative.
    p : int
        From 1 to the number of sites.

    Raises
    ------
    StudyError
        p out of range, missing or negative figures, or no solution.

    References
    ----------
    Hakimi (1964), Operations Research 12(3); ReVelle & Swain (1970), Geographical Analysis 2(1).
    """
    c, w = np.asarray(cost, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    good = c.ndim == 2 and len(w) == len(c) and np.isfinite(c).all() and np.isfinite(w).all()
    if not good or (w < 0).any():
        raise StudyError(
            Text("Costs or weights of demand are missing or negative.", "需求的成本或权重缺失或为负。"),
            Text(
                "Give cost [demand, site] and a weight for each demand.",
                "请给出成本[需求, 地点]和各需求的权重。",
            ),
        )
    demands, sites = c.shape
    if not 1 <= p <= sites:
        raise StudyError(
            Text(f"{p} sites out of {sites} cannot be chosen.", f"无法从{sites}个地点中选出{p}个。"),
            Text(f"Choose p from 1 to {sites}.", f"请在1到{sites}之间取p。"),
        )
    scale = float((w @ c).max(initial=0.0)) or 1.0
    pairs = demands * sites
    k, j = np.divmod(np.arange(pairs), sites)
    served = coo_array((np.ones(pairs), (k, np.arange(pairs))), (demands, pairs + sites))
    opened = coo_array(
        (
            np.concatenate([np.ones(pairs), -np.ones(pairs)]),
            (np.tile(np.arange(pairs), 2), np.concatenate([np.arange(pairs), pairs + j])),
        ),
        (pairs, pairs + sites),
    )
    count = coo_array((np.ones(sites), (np.zeros(sites, int), pairs + np.arange(sites))), (1, pairs + sites))
    found = milp(
        np.concatenate([(w[:, None] * c).ravel() / scale, np.zeros(sites)]),
        constraints=[
            LinearConstraint(served.tocsc(), 1, 1),
            LinearConstraint(opened.tocsc(), -np.inf, 0),
            LinearConstraint(count.tocsc(), p, p),
        ],
        integrality=np.concatenate([np.zeros(pairs), np.ones(sites)]),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    if not found.success:
        raise StudyError(
            Text(f"The best sites were not found: {found.message}", f"未求得最优选址：{found.message}"),
            Text("Check the costs.", "请检查成本数据。"),
        )
    chosen = np.flatnonzero(found.x[pairs:] > 0.5)
    nearest = chosen[c[:, chosen].argmin(1)]
    return Median(
        tuple(int(s) for s in chosen), nearest.astype(np.int64), float(w @ c[np.arange(demands), nearest])
    )
