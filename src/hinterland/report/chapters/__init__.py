"""The report's chapters, in the order of a planner's questions: one file a chapter."""

from hinterland.report.chapters.claims import CLAIMS
from hinterland.report.chapters.frame import Block, Chapter
from hinterland.report.chapters.hosting import HOSTING
from hinterland.report.chapters.impact import IMPACT
from hinterland.report.chapters.moved import MOVED
from hinterland.report.chapters.moving import MOVING
from hinterland.report.chapters.plan import PLAN
from hinterland.report.chapters.risk import RISK
from hinterland.report.chapters.upgrading import UPGRADING
from hinterland.report.chapters.wiring import WIRING

CHAPTERS: tuple[Chapter, ...] = (MOVED, MOVING, HOSTING, UPGRADING, WIRING, PLAN, IMPACT, RISK, CLAIMS)
"""The chapters between the summary and the data, which are made otherwise."""

__all__ = ["CHAPTERS", "Block", "Chapter"]
