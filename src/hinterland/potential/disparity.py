"""How unequal are the regions? Variation and Theil index of output per head, within and between groups."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hinterland.potential.described import figure, label
from hinterland.potential.index import Floats
from hinterland.potential.indicators import ratio
from hinterland.study import Provenance, Result, Study, StudyError, Text


def theil(income: Floats, people: Floats, groups: Floats) -> tuple[float, float, float]:
    r"""Theil's index of income per head, in all, between groups and within them.

    .. math:: T = \sum_r s_r \ln\frac{s_r}{p_r}, \qquad
              T_B = \sum_g S_g \ln\frac{S_g}{P_g}, \qquad
              T_W = \sum_g S_g \sum_{r \in g} \frac{s_r}{S_g} \ln\frac{s_r / S_g}{p_r / P_g}

    Parameters
    ----------
    income, people : array [region]
        Shares :math:`s` of income and :math:`p` of people are taken over these; positive.
    groups : array [region]
        Group codes.

    Returns
    -------
    total, between, within; total = between + within.

    References
    ----------
    Theil (1967), Economics and Information Theory.
    """
    s, p = income / income.sum(), people / people.sum()
    total = float((s * np.log(s / p)).sum())
    between = 0.0
    for group in dict.fromkeys(groups.tolist()):
        mine = groups == group
        between += float(s[mine].sum() * np.log(s[mine].sum() / p[mine].sum()))
    return total, between, total - between


def variation(income: Floats, people: Floats) -> float:
    r"""Population-weighted coefficient of variation of income per head (Williamson 1965).

    .. math:: V_w = \frac{\sqrt{\sum_r p_r (y_r - \bar y)^2}}{\bar y}
    """
    share = people / people.sum()
    each, mean = income / people, income.sum() / people.sum()
    return float(np.sqrt((share * (each - mean) ** 2).sum()) / mean)


def disparity(study: Study) -> Result:
    """Disparity of output per head over the years, between and within the groups of regions.

    The indicators are named by ``potential.income`` and ``potential.people``.

    Returns
    -------
    Result ``disparity``: year, variation, theil, theil_between, theil_within, between_share, host_level
    (the hosts' income per head over that of all).

    Raises
    ------
    StudyError
        The parameters name no indicators, or no year has both for all regions.
    """
    names = [str(study.parameter(f"potential.{name}") or "") for name in ("income", "people")]
    if not all(names) or "indicators" not in study:
        raise StudyError(
            Text("Disparity needs the indicators of income and people.", "测度差距需要收入与人口指标。"),
            Text(
                "Name them as potential.income and potential.people in study.toml.",
                "请在study.toml中以potential.income和potential.people指定。",
            ),
        )
    income, people = (ratio(study, name).reindex(region=list(study.regions)) for name in names)
    both = (income.notnull() & people.notnull() & (income > 0) & (people > 0)).all("region")
    years = [int(y) for y in both["year"].to_numpy() if bool(both.sel(year=y))]
    if not years:
        raise StudyError(
            Text(
                f"No year has {names[0]} and {names[1]} for all regions.",
                f"没有哪一年的{names[0]}和{names[1]}覆盖全部地区。",
            ),
            Text("Fill the table indicators.", "请补全indicators表。"),
        )
    groups = study.group.reindex(list(study.regions)).to_numpy()
    hosts = np.isin(study.regions, study.hosts)
    rows = []
    for year in years:
        y = np.asarray(income.sel(year=year).to_numpy(), dtype=float)
        n = np.asarray(people.sel(year=year).to_numpy(), dtype=float)
        total, between, within = theil(y, n, groups)
        level = (y[hosts].sum() / n[hosts].sum()) / (y.sum() / n.sum())
        rows.append(
            (year, variation(y, n), total, between, within, between / total if total > 0 else np.nan, level)
        )
    known = study.provenance["indicators"]
    stands = Provenance("estimated", "", f"{min(years)}-{max(years)}", known.sources)
    columns = ["year", "variation", "theil", "theil_between", "theil_within", "between_share", "host_level"]
    return Result(
        "disparity",
        Text("Disparity between regions", "地区差距"),
        pd.DataFrame(rows, columns=columns),
        (
            label(study, "year", "year"),
            *(figure(study, name, stands, "index") for name in columns[1:5]),
            figure(study, "between_share", stands, kind="share"),
            figure(study, "host_level", stands, "ratio"),
        ),
        Text(
            "Population-weighted coefficient of variation (Williamson 1965) and Theil index of {i} per head"
            " of {p}, split between and within groups of regions (Theil 1967).",
            "人均{i_zh}（按{p_zh}）的人口加权变异系数（Williamson，1965）与泰尔指数，并分解为区域板块之间与板块内部（Theil，1967）。",
        ).format(
            i=study.text("indicator", names[0]).en,
            p=study.text("indicator", names[1]).en,
            i_zh=study.text("indicator", names[0]).zh,
            p_zh=study.text("indicator", names[1]).zh,
        ),
    )
