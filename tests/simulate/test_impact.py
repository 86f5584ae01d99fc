from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.accounts import IOTable, estimate_mrio
from hinterland.simulate import impact
from hinterland.study import Study, StudyError


def move(
    industry: str, origin: str, host: str, *amounts: float, phases: list[str] | None = None
) -> xr.DataArray:
    values = np.array(amounts, dtype=float)
    if phases is None:
        return xr.DataArray(
            values.reshape(1, 1, 1),
            {"industry": [industry], "origin": [origin], "host": [host]},
            ("industry", "origin", "host"),
        )
    return xr.DataArray(
        values.reshape(1, 1, 1, -1),
        {"industry": [industry], "origin": [origin], "host": [host], "phase": phases},
        ("industry", "origin", "host", "phase"),
    )


@pytest.fixture(scope="module")
def table(southwest: Study) -> IOTable:
    return estimate_mrio(southwest)


def test_no_move_changes_nothing(southwest: Study, table: IOTable) -> None:
    outcome = impact(southwest, move("electronics", "CN-GD", "CN-SC", 0.0), table)
    for name in ("output", "value_added", "employment", "co2"):
        gap = float(np.abs(outcome.change[name]).max())
        assert gap <= 1e-10 * float(outcome.baseline[name].max()), name


@settings(deadline=None, max_examples=25)
@given(share=st.floats(0.0, 1.0), seed=st.integers(0, 1000))
def test_value_added_and_imports_equal_final_demand(full_study: Study, share: float, seed: int) -> None:
    """Whatever moves, income from production and payments for imports make up final demand."""
    rng = np.random.default_rng(seed)
    table = estimate_mrio(full_study)
    industry = str(rng.choice(["textiles", "machines"]))
    made = float(table.labelled(table.x).sel(region="coast", industry=industry))
    outcome = impact(
        full_study, move(industry, "coast", str(rng.choice(["hills", "plain"])), share * made), table
    )
    imports = np.divide(table.imports, table.x, out=np.zeros_like(table.x), where=table.x > 0)
    after = outcome.result.isel(time=0)
    paid = float(after["value_added"].sum()) + float((table.labelled(imports) * after["output"]).sum())
    assert paid == pytest.approx(table.Y.sum(), rel=1e-9)
    assert float(after["output"].min()) >= -1e-9
    if share == 1.0:
        assert float(after["output"].sel(region="coast", industry=industry)) == pytest.approx(0.0, abs=1e-6)


def test_one_technology_everywhere_leaves_national_output_alone() -> None:
    """Two equal regions that each supply themselves: moving an industry keeps the nation's output."""
    A = np.array([[0.1, 0.2], [0.3, 0.1]])
    y = np.array([10.0, 20.0])
    x = np.linalg.solve(np.eye(2) - A, y)
    zero = np.zeros((2, 2))
    Z = np.block([[A * x, zero], [zero, A * x]])
    Y = np.concatenate([np.column_stack([y, 0 * y]), np.column_stack([0 * y, y])])
    table = IOTable.from_arrays(
        Z, Y, regions=["a", "b"], industries=["i", "j"], categories=["final"], x=np.concatenate([x, x])
    )
    from dataclasses import replace

    from hinterland.accounts import Satellite

    table = replace(table, satellites={"employment": Satellite(np.concatenate([x, x]), "persons")})
    outcome = impact(_named("a", "b"), move("i", "a", "b", float(x[0]) / 2), table)
    total = outcome.change.sum("region").isel(time=0)
    np.testing.assert_allclose(total["output"], 0.0, atol=1e-10)
    np.testing.assert_allclose(total["employment"], 0.0, atol=1e-10)
    gain = outcome.change["output"].isel(time=0)
    assert float(gain.sel(region="b", industry="i")) > 0 > float(gain.sel(region="a", industry="i"))
    # the host's suppliers gain what the origin's lose
    assert float(gain.sel(region="b", industry="j")) == pytest.approx(
        -float(gain.sel(region="a", industry="j"))
    )


def _named(*regions: str) -> Study:
    import pandas as pd

    from hinterland.study import Text

    frame = pd.DataFrame({"region": regions, "name_en": regions, "name_zh": regions, "role": "other"})
    config = {"units": {"money": "EUR"}, "study": {"base_year": 2020}}
    return Study("ab", Text.same("ab"), config, {"regions": frame}, {}, {})


def test_origin_loses_and_host_gains(southwest: Study, table: IOTable) -> None:
    outcome = impact(southwest, move("electronics", "CN-GD", "CN-SC", 800.0), table)
    by_region = outcome.table("impact_by_region").frame.set_index("region")
    assert by_region.loc["CN-SC", "output_change"] > 800 > 0 > -800 > by_region.loc["CN-GD", "output_change"]
    assert by_region.loc["CN-GD", "moved_output"] == -800
    np.testing.assert_allclose(
        by_region["output_change"], by_region["moved_output"] + by_region["supply_chain_change"], atol=1e-9
    )
    by_industry = outcome.table("impact_by_industry").frame
    for name in ("output_change", "value_added_change", "employment_change", "co2_change"):
        assert by_region[name].sum() == pytest.approx(by_industry[name].sum(), abs=1e-6)
    # technology differs a little from province to province: the nation changes by far less than what moved
    assert abs(by_region["output_change"].sum()) < 0.25 * 800
    assert "Guangdong" in outcome.table("impact_by_region").note.en


def test_phases_add_up(southwest: Study, table: IOTable) -> None:
    phased = move("electronics", "CN-GD", "CN-SC", 100.0, 200.0, 300.0, phases=["short", "medium", "long"])
    outcome = impact(southwest, phased, table)
    at_once = impact(southwest, move("electronics", "CN-GD", "CN-SC", 600.0), table)
    np.testing.assert_allclose(
        outcome.result["output"].sel(time="long"),
        at_once.result["output"].isel(time=0),
        rtol=1e-10,
        atol=1e-8,
    )
    frame = outcome.table("impact_by_phase").frame
    assert list(frame["part"].unique()) == ["hosts", "origins", "rest"]
    hosts = frame.loc[frame["part"] == "hosts", "output_change"].to_numpy()
    assert np.all(np.diff(hosts) > 0)
    assert not any(t.name == "impact_by_phase" for t in at_once.tables)


def test_a_host_without_the_industry_takes_over_the_origins_inputs(southwest: Study, table: IOTable) -> None:
    output = table.labelled(table.x).sel(industry="electronics")
    empty = [str(r) for r in output["region"].to_numpy()[output.to_numpy() == 0] if str(r) in southwest.hosts]
    assert empty, "the study has a host without electronics"
    outcome = impact(southwest, move("electronics", "CN-GD", empty[0], 500.0), table)
    there = outcome.result.isel(time=0).sel(region=empty[0], industry="electronics")
    assert float(there["output"]) == pytest.approx(500.0, rel=0.1)
    direct = outcome.baseline.sel(region="CN-GD", industry="electronics")
    for name in ("value_added", "employment"):
        assert float(there[name] / there["output"]) == pytest.approx(float(direct[name] / direct["output"]))


def test_what_the_study_does_not_know_is_missing(small_study: Study) -> None:
    outcome = impact(small_study, move("textiles", "coast", "plain", 100.0))
    assert "employment" not in outcome.result
    frame = outcome.table("impact_by_region").frame
    assert frame["employment_change"].isna().all() and frame["co2_change"].isna().all()
    assert "employment" in outcome.table("impact_by_region").note.en


@pytest.mark.parametrize(
    ("moves", "says"),
    [
        (move("electronics", "CN-GD", "CN-SC", 1e6), "1,000,000|1e\\+06"),
        (move("electronics", "CN-GD", "CN-SC", -1.0), "negative"),
        (move("electronics", "CN-GD", "CN-SC", np.nan), "missing"),
        (move("electronics", "CN-GD", "CN-GD", 1.0), "to itself"),
        (move("electronics", "Atlantis", "CN-SC", 1.0), "Atlantis"),
        (move("electronics", "CN-GD", "CN-SC", 1.0).rename(host="to"), "dimensions"),
    ],
)
def test_refusals(southwest: Study, table: IOTable, moves: xr.DataArray, says: str) -> None:
    with pytest.raises(StudyError, match=says):
        impact(southwest, moves, table)


def test_phases_add_up_in_order_of_time(southwest: Study, table: IOTable) -> None:
    mixed = move("electronics", "CN-GD", "CN-SC", 300.0, 200.0, 100.0, phases=["long", "medium", "short"])
    outcome = impact(southwest, mixed, table)
    assert list(outcome.result["time"].to_numpy()) == ["short", "medium", "long"]
    moved = outcome.change["output"].sel(region="CN-SC", industry="electronics").to_numpy()
    np.testing.assert_allclose(moved / moved[0], [1, 3, 6], rtol=0.02)
