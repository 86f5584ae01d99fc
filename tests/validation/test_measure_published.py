"""Published answers for location quotient, shift-share and the Southwest's share of output.

Tolerances: textbook figures are printed to 7 digits (LQ) or are whole numbers (shift-share, exact to
rounding); the shares are published to two decimals of a per cent, so half a unit of the last digit.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import hinterland as hl
from hinterland import measure


def test_location_quotient_of_a_regional_industry() -> None:
    """1714 of 79 006 jobs in the region, 879 213 of 15 593 224 in the nation: LQ = 0.3847623."""
    jobs = np.array([[1714.0, 79006 - 1714.0], [879213 - 1714.0, 15593224 - 79006 - (879213 - 1714.0)]])
    table = xr.DataArray(
        jobs, {"region": ["here", "elsewhere"], "industry": ["it", "rest"]}, ("region", "industry")
    )
    lq = measure.quotient(table).sel(region="here", industry="it")
    assert float(lq) == pytest.approx(0.3847623, abs=5e-8)


def test_shift_share_of_four_industries() -> None:
    """Region A: +25 in all = national 27 + mix 1 - competitive 3."""
    start, end = np.array([90.0, 20, 10, 60]), np.array([100.0, 40, 10, 55])
    nation_start, nation_end = np.array([400.0, 150, 150, 400]), np.array([440.0, 210, 135, 480])
    coords = {"region": ["A", "rest"], "industry": list("1234")}
    before = xr.DataArray(np.stack([start, nation_start - start]), coords, ("region", "industry"))
    after = xr.DataArray(np.stack([end, nation_end - end]), coords, ("region", "industry"))

    def of_a(effect: xr.DataArray) -> float:
        return float(effect.sel(region="A").sum())

    assert of_a(after - before) == pytest.approx(25)
    assert of_a(measure.national_effect(before, after)) == pytest.approx(27)
    assert of_a(measure.mix_effect(before, after)) == pytest.approx(1)
    assert of_a(measure.competitive_effect(before, after)) == pytest.approx(-3)


def test_the_southwests_share_of_output() -> None:
    """10.86, 9.40, 9.14, 10.19 and 11.71 per cent of gross output, 1997 to 2017."""
    result = measure.host_share(hl.open_study("southwest"))
    shares = result.frame.set_index("year")["host_share"] * 100
    published = {1997: 10.86, 2002: 9.40, 2007: 9.14, 2012: 10.19, 2017: 11.71}
    assert list(shares.index) == list(published)
    assert shares.to_list() == pytest.approx(list(published.values()), abs=0.005)


def test_the_southwests_share_of_industries_that_can_move() -> None:
    """Summed by hand from the output table: six provinces over all 31, the industries marked transferable."""
    study = hl.open_study("southwest")
    found = measure.host_share(study).frame.set_index("year")["host_share_movable"]
    folder = Path(hl.__file__).parent / "studies" / "southwest"
    output, industries = (pd.read_csv(folder / f"{name}.csv") for name in ("gross_output", "industries"))
    can = output[output["industry"].isin(industries.loc[industries["transferable"] == "yes", "industry"])]
    inside = can[can["region"].isin(study.hosts)].groupby("year")["gross_output"].sum()
    expected = inside / can.groupby("year")["gross_output"].sum()
    assert found.to_dict() == pytest.approx(expected.to_dict())


def test_the_southwests_share_of_electronics() -> None:
    """Read off the output table by hand: six provinces over all 31, electronics."""
    study = hl.open_study("southwest")
    frame = measure.host_share_by_industry(study).frame.set_index(["industry", "year"])["host_share"]
    table = study["gross_output"].sel(industry="electronics")
    for year in (1997, 2002, 2007, 2012, 2017):
        inside = sum(float(table.sel(region=region, year=year)) for region in study.hosts)
        whole = sum(float(table.sel(region=region, year=year)) for region in study.regions)
        assert frame["electronics", year] == pytest.approx(inside / whole, rel=1e-12)
    assert frame["electronics", 2017] == pytest.approx(0.1015, abs=5e-5)


def test_concentration_and_specialisation_as_printed_elsewhere() -> None:
    """Herfindahl 0.34, Gini 0.3 and 0.5009, Ellison-Glaeser 0.05990628, Krugman 2: to the digits printed."""
    sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "_ext"))
    from measure_comparisons import measures

    found = list(measures())
    assert len(found) == 5
    for what, published, ours, tolerance, _ in found:
        assert ours == pytest.approx(published, abs=tolerance), what
