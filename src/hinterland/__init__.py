"""hinterland: a workbench for planning industrial transfer (产业转移).

The rooms are imported when they are first asked for, so that ``import hinterland`` and the command line
start at once::

    import hinterland as hl

    study = hl.open_study("southwest")
    hl.measure.share_change(study, 2007, 2017)
    plan = hl.plan.optimise(study)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hinterland import (
        accounts,
        charts,
        measure,
        monitor,
        plan,
        potential,
        report,
        risk,
        simulate,
    )
    from hinterland.simulate import Scenario
    from hinterland.study import Study, StudyError, Text, check_study, open_study

__all__ = [
    "Scenario",
    "Study",
    "StudyError",
    "Text",
    "accounts",
    "charts",
    "check_study",
    "measure",
    "monitor",
    "open_study",
    "plan",
    "potential",
    "report",
    "risk",
    "simulate",
]
__version__ = "0.1.0"

_FROM_STUDY = ("Study", "StudyError", "Text", "check_study", "open_study")


def __getattr__(name: str) -> Any:
    if name in _FROM_STUDY:
        return getattr(importlib.import_module("hinterland.study"), name)
    if name == "Scenario":
        return importlib.import_module("hinterland.simulate").Scenario
    if name in __all__:
        return importlib.import_module(f"hinterland.{name}")
    raise AttributeError(f"module 'hinterland' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
