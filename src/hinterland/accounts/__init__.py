"""How is the economy wired?"""

from hinterland.accounts import exchange
from hinterland.accounts.balance import Balanced, BalanceError, ras
from hinterland.accounts.balance_constraints import (
    Constraint,
    Reconciled,
    balance_constraints,
    block_total,
    margins,
)
from hinterland.accounts.balance_gras import gras
from hinterland.accounts.balance_report import balance_report
from hinterland.accounts.charm import Charm, charm, heterogeneity
from hinterland.accounts.decompose import structural_decomposition
from hinterland.accounts.derive import DERIVED, complete, derived_data
from hinterland.accounts.ensemble import Ensemble, draw_tables, estimate_ensemble, regional_ensemble
from hinterland.accounts.extract import Extraction, extract_each, extraction
from hinterland.accounts.footprint import embodied_transfer, footprint, transfer_matrix
from hinterland.accounts.gravity import Decay, distance_decay, estimate_decay, gravity_flows
from hinterland.accounts.household import closed_multipliers, household_multipliers, households
from hinterland.accounts.linkages import (
    dispersion,
    interregional_trade,
    key_sectors,
    local_multipliers,
    multipliers,
)
from hinterland.accounts.mrio import estimate_mrio
from hinterland.accounts.output import national_output, reconcile
from hinterland.accounts.path_tables import structural_paths
from hinterland.accounts.position import (
    average_propagation_lengths,
    chain_position,
    downstreamness,
    propagation_lengths,
    upstreamness,
)
from hinterland.accounts.regional_errors import multiplier_error, stpe, wape
from hinterland.accounts.regional_scores import score_by_region, score_methods
from hinterland.accounts.regional_table import Regional, regional_table
from hinterland.accounts.regionalise import (
    Survey,
    aflq,
    choose_delta,
    cilq,
    flq,
    region_size,
    regional_coefficients,
    rlq,
    slq,
    sweep_delta,
    trade_shares,
)
from hinterland.accounts.regroup import aggregate, disaggregate
from hinterland.accounts.resources import resource_limits
from hinterland.accounts.stressors import StressorAccounts, stressor_accounts
from hinterland.accounts.supply import allocation, ghosh, price_change, supply_multipliers
from hinterland.accounts.table import IOTable, Satellite
from hinterland.accounts.technology import (
    Technology,
    balance_regions,
    fit_margins,
    learn_technology,
    regional_use,
)
from hinterland.accounts.value_chain import borin_mancini, koopman_wang_wei

__all__ = [
    "DERIVED",
    "BalanceError",
    "Balanced",
    "Charm",
    "Constraint",
    "Decay",
    "Ensemble",
    "Extraction",
    "IOTable",
    "Reconciled",
    "Regional",
    "Satellite",
    "StressorAccounts",
    "Survey",
    "Technology",
    "aflq",
    "aggregate",
    "allocation",
    "average_propagation_lengths",
    "balance_constraints",
    "balance_regions",
    "balance_report",
    "block_total",
    "borin_mancini",
    "chain_position",
    "charm",
    "choose_delta",
    "cilq",
    "closed_multipliers",
    "complete",
    "derived_data",
    "disaggregate",
    "dispersion",
    "distance_decay",
    "downstreamness",
    "draw_tables",
    "embodied_transfer",
    "estimate_decay",
    "estimate_ensemble",
    "estimate_mrio",
    "exchange",
    "extract_each",
    "extraction",
    "fit_margins",
    "flq",
    "footprint",
    "ghosh",
    "gras",
    "gravity_flows",
    "heterogeneity",
    "household_multipliers",
    "households",
    "interregional_trade",
    "key_sectors",
    "koopman_wang_wei",
    "learn_technology",
    "local_multipliers",
    "margins",
    "multiplier_error",
    "multipliers",
    "national_output",
    "price_change",
    "propagation_lengths",
    "ras",
    "reconcile",
    "region_size",
    "regional_coefficients",
    "regional_ensemble",
    "regional_table",
    "regional_use",
    "resource_limits",
    "rlq",
    "score_by_region",
    "score_methods",
    "slq",
    "stpe",
    "stressor_accounts",
    "structural_decomposition",
    "structural_paths",
    "supply_multipliers",
    "sweep_delta",
    "trade_shares",
    "transfer_matrix",
    "upstreamness",
    "wape",
]
