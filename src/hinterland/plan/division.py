r"""Division of labour among the hosts, and what it costs to insist on it.

How specialised each host is against the others, before the plan and after it, and as it would be if all took
the same mix (homogenised competition): Krugman's index, and the industries that set a host apart. Then the
programme is solved again with other limits on how alike two hosts may become, up to none at all: what is
lost by the limit is the price of the division of labour.

References
----------
Krugman (1991), Geography and Trade, MIT Press. Finger & Kreinin (1979), Economic Journal 89.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
import xarray as xr

from hinterland.measure import krugman_of_nation
from hinterland.plan.data import Array, PlanData
from hinterland.plan.explain import explain_unsolved
from hinterland.plan.model import Plan
from hinterland.plan.objectives import SENSE
from hinterland.plan.optimise import objectives_traded
from hinterland.plan.reload import Reloader
from hinterland.plan.results import METHOD, figure, label
from hinterland.plan.solver import NotSolvedError, Solution, hold
from hinterland.plan.specialise import finger_kreinin
from hinterland.study import Result, Text

TOLERANCES = (0.0, 0.0025, 0.005, 0.01, 0.02, 0.05)
"""Limits on the rise of the similarity of two hosts for which the programme is solved besides its own."""
NO_LIMIT = 2.0
"""A limit that cannot bind: a share would have to rise by more than one."""
SET_APART = 3
"""Industries listed for each host."""


def structures(plan: Plan) -> xr.Dataset:
    r"""Output of the industries that can move, by host: before, after, and alike [host, industry].

    After adds what the plan has moved in by its end, :math:`X_{hi} + G_{ihP}`. Alike adds as much to every
    host, but the same mix to all, that of the whole plan: :math:`X_{hi} + \sum_j G_{jhP}\,
    \sum_k G_{ikP} / \sum_{jk} G_{jkP}`.
    """
    before = plan.data.output
    taken = plan.intake.isel(phase=-1, drop=True).reindex_like(before).transpose("host", "industry")
    total = float(taken.sum())
    mix = taken.sum("host") / total if total > 0 else taken.sum("host")
    return xr.Dataset(
        {
            "before": before.transpose("host", "industry"),
            "after": before + taken,
            "alike": before + taken.sum("industry") * mix,
        }
    )


def specialised(output: Array) -> Array:
    """Krugman's index of every host against the others together [host], 0 to 2."""
    return krugman_of_nation(output.rename(host="region")).rename(region="host")


def set_apart(output: Array) -> Array:
    r"""Share of an industry in a host less its share in all hosts together, :math:`s_{hi} - s_i`."""
    shares = output / output.sum("industry")
    return shares - output.sum("host") / output.sum()


def location_quotients(output: Array) -> Array:
    r"""Location quotient of an industry in a host among the hosts, :math:`s_{hi} / s_i` (Florence 1939).

    NaN where no host has the industry.
    """
    shares = output / output.sum("industry")
    everywhere = output.sum("host") / output.sum()
    return shares / everywhere.where(everywhere > 0)


@dataclass(frozen=True)
class Enforced:
    """The programme under one limit on similarity.

    Attributes
    ----------
    tolerance : float
        How far the similarity of two hosts may rise.
    value : float
        The objective.
    price : float
        Rise of the objective per unit of the tolerance (`price_of`); 0 where no limit binds.
    largest_rise : float
        Largest rise of the Finger-Kreinin similarity of any two hosts by the end of the plan.
    krugman : float
        Mean of the hosts' Krugman indices at the end.
    """

    tolerance: float
    value: float
    price: float
    largest_rise: float
    krugman: float


def price_of(data: PlanData, solution: Solution) -> float:
    r"""Rise of the objective per unit of the similarity tolerance :math:`\tau`.

    The rows of the limit read :math:`\sum_i (1_{i\in N_{hk}} - b_{hk} - \tfrac\tau2) G_{ihp} \le \tfrac\tau2
    X_h`; by the envelope theorem, with their duals :math:`\lambda_{hkp}`,

    .. math:: \frac{\partial f}{\partial\tau} = \sum_{hkp} \lambda_{hkp}\,\tfrac12
              \Bigl(X_h + \sum_i G_{ihp}\Bigr).
    """
    dual = solution.duals.get("similarity")
    if dual is None:
        return 0.0
    taken = solution.move.sum(["origin", "industry"]).cumsum("phase").assign_coords(phase=data.codes)
    size = data.output.sum("industry") + taken
    return float((dual.fillna(0.0) * size / 2.0).sum())


def enforce(plan: Plan, tolerances: Sequence[float] = TOLERANCES) -> tuple[Enforced, ...]:
    """Solve the programme of a plan again under other limits on similarity, the laxest first.

    For a plan of one objective that one is sought; for the balanced plan the first of the two traded off,
    the second held at what it is in the plan, so that the whole cost shows in one figure. All cases start
    from the plan's own limit; what a programme builds whole is held at what it is there.

    Parameters
    ----------
    plan : Plan
    tolerances : sequence of float
        Besides the plan's own and none at all.

    Raises
    ------
    StudyError
        No plan under some limit; the message names what keeps it.
    """
    data = plan.data
    wanted = sorted({*tolerances, data.similarity_tolerance, NO_LIMIT}, reverse=True)
    target, held = _rule(plan)
    sign = 1.0 if SENSE[target] == "max" else -1.0
    reloader = Reloader(data)
    out: list[Enforced] = []
    # the plan's own limit first: all cases start from it, and from what it builds
    solver = reloader.solver(data)
    solver.solve({target: sign}, held)
    basis = solver.basis()
    for tolerance in wanted:
        other = replace(data, similarity_tolerance=tolerance)
        solver = reloader.solver(other)
        solver.restore(basis)
        try:
            solution = solver.solve({target: sign}, held)
        except NotSolvedError as error:
            raise explain_unsolved(other, error) from error
        basis = solver.basis()
        out.append(_enforced(other, tolerance, solution, target))
    return tuple(out)


def _rule(plan: Plan) -> tuple[str, dict[str, tuple[float, float]]]:
    if plan.objective != "balanced":
        return plan.objective, {}
    first, second = objectives_traded(plan.data)
    return first, {second: hold(second, plan.values[second])}


def _enforced(data: PlanData, tolerance: float, solution: Solution, target: str) -> Enforced:
    before = data.output
    after = before + solution.move.sum(["origin", "phase"])
    rises = [
        finger_kreinin(after.sel(host=h), after.sel(host=k))
        - finger_kreinin(before.sel(host=h), before.sel(host=k))
        for n, h in enumerate(data.hosts)
        for k in data.hosts[n + 1 :]
    ]
    return Enforced(
        tolerance,
        solution.values[target],
        price_of(data, solution),
        # a host that makes nothing yet is like nobody: unknown
        max((r for r in rises if r == r), default=float("nan")),
        float(specialised(after).mean()),
    )


def division_tables(plan: Plan) -> tuple[Result, ...]:
    """Return plan_krugman (by host), plan_set_apart (host, industry) and plan_division_cost (by limit).

    With one host there is nobody to be like: no table.
    """
    if len(plan.data.hosts) < 2:
        return ()
    return _krugman(plan), _set_apart(plan), _cost(plan, enforce(plan))


def _krugman(plan: Plan) -> Result:
    found = structures(plan)
    parts = {f"krugman_{name}": specialised(found[name]) for name in found.data_vars}
    order = [h for h in plan.study.regions if h in plan.data.hosts]
    frame = xr.Dataset(parts).sel(host=order).to_dataframe().reset_index()
    s = plan.study
    columns = (
        label(s, "host", "region"),
        *(figure(plan, f"krugman_{name}", "") for name in ("before", "after", "alike")),
    )
    return Result(
        "plan_krugman",
        Text("How specialised each host is against the others", "各承接地相对其他承接地的专业化程度"),
        frame[[c.name for c in columns]],
        columns,
        Text(
            "Krugman's index (1991) of a host's structure against that of the other hosts together, in the "
            "industries that can move: sum of the differences of shares, 0 (alike) to 2 (nothing in common).",
            "克鲁格曼指数（1991）：某承接地与其余承接地合计在可转移产业内的份额差之和，0为相同，2为全无共同。",
        ),
        Text(
            "All alike: every host takes in as much as in the plan, but the same mix of industries, that of "
            "the whole plan; this is what homogenised competition for the same industries would come to.",
            "“同一结构”指各地承接总量不变、但都按全部转移的同一产业结构承接，即同质化竞争的结果。",
        ),
    )


def _set_apart(plan: Plan) -> Result:
    found = structures(plan)
    before, after = found["before"], found["after"]
    taken = after - before
    whole = xr.Dataset(
        {
            "output": taken,
            "quotient_before": location_quotients(before),
            "quotient_after": location_quotients(after),
            "apart": set_apart(after),
        }
    )
    s = plan.study
    rows = []
    for host in (h for h in s.regions if h in plan.data.hosts):
        mine = whole.sel(host=host).drop_vars("host").to_dataframe().reset_index()
        # an industry sets a host apart by the share that it has there beyond the others': a term of the index
        top = mine[mine["apart"] > 0].sort_values(["apart", "industry"], ascending=[False, True])
        rows.append(top.head(SET_APART).assign(host=host))
    columns = (
        label(s, "host", "region"),
        label(s, "industry", "industry"),
        figure(plan, "output", plan.data.units.get("output", "")),
        figure(plan, "quotient_before", ""),
        figure(plan, "quotient_after", ""),
        figure(plan, "apart", "", "share"),
    )
    return Result(
        "plan_set_apart",
        Text("What each host specialises in", "各承接地的专业化方向"),
        pd.concat(rows, ignore_index=True)[[c.name for c in columns]],
        columns,
        METHOD,
        Text(
            f"The {SET_APART} industries whose share in the host is furthest above their share in all hosts "
            "together at the end of the plan. Location quotients are among the hosts, in the industries that "
            "can move; output is what the plan brings.",
            f"期末在该地份额高出承接地合计份额最多的{SET_APART}个产业。区位商以承接地合计、可转移产业为基准；"
            "产出为方案带来的部分。",
        ),
    )


def _cost(plan: Plan, cases: Sequence[Enforced]) -> Result:
    free, target = cases[0].value, _rule(plan)[0]
    sign = 1.0 if SENSE[target] == "max" else -1.0
    own = plan.data.similarity_tolerance
    rows = []
    for case in cases:
        cost = sign * (free - case.value)
        cost = 0.0 if abs(cost) <= 1e-9 * max(abs(free), 1e-300) else cost
        name = "none" if case.tolerance == NO_LIMIT else f"{100 * case.tolerance:g}%"
        rows.append(
            {
                "similarity_limit": name,
                "in_plan": case.tolerance == own,
                "value": case.value,
                "cost": cost,
                "cost_share": cost / abs(free) if free else float("nan"),
                "price": max(case.price, 0.0) / 100.0,
                "largest_rise": case.largest_rise,
                "krugman_mean": case.krugman,
            }
        )
    s, unit = plan.study, plan.data.units.get(target, "")
    columns = (
        label(s, "similarity_limit", "code"),
        label(s, "in_plan", "flag"),
        figure(plan, "value", unit),
        figure(plan, "cost", unit),
        figure(plan, "cost_share", "", "share"),
        figure(plan, "price", unit),
        figure(plan, "largest_rise", "", "share"),
        figure(plan, "krugman_mean", ""),
    )
    measure = s.text("objective", target)
    held = Text("", "")
    if plan.objective == "balanced":
        second = s.text("objective", objectives_traded(plan.data)[1])
        held = Text(f" ({second.en}: held as in the plan)", f"（{second.zh}：维持方案水平）")
    return Result(
        "plan_division_cost",
        Text("What it costs to enforce a division of labour", "落实区域分工的代价"),
        pd.DataFrame(rows)[[c.name for c in columns]],
        columns,
        Text(
            "The programme solved again with other limits on how far the Finger-Kreinin similarity of "
            "any two "
            f"hosts may rise; best for: {measure.en}{held.en}.",
            f"在两地Finger-Kreinin相似度升幅的不同上限下重新求解；目标：{measure.zh}{held.zh}。",
        ),
        Text(
            "Cost: what is lost against no limit. Price: what one more hundredth of similarity would bring "
            "(shadow price). The rise reached may be less than allowed: the limit is met by a linear "
            "rule that "
            "is stricter.",
            "代价：相对不设限的损失。价格：上限每放宽0.01所带来的增加（影子价格）。实际升幅可能低于上限，因所用线性条件更严。",
        ),
    )
