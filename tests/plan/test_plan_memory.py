"""A plan's data made with what is remembered are those made from nothing, whatever was made before."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from hinterland.accounts import complete
from hinterland.plan.assemble import plan_data
from hinterland.plan.assumptions import assumptions
from hinterland.plan.data import PlanData
from hinterland.plan.labels import picked
from hinterland.plan.memory import Memory
from hinterland.plan.optimise import optimise
from hinterland.plan.sensitivity import Bench, same
from hinterland.study import Study


def test_what_is_remembered_changes_no_figure(full_study: Study) -> None:
    """Each assumption at both ends, and all together, in one go on one memory: equal to the last bit."""
    bench = Bench(full_study, optimise(full_study, objective="value_added"))
    wanted = assumptions(full_study, bench.reading.all)
    cases = [{a.code: v} for a in wanted for v in (a.low, a.high)]
    cases += [{a.code: a.high for a in wanted}, {a.code: a.low for a in wanted}, {}]
    changed = 0
    for case in cases:
        fresh, remembered = plan_data(bench.study(case), bench.rule.preset), bench.data(case)
        assert same(fresh, remembered), case
        assert fresh.notes == remembered.notes, case
        changed += not same(fresh, bench.plan.data)
    assert changed >= len(wanted)


def test_other_parts_of_the_data_are_the_same_objects(full_study: Study) -> None:
    study, memory = complete(full_study), Memory()
    first = plan_data(study, None, memory)
    other = plan_data(study.with_parameter("plan.job_loss", 0.02), None, memory)
    assert first.job_limit is not None and not first.job_limit.equals(other.job_limit)
    kept = {f.name for f in fields(PlanData) if getattr(first, f.name) is getattr(other, f.name)}
    assert {"output", "releasable", "use", "limit", "forbidden", "host_growth"} <= kept


def test_a_piece_is_made_anew_when_what_it_read_has_changed(tiny_study: Study) -> None:
    memory, times = Memory(), []

    def piece(study: Study, more: float) -> float:
        times.append(more)
        known = "output" in study
        return float(study.parameter("plan.job_loss")) + more + float(known)

    base = float(tiny_study.parameter("plan.job_loss"))
    assert memory(piece, tiny_study, 1.0) == memory(piece, tiny_study, 1.0)
    assert memory(piece, tiny_study.with_parameter("plan.host_growth", 0.3), 1.0) == base + 1 + (
        "output" in tiny_study
    )
    assert len(times) == 1
    assert memory(piece, tiny_study.with_parameter("plan.job_loss", base + 1), 1.0) == pytest.approx(
        base + 2 + ("output" in tiny_study)
    )
    assert len(times) == 2
    # the first stands again
    memory(piece, tiny_study, 1.0)
    assert len(times) == 2
    memory(piece, tiny_study, 2.0)
    assert len(times) == 3
    whole = tiny_study.with_arrays(
        {"output": (xr.DataArray(1.0), next(iter(tiny_study.provenance.values())))}
    )
    assert memory(piece, whole, 2.0) == pytest.approx(base + 3)
    assert len(times) == 4


@given(
    st.permutations(["a", "b", "c"]), st.lists(st.sampled_from(["x", "y", "z", "w"]), unique=True), st.data()
)
def test_picked_is_selecting_renaming_and_turning(
    rows: list[str], columns: list[str], data: st.DataObject
) -> None:
    values = np.arange(12.0).reshape(3, 2, 2)
    array = xr.DataArray(
        values, {"row": ["a", "b", "c"], "col": ["x", "y"], "time": [1, 2]}, ["row", "col", "time"]
    ).assign_attrs(unit="t")
    order = data.draw(st.permutations(["place", "col", "time"]))
    labels = {"row": rows, "col": columns}
    found = picked(array, labels, {"row": "place"}, order=order, gaps=True)
    wanted = array.reindex(labels).rename(row="place").transpose(*order).drop_attrs()
    assert found.identical(wanted)
    if set(columns) <= {"x", "y"}:
        assert picked(array, labels, {"row": "place"}, order=order).identical(wanted)
    else:
        with pytest.raises(KeyError, match="col"):
            picked(array, labels)
