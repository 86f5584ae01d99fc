"""Every constraint and objective written out as an LP file on the two-by-two plan, and compared as text.

After a wanted change write them anew with ``HINTERLAND_GOLDEN=write pytest tests/plan/test_plan_golden.py``
and read the difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from planning import two_by_two

from hinterland.plan.constraints import CONSTRAINTS
from hinterland.plan.objectives import OBJECTIVES, SENSE
from hinterland.plan.programme import build

GOLDEN = Path(__file__).parent.parent / "golden"
CASES = [
    *[(f"constraint_{name}", ("intake_balance", name), "output") for name in CONSTRAINTS],
    *[(f"objective_{name}", ("intake_balance",), name) for name in OBJECTIVES],
]


@pytest.mark.parametrize(("name", "constraints", "objective"), CASES, ids=[c[0] for c in CASES])
def test_programme_is_written_as_before(
    name: str, constraints: tuple[str, ...], objective: str, tmp_path: Path
) -> None:
    wanted = tuple(dict.fromkeys(constraints))
    programme = build(two_by_two(), wanted, (objective,))
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
