"""The small studies open, and the built-in study keeps its known properties."""

from __future__ import annotations

import numpy as np
import pytest

from hinterland.study import Study


def test_small_study_opens(small_study: Study) -> None:
    assert small_study["gross_output"].sizes == {"region": 3, "industry": 4, "year": 3}
    assert small_study.unit("money") == "million EUR"
    balance = (
        small_study["io_domestic"].sum("industry") + small_study["final_domestic"].sum("category")
    ).to_numpy() - (
        small_study["io_domestic"].sum("row")
        + small_study["io_imported"].sum("row")
        + small_study["io_value_added"].sum("item")
    ).to_numpy()
    np.testing.assert_allclose(balance, 0, atol=1e-9)


def test_tiny_study_opens(tiny_study: Study) -> None:
    assert tiny_study.origins == ("east", "north")
    assert tiny_study.hosts == ("south", "west")
    assert tiny_study["landed_cost"].sizes == {"industry": 2, "origin": 2, "host": 2}


def test_full_study_opens(full_study: Study) -> None:
    assert "co2" in full_study and "employment" in full_study


def test_southwest_share_of_national_output(southwest: Study) -> None:
    gross = southwest["gross_output"].sum("industry")
    share = 100 * gross.sel(region=list(southwest.hosts)).sum("region") / gross.sum("region")
    assert share.round(2).to_series().to_dict() == {
        1997: 10.86,
        2002: 9.40,
        2007: 9.14,
        2012: 10.19,
        2017: pytest.approx(11.71),
    }
