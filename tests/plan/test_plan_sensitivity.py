"""How far a plan holds under other assumptions: against plans made whole, by hand, and at its limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning import random_data, two_by_two, with_everything

from hinterland import plan
from hinterland.accounts import complete
from hinterland.plan.assumptions import Assumption, assumptions, draws, reading
from hinterland.plan.data import PlanData
from hinterland.plan.optimise import TIE_ORDER
from hinterland.plan.reload import Reloader, figures
from hinterland.plan.sensitivity import Bench, replan, rule_of, same
from hinterland.plan.solver import load
from hinterland.study import Result, Study, StudyError, Text

# Optima of the same programme by other paths agree to the solver's tolerances (1e-9) times the size of their
# terms; the weights of the augmented objective leave 1e-5.
CLOSE = 1e-7
AUGMENTED = 1e-4


def _few_draws(study: Study) -> Study:
    return study.with_parameter("plan.sensitivity_draws", 3)


@pytest.fixture(scope="module")
def made(tiny_study: Study) -> tuple[Study, plan.Plan, dict[str, Result]]:
    study = _few_draws(tiny_study)
    chosen = plan.optimise(study)
    return study, chosen, {r.name: r for r in plan.sensitivity(study, chosen)}


def _without(study: Study, draws: int = 0) -> Study:
    return study.with_parameter("plan.sensitivity_draws", draws)


def test_with_parameter_is_found_and_leaves_the_study_alone(tiny_study: Study) -> None:
    before = tiny_study.parameter("plan.host_growth")
    other = tiny_study.with_parameter("plan.host_growth", 0.123)
    assert other.parameter("plan.host_growth") == 0.123
    assert tiny_study.parameter("plan.host_growth") == before
    assert other.parameter("plan.job_loss") == tiny_study.parameter("plan.job_loss")
    twice = other.with_parameter("accounts.headroom.energy", 0.5).with_parameter("seed", 7)
    assert twice.parameter("accounts.headroom.energy") == 0.5
    assert twice.parameter("plan.host_growth") == 0.123
    assert twice.parameter("seed") == 7


def test_with_parameter_outweighs_a_quoted_key(tiny_study: Study) -> None:
    quoted = replace(tiny_study, config={**tiny_study.config, "parameters": {"plan.host_growth": 0.5}})
    assert quoted.with_parameter("plan.host_growth", 0.25).parameter("plan.host_growth") == 0.25


def test_with_parameter_unknown(tiny_study: Study) -> None:
    with pytest.raises(StudyError, match=r"no parameter 'plan\.speed'"):
        tiny_study.with_parameter("plan.speed", 1)


def test_assumptions_are_those_that_are_read(full_study: Study) -> None:
    found = {a.code for a in assumptions(full_study, reading(full_study).all)}
    assert {"plan.host_growth", "plan.release_share", "plan.job_loss", "plan.host_technology"} <= found
    # options of display and of the search change no data; the interregional table is no part of the plan
    assert not found & {"plan.frontier_points", "plan.listing_tolerance", "accounts.home_bias", "seed"}


def test_a_value_outside_its_range_widens_it(tiny_study: Study) -> None:
    study = tiny_study.with_parameter("plan.host_growth", 0.2)
    (found,) = (a for a in assumptions(study, frozenset({"plan.host_growth"})))
    assert (found.low, found.value, found.high) == (0.01, 0.2, 0.2)


def test_only_what_rests_on_a_parameter_is_derived_anew(full_study: Study) -> None:
    bench = Bench(full_study, plan.optimise(full_study, objective="value_added"))
    for a in assumptions(full_study, bench.reading.all):
        value = a.high if a.high != a.value else a.low
        whole = complete(full_study.with_parameter(a.code, value))
        part = bench.study({a.code: value})
        assert set(part.arrays) == set(whole.arrays)
        for name in whole.arrays:
            assert part[name].identical(whole[name]), (a.code, name)


@pytest.mark.parametrize(
    "data", [two_by_two(), random_data(3), random_data(4, (4, 3, 2, 3)), with_everything()]
)
def test_reloaded_figures_are_those_of_the_programme(data: PlanData) -> None:
    other = replace(
        data,
        releasable=data.releasable * 1.3,
        host_growth=data.host_growth * 0.8,
        industry_growth=data.industry_growth * 1.1,
        gains={m: a * 0.9 for m, a in data.gains.items()},
        losses={m: a * 1.2 for m, a in data.losses.items()},
        use=None if data.use is None else data.use * 1.4,
        limit=None if data.limit is None else data.limit * 0.7,
        job_limit=None if data.job_limit is None else data.job_limit * 0.6,
        landed_cost=None if data.landed_cost is None else data.landed_cost - 0.01,
        similarity_tolerance=0.03,
    )
    found = figures(other)
    matrix, bounds = found.matrix, found.bound
    whole = load(other).programme.model.matrices
    assert abs(matrix - whole.A).max() <= 1e-14 * abs(whole.A).max()
    np.testing.assert_allclose(bounds, whole.b, rtol=1e-14)


def test_other_rows_are_built_whole() -> None:
    data = random_data(5)
    reloader = Reloader(data)
    assert data.limit is not None
    other = replace(data, limit=data.limit.fillna(5.0))
    again = reloader.solver(other).solve({"value_added": 1.0})
    assert again.values["value_added"] == pytest.approx(
        load(other).solve({"value_added": 1.0}).values["value_added"], rel=CLOSE
    )


def test_the_base_case_is_the_plan(tiny_study: Study, full_study: Study) -> None:
    for study in (tiny_study, full_study):
        chosen = plan.optimise(study)
        base = Bench(study, chosen).base
        for name in ("value_added", "co2", "output"):
            assert base.values[name] == pytest.approx(chosen.values[name], rel=AUGMENTED)


@pytest.mark.parametrize("objective", ["value_added", "employment", "co2", "landed_cost"])
def test_the_base_case_of_one_objective(tiny_study: Study, objective: plan.Objective) -> None:
    chosen = plan.optimise(tiny_study, objective=objective)
    base = Bench(tiny_study, chosen).base
    assert base.values[objective] == pytest.approx(chosen.values[objective], rel=CLOSE, abs=1e-9)


def test_a_case_is_the_plan_of_the_changed_study(tiny_study: Study) -> None:
    chosen = plan.optimise(tiny_study, objective="value_added")
    bench = Bench(tiny_study, chosen)
    for code, value in (("plan.host_growth", 0.013), ("plan.host_technology", 0.9)):
        case = bench.case({code: value})
        whole = plan.optimise(tiny_study.with_parameter(code, value), objective="value_added")
        for name in TIE_ORDER:
            if name in whole.values:
                assert case.values[name] == pytest.approx(whole.values[name], rel=CLOSE, abs=1e-6)


def test_by_hand(tiny_study: Study) -> None:
    """Where nothing but the hosts' growth binds and all that moves is worth the same, twice the growth is
    twice the value added."""
    data = plan.plan_data(tiny_study)
    loose = replace(
        data,
        releasable=data.releasable * 0 + 1e6,
        industry_growth=data.industry_growth * 0 + 1e6,
        focus=data.focus * 0 + 1,
        limit=None,
        use=None,
        job_limit=None,
        landed_cost=None,
        similarity_tolerance=1.0,
        minimum=0.0,
        gains={"value_added": data.gains["value_added"] * 0 + 0.4},
        losses={},
    )
    solver = load(loose)
    values = solver.lexicographic(["value_added"]).values
    by_hand = 0.4 * float((loose.host_growth * loose.stock_weight).sum())
    assert values["value_added"] == pytest.approx(by_hand)
    twice = Reloader(loose).solver(replace(loose, host_growth=2 * loose.host_growth))
    assert twice.lexicographic(["value_added"]).values["value_added"] == pytest.approx(2 * by_hand)


@settings(max_examples=12, deadline=None)
@given(
    st.integers(0, 10_000),
    st.sampled_from(["releasable", "host_growth", "industry_growth", "limit", "job_limit"]),
    st.floats(1.0, 3.0),
)
def test_a_wider_limit_never_lowers_the_optimum(seed: int, name: str, factor: float) -> None:
    data = random_data(seed)
    wider = replace(data, **{name: getattr(data, name) * factor})
    reloader = Reloader(data)
    for objective, sign in (("value_added", 1.0), ("employment", 1.0), ("co2", -1.0)):
        before = reloader.solver(data).solve({objective: sign}).values[objective]
        after = reloader.solver(wider).solve({objective: sign}).values[objective]
        assert sign * after >= sign * before - 1e-6 * max(1.0, abs(before))


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(0, 2**31), st.sampled_from([0.0, 0.1, 0.5, 0.73, 1.0]))
def test_draws_fill_the_ranges(count: int, seed: int, where: float) -> None:
    wanted = [
        Assumption("a", where, 0.0, 1.0, "", Text.same("a")),
        Assumption("b", 5.0, 5.0, 5.0, "", Text.same("b")),
    ]
    found = draws(wanted, count, seed)
    assert found.shape == (count, 2)
    assert np.all((found[:, 0] >= 0) & (found[:, 0] <= 1)) and np.all(found[:, 1] == 5.0)
    np.testing.assert_array_equal(found, draws(wanted, count, seed))
    # one draw in each of `count` strata of equal probability
    mode = where
    below = found[:, 0] ** 2 / mode if mode > 0 else np.zeros(count)
    above = 1 - (1 - found[:, 0]) ** 2 / (1 - mode) if mode < 1 else np.ones(count)
    cumulative = np.where(found[:, 0] < mode, below, above)
    cells = np.sort(cumulative) * count
    assert np.all(cells >= np.arange(count) - 1e-6) and np.all(cells <= np.arange(count) + 1 + 1e-6)


def test_tables(made: tuple[Study, plan.Plan, dict[str, Result]]) -> None:
    _, chosen, found = made
    assert list(found) == ["plan_sensitivity", "plan_range", "plan_robust_moves"]
    table = found["plan_sensitivity"].frame
    assert {"parameter", "parameter_en", "parameter_zh", "value_added_low", "co2_high", "swing"} <= set(table)
    assert table["swing"].is_monotonic_decreasing
    assert len(table) and table["solved"].all()
    figures = found["plan_range"].frame.set_index("objective")
    for name in ("value_added", "employment", "co2", "output"):
        row = figures.loc[name]
        assert row["value"] == chosen.values[name]
        assert row["low"] <= row["value"] <= row["high"]
        assert row["low"] == pytest.approx(
            min(row["value"], table[f"{name}_low"].min(), table[f"{name}_high"].min()), rel=1e-8
        )
        assert row["joint_low"] <= row["joint_high"]
    moves = found["plan_robust_moves"].frame
    assert moves["case_share"].between(0, 1).all()
    assert (moves["output_min"] <= moves["output"] + 1e-9).all()
    assert (moves["output_max"] >= moves["output"] - 1e-9).all()
    assert moves["output"].sum() == pytest.approx(float(chosen.transfer.sum()), rel=1e-5)
    for result in found.values():
        assert all(c.status in ("estimated", "assumption") for c in result.figures)
        for text in (result.title, result.method):
            assert text.en and text.zh and text.en != text.zh


@pytest.mark.parametrize("traded", [("value_added", "co2"), ("employment", "co2", "value_added")])
def test_a_plan_chosen_by_weights_keeps_its_place(full_study: Study, traded: tuple[str, ...]) -> None:
    """By its rule it is found again, whatever objectives it was chosen between."""
    weights = dict.fromkeys(traded, 1.0)
    chosen = plan.frontier(full_study, points=4, objectives=traded, weights=weights).plan
    bench = Bench(full_study, chosen)
    assert bench.rule.traded == traded
    for name in traded:
        width = max(1.0, abs(chosen.values[name]))
        assert bench.base.values[name] == pytest.approx(chosen.values[name], abs=AUGMENTED * width)


def test_the_same_twice(made: tuple[Study, plan.Plan, dict[str, Result]]) -> None:
    study, chosen, found = made
    for result in plan.sensitivity(study, chosen):
        pd.testing.assert_frame_equal(result.frame, found[result.name].frame, check_exact=True)


def test_progress_rises_to_one(tiny_study: Study) -> None:
    told: list[float] = []
    plan.sensitivity(_without(tiny_study), plan.optimise(tiny_study), told.append)
    assert told == sorted(told) and told[-1] == 1.0


def test_a_case_without_a_plan_is_told(tiny_study: Study) -> None:
    """Half of what must move is more than low growth lets in."""
    chosen = plan.optimise(tiny_study)
    asked = 0.95 * chosen.values["output"]
    study = _without(tiny_study.with_parameter("plan.minimum_output", asked), 4)
    demanding = plan.optimise(study)
    found = {r.name: r for r in plan.sensitivity(study, demanding)}
    table = found["plan_sensitivity"].frame
    failed = table[~table["solved"].astype(bool)]
    assert len(failed)
    assert table["solved"].iloc[0] == False  # noqa: E712 - they come first
    assert failed["remark_en"].str.startswith("No plan at ").all()
    assert failed["remark_zh"].str.contains("无方案").all()
    assert failed[["value_added_low", "value_added_high"]].isna().any(axis=1).all()
    assert "may lie outside" in found["plan_range"].note.en


def test_without_draws(tiny_study: Study) -> None:
    study = _without(tiny_study)
    found = {r.name: r for r in plan.sensitivity(study, plan.optimise(study))}
    assert found["plan_range"].frame[["joint_low", "joint_high"]].isna().all(axis=None)
    assert "Jointly" not in found["plan_range"].method.en
    assert "cases of one assumption" in found["plan_robust_moves"].note.en


def test_least_data(small_study: Study) -> None:
    """With only the required tables there is no carbon: a plan for value added, or against landed cost."""
    study = _without(small_study, 2)
    chosen = plan.optimise(study, objective="value_added")
    found = {r.name: r for r in plan.sensitivity(study, chosen)}
    assert "co2" not in set(found["plan_range"].frame["objective"]) or "co2" in chosen.values
    assert len(found["plan_sensitivity"].frame)


def test_same_data(tiny_study: Study) -> None:
    data = plan.plan_data(tiny_study)
    assert same(data, plan.plan_data(tiny_study))
    assert not same(data, plan.plan_data(tiny_study.with_parameter("plan.host_growth", 0.017)))


def test_position_is_kept(tiny_study: Study) -> None:
    chosen = plan.optimise(tiny_study)
    starts: dict[str, object] = {}
    rule = rule_of(chosen, load(chosen.data), starts)
    (position,) = rule.positions
    assert 0 <= position <= 1
    again = replan(load(chosen.data), rule, {})
    assert again.values["co2"] == pytest.approx(chosen.values["co2"], rel=AUGMENTED)
