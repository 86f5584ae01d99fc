"""Tests of the paper's pathway against the plan: order of phases, who takes what, differentiation, carbon."""

from __future__ import annotations

import pandas as pd

from hinterland.charts.words import unit as named_unit
from hinterland.report.claims.case import (
    Case,
    Evidence,
    Kind,
    MissingError,
    grade,
    listed,
    percent,
    plain,
    points,
)
from hinterland.report.claims.indicators import no_data
from hinterland.study import Phase, Text


def _transfers(case: Case) -> pd.DataFrame:
    frame = case.planned("plan_transfers")
    moved = frame[frame["output"] > 0]
    if moved.empty:
        raise MissingError(Text("The plan moves nothing.", "规划没有安排任何转移。"))
    return moved.assign(factor_class=case.study.factor_class.reindex(moved["industry"]).to_numpy())


def _phases(case: Case, codes: set[str]) -> list[Phase]:
    """Return the phases of the plan: of the first preset, the default first, that has all these codes."""
    for preset in dict.fromkeys([case.study.preset, *case.study.presets]):
        phases = case.study.phases(preset)
        if codes <= {phase.code for phase in phases}:
            return [phase for phase in phases if phase.code in codes]
    raise MissingError(Text("The plan's phases are not those of a preset.", "规划的阶段不属于任何预设方案。"))


def plan_order(case: Case) -> Evidence:
    """Does the plan move one set of classes before another?

    Output-weighted mean year (middle of the phase) of what is moved. Options: first, later (lists of
    classes).
    The study's own limits on the sequence of phases go into the plan, so agreement is no independent proof.
    """
    first, first_name = case.classes("first")
    later, later_name = case.classes("later")
    moved = _transfers(case)
    phases = {phase.code: phase for phase in _phases(case, set(moved["phase"]))}
    middle = moved["phase"].map({code: (phase.start + phase.end) / 2 for code, phase in phases.items()})

    def mean_year(classes: list[str], name: Text) -> float:
        mine = moved["factor_class"].isin(classes)
        if not mine.any():
            raise MissingError(Text(f"The plan moves nothing of {name.en}.", f"规划没有转移{name.zh}产业。"))
        return float((middle[mine] * moved.loc[mine, "output"]).sum() / moved.loc[mine, "output"].sum())

    a, b = mean_year(first, first_name), mean_year(later, later_name)
    return Evidence(
        grade(b - a, case.threshold("order_years")),
        Text(
            "Mean year of the plan's transfers, by output: {first} {a}, {later} {b} (plan, estimated).",
            "规划转移的产出加权平均年份：{first}为{a}，{later}为{b}（规划，估计）。",
        ).format(first=first_name, later=later_name, a=f"{a:.1f}", b=f"{b:.1f}"),
        ("plan_transfers",),
    )


def plan_class_trend(case: Case) -> Evidence:
    """Do some classes take a growing part of what is moved, first phase to last? Options: classes."""
    classes, name = case.classes()
    moved = _transfers(case)
    phases = _phases(case, set(moved["phase"]))
    if len(phases) < 2:
        raise MissingError(Text("The plan moves output in one phase only.", "规划仅在一个阶段安排转移。"))
    totals = moved.groupby("phase")["output"].sum()
    mine = moved[moved["factor_class"].isin(classes)].groupby("phase")["output"].sum()
    shares = [float(mine.get(phase.code, 0.0) / totals[phase.code]) for phase in phases]
    return Evidence(
        grade(shares[-1] - shares[0], case.threshold("plan_share")),
        Text(
            "{name} in what each phase moves: {en} (plan, estimated).",
            "{name}占各阶段转移产出的比重：{zh}（规划，估计）。",
        ).format(
            name=name,
            en=", ".join(f"{percent(s)} ({p.start}-{p.end})" for s, p in zip(shares, phases, strict=True)),
            zh="、".join(f"{p.start}—{p.end}年{percent(s)}" for s, p in zip(shares, phases, strict=True)),
        ),
        ("plan_transfers",),
    )


def plan_focus(case: Case) -> Evidence:
    """Does the plan give some hosts more of an industry than of everything it moves?

    Quotient of the hosts' share of the industry and of all that is moved. Options: hosts, industry.
    """
    hosts, hosts_name = case.regions("hosts", "hosts")
    industry = case.industry()
    name = case.study.text("industry", industry)
    if industry not in case.study.transferable:
        raise MissingError(
            Text(
                f"{name.en} cannot move, so the plan is silent on it.",
                f"{name.zh}属不可转移产业，规划对此没有安排。",
            )
        )
    moved = _transfers(case)
    mine = moved[moved["industry"] == industry]
    if mine.empty:
        return Evidence(
            "not_supported",
            Text("The plan moves no {name}.", "规划没有转移{name}。").format(name=name),
            ("plan_transfers",),
        )
    part = float(mine.loc[mine["host"].isin(hosts), "output"].sum() / mine["output"].sum())
    whole = float(moved.loc[moved["host"].isin(hosts), "output"].sum() / moved["output"].sum())
    by_host = mine.groupby("host")["output"].sum().sort_values(ascending=False) / mine["output"].sum()
    tops = [(case.study.text("region", code), percent(float(share))) for code, share in by_host.items()][:3]
    verdict = grade(part / whole - 1.0, case.threshold("lq_band")) if whole > 0 else "not_supported"
    return Evidence(
        verdict,
        Text(
            "Of the {name} that the plan moves, {part} goes to {hosts}; of all that it moves, {whole}."
            " Largest hosts of it: {en} (plan, estimated).",
            "规划转移的{name}中有{part}由{hosts}承接，全部转移中为{whole}；该产业的主要承接地为{zh}（规划，"
            "估计）。",
        ).format(
            hosts=hosts_name,
            part=percent(part),
            whole=percent(whole),
            name=name,
            en=", ".join(f"{text.en} {share}" for text, share in tops),
            zh="、".join(f"{text.zh}{share}" for text, share in tops),
        ),
        ("plan_transfers", "plan_host_industry"),
    )


def plan_differentiation(case: Case) -> Evidence:
    """Does the plan make the hosts' structures less alike, by mean similarity before and after?"""
    frame = case.planned("plan_specialisation")
    known = frame[["similarity_before", "similarity_after"]].dropna()
    if known.empty:
        raise MissingError(Text("The similarity of the hosts is unknown.", "承接地之间的相似度未知。"))
    before, after = float(known["similarity_before"].mean()), float(known["similarity_after"].mean())
    risen = int((known["similarity_after"] > known["similarity_before"]).sum())
    return Evidence(
        grade(before - after, case.threshold("similarity_margin")),
        Text(
            "Mean similarity of the hosts' structures: {before} before the plan, {after} after; it rises"
            " in {risen} of {pairs} pairs (plan, estimated).",
            "承接地产业结构平均相似度：规划前{before}，规划后{after}；{pairs}对中有{risen}对上升（规划，估"
            "计）。",
        ).format(before=f"{before:.3f}", after=f"{after:.3f}", risen=risen, pairs=len(known)),
        ("plan_specialisation",),
    )


def plan_cleaner(case: Case) -> Evidence:
    """Does what is moved in the last phase emit less per unit of output than in the first?"""
    frame = case.planned("plan_by_host_phase")
    totals = frame.groupby("phase")[["output", "co2"]].sum(min_count=1)
    totals = totals[(totals["output"] > 0) & totals["co2"].notna()]
    phases = _phases(case, set(map(str, totals.index)))
    if len(phases) < 2:
        raise MissingError(Text("Emissions are known for fewer than two phases.", "排放数据不足两个阶段。"))
    intensity = [float(totals.loc[phase.code, "co2"] / totals.loc[phase.code, "output"]) for phase in phases]
    unit = named_unit(case.study, f"{case.study.unit('carbon')} / {case.study.unit('money')}")
    if intensity[0] == 0:
        raise MissingError(Text("The first phase emits nothing.", "首个阶段没有排放。"))
    return Evidence(
        grade(1.0 - intensity[-1] / intensity[0], case.threshold("relative_gap")),
        Text(
            "Emissions per unit of what each phase moves: {en} {unit}; last against first {gap}% (plan,"
            " estimated).",
            "各阶段转移产出的排放强度（{unit}）：{zh}；末阶段比首阶段{gap}%（规划，估计）。",
        ).format(
            en=", ".join(f"{plain(v)} ({p.start}-{p.end})" for v, p in zip(intensity, phases, strict=True)),
            zh="、".join(f"{p.start}—{p.end}年{plain(v)}" for v, p in zip(intensity, phases, strict=True)),
            unit=unit,
            gap=points(intensity[-1] / intensity[0] - 1.0),
        ),
        ("plan_by_host_phase",),
    )


def plan_binding(case: Case) -> Evidence:
    """Does a resource hold the plan back: has it a price in some host and phase? Options: resource."""
    resource = str(case.option("resource"))
    name = case.study.text("resource", resource)
    prices = case.planned("shadow_prices")
    mine = prices[prices["resource"].astype(str) == resource]
    # a table of prices may name only the limits that bind; the table of limits then says how many there are
    set_at = len(mine)
    if "plan_limits" in case.findings:
        limits = case.findings["plan_limits"].frame
        set_at = max(set_at, int((limits["resource"].astype(str) == resource).sum()))
    if not set_at:
        raise MissingError(
            Text(f"The plan sets no limit on {name.en.lower()}.", f"规划没有设定{name.zh}约束。")
        )
    binding = mine[mine["price"].abs() > case.threshold("price_zero")]
    where = listed(case.study.text("region", code) for code in dict.fromkeys(binding["region"]))
    return Evidence(
        "supported" if len(binding) else "not_supported",
        Text(
            "{name} holds the plan back in {count} of {all} limits by host and phase{where} (plan,"
            " estimated).",
            "{all}个承接地—阶段{name}约束中有{count}个具有影子价格{where}（规划，估计）。",
        ).format(
            name=name,
            count=len(binding),
            all=set_at,
            where=Text(f": {where.en}", f"：{where.zh}") if len(binding) else Text("", ""),
        ),
        ("shadow_prices", "plan_limits"),
    )


def plan_built_first(case: Case) -> Evidence:
    """Is infrastructure built before the rest: does more than half of its cost fall in the first phase?

    If so, still only a part of the claim is answered: the business environment is no decision of the plan.
    """
    frame = case.planned("plan_infrastructure")
    cost = frame.groupby("phase")["building_cost"].sum(min_count=1)
    if not float(cost.sum()) > 0:
        raise MissingError(Text("The plan builds no infrastructure.", "规划没有安排基础设施建设。"))
    first = case.study.phases(case.study.preset)[0].code
    share = float(cost.get(first, 0.0)) / float(cost.sum())
    return Evidence(
        "cannot_say" if share > 0.5 else "not_supported",
        Text(
            "Of what the plan spends on infrastructure, {share} falls in the first phase: {count} of {all} "
            "works (plan, estimated; options and costs are assumed). The business environment is no decision "
            "of the plan.",
            "规划的基础设施支出中{share}安排在首个阶段：{all}项中有{count}项（规划，估计；选项与成本为假设）。营商"
            "环境不是规划的决策变量。",
        ).format(share=percent(share), count=int((frame["phase"] == first).sum()), all=len(frame)),
        ("plan_infrastructure",),
    )


KINDS: dict[str, Kind] = {
    "plan_built_first": plan_built_first,
    "plan_order": plan_order,
    "plan_class_trend": plan_class_trend,
    "plan_focus": plan_focus,
    "plan_differentiation": plan_differentiation,
    "plan_cleaner": plan_cleaner,
    "plan_binding": plan_binding,
    "plan_no_data": no_data,
}
