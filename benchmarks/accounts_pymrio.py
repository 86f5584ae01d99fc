"""Accounts of three stressors, side by side with pymrio 0.7: time, memory, agreement, and the physical floor.

Each side runs in a process of its own, turn about, on the same arrays (read from files, so that the peak of
memory is the side's own). Timed is what pymrio's `calc_all` does on a system that has Z, Y and F: ours from
the arrays to M, D_cba, D_pba, D_imp and D_exp, checks of the table included. The floor is 2/3 n^3 operations
(LU) at the rate at which this machine multiplies matrices in the same run; ours may be below it, as of a
large table no factors are made. How many rounds that then needs depends on the table, so its time is taken on
a second table too, of uneven recipes and of trade by distance.

Run a part only: HINTERLAND_SIZES="1302 4000" python -m benchmarks accounts_pymrio
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.figure import Figure

if TYPE_CHECKING:
    from hinterland.accounts.factor import Precision

SIZES = {1302: (31, 42), 4000: (40, 100), 9800: (49, 200)}
RUNS = {1302: 5, 4000: 5, 9800: 3}
STRESSORS = 3


def invent(folder: Path, regions: int, sectors: int) -> None:
    """A table with most trade at home, half of output used up, some industries idle, stocks down."""
    n = regions * sectors
    rng = np.random.default_rng(n)
    Z = rng.random((n, n))
    for c in range(regions):
        at = slice(c * sectors, (c + 1) * sectors)
        Z[at, at] *= regions
    idle = rng.choice(n, n // 100, replace=False)
    Z[idle] = 0
    Z[:, idle] = 0
    Z *= rng.uniform(20, 900, n) / np.maximum(Z.sum(0), 1.0)
    Y = rng.random((n, regions * 2)) * Z.sum(1)[:, None] / regions
    Y[rng.random(Y.shape) < 0.02] *= -0.1
    F = rng.random((STRESSORS, n)) * (Z.sum(1) + Y.sum(1))
    np.save(folder / "Z.npy", Z)
    np.save(folder / "Y.npy", Y)
    np.save(folder / "F.npy", F)


def invent_uneven(folder: Path, regions: int, sectors: int) -> None:
    """A table of lognormal recipes, regions and industries of unlike size, and trade by distance."""
    n = regions * sectors
    rng = np.random.default_rng(n + 1)
    recipe = rng.lognormal(0, 2.2, (sectors, sectors)) * (rng.random((sectors, sectors)) < 0.8)
    size, places = rng.lognormal(0, 1.5, regions), rng.random((regions, 2))
    away = np.linalg.norm(places[:, None] - places, axis=2) + 0.03
    Z = np.empty((n, n))
    for to in range(regions):
        at = slice(to * sectors, (to + 1) * sectors)
        for c in range(regions):
            flows = recipe * rng.lognormal(0, 0.8, recipe.shape)
            Z[c * sectors : (c + 1) * sectors, at] = flows * size[c] / away[c, to] ** 1.2
        abroad = np.delete(Z[:, at].reshape(regions, sectors, sectors), to, axis=0).sum((0, 1))
        home = Z[at, at]
        Z[at, at] = home * (abroad * rng.uniform(1, 6, sectors) / home.sum(0))
    x = rng.lognormal(4, 2, n)
    Z *= rng.uniform(0.3, 0.8, n) * x / Z.sum(0)
    # every industry sells half as much again to final demand
    Y = rng.dirichlet(np.ones(regions * 2), n) * 0.5 * Z.sum(1)[:, None]
    np.save(folder / "Z.npy", Z)
    np.save(folder / "Y.npy", Y)
    np.save(folder / "F.npy", rng.random((STRESSORS, n)) * 1.5 * Z.sum(1))


def _loaded(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.load(folder / "Z.npy"), np.load(folder / "Y.npy"), np.load(folder / "F.npy")


def _theirs(folder: Path, regions: int, sectors: int, extensions: int) -> tuple[float, dict[str, np.ndarray]]:
    import warnings

    import pandas as pd
    import pymrio

    warnings.simplefilter("ignore")
    Z, Y, F = _loaded(folder)
    places = [f"r{k}" for k in range(regions)]
    rows = pd.MultiIndex.from_product([places, [f"s{k}" for k in range(sectors)]], names=["region", "sector"])
    finals = pd.MultiIndex.from_product([places, ["private", "public"]], names=["region", "category"])
    system = pymrio.IOSystem(Z=pd.DataFrame(Z, rows, rows), Y=pd.DataFrame(Y, rows, finals))
    groups = np.array_split(np.arange(STRESSORS), extensions)
    for number, group in enumerate(groups):
        frame = pd.DataFrame(F[group], [f"f{k}" for k in group], rows)
        setattr(system, f"e{number}", pymrio.Extension(name=f"e{number}", F=frame))
    del Z, Y
    began = time.perf_counter()
    system.calc_all()
    taken = time.perf_counter() - began
    names = ("M", "D_cba", "D_pba", "D_imp", "D_exp")
    found = {
        name: np.vstack([getattr(getattr(system, f"e{k}"), name).to_numpy() for k in range(extensions)])
        for name in names
    }
    return taken, found


def _ours(
    folder: Path, regions: int, sectors: int, precision: Precision
) -> tuple[float, dict[str, np.ndarray]]:
    from hinterland.accounts import IOTable, Satellite, stressor_accounts

    Z, Y, F = _loaded(folder)
    began = time.perf_counter()
    table = IOTable.from_arrays(
        Z,
        Y,
        regions=[f"r{k}" for k in range(regions)],
        industries=[f"s{k}" for k in range(sectors)],
        categories=["private", "public"],
        satellites={f"f{k}": Satellite(F[k]) for k in range(STRESSORS)},
        precision=precision,
        copy=False,
    )
    found = stressor_accounts(table)  # of all extensions at once, as calc_all does
    taken = time.perf_counter() - began
    fields = {"M": "multipliers", "D_cba": "consumption", "D_pba": "production", "D_imp": "imports"}
    fields["D_exp"] = "exports"
    return taken, {k: getattr(found, field) for k, field in fields.items()}


def _peak() -> float:
    """Peak memory of this process, MB. Not ru_maxrss where /proc has it: that carries the parent's over."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(k for k in status.read_text().splitlines() if k.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _side(side: str, folder: Path, regions: int, sectors: int, extensions: int) -> None:
    """One measurement, in this process: print time and peak, leave the accounts in a file."""
    if side == "pymrio":
        taken, found = _theirs(folder, regions, sectors, extensions)
    else:
        taken, found = _ours(folder, regions, sectors, "mixed" if side == "mixed" else "float64")
    peak = _peak()
    np.savez(folder / f"{side}.npz", **found)
    print(json.dumps({"seconds": taken, "peak": peak}))


def _run(side: str, folder: Path, regions: int, sectors: int, extensions: int) -> tuple[float, float]:
    command = [sys.executable, "-m", "benchmarks.accounts_pymrio", side, str(folder)]
    command += [str(k) for k in (regions, sectors, extensions)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout.splitlines()[-1])
    return said["seconds"], said["peak"]


def gemm_rate(size: int = 3000, runs: int = 3) -> float:
    """Operations per second at which this machine multiplies matrices (the best of some runs)."""
    rng = np.random.default_rng(0)
    a, b = rng.random((size, size)), rng.random((size, size))
    best = np.inf
    for _ in range(runs):
        began = time.perf_counter()
        a @ b
        best = min(best, time.perf_counter() - began)
    return 2 * size**3 / best


def _gap(folder: Path, side: str, other: str = "pymrio") -> float:
    """Largest gap between the sides, relative to the largest figure of the stressor in the account."""
    ours, theirs = np.load(folder / f"{side}.npz"), np.load(folder / f"{other}.npz")
    worst = 0.0
    for name in theirs.files:
        scale = np.abs(theirs[name]).max(1, keepdims=True)
        worst = max(worst, float((np.abs(ours[name] - theirs[name]) / scale).max()))
    return worst


def measure() -> list[Figure]:
    figures = []
    sizes = [int(k) for k in os.environ.get("HINTERLAND_SIZES", " ".join(map(str, SIZES))).split()]
    for n in sizes:
        regions, sectors = SIZES[n]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            invent(folder, regions, sectors)
            for extensions in (1, 3):
                figures += _compare(folder, n, regions, sectors, extensions)
        figures += _uneven(n, regions, sectors)
    return figures


def _uneven(n: int, regions: int, sectors: int) -> list[Figure]:
    """How much longer "mixed" takes on a table of uneven recipes, and how far it is off float64."""
    with tempfile.TemporaryDirectory() as even, tempfile.TemporaryDirectory() as uneven:
        invent(Path(even), regions, sectors)
        invent_uneven(Path(uneven), regions, sectors)
        seconds: dict[str, list[float]] = {even: [], uneven: []}
        for _ in range(3):
            for name, taken in seconds.items():
                taken.append(_run("mixed", Path(name), regions, sectors, 3)[0])
        _run("float64", Path(uneven), regions, sectors, 3)
        gap = _gap(Path(uneven), "mixed", "float64")
    ratio = statistics.median(seconds[uneven]) / statistics.median(seconds[even])
    what = f"mixed, {n} industries of uneven recipes"
    print(
        f"{what}: {statistics.median(seconds[uneven]):.2f} s, {ratio:.2f} times the even table's", flush=True
    )
    return [
        Figure(f"time over that on the even table, {what}", round(ratio, 3), "1", 2.0, "median of 3"),
        Figure(f"largest gap to float64, {what}", gap, "1", 1e-8, "relative, all accounts"),
    ]


def _compare(folder: Path, n: int, regions: int, sectors: int, extensions: int) -> list[Figure]:
    sides = ("pymrio", "float64", "mixed")
    measured: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
    rates = []
    for _ in range(RUNS[n]):
        for side in sides:
            rates.append(gemm_rate())
            measured[side].append(_run(side, folder, regions, sectors, extensions))
    seconds = {side: statistics.median(k[0] for k in runs) for side, runs in measured.items()}
    peak = {side: statistics.median(k[1] for k in runs) for side, runs in measured.items()}
    rate = statistics.median(rates)
    floor = 2 / 3 * n**3 / rate
    what = f"{n} industries, {STRESSORS} stressors in {extensions} extension{'s' * (extensions > 1)}"
    how = f"median of {RUNS[n]}, processes turn about; {os.cpu_count()} cores"
    print(
        f"{what}: pymrio {seconds['pymrio']:.2f} s {peak['pymrio']:.0f} MB; "
        f"float64 {seconds['float64']:.2f} s {peak['float64']:.0f} MB; "
        f"mixed {seconds['mixed']:.2f} s {peak['mixed']:.0f} MB; "
        f"floor {floor:.2f} s at {rate / 1e9:.0f} Gflop/s",
        flush=True,
    )
    figures = []
    for side in sides[1:]:
        gap = _gap(folder, side)
        figures.append(
            Figure(f"largest gap to pymrio, {side}, {what}", gap, "1", 1e-8, "relative, all accounts")
        )
    # a figure holds when it is at most its target, so ratios are given as ours over theirs
    told = 1 / 6 if extensions == 1 else 1 / 10
    for side in sides[1:] if n >= 4000 else ():
        time_ratio, memory = seconds[side] / seconds["pymrio"], peak[side] / peak["pymrio"]
        figures += [
            Figure(f"time over pymrio's, {side}, {what}", round(time_ratio, 4), "1", round(told, 4), how),
            Figure(f"peak memory over pymrio's, {side}, {what}", round(memory, 4), "1", 0.5, how),
            Figure(f"time over the floor, {side}, {what}", round(seconds[side] / floor, 3), "1", 2.5, how),
        ]
    return figures


if __name__ == "__main__":
    _side(sys.argv[1], Path(sys.argv[2]), *(int(k) for k in sys.argv[3:6]))
