"""Technological risk: how much the industries that move lean on imported inputs."""

from __future__ import annotations

import pandas as pd

from hinterland.plan import Plan
from hinterland.risk.levels import figure, label, thresholds
from hinterland.study import Column, Result, Text


def technology(plan: Plan) -> Result:
    r"""Import dependence :math:`\sum_j Z^m_{ji} / \sum_j (Z^d_{ji}+Z^m_{ji})` of every industry that moves.

    From the national table of the base year: the nation's dependence, as no region's own is known.
    """
    study = plan.study
    domestic = study["io_domestic"].sum("row", skipna=False)
    imported = study["io_imported"].sum("row", skipna=False)
    inputs = domestic + imported
    share = (imported / inputs.where(inputs > 0)).to_series()
    moved = plan.moves.sum(["origin", "host"]).to_series().rename("output")
    frame = moved[moved > 0].reset_index()
    frame["import_dependence"] = frame["industry"].map(share).astype(float)
    limit = thresholds(study, "imports")
    frame["threshold"] = limit.high
    frame["level"] = limit.levels(frame["import_dependence"])
    known = study.provenance["io_imported"]
    return Result(
        "risk_technology",
        Text("Technological risk: imported inputs of what moves", "技术风险：转移产业的进口投入依赖"),
        pd.DataFrame(frame),
        (
            label(study, "industry", "industry"),
            figure(plan, "output", plan.data.units.get("output", "")),
            Column(
                "import_dependence",
                study.text("column", "import_dependence"),
                "share",
                "",
                known.status,
                known.year,
                known.sources,
            ),
            figure(plan, "threshold", kind="share", status="assumption"),
            label(study, "level", "code"),
        ),
        Text(
            "Imported share of intermediate inputs in the national table of the base year.",
            "基准年全国投入产出表中间投入的进口份额。",
        ),
    )
