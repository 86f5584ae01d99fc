"""What would happen if it moved? A `Scenario`, models that run it, one `Outcome`."""

from hinterland.simulate.baseline import Baseline, base_accounts, baseline, fingerprint
from hinterland.simulate.changes import (
    Build,
    Change,
    Close,
    Demand,
    Disaster,
    Labour,
    PolicyDates,
    Productivity,
    Relocate,
    Resource,
    Tariff,
    TradeCost,
)
from hinterland.simulate.compare import compare_models
from hinterland.simulate.disruption import disruption, disruptions
from hinterland.simulate.disruption.backup import BACKUP_TABLES, Backup, backup, backup_value
from hinterland.simulate.ensemble import ensemble
from hinterland.simulate.ensemble_cases import Normal, Triangular, Uniform
from hinterland.simulate.ensemble_result import EnsembleRun
from hinterland.simulate.equilibrium import equilibrium, equilibrium_path
from hinterland.simulate.impact import impact
from hinterland.simulate.models import MODELS, run_model, tables_of
from hinterland.simulate.moves import check_moves
from hinterland.simulate.outcome import Outcome, distance_from_baseline
from hinterland.simulate.outcome_file import read_outcome
from hinterland.simulate.scenario import Scenario
from hinterland.simulate.scenario_check import ScenarioError, check_scenario, checked, refuse_unsupported
from hinterland.simulate.scenario_file import (
    check_scenarios,
    read_scenario,
    scenario_files,
    write_scenario,
)
from hinterland.simulate.state import State, state_of

__all__ = [
    "BACKUP_TABLES",
    "MODELS",
    "Backup",
    "Baseline",
    "Build",
    "Change",
    "Close",
    "Demand",
    "Disaster",
    "EnsembleRun",
    "Labour",
    "Normal",
    "Outcome",
    "PolicyDates",
    "Productivity",
    "Relocate",
    "Resource",
    "Scenario",
    "ScenarioError",
    "State",
    "Tariff",
    "TradeCost",
    "Triangular",
    "Uniform",
    "backup",
    "backup_value",
    "base_accounts",
    "baseline",
    "check_moves",
    "check_scenario",
    "check_scenarios",
    "checked",
    "compare_models",
    "disruption",
    "disruptions",
    "distance_from_baseline",
    "ensemble",
    "equilibrium",
    "equilibrium_path",
    "fingerprint",
    "impact",
    "read_outcome",
    "read_scenario",
    "refuse_unsupported",
    "run_model",
    "scenario_files",
    "state_of",
    "tables_of",
    "write_scenario",
]
