"""Unit labour cost, the ledger of landed cost and market potential: identities, ranges, what they refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland import accounts, potential
from hinterland.accounts import IOTable
from hinterland.accounts.rates import rates
from hinterland.potential.cost_ledger import PARTS, Draws, ledger
from hinterland.potential.landed import landed_cost
from hinterland.study import Provenance, Study, StudyError, open_study

SOME = settings(deadline=None, max_examples=25)


@pytest.fixture(scope="module")
def whole(southwest: Study) -> Study:
    return accounts.complete(southwest)


@pytest.fixture(scope="module")
def tables(whole: Study) -> dict[str, pd.DataFrame]:
    return {result.name: result.frame for result in landed_cost(whole)}


def with_rates(study: Study, *rows: tuple[object, ...]) -> Study:
    names = ["item", "region", "industry", "value", "low", "high", "source"]
    return replace(study, frames={**study.frames, "cost_rates": pd.DataFrame(list(rows), columns=names)})


def random_pay(seed: int) -> tuple[xr.DataArray, xr.DataArray]:
    random = np.random.default_rng(seed)
    labels = {"region": list("abcd"), "industry": list("xyz")}
    pay, output = (
        xr.DataArray(random.random((4, 3)) + 0.1, labels, ("region", "industry")) for _ in range(2)
    )
    return pay, output * 5


@SOME
@given(st.integers(0, 10**6))
def test_relative_cost_is_relative_wage_over_relative_productivity(seed: int) -> None:
    pay, output = random_pay(seed)
    people = pay * 0 + np.random.default_rng(seed + 1).random((4, 3)) + 0.1
    wage = (pay / people) / (pay.sum("region") / people.sum("region"))
    productivity = (output / people) / (output.sum("region") / people.sum("region"))
    xr.testing.assert_allclose(potential.relative_cost(pay, output), wage / productivity)
    share = output / output.sum("region")
    np.testing.assert_allclose((potential.relative_cost(pay, output) * share).sum("region"), 1.0)


def test_nothing_made_or_no_pay_known_is_no_cost() -> None:
    pay, output = random_pay(0)
    output[0, 0], pay[1, 1] = 0.0, np.nan
    own, relative = potential.unit_labour_cost(pay, output), potential.relative_cost(pay, output)
    assert own[0, 0].isnull() and relative[0, 0].isnull() and relative[1, 1].isnull()
    # the region whose pay is unknown is not counted among those compared with
    others = pay[[0, 2, 3], 1].sum() / output[[0, 2, 3], 1].sum()
    assert float(relative[0, 1]) == pytest.approx(float(pay[0, 1] / output[0, 1] / others))
    with pytest.raises(ValueError, match="cannot align"):
        potential.relative_cost(pay, output.isel(region=[0, 1]))


def test_labour_costs_of_the_study(whole: Study) -> None:
    results = {r.name: r for r in potential.labour_costs(whole)}
    now, past = results["unit_labour_cost"], results["labour_cost_history"]
    frame = now.frame.set_index(["region", "industry"])
    assert (frame["unit_labour_cost_low"] <= frame["unit_labour_cost"]).sum() == frame[
        "unit_labour_cost"
    ].notna().sum()
    assert (frame["unit_labour_cost_high"] >= frame["unit_labour_cost"]).sum() == frame[
        "unit_labour_cost"
    ].notna().sum()
    assert (
        now.column("relative_observed").status == "observed"
        and now.column("relative_observed").year == "2007"
    )
    assert now.column("unit_labour_cost").status == "estimated"
    # Tibet has no regional table of 2007: unknown, never zero
    assert frame.loc["CN-XZ", "relative_observed"].isna().all()
    parts = whole["value_added_components"].sel(region="CN-SC", industry="textiles", year=2007)
    observed = float(parts.sel(item="compensation_of_employees") / parts.sel(item="gross_output"))
    assert frame.loc[("CN-SC", "textiles"), "unit_labour_cost_observed"] == pytest.approx(observed)
    years = past.frame["year"].unique()
    assert list(years) == [1997, 2002, 2007, 2012, 2017]
    ratio = past.frame["wage_relative"] / past.frame["productivity_relative"]
    assert np.allclose(ratio, past.frame["relative_to_nation"])


def test_without_labours_share_it_says_what_to_add(southwest: Study) -> None:
    with pytest.raises(StudyError, match="national value-added block"):
        potential.labour_costs(southwest.with_parameter("accounts.compensation_item", "nothing"))


def test_the_ledger_holds_the_plans_landed_cost(whole: Study) -> None:
    found = ledger(whole)
    same = sum(found.parts[name] for name in ("labour", "energy", "freight_in", "freight_out"))
    planned = (
        whole["landed_cost"].sel(industry=list(found.industries)).transpose("industry", "origin", "host")
    )
    assert same == pytest.approx(planned.to_numpy(), abs=1e-14)


def test_parts_sum_to_the_total_and_ranges_hold_it(whole: Study, tables: dict[str, pd.DataFrame]) -> None:
    for frame in tables.values():
        parts = frame[[f"cost_{name}" for name in PARTS]]
        assert parts["cost_land"].isna().all() and parts["cost_other"].isna().all(), "unknown, not zero"
        assert parts.sum(axis=1).to_numpy() == pytest.approx(frame["cost_total"].to_numpy(), abs=1e-14)
        assert (frame["saving"] == -frame["cost_total"]).all()
        assert (frame["saving_low"] <= frame["saving"]).all() and (
            frame["saving"] <= frame["saving_high"]
        ).all()
        assert frame["saving_likely"].between(0, 1).all()
    assert len(tables["cost_ledger"]) == len(whole.transferable) * len(whole.origins) * len(whole.hosts)
    note = landed_cost(whole)[0].note
    assert "land_cost" in note.en and "土地" in note.zh


def test_hosts_savings_are_the_mean_over_origins(whole: Study, tables: dict[str, pd.DataFrame]) -> None:
    row = tables["host_saving"].set_index(["industry", "host"]).loc[("electronics", "CN-SC")]
    pairs = tables["cost_ledger"].query("industry == 'electronics' and host == 'CN-SC'").set_index("origin")
    made = whole["output"].sel(industry="electronics", region=list(pairs.index)).to_numpy()
    assert row["saving"] == pytest.approx(float(pairs["saving"] @ made / made.sum()))


def test_the_same_seed_gives_the_same_ranges_and_none_without_a_range(whole: Study) -> None:
    a, b = landed_cost(whole), landed_cost(whole)
    for one, other in zip(a, b, strict=True):
        pd.testing.assert_frame_equal(one.frame, other.frame, check_exact=True)
    draws = Draws(500, 1, ("one", "two"))
    assert (draws.of("one", 2.0, 2.0, 2.0) == 2.0).all()
    drawn = draws.of("two", 0.0, 1.0, 4.0)
    assert drawn.min() >= 0 and drawn.max() <= 4
    assert drawn.mean() == pytest.approx(5 / 3, abs=0.02), "mean of the triangular distribution"


def test_the_triangle_of_each_cell_is_that_of_a_single_range(whole: Study) -> None:
    study = with_rates(
        whole, ("land_cost", "", "", 0.01, 0.005, 0.03, ""), ("land_cost", "CN-SC", "", 0.02, "", "", "")
    )
    given_ = rates(study, "land_cost")
    assert given_ is not None
    draws = Draws(200, 3, ("land_cost",))
    cells = draws.between("land_cost", given_)
    assert cells[:, 0, 0] == pytest.approx(draws.of("land_cost", 0.005, 0.01, 0.03))
    assert (cells[:, study.regions.index("CN-SC"), 3] == 0.02).all()


def test_a_users_land_cost_enters_the_ledger(whole: Study) -> None:
    study = with_rates(
        whole,
        ("land_cost", "", "", 0.02, "", "", ""),
        ("land_cost", "CN-SC", "", 0.005, 0.004, 0.006, ""),
        ("land_cost", "CN-SC", "metals", 0.03, "", "", ""),
    )
    frame = landed_cost(study)[0].frame.set_index(["industry", "origin", "host"])
    assert frame.loc[("food", "CN-GD", "CN-SC"), "cost_land"] == pytest.approx(-0.015)
    assert frame.loc[("metals", "CN-GD", "CN-SC"), "cost_land"] == pytest.approx(0.01)
    assert frame.loc[("metals", "CN-GD", "CN-GX"), "cost_land"] == pytest.approx(0.0)


def test_the_most_particular_rate_counts_whatever_the_order(whole: Study) -> None:
    rows = [
        ("profit_tax", "CN-SC", "metals", 0.1, "", "", ""),
        ("profit_tax", "", "", 0.25, "", "", "law"),
        ("profit_tax", "", "metals", 0.22, "", "", ""),
        ("profit_tax", "CN-SC", "*", 0.15, "", "", ""),
    ]
    for order in (rows, rows[::-1]):
        found = rates(with_rates(whole, *order), "profit_tax")
        assert found is not None and found.sources == ("law",)
        value = found.value
        assert float(value.sel(region="CN-SC", industry="metals")) == 0.1
        assert float(value.sel(region="CN-SC", industry="food")) == 0.15
        assert float(value.sel(region="CN-GD", industry="metals")) == 0.22
        assert float(value.sel(region="CN-GD", industry="food")) == 0.25
    assert rates(whole, "land_cost") is None


def test_tax_is_on_profit(whole: Study, tables: dict[str, pd.DataFrame]) -> None:
    items = whole["io_value_added"].sel(industry="electronics")
    surplus = float(
        items.sel(item="operating_surplus") / accounts.national_output(whole).sel(industry="electronics")
    )
    row = (
        tables["cost_ledger"].set_index(["industry", "origin", "host"]).loc[("electronics", "CN-GD", "CN-SC")]
    )
    assert row["cost_tax"] == pytest.approx(0.7 * surplus * (0.15 - 0.25))


@SOME
@given(st.integers(0, 10**6))
def test_agglomeration_costs_nothing_where_places_are_alike_and_is_reversible(seed: int) -> None:
    random = np.random.default_rng(seed)
    v, D, L = random.random(3), random.random((2, 2)) + 0.5, random.random((3, 2, 2)) + 0.5
    assert potential.agglomeration_cost(v, np.ones((2, 2)), np.ones((3, 2, 2)), 0.05, 0.02) == pytest.approx(
        0
    )
    there = potential.agglomeration_cost(v, D, L, 0.05, 0.02) / v[:, None, None] + 1
    back = potential.agglomeration_cost(v, 1 / D, 1 / L, 0.05, 0.02) / v[:, None, None] + 1
    assert there * back == pytest.approx(1)
    drawn = potential.agglomeration_cost(v, D, L, [0.05, 0.0], [0.02, 0.0])
    assert drawn[0] == pytest.approx(potential.agglomeration_cost(v, D, L, 0.05, 0.02))
    assert drawn[1] == pytest.approx(0)


def test_freight_by_kind_of_goods_scales_with_its_factor(whole: Study) -> None:
    once = with_rates(whole, ("freight_factor", "", "", 1.0, "", "", ""))
    stated = with_rates(whole, ("freight_rate", "", "", 0.08, "", "", ""))
    a, b = ledger(once), ledger(stated)
    for part in ("freight_in", "freight_out"):
        assert b.parts[part] == pytest.approx(2 * a.parts[part])
    assert (a.drawn.std(0) > 0).all()
    plain = replace(whole, frames={k: v for k, v in whole.frames.items() if k != "cost_rates"})
    assert ledger(plain).parts["freight_out"] == pytest.approx(a.parts["freight_out"])
    assert "One freight rate stands for all goods" in landed_cost(plain)[0].note.en
    assert "tax" in ledger(plain).lacking


def test_a_study_with_distances_alone_still_has_a_ledger(full_study: Study) -> None:
    results = landed_cost(full_study.with_parameter("accounts.compensation_item", "nothing"))
    frame = results[0].frame
    assert frame["cost_labour"].isna().all() and frame["cost_freight_out"].notna().all()
    assert frame["saving"].notna().all()


def test_no_industry_that_can_move_is_an_error(full_study: Study) -> None:
    table = full_study.frames["industries"].assign(transferable="no")
    still = replace(full_study, frames={**full_study.frames, "industries": table})
    with pytest.raises(StudyError, match="No industry can move"):
        potential.landed_cost(still)
    with pytest.raises(StudyError, match="No industry can move"):
        potential.location(still)


@SOME
@given(st.integers(0, 10**6))
def test_market_potential_is_additive_and_falls_with_distance(seed: int) -> None:
    random = np.random.default_rng(seed)
    size, km = random.random((5, 2)), random.random((5, 5)) * 100 + 1
    found = potential.market_potential(size, km)
    parts = [potential.market_potential(size * (np.arange(5) == k)[:, None], km) for k in range(5)]
    assert sum(parts) == pytest.approx(found)
    assert potential.market_potential(size, 2 * km, 1.5) == pytest.approx(
        potential.market_potential(size, km, 1.5) / 2**1.5
    )
    assert found[0, 0] == pytest.approx(sum(size[s, 0] / km[0, s] for s in range(5)))


def test_suppliers_that_are_all_alike_near_make_all_places_alike() -> None:
    output = np.array([[3.0, 0.0], [1.0, 4.0], [0.0, 1.0]])
    found = potential.supplier_access(output, np.array([[0.2, 0.5], [0.3, 0.1]]), np.full((3, 3), 50.0), 1.0)
    assert found == pytest.approx(np.tile([0.5 / 50, 0.6 / 50], (3, 1)))


def test_distances_of_nothing_are_refused(full_study: Study) -> None:
    with pytest.raises(StudyError, match="positive distances"):
        potential.market_potential([1.0, 2.0], [[0.0, 1.0], [1.0, 0.0]])
    regions = full_study.frames["regions"].drop(columns=["lon", "lat"])
    nowhere = replace(full_study, frames={**full_study.frames, "regions": regions})
    with pytest.raises(StudyError, match="distances between regions"):
        potential.market_access(nowhere)


def test_demand_of_regions_is_all_that_is_not_exported() -> None:
    random = np.random.default_rng(4)
    Z, Y = random.random((4, 4)), random.random((4, 4))
    table = IOTable.from_arrays(
        Z,
        Y,
        regions=["a", "b"],
        industries=["x", "y"],
        categories=["use", "exports"],
    )
    found = potential.demand_by_region(table)
    assert found.sum() == pytest.approx(Z.sum() + Y[:, [0, 2]].sum())
    assert found[1, 0] == pytest.approx(Z[[0, 2]][:, 2:].sum() + Y[[0, 2], 2].sum())


def test_market_access_of_the_study(whole: Study) -> None:
    by_region, by_industry = potential.market_access(whole)
    frame = by_region.frame
    assert frame["market_potential"].mean() == pytest.approx(1.0)
    assert (frame["market_potential_low"] <= frame["market_potential"]).all()
    assert (frame["market_potential"] <= frame["market_potential_high"]).all()
    assert (frame["market_potential_high"] > frame["market_potential_low"]).all()
    assert frame["own_share"].between(0, 1).all()
    output = whole["output"].to_series().rename("output").reset_index()
    merged = by_industry.frame.merge(output, on=["region", "industry"])
    mean = merged.groupby("industry").apply(
        lambda g: (g["market_potential"] * g["output"]).sum() / g["output"].sum()
    )
    assert np.allclose(mean, 1.0)


def test_given_distances_have_no_assumed_range(full_study: Study) -> None:
    known = Provenance("observed", "km", "2020", ())
    km = accounts.complete(full_study)["distance"].drop_attrs() * 1.3
    frame = potential.market_access(full_study.with_arrays({"distance": (km, known)}))[0].frame
    assert (frame["market_potential_low"] == frame["market_potential_high"]).all()


def test_a_table_of_rates_is_read_from_a_folder(full_folder) -> None:  # type: ignore[no-untyped-def]
    (full_folder / "cost_rates.csv").write_text(
        "item,region,industry,value,low,high\nland_cost,,,0.03,0.02,0.04\nland_cost,hills,machines,0.01,,\n",
        encoding="utf-8",
    )
    found = rates(open_study(full_folder), "land_cost")
    assert found is not None
    assert float(found.value.sel(region="hills", industry="machines")) == 0.01
    assert float(found.high.sel(region="hills", industry="textiles")) == 0.04
    assert float(found.high.sel(region="hills", industry="machines")) == 0.01
