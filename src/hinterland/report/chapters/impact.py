"""What the plan would do."""

from __future__ import annotations

from hinterland.report import pictures, sentences
from hinterland.report.chapters.frame import PLANNED, Block, Chapter
from hinterland.study import Text

IMPACT = Chapter(
    "impact",
    Text("What it would do", "会带来什么"),
    Text("What happens to output, value added, jobs and emissions?", "产出、增加值、就业和排放会怎样变化？"),
    (
        Block("impact_by_region", Text("By region", "分地区"), PLANNED, pictures.impact),
        Block("impact_by_industry", Text("By industry", "分产业"), PLANNED),
        Block("impact_by_phase", Text("By phase", "分阶段"), PLANNED, open=True),
    ),
    sentences.brings,
    "simulate",
)
