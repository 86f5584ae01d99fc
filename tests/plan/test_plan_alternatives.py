"""Near-optimal plans: their ranges against scipy's linprog, their distance against all combinations of signs.

Tolerance 1e-6 of what the plan moves: two solvers, each to its own 1e-7 or better.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning import linear_programme, random_data
from scipy.optimize import linprog

from hinterland.plan import solver
from hinterland.plan.alternatives import Near, nearby, tables
from hinterland.plan.data import PlanData
from hinterland.plan.model import Plan
from hinterland.plan.optimise import best, trace
from hinterland.plan.solver import load
from hinterland.plan.verify import verify
from hinterland.study import Study

SLACK = 0.05


def planned(southwest: Study, data: PlanData) -> Plan:
    return best(southwest, data, load(data), "value_added")


def near(plan: Plan, count: int = 2, starts: int = 4, leading: int = 99) -> Near:
    return nearby(plan, load(plan.data), slack=SLACK, count=count, leading=leading, starts=starts, seed=1)


def rows_of(plan: Plan) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows and bounds of the near-optimal plans by z, and what each z adds to each cell [cell, z]."""
    gain, rows, bounds, shape = linear_programme(plan.data, "value_added")
    least = (1 - SLACK) * plan.values["value_added"]
    n_i, _, n_h, _ = shape
    cell = np.zeros((n_i, n_h, *shape))
    for i, h in product(range(n_i), range(n_h)):
        cell[i, h, i, :, h, :] = 1
    return np.vstack([rows, gain]), np.append(bounds, -least), cell.reshape(n_i * n_h, -1)


@settings(max_examples=3, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_least_and_most_against_linprog(southwest: Study, seed: int) -> None:
    plan = planned(southwest, random_data(seed, (3, 2, 2, 2)))
    found = near(plan, count=0)
    rows, bounds, cells = rows_of(plan)
    total = float(plan.moves.sum())
    order = {d: sorted(found.least[d].values) for d in ("industry", "host")}
    for k, gain in enumerate(cells):
        at = {"industry": order["industry"][k // 2], "host": order["host"][k % 2]}
        least, most = float(found.least.sel(at)), float(found.most.sel(at))
        if np.isnan(least):
            # left out because no plan found moves it
            assert float(plan.moves.sum("origin").sel(at)) <= 1e-6 * total
            continue
        assert least == pytest.approx(linprog(gain, rows, bounds).fun, abs=1e-6 * total)
        assert most == pytest.approx(-linprog(-gain, rows, bounds).fun, abs=1e-6 * total)


@settings(max_examples=3, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_first_alternative_is_as_far_as_any(southwest: Study, seed: int) -> None:
    """The largest of a convex function is at one of the combinations of signs: all 64 are tried."""
    plan = planned(southwest, random_data(seed, (3, 2, 2, 2)))
    rows, bounds, cells = rows_of(plan)
    mine = plan.moves.sum("origin").transpose("industry", "host")
    base = mine.sortby(["industry", "host"]).values.ravel()
    total = float(base.sum())
    farthest = max(
        -linprog(-(np.array(signs) @ cells), rows, bounds).fun - float(np.array(signs) @ base)
        for signs in product((-1.0, 1.0), repeat=len(base))
    ) / (2 * total)
    found = near(plan, count=1, leading=0, starts=8).alternatives
    reached = found[0].distance if found else 0.0
    assert reached <= farthest + 1e-6
    # a local search: it may end short of the farthest, but on six cells with nine starts not by much
    assert reached >= 0.9 * farthest - 1e-4


@pytest.mark.parametrize("large", [False, True])
def test_alternatives_are_feasible_near_optimal_and_apart(
    southwest: Study, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    if large:  # solved as a large programme is
        monkeypatch.setattr(solver, "LARGE", 0)
    data = random_data(2, (4, 2, 3, 2))
    plan = trace(southwest, data, load(data), 5).plan
    assert plan.traded == ("value_added", "co2")
    found = near(plan, count=3)
    assert len(found.alternatives) >= 2
    known = [plan.moves.sum("origin")]
    total = float(plan.moves.sum())
    for other in found.alternatives:
        assert other.values["value_added"] >= (1 - SLACK) * plan.values["value_added"] - 1e-6
        assert other.values["co2"] <= plan.values["co2"] + SLACK * abs(plan.values["co2"]) + 1e-6
        apart = [float(abs(other.moves - w).sum()) / (2 * total) for w in known]
        assert other.distance == pytest.approx(apart[0])
        assert other.nearest == pytest.approx(min(apart))
        assert other.nearest > 1e-3
        known.append(other.moves)
    inside = [bool((w >= found.least.fillna(0.0) - 1e-6 * total).all()) for w in known]
    assert all(inside), "no near-optimal plan moves less than the least"
    again = near(plan, count=3)
    for a, b in zip(found.alternatives, again.alternatives, strict=True):
        np.testing.assert_array_equal(a.moves.values, b.moves.values)


def test_no_slack_leaves_the_objective_where_it_is(southwest: Study) -> None:
    data = random_data(4)
    plan = planned(southwest, data)
    solver = load(data)
    found = nearby(plan, solver, slack=0.0, count=1, leading=99, starts=0, seed=1)
    for other in found.alternatives:
        assert other.values["value_added"] == pytest.approx(plan.values["value_added"], rel=1e-7)
    # the programme is as it was
    assert solver.solve({"value_added": 1.0}).values["value_added"] == pytest.approx(
        plan.values["value_added"], rel=1e-8
    )
    assert verify(plan).frame["holds"].all()


def test_tables_say_what_was_found(southwest: Study) -> None:
    plan = planned(southwest, random_data(2, (4, 2, 3, 2)))
    found = near(plan, count=2)
    others, moves, common = tables(found)
    assert list(others.frame["alternative"]) == [0, 1, 2][: len(found.alternatives) + 1]
    assert others.frame["distance"].iloc[0] == 0
    for k, part in moves.frame.groupby("alternative"):
        whole = plan.moves if k == 0 else found.alternatives[int(k) - 1].moves
        assert part["output"].sum() == pytest.approx(float(whole.sum()), rel=1e-5)
    frame = common.frame
    assert (frame["output_min"] <= frame["output"] + 1e-6).all()
    assert (frame["output"] <= frame["output_max"] + 1e-6).all()
    assert (frame["in_all"] == (frame["output_min"] > 1e-6 * frame["output"].sum())).all()
    assert frame["in_all"].any()
    # half the slack: less freedom, so that no range is wider
    solver = load(plan.data)
    tighter = nearby(plan, solver, slack=SLACK / 2, count=0, leading=99, starts=0, seed=1)
    both = found.least.notnull() & tighter.least.notnull()
    assert bool((tighter.least.where(both, 0) >= found.least.where(both, 0) - 1e-6).all())
    assert bool((tighter.most.where(both, 0) <= found.most.where(both, 0) + 1e-6).all())
