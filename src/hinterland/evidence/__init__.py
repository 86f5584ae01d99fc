"""Would anyone else get the same figures? Evidence packs, and their proof."""

from hinterland.evidence.freezing import Frozen, freeze
from hinterland.evidence.verdict import EXIT_CODES, VERDICTS, Verification
from hinterland.evidence.verifying import verify

__all__ = ["EXIT_CODES", "VERDICTS", "Frozen", "Verification", "freeze", "verify"]
