"""What the plan would do."""

from __future__ import annotations

from hinterland.report import pictures, sentences
from hinterland.report.chapters import effects, further_effects
from hinterland.report.chapters.frame import PLANNED, Block, Chapter
from hinterland.report.views import Findings
from hinterland.study import Study, Text


def _says(study: Study, findings: Findings) -> list[Text]:
    return [*sentences.brings(study, findings), *effects.says(study, findings)]


IMPACT = Chapter(
    "impact",
    Text("What it would do", "会带来什么"),
    Text("What happens to output, value added, jobs and emissions?", "产出、增加值、就业和排放会怎样变化？"),
    (
        Block("impact_by_region", Text("By region", "分地区"), PLANNED, pictures.impact),
        Block("impact_by_industry", Text("By industry", "分产业"), PLANNED),
        Block(
            "impact_by_phase",
            Text("By phase", "分阶段"),
            PLANNED,
            open=True,
            draw=further_effects.impact_by_phase,
        ),
        Block(
            "impact_effects",
            Text("Direct, indirect, induced", "直接、间接与诱发效应"),
            PLANNED,
            effects.effects,
            optional=True,
        ),
        Block(
            "impact_losers",
            Text("Who loses", "谁受损"),
            PLANNED,
            optional=True,
            draw=further_effects.impact_losers,
        ),
    ),
    _says,
    "simulate",
)
