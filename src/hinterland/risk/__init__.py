"""What could go wrong? A plan's risk families, stress tests, the scatter of its outcomes, the register."""

from hinterland.risk.assess import assess
from hinterland.risk.early import warnings
from hinterland.risk.environment import breach_probability, environment
from hinterland.risk.events import Mitigation, Stress, mitigations, stresses
from hinterland.risk.exposure import dependence
from hinterland.risk.fixed import FixedPlan, fixed_plan, stock_weights
from hinterland.risk.jobs import jobs_by_region, lilien
from hinterland.risk.lapse import lapses
from hinterland.risk.market import herfindahl, market
from hinterland.risk.policy import policy
from hinterland.risk.register import register
from hinterland.risk.regret import regret
from hinterland.risk.sobol import sobol_indices
from hinterland.risk.social import social, social_by_industry
from hinterland.risk.stress import Bed, run_stresses
from hinterland.risk.technology import critical_inputs, import_content, technology
from hinterland.risk.uncertainty import indices, ranges, tornado

__all__ = [
    "Bed",
    "FixedPlan",
    "Mitigation",
    "Stress",
    "assess",
    "breach_probability",
    "critical_inputs",
    "dependence",
    "environment",
    "fixed_plan",
    "herfindahl",
    "import_content",
    "indices",
    "jobs_by_region",
    "lapses",
    "lilien",
    "market",
    "mitigations",
    "policy",
    "ranges",
    "register",
    "regret",
    "run_stresses",
    "sobol_indices",
    "social",
    "social_by_industry",
    "stock_weights",
    "stresses",
    "technology",
    "tornado",
    "warnings",
]
