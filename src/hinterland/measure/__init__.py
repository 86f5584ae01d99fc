"""What moved: how much, what, from where, to where, how?

Every function takes a `Study` and returns a `Result`; under each stands an array kernel, one equation each.
`RESULTS`
names them all for whoever wants everything: a function raises `StudyError` when the study lacks what it
needs (such as
historical phases), and the caller then reports that figure as missing.

Who moved to whom stands apart, because one estimate makes several tables: `transfers`, with
`transfer_recovery` for what it is worth; `transfer_events` where moves were recorded; `transfer_demand`
between two input-output tables.
"""

from collections.abc import Callable, Mapping

from hinterland.measure.history import (
    historical_phases,
    history,
    history_by_class,
    past_phases,
    shift_share_history,
)
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
from hinterland.measure.transfer_bench import WORLDS, World, recover, simulate
from hinterland.measure.transfer_demand import (
    decompose_induced,
    induced_output,
    polar_average,
    transfer_demand,
)
from hinterland.measure.transfer_entropy import (
    cell_bounds,
    distance_prior,
    entropy_flows,
    losses_and_gains,
)
from hinterland.measure.transfer_events import transfer_events
from hinterland.measure.transfer_flows import Transfers, transfers
from hinterland.measure.transfer_recovery import transfer_recovery
from hinterland.measure.transfer_spread import Assumed, Estimate, estimate_flows
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
    "WORLDS",
    "Assumed",
    "Estimate",
    "Transfers",
    "World",
    "by_class",
    "cell_bounds",
    "change_of_share",
    "class_share",
    "competitive_effect",
    "cosine",
    "decompose_induced",
    "distance_prior",
    "entropy_flows",
    "estimate_flows",
    "historical_phases",
    "history",
    "history_by_class",
    "host_share",
    "host_share_by_industry",
    "induced_output",
    "industry_share",
    "location_quotient",
    "losses_and_gains",
    "mix_effect",
    "national_effect",
    "past_phases",
    "polar_average",
    "quotient",
    "recover",
    "share_change",
    "share_change_in_money",
    "shift_share",
    "shift_share_history",
    "similarity",
    "simulate",
    "structure",
    "structure_by_role",
    "symmetric",
    "transfer_demand",
    "transfer_events",
    "transfer_recovery",
    "transfers",
]
