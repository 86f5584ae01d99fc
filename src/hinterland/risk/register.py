"""The risk register: the risks that stand out, with their level and what to do about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from hinterland.plan import Plan
from hinterland.plan.assemble import phase_key
from hinterland.risk.levels import LEVELS, figure, label, thresholds
from hinterland.study import Result, Study, Text

COLUMNS = [
    "risk",
    "family",
    "subject_en",
    "subject_zh",
    "value",
    "unit",
    "threshold",
    "level",
    "mitigation_en",
    "mitigation_zh",
]

_MITIGATION = {
    "origins_of_host": Text(
        "Seek partners in more origins; sign with several parks rather than one.",
        "拓展更多转出地合作伙伴，与多个园区签约。",
    ),
    "industries_of_host": Text(
        "Widen the intake to related industries of the chain.", "沿产业链拓宽承接产业。"
    ),
    "destinations_of_host": Text(
        "Open further markets; reduce dependence on a single one.", "开拓多元市场，降低对单一市场依赖。"
    ),
    "jobs_phase": Text(
        "Retraining and social insurance at the origin before the moves; spread them over more years.",
        "转移前在转出地开展再培训和社会保障衔接，并拉长转移节奏。",
    ),
    "jobs_industry": Text(
        "A transition plan for this industry's workers: retraining, placement, early notice.",
        "为该产业职工制定转岗方案：再培训、安置、提前告知。",
    ),
    "breach": Text(
        "Clean production and efficiency first, or let in less: keep a reserve of headroom.",
        "先行清洁生产与节能改造，或减少承接，保留余量。",
    ),
    "imports": Text(
        "Find domestic second sources for critical inputs; hold stocks; support own research.",
        "为关键投入培育国内备选来源，建立储备，支持自主研发。",
    ),
    "expiry": Text(
        "Do not let a project's return hang on a policy that ends; seek its renewal in time.",
        "项目收益不应依赖到期政策，及早争取续期。",
    ),
}
_FAMILY = {
    "origins_of_host": "market",
    "industries_of_host": "market",
    "destinations_of_host": "market",
    "jobs_phase": "social",
    "jobs_industry": "social",
    "breach": "environment",
    "imports": "technology",
    "expiry": "policy",
}

# Shares and probabilities are fractions; whoever shows them writes them in per cent.
_UNIT = {
    "origins_of_host": "index",
    "industries_of_host": "index",
    "destinations_of_host": "index",
    "jobs_phase": "share of jobs that can move",
    "jobs_industry": "share of the industry's jobs there",
    "breach": "probability",
    "imports": "share of inputs",
    "expiry": "share of the plan",
}


def _entries(
    study: Study, found: Mapping[str, Result], phases: Mapping[str, Text]
) -> Iterable[tuple[str, Text, float, float, str]]:
    """Yield every risk as (risk, subject, value, threshold, level)."""
    if "risk_market" in found:
        for row in found["risk_market"].frame.itertuples():
            yield str(row.measure), study.text("region", row.region), row.value, row.threshold, row.level
    if "risk_social" in found:
        high = thresholds(study, "jobs_phase").high
        for row in found["risk_social"].frame.itertuples():
            subject = study.text("region", row.origin) + Text(", ", "，") + phases[str(row.phase)]
            yield "jobs_phase", subject, row.share, high, row.level
    if "risk_social_industry" in found:
        high = thresholds(study, "jobs_industry").high
        for row in found["risk_social_industry"].frame.itertuples():
            subject = (
                study.text("region", row.origin) + Text(", ", "，") + study.text("industry", row.industry)
            )
            yield "jobs_industry", subject, row.share, high, row.level
    if "risk_environment" in found:
        high = thresholds(study, "breach").high
        for row in found["risk_environment"].frame.itertuples():
            subject = (
                study.text("region", row.region)
                + Text(", ", "，")
                + study.text("resource", row.resource)
                + Text(", ", "，")
                + phases[str(row.phase)]
            )
            yield "breach", subject, row.breach_probability, high, row.level
    if "risk_technology" in found:
        for row in found["risk_technology"].frame.itertuples():
            yield (
                "imports",
                study.text("industry", row.industry),
                row.import_dependence,
                row.threshold,
                row.level,
            )
    if "risk_policy" in found:
        high = thresholds(study, "expiry").high
        frame = found["risk_policy"].frame
        for row in frame[frame["lapses"].astype(bool)].itertuples():
            yield "expiry", Text(row.policy_en, row.policy_zh), row.share, high, row.level


def register(plan: Plan, found: Mapping[str, Result]) -> Result:
    """List every risk that is medium or high, highest first; for a kind without one, its greatest."""
    study = plan.study
    phases = {phase_key(study, plan.data.preset, p.code): p.label for p in plan.data.phases}
    most = int(study.parameter("risk.register_entries"))
    rows = []
    for risk, subject, value, threshold, level in _entries(study, found, phases):
        cure = _MITIGATION[risk]
        rows.append(
            (
                risk,
                _FAMILY[risk],
                subject.en,
                subject.zh,
                value,
                _UNIT[risk],
                threshold,
                level,
                cure.en,
                cure.zh,
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
            label(study, "mitigation_en", "text"),
            label(study, "mitigation_zh", "text"),
        ),
        Text(
            f"The {most} greatest risks of each kind at or above their lower threshold (parameters risk.*), "
            f"by level and "
            "by value over the threshold; of a kind without one, the greatest. All are in the tables of "
            "their families.",
            f"每类列出达到低阈值（参数risk.*）的前{most}项，按等级和数值与阈值之比排序；"
            f"均未达到的列其最大者；全部见各类风险表。"
            "集中度指数取值从0（分散）到1（单一）。",
        ),
    )
