"""Regret: what the plan forgoes in futures that its assumptions allow, against the best possible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from hinterland.plan import Bench, Plan, plan_data
from hinterland.plan.solver import Solver, hold
from hinterland.risk.levels import figure, label
from hinterland.study import Result, Study, StudyError, Text
from hinterland.study.model import package_table


@dataclass(frozen=True, slots=True)
class Future:
    """A future: some assumptions of the plan at other values."""

    code: str
    settings: Mapping[str, float]


FUTURES: Mapping[str, Mapping[str, str]] = {
    "hosts_grow_slowly": {"plan.host_growth": "low", "plan.industry_growth": "low"},
    "hosts_grow_fast": {"plan.host_growth": "high", "plan.industry_growth": "high"},
    "origins_hold_on": {"plan.release_share": "low", "plan.job_loss": "low"},
    "plants_work_as_hosts": {"plan.host_technology": "high"},
    "plants_work_as_origins": {"plan.host_technology": "low"},
    "policies_fade": {"plan.encourage_factor": "low", "plan.restrict_factor": "high"},
}
"""Futures by the ends of the declared ranges of the plan's assumptions that they take."""


def futures(study: Study) -> tuple[Future, ...]:
    """Return the futures, with the ends of the ranges as they stand in the table of parameters.

    A value of the study's own that lies further out is that end.
    """
    table = package_table("parameters").set_index("parameter")
    out = []
    for code, ends in FUTURES.items():
        settings = {}
        for name, end in ends.items():
            own, declared = float(study.parameter(name)), float(table.loc[name, end])
            settings[name] = min(own, declared) if end == "low" else max(own, declared)
        out.append(Future(code, settings))
    return tuple(out)


def kept_and_best(solver: Solver, plan: Plan, measure: str) -> tuple[float, float]:
    r"""Return what is left of the plan in a future, and the best that could be done at no more carbon.

    .. math:: v_k = \max \{v(z) : z \in F,\ z \le \bar z\}, \qquad
              v_b = \max \{v(z) : z \in F,\ c(z) \le c_k\}

    with F what the future allows and :math:`\bar z` the plan's moves by phase: no move is larger than
    planned, and none comes later in place of one that was not possible. The regret :math:`v_b - v_k` is zero
    or more, for what is kept is among what is possible. Without carbon data nothing bounds the best.
    """
    solver.allow(plan.transfer)
    try:
        kept = solver.lexicographic([measure, *(["co2"] if "co2" in plan.values else [])]).values
    finally:
        solver.allow(None)
    bounds = {"co2": hold("co2", kept["co2"])} if "co2" in kept else {}
    best = solver.solve({measure: 1.0}, bounds)
    return kept[measure], max(best.values[measure], kept[measure])


def regret(plan: Plan, bench: Bench, measure: str = "value_added") -> Result:
    """Regret of the plan in each future; see `kept_and_best`.

    Parameters
    ----------
    plan : Plan
    bench : Bench
        Of this plan.
    measure : str
        The objective in which regret is counted.

    Returns
    -------
    Result ``risk_regret``
        future, planned, kept, best, regret, regret_share (of the best), largest first. NaN with a remark
        where a future leaves no plan.

    Raises
    ------
    StudyError
        The plan is not measured by `measure`.
    """
    study = plan.study
    if measure not in plan.values:
        raise StudyError(
            Text(f"The plan is not measured by {measure}.", f"方案未以{measure}衡量。"),
            Text(f"Use one of: {', '.join(plan.values)}.", f"可用：{'、'.join(plan.values)}。"),
        )
    rows = []
    for future in (Future("as_assumed", {}), *futures(study)):
        nan = float("nan")
        try:
            solver = bench.solver(plan_data(bench.study(future.settings), plan.data.preset))
            kept, best = kept_and_best(solver, plan, measure)
            said = Text("", "")
        except StudyError as error:
            kept, best, said = nan, nan, error.words
        lost = best - kept
        # what the solver's tolerances leave is no regret
        lost = 0.0 if lost <= 1e-6 * max(abs(best), 1.0) else lost
        rows.append(
            (
                future.code,
                plan.values[measure],
                kept,
                best,
                lost,
                lost / best if best > 0 else nan,
                said.en,
                said.zh,
            )
        )
    columns = ["future", "planned", "kept", "best", "regret", "regret_share", "remark_en", "remark_zh"]
    frame = pd.DataFrame(rows, columns=columns)
    rest = frame.iloc[1:].sort_values("regret", ascending=False, kind="stable")
    frame = pd.concat([frame.iloc[[0]], rest], ignore_index=True)
    unit = plan.data.units.get(measure, "")
    worst = frame.iloc[1:]
    note = Text("", "")
    if worst["regret"].notna().any():
        top = worst.loc[worst["regret"].idxmax()]
        note = Text(
            "The largest regret is {r:.0%} of what would be possible: {f}.",
            "最大后悔值为可能最优值的{r:.0%}：{f}。",
        ).format(r=float(top["regret_share"]), f=study.text("future", str(top["future"])))
    return Result(
        "risk_regret",
        Text("Regret of the plan across futures", "方案在不同未来中的后悔值"),
        frame,
        (
            label(study, "future", "code"),
            *(figure(plan, name, unit) for name in columns[1:5]),
            figure(plan, "regret_share", kind="share"),
            label(study, "remark_en", "text"),
            label(study, "remark_zh", "text"),
        ),
        Text(
            "In each future some assumptions stand at an end of their declared range. Kept: the most value "
            "added of moves no larger than planned, phase by phase, that the future still allows. Best: the "
            "most value added at no more carbon than that. Regret is their difference (Savage 1951), value "
            "added a year, mean over the plan's years. Under the plan's own assumptions it is what the "
            "balanced choice gives up, if anything.",
            "每种未来中若干假设取其声明区间的端点。“可保留”为不超过各阶段计划量且未来仍允许的转移所得最大增加值；"
            "“最优”为碳排放不高于前者时的最大增加值。后悔值为两者之差（Savage，1951），为规划期年均增加值。"
            "方案自身假设下的数值为均衡选择所放弃的部分。",
        ),
        note,
    )
