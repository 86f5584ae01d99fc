"""Is it working? Indicators against targets, and causal evaluation of what was done, on checked panels."""

from hinterland.monitor.evaluation import METHODS, Check, Evaluation
from hinterland.monitor.ledger import check_ledger
from hinterland.monitor.panel import Panel, PanelError, check_panel
from hinterland.monitor.panel_faults import NEVER
from hinterland.monitor.panel_file import read_panel
from hinterland.monitor.quasi import quasi_experiments, quasi_panel
from hinterland.monitor.question import Answered, evaluate
from hinterland.monitor.recording import record
from hinterland.monitor.robust import false_date, honest_bounds, leave_one_out, reassigned, wild_bootstrap
from hinterland.monitor.spillover import Spillover, spillover
from hinterland.monitor.staggered import event_study
from hinterland.monitor.state import State, monitoring, state
from hinterland.monitor.synthetic import synthetic_control, synthetic_did
from hinterland.monitor.system import WANJIANG, Monitored, monitored, preset_indicators
from hinterland.monitor.targets import as_study_tables, plan_targets
from hinterland.monitor.thresholds import watched

__all__ = [
    "METHODS",
    "NEVER",
    "WANJIANG",
    "Answered",
    "Check",
    "Evaluation",
    "Monitored",
    "Panel",
    "PanelError",
    "Spillover",
    "State",
    "as_study_tables",
    "check_ledger",
    "check_panel",
    "evaluate",
    "event_study",
    "false_date",
    "honest_bounds",
    "leave_one_out",
    "monitored",
    "monitoring",
    "plan_targets",
    "preset_indicators",
    "quasi_experiments",
    "quasi_panel",
    "read_panel",
    "reassigned",
    "record",
    "spillover",
    "state",
    "synthetic_control",
    "synthetic_did",
    "watched",
    "wild_bootstrap",
]
