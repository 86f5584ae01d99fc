"""Policy risk in figures: the plan made again as if a policy had lapsed at once, or were renewed."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

import pandas as pd

from hinterland.plan import Bench, Plan, plan_data
from hinterland.risk.levels import figure, label
from hinterland.study import Result, Study, StudyError, Text
from hinterland.study.policies import OPEN_END, active

Event = Literal["lapses_now", "is_renewed"]
MEASURES = ("value_added", "employment", "co2")


def without(study: Study, policy: str, event: Event) -> Study:
    """Return the study without a policy, or with the policy open-ended."""
    table = study.frames["policies"]
    mine = table["policy"] == policy
    changed = table[~mine] if event == "lapses_now" else table.copy()
    if event == "is_renewed":
        changed["end_year"] = changed["end_year"].astype(object)
        changed.loc[mine, "end_year"] = OPEN_END
    return replace(study, frames={**study.frames, "policies": changed.reset_index(drop=True)})


def lapses(plan: Plan, bench: Bench) -> Result:
    """What each policy's lapse, or renewal, does to the plan, which is made again without it or with it on.

    The plan knows when policies end. "Lapses now": the policy is away from the plan's first year. "Is
    renewed": it stays in force to the plan's end; only for policies that end before.

    Parameters
    ----------
    plan : Plan
    bench : Bench
        Of this plan.

    Returns
    -------
    Result ``risk_lapses``
        policy, effect (of the policy), end_year, event, and changes of value added, jobs and CO2 against the
        plan: means over its years, by the same rule of choice. NaN and a remark where no plan is possible.

    Raises
    ------
    StudyError
        The study has no policies.
    """
    study = plan.study
    table = study.frames.get("policies")
    if table is None or table.empty:
        raise StudyError(
            Text("The study has no policies.", "研究没有政策表。"),
            Text("Add the table policies.", "请补充policies表。"),
        )
    first, final = plan.data.phases[0].start, plan.data.phases[-1].end
    held = bench.study({})
    measures = [m for m in MEASURES if m in plan.values]
    rows = []
    for code, mine in active(table).groupby("policy", sort=False):
        end = int(mine["end_year"].max())
        if end < first or int(mine["start_year"].min()) > final:
            continue
        events: list[Event] = [e for e in get_args(Event) if e == "lapses_now" or end < final]
        for event in events:
            other = without(held, str(code), event)
            case = bench.of(lambda other=other: plan_data(other, bench.rule.preset))  # type: ignore[misc]
            # against the plan made again in the same way, so that the way itself is no change
            before = bench.base.values if case.changed else plan.values
            changes = [case.values.get(m, float("nan")) - before[m] for m in measures]
            # what the solver's tolerances leave is no change
            sizes = [abs(plan.values[m]) for m in measures]
            changes = [
                0.0 if abs(c) <= 1e-7 * max(s, 1.0) else c for c, s in zip(changes, sizes, strict=True)
            ]
            said = Text("", "") if case.error is None else case.error.words
            row = mine.iloc[0]
            name = str(row["name_en"]) or str(code)
            rows.append(
                (
                    str(code),
                    name,
                    str(row["name_zh"]) or name,
                    str(row["effect"]),
                    "" if end >= OPEN_END else str(end),
                    event,
                    *changes,
                    said.en,
                    said.zh,
                )
            )
    columns = ["policy", "policy_en", "policy_zh", "policy_effect", "end_year", "event"]
    figures = [f"{m}_change" for m in measures]
    return Result(
        "risk_lapses",
        Text(
            "Policy risk: what a lapse or a renewal does to the plan", "政策风险：政策失效或延续对方案的影响"
        ),
        pd.DataFrame(rows, columns=[*columns, *figures, "remark_en", "remark_zh"]),
        (
            label(study, "policy", "code"),
            label(study, "policy_en", "text"),
            label(study, "policy_zh", "text"),
            label(study, "policy_effect", "code"),
            label(study, "end_year", "year"),
            label(study, "event", "code"),
            *(figure(plan, f"{m}_change", plan.data.units.get(m, "")) for m in measures),
            label(study, "remark_en", "text"),
            label(study, "remark_zh", "text"),
        ),
        Text(
            "The plan is made again without the policy from its first year on, or with the policy in force "
            "to its last year, by the same rule of choice; changes of means over the plan's years. A policy "
            "acts on the growth limits of the industries it names, nothing else.",
            "以同一规则重新求解：政策自规划首年起失效，或延续至规划末年；数字为规划期年均变化。"
            "政策仅作用于所列产业的增长上限。",
        ),
    )
