"""Weber's questions on studies: the built-in one, one reckoned by hand, and what they refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from hinterland import accounts, potential
from hinterland.accounts.cost import labour_cost
from hinterland.potential.siting import places_of, pulls
from hinterland.study import Result, Study, StudyError


@pytest.fixture(scope="module")
def whole(southwest: Study) -> Study:
    return accounts.complete(southwest)


@pytest.fixture(scope="module")
def results(whole: Study) -> dict[str, Result]:
    return {result.name: result for result in potential.location(whole)}


def test_pulls_are_the_freight_of_a_unit_of_output(full_study: Study) -> None:
    whole = accounts.complete(full_study)
    table = accounts.estimate_mrio(whole)
    found = pulls(whole, table)
    at = [full_study.industries.index(i) for i in full_study.transferable]
    gross = accounts.national_output(whole).to_numpy()
    used = whole["io_domestic"].to_numpy() / gross
    rate = np.array([0.04, 0.04, 0.04, 0.0]) / 1000  # services carry no freight
    assert found.inputs.sum(0) == pytest.approx((rate @ used)[at])
    assert found.markets.sum(0) == pytest.approx(rate[at]), "all of the product goes somewhere"
    assert found.index == pytest.approx((rate @ used)[at] / rate[at])
    textiles = 0
    made = whole["output"].sel(industry="farming").to_numpy()
    only_farming = np.zeros_like(found.inputs[:, textiles])
    for j, name in enumerate(full_study.industries):
        x = whole["output"].sel(industry=name).to_numpy()
        only_farming += rate[j] * used[j, at[textiles]] * x / x.sum()
    assert found.inputs[:, textiles] == pytest.approx(only_farming)
    assert made.sum() > 0


def test_points_lie_among_the_places_and_cost_no_more_than_any(
    whole: Study, results: dict[str, Result]
) -> None:
    frame, places = results["weber_points"].frame, places_of(whole)
    assert tuple(frame["industry"]) == whole.transferable
    assert frame["lon"].between(places[:, 0].min(), places[:, 0].max()).all()
    lines = results["isodapanes"].frame.merge(
        frame[["industry", "transport_cost"]], on="industry", suffixes=("", "_best")
    )
    gap = lines["transport_cost"] - lines["transport_cost_best"]
    assert gap.to_numpy() == pytest.approx(lines["extra_transport"].to_numpy(), abs=1e-12)
    assert (lines["extra_transport"] >= 0).all()
    assert set(frame["region"]) <= set(whole.regions)
    at = frame[frame["at_place"]]
    for row in at.itertuples():
        mine = lines[(lines["industry"] == row.industry) & (lines["region"] == row.region)]
        assert float(mine["extra_transport"].iloc[0]) == pytest.approx(0.0, abs=1e-12)


def test_inside_the_critical_isodapane_the_saving_is_worth_the_way(results: dict[str, Result]) -> None:
    frame = results["isodapanes"].frame
    inside = frame["inside"] == "yes"
    assert (inside == (frame["labour_saving"] >= frame["extra_transport"])).all()
    assert inside.any() and not inside.all()
    assert (frame["margin_low"] <= frame["margin"]).all() and (frame["margin"] <= frame["margin_high"]).all()
    known = frame.dropna(subset=["break_even"])
    assert (known["labour_saving"] > 0).all()
    at_rate = known["labour_saving"] - known["extra_transport"] * known["break_even"] / 0.04
    assert at_rate.to_numpy() == pytest.approx(np.zeros(len(known)), abs=1e-12)


def test_the_margin_over_the_origins_is_labour_and_transport(
    whole: Study, results: dict[str, Result]
) -> None:
    cost = labour_cost(whole)
    assert cost is not None
    frame = results["isodapanes"].frame.set_index(["industry", "region"])
    level = frame.loc["metals", "transport_cost"] + cost[0].sel(industry="metals").to_series()
    made = whole["output"].sel(industry="metals").to_series()[list(whole.origins)]
    typical = float((level[list(whole.origins)] * made).sum() / made.sum())
    assert frame.loc[("metals", "CN-SC"), "margin_origins"] == pytest.approx(typical - level["CN-SC"])


def test_the_map_is_a_full_grid_with_its_least_near_the_point(
    whole: Study, results: dict[str, Result]
) -> None:
    frame = results["isodapane_map"].frame
    assert len(frame) == frame["lon"].nunique() * frame["lat"].nunique()
    assert frame["extra_transport"].min() >= 0
    best = frame.loc[frame["extra_transport"].idxmin()]
    points = results["weber_points"].frame
    assert abs(best["lon"] - points["lon"].median()) < 3 and abs(best["lat"] - points["lat"].median()) < 3
    places = places_of(whole)
    assert frame["lon"].min() < places[:, 0].min() and frame["lat"].max() > places[:, 1].max()


def test_sites_among_the_hosts_serve_all_demand(whole: Study, results: dict[str, Result]) -> None:
    frame = results["site_medians"].frame
    for p, rows in frame.groupby("sites"):
        assert rows["chosen"].sum() == p
        assert rows["served_share"].sum() == pytest.approx(1.0)
        assert (rows.loc[~rows["chosen"], "served_share"] == 0).all()
    assert frame.groupby("sites")["mean_distance"].first().is_monotonic_decreasing
    assert set(frame["host"]) == set(whole.hosts)


def test_dearer_freight_draws_no_one_elsewhere_but_makes_the_way_dearer(
    whole: Study, results: dict[str, Result]
) -> None:
    twice = potential.location(whole.with_parameter("accounts.freight_rate", 0.08))
    there = {result.name: result.frame for result in twice}
    here = results["weber_points"].frame
    assert there["weber_points"]["lon"].to_numpy() == pytest.approx(here["lon"].to_numpy(), abs=1e-6)
    assert there["weber_points"]["transport_cost"].to_numpy() == pytest.approx(
        2 * here["transport_cost"].to_numpy()
    )


def test_a_study_without_wages_says_nothing_of_the_critical_isodapane(full_study: Study) -> None:
    found = potential.location(full_study.with_parameter("accounts.compensation_item", "nothing"))[1].frame
    assert set(found["inside"]) == {"unknown"}
    assert found["labour_saving"].isna().all() and found["extra_transport"].notna().all()


def test_places_without_coordinates_and_cells_of_no_width_are_refused(full_study: Study) -> None:
    regions = full_study.frames["regions"].copy()
    regions["lon"] = ""
    nowhere = replace(full_study, frames={**full_study.frames, "regions": regions})
    with pytest.raises(StudyError, match="needs coordinates"):
        places_of(nowhere)
    with pytest.raises(StudyError, match="distances"):
        potential.location(nowhere)
    with pytest.raises(StudyError, match="cells of the map"):
        potential.location(full_study.with_parameter("potential.isodapane_step", 0))


def test_the_same_results_every_time(whole: Study, results: dict[str, Result]) -> None:
    for again in potential.location(whole):
        pd.testing.assert_frame_equal(again.frame, results[again.name].frame, check_exact=True)
