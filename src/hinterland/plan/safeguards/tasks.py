"""Who does what by when: tasks of each phase with milestones, and the gates that open the next phase."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from importlib import resources

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.plan.assemble import number, phase_key
from hinterland.plan.model import Plan
from hinterland.plan.safeguards.given import made
from hinterland.study import Result, Text

Floats = npt.NDArray[np.float64]
Measure = Callable[[Plan, Mapping[str, Result]], tuple[Floats, str] | None]


@functools.cache
def task_list() -> pd.DataFrame:
    """Return the package's tasks: who leads, what is done, which figure of the plan it is held against."""
    with resources.files("hinterland.plan.safeguards").joinpath("tasks.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype=str, keep_default_na=False)


def _same(value: float, unit: str) -> Measure:
    return lambda plan, found: (np.full(len(plan.data.codes), value), unit)


def _moves(plan: Plan, found: Mapping[str, Result]) -> tuple[Floats, str]:
    least = number(plan.study, "plan.listing_tolerance", 0, 1) * float(plan.transfer.sum())
    counted = (plan.transfer > least).sum(["industry", "origin", "host"])
    return counted.sel(phase=plan.data.codes).values.astype(float), "moves"


def _in_place(measure: str) -> Measure:
    def reckon(plan: Plan, found: Mapping[str, Result]) -> tuple[Floats, str] | None:
        unit = plan.data.units.get(measure, "")
        if measure == "output":
            return plan.intake.sum(["industry", "host"]).sel(phase=plan.data.codes).values, unit
        if measure not in plan.data.gains:
            return None
        amount = (plan.intake * plan.data.gains[measure]).sum(["industry", "host"])
        return amount.sel(phase=plan.data.codes).values, unit

    return reckon


def _of(result: str, column: str) -> Measure:
    def reckon(plan: Plan, found: Mapping[str, Result]) -> tuple[Floats, str] | None:
        if result not in found:
            return None
        keys = [phase_key(plan.study, plan.data.preset, c) for c in plan.data.codes]
        parts = found[result].frame.groupby("phase", observed=True)[column]
        sums = parts.agg(lambda part: part.sum(skipna=False))
        return np.asarray(sums.reindex(keys), dtype=float), found[result].column(column).unit

    return reckon


def _loss_rate(plan: Plan, found: Mapping[str, Result]) -> tuple[Floats, str] | None:
    if "fund_risk" not in found:
        return None
    rows = found["fund_risk"].frame.set_index("measure")
    # the end of its range: a fund within it does as badly as was reckoned with
    return np.full(len(plan.data.codes), float(rows.loc["expected_loss_rate", "high"])), "share"


def _compensation(plan: Plan, found: Mapping[str, Result]) -> tuple[Floats, str] | None:
    if "compensation_regions" not in found:
        return None
    result = found["compensation_regions"]
    # what is paid at the plan's end is due in proportion to what has moved
    moved = plan.intake.sum(["industry", "host"]).sel(phase=plan.data.codes).values
    total = float(result.frame["paid"].sum())
    return total * moved / max(float(moved[-1]), 1e-300), result.column("paid").unit


def _pairs(plan: Plan, found: Mapping[str, Result]) -> tuple[Floats, str]:
    """The fewest pairs that together carry so much of the moves as opens a gate."""
    moved = np.sort(plan.moves.sum("industry").values.ravel())[::-1]
    enough = number(plan.study, "safeguard.gate", 0.01, 1) * moved.sum()
    pairs = int(np.searchsorted(np.cumsum(moved), enough * (1 - 1e-12))) + 1
    return np.full(len(plan.data.codes), float(pairs)), "agreements"


MEASURES: Mapping[str, Measure] = {
    "one": _same(1.0, "decision"),
    "all": _same(1.0, "share"),
    "moves": _moves,
    "output_end": _in_place("output"),
    "jobs_end": _in_place("employment"),
    "carbon_end": _in_place("co2"),
    "seats": _of("talent_seats", "seats"),
    "unplaced": _of("transition_phases", "unplaced"),
    "fund_uses": _of("fund_uses", "uses"),
    "expected_loss": _loss_rate,
    "compensation": _compensation,
    "pairs": _pairs,
}
"""The plan's figure that a task is held against, by phase, with its unit; None where it is not known."""

# Decisions and counts are done or not, and the loss rate is the end of its range; the rest may fall short a
# little.
_WHOLE = {"one", "all", "pairs", "expected_loss"}


def tasks(plan: Plan, found: Mapping[str, Result] | None = None) -> list[Result]:
    """Return the table of tasks, by phase.

    The threshold of a gate is the plan's figure, times ``safeguard.gate`` where at least so much is asked
    and over it where at most; what is decided or counted one by one must be there whole.

    Parameters
    ----------
    plan : Plan
    found : mapping of Result
        The other safeguards; a task whose figure is not among them has a blank one.
    """
    study, data = plan.study, plan.data
    known = found or {}
    gate = number(study, "safeguard.gate", 0.01, 1)
    figures = {name: reckon(plan, known) for name, reckon in MEASURES.items()}
    rows = []
    for p, phase in enumerate(data.phases):
        for row in task_list().to_dict("records"):
            if row["when"] == "first" and p > 0:
                continue
            reckoned = figures[row["measure"]]
            value, unit = (float(reckoned[0][p]), reckoned[1]) if reckoned else (float("nan"), "")
            slack = 1.0 if row["measure"] in _WHOLE else gate
            threshold = value * slack if row["comparator"] == "at_least" else value / slack
            rows.append(
                {
                    "phase": phase_key(study, data.preset, phase.code),
                    "task_en": row["what_en"],
                    "task_zh": row["what_zh"],
                    "lead": row["lead"],
                    "assist": row["support"],
                    "due_year": str(phase.end if row["when"] == "each" else phase.start),
                    "task_indicator_en": row["indicator_en"],
                    "task_indicator_zh": row["indicator_zh"],
                    "milestone": value,
                    "comparator": row["comparator"],
                    "threshold": threshold,
                    "unit": unit,
                    "gate": row["gate"] == "yes",
                    "evidence_en": row["evidence_en"],
                    "evidence_zh": row["evidence_zh"],
                }
            )
    return [
        made(
            plan,
            "safeguard_tasks",
            Text("Tasks, milestones and gates by phase", "分阶段任务、里程碑与关口"),
            pd.DataFrame(rows),
            [
                ("phase", "phase"),
                ("task_en", "text"),
                ("task_zh", "text"),
                ("lead", "code"),
                ("assist", "code"),
                ("due_year", "year"),
                ("task_indicator_en", "text"),
                ("task_indicator_zh", "text"),
                ("milestone", "number", ""),
                ("comparator", "code"),
                ("threshold", "number", ""),
                ("unit", "text"),
                ("gate", "flag"),
                ("evidence_en", "text"),
                ("evidence_zh", "text"),
            ],
            Text(
                f"Milestones are the plan's figures. A phase's gate opens the next when every gate task "
                f"reaches its threshold: {gate:.0%} of the milestone where at least so much is asked, the "
                f"milestone over {gate:.0%} where at most (parameter safeguard.gate); decisions and counts "
                f"must be there whole.",
                f"里程碑为方案数值。各关口任务均达到阈值方可进入下一阶段：“不少于”类为里程碑的{gate:.0%}，"
                f"“不多于”类为里程碑除以{gate:.0%}（参数safeguard.gate）；决定与计数类须全部完成。",
            ),
            Text(
                "Roles are a proposal to be set against the division of work that is in force.",
                "职责分工为建议稿，须与现行分工核对。",
            ),
        )
    ]
