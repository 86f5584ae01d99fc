"""Economic complexity of 200 places by 5,000 products with full outputs, side by side with two packages.

ecomplexity (0.5) solves the chain of products with a general eigenvalue routine; economic-complexity (0.3)
iterates the method of reflections. Each side runs in a process of its own, turn about, on the same arrays:
the time is from the matrix (or the frame that the package asks for) to ECI, PCI, proximity, density and
outlook, imports not counted; the peak is the process's own.

Who is right is told by the equation itself: an ECI solves M~ k = lambda k on the chain of places; residuals
are relative. On 31 x 42 the iteration stops at a vector that does not.

The peers are in an environment of their own at .venv/peers (or $HINTERLAND_PEERS names its Python). On 5,000
products ecomplexity takes many minutes, so it is compared on 1,200 unless HINTERLAND_PATIENCE=1.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.figure import Figure

LARGE, MIDDLE, SMALL = (200, 5000), (200, 1200), (31, 42)
RUNS = int(os.environ.get("HINTERLAND_RUNS", "3"))
SEEDS = range(31, 51)
PEERS = Path(os.environ.get("HINTERLAND_PEERS", Path(__file__).parents[1] / ".venv/peers/bin/python"))
SIDES = ("hinterland", "ecomplexity", "economic_complexity")


def invent(places: int, products: int, steep: float, seed: int) -> np.ndarray:
    """Outputs of places that differ in skill, and products that ask for more or less of it."""
    rng = np.random.default_rng(seed)
    skill, asked = np.linspace(0, 1, places), np.linspace(0, 1, products)
    size = rng.normal(0, 1.0, (places, products))
    return np.asarray(np.exp(size - steep * np.maximum(asked - skill[:, None], 0)))


def _ours(values: np.ndarray) -> tuple[float, dict[str, np.ndarray]]:
    import xarray as xr

    from hinterland.potential import complexity_of

    labels = {
        "region": [f"c{k:04}" for k in range(values.shape[0])],
        "industry": [f"p{k:04}" for k in range(values.shape[1])],
    }
    output = xr.DataArray(values, labels, ("region", "industry"))
    began = time.perf_counter()
    found = complexity_of(output)
    taken = time.perf_counter() - began
    kept = ("eci", "pci", "density", "presence")
    return taken, {name: found.figures[name].to_numpy() for name in kept}


def _ecomplexity(values: np.ndarray) -> tuple[float, dict[str, np.ndarray]]:
    import contextlib
    import io
    import warnings

    import pandas as pd
    from ecomplexity import ecomplexity

    warnings.simplefilter("ignore")
    places, products = values.shape
    frame = pd.DataFrame(
        {
            "time": 1,
            "loc": np.repeat([f"c{k:04}" for k in range(places)], products),
            "prod": np.tile([f"p{k:04}" for k in range(products)], places),
            "val": values.ravel(),
        }
    )
    names = {"time": "time", "loc": "loc", "prod": "prod", "val": "val"}
    with contextlib.redirect_stdout(io.StringIO()):
        began = time.perf_counter()
        found = ecomplexity(frame, names, check_logsupermodularity=False, verbose=False)
        taken = time.perf_counter() - began
    found = found.sort_values(["loc", "prod"])
    square = {k: found[k].to_numpy().reshape(places, products) for k in ("eci", "pci", "density", "mcp")}
    return taken, {
        "eci": square["eci"][:, 0],
        "pci": square["pci"][0],
        "density": square["density"],
        "presence": square["mcp"],
    }


def _economic_complexity(values: np.ndarray) -> tuple[float, dict[str, np.ndarray]]:
    import pandas as pd
    from economic_complexity import complexity, opportunity_gain, proximity, rca, relatedness

    fill = np.fill_diagonal

    def fill_anyway(a: np.ndarray, value: float) -> None:
        """Its proximity writes into a frame's values, which pandas 3 hands out read-only; help it to run."""
        a.flags.writeable = True
        fill(a, value)

    np.fill_diagonal = fill_anyway
    places, products = values.shape
    table = pd.DataFrame(values, [f"c{k:04}" for k in range(places)], [f"p{k:04}" for k in range(products)])
    began = time.perf_counter()
    advantage = rca(table)
    eci, pci = complexity(advantage)
    near = proximity(advantage)
    density = relatedness(advantage, proximities=near)
    opportunity_gain(advantage, pci=pci, proximities=near)
    taken = time.perf_counter() - began
    return taken, {
        "eci": eci.to_numpy(),
        "pci": pci.to_numpy(),
        "density": density.to_numpy(),
        "presence": (advantage >= 1).to_numpy().astype(float),
    }


def _peak() -> float:
    """Peak memory of this process, MB."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(k for k in status.read_text().splitlines() if k.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _side(side: str, folder: Path) -> None:
    """One measurement, in this process: print time and peak, leave the figures in a file."""
    run = {"hinterland": _ours, "ecomplexity": _ecomplexity, "economic_complexity": _economic_complexity}[
        side
    ]
    taken, figures = 0.0, []
    for values in np.load(folder / "values.npy"):
        seconds, one = run(values)
        taken += seconds
        figures.append(one)
    peak = _peak()
    found = {name: np.stack([one[name] for one in figures]) for name in figures[0]}
    np.savez(folder / f"{side}.npz", **found)
    print(json.dumps({"seconds": taken, "peak": peak}))


def _run(side: str, folder: Path) -> tuple[float, float]:
    python = sys.executable if side == "hinterland" else str(PEERS)
    done = subprocess.run(
        [python, "-m", "benchmarks.complexity", side, str(folder)], capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout.splitlines()[-1])
    return said["seconds"], said["peak"]


def residual(eci: np.ndarray, presence: np.ndarray) -> float:
    """How far an ECI is from solving the equation of the chain, relative to its own length.

    The trivial part is taken out first (the mean weighted by diversity), as standardising leaves it unknown.
    """
    if not np.isfinite(eci).all():
        return float("inf")
    diversity = presence.sum(1)
    chain = (presence / diversity[:, None]) @ (presence / presence.sum(0)).T
    centred = eci - diversity @ eci / diversity.sum()
    moved = chain @ centred
    weight = diversity / diversity.sum()
    value = (weight * centred) @ moved / ((weight * centred) @ centred)
    return float(np.abs(moved - value * centred).max() / np.abs(centred).max() / value)


def _gap(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Largest difference after both are standardised and given one sign."""
    a, b = ((v - v.mean()) / v.std() for v in (ours, theirs))
    return float(min(np.abs(a - b).max(), np.abs(a + b).max()))


def _compare(
    folder: Path, runs: int, sides: tuple[str, ...] = SIDES
) -> tuple[dict[str, float], dict[str, float], dict[str, dict[str, np.ndarray]]]:
    measured: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
    for _ in range(runs):
        for side in sides:
            measured[side].append(_run(side, folder))
    seconds = {side: statistics.median(k[0] for k in each) for side, each in measured.items()}
    peak = {side: statistics.median(k[1] for k in each) for side, each in measured.items()}
    found = {side: dict(np.load(folder / f"{side}.npz")) for side in sides}
    return seconds, peak, found


def measure() -> list[Figure]:
    if not PEERS.exists():
        raise SystemExit(f"The packages to compare with are not at {PEERS}: see HINTERLAND_PEERS.")
    large = SIDES if os.environ.get("HINTERLAND_PATIENCE") else (SIDES[0], SIDES[2])
    return [*_sized(LARGE, large), *_sized(MIDDLE, SIDES), *_small()]


def _sized(size: tuple[int, int], sides: tuple[str, ...]) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.save(folder / "values.npy", invent(*size, steep=4.0, seed=200)[None])
        seconds, peak, many = _compare(folder, RUNS, sides)
    found = {side: {name: values[0] for name, values in each.items()} for side, each in many.items()}
    what = f"{size[0]} x {size[1]}"
    how = f"median of {RUNS}, processes turn about; {os.cpu_count()} cores"
    ours = found["hinterland"]
    for side in sides:
        off = residual(found[side]["eci"], ours["presence"])
        print(
            f"{what}, {side}: {seconds[side]:.2f} s, {peak[side]:.0f} MB, residual {off:.1e}",
            flush=True,
        )
    own = residual(ours["eci"], ours["presence"])
    figures = [Figure(f"residual of the ECI's own equation, {what}", own, "1", 1e-10, "relative")]
    if size == LARGE:
        taken, top = round(seconds["hinterland"], 3), round(peak["hinterland"], 1)
        figures += [
            Figure(f"time for complexity with full outputs, {what}", taken, "s", 4.0, how),
            Figure(f"peak memory, {what}", top, "MB", 1000.0, how),
        ]
    for side in sides[1:]:
        faster, leaner = seconds["hinterland"] / seconds[side], peak["hinterland"] / peak[side]
        differ = float((found[side]["presence"] != ours["presence"]).sum())
        figures += [
            Figure(f"time over {side}'s, {what}", round(faster, 4), "1", 1.0, how),
            Figure(f"cells of presence that differ from {side}'s, {what}", differ, "cells", 0.0, ""),
        ]
        if size == LARGE:  # below, what the packages import weighs more than what they compute
            figures.append(Figure(f"peak memory over {side}'s, {what}", round(leaner, 4), "1", 1.0, how))
    if "ecomplexity" in sides:
        theirs = found["ecomplexity"]
        for name in ("eci", "pci"):
            gap = _gap(ours[name], theirs[name])
            title = f"largest gap of {name.upper()} to ecomplexity's, {what}"
            figures.append(Figure(title, gap, "1", 1e-8, "both standardised"))
        gap = float(np.abs(ours["density"] - theirs["density"]).max())
        figures.append(
            Figure(f"largest gap of density to ecomplexity's, {what}", gap, "1", 1e-10, "absolute")
        )
    return figures


def _small() -> list[Figure]:
    """31 places by 42 products, as in a country: where twenty reflections fall short."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.save(folder / "values.npy", np.stack([invent(*SMALL, steep=1.0, seed=seed) for seed in SEEDS]))
        _, _, found = _compare(folder, 1)
    off = {
        side: np.array(
            [
                residual(eci, presence)
                for eci, presence in zip(found[side]["eci"], found["hinterland"]["presence"], strict=True)
            ]
        )
        for side in SIDES
    }
    alike = np.array(
        [
            abs(np.corrcoef(ours, theirs)[0, 1])
            for ours, theirs in zip(
                found["hinterland"]["eci"], found["economic_complexity"]["eci"], strict=True
            )
        ]
    )
    what = f"{SMALL[0]} x {SMALL[1]}, {len(SEEDS)} matrices"
    print(
        f"{what}: largest residual "
        + ", ".join(f"{side} {values.max():.1e}" for side, values in off.items())
        + f"; correlation with the iterated ECI: median {np.median(alike):.3f}, worst {alike.min():.3f}",
        flush=True,
    )
    return [
        Figure(
            f"largest residual of the ECI's own equation, {what}",
            float(off["hinterland"].max()),
            "1",
            1e-10,
            "relative",
        ),
        Figure(
            f"the iterated ECI solves it in none, {what}",
            bool((off["economic_complexity"] > 1e-3).all()),
            "yes",
            True,
            f"economic-complexity's residuals are {off['economic_complexity'].min():.1g} to "
            f"{off['economic_complexity'].max():.1g}, relative; its ECI correlates with ours by "
            f"{np.median(alike):.2f} in the median and {alike.min():.2f} at worst",
        ),
    ]


if __name__ == "__main__":
    _side(sys.argv[1], Path(sys.argv[2]))
