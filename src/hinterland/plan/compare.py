"""Compare the plans of two presets of phases."""

from __future__ import annotations

import pandas as pd

from hinterland.plan.model import Plan
from hinterland.plan.optimise import Objective, optimise
from hinterland.plan.results import METHOD, figure, label, objective_rows
from hinterland.study import Result, Study, Text


def compare(
    study: Study, preset_a: str | None = None, preset_b: str | None = None, objective: Objective = "balanced"
) -> Result:
    """Plan with two presets of phases and set what they achieve side by side.

    Both are planned from the same first year on (plan.start_year, else the first year of the study's own
    preset). Phases of a preset that ended before it are over: nothing can be planned in them. The years and
    the growth of the hosts that they would have allowed are shown as lost; no catching up is assumed.

    Parameters
    ----------
    preset_a, preset_b : str, optional
        The study's own preset and its compare_preset when left out.
    """
    a = optimise(study, preset_a, objective)
    b = optimise(study, preset_b or str(study.config["study"].get("compare_preset", study.preset)), objective)
    return compare_plans(a, b)


def _rows(plan: Plan) -> dict[str, tuple[float, str]]:
    data = plan.data
    rows = {name: (value, unit) for name, value, unit in objective_rows(plan)}
    by_phase = plan.transfer.sum(["industry", "origin", "host"])
    total = float(by_phase.sum())
    rows["phases_planned"] = (float(len(data.phases)), "phases")
    rows["years_planned"] = (float(data.years), "years")
    rows["years_lost"] = (float(sum(p.years for p in data.elapsed)), "years")
    rows["growth_lost"] = (data.lost_growth, data.units.get("output", ""))
    rows["first_phase_share"] = (float(by_phase[0]) / total if total else float("nan"), "share of all moves")
    return rows


def compare_plans(a: Plan, b: Plan) -> Result:
    """Set two plans side by side: measure, plan, comparison, difference."""
    study = a.study
    mine, other = _rows(a), _rows(b)
    nan = float("nan")
    rows = [
        (m, mine.get(m, (nan, ""))[0], other.get(m, (nan, ""))[0], (mine.get(m) or other[m])[1])
        for m in dict.fromkeys([*mine, *other])
    ]
    frame = pd.DataFrame(rows, columns=["measure", "plan", "comparison", "unit"])
    change = frame["plan"] - frame["comparison"]
    # what the solver's tolerances leave is no difference
    frame["difference"] = change.where(change.abs() > 1e-9 * frame["plan"].abs(), change * 0.0)
    frame = frame[["measure", "plan", "comparison", "difference", "unit"]]
    over = b.data.elapsed
    gone = ", ".join(f"{p.start}-{p.end}" for p in over)
    mine_name, other_name = (study.text("preset", p.data.preset) for p in (a, b))
    note = Text(
        f"Plan: {mine_name.en}; comparison: {other_name.en}; both planned from {a.data.phases[0].start} on.",
        f"方案：{mine_name.zh}；对照：{other_name.zh}；均自{a.data.phases[0].start}年起规划。",
    )
    if over:
        note = note + Text(
            f" The comparison's phase {gone} is over: nothing can be planned in it, and the growth of the "
            f"hosts it would "
            "have allowed is lost.",
            f"对照分期的{gone}已结束，不可再规划，其原可容纳的承接增长视为损失。",
        )
    return Result(
        "plan_comparison",
        Text("The plan against the other phases", "与对照分期的比较"),
        frame,
        (
            label(study, "measure", "code"),
            figure(a, "plan", ""),
            figure(a, "comparison", ""),
            figure(a, "difference", ""),
            label(study, "unit", "text"),
        ),
        METHOD,
        note,
    )
