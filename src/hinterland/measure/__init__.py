"""What moved: how much, what, from where, to where, how?

Every function takes a `Study` and returns a `Result`; under each stands an array kernel, one equation each.
`RESULTS`
names them all for whoever wants everything: a function raises `StudyError` when the study lacks what it
needs (such as
historical phases), and the caller then reports that figure as missing.
"""

from collections.abc import Callable, Mapping

from hinterland.measure.history import historical_phases, history, history_by_class, shift_share_history
from hinterland.measure.location import location_quotient, quotient, symmetric
from hinterland.measure.shares import (
    change_of_share,
    host_share,
    host_share_by_industry,
    industry_share,
    share_change,
    share_change_in_money,
)
from hinterland.measure.shift_share import competitive_effect, mix_effect, national_effect, shift_share
from hinterland.measure.similarity import cosine, similarity
from hinterland.measure.structure import by_class, class_share, structure, structure_by_role
from hinterland.study import Result, Study

RESULTS: Mapping[str, Callable[[Study], Result]] = {
    "host_share": host_share,
    "host_share_by_industry": host_share_by_industry,
    "location_quotient": location_quotient,
    "share_change": share_change,
    "shift_share": shift_share,
    "structure": structure,
    "structure_by_role": structure_by_role,
    "similarity": similarity,
    "history": history,
    "history_by_class": history_by_class,
    "shift_share_history": shift_share_history,
}

__all__ = [
    "RESULTS",
    "by_class",
    "change_of_share",
    "class_share",
    "competitive_effect",
    "cosine",
    "historical_phases",
    "history",
    "history_by_class",
    "host_share",
    "host_share_by_industry",
    "industry_share",
    "location_quotient",
    "mix_effect",
    "national_effect",
    "quotient",
    "share_change",
    "share_change_in_money",
    "shift_share",
    "shift_share_history",
    "similarity",
    "structure",
    "structure_by_role",
    "symmetric",
]
