"""Made-up economies for tests of disruption, and the model written out with its n x n matrix of orders."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hinterland.accounts import IOTable
from hinterland.simulate.disruption import Parameters, Shock


def made_table(seed: int, regions: int = 3, industries: int = 4, alike: bool = False) -> IOTable:
    """A table with gaps, exports, stocks that are drawn down; `alike`: a region's buyers source alike."""
    rng = np.random.default_rng(seed)
    r, m = regions, industries
    n = r * m
    recipe = rng.uniform(0.02, 0.3, (m, n))
    recipe[rng.random((m, n)) < 0.2] = 0.0
    recipe *= rng.uniform(0.3, 0.7, n) / np.maximum(recipe.sum(0), 1e-9)
    pattern = rng.dirichlet(np.ones(r), (m, r if alike else n))  # [m, buyer, from]
    if alike:
        pattern = np.repeat(pattern, m, axis=1)
    A = np.einsum("ij,ijr->rij", recipe, pattern).reshape(n, n)
    home = rng.uniform(5.0, 20.0, (n, r))
    exports = rng.uniform(0.0, 5.0, n)
    drawn = np.where(rng.random(n) < 0.3, -rng.uniform(0.0, 2.0, n), 0.0)
    Y = np.concatenate([home, exports[:, None], drawn[:, None]], axis=1)
    x = np.linalg.solve(np.eye(n) - A, Y.sum(1))
    names = [f"r{k}" for k in range(r)]
    table = IOTable.from_arrays(
        A * x,
        Y,
        regions=names,
        industries=[f"i{k}" for k in range(m)],
        categories=[f"c{k}" for k in range(r + 2)],
        x=x,
        unit="EUR",
    )
    final = (*((name, "use") for name in names), ("", "exports"), ("", "stocks"))
    return replace(table, final=final)


def made_parameters(industries: int, count: int = 1, **given: object) -> Parameters:
    """One set of plain parameters, repeated; others by name."""
    plain: dict[str, object] = {
        "inventory_days": 20.0,
        "inventory_alert": 0.8,
        "inventory_restore": 8.0,
        "overproduction_max": 1.25,
        "overproduction_days": 100.0,
        "spare": 0.02,
        "reordering": 0.6,
        "substitution": 0.4,
        "household_response": 0.3,
        "rebuild_days": 60.0,
        "capital_ratio": 4.0,
    }
    options = {k: given.pop(k) for k in ("rationing", "input_threshold", "signed") if k in given}
    plain |= given
    wide = ("inventory_days", "inventory_restore", "substitution")
    arrays = {
        name: np.broadcast_to(np.asarray(value, float), (count, industries if name in wide else 1)).copy()
        for name, value in plain.items()
    }
    return Parameters(**arrays, **options)  # type: ignore[arg-type]


def written_out(table: IOTable, given: Parameters, shock: Shock, days: int) -> np.ndarray:
    """Daily output [days, n] with the whole matrix of orders, a loop a rule, as one would write it down."""
    r, m = len(table.regions), len(table.industries)
    n, year = r * m, 365.0
    scalars = ("inventory_alert", "overproduction_max", "overproduction_days", "spare", "reordering")
    p = {k: float(np.asarray(getattr(given, k))[0, 0]) for k in (*scalars, "household_response")}
    hold, restore, help_ = (
        np.asarray(getattr(given, k))[0] for k in ("inventory_days", "inventory_restore", "substitution")
    )
    Z, x0 = table.Z / year, table.x / year
    product = np.arange(n) % m
    place = {name: k for k, name in enumerate(table.regions)}
    F, exports, drawn = np.zeros((n, r)), np.zeros(n), np.zeros(n)
    for c, (region, _) in enumerate(table.final):
        column = table.Y[:, c] / year
        if region in place:
            F[:, place[region]] += np.maximum(column, 0)
        else:
            exports += np.maximum(column, 0)
        drawn += np.maximum(-column, 0)
    a = np.array([[Z[product == i, j].sum() / x0[j] for j in range(n)] for i in range(m)])
    added = table.V.sum(0) / table.x
    base = np.array([(added * x0)[k * m : (k + 1) * m].sum() for k in range(r)])
    orders, weight = Z.copy(), np.ones(n)
    stock = np.where(np.isfinite(hold), hold, 0.0)[:, None] * a * x0
    alpha, x, income = np.ones(n), x0.copy(), np.ones(r)
    out = []
    for day in range(days):
        lost = np.zeros(n)
        for item in shock.losses:
            lost = np.maximum(lost, item.share * item.remaining[day])
        level = np.maximum(1 - p["household_response"] * (1 - income), 0)
        wanted = orders.sum(1) + F @ level + exports
        to_make = np.maximum(wanted - drawn, 0)
        if day > 1:
            for j in range(n):
                scarcity = (to_make[j] - x[j]) / to_make[j]
                if scarcity > 1e-12:
                    alpha[j] += (p["overproduction_max"] - alpha[j]) * scarcity / p["overproduction_days"]
                else:
                    alpha[j] += (1 - alpha[j]) / p["overproduction_days"]
                alpha[j] = max(alpha[j], 1.0)
        normal = alpha * (1 - lost) * x0
        capacity = normal + p["spare"] * x0 * (1 - lost)
        room = capacity.copy()
        for j in range(n):
            for i in range(m):
                if a[i, j] > given.input_threshold and np.isfinite(hold[i]):
                    room[j] = min(room[j], stock[i, j] / (max(p["inventory_alert"] * hold[i], 1.0) * a[i, j]))
        own = np.minimum(to_make, room)
        supply = own + drawn
        if given.rationing == "proportional":
            first = last = np.minimum(supply / wanted, 1)
        else:
            # of what nobody asked for all is served
            asked, others = orders.sum(1), wanted - orders.sum(1)
            first = np.minimum(np.divide(supply, asked, out=np.ones(n), where=asked > 0), 1)
            last = np.clip(np.divide(supply - asked, others, out=np.ones(n), where=others > 0), 0, 1)
        first, last, x = first.copy(), last.copy(), own.copy()
        for i in range(m):
            mine = product == i
            lacking, idle = (to_make - own)[mine].sum(), (room - own)[mine]
            if lacking <= 0:
                continue
            served = min(help_[i] * lacking, idle.sum())
            if idle.sum() > 0:
                x[mine] += idle * served / idle.sum()
            first[mine] += (1 - first[mine]) * served / lacking
            last[mine] += (1 - last[mine]) * served / lacking
        arrived = orders * first[:, None]
        sold = arrived.sum() + ((F * level).sum(1) + exports) @ last
        assert abs(sold - x.sum() - drawn.sum()) < 1e-9 * x0.sum() or np.any(wanted < drawn)
        goal = np.minimum(to_make, normal)
        weight = (alpha * (1 - lost)) ** p["reordering"]
        new = np.zeros((n, n))
        for i in range(m):
            mine = product == i
            if np.isfinite(hold[i]):
                stock[i] += arrived[mine].sum(0) - a[i] * x
                gap = np.maximum(hold[i] * a[i] * goal - stock[i], 0) / restore[i]
            else:
                gap = 0.0
            # an input too small to matter is bought as it is used
            gap = np.where(a[i] > given.input_threshold, gap, 0.0)
            share = Z[mine] * weight[mine, None]
            total = share.sum(0)
            new[mine] = np.divide(share, total, out=np.zeros_like(share), where=total > 0) * (gap + a[i] * x)
        orders = new
        income = np.array([(added * x)[k * m : (k + 1) * m].sum() for k in range(r)]) / base
        out.append(x.copy())
    return np.array(out)
