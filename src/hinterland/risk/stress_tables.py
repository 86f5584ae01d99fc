"""The tables of the stress tests: what each event takes, where, and what each mitigation would save."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hinterland.plan import Plan
from hinterland.risk.events import Mitigation
from hinterland.risk.levels import figure, label, thresholds
from hinterland.risk.stress import Bed, Tested, by_region, cost_base
from hinterland.study import EMPTY, Result, StudyError, Text

METHOD = Text(
    "Each event is run on its model without the plan and with all of the plan's moves made; a loss is value "
    "added in the year of the event against the same economy without it. Events, their probabilities and "
    "the capacity lost are assumptions. Impact and equilibrium compare years that have settled, disruption "
    "adds up the days simulated. A cap on a resource takes the same amount with the plan as without.",
    "各事件在其模型上分别在无方案与方案全部实施的情形下运行；损失为事件当年相对同一经济无事件时的增加值。"
    "事件、概率与产能损失均为假设。影响与均衡模型比较调整后的年度，扰动模型为模拟期内逐日累计。"
    "资源上限在有无方案时削减同一数量。",
)


def stress_table(plan: Plan, tested: Sequence[Tested]) -> Result:
    """Return ``risk_stress``: each event's national and hosts' loss with and without the plan, and its level.

    `loss_expected` is the loss with the plan times the probability in a year.
    """
    study = plan.study
    limit = thresholds(study, "stress")
    rows = []
    for one in tested:
        event = one.stress
        hosts = [h for h in study.hosts if h in one.without.value_added["region"].values]
        nation = [float(x.value_added.sum()) for x in (one.without, one.with_plan)]
        mine = [float(x.value_added.sel(region=hosts).sum()) for x in (one.without, one.with_plan)]
        planned = plan.values.get("value_added", float("nan"))
        rows.append(
            (
                event.code,
                event.model,
                event.family,
                event.likelihood,
                event.likelihood_low,
                event.likelihood_high,
                *nation,
                *mine,
                one.with_plan.jobs,
                event.likelihood * nation[1],
                mine[1] / planned if planned > 0 else float("nan"),
            )
        )
    columns = [
        "stress",
        "model",
        "family",
        "likelihood",
        "likelihood_low",
        "likelihood_high",
        "loss_without",
        "loss_with",
        "hosts_loss_without",
        "hosts_loss_with",
        "jobs_at_risk",
        "loss_expected",
        "loss_of_gain",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    frame["level"] = limit.levels(frame["loss_of_gain"])
    money, jobs = plan.data.units.get("value_added", ""), plan.data.units.get("employment", "")
    return Result(
        "risk_stress",
        Text(
            "Stress tests: what each event takes, with the plan and without",
            "压力测试：各事件在有无方案时的损失",
        ),
        frame,
        (
            label(study, "stress", "code"),
            label(study, "model", "code"),
            label(study, "family", "code"),
            *(figure(plan, n, kind="share", status="assumption") for n in columns[3:6]),
            *(figure(plan, n, money) for n in columns[6:10]),
            figure(plan, "jobs_at_risk", jobs),
            figure(plan, "loss_expected", money),
            figure(plan, "loss_of_gain", kind="share"),
            label(study, "level", "code"),
        ),
        METHOD,
    )


def region_table(plan: Plan, tested: Sequence[Tested]) -> Result:
    """Return ``risk_stress_regions``: the loss of each region in each event, with and without the plan."""
    study = plan.study
    money = plan.data.units.get("value_added", "")
    frame = by_region(tested)
    frame["difference"] = frame["loss_with"] - frame["loss_without"]
    return Result(
        "risk_stress_regions",
        Text("Stress tests: losses by region", "压力测试：分地区损失"),
        frame,
        (
            label(study, "stress", "code"),
            label(study, "region", "region"),
            *(figure(plan, n, money) for n in ("loss_without", "loss_with", "difference")),
        ),
        METHOD,
    )


def mitigation_table(
    plan: Plan, bed: Bed, tested: Sequence[Tested], measures: Sequence[Mitigation]
) -> Result:
    r"""Return ``risk_mitigations``: what each measure saves in its event and costs a year, best first.

    .. math:: \text{ratio} = \frac{p\,(L_0 - L_m)}{c}

    with p the event's probability in a year, L the national loss of value added with the plan, without and
    with the measure, and c its cost a year. The range takes the ends of p and c together.
    """
    study = plan.study
    of = {one.stress.code: one for one in tested}
    rows = []
    note = EMPTY
    for measure in measures:
        one = of.get(measure.stress)
        if one is None:
            continue
        found = one.softened[measure.code]
        if isinstance(found, StudyError):
            note = note + measure.label + Text(": ", "：") + found.words + Text(" ", "")
            continue
        event = one.stress
        before = float(one.with_plan.value_added.sum())
        after = float(found.value_added.sum())
        saved = before - after
        hosts = [h for h in study.hosts if h in found.value_added["region"].values]
        there = float((one.with_plan.value_added - found.value_added).sel(region=hosts).sum())
        base = cost_base(bed.base.table, measure)
        cost, cheap, dear = (
            base * r for r in (measure.cost_rate, measure.cost_rate_low, measure.cost_rate_high)
        )
        rows.append(
            (
                measure.code,
                event.code,
                measure.owner.en,
                measure.owner.zh,
                before,
                after,
                saved,
                there,
                one.with_plan.jobs - found.jobs,
                event.likelihood * saved,
                cost,
                cheap,
                dear,
                event.likelihood * saved / cost if cost > 0 else float("nan"),
                event.likelihood_low * saved / dear if dear > 0 else float("nan"),
                event.likelihood_high * saved / cheap if cheap > 0 else float("nan"),
            )
        )
    columns = [
        "mitigation",
        "stress",
        "owner_en",
        "owner_zh",
        "loss_before",
        "loss_after",
        "loss_saved",
        "hosts_saved",
        "jobs_saved",
        "saved_expected",
        "cost",
        "cost_low",
        "cost_high",
        "effect_per_cost",
        "effect_per_cost_low",
        "effect_per_cost_high",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame.sort_values("effect_per_cost", ascending=False, kind="stable", ignore_index=True)
    money, jobs = plan.data.units.get("value_added", ""), plan.data.units.get("employment", "")
    return Result(
        "risk_mitigations",
        Text("What would soften the events, and at what cost", "缓释措施的效果与成本"),
        frame,
        (
            label(study, "mitigation", "code"),
            label(study, "stress", "code"),
            label(study, "owner_en", "text"),
            label(study, "owner_zh", "text"),
            *(figure(plan, n, money) for n in columns[4:8]),
            figure(plan, "jobs_saved", jobs),
            figure(plan, "saved_expected", money),
            *(figure(plan, n, money, status="assumption") for n in columns[10:13]),
            *(figure(plan, n, "ratio") for n in columns[13:]),
        ),
        Text(
            "The event is run again with the measure, the plan's moves made. Saved: the fall of the national "
            "loss of value added in the event; expected: times its probability in a year. Cost a year: an "
            "assumed share of an amount of the base year. Effect per cost above 1: the measure is worth more "
            "than it costs, by these assumptions; its range takes the ends of probability and cost together.",
            "在方案全部实施的情形下加入该措施重新运行事件。挽回为全国增加值损失的减少；期望值为其乘以年发生概率。"
            "年成本为基年某数额的假设比例。效果成本比大于1表示按这些假设值得采取；区间同时取概率与成本的两端。",
        ),
        note,
    )
