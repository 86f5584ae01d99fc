"""What could move, and who could host it?"""

from hinterland.potential.capacity import capacity
from hinterland.potential.capital import (
    capital_stock,
    gradient_improved,
    improved_gradient,
    perpetual_inventory,
)
from hinterland.potential.gradient import gradient, gradient_coefficient, relative_productivity
from hinterland.potential.gradient_gap import gradient_gap
from hinterland.potential.index import closeness, critic_weights, entropy_weights, min_max, ranks

__all__ = [
    "capacity",
    "capital_stock",
    "closeness",
    "critic_weights",
    "entropy_weights",
    "gradient",
    "gradient_coefficient",
    "gradient_gap",
    "gradient_improved",
    "improved_gradient",
    "min_max",
    "perpetual_inventory",
    "ranks",
    "relative_productivity",
]
