"""What a table says about linkages: multipliers, key sectors and trade between regions, as tables of
results."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.accounts.checks import refuse
from hinterland.accounts.stressors import content_by_origin
from hinterland.accounts.supply import supply_multipliers
from hinterland.accounts.table import IOTable
from hinterland.study import Column, Result, Text

Array = npt.NDArray[np.float64]
Forward = Literal["leontief", "ghosh"]

_KINDS = (
    ("output", Text("Output multiplier", "产出乘数")),
    ("value_added", Text("Value added multiplier", "增加值乘数")),
    ("employment", Text("Employment multiplier", "就业乘数")),
    ("co2", Text("CO2 multiplier", "碳排放乘数")),
)


def multipliers(table: IOTable) -> Result:
    """Type I multipliers of every region's industries.

    Columns: region, industry, output_multiplier, value_added_multiplier (per unit of final demand),
    employment_multiplier, co2_multiplier (units of labour and carbon per unit of money); NaN where the
    region lacks the industry or the table lacks the account.
    """
    count = len(table.x)
    frame = pd.DataFrame(
        {
            "region": np.repeat(table.regions, len(table.industries)),
            "industry": np.tile(table.industries, len(table.regions)),
        }
    )
    known = table.provenance
    columns = [
        Column("region", Text("Region", "地区"), "region"),
        Column("industry", Text("Industry", "产业"), "industry"),
    ]
    lacking = []
    for kind, label in _KINDS:
        there = kind in ("output", "value_added") or kind in table.satellites
        values = table.multipliers(kind).to_numpy().ravel() if there else np.full(count, np.nan)
        frame[f"{kind}_multiplier"] = values
        if not there:
            lacking.append(kind)
        unit = f"{table.satellites[kind].unit} / {table.unit}" if kind in table.satellites else "1"
        columns.append(
            Column(f"{kind}_multiplier", label, "number", unit, known.status, known.year, known.sources)
        )
    return Result(
        "multipliers",
        Text("Multipliers", "投入产出乘数"),
        frame,
        tuple(columns),
        Text(
            "Type I: m' = c'(I - A)^-1, the total in all regions per unit of final demand for the "
            "industry of the region (Miller & Blair 2009, section 6.2). " + known.method.en,
            "第一类乘数：m' = c'(I - A)^-1，即对某地区某产业单位最终需求在全部地区引致的总量。"
            + known.method.zh,
        ),
        Text(f"Not known: {', '.join(lacking)}.", f"未知：{'、'.join(lacking)}。")
        if lacking
        else Text("", ""),
    )


def local_multipliers(table: IOTable) -> Array:
    r"""What of the output multiplier stays in the region, :math:`\sum_{i \in r} l_{ij}` for j in r.

    Returns
    -------
    array [n]
        Output of the region's own industries per unit of final demand for its product, at most the output
        multiplier; NaN where there is no output.

    References
    ----------
    Miller & Blair (2009), section 6.3 (intraregional effects).
    """
    made = table.x > 0
    regions = len(table.regions)
    content = content_by_origin(
        made.astype(float)[None, :], regions, lambda own: table.factor.solve(own, left=True).values
    )
    kept: Array = np.where(made, np.einsum("rsrk->rsk", content).ravel(), np.nan)
    return kept


def dispersion(table: IOTable, forward: str = "leontief") -> tuple[Array, Array]:
    r"""Rasmussen's power and sensitivity of dispersion [n] each, over the industries that have output.

    .. math:: U_j = \frac{\sum_i l_{ij}}{\frac1n \sum_{ij} l_{ij}}, \qquad
              U_i = \frac{\sum_j l_{ij}}{\frac1n \sum_{ij} l_{ij}}

    Parameters
    ----------
    table : IOTable
    forward : "leontief" or "ghosh"
        Inverse whose row sums give the sensitivity: Rasmussen's own, or the Ghosh inverse, whose row sums do
        not presume that all final demands rise alike (Beyers 1976; Jones 1976).

    Returns
    -------
    pair of arrays [n]
        Means are 1 over the industries with output; NaN elsewhere.

    References
    ----------
    Rasmussen (1957), Studies in Inter-Sectoral Relations; Miller & Blair (2009), section 12.2.
    """
    if forward not in get_args(Forward):
        raise refuse(
            Text("There is no forward measure '{given}'.", "没有“{given}”这种前向测度。"),
            Text("Choose from: {known}.", "可选：{known}。"),
            given=forward,
            known=", ".join(get_args(Forward)),
        )
    made = table.x > 0
    one = np.where(made, 1.0, 0.0)
    backward = np.where(made, table.solve_left(one), np.nan)
    ahead = np.where(made, table.solve(one), np.nan) if forward == "leontief" else supply_multipliers(table)
    if not made.any():
        return backward, ahead
    power: Array = backward / np.nanmean(backward)
    sensitivity: Array = ahead / np.nanmean(ahead)
    return power, sensitivity


def key_sectors(table: IOTable, forward: str = "leontief") -> Result:
    r"""Hirschman's direct and total linkages, Rasmussen's dispersions, and the key sectors.

    Columns: region, industry, direct_backward (:math:`\sum_i a_{ij}`), direct_forward (:math:`\sum_j b_{ij}`,
    shares of output sold to industries), total_backward (column sum of L), total_forward (row sum of the
    Ghosh
    inverse), power and sensitivity of dispersion (`dispersion`), linkage_class: "key" (both above 1),
    "backward", "forward" or "weak"; empty and NaN where there is no output.

    References
    ----------
    Hirschman (1958), The Strategy of Economic Development; Chenery & Watanabe (1958), Econometrica 26;
    Rasmussen (1957); Miller & Blair (2009), section 12.2 and table 12.1 (classes).
    """
    made = table.x > 0
    nan = np.full(len(made), np.nan)
    power, sensitivity = dispersion(table, forward)
    strong, ahead = power > 1, sensitivity > 1
    kind = np.select(
        [~made, strong & ahead, strong, ahead], ["", "key", "backward", "forward"], default="weak"
    ).astype(object)
    values = {
        "direct_backward": np.divide(table.Z.sum(0), table.x, out=nan.copy(), where=made),
        "direct_forward": np.divide(table.Z.sum(1), table.x, out=nan.copy(), where=made),
        "total_backward": np.where(made, table.solve_left(made.astype(float)), np.nan),
        "total_forward": supply_multipliers(table),
        "power_of_dispersion": power,
        "sensitivity_of_dispersion": sensitivity,
    }
    words = (
        Text("Direct backward linkage", "直接后向联系"),
        Text("Direct forward linkage", "直接前向联系"),
        Text("Total backward linkage", "完全后向联系"),
        Text("Total forward linkage (Ghosh)", "完全前向联系（Ghosh）"),
        Text("Power of dispersion", "影响力系数"),
        Text("Sensitivity of dispersion", "感应度系数"),
    )
    known = table.provenance
    frame = pd.DataFrame(
        {
            "region": np.repeat(np.array(table.regions, dtype=object), len(table.industries)),
            "industry": np.tile(np.array(table.industries, dtype=object), len(table.regions)),
            **values,
            "linkage_class": kind,
        }
    )
    return Result(
        "key_sectors",
        Text("Linkages and key sectors", "产业关联与关键部门"),
        frame,
        (
            Column("region", Text("Region", "地区"), "region"),
            Column("industry", Text("Industry", "产业"), "industry"),
            *(
                Column(name, word, "number", "1", known.status, known.year, known.sources)
                for name, word in zip(values, words, strict=True)
            ),
            Column("linkage_class", Text("Class", "类别"), "code"),
        ),
        Text(
            "Power of dispersion: column sum of (I - A)^-1 over its mean; sensitivity: row sum of "
            + ("the same" if forward == "leontief" else "the Ghosh inverse")
            + " over its mean (Rasmussen 1957); key sectors have both above 1 (Miller & Blair 2009, "
            "section 12.2). ",
            "影响力系数：(I - A)^-1列和与其均值之比；感应度系数："
            + ("同一矩阵" if forward == "leontief" else "Ghosh逆矩阵")
            + "行和与其均值之比（Rasmussen 1957）；两者均大于1者为关键部门（Miller & Blair 2009，12.2节）。",
        )
        + known.method,
        table.remarks,
    )


def interregional_trade(table: IOTable) -> Result:
    """Deliveries from region to region, all industries together; own deliveries included, exports abroad not.

    Columns: region, region_to, flow (money).
    """
    flow = table.trade.sum(0)
    known = table.provenance
    frame = pd.DataFrame(
        {
            "region": np.repeat(table.regions, len(table.regions)),
            "region_to": np.tile(table.regions, len(table.regions)),
            "flow": flow.ravel(),
        }
    )
    return Result(
        "interregional_trade",
        Text("Trade between regions", "地区间贸易"),
        frame,
        (
            Column("region", Text("From", "输出地"), "region"),
            Column("region_to", Text("To", "输入地"), "region"),
            Column(
                "flow",
                Text("Deliveries", "流量"),
                "number",
                table.unit,
                known.status,
                known.year,
                known.sources,
            ),
        ),
        known.method,
        Text(
            "Within a region: deliveries to itself. Exports abroad are left out.",
            "同一地区为内部供应；不含出口国外。",
        ),
    )
