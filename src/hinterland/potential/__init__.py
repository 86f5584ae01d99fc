"""What could move, and who could host it?"""

from hinterland.potential import upgrading
from hinterland.potential.capacity import capacity
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
from hinterland.potential.fitness import Fitness, fitness
from hinterland.potential.flying_geese import flying_geese
from hinterland.potential.gradient import gradient, gradient_coefficient, relative_productivity
from hinterland.potential.index import closeness, critic_weights, entropy_weights, min_max, ranks
from hinterland.potential.lifecycle import life_cycle, logistic_saturation, substitution_trend
from hinterland.potential.relatedness import complexity, relatedness
from hinterland.potential.upgrading import upgrading_effects, upgrading_mediation, upgrading_spatial
from hinterland.potential.value_chain import domestic_content, value_chain

__all__ = [
    "Complexity",
    "Fitness",
    "Spectrum",
    "capacity",
    "closeness",
    "comparative_advantage",
    "complexity",
    "complexity_of",
    "critic_weights",
    "domestic_content",
    "entropy_weights",
    "fitness",
    "flying_geese",
    "gradient",
    "gradient_coefficient",
    "life_cycle",
    "logistic_saturation",
    "min_max",
    "outlook",
    "presence",
    "proximity",
    "ranks",
    "relatedness",
    "relatedness_density",
    "relative_productivity",
    "spectrum",
    "substitution_trend",
    "upgrading",
    "upgrading_effects",
    "upgrading_mediation",
    "upgrading_spatial",
    "value_chain",
]
