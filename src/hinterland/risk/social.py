"""Social risk: jobs that leave the origins, by phase and by industry."""

from __future__ import annotations

import pandas as pd

from hinterland.accounts import complete
from hinterland.plan import Plan
from hinterland.risk.levels import figure, label, thresholds
from hinterland.study import Result, StudyError, Text

_METHOD = Text(
    "Jobs moved = capacity moved x the origin's jobs per unit of output; share of the origin's base jobs in "
    "the "
    "industries that can move.",
    "转出岗位＝转出产能×转出地单位产出就业；占转出地可转移产业基期就业的比例。",
)


def _jobs(plan: Plan) -> tuple[pd.DataFrame, pd.Series]:
    if "employment" not in plan.data.losses:
        raise StudyError(
            Text(
                "Jobs at the origins are not known: the study has no employment.",
                "转出地岗位未知：研究没有就业数据。",
            ),
            Text("Add the table employment.", "请补充employment表。"),
        )
    moved = plan.transfer.sum("host") * plan.data.losses["employment"]
    frame = moved.transpose("origin", "industry", "phase").to_series().rename("jobs").reset_index()
    base = complete(plan.study)["employment_base"].rename(region="origin").to_series()
    return frame, base


def social(plan: Plan) -> Result:
    """Jobs that each origin loses to the plan in each phase, and their share in its jobs."""
    study = plan.study
    frame, base = _jobs(plan)
    total = base[base.index.get_level_values("industry").isin(plan.data.industries)].groupby("origin").sum()
    frame = frame.groupby(["origin", "phase"], sort=False)["jobs"].sum().reset_index()
    frame["share"] = frame["jobs"] / frame["origin"].map(total)
    limit = thresholds(study, "jobs_phase")
    frame["level"] = limit.levels(frame["share"])
    from hinterland.plan.assemble import phase_key

    frame["phase"] = [phase_key(study, plan.data.preset, str(p)) for p in frame["phase"]]
    return Result(
        "risk_social",
        Text("Social risk: jobs that leave the origins in each phase", "社会风险：转出地分阶段流失岗位"),
        frame[["origin", "phase", "jobs", "share", "level"]],
        (
            label(study, "origin", "region"),
            label(study, "phase", "phase"),
            figure(plan, "jobs", plan.data.units.get("employment", "")),
            figure(plan, "share", kind="share"),
            label(study, "level", "code"),
        ),
        _METHOD,
    )


def social_by_industry(plan: Plan) -> Result:
    """Jobs that each origin loses in each industry over the whole plan, and their share in that industry
    there."""
    study = plan.study
    frame, base = _jobs(plan)
    frame = frame.groupby(["origin", "industry"], sort=False)["jobs"].sum().reset_index()
    frame = frame[frame["jobs"] > 0]
    there = base.reindex(pd.MultiIndex.from_frame(frame[list(base.index.names)]))
    frame["share"] = frame["jobs"].to_numpy() / there.to_numpy()
    limit = thresholds(study, "jobs_industry")
    frame["level"] = limit.levels(frame["share"])
    return Result(
        "risk_social_industry",
        Text("Social risk: jobs that leave the origins by industry", "社会风险：转出地分产业流失岗位"),
        frame[["origin", "industry", "jobs", "share", "level"]].reset_index(drop=True),
        (
            label(study, "origin", "region"),
            label(study, "industry", "industry"),
            figure(plan, "jobs", plan.data.units.get("employment", "")),
            figure(plan, "share", kind="share"),
            label(study, "level", "code"),
        ),
        _METHOD,
    )
