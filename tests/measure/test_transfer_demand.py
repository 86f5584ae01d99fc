"""Output by the demand that calls for it: adds up to output, its change to its parts, exactly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hinterland as hl
from hinterland import measure
from hinterland.accounts import IOTable
from hinterland.study import Study, StudyError

REGIONS, INDUSTRIES = ("a", "b", "c"), ("x", "y")
NO_DEADLINE = settings(deadline=None, max_examples=25)


def table(seed: int, exports: bool = True, **names: tuple[str, ...]) -> IOTable:
    rng = np.random.default_rng(seed)
    regions, industries = names.get("regions", REGIONS), names.get("industries", INDUSTRIES)
    n, r = len(regions) * len(industries), len(regions)
    z = rng.random((n, n))
    y = rng.random((n, r, 2)) * 5 + 0.1
    if not exports:
        y[:, :, 1] = 0.0
    categories = ("consumption", "exports" if exports else "investment")
    return IOTable.from_arrays(
        z, y.reshape(n, -1), regions=regions, industries=industries, categories=categories, unit="EUR"
    )


@NO_DEADLINE
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.booleans())
def test_parts_sum_to_the_change_and_markets_to_output(one: int, two: int, exports: bool) -> None:
    first, second = table(one, exports), table(two)
    found = measure.decompose_induced(first, second)
    parts = sum(found[name] for name in ("technology", "sourcing", "final_sourcing", "demand"))
    assert np.allclose(parts, found["change"], rtol=1e-11, atol=1e-11)
    assert np.allclose(found["start"].sum("market").to_numpy().ravel(), first.x)
    assert np.allclose(found["end"].sum("market").to_numpy().ravel(), second.x)


def test_induced_output_is_the_inverse_times_demand() -> None:
    made = measure.induced_output(table(1))
    inverse = np.linalg.inv(np.eye(6) - table(1).A)
    final = table(1).Y.reshape(6, 3, 2)
    wanted = inverse @ np.column_stack([final[:, :, 0], final[:, :, 1].sum(1)])
    assert np.allclose(made.to_numpy().reshape(6, -1), wanted)
    assert list(made["market"].values) == [*REGIONS, "abroad"]


def test_with_two_factors_it_is_the_textbook_formula() -> None:
    """Half of (L1 - L0)(f0 + f1) and half of (L0 + L1)(f1 - f0), Miller & Blair (2009), section 13.1."""
    first, second = table(1, exports=False), table(2, exports=False)
    found = measure.decompose_induced(first, second)
    inverse = [np.linalg.inv(np.eye(6) - t.A) for t in (first, second)]
    final = [t.Y.reshape(6, 3, 2).sum(2) for t in (first, second)]
    structure = (inverse[1] - inverse[0]) @ (final[0] + final[1]) / 2
    wanted = (inverse[0] + inverse[1]) @ (final[1] - final[0]) / 2
    ours = (found["technology"] + found["sourcing"]).to_numpy().reshape(6, 3)
    assert np.allclose(ours, structure, atol=1e-12)
    assert np.allclose(
        (found["final_sourcing"] + found["demand"]).to_numpy().reshape(6, 3), wanted, atol=1e-12
    )


def test_two_factors_by_hand() -> None:
    # output = a * b, from 2 * 3 to 5 * 4: effects (3 * 3.5, 1 * 3.5)
    values = ((2.0, 5.0), (3.0, 4.0))
    parts = measure.polar_average(lambda c: np.array(values[0][c[0]] * values[1][c[1]]), 2)
    assert parts.tolist() == [10.5, 3.5]


def test_nothing_changed_is_nothing_moved_and_the_order_of_labels_does_not_matter() -> None:
    one = table(7)
    order = [4, 5, 0, 1, 2, 3]
    columns = [*range(4, 6), *range(0, 4)]
    other = IOTable.from_arrays(
        one.Z[np.ix_(order, order)],
        one.Y[order][:, columns],
        regions=("c", "a", "b"),
        industries=INDUSTRIES,
        categories=("consumption", "exports"),
        unit="EUR",
    )
    found = measure.decompose_induced(one, other)
    for name in ("change", "technology", "sourcing", "final_sourcing", "demand"):
        assert np.abs(found[name]).max() < 1e-12


def test_a_supplier_that_changes_is_what_moved() -> None:
    """Market a buys from b what it bought at home: production moved from a to b, and nothing else changed."""
    y = np.zeros((2, 2))
    y[0, 0], y[1, 1] = 10.0, 5.0
    before = IOTable.from_arrays(
        np.zeros((2, 2)), y, regions=("a", "b"), industries=("x",), categories=("f",)
    )
    y = np.array([[6.0, 0.0], [4.0, 5.0]])
    after = IOTable.from_arrays(np.zeros((2, 2)), y, regions=("a", "b"), industries=("x",), categories=("f",))
    frame = measure.transfer_demand(before, after).frame.set_index(["market", "region"])
    assert frame.loc[("a", "a"), "moved"] == pytest.approx(-4.0)
    assert frame.loc[("a", "b"), "moved"] == pytest.approx(4.0)
    assert np.abs(frame[["technology", "sourcing", "demand"]].to_numpy()).max() == pytest.approx(0.0)


def test_the_result_says_what_it_is() -> None:
    first, second = table(1), table(2)
    second = replace(second, provenance=replace(second.provenance, status="estimated", year="2017"))
    result = measure.transfer_demand(first, second, by="industry")
    assert len(result.frame) == 4 * 3 * 2
    assert {c.status for c in result.figures} == {"estimated"}
    whole = measure.transfer_demand(first, second)
    assert whole.frame["moved"].sum() == pytest.approx(result.frame["moved"].sum())


def test_what_is_refused(small_study: Study) -> None:
    by: Any = "year"
    with pytest.raises(StudyError, match="regions: d"):
        measure.transfer_demand(table(1), table(2, regions=("a", "b", "c", "d")))
    with pytest.raises(StudyError, match="industries: y, z"):
        measure.transfer_demand(table(1), table(2, industries=("x", "z")))
    with pytest.raises(StudyError, match="unit"):
        measure.transfer_demand(table(1), replace(table(2), unit="CNY"))
    with pytest.raises(StudyError, match="not a way"):
        measure.transfer_demand(table(1), table(2), by=by)
    with pytest.raises(StudyError, match="estimated for 2020 alone"):
        measure.transfer_demand(table(1), small_study)


def test_the_built_in_study_has_one_table_and_says_so() -> None:
    study = hl.open_study("southwest")
    with pytest.raises(StudyError, match="2017 alone") as caught:
        measure.transfer_demand(study, study)
    assert "io_flows" in caught.value.mend
