"""One loaded linear programme, solved again and again by HiGHS with other objectives and bounds.

The programme is handed to HiGHS once. A further solve changes the cost or the bounds of the few columns that
hold the objectives and starts from the last basis. One thread, the simplex method and fixed tolerances make
the same sequence of solves give the same answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
import xarray as xr
from highspy._core import _Highs

from hinterland.plan.data import PlanData
from hinterland.plan.objectives import SENSE
from hinterland.plan.programme import Programme, build
from hinterland.study import StudyError, Text

# An objective that is held while another is sought may fall short by this share of itself.
HOLD = 1e-9
FEASIBILITY = 1e-9
INFINITE = float("inf")
# HiGHS's numbers for the two kinds of simplex.
_DUAL, _PRIMAL = 1, 4
OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "solver": "simplex",
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "primal_feasibility_tolerance": FEASIBILITY,
    "dual_feasibility_tolerance": FEASIBILITY,
}


@dataclass(frozen=True)
class Solution:
    """One solve: moves, values of the objectives, duals by constraint, and what the solver said.

    `duals` are the change of the maximised objective per unit of a constraint's right-hand side, labelled
    like the constraint; NaN where the constraint does not exist.
    """

    move: xr.DataArray
    values: Mapping[str, float]
    duals: Mapping[str, xr.DataArray]
    bound_duals: Mapping[str, float]
    status: str
    iterations: int


class Solver:
    """A programme loaded into HiGHS."""

    def __init__(self, programme: Programme) -> None:
        model = programme.model
        self.programme = programme
        matrices = model.matrices
        self._highs = _load(matrices)
        self._column = {int(label): k for k, label in enumerate(matrices.vlabels)}
        self._row = {int(label): k for k, label in enumerate(matrices.clabels)}
        self._objective = {
            name: self._column[int(model.variables[name].labels)] for name in programme.objectives
        }
        self._move = np.vectorize(self._column.__getitem__)(model.variables["move"].labels.values)
        self._rows = {name: self._rows_of(model.constraints[name].labels) for name in programme.constraints}

    def _rows_of(self, labels: xr.DataArray) -> tuple[xr.DataArray, Any, Any]:
        """Return an empty array labelled like a constraint, where it exists, and its rows there."""
        there = labels.values >= 0
        empty = xr.DataArray(
            np.full(labels.shape, np.nan),
            {d: labels[d].values for d in labels.dims},
            [str(d) for d in labels.dims],
        )
        return empty, there, [self._row[int(k)] for k in labels.values[there]]

    @property
    def columns(self) -> Mapping[int, int]:
        """Columns of the programme by linopy's labels of its variables."""
        return self._column

    @property
    def rows(self) -> Mapping[int, int]:
        """Rows of the programme by linopy's labels of its constraints."""
        return self._row

    def reload(self, data: PlanData, matrices: Any) -> None:
        """Take other figures of a programme of the same rows and columns, and forget the last answer.

        `matrices` has A, b, sense, lb and ub in the order of the rows and columns.
        """
        self.programme = replace(self.programme, data=data)
        self._highs = _load(matrices)

    def allow(self, most: xr.DataArray | None) -> None:
        """Let no move be larger than this [industry, origin, host, phase]; None: as large as may be."""
        labels = self.programme.model.variables["move"].labels
        names = {str(d): labels[d].values for d in labels.dims}
        wanted = None if most is None else most.sel(names).transpose(*names).values.ravel()
        for k, label in enumerate(labels.values.ravel()):
            if int(label) in self._column:
                high = INFINITE if wanted is None else float(wanted[k])
                self._highs.changeColBounds(self._column[int(label)], 0.0, high)

    def basis(self) -> Any:
        """Return the last basis, to start a later solve from."""
        return self._highs.getBasis()

    def restore(self, basis: Any) -> None:
        """Start the next solve from a basis."""
        self._highs.setBasis(basis)

    def solve(
        self,
        gain: Mapping[str, float],
        bounds: Mapping[str, tuple[float, float]] | None = None,
        *,
        primal: bool = False,
    ) -> Solution:
        """Maximise the weighted objectives within bounds on objectives.

        Parameters
        ----------
        gain : mapping of str to float
            Weight of each objective; negative to minimise it.
        bounds : mapping of str to (low, high), optional
            Bounds on objectives; those not named are free.
        primal : bool
            Use the primal simplex: far fewer steps when the last answer still is feasible and only the
            objective is another. The dual one suits a bound that has moved.

        Raises
        ------
        StudyError
            Infeasible, unbounded or not solved to optimality.
        """
        wanted = dict(bounds or {})
        for name, column in self._objective.items():
            self._highs.changeColCost(column, -float(gain.get(name, 0.0)))
            low, high = wanted.get(name, (-INFINITE, INFINITE))
            self._highs.changeColBounds(column, low, high)
        self._highs.setOptionValue("simplex_strategy", _PRIMAL if primal else _DUAL)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            # a stale basis can mislead; a verdict other than optimal has to come from a fresh start
            self._highs.clearSolver()
            self._highs.run()
            status = self._highs.getModelStatus()
        text = self._highs.modelStatusToString(status)
        if status != highspy.HighsModelStatus.kOptimal:
            raise NotSolvedError(text)
        return self._read(text)

    def lexicographic(
        self, order: list[str], bounds: Mapping[str, tuple[float, float]] | None = None
    ) -> Solution:
        """Solve for one objective after another, each held at its best while the next is sought."""
        held = dict(bounds or {})
        solution: Solution | None = None
        for name in order:
            if name not in self._objective:
                continue
            sign = 1.0 if SENSE[name] == "max" else -1.0
            solution = self.solve({name: sign}, held, primal=solution is not None)
            held[name] = hold(name, solution.values[name], held.get(name))
        if solution is None:
            raise StudyError(
                Text("None of the objectives asked for can be measured.", "所要求的目标均无法衡量。"),
                Text("Give the study their data.", "请为研究补充数据。"),
            )
        return solution

    def _read(self, text: str) -> Solution:
        result = self._highs.getSolution()
        columns = np.asarray(result.col_value)
        rows = -np.asarray(result.row_dual)
        column_duals = np.asarray(result.col_dual)
        data = self.programme.data
        move = xr.DataArray(
            np.maximum(columns[self._move], 0.0),
            {"industry": data.industries, "origin": data.origins, "host": data.hosts, "phase": data.codes},
            ["industry", "origin", "host", "phase"],
        )
        duals = {}
        for name, (empty, there, at) in self._rows.items():
            values = empty.values.copy()
            values[there] = rows[at]
            duals[name] = empty.copy(data=values)
        return Solution(
            move,
            {name: float(columns[k]) for name, k in self._objective.items()},
            duals,
            {name: -float(column_duals[k]) for name, k in self._objective.items()},
            text,
            int(self._highs.getInfo().simplex_iteration_count),
        )


class NotSolvedError(StudyError):
    """The solver did not reach an optimum; the message is its own word for why."""

    def __init__(self, status: str) -> None:
        super().__init__(
            Text(f"The solver ended with '{status}'.", f"求解器结束状态为“{status}”。"),
            Text("Look for limits that contradict one another.", "请检查相互矛盾的约束。"),
        )
        self.status = status


def _load(matrices: Any) -> Any:
    """Hand the programme's matrices to HiGHS.

    The bare class is used, because the one that wraps it prints a banner to standard output as it is made,
    before it can be told to be quiet; that would spoil a command's JSON.
    """
    solver = _Highs()
    for option, value in OPTIONS.items():
        solver.setOptionValue(option, value)
    by_column = matrices.A.tocsc()
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = by_column.shape
    lp.col_cost_ = np.zeros(lp.num_col_)
    lp.col_lower_, lp.col_upper_ = np.asarray(matrices.lb, float), np.asarray(matrices.ub, float)
    bound, sense = np.asarray(matrices.b, float), np.asarray(matrices.sense)
    lp.row_lower_ = np.where(sense == "<", -highspy.kHighsInf, bound)
    lp.row_upper_ = np.where(sense == ">", highspy.kHighsInf, bound)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = by_column.indptr
    lp.a_matrix_.index_ = by_column.indices
    lp.a_matrix_.value_ = by_column.data
    solver.passModel(lp)
    return solver


def version() -> str:
    """Return the version of HiGHS."""
    return str(_Highs().version())


def hold(name: str, value: float, inside: tuple[float, float] | None = None) -> tuple[float, float]:
    """Bounds that keep an objective at least as good as `value`, but for rounding."""
    slack = HOLD * max(1.0, abs(value))
    low, high = inside or (-INFINITE, INFINITE)
    return (max(low, value - slack), high) if SENSE[name] == "max" else (low, min(high, value + slack))


def load(data: PlanData) -> Solver:
    """Build the whole programme of some data and load it."""
    programme = build(data)
    if not programme.objectives:
        raise StudyError(
            Text(
                "The plan has no objective: the study has neither value added, employment, co2 nor landed "
                "cost.",
                "方案没有目标：研究缺少增加值、就业、碳排放和到岸成本。",
            ),
            Text(
                "Give at least one of them, or the national table from which value added is estimated.",
                "请至少给出其中之一，或给出可推算增加值的全国表。",
            ),
        )
    return Solver(programme)
