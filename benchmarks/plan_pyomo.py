"""The programme of `plan_instance` built with Pyomo, run by the peers' Python on arrays written by our side.

``python plan_pyomo.py FILE pyomo`` prints the build's time and memory and the programme's size;
``pyomo_optimum`` solves its linear relaxation for value added.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import pyomo.environ as pyo


def peak() -> float:
    line = next(k for k in Path("/proc/self/status").read_text().splitlines() if k.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def build(d: dict[str, np.ndarray]) -> pyo.ConcreteModel:
    """The same variables, rows and objectives, written over index sets; figures looked up in plain lists."""
    v = {k.split(":")[0]: a.tolist() for k, a in d.items()}
    n_i, n_o = d["releasable:industry,origin"].shape
    n_h, n_p = d["host_growth:host,phase"].shape
    n_c, n_k, n_m = len(v["focus"]), len(v["limit"][0]), len(v["modes.cost"])
    n_y, n_f, uses = len(v["infrastructure.cost"]), len(v["budgets.amount"]), 5
    n_j = len(v["local_inputs.share"])
    I, O, H, P = range(n_i), range(n_o), range(n_h), range(n_p)  # noqa: E741
    K, M, Y, F, U, J = (range(n) for n in (n_k, n_m, n_y, n_f, uses, n_j))
    CLUSTER, EXCESS, INFRASTRUCTURE, TRANSFER, UPGRADE = U
    del EXCESS
    q, end = pyo.quicksum, n_p - 1
    free, whole = pyo.Reals, pyo.NonNegativeReals
    minimum, theirs, shares = v["clusters.minimum"], v["theirs"], v["shares"]
    needed = {(i, h) for i in I for h in H if minimum[i][h] == minimum[i][h]}

    m = pyo.ConcreteModel()
    m.z = pyo.Var(I, O, H, P, domain=whole)
    m.G = pyo.Var(I, H, P, domain=whole)
    m.w = pyo.Var(I, H, P, M, domain=whole)
    m.u = pyo.Var(I, H, P, domain=whole)
    m.c = pyo.Var(I, H, P, domain=whole, bounds=lambda m, i, h, p: (0, 1 if (i, h) in needed else 0))
    m.y = pyo.Var(Y, H, P, domain=whole, bounds=lambda m, k, h, p: (0, v["infrastructure.there"][k][h]))
    m.s = pyo.Var(F, U, P, domain=whole)
    m.gain, m.size = pyo.Var(H, domain=free), pyo.Var(H, domain=whole)
    for name in ("value_added", "employment", "co2", "landed_cost", "output", "spending", "resilience"):
        setattr(m, name, pyo.Var(domain=free))
    m.disparity, m.similarity = pyo.Var(domain=free), pyo.Var(domain=free)

    lead = [int(k) for k in v["infrastructure.lead"]]
    output, use, wanted = v["output"], v["use"], v["upgrades.use"]
    growth, opens = v["infrastructure.growth"], v["infrastructure.opens"]

    def work(k, h, p):
        return range(max(p - lead[k] + 1, 0))

    m.balance = pyo.Constraint(
        I,
        H,
        P,
        rule=lambda m, i, h, p: (
            m.G[i, h, p] - (m.G[i, h, p - 1] if p else 0) - q(m.z[i, o, h, p] for o in O) == 0
        ),
    )
    m.releasable = pyo.Constraint(
        I, O, rule=lambda m, i, o: q(m.z[i, o, h, p] for h in H for p in P) <= v["releasable"][i][o]
    )
    classes, focus = v["classes"], v["focus"]
    mine = [[i for i in I if classes[c][i]] for c in range(n_c)]
    m.sequence = pyo.Constraint(
        [(c, p) for c in range(n_c) for p in P if focus[c][p] < 1],
        rule=lambda m, c, p: (
            q(m.G[i, h, p] for i in mine[c] for h in H)
            - focus[c][p] * q(m.G[i, h, end] for i in mine[c] for h in H)
            <= 0
        ),
    )
    m.host_growth = pyo.Constraint(
        H,
        P,
        rule=lambda m, h, p: (
            q(m.G[i, h, p] for i in I)
            - q(growth[k][h] * m.y[k, h, t] for k in Y if growth[k][h] for t in work(k, h, p))
            <= v["host_growth"][h][p]
        ),
    )
    m.pace = pyo.Constraint(I, H, P, rule=lambda m, i, h, p: m.G[i, h, p] <= v["industry_growth"][i][h][p])
    m.policy = pyo.Constraint(
        [(i, h, p) for i in I for h in H for p in P if v["forbidden"][i][h][p]],
        rule=lambda m, i, h, p: q(m.z[i, o, h, p] for o in O) <= 0,
    )
    m.resource = pyo.Constraint(
        H,
        K,
        P,
        rule=lambda m, h, k, p: (
            q(use[h][i][k] * m.G[i, h, p] for i in I)
            + q(wanted[h][i][k] * m.u[i, h, t] for i in I for t in range(p + 1))
            - q(opens[j][h][k] * m.y[j, h, t] for j in Y if opens[j][h][k] for t in work(j, h, p))
            <= v["limit"][h][k][p]
        ),
    )
    jobs = v["losses.employment"]
    m.jobs = pyo.Constraint(
        O,
        P,
        rule=lambda m, o, p: q(jobs[i][o] * m.z[i, o, h, p] for i in I for h in H) <= v["job_limit"][o][p],
    )
    total = [sum(row) for row in output]
    own = [[sum(s for s, t in zip(shares[h], theirs[h][k], strict=True) if t) for k in H] for h in H]
    tau = float(d["tolerance:"])
    pairs = [(h, k) for h in H for k in H if h != k and v["rivals"][h][k]]
    m.alike = pyo.Constraint(
        pairs,
        P,
        rule=lambda m, h, k, p: (
            q((theirs[h][k][i] - own[h][k] - tau / 2) * m.G[i, h, p] for i in I) <= tau / 2 * total[h]
        ),
    )
    share, need, supply = v["local_inputs.share"], v["local_inputs.need"], v["local_inputs.supply"]
    made_by = v["inputs"]
    m.local = pyo.Constraint(
        J,
        H,
        P,
        rule=lambda m, j, h, p: (
            q(
                share[j] * need[j][i] * v["modes.local"][n] * m.w[i, h, t, n]
                for i in I
                for t in range(p + 1)
                for n in M
            )
            - m.G[made_by[j], h, p]
            <= supply[j][h]
        ),
    )
    floor = v["backup_floor"]
    m.floor = pyo.Constraint(
        [i for i in I if floor[i] == floor[i]],
        rule=lambda m, i: q(m.G[i, h, end] for h in H) >= floor[i] - sum(output[h][i] for h in H),
    )
    m.modes = pyo.Constraint(
        I, H, P, rule=lambda m, i, h, p: q(m.w[i, h, p, n] for n in M) - q(m.z[i, o, h, p] for o in O) == 0
    )
    most = v["modes.most"]
    m.mode_share = pyo.Constraint(
        H,
        P,
        [n for n in M if most[n] < 1],
        rule=lambda m, h, p, n: (
            q(m.w[i, h, t, n] for i in I for t in range(p + 1)) - most[n] * q(m.G[i, h, p] for i in I) <= 0
        ),
    )
    m.room = pyo.Constraint(
        I, H, P, rule=lambda m, i, h, p: q(m.u[i, h, t] for t in range(p + 1)) <= v["upgrades.room"][i][h][p]
    )
    at = sorted(needed)
    m.once = pyo.Constraint(at, rule=lambda m, i, h: q(m.c[i, h, p] for p in P) <= 1)
    m.entry = pyo.Constraint(
        at,
        P,
        rule=lambda m, i, h, p: (
            m.G[i, h, p] - v["industry_growth"][i][h][p] * q(m.c[i, h, t] for t in range(p + 1)) <= 0
        ),
    )
    m.scale = pyo.Constraint(
        at, rule=lambda m, i, h: minimum[i][h] * q(m.c[i, h, p] for p in P) - m.G[i, h, end] <= 0
    )
    m.base = pyo.Constraint(
        [(i, h, k) for i, h in at for k in Y if v["clusters.needs"][i][h][k]],
        P,
        rule=lambda m, i, h, k, p: (
            q(m.c[i, h, t] for t in range(p + 1)) - q(m.y[k, h, t] for t in work(k, h, p)) <= 0
        ),
    )
    m.built = pyo.Constraint(Y, H, rule=lambda m, k, h: q(m.y[k, h, p] for p in P) <= 1)
    costs = {
        TRANSFER: lambda p: q(v["modes.cost"][n] * m.w[i, h, p, n] for i in I for h in H for n in M),
        UPGRADE: lambda p: q(
            v["upgrades.cost"][i] * m.u[i, h, p] for i in I if v["upgrades.cost"][i] for h in H
        ),
        CLUSTER: lambda p: q(v["clusters.cost"][i][h] * m.c[i, h, p] for i, h in at),
        INFRASTRUCTURE: lambda p: q(v["infrastructure.cost"][k][h] * m.y[k, h, p] for k in Y for h in H),
    }
    m.paid = pyo.Constraint(
        U, P, rule=lambda m, u, p: (costs[u](p) if u in costs else 0) - q(m.s[f, u, p] for f in F) == 0
    )
    m.budget = pyo.Constraint(
        F,
        P,
        rule=lambda m, f, p: (
            q(m.s[f, u, t] for u in U for t in range(p + 1)) <= sum(v["budgets.amount"][f][: p + 1])
        ),
    )

    stock, flow = v["stock"], v["flow"]
    gains, losses = v["gains.value_added"], v["losses.co2"]
    away = [1 - k for k in v["modes.host_share"]]
    change = {name: v[f"upgrades.change.{name}"] for name in ("value_added", "co2")}

    def worth(hosts):
        return (
            q(gains[i][h] * stock[p] * m.G[i, h, p] for i in I for h in hosts for p in P)
            - q(
                gains[i][h] * flow[p] * away[n] * m.w[i, h, p, n]
                for i in I
                for h in hosts
                for p in P
                for n in M
                if away[n]
            )
            + q(
                change["value_added"][i][h] * flow[p] * m.u[i, h, p]
                for i in I
                for h in hosts
                for p in P
                if change["value_added"][i][h]
            )
        )

    def placed(name):
        return q(v[f"gains.{name}"][i][h] * stock[p] * m.G[i, h, p] for i in I for h in H for p in P)

    m.d_value = pyo.Constraint(expr=worth(H) - m.value_added == 0)
    m.d_jobs = pyo.Constraint(expr=placed("employment") - m.employment == 0)
    m.d_co2 = pyo.Constraint(
        expr=placed("co2")
        - q(losses[i][o] * flow[p] * m.z[i, o, h, p] for i in I for o in O for h in H for p in P)
        + q(change["co2"][i][h] * flow[p] * m.u[i, h, p] for i in I for h in H for p in P)
        - m.co2
        == 0
    )
    m.d_landed = pyo.Constraint(
        expr=q(
            v["landed_cost"][i][o][h] * flow[p] * m.z[i, o, h, p] for i in I for o in O for h in H for p in P
        )
        - m.landed_cost
        == 0
    )
    m.d_output = pyo.Constraint(expr=q(m.G[i, h, end] for i in I for h in H) - m.output == 0)
    m.d_spending = pyo.Constraint(
        expr=q(costs[u](p) for u in costs for p in P) / float(d["years:"]) - m.spending == 0
    )
    m.d_backup = pyo.Constraint(
        expr=q(v["backup"][i] * stock[p] * m.G[i, h, p] for i in I for h in H for p in P) - m.resilience == 0
    )
    income, people = v["incomes.income"], v["incomes.people"]
    part, all_income = [n / sum(people) for n in people], sum(income)
    m.d_gain = pyo.Constraint(H, rule=lambda m, h: worth([h]) - m.gain[h] == 0)
    apart = {h: m.gain[h] - part[h] * q(m.gain[k] for k in H) for h in H}
    base = [income[h] - part[h] * all_income for h in H]
    m.above = pyo.Constraint(H, rule=lambda m, h: apart[h] - m.size[h] <= -base[h])
    m.below = pyo.Constraint(H, rule=lambda m, h: apart[h] + m.size[h] >= -base[h])
    m.d_disparity = pyo.Constraint(expr=q(m.size[h] for h in H) / all_income - m.disparity == 0)
    m.d_similarity = pyo.Constraint(
        pairs,
        rule=lambda m, h, k: (
            q((theirs[h][k][i] - own[h][k]) / total[h] * m.G[i, h, end] for i in I) - m.similarity <= 0
        ),
    )
    return m


def main(file: str, side: str) -> None:
    d = dict(np.load(file))
    if side == "pyomo_optimum":
        m = build(d)
        m.aim = pyo.Objective(expr=m.value_added, sense=pyo.maximize)
        pyo.SolverFactory("appsi_highs").solve(m)
        print(json.dumps({"value": pyo.value(m.value_added)}))
        return
    before, began = peak(), time.perf_counter()
    m = build(d)
    taken = time.perf_counter() - began
    memory = peak() - before
    from pyomo.repn import generate_standard_repn

    rows = entries = 0
    for row in m.component_data_objects(pyo.Constraint, active=True):
        rows += 1
        entries += sum(1 for c in generate_standard_repn(row.body).linear_coefs if c != 0)
    columns = sum(1 for _ in m.component_data_objects(pyo.Var, active=True))
    print(
        json.dumps({"seconds": taken, "memory": memory, "columns": columns, "rows": rows, "entries": entries})
    )


if __name__ == "__main__":
    main(*sys.argv[1:3])
