"""Policy risk: what the plan places under policies that end before it does."""

from __future__ import annotations

import pandas as pd

from hinterland.plan import Plan
from hinterland.risk.levels import figure, label, thresholds
from hinterland.study import Result, StudyError, Text
from hinterland.study.policies import OPEN_END, active, applies


def policy(plan: Plan) -> Result:
    """Capacity that rests on each encouraging policy, and whether the policy ends within the plan.

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
    total = float(plan.transfer.sum())
    final = plan.data.phases[-1].end
    limit = thresholds(study, "expiry")
    taken = plan.intake.isel(phase=-1)
    rows = []
    known = active(table)
    # one policy may take several rows, for several regions or industries
    for code, mine in known[known["effect"] == "encourage"].groupby("policy", sort=False):
        row = mine.iloc[0]
        end = int(mine["end_year"].max())
        if int(mine["start_year"].min()) > final:
            continue
        output = sum(
            float(taken.sel(host=h, industry=i))
            for h in taken["host"].values
            for i in taken["industry"].values
            if any(applies(one, str(i), str(h)) for _, one in mine.iterrows())
        )
        lapses = end < final
        share = output / total if total else float("nan")
        name = str(row["name_en"]) or str(code)
        rows.append(
            (
                str(code),
                name,
                str(row["name_zh"]) or name,
                "" if end >= OPEN_END else str(end),
                output,
                share,
                lapses,
                limit.level(share) if lapses else "low",
            )
        )
    columns = ["policy", "policy_en", "policy_zh", "end_year", "output", "share", "lapses", "level"]
    return Result(
        "risk_policy",
        Text("Policy risk: what rests on policies that end", "政策风险：依托到期政策的产能"),
        pd.DataFrame(rows, columns=columns),
        (
            label(study, "policy", "code"),
            label(study, "policy_en", "text"),
            label(study, "policy_zh", "text"),
            label(study, "end_year", "year"),
            figure(plan, "output", plan.data.units.get("output", "")),
            figure(plan, "share", kind="share"),
            label(study, "lapses", "flag"),
            label(study, "level", "code"),
        ),
        Text(
            "Capacity moved into the industries and regions that an encouraging policy names; at risk when "
            "the policy ends "
            "before the plan does.",
            "转入鼓励政策所列产业和地区的产能；政策早于规划期结束则有风险。",
        ),
    )
