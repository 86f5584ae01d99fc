"""The risk register: the risks that stand out, how likely and how grave, and what to do about them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from hinterland.plan import Plan
from hinterland.plan.assemble import number
from hinterland.risk.entries import Entry, entries
from hinterland.risk.levels import LEVELS, figure, label, thresholds
from hinterland.study import Result, Text

COLUMNS = [
    "risk",
    "family",
    "subject_en",
    "subject_zh",
    "value",
    "unit",
    "threshold",
    "level",
    "probability",
    "likelihood_level",
    "impact",
    "jobs_at_risk",
    "impact_level",
    "owner_en",
    "owner_zh",
    "review",
    "mitigation_en",
    "mitigation_zh",
    "saved_expected",
    "jobs_saved",
    "cost",
    "indicator_en",
    "indicator_zh",
    "amber",
    "red",
]


def review_date(start: int, months: int, by: int | None = None) -> str:
    """Return the month of the first review, as YYYY-MM: so many months after the start of a year.

    Parameters
    ----------
    start : int
        Year.
    months : int
    by : int, optional
        Year by whose end it must have been looked at.
    """
    year, month = start + (months // 12), months % 12 + 1
    if by is not None and year > by:
        year, month = max(by, start), 12
    return f"{year}-{month:02d}"


def _levels(plan: Plan, entry: Entry) -> tuple[str, str]:
    """Return how likely and how grave a risk is; without money, what it is judged by decides the latter."""
    study = plan.study
    likely = thresholds(study, "likely").level(entry.likelihood)
    planned = plan.values.get("value_added", float("nan"))
    if np.isnan(entry.impact) or not planned > 0:
        return likely, entry.level
    return likely, thresholds(study, "impact").level(entry.impact / planned)


def _months(plan: Plan) -> dict[str, int]:
    return {level: int(number(plan.study, f"risk.review_{level}", 1)) for level in LEVELS}


def register(plan: Plan, found: Mapping[str, Result]) -> Result:
    """List every risk that is medium or high, highest first; for a kind without one, its greatest."""
    study = plan.study
    most = int(study.parameter("risk.register_entries"))
    months = _months(plan)
    start = plan.data.phases[0].start
    rows = []
    for one in entries(plan, found):
        likely, grave = _levels(plan, one)
        rows.append(
            (
                one.risk,
                one.family,
                one.subject.en,
                one.subject.zh,
                one.value,
                one.unit,
                one.threshold,
                one.level,
                one.likelihood,
                likely,
                one.impact,
                one.jobs,
                grave,
                one.owner.en,
                one.owner.zh,
                review_date(start, months.get(one.level, months["low"]), one.by),
                one.mitigation.en,
                one.mitigation.zh,
                one.effect,
                one.jobs_saved,
                one.cost,
                one.indicator.en,
                one.indicator.zh,
                one.amber,
                one.red,
            )
        )
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame = frame[frame["level"] != ""]
    rank = {level: k for k, level in enumerate(LEVELS)}
    frame["_rank"] = frame["level"].map(rank)
    # a rounding in the last digit must not reorder the table
    frame["_size"] = (frame["value"] / frame["threshold"]).astype(float).round(9)
    frame = frame.sort_values(["_rank", "_size", "risk", "subject_en"], ascending=[False, False, True, True])
    place = frame.groupby("risk").cumcount()
    frame = frame[((frame["_rank"] > 0) & (place < most)) | (place == 0)]
    money, jobs = plan.data.units.get("value_added", ""), plan.data.units.get("employment", "")
    return Result(
        "risk_register",
        Text("Risk register", "风险登记册"),
        frame[COLUMNS].reset_index(drop=True),
        (
            label(study, "risk", "code"),
            label(study, "family", "code"),
            label(study, "subject_en", "text"),
            label(study, "subject_zh", "text"),
            figure(plan, "value"),
            label(study, "unit", "text"),
            figure(plan, "threshold", status="assumption"),
            label(study, "level", "code"),
            figure(plan, "probability", kind="share"),
            label(study, "likelihood_level", "code"),
            figure(plan, "impact", money),
            figure(plan, "jobs_at_risk", jobs),
            label(study, "impact_level", "code"),
            label(study, "owner_en", "text"),
            label(study, "owner_zh", "text"),
            label(study, "review", "text"),
            label(study, "mitigation_en", "text"),
            label(study, "mitigation_zh", "text"),
            figure(plan, "saved_expected", money),
            figure(plan, "jobs_saved", jobs),
            figure(plan, "cost", money),
            label(study, "indicator_en", "text"),
            label(study, "indicator_zh", "text"),
            figure(plan, "amber", status="assumption"),
            figure(plan, "red", status="assumption"),
        ),
        Text(
            f"The {most} greatest risks of each kind at or above their lower threshold (parameters risk.*), "
            "by level and by value over the threshold; of a kind without one, the greatest. All are in the "
            "tables of their families. Indices of concentration run from 0 (spread out) to 1 (a single one). "
            "Probability: of a breach by Monte Carlo, within the plan; of a partner's failure, a stop of "
            "imports, a lapse or a stress test assumed, in a year; 1 for jobs that the plan itself moves. "
            "Impact: value added a year that is lost if it happens, of the plan's own (of stress tests: of "
            "the hosts). Expected saving a year: shares reckoned anew with a second partner or source that "
            "takes risk.mitigated_part of the largest one's; jobs found by retraining at risk.placed_part; "
            "punctual projects by drawing again without delay; a reserve of headroom, a renewal and the "
            "measures against stress tests are computed by making the draws, the plan or the run again. A "
            "renewal costs the profit tax that it forgoes on the plan's own moves, a mean over the plan's "
            "years. First review: "
            f"{months['high']}, {months['medium']} or {months['low']} months after the plan's start for "
            "high, medium and low risks, then again after as many; of a policy a year before its end at the "
            "latest.",
            f"每类列出达到低阈值（参数risk.*）的前{most}项，按等级和数值与阈值之比排序；均未达到的列其最大者；"
            "全部见各类风险表。集中度指数取值从0（分散）到1（单一）。概率：余量突破为规划期内蒙特卡洛结果；"
            "合作方失效、进口中断、政策失效和压力事件为假设的年概率；方案自身转移的岗位为1。"
            "影响：发生时每年损失的方案增加值（压力事件为承接地）。期望挽回：备选伙伴或来源承接最大者risk.mitigated_part的份额后重新计算；"
            "再培训按risk.placed_part计岗位；按期到位以无延迟重新抽样；余量储备、政策续期及压力事件措施的效果由重新抽样、求解或运行得出；政策续期的成本为方案自身转移产能所减免的企业所得税（规划期年均）。"
            f"首次复核：高、中、低风险分别为规划开始后{months['high']}、{months['medium']}、{months['low']}个月，"
            "此后按同样间隔；政策最迟在到期前一年。",
        ),
    )
