"""The paper's claims against the figures."""

from __future__ import annotations

from hinterland.report.chapters.frame import Block, Chapter
from hinterland.study import Text

CLAIMS = Chapter(
    "claims",
    Text("The paper's claims", "论文论断的检验"),
    Text("What do the figures say to what was claimed?", "数据如何回应已有论断？"),
    (
        Block(
            "claims",
            Text("Claims", "论断"),
            Text("It needs the table claims.", "需要论断表。"),
            table=False,
        ),
        Block(
            "pathway",
            Text("The plan against the pathway", "方案与论文路径对照"),
            Text("It needs the table claims and a plan.", "需要论断表和方案。"),
            table=False,
        ),
    ),
    step="claims",
)
