"""Data of small invented plans, made straight from arrays, and the same programme put together another way.

`linear_programme` writes the programme out with plain loops over z[i, o, h, p] alone (no cumulative
variables, no linopy) for `scipy.optimize.linprog`: a second route to the same optimum.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from hinterland.plan.data import PlanData
from hinterland.plan.options import (
    USES,
    Budgets,
    Clusters,
    Incomes,
    Infrastructure,
    LocalInputs,
    Modes,
    Upgrades,
)
from hinterland.study import Phase, Text

NEAR = Phase("near", 2026, 2028, Text("Near term", "近期"), {"light": 0.5, "heavy": 0.25})
FAR = Phase("far", 2029, 2032, Text("Far term", "远期"), {"light": 1.0, "heavy": 1.0})


def array(values: Any, **coords: list[str]) -> xr.DataArray:
    return xr.DataArray(np.asarray(values, dtype=float), coords, list(coords))


def two_by_two() -> PlanData:
    """Two industries, origins, hosts, phases and resources; figures round enough to read in an LP file."""
    i, o, h = ["machines", "textiles"], ["east", "north"], ["south", "west"]
    p, k, c = ["near", "far"], ["energy", "labour"], ["heavy", "light"]
    output = array([[300, 200], [200, 100]], host=h, industry=i)
    forbidden = xr.zeros_like(array(np.zeros((2, 2, 2)), industry=i, host=h, phase=p), dtype=bool)
    forbidden.loc[{"industry": "machines", "host": "west", "phase": "near"}] = True
    return PlanData(
        preset="plan",
        phases=(NEAR, FAR),
        output=output,
        releasable=array([[90, 60], [40, 30]], industry=i, origin=o),
        classes=array([[1, 0], [0, 1]], factor_class=c, industry=i),
        focus=array([[0.25, 1], [0.5, 1]], factor_class=c, phase=p),
        host_growth=array([[30, 70], [18, 42]], host=h, phase=p),
        industry_growth=array([[[45, 105], [30, 70]], [[30, 70], [15, 35]]], industry=i, host=h, phase=p),
        forbidden=forbidden,
        gains={
            "value_added": array([[0.5, 0.45], [0.4, 0.35]], industry=i, host=h),
            "employment": array([[0.02, 0.03], [0.05, 0.06]], industry=i, host=h),
            "co2": array([[0.2, 0.3], [0.1, 0.15]], industry=i, host=h),
            "energy": array([[0.5, 0.5], [0.25, 0.25]], industry=i, host=h),
        },
        losses={
            "value_added": array([[0.5, 0.5], [0.4, 0.4]], industry=i, origin=o),
            "employment": array([[0.02, 0.025], [0.04, 0.05]], industry=i, origin=o),
            "co2": array([[0.25, 0.22], [0.125, 0.12]], industry=i, origin=o),
            "energy": array([[0.5, 0.5], [0.25, 0.25]], industry=i, origin=o),
        },
        use=array([[[0.5, 0.02], [0.25, 0.05]], [[0.5, 0.03], [0.25, 0.06]]], host=h, industry=i, resource=k),
        limit=array([[[12, 28], [1, 2.5]], [[8, np.nan], [0.75, 2]]], host=h, resource=k, phase=p),
        job_limit=array([[1.5, 2], [1, 1.25]], origin=o, phase=p),
        landed_cost=array(
            [[[0.01, 0.02], [0.02, 0.01]], [[0.02, 0.03], [0.03, 0.02]]], industry=i, origin=o, host=h
        ),
        similarity_tolerance=0.01,
        minimum=10.0,
        units={"output": "money", "value_added": "money", "employment": "persons", "co2": "t"},
    )


def with_everything() -> PlanData:
    """The two-by-two plan with modes, upgrading, a cluster, infrastructure, funds and every other rule."""
    d = two_by_two()
    i, h, p, k, m = d.industries, d.hosts, d.codes, ["energy", "labour"], ["enclave", "horizontal"]
    f, y = ["centre", "region"], ["line", "park"]
    pays = xr.DataArray(np.ones((2, len(USES)), dtype=bool), {"fund": f, "use": list(USES)}, ["fund", "use"])
    pays.loc[{"fund": "region", "use": "excess"}] = False
    needs = xr.DataArray(
        np.zeros((2, 2, 2), dtype=bool),
        {"industry": i, "host": h, "infrastructure": y},
        ["industry", "host", "infrastructure"],
    )
    needs.loc[{"industry": "machines", "host": "west", "infrastructure": "park"}] = True
    return replace(
        d,
        modes=Modes(
            cost=array([0.05, 0.1], mode=m),
            host_share=array([0.6, 1], mode=m),
            most=array([0.4, 1], mode=m),
            local=array([0.5, 1], mode=m),
        ),
        upgrades=Upgrades(
            cost=array([0, 0.2], industry=i),
            room=array([[[0, 0], [0, 0]], [[6, 14], [3, 7]]], industry=i, host=h, phase=p),
            change={
                "value_added": array([[0, 0], [0.08, 0.07]], industry=i, host=h),
                "employment": array([[0, 0], [-0.005, -0.006]], industry=i, host=h),
                "co2": array([[0, 0], [-0.01, -0.02]], industry=i, host=h),
            },
            use=array([[[0, 0], [-0.05, -0.005]], [[0, 0], [-0.05, -0.006]]], host=h, industry=i, resource=k),
        ),
        clusters=Clusters(
            minimum=array([[np.nan, 9], [np.nan, np.nan]], industry=i, host=h),
            cost=array([[0, 2], [0, 0]], industry=i, host=h),
            needs=needs,
        ),
        infrastructure=Infrastructure(
            there=array([[1, 1], [0, 1]], infrastructure=y, host=h).astype(bool),
            cost=array([[3, 2], [0, 4]], infrastructure=y, host=h),
            growth=array([[0, 0], [0, 8]], infrastructure=y, host=h),
            opens=array([[[6, 0], [4, 0]], [[0, 0], [0, 0]]], infrastructure=y, host=h, resource=k),
            lead=array([0, 1], infrastructure=y),
        ),
        budgets=Budgets(array([[6, 4], [2, 3]], fund=f, phase=p), pays),
        local_inputs=LocalInputs(
            need=array([[0.2, 0.1], [0.05, 0.02]], input=["machines", "power"], industry=i),
            share=array([0.5, 0.9], input=["machines", "power"]),
            supply=array([[4, 3], [5, 4]], input=["machines", "power"], host=h),
        ),
        incomes=Incomes(array([450, 280], host=h), array([50, 40], host=h)),
        project_scale=array([4, 3], industry=i),
        backup_floor=array([np.nan, 320], industry=i),
        backup=array([1.8, 1.5], industry=i),
        prices={"host_growth": 0.5, "resource": 2.0},
    )


def random_data(seed: int, sizes: tuple[int, int, int, int] = (3, 2, 3, 2)) -> PlanData:
    """Random data of a plan with every kind of constraint, minimum apart."""
    r = np.random.default_rng(seed)
    n_i, n_o, n_h, n_p = sizes
    i, o, h = ([f"{x}{n}" for n in range(m)] for x, m in (("i", n_i), ("o", n_o), ("h", n_h)))
    phases = tuple(
        Phase(f"p{n}", 2026 + 3 * n, 2028 + 3 * n, Text.same(f"phase {n}"), {}) for n in range(n_p)
    )
    p, k, c = [x.code for x in phases], ["k0", "k1"], ["c0", "c1"]
    member = np.zeros((2, n_i))
    member[np.arange(n_i) % 2, np.arange(n_i)] = 1
    output = r.uniform(0, 100, (n_h, n_i)) * (r.random((n_h, n_i)) > 0.15)
    focus = np.sort(r.uniform(0.2, 1, (2, n_p)), axis=1)
    focus[:, -1] = 1
    steps = np.arange(1, n_p + 1) / n_p

    def rising(low: float, high: float, *shape: int) -> np.ndarray:
        return r.uniform(low, high, shape)[..., None] * steps

    forbidden = xr.DataArray(
        r.random((n_i, n_h, n_p)) < 0.1, {"industry": i, "host": h, "phase": p}, ["industry", "host", "phase"]
    )
    limit = rising(1, 10, n_h, 2)
    limit[0, 0] = np.nan
    return PlanData(
        preset="random",
        phases=phases,
        output=array(output, host=h, industry=i),
        releasable=array(r.uniform(0, 30, (n_i, n_o)), industry=i, origin=o),
        classes=array(member, factor_class=c, industry=i),
        focus=array(focus, factor_class=c, phase=p),
        host_growth=array(rising(10, 40, n_h), host=h, phase=p),
        industry_growth=array(rising(2, 20, n_i, n_h), industry=i, host=h, phase=p),
        forbidden=forbidden,
        gains={
            m: array(r.uniform(0.1, 1, (n_i, n_h)), industry=i, host=h)
            for m in ("value_added", "employment", "co2")
        },
        losses={
            m: array(r.uniform(0.1, 1, (n_i, n_o)), industry=i, origin=o)
            for m in ("value_added", "employment", "co2")
        },
        use=array(r.uniform(0.05, 1, (n_h, n_i, 2)), host=h, industry=i, resource=k),
        limit=array(limit, host=h, resource=k, phase=p),
        job_limit=array(r.uniform(2, 15, (n_o, n_p)), origin=o, phase=p),
        landed_cost=array(r.uniform(-0.1, 0.2, (n_i, n_o, n_h)), industry=i, origin=o, host=h),
        similarity_tolerance=float(r.uniform(0, 0.05)),
        units={"output": "money"},
    )


def linear_programme(
    d: PlanData, objective: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[int, int, int, int]]:
    """Return cost, rows and bounds of ``min cost.z, rows.z <= bounds, z >= 0`` for an objective of the
    plan."""
    shape = (len(d.industries), len(d.origins), len(d.hosts), len(d.codes))
    n_i, n_o, n_h, n_p = shape
    rows: list[np.ndarray] = []
    bounds: list[float] = []

    def add(row: np.ndarray, bound: float) -> None:
        rows.append(row.ravel())
        bounds.append(float(bound))

    def blank() -> np.ndarray:
        return np.zeros(shape)

    output = d.output.transpose("host", "industry").values
    for i in range(n_i):
        for o in range(n_o):
            row = blank()
            row[i, o] = 1
            add(row, d.releasable.values[i, o])
    for p in range(n_p):
        for c in range(len(d.classes)):
            if d.focus.values[c, p] < 1:
                row = blank()
                mine = d.classes.values[c] == 1
                row[mine] = -d.focus.values[c, p]
                row[mine, :, :, : p + 1] += 1
                add(row, 0)
        for h in range(n_h):
            row = blank()
            row[:, :, h, : p + 1] = 1
            add(row, d.host_growth.values[h, p])
            for i in range(n_i):
                row = blank()
                row[i, :, h, : p + 1] = 1
                add(row, d.industry_growth.values[i, h, p])
                if d.forbidden.values[i, h, p]:
                    row = blank()
                    row[i, :, h, p] = 1
                    add(row, 0)
            if d.limit is not None and d.use is not None:
                for k in range(d.limit.sizes["resource"]):
                    if np.isnan(d.limit.values[h, k, p]):
                        continue
                    row = blank()
                    for i in range(n_i):
                        row[i, :, h, : p + 1] = d.use.values[h, i, k]
                    add(row, d.limit.values[h, k, p])
        if d.job_limit is not None:
            for o in range(n_o):
                row = blank()
                for i in range(n_i):
                    row[i, o, :, p] = d.losses["employment"].values[i, o]
                add(row, d.job_limit.values[o, p])
        for h in range(n_h):
            for k in range(n_h):
                if h == k or output[h].sum() <= 0 or output[k].sum() <= 0:
                    continue
                s, t = output[h] / output[h].sum(), output[k] / output[k].sum()
                theirs = (s < t) | ((s == t) & (h < k))
                most = s[theirs].sum() + d.similarity_tolerance / 2
                row = blank()
                for i in range(n_i):
                    row[i, :, h, : p + 1] = float(theirs[i]) - most
                add(row, most * output[h].sum() - output[h][theirs].sum())
    if d.minimum > 0:
        add(-np.ones(shape), -d.minimum)

    total = sum(p.years for p in d.phases)
    cost = blank()
    for p in range(n_p):
        at_work = (d.phases[p].years / 2 + sum(q.years for q in d.phases[p + 1 :])) / total
        for i in range(n_i):
            for o in range(n_o):
                for h in range(n_h):
                    if objective == "landed_cost":
                        assert d.landed_cost is not None
                        cost[i, o, h, p] = at_work * d.landed_cost.values[i, o, h]
                    elif objective == "co2":
                        change = d.gains["co2"].values[i, h] - d.losses["co2"].values[i, o]
                        cost[i, o, h, p] = at_work * change
                    else:
                        cost[i, o, h, p] = -at_work * d.gains[objective].values[i, h]
    return cost.ravel(), np.array(rows), np.array(bounds), shape


def without_minimum(data: PlanData) -> PlanData:
    return replace(data, minimum=0.0)
