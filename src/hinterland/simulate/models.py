"""The models by name: one way to run a scenario on any of them, and the tables that every one has."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from typing import Any

from hinterland.simulate.outcome import Outcome
from hinterland.simulate.scenario import Scenario
from hinterland.study import Result, Study, StudyError, Text

MODELS = ("impact", "equilibrium", "disruption")


def model_by_name(name: str) -> Callable[..., Outcome]:
    """Return a model of this room by its name.

    Raises
    ------
    StudyError
        There is none of that name.
    """
    room = importlib.import_module("hinterland.simulate")
    there = {k: getattr(room, k) for k in MODELS if inspect.isfunction(getattr(room, k, None))}
    if name not in there:
        known = list(there)
        raise StudyError(
            Text(f"There is no model '{name}'.", f"没有模型“{name}”。"),
            Text(
                f"Use {', '.join(known)}, or in Python a function of (study, scenario, parameters).",
                f"请使用{'、'.join(known)}，或在Python中给出以（study, scenario, 参数）为参数的函数。",
            ),
        )
    found: Callable[..., Outcome] = there[name]
    return found


def run_model(name: str, study: Study, scenario: Scenario, **parameters: Any) -> Outcome:
    """Run a scenario on a model by its name."""
    return model_by_name(name)(study, scenario, **parameters)


def tables_of(outcome: Outcome) -> tuple[Result, ...]:
    """Return a model's tables, with changes by region, by industry and losers where it has none."""
    own = {table.name for table in outcome.tables}
    common: list[Result] = []
    if "impact_by_region" not in own:
        common = [outcome.by_region(), outcome.by_industry(), outcome.losers()]
    return (*(table for table in common if table.name not in own), *outcome.tables)
