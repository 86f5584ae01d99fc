"""LMDI is exact whatever the zeros; Tapio's states cover the plane; what is unknown stays unknown."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from measure_made import FEW, NO_DEADLINE, PLAIN, TABLE, table

import hinterland as hl
from hinterland import measure
from hinterland.measure.decoupling import STATES
from hinterland.measure.lmdi import EFFECTS
from hinterland.study import Provenance, Study, StudyError


@FEW
@given(PLAIN, PLAIN, TABLE, TABLE)
def test_lmdi_is_exact_with_zeros_of_emissions(x0, x1, c0, c1) -> None:
    parts = measure.lmdi(table(x0), table(x1), table(c0), table(c1))
    total = sum(parts[name] for name in EFFECTS)
    assert np.allclose(total, c1 - c0, atol=1e-8 * max(c0.max(), c1.max(), 1.0))
    assert (parts["unallocated"] == 0).all(), "output everywhere: nothing is left over"


@FEW
@given(TABLE, TABLE, TABLE, TABLE)
def test_lmdi_is_exact_whatever_the_zeros(x0, x1, c0, c1) -> None:
    parts = measure.lmdi(table(x0), table(x1), table(c0), table(c1))
    total = sum(parts[name] for name in EFFECTS).to_numpy()
    known = (x0.sum(axis=1) > 0) & (x1.sum(axis=1) > 0)
    assert np.allclose(total[known], (c1 - c0)[known], atol=1e-8 * max(c0.max(), c1.max(), 1.0))
    assert np.isnan(total[~known]).all()
    odd = ((x0 == 0) & (c0 > 0)) | ((x1 == 0) & (c1 > 0))
    assert (parts["unallocated"].to_numpy()[known][~odd[known]] == 0).all()


def test_limits_at_zero_are_those_of_small_values() -> None:
    """What the formula gives with 1e-200 for zero (Ang & Liu 2007, the small-value strategy)."""
    x0, x1 = np.array([[50.0, 1e-200, 30.0]]), np.array([[60.0, 20.0, 40.0]])
    c0, c1 = np.array([[5.0, 4e-200 / 20, 1e-200]]), np.array([[8.0, 4.0, 2.0]])
    near = measure.lmdi(table(x0), table(x1), table(c0), table(c1))
    exact = measure.lmdi(
        table(np.where(x0 < 1e-99, 0, x0)), table(x1), table(np.where(c0 < 1e-99, 0, c0)), table(c1)
    )
    # the limit is approached as 1 / ln: 460 is the log of 1e-200
    for name in ("activity", "structure", "intensity"):
        assert np.allclose(near[name], exact[name], atol=4.0 / 100), name
    assert exact["structure"].sel(region="r0", industry="i1") == 4.0
    assert exact["intensity"].sel(region="r0", industry="i2") == 2.0


def test_lmdi_reckoned_by_hand() -> None:
    """One industry whose output doubles and whose emissions rise by half: L = 5 / ln 1.5."""
    parts = measure.lmdi(
        table(np.array([[100.0]])),
        table(np.array([[200.0]])),
        table(np.array([[10.0]])),
        table(np.array([[15.0]])),
    )
    mean = 5 / np.log(1.5)
    assert float(parts["activity"].item()) == pytest.approx(mean * np.log(2))
    assert float(parts["structure"].item()) == pytest.approx(0.0, abs=1e-12)
    assert float(parts["intensity"].item()) == pytest.approx(mean * np.log(0.75))


@NO_DEADLINE
@given(st.floats(1e-3, 1e6), st.floats(1e-3, 1e6))
def test_the_logarithmic_mean_lies_between_the_geometric_and_the_arithmetic(a: float, b: float) -> None:
    mean = float(measure.log_mean(xr.DataArray(a), xr.DataArray(b)))
    assert np.sqrt(a * b) * (1 - 1e-9) <= mean <= (a + b) / 2 * (1 + 1e-9)
    assert float(measure.log_mean(xr.DataArray(b), xr.DataArray(a))) == pytest.approx(mean)


@pytest.mark.parametrize(
    ("emissions", "growth", "state"),
    [
        (-0.1, 0.1, "strong_decoupling"),
        (0.05, 0.1, "weak_decoupling"),
        (0.1, 0.1, "expansive_coupling"),
        (0.13, 0.1, "expansive_negative_decoupling"),
        (0.1, -0.1, "strong_negative_decoupling"),
        (-0.05, -0.1, "weak_negative_decoupling"),
        (-0.1, -0.1, "recessive_coupling"),
        (-0.13, -0.1, "recessive_decoupling"),
        (np.nan, 0.1, ""),
        (0.1, 0.0, ""),
    ],
)
def test_the_eight_states(emissions: float, growth: float, state: str) -> None:
    found = measure.tapio_state(xr.DataArray([emissions], dims="r"), xr.DataArray([growth], dims="r"))
    assert found.item() == state
    assert state in (*STATES, "")


@NO_DEADLINE
@given(st.floats(-0.9, 5).filter(bool), st.floats(-0.9, 5).filter(bool))
def test_every_known_change_has_a_state(emissions: float, growth: float) -> None:
    found = measure.tapio_state(xr.DataArray([emissions], dims="r"), xr.DataArray([growth], dims="r"))
    assert found.item() in STATES


def test_on_the_built_in_study_the_parts_sum_and_tibet_is_unknown(southwest: Study) -> None:
    frame = measure.emission_drivers(southwest).frame
    parts = frame[list(EFFECTS)].sum(axis=1, skipna=False)
    assert np.allclose(parts, frame["co2_change"], atol=1e-9, equal_nan=True)
    assert frame.loc[frame["region"] == "CN-XZ", "activity"].isna().all()
    regions = measure.emission_drivers_by_region(southwest).frame
    sums = frame.groupby(["region", "start"], sort=False)["intensity"].sum(min_count=28)
    assert np.allclose(regions.set_index(["region", "start"])["intensity"], sums, equal_nan=True)
    states = measure.decoupling(southwest).frame
    assert set(states["state"]) <= {*STATES, ""}
    assert (states.loc[states["region"] == "CN-XZ", "state"] == "").all()
    assert set(states["activity_measure"]) == {"gross_output", "gdp"}


def test_a_price_index_takes_inflation_out(southwest: Study) -> None:
    years = [int(y) for y in southwest["gross_output"].year.values]
    index = xr.DataArray([100.0, 110.0, 130.0, 160.0, 180.0], {"year": years}, ("year",))
    real = southwest.with_arrays({"price_index": (index, Provenance("observed", "", "1997-2017", ()))})
    nominal, deflated = (measure.emission_drivers_by_region(s) for s in (southwest, real))
    assert "2017" in deflated.method.en and "current" not in deflated.method.en
    known = nominal.frame["activity"].notna()
    assert (nominal.frame["activity"] > deflated.frame["activity"])[known].all()
    # prices change what is scale and what is intensity, never structure or the whole
    assert np.allclose(nominal.frame["structure"], deflated.frame["structure"], atol=1e-9, equal_nan=True)


def test_without_emissions_the_mend_is_named(small_study: Study) -> None:
    for make in (measure.decoupling, measure.emission_drivers, measure.emission_drivers_by_region):
        with pytest.raises(StudyError, match="table co2"):
            make(small_study)


def test_an_industry_without_emissions_is_named(full_study: Study) -> None:
    lacking = full_study["co2"].drop_sel(emitter="textiles")
    study = full_study.with_arrays({"co2": (lacking, full_study.provenance["co2"])})
    with pytest.raises(StudyError, match="textiles"):
        measure.decoupling(study)


def test_one_common_year_is_no_change(full_study: Study) -> None:
    one = full_study["co2"].sel(year=[2020])
    study = full_study.with_arrays({"co2": (one, full_study.provenance["co2"])})
    with pytest.raises(StudyError, match="two years"):
        measure.emission_drivers(study)
    with pytest.raises(StudyError, match="two years"):
        measure.decoupling(study)
    assert hl.measure.log_mean(xr.DataArray(0.0), xr.DataArray(3.0)) == 0.0
