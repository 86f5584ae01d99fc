"""The frontier between three objectives and the choice on it, against scipy's linprog on a programme written
out by loops.

Tolerances: 1e-6 of an objective's range for two solvers, each to its own 1e-7 or better; 3e-4 of the first
objective's range where the augmentation (1e-4 and a tenth of it) may give some of it up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning import linear_programme, random_data, two_by_two, with_everything
from scipy.optimize import linprog

from hinterland.plan import choice, grid
from hinterland.plan.data import PlanData
from hinterland.plan.model import Frontier
from hinterland.plan.optimise import checked, distinct, knee, payoff_table, trace, within
from hinterland.plan.solver import hold, load
from hinterland.plan.verify import verify
from hinterland.study import Study, StudyError

THREE = ("value_added", "co2", "landed_cost")
AUGMENTED = 3e-4


def written_out(data: PlanData) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Gain of each objective by z, larger better, and the rows and bounds."""
    gains = {}
    for name in THREE:
        cost, rows, bounds, _ = linear_programme(data, name)
        gains[name] = -cost
    return gains, rows, bounds


def best_within(
    data: PlanData, gain: np.ndarray, least: Mapping[str, float], slack: float = 0.0
) -> float | None:
    """Largest gain with objectives (larger better) at least at these levels; None where there is none."""
    gains, rows, bounds = written_out(data)
    a = np.vstack([rows, *(-gains[k] for k in least)])
    b = np.concatenate([bounds, [-v + slack for v in least.values()]])
    found = linprog(-gain, A_ub=a, b_ub=b, method="highs")
    return None if found.status == 2 else -float(found.fun)


def front_of(southwest: Study, data: PlanData, points: int = 16, **how: Mapping[str, float]) -> Frontier:
    return trace(southwest, data, load(data), points, THREE, **how)


def better(front: Frontier) -> np.ndarray:
    return np.array([[choice.sign(k) * p.values[k] for k in front.traded] for p in front.plans])


@settings(max_examples=5, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_points_of_three_objectives_are_efficient_distinct_and_complete(southwest: Study, seed: int) -> None:
    data = random_data(seed)
    front = front_of(southwest, data)
    points = better(front)
    ranges = np.array([choice.width(front.payoff, k) for k in THREE])
    unit = points / ranges
    apart = np.abs(unit[:, None] - unit[None]).max(axis=2)[np.triu_indices(len(unit), 1)]
    assert (apart > 1e-8).all()
    for k, row in enumerate(unit):
        rest = np.delete(unit, k, axis=0)
        assert not ((rest >= row - 1e-9).all(axis=1) & (rest > row + 1e-7).any(axis=1)).any()
    gains, *_ = written_out(data)
    total = sum((gains[k] / r for k, r in zip(THREE, ranges, strict=True)), np.zeros(len(gains[THREE[0]])))
    for row in points[:: max(1, len(points) // 4)]:
        # Benson's test: as good in every objective, and better in their sum?
        slack = 1e-7 * float(ranges.max())
        found = best_within(data, total, dict(zip(THREE, row, strict=True)), slack)
        assert found is not None
        assert found <= float((row / ranges).sum()) + 5e-4
    # every point of the grid that has a solution has one among the points, whatever was passed over
    side = grid.sides(16)
    outer, inner = (grid.levels(front.payoff, k, side) for k in THREE[1:])
    for e2 in outer[::2]:
        for e3 in inner[::2]:
            held = {THREE[1]: -float(e2), THREE[2]: -float(e3)}
            most = best_within(data, gains["value_added"], held)
            there = points[(points[:, 1] >= -e2 - 1e-6) & (points[:, 2] >= -e3 - 1e-6)]
            if most is None:
                continue
            assert len(there)
            assert there[:, 0].max() >= most - AUGMENTED * ranges[0]


def test_passing_over_loses_no_point(southwest: Study) -> None:
    """The same points as when every point of the grid is solved, in fewer solves."""
    data = random_data(11)
    solver = load(data)
    payoff = payoff_table(solver, list(THREE))
    steps = [grid.levels(payoff, k, 5) for k in THREE[1:]]
    solved: list[dict[str, float]] = []
    front = front_of(southwest, data, 25)
    for e2 in steps[0]:
        for e3 in steps[1]:
            most = best_within(data, written_out(data)[0]["value_added"], {"co2": -e2, "landed_cost": -e3})
            if most is not None:
                solved.append({"value_added": most})
    firsts = np.array([p.values["value_added"] for p in front.plans])
    for cell in solved:
        gap = np.abs(firsts - cell["value_added"]).min()
        assert gap <= AUGMENTED * choice.width(payoff, "value_added")
    assert len(front.plans) <= len(solved)


def test_every_point_is_verified_and_the_order_of_labels_does_not_matter(southwest: Study) -> None:
    data = random_data(5)
    front = front_of(southwest, data, 9)
    for p in front.plans:
        assert verify(p).frame["holds"].all()
    tables = front.results()
    assert tables["frontier"].frame["chosen"].sum() == 1
    assert "landed" in tables["frontier"].title.en.lower()


def test_checked_says_all_that_is_wrong() -> None:
    data = replace(two_by_two(), landed_cost=None)
    with pytest.raises(StudyError, match=r"unknown: happiness; without data: landed_cost"):
        checked(data, ("happiness", "landed_cost"))
    for wrong in (("co2",), ("co2", "co2"), ("co2", "output", "employment", "value_added")):
        with pytest.raises(StudyError, match="two or three"):
            checked(data, wrong)
    assert checked(data, ["co2", "employment"]) == ("co2", "employment")


def test_knee_of_three_objectives_by_hand() -> None:
    ends = np.eye(3)
    # on the plane through the ends, beyond it, and below it
    points = np.vstack([ends, [[1 / 3, 1 / 3, 1 / 3]], [[0.6, 0.5, 0.4]], [[0.2, 0.2, 0.2]]])
    assert knee(points) == 4
    assert knee(points * [1, 10, 1e6] + [5, -3, 0]) == 4
    assert knee(ends) == 0


@settings(max_examples=4, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), weights=st.tuples(*[st.floats(0.05, 1)] * 3))
def test_weights_and_reference_points_against_linprog(
    southwest: Study, seed: int, weights: tuple[float, float, float]
) -> None:
    data = random_data(seed)
    solver = load(data)
    payoff = {k: v for k, v in payoff_table(solver, list(THREE)).items()}
    gains, rows, bounds = written_out(data)
    rate = {k: 1 / choice.width(payoff, k) for k in THREE}
    wished = dict(zip(THREE, weights, strict=True))
    found = choice.by_weights(solver, payoff, THREE, wished)
    mix = sum((wished[k] * rate[k] * gains[k] for k in THREE), np.zeros(rows.shape[1]))
    other = linprog(-mix, A_ub=rows, b_ub=bounds, method="highs-ds")
    mine = sum(wished[k] * rate[k] * choice.sign(k) * found.values[k] for k in THREE)
    assert mine == pytest.approx(-other.fun, rel=1e-6, abs=1e-6)

    # the reference point: a further variable t, not above any achievement
    aims = {k: payoff[k][k] - choice.sign(k) * w * choice.width(payoff, k) for k, w in wished.items()}
    found = choice.by_reference(solver, payoff, THREE, aims)
    reach = min(choice.sign(k) * (found.values[k] - aims[k]) * rate[k] for k in THREE)
    a = np.vstack(
        [
            np.hstack([rows, np.zeros((len(rows), 1))]),
            *(np.append(-rate[k] * gains[k], 1.0) for k in THREE),
        ]
    )
    b = np.concatenate([bounds, [-choice.sign(k) * aims[k] * rate[k] for k in THREE]])
    cost = np.append(np.zeros(rows.shape[1]), -1.0)
    free = [(0, None)] * rows.shape[1] + [(None, None)]
    other = linprog(cost, A_ub=a, b_ub=b, bounds=free, method="highs-ds")
    # the sum beside it may take up to its weight times the ranges
    assert -other.fun - 6 * choice.AUGMENT_SUM <= reach <= -other.fun + 1e-6
    # the programme is as it was
    again = solver.solve({"value_added": 1.0}).values["value_added"]
    assert again == pytest.approx(load(data).solve({"value_added": 1.0}).values["value_added"], rel=1e-8)


def test_a_chosen_point_is_on_the_frontier_and_said_to_be_chosen(southwest: Study) -> None:
    data = random_data(3)
    front = front_of(southwest, data, 9, weights={"value_added": 2.0, "co2": 1.0, "landed_cost": 1.0})
    assert "by weights" in front.results()["frontier"].note.en
    points = better(front)
    u = points / [choice.width(front.payoff, k) for k in THREE]
    assert int(np.argmax(np.round(u @ [2.0, 1.0, 1.0], 7))) == front.chosen
    aims = {k: front.payoff[k][k] for k in THREE}
    front = front_of(southwest, data, 9, reference=aims)
    note = front.results()["frontier"].note
    assert "reference point" in note.en
    assert "参考点" in note.zh
    least = (better(front) - [choice.sign(k) * aims[k] for k in THREE]) / [
        choice.width(front.payoff, k) for k in THREE
    ]
    assert int(np.argmax(np.round(least.min(axis=1), 6))) == front.chosen


def test_a_choice_that_cannot_be_is_refused(southwest: Study) -> None:
    data = random_data(3)
    for how, said in (
        ({"weights": {"employment": 1.0}}, "weight for employment"),
        ({"weights": {"co2": -1.0}}, "negative or all zero"),
        ({"weights": {"co2": 0.0}}, "negative or all zero"),
        ({"reference": {"co2": float("nan")}}, "wish for co2"),
    ):
        with pytest.raises(StudyError, match=said):
            front_of(southwest, data, 4, **how)


def test_equals_are_kept_once(southwest: Study) -> None:
    data = random_data(3)
    plans = list(front_of(southwest, data, 4).plans)
    assert len(distinct(plans + plans, *THREE)) == len(plans)
    last = replace(plans[0])
    kept = distinct([*plans, last], *THREE, wanted=last)
    assert len(kept) == len(plans)
    assert any(p is last for p in kept)


def test_of_equal_plans_the_one_that_spends_least_is_taken() -> None:
    """Upgrading that brings nothing, and money enough for it."""
    base = with_everything()
    assert base.upgrades is not None and base.budgets is not None
    idle = replace(base.upgrades, change={k: 0.0 * v for k, v in base.upgrades.change.items()}, use=None)
    rich = replace(base.budgets, amount=1000 * base.budgets.amount)
    solver = load(replace(base, upgrades=idle, budgets=rich))
    solver.settle({"value_added": 1.0})
    names, traded = ["value_added", "co2", "employment"], ("value_added", "co2")
    payoff = payoff_table(solver, names)
    middle = (payoff["value_added"]["co2"] + payoff["co2"]["co2"]) / 2
    found = within(solver, payoff, names, traded, {"co2": middle})[0].values
    held = {n: hold(n, found[n]) for n in (*names, "landed_cost")}
    least, most = (solver.solve({"spending": s}, held).values["spending"] for s in (-1.0, 1.0))
    assert most > 2 * least, "equal plans may spend more here"
    assert found["spending"] == pytest.approx(least, rel=1e-6)
