"""Foresight: present values by hand, and the phases decided one after another by scipy's linprog.

Tolerance 1e-6 relative: two solvers, each to its own 1e-7 or better.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning import linear_programme, random_data, with_everything
from scipy.optimize import linprog

from hinterland.plan.data import PlanData
from hinterland.plan.foresight import Planner, foresight, look_ahead, present_weights, spending_weights
from hinterland.plan.optimise import best
from hinterland.plan.solver import load
from hinterland.study import Study, StudyError

RATES = {"value_added": 1.0, "co2": -0.2}


def test_present_values_by_hand() -> None:
    # nothing discounted, nothing after the end: the years times the weights of the plan's means
    data = random_data(1, (2, 1, 1, 3))
    years = [p.years for p in data.phases]
    assert present_weights(years, 0.0, 0, 3) == pytest.approx(data.stock_weight.values * data.years)
    # one phase of two years at 10 %: a quarter in place in the first, three quarters in the second, and all
    # of it for one year more
    d = [1.1**-0.5, 1.1**-1.5, 1.1**-2.5]
    assert present_weights([2], 0.1, 1, 1) == pytest.approx([0.25 * d[0] + 0.75 * d[1] + d[2]])
    # with a horizon of one of two phases what comes in the second is not counted
    assert present_weights([2, 5], 0.1, 1, 1) == pytest.approx([present_weights([2], 0.1, 1, 1)[0], 0.0])


def worth_of(data: PlanData, weights: np.ndarray) -> np.ndarray:
    """Worth of each z: the weight of a unit moved in a phase is the sum of those of its and later ends."""
    by_z = weights[::-1].cumsum()[::-1]
    gain = data.gains["value_added"].transpose("industry", "host").values[:, None, :, None]
    added = data.gains["co2"].transpose("industry", "host").values[:, None, :, None]
    saved = data.losses["co2"].transpose("industry", "origin").values[:, :, None, None]
    worth = RATES["value_added"] * gain + RATES["co2"] * (added - saved)
    return np.asarray(worth * by_z, dtype=float)


def by_linprog(data: PlanData, ahead: int, rate: float, residual: int) -> float:
    """Decide phase by phase, each with a programme of its own, and return the present value."""
    years = [p.years for p in data.phases]
    count = len(years)
    free = replace(data, focus=data.focus * 0 + 1.0)
    _, rows, bounds, shape = linear_programme(free, "value_added")
    released = data.releasable.sum("origin").values
    extra, limits = [], []
    for c, member in enumerate(data.classes.values):
        for p in range(count):
            row = np.zeros(shape)
            row[member == 1, :, :, : p + 1] = 1
            extra.append(row.ravel())
            limits.append(float(data.focus.values[c, p] * released[member == 1].sum()))
    a, b = np.vstack([rows, *extra]), np.concatenate([bounds, limits])
    whole = worth_of(data, present_weights(years, rate, residual, count)).ravel()
    done = np.zeros(shape)
    for k in range(count):
        horizon = min(k + ahead, count)
        gain = worth_of(data, present_weights(years, rate, residual, horizon)).ravel()
        low, high = np.zeros(shape), np.full(shape, np.inf)
        low[..., :k], high[..., :k] = done[..., :k] - 1e-9, done[..., :k] + 1e-9
        high[..., horizon:] = 0
        found = linprog(
            -gain, a, b, bounds=np.column_stack([np.maximum(low, 0).ravel(), high.ravel()]), method="highs-ds"
        )
        assert found.status == 0
        done = found.x.reshape(shape)
    return float(whole @ done.ravel())


@settings(max_examples=2, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_foresight_against_linprog(seed: int) -> None:
    data = random_data(seed, (3, 2, 3, 3))
    for x in look_ahead(data, RATES, rate=0.08, residual=4, horizon=2):
        # the means over the plan's years, from the moves alone
        gain = data.gains["value_added"] * data.flow_weight
        assert x.values["value_added"] == pytest.approx(float((x.move * gain).sum()), rel=1e-6)
        other = by_linprog(data, x.horizon, 0.08, 4)
        assert x.present_value == pytest.approx(other, rel=1e-6, abs=1e-6)


@settings(max_examples=2, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), rate=st.floats(0, 0.2), residual=st.integers(0, 15))
def test_who_sees_all_loses_nothing(seed: int, rate: float, residual: int) -> None:
    perfect, rolling, myopic = look_ahead(random_data(seed), RATES, rate=rate, residual=residual, horizon=2)
    assert rolling.present_value <= perfect.present_value + 1e-6
    assert myopic.present_value <= perfect.present_value + 1e-6
    # two phases seen of two
    assert rolling.present_value == pytest.approx(perfect.present_value, rel=1e-9)


def test_with_all_that_can_be_built_none_is_better_than_perfect(southwest: Study) -> None:
    data = replace(with_everything(), minimum=0.0)
    plan = best(southwest, data, load(data), "value_added")
    perfect, *others = look_ahead(data, plan.rates, rate=0.08, residual=4, horizon=2, built=plan.more)
    for x in others:
        assert x.present_value <= perfect.present_value * (1 + 1e-7)


def test_modes_and_upgrades_of_a_phase_stay_as_they_were_decided() -> None:
    """Counting the first phase only, another mode and upgrades are best than over both; they stay."""
    data = replace(with_everything(), minimum=0.0)
    plan = load(data)
    built = plan.solve({"value_added": 1.0}).more
    planner = Planner(data, {"value_added": 1.0, "co2": -5.0}, 0.08, 4, built)
    _, _, first = planner.decide(1, ())
    cell = len(data.industries) * len(data.hosts)
    assert data.modes is not None
    assert len(first[0]) == cell * (len(data.origins) + len(data.modes.codes) + 1)
    _, _, then = planner.decide(2, first[:1])
    assert then[0] == pytest.approx(first[0], abs=1e-6)
    _, _, whole = planner.decide(2, ())
    assert whole[0] != pytest.approx(first[0], abs=1e-3), "otherwise nothing is at stake"


def test_spending_has_a_present_value_too() -> None:
    """Nothing discounted, nothing after the end: the years times the means, money spent included."""
    assert spending_weights([2, 1], 0.1) == pytest.approx([(1.1**-0.5 + 1.1**-1.5) / 2, 1.1**-2.5])
    data = replace(with_everything(), minimum=0.0)
    rates = {"value_added": 1.0, "spending": -0.6}
    built = load(data).solve({"value_added": 1.0}).more
    perfect = look_ahead(data, rates, rate=0.0, residual=0, horizon=2, built=built)[0]
    means = sum(rate * perfect.values[name] for name, rate in rates.items())
    assert perfect.values["spending"] > 0
    assert perfect.present_value == pytest.approx(data.years * means, rel=1e-6)


def test_what_has_no_present_value_is_refused(southwest: Study) -> None:
    data = random_data(12, (3, 2, 3, 3))
    plan = replace(best(southwest, data, load(data), "value_added"), rates={"similarity": -1.0})
    with pytest.raises(StudyError, match="present value"):
        foresight(plan)


def test_tables(southwest: Study) -> None:
    data = random_data(12, (3, 2, 3, 3))
    plan = best(southwest, data, load(data), "value_added")
    values, phases = foresight(plan)
    frame = values.frame
    assert list(frame["foresight"]) == ["perfect", "rolling", "myopic"]
    assert frame["loss"].iloc[0] == 0 and (frame["loss"] >= 0).all()
    assert (frame["loss"] > 0).any(), "these figures are ones in which looking ahead pays"
    by_kind = phases.frame.groupby("foresight")["output"].sum()
    for row in frame.itertuples():
        assert by_kind[row.foresight] == pytest.approx(row.output)
    assert "8.0%" in values.method.en


def test_one_phase_has_nothing_to_foresee(southwest: Study) -> None:
    data = random_data(1, (2, 1, 1, 1))
    with pytest.raises(StudyError, match="one phase only"):
        foresight(best(southwest, data, load(data), "value_added"))
