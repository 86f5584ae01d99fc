"""Does receiving industries upgrade a region, by which channel, and at whose expense? (升级机制)."""

from hinterland.potential.upgrading.effects import Effect, fixed_effects, wild_bootstrap_p, within
from hinterland.potential.upgrading.mediation import Mediation, mediate
from hinterland.potential.upgrading.panel import Panel, build, relative_net_flow, share_received
from hinterland.potential.upgrading.spatial import Durbin, durbin, impacts, spatial_weights
from hinterland.potential.upgrading.tables import (
    upgrading_effects,
    upgrading_mediation,
    upgrading_spatial,
)

__all__ = [
    "Durbin",
    "Effect",
    "Mediation",
    "Panel",
    "build",
    "durbin",
    "fixed_effects",
    "impacts",
    "mediate",
    "relative_net_flow",
    "share_received",
    "spatial_weights",
    "upgrading_effects",
    "upgrading_mediation",
    "upgrading_spatial",
    "wild_bootstrap_p",
    "within",
]
