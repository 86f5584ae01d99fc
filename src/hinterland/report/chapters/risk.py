"""What could go wrong."""

from __future__ import annotations

from hinterland.report import sentences
from hinterland.report.chapters.frame import PLANNED, Block, Chapter
from hinterland.study import Text

RISK = Chapter(
    "risk",
    Text("Risks", "风险"),
    Text("What could go wrong, and what would help?", "可能出什么问题，如何应对？"),
    (
        Block("risk_register", Text("Risk register", "风险登记"), PLANNED, open=True),
        Block("risk_market", Text("Market", "市场"), PLANNED, optional=True),
        Block("risk_social", Text("Social", "社会"), PLANNED, optional=True),
        Block("risk_environment", Text("Environment", "环境"), PLANNED, optional=True),
        Block("risk_technology", Text("Technology", "技术"), PLANNED, optional=True),
        Block("risk_policy", Text("Policy", "政策"), PLANNED, optional=True),
    ),
    sentences.risks,
    "risk",
)
