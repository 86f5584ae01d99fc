"""Effects that spill over: known ones are found, intervals cover them, and what cannot be told is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from panels import neighbours

from hinterland.monitor import PanelError, Spillover, spillover
from hinterland.study import StudyError

DRAWS = 20


@pytest.fixture(scope="module")
def found() -> list[Spillover]:
    return [spillover(*neighbours(seed), [12, 24], outcome="y") for seed in range(DRAWS)]


def test_intervals_cover_the_total_effect_and_the_naive_one_is_biased(found: list[Spillover]) -> None:
    # at 93 % (clusters are few) fewer than 16 of 20 cover with a probability of 0.01
    assert sum(s.evaluation.low <= 1.0 <= s.evaluation.high for s in found) >= 16
    # standard errors of the mean of 20: about 0.03
    assert abs(np.mean([s.evaluation.effect for s in found]) - 1.0) < 0.09
    assert np.mean([s.bias for s in found]) < -0.05


def test_rings_find_what_spilled_over_and_how_far(found: list[Spillover]) -> None:
    near = np.array([s.rings["effect"] for s in found]).mean(0)
    assert near == pytest.approx([0.4, 0.0], abs=0.1)
    beyond = sum(s.rings["p_value"].iloc[1] < 0.05 for s in found)
    # nominal 5 %, rather 10 % with 40 clusters: more than 5 of 20 with a probability of 0.01
    assert beyond <= 5


def test_where_nothing_happens_little_is_found() -> None:
    quiet = [
        spillover(*neighbours(seed, effect=0.0, spill=0.0), [12], outcome="y") for seed in range(100, 112)
    ]
    # of 12 at 10 %: more than 4 with a probability of 0.005
    assert sum(s.evaluation.p < 0.05 for s in quiet) <= 4
    assert sum(s.rings["p_value"].iloc[0] < 0.05 for s in quiet) <= 4


def test_without_noise_the_effects_and_the_bias_are_exact() -> None:
    frame, distance = neighbours(3, noise=0.0)
    exact = spillover(frame, distance, [12], outcome="y")
    assert exact.evaluation.effect == pytest.approx(1.0, abs=1e-9)
    assert exact.rings["effect"].iloc[0] == pytest.approx(0.4, abs=1e-9)
    # one date: the naive comparison loses what spilled over to the mean control
    first = frame.groupby("region")["treated_from"].first()
    treated = first[first > 0].index
    controls = first[first == 0].index
    near = (distance.loc[controls, treated].min(axis=1) <= 12).mean()
    assert exact.bias == pytest.approx(-0.4 * near, abs=1e-9)


def test_staggered_dates_and_neighbours_by_steps() -> None:
    frame, distance = neighbours(5, units=60, cohorts=(3, 5), noise=0.0)
    # steps: 0 itself, 1 a neighbour, 2 further away
    values = np.where(distance <= 12, 1.0, 2.0)
    np.fill_diagonal(values, 0.0)
    steps = pd.DataFrame(values, distance.index, distance.columns)
    exact = spillover(frame, steps, [1], outcome="y")
    assert exact.evaluation.effect == pytest.approx(1.0, abs=1e-9)
    assert exact.rings["effect"].iloc[0] == pytest.approx(0.4, abs=1e-9)
    assert exact.evaluation.facts["cohorts"] == 2


def test_tables_and_words() -> None:
    made = spillover(*neighbours(1), [12, 24], outcome="y")
    tables = made.results()
    assert set(tables) >= {"evaluation", "evaluation_path", "spillover_rings", "spillover_bias"}
    assert tables["spillover_bias"].frame["effect"].iloc[2] == pytest.approx(made.bias)
    assert (tables["evaluation_path"].frame["event_time"] < 0).any()
    for table in tables.values():
        assert table.title.zh != table.title.en
        assert all(c.label.zh != c.name for c in table.columns)


def refused(frame: pd.DataFrame, distance: pd.DataFrame, rings: list[float]) -> PanelError:
    with pytest.raises(PanelError) as caught:
        spillover(frame, distance, rings, outcome="y")
    assert caught.value.words.zh != caught.value.words.en and caught.value.mend_words.zh
    return caught.value


def test_what_cannot_be_told_is_refused() -> None:
    frame, distance = neighbours(1)
    assert refused(frame, distance, [500]).problems == ("no_far_controls",)
    for rings in ([], [24, 12], [-1.0], [float("inf")]):
        assert refused(frame, distance, rings).problems == ("rings",)
    assert refused(frame, distance.iloc[1:, 1:], [12]).problems == ("distance",)
    odd = distance.copy()
    odd.iloc[0, 1] += 5
    assert refused(frame, odd, [12]).problems == ("distance",)
    early = frame.assign(treated_from=frame["treated_from"].where(frame["treated_from"] == 0, 1))
    assert refused(early, distance, [12]).problems == ("treated_from_the_start",)
    assert refused(pd.concat([frame, frame.head(1)]), distance, [12]).problems == ("duplicates",)
    assert refused(frame.drop(index=3), distance, [12]).problems == ("gaps",)


def test_how_far_one_travels_within_a_region_is_no_distance_between_units() -> None:
    frame, distance = neighbours(3, noise=0.0)
    values = distance.to_numpy(copy=True)
    np.fill_diagonal(values, 50.0)
    travelled = pd.DataFrame(values, distance.index, distance.columns)
    one = spillover(frame, distance, [12], outcome="y").evaluation
    assert spillover(frame, travelled, [12], outcome="y").evaluation.effect == one.effect


def test_distances_that_are_no_numbers_are_refused() -> None:
    frame, distance = neighbours(1)
    words = distance.astype(object)
    words.iloc[0, 1] = words.iloc[1, 0] = "far"
    assert refused(frame, words, [12]).problems == ("distance",)


def test_a_missing_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "diff_diff", None)
    with pytest.raises(StudyError, match="diff-diff"):
        spillover(*neighbours(1), [12], outcome="y")
