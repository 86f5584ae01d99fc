"""What happens when capacity fails: the daily adaptive regional input-output model, many runs at once."""

from hinterland.simulate.disruption.model import disruption, disruptions, refuse_collapse, sound
from hinterland.simulate.disruption.parameters import Parameters, draw, parameters
from hinterland.simulate.disruption.run import Run, run
from hinterland.simulate.disruption.shocks import Damage, Loss, Shock, loss, still_lost
from hinterland.simulate.disruption.system import System, system
from hinterland.simulate.disruption.tables import recovery_day

__all__ = [
    "Damage",
    "Loss",
    "Parameters",
    "Run",
    "Shock",
    "System",
    "disruption",
    "disruptions",
    "draw",
    "loss",
    "parameters",
    "recovery_day",
    "refuse_collapse",
    "run",
    "sound",
    "still_lost",
    "system",
]
