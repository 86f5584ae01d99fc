"""A day of disruption side by side with BoARIO 0.7, larger and batched runs, and a thousand years.

Each side runs in a process of its own, turn about, on the same arrays read from files, so that the peak of
memory is the side's own. The table is invented with a sourcing pattern for every buyer, so that ours has no
short cut that BoARIO lacks; rules are matched (proportional rationing, orders that follow capacity), an
industry in three regions loses half its capacity. BoARIO runs with the peers' Python.

``python -m benchmarks.disruption SIDE FOLDER REGIONS SECTORS STEPS RUNS`` is one side; it prints one line.
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

import numpy as np

from benchmarks.figure import Figure

ROOT = Path(__file__).parents[1]
TURNS, STEPS, YEARS = 3, 30, 32

Taken = tuple[list[tuple[float, float]], int]


def invent(folder: Path, regions: int, sectors: int) -> None:
    """A balanced table with most trade at home and half of output used up."""
    n = regions * sectors
    rng = np.random.default_rng(n)
    Z = rng.random((n, n))
    for c in range(regions):
        at = slice(c * sectors, (c + 1) * sectors)
        Z[at, at] *= regions
    Z *= rng.uniform(20, 900, n) / Z.sum(0)
    np.save(folder / "Z.npy", Z)
    np.save(folder / "Y.npy", rng.random((n, regions * 2)) * Z.sum(1)[:, None] / regions)


def _labels(regions: int, sectors: int) -> tuple[list[str], list[str]]:
    return [f"r{k:03}" for k in range(regions)], [f"s{k:03}" for k in range(sectors)]


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _ours(folder: Path, regions: int, sectors: int, steps: int, runs: int) -> Taken:
    """Seconds of every day, by the clock and of processor time; the peak (KiB) that imports had reached."""
    from hinterland.accounts import IOTable
    from hinterland.simulate.disruption import Parameters, system
    from hinterland.simulate.disruption.kit import prepare, start
    from hinterland.simulate.disruption.run import CHUNK
    from hinterland.simulate.disruption.step import advance

    imported = _peak()
    places, industries = _labels(regions, sectors)
    Z, Y = np.load(folder / "Z.npy"), np.load(folder / "Y.npy")
    table = IOTable.from_arrays(
        Z, Y, regions=places, industries=industries, categories=["private", "public"], copy=False
    )
    found = system(table)
    del table, Z, Y
    assert not found.pooled

    def one(count: int, value: float, wide: bool = False) -> np.ndarray:
        return np.full((count, sectors if wide else 1), value)

    kits = []
    for lo in range(0, runs, CHUNK):
        c = min(CHUNK, runs - lo)
        given = Parameters(
            one(c, 90.0, True),
            one(c, 0.8),
            one(c, 60.0, True),
            one(c, 1.25),
            one(c, 365.0),
            one(c, 0.0),
            one(c, 1.0),
            one(c, 0.0, True),
            one(c, 0.0),
            one(c, 60.0),
            one(c, 4.0),
            rationing="proportional",
            input_threshold=1e-5 / 365,
        )
        kit = prepare(found, given)
        kits.append((kit, start(kit)))
    taken = []
    for _ in range(steps):
        began, busy = time.perf_counter(), time.process_time()
        for kit, state in kits:
            lost = np.zeros_like(state.output)
            lost[:, [1, sectors + 1, 2 * sectors + 1]] = 0.5
            advance(kit, state, lost)
        taken.append((time.perf_counter() - began, time.process_time() - busy))
    return taken, imported


def _theirs(folder: Path, regions: int, sectors: int, steps: int, runs: int) -> Taken:
    import logging
    import warnings

    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    import pandas as pd
    import pymrio
    from boario.event import from_series
    from boario.extended_models import ARIOPsiModel
    from boario.simulation import Simulation

    assert runs == 1
    imported = _peak()
    places, industries = _labels(regions, sectors)
    rows = pd.MultiIndex.from_product([places, industries], names=["region", "sector"])
    finals = pd.MultiIndex.from_product([places, ["private", "public"]], names=["region", "category"])
    table = pymrio.IOSystem(
        Z=pd.DataFrame(np.load(folder / "Z.npy"), rows, rows),
        Y=pd.DataFrame(np.load(folder / "Y.npy"), rows, finals),
    )
    table.x = pymrio.calc_x(table.Z, table.Y)
    table.A = pymrio.calc_A(table.Z, table.x)
    simulation = Simulation(
        ARIOPsiModel(table), n_temporal_units_to_sim=365, boario_output_dir=str(folder / "boario")
    )
    struck = pd.Series(0.5, index=pd.MultiIndex.from_tuples([(p, industries[1]) for p in places[:3]]))
    struck.index.names = ["region", "sector"]
    simulation.add_event(
        from_series(struck, event_type="arbitrary", occurrence=1, duration=300, recovery_tau=30)
    )
    taken = []
    for _ in range(steps):
        began, busy = time.perf_counter(), time.process_time()
        simulation.next_step()
        taken.append((time.perf_counter() - began, time.process_time() - busy))
    return taken, imported


def _years(runs: int) -> float:
    """Seconds of years of the built-in study with drawn parameters, in this process."""
    import hinterland as hl
    from hinterland.simulate.disruption import Shock, draw, loss, run, system

    study = hl.open_study("southwest")
    table = hl.accounts.estimate_mrio(study)
    found, n, m = system(table), len(table.x), len(table.industries)
    rng = np.random.default_rng(1)
    shocks = []
    for _ in range(runs):
        first = int(rng.integers(len(table.regions))) * m
        shocks.append(Shock((loss(n, np.arange(first, first + m), rng.uniform(0.2, 0.8), 365, 0, 30, 60),)))
    sets = draw(study, runs, 1, table.industries)
    began = time.perf_counter()
    run(found, sets, shocks, 365)
    return time.perf_counter() - began


def _side(side: str, folder: Path, regions: int, sectors: int, steps: int, runs: int) -> dict[str, float]:
    """Run one side in a process of its own."""
    here = Path(sys.executable) if side == "ours" else Path(sys.prefix) / "peers" / "bin" / "python"
    source = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    environment = os.environ | {"PYTHONPATH": source if side == "ours" else str(ROOT)}
    arguments = [side, str(folder), *map(str, (regions, sectors, steps, runs))]
    ran = subprocess.run(
        [here, "-m", "benchmarks.disruption", *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=environment,
    )
    found: dict[str, float] = json.loads(ran.stdout.strip().splitlines()[-1])
    return found


def _thousand() -> float:
    """Seconds of 1,000 years on two cores: two processes at once, each with its part, scaled up."""
    source = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    command = [sys.executable, "-m", "benchmarks.disruption", "years", str(YEARS)]
    environment = os.environ | {"PYTHONPATH": source}
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
        for _ in range(2)
    ]
    slowest = max(json.loads(p.communicate()[0].strip().splitlines()[-1])["seconds"] for p in both)
    return float(slowest * 1000 / (2 * YEARS))


def measure() -> list[Figure]:
    figures = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        invent(folder, 31, 42)
        ours, theirs = [], []
        for _ in range(TURNS):
            ours.append(_side("ours", folder, 31, 42, STEPS, 1))
            theirs.append(_side("theirs", folder, 31, 42, STEPS, 1))
        step = statistics.median(r["step"] for r in ours)
        ratio = statistics.median(b["step"] / a["step"] for a, b in zip(ours, theirs, strict=True))
        memory = statistics.median(a["own"] / b["own"] for a, b in zip(ours, theirs, strict=True))
        how = f"median of {STEPS} days after the first five, {TURNS} processes each, turn about"
        busy = statistics.median(b["busy"] / a["busy"] for a, b in zip(ours, theirs, strict=True))
        peer = statistics.median(r["step"] for r in theirs)
        figures += [
            Figure("a day at 31 x 42", round(step * 1e3, 2), "ms", 10.0, how),
            Figure(
                "our day relative to BoARIO's at 31 x 42",
                round(1 / ratio, 4),
                "1",
                round(1 / 15, 4),
                f"BoARIO {peer * 1e3:.1f} ms, {ratio:.1f} times as long ({busy:.1f} in processor "
                f"time); {how}",
            ),
            Figure(
                "our peak of memory relative to BoARIO's at 31 x 42",
                round(memory, 3),
                "1",
                0.5,
                f"peak above what imports take: {ours[0]['own'] / 1024:.0f} against "
                f"{theirs[0]['own'] / 1024:.0f} MiB; whole processes: {ours[0]['peak'] / 1024:.0f} against "
                f"{theirs[0]['peak'] / 1024:.0f} MiB",
            ),
        ]
        batch = _side("ours", folder, 31, 42, STEPS, 64)
        figures.append(
            Figure(
                "a batch of 64 at 31 x 42, per scenario and day",
                round(batch["step"] / 64 * 1e3, 3),
                "ms",
                2.5,
                f"median of {STEPS} days, one process",
            )
        )
        invent(folder, 40, 100)
        large = _side("ours", folder, 40, 100, 12, 1)
        figures.append(
            Figure("a day at 40 x 100", round(large["step"] * 1e3, 1), "ms", 40.0, "median of 12 days")
        )
    figures.append(
        Figure(
            "time for 1,000 disruption years on two cores",
            round(_thousand(), 1),
            "s",
            600.0,
            f"southwest (31 x 28), 365 days, parameters drawn: {YEARS} years in each of two processes at "
            "once, scaled up; without writing results",
        )
    )
    return figures


if __name__ == "__main__":
    side, rest = sys.argv[1], sys.argv[2:]
    if side == "years":
        print(json.dumps({"seconds": _years(int(rest[0]))}))
    else:
        made, before = {"ours": _ours, "theirs": _theirs}[side](Path(rest[0]), *map(int, rest[1:]))
        clock, busy = (statistics.median(column) for column in zip(*made[5:], strict=True))
        print(json.dumps({"step": clock, "busy": busy, "peak": _peak(), "own": _peak() - before}))
