"""The transfer programme: variables, constraints and objectives, built once for linopy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import linopy
import numpy as np
import pandas as pd
import xarray as xr
from linopy.constraints import CSRConstraint
from linopy.csr import Grid

from hinterland.plan.constraints import CONSTRAINTS
from hinterland.plan.data import PlanData
from hinterland.plan.objectives import OBJECTIVES, SENSE, gain
from hinterland.plan.terms import Array, Compiled, Rows, Term, compiled
from hinterland.plan.variables import Variable, variables


@dataclass(frozen=True)
class Outline:
    """What a programme consists of: its variables, blocks of rows and objectives, before any matrix."""

    variables: Mapping[str, Variable]
    blocks: Mapping[str, Rows]
    constraints: tuple[str, ...]
    objectives: tuple[str, ...]

    def columns(self) -> tuple[dict[str, Array], int]:
        """Return the number of the column of each variable, in their order, and how many there are."""
        out, first = {}, 0
        for name, variable in self.variables.items():
            shape = [len(labels) for labels in variable.coords.values()]
            count = int(np.prod(shape))
            values = np.arange(first, first + count).reshape(shape)
            out[name] = xr.DataArray(values, dict(variable.coords), list(variable.coords))
            first += count
        return out, first

    def compiled(self) -> dict[str, Compiled]:
        """Return every block of rows as a sparse matrix."""
        columns, width = self.columns()
        return {name: compiled(block, columns, width) for name, block in self.blocks.items()}


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


def outline(
    data: PlanData,
    constraints: Iterable[str] = tuple(CONSTRAINTS),
    objectives: Iterable[str] = tuple(OBJECTIVES),
) -> Outline:
    """Return what the programme consists of; constraints and objectives whose data are absent, and
    constraints that the study switches off, are left out.
    """
    declared = variables(data)
    blocks: dict[str, Rows] = {}
    for name in constraints:
        block = None if name in data.left_out else CONSTRAINTS[name](data)
        if block is None:
            continue
        if name in data.prices:
            most: Array | float = np.inf
            if block.mask is not None:
                endless = xr.full_like(block.mask, np.inf, dtype=float)
                most = endless.where(block.mask, 0.0).transpose(*block.dims)
            declared[f"excess_{name}"] = Variable(block.coords, upper=most)
            block = replace(block, terms=(*block.terms, Term(f"excess_{name}", -1.0)))
        blocks[name] = block
    used = tuple(blocks)
    # a limit that is left out has no excess to pay for
    for name, block in blocks.items():
        known = tuple(t for t in block.terms if t.variable in declared)
        blocks[name] = replace(block, terms=known)
    measured: list[str] = []
    for name in objectives:
        made = OBJECTIVES[name](data)
        if not made:
            continue
        if isinstance(made, Rows):
            if name == "disparity":
                declared["gain"] = Variable({"host": data.hosts}, lower=-np.inf)
                blocks["define_gain"] = gain(data)
            whole = 1.0 if data.incomes is None else float(data.incomes.income.sum())
            _define_convex(name, made, whole, declared, blocks)
        else:
            known = tuple(t for t in made if t.variable in declared)
            blocks[f"define_{name}"] = Rows((*known, Term(name, -1.0)), "=", 0.0)
        declared[name] = Variable({}, lower=-np.inf)
        measured.append(name)
    return Outline(declared, blocks, used, tuple(measured))


def _define_convex(
    name: str, rows: Rows, whole: float, declared: dict[str, Variable], blocks: dict[str, Rows]
) -> None:
    """Define the largest of several expressions, or the sum of their magnitudes over a whole, from above."""
    if name == "similarity":
        blocks[f"define_{name}"] = replace(rows, terms=(*rows.terms, Term(name, -1.0)))
        return
    size = f"size_{name}"
    declared[size] = Variable(rows.coords)
    blocks[f"above_{name}"] = replace(rows, terms=(*rows.terms, Term(size, -1.0)))
    blocks[f"below_{name}"] = replace(rows, terms=(*rows.terms, Term(size)), sign=">=")
    blocks[f"define_{name}"] = Rows((Term(size, 1 / whole), Term(name, -1.0)), "=", 0.0)


def build(
    data: PlanData,
    constraints: Iterable[str] = tuple(CONSTRAINTS),
    objectives: Iterable[str] = tuple(OBJECTIVES),
) -> Programme:
    """Build the programme with the named constraints and objectives; those whose data are absent or that the
    study switches off are left out.

    Each objective is a free variable with a row that defines it, so that the loaded programme is solved for
    another objective, or with a bound on one, by changing single numbers.
    """
    plan = outline(data, constraints, objectives)
    model = linopy.Model()
    for name, variable in plan.variables.items():
        model.add_variables(
            lower=variable.lower,
            upper=variable.upper,
            coords=[pd.Index(labels, name=d) for d, labels in variable.coords.items()],
            integer=variable.whole,
            name=name,
        )
    for name, block in plan.compiled().items():
        grid = Grid({d: pd.Index(labels, name=d) for d, labels in block.coords.items()})
        rows = CSRConstraint(block.matrix, block.active, block.bound, block.sign, grid, model, name)
        model.add_constraints(rows, name=name, freeze=True)
    return Programme(model, data, plan.constraints, plan.objectives)
