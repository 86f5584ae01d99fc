"""How the economy is wired."""

from __future__ import annotations

from hinterland.report import pictures, sentences
from hinterland.report.chapters.frame import HOSTS, LARGEST, NATIONAL, Block, Chapter, hosts, largest
from hinterland.study import Text

WIRING = Chapter(
    "wiring",
    Text("How the economy is wired", "经济如何联结"),
    Text(
        "Who buys from whom, and how were the accounts made to agree?", "谁向谁购买？各套账户如何相互衔接？"
    ),
    (
        Block(
            "reconciliation",
            Text("Regional and national totals", "地区合计与全国总量"),
            NATIONAL,
            pictures.reconciliation,
        ),
        Block("mrio_convergence", Text("Balancing of the interregional table", "地区间表的平衡"), NATIONAL),
        Block(
            "interregional_trade",
            Text("Trade between regions", "地区间贸易"),
            NATIONAL,
            pictures.trade,
            largest("flow"),
            LARGEST,
        ),
        Block("multipliers", Text("Multipliers", "乘数"), NATIONAL, pictures.multipliers, hosts, HOSTS),
    ),
    sentences.wiring,
    "accounts",
)
