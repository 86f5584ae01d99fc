"""What could move, and who could host it?"""

from hinterland.potential.access import (
    demand_by_region,
    market_access,
    market_potential,
    supplier_access,
)
from hinterland.potential.capacity import capacity
from hinterland.potential.capital import (
    capital_stock,
    gradient_improved,
    improved_gradient,
    perpetual_inventory,
)
from hinterland.potential.drivers import driver_panel, driver_weights, gains
from hinterland.potential.gradient import gradient, gradient_coefficient, relative_productivity
from hinterland.potential.gradient_gap import gradient_gap
from hinterland.potential.index import closeness, critic_weights, entropy_weights, min_max, ranks
from hinterland.potential.labour import labour_costs, relative_cost, unit_labour_cost
from hinterland.potential.landed import landed_cost
from hinterland.potential.ledger import agglomeration_cost, tax_cost
from hinterland.potential.median import Median, p_median
from hinterland.potential.ppml import Fit, ppml, shapley
from hinterland.potential.siting import location
from hinterland.potential.weber import WeberPoint, material_index, transport_cost, weber_point

__all__ = [
    "Fit",
    "Median",
    "WeberPoint",
    "agglomeration_cost",
    "capacity",
    "capital_stock",
    "closeness",
    "critic_weights",
    "demand_by_region",
    "driver_panel",
    "driver_weights",
    "entropy_weights",
    "gains",
    "gradient",
    "gradient_coefficient",
    "gradient_gap",
    "gradient_improved",
    "improved_gradient",
    "labour_costs",
    "landed_cost",
    "location",
    "market_access",
    "market_potential",
    "material_index",
    "min_max",
    "p_median",
    "perpetual_inventory",
    "ppml",
    "ranks",
    "relative_cost",
    "relative_productivity",
    "shapley",
    "supplier_access",
    "tax_cost",
    "transport_cost",
    "unit_labour_cost",
    "weber_point",
]
