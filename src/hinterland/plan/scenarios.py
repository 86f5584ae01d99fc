r"""The futures a plan may meet: factors on its data, from the end of its first phase on.

The table plan_scenarios gives each future a probability and factors; a blank is 1. With *f* the factor and
*1* the first phase:

- ``growth`` on what hosts can take in, all together and by industry, after the first phase:
  :math:`\bar X_p \to \bar X_1 + f (\bar X_p - \bar X_1)`;
- ``energy`` on the headroom of the resource ``energy`` after the first phase, likewise;
- ``demand`` on demand abroad: what capacity makes, earns, emits and needs falls by its industry's share of
  exports in output, :math:`u_i = 1 - e_i (1-f)`, in the hosts and in what leaving the origins saves;
- ``cost`` on landed costs; a plan is charged with as much as they differ from today's;
- ``coast`` on what the origins have left to release after the first phase (capacity that is lost there
  cannot move): :math:`\sum_{p>1} z_p \le f (R - z_1)`.

What has been decided in the first phase stays possible in every future, because the factors touch only what
comes after it; whether the plan's later phases still fit is what is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.plan.data import Array, PlanData
from hinterland.study import Study, StudyError, Text

TABLE = "plan_scenarios"
FACTORS = ("growth", "energy", "demand", "cost", "coast")
ENERGY = "energy"


@dataclass(frozen=True)
class Future:
    """One future: its code, probability and factors."""

    code: str
    probability: float
    factors: dict[str, float]


def futures(study: Study) -> tuple[Future, ...]:
    """Read the futures of a study; probabilities are scaled to one.

    Raises
    ------
    StudyError
        There are fewer than two, a factor is negative, or the probabilities are.
    """
    table = study.frames.get(TABLE)
    if table is None or len(table) < 2:
        raise StudyError(
            Text(
                "The study names fewer than two futures that the plan may meet.",
                "研究给出的未来情景不足两个。",
            ),
            Text(f"Give two or more rows in the table {TABLE}.", f"请在{TABLE}表中给出至少两行。"),
        )
    found = []
    wrong = []
    for row in table.itertuples():
        factors = {}
        for name in FACTORS:
            value = pd.to_numeric(getattr(row, name, np.nan))
            factors[name] = 1.0 if pd.isna(value) else float(value)
        chance = float(pd.to_numeric(row.probability))
        found.append(Future(str(row.scenario), chance, factors))
        if not chance >= 0 or min(factors.values()) < 0:
            wrong.append(str(row.scenario))
    total = sum(f.probability for f in found)
    if wrong or not total > 0:
        said = ", ".join(wrong) or TABLE
        raise StudyError(
            Text(
                f"A probability or factor is negative, or all probabilities are zero: {said}.",
                f"概率或倍数为负，或概率全为零：{said}。",
            ),
            Text("Give figures of zero or more.", "请给出不小于零的数。"),
        )
    # sorted, so that the order of rows does not matter
    found.sort(key=lambda f: f.code)
    return tuple(replace(f, probability=f.probability / total) for f in found)


def export_share(study: Study, industries: list[str]) -> Array:
    """Share of exports in the domestic output of each industry, from the national table; 0 where unknown."""
    final, inner = study.get("final_domestic"), study.get("io_domestic")
    if final is None or inner is None or "exports" not in final["category"].values:
        return xr.DataArray(np.zeros(len(industries)), {"industry": industries}, ["industry"])
    made = inner.sum("industry") + final.sum("category")
    share = (final.sel(category="exports", drop=True) / made.where(made > 0)).fillna(0.0).clip(0.0, 1.0)
    return share.rename(row="industry").reindex(industry=industries).fillna(0.0).drop_attrs()


def _after_first(limit: Array, factor: float) -> Array:
    """Scale what a cumulative limit grows by after the first phase."""
    first = limit.isel(phase=0, drop=True)
    out: Array = first + factor * (limit - first)
    return out.transpose(*limit.dims)


def under(data: PlanData, future: Future, exported: Array) -> PlanData:
    """Return a plan's data in a future; the least output asked for is not demanded there.

    What the factor ``coast`` does needs the moves of the first phase and is written into the programme's rows
    (`stochastic.stacked`).
    """
    f = future.factors
    used = 1.0 - exported * (1.0 - f["demand"])
    limit = data.limit
    if limit is not None:
        scaled = _after_first(limit, f["energy"])
        limit = scaled.where(limit["resource"] == ENERGY, limit).transpose(*limit.dims)
    return replace(
        data,
        host_growth=_after_first(data.host_growth, f["growth"]),
        industry_growth=_after_first(data.industry_growth, f["growth"]),
        gains={m: (a * used).transpose(*a.dims) for m, a in data.gains.items()},
        losses={m: a if m == "employment" else (a * used).transpose(*a.dims) for m, a in data.losses.items()},
        use=None if data.use is None else (data.use * used).transpose(*data.use.dims),
        limit=limit,
        minimum=0.0,
    )
