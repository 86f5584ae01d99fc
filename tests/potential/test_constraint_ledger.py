"""The constraint ledger: scores, rooms, the shortest board, and what is not known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from potential_tables import scorecard, with_frames

from hinterland import potential
from hinterland.accounts import complete
from hinterland.potential.constraint_ledger import output_mix, room_in_output
from hinterland.potential.scorecard import read_scorecard, scaled
from hinterland.study import Study, StudyError

ROADS = {
    "assessment": "constraint",
    "topic": "transport",
    "measure": "roads_per_head",
    "numerator": "roads",
    "denominator": "population",
}
WAGE = {"assessment": "constraint", "topic": "labour", "measure": "wage", "direction": "-1"}
LAND = {"assessment": "constraint", "topic": "land", "measure": "land_supply"}


def test_thresholds_or_standing() -> None:
    values = np.array([400.0, 1100, 1700, 5000, np.nan])
    found = scaled(values, 1, 500.0, 1700.0)
    assert np.allclose(found, [0.0, 0.5, 1.0, 1.0, np.nan], equal_nan=True)
    assert np.allclose(scaled(values, 1, 1700.0, 500.0)[:4], [1.0, 0.5, 0.0, 0.0]), "less is better"
    assert np.allclose(scaled(values, -1), [1.0, 2 / 3, 1 / 3, 0.0, np.nan], equal_nan=True)


@settings(deadline=None)
@given(st.floats(0.1, 1e3), st.floats(0.01, 10.0), st.floats(1.1, 5.0))
def test_room_in_output_grows_with_room_and_falls_with_use(room: float, use: float, more: float) -> None:
    mix = np.array([0.25, 0.75])
    base = room_in_output(np.array([room]), np.array([[use, use]]), mix)[0]
    assert base == pytest.approx(room / use)
    assert room_in_output(np.array([room * more]), np.array([[use, use]]), mix)[0] > base
    assert room_in_output(np.array([room]), np.array([[use, use * more]]), mix)[0] < base
    assert np.isnan(room_in_output(np.array([np.nan]), np.array([[use, use]]), mix)[0])


def test_unknown_is_unknown_with_what_would_supply_it(full_study: Study) -> None:
    study = with_frames(full_study, scorecard=scorecard(ROADS, WAGE, LAND))
    found, shortest = potential.ledger(study)
    frame = found.frame
    land = frame[(frame["board"] == "land") & (frame["measure_en"] == "land_supply")]
    assert land["value"].isna().all() and land["score"].isna().all(), "unknown, not zero"
    assert (land["status"] == "unknown").all()
    assert land["supply_en"].str.contains("land_supply").all() and land["supply_zh"].str.len().min() > 0
    assert not (shortest.frame["by_standing"] == "land").any(), "what is unknown is no board"
    assert shortest.frame["unknown_en"].str.contains("Land").all()
    # the study limits labour, energy and carbon: their rooms are there, land's and water's are not
    rooms = frame[frame["measure_en"].str.startswith("Headroom")].set_index(["board", "region"])
    assert rooms.loc[("carbon", "hills"), "room_output"] > 0
    assert np.isnan(rooms.loc[("land", "hills"), "room_output"])


def test_the_shortest_board_is_the_lowest_score_and_the_smallest_room(full_study: Study) -> None:
    study = with_frames(full_study, scorecard=scorecard(ROADS, WAGE))
    ledger, shortest = potential.ledger(study)
    scores = ledger.frame.dropna(subset=["score"]).groupby(["region", "board"])["score"].mean()
    rooms = ledger.frame.dropna(subset=["room_output"]).set_index(["region", "board"])["room_output"]
    boards = ledger.frame.drop_duplicates(["region", "board"]).set_index(["region", "board"])
    for row in shortest.frame.to_dict("records"):
        assert boards.loc[(row["host"], row["by_standing"]), "board_standing"] == row["standing"]
        assert row["standing"] == pytest.approx(scores[row["host"]].min())
        assert scores[row["host"]][row["by_standing"]] == pytest.approx(row["standing"])
        assert row["room_output"] == pytest.approx(rooms[row["host"]].min())
        assert row["words_en"] and row["words_zh"]


def test_roads_are_taken_per_head_of_the_same_year(full_study: Study) -> None:
    study = with_frames(full_study, scorecard=scorecard(ROADS))
    frame = potential.ledger(study)[0].frame
    mine = frame[frame["board"] == "transport"].set_index("region")
    assert mine.loc["coast", "value"] == pytest.approx(900 / 4000)
    assert mine.loc["coast", "year"] == "2020" and mine.loc["coast", "status"] == "observed"


def test_the_mix_is_the_origins_output_of_what_can_move(full_study: Study) -> None:
    mix = output_mix(complete(full_study))
    assert list(mix.index) == ["textiles", "machines"] and mix.sum() == pytest.approx(1.0)
    assert mix["machines"] > mix["textiles"], "the coast makes more machines"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"direction": "2"}, "roads_per_head"),
        ({"weight": 0.0}, "transport"),
        ({"low": 1, "high": 1}, "roads_per"),
    ],
)
def test_a_measure_that_cannot_be_is_named(full_study: Study, change: dict[str, object], named: str) -> None:
    study = with_frames(full_study, scorecard=scorecard({**ROADS, **change}))
    with pytest.raises(StudyError, match=named):
        read_scorecard(study, "constraint")


def test_a_study_without_a_scorecard_says_what_to_add(full_study: Study) -> None:
    with pytest.raises(StudyError, match="scorecard"):
        potential.ledger(full_study)
    with pytest.raises(StudyError, match="scorecard"):
        potential.positioning(full_study)


def test_the_southwest_ledger(southwest: Study) -> None:
    ledger, shortest = potential.ledger(southwest)
    frame = ledger.frame
    boards = {"land", "water", "energy", "carbon", "labour", "talent", "business_environment", "transport"}
    assert set(frame["board"]) == boards
    assert frame.loc[frame["board"] == "business_environment", "value"].isna().all()
    water = frame[(frame["board"] == "water") & frame["score"].notna()].set_index("region")
    assert water.loc["CN-SC", "score"] == 1.0 and water.loc["CN-BJ", "score"] == 0.0
    assert frame.loc[(frame["board"] == "talent") & (frame["region"] == "CN-YN"), "status"].tolist() == [
        "observed",
        "unknown",
    ], "no schooling of Yunnan"
    assert list(shortest.frame["host"]) == list(southwest.hosts)
    assert shortest.frame["unknown_zh"].str.contains("营商环境").all()
