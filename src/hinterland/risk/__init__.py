"""What could go wrong? The risk families of a plan and the register."""

from hinterland.risk.assess import assess
from hinterland.risk.environment import breach_probability, environment
from hinterland.risk.market import herfindahl, market
from hinterland.risk.policy import policy
from hinterland.risk.register import register
from hinterland.risk.social import social, social_by_industry
from hinterland.risk.technology import technology

__all__ = [
    "assess",
    "breach_probability",
    "environment",
    "herfindahl",
    "market",
    "policy",
    "register",
    "social",
    "social_by_industry",
    "technology",
]
