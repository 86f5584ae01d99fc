"""The transfer programme as a linear programme: variables, constraints and objectives, built once with
linopy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import linopy
import pandas as pd

from hinterland.plan.constraints import CONSTRAINTS, Variables
from hinterland.plan.data import PlanData
from hinterland.plan.objectives import OBJECTIVES, SENSE


@dataclass(frozen=True)
class Programme:
    """A built programme: the linopy model, and which constraints and objectives the data allowed."""

    model: Any
    data: PlanData
    constraints: tuple[str, ...]
    objectives: tuple[str, ...]

    def write(self, path: Path, objective: str = "value_added") -> None:
        """Write the programme in LP format with readable names, for reading and for other solvers."""
        self.model.add_objective(1 * self.model.variables[objective], sense=SENSE[objective], overwrite=True)
        self.model.to_file(path, io_api="lp", explicit_coordinate_names=True, progress=False)


def build(
    data: PlanData,
    constraints: Iterable[str] = tuple(CONSTRAINTS),
    objectives: Iterable[str] = tuple(OBJECTIVES),
) -> Programme:
    """Build the programme with the named constraints and objectives; those whose data are absent are left
    out.

    Each objective is a free variable with a row that defines it, so that the loaded programme is solved for
    another objective, or with a bound on one, by changing single numbers.
    """
    model = linopy.Model()
    index = {
        "industry": pd.Index(data.industries, name="industry"),
        "origin": pd.Index(data.origins, name="origin"),
        "host": pd.Index(data.hosts, name="host"),
        "phase": pd.Index(data.codes, name="phase"),
    }
    move = model.add_variables(
        lower=0, coords=[index[d] for d in ("industry", "origin", "host", "phase")], name="move"
    )
    intake = model.add_variables(
        lower=0, coords=[index[d] for d in ("industry", "host", "phase")], name="intake"
    )
    v = Variables(move, intake)
    used: list[str] = []
    for name in constraints:
        block = CONSTRAINTS[name](v, data)
        if block is None:
            continue
        if isinstance(block, tuple):
            expression, bound, mask = block
            model.add_constraints(expression <= bound, name=name, mask=mask)
        else:
            model.add_constraints(block, name=name)
        used.append(name)
    measured: list[str] = []
    for name in objectives:
        expression = OBJECTIVES[name](v, data)
        if expression is None:
            continue
        value = model.add_variables(name=name)
        model.add_constraints(expression - value == 0, name=f"define_{name}")
        measured.append(name)
    return Programme(model, data, tuple(used), tuple(measured))
