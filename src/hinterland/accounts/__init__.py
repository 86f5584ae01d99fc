"""How is the economy wired?"""

from hinterland.accounts.balance import Balanced, BalanceError, ras
from hinterland.accounts.derive import DERIVED, complete, derived_data
from hinterland.accounts.output import national_output, reconcile
from hinterland.accounts.resources import resource_limits

__all__ = [
    "DERIVED",
    "BalanceError",
    "Balanced",
    "complete",
    "derived_data",
    "national_output",
    "ras",
    "reconcile",
    "resource_limits",
]
