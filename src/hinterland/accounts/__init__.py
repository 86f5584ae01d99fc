"""How is the economy wired?"""

from hinterland.accounts.balance import Balanced, BalanceError, ras
from hinterland.accounts.derive import DERIVED, complete, derived_data
from hinterland.accounts.linkages import interregional_trade, multipliers
from hinterland.accounts.mrio import estimate_mrio
from hinterland.accounts.output import national_output, reconcile
from hinterland.accounts.resources import resource_limits
from hinterland.accounts.table import IOTable, Satellite

__all__ = [
    "DERIVED",
    "BalanceError",
    "Balanced",
    "IOTable",
    "Satellite",
    "complete",
    "derived_data",
    "estimate_mrio",
    "interregional_trade",
    "multipliers",
    "national_output",
    "ras",
    "reconcile",
    "resource_limits",
]
