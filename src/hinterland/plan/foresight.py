r"""What a planner loses who looks ahead less far: perfect, rolling and myopic foresight.

A planner who decides phase by phase knows the limits of all phases (they are published), but counts only what
comes within the horizon: the phase itself (myopic), so many phases (rolling), or all of them (perfect). What
is decided in a phase stays; the rest is decided anew in the next one.

What is counted is discounted. With rate *r*, capacity that moves in evenly within its phase and :math:`G_p`
in place at the end of phase *p*, the present value of a unit a year is

.. math:: \sum_t \frac{G(t)}{(1+r)^{t+1/2}} + G_q \sum_{t=T_q}^{T_q+L-1} \frac{1}{(1+r)^{t+1/2}},\qquad
          G(t) = G_{p-1} + (G_p - G_{p-1}) \frac{y-1/2}{n_p}

in year *y* of the phase, over the years up to the end :math:`T_q` of the horizon, and a residual value: what
is in place then goes on for *L* years. With :math:`r = L = 0` and all phases these are the years times the
means that the plan's objectives are. Money is spent evenly within its phase and discounted alike.

The order of the phases (`constraints.sequence`) is a share of what the plan moves in all, which a planner who
does not look ahead cannot know. Here it is the same share of what may be released, for all three alike:

.. math:: \sum_{i\in c}\sum_h G_{ihp} \le F_{cp} \sum_{i\in c}\sum_o R_{io} ,

and no least output or scale is demanded. So the perfect one is not the plan itself, but the plan under these
rules.

References
----------
Keppo & Strubegger (2010), Energy 35(5), 2033-2042: limited foresight in a model of an energy system.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from hinterland.plan.added import Added
from hinterland.plan.assemble import number, phase_key
from hinterland.plan.constraints import CONSTRAINTS
from hinterland.plan.data import Array, PlanData
from hinterland.plan.engine import INFINITE
from hinterland.plan.explain import explain_unsolved
from hinterland.plan.model import Plan
from hinterland.plan.programme import build
from hinterland.plan.results import figure, label
from hinterland.plan.solver import NotSolvedError, Solution, Solver
from hinterland.study import Result, StudyError, Text

Values = npt.NDArray[np.float64]
# Families that a planner who does not look ahead cannot keep to.
_OF_THE_WHOLE = ("sequence", "minimum", "backup_floor", "cluster_scale", "project_scale")
_SLACK = 1e-9
# A loss below this share of what is reached is what the solver's tolerances leave.
_ROUNDING = 1e-7
# What is decided in a phase and stays; what is built is given.
_DECIDED = ("move", "arrive", "upgrade")
# Objectives that add up over the years, so that they have a present value.
_YEARLY = ("value_added", "employment", "co2", "landed_cost", "spending", "resilience")


@dataclass(frozen=True)
class Counted(PlanData):
    """The data of a plan with other weights of the capacity in place at the end of each phase, and of the
    money spent in each."""

    weights: tuple[float, ...] = ()
    spent: tuple[float, ...] = ()

    @property
    def stock_weight(self) -> Array:
        """Weight of the capacity in place at the end of each phase, by phase."""
        return xr.DataArray(np.array(self.weights), {"phase": self.codes}, ["phase"])

    @property
    def spend_weight(self) -> Array | float:
        """Weight of the money spent in each phase; without any, that of the plan's means."""
        if not self.spent:
            return super().spend_weight
        return xr.DataArray(np.array(self.spent), {"phase": self.codes}, ["phase"])


@dataclass(frozen=True)
class Seen:
    """What one kind of foresight decides: moves [industry, origin, host, phase], their present value, and the
    plan's objectives (means over its years)."""

    kind: str
    horizon: int
    move: Array
    present_value: float
    values: Mapping[str, float]


def present_weights(years: Sequence[int], rate: float, residual: int, horizon: int) -> Values:
    """Return the present value of a unit in place at the end of each phase, counted up to a horizon.

    Parameters
    ----------
    years : sequence of int
        Years of each phase.
    rate : float
        Discount rate a year, zero or more.
    residual : int
        Years for which what is in place at the end of the horizon goes on.
    horizon : int
        Number of phases counted, from the first.
    """
    out = np.zeros(len(years))
    start = 0
    for p, n in enumerate(years[:horizon]):
        factor = (1 + rate) ** -(start + np.arange(n) + 0.5)
        reached = (np.arange(n) + 0.5) / n
        out[p] += float(factor @ reached)
        if p > 0:
            out[p - 1] += float(factor @ (1 - reached))
        start += n
    out[horizon - 1] += float(((1 + rate) ** -(start + np.arange(residual) + 0.5)).sum())
    return out


def spending_weights(years: Sequence[int], rate: float) -> Values:
    """Return the present value of a unit of money spent evenly within each phase."""
    ends = np.cumsum([0, *years]).tolist()
    return np.array([((1 + rate) ** -(np.arange(a, b) + 0.5)).mean() for a, b in pairwise(ends)])


class Planner:
    """The programme as it looks with a horizon, loaded once for each horizon."""

    def __init__(
        self,
        data: PlanData,
        rates: Mapping[str, float],
        rate: float,
        residual: int,
        built: Mapping[str, Array],
    ) -> None:
        self.data = data
        self._built = built
        self._rates = {name: value for name, value in rates.items() if abs(value) > 0}
        self._rate, self._residual = rate, residual
        self._solvers: dict[int, Solver] = {}

    def _solver(self, horizon: int) -> Solver:
        """Return the programme with a horizon counted; with none, with the weights of the plan's means."""
        if horizon not in self._solvers:
            years = [p.years for p in self.data.phases]
            weights = (
                present_weights(years, self._rate, self._residual, horizon)
                if horizon
                else np.asarray(self.data.stock_weight.values)
            )
            spent = tuple(spending_weights(years, self._rate).tolist()) if horizon else ()
            values = {f.name: getattr(self.data, f.name) for f in fields(PlanData)}
            counted = Counted(**values, weights=tuple(weights.tolist()), spent=spent)
            names = [c for c in CONSTRAINTS if c not in _OF_THE_WHOLE]
            solver = Solver(build(counted, names))
            solver.keep(self._built)
            # these rows stay: the schedule of the phases as shares of what may be released
            self._schedule(Added(solver), solver)
            self._solvers[horizon] = solver
        return self._solvers[horizon]

    def _schedule(self, added: Added, solver: Solver) -> None:
        data = self.data
        labels = solver.programme.model.variables["intake"].labels
        whole = (data.classes * data.releasable.sum("origin")).sum("industry")
        for c in data.classes["factor_class"].values:
            members = data.classes["industry"].values[data.classes.sel(factor_class=c).values > 0]
            for p in data.codes:
                share = float(data.focus.sel(factor_class=c, phase=p))
                if share < 1:
                    at = labels.sel(industry=members, phase=p).values.ravel()
                    columns = [solver.columns[int(v)] for v in at]
                    added.row(
                        -INFINITE, share * float(whole.sel(factor_class=c)), columns, np.ones(len(columns))
                    )

    def means(self, done: Sequence[Values]) -> Mapping[str, float]:
        """Return the plan's objectives where all is decided, by its columns in each phase."""
        return self._decided(0, done).values

    def decide(self, horizon: int, done: Sequence[Values]) -> tuple[Array, float, list[Values]]:
        """Return the best moves, their present value counted to a horizon, and what is decided by phase
        (moves, their modes, upgrades) by its columns.

        Parameters
        ----------
        horizon : int
            Number of phases counted, from the first; nothing moves after them.
        done : sequence of arrays
            Columns of the first phases, which are decided already.
        """
        found = self._decided(horizon, done)
        solver = self._solver(horizon)
        worth = sum(rate * found.values[name] for name, rate in self._rates.items())
        values = np.maximum(np.asarray(solver.highs.getSolution().col_value), 0.0)
        return found.move, float(worth), [values[at] for at in self._columns(solver)]

    def _columns(self, solver: Solver) -> list[npt.NDArray[np.int64]]:
        """Return the columns of what is decided in each phase."""
        model = solver.programme.model
        labels = [model.variables[name].labels for name in _DECIDED if name in model.variables]
        return [
            np.array([solver.columns[int(v)] for one in labels for v in one.sel(phase=code).values.ravel()])
            for code in self.data.codes
        ]

    def _decided(self, horizon: int, done: Sequence[Values]) -> Solution:
        """Solve with what is decided held, and nothing decided after the horizon."""
        solver = self._solver(horizon)
        for k, columns in enumerate(self._columns(solver)):
            low, high = np.zeros(len(columns)), np.full(len(columns), INFINITE)
            if k < len(done):
                slack = _SLACK * max(1.0, float(done[k].sum()))
                low, high = np.maximum(done[k] - slack, 0.0), done[k] + slack
            elif k >= horizon:
                high = np.zeros(len(columns))
            solver.highs.changeColsBounds(len(columns), columns.astype(np.int32), low, high)
        return solver.solve(self._rates)


def look_ahead(
    data: PlanData,
    rates: Mapping[str, float],
    *,
    rate: float,
    residual: int,
    horizon: int,
    built: Mapping[str, Array] = MappingProxyType({}),
) -> tuple[Seen, ...]:
    """Return what perfect, rolling and myopic foresight decide.

    Parameters
    ----------
    data : PlanData
    rates : mapping
        What a unit of each objective counts for.
    rate : float
        Discount rate a year.
    residual : int
        Years for which capacity goes on after the end of a horizon.
    horizon : int
        Phases that rolling foresight sees, the present one included.
    built : mapping
        What a plan has built (its `more`), which is given for all three.

    Raises
    ------
    NotSolvedError
        A phase leaves no plan.
    """
    planner = Planner(data, rates, rate, residual, built)
    count = len(data.codes)
    out = []
    for kind, ahead in (("perfect", count), ("rolling", min(horizon, count)), ("myopic", 1)):
        moves, worth, columns = planner.decide(min(ahead, count), ())
        for k in range(1, count if ahead < count else 1):
            moves, worth, columns = planner.decide(min(k + ahead, count), columns[:k])
        out.append(Seen(kind, ahead, moves, worth, planner.means(columns)))
    return tuple(out)


METHOD = Text(
    "The plan decided phase by phase, counting only what comes within the horizon: all phases (perfect), {n} "
    "(rolling) or one (myopic). Worth at the plan's own prices, discounted at {r:.1%} a year; what is in "
    "place at the end of a horizon goes on for {l} years (residual value). The limits of all phases are "
    "known to all; the order of the phases is a share of what may be released; what is built is the plan's.",
    "逐阶段决策，只计视野内的收益：全部阶段（完全预见）、{n}个阶段（滚动）或一个阶段（短视）。"
    "按方案自身价格计价值，年折现率{r:.1%}；视野末已到位的产能继续使用{l}年（残值）。"
    "各阶段约束均为已知；分期次序按可转出产能的比例计；所建设施与集群以方案为准。",
)


def foresight(plan: Plan) -> tuple[Result, ...]:
    """Return what is lost when the plan is decided with less foresight.

    Parameters plan.discount_rate, plan.residual_years and plan.horizon_phases.

    Returns
    -------
    tuple of Result
        plan_foresight (present value by kind of foresight, loss against perfect foresight, objectives) and
        plan_foresight_phases (what moves in each phase).

    Raises
    ------
    StudyError
        The plan has one phase only, or an objective that does not add up over the years.
    """
    s = plan.study
    other = [n for n, rate in plan.rates.items() if abs(rate) > 0 and n not in _YEARLY]
    if other:
        names = [s.text("objective", n) for n in other]
        raise StudyError(
            Text(
                f"{', '.join(n.en for n in names)}: no sum over the years, and so without a present value.",
                f"{'、'.join(n.zh for n in names)}不是逐年累加的量，没有现值。",
            ),
            Text("Choose other objectives for this question.", "请为此问题选用其他目标。"),
        )
    if len(plan.data.codes) < 2:
        raise StudyError(
            Text("The plan has one phase only: there is nothing to foresee.", "方案只有一个阶段，无需预见。"),
            Text("Choose a preset with two phases or more.", "请选择至少两个阶段的分期。"),
        )
    settings = {
        "rate": number(s, "plan.discount_rate", 0, 1),
        "residual": int(number(s, "plan.residual_years", 0)),
        "horizon": int(number(s, "plan.horizon_phases", 1)),
    }
    try:
        seen = look_ahead(plan.data, plan.rates, built=plan.more, **settings)  # type: ignore[arg-type]
    except NotSolvedError as error:
        raise explain_unsolved(plan.data, error, s) from error
    method = METHOD.format(n=seen[1].horizon, r=settings["rate"], l=settings["residual"])
    return _values(plan, seen, method), _phases(plan, seen, method)


def _values(plan: Plan, seen: Sequence[Seen], method: Text) -> Result:
    s, unit = plan.study, plan.data.units
    best = seen[0].present_value
    rows = []
    for x in seen:
        row: dict[str, object] = {
            "foresight": x.kind,
            "present_value": x.present_value,
            "loss": 0.0 if abs(best - x.present_value) <= _ROUNDING * abs(best) else best - x.present_value,
        }
        row["loss_share"] = float(str(row["loss"])) / best if best > 0 else float("nan")
        for m in ("value_added", "employment", "co2", "output"):
            if m in plan.values:
                row[m] = x.values[m]
        rows.append(row)
    money = unit.get(plan.priced_in, "")
    measures = [m for m in ("value_added", "employment", "co2", "output") if m in rows[0]]
    columns = [
        label(s, "foresight", "code"),
        figure(plan, "present_value", money),
        figure(plan, "loss", money),
        figure(plan, "loss_share", "", "share"),
        *(figure(plan, m, unit.get(m, "")) for m in measures),
    ]
    return Result(
        "plan_foresight",
        Text("What shortsightedness costs", "短视的代价"),
        pd.DataFrame(rows, columns=[c.name for c in columns]),
        tuple(columns),
        method,
        Text(
            "Present value of all years and the residual; the objectives beside it are means over the plan's "
            "years.",
            "现值为全部年份与残值之和；其余目标为规划期年均。",
        ),
    )


def _phases(plan: Plan, seen: Sequence[Seen], method: Text) -> Result:
    s = plan.study
    rows = [
        {
            "foresight": x.kind,
            "host": host,
            "phase": phase_key(s, plan.data.preset, code),
            "output": float(x.move.sel(host=host, phase=code).sum()),
        }
        for x in seen
        for host in plan.transfer["host"].values.tolist()
        for code in plan.data.codes
    ]
    columns = [
        label(s, "foresight", "code"),
        label(s, "host", "region"),
        label(s, "phase", "phase"),
        figure(plan, "output", plan.data.units.get("output", "")),
    ]
    return Result(
        "plan_foresight_phases",
        Text("What moves when, with more and less foresight", "不同预见程度下各阶段的转移量"),
        pd.DataFrame(rows, columns=[c.name for c in columns]),
        tuple(columns),
        method,
    )
