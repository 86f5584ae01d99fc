"""Known effects are found, intervals cover them, tests keep their size, and what is wrong is noticed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from panels import made

from hinterland.monitor import (
    check_panel,
    event_study,
    false_date,
    honest_bounds,
    leave_one_out,
    reassigned,
    synthetic_control,
    synthetic_did,
    wild_bootstrap,
)
from hinterland.monitor.robust import average_effect
from hinterland.monitor.staggered import Estimator
from hinterland.study import StudyError

DRAWS = 120
# 95 % intervals: at the nominal rate fewer than 85 % of 40 to 120 panels cover with a probability of
# 0.05 to 0.002; standard errors from 40 clusters are a little small, the rate is rather 93 to 94 %
ENOUGH = 0.85


@pytest.mark.parametrize(
    ("estimator", "draws"), [("callaway_santanna", DRAWS), ("sun_abraham", DRAWS), ("imputation", 40)]
)
def test_intervals_cover_the_known_effect(estimator: Estimator, draws: int) -> None:
    found = [event_study(made(seed), outcome="y", estimator=estimator) for seed in range(draws)]
    assert sum(e.low <= 0.5 <= e.high for e in found) >= ENOUGH * draws
    assert abs(np.mean([e.effect for e in found]) - 0.5) < 0.05


def test_leads_keep_their_size_and_see_a_trend() -> None:
    quiet = [event_study(made(seed, effect=0.0), outcome="y") for seed in range(DRAWS)]
    rejected = sum(e.checks[0].holds is False for e in quiet)
    assert rejected <= 0.12 * DRAWS  # nominal 5 %, Bonferroni, 40 clusters
    bent = [event_study(made(seed, trend=0.3), outcome="y") for seed in range(20)]
    assert sum(e.verdict == "fragile" for e in bent) >= 18


def test_verdicts() -> None:
    strong = event_study(made(4, effect=1.5), outcome="y")
    assert strong.verdict == "supported" and "support" in strong.said.en and "支持" in strong.said.zh
    none = event_study(made(3, effect=0.0, share=0.3), outcome="y")
    assert none.verdict == "not_detected" and "no proof" in none.said.en
    tables = strong.results()
    assert set(tables) == {"evaluation", "evaluation_path", "evaluation_groups", "evaluation_checks"}
    assert list(tables["evaluation_groups"].frame["cohort"]) == [4, 6]


def test_one_date_by_two_way_effects_is_the_mean_difference() -> None:
    frame = made(5, cohorts=(5,))
    found = event_study(frame, outcome="y", estimator="two_way")
    wide = (
        frame.assign(on=frame["treated_from"] > 0, late=frame["year"] >= 5)
        .groupby(["on", "late"])["y"]
        .mean()
    )
    naive = (wide[True, True] - wide[True, False]) - (wide[False, True] - wide[False, False])
    assert found.effect == pytest.approx(naive, abs=1e-10)
    with pytest.raises(StudyError, match="2 times"):
        event_study(made(5), outcome="y", estimator="two_way")


def test_synthetic_did_covers_and_synthetic_control_finds_its_unit() -> None:
    found = [
        synthetic_did(made(seed, cohorts=(6,), share=0.1, times=10), outcome="y", replications=50, seed=seed)
        for seed in range(40)
    ]
    assert sum(e.low <= 0.5 <= e.high for e in found) >= 32
    frame = made(2, cohorts=(6,), share=0.025, effect=3.0, times=10)
    twin = frame[frame["treated_from"] > 0].assign(region="twin", treated_from=0)
    twin["y"] = twin["y"] - 3.0 * (twin["year"] >= 6)
    exact = synthetic_control(pd.concat([frame, twin]), outcome="y")
    assert exact.effect == pytest.approx(3.0, abs=0.05)
    assert exact.p <= 0.05 and exact.verdict == "supported"
    with pytest.raises(StudyError, match="made for one"):
        synthetic_control(made(2, cohorts=(6,)), outcome="y")


def test_bounds_widen_with_what_is_allowed() -> None:
    found = event_study(made(4, effect=1.0, cohorts=(5,)), outcome="y")
    bounds = honest_bounds(found).frame
    width = (bounds["high"] - bounds["low"]).to_numpy()
    assert np.all(np.diff(width) > 0)
    assert np.all(bounds["low"] <= bounds["low_set"]) and np.all(bounds["high_set"] <= bounds["high"])
    first = bounds.iloc[0]
    assert first["low_set"] == pytest.approx(first["high_set"])


def test_bounds_and_false_dates_refuse_what_they_cannot_do() -> None:
    one = made(4, cohorts=(5,))
    for estimator in ("two_way", "imputation", "sun_abraham"):
        with pytest.raises(StudyError, match="callaway_santanna"):
            honest_bounds(event_study(one, outcome="y", estimator=estimator))
    with pytest.raises(StudyError, match="no earlier"):
        false_date(check_panel(one, outcome="y"), 0)


def test_one_treated_unit_is_never_called_supported() -> None:
    """Its error rests on the controls alone: the true size of the test is far above 5 %."""
    alone = [
        event_study(made(seed, share=0.025, effect=0.0, cohorts=(5,)), outcome="y") for seed in range(40)
    ]
    blind = sum(e.low > 0 or e.high < 0 for e in alone)
    assert blind >= 12  # of 40: three tenths where 5 % are promised
    assert all(e.verdict != "supported" for e in alone)
    assert all(e.checks[0].holds is None for e in alone)


def test_placebos() -> None:
    panel = check_panel(made(6, effect=1.0), outcome="y")
    assert false_date(panel, 1).verdict == "not_detected"
    bent = check_panel(made(6, trend=0.5, cohorts=(6,)), outcome="y")
    assert false_date(bent, 2).verdict != "not_detected"
    p, draws = reassigned(panel, draws=39, seed=1)
    assert p == pytest.approx(1 / 40) and len(draws.frame) == 39
    again, _ = reassigned(panel, draws=39, seed=1)
    assert again == p
    left = leave_one_out(panel)
    assert len(left.frame) == 20 and "never changes" in left.note.en


def test_the_closed_form_is_the_estimator() -> None:
    for seed in range(5):
        frame = made(seed, cohorts=(3, 5, 8), times=8)
        wide = frame.pivot(index="region", columns="year", values="y")
        first = frame.groupby("region")["treated_from"].first().reindex(wide.index)
        ours = average_effect(wide.to_numpy(), wide.columns.to_numpy(), first.to_numpy())
        assert ours == pytest.approx(event_study(frame, outcome="y").effect, abs=1e-12)


def test_reassignment_keeps_its_size() -> None:
    small = [
        reassigned(check_panel(made(s, units=12, times=5, effect=0.0, cohorts=(3,)), outcome="y"), 99, s)[0]
        for s in range(200)
    ]
    assert 8 <= sum(p <= 0.1 for p in small) <= 34  # nominal 20; outside with probability below 0.002


def test_wild_bootstrap_with_few_clusters() -> None:
    panel = check_panel(made(8, units=14, cohorts=(5,), effect=2.0), outcome="y")
    found = wild_bootstrap(panel, draws=199, seed=1)
    assert found.effect == pytest.approx(event_study(panel, estimator="two_way").effect)
    assert found.low < 2.0 < found.high and found.p < 0.05
    assert wild_bootstrap(panel, draws=199, seed=1).low == found.low
