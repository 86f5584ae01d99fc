"""Find plans: one that is best for an objective, and the frontier between two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from hinterland.plan.assemble import number, plan_data
from hinterland.plan.data import PlanData
from hinterland.plan.explain import explain_nothing, explain_unsolved
from hinterland.plan.model import Frontier, Plan, make_plan
from hinterland.plan.objectives import SENSE
from hinterland.plan.solver import INFINITE, NotSolvedError, Solution, Solver, hold, load
from hinterland.study import EMPTY, Study, StudyError, Text

Objective = Literal["balanced", "value_added", "employment", "co2", "landed_cost"]
# What the others are settled by, once the wanted objective is at its best.
TIE_ORDER = ("value_added", "co2", "employment", "landed_cost")
# Weight of the other objectives in the augmented one, as a share of the first one's range (Mavrotas 2009:
# 1e-3..1e-6).
AUGMENT = 1e-4
# The third objective counts for a tenth of the second in the augmentation (Mavrotas & Florios 2013).
AUGMENT_THIRD = 0.1


def optimise(study: Study, preset: str | None = None, objective: Objective = "balanced") -> Plan:
    """Return the transfer plan that is best for an objective.

    Parameters
    ----------
    study : Study
    preset : str, optional
        Phases to plan over; the study's own choice when left out.
    objective : str
        "balanced" is the chosen point (the knee) of the frontier between value added and carbon. The others
        are optimised lexicographically: first the one asked for, then the rest in the order value added,
        carbon, jobs, landed cost, so that the plan is efficient and ties are settled the same way every time.

    Raises
    ------
    StudyError
        No plan exists, or nothing can move; the message names what keeps it.
    """
    if objective not in get_args(Objective):
        raise StudyError(
            Text(f"There is no objective '{objective}'.", f"没有名为“{objective}”的目标。"),
            Text(
                f"Choose from: {', '.join(get_args(Objective))}.", f"可选：{', '.join(get_args(Objective))}。"
            ),
        )
    if objective == "balanced":
        return frontier(study, preset=preset).plan
    data = plan_data(study, preset)
    if not data.has(objective):
        raise StudyError(
            Text(
                f"The plan cannot be optimised for {objective}: the study has no data for it.",
                f"无法以{objective}为目标优化：研究缺少其数据。",
            ),
            Text("Add the table, or choose another objective.", "补充该表，或改选其他目标。"),
        )
    return best(study, data, load(data), objective)


def best(study: Study, data: PlanData, solver: Solver, objective: str) -> Plan:
    """Return the lexicographically best plan on a loaded programme."""
    try:
        sign = 1.0 if SENSE[objective] == "max" else -1.0
        priced = solver.solve({objective: sign})
        order = [objective, *(o for o in TIE_ORDER if o != objective)]
        solution = solver.lexicographic(order)
    except NotSolvedError as error:
        raise explain_unsolved(data, error) from error
    return make_plan(study, data, objective, objective, solution, priced)


def payoff_table(solver: Solver, names: list[str]) -> dict[str, dict[str, float]]:
    """Return the values of all objectives where each is best, the others optimised after it in turn."""
    out = {}
    for name in names:
        out[name] = dict(solver.lexicographic([name, *(o for o in names if o != name)]).values)
    return out


def frontier(study: Study, points: int | None = None, preset: str | None = None) -> Frontier:
    r"""Return non-dominated plans between the most value added and the least carbon.

    The augmented epsilon-constraint method (Mavrotas 2009; Mavrotas & Florios 2013): with
    :math:`r` the ranges of the payoff table and :math:`e_k` equal steps from the second objective's value at
    the first one's best to its own best,

    .. math:: \max f_1 - \delta r_1\Bigl(\frac{f_2}{r_2} - 0.1\frac{f_3}{r_3}\Bigr)
              \quad\text{s.t. } f_2 \le e_k,

    so that every point is efficient in all three (value added, carbon, jobs). The programme is loaded once;
    each point changes one bound. Among plans of equal objectives the one with the least landed cost is taken.

    The chosen point is the knee: the largest distance to the chord between the ends, both objectives scaled
    to 0..1 (Das 1999); of equals, the one with the more value added.

    Without carbon data the second objective is the landed cost.

    Parameters
    ----------
    study : Study
    points : int, optional
        Number of points, at least 2; parameter plan.frontier_points when left out.
    preset : str, optional
        Phases to plan over.
    """
    count = int(number(study, "plan.frontier_points", 2)) if points is None else int(points)
    if count < 2:
        raise StudyError(
            Text(f"A frontier of {count} points was asked for.", f"要求的前沿点数为{count}。"),
            Text("Ask for two or more.", "至少为两点。"),
        )
    data = plan_data(study, preset)
    solver = load(data)
    if data.integer:
        settle_at_knee(solver)
    return trace(study, data, solver, count)


def settle_at_knee(solver: Solver, points: int = 5) -> None:
    """Decide what is built whole where the frontier of the relaxation has its knee, and hold it.

    The relaxation (parts may be built) is traced with a few points between its ends; at its knee the
    programme is solved with whole numbers. The frontier traced afterwards is of plans with this built.
    """
    first, second = objectives_traded(solver.programme.data)
    gain = {name: 1.0 if SENSE[name] == "max" else -1.0 for name in (first, second)}
    try:
        top = solver.solve({first: gain[first]}, relaxed=True)
        held = {first: hold(first, top.values[first])}
        most = solver.solve({second: gain[second]}, held, relaxed=True).values[second]
        least = solver.solve({second: gain[second]}, relaxed=True).values[second]
        caps = np.linspace(most, least, points)
        found = []
        for cap in caps:
            bound = {second: (-INFINITE, hold(second, float(cap))[1])}
            found.append([solver.solve({first: gain[first]}, bound, relaxed=True).values[first], cap])
        cap = float(caps[knee(np.array(found))])
        solver.settle({first: gain[first]}, {second: (-INFINITE, hold(second, cap)[1])})
    except NotSolvedError as error:
        raise explain_unsolved(solver.programme.data, error) from error


def objectives_traded(data: PlanData) -> tuple[str, str]:
    """Return the two objectives of the frontier: value added against carbon, else against landed cost."""
    first = "value_added"
    second = next((o for o in ("co2", "landed_cost") if data.has(o)), None)
    if not data.has(first) or second is None:
        raise StudyError(
            Text(
                "A frontier needs value added and, against it, carbon or landed cost; the study lacks them.",
                "前沿需要增加值以及碳排放或到岸成本，研究缺少这些数据。",
            ),
            Text("Add the tables, or plan for one objective.", "补充数据表，或按单一目标规划。"),
        )
    return first, second


def trace(study: Study, data: PlanData, solver: Solver, count: int) -> Frontier:
    """Trace the frontier on a loaded programme."""
    first, second = objectives_traded(data)
    names = [o for o in TIE_ORDER if data.has(o) and (o != "landed_cost" or second == o)]
    try:
        payoff = payoff_table(solver, names)
        steps = np.linspace(payoff[first][second], payoff[second][second], count)
        plans = []
        for step in steps:
            solution, priced = point(solver, payoff, names, first, second, float(step))
            plans.append(make_plan(study, data, "balanced", first, solution, priced))
    except NotSolvedError as error:
        raise explain_unsolved(data, error) from error
    kept = distinct(plans, first, second)
    if not float(kept[0].transfer.sum()) > 0:
        raise explain_nothing(data)
    note = EMPTY
    if len(kept) < count:
        note = Text(
            f"{first} and {second} are not in conflict over part of the range: {len(kept)} of {count} "
            f"points differ.",
            f"两目标在部分区间内并不冲突：{count}个点中有{len(kept)}个不同。",
        )
    a = np.array([[p.values[first], p.values[second]] for p in kept])
    return Frontier(study, tuple(kept), knee(a), payoff, first, second, note)


def point(
    solver: Solver,
    payoff: Mapping[str, Mapping[str, float]],
    names: list[str],
    first: str,
    second: str,
    step: float,
) -> tuple[Solution, Solution]:
    """Return the point of the frontier where the second objective is at most `step`.

    The first solution is the cheapest of equals, the second the one that set the prices.
    """

    def width(name: str) -> float:
        values = [row[name] for row in payoff.values()]
        return max(max(values) - min(values), 1e-9 * max(1.0, *map(abs, values)))

    gain = {first: 1.0, second: -AUGMENT * width(first) / width(second)}
    for other in names:
        if other not in gain:
            sign = 1.0 if SENSE[other] == "max" else -1.0
            gain[other] = sign * AUGMENT_THIRD * AUGMENT * width(first) / width(other)
    cap = {second: (-INFINITE, hold(second, step)[1])}
    priced = solver.solve(gain, cap)
    held = dict(cap)
    for name in names:
        held[name] = hold(name, priced.values[name], held.get(name))
    if "landed_cost" in names or not solver.programme.data.has("landed_cost"):
        return priced, priced
    # the next point is near this one, not near the cheapest plan of equal worth: go on from here after
    # settling ties
    here = solver.basis()
    cheapest = solver.solve({"landed_cost": -1.0}, held, primal=True)
    solver.restore(here)
    return cheapest, priced


def distinct(plans: list[Plan], first: str, second: str, tolerance: float = 1e-7) -> list[Plan]:
    """Keep plans that no other one dominates and that differ from the last one kept by more than rounding."""
    values = np.array([[p.values[first], -p.values[second]] for p in plans])
    slack = tolerance * np.maximum(np.ptp(values, axis=0), 1e-12 * np.abs(values).max(axis=0) + 1e-300)
    out: list[int] = []
    for k in range(len(plans)):
        if out and np.all(np.abs(values[k] - values[out[-1]]) <= slack):
            continue
        better = np.all(values >= values[k] - slack, axis=1) & np.any(values > values[k] + slack, axis=1)
        if not better.any():
            out.append(k)
    return [plans[k] for k in out]


def knee(points: npt.NDArray[np.float64]) -> int:
    """Return the point farthest from the chord between the first and the last, each axis scaled to its range.

    Parameters
    ----------
    points : array [point, 2]
        Along the frontier. With fewer than three points the first is the knee.
    """
    if len(points) < 3:
        return 0
    span = np.ptp(points, axis=0)
    unit = (points - points.min(axis=0)) / np.where(span > 0, span, 1.0)
    chord = unit[-1] - unit[0]
    length = float(np.hypot(*chord)) or 1.0
    gap = unit - unit[0]
    distance = np.abs(chord[0] * gap[:, 1] - chord[1] * gap[:, 0]) / length
    # rounding must not decide between equals
    return int(np.argmax(np.round(distance, 9)))
