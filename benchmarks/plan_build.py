"""The whole programme on made instances of about 60,000 and 590,000 variables, side by side with Pyomo.

Pyomo builds the same programme as a concrete model: the same variables, rows and objectives over index sets,
with quicksum. Each side builds in a process of its own, turn about. Time is that of the build alone: imports,
making the data and the hand-over to HiGHS are not counted on either side. Memory is the growth of the
process's peak over that before the build. That both are the same programme is checked by
their counts of variables, rows and non-zeros, and on a small instance by the optimum.

Also measured: 25 points of the frontier on one loaded programme, against each solved cold (built and solved
from nothing), five of them audited; and the integer programme's time and proved gap.

Run the smaller size only: HINTERLAND_SIZES=1 python -m benchmarks plan_build
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure

# industries, origins, hosts, phases; the variables are about 60,000 and 590,000
SIZES = {1: (28, 10, 44, 3), 10: (28, 10, 440, 3)}
PEERS = Path(os.environ.get("HINTERLAND_PEERS", Path(__file__).parents[1] / ".venv/peers/bin/python"))
POINTS, AUDITED, RUNS = 25, 5, {1: 3, 10: 1}
HERE = Path(__file__).parent


def peak() -> float:
    """Peak memory of this process so far, MB."""
    line = next(k for k in Path("/proc/self/status").read_text().splitlines() if k.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def _ours(size: int) -> dict[str, Any]:
    from benchmarks.plan_instance import instance
    from hinterland.plan import build

    data = instance(*SIZES[size])
    build(instance(2, 2, 2, 2))
    before, began = peak(), time.perf_counter()
    programme = build(data)
    taken = time.perf_counter() - began
    memory = peak() - before
    a = programme.model.matrices.A
    return {
        "seconds": taken,
        "memory": memory,
        "columns": a.shape[1],
        "rows": a.shape[0],
        "entries": int(a.nnz),
    }


def _frontier(size: int) -> dict[str, Any]:
    """Time of a frontier on one programme, build included, and of some of its points solved cold."""
    from benchmarks.plan_instance import instance
    from hinterland.plan.optimise import in_two_parts, within
    from hinterland.plan.solver import load

    traded = ("value_added", "co2")
    names = [*traded, "employment", "landed_cost", "spending"]
    data = instance(*SIZES[size])
    settled = load(data)
    began = time.perf_counter()
    settled.settle({"value_added": 1.0})
    settling = time.perf_counter() - began
    more = settled.solve({"value_added": 1.0}).more
    built = {name: more[name] for name in ("establish", "build")}
    audited = [round(n * (POINTS - 1) / (AUDITED - 1)) for n in range(AUDITED)]
    traced, cold, gap = [], [], 0.0
    for part in range(RUNS[1]):
        began = time.perf_counter()
        solver = load(data)
        solver.keep(built)
        payoff, pairs = in_two_parts(solver, names, traded, POINTS)
        traced.append(time.perf_counter() - began)
        upper, lower = (payoff[name]["co2"] for name in traded)
        for k in audited[part :: RUNS[1]]:
            began = time.perf_counter()
            alone = load(data)
            alone.keep(built)
            cap = upper + (lower - upper) * k / (POINTS - 1)
            again = within(alone, payoff, names, traded, {"co2": cap})[0].values
            cold.append(time.perf_counter() - began)
            gap = max(gap, *(abs(again[n] / pairs[k][0].values[n] - 1) for n in traded))
    found = {tuple(round(p[0].values[n], 6) for n in traded) for p in pairs}
    return {
        "settle": settling,
        "trace": statistics.median(traced),
        "cold": statistics.mean(cold),
        "gap": gap,
        "distinct": len(found),
    }


def _integer(size: int) -> dict[str, Any]:
    from benchmarks.plan_instance import instance
    from hinterland.plan.solver import load

    solver = load(instance(*SIZES[size]))
    began = time.perf_counter()
    solver.settle({"value_added": 1.0})
    return {"seconds": time.perf_counter() - began, "gap": solver.gap}


def _agreement() -> dict[str, Any]:
    """The optimum of a small instance on our side."""
    from benchmarks.plan_instance import instance
    from hinterland.plan.solver import load

    solver = load(instance(4, 3, 3, 3))
    return {"value": solver.solve({"value_added": 1.0}, relaxed=True).values["value_added"]}


SIDES = {"ours": _ours, "frontier": _frontier, "integer": _integer}


def run(side: str, size: int) -> dict[str, Any]:
    """Run one side in a process of its own."""
    if side in SIDES or side == "agreement":
        command = [sys.executable, "-m", "benchmarks.plan_build", side, str(size)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    else:
        # the data are made by our side and read by the peer's Python, which has not got the package
        folder = HERE / "results"
        folder.mkdir(exist_ok=True)
        file = folder / f"plan_instance_{size}.npz"
        write = [sys.executable, "-m", "benchmarks.plan_instance", str(file), *map(str, _sizes(size))]
        subprocess.run(write, check=True)
        command = [str(PEERS), str(HERE / "plan_pyomo.py"), str(file), side]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        file.unlink()
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _sizes(size: int) -> tuple[int, int, int, int]:
    return SIZES.get(size, (4, 3, 3, 3))


def measure() -> list[Figure]:
    figures: list[Figure] = []
    ours, theirs = run("agreement", 0), run("pyomo_optimum", 0)
    off = abs(ours["value"] / theirs["value"] - 1)
    figures.append(Figure("optimum against Pyomo's programme", off, "relative", 1e-6, "a small instance"))
    for size in [int(k) for k in os.environ.get("HINTERLAND_SIZES", "1 10").split()]:
        figures += _compare(size)
    return figures


def _compare(size: int) -> list[Figure]:
    pairs = [(run("ours", size), run("pyomo", size)) for _ in range(RUNS[size])]
    one, other = pairs[0]
    seconds = [statistics.median(pair[k]["seconds"] for pair in pairs) for k in (0, 1)]
    memory = [statistics.median(pair[k]["memory"] for pair in pairs) for k in (0, 1)]
    same = max(abs(one[k] / other[k] - 1) for k in ("columns", "rows", "entries"))
    what = f"{one['columns']:,} variables, {one['rows']:,} rows, {one['entries']:,} non-zeros"
    print(f"{what}: build {seconds[0]:.2f} s against {seconds[1]:.2f} s; memory {memory[0]:.0f} against "
          f"{memory[1]:.0f} MB", flush=True)  # fmt: skip
    how = f"{what}; median of {RUNS[size]}, processes turn about"
    at = f"at {size}x"
    integer = run("integer", size)
    figures = [
        Figure(f"size against Pyomo's, {at}", same, "relative", 0.0, what),
        Figure(f"time to build over Pyomo's, {at}", round(seconds[0] / seconds[1], 4), "1",
               round(1 / 2.5 if size == 1 else 1 / 15, 4), how),
        Figure(f"memory added over Pyomo's, {at}", round(memory[0] / memory[1], 4), "1", 0.3333, how),
        Figure(f"integer programme, {at}: time", round(integer["seconds"], 2), "s", 60.0 * size, what),
        Figure(f"integer programme, {at}: proved gap", integer["gap"], "share", 0.01, what),
    ]  # fmt: skip
    if size == 1:
        found = run("frontier", size)
        whole = found["trace"]
        figures += [
            Figure(f"{POINTS} points of the frontier with build, {at}", round(whole, 2), "s", 20.0,
                   f"{what}; both ends and {found['distinct']} different points; median of {RUNS[1]}; "
                   f"what is built was decided before, in {found['settle']:.1f} s"),
            Figure(f"frontier over each point cold, {at}", round(whole / POINTS / found["cold"], 4), "1",
                   round(1 / 8, 4), f"cold: built and solved from nothing, mean of {AUDITED}"),
            Figure(f"points against cold ones, {at}", found["gap"], "relative", 1e-6, f"{AUDITED} audited"),
        ]  # fmt: skip
    return figures


if __name__ == "__main__":
    chosen, size = sys.argv[1], int(sys.argv[2])
    print(json.dumps(_agreement() if chosen == "agreement" else SIDES[chosen](size)))
