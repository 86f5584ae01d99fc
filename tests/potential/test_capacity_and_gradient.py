"""Capacity and gradient as a user gets them, and what they refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from hinterland import measure, potential
from hinterland.study import Study, StudyError


def with_parameters(study: Study, **options: Any) -> Study:
    return replace(study, config={**study.config, "parameters": {"potential": options}})


def with_list(study: Study, **changed: Any) -> Study:
    table = study.frames["indicator_list"].copy()
    for column, value in changed.items():
        table[column] = value
    return replace(study, frames={**study.frames, "indicator_list": table})


@pytest.fixture(scope="module")
def results(southwest: Study) -> dict[str, Any]:
    return {result.name: result for result in potential.capacity(southwest)}


def test_every_region_is_scored_with_an_interval_that_holds_its_rank(
    southwest: Study, results: dict[str, Any]
) -> None:
    frame = results["capacity"].frame
    assert tuple(frame["region"]) == southwest.regions
    assert frame["score"].between(0, 1).all()
    assert sorted(frame["rank"]) == list(range(1, len(frame) + 1))
    assert (frame["rank_low"] <= frame["rank"]).all() and (frame["rank"] <= frame["rank_high"]).all()
    hosts = frame[frame["region"].isin(southwest.hosts)]
    assert sorted(hosts["host_rank"]) == list(range(1, len(hosts) + 1))
    assert frame.loc[~frame["region"].isin(southwest.hosts), "host_rank"].isna().all()


def test_weights_sum_to_one_and_say_the_year_of_each_indicator(
    southwest: Study, results: dict[str, Any]
) -> None:
    frame = results["capacity_weights"].frame
    for name in ("weight", "equal_weight", "critic_weight"):
        assert frame[name].sum() == pytest.approx(1.0)
    listed = southwest.frames["indicator_list"]
    assert set(frame["indicator"]) <= set(listed.loc[listed["pillar"].astype(str).str.len() > 2, "indicator"])
    years = frame.set_index("indicator")["year"]
    assert years["so2_emission"] == 2016, "the last year that covers the regions"
    assert years["rd_intensity"] == 2023


def test_every_pillar_scores_every_region(southwest: Study, results: dict[str, Any]) -> None:
    frame = results["capacity_pillars"].frame
    assert set(frame["pillar"]) == {"attraction", "support", "development", "environment"}
    assert len(frame) == 4 * len(southwest.regions)
    for result in results.values():
        assert all(column.status and column.sources and column.year for column in result.figures)
        assert all(column.label.en != column.name and column.label.zh for column in result.columns)
        assert result.method.en and result.method.zh


def test_a_gap_is_named_and_stays_a_gap(results: dict[str, Any]) -> None:
    frame = results["capacity_indicators"].frame.set_index(["indicator", "region"])
    cell = frame.loc[("electricity_generation_hydro", "CN-SH")]
    assert np.isnan(cell["value"]) and np.isnan(cell["normalised"])
    note = results["capacity"].note
    assert "Shanghai" in note.en and "上海" in note.zh
    known = results["capacity"].frame.set_index("region")["known_weight"]
    assert known["CN-SH"] < 1.0 and known["CN-GX"] == pytest.approx(1.0)


def test_a_region_of_which_too_little_is_known_has_no_score(southwest: Study) -> None:
    strict = with_parameters(southwest, known_weight=0.9, draws=50)
    frame = potential.capacity(strict)[0].frame.set_index("region")
    assert frame.loc["CN-SH", ["score", "rank", "rank_low", "rank_high"]].isna().all()
    assert "Too little is known to score" in potential.capacity(strict)[0].note.en


def test_the_same_seed_gives_the_same_intervals(full_study: Study) -> None:
    first, second = potential.capacity(full_study), potential.capacity(full_study)
    for a, b in zip(first, second, strict=True):
        pd.testing.assert_frame_equal(a.frame, b.frame, check_exact=True)


def test_another_country_with_three_regions(full_study: Study) -> None:
    frame = potential.capacity(full_study)[0].frame.set_index("region")
    assert sorted(frame["rank"]) == [1, 2, 3]
    assert frame["host_rank"].notna().sum() == 2


def test_a_better_indicator_raises_the_region(full_study: Study) -> None:
    data = full_study["indicators"].copy()
    data.loc[{"region": "plain", "indicator": "patents"}] = 50_000.0
    better = full_study.with_arrays({"indicators": (data, full_study.provenance["indicators"])})
    before = potential.capacity(full_study)[0].frame.set_index("region")
    after = potential.capacity(better)[0].frame.set_index("region")
    assert after.loc["plain", "score"] > before.loc["plain", "score"]


def test_a_study_without_indicators_says_what_to_add(small_study: Study) -> None:
    with pytest.raises(StudyError, match="indicator_list"):
        potential.capacity(small_study)


def test_indicators_that_belong_to_no_pillar_compare_nothing(full_study: Study) -> None:
    with pytest.raises(StudyError, match="pillar"):
        potential.capacity(with_list(full_study, pillar=""))


def test_a_fixed_year_is_kept_and_a_wrong_rule_refused(full_study: Study) -> None:
    weights = potential.capacity(with_list(full_study, year_rule="2015"))[2].frame
    assert set(weights["year"]) == {2015}
    with pytest.raises(StudyError, match="year rule 'newest'"):
        potential.capacity(with_list(full_study, year_rule="newest"))
    with pytest.raises(StudyError, match="no year"):
        potential.capacity(with_list(full_study, year_rule="1999"))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"coverage": 1.5}, "potential.coverage"),
        ({"draws": 0}, "potential.draws"),
        ({"draws": 12.5}, "potential.draws"),
        ({"known_weight": "most"}, "potential.known_weight"),
    ],
)
def test_an_option_out_of_range_is_named(full_study: Study, options: dict[str, Any], named: str) -> None:
    with pytest.raises(StudyError, match=named):
        potential.capacity(with_parameters(full_study, **options))


def test_a_direction_that_is_neither_is_named(full_study: Study) -> None:
    with pytest.raises(StudyError, match="wage"):
        potential.capacity(with_list(full_study, direction=0))


def test_a_denominator_that_is_not_there_is_named(full_study: Study) -> None:
    with pytest.raises(StudyError, match="elephants"):
        potential.capacity(with_list(full_study, denominator="elephants"))


def test_the_gradient_uses_the_location_quotient_of_measure(southwest: Study) -> None:
    result = potential.gradient(southwest)
    other = measure.location_quotient(southwest, southwest.base_year).frame
    merged = result.frame.merge(other, on=["region", "industry"], suffixes=("", "_measured"))
    assert np.allclose(
        merged["location_quotient"], merged["location_quotient_measured"], equal_nan=True, rtol=1e-12
    )
    product = result.frame["location_quotient"] * result.frame["relative_productivity"]
    assert np.allclose(product, result.frame["gradient"], equal_nan=True)
    assert result.column("gradient").status == "estimated"
    assert result.column("location_quotient").status == "observed"


def test_productivity_is_one_everywhere_when_labour_follows_value_added(full_study: Study) -> None:
    added = full_study["value_added"].sel(year=2020, drop=True)
    assert np.allclose(potential.relative_productivity(added, added * 0.02), 1.0)


def test_the_gradient_of_a_study_without_labour_says_what_to_add(small_study: Study) -> None:
    with pytest.raises(StudyError, match="employment"):
        potential.gradient(small_study)


def test_no_labour_is_unknown_productivity(full_study: Study) -> None:
    added = full_study["value_added"].sel(year=2020, drop=True)
    labour = added.copy()
    labour.loc[{"region": "coast", "industry": "farming"}] = 0.0
    found = potential.relative_productivity(added, labour)
    assert found.sel(region="coast", industry="farming").isnull()
    assert found.sel(region="hills").notnull().all()
