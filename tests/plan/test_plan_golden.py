"""Every constraint and objective written out as an LP file on the two-by-two plan, and compared as text.

After a wanted change write them anew with ``HINTERLAND_GOLDEN=write pytest tests/plan/test_plan_golden.py``
and read the difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from planning import two_by_two, with_everything

from hinterland.plan.constraints import CONSTRAINTS
from hinterland.plan.objectives import OBJECTIVES, SENSE
from hinterland.plan.programme import build

GOLDEN = Path(__file__).parent.parent / "golden"
BARE = set(build(two_by_two()).constraints) | {"value_added", "employment", "co2", "landed_cost", "output"}
# what the bare plan has too is written for both where it has more terms in the full one
MORE = {
    "intake_balance",
    "releasable",
    "host_growth",
    "resource",
    "job_loss",
    "value_added",
    "employment",
    "co2",
}
FULL = [
    *[(f"constraint_{name}", ("intake_balance", name), "output") for name in CONSTRAINTS],
    ("constraint_pay_excess", ("intake_balance", "host_growth", "pay_excess"), "output"),
    *[(f"objective_{name}", ("intake_balance",), name) for name in OBJECTIVES],
]
CASES = [
    *[(f"{n}", c, o, False) for n, c, o in FULL if (n.split("_", 1)[1]) in BARE],
    *[
        (f"{n}_everything" if n.split("_", 1)[1] in BARE else n, c, o, True)
        for n, c, o in {case[0]: case for case in FULL}.values()
        if n.split("_", 1)[1] not in BARE - MORE
    ],
]


@pytest.mark.parametrize(("name", "constraints", "objective", "everything"), CASES, ids=[c[0] for c in CASES])
def test_programme_is_written_as_before(
    name: str, constraints: tuple[str, ...], objective: str, everything: bool, tmp_path: Path
) -> None:
    wanted = tuple(dict.fromkeys(constraints))
    programme = build(with_everything() if everything else two_by_two(), wanted, (objective,))
    assert programme.constraints == wanted
    found = tmp_path / f"{name}.lp"
    programme.write(found, objective)
    kept = GOLDEN / f"{name}.lp"
    if os.environ.get("HINTERLAND_GOLDEN") == "write":
        kept.write_text(found.read_text(encoding="utf-8"), encoding="utf-8")
    assert found.read_text(encoding="utf-8") == kept.read_text(encoding="utf-8")


def test_every_golden_file_is_of_a_case() -> None:
    assert {p.stem for p in GOLDEN.glob("constraint_*.lp")} | {
        p.stem for p in GOLDEN.glob("objective_*.lp")
    } == {c[0] for c in CASES}


def test_every_objective_has_a_sense() -> None:
    assert set(SENSE) == set(OBJECTIVES)
