"""Is it working? Causal evaluation of what was done, on checked panels."""

from hinterland.monitor.evaluation import METHODS, Check, Evaluation
from hinterland.monitor.panel import NEVER, Panel, PanelError, check_panel
from hinterland.monitor.quasi import quasi_experiments, quasi_panel
from hinterland.monitor.robust import false_date, honest_bounds, leave_one_out, reassigned, wild_bootstrap
from hinterland.monitor.spillover import Spillover, spillover
from hinterland.monitor.staggered import event_study
from hinterland.monitor.synthetic import synthetic_control, synthetic_did

__all__ = [
    "METHODS",
    "NEVER",
    "Check",
    "Evaluation",
    "Panel",
    "PanelError",
    "Spillover",
    "check_panel",
    "event_study",
    "false_date",
    "honest_bounds",
    "leave_one_out",
    "quasi_experiments",
    "quasi_panel",
    "reassigned",
    "spillover",
    "synthetic_control",
    "synthetic_did",
    "wild_bootstrap",
]
