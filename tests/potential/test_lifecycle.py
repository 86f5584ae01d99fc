"""Stages of the life cycle, saturation and the flight of industries."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hinterland.potential import flying_geese, life_cycle, logistic_saturation, substitution_trend
from hinterland.potential.flying_geese import pattern
from hinterland.potential.lifecycle import STAGES, effective_regions, role_shares, stage_draws, stages
from hinterland.study import Study, StudyError

SLOW = settings(deadline=None)
YEARS = np.array([1997.0, 2002, 2007, 2012, 2017])


@SLOW
@example(0.5, 0.3, 2019.0)
@given(st.floats(0.02, 0.6), st.floats(0.03, 0.3), st.floats(1990, 2025))
def test_the_saturation_of_an_exact_logistic(ceiling: float, rate: float, middle: float) -> None:
    curve = ceiling / (1 + np.exp(-rate * (YEARS - middle)))
    reached = curve[-1] / ceiling
    found = float(logistic_saturation(curve[None], YEARS)[0])
    if 0.3 < reached < 0.97:  # before, five points do not tell a ceiling; after, hardly its height
        assert found == pytest.approx(reached, rel=0.01), "half a step of the last grid"
    elif np.isfinite(found):
        assert 0 < found <= 1


def test_a_falling_share_has_no_ceiling_to_come() -> None:
    falling = 0.2 * np.exp(-0.05 * (YEARS - YEARS[0]))
    assert np.isnan(logistic_saturation(falling[None], YEARS)[0])


@SLOW
@given(st.floats(-0.1, 0.1), st.floats(-0.003, 0.003), st.floats(-5, 0))
def test_the_trend_of_an_exact_curve(slope: float, bend: float, level: float) -> None:
    years = np.array([1997.0, 2000, 2007, 2012, 2019])
    t = years - (years[0] + years[-1]) / 2
    odds = level + slope * t + bend * t**2
    found = substitution_trend((1 / (1 + np.exp(-odds)))[None], years)
    half = (years[-1] - years[0]) / 2
    assert found.early[0] == pytest.approx(slope - bend * half, abs=1e-9)
    assert found.late[0] == pytest.approx(slope + bend * half, abs=1e-9)
    assert found.noise == pytest.approx(0.0, abs=1e-9)


def test_an_industry_that_nobody_has_has_no_stage() -> None:
    shares = np.vstack([np.linspace(0.1, 0.2, 5), np.zeros(5)])
    found = substitution_trend(shares, YEARS)
    assert np.isfinite(found.late[0]) and np.isnan(found.late[1])
    assert list(stages(found.early, found.late, shares[:, -1], 0.01, 0.005)) == [1, -1]


@pytest.mark.parametrize(
    ("early", "late", "share", "stage"),
    [
        (0.05, 0.06, 0.002, "introduction"),
        (0.05, 0.06, 0.020, "growth"),
        (0.06, 0.05, 0.002, "growth"),
        (0.05, 0.010, 0.02, "maturity"),
        (0.05, -0.010, 0.02, "maturity"),
        (0.05, -0.011, 0.02, "decline"),
    ],
)
def test_the_declared_rules(early: float, late: float, share: float, stage: str) -> None:
    found = stages(np.array([early]), np.array([late]), np.array([share]), 0.01, 0.005)
    assert STAGES[found[0]] == stage


def test_certainty_grows_with_the_distance_from_a_threshold(southwest: Study) -> None:
    trend = substitution_trend(np.tile(np.linspace(0.1, 0.11, 5), (3, 1)), YEARS)
    trend = trend._replace(late=np.array([0.012, 0.05, 0.2]), early=np.zeros(3), noise=0.1)
    sure = stage_draws(trend, np.full(3, 0.1), YEARS, southwest)
    assert np.allclose(sure.sum(axis=1), 1.0)
    growing = sure[:, STAGES.index("growth")]
    assert growing[0] < growing[1] < growing[2] and growing[2] == 1.0 and growing[0] < 0.7


def test_effective_regions_between_one_and_all() -> None:
    output = xr.DataArray(
        [[1.0, 4.0, 0.0], [1.0, 0.0, 0.0]],
        {"region": ["a", "b"], "industry": ["even", "alone", "none"]},
        ("region", "industry"),
    )
    found = effective_regions(output)
    assert float(found.sel(industry="even")) == pytest.approx(2.0)
    assert float(found.sel(industry="alone")) == pytest.approx(1.0)
    assert found.sel(industry="none").isnull()


@pytest.mark.parametrize(
    ("origins", "hosts", "named"),
    [(-0.05, 0.02, "to_hosts"), (-0.05, 0.009, "elsewhere"), (-0.009, 0.05, "not_yet"), (np.nan, 0.1, "")],
)
def test_patterns(origins: float, hosts: float, named: str) -> None:
    assert pattern(origins, hosts, 0.01) == named


def test_shares_of_the_roles_sum_to_one(southwest: Study) -> None:
    shares = role_shares(southwest, [1997, 2007, 2017])
    assert np.allclose(shares.sum("role"), 1.0)
    assert list(shares["role"].values) == ["origin", "host", "other"]


def test_the_built_in_study(southwest: Study) -> None:
    found = life_cycle(southwest)
    frame = found.frame.set_index("industry")
    assert len(frame) == 21, "services, construction and utilities do not travel"
    assert frame["stage_share"].between(0, 1).all()
    assert frame.loc["textiles", "stage"] == "decline"
    assert frame.loc["transport_equipment", "stage"] == "growth"
    assert frame.loc["textiles", "stage_share"] > 0.8
    assert (frame["stage_share"] < 0.8).sum() > 10, "five tables leave most stages open, and it says so"
    old, left = frame["stage"].isin(["maturity", "decline"]), frame["origins_since_peak"] <= -0.01
    assert (frame["expected_to_move"] == (old & left)).all()
    assert frame["share_end"].sum() == pytest.approx(1.0)
    assert "introduction cannot be seen" in found.note.en


def test_electronics_flew_to_the_southwest(southwest: Study) -> None:
    curve, timing = flying_geese(southwest)
    one = timing.frame.set_index("industry").loc["electronics"]
    assert one["pattern"] == "to_hosts" and one["origin_peak"] == 2007
    assert one["origins_since_peak"] == pytest.approx(-0.179, abs=0.001)
    assert one["hosts_since_peak"] == pytest.approx(0.083, abs=0.001)
    assert one["host_part"] == pytest.approx(one["hosts_since_peak"] / -one["origins_since_peak"])
    assert np.allclose(curve.frame.groupby(["industry", "year"])["share"].sum(), 1.0)


def test_too_few_years_are_refused(small_study: Study) -> None:
    with pytest.raises(StudyError, match="4 years; the study 'arcadia' has 3"):
        life_cycle(small_study)
    assert len(flying_geese(small_study)[1].frame) > 0
