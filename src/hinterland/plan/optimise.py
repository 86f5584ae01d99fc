"""Find plans: one that is best for an objective, and the frontier between two or three."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Event
from typing import Literal, get_args

import numpy as np

from hinterland.plan import choice, grid
from hinterland.plan.assemble import number, plan_data
from hinterland.plan.choice import knee
from hinterland.plan.data import PlanData
from hinterland.plan.explain import explain_nothing, explain_unsolved
from hinterland.plan.model import Frontier, Plan, make_plan
from hinterland.plan.objectives import SENSE
from hinterland.plan.place import Place
from hinterland.plan.solver import NotSolvedError, Solution, Solver, hold, load
from hinterland.study import EMPTY, Study, StudyError, Text

Objective = Literal["balanced", "value_added", "employment", "co2", "landed_cost"]
# What the others are settled by, once the wanted objective is at its best.
TIE_ORDER = ("value_added", "co2", "employment", "landed_cost", "spending")
# Of these, the ones that are settled by solves of their own, after a point of the frontier is found.
SPARING = ("landed_cost", "spending")
# Weight of the other objectives in the augmented one, as a share of the first one's range (Mavrotas 2009:
# 1e-3..1e-6).
AUGMENT = 1e-4
# The third objective counts for a tenth of the second in the augmentation (Mavrotas & Florios 2013).
AUGMENT_THIRD = 0.1
# Of the points of a large programme's frontier so many are found from its upper end on: the lower ones take
# longer, as the price of the second objective is high there.
UPPER = 0.7


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
        raise explain_unsolved(data, error, study) from error
    return make_plan(study, data, objective, objective, solution, priced)


def payoff_table(solver: Solver, names: list[str]) -> dict[str, dict[str, float]]:
    """Return the values of all objectives where each is best, the others optimised after it in turn."""
    return {name: _row(solver, name, names) for name in names}


def _row(
    solver: Solver, name: str, names: Sequence[str], places: list[Place] | None = None
) -> dict[str, float]:
    return dict(solver.lexicographic([name, *(o for o in names if o != name)], places=places).values)


def frontier(
    study: Study,
    points: int | None = None,
    preset: str | None = None,
    objectives: Sequence[str] | None = None,
    *,
    weights: Mapping[str, float] | None = None,
    reference: Mapping[str, float] | None = None,
) -> Frontier:
    r"""Return non-dominated plans between two or three objectives, and one of them that is chosen.

    The augmented epsilon-constraint method (Mavrotas 2009; Mavrotas & Florios 2013): with
    :math:`r` the ranges of the payoff table and :math:`e_k` equal steps from the second objective's value at
    the first one's best to its own best,

    .. math:: \max f_1 - \delta r_1\Bigl(\frac{f_2}{r_2} - 0.1\frac{f_3}{r_3}\Bigr)
              \quad\text{s.t. } f_2 \le e_k,

    so that every point is efficient in all three (value added, carbon, jobs). The programme is loaded once;
    each point changes one bound. Among plans of equal objectives the one with the least landed cost is taken,
    and of these the one that spends least.
    With three objectives the second and the third are bounded on a grid (`grid.sweep`); with two on a large
    programme the points are found in two parts at once (`in_two_parts`).

    The chosen point is the knee: the largest distance to the chord between the ends, both objectives scaled
    to 0..1 (Das 1999); of equals, the one with the more value added. Weights or a reference point choose
    another one, which is found exactly and added to the points (`choice.by_weights`, `choice.by_reference`).

    Parameters
    ----------
    study : Study
    points : int, optional
        Number of points, at least 2; parameter plan.frontier_points when left out. With three objectives the
        smallest square grid that has as many.
    preset : str, optional
        Phases to plan over.
    objectives : sequence of two or three str, optional
        The objectives traded off; the first is the one prices are in. Value added and carbon when left out;
        without carbon data, value added and landed cost.
    weights : mapping, optional
        Relative weights of the objectives, each scaled to its range.
    reference : mapping, optional
        Wished values of the objectives.

    Raises
    ------
    StudyError
        No plan exists, an objective has no data, or a choice that contradicts itself.
    """
    count = int(number(study, "plan.frontier_points", 2)) if points is None else int(points)
    if count < 2:
        raise StudyError(
            Text(f"A frontier of {count} points was asked for.", f"要求的前沿点数为{count}。"),
            Text("Ask for two or more.", "至少为两点。"),
        )
    if weights and reference:
        raise StudyError(
            Text("Both weights and a reference point were given.", "同时给出了权重和参考点。"),
            Text("Choose the plan by one of them.", "请只用其中一种方式选定方案。"),
        )
    data = plan_data(study, preset)
    wanted = objectives_traded(data) if objectives is None else checked(data, objectives)
    solver = load(data)
    if data.integer:
        settle_at_knee(solver, wanted, study=study)
    return trace(study, data, solver, count, wanted, weights=weights, reference=reference)


def settle_at_knee(
    solver: Solver, traded: Sequence[str] | None = None, points: int = 5, study: Study | None = None
) -> None:
    """Decide what is built whole where the frontier of the relaxation has its knee, and hold it.

    The relaxation (parts may be built) is traced with a few points between its ends; at its knee the
    programme is solved with whole numbers. The frontier traced afterwards is of plans with this built.
    """
    first, second = (traded or objectives_traded(solver.programme.data))[:2]
    gain = {name: choice.sign(name) for name in (first, second)}
    try:
        top = solver.solve({first: gain[first]}, relaxed=True)
        held = {first: hold(first, top.values[first])}
        most = solver.solve({second: gain[second]}, held, relaxed=True).values[second]
        least = solver.solve({second: gain[second]}, relaxed=True).values[second]
        caps = np.linspace(most, least, points)
        found = []
        for cap in caps:
            bound = {second: hold(second, float(cap))}
            found.append([solver.solve({first: gain[first]}, bound, relaxed=True).values[first], cap])
        cap = float(caps[knee(np.array(found))])
        solver.settle({first: gain[first]}, {second: hold(second, cap)})
    except NotSolvedError as error:
        raise explain_unsolved(solver.programme.data, error, study) from error


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


def checked(data: PlanData, objectives: Sequence[str]) -> tuple[str, ...]:
    """Return the objectives asked for, if they are two or three different ones that the data can measure."""
    unknown = [o for o in objectives if o not in SENSE]
    lacking = [o for o in objectives if o in SENSE and o != "output" and not data.has(o)]
    if unknown or lacking or len(set(objectives)) != len(objectives) or not 2 <= len(objectives) <= 3:
        said = ", ".join(objectives)
        en, zh = f"A frontier between {said} was asked for", f"要求在{said}之间作前沿"
        if unknown:
            en, zh = f"{en}; unknown: {', '.join(unknown)}", f"{zh}；未知目标：{'、'.join(unknown)}"
        if lacking:
            en, zh = f"{en}; without data: {', '.join(lacking)}", f"{zh}；缺少数据：{'、'.join(lacking)}"
        raise StudyError(
            Text(f"{en}.", f"{zh}。"),
            Text(
                "Name two or three different objectives that the study has data for: "
                f"{', '.join(o for o in SENSE if o == 'output' or data.has(o))}.",
                "请给出两个或三个不同且有数据的目标："
                f"{'、'.join(o for o in SENSE if o == 'output' or data.has(o))}。",
            ),
        )
    return tuple(objectives)


def trace(
    study: Study,
    data: PlanData,
    solver: Solver,
    count: int,
    traded: Sequence[str] | None = None,
    *,
    weights: Mapping[str, float] | None = None,
    reference: Mapping[str, float] | None = None,
) -> Frontier:
    """Trace the frontier on a loaded programme."""
    traded = tuple(traded or objectives_traded(data))
    first, second = traded[:2]
    names = [*traded, *(o for o in TIE_ORDER if o not in (*traded, *SPARING) and data.has(o))]
    chosen: Solution | None = None
    try:
        if len(traded) == 2 and solver.large:
            payoff, pairs = in_two_parts(solver, names, traded, count)
        elif len(traded) == 2:
            payoff = payoff_table(solver, names)
            steps = np.linspace(payoff[first][second], payoff[second][second], count)
            pairs = [within(solver, payoff, names, traded, {second: float(step)}) for step in steps]
        else:
            table = payoff_table(solver, names)
            payoff = {k: table[k] for k in traded}
            side = grid.sides(count)
            pairs = grid.sweep(
                solver,
                lambda held: within(solver, payoff, names, traded, held),
                traded[1:],
                [grid.levels(payoff, name, side) for name in traded[1:]],
            )
        if weights:
            chosen = choice.by_weights(solver, payoff, traded, weights)
        elif reference:
            chosen = choice.by_reference(solver, payoff, traded, reference)
        if chosen is not None:
            held = {name: chosen.values[name] for name in traded[1:]}
            pairs.append(within(solver, payoff, names, traded, held))
    except NotSolvedError as error:
        raise explain_unsolved(data, error, study) from error
    plans = [make_plan(study, data, "balanced", first, *pair, traded) for pair in pairs]
    wanted = plans[-1] if chosen is not None else None
    kept = distinct(plans, *traded, wanted=wanted)
    if len(traded) > 2 or chosen is not None:
        kept.sort(key=lambda p: tuple(float(f"{-choice.sign(k) * p.values[k]:.9g}") for k in traded))
    if not float(kept[0].transfer.sum()) > 0:
        raise explain_nothing(data, study)
    note = EMPTY
    if len(traded) == 2 and len(kept) < count:
        note = Text(
            f"{first} and {second} are not in conflict over part of the range: {len(kept)} of {count} "
            f"points differ.",
            f"两目标在部分区间内并不冲突：{count}个点中有{len(kept)}个不同。",
        )
    elif len(traded) > 2:
        note = Text(
            f"{len(kept)} different points on a grid of {side} by {side}.",
            f"{side}×{side}网格上有{len(kept)}个不同的点。",
        )
    signs = [choice.sign(k) if len(traded) > 2 else 1.0 for k in traded]
    a = np.array([[s * p.values[k] for s, k in zip(signs, traded, strict=True)] for p in kept])
    at, how = knee(a), EMPTY
    if wanted is not None:
        at = next(k for k, p in enumerate(kept) if p is wanted)
        how = _how(study, weights, reference)
    third = traded[2] if len(traded) > 2 else ""
    return Frontier(study, tuple(kept), at, payoff, first, second, note, third, how)


def in_two_parts(
    solver: Solver, names: Sequence[str], traded: Sequence[str], count: int
) -> tuple[dict[str, dict[str, float]], list[tuple[Solution, Solution]]]:
    """Trace a frontier of two objectives on a large programme, in two parts at the same time.

    Each part is walked on a programme of its own, so that the answers do not depend on which is the faster,
    and downwards, as the way to a tighter bound is the shorter one. What settles ties is scaled by its range
    over the two ends; landed cost and spending are the last of it, so that a point is one solve.

    Returns
    -------
    payoff : dict
        Values of the objectives at the two ends.
    pairs : list of (Solution, Solution)
        As from `within`, from the first objective's end to the second's.
    """
    names = [*names, *(n for n in SPARING if n not in names and n in solver.programme.objectives)]
    first, second = traded
    solvers = [solver]
    places: tuple[list[Place], list[Place]] = ([], [])
    given_up = Event()

    def end(part: int) -> dict[str, float]:
        if part:
            solvers.append(solver.twin())
        return _row(solvers[part], traded[part], names, places[part])

    with ThreadPoolExecutor(2) as pool, _telling(given_up):
        rows = pool.map(end, (0, 1))
        payoff = dict(zip(traded, rows, strict=True))
        steps = [float(s) for s in np.linspace(payoff[first][second], payoff[second][second], count)]
        middle = min(max(round(UPPER * count), 1), count - 1)

        def point(one: Solver, step: float) -> tuple[Solution, Solution]:
            return within(one, payoff, names, traded, {second: step})

        def upper() -> list[tuple[Solution, Solution]]:
            # a point of the frontier is where the second of the two was the best it can be, the first held
            solvers[0].restore(places[0][1])
            return [point(solvers[0], step) for step in steps[:middle] if not given_up.is_set()]

        def lower() -> list[tuple[Solution, Solution]]:
            solvers[1].restore(places[1][1])
            last = point(solvers[1], steps[-1])
            solvers[1].start_between([places[0][1], places[1][1]])
            return [*(point(solvers[1], step) for step in steps[middle:-1] if not given_up.is_set()), last]

        parts = [pool.submit(upper), pool.submit(lower)]
        for part in wait(parts, return_when=FIRST_EXCEPTION).done:
            part.result()
        return payoff, [pair for part in parts for pair in part.result()]


@contextmanager
def _telling(given_up: Event) -> Iterator[None]:
    """Tell those at work that nobody waits for them any more: the pool waits until they are through."""
    try:
        yield
    except BaseException:
        given_up.set()
        raise


def _how(study: Study, weights: Mapping[str, float] | None, reference: Mapping[str, float] | None) -> Text:
    """Say by what the plan was chosen."""
    given = weights or reference or {}
    said = [study.text("objective", k) + Text.same(f" {v:g}") for k, v in given.items()]
    listed = Text("; ".join(t.en for t in said), "；".join(t.zh for t in said))
    if weights:
        return Text(
            "Chosen: by weights, each objective scaled to its range ({l}).",
            "按权重选定（各目标按区间归一：{l}）。",
        ).format(l=listed)
    return Text(
        "Chosen: by a reference point ({l}; achievement function of Wierzbicki 1980).",
        "按参考点选定（{l}；Wierzbicki 1980成就函数）。",
    ).format(l=listed)


def within(
    solver: Solver,
    payoff: Mapping[str, Mapping[str, float]],
    names: Sequence[str],
    traded: Sequence[str],
    levels: Mapping[str, float],
) -> tuple[Solution, Solution]:
    """Return the point of the frontier where the bounded objectives are no worse than their levels.

    The first solution is the cheapest of equals, the second the one that set the prices.
    """
    first = traded[0]
    unit = AUGMENT * choice.width(payoff, first)
    gain, weight = {first: choice.sign(first)}, 1.0
    for other in (*traded[1:], *(n for n in names if n not in traded)):
        gain[other] = choice.sign(other) * weight * unit / choice.width(payoff, other)
        weight *= AUGMENT_THIRD
    cap = {name: hold(name, level) for name, level in levels.items()}
    priced = solver.solve(gain, cap)
    held = dict(cap)
    for name in names:
        held[name] = hold(name, priced.values[name], held.get(name))
    # the next point is near this one, not near the cheapest plan of equal worth: go on from here after
    # settling ties
    here, cheapest = solver.basis(), priced
    for name in SPARING:
        if name not in names and name in solver.programme.objectives:
            cheapest = solver.solve({name: -1.0}, held, primal=True)
            held[name] = hold(name, cheapest.values[name])
    if cheapest is not priced:
        solver.restore(here)
    return cheapest, priced


def distinct(
    plans: list[Plan], *traded: str, tolerance: float = 1e-7, wanted: Plan | None = None
) -> list[Plan]:
    """Keep plans that no other one dominates and that differ from those kept by more than rounding.

    `wanted` is kept whatever the others are, and those equal to it are not.
    """
    values = np.array([[choice.sign(k) * p.values[k] for k in traded] for p in plans])
    slack = tolerance * np.maximum(np.ptp(values, axis=0), 1e-12 * np.abs(values).max(axis=0) + 1e-300)
    out = [k for k, p in enumerate(plans) if p is wanted]
    for k in range(len(plans)):
        if out and np.all(np.abs(values[out] - values[k]) <= slack, axis=1).any():
            continue
        better = np.all(values >= values[k] - slack, axis=1) & np.any(values > values[k] + slack, axis=1)
        if not better.any():
            out.append(k)
    return [plans[k] for k in sorted(out)]
