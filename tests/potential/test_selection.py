"""Industry selection: screens, ranking, reasons, and what a plan can use."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from potential_tables import result, with_frames, with_potential

from hinterland import potential
from hinterland.accounts import complete
from hinterland.potential.selection import over_pairs, read_criteria
from hinterland.potential.selection_measures import gradient_gap, output_growth, tightest_room
from hinterland.study import Study, StudyError


def selected(study: Study, **given: pd.DataFrame) -> dict[str, pd.DataFrame]:
    results = {name: result(name, frame, frame.columns[-1]) for name, frame in given.items()}
    found = potential.industry_selection(with_potential(study, draws=200), given=results)
    return {one.name: one.frame for one in found}


def test_pairs_are_ranked_with_reasons(full_study: Study) -> None:
    frame = selected(full_study)["industry_ranking"]
    assert len(frame) == 4
    kept = frame[frame["screen"] != "fail"]
    assert sorted(kept["rank"]) == list(range(1, len(kept) + 1))
    assert (kept["rank_low"] <= kept["rank"]).all() and (kept["rank"] <= kept["rank_high"]).all()
    assert frame["words_en"].str.len().min() > 0 and frame["words_zh"].str.len().min() > 0
    river = frame[(frame["industry"] == "textiles") & (frame["host"] == "plain")].iloc[0]
    assert river["screen"] == "conditional" and "River protection" in river["words_en"]
    assert river["priority"] != "first", "what is restricted is not of first priority"


def test_what_a_policy_forbids_is_out(full_study: Study) -> None:
    policies = full_study.frames["policies"].assign(effect=["encourage", "forbid"])
    frame = selected(with_frames(full_study, policies=policies))["industry_ranking"]
    out = frame[(frame["industry"] == "textiles") & (frame["host"] == "plain")].iloc[0]
    assert out["screen"] == "fail" and np.isnan(out["rank"]) and out["priority"] == "none"
    assert "河流保护" in out["words_zh"]


def test_a_policy_that_ends_before_the_plan_does_not_speak(full_study: Study) -> None:
    policies = full_study.frames["policies"].assign(effect="forbid", start_year=2010, end_year=2020)
    screen = potential.screens(with_frames(full_study, policies=policies)).frame
    assert (screen["screen"] != "fail").all() and (screen["policy_support"] == 0).all()


def test_the_environment_screen_follows_its_threshold(full_study: Study) -> None:
    wide = potential.screens(with_potential(full_study, screen_carbon=50.0, screen_energy=50.0)).frame
    assert (wide["screen"] != "fail").all()
    narrow = potential.screens(with_potential(full_study, screen_carbon=0.5, screen_energy=50.0)).frame
    assert set(narrow.loc[narrow["screen"] == "fail", "industry"]) >= {"textiles"}
    assert narrow.loc[narrow["screen"] == "fail", "words_en"].str.contains("Carbon").all()
    with pytest.raises(StudyError, match="screen_carbon"):
        selected(with_potential(full_study, screen_carbon=0.001, screen_energy=0.001))


def test_a_criterion_counts_when_its_result_is_given_and_is_said_when_not(full_study: Study) -> None:
    without = selected(full_study)["selection_criteria"].set_index("criterion_en")
    name = "Relatedness to what the host makes"
    assert not without.loc[name, "counted"] and "relatedness" in without.loc[name, "lacking_en"]
    related = pd.DataFrame(
        {
            "region": ["hills", "hills", "plain", "plain"],
            "industry": ["textiles", "machines"] * 2,
            "density": [0.9, 0.1, 0.2, 0.3],
        }
    )
    given = selected(full_study, relatedness=related)["selection_criteria"].set_index("criterion_en")
    assert given.loc[name, "counted"]
    assert given.loc[given["counted"], "weight"].sum() == pytest.approx(1.0)


def test_a_better_figure_raises_the_pair(full_study: Study) -> None:
    base = pd.DataFrame(
        {
            "region": ["hills", "hills", "plain", "plain"],
            "industry": ["textiles", "machines"] * 2,
            "density": [0.5, 0.5, 0.4, 0.6],
        }
    )

    def score(frame: pd.DataFrame) -> float:
        ranking = selected(full_study, relatedness=frame)["industry_ranking"]
        return float(ranking.set_index(["industry", "host"]).loc[("textiles", "hills"), "score"])

    assert score(base.assign(density=[0.6, 0.5, 0.4, 0.6])) > score(base.assign(density=[0.4, 0.5, 0.4, 0.6]))


def test_own_criteria_replace_the_packages(full_study: Study) -> None:
    own = pd.DataFrame(
        [("only", "selection_measures", "demand_growth", "1", "1", "Growth", "增速")],
        columns=["criterion", "result", "column", "direction", "weight", "name_en", "name_zh"],
    )
    assert [c.code for c in read_criteria(with_frames(full_study, criteria=own))] == ["only"]
    with pytest.raises(StudyError, match="only"):
        read_criteria(with_frames(full_study, criteria=own.assign(direction="3")))
    with pytest.raises(StudyError, match="zero"):
        read_criteria(with_frames(full_study, criteria=own.assign(weight="0")))
    lost = own.assign(result="nowhere")
    with pytest.raises(StudyError, match="None of the criteria"):
        selected(with_frames(full_study, criteria=lost))


def test_results_are_taken_over_pairs() -> None:
    cost = pd.DataFrame(
        {"origin": ["a", "b", "a"], "host": ["h", "h", "k"], "industry": ["i"] * 3, "cost": [1.0, 3.0, 5.0]}
    )
    assert np.allclose(over_pairs(result("c", cost, "cost"), "cost", ["i"], ["h", "k"]), [[2.0, 5.0]])
    place = pd.DataFrame({"region": ["h", "k", "z"], "year": [2020] * 3, "score": [1.0, 2.0, 9.0]})
    assert np.allclose(over_pairs(result("p", place, "score"), "score", ["i", "j"], ["k", "h"]), [[2, 1]] * 2)
    by_industry = pd.DataFrame({"industry": ["i"], "growth": [0.1]})
    found = over_pairs(result("g", by_industry, "growth"), "growth", ["i", "j"], ["h"])
    assert np.allclose(found, [[0.1], [np.nan]], equal_nan=True)
    with pytest.raises(StudyError, match="neither by industry nor by host"):
        over_pairs(result("n", pd.DataFrame({"x": [1.0]}), "x"), "x", ["i"], ["h"])


def test_the_gap_is_the_origins_mean_less_the_host() -> None:
    labels = {"region": ["o", "p", "h"], "industry": ["i"]}
    step = xr.DataArray([[2.0], [1.0], [0.5]], labels, ("region", "industry"))
    output = xr.DataArray([[30.0], [10.0], [5.0]], labels, ("region", "industry"))
    assert float(gradient_gap(step, output, ["o", "p"], ["h"]).squeeze()) == pytest.approx(1.75 - 0.5)


def test_the_tightest_resource_decides_and_an_unknown_one_does_not() -> None:
    use = xr.DataArray(
        [[[0.5, 2.0]]],
        {"region": ["h"], "industry": ["i"], "resource": ["a", "b"]},
        ("region", "industry", "resource"),
    )
    room = xr.DataArray(
        [[[1.0, 10.0], [1.0, 20.0]]], {"region": ["h"], "resource": ["a", "b"], "phase": ["near", "far"]},
        ("region", "resource", "phase"),
    )  # fmt: skip
    assert float(tightest_room(room, use, ["h"]).squeeze()) == pytest.approx(10.0)
    gone = room.where(room["resource"] != "b")
    assert float(tightest_room(gone, use, ["h"]).squeeze()) == pytest.approx(20.0)


def test_growth_needs_two_tables() -> None:
    one = xr.DataArray(
        [[[4.0]]], {"region": ["r"], "industry": ["i"], "year": [2020]}, ("region", "industry", "year")
    )
    found, span = output_growth(one, 2020)
    assert bool(found.isnull().all()) and span is None


def test_a_plan_can_use_the_ranking(full_study: Study) -> None:
    found = potential.industry_selection(with_potential(full_study, draws=50))[-1]
    table = potential.priority_table(found)
    assert set(table["allowed"].dims) == {"industry", "host"} and table["allowed"].dtype == bool
    for row in found.frame.to_dict("records"):
        cell = table.sel(industry=row["industry"], host=row["host"])
        assert bool(cell["allowed"]) == (row["screen"] != "fail")
        assert (int(cell["priority"]) == 0) == (row["priority"] == "none")


def test_the_southwest_selection(southwest: Study) -> None:
    study = with_potential(complete(southwest), draws=300)
    screen, _, _, ranking = potential.industry_selection(study)
    fails = set(screen.frame.loc[screen.frame["screen"] == "fail", "industry"])
    assert {"refining", "minerals", "metals"} <= fails
    assert not fails & {"electronics", "electrical", "apparel", "food", "machinery", "instruments"}
    frame = ranking.frame
    assert len(frame) == 16 * 6
    best = frame.sort_values("rank").groupby("host").first()
    assert best.loc["CN-SC", "industry"] == "transport_equipment"
    assert all(column.sources for column in ranking.figures)
    assert "Criteria left out" in ranking.note.en and "未采用的准则" in ranking.note.zh
