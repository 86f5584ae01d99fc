"""Structural path analysis of a large table: seconds and memory, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.figure import Figure

REGIONS, INDUSTRIES = 49, 200
THRESHOLD = 1e-5

# The table is made in place; what is measured is what the analysis adds to it: no inverse, no factorisation.
_MEASURED = """
import json, resource, sys, time, tracemalloc
import numpy as np
from hinterland.accounts import IOTable, Satellite
from hinterland.accounts.path_tables import search_paths

regions, industries, threshold = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
n = regions * industries
rng = np.random.default_rng(1)
Z = np.zeros((n, n))
for start in range(0, n, 200):  # one cell in twelve, as skewed as tables of many countries are
    block = Z[start : start + 200]
    there = rng.random(block.shape, dtype=np.float32) < 1 / 12
    block[there] = np.exp(2.0 * rng.standard_normal(int(there.sum()), dtype=np.float32))
x = np.exp(2.0 * rng.standard_normal(n)) * 1e3
share = rng.uniform(0.2, 0.8, n) * x / Z.sum(0)
Z *= share
y = rng.uniform(0.2, 1.0, n) * x
for _ in range(60):  # output that meets final demand, input shares kept
    new = y + Z @ np.ones(n)
    Z *= new / x
    x = new
co2 = x * np.exp(1.5 * rng.standard_normal(n))
table = IOTable.from_arrays(
    Z, (x - Z.sum(1))[:, None], x=x, copy=False,
    regions=[f"r{i}" for i in range(regions)], industries=[f"i{i}" for i in range(industries)],
    categories=["final"], satellites={"co2": Satellite(co2, "t")},
)
began = time.perf_counter()
found = search_paths(table, "co2", threshold=threshold)
seconds = time.perf_counter() - began
tracemalloc.start()
search_paths(table, "co2", threshold=threshold)
peak = tracemalloc.get_traced_memory()[1]
print(json.dumps({
    "seconds": seconds, "peak": peak, "table": Z.nbytes, "paths": len(found.nodes), "visited": found.visited,
    "share": found.share, "longest": max(len(k) for k in found.nodes),
    "all": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024),
}))
"""


def measure() -> list[Figure]:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(REGIONS), str(INDUSTRIES), str(THRESHOLD)],
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    how = (
        f"{REGIONS} regions by {INDUSTRIES} industries, random, one cell in twelve; every path above "
        f"{THRESHOLD:.0e} of the total: {found['paths']} paths of up to {found['longest']} industries, "
        f"{found['visited']} nodes, {found['share']:.1%} explained; multipliers by iteration included"
    )
    return [
        Figure("time of path analysis, 9,800 rows", round(found["seconds"], 2), "s", 20.0, how),
        Figure(
            "memory it adds to the table",
            round(found["peak"] / 2**30, 3),
            "GiB",
            round(found["table"] / 2**30, 3),
            f"peak of what the analysis allocates, against the size of one matrix; {how}; the whole "
            f"process, table included, peaks at {found['all'] / 2**30:.2f} GiB",
        ),
    ]
