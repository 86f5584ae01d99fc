"""What would happen if it moved?"""

from hinterland.simulate.impact import impact
from hinterland.simulate.outcome import Outcome

__all__ = ["Outcome", "impact"]
