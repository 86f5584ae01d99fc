"""What a table says about linkages: multipliers and trade between regions, as tables of results."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hinterland.accounts.table import IOTable
from hinterland.study import Column, Result, Text

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
