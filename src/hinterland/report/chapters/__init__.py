"""The report's chapters, in the order of a planner's questions: one file a chapter."""

from hinterland.report.chapters.causes import CAUSES
from hinterland.report.chapters.chain_links import CHAIN_LINKS
from hinterland.report.chapters.choice import CHOICE
from hinterland.report.chapters.claims import CLAIMS
from hinterland.report.chapters.division import DIVISION
from hinterland.report.chapters.drivers import DRIVERS
from hinterland.report.chapters.equilibrium import EQUILIBRIUM
from hinterland.report.chapters.frame import Block, Chapter
from hinterland.report.chapters.hosting import HOSTING
from hinterland.report.chapters.impact import IMPACT
from hinterland.report.chapters.kept import KEPT
from hinterland.report.chapters.monitoring import MONITORING
from hinterland.report.chapters.moved import MOVED
from hinterland.report.chapters.moving import MOVING
from hinterland.report.chapters.past import PAST
from hinterland.report.chapters.plan import PLAN
from hinterland.report.chapters.risk import RISK
from hinterland.report.chapters.role import ROLE
from hinterland.report.chapters.safeguards import SAFEGUARDS
from hinterland.report.chapters.security import SECURITY
from hinterland.report.chapters.selection import SELECTION
from hinterland.report.chapters.structure import STRUCTURE
from hinterland.report.chapters.upgrading import UPGRADING
from hinterland.report.chapters.whom import WHOM
from hinterland.report.chapters.wiring import WIRING

CHAPTERS: tuple[Chapter, ...] = (
    MOVED,
    WHOM,
    STRUCTURE,
    PAST,
    MOVING,
    DRIVERS,
    HOSTING,
    CHAIN_LINKS,
    ROLE,
    UPGRADING,
    SELECTION,
    WIRING,
    CAUSES,
    PLAN,
    CHOICE,
    DIVISION,
    IMPACT,
    EQUILIBRIUM,
    KEPT,
    SECURITY,
    RISK,
    SAFEGUARDS,
    MONITORING,
    CLAIMS,
)
"""The chapters between the summary and the data, which are made otherwise."""

__all__ = ["CHAPTERS", "Block", "Chapter"]
