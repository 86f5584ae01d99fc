from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import random_study

from hinterland.accounts import (
    DERIVED,
    complete,
    derived_data,
    estimate_mrio,
    national_output,
    reconcile,
    resource_limits,
)
from hinterland.accounts.space import great_circle
from hinterland.accounts.value_added import account_blocks
from hinterland.study import Study, StudyError


@pytest.fixture(scope="module")
def whole(southwest: Study) -> Study:
    return complete(southwest)


def test_everything_the_contract_names_is_there(whole: Study) -> None:
    assert [name for name in DERIVED if name not in whole] == []
    for name in DERIVED:
        known = whole.provenance[name]
        assert known.year and known.method.en and known.method.zh, name
        assert known.status in ("estimated", "assumption"), name
        assert not bool(whole[name].isnull().any()), name


def test_completing_is_idempotent_and_leaves_the_data_alone(southwest: Study, whole: Study) -> None:
    assert complete(whole) is whole
    for name, array in southwest.arrays.items():
        assert whole.arrays[name] is array


def test_output_sums_to_the_national_table(southwest: Study, whole: Study) -> None:
    np.testing.assert_allclose(whole["output"].sum("region"), national_output(southwest), rtol=1e-12)
    raw = southwest["gross_output"].sel(year=southwest.base_year)
    assert bool(((raw == 0) == (whole["output"] == 0)).all())
    table = reconcile(southwest).frame.set_index("industry")["ratio"]
    assert table["oil_gas"] == pytest.approx(0.63, abs=0.005)
    assert table["instruments"] == pytest.approx(1.26, abs=0.005)
    assert table["electrical"] == pytest.approx(1.28, abs=0.006)


def test_value_added_sums_to_the_nation(southwest: Study, whole: Study) -> None:
    added = whole["value_added_base"]
    # 823,216 is the published total of the 2017 table
    assert float(added.sum()) == pytest.approx(823_216, abs=1)
    national = southwest["io_value_added"].sum("item")
    np.testing.assert_allclose(added.sum("region"), national, rtol=1e-9)
    assert bool((added <= whole["output"]).all())
    assert bool((added.where(whole["output"] == 0, 0.0) == 0).all())


def test_value_added_follows_regional_accounts(southwest: Study, whole: Study) -> None:
    blocks = account_blocks(southwest)
    assert sorted(len(industries) for _, industries in blocks) == [1, 1, 1, 2, 23]
    accounts = southwest["gdp_accounts"].sel(year=2017)
    for items, industries in blocks:
        if len(industries) < 2:
            continue
        published = accounts.sel(item=list(items)).sum("item")
        found = whole["value_added_base"].sel(industry=list(industries)).sum("industry")
        np.testing.assert_allclose(found / found.sum(), published / published.sum(), rtol=1e-7)


def test_employment_adds_up_to_the_regions_total(southwest: Study, whole: Study) -> None:
    published = southwest["indicators"].sel(indicator="employment_total", year=2020)
    np.testing.assert_allclose(whole["employment_base"].sum("industry"), published, rtol=1e-9)
    assert "2020" in whole.provenance["employment_base"].year


def test_energy_leaves_households_out(southwest: Study, whole: Study) -> None:
    used = southwest["indicators"].sel(indicator="electricity_consumption")
    share = southwest["national_energy"].sel(year=2019).sum() / used.sel(year=2019).sum()
    np.testing.assert_allclose(whole["energy_base"].sum("industry"), used.sel(year=2017) * share, rtol=1e-9)
    by_industry = whole["energy_base"].sum("region")
    national = southwest["national_energy"].sel(year=2019)
    np.testing.assert_allclose(by_industry / by_industry.sum(), national / national.sum(), rtol=1e-9)


def test_a_region_without_inventory_is_estimated_and_flagged(southwest: Study, whole: Study) -> None:
    flag = whole["co2_base_estimated"]
    known = southwest["co2"].sel(year=2017).isel(emitter=0).notnull()
    lacking = [str(r) for r in known["region"].to_numpy()[~known.to_numpy()]]
    assert len(lacking) == 1
    assert set(flag["region"].to_numpy()[flag.any("industry").to_numpy()]) == set(lacking)
    assert float(whole["co2_base"].sel(region=lacking).sum()) > 0
    inventory = (
        southwest["co2"].sel(year=2017).rename(emitter="industry").reindex(industry=southwest.industries)
    )
    kept = ~flag.to_numpy().astype(bool)
    np.testing.assert_array_equal(whole["co2_base"].to_numpy()[kept], inventory.to_numpy()[kept])


def test_limits_grow_with_the_years(whole: Study) -> None:
    limits = whole["resource_limits"]
    years = np.cumsum([phase.years for phase in whole.phases()])
    np.testing.assert_allclose(limits.isel(phase=-1) / limits.isel(phase=0), years[-1] / years[0], rtol=1e-12)
    other = resource_limits(whole, "paper")
    assert other is not None
    assert list(other[0]["phase"].to_numpy()) == [phase.code for phase in whole.phases("paper")]
    use = float(whole["employment_base"].sel(region=whole.hosts[0]).sum())
    expected = 0.005 * use * years[0]
    assert float(limits.sel(region=whole.hosts[0], resource="labour").isel(phase=0)) == pytest.approx(
        expected
    )


def test_landed_cost_covers_origins_and_hosts(whole: Study) -> None:
    cost = whole["landed_cost"]
    assert cost.dims == ("industry", "origin", "host")
    assert tuple(cost["origin"].to_numpy()) == whole.origins
    assert tuple(cost["host"].to_numpy()) == whole.hosts
    assert float(np.abs(cost).max()) < 1  # per unit of output


def test_great_circle_against_a_quarter_of_the_equator() -> None:
    km = great_circle(np.array([0.0, 90.0, 0.0]), np.array([0.0, 0.0, 90.0]))
    np.testing.assert_allclose(km[0, 1], np.pi / 2 * 6371.0088)
    np.testing.assert_allclose(km, km.T)


def test_what_is_unknown_stays_absent(small_study: Study) -> None:
    whole = complete(small_study)
    assert {"output", "value_added_base", "distance"} <= set(whole.arrays)
    assert not {"employment_base", "energy_base", "co2_base", "resource_use", "resource_limits"} & set(
        whole.arrays
    )
    note = derived_data(small_study).note
    assert "employment_base" in note.en and "employment_base" in note.zh


def test_a_users_tables_win(full_study: Study, tiny_study: Study) -> None:
    whole = complete(full_study)
    year = full_study.base_year
    for table, name in (
        ("value_added", "value_added_base"),
        ("employment", "employment_base"),
        ("energy_use", "energy_base"),
    ):
        np.testing.assert_array_equal(whole[name], full_study[table].sel(year=year))
        assert whole.provenance[name].status == full_study.provenance[table].status
    given = complete(tiny_study)
    for name in ("resource_use", "resource_limits", "distance", "landed_cost"):
        assert given.arrays[name] is tiny_study.arrays[name]


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10**6))
def test_value_added_of_random_studies(small_study: Study, seed: int) -> None:
    study = random_study(small_study, seed)
    whole = complete(study)
    np.testing.assert_allclose(
        whole["value_added_base"].sum("region"), study["io_value_added"].sum("item"), rtol=1e-9
    )
    assert bool((whole["value_added_base"] <= whole["output"] * (1 + 1e-12)).all())


def test_an_industry_nobody_makes_is_named(small_study: Study) -> None:
    gross = small_study["gross_output"].copy()
    gross.loc[{"industry": "machines"}] = 0.0
    broken = small_study.with_arrays({"gross_output": (gross, small_study.provenance["gross_output"])})
    with pytest.raises(StudyError, match="machines"):
        complete(broken)


def test_a_missing_output_is_an_error_not_a_zero(small_study: Study) -> None:
    gross = small_study["gross_output"].copy()
    gross.loc[{"industry": "machines", "region": "hills"}] = np.nan
    broken = small_study.with_arrays({"gross_output": (gross, small_study.provenance["gross_output"])})
    with pytest.raises(StudyError, match="hills"):
        complete(broken)


def test_it_is_quick(southwest: Study) -> None:
    start = time.perf_counter()
    estimate_mrio(complete(southwest))
    assert time.perf_counter() - start < 5


def with_options(study: Study, without: tuple[str, ...] = (), **options: object) -> Study:
    """The study less some tables, with options under [parameters.accounts]."""
    return replace(
        study,
        arrays={k: v for k, v in study.arrays.items() if k not in without},
        config={**study.config, "parameters": {"accounts": options}},
    )


def test_a_study_without_roles_completes(small_study: Study) -> None:
    regions = small_study.frames["regions"].assign(role="other")
    whole = complete(replace(small_study, frames={**small_study.frames, "regions": regions}))
    assert "landed_cost" not in whole and "output" in whole


def test_a_total_of_employment_is_spread_by_pay(full_study: Study) -> None:
    study = with_options(
        full_study, ("employment",), employment_total="population", compensation_item="wages"
    )
    whole = complete(study)
    total = study["indicators"].sel(indicator="population", year=2020)
    np.testing.assert_allclose(whole["employment_base"].sum("industry"), total, rtol=1e-12)
    assert "compensation" in whole.provenance["employment_base"].method.en


def test_a_region_without_a_total_has_missing_employment(full_study: Study) -> None:
    figures = full_study["indicators"].copy()
    figures.loc[{"region": "hills", "indicator": "population"}] = np.nan
    study = with_options(full_study, ("employment",), employment_total="population")
    study = study.with_arrays({"indicators": (figures, full_study.provenance["indicators"])})
    people = complete(study)["employment_base"]
    assert people.sel(region="hills").isnull().all() and people.sel(region="coast").notnull().all()


def test_energy_in_two_units_is_refused(full_study: Study) -> None:
    study = with_options(full_study, ("energy_use",), energy_total="roads")
    with pytest.raises(StudyError, match="roads"):
        complete(study)
