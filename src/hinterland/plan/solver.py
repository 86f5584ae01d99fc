"""One loaded programme, solved again and again by HiGHS with other objectives and bounds.

The programme is handed to HiGHS once. A further solve changes the cost or the bounds of the few columns that
hold the objectives and starts from the last basis. One thread, the simplex method and fixed tolerances make
the same sequence of solves give the same answers.

Where something is built or established whole or not at all (clusters, infrastructure, projects of some size),
that is decided once, by a mixed-integer solve for the first objective that is asked for (or at the frontier's
knee, see `settle`); from then on it is held and every further solve is a linear programme. Its duals
therefore are prices with what is built given, and a frontier traced on it shows the trade-off with what is
built given: not the frontier of all that could be built.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import highspy
import numpy as np
import xarray as xr

from hinterland.plan.asked import WhenAsked, places_of, rows_of
from hinterland.plan.data import PlanData
from hinterland.plan.engine import DUAL, FEASIBILITY, INFINITE, OPTIONS, PRIMAL, loaded
from hinterland.plan.objectives import CONVEX, SENSE
from hinterland.plan.place import Place
from hinterland.plan.programme import Programme, build
from hinterland.plan.sieve import Sieve
from hinterland.plan.variables import WHOLE
from hinterland.study import StudyError, Text

# An objective that is held while another is sought may fall short by this share of itself.
HOLD = 1e-9
# Where a programme has more columns than this, a solve from nothing, or for another objective with none
# held, is by the interior-point method with crossover: the simplex method takes many times as long there.
# What is near the last answer is sought among few of the columns (see `sieve`).
LARGE = 20_000
# What is built is decided when it is proved to be within this share of the best, or after so many seconds.
GAP = 1e-3
SECONDS = 50.0
# Weight of the second objective, both in units of their median coefficient, in a first solve.
LITTLE = 1e-3
# On a large programme what the relaxation builds by half is built, where that is proved to be within this
# share of the best; with more columns than `HUGE` in any case, as a relaxation alone takes minutes there.
ENOUGH = 0.01
HUGE = 200_000


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
    rates: Mapping[str, float] = field(default_factory=dict)
    """What one more unit of each objective counts for in what was maximised, bounds on it included."""
    more: Mapping[str, xr.DataArray] = field(default_factory=dict)
    gap: float = 0.0


class Solver:
    """A programme loaded into HiGHS.

    Attributes
    ----------
    gap : float
        Share of the objective by which what is built may fall short of the best, proved when it was decided;
        0 where nothing is built whole.
    """

    def __init__(self, programme: Programme) -> None:
        model = programme.model
        self.programme = programme
        matrices = model.matrices
        self._highs = loaded(matrices)
        self._column = {int(label): k for k, label in enumerate(matrices.vlabels)}
        self._row = {int(label): k for k, label in enumerate(matrices.clabels)}
        self._objective = {
            name: self._column[int(model.variables[name].labels)] for name in programme.objectives
        }
        self._define = {
            name: [self._row[int(k)] for k in labels[labels >= 0]]
            for name in programme.objectives
            for labels in [np.ravel(model.constraints[f"define_{name}"].labels.values)]
        }
        self._rows = {
            name: rows_of(model.constraints[name].labels, self._row) for name in programme.constraints
        }
        self._read_as = {
            name: (variable.labels.dims, {d: variable.labels[d].values for d in variable.labels.dims}, place)
            for name, variable in model.variables.items()
            if name not in (*programme.objectives, "gain") and not name.startswith("size_")
            for place in [places_of(self._column, variable.labels.values)]
        }
        found = [self._read_as[n][2].ravel() for n in WHOLE if n in self._read_as]
        self._whole = np.concatenate(found).astype(np.int32) if found else np.empty(0, np.int32)
        self._most = np.asarray(matrices.ub, float)[self._whole]
        self._held: Any = None
        self._may_settle_again = False
        self._asked: dict[str, float] = {}
        self._place: Place | None = None
        self._ahead = False  # the last answer has not been told to HiGHS
        self._sieve: Sieve | None = None
        self._between: Sequence[Place] = ()
        self.gap = 0.0
        self._convex = {n: self._convex_rows(model, n) for n in CONVEX if n in programme.objectives}

    def _convex_rows(self, model: Any, name: str) -> tuple[Any, Any, Any]:
        """Return rows, columns and constants that a convex objective is reckoned from."""
        if name == "similarity":
            labels = model.constraints[f"define_{name}"].labels.values.ravel()
            return np.array([self._row[int(k)] for k in labels[labels >= 0]]), self._objective[name], 0.0
        block = model.constraints[f"above_{name}"]
        rows = np.array([self._row[int(k)] for k in block.labels.values])
        return rows, places_of(self._column, model.variables[f"size_{name}"].labels.values), -block.rhs.values

    @property
    def columns(self) -> Mapping[int, int]:
        """Columns of the programme by linopy's labels of its variables."""
        return self._column

    @property
    def rows(self) -> Mapping[int, int]:
        """Rows of the programme by linopy's labels of its constraints."""
        return self._row

    @property
    def highs(self) -> Any:
        """The loaded programme itself, for questions that put rows and columns on it (see `added`)."""
        if self._ahead and self._place:
            self._ahead = False
            self._highs.setBasis(self._place.basis)
            self._highs.setOptionValue("solver", OPTIONS["solver"])
            self._highs.run()
        return self._highs

    @property
    def large(self) -> bool:
        """Whether the programme is one whose solves take seconds."""
        return int(self._highs.getNumCol()) > LARGE

    def twin(self) -> Solver:
        """Return another solver of the same programme with the same built, to work beside this one."""
        other = Solver(self.programme)
        other.gap = self.gap
        if self._held is not None:
            other._held = self._held
            other._hold(self._held)
        return other

    def objective_column(self, name: str) -> int:
        """Return the column that holds an objective."""
        return self._objective[name]

    def reload(self, data: PlanData, matrices: Any) -> None:
        """Take other figures of a programme of the same rows and columns, and forget the last answer.

        `matrices` has A, b, sense, lb and ub in the order of the rows and columns.
        """
        self.programme = replace(self.programme, data=data)
        self._highs = loaded(matrices)
        self._place = self._sieve = None
        self._ahead = False
        if self._held is not None:
            self._hold(self._held)
            # what was built under other figures may not be possible under these
            self._may_settle_again = True

    def allow(self, most: xr.DataArray | None) -> None:
        """Let no move be larger than this [industry, origin, host, phase]; None: as large as may be."""
        dims, labels, columns = self._read_as["move"]
        wanted = (
            np.full(columns.shape, INFINITE) if most is None else most.sel(labels).transpose(*dims).values
        )
        for column, value in zip(columns.ravel(), wanted.ravel(), strict=True):
            self._highs.changeColBounds(int(column), 0.0, float(value))

    def basis(self) -> Place:
        """Return the last answer, to start a later solve from."""
        return self._place or Place.of(self._highs)

    def restore(self, place: Place) -> None:
        """Start the next solve from an earlier answer."""
        if self.large:
            self._place, self._ahead = place, True
        else:
            self._highs.setBasis(place.basis)

    def start_between(self, places: Sequence[Place]) -> None:
        """Start the next solve from nothing, on a large programme among what matters in earlier answers."""
        self._highs.clearSolver()
        self._place, self._between, self._ahead = None, places, False

    def solve(
        self,
        gain: Mapping[str, float],
        bounds: Mapping[str, tuple[float, float]] | None = None,
        *,
        primal: bool = False,
        relaxed: bool = False,
    ) -> Solution:
        """Maximise the weighted objectives within bounds on objectives.

        What is built whole is decided by the first call and held in those that follow.

        Parameters
        ----------
        gain : mapping of str to float
            Weight of each objective; negative to minimise it.
        bounds : mapping of str to (low, high), optional
            Bounds on objectives; those not named are free.
        primal : bool
            Use the primal simplex: far fewer steps when the last answer still is feasible and only the
            objective is another. The dual one suits a bound that has moved.
        relaxed : bool
            Let parts be built of what has to be built whole, as long as nothing has been decided.

        Raises
        ------
        StudyError
            Infeasible, unbounded or not solved to optimality.
        """
        if self._whole.size and self._held is None and not relaxed:
            self.settle(gain, bounds)
        self._ask(gain, bounds)
        self._highs.setOptionValue("simplex_strategy", PRIMAL if primal else DUAL)
        near = bounds or primal or gain == self._asked or self._between
        place, stay = self._go_near(primal) if self.large and near else (None, False)
        self._asked = dict(gain)
        if place:
            self._place, self._ahead, self._may_settle_again = place, True, False
            return self._read(place)
        cold = self.large and not stay
        self._ahead = False
        if cold:
            self._highs.clearSolver()
        self._highs.setOptionValue("solver", "ipm" if cold else OPTIONS["solver"])
        self._highs.run()
        status = self._highs.getModelStatus()
        optimal, infeasible = highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible
        if status not in ((optimal, infeasible) if cold else (optimal,)):
            # a stale basis can mislead; a verdict other than optimal has to come from a fresh start
            self._highs.clearSolver()
            if self.large:
                self._highs.setOptionValue("solver", "choose" if cold else "ipm")
            self._highs.run()
            status = self._highs.getModelStatus()
        text = self._highs.modelStatusToString(status)
        if status != optimal:
            if self._may_settle_again and self._whole.size:
                self.settle(gain, bounds)
                return self.solve(gain, bounds, primal=primal)
            raise NotSolvedError(text)
        self._may_settle_again = False
        place = Place.of(self._highs, basis=self.large)
        self._place = place if self.large else None
        return self._read(place)

    def _go_near(self, primal: bool) -> tuple[Place | None, bool]:
        """Return the best near the last answer, and whether HiGHS is to go on from where it is."""
        if (self._highs.getNumRow(), self._highs.getNumCol()) != (len(self._row), len(self._column)):
            # with rows put on it, the last answer is where they let it be
            return None, primal and bool(self._highs.getBasis().valid)
        if self._sieve is None:
            self._sieve = Sieve(self._highs)
        objectives = list(self._objective.values())
        if self._between:
            between, self._between = self._between, ()
            return self._sieve.between(self._highs, between, objectives), False
        place = self._place
        return place and self._sieve.walk(self._highs, place, objectives), False

    def _ask(self, gain: Mapping[str, float], bounds: Mapping[str, tuple[float, float]] | None) -> None:
        """Set the objective and the bounds on objectives."""
        wanted = dict(bounds or {})
        for name, column in self._objective.items():
            self._highs.changeColCost(column, -float(gain.get(name, 0.0)))
            low, high = wanted.get(name, (-INFINITE, INFINITE))
            self._highs.changeColBounds(column, low, high)

    def keep(self, decided: Mapping[str, xr.DataArray]) -> None:
        """Hold what a plan has built, by name of the variable (its `more`), instead of deciding anew.

        Where the plan has nothing to say on something that is to be built here, all is decided anew.
        """
        if not {name for name in WHOLE if name in self._read_as} <= set(decided):
            return
        found = []
        for name in WHOLE:
            if name in self._read_as:
                dims, coords, _ = self._read_as[name]
                found.append(decided[name].sel(coords).transpose(*dims).values.ravel())
        if found:
            self._held = np.round(np.concatenate(found))
            self._hold(self._held)

    def _hold(self, values: Any, most: Any = None) -> None:
        """Hold what is built, or between these and those."""
        most = values if most is None else most
        self._highs.changeColsBounds(len(self._whole), self._whole, values, most)

    def settle(
        self, gain: Mapping[str, float], bounds: Mapping[str, tuple[float, float]] | None = None
    ) -> None:
        """Decide what is built whole, for an objective and bounds as in `solve`, and hold it.

        It is proved to be within `GAP` of the best; after `SECONDS` the best that was found is taken. On a
        large programme it is rounded from the relaxation, where that is within `ENOUGH` of it. `gap` says how
        far from the best it may be.

        Raises
        ------
        NotSolvedError
            Nothing that can be built makes the programme feasible, or nothing was found in time.
        """
        self._may_settle_again = False
        if not len(self._whole):
            return
        self._held = None
        self._hold(np.zeros(len(self._whole)), self._most)
        rounded = self._rounded(gain, bounds) if self.large else None
        if rounded is None or (rounded[1] > ENOUGH and self._highs.getNumCol() <= HUGE):
            values, gap, status = self._integer(gain, bounds)
            if rounded is None or (values is not None and gap < rounded[1]):
                if values is None:
                    raise NotSolvedError(status)
                rounded = values, gap
        self._held, self.gap = rounded
        self._hold(self._held)

    def _rounded(
        self, gain: Mapping[str, float], bounds: Mapping[str, tuple[float, float]] | None
    ) -> tuple[Any, float] | None:
        """Return what the relaxation builds by half or more, or all but whole, and how far that is from the
        best; None where neither can be.
        """
        best = self.solve(gain, bounds, relaxed=True).values
        place = self.basis()
        built = place.values[self._whole]
        for values in (np.round(built), np.floor(built + FEASIBILITY)):
            self._hold(values)
            self.start_between([place])
            try:
                found = self.solve(gain, bounds, relaxed=True).values
            except NotSolvedError:
                continue
            worth, mine = (sum(w * got[name] for name, w in gain.items()) for got in (best, found))
            return values, max(worth - mine, 0.0) / max(abs(mine), FEASIBILITY)
        return None

    def _integer(
        self, gain: Mapping[str, float], bounds: Mapping[str, tuple[float, float]] | None
    ) -> tuple[Any | None, float, str]:
        """Return the best that was found with whole numbers, how far from the best it may be, and why."""
        highs = self._highs
        self._hold(np.zeros(len(self._whole)), self._most)
        self._ask(gain, bounds)
        self._integrality(highspy.HighsVarType.kInteger)
        # the clock of a solver that has run before goes on
        until = highs.getRunTime() + SECONDS
        first = "ipm" if self.large else "choose"
        for option, value in {
            "solver": "choose", "mip_lp_solver": first, "mip_rel_gap": GAP, "time_limit": until
        }.items():  # fmt: skip
            highs.setOptionValue(option, value)
        highs.run()
        status = highs.modelStatusToString(highs.getModelStatus())
        info = highs.getInfo()
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        values = np.round(np.asarray(highs.getSolution().col_value)[self._whole]) if found else None
        gap = float(info.mip_gap) if found else INFINITE
        self._integrality(highspy.HighsVarType.kContinuous)
        for option, value in (("solver", OPTIONS["solver"]), ("time_limit", INFINITE)):
            highs.setOptionValue(option, value)
        highs.clearSolver()
        return values, gap, status

    def _integrality(self, kind: Any) -> None:
        count = len(self._whole)
        self._highs.changeColsIntegrality(count, self._whole, np.full(count, int(kind), dtype=np.uint8))

    def lexicographic(
        self,
        order: list[str],
        bounds: Mapping[str, tuple[float, float]] | None = None,
        places: list[Place] | None = None,
    ) -> Solution:
        """Solve for one objective after another, each held at its best while the next is sought.

        The answer on each is put in `places`, for a later solve to start from.
        """
        held = dict(bounds or {})
        solution: Solution | None = None
        order = [name for name in order if name in self._objective]
        begun = self.large and not held and len(order) > 1
        if begun:
            self._begin(*order[:2])
        for name in order:
            sign = 1.0 if SENSE[name] == "max" else -1.0
            solution = self.solve({name: sign}, held, primal=begun or solution is not None)
            held[name] = hold(name, solution.values[name], held.get(name))
            if places is not None:
                places.append(self.basis())
        if solution is None:
            raise StudyError(
                Text("None of the objectives asked for can be measured.", "所要求的目标均无法衡量。"),
                Text("Give the study their data.", "请为研究补充数据。"),
            )
        return solution

    def _begin(self, first: str, second: str) -> None:
        """Solve for an objective and very little of another: near the first's best that is best in the other.

        From just any best of the first one it is a long way there.
        """
        rows = (np.asarray(self._define[name], dtype=np.int32) for name in (first, second))
        one, other = (float(np.median(np.abs(self._highs.getRowsEntries(len(k), k)[3]))) for k in rows)
        little = LITTLE * one / other
        self.solve({k: w if SENSE[k] == "max" else -w for k, w in ((first, 1.0), (second, little))})

    def _read(self, place: Place) -> Solution:
        columns, rows, column_duals = place.values, -place.prices, place.reduced
        values = {name: float(columns[k]) for name, k in self._objective.items()}
        # what only has to be as large as this, is as large where it is not made small
        for name, (at, column, constant) in self._convex.items():
            parts = place.made[at] + columns[column]
            if name == "similarity":
                values[name] = float(parts.max())
            else:
                incomes = self.programme.data.incomes
                assert incomes is not None
                values[name] = float(np.abs(parts + constant).sum()) / float(incomes.income.sum())

        def decided(name: str) -> xr.DataArray:
            dims, coords, at = self._read_as[name]
            return xr.DataArray(np.maximum(columns[at], 0.0), coords, dims)

        def price(name: str) -> xr.DataArray:
            empty, there, at = self._rows[name]
            prices = empty.values.copy()
            prices[there] = rows[at]
            return empty.copy(data=prices)

        return Solution(
            decided("move"),
            values,
            WhenAsked(tuple(self._rows), price),
            {name: -float(column_duals[k]) for name, k in self._objective.items()},
            "Optimal",
            place.iterations,
            {name: -float(rows[k].sum()) for name, k in self._define.items()},
            WhenAsked(tuple(n for n in self._read_as if n not in ("move", "intake")), decided),
            self.gap,
        )


class NotSolvedError(StudyError):
    """The solver did not reach an optimum; the message is its own word for why."""

    def __init__(self, status: str) -> None:
        super().__init__(
            Text(f"The solver ended with '{status}'.", f"求解器结束状态为“{status}”。"),
            Text("Look for limits that contradict one another.", "请检查相互矛盾的约束。"),
        )
        self.status = status


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
