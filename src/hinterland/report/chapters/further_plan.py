"""Charts of the plan's tables that need none of their own making: what it chooses, what keeps it safe."""

from __future__ import annotations

import pandas as pd

from hinterland.report.chapters.frame import Pick, bars_of, heat_of, largest_of, spans_of
from hinterland.study import Study, Text


def _sums(by: tuple[str, str], value: str) -> Pick:
    """Return sums of a figure, phases in their order; a sum with an unknown part is unknown."""

    def pick(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
        parts = frame.groupby(list(by), sort=False, observed=True)[value]
        total = parts.agg(lambda part: part.sum(skipna=False)).reset_index()
        phases = [phase.code for phase in study.phases()]
        if "phase" in by and set(total["phase"]) <= set(phases):
            total["phase"] = total["phase"].astype(pd.CategoricalDtype(phases, ordered=True))
        return total

    return pick


def _last_phase(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["phase"] == study.phases()[-1].code]


def _known(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Add up over the relations; a kind that is not known is in the table only."""
    return _sums(("ladder", "phase"), "share")(study, frame[frame["ladder"] != ""])


plan_kinds = heat_of(
    "plan_kinds",
    "ladder",
    "phase",
    "share",
    Text("Moves along and across the gradient", "顺梯度与跨梯度的转移"),
    _known,
)
plan_modes = heat_of("plan_modes", "mode", "host", "share", Text("Modes by host", "各承接地的转移方式"))
plan_upgrades = heat_of(
    "plan_upgrades",
    "industry",
    "host",
    "output",
    Text("Output upgraded by the end", "期末完成改造升级的产出"),
)
plan_spending = heat_of(
    "plan_spending",
    "use",
    "phase",
    "money",
    Text("What the money is spent on", "资金用途"),
    _sums(("use", "phase"), "money"),
)
enclave_split = spans_of(
    "enclave_split",
    ("party",),
    "shapley",
    Text("What each party is due (Shapley)", "各方应得（夏普利值）"),
)
fund_uses = bars_of(
    "fund_uses",
    "phase",
    ("stakes", "training", "worker_support"),
    Text("What the fund is used for", "基金用途"),
    stacked=False,
)
talent_gap = heat_of(
    "talent_gap",
    "host",
    "education",
    "gap_people",
    Text("Talent that is short in the last phase", "最后阶段的人才缺口"),
    _last_phase,
)
transition_industries = heat_of(
    "transition_industries",
    "industry",
    "origin",
    "unplaced",
    Text("Workers without other work after a year", "一年后仍未就业的职工"),
    largest_of("origin", "unplaced", 7),
)
