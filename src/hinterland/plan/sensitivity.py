r"""How far the plan's figures move with the assumptions it rests on.

The plan is made again with other values of its parameters, each within the range that the table of parameters
declares for it, and by the same rule each time. An objective other than "balanced" is optimised as before.
The balanced plan keeps its relative position on the frontier,

.. math:: \theta = \frac{f_2 - f_2^{(1)}}{f_2^{(2)} - f_2^{(1)}},

with :math:`f_2` the second objective of the chosen plan and :math:`f_2^{(k)}` its value where the k-th
objective is best: the ends of the frontier are found anew, :math:`\theta` stays. Choosing the knee anew would
jump from point to point of a frontier that hardly moved, and hide the effect of the assumption behind that of
the grid.

Two questions are asked. One at a time: what does each assumption alone do at its low and at its high end?
That shows which ones matter, but sees no interaction and only the axes of the space of assumptions (Saltelli
et al. 2008; Saltelli & Annoni 2010). Jointly: within which range do the figures lie when all are drawn
together? A Latin hypercube (McKay, Beckman & Conover 1979) over triangular distributions with the plan's own
value as the mode. The highest and the lowest of n draws are expected to hold (n-1)/(n+1) of all such draws.

References
----------
McKay, Beckman & Conover (1979), Technometrics 21(2), 239-245.
Saltelli et al. (2008), Global Sensitivity Analysis: The Primer, Wiley.
Saltelli & Annoni (2010), Environmental Modelling & Software 25(12), 1508-1517.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.accounts import complete
from hinterland.plan.assemble import number, plan_data
from hinterland.plan.assumptions import Assumption, assumptions, draws, reading
from hinterland.plan.choice import sign
from hinterland.plan.data import Array, PlanData
from hinterland.plan.explain import explain_unsolved
from hinterland.plan.memory import Memory
from hinterland.plan.model import Plan
from hinterland.plan.optimise import SPARING, TIE_ORDER, objectives_traded, within
from hinterland.plan.reload import Reloader
from hinterland.plan.results import figure, label
from hinterland.plan.solver import NotSolvedError, Solution, Solver, hold
from hinterland.study import EMPTY, Column, Result, Study, StudyError, Text

MEASURES = ("value_added", "employment", "co2", "landed_cost", "output")
_POINT = "point"
# What says how a plan was put together, and not what it is made from.
_REMARKS = ("notes", "lost_growth", "elapsed")


@dataclass(frozen=True, slots=True)
class Case:
    """The plan made again under other assumptions: what it achieves, or why there is none."""

    settings: Mapping[str, float]
    values: Mapping[str, float] = field(default_factory=dict)
    moved: Array | None = None
    error: StudyError | None = None
    changed: bool = True
    """False when the plan's data are the same as before."""


@dataclass(frozen=True, slots=True)
class Rule:
    """By which rule a plan is chosen: an objective, or relative positions between the frontier's ends.

    `positions` are those of the objectives traded off, the first one, which is optimised, left out.
    """

    preset: str
    objective: str
    traded: tuple[str, ...]
    positions: tuple[float, ...] = ()


def same(a: PlanData, b: PlanData) -> bool:
    """True when two plans are made from the same data, whatever was remarked on the way."""

    def alike(x: object, y: object) -> bool:
        if isinstance(x, xr.DataArray):
            return isinstance(y, xr.DataArray) and x.equals(y)
        if isinstance(x, Mapping):
            return isinstance(y, Mapping) and set(x) == set(y) and all(alike(x[k], y[k]) for k in x)
        if is_dataclass(x):
            return type(x) is type(y) and all(
                alike(getattr(x, f.name), getattr(y, f.name)) for f in fields(x)
            )
        return bool(x == y)

    names = [f.name for f in fields(PlanData) if f.name not in _REMARKS]
    return all(alike(getattr(a, n), getattr(b, n)) for n in names)


Bases = dict[str, Any]
"""Bases of the solver by what was sought, to start from: each solve of a case is near that of the plan."""


def ends(solver: Solver, starts: Bases, traded: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return what the objectives traded off come to where each is best, the others after it in turn."""
    payoff = {}
    for name in traded:
        if name in starts:
            solver.restore(starts[name])
        found = solver.solve({name: sign(name)})
        starts.setdefault(name, solver.basis())
        held = {name: hold(name, found.values[name])}
        for other in traded:
            if other != name:
                found = solver.solve({other: sign(other)}, held, primal=True)
                held[other] = hold(other, found.values[other])
        payoff[name] = dict(found.values)
    return payoff


def rule_of(plan: Plan, solver: Solver, starts: Bases) -> Rule:
    """Return the rule by which a plan was chosen, so that it can be chosen by it again."""
    if plan.objective != "balanced":
        return Rule(plan.data.preset, plan.objective, (plan.objective,))
    traded = plan.traded if len(plan.traded) > 1 else objectives_traded(plan.data)
    payoff = ends(solver, starts, traded)
    positions = []
    for name in traded[1:]:
        start, end = payoff[traded[0]][name], payoff[name][name]
        width = end - start
        share = (plan.values[name] - start) / width if abs(width) > 1e-9 * max(1.0, abs(start)) else 0.0
        # between two ends; of three objectives one may be worse than where the first is best
        positions.append(float(np.clip(share, 0.0, 1.0)) if len(traded) == 2 else float(share))
    return Rule(plan.data.preset, plan.objective, tuple(traded), tuple(positions))


def replan(solver: Solver, rule: Rule, starts: Bases) -> Solution:
    """Solve a loaded programme by the rule of another plan.

    Raises
    ------
    StudyError
        There is no plan; the message names what keeps it.
    """
    data = solver.programme.data
    try:
        if rule.objective != "balanced":
            return solver.lexicographic([rule.objective, *(o for o in TIE_ORDER if o != rule.objective)])
        first, *others = rule.traded
        payoff = ends(solver, starts, rule.traded)
        names = [*rule.traded, *(o for o in TIE_ORDER if o not in (*rule.traded, *SPARING) and data.has(o))]
        levels = {
            name: payoff[first][name] + share * (payoff[name][name] - payoff[first][name])
            for name, share in zip(others, rule.positions, strict=True)
        }
        if _POINT in starts:
            solver.restore(starts[_POINT])
        found = within(solver, payoff, names, rule.traded, levels)[0]
        starts.setdefault(_POINT, solver.basis())
        return found
    except NotSolvedError as error:
        raise explain_unsolved(data, error) from error


class Bench:
    """A plan, and what it takes to make it again under other assumptions."""

    def __init__(self, study: Study, plan: Plan) -> None:
        self.plan = plan
        self.reading = reading(study, plan.data.preset)
        self._done = complete(study)
        self._memory = Memory()
        self._reloader = Reloader(plan.data, plan.more)
        self._starts: Bases = {}
        solver = self._reloader.solver(plan.data)
        self.rule = rule_of(plan, solver, self._starts)
        # the plan itself by its rule: what all cases start from, so that none depends on the one before it
        self.base = replan(solver, self.rule, self._starts)

    def study(self, settings: Mapping[str, float]) -> Study:
        """Return the completed study under these settings; only what rests on them is derived anew."""
        study = self._done
        for code, value in settings.items():
            study = study.with_parameter(code, value)
        stale = self.reading.stale(settings)
        return complete(
            replace(
                study,
                arrays={n: a for n, a in study.arrays.items() if n not in stale},
                provenance={n: p for n, p in study.provenance.items() if n not in stale},
            )
        )

    def case(self, settings: Mapping[str, float]) -> Case:
        """Make the plan again with these assumptions at these values."""
        return self.of(lambda: self.data(settings), settings)

    def data(self, settings: Mapping[str, float]) -> PlanData:
        """Return the plan's data with these assumptions at these values."""
        return plan_data(self.study(settings), self.rule.preset, self._memory)

    def of(self, data: Callable[[], PlanData], settings: Mapping[str, float] = MappingProxyType({})) -> Case:
        """Make the plan again from other data, or say why there is none."""
        try:
            made = data()
            if same(made, self.plan.data):
                moved = self.plan.transfer.sum(["origin", "phase"])
                return Case(settings, self.plan.values, moved, changed=False)
            solution = replan(self.solver(made), self.rule, self._starts)
        except StudyError as error:
            return Case(settings, error=error)
        return Case(settings, solution.values, solution.move.sum(["origin", "phase"]))

    def solver(self, data: PlanData) -> Solver:
        """Return a solver loaded with the programme of some data; one at a time."""
        return self._reloader.solver(data)


def sensitivity(
    study: Study, plan: Plan, within: Callable[[float], None] = lambda share: None
) -> tuple[Result, ...]:
    """Say how far the plan's figures, and its moves, hold when its assumptions vary within their ranges.

    Parameters
    ----------
    study : Study
        As opened. In one that is completed already the assumptions of the accounts are fixed: what was
        derived from them is taken as given.
    plan : Plan
        The plan whose figures are in question.
    within : callable, optional
        Told which share of the work is done.

    Returns
    -------
    tuple of Result
        plan_sensitivity (each assumption alone at its ends, the largest effect first; one whose plan cannot
        be made comes before all and says why), plan_range (the headline figures with their ranges) and
        plan_robust_moves (in what share of the cases each industry still moves to each host).
    """
    bench = Bench(study, plan)
    wanted = assumptions(study, bench.reading.all)
    joint = draws(wanted, int(number(study, "plan.sensitivity_draws", 0)), int(study.parameter("seed")))
    steps = 2 * len(wanted) + len(joint)
    told = iter(range(1, steps + 1))

    def taken(case: Case) -> Case:
        within(next(told) / steps)
        return case

    alone = {a: tuple(taken(bench.case({a.code: v})) for v in (a.low, a.high)) for a in wanted}
    together = [
        taken(bench.case({a.code: float(v) for a, v in zip(wanted, row, strict=True)})) for row in joint
    ]
    without = [a for a, cases in alone.items() if not any(c.changed for c in cases)]
    alone = {a: cases for a, cases in alone.items() if a not in without}
    return (
        _sensitivity(plan, alone, without),
        _range(plan, alone, together),
        _robust_moves(plan, alone, together),
    )


METHOD = Text(
    "The plan is made again with other values of its assumptions, each within its declared range, by the "
    "same rule: its objective, or for the balanced plan the same relative position between the ends of the "
    "frontier. One at a time at both ends of its range: this sees no interaction between assumptions "
    "(Saltelli et al. 2008; Saltelli & Annoni 2010). ",
    "在各假设的声明区间内改变其取值，按同一规则重新求解方案：同一目标，均衡方案则取前沿两端之间的同一相对位置。"
    "逐一变动至区间两端，此法不反映假设之间的交互（Saltelli等，2008；Saltelli和Annoni，2010）。",
)
_JOINT = Text(
    "Jointly: {n} draws of all assumptions, a Latin hypercube (McKay et al. 1979) over triangular "
    "distributions with the plan's value as the mode; the lowest and highest of {n} draws are expected to "
    "hold {c:.0%} of all such draws. The ranges and the form of the distributions are assumptions.",
    "联合变动：对全部假设作{n}次拉丁超立方抽样（McKay等，1979），取以方案取值为众数的三角分布；"
    "{n}次中的最低与最高值预期包含{c:.0%}的此类抽样。区间与分布形式均为假设。",
)


def _method(count: int) -> Text:
    return METHOD + _JOINT.format(n=count, c=(count - 1) / (count + 1)) if count else METHOD


def _measured(plan: Plan) -> list[str]:
    return [m for m in MEASURES if m in plan.values]


def _assumed(plan: Plan, name: str) -> Column:
    return Column(name, plan.study.text("column", name), "number", "", "assumption")


def _sensitivity(
    plan: Plan, alone: Mapping[Assumption, tuple[Case, ...]], without: Sequence[Assumption]
) -> Result:
    measures = _measured(plan)
    nan = float("nan")
    rows: list[dict[str, object]] = []
    for a, cases in alone.items():
        row: dict[str, object] = {
            "parameter": a.code,
            "parameter_en": a.meaning.en,
            "parameter_zh": a.meaning.zh,
            "value": a.value,
            "low": a.low,
            "high": a.high,
            "unit": a.unit,
        }
        for m in measures:
            for end, case in zip(("low", "high"), cases, strict=True):
                row[f"{m}_{end}"] = case.values.get(m, nan)
        seen = [plan.values[measures[0]], *(c.values[measures[0]] for c in cases if c.error is None)]
        swing = max(seen) - min(seen) if len(seen) > 1 else nan
        # what the solver's tolerances leave is no effect
        row["swing"] = 0.0 if swing <= 1e-7 * abs(seen[0]) else swing
        row["solved"] = all(c.error is None for c in cases)
        remark = _joined(_failures(plan.study, cases))
        row["remark_en"], row["remark_zh"] = remark.en, remark.zh
        rows.append(row)
    s, unit = plan.study, plan.data.units
    columns = [
        label(s, "parameter", "code"),
        label(s, "parameter_en", "text"),
        label(s, "parameter_zh", "text"),
        *(_assumed(plan, n) for n in ("value", "low", "high")),
        label(s, "unit", "text"),
        *(figure(plan, f"{m}_{end}", unit.get(m, "")) for m in measures for end in ("low", "high")),
        figure(plan, "swing", unit.get(measures[0], "")),
        label(s, "solved", "flag"),
        label(s, "remark_en", "text"),
        label(s, "remark_zh", "text"),
    ]
    frame = pd.DataFrame(rows, columns=[c.name for c in columns])
    # to nine digits: rounding in the solver must not decide the order
    size = frame["swing"].map(lambda v: float(f"{v:.9g}")).where(frame["solved"].astype(bool), np.inf)
    frame = frame.assign(size=size).sort_values(["size", "parameter"], ascending=[False, True], kind="stable")
    note = EMPTY
    if without:
        names = [s.text("parameter", a.code) for a in without]
        note = Text(
            f"Read, but without effect on this plan: {', '.join(n.en for n in names)}.",
            f"已读取但对本方案无影响：{'、'.join(n.zh for n in names)}。",
        )
    return Result(
        "plan_sensitivity",
        Text("What each assumption alone does to the plan", "各假设单独变动对方案的影响"),
        frame[[c.name for c in columns]].reset_index(drop=True),
        tuple(columns),
        METHOD,
        note,
    )


def _failures(study: Study, cases: Sequence[Case]) -> Iterator[Text]:
    for case in cases:
        if case.error is not None:
            at = _at(study, case)
            yield Text(
                f"No plan at {at.en}: {case.error.words.en}", f"{at.zh}时无方案：{case.error.words.zh}"
            )


def _at(study: Study, case: Case) -> Text:
    """Name a case that varies one assumption."""
    ((code, value),) = case.settings.items()
    return study.text("parameter", code) + Text.same(f" {value:g}")


def _joined(texts: Iterator[Text]) -> Text:
    found = list(texts)
    return Text(" ".join(t.en for t in found), "".join(t.zh for t in found))


def _range(plan: Plan, alone: Mapping[Assumption, tuple[Case, ...]], together: Sequence[Case]) -> Result:
    s = plan.study
    cases = [c for pair in alone.values() for c in pair]
    solved = [c for c in cases if c.error is None]
    drawn = [c for c in together if c.error is None]
    nan = float("nan")
    rows = []
    for m in _measured(plan):
        base = plan.values[m]
        row: dict[str, object] = {"objective": m, "value": base}
        for end, pick in (("low", min), ("high", max)):
            ends = [(base, EMPTY), *((c.values[m], _at(s, c)) for c in solved)]
            value, when = pick(ends, key=lambda e: float(f"{e[0]:.9g}"))
            row |= {end: value, f"{end}_when_en": when.en, f"{end}_when_zh": when.zh}
            row[f"joint_{end}"] = pick((c.values[m] for c in drawn), default=nan)
        rows.append(row | {"unit": plan.data.units.get(m, "")})
    columns = [
        label(s, "objective", "code"),
        figure(plan, "value", ""),
        figure(plan, "joint_low", ""),
        figure(plan, "joint_high", ""),
        label(s, "unit", "text"),
        replace(figure(plan, "low", ""), label=Text("Lowest, one varied at a time", "逐一变动最低")),
        label(s, "low_when_en", "text"),
        label(s, "low_when_zh", "text"),
        replace(figure(plan, "high", ""), label=Text("Highest, one varied at a time", "逐一变动最高")),
        label(s, "high_when_en", "text"),
        label(s, "high_when_zh", "text"),
    ]
    failed, lost = len(cases) - len(solved), len(together) - len(drawn)
    note = Text(
        f"{len(solved)} of {len(cases)} cases of one assumption and {len(drawn)} of {len(together)} joint "
        "draws have a plan"
        + (
            "; the ranges are of those that have one, so that the others may lie outside."
            if failed + lost
            else "."
        ),
        f"单一假设的{len(cases)}个情形中{len(solved)}个、联合抽样的{len(together)}次中{len(drawn)}次有解"
        + ("；区间仅就有解者而言，无解者可能在其外。" if failed + lost else "。"),
    )
    return Result(
        "plan_range",
        Text("How sure the plan's figures are", "方案主要数字的不确定性"),
        pd.DataFrame(rows, columns=[c.name for c in columns]),
        tuple(columns),
        _method(len(together)),
        note,
    )


def _robust_moves(
    plan: Plan, alone: Mapping[Assumption, tuple[Case, ...]], together: Sequence[Case]
) -> Result:
    s = plan.study
    survival = number(s, "plan.survival_share", 0, 1)
    sure = number(s, "plan.no_regret_share", 0, 1)
    least = number(s, "plan.listing_tolerance", 0, 1) * float(plan.transfer.sum())
    mine = plan.transfer.sum(["origin", "phase"])
    cases = [c for pair in alone.values() for c in pair]
    counted = list(together) or cases
    all_moves = [c.moved for c in [*cases, *together] if c.moved is not None]
    stacked = xr.concat([mine, *(m.reindex_like(mine) for m in all_moves)], dim="case")
    lowest, highest = stacked.min("case"), stacked.max("case")
    nothing = xr.zeros_like(mine)
    kept = nothing
    for case in counted:  # a case without a plan keeps nothing
        now = nothing if case.moved is None else case.moved.reindex_like(mine)
        kept = kept + (now >= survival * mine)
    share = kept / len(counted) if counted else nothing * np.nan
    whole = xr.Dataset({"output": mine, "case_share": share, "output_min": lowest, "output_max": highest})
    frame = whole.transpose("industry", "host").to_dataframe().reset_index()
    frame = frame[frame["output"] > least]
    frame["no_regret"] = frame["case_share"] >= sure
    rank = frame["output"].map(lambda v: float(f"{v:.9g}"))
    frame = frame.assign(rank=rank).sort_values(
        ["case_share", "rank"], ascending=[False, False], kind="stable"
    )
    unit = plan.data.units.get("output", "")
    columns = [
        label(s, "industry", "industry"),
        label(s, "host", "region"),
        figure(plan, "output", unit),
        figure(plan, "case_share", "", "share"),
        figure(plan, "output_min", unit),
        figure(plan, "output_max", unit),
        label(s, "no_regret", "flag"),
    ]
    count = len(counted)
    kind = Text("joint draws", "联合抽样") if together else Text("cases of one assumption", "单一假设情形")
    return Result(
        "plan_robust_moves",
        Text("Which moves hold under other assumptions", "哪些转移在其他假设下依然成立"),
        frame[[c.name for c in columns]].reset_index(drop=True),
        tuple(columns),
        _method(len(together)),
        Text(
            f"Share of the {count} {kind.en} in which at least {survival:.0%} of the plan's amount still "
            f"moves; a case without a plan counts as none. No regret: {sure:.0%} of them or more. Lowest and "
            "highest over all cases.",
            f"在{count}个{kind.zh}中，转移量不低于方案量{survival:.0%}的比例；无解情形计为不转移。"
            f"“无悔”指该比例不低于{sure:.0%}。最低与最高为全部情形的结果。",
        ),
    )
