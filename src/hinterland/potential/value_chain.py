"""Where in the value chain do a region's industries sit, and how much of what they sell stays there?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hinterland.accounts import IOTable, complete, downstreamness, estimate_mrio, upstreamness
from hinterland.potential.complexity import Floats
from hinterland.potential.figures import label, traded, words
from hinterland.study import Column, Kind, Result, Status, Study, Text, combine

PLACES = ("upstream", "middle", "downstream")


def domestic_content(table: IOTable) -> tuple[Floats, Floats]:
    r"""Value added per unit of final demand for each industry of each region: of all regions, and its own.

    .. math:: D = v' L, \qquad O_{(s,j)} = \sum_i v_{si} L_{(s,i)(s,j)}

    Parameters
    ----------
    table : IOTable
        All regions of a country; imports are among the primary inputs, so that D falls short of 1 by them.

    Returns
    -------
    pair of arrays [n]
        Shares of the value of final demand; NaN where the region lacks the industry.

    References
    ----------
    Los, Timmer & de Vries (2016), American Economic Review 106; Miller & Blair (2009), section 6.2.
    """
    ratio = np.where(table.x > 0, np.nan_to_num(table.per_output("value_added")), 0.0)
    sectors = len(table.industries)
    own = np.empty(len(table.x))
    whole = np.zeros(len(table.x))
    for region in range(len(table.regions)):
        at = slice(region * sectors, (region + 1) * sectors)
        only = np.zeros(len(ratio))
        only[at] = ratio[at]
        part = table.solve_left(only)
        whole += part
        own[at] = part[at]
    made = table.x > 0
    return np.where(made, whole, np.nan), np.where(made, own, np.nan)


def chain_place(stages: Floats, weights: Floats, band: float) -> list[str]:
    """Place in the chain by upstreamness against the weighted mean; empty where unknown.

    Parameters
    ----------
    stages : array [n]
        Upstreamness.
    weights : array [n]
        Weights of the mean; zero for what is placed but not part of it.
    band : float
        Relative distance from the mean within which an industry is in the middle.
    """
    known = np.isfinite(stages) & (weights > 0)
    mean = float((stages[known] * weights[known]).sum() / weights[known].sum()) if known.any() else np.nan
    return [
        ""
        if not np.isfinite(value)
        else PLACES[0]
        if value > mean * (1 + band)
        else PLACES[2]
        if value < mean * (1 - band)
        else PLACES[1]
        for value in stages
    ]


def value_chain(study: Study, table: IOTable | None = None) -> tuple[Result, Result]:
    """Position in the chain and content of value added, by region and industry and by industry.

    Parameters
    ----------
    study : Study
    table : IOTable, optional
        The interregional table; estimated from the study without it.

    Returns
    -------
    Results ``value_chain`` (region, industry, upstreamness, downstreamness, chain_place, domestic_content,
    own_content, own_part: own over domestic) and ``value_chain_industries`` (industry, the same, weighted by
    output).

    Raises
    ------
    StudyError
        The study has no national table, or what the interregional one needs.
    """
    if table is None:
        table = estimate_mrio(complete(study))
    known = table.provenance
    there = {category for _, category in table.final}
    outward = [name for name in words(study, "potential.outward_categories") if name in there]
    up, down = upstreamness(table, outward), downstreamness(table)
    domestic, own = domestic_content(table)
    band = float(study.parameter("potential.chain_band"))
    travels = np.isin(np.array(table.industries, dtype=object), traded(study)).astype(float)
    places = chain_place(up, table.x * np.tile(travels, len(table.regions)), band)
    frame = pd.DataFrame(
        {
            "region": np.repeat(np.array(table.regions, dtype=object), len(table.industries)),
            "industry": np.tile(np.array(table.industries, dtype=object), len(table.regions)),
            "upstreamness": up,
            "downstreamness": down,
            "chain_place": places,
            "domestic_content": domestic,
            "own_content": own,
            "own_part": own / domestic,
        }
    )
    weighed = ["upstreamness", "downstreamness", "domestic_content", "own_content"]
    weights = pd.Series(table.x)
    total = weights.groupby(frame["industry"], sort=False).sum()
    means = frame[weighed].mul(weights, axis=0).groupby(frame["industry"], sort=False).sum(min_count=1)
    means = means.div(total.where(total > 0), axis=0).reindex(list(table.industries))
    by_industry = means.reset_index(names="industry")
    by_industry.insert(
        3,
        "chain_place",
        chain_place(means["upstreamness"].to_numpy(), total.reindex(means.index).to_numpy() * travels, band),
    )
    by_industry["own_part"] = by_industry["own_content"] / by_industry["domestic_content"]

    status: Status = combine(known.status, "estimated")

    def column(name: str, kind: Kind = "number", unit: str = "") -> Column:
        return Column(name, study.text("column", name), kind, unit, status, known.year, known.sources)

    figures = (
        column("upstreamness", unit="stages"),
        column("downstreamness", unit="stages"),
        column("chain_place", "code"),
        column("domestic_content", "share"),
        column("own_content", "share"),
        column("own_part", "share"),
    )
    used = [study.text("item", name) for name in outward]
    method = (
        Text(
            "Upstreamness: mean number of stages from output to final demand (Antras et al. 2012; "
            + (
                f"{', '.join(name.en for name in used)} are taken to be used as the rest is). "
                if used
                else "). "
            )
            + "Downstreamness: stages from primary inputs to output (Miller & Temurshoev 2017). Place: more "
            f"than {band:.0%} above the output-weighted mean of industries whose products travel is "
            "upstream, as much "
            "below it downstream. Domestic content: value added in "
            "the country per unit of final demand; own content: the part of it made in the region itself. ",
            "上游度为产出到最终需求的平均阶段数（Antras等，2012"
            + (f"；{'、'.join(name.zh for name in used)}视同其余用途）。" if used else "）。")
            + "下游度为初始投入到产出的平均阶段数（Miller和Temurshoev，2017）。高于产品可外运产业的产出加权均"
            "值"
            f"{band:.0%}以上为上游，低于同一幅度为下游。国内增加值含量为单位最终需求中的国内增加值，本地含量为其中"
            "由本地区创造的部分。",
        )
        + known.method
    )
    note = Text(
        "The interregional table is estimated with national technology: positions differ between regions by "
        "what "
        "they buy from whom, not by how they make it. A broad industry may hold both simple assembly and its "
        "parts. ",
        "地区间投入产出表采用全国技术系数估计：各地区位置的差异来自采购来源而非生产方式，大类产业内可能同时包含"
        "组装与零部件环节。",
    )
    return (
        Result(
            "value_chain",
            Text("Position in the value chain", "价值链位置"),
            frame,
            (label(study, "region", "region"), label(study, "industry", "industry"), *figures),
            method,
            note + table.remarks,
        ),
        Result(
            "value_chain_industries",
            Text("Position in the value chain by industry", "分产业价值链位置"),
            by_industry,
            (label(study, "industry", "industry"), *figures),
            method + Text(" Means over regions, weighted by output.", "按产出加权的地区均值。"),
            note,
        ),
    )
