"""The programme against another route: scipy's linprog on rows put together by loops, and plans reckoned by
hand.

Tolerance 1e-6 relative: two solvers, each to its own 1e-7 or better.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning import array, linear_programme, random_data, two_by_two
from scipy.optimize import linprog

from hinterland.plan.data import PlanData
from hinterland.plan.objectives import SENSE
from hinterland.plan.solver import load
from hinterland.study import Phase, Text

OBJECTIVES = ("value_added", "employment", "co2", "landed_cost")


def optimum(data: PlanData, objective: str) -> float:
    sign = 1.0 if SENSE[objective] == "max" else -1.0
    return load(data).solve({objective: sign}).values[objective]


@settings(max_examples=8, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 2**32 - 1),
    sizes=st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 4), st.integers(1, 3)),
)
def test_random_programmes_agree_with_linprog(seed: int, sizes: tuple[int, int, int, int]) -> None:
    data = random_data(seed, sizes)
    solver = load(data)
    for objective in OBJECTIVES:
        sign = 1.0 if SENSE[objective] == "max" else -1.0
        found = solver.solve({objective: sign}).values[objective]
        cost, rows, bounds, _ = linear_programme(data, objective)
        other = linprog(cost, A_ub=rows, b_ub=bounds, method="highs-ds")
        assert other.status == 0
        assert found == pytest.approx(-sign * other.fun, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_two_by_two_agrees_with_linprog(objective: str) -> None:
    data = two_by_two()
    cost, rows, bounds, _ = linear_programme(data, objective)
    other = linprog(cost, A_ub=rows, b_ub=bounds, method="highs-ipm")
    sign = 1.0 if SENSE[objective] == "max" else -1.0
    assert optimum(data, objective) == pytest.approx(-sign * other.fun, rel=1e-6)


def one_of_each(**changes: object) -> PlanData:
    """One industry, origin, host and one phase of four years."""
    i, o, h, p, c = ["i"], ["o"], ["h"], ["p"], ["c"]
    data = PlanData(
        preset="one",
        phases=(Phase("p", 2026, 2029, Text.same("p")),),
        output=array([[100]], host=h, industry=i),
        releasable=array([[20]], industry=i, origin=o),
        classes=array([[1]], factor_class=c, industry=i),
        focus=array([[1]], factor_class=c, phase=p),
        host_growth=array([[50]], host=h, phase=p),
        industry_growth=array([[[40]]], industry=i, host=h, phase=p),
        forbidden=array([[[0]]], industry=i, host=h, phase=p).astype(bool),
        gains={
            m: array([[v]], industry=i, host=h)
            for m, v in (("value_added", 0.5), ("co2", 0.3), ("employment", 2))
        },
        losses={m: array([[v]], industry=i, origin=o) for m, v in (("co2", 0.5), ("employment", 1))},
    )
    return replace(data, **changes)  # type: ignore[arg-type]


def test_releasable_capacity_by_hand() -> None:
    # 20 move evenly over the four years: half of them are at work on average, at 0.5 of value added each
    solution = load(one_of_each()).solve({"value_added": 1.0})
    assert solution.values["value_added"] == pytest.approx(20 * 0.5 * 0.5)
    assert solution.values["co2"] == pytest.approx(20 * 0.5 * (0.3 - 0.5))
    assert solution.duals["releasable"].item() == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("change", "moved", "name", "price"),
    [
        ({"host_growth": array([[12]], host=["h"], phase=["p"])}, 12, "host_growth", 0.25),
        (
            {"industry_growth": array([[[8]]], industry=["i"], host=["h"], phase=["p"])},
            8,
            "industry_growth",
            0.25,
        ),
        ({"job_limit": array([[5]], origin=["o"], phase=["p"])}, 5, "job_loss", 0.25),
        (
            {
                "use": array([[[4]]], host=["h"], industry=["i"], resource=["k"]),
                "limit": array([[[10]]], host=["h"], resource=["k"], phase=["p"]),
            },
            2.5,
            "resource",
            0.0625,
        ),
    ],
)
def test_limits_and_their_prices_by_hand(
    change: dict[str, object], moved: float, name: str, price: float
) -> None:
    solution = load(one_of_each(**change)).solve({"value_added": 1.0})
    assert float(solution.move.sum()) == pytest.approx(moved)
    assert solution.duals[name].item() == pytest.approx(price)


def test_a_price_is_what_one_more_unit_brings() -> None:
    data = random_data(7)
    solver = load(data)
    base = solver.solve({"value_added": 1.0})
    dual = base.duals["host_growth"]
    at = np.unravel_index(int(dual.values.argmax()), dual.shape)
    assert dual.values[at] > 0
    step = 1e-4
    room = data.host_growth.copy()
    room.values[at] += step
    more = load(replace(data, host_growth=room)).solve({"value_added": 1.0})
    gain = (more.values["value_added"] - base.values["value_added"]) / step
    assert gain == pytest.approx(float(dual.values[at]), rel=1e-4)


def test_years_at_work() -> None:
    # phases of 3 and 4 years: what moves in the first works (1.5 + 4) of 7 years, in the second 2 of 7
    data = two_by_two()
    assert data.flow_weight.values == pytest.approx([5.5 / 7, 2 / 7])
    assert data.stock_weight.values == pytest.approx([3.5 / 7, 2 / 7])
