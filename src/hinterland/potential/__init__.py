"""What could move, and who could host it?"""

from hinterland.potential.by_products import by_product_matches, match
from hinterland.potential.capacity import capacity
from hinterland.potential.capacity_tables import obstacle_degree
from hinterland.potential.chain_gaps import chain_gaps
from hinterland.potential.complementarity import (
    complementarity,
    resource_complementarity,
    structure_difference,
    trade_complementarity,
)
from hinterland.potential.constraint_ledger import ledger
from hinterland.potential.depth import depth_table
from hinterland.potential.disparity import disparity, theil, variation
from hinterland.potential.gradient import gradient, gradient_coefficient, relative_productivity
from hinterland.potential.index import closeness, critic_weights, entropy_weights, min_max, ranks
from hinterland.potential.positioning import positioning
from hinterland.potential.rank_draws import acceptability, concordance, draw_ranks, rank_interval
from hinterland.potential.resilience import relative_change, resilience
from hinterland.potential.screens import screens
from hinterland.potential.selection import industry_selection, priority_table
from hinterland.potential.supply import supply_table

__all__ = [
    "acceptability",
    "by_product_matches",
    "capacity",
    "chain_gaps",
    "closeness",
    "complementarity",
    "concordance",
    "critic_weights",
    "depth_table",
    "disparity",
    "draw_ranks",
    "entropy_weights",
    "gradient",
    "gradient_coefficient",
    "industry_selection",
    "ledger",
    "match",
    "min_max",
    "obstacle_degree",
    "positioning",
    "priority_table",
    "rank_interval",
    "ranks",
    "relative_change",
    "relative_productivity",
    "resilience",
    "resource_complementarity",
    "screens",
    "structure_difference",
    "supply_table",
    "theil",
    "trade_complementarity",
    "variation",
]
