"""The hinterland's role: depth, supply, resilience, disparity, and the scorecard of roles."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from potential_tables import random_table, result, scorecard, with_frames, with_potential

from hinterland import potential
from hinterland.accounts import estimate_mrio
from hinterland.potential import relative_change, theil, variation
from hinterland.potential.supply import (
    hub_share,
    mean_concentration,
    openness,
    outside_concentration,
    own_share,
    partner_diversity,
    supply_shares,
)
from hinterland.study import Study, StudyError

GATEWAYS = pd.DataFrame(
    [("harbour", "coast", "Harbour", "港", 10.0, 50.0), ("pass", "border", "Pass", "关", 14.0, 49.0)],
    columns=["gateway", "kind", "name_en", "name_zh", "lon", "lat"],
)
SHOCK = pd.DataFrame(
    [("crash", "wage", 2015, 2018, 2020, "Crash", "危机")],
    columns=["shock", "indicator", "before", "trough", "after", "name_en", "name_zh"],
)


def test_depth_is_nothing_at_the_gateway(full_study: Study) -> None:
    study = with_frames(full_study, gateways=GATEWAYS)
    frame = potential.depth_table(study).frame.set_index(["gateway_kind", "region"])
    assert frame.loc[("coast", "coast"), "depth"] == pytest.approx(0.0, abs=1e-6)
    assert frame.loc[("border", "plain"), "depth"] == pytest.approx(0.0, abs=1e-6)
    assert frame.loc[("coast", "plain"), "depth"] > frame.loc[("coast", "hills"), "depth"] > 0


def test_depth_without_gateways_says_what_to_add(full_study: Study) -> None:
    with pytest.raises(StudyError, match="gateways"):
        potential.depth_table(full_study)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_shares_of_suppliers(seed: int) -> None:
    table = random_table(seed)
    shares = supply_shares(table)
    assert np.allclose(shares.sum(axis=1), 1.0)
    everything = own_share(table, table.industries)
    assert ((everything > 0) & (everything < 1)).all()
    each = outside_concentration(table)
    assert ((each >= 1 / 2 - 1e-12) & (each <= 1)).all(), "two other regions: from a half to one"
    mean = mean_concentration(table, table.industries)
    assert ((mean >= each.min(axis=0) - 1e-12) & (mean <= each.max(axis=0) + 1e-12)).all()
    assert hub_share(table).sum() == pytest.approx(1.0)
    assert (openness(table) > 0).all()
    assert ((partner_diversity(table) >= 0) & (partner_diversity(table) <= 1 / 2 + 1e-12)).all()


def test_concentration_of_the_merger_guidelines() -> None:
    """Shares 30, 30, 20, 20: an index of 2600 on the guidelines' scale (US DOJ and FTC 2010, section 5.3)."""
    table = random_table(1, regions=5, industries=1)
    flows = np.array(table.trade)
    flows[0, :, 0] = [7.0, 30, 30, 20, 20]
    changed = object.__new__(type(table))
    changed.__dict__.update({**table.__dict__, "trade": flows})
    assert outside_concentration(changed)[0, 0] == pytest.approx(0.26)


def test_a_stock_run_down_beyond_what_is_delivered_is_no_delivery() -> None:
    table = random_table(3)
    flows = np.array(table.trade)
    flows[1, 0, 0] = -0.1
    changed = object.__new__(type(table))
    changed.__dict__.update({**table.__dict__, "trade": flows})
    shares = supply_shares(changed)
    assert shares[1, 0, 0] == 0.0 and np.allclose(shares.sum(axis=1), 1.0)
    assert own_share(changed, ["i1"])[0] == 0.0


@settings(deadline=None)
@given(hnp.arrays(float, 5, elements=st.floats(1.0, 100.0)), st.floats(0.5, 2.0))
def test_a_region_that_moves_as_all_has_no_resistance_of_its_own(start: np.ndarray, factor: float) -> None:
    found = relative_change(start, start * factor)
    if abs(factor - 1) > 1e-6:
        assert np.allclose(found, 0.0, atol=1e-6)


def test_resistance_by_hand() -> None:
    found = relative_change(np.array([100.0, 100.0, np.nan]), np.array([90.0, 70.0, 50.0]))
    # the whole falls by 20 %: -10 % is half a fall better, -30 % half a fall worse
    assert np.allclose(found, [0.5, -0.5, np.nan], equal_nan=True)


def test_resilience_refuses_years_out_of_order_and_leaves_unknown_years_unknown(full_study: Study) -> None:
    with pytest.raises(StudyError, match="shocks"):
        potential.resilience(full_study)
    with pytest.raises(StudyError, match="crash"):
        potential.resilience(with_frames(full_study, shocks=SHOCK.assign(trough=2021)))
    frame = potential.resilience(with_frames(full_study, shocks=SHOCK)).frame
    assert frame["resistance"].isna().all(), "there is no year 2018"


@settings(deadline=None)
@given(
    hnp.arrays(float, 6, elements=st.floats(1.0, 100.0)), hnp.arrays(float, 6, elements=st.floats(1.0, 100.0))
)
def test_theil_is_the_sum_of_its_parts(income: np.ndarray, people: np.ndarray) -> None:
    groups = np.array(["a", "a", "b", "b", "b", "c"])
    total, between, within = theil(income, people, groups)
    assert total == pytest.approx(between + within)
    assert between >= -1e-12 and within >= -1e-12
    assert theil(people * 3, people, groups)[0] == pytest.approx(0.0, abs=1e-12)
    assert variation(people * 3, people) == pytest.approx(0.0, abs=1e-6)
    assert theil(income, people, np.array(["one"] * 6))[1] == pytest.approx(0.0, abs=1e-12)


def test_theil_against_its_definition() -> None:
    """Two regions of one person each, incomes 1 and 3: T = 1/4 ln(1/2) + 3/4 ln(3/2)."""
    total, _, _ = theil(np.array([1.0, 3.0]), np.ones(2), np.array(["a", "b"]))
    assert total == pytest.approx(0.25 * np.log(0.5) + 0.75 * np.log(1.5))


def test_disparity_needs_its_indicators_named(full_study: Study) -> None:
    with pytest.raises(StudyError, match=r"potential\.income"):
        potential.disparity(full_study)
    frame = potential.disparity(with_potential(full_study, income="patents", people="population")).frame
    assert list(frame["year"]) == [2015, 2020]
    assert np.allclose(frame["theil"], frame["theil_between"] + frame["theil_within"])


ROLE = {"assessment": "role", "topic": "green_demonstration"}


def roles(study: Study) -> Study:
    table = scorecard(
        {**ROLE, "measure": "forest"},
        {**ROLE, "measure": "patents", "denominator": "population"},
        {**ROLE, "measure": "self_sufficiency", "industries": "farming"},
        {**ROLE, "measure": "depth", "numerator": "depth_coast"},
        {**ROLE, "measure": "backup", "numerator": "result_backup_value.backup_value", "weight": 2.0},
    )
    return with_potential(with_frames(study, scorecard=table, gateways=GATEWAYS), draws=200)


def test_a_role_is_scored_on_what_is_known_and_the_rest_is_said(full_study: Study) -> None:
    measures, positions = potential.positioning(roles(full_study))
    frame = positions.frame.set_index("region")
    assert frame["score"].between(0, 1).all()
    assert (frame["rank_low"] <= frame["rank"]).all() and (frame["rank"] <= frame["rank_high"]).all()
    assert "backup" in positions.note.en and "backup_value" in positions.note.zh
    backup = measures.frame[measures.frame["measure_en"] == "backup"]
    assert backup["value"].isna().all() and (backup["status"] == "unknown").all()
    assert frame["words_en"].str.len().min() > 0 and frame["words_zh"].str.len().min() > 0


def test_places_are_by_value_where_scores_are_alike(full_study: Study) -> None:
    """Beyond a threshold all score 1, but only one region can be first."""
    water = {**ROLE, "measure": "forest", "low": 0.0, "high": 1e-9}
    less = {**ROLE, "measure": "less", "numerator": "forest", "low": 1e9, "high": 1e8}
    study = with_potential(with_frames(full_study, scorecard=scorecard(water, less)), draws=50)
    frame = potential.positioning(study)[0].frame
    for name, largest in (("forest", 1), ("less", -1)):
        mine = frame[(frame["measure_en"] == name) & frame["value"].notna()]
        assert mine["score"].nunique() == 1 and mine["value"].nunique() > 1
        expected = (-largest * mine["value"]).rank(method="min")
        assert mine["place"].tolist() == expected.tolist()


def test_backup_value_counts_when_it_is_given(full_study: Study) -> None:
    backup = result(
        "backup_value", pd.DataFrame({"host": ["hills", "plain"], "backup_value": [0.1, 0.9]}), "backup_value"
    )
    study = roles(full_study)
    before = potential.positioning(study)[1].frame.set_index("region")["score"]
    after = potential.positioning(study, given={"backup_value": backup})[1].frame.set_index("region")["score"]
    assert after["plain"] > before["plain"] and after["hills"] < before["hills"]


def test_the_southwest_has_three_roles(southwest: Study) -> None:
    study = with_potential(southwest, draws=300)
    measures, positions = potential.positioning(study, table=estimate_mrio(southwest))
    frame = positions.frame
    assert set(frame["role"]) == {"economic_security", "coordination_node", "green_demonstration"}
    hosts = frame[frame["region"].isin(study.hosts)]
    assert set(hosts["host_rank"]) == {1, 2, 3, 4, 5, 6}
    green = hosts[hosts["role"] == "green_demonstration"].set_index("region")
    assert green["host_rank"].idxmin() == "CN-XZ"
    assert all(c.sources for c in positions.figures)
    assert (measures.frame.groupby("region")["role"].nunique() == 3).all()
    depth = potential.depth_table(study).frame.set_index(["gateway_kind", "region"])["depth"]
    assert depth["coast", "CN-SC"] == pytest.approx(1083, abs=15)  # Chengdu to the Beibu Gulf
