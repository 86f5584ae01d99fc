"""What could move, and who could host it?"""

from hinterland.potential.capacity import capacity
from hinterland.potential.gradient import gradient, gradient_coefficient, relative_productivity
from hinterland.potential.index import closeness, critic_weights, entropy_weights, min_max, ranks

__all__ = [
    "capacity",
    "closeness",
    "critic_weights",
    "entropy_weights",
    "gradient",
    "gradient_coefficient",
    "min_max",
    "ranks",
    "relative_productivity",
]
