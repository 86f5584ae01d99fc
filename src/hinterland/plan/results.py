"""The tables of a plan and of a frontier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.plan.assemble import number, phase_key
from hinterland.plan.data import Array
from hinterland.plan.limits import limit_rows
from hinterland.plan.model import Frontier, Plan
from hinterland.plan.prices import price_rows
from hinterland.plan.specialise import similarity_rows
from hinterland.plan.verify import verify
from hinterland.study import EMPTY, Column, Kind, Result, Study, Text

METHOD = Text(
    "Linear programme (linopy, HiGHS): capacity moved by industry, origin, host and phase within the "
    "origins' releasable "
    "capacity, the hosts' growth, labour, energy and carbon limits, the phases' focus, a limit on job loss "
    "and one on "
    "hosts becoming more alike; what is built is whole (mixed-integer programme, or rounded from its "
    "relaxation, with a proved gap), then held; base-year structure and prices.",
    "线性规划（linopy、HiGHS）：在转出地可转出产能、承接地增长及劳动力、能源、碳余量、分期重点、"
    "岗位流失和同质化约束下，"
    "求各产业由转出地到承接地的分期转移量；整建项目由混合整数规划确定，或由其松弛解取整（差距已证明），之后保持不变；采用基准年结构与价格。",
)


KNEE = Text(
    "Chosen: the knee, the point farthest from the line (of three objectives: the plane) through the ends, "
    "with all scaled to their range.",
    "所选点为拐点：按区间归一后距两端连线（三目标时为平面）最远的点。",
)


def listing(texts: Sequence[Text]) -> Text:
    """Join names into a list."""
    return Text(" and ".join(t.en for t in texts), "和".join(t.zh for t in texts))


def label(study: Study, name: str, kind: Kind) -> Column:
    """Describe a column of codes."""
    return Column(name, study.text("column", name), kind)


def figure(plan: Plan, name: str, unit: str, kind: Kind = "number") -> Column:
    """Describe a column of the plan's figures: all of them are results of a model, hence estimated."""
    years = f"{plan.data.phases[0].start}-{plan.data.phases[-1].end}"
    return Column(name, plan.study.text("column", name), kind, unit, "estimated", years, _sources(plan.study))


# The tables that the plan's figures come from, by way of the completed accounts.
_READ = (
    "gross_output",
    "io_domestic",
    "value_added",
    "value_added_components",
    "gdp_accounts",
    "employment",
    "indicators",
    "energy_use",
    "national_energy",
    "co2",
    "resource_use",
    "resource_limits",
    "landed_cost",
)


def _sources(study: Study) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in _READ:
        if name in study.provenance:
            found.update(dict.fromkeys(study.provenance[name].sources))
    return tuple(found)


def result(
    plan: Plan, name: str, frame: pd.DataFrame, columns: Sequence[Column], title: Text, note: Text = EMPTY
) -> Result:
    """Make a table of the plan."""
    ordered = frame[[c.name for c in columns]].reset_index(drop=True)
    return Result(name, title, ordered, tuple(columns), METHOD, note)


def _keys(plan: Plan) -> dict[str, str]:
    return {code: phase_key(plan.study, plan.data.preset, code) for code in plan.data.codes}


def _notes(plan: Plan) -> Text:
    out = EMPTY
    for note in plan.data.notes:
        out = out + note + Text(" ", "")
    return Text(out.en.strip(), out.zh)


def transfers(plan: Plan) -> Result:
    """Moves by industry, origin, host and phase above the listing tolerance (money of output per year)."""
    total = float(plan.transfer.sum())
    least = number(plan.study, "plan.listing_tolerance", 0, 1) * total
    frame = plan.transfer.to_series().rename("output").reset_index()
    frame = frame[frame["output"] > least]
    frame["phase"] = frame["phase"].map(_keys(plan))
    s = plan.study
    columns = [
        label(s, "industry", "industry"),
        label(s, "origin", "region"),
        label(s, "host", "region"),
        label(s, "phase", "phase"),
        figure(plan, "output", plan.data.units.get("output", "")),
    ]
    return result(
        plan,
        "plan_transfers",
        frame,
        columns,
        Text("What moves from where to where, and when", "转移什么、由何地到何地、何时转移"),
        Text(
            f"Moves smaller than {least:.3g} are not listed. Capacity, output per year. ",
            f"小于{least:.3g}的转移不列出。产能以年产出计。",
        )
        + _notes(plan),
    )


def gains(plan: Plan, measure: str, capacity: Array) -> Array:
    """Return what capacity in the hosts yields of a measure; NaN where the study does not have it."""
    if measure not in plan.data.gains:
        return (capacity * np.nan).sum("industry", skipna=False)
    return (capacity * plan.data.gains[measure]).sum("industry")


def by_host_phase(plan: Plan) -> Result:
    """Moves into each host in each phase, and what they bring there a year once in place."""
    arriving = plan.transfer.sum("origin")
    parts = {"output": arriving.sum("industry")} | {
        m: gains(plan, m, arriving) for m in ("value_added", "employment", "energy", "co2")
    }
    frame = xr.Dataset(parts).transpose("host", "phase").to_dataframe().reset_index()
    frame["phase"] = frame["phase"].map(_keys(plan))
    s = plan.study
    columns = [label(s, "host", "region"), label(s, "phase", "phase")]
    columns += [figure(plan, n, plan.data.units.get(n, "")) for n in parts]
    return result(
        plan,
        "plan_by_host_phase",
        frame,
        columns,
        Text("What each host receives in each phase", "各承接地分期承接量"),
        Text(
            "Capacity that arrives in the phase and what it yields per year once in place.",
            "本阶段到位的产能及其投产后的年度产出效应。",
        ),
    )


def objective_rows(plan: Plan) -> list[tuple[str, float, str]]:
    """Return the plan's measures: code, value, unit. Means are over the plan's years; `_end` is the last
    year."""
    data = plan.data
    final = plan.intake.isel(phase=-1)
    gone = plan.transfer.sum(["host", "phase"])
    unit = data.units
    rows: list[tuple[str, float, str]] = [("output", float(final.sum()), unit.get("output", ""))]
    for name in ("value_added", "employment", "co2", "landed_cost"):
        if name in plan.values:
            rows.append((name, plan.values[name], unit.get(name, "")))
    for name, measured_in in (("spending", "output"), ("resilience", "output"), ("disparity", "")):
        if name in plan.values:
            rows.append((name, plan.values[name], unit.get(measured_in, "")))
    for name in ("value_added", "employment"):
        if data.has(name):
            rows.append((f"{name}_end", float((final * data.gains[name]).sum()), unit.get(name, "")))
    for name in ("value_added", "employment"):
        if name in data.losses:
            rows.append((f"{name}_lost", float((gone * data.losses[name]).sum()), unit.get(name, "")))
    if data.has("co2"):
        added, saved = float((final * data.gains["co2"]).sum()), float((gone * data.losses["co2"]).sum())
        rows += [
            ("co2_hosts", added, unit["co2"]),
            ("co2_origins", -saved, unit["co2"]),
            ("co2_end", added - saved, unit["co2"]),
        ]
    if "energy" in data.gains:
        rows.append(("energy_end", float((final * data.gains["energy"]).sum()), unit.get("energy", "")))
    return rows


def objectives(plan: Plan) -> Result:
    """Objectives of the plan and related measures."""
    frame = pd.DataFrame(objective_rows(plan), columns=["objective", "value", "unit"])
    s = plan.study
    columns = [label(s, "objective", "code"), figure(plan, "value", ""), label(s, "unit", "text")]
    return result(
        plan,
        "plan_objectives",
        frame,
        columns,
        Text("What the plan achieves", "方案目标值"),
        Text(
            "Objectives are means over the plan's years (capacity moves in evenly within a phase); those at "
            "the end are "
            "of the last year. Carbon is the net change: added in the hosts less saved at the origins.",
            "目标值为规划期年均（阶段内产能均匀到位）；“期末”指最后一年。"
            "碳为净变化：承接地新增减转出地减少。",
        ),
    )


def host_industry(plan: Plan) -> Result:
    """What each host has received by the end of the plan, by industry, and the share in its intake."""
    final = plan.intake.isel(phase=-1, drop=True)
    total = final.sum("industry")
    shares = final / total.where(total > 0)
    data = xr.Dataset({"output": final, "share": shares}).transpose("host", "industry")
    frame = data.to_dataframe().reset_index()
    s = plan.study
    columns = [
        label(s, "host", "region"),
        label(s, "industry", "industry"),
        figure(plan, "output", plan.data.units.get("output", "")),
        figure(plan, "share", "", "share"),
    ]
    return result(
        plan,
        "plan_host_industry",
        frame,
        columns,
        Text("What each host receives by the end of the plan", "规划期末各承接地分产业承接量"),
    )


def specialisation(plan: Plan) -> Result:
    """Finger-Kreinin similarity of the structures of each two hosts, before and after."""
    frame = similarity_rows(plan)
    s = plan.study
    columns = [
        label(s, "host", "region"),
        label(s, "host_to", "region"),
        figure(plan, "similarity_before", "", "share"),
        figure(plan, "similarity_after", "", "share"),
    ]
    tolerance = plan.data.similarity_tolerance
    return result(
        plan,
        "plan_specialisation",
        frame,
        columns,
        Text("Are the hosts becoming more alike?", "承接地产业结构是否趋同？"),
        Text(
            f"Finger-Kreinin similarity (sum of the smaller shares) of the structures in the industries "
            f"that can move; "
            f"the plan may raise it by at most {tolerance:g} for any two hosts.",
            f"Finger-Kreinin相似度（各产业较小份额之和），限可转移产业；"
            f"方案对任意两地最多提高{tolerance:g}。",
        ),
    )


def limits(plan: Plan) -> Result:
    """Every limit with how much of it the plan uses."""
    frame = limit_rows(plan)
    frame["phase"] = frame["phase"].map(_keys(plan)).fillna("")
    s = plan.study
    columns = [
        label(s, "constraint", "code"),
        label(s, "region", "region"),
        label(s, "resource", "resource"),
        label(s, "industry", "industry"),
        label(s, "factor_class", "factor_class"),
        *(label(s, n, "code") for n in ("mode", "fund") if (frame[n] != "").any()),
        label(s, "phase", "phase"),
        figure(plan, "limit", ""),
        figure(plan, "used", ""),
        label(s, "unit", "text"),
        label(s, "binding", "flag"),
    ]
    return result(
        plan,
        "plan_limits",
        frame,
        columns,
        Text("Limits of the plan and how much of them is used", "方案的约束与使用情况"),
        Text("Headroom and growth are cumulative by the end of the phase.", "余量与增长上限均累计至阶段末。"),
    )


def shadow_prices(plan: Plan) -> Result:
    """What one more unit of each limit that binds is worth, in words."""
    frame = price_rows(plan)
    frame["phase"] = frame["phase"].map(_keys(plan)).fillna("")
    s = plan.study
    columns = [
        label(s, "constraint", "code"),
        label(s, "region", "region"),
        label(s, "resource", "resource"),
        label(s, "industry", "industry"),
        *(label(s, n, "code") for n in ("factor_class", "mode", "fund") if (frame[n] != "").any()),
        label(s, "phase", "phase"),
        figure(plan, "price", ""),
        label(s, "unit", "text"),
        label(s, "words_en", "text"),
        label(s, "words_zh", "text"),
    ]
    return result(
        plan,
        "shadow_prices",
        frame,
        columns,
        Text("What one more unit of a limit is worth", "多一单位约束值多少（影子价格）"),
        Text(
            "Duals of the linear programme: exact for small changes only, with what is built and everything "
            "else as planned; a limit of a "
            "phase is cumulative, so its price is for room by the end of that phase alone, but for money, "
            "which is carried on.",
            "线性规划对偶值：仅对小幅变化成立，整建项目及其余条件不变；各阶段约束为累计值，"
            "价格只对该阶段末的余量而言；资金可结转，其价格包含以后各阶段。",
        ),
    )


def verification(plan: Plan) -> Result:
    """Constraints and objectives recomputed outside the solver."""
    return verify(plan)


def tables(plan: Plan) -> dict[str, Result]:
    """Return all tables of a plan by name."""
    from hinterland.plan.chosen import chosen

    made: Iterable[Result] = (
        transfers(plan),
        by_host_phase(plan),
        host_industry(plan),
        objectives(plan),
        limits(plan),
        shadow_prices(plan),
        specialisation(plan),
        *chosen(plan),
        verification(plan),
    )
    return {r.name: r for r in made}


def frontier_tables(front: Frontier) -> dict[str, Result]:
    """Return the frontier and its payoff table."""
    plan = front.plan
    nan = float("nan")
    measures = ("value_added", "employment", "co2", "landed_cost", "output")
    rows = [
        {"point": k + 1} | {m: p.values.get(m, nan) for m in measures} | {"chosen": k == front.chosen}
        for k, p in enumerate(front.plans)
    ]
    s, unit = plan.study, plan.data.units
    columns = [label(s, "point", "code")]
    columns += [figure(plan, m, unit.get(m, "")) for m in measures]
    columns.append(label(s, "chosen", "flag"))
    points = result(
        plan,
        "frontier",
        pd.DataFrame(rows),
        columns,
        Text("The frontier: {a} against {b}", "权衡前沿：{a}与{b}").format(
            a=s.text("objective", front.first),
            b=listing([s.text("objective", name) for name in front.traded[1:]]),
        ),
        Text(
            "Each point is the best for its level of the other objectives (augmented epsilon-constraint, "
            "Mavrotas 2009). ",
            "各点为给定其他目标水平下的最优（增广ε约束法，Mavrotas 2009）。",
        )
        + (front.how if front.how.en else KNEE)
        + Text(" Means over the plan's years. ", "规划期年均。")
        + front.note,
    )
    table = pd.DataFrame([{"objective": name} | dict(row) for name, row in front.payoff.items()])
    shown = [m for m in measures if m in table]
    payoff = result(
        plan,
        "frontier_payoff",
        table[["objective", *shown]],
        [label(s, "objective", "code"), *(figure(plan, m, unit.get(m, "")) for m in shown)],
        Text("Payoff table: all objectives where each is best", "支付表：各目标最优时的全部目标值"),
    )
    return {points.name: points, payoff.name: payoff}
