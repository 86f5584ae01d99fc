"""What could move, and who could host it?"""

from hinterland.potential.capacity import capacity
from hinterland.potential.capacity_tables import obstacle_degree
from hinterland.potential.gradient import gradient, gradient_coefficient, relative_productivity
from hinterland.potential.index import closeness, critic_weights, entropy_weights, min_max, ranks
from hinterland.potential.rank_draws import acceptability, concordance, draw_ranks, rank_interval

__all__ = [
    "acceptability",
    "capacity",
    "closeness",
    "concordance",
    "critic_weights",
    "draw_ranks",
    "entropy_weights",
    "gradient",
    "gradient_coefficient",
    "min_max",
    "obstacle_degree",
    "rank_interval",
    "ranks",
    "relative_productivity",
]
