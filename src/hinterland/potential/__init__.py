"""What could move, and who could host it?"""

from hinterland.potential import upgrading
from hinterland.potential.access import demand_by_region, market_access, market_potential, supplier_access
from hinterland.potential.by_products import by_product_matches, match
from hinterland.potential.capacity import capacity
from hinterland.potential.capacity_tables import obstacle_degree
from hinterland.potential.capital import (
    capital_stock,
    gradient_improved,
    improved_gradient,
    perpetual_inventory,
)
from hinterland.potential.chain_gaps import chain_gaps
from hinterland.potential.complementarity import (
    complementarity,
    resource_complementarity,
    structure_difference,
    trade_complementarity,
)
from hinterland.potential.complexity import (
    Complexity,
    Spectrum,
    comparative_advantage,
    complexity_of,
    outlook,
    presence,
    proximity,
    relatedness_density,
    spectrum,
)
from hinterland.potential.constraint_ledger import ledger
from hinterland.potential.cost_ledger import agglomeration_cost, tax_cost
from hinterland.potential.depth import depth_table
from hinterland.potential.disparity import disparity, theil, variation
from hinterland.potential.drivers import driver_panel, driver_weights, gains
from hinterland.potential.fitness import Fitness, fitness
from hinterland.potential.flying_geese import flying_geese
from hinterland.potential.gradient import gradient, gradient_coefficient, relative_productivity
from hinterland.potential.gradient_gap import gradient_gap
from hinterland.potential.index import closeness, critic_weights, entropy_weights, min_max, ranks
from hinterland.potential.labour import labour_costs, relative_cost, unit_labour_cost
from hinterland.potential.landed import landed_cost
from hinterland.potential.lifecycle import life_cycle, logistic_saturation, substitution_trend
from hinterland.potential.median import Median, p_median
from hinterland.potential.positioning import positioning
from hinterland.potential.ppml import Fit, ppml, shapley
from hinterland.potential.rank_draws import acceptability, concordance, draw_ranks, rank_interval
from hinterland.potential.relatedness import complexity, relatedness
from hinterland.potential.resilience import relative_change, resilience
from hinterland.potential.screens import screens
from hinterland.potential.selection import industry_selection, priority_table
from hinterland.potential.siting import location
from hinterland.potential.supply import supply_table
from hinterland.potential.upgrading import upgrading_effects, upgrading_mediation, upgrading_spatial
from hinterland.potential.value_chain import domestic_content, value_chain
from hinterland.potential.weber import WeberPoint, material_index, transport_cost, weber_point

__all__ = [
    "Complexity",
    "Fit",
    "Fitness",
    "Median",
    "Spectrum",
    "WeberPoint",
    "acceptability",
    "agglomeration_cost",
    "by_product_matches",
    "capacity",
    "capital_stock",
    "chain_gaps",
    "closeness",
    "comparative_advantage",
    "complementarity",
    "complexity",
    "complexity_of",
    "concordance",
    "critic_weights",
    "demand_by_region",
    "depth_table",
    "disparity",
    "domestic_content",
    "draw_ranks",
    "driver_panel",
    "driver_weights",
    "entropy_weights",
    "fitness",
    "flying_geese",
    "gains",
    "gradient",
    "gradient_coefficient",
    "gradient_gap",
    "gradient_improved",
    "improved_gradient",
    "industry_selection",
    "labour_costs",
    "landed_cost",
    "ledger",
    "life_cycle",
    "location",
    "logistic_saturation",
    "market_access",
    "market_potential",
    "match",
    "material_index",
    "min_max",
    "obstacle_degree",
    "outlook",
    "p_median",
    "perpetual_inventory",
    "positioning",
    "ppml",
    "presence",
    "priority_table",
    "proximity",
    "rank_interval",
    "ranks",
    "relatedness",
    "relatedness_density",
    "relative_change",
    "relative_cost",
    "relative_productivity",
    "resilience",
    "resource_complementarity",
    "screens",
    "shapley",
    "spectrum",
    "structure_difference",
    "substitution_trend",
    "supplier_access",
    "supply_table",
    "tax_cost",
    "theil",
    "trade_complementarity",
    "transport_cost",
    "unit_labour_cost",
    "upgrading",
    "upgrading_effects",
    "upgrading_mediation",
    "upgrading_spatial",
    "value_chain",
    "variation",
    "weber_point",
]
