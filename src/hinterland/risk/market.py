"""Market risk: how much hangs on few origins, few industries and few destinations."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.plan import Plan
from hinterland.risk.levels import figure, label, thresholds
from hinterland.study import Result, Text


def herfindahl(values: npt.ArrayLike) -> float:
    r"""Herfindahl-Hirschman index :math:`\sum_k s_k^2` of shares :math:`s_k = v_k/\sum v`, from 1/n to 1.

    Parameters
    ----------
    values : array
        Non-negative amounts, any unit.

    Returns
    -------
    float
        NaN when all are zero: no shares, no concentration.
    """
    v = np.asarray(values, dtype=float).ravel()
    total = v.sum()
    return float(((v / total) ** 2).sum()) if total > 0 else float("nan")


def concentration(values: npt.ArrayLike) -> tuple[float, float, float]:
    """Return the Herfindahl index of amounts, and the shares of the two largest; NaN when all are zero."""
    v = np.sort(np.asarray(values, dtype=float).ravel())[::-1]
    total = v.sum()
    if not total > 0:
        return (float("nan"),) * 3
    return herfindahl(v), float(v[0] / total), float(v[1] / total) if len(v) > 1 else 0.0


def after_second(largest: float, second: float, part: float) -> float:
    r"""Return the largest share once a new partner has taken a part of the largest one's.

    .. math:: s' = \max\bigl(s_1 (1 - p),\; s_1 p,\; s_2\bigr)

    Parameters
    ----------
    largest, second : float
        Shares of the two largest partners.
    part : float
        p, the part of the largest one's share that the new one takes, 0 to 1.
    """
    return max(largest * (1 - part), largest * part, second)


def market(plan: Plan, trade: Result | None = None) -> Result:
    """Concentration of each host's intake by origin and by industry, and of its deliveries by destination.

    Parameters
    ----------
    plan : Plan
    trade : Result, optional
        interregional_trade (region, region_to, flow); without it destinations are left out, which the note
        says.
    """
    study = plan.study
    limit = thresholds(study, "concentration")
    rows = []
    for host in [str(h) for h in plan.transfer["host"].values]:
        mine = plan.moves.sel(host=host)
        rows.append(("origins_of_host", host, *concentration(mine.sum("industry").values)))
        rows.append(("industries_of_host", host, *concentration(mine.sum("origin").values)))
        if trade is not None:
            sold = trade.frame[(trade.frame["region"] == host) & (trade.frame["region_to"] != host)]
            rows.append(("destinations_of_host", host, *concentration(sold["flow"].to_numpy())))
    frame = pd.DataFrame(rows, columns=["measure", "region", "value", "largest_share", "second_share"])
    frame["threshold"] = limit.high
    frame["level"] = limit.levels(frame["value"])
    return Result(
        "risk_market",
        Text("Market risk: dependence on few", "市场风险：对少数对象的依赖"),
        frame,
        (
            label(study, "measure", "code"),
            label(study, "region", "region"),
            figure(plan, "value", "index"),
            figure(plan, "largest_share", kind="share"),
            figure(plan, "second_share", kind="share"),
            figure(plan, "threshold", "index", status="assumption"),
            label(study, "level", "code"),
        ),
        Text(
            "Herfindahl-Hirschman index of the plan's moves into each host by origin and by industry, and "
            "of its estimated "
            "deliveries to other regions by destination; from 1/n (even) to 1 (a single one).",
            "赫芬达尔指数：承接地转入按转出地、按产业，以及对其他地区估计供货按目的地；"
            "由1/n（均匀）至1（单一）。",
        ),
        Text("", "")
        if trade is not None
        else Text("Destinations are not known: no interregional table.", "缺区域间投入产出表，目的地未知。"),
    )
