"""Draws of the plan's outcomes and Sobol indices, against closed forms, integration and another package."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hinterland import plan as planning
from hinterland import risk
from hinterland.plan import Bench, Plan
from hinterland.risk.fixed import DRIVERS, FixedPlan, as_draws, drivers
from hinterland.study import Study, StudyError


@pytest.fixture(scope="module")
def plan(full_study: Study) -> Plan:
    return planning.optimise(full_study, objective="value_added")


@pytest.fixture(scope="module")
def fixed(full_study: Study, plan: Plan) -> FixedPlan:
    return risk.fixed_plan(plan, Bench(full_study, plan))


def ishigami(points: np.ndarray) -> dict[str, np.ndarray]:
    x = np.pi * (2 * points - 1)
    a, b = 7.0, 0.1
    return {"y": np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])}


# Ishigami & Homma (1990), a = 7, b = 0.1; printed to four digits in Saltelli et al. (2008).
FIRST, TOTAL = [0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437]


def test_sobol_indices_of_ishigami() -> None:
    found = risk.sobol_indices(ishigami, 3, 4096, 1)["y"]
    # four times the sampling error of 4096 base points is about 0.02
    assert found.first == pytest.approx(FIRST, abs=0.02)
    assert found.total == pytest.approx(TOTAL, abs=0.02)
    assert (np.abs(found.total - TOTAL) <= 2 * found.total_error + 1e-3).all()


def test_sobol_indices_are_those_of_scipy() -> None:
    ours = risk.sobol_indices(ishigami, 3, 4096, 2)["y"]
    theirs = stats.sobol_indices(
        func=lambda x: ishigami(x.T)["y"], n=4096, dists=[stats.uniform()] * 3, rng=np.random.default_rng(2)
    )
    # two estimates of 4096 base points each
    assert ours.first == pytest.approx(theirs.first_order, abs=0.03)
    assert ours.total == pytest.approx(theirs.total_order, abs=0.03)


def test_sobol_indices_of_a_sum_and_of_nothing() -> None:
    found = risk.sobol_indices(
        lambda x: {"sum": x @ np.array([1.0, 2.0]), "same": np.ones(len(x))}, 2, 2048, 3
    )
    # a sum has no interactions: variances 1 to 4
    assert found["sum"].first == pytest.approx([0.2, 0.8], abs=0.02)
    assert found["sum"].total == pytest.approx([0.2, 0.8], abs=0.02)
    assert np.isnan(found["same"].first).all()


def test_sobol_wants_a_power_of_two_and_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StudyError, match="1000"):
        risk.sobol_indices(ishigami, 3, 1000, 1)
    monkeypatch.setitem(sys.modules, "SALib.analyze", None)
    with pytest.raises(StudyError, match="SALib"):
        risk.sobol_indices(ishigami, 3, 1024, 1)


@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=4),
    st.floats(0, 4),
)
@settings(max_examples=50)
def test_stock_weights_are_the_mean_of_late_capacity(years: list[int], delay: float) -> None:
    total = sum(years)
    found = risk.stock_weights(years, np.array([delay]))[0]
    times = np.linspace(0, total, 40_001)
    ends = np.concatenate([[0], np.cumsum(years)])
    for p in range(len(years)):
        level = np.zeros(len(ends))
        level[p + 1] = 1.0
        late = np.interp(times - delay, ends, level, left=0.0)
        brute = np.trapezoid(late, times) / total
        # the trapezoid's error at the kinks of a grid of total / 40,000
        assert found[p] == pytest.approx(brute, abs=2e-4)


def test_without_delay_the_weights_are_the_plans(plan: Plan) -> None:
    years = [p.years for p in plan.data.phases]
    assert risk.stock_weights(years, np.zeros(1))[0] == pytest.approx(
        plan.data.stock_weight.values, rel=1e-12
    )


def test_at_the_studys_own_values_the_outcomes_are_the_plans(plan: Plan, fixed: FixedPlan) -> None:
    own = fixed.outcomes(as_draws(drivers(plan), np.array([[a.value for a in drivers(plan)]])))
    for measure in ("value_added", "employment", "co2"):
        # the solver's tolerance
        assert own[measure][0] == pytest.approx(plan.values[measure], rel=1e-6)
    assert own["breaches"][0] == 0


def test_other_technology_and_other_shares_by_brute_force(
    full_study: Study, plan: Plan, fixed: FixedPlan
) -> None:
    draws = {name: np.array([1.0 if name.endswith("error") else 0.0]) for name in DRIVERS}
    draws |= {"risk.delivery": np.array([0.8]), "plan.host_technology": np.array([0.3])}
    data = planning.plan_data(full_study.with_parameter("plan.host_technology", 0.3), plan.data.preset)
    found = fixed.outcomes(draws)
    by_phase = data.stock_weight * plan.intake
    for measure in ("value_added", "employment"):
        assert found[measure][0] == pytest.approx(0.8 * float((by_phase * data.gains[measure]).sum()))
    assert data.use is not None and data.limit is not None
    need = 0.8 * (plan.intake * data.use).sum("industry")
    known = data.limit.notnull().all("phase")
    broken = (need > data.limit * (1 + 1e-6)).any("phase").where(known)
    assert found["breaches"][0] == pytest.approx(float(broken.mean()))


def test_a_driver_that_makes_no_sense_is_named(plan: Plan) -> None:
    spoilt = replace(plan, study=plan.study.with_parameter("risk.headroom_error", "plenty"))
    with pytest.raises(StudyError, match=r"risk\.headroom_error"):
        drivers(spoilt)


def test_ranges_hold_the_plan_between_the_ends_of_the_tornado(plan: Plan, fixed: FixedPlan) -> None:
    frame = risk.ranges(plan, fixed).frame.set_index("consequence")
    assert (frame["p05"] <= frame["p50"]).all() and (frame["p50"] <= frame["p95"]).all()
    assert frame["shortfall_probability"].between(0, 1).all()
    tornado = risk.tornado(plan, fixed).frame
    assert tornado["swing"].is_monotonic_decreasing
    row = tornado.set_index("parameter").loc["risk.delivery"]
    assert row["value_added_low"] == pytest.approx(0.7 * plan.values["value_added"], rel=1e-6)
    assert row["value_added_high"] == pytest.approx(plan.values["value_added"], rel=1e-6)


def test_indices_of_the_plan_explain_its_variance(plan: Plan, fixed: FixedPlan) -> None:
    frame = risk.indices(plan, fixed).frame
    mine = frame[frame["consequence"] == "value_added"].set_index("parameter")
    # a product of independent factors: first orders sum to less than one, totals to more, by the errors
    assert mine["first_order"].sum() <= 1 + mine["first_order_error"].sum()
    assert mine["total_order"].sum() >= 1 - mine["total_order_error"].sum()
    # jobs per worker and carbon say nothing of value added
    assert mine.loc["risk.worker_output_growth", "total_order"] == 0
