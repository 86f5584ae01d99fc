"""The risk families: indices by hand, probabilities that can be reckoned, tables of the built-in and of bare
studies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import norm

from hinterland import plan as planning
from hinterland import risk
from hinterland.plan import Plan
from hinterland.risk.levels import Thresholds
from hinterland.risk.market import after_second, concentration
from hinterland.risk.register import COLUMNS
from hinterland.study import Result, Study, StudyError


@pytest.fixture(scope="module")
def study(southwest: Study) -> Study:
    """The built-in study without its stress tests, which have a file of their own."""
    tables = ("stress_tests", "mitigations")
    return replace(southwest, frames={k: v for k, v in southwest.frames.items() if k not in tables})


@pytest.fixture(scope="module")
def plan(study: Study) -> Plan:
    return planning.optimise(study, objective="value_added")


@pytest.fixture(scope="module")
def found(study: Study, plan: Plan) -> dict[str, Result]:
    return {r.name: r for r in risk.assess(study, plan)}


def test_herfindahl_by_hand() -> None:
    assert risk.herfindahl([1, 1, 1, 1]) == pytest.approx(0.25)
    assert risk.herfindahl([3, 0, 0]) == pytest.approx(1)
    assert risk.herfindahl([3, 1]) == pytest.approx(0.625)
    assert np.isnan(risk.herfindahl([0, 0]))


@given(arrays(float, st.integers(1, 8), elements=st.floats(0.01, 1e6)))
def test_herfindahl_lies_between_even_and_single(values: np.ndarray) -> None:
    index = risk.herfindahl(values)
    assert 1 / len(values) - 1e-9 <= index <= 1 + 1e-9
    assert risk.herfindahl(values * 3) == pytest.approx(index)


def test_a_second_partner_takes_what_it_takes() -> None:
    index, first, second = concentration([6, 3, 1])
    assert (first, second) == pytest.approx((0.6, 0.3)) and index == pytest.approx(0.46)
    # half of the largest goes elsewhere: 0.3 three times
    assert after_second(first, second, 0.5) == pytest.approx(0.3)
    assert after_second(0.6, 0.4, 0.5) == 0.4
    # a new one that takes nearly all is the largest itself
    assert after_second(0.6, 0.0, 0.9) == pytest.approx(0.54)
    assert concentration([5]) == (1.0, 1.0, 0.0)
    assert all(np.isnan(concentration([0, 0])))


def test_measures_of_the_register_have_effect_and_cost(plan: Plan, found: dict[str, Result]) -> None:
    register = found["risk_register"].frame
    # in money where money is at stake, in jobs for jobs; what a renewal costs the treasury is not known
    for kind, rows in register.groupby("risk"):
        wanted = "jobs_saved" if kind in ("jobs_phase", "jobs_industry") else "saved_expected"
        assert rows[wanted].notna().all() and (rows[wanted] >= 0).all(), kind
        assert rows["cost"].notna().all() or kind == "expiry", kind
    study, market = plan.study, found["risk_market"].frame
    part, fails = study.parameter("risk.mitigated_part"), study.parameter("risk.partner_failure")
    mine = register[register["risk"] == "origins_of_host"].iloc[0]
    names = {study.text("region", r).en: r for r in study.hosts}
    row = market[(market["measure"] == "origins_of_host") & (market["region"] == names[mine["subject_en"]])]
    top, second = float(row["largest_share"].iloc[0]), float(row["second_share"].iloc[0])
    at_stake = mine["impact"] / top
    moved = plan.moves.sel(host=names[mine["subject_en"]]).sum("industry").to_numpy()
    shares = np.sort(moved / moved.sum())[::-1]
    assert (top, second) == pytest.approx((shares[0], shares[1]))
    # by hand: the largest one's share split, and the largest of what there is then
    split = [shares[0] * (1 - part), shares[0] * part, *shares[1:]]
    assert mine["saved_expected"] == pytest.approx(fails * at_stake * (top - max(split)))


def test_breach_probability_of_one_industry_is_that_of_the_normal() -> None:
    # one industry: its common and own error add up to one of the full spread
    need, sd = np.array([[1.0, 1.0, 1.0]]), 0.2
    limit = np.array([1.0, 1.2, np.nan])
    found = risk.breach_probability(need, limit, sd, 200_000, 1)
    exact = norm.sf((np.log(limit[:2]) + sd**2 / 2) / sd)
    # three standard errors of 200,000 draws
    assert found[:2] == pytest.approx(exact, abs=0.0035)
    assert np.isnan(found[2])


def test_breach_probability_with_an_uncertain_limit_is_that_of_the_difference() -> None:
    need, sd, limit_sd = np.array([[1.0]]), 0.2, 0.1
    found = risk.breach_probability(need, np.array([1.1]), sd, 200_000, 1, limit_sd)
    both = np.hypot(sd, limit_sd)
    exact = norm.sf((np.log(1.1) - limit_sd**2 / 2 + sd**2 / 2) / both)
    assert found[0] == pytest.approx(exact, abs=0.0035)


def test_breach_probability_is_seeded_and_falls_with_room() -> None:
    need = np.array([[1.0], [2.0]])
    one = [float(risk.breach_probability(need, np.array([x]), 0.15, 4000, 5)[0]) for x in (2.5, 3.0, 3.5, 6)]
    two = [float(risk.breach_probability(need, np.array([x]), 0.15, 4000, 5)[0]) for x in (2.5, 3.0, 3.5, 6)]
    assert one == two
    assert one == sorted(one, reverse=True)
    assert one[-1] == 0


def test_levels() -> None:
    limit = Thresholds(0.1, 0.2)
    assert [limit.level(v) for v in (0.05, 0.1, 0.2, float("nan"))] == ["low", "medium", "high", ""]


def test_all_families_of_the_built_in_study(found: dict[str, Result]) -> None:
    assert set(found) >= {
        "risk_market",
        "risk_social",
        "risk_environment",
        "risk_technology",
        "risk_policy",
        "risk_register",
    }
    register = found["risk_register"]
    assert list(register.frame.columns) == COLUMNS
    assert set(register.frame["family"]) == {"market", "social", "environment", "technology", "policy"}
    assert set(register.frame["level"]) <= {"low", "medium", "high"}
    ranks = register.frame["level"].map({"high": 0, "medium": 1, "low": 2})
    assert ranks.is_monotonic_increasing
    for result in found.values():
        for column in result.columns:
            assert column.label.zh != column.name, (result.name, column.name)


def test_jobs_lost_are_within_the_plans_bound(plan: Plan, found: dict[str, Result]) -> None:
    frame = found["risk_social"].frame
    assert plan.data.job_limit is not None
    limit = plan.data.job_limit.to_series()
    lost = frame.set_index(["origin", "phase"])["jobs"]
    assert (lost <= limit.reindex(lost.index) * (1 + 1e-6) + 1e-6).all()
    total = found["risk_social_industry"].frame["jobs"].sum()
    assert total == pytest.approx(lost.sum(), rel=1e-9)


def test_headroom_agrees_with_the_plans_limits(plan: Plan, found: dict[str, Result]) -> None:
    key = ["region", "resource", "phase"]
    mine = found["risk_environment"].frame.set_index(key)["used"]
    limits = plan.results()["plan_limits"].frame
    theirs = limits[limits["constraint"] == "resource"].set_index(key)["used"].astype(float)
    pd.testing.assert_series_equal(mine.sort_index(), theirs.sort_index(), check_exact=False, rtol=1e-9)
    full = found["risk_environment"].frame.query("share > 0.999999")
    # a headroom used up is breached about every second time
    assert full["breach_probability"].between(0.4, 0.55).all()


def test_same_seed_same_draws(plan: Plan, found: dict[str, Result]) -> None:
    again = risk.environment(plan)
    pd.testing.assert_frame_equal(again.frame, found[again.name].frame, check_exact=True)


def test_an_ending_policy_is_in_the_register(found: dict[str, Result]) -> None:
    frame = found["risk_policy"].frame
    ends = frame[frame["lapses"]]
    assert (ends["end_year"].astype(int) < 2035).all()
    assert "expiry" in set(found["risk_register"].frame["risk"])


def test_a_bare_study_says_what_is_missing(small_study: Study) -> None:
    plan = planning.optimise(small_study, objective="value_added")
    found = {r.name: r for r in risk.assess(small_study, plan)}
    assert "risk_social" not in found
    assert "risk_environment" not in found
    note = found["risk_register"].note.en
    assert "employment" in note
    assert "resource limits" in note
    assert "policies" in note
    with pytest.raises(StudyError, match="employment"):
        risk.social(plan)


def test_thresholds_in_the_wrong_order(small_study: Study) -> None:
    config = {**small_study.config, "parameters": {"risk": {"imports_medium": 0.5, "imports_high": 0.1}}}
    study = replace(small_study, config=config)
    plan = planning.optimise(study, objective="value_added")
    with pytest.raises(StudyError, match=r"risk\.imports_medium"):
        risk.technology(plan)
