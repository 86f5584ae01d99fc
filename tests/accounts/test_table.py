from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import random_study

from hinterland.accounts import IOTable, Satellite, estimate_mrio, interregional_trade, multipliers
from hinterland.study import Study, StudyError


def random_table(seed: int, regions: int = 2, industries: int = 3) -> IOTable:
    rng = np.random.default_rng(seed)
    n = regions * industries
    x = rng.uniform(10, 100, n)
    A = rng.uniform(0, 1, (n, n))
    A *= rng.uniform(0.2, 0.9, n) / A.sum(0)
    Z = A * x
    names = [f"r{k}" for k in range(regions)]
    return IOTable.from_arrays(
        Z,
        x - Z.sum(1),
        regions=names,
        x=x,
        industries=[f"i{k}" for k in range(industries)],
        satellites={"employment": Satellite(rng.uniform(0, 5, n), "persons")},
        unit="EUR",
    )


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6))
def test_identities(seed: int) -> None:
    table = random_table(seed)
    np.testing.assert_allclose(table.solve(table.Y.sum(1)), table.x, rtol=1e-10)
    # all final demand together carries all value added and all employment, and value added multipliers are 1
    np.testing.assert_allclose(table.multipliers("value_added"), 1.0, rtol=1e-10)
    content = table.multipliers("employment").to_numpy().ravel() @ table.Y.sum(1)
    assert content == pytest.approx(table.satellites["employment"].values.sum(), rel=1e-10)
    inverse = np.linalg.inv(np.eye(len(table.x)) - table.A)
    np.testing.assert_allclose(table.multipliers("output").to_numpy().ravel(), inverse.sum(0), rtol=1e-10)
    labelled = table.labelled(table.Y.sum(1))
    np.testing.assert_allclose(table.solve(labelled), table.labelled(table.x), rtol=1e-10)


def test_a_table_cannot_be_changed() -> None:
    table = random_table(1)
    with pytest.raises(ValueError, match="read-only"):
        table.Z[0, 0] = 1.0


def test_an_industry_without_output_has_no_multiplier() -> None:
    table = IOTable.from_arrays([[1.0, 0.0], [0.0, 0.0]], [3.0, 0.0])
    assert np.isnan(table.multipliers("output")[0, 1])
    assert float(table.multipliers("output")[0, 0]) == pytest.approx(4 / 3)


def test_negative_final_demand_is_carried() -> None:
    table = IOTable.from_arrays([[1.0, 6.0], [1.0, 1.0]], [[-1.0], [8.0]], x=[6.0, 10.0])
    np.testing.assert_allclose(table.solve(table.Y.sum(1)), table.x)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"Z": [[1.0, 2.0]], "Y": [1.0]}, "Z is"),
        ({"Z": [[1.0, np.nan], [1.0, 1.0]], "Y": [1.0, 1.0], "x": [3.0, 3.0]}, "Z holds missing"),
        ({"Z": [[1.0, 1.0], [1.0, 1.0]], "Y": [1.0, 1.0], "x": [3.0, 4.0]}, "by row.*steel by -1"),
        ({"Z": [[1.0, 1.0], [1.0, 1.0]], "Y": [1.0, 1.0], "V": [[1.0, 2.0]]}, "by column.*steel by"),
        ({"Z": [[1.0, 1.0], [1.0, -3.0]], "Y": [1.0, 1.0]}, "Negative gross output: steel"),
        ({"Z": [[1.0, 1.0], [0.0, 0.0]], "Y": [1.0, 0.0]}, "without output: steel"),
        ({"Z": [[1.0, 1.0], [1.0, 1.0]], "Y": [[1.0, 1.0, 1.0]] * 2, "categories": ["a", "b"]}, "Y has 3"),
    ],
)
def test_refusals(arguments: dict[str, object], says: str) -> None:
    with pytest.raises(StudyError, match=says):
        IOTable.from_arrays(**{"industries": ["coal", "steel"], **arguments})  # type: ignore[arg-type]


def test_an_unproductive_table_is_refused() -> None:
    table = IOTable.from_arrays([[3.0, 9.0], [8.0, 2.0]], [-2.0, 0.5], industries=["coal", "steel"])
    with pytest.raises(StudyError, match="not productive"):
        table.solve([1.0, 1.0])


def test_a_column_above_one_may_still_be_productive() -> None:
    table = IOTable.from_arrays([[0.0, 12.0], [1.0, 0.0]], [8.0, 9.0])
    assert table.A.sum(0).max() > 1
    np.testing.assert_allclose(table.solve(table.Y.sum(1)), table.x)


def test_unknown_account() -> None:
    with pytest.raises(StudyError, match=r"no 'water'.*employment"):
        random_table(1).multipliers("water")


@pytest.fixture(scope="module")
def southwest_table(southwest: Study) -> IOTable:
    return estimate_mrio(southwest)


def margins(study: Study, table: IOTable) -> None:
    """Rows, columns, national cells and value added of an estimated table agree with the study's accounts."""
    r, n = len(table.regions), len(table.industries)
    big = table.x.max()
    made = table.x > 0
    sold = table.Z.sum(1) + table.Y.sum(1)
    np.testing.assert_allclose(sold[made], table.x[made], rtol=1e-9)
    assert np.abs(sold[~made]).max(initial=0.0) < 1e-9 * big
    np.testing.assert_allclose(
        table.Z.sum(0) + table.imports + table.V.sum(0), table.x, rtol=1e-9, atol=1e-12 * big
    )
    cells = table.Z.reshape(r, n, r, n).sum((0, 2))
    np.testing.assert_allclose(cells, study["io_domestic"], rtol=1e-9, atol=1e-9 * big)
    value_added = table.V.reshape(-1, r, n).sum(1)
    np.testing.assert_allclose(value_added, study["io_value_added"], rtol=1e-9, atol=1e-9 * big)
    categories = list(dict.fromkeys(c for _, c in table.final))
    final = table.Y.reshape(r, n, r, len(categories)).sum((0, 2))
    np.testing.assert_allclose(final, study["final_domestic"], rtol=1e-6, atol=1e-6 * big)
    assert table.Z.min() >= 0
    assert table.convergence is not None
    assert table.convergence.frame["residual"].max() < 1e-9


def test_margins_of_the_southwest(southwest: Study, southwest_table: IOTable) -> None:
    margins(southwest, southwest_table)
    assert southwest_table.provenance.status == "estimated"
    assert all(c.status == "estimated" for c in interregional_trade(southwest_table).figures)


def test_exports_and_stocks_stay_with_their_maker(southwest_table: IOTable) -> None:
    r, n = len(southwest_table.regions), len(southwest_table.industries)
    Y = southwest_table.Y.reshape(r, n, r, -1)
    categories = list(dict.fromkeys(c for _, c in southwest_table.final))
    for category in ("exports", "inventory_change"):
        block = Y[..., categories.index(category)].sum(1)
        assert np.abs(block - np.diag(np.diag(block))).max() == 0
    assert Y[..., categories.index("inventory_change")].min() < 0


def test_multipliers_of_the_southwest(southwest_table: IOTable) -> None:
    frame = multipliers(southwest_table).frame
    assert len(frame) == 868
    empty = southwest_table.x == 0
    assert frame.loc[empty, "output_multiplier"].isna().all()
    # what is not value added at home is paid for imports
    assert frame["value_added_multiplier"].dropna().between(0, 1 + 1e-9).all()
    assert frame["output_multiplier"].dropna().between(1, 4).all()


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10**6))
def test_margins_of_random_studies(small_study: Study, seed: int) -> None:
    study = random_study(small_study, seed)
    margins(study, estimate_mrio(study))


def test_the_small_studies_run(full_study: Study, tiny_study: Study) -> None:
    for study in (full_study, tiny_study):
        table = estimate_mrio(study)
        assert set(table.satellites) == {"employment", "energy", "co2"}
        assert multipliers(table).frame["co2_multiplier"].notna().all()


def test_without_coordinates_distance_does_not_count(small_study: Study) -> None:
    from dataclasses import replace

    regions = small_study.frames["regions"].drop(columns=["lon", "lat"])
    study = replace(small_study, frames={**small_study.frames, "regions": regions})
    table = estimate_mrio(study)
    assert "distances being unknown" in table.provenance.method.en
    margins(study, table)
    assert multipliers(table).frame["employment_multiplier"].isna().all()


def test_a_key_that_is_not_there_is_named(small_study: Study) -> None:
    from dataclasses import replace

    config = {**small_study.config, "parameters": {"accounts": {"final_demand": {"consumption": "heads"}}}}
    with pytest.raises(StudyError, match="heads"):
        estimate_mrio(replace(small_study, config=config))


def test_a_national_table_that_does_not_balance_is_refused(small_study: Study) -> None:
    final = small_study["final_domestic"].copy()
    final.loc[{"row": "machines", "category": "consumption"}] += 500.0
    broken = small_study.with_arrays({"final_domestic": (final, small_study.provenance["final_domestic"])})
    with pytest.raises(StudyError, match="machines"):
        estimate_mrio(broken)
