"""What moved: how much, what, from where, to where, how?

Every function takes a `Study` and returns a `Result`; under each stands an array kernel, one equation each.
`RESULTS` names them all for whoever wants everything: a function raises `StudyError` when the study lacks
what it needs (such as historical phases), and the caller then reports that figure as missing.

Who moved to whom stands apart, because one estimate makes several tables: `transfers`, with
`transfer_recovery` for what it is worth; `transfer_events` where moves were recorded; `transfer_demand`
between two input-output tables.
"""

from collections.abc import Callable, Mapping

from hinterland.measure.concentration import (
    concentration,
    concentration_corrected,
    ellison_glaeser,
    gini,
    herfindahl,
    raw_concentration,
    theil,
    theil_between,
)
from hinterland.measure.decoupling import decoupling, elasticity, tapio_state
from hinterland.measure.detected import phase_breaks, phase_evidence, phase_series
from hinterland.measure.history import (
    historical_phases,
    history,
    history_by_class,
    past_phases,
    shift_share_history,
)
from hinterland.measure.kind import chain_presence, tiers, transfer_kind, transfer_kinds
from hinterland.measure.lmdi import emission_drivers, emission_drivers_by_region, lmdi
from hinterland.measure.location import location_quotient, quotient, symmetric
from hinterland.measure.logmean import log_mean
from hinterland.measure.net_shift import (
    allocation_effect,
    homothetic_output,
    net_competitive_effect,
    regional_growth_effect,
    relative_net_flow,
    shift_share_dynamic,
    shift_share_extended,
)
from hinterland.measure.reception import reception_models, reception_summary
from hinterland.measure.shares import (
    change_of_share,
    host_share,
    host_share_by_industry,
    industry_share,
    share_change,
    share_change_in_money,
)
from hinterland.measure.shift_share import competitive_effect, mix_effect, national_effect, shift_share
from hinterland.measure.significance import (
    location_significance,
    quotient_error,
    quotient_error_of_counts,
    standardised,
)
from hinterland.measure.similarity import (
    cosine,
    finger_kreinin,
    krugman,
    krugman_of_nation,
    similarity,
    similarity_trend,
    specialisation,
)
from hinterland.measure.structure import by_class, class_share, structure, structure_by_role
from hinterland.measure.transfer_bench import WORLDS, World, recover, simulate
from hinterland.measure.transfer_demand import (
    decompose_induced,
    induced_output,
    polar_average,
    transfer_demand,
)
from hinterland.measure.transfer_entropy import cell_bounds, distance_prior, entropy_flows, losses_and_gains
from hinterland.measure.transfer_events import transfer_events
from hinterland.measure.transfer_flows import Transfers, transfers
from hinterland.measure.transfer_recovery import transfer_recovery
from hinterland.measure.transfer_spread import Assumed, Estimate, estimate_flows
from hinterland.measure.turning import Turning, find_turning
from hinterland.measure.upgrading import (
    advancement,
    moore,
    rationalisation,
    structural_change,
    turnover,
    upgrading,
)
from hinterland.study import Result, Study

RESULTS: Mapping[str, Callable[[Study], Result]] = {
    "host_share": host_share,
    "host_share_by_industry": host_share_by_industry,
    "location_quotient": location_quotient,
    "share_change": share_change,
    "location_significance": location_significance,
    "shift_share": shift_share,
    "shift_share_extended": shift_share_extended,
    "shift_share_dynamic": shift_share_dynamic,
    "structure": structure,
    "structure_by_role": structure_by_role,
    "structural_change": structural_change,
    "upgrading": upgrading,
    "specialisation": specialisation,
    "similarity": similarity,
    "similarity_trend": similarity_trend,
    "concentration": concentration,
    "ellison_glaeser": concentration_corrected,
    "decoupling": decoupling,
    "emission_drivers": emission_drivers,
    "emission_drivers_by_region": emission_drivers_by_region,
    "history": history,
    "history_by_class": history_by_class,
    "shift_share_history": shift_share_history,
    "phase_series": phase_series,
    "phase_breaks": phase_breaks,
    "phase_evidence": phase_evidence,
    "reception_models": reception_models,
    "reception_summary": reception_summary,
}

OF_PERIOD = frozenset({"share_change", "shift_share", "shift_share_extended", "shift_share_dynamic"})
"""The results that can be had for two years of one's choice: they take ``start`` and ``end``."""

__all__ = [
    "OF_PERIOD",
    "RESULTS",
    "WORLDS",
    "Assumed",
    "Estimate",
    "Transfers",
    "Turning",
    "World",
    "advancement",
    "allocation_effect",
    "by_class",
    "cell_bounds",
    "chain_presence",
    "change_of_share",
    "class_share",
    "competitive_effect",
    "concentration",
    "concentration_corrected",
    "cosine",
    "decompose_induced",
    "decoupling",
    "distance_prior",
    "elasticity",
    "ellison_glaeser",
    "emission_drivers",
    "emission_drivers_by_region",
    "entropy_flows",
    "estimate_flows",
    "find_turning",
    "finger_kreinin",
    "gini",
    "herfindahl",
    "historical_phases",
    "history",
    "history_by_class",
    "homothetic_output",
    "host_share",
    "host_share_by_industry",
    "induced_output",
    "industry_share",
    "krugman",
    "krugman_of_nation",
    "lmdi",
    "location_quotient",
    "location_significance",
    "log_mean",
    "losses_and_gains",
    "mix_effect",
    "moore",
    "national_effect",
    "net_competitive_effect",
    "past_phases",
    "phase_breaks",
    "phase_evidence",
    "phase_series",
    "polar_average",
    "quotient",
    "quotient_error",
    "quotient_error_of_counts",
    "rationalisation",
    "raw_concentration",
    "reception_models",
    "reception_summary",
    "recover",
    "regional_growth_effect",
    "relative_net_flow",
    "share_change",
    "share_change_in_money",
    "shift_share",
    "shift_share_dynamic",
    "shift_share_extended",
    "shift_share_history",
    "similarity",
    "similarity_trend",
    "simulate",
    "specialisation",
    "standardised",
    "structural_change",
    "structure",
    "structure_by_role",
    "symmetric",
    "tapio_state",
    "theil",
    "theil_between",
    "tiers",
    "transfer_demand",
    "transfer_events",
    "transfer_kind",
    "transfer_kinds",
    "transfer_recovery",
    "transfers",
    "turnover",
    "upgrading",
]
