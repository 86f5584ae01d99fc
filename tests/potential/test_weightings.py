"""Weightings side by side, the user's own weights, and what holds regions back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hinterland import potential
from hinterland.potential import obstacle_degree
from hinterland.study import Study, StudyError


def weighted(study: Study, weights: dict[str, float], weighting: str = "entropy") -> Study:
    options: dict[str, Any] = {"weights": weights, "weighting": weighting, "draws": 50}
    return replace(study, config={**study.config, "parameters": {"potential": options}})


def by_name(study: Study) -> dict[str, pd.DataFrame]:
    return {result.name: result.frame for result in potential.capacity(study)}


def test_every_weighting_ranks_every_region(full_study: Study) -> None:
    found = by_name(weighted(full_study, {}))
    frame = found["capacity_by_weighting"]
    assert set(frame["weighting"]) == {"entropy", "critic", "equal"}
    base = frame[frame["weighting"] == "entropy"].set_index("region")["score"]
    assert np.allclose(base, found["capacity"].set_index("region")["score"])
    assert found["weighting_agreement"]["rank_correlation"].between(-1, 1).all()
    assert found["capacity_weights"]["user_weight"].isna().all()


def test_the_users_weights_are_shown_beside_and_can_be_the_base(full_study: Study) -> None:
    own = {"patents": 3.0, "wage": 1.0}
    frame = by_name(weighted(full_study, own))["capacity_weights"].set_index("indicator")
    assert frame.loc["patents", "user_weight"] == 0.75 and frame.loc["roads", "user_weight"] == 0.0
    based = by_name(weighted(full_study, own, "user"))
    assert np.allclose(based["capacity_weights"]["weight"], based["capacity_weights"]["user_weight"])
    only_patents = by_name(weighted(full_study, {"patents": 1.0}, "user"))["capacity"].set_index("region")
    assert only_patents.loc["coast", "rank"] == 1, "the coast has most patents per head"


def test_weights_in_the_list_of_indicators_count_when_study_toml_has_none(full_study: Study) -> None:
    table = full_study.frames["indicator_list"].assign(weight=["", "2", "", "2", ""])
    listed = replace(full_study, frames={**full_study.frames, "indicator_list": table})
    frame = by_name(listed)["capacity_weights"].set_index("indicator")
    assert frame.loc["wage", "user_weight"] == 0.5 and frame.loc["patents", "user_weight"] == 0.5
    both = weighted(listed, {"forest": 1.0})
    assert by_name(both)["capacity_weights"].set_index("indicator").loc["forest", "user_weight"] == 1.0


@pytest.mark.parametrize(
    ("weights", "weighting", "named"),
    [
        ({"patents": -1.0}, "entropy", "patents"),
        ({"patents": "much"}, "entropy", "patents"),
        ({"elephants": 1.0}, "entropy", "elephants"),
        ({"wage": 0.0}, "entropy", "zero"),
        ({}, "user", "potential.weighting"),
        ({}, "best", "potential.weighting"),
    ],
)
def test_weights_that_cannot_be_are_named(
    full_study: Study, weights: dict[str, Any], weighting: str, named: str
) -> None:
    with pytest.raises(StudyError, match=named):
        potential.capacity(weighted(full_study, weights, weighting))


@settings(deadline=None)
@given(hnp.arrays(float, (4, 3), elements=st.floats(0.0, 0.99)))
def test_obstacles_of_a_region_add_up_to_one(scaled: np.ndarray) -> None:
    weights = np.array([0.5, 0.3, 0.2])
    degree = obstacle_degree(scaled, weights)
    assert np.allclose(degree.sum(axis=1), 1.0) and (degree >= 0).all()
    better = scaled.copy()
    better[0, 0] = 1.0
    assert obstacle_degree(better, weights)[0, 0] == 0.0, "what is best is no obstacle"


def test_a_gap_is_no_obstacle_and_no_help() -> None:
    degree = obstacle_degree(np.array([[0.5, np.nan, 0.5], [1.0, 1.0, 1.0]]), np.full(3, 1 / 3))
    assert np.array_equal(degree[0], [0.5, np.nan, 0.5], equal_nan=True)
    assert np.isnan(degree[1]).all(), "best in everything: nothing holds it back"


def test_the_southwest_is_held_back_by_what_it_lacks(southwest: Study) -> None:
    found = by_name(weighted(southwest, {}))
    frame = found["obstacles"]
    assert np.allclose(frame.groupby("region")["obstacle_degree"].sum(), 1.0)
    first = frame[frame["place"] == 1].set_index("region")["indicator"]
    assert first["CN-SC"] != "electricity_generation_hydro", "hydropower is what Sichuan has"
    assert first["CN-CQ"] == "electricity_generation_hydro"
    places = found["rank_acceptability"].groupby("region")["acceptability"].sum()
    assert np.allclose(places, 1.0)
