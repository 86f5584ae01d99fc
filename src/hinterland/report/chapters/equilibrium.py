"""What is left of the plan's effects once wages, prices and trade have settled."""

from __future__ import annotations

import numpy as np

from hinterland import charts
from hinterland.charts import Chart, numbers
from hinterland.charts.words import listing
from hinterland.report.chapters import further_effects
from hinterland.report.chapters.frame import PLANNED, Block, Chapter, largest
from hinterland.report.pictures import TILES
from hinterland.report.views import Findings, usable
from hinterland.study import Study, Text

CLEAR = 0.95
"""Share of the draws that must agree for a gain or a loss to be called clear."""
LISTED = 5


def real_income(study: Study, findings: Findings) -> list[Chart]:
    """Return the change of real income by region as a map."""
    found = usable(findings, "equilibrium_by_region", "real_income_change")
    if found is None:
        return []
    return [
        charts.tile_map(
            study,
            found,
            "real_income_change",
            Text("Real income once wages and prices have settled", "工资与价格调整后的实际收入"),
            Text(
                "Map of the change of real income by region. The table below has the figures.",
                "各地区实际收入变化的方格地图。数据见下表。",
            ),
            chart="equilibrium-map",
            centre=0.0,
            note=TILES,
        )
    ]


def settles(study: Study, findings: Findings) -> list[Text]:
    """Say who gains and loses real income, and whether that hangs on the elasticities."""
    found = usable(findings, "equilibrium_by_region", "real_income_change")
    if found is None:
        return []
    gain = found.frame.set_index("region")["real_income_change"]
    out = []
    for chosen, said in (
        (
            gain[gain > 0].sort_values(ascending=False, kind="stable"),
            Text(
                "Once wages, prices and trade have settled, real income rises most in {who}.",
                "工资、价格与贸易调整到位后，实际收入增幅最大的是{who}。",
            ),
        ),
        (
            gain[gain < 0].sort_values(kind="stable"),
            Text("It falls most in {who}.", "降幅最大的是{who}。"),
        ),
    ):
        top = chosen.head(LISTED)
        if len(top):
            places = numbers.share_places(top.tolist())
            named = [
                Text("{r} ({v})", "{r}（{v}）").format(
                    r=study.text("region", region), v=numbers.signed(numbers.percent(value, places))
                )
                for region, value in top.items()
            ]
            out.append(said.format(who=listing(named)))
    spread = usable(findings, "equilibrium_interval", "gains_share")
    if spread is not None:
        agree = spread.frame["gains_share"].to_numpy(dtype=float)
        clear = int(np.sum((agree >= CLEAR) | (agree <= 1 - CLEAR)))
        out.append(
            Text(
                "In {a} of {b} regions the sign is the same in at least {c} of the draws of the trade"
                " elasticities.",
                "在{b}个地区中，有{a}个地区的变化方向在至少{c}的贸易弹性抽样中一致。",
            ).format(a=clear, b=len(agree), c=numbers.percent(CLEAR, 0))
        )
    if usable(findings, "equilibrium_moved", "output_change") is not None:
        out.append(
            Text(
                "Capacity is set so that origins and hosts lose and gain in equilibrium just the output that"
                " the plan moves; what other regions and industries then do is the model's answer.",
                "产能设定为使转出地与承接地在均衡中恰好减少和增加方案所转移的产出；其他地区与产业的反应由模型给出。",
            )
        )
    return out


EQUILIBRIUM = Chapter(
    "equilibrium",
    Text("When wages and prices have settled", "工资与价格调整之后"),
    Text(
        "Who is better off once wages, prices and trade have reacted?",
        "工资、价格与贸易作出反应之后，谁的境况更好？",
    ),
    (
        Block(
            "equilibrium_by_region",
            Text("By region", "分地区"),
            PLANNED,
            real_income,
            largest("real_income_change"),
        ),
        Block(
            "equilibrium_by_industry",
            Text("By industry", "分产业"),
            PLANNED,
            draw=further_effects.equilibrium_by_industry,
        ),
        Block(
            "equilibrium_interval",
            Text("How sure is that?", "把握有多大"),
            PLANNED,
            further_effects.equilibrium_interval,
            largest("real_income_change"),
        ),
        Block(
            "equilibrium_moved",
            Text("What comes of the output moved", "转移产出的实现"),
            PLANNED,
            optional=True,
            listed=True,
        ),
        Block(
            "trade_elasticities",
            Text("Trade elasticities", "贸易弹性"),
            PLANNED,
            draw=further_effects.trade_elasticities,
        ),
    ),
    settles,
    "simulate",
)
