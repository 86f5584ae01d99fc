"""The whole programme another way: every choice of what is built tried in turn, a dense programme each.

Nothing of the programme's own code is used: rows are written out with loops over z[i, o, h, p, m], u, the
funds' spending and the excess, with the choices put in as numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import linprog

from hinterland.plan.data import PlanData
from hinterland.plan.options import USES

Choice = dict[str, np.ndarray]


def choices(d: PlanData) -> Iterator[Choice]:
    """Yield every way to establish clusters, build and begin projects, each of which is done once at most."""
    n_i, n_h, n_p = len(d.industries), len(d.hosts), len(d.codes)
    places: list[tuple[str, tuple[int, ...]]] = []
    if d.clusters is not None:
        for at in np.argwhere(d.clusters.minimum.notnull().values):
            places.append(("establish", tuple(int(k) for k in at)))
    if d.infrastructure is not None:
        for at in np.argwhere(d.infrastructure.there.values):
            places.append(("build", tuple(int(k) for k in at)))
    begins = list(product(range(n_i), range(n_h), range(n_p))) if d.project_scale is not None else []
    kinds = 0 if d.infrastructure is None else d.infrastructure.there.shape[0]
    for when in product(range(n_p + 1), repeat=len(places)):  # n_p: never
        made = {"establish": np.zeros((n_i, n_h, n_p)), "build": np.zeros((kinds, n_h, n_p))}
        for (name, at), p in zip(places, when, strict=True):
            if p < n_p:
                made[name][(*at, p)] = 1
        for begun in product((0, 1), repeat=len(begins)):
            b = np.zeros((n_i, n_h, n_p))
            for at, one in zip(begins, begun, strict=True):
                b[at] = one
            yield {**made, "begin": b}


def possible(d: PlanData, choice: Choice) -> bool:
    """True when what clusters need is at work in time."""
    if d.clusters is None or d.clusters.needs is None or d.infrastructure is None:
        return True
    for i, h, p in np.argwhere(choice["establish"] > 0):
        for k in np.flatnonzero(d.clusters.needs.values[i, h]):
            by = p - int(d.infrastructure.lead.values[k])
            if choice["build"][k, h, : max(by + 1, 0)].sum() < 1:
                return False
    return True


class Rows:
    """Rows and bounds over named variables."""

    def __init__(self) -> None:
        self.place: dict[Any, int] = {}
        self.rows: list[tuple[dict[int, float], float]] = []
        self.equal: list[tuple[dict[int, float], float]] = []

    def var(self, *key: Any) -> int:
        return self.place.setdefault(key, len(self.place))

    def dense(self, rows: list[tuple[dict[int, float], float]]) -> tuple[np.ndarray, np.ndarray]:
        a = np.zeros((len(rows), len(self.place)))
        for r, (row, _) in enumerate(rows):
            for c, value in row.items():
                a[r, c] += value
        return a, np.array([b for _, b in rows])


def solve(d: PlanData, objective: str, sign: float, choice: Choice) -> float | None:
    """Return the best of an objective with what is built given, or None where nothing is feasible."""
    if not possible(d, choice):
        return None
    n_i, n_o, n_h, n_p = len(d.industries), len(d.origins), len(d.hosts), len(d.codes)
    modes = [None] if d.modes is None else list(range(len(d.modes.codes)))
    r = Rows()
    I, O, H, P = range(n_i), range(n_o), range(n_h), range(n_p)  # noqa: E741

    def z(i: int, o: int, h: int, p: int, m: int | None) -> int:
        return r.var("z", i, o, h, p, m)

    def taken(i: int, h: int, p: int, scale: float = 1.0) -> dict[int, float]:
        return {z(i, o, h, q, m): scale for o in O for q in range(p + 1) for m in modes}

    def plus(*parts: dict[int, float]) -> dict[int, float]:
        out: dict[int, float] = {}
        for part in parts:
            for c, value in part.items():
                out[c] = out.get(c, 0.0) + value
        return out

    def most(row: dict[int, float], bound: float) -> None:
        r.rows.append((row, float(bound)))

    def over(name: str, *at: int) -> dict[int, float]:
        return {r.var("over", name, *at): -1.0} if name in d.prices else {}

    work = np.zeros_like(choice["build"])
    if d.infrastructure is not None:
        for k, h, p in np.ndindex(*work.shape):
            by = p - int(d.infrastructure.lead.values[k])
            work[k, h, p] = choice["build"][k, h, : max(by + 1, 0)].sum()
    for i, o in product(I, O):
        most({z(i, o, h, p, m): 1.0 for h in H for p in P for m in modes}, d.releasable.values[i, o])
    for c, p in product(range(len(d.classes)), P):
        if d.focus.values[c, p] < 1:
            mine = [i for i in I if d.classes.values[c, i]]
            now = plus(*(taken(i, h, p) for i in mine for h in H))
            end = plus(*(taken(i, h, n_p - 1, -float(d.focus.values[c, p])) for i in mine for h in H))
            most(plus(now, end), 0)
    output = d.output.transpose("host", "industry").values
    for h, p in product(H, P):
        opened = 0.0
        if d.infrastructure is not None:
            opened = float((d.infrastructure.growth.values[:, h] * work[:, h, p]).sum())
        most(
            plus(*(taken(i, h, p) for i in I), over("host_growth", h, p)), d.host_growth.values[h, p] + opened
        )
        for i in I:
            pace = float(d.industry_growth.values[i, h, p])
            arriving = {z(i, o, h, p, m): 1.0 for o in O for m in modes}
            most(plus(taken(i, h, p), over("industry_growth", i, h, p)), pace)
            if d.forbidden.values[i, h, p]:
                most(arriving, 0)
            if d.clusters is not None and not np.isnan(d.clusters.minimum.values[i, h]):
                most(taken(i, h, p), pace * choice["establish"][i, h, : p + 1].sum())
                if p == n_p - 1 and choice["establish"][i, h].sum():
                    most(taken(i, h, p, -1.0), -d.clusters.minimum.values[i, h])
            if d.project_scale is not None:
                most(arriving, pace * choice["begin"][i, h, p])
                if choice["begin"][i, h, p]:
                    most({c: -1.0 for c in arriving}, -d.project_scale.values[i])
            if d.upgrades is not None:
                most({r.var("u", i, h, q): 1.0 for q in range(p + 1)}, d.upgrades.room.values[i, h, p])
        if d.use is not None and d.limit is not None:
            for k in range(d.limit.sizes["resource"]):
                if np.isnan(d.limit.values[h, k, p]):
                    continue
                row = plus(
                    *(taken(i, h, p, float(d.use.values[h, i, k])) for i in I), over("resource", h, k, p)
                )
                room = float(d.limit.values[h, k, p])
                if d.upgrades is not None and d.upgrades.use is not None:
                    for i, q in product(I, range(p + 1)):
                        row = plus(row, {r.var("u", i, h, q): float(d.upgrades.use.values[h, i, k])})
                if d.infrastructure is not None and d.infrastructure.opens is not None:
                    room += float((d.infrastructure.opens.values[:, h, k] * work[:, h, p]).sum())
                most(row, room)
        if d.modes is not None:
            for m in modes:
                assert m is not None
                if d.modes.most.values[m] < 1:
                    part = {z(i, o, h, q, m): 1.0 for i in I for o in O for q in range(p + 1)}
                    whole = plus(*(taken(i, h, p, -float(d.modes.most.values[m])) for i in I))
                    most(plus(part, whole), 0)
        if d.local_inputs is not None:
            local = d.local_inputs
            for j, name in enumerate(local.share["input"].values):
                row = {}
                for i, o, q, m in product(I, O, range(p + 1), modes):
                    part = 1.0 if m is None or d.modes is None else float(d.modes.local.values[m])
                    need = float(local.share.values[j] * local.need.values[j, i]) * part
                    row = plus(row, {z(i, o, h, q, m): need})
                if name in d.industries:
                    row = plus(row, taken(d.industries.index(str(name)), h, p, -1.0))
                most(row, local.supply.values[j, h])
        for k in H:
            if h == k or output[h].sum() <= 0 or output[k].sum() <= 0:
                continue
            s, t = output[h] / output[h].sum(), output[k] / output[k].sum()
            theirs = (s < t) | ((s == t) & (h < k))
            share = s[theirs].sum() + d.similarity_tolerance / 2
            row = plus(*(taken(i, h, p, float(theirs[i]) - share) for i in I))
            most(row, share * output[h].sum() - output[h][theirs].sum())
    if d.job_limit is not None:
        for o, p in product(O, P):
            jobs = d.losses["employment"].values
            row = {z(i, o, h, p, m): float(jobs[i, o]) for i in I for h in H for m in modes}
            most(plus(row, over("job_loss", o, p)), d.job_limit.values[o, p])
    if d.minimum > 0:
        most({z(i, o, h, p, m): -1.0 for i in I for o in O for h in H for p in P for m in modes}, -d.minimum)
    if d.backup_floor is not None:
        for i in I:
            if not np.isnan(d.backup_floor.values[i]):
                row = plus(*(taken(i, h, n_p - 1, -1.0) for h in H))
                most(row, output[:, i].sum() - d.backup_floor.values[i])

    costs: list[dict[str, tuple[dict[int, float], float]]] = []
    for p in P:
        use: dict[str, tuple[dict[int, float], float]] = {name: ({}, 0.0) for name in USES}
        if d.modes is not None:
            kept = {
                z(i, o, h, p, m): float(d.modes.cost.values[m])
                for i in I
                for o in O
                for h in H
                for m in modes
            }
            use["transfer"] = (kept, 0.0)
        if d.upgrades is not None:
            use["upgrade"] = (
                {r.var("u", i, h, p): float(d.upgrades.cost.values[i]) for i in I for h in H},
                0.0,
            )
        if d.clusters is not None:
            use["cluster"] = ({}, float((d.clusters.cost.values * choice["establish"][..., p]).sum()))
        if d.infrastructure is not None:
            use["infrastructure"] = (
                {},
                float((d.infrastructure.cost.values * choice["build"][..., p]).sum()),
            )
        priced = {
            c: d.prices[key[1]] for key, c in list(r.place.items()) if key[0] == "over" and key[-1] == p
        }
        use["excess"] = (priced, 0.0)
        costs.append(use)
    if d.budgets is not None:
        funds = range(d.budgets.amount.sizes["fund"])
        pays = d.budgets.pays.sel(use=list(USES)).values
        for p in P:
            for u, name in enumerate(USES):
                row, fixed = costs[p][name]
                paid = {r.var("s", f, u, p): -1.0 for f in funds if pays[f, u]}
                r.equal.append((plus(row, paid), -fixed))
            for f in funds:
                row = {r.var("s", f, u, q): 1.0 for u in range(len(USES)) for q in range(p + 1) if pays[f, u]}
                most(row, d.budgets.amount.values[f, : p + 1].sum())

    total = sum(phase.years for phase in d.phases)
    aim: dict[int, float] = {}
    constant = 0.0
    for p in P:
        at_work = (d.phases[p].years / 2 + sum(q.years for q in d.phases[p + 1 :])) / total
        if objective == "spending":
            for row, fixed in costs[p].values():
                aim = plus(aim, {c: value / total for c, value in row.items()})
                constant += fixed / total
            continue
        for i, h in product(I, H):
            for o, m in product(O, modes):
                if objective == "landed_cost":
                    assert d.landed_cost is not None
                    gain = float(d.landed_cost.values[i, o, h])
                elif objective == "resilience":
                    assert d.backup is not None
                    gain = float(d.backup.values[i])
                else:
                    gain = float(d.gains[objective].values[i, h])
                    if objective == "co2":
                        gain -= float(d.losses["co2"].values[i, o])
                    if objective == "value_added" and d.modes is not None:
                        gain *= float(d.modes.host_share.values[m])
                aim = plus(aim, {z(i, o, h, p, m): at_work * gain})
            if d.upgrades is not None and objective in d.upgrades.change:
                change = float(d.upgrades.change[objective].values[i, h])
                aim = plus(aim, {r.var("u", i, h, p): at_work * change})
    a, b = r.dense(r.rows)
    c = np.zeros(len(r.place))
    for at, value in aim.items():
        c[at] = -sign * value
    equal = r.dense(r.equal) if r.equal else (None, None)
    found = linprog(c, A_ub=a, b_ub=b, A_eq=equal[0], b_eq=equal[1], method="highs-ds")
    if found.status == 2:
        return None
    assert found.status == 0, found.message
    return -sign * float(found.fun) + constant


def best(d: PlanData, objective: str, sign: float) -> float | None:
    """Return the best over all choices, or None where none is feasible."""
    found = [v for v in (solve(d, objective, sign, c) for c in choices(d)) if v is not None]
    return (max if sign > 0 else min)(found, default=None)
