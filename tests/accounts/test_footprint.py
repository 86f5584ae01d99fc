from __future__ import annotations

import numpy as np
import pytest
from chain_tables import inverse, random_chains
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.accounts import IOTable, Satellite, embodied_transfer, footprint, transfer_matrix
from hinterland.study import StudyError

SEEDS = st.integers(0, 10**6)


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_production_and_consumption_have_the_same_sum(seed: int) -> None:
    table = random_chains(seed)
    for kind in ("value_added", "output", "co2", "employment"):
        frame = footprint(table, kind).frame.set_index("region")
        scale = np.abs(frame["production"]).max()
        assert frame["production"].sum() == pytest.approx(frame["consumption"].sum(), abs=1e-10 * scale)
        assert frame["balance"].sum() == pytest.approx(0.0, abs=1e-9 * scale)
        matrix = transfer_matrix(table, kind)
        made = frame["production"] - frame["direct"]
        np.testing.assert_allclose(matrix.sum("region_to"), made[list(table.regions)], atol=1e-9 * scale)
        used = frame["consumption"] - frame["direct"]
        np.testing.assert_allclose(matrix.sum("region"), used, atol=1e-9 * scale)
    own = table.satellites["co2"].final
    assert own is not None
    assert footprint(table, "co2").frame["direct"].sum() == pytest.approx(own.sum())


@settings(deadline=None, max_examples=20)
@given(SEEDS)
def test_against_the_inverse_and_by_product(seed: int) -> None:
    table = random_chains(seed)
    r, k = len(table.regions), len(table.industries)
    c = np.where(table.x > 0, np.nan_to_num(table.per_output("co2")), 0.0)
    names = list(transfer_matrix(table, "co2")["region_to"].to_numpy())
    final = np.zeros((r * k, len(names)))
    for column, (region, category) in enumerate(table.final):
        final[:, names.index("abroad" if category == "exports" else region)] += table.Y[:, column]
    flows = c[:, None] * (inverse(table) @ final)
    np.testing.assert_allclose(transfer_matrix(table, "co2"), flows.reshape(r, k, -1).sum(1), atol=1e-9)
    product = embodied_transfer(table, "co2", by_product=True).frame
    whole = embodied_transfer(table, "co2").frame
    summed = product.groupby(["region", "region_to"], sort=False)["embodied"].sum().to_numpy()
    np.testing.assert_allclose(summed, whole["embodied"], atol=1e-9)
    detail = footprint(table, "co2", by="industry").frame
    region = footprint(table, "co2").frame.set_index("region")
    for name in ("production", "consumption", "imports", "exports"):
        less = region["direct"] if name in ("production", "consumption") else 0.0
        sums = detail.groupby("region")[name].sum().reindex(region.index)
        np.testing.assert_allclose(sums, region[name] - less, atol=1e-9)


def test_what_is_unknown_stays_unknown_and_spoils_nothing_else() -> None:
    table = random_chains(5, negative=False)
    n = len(table.industries)
    values = table.satellites["co2"].values.copy()
    values[:n] = np.nan
    spoilt = IOTable.from_arrays(
        table.Z,
        table.Y,
        table.V,
        regions=table.regions,
        industries=table.industries,
        categories=list(dict.fromkeys(c for _, c in table.final)),
        x=table.x,
        imports=table.imports,
        satellites={"co2": Satellite(values, "t")},
    )
    found, known = transfer_matrix(spoilt, "co2"), transfer_matrix(table, "co2")
    assert found[0].isnull().all()
    np.testing.assert_allclose(found[1:], known[1:])
    result = footprint(spoilt, "co2")
    assert table.regions[0] in result.note.en
    assert result.frame["consumption"].isna().all()
    by_product = embodied_transfer(spoilt, "co2", by_product=True).frame.set_index("region")["embodied"]
    assert by_product[table.regions[0]].isna().all()
    assert by_product[table.regions[1]].notna().all()


def test_an_account_without_output_is_left_out_and_said() -> None:
    table = IOTable.from_arrays(
        [[1.0, 0.0], [0.0, 0.0]],
        [3.0, 0.0],
        industries=["coal", "steel"],
        satellites={"co2": Satellite(np.array([1.0, 2.0]), "t")},
    )
    result = footprint(table, "co2")
    assert list(result.frame["production"]) == list(result.frame["consumption"]) == [1.0]
    assert "2 t in industries without output (steel)" in result.note.en
    assert "未计入" in result.note.zh


def test_unknown_account_and_level() -> None:
    with pytest.raises(StudyError, match="no 'water'"):
        footprint(random_chains(1), "water")
    with pytest.raises(StudyError, match="no level"):
        footprint(random_chains(1), "co2", by="country")  # type: ignore[arg-type]
