"""The tables of what else a plan decides: modes, upgrading, clusters, infrastructure, and who pays."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from hinterland.plan.assemble import phase_key
from hinterland.plan.model import Plan
from hinterland.plan.results import figure, label, result
from hinterland.study import Result, Text

# What is left of rounding in the solver is not a choice.
_ROUNDING = 1e-9


def _keyed(plan: Plan, frame: pd.DataFrame) -> pd.DataFrame:
    keys = {code: phase_key(plan.study, plan.data.preset, code) for code in plan.data.codes}
    return frame.assign(phase=frame["phase"].map(keys))


def modes(plan: Plan) -> Result | None:
    """How much each host receives in each mode by the end of the plan, and the share of its intake."""
    if plan.by_mode is None:
        return None
    taken = plan.by_mode.sum(["industry", "origin", "phase"])
    total = taken.sum("mode")
    frame = taken.to_series().rename("output").reset_index()
    shares = (taken / total.where(total > 0)).to_series().rename("share").reset_index()
    frame = frame.merge(shares, on=["host", "mode"], sort=False)
    s = plan.study
    return result(
        plan,
        "plan_modes",
        frame,
        [
            label(s, "host", "region"),
            label(s, "mode", "code"),
            figure(plan, "output", plan.data.units.get("output", "")),
            figure(plan, "share", "", "share"),
        ],
        Text("In which ways capacity moves", "产能以何种方式转移"),
        Text(
            "By the end of the plan. What a mode costs and counts for does not depend on the origin: each "
            "mode is shared out among the origins in proportion.",
            "截至规划期末。转移方式的成本与计入比例与转出地无关，各方式按比例分摊至各转出地。",
        ),
    )


def upgrades(plan: Plan) -> Result | None:
    """How much output of its own industries each host upgrades by the end of the plan."""
    if plan.upgrade is None or plan.data.upgrades is None:
        return None
    done = plan.upgrade.sum("phase").transpose("host", "industry")
    room = plan.data.upgrades.room.isel(phase=-1, drop=True)
    frame = done.to_series().rename("output").reset_index()
    limits = room.transpose("host", "industry").to_series().rename("limit").reset_index()
    frame = frame.merge(limits, on=["host", "industry"], sort=False)
    unit = plan.data.units.get("output", "")
    s = plan.study
    return result(
        plan,
        "plan_upgrades",
        frame[frame["limit"] > 0],
        [
            label(s, "host", "region"),
            label(s, "industry", "industry"),
            figure(plan, "output", unit),
            figure(plan, "limit", unit),
        ],
        Text("Which industries of the hosts are upgraded", "承接地既有产业改造升级"),
        Text("Yearly output upgraded by the end of the plan.", "规划期末累计改造的年产出。"),
    )


def clusters(plan: Plan) -> Result | None:
    """Which clusters are established, when, and what they have received by the end of the plan."""
    if plan.clusters is None or plan.data.clusters is None:
        return None
    frame = plan.clusters.to_series().rename("built").reset_index()
    frame = _keyed(plan, frame[frame["built"] > 0.5])
    taken, least = plan.intake.isel(phase=-1, drop=True), plan.data.clusters.minimum
    at = list(zip(frame["industry"], frame["host"], strict=True))
    frame = frame.assign(
        output=[float(taken.sel(industry=i, host=h)) for i, h in at],
        minimum_output=[float(least.sel(industry=i, host=h)) for i, h in at],
    )
    unit = plan.data.units.get("output", "")
    s = plan.study
    return result(
        plan,
        "plan_clusters",
        frame,
        [
            label(s, "industry", "industry"),
            label(s, "host", "region"),
            label(s, "phase", "phase"),
            figure(plan, "output", unit),
            figure(plan, "minimum_output", unit),
        ],
        Text("Which clusters are established", "培育哪些产业集群"),
        Text(
            "An industry that needs a cluster in a host moves there only once it is established.",
            "须成集群的产业在集群建立后方可转入。",
        ),
    )


def infrastructure(plan: Plan) -> Result | None:
    """What is built where and when, and what it costs the plan."""
    if plan.infrastructure is None or plan.data.infrastructure is None:
        return None
    frame = plan.infrastructure.to_series().rename("built").reset_index()
    frame = _keyed(plan, frame[frame["built"] > 0.5])
    cost = plan.data.infrastructure.cost
    at = zip(frame["infrastructure"], frame["host"], strict=True)
    frame = frame.assign(building_cost=[float(cost.sel(infrastructure=k, host=h)) for k, h in at])
    s = plan.study
    return result(
        plan,
        "plan_infrastructure",
        frame,
        [
            label(s, "infrastructure", "code"),
            label(s, "host", "region"),
            label(s, "phase", "phase"),
            figure(plan, "building_cost", plan.data.units.get("output", "")),
        ],
        Text("What is built", "建设哪些基础设施"),
        Text(
            "Phase of building; what it opens is there after the lead of the option. What is built whole was "
            f"decided to within {plan.gap:.2%} of the best, proved, and then held.",
            f"为建设阶段，投用须经建设周期。整建项目的选择经证明距最优不超过{plan.gap:.2%}，其后保持不变。",
        ),
    )


def spending(plan: Plan) -> Result | None:
    """What each fund spends on what in each phase."""
    if plan.spending is None:
        return None
    frame = plan.spending.to_series().rename("money").reset_index()
    frame = _keyed(plan, frame[frame["money"] > _ROUNDING * max(float(frame["money"].sum()), 1.0)])
    s = plan.study
    return result(
        plan,
        "plan_spending",
        frame,
        [
            label(s, "fund", "code"),
            label(s, "use", "code"),
            label(s, "phase", "phase"),
            figure(plan, "money", plan.data.units.get("output", "")),
        ],
        Text("Who pays for what", "资金来源与用途"),
        Text(
            "Money of the phase; what a fund does not spend is carried on.",
            "为阶段内支出，结余结转。",
        ),
    )


def chosen(plan: Plan) -> Iterator[Result]:
    """Yield the tables of what else the plan decides, those that it has."""
    for make in (modes, upgrades, clusters, infrastructure, spending):
        made = make(plan)
        if made is not None:
            yield made
