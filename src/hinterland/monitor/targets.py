"""Targets made from a plan: what it says each host is to have by the end of each phase."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hinterland.monitor.progress import table
from hinterland.study import Kind, Result, Study, Text

if TYPE_CHECKING:
    from hinterland.plan import Plan

_COLUMNS: dict[str, tuple[Kind, str, bool]] = {
    "monitored": ("code", "", False),
    "region": ("region", "", False),
    "year": ("year", "", False),
    "base_year": ("year", "", False),
    "target": ("number", "", True),
    "unit": ("text", "", False),
    "phase": ("phase", "", False),
}
_DIRECTIONS = {
    "plan_output": "more",
    "plan_value_added": "more",
    "plan_employment": "more",
    "plan_co2": "less",
    "plan_headroom": "more",
    "plan_similarity": "less",
}
"""Monitored indicators of a plan, with the direction that is better."""

_COMMISSION = "Development and reform commission|发展改革委"
_OWNERS = {
    "plan_output": _COMMISSION,
    "plan_value_added": "Statistics bureau|统计局",
    "plan_employment": "Human resources and social security department|人力资源和社会保障部门",
    "plan_co2": "Ecology and environment department|生态环境部门",
    "plan_headroom": "Ecology and environment department|生态环境部门",
    "plan_similarity": _COMMISSION,
}
"""Who would report them: a proposal, to be set in the study's table."""

_BASES = {
    "plan_output": "0",
    "plan_value_added": "0",
    "plan_employment": "0",
    "plan_co2": "0",
    "plan_headroom": "1",
}


def plan_targets(plan: Plan, tables: Mapping[str, Result]) -> Result:
    """Return targets by host and phase from a plan's tables.

    Output moved in, value added and jobs are to reach, and carbon not to exceed, what the plan reckons by the
    phase's end, added up over the phases; of every limit of a host at least the part that the plan leaves
    free is to be left (the least of them, as a share of the limit); the likeness of a host to the host most
    like it is not to exceed the plan's at its end.

    Parameters
    ----------
    plan : Plan
    tables : mapping of str to Result
        The plan's tables by name: plan_by_host_phase, and plan_limits and plan_specialisation if there.

    Returns
    -------
    Result
        ``plan_targets``: monitored, region, year, base_year, target, unit, phase. A measure that the plan
        does not have is left out.
    """
    study, phases = plan.study, {p.code: p for p in plan.data.phases}
    start = plan.data.phases[0].start - 1
    moved = tables["plan_by_host_phase"].frame
    rows: list[dict[str, object]] = []

    def add(code: str, host: object, phase: str, target: float, unit: str) -> None:
        if np.isfinite(target):
            rows.append(
                {
                    "monitored": code,
                    "region": host,
                    "year": phases[phase].end,
                    "base_year": start,
                    "target": target,
                    "unit": unit,
                    "phase": f"{plan.data.preset}/{phase}",
                }
            )

    codes = list(phases)
    for measure in ("output", "value_added", "employment", "co2"):
        for host, mine in moved.groupby("host", sort=False):
            by_phase = dict(zip(_bare(mine["phase"]), mine[measure], strict=True))
            total = 0.0
            for code in codes:
                total += float(by_phase.get(code, np.nan))
                add(f"plan_{measure}", host, code, total, plan.data.units.get(measure, ""))
    if "plan_limits" in tables:
        limits = tables["plan_limits"].frame
        limits = limits[(limits["limit"] > 0) & limits["region"].isin(study.hosts)]
        limits = limits.assign(left=1 - limits["used"] / limits["limit"], phase=_bare(limits["phase"]))
        limits = limits[limits["resource"] != ""] if "resource" in limits else limits
        for (host, code), mine in limits.groupby(["region", "phase"], sort=False):
            if code in phases:
                add("plan_headroom", host, str(code), max(0.0, float(mine["left"].min())), "share")
    if "plan_specialisation" in tables:
        alike = tables["plan_specialisation"].frame
        for host in study.hosts:
            mine = alike[(alike["host"] == host) | (alike["host_to"] == host)]
            if len(mine):
                add("plan_similarity", host, codes[-1], float(mine["similarity_after"].max()), "share")
    order = {code: i for i, code in enumerate(_DIRECTIONS)}
    hosts = {code: i for i, code in enumerate(study.hosts)}
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    frame = frame.assign(a=frame["monitored"].map(order), b=frame["region"].map(hosts))
    frame = frame.sort_values(["a", "b", "year"], kind="stable")
    return table(
        study,
        "plan_targets",
        Text("Targets for monitoring the plan", "方案监测目标"),
        frame,
        _COLUMNS,
        Text("Read off the plan: cumulative by the end of each phase", "取自方案：累计至各阶段末"),
        Text(
            "hinterland monitor targets writes them as tables of a study.",
            "可用 hinterland monitor targets 写成研究的表。",
        ),
        f"{plan.data.phases[0].end}-{plan.data.phases[-1].end}",
    )


def _bare(phase: pd.Series[str]) -> pd.Series[str]:
    """Return the phase's own code: tables write preset/phase."""
    return phase.astype(str).str.split("/").str[-1]


def as_study_tables(study: Study, made: Result) -> dict[str, pd.DataFrame]:
    """Return targets as the tables monitor_indicators and monitor_targets of a study."""
    frame = made.frame
    units = frame.drop_duplicates("monitored").set_index("monitored")["unit"]
    indicators = pd.DataFrame(
        {
            "monitored": units.index,
            "name_en": [study.text("monitored", code).en for code in units.index],
            "name_zh": [study.text("monitored", code).zh for code in units.index],
            "definition_en": [study.text("monitored_definition", code).en for code in units.index],
            "definition_zh": [study.text("monitored_definition", code).zh for code in units.index],
            "unit": units.to_numpy(),
            "direction": [_DIRECTIONS[code] for code in units.index],
            "series": "",
            # alike, and said so: what the risk register wants watched has weight 0
            "target_weight": 1,
            "result_weight": 1,
            "owner": [_OWNERS[code] for code in units.index],
            "source": "",
        }
    )
    targets = pd.DataFrame(
        {
            "monitored": frame["monitored"],
            "region": frame["region"],
            "year": frame["year"],
            # before the plan nothing has moved in and nothing of the room is used; likeness has its own base
            "base_year": frame["base_year"].where(frame["monitored"] != "plan_similarity", ""),
            "base": frame["monitored"].map(_BASES).fillna(""),
            "target": frame["target"],
            "growth": "",
            "low": "",
            "high": "",
            "phase": _bare(frame["phase"]),
            "basis": "plan",
            "source": "",
            "note": [f"hinterland plan {phase}" for phase in frame["phase"]],
        }
    )
    return {"monitor_indicators": indicators, "monitor_targets": targets}
