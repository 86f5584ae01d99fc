"""Identities of concentration, specialisation, shift-share's extensions and structural change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from measure_made import FEW, NO_DEADLINE, PLAIN, TABLE, table

from hinterland import measure
from hinterland.measure import significance

BELTS = pd.Series({"r0": "a", "r1": "b", "r2": "a", "r3": "b"})


@NO_DEADLINE
@given(PLAIN)
def test_theil_is_between_plus_within_belts(values: np.ndarray) -> None:
    share = measure.industry_share(table(values))
    whole, between = measure.theil(share), measure.theil_between(share, BELTS)
    within = xr.zeros_like(whole)
    for belt in ("a", "b"):  # Theil of each belt by itself, weighted by the belt's share
        members = [r for r in share.region.values if BELTS[r] == belt]
        part = share.sel(region=members)
        mine = part.sum("region")
        within = within + mine * measure.theil(part / mine)
    assert np.allclose(whole, between + within, atol=1e-12)
    assert (between >= -1e-12).all() and (within >= -1e-12).all()


@NO_DEADLINE
@given(TABLE)
def test_indices_of_concentration_stay_within_their_bounds(values: np.ndarray) -> None:
    share = measure.industry_share(table(values))
    known = share.notnull().all("region")
    for index, least, most in (
        (measure.herfindahl(share), 0.25, 1.0),
        (measure.gini(share), 0.0, 0.75),
        (measure.theil(share), 0.0, np.log(4)),
    ):
        inside = index.where(known, drop=True)
        assert ((inside >= least - 1e-9) & (inside <= most + 1e-9)).all()
        assert index.isnull().equals(~known)


def test_even_and_lone_industries_are_the_ends_of_every_index() -> None:
    values = np.array([[1.0, 5.0], [1.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    share = measure.industry_share(table(values))
    assert measure.herfindahl(share).values == pytest.approx([0.25, 1.0])
    assert measure.gini(share).values == pytest.approx([0.0, 0.75])
    assert measure.theil(share).values == pytest.approx([0.0, np.log(4)])


def test_gini_of_shares_reckoned_by_hand() -> None:
    """Shares 0.1, 0.2, 0.3, 0.4: (-3 x .1 - .2 + .3 + 3 x .4) / 4 = 0.25."""
    share = table(np.array([[0.4], [0.1], [0.3], [0.2]]))
    assert float(measure.gini(share).item()) == pytest.approx(0.25)


@NO_DEADLINE
@given(PLAIN, st.floats(0.0, 0.9))
def test_ellison_glaeser_without_plants_is_the_raw_index(values: np.ndarray, plants: float) -> None:
    share = measure.industry_share(table(values))
    size = measure.industry_share(table(values).sum("industry"))
    raw = measure.raw_concentration(share, size)
    herfindahl = xr.full_like(raw, plants)
    gamma = measure.ellison_glaeser(share, size, herfindahl)
    assert np.allclose(gamma * (1 - plants) + plants, raw, atol=1e-12)
    g = ((share - size) ** 2).sum("region")
    x = (size**2).sum()
    assert np.allclose(gamma, (g - (1 - x) * plants) / ((1 - x) * (1 - plants)), atol=1e-9)


def test_a_lone_plant_has_no_ellison_glaeser_index() -> None:
    share = measure.industry_share(table(np.ones((4, 3))))
    size = measure.industry_share(table(np.ones((4, 3))).sum("industry"))
    assert measure.ellison_glaeser(share, size, xr.DataArray([1.0, 0.2, 0.0], dims="industry")).isnull()[0]


@NO_DEADLINE
@given(PLAIN)
def test_finger_kreinin_is_one_less_half_of_krugman(values: np.ndarray) -> None:
    found, apart = measure.finger_kreinin(table(values)), measure.krugman(table(values))
    assert np.allclose(found, 1 - apart / 2, atol=1e-12)
    assert np.allclose(np.diag(found), 1.0)
    assert ((apart >= 0) & (apart <= 2 + 1e-12)).all()


def test_two_regions_with_nothing_in_common() -> None:
    values = np.array([[1.0, 0.0], [0.0, 7.0]])
    assert measure.krugman(table(values)).sel(region="r0", region_to="r1").item() == pytest.approx(2.0)
    assert measure.finger_kreinin(table(values)).sel(region="r0", region_to="r1").item() == 0.0
    assert measure.krugman_of_nation(table(values)).values == pytest.approx([2.0, 2.0])
    nothing = measure.krugman(table(np.array([[1.0, 1.0], [0.0, 0.0]])))
    assert nothing.sel(region="r1").isnull().all(), "a region that makes nothing is unlike nobody"


@FEW
@given(PLAIN, PLAIN)
def test_the_competitive_effect_is_split_exactly(before: np.ndarray, after: np.ndarray) -> None:
    start, end = table(before), table(after)
    whole = measure.competitive_effect(start, end)
    esteban = measure.net_competitive_effect(start, end) + measure.allocation_effect(start, end)
    scale = float(np.abs(measure.net_competitive_effect(start, end)).max()) + 1e6
    assert np.allclose(esteban, whole, atol=1e-9 * scale)
    homothetic = measure.homothetic_output(start)
    assert np.allclose(homothetic.sum("industry"), start.sum("industry"))
    assert np.allclose(homothetic.sum("region"), start.sum("region"))


@NO_DEADLINE
@given(PLAIN, PLAIN)
def test_arcelus_regional_growth_sums_to_the_region_s_lead(before: np.ndarray, after: np.ndarray) -> None:
    start, end = table(before), table(after)
    growth = measure.regional_growth_effect(start, end).sum("industry")
    lead = end.sum("industry") - start.sum("industry") * (end.sum() / start.sum())
    assert np.allclose(growth, lead, atol=1e-6 * max(1.0, after.sum() / before.sum()))


def test_relative_net_flow_is_the_competitive_effect() -> None:
    assert measure.relative_net_flow is measure.competitive_effect


def test_growth_from_nothing_has_no_rate() -> None:
    before = np.ones((4, 3))
    before[0, 0] = 0.0
    start, end = table(before), table(np.ones((4, 3)) * 2)
    assert measure.net_competitive_effect(start, end).isnull().values.sum() == 1
    assert measure.regional_growth_effect(start, end).notnull().all()


@FEW
@given(PLAIN, PLAIN, st.floats(0.01, 100))
def test_moore_s_angle_sees_only_proportions(before: np.ndarray, after: np.ndarray, factor: float) -> None:
    start, end = table(before), table(after)
    angle = measure.moore(start, end)
    assert ((angle >= 0) & (angle <= 90 + 1e-6)).all()
    assert np.allclose(measure.moore(start, end * factor), angle, atol=1e-6)
    assert np.allclose(measure.moore(start, start * factor), 0.0, atol=1e-5)
    cosine = (start * end).sum("industry") / np.sqrt((start**2).sum("industry") * (end**2).sum("industry"))
    assert np.allclose(np.cos(np.radians(angle)), cosine, atol=1e-9)


def test_moore_and_turnover_reckoned_by_hand() -> None:
    """(1, 1, 0) to (1, 0, 1): cosine 1/2, so 60 degrees; half of output changed industry."""
    start, end = table(np.array([[1.0, 1.0, 0.0]])), table(np.array([[1.0, 0.0, 1.0]]))
    assert float(measure.moore(start, end).item()) == pytest.approx(60.0)
    assert float(measure.turnover(start, end).item()) == pytest.approx(0.5)


def sectors(values: list[float]) -> xr.DataArray:
    return xr.DataArray(values, {"sector": ["one", "two", "three"]}, ("sector",))


@NO_DEADLINE
@given(st.lists(st.floats(0.1, 1e4), min_size=3, max_size=3), st.floats(0.01, 100))
def test_rationalisation_is_nothing_where_productivity_is_the_same(jobs: list[float], rate: float) -> None:
    labour = sectors(jobs)
    assert float(measure.rationalisation(labour * rate, labour)) == pytest.approx(0.0, abs=1e-12)
    assert float(measure.rationalisation(sectors([1.0, 2.0, 3.0]), labour)) >= -1e-12


def test_rationalisation_and_advancement_reckoned_by_hand() -> None:
    """Y 10, 40, 50 of 100; L 40, 30, 30 of 100: sum of y ln(y/l)."""
    added, jobs = sectors([10.0, 40.0, 50.0]), sectors([40.0, 30.0, 30.0])
    by_hand = 0.1 * np.log(0.1 / 0.4) + 0.4 * np.log(0.4 / 0.3) + 0.5 * np.log(0.5 / 0.3)
    assert float(measure.rationalisation(added, jobs)) == pytest.approx(by_hand)
    assert float(measure.advancement(added, "three", "two")) == pytest.approx(1.25)
    assert measure.rationalisation(added, sectors([40.0, 0.0, 60.0])).isnull(), "output of nobody"


@FEW
@given(PLAIN)
def test_the_error_of_a_quotient_is_its_gradient_s_length(values: np.ndarray) -> None:
    """Against derivatives of ln LQ by finite differences, cell by cell."""
    found = measure.quotient_error(table(values), 1.0).to_numpy()
    logs = np.log(measure.quotient(table(values)).to_numpy())
    step, squares = 1e-6, np.zeros_like(values)
    for at in np.ndindex(values.shape):
        moved = values.copy()
        moved[at] *= 1 + step
        squares += ((np.log(measure.quotient(table(moved)).to_numpy()) - logs) / step) ** 2
    assert np.allclose(found**2, squares, rtol=1e-3, atol=1e-4)


def test_the_error_of_counts_is_that_of_multinomial_draws() -> None:
    rng = np.random.default_rng(7)
    share = np.array([[0.1, 0.2], [0.3, 0.4]])
    draws = rng.multinomial(20_000, share.ravel(), size=4000).reshape(-1, 2, 2).astype(float)
    lq = (draws / draws.sum(2, keepdims=True)) / (
        draws.sum(1, keepdims=True) / draws.sum((1, 2), keepdims=True)
    )
    ours = measure.quotient_error_of_counts(table(share * 20_000)).to_numpy()
    # 4000 draws know a standard deviation to about 1.1 per cent; four times that is a fair bound
    assert np.allclose(np.log(lq).std(axis=0), ours, rtol=0.045)


def test_a_region_that_stands_out_is_flagged_and_an_absent_industry_is_not() -> None:
    lq = table(np.array([[1.0, 1.0], [1.1, 0.0], [0.9, 0.0], [20.0, 2.0]]))
    z = measure.standardised(lq)
    logs = np.log([1.0, 1.1, 0.9, 20.0])
    assert z.sel(industry="i0").values == pytest.approx((logs - logs.mean()) / logs.std(ddof=1))
    assert z.sel(industry="i1").isnull().all(), "two regions make no distribution"
    assert significance.STANDINGS == ("above", "below", "unclear")
