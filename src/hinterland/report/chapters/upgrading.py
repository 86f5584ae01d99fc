"""How receiving industries upgrades a region."""

from __future__ import annotations

from hinterland.report import mechanism
from hinterland.report.chapters import further
from hinterland.report.chapters.frame import Block, Chapter
from hinterland.study import Text

_PANEL = Text(
    "It needs the table upgrading, gross output of four years and the indicators that the table names, for "
    "ten "
    "regions or more.",
    "需要upgrading表、四个年份的总产出及该表所列指标，且地区不少于十个。",
)

UPGRADING = Chapter(
    "upgrading",
    Text("How it upgrades a region", "如何带动升级"),
    Text(
        "Do regions that receive industries upgrade, by which channel, and at whose expense?",
        "承接转移的地区是否随之升级、通过何种渠道、对其他地区影响如何？",
    ),
    (
        Block(
            "upgrading_verdict",
            Text("What may be said", "可作的判断"),
            _PANEL,
            open=True,
            draw=further.upgrading_verdict,
        ),
        Block("upgrading_effects", Text("Estimates", "估计结果"), _PANEL, mechanism.effects),
        Block(
            "upgrading_spatial",
            Text("Here and next door", "本地与溢出效应"),
            _PANEL,
            draw=further.upgrading_spatial,
        ),
        Block(
            "upgrading_mediation",
            Text("Channels", "传导渠道"),
            _PANEL,
            draw=further.upgrading_mediation,
        ),
    ),
    mechanism.says,
    "potential",
)
