"""Breaks are found where they were put, doubted where there are none; the declared ones are judged."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from hinterland import measure
from hinterland.measure import turning
from hinterland.measure.detected import transfer_series
from hinterland.study import Study, StudyError

ASK = {"most": 3, "least": 3, "draws": 99, "level": 0.9, "seed": 1}


def with_breaks(seed: int, noise: float = 0.1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.repeat([0.0, 1.0, -0.5], [8, 7, 9])[:, None] + noise * rng.normal(size=(24, 1))


def test_breaks_are_found_where_they_were_put() -> None:
    found = measure.find_turning(with_breaks(3), **ASK)
    assert found.breaks == (8, 15)
    assert found.low == found.high == (8, 15)
    assert found.p_value == pytest.approx(1 / 100) and min(found.support) == 1.0
    assert found.explained > 0.95


def test_breaks_in_common_are_found_in_several_series_together() -> None:
    rng = np.random.default_rng(5)
    joint = np.repeat([[0.0, 1.0], [1.0, 0.0]], [12, 12], axis=0) + 0.45 * rng.normal(size=(24, 2))
    assert measure.find_turning(joint, **ASK).breaks == (12,)


def test_noise_alone_is_seldom_taken_for_phases() -> None:
    """At a level of one in ten, some ten of a hundred series of noise look like phases; not twenty."""
    rng = np.random.default_rng(11)
    low = [measure.find_turning(rng.normal(size=(22, 1)), **{**ASK, "draws": 19}).p_value for _ in range(40)]
    assert np.mean(np.array(low) <= 0.1) < 0.2


def test_the_best_breaks_are_the_best_of_all() -> None:
    """Against every admissible pair, one by one."""
    from itertools import combinations

    changes = with_breaks(2, noise=1.0)
    every = [
        (turning.squared_error(changes, pair), pair)
        for pair in combinations(range(3, 22), 2)
        if pair[1] - pair[0] >= 3
    ]
    assert turning.best_breaks(changes, 2, 3) == min(every)[1]
    explained, better, others = turning.standing(changes, min(every)[1], 3)
    assert better == 1.0 and others == len(every) - 1
    assert explained == pytest.approx(1 - min(every)[0] / turning.squared_error(changes, ()))
    assert turning.standing(changes, max(every)[1], 3)[1] == 0.0


def test_declared_breaks_that_cannot_be_are_not_judged() -> None:
    assert np.isnan(turning.standing(with_breaks(1), (1, 12), 3)[0]), "a first phase of one year"
    assert np.isnan(turning.standing(with_breaks(1), (), 3)[1])


def test_what_would_be_found_grows_with_the_noise_and_is_found() -> None:
    noise = np.random.default_rng(4).normal(size=(22, 1))
    ask = {"most": 3, "least": 3, "draws": 99, "seed": 1}
    small, large = (turning.detectable_change(noise * k, **ask) for k in (1.0, 3.0))
    assert large == pytest.approx(3 * small, rel=1e-9)
    assert 1.0 < small / noise.std() < 4.0
    assert turning.detectable_change(np.zeros((22, 1)), **ask) == 0.0


def test_the_same_seed_gives_the_same_answer() -> None:
    first, second = (measure.find_turning(with_breaks(3, 0.8), **ASK) for _ in range(2))
    assert np.array_equal(first.residuals, second.residuals)
    for name in ("breaks", "low", "high", "support", "p_value", "number_support"):
        assert getattr(first, name) == getattr(second, name)


def test_on_the_built_in_study_only_employment_changes_its_pace(southwest: Study) -> None:
    evidence = measure.phase_evidence(southwest).frame.set_index("indicator")
    assert evidence.loc["employment", "p_value"] < 0.05
    assert (evidence.drop(index="employment")["p_value"] > 0.1).all()
    assert evidence["declared_standing"].max() < 0.5, "the paper's turning points do no better than others"
    breaks = measure.phase_breaks(southwest).frame
    assert set(breaks["indicator"]) == {"employment"}
    assert (breaks["year_low"] <= breaks["break_year"]).all()
    assert (breaks["break_year"] <= breaks["year_high"]).all()
    assert list(breaks["declared_year"]) == [2000, 2010]


def test_series_have_no_gaps_and_are_shares(southwest: Study) -> None:
    for one in transfer_series(southwest):
        assert np.diff(one.years).tolist() == [1] * (len(one.years) - 1)
        assert one.values.between(0, 1).all()


def test_a_study_without_yearly_series_says_how_to_name_one(small_study: Study) -> None:
    for make in (measure.phase_series, measure.phase_breaks, measure.phase_evidence):
        with pytest.raises(StudyError, match=r"measure\.break_indicators"):
            make(small_study)


def test_an_indicator_that_is_not_there_is_named(southwest: Study) -> None:
    wrong = southwest.with_parameter("measure.break_indicators", "employment moonlight")
    with pytest.raises(StudyError, match="moonlight"):
        measure.phase_series(wrong)


def test_without_ruptures_the_extra_is_named(southwest: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ruptures", None)
    with pytest.raises(StudyError, match=r"hinterland\[econometrics\]"):
        measure.phase_breaks(southwest)
    assert len(measure.phase_series(southwest).frame), "the series themselves need no such package"
