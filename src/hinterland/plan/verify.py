"""Check a plan outside the solver: every constraint and objective again, from the moves and the data, with
numpy.

Nothing here uses the programme's own code: the sums are written out a second time, so that a slip in the one
shows as a violation in the other.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.plan.assemble import number
from hinterland.plan.model import Plan
from hinterland.study import Column, Result, Text

Values = npt.NDArray[np.float64]


def _moves(plan: Plan) -> Values:
    """Return the moves as a plain array [industry, origin, host, phase], labels in the data's order."""
    d = plan.data
    z = plan.transfer.sel(industry=d.industries, origin=d.origins, host=d.hosts, phase=d.codes)
    return np.asarray(z.transpose("industry", "origin", "host", "phase").values, dtype=float)


def _sides(plan: Plan) -> Iterator[tuple[str, Values, Values]]:
    """Yield each family as (name, left, right) with left <= right wanted; NaN on the right is no limit."""
    d = plan.data
    z = _moves(plan)
    arriving = z.sum(axis=1)
    intake = np.add.accumulate(arriving, axis=2)
    yield "non_negative", -z, np.zeros_like(z)
    yield "releasable", z.sum(axis=(2, 3)), d.releasable.transpose("industry", "origin").values
    yield "host_growth", intake.sum(axis=0), d.host_growth.transpose("host", "phase").values
    yield "industry_growth", intake, d.industry_growth.transpose("industry", "host", "phase").values
    membership = d.classes.transpose("factor_class", "industry").values
    by_class = membership @ intake.sum(axis=1)
    focus = d.focus.transpose("factor_class", "phase").values
    yield "sequence", by_class, np.where(focus < 1, focus * by_class[:, -1:], np.nan)
    forbidden = d.forbidden.transpose("industry", "host", "phase").values
    if forbidden.any():
        yield "policy", arriving, np.where(forbidden, 0.0, np.nan)
    if d.use is not None and d.limit is not None:
        use = d.use.transpose("host", "industry", "resource").values
        yield (
            "resource",
            np.einsum("hik,ihp->hkp", use, intake),
            d.limit.transpose("host", "resource", "phase").values,
        )
    if d.job_limit is not None:
        jobs = d.losses["employment"].transpose("industry", "origin").values
        yield "job_loss", np.einsum("io,iohp->op", jobs, z), d.job_limit.transpose("origin", "phase").values
    if len(d.hosts) > 1:
        yield (
            "similarity",
            *_similarity(d.output.transpose("host", "industry").values, intake, d.similarity_tolerance),
        )
    if d.minimum > 0:
        yield "minimum", np.array([-z.sum()]), np.array([-d.minimum])


def _similarity(base: Values, intake: Values, tolerance: float) -> tuple[Values, Values]:
    """Return the similarity of each two hosts by phase, and the most it may be: the bound itself, not the
    linear rows."""
    after = base.T[:, :, None] + intake
    with np.errstate(invalid="ignore", divide="ignore"):
        s0, s = base.T / base.sum(axis=1), after / after.sum(axis=0)
    pairs = [(h, k) for h in range(len(base)) for k in range(h)]
    now = np.array([np.minimum(s[:, h], s[:, k]).sum(axis=0) for h, k in pairs])
    was = np.array([np.minimum(s0[:, h], s0[:, k]).sum() for h, k in pairs])
    return now, np.broadcast_to(was[:, None] + tolerance, now.shape)


def _objectives(plan: Plan) -> Iterator[tuple[str, float, float, float]]:
    """Yield each objective as (name, solver's value, recomputed, size of its terms)."""
    d = plan.data
    z = _moves(plan)
    # the share of the plan's years in which a unit moved in the phase is at work: half of its own, all of the
    # later
    years = np.array([p.years for p in d.phases], dtype=float)
    later = years[::-1].cumsum()[::-1] - years
    at_work = (years / 2 + later) / years.sum()
    flow = z @ at_work
    for name in ("value_added", "employment", "co2"):
        if name not in plan.values:
            continue
        terms = d.gains[name].transpose("industry", "host").values[:, None, :] * flow
        size = float(np.abs(terms).sum())
        if name == "co2":
            lost = d.losses[name].transpose("industry", "origin").values[:, :, None] * flow
            size += float(np.abs(lost).sum())
            terms = terms - lost
        yield name, plan.values[name], float(terms.sum()), size
    if "landed_cost" in plan.values and d.landed_cost is not None:
        terms = d.landed_cost.transpose("industry", "origin", "host").values * flow
        yield "landed_cost", plan.values["landed_cost"], float(terms.sum()), float(np.abs(terms).sum())
    if "output" in plan.values:
        yield "output", plan.values["output"], float(z.sum()), float(z.sum())


def verification_rows(plan: Plan) -> pd.DataFrame:
    """Return one row for each family of constraints and each objective."""
    tolerance = number(plan.study, "plan.verification_tolerance", 0, 1)
    moved = float(plan.transfer.sum())
    rows: list[tuple[str, int, float, float, bool]] = []
    for name, left, right in _sides(plan):
        there = ~np.isnan(right)
        scale = float(np.abs(right[there]).max(initial=0.0)) or moved or 1.0
        over = np.maximum(np.abs(right), 1e-3 * scale)
        excess = np.where(there, (left - right) / over, 0.0)
        worst = max(0.0, float(excess.max(initial=0.0)))
        bad = not np.all(np.isfinite(left[there]))
        rows.append((name, int(there.sum()), worst, tolerance, worst <= tolerance and not bad))
    for name, said, found, size in _objectives(plan):
        gap = abs(said - found) / max(size, 1e-300) if said != found else 0.0
        rows.append((f"objective_{name}", 1, gap, tolerance, gap <= tolerance))
    return pd.DataFrame(rows, columns=["constraint", "checked", "largest_violation", "tolerance", "holds"])


def verify(plan: Plan) -> Result:
    r"""Re-verify every constraint and objective of a plan outside the solver.

    The violation of a limit is :math:`\max(0, \text{used}-\text{limit})/\text{limit}` (for limits below a
    thousandth of the family's largest, over that); of an objective the gap over the sum of its terms' sizes.
    For the similarity of hosts the bound itself is checked, not the linear rows that imply it.

    Returns
    -------
    Result
        plan_verification: constraint, checked, largest_violation, tolerance, holds.
    """
    s = plan.study

    def column(name: str, kind: str) -> Column:
        figure = kind == "number"
        return Column(name, s.text("column", name), kind, "", "estimated" if figure else None)  # type: ignore[arg-type]

    return Result(
        "plan_verification",
        Text("The plan checked outside the solver", "求解器之外的方案复核"),
        verification_rows(plan),
        (
            column("constraint", "code"),
            column("checked", "number"),
            column("largest_violation", "number"),
            column("tolerance", "number"),
            column("holds", "flag"),
        ),
        Text(
            "Every constraint and objective recomputed from the moves with plain arithmetic; violations are "
            "relative.",
            "由转移量以普通算术重新计算每项约束与目标；偏差为相对值。",
        ),
    )
