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
from hinterland.plan.data import PlanData
from hinterland.plan.model import Plan
from hinterland.plan.options import USES
from hinterland.study import Column, Result, Text

Values = npt.NDArray[np.float64]


def _moves(plan: Plan) -> Values:
    """Return the moves as a plain array [industry, origin, host, phase], labels in the data's order."""
    d = plan.data
    z = plan.transfer.sel(industry=d.industries, origin=d.origins, host=d.hosts, phase=d.codes)
    return np.asarray(z.transpose("industry", "origin", "host", "phase").values, dtype=float)


def _decided(plan: Plan, name: str, *dims: str) -> Values:
    """Return what else the plan decides as a plain array, labels in the data's order."""
    d = plan.data
    known = {"industry": d.industries, "origin": d.origins, "host": d.hosts, "phase": d.codes}
    array = plan.more[name]
    array = array.sel({dim: labels for dim, labels in known.items() if dim in array.dims})
    return np.asarray(array.transpose(*dims).values, dtype=float)


def _at_work(plan: Plan) -> Values:
    """Return what infrastructure is at work by the end of each phase [infrastructure, host, phase]."""
    assert plan.data.infrastructure is not None
    built = _decided(plan, "build", "infrastructure", "host", "phase")
    out = np.zeros_like(built)
    for k, lead in enumerate(plan.data.infrastructure.lead.values.astype(int)):
        for p in range(built.shape[2]):
            out[k, :, p] = built[k, :, : max(p - lead + 1, 0)].sum(axis=1)
    return out


def _excess(plan: Plan, name: str, *dims: str) -> Values | float:
    return _decided(plan, f"excess_{name}", *dims) if name in plan.excess else 0.0


def _sides(plan: Plan) -> Iterator[tuple[str, Values, Values]]:
    """Yield each family as (name, left, right) with left <= right wanted; NaN on the right is no limit."""
    for name, left, right in [*_moving(plan), *_staged(plan), *_paid(plan)]:
        if name not in plan.data.left_out:
            yield name, left, right


def _moving(plan: Plan) -> Iterator[tuple[str, Values, Values]]:
    d = plan.data
    z = _moves(plan)
    arriving = z.sum(axis=1)
    intake = np.add.accumulate(arriving, axis=2)
    yield "non_negative", -z, np.zeros_like(z)
    yield "releasable", z.sum(axis=(2, 3)), d.releasable.transpose("industry", "origin").values
    growth = d.host_growth.transpose("host", "phase").values.astype(float)
    if d.infrastructure is not None:
        opened = d.infrastructure.growth.transpose("infrastructure", "host").values
        growth = growth + np.einsum("kh,khp->hp", opened, _at_work(plan))
    yield "host_growth", intake.sum(axis=0) - _excess(plan, "host_growth", "host", "phase"), growth
    over = _excess(plan, "industry_growth", "industry", "host", "phase")
    yield "industry_growth", intake - over, d.industry_growth.transpose("industry", "host", "phase").values
    membership = d.classes.transpose("factor_class", "industry").values
    by_class = membership @ intake.sum(axis=1)
    focus = d.focus.transpose("factor_class", "phase").values
    yield "sequence", by_class, np.where(focus < 1, focus * by_class[:, -1:], np.nan)
    forbidden = d.forbidden.transpose("industry", "host", "phase").values
    if forbidden.any():
        yield "policy", arriving, np.where(forbidden, 0.0, np.nan)
    if d.use is not None and d.limit is not None:
        yield "resource", *_resources(plan, intake)
    if d.job_limit is not None:
        jobs = d.losses["employment"].transpose("industry", "origin").values
        lost = np.einsum("io,iohp->op", jobs, z) - _excess(plan, "job_loss", "origin", "phase")
        yield "job_loss", lost, d.job_limit.transpose("origin", "phase").values
    if len(d.hosts) > 1:
        yield (
            "similarity",
            *_similarity(
                d.output.transpose("host", "industry").values, intake, d.similarity_tolerance, _pairs(d)
            ),
        )
    if d.minimum > 0:
        yield "minimum", np.array([-z.sum()]), np.array([-d.minimum])
    if d.local_inputs is not None:
        yield "local_inputs", *_local(plan, arriving, intake)
    if d.backup_floor is not None:
        there = d.output.transpose("host", "industry").values.sum(axis=0) + intake[:, :, -1].sum(axis=1)
        yield "backup_floor", -there, -d.backup_floor.values


def _resources(plan: Plan, intake: Values) -> tuple[Values, Values]:
    d = plan.data
    assert d.use is not None and d.limit is not None
    need = np.einsum("hik,ihp->hkp", d.use.transpose("host", "industry", "resource").values, intake)
    room = d.limit.transpose("host", "resource", "phase").values.astype(float)
    if d.upgrades is not None and d.upgrades.use is not None:
        done = np.add.accumulate(_decided(plan, "upgrade", "industry", "host", "phase"), axis=2)
        change = d.upgrades.use.transpose("host", "industry", "resource").values
        need = need + np.einsum("hik,ihp->hkp", change, done)
    if d.infrastructure is not None and d.infrastructure.opens is not None:
        opened = d.infrastructure.opens.transpose("infrastructure", "host", "resource").values
        room = room + np.einsum("jhk,jhp->hkp", opened, _at_work(plan))
    return need - _excess(plan, "resource", "host", "resource", "phase"), room


def _local(plan: Plan, arriving: Values, intake: Values) -> tuple[Values, Values]:
    d = plan.data
    assert d.local_inputs is not None
    local = d.local_inputs
    placed = intake
    if d.modes is not None:
        by_mode = _decided(plan, "by_mode", "industry", "origin", "host", "phase", "mode").sum(axis=1)
        placed = np.add.accumulate(by_mode @ d.modes.local.values, axis=2)
    asked = local.need.transpose("input", "industry").values * local.share.values[:, None]
    need = np.einsum("ji,ihp->jhp", asked, placed)
    for j, name in enumerate(local.share["input"].values):
        if name in d.industries:
            need[j] -= intake[d.industries.index(str(name))]
    supply = local.supply.transpose("input", "host").values[..., None]
    over = _excess(plan, "local_inputs", "input", "host", "phase")
    return need - over, np.broadcast_to(supply, need.shape)


def _staged(plan: Plan) -> Iterator[tuple[str, Values, Values]]:
    """What is built: whole, once, and in the order that one thing needs another."""
    d = plan.data
    arriving = _moves(plan).sum(axis=1)
    intake = np.add.accumulate(arriving, axis=2)
    if d.modes is not None:
        by_mode = _decided(plan, "by_mode", "industry", "origin", "host", "phase", "mode")
        yield "modes_add_up", np.abs(by_mode.sum(axis=4) - _moves(plan)), np.zeros_like(_moves(plan))
        share = np.add.accumulate(by_mode.sum(axis=(0, 1)), axis=1)
        most = np.where(d.modes.most.values < 1, d.modes.most.values, np.nan)
        yield "mode_share", share, intake.sum(axis=0)[..., None] * most
    if d.upgrades is not None:
        done = np.add.accumulate(_decided(plan, "upgrade", "industry", "host", "phase"), axis=2)
        yield "upgrade_room", done, d.upgrades.room.transpose("industry", "host", "phase").values
    for name in ("establish", "build", "begin"):
        if name in plan.more:
            parts = plan.more[name].values
            yield f"whole_{name}", np.abs(parts - np.round(parts)), np.zeros_like(parts)
    if d.infrastructure is not None:
        built = _decided(plan, "build", "infrastructure", "host", "phase").sum(axis=2)
        there = d.infrastructure.there.transpose("infrastructure", "host").values
        yield "infrastructure_once", built, there.astype(float)
    if d.clusters is not None:
        yield from _clusters(plan, intake)
    if d.project_scale is not None:
        begun = _decided(plan, "begin", "industry", "host", "phase")
        least = d.project_scale.values[:, None, None]
        yield "project_scale", begun * least, arriving
        pace = d.industry_growth.transpose("industry", "host", "phase").values
        yield "project_room", arriving, begun * pace


def _clusters(plan: Plan, intake: Values) -> Iterator[tuple[str, Values, Values]]:
    d = plan.data
    assert d.clusters is not None
    least = d.clusters.minimum.transpose("industry", "host").values
    known = np.where(np.isnan(least), np.nan, 1.0)
    by = np.add.accumulate(_decided(plan, "establish", "industry", "host", "phase"), axis=2)
    yield "cluster_once", by[..., -1], known
    # before it is established nothing of the industry is there
    absent = np.where(by > 0.5, np.nan, 0.0) * known[..., None]
    yield "cluster_room", intake, absent
    yield "cluster_scale", np.where(by[..., -1] > 0.5, np.nan_to_num(least), 0.0), intake[..., -1]
    if d.clusters.needs is not None and d.infrastructure is not None:
        needs = d.clusters.needs.transpose("industry", "host", "infrastructure").values
        ready = _at_work(plan).transpose(1, 0, 2)[None]  # [1, host, infrastructure, phase]
        left = np.where(needs[..., None], by[:, :, None, :], 0.0)
        yield "cluster_base", left, np.broadcast_to(np.where(needs[..., None], ready, np.nan), left.shape)


def _costs(plan: Plan) -> dict[str, Values]:
    """Return what each use costs in each phase."""
    d = plan.data
    out = {use: np.zeros(len(d.codes)) for use in USES}
    if d.modes is not None:
        by_mode = _decided(plan, "by_mode", "industry", "origin", "host", "phase", "mode")
        out["transfer"] = by_mode.sum(axis=(0, 1, 2)) @ d.modes.cost.values
    if d.upgrades is not None:
        done = _decided(plan, "upgrade", "industry", "host", "phase").sum(axis=1)
        out["upgrade"] = d.upgrades.cost.values @ done
    if d.clusters is not None:
        at = _decided(plan, "establish", "industry", "host", "phase")
        out["cluster"] = np.einsum("ih,ihp->p", d.clusters.cost.transpose("industry", "host").values, at)
    if d.infrastructure is not None:
        at = _decided(plan, "build", "infrastructure", "host", "phase")
        cost = d.infrastructure.cost.transpose("infrastructure", "host").values
        out["infrastructure"] = np.einsum("kh,khp->p", cost, at)
    for name, excess in plan.excess.items():
        by_phase = excess.sel(phase=d.codes).transpose(..., "phase").values
        out["excess"] = out["excess"] + d.prices[name] * by_phase.reshape(-1, len(d.codes)).sum(axis=0)
    return out


def _paid(plan: Plan) -> Iterator[tuple[str, Values, Values]]:
    d = plan.data
    if d.budgets is None or "spend" not in plan.more:
        return
    spent = _decided(plan, "spend", "fund", "use", "phase")
    uses = [str(u) for u in plan.more["spend"]["use"].values]
    for use, cost in _costs(plan).items():
        yield f"pay_{use}", cost, spent[:, uses.index(use)].sum(axis=0)
    received = np.add.accumulate(d.budgets.amount.transpose("fund", "phase").values, axis=1)
    yield "budget", np.add.accumulate(spent.sum(axis=1), axis=1), received
    pays = d.budgets.pays.sel(use=uses).transpose("fund", "use").values
    yield "fund_use", spent.sum(axis=2), np.where(pays, np.nan, 0.0)


def _pairs(d: PlanData) -> list[tuple[int, int]]:
    """Return the places of each two hosts that are held apart."""
    count = len(d.hosts)
    rivals = None if d.rivals is None else d.rivals.sel(host=d.hosts, host_to=d.hosts).values
    return [(h, k) for h in range(count) for k in range(h) if rivals is None or rivals[h, k]]


def _similarity(
    base: Values, intake: Values, tolerance: float, pairs: list[tuple[int, int]]
) -> tuple[Values, Values]:
    """Return the similarity of each two hosts by phase, and the most it may be: the bound itself, not the
    linear rows."""
    after = base.T[:, :, None] + intake
    with np.errstate(invalid="ignore", divide="ignore"):
        s0, s = base.T / base.sum(axis=1), after / after.sum(axis=0)
    now = np.array([np.minimum(s[:, h], s[:, k]).sum(axis=0) for h, k in pairs])
    was = np.array([np.minimum(s0[:, h], s0[:, k]).sum() for h, k in pairs])
    return now, np.broadcast_to(was[:, None] + tolerance, now.shape)


def _drift(base: Values, taken: Values, pairs: list[tuple[int, int]]) -> float:
    """Return the largest drift of a host towards what another one is more specialised in."""
    worst = -np.inf
    s = base / np.maximum(base.sum(axis=1, keepdims=True), 1e-300)
    for h, k in [*pairs, *((k, h) for h, k in pairs)]:
        if base[h].sum() <= 0:
            continue
        theirs = (s[h] < s[k]) | ((s[h] == s[k]) & (h < k))
        drift = taken[theirs, h].sum() - s[h][theirs].sum() * taken[:, h].sum()
        worst = max(worst, drift / base[h].sum())
    return float(worst)


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
    by_host = np.zeros(len(d.hosts))
    for name in ("value_added", "employment", "co2"):
        if name not in d.gains:
            continue
        gain = d.gains[name].transpose("industry", "host").values
        terms = gain[:, None, :] * flow
        more = np.zeros(gain.shape)
        if name == "value_added" and d.modes is not None:
            by_mode = _decided(plan, "by_mode", "industry", "origin", "host", "phase", "mode")
            at_home = np.einsum("iohpm,p,m->ih", by_mode, at_work, 1 - d.modes.host_share.values)
            more = more - gain * at_home
        if d.upgrades is not None and name in d.upgrades.change:
            done = _decided(plan, "upgrade", "industry", "host", "phase") @ at_work
            more = more + d.upgrades.change[name].transpose("industry", "host").values * done
        size = float(np.abs(terms).sum() + np.abs(more).sum())
        if name == "value_added":
            by_host = terms.sum(axis=(0, 1)) + more.sum(axis=0)
        if name not in plan.values:
            continue
        if name == "co2":
            lost = d.losses[name].transpose("industry", "origin").values[:, :, None] * flow
            size += float(np.abs(lost).sum())
            terms = terms - lost
        yield name, plan.values[name], float(terms.sum() + more.sum()), size
    if "landed_cost" in plan.values and d.landed_cost is not None:
        terms = d.landed_cost.transpose("industry", "origin", "host").values * flow
        yield "landed_cost", plan.values["landed_cost"], float(terms.sum()), float(np.abs(terms).sum())
    if "output" in plan.values:
        yield "output", plan.values["output"], float(z.sum()), float(z.sum())
    if "spending" in plan.values:
        total = sum(float(cost.sum()) for cost in _costs(plan).values()) / float(years.sum())
        yield "spending", plan.values["spending"], total, max(total, 1.0)
    if "resilience" in plan.values and d.backup is not None:
        total = float(d.backup.values @ flow.sum(axis=(1, 2)))
        yield "resilience", plan.values["resilience"], total, total
    if "disparity" in plan.values and d.incomes is not None:
        income, people = d.incomes.income.values, d.incomes.people.values
        after = income + by_host
        apart = float(np.abs(after - people / people.sum() * after.sum()).sum() / income.sum())
        yield "disparity", plan.values["disparity"], apart, max(apart, 1.0)
    if "similarity" in plan.values:
        drift = _drift(d.output.transpose("host", "industry").values, z.sum(axis=(1, 3)), _pairs(d))
        yield "similarity", plan.values["similarity"], drift, max(abs(drift), 1.0)


def verification_rows(plan: Plan) -> pd.DataFrame:
    """Return one row for each family of constraints and each objective."""
    tolerance = number(plan.study, "plan.verification_tolerance", 0, 1)
    moved = float(plan.transfer.sum())
    rows: list[tuple[str, int, float, float, bool]] = []
    for name, left, right in _sides(plan):
        there = ~np.isnan(right)
        whole = name.startswith(("whole_", "cluster_once", "cluster_base", "infrastructure_once"))
        scale = 1.0 if whole else float(np.abs(right[there]).max(initial=0.0)) or moved or 1.0
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
