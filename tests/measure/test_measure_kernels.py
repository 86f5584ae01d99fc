"""Identities that must hold on any output table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hinterland.measure import (
    by_class,
    change_of_share,
    class_share,
    competitive_effect,
    cosine,
    industry_share,
    mix_effect,
    national_effect,
    quotient,
    share_change_in_money,
    symmetric,
)
from hinterland.study import StudyError

SHAPE = (4, 3)
NO_DEADLINE = settings(deadline=None)  # a loaded machine is slow, not wrong
# zero or a plain size: sums of such numbers neither vanish nor overflow, so a tolerance near rounding is fair
CELL = st.one_of(st.just(0.0), st.floats(0.01, 1e6))
TABLE = hnp.arrays(float, SHAPE, elements=CELL)
PLAIN = hnp.arrays(float, SHAPE, elements=st.floats(0.01, 1e6))


def table(values: np.ndarray) -> xr.DataArray:
    regions, industries = [f"r{i}" for i in range(SHAPE[0])], [f"i{i}" for i in range(SHAPE[1])]
    return xr.DataArray(values, {"region": regions, "industry": industries}, ("region", "industry"))


@NO_DEADLINE
@given(TABLE)
def test_shares_sum_to_one_or_are_unknown(values: np.ndarray) -> None:
    share = industry_share(table(values))
    produced = values.sum(axis=0) > 0
    assert np.allclose(share.sum("region").values[produced], 1.0, rtol=1e-12)
    assert share.isnull().values[:, ~produced].all()
    assert not share.isnull().values[:, produced].any()


@NO_DEADLINE
@given(TABLE, TABLE)
def test_changes_of_share_sum_to_zero(before: np.ndarray, after: np.ndarray) -> None:
    change = change_of_share(table(before), table(after))
    assert np.allclose(change.sum("region"), 0.0, atol=1e-12)
    money = share_change_in_money(change, table(after))
    assert np.allclose(money.sum("region"), 0.0, atol=1e-6)


@NO_DEADLINE
@given(TABLE, TABLE)
def test_shift_share_sums_to_the_change(before: np.ndarray, after: np.ndarray) -> None:
    start, end = table(before), table(after)
    parts = national_effect(start, end) + mix_effect(start, end) + competitive_effect(start, end)
    known = (before.sum(axis=0) > 0)[None, :] & np.ones(SHAPE, dtype=bool)
    scale = max(before.max(), after.max(), 1.0) * after.sum() / max(before.sum(), 0.01)
    assert np.allclose(parts.values[known], (after - before)[known], atol=1e-9 * max(scale, 1e6), rtol=1e-9)
    assert parts.isnull().values[~known].all()


@NO_DEADLINE
@given(PLAIN, PLAIN)
def test_competitive_effects_cancel_over_regions(before: np.ndarray, after: np.ndarray) -> None:
    effect = competitive_effect(table(before), table(after))
    assert np.allclose(effect.sum("region"), 0.0, atol=1e-6)


@NO_DEADLINE
@given(PLAIN)
def test_location_quotients_average_to_one(values: np.ndarray) -> None:
    lq = quotient(table(values))
    regions, industries = values.sum(axis=1) / values.sum(), values.sum(axis=0) / values.sum()
    assert np.allclose((lq.values * regions[:, None]).sum(axis=0), 1.0, rtol=1e-9)
    assert np.allclose((lq.values * industries[None, :]).sum(axis=1), 1.0, rtol=1e-9)
    assert (np.abs(symmetric(lq)) < 1).all()


@NO_DEADLINE
@given(PLAIN, st.floats(0.001, 1000))
def test_location_quotients_do_not_depend_on_the_unit(values: np.ndarray, factor: float) -> None:
    assert np.allclose(quotient(table(values)), quotient(table(values * factor)), rtol=1e-9)


@NO_DEADLINE
@given(TABLE)
def test_class_shares_sum_to_one(values: np.ndarray) -> None:
    classes = pd.Series({"i0": "a", "i1": "b", "i2": "a"})
    share = class_share(table(values), classes)
    produced = values.sum(axis=1) > 0
    assert np.allclose(share.sum("factor_class").values[produced], 1.0)
    assert share.isnull().sel(region=[f"r{i}" for i in np.flatnonzero(~produced)]).all()


def test_nothing_is_never_zero() -> None:
    values = np.ones(SHAPE)
    values[:, 1] = 0.0
    values[2, :] = 0.0
    lq = quotient(table(values))
    assert lq.sel(industry="i1").isnull().all(), "an industry nobody has"
    assert lq.sel(region="r2").isnull().all(), "a region that makes nothing"
    assert lq.sel(region="r0", industry="i0") == pytest.approx(1.0)


def test_an_unknown_cell_makes_the_total_unknown() -> None:
    values = np.ones(SHAPE)
    values[0, 0] = np.nan
    share = industry_share(table(values))
    assert share.sel(industry="i0").isnull().all()
    assert share.sel(industry="i1").notnull().all()
    assert (
        by_class(table(values), pd.Series({"i0": "a", "i1": "a", "i2": "b"}))
        .sel(region="r0", factor_class="a")
        .isnull()
    )


def test_labels_that_do_not_agree_are_refused() -> None:
    with pytest.raises(ValueError, match="region"):
        change_of_share(table(np.ones(SHAPE)), table(np.ones(SHAPE)).isel(region=[0, 1]))


def test_an_industry_without_class_is_named() -> None:
    with pytest.raises(StudyError, match="i2"):
        by_class(table(np.ones(SHAPE)), pd.Series({"i0": "a", "i1": "b"}))


@NO_DEADLINE
@given(PLAIN)
def test_similarity_is_a_cosine_of_proportions(values: np.ndarray) -> None:
    found = cosine(table(values)).to_numpy()
    assert ((found >= 0) & (found <= 1)).all()
    assert np.allclose(np.diag(found), 1.0) and np.allclose(found, found.T)
    scaled = values * np.array([[2.0], [0.5], [7.0], [1.0]])
    assert np.allclose(cosine(table(scaled)).to_numpy(), found), "only proportions matter"
    a, b = values[0], values[1]
    assert found[0, 1] == pytest.approx(min((a @ b) / np.sqrt((a @ a) * (b @ b)), 1.0))


def test_a_region_that_makes_nothing_is_like_nobody() -> None:
    values = np.ones(SHAPE)
    values[1] = 0.0
    assert np.isnan(cosine(table(values)).to_numpy()[1]).all()
