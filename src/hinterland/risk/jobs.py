"""Social risk by region: jobs lost and gained by skill, and how far employment is reshuffled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from hinterland.accounts import complete
from hinterland.plan import Plan
from hinterland.plan.assemble import number, option
from hinterland.risk.levels import figure, label
from hinterland.study import EMPTY, Result, Study, StudyError, Text


def lilien(before: npt.ArrayLike, after: npt.ArrayLike) -> float:
    r"""Dispersion of employment growth over industries, in log points.

    .. math:: \sigma = \Bigl[\sum_i \frac{n'_i}{\sum_k n'_k}
              \bigl(\Delta\ln n_i - \Delta\ln \textstyle\sum_k n_k\bigr)^2\Bigr]^{1/2}

    Parameters
    ----------
    before, after : array [industry]
        Employment, zero or more. An industry without jobs at either time has no growth rate and is left out.

    Returns
    -------
    float
        0 where all industries grow alike; NaN where no industry has jobs at both times.

    References
    ----------
    Lilien (1982), Journal of Political Economy 90(4), 777-793, there with the variance weighted by the
    current shares of employment.
    """
    n, m = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    there = (n > 0) & (m > 0)
    if not there.any():
        return float("nan")
    n, m = n[there], m[there]
    growth = np.log(m / n) - np.log(m.sum() / n.sum())
    return float(np.sqrt((m / m.sum()) @ growth**2))


def skilled_shares(study: Study) -> pd.Series[float]:
    """Return the share of skilled jobs by industry: its own, its factor class's, the general one.

    The last is the parameter `risk.skilled_share`; the others stand in the table
    ``[parameters.risk.skilled_share_by]`` of study.toml.

    Raises
    ------
    StudyError
        A code that the study does not know, or a share that is none.
    """
    general = number(study, "risk.skilled_share", 0, 1)
    special: Mapping[str, Any] = option(study, "risk.skilled_share_by") or {}
    known = {*study.industries, *study.factor_class}
    for code, share in special.items():
        if code not in known or isinstance(share, bool) or not 0 <= float(share) <= 1:
            raise StudyError(
                Text(
                    f"risk.skilled_share_by gives {share!r} for '{code}'.",
                    f"risk.skilled_share_by对“{code}”给出{share!r}。",
                ),
                Text(
                    "Give a share from 0 to 1 for an industry or factor class of the study.",
                    "请对研究中的产业或要素类别给出0至1的比例。",
                ),
            )
    classes = study.factor_class
    values = {i: float(special.get(i, special.get(classes[i], general))) for i in study.industries}
    return pd.Series(values, name="skilled")


def jobs_by_region(plan: Plan, total: xr.DataArray | None = None) -> Result:
    """Jobs that move by region and skill, and Lilien's dispersion of employment growth.

    Parameters
    ----------
    plan : Plan
    total : DataArray [region, industry], optional
        Change of employment with all that follows from the moves (of a simulated impact).

    Returns
    -------
    Result ``risk_jobs``
        region, jobs_lost and jobs_gained (of these skilled), jobs_exposed (in the industries that leave),
        exposed_share of the region's jobs, lilien, and jobs_change with suppliers and customers.

    Raises
    ------
    StudyError
        The study has no employment.
    """
    study, data = plan.study, plan.data
    if "employment" not in data.losses or "employment" not in data.gains:
        raise StudyError(
            Text(
                "Jobs by region are not known: the study has no employment.",
                "地区岗位未知：研究没有就业数据。",
            ),
            Text("Add the table employment.", "请补充employment表。"),
        )
    base = complete(study)["employment_base"].transpose("region", "industry")
    skilled = skilled_shares(study)
    lost = (plan.moves.sum("host") * data.losses["employment"]).to_series().rename("jobs")
    gained = (plan.moves.sum("origin") * data.gains["employment"]).to_series().rename("jobs")
    net = pd.DataFrame(0.0, index=list(study.regions), columns=list(study.industries))
    sums: dict[str, dict[str, tuple[float, float]]] = {"origin": {}, "host": {}}
    leaving = set(lost[lost > 0].index.get_level_values("industry"))
    for side, series, sign in (("origin", lost, -1.0), ("host", gained, 1.0)):
        for region, mine in series.groupby(side):
            by = mine.droplevel(side)
            net.loc[str(region), list(by.index)] += sign * by.to_numpy()
            sums[side][str(region)] = (float(by.sum()), float((by * skilled.reindex(by.index)).sum()))
    rows = []
    for region in study.regions:
        if region not in sums["origin"] and region not in sums["host"]:
            continue
        there = base.sel(region=region).to_series()
        after = there + net.loc[region].reindex(there.index).fillna(0.0)
        known = there.notna()
        mine = lost.xs(region, level="origin") if region in sums["origin"] else lost.iloc[:0]
        exposed = float(there.reindex([i for i in leaving if i in mine.index and mine[i] > 0]).sum())
        all_jobs = float(there.sum())
        change = float("nan")
        if total is not None and region in total["region"].values:
            change = float(total.sel(region=region).sum(skipna=False))
        rows.append(
            (
                region,
                *sums["origin"].get(region, (0.0, 0.0)),
                *sums["host"].get(region, (0.0, 0.0)),
                float(net.loc[region].sum()),
                change,
                exposed,
                exposed / all_jobs if all_jobs > 0 else float("nan"),
                lilien(there[known], after[known]),
            )
        )
    columns = [
        "region",
        "jobs_lost",
        "skilled_lost",
        "jobs_gained",
        "skilled_gained",
        "jobs_net",
        "jobs_change",
        "jobs_exposed",
        "exposed_share",
        "lilien",
    ]
    unit = data.units.get("employment", "")
    return Result(
        "risk_jobs",
        Text("Social risk: jobs by region and skill", "社会风险：分地区分技能岗位"),
        pd.DataFrame(rows, columns=columns),
        (
            label(study, "region", "region"),
            *(figure(plan, name, unit) for name in columns[1:8]),
            figure(plan, "exposed_share", kind="share"),
            figure(plan, "lilien", "log points"),
        ),
        Text(
            "Jobs moved = capacity moved x jobs per unit of output, at the origin and in the host; skilled "
            "ones by assumed shares (parameter risk.skilled_share, by factor class). Exposed: all jobs in "
            "the industries that leave. Dispersion: Lilien (1982), of the growth of employment over "
            "industries brought about by the moves alone.",
            "转移岗位＝转移产能×单位产出就业（转出地与承接地各自口径）；技能岗位按假设比例"
            "（参数risk.skilled_share，可分要素类别）。暴露岗位为转出产业的全部就业。"
            "离散度据Lilien（1982）：仅由转移引起的各产业就业增长的离散程度。",
        ),
        EMPTY
        if total is not None
        else Text(
            "Jobs with suppliers and customers need the simulated impact of the plan.",
            "含上下游的岗位变化需先模拟方案影响。",
        ),
    )
