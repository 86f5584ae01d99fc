"""Capital and the improved gradient: the inventory's recursion, shares only, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hinterland import accounts, potential
from hinterland.study import Study, StudyError

PLAIN = hnp.arrays(float, (3, 4), elements=st.floats(0.1, 1e4))


def table(values: np.ndarray) -> xr.DataArray:
    regions, industries = (list("abc")[: values.shape[0]], list("wxyz")[: values.shape[1]])
    return xr.DataArray(values, {"region": regions, "industry": industries}, ("region", "industry"))


def test_the_inventory_keeps_a_steady_state() -> None:
    """Investment that grows by 5 % with depreciation 10 %: the stock grows by 5 % as well."""
    years = np.arange(2000, 2020)
    flow = xr.DataArray(
        100 * 1.05 ** np.arange(20)[None, :], {"region": ["a"], "year": years}, ("region", "year")
    )
    stock = potential.perpetual_inventory(flow, 0.1)
    assert stock.isel(year=0).item() == pytest.approx(100 * 1.05 / 0.15)
    growth = stock.values[0, 1:] / stock.values[0, :-1]
    assert np.allclose(stock.values[0, 1:], 0.9 * stock.values[0, :-1] + flow.values[0, 1:])
    assert growth == pytest.approx(np.full(19, 1.05))


def test_an_unknown_investment_makes_later_stocks_unknown() -> None:
    flow = xr.DataArray(
        [[1.0, 2.0, np.nan, 4.0]], {"region": ["a"], "year": [1, 2, 3, 4]}, ("region", "year")
    )
    assert np.isnan(potential.perpetual_inventory(flow, 0.1).values[0]).tolist() == [False, False, True, True]


@settings(deadline=None, max_examples=25)
@given(PLAIN, PLAIN, PLAIN, st.floats(0.01, 100))
def test_the_improved_gradient_knows_only_shares_of_capital(x, v, k, factor) -> None:
    labour = table(np.ones((3, 4)))
    one = potential.improved_gradient(table(x), table(v), labour, table(k))
    assert np.allclose(one, potential.improved_gradient(table(x), table(v), labour, table(k * factor)))
    same = potential.improved_gradient(table(x), table(v), labour, table(v))
    assert np.allclose(same, potential.gradient_coefficient(table(x), table(v), labour)), (
        "capital as value added"
    )


def test_improved_gradient_of_the_built_in_study(southwest: Study) -> None:
    result = potential.gradient_improved(southwest)
    frame = result.frame.set_index(["region", "industry"])
    product = frame["gradient"] * frame["capital_productivity"]
    assert np.allclose(product, frame["gradient_improved"], equal_nan=True)
    assert frame.loc["CN-XZ", "gradient_improved"].isna().all() and "Tibet" in result.note.en
    plain = potential.gradient(southwest).frame.set_index(["region", "industry"])["gradient"]
    assert np.allclose(frame["gradient"], plain.loc[frame.index], equal_nan=True)
    for column in result.figures:
        assert column.status == "estimated" and column.sources
    # an odd cell of the old table must not rule the rest
    known = frame["capital_productivity"].dropna()
    assert known[known > 0].quantile(0.99) < 12


def test_capital_keeps_the_totals_of_regions_and_industries(southwest: Study) -> None:
    whole = accounts.complete(southwest)
    output = whole["gross_output"].sel(year=2017, drop=True).transpose("region", "industry").drop_attrs()
    capital, how = potential.capital_stock(whole, output)
    worn = whole["io_value_added"].sel(item="depreciation", drop=True).drop_attrs()
    shares = capital.sum("region") / capital.sum()
    assert np.allclose(shares, (worn / worn.sum()).reindex(industry=shares.industry), atol=1e-9)
    assert how.status == "estimated" and "perpetual inventory" in how.method.en


def test_without_investment_the_mend_is_named(full_study: Study, small_study: Study) -> None:
    with pytest.raises(StudyError, match=r"potential\.investment"):
        potential.gradient_improved(full_study)
    with pytest.raises(StudyError, match="employment"):
        potential.gradient_improved(small_study)


def test_the_gap_is_the_log_of_the_ratio_and_covers_every_pair(southwest: Study) -> None:
    result = potential.gradient_gap(southwest)
    assert len(result.frame) == len(southwest.transferable) * 10 * 6
    row = result.frame.iloc[0]
    assert row["gradient_gap"] == pytest.approx(np.log(row["gradient_origin"] / row["gradient_host"]))
    none = result.frame[result.frame["gradient_host"].isna()]
    assert none["gradient_gap"].isna().all()
