"""Of which kind the plan's moves are: along the gradient or across it, of a whole chain or a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from hinterland.plan.assemble import phase_key
from hinterland.plan.results import figure, label, result, transfers
from hinterland.study import Result, Text

if TYPE_CHECKING:
    from hinterland.plan.model import Plan

KEYS = ["industry", "origin", "host"]


def plan_kinds(plan: Plan, kinds: Result) -> Result:
    """Add the plan's moves up by the kind that the rules give each industry, origin and host.

    Parameters
    ----------
    plan : Plan
    kinds : Result
        ``transfer_kind`` of measure: industry, origin, host, ladder (gradient, level, leapfrog, ...),
        relation (horizontal, vertical, ...).

    Returns
    -------
    Result ``plan_kinds``: phase, ladder, relation, output, share (of what moves in the phase). Moves whose
    kind is not known are left blank, not dropped.
    """
    moved = transfers(plan).frame
    known = kinds.frame[[*KEYS, "ladder", "relation"]]
    frame = moved.merge(known, on=KEYS, how="left", validate="many_to_one")
    frame[["ladder", "relation"]] = frame[["ladder", "relation"]].fillna("")
    phases = [phase_key(plan.study, plan.data.preset, code) for code in plan.data.codes]
    by = frame.groupby(["phase", "ladder", "relation"], sort=False, observed=True)["output"].sum()
    out = by.reset_index().sort_values(
        ["phase", "output"],
        key=lambda c: c.map(phases.index) if c.name == "phase" else -c,
        kind="stable",
        ignore_index=True,
    )
    out["share"] = out["output"] / out.groupby("phase")["output"].transform("sum")
    s = plan.study
    return result(
        plan,
        "plan_kinds",
        pd.DataFrame(out),
        [
            label(s, "phase", "phase"),
            label(s, "ladder", "code"),
            label(s, "relation", "code"),
            figure(plan, "output", plan.data.units.get("output", "")),
            figure(plan, "share", "", "share"),
        ],
        Text("Of which kind the moves are", "转移属于哪种类型"),
        Text(
            "Kinds by the rules of the table transfer_rules, as in the measurement of the past.",
            "类型依transfer_rules表的规则判定，与历史测度相同。",
        ),
    )
