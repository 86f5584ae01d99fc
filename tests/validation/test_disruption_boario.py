"""Daily paths against BoARIO (0.7), run in an environment of its own on pymrio's test table.

Under matched rules the two are the same model: BoARIO keeps the 48 x 48 matrix of orders, ours is factored.
Tolerances, relative to an industry's own output:

- 1e-9 where only the model differs; what is seen is rounding, 1e-15 to 1e-11.
- 2e-6 for shares lost with a curved recovery: BoARIO rounds the share still lost to 6 decimals every day.

Matched rules: BoARIO knows proportional rationing only; lets overproduction fall in proportion to surplus
(`signed`); has no spare capacity, substitution at once or response of households; ignores inputs below 1e-5
of *daily* output a year (a threshold of 1e-5 / 365). An event that takes a share of capacity is felt one
day after its date in BoARIO, and recovery is applied at the end of a day: ours start and recover that much
later. `order_type` "alt" is reordering 1, "noalt" 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hinterland.accounts import IOTable
from hinterland.simulate.disruption import Damage, Parameters, Shock, loss, run, system

DAYS = 300
PLAIN: dict[str, object] = {
    "event": "arbitrary",
    "order_type": "alt",
    "alpha_max": 1.25,
    "alpha_tau": 365,
    "rebuild_tau": 60,
    "inventory": 90,
    "never_binding": [],
    "psi": 0.8,
    "restore": 60,
    "day": 5,
    "duration": 7,
    "recovery": 60,
    "curve": "linear",
    "industries": [["reg2", "manufactoring"], ["reg2", "mining"]],
    "impact": [0.6, 0.3],
    "rebuilding": {"construction": 0.6, "manufactoring": 0.4},
}
CASES: dict[str, dict[str, object]] = {
    "share": PLAIN,
    "fixed suppliers": PLAIN | {"order_type": "noalt"},
    "short stocks": PLAIN | {"inventory": 10, "restore": 20, "never_binding": ["other", "construction"]},
    "concave": PLAIN | {"curve": "concave"},
    "convex": PLAIN | {"curve": "convexe"},
    "capital": PLAIN | {"event": "recovery", "alpha_tau": 60},
    "rebuilt": PLAIN | {"event": "rebuild"},
    "everything": PLAIN
    | {
        "event": "rebuild",
        "impact": [0.1, 0.05],
        "rebuild_tau": 120,
        "inventory": 30,
        "restore": 15,
        "psi": 0.6,
    },
}
LOOSE = {"concave": 2e-6, "convex": 2e-6}


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    folder = tmp_path_factory.mktemp("boario")
    (folder / "cases.json").write_text(json.dumps({"days": DAYS, "cases": CASES}), encoding="utf-8")
    python = Path(sys.prefix) / "peers" / "bin" / "python"
    script = Path(__file__).with_name("boario_paths.py")
    ran = subprocess.run(
        [python, script, folder / "cases.json", folder / "paths.npz"],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    with np.load(folder / "paths.npz") as file:
        return {name: file[name] for name in file.files}


def ours(theirs: dict[str, np.ndarray], case: dict[str, object]) -> tuple[np.ndarray, np.ndarray]:
    labels = [tuple(str(label).split("|")) for label in theirs["labels"]]
    regions, industries = (list(dict.fromkeys(k[i] for k in labels)) for i in (0, 1))
    table = IOTable.from_arrays(
        theirs["Z"],
        theirs["Y"],
        regions=regions,
        industries=industries,
        categories=[f"final_{k}" for k in range(7)],
        x=theirs["x"],
    )
    n, m = len(labels), len(industries)

    def one(value: object) -> np.ndarray:
        return np.full((1, 1), float(value))  # type: ignore[arg-type]

    hold = [[np.inf if k in case["never_binding"] else case["inventory"] for k in industries]]  # type: ignore[operator]
    given = Parameters(
        inventory_days=np.array(hold, dtype=float),
        inventory_alert=one(case["psi"]),
        inventory_restore=np.full((1, m), float(case["restore"])),  # type: ignore[arg-type]
        overproduction_max=one(case["alpha_max"]),
        overproduction_days=one(case["alpha_tau"]),
        spare=one(0),
        reordering=one(case["order_type"] == "alt"),
        substitution=np.zeros((1, m)),
        household_response=one(0),
        rebuild_days=one(case["rebuild_tau"]),
        capital_ratio=one(4),
        rationing="proportional",
        input_threshold=1e-5 / 365,
        signed=True,
    )
    rows = [labels.index(tuple(k)) for k in case["industries"]]  # type: ignore[attr-defined]
    day, duration = int(case["day"]), int(case["duration"])  # type: ignore[call-overload]
    shape = {"convexe": "convex"}.get(str(case["curve"]), str(case["curve"]))
    if case["event"] == "rebuild":
        capital = np.zeros(n)
        capital[rows] = np.array(case["impact"]) * 4 * table.V.sum(0)[rows]
        shock = Shock((), (Damage(capital, day, day + duration),))
    else:
        late = int(case["event"] == "arbitrary")
        struck = loss(n, rows, case["impact"], DAYS, day + late, duration + 1, float(case["recovery"]), shape)  # type: ignore[arg-type]
        shock = Shock((struck,))
    mix = np.array([dict(case["rebuilding"]).get(k, 0.0) for k in industries])  # type: ignore[call-overload]
    ran = run(system(table), given, [shock], DAYS, rebuilding=mix, daily=True)
    assert ran.daily is not None
    return ran.daily[:, 0], table.x / 365


@pytest.mark.parametrize("name", CASES)
def test_daily_output_is_boarios(theirs: dict[str, np.ndarray], name: str) -> None:
    path, base = ours(theirs, CASES[name])
    expected = theirs[f"path/{name}"]
    assert expected.shape == path.shape and np.isfinite(expected).all()
    assert (expected.sum(1) < 0.99 * base.sum()).any()  # something happens
    gap = np.abs(path - expected) / base
    assert gap.max() < LOOSE.get(name, 1e-9), (float(gap.max()), int(gap.max(1).argmax()))
