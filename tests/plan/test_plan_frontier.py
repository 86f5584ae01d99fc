"""The frontier: distinct, non-dominated, the same cold and warm, the same in any order of labels."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from hinterland import plan as planning_room
from hinterland.plan.data import PlanData
from hinterland.plan.engine import INFINITE
from hinterland.plan.model import Frontier, Plan
from hinterland.plan.optimise import knee, payoff_table
from hinterland.plan.solver import hold, load
from hinterland.study import Study, StudyError


@pytest.fixture(scope="module")
def front(southwest: Study) -> Frontier:
    return planning_room.frontier(southwest)


def _points(front: Frontier) -> np.ndarray:
    return np.array([[p.values["value_added"], p.values["co2"]] for p in front.plans])


def test_at_least_nine_distinct_points_that_no_other_dominates(front: Frontier) -> None:
    points = _points(front)
    assert len(points) >= 9
    steps = np.diff(points, axis=0)
    assert (steps < 0).all(), "less value added and less carbon from point to point"
    span = np.ptp(points, axis=0)
    assert (np.abs(steps) > 1e-6 * span).all()


def test_ends_are_those_of_the_payoff_table(front: Frontier) -> None:
    points = _points(front)
    assert points[0, 0] == pytest.approx(front.payoff["value_added"]["value_added"], rel=1e-6)
    assert points[-1, 1] == pytest.approx(front.payoff["co2"]["co2"], rel=1e-5)


def test_points_audited_cold(front: Frontier) -> None:
    """Five points solved afresh, each by its own solver: no more value added is to be had for the carbon."""
    data = front.plan.data
    for p in (front.plans[k] for k in np.linspace(0, len(front.plans) - 1, 5).astype(int)):
        cap = {"co2": (-INFINITE, hold("co2", p.values["co2"])[1])}
        afresh = load(data)
        afresh.keep(p.more)
        cold = afresh.solve({"value_added": 1.0}, cap).values["value_added"]
        # the augmentation may give up a ten-thousandth of the range
        slack = 2e-4 * np.ptp(_points(front)[:, 0])
        assert p.values["value_added"] <= cold + 1e-6 * cold
        assert p.values["value_added"] >= cold - slack


def test_every_point_is_verified(front: Frontier) -> None:
    for p in front.plans:
        assert planning_room.verify(p).frame["holds"].all()


def test_the_chosen_one_is_the_knee(front: Frontier) -> None:
    table = front.results()["frontier"].frame
    assert table["chosen"].sum() == 1
    assert table["chosen"].to_numpy().argmax() == front.chosen == knee(_points(front))
    assert 0 < front.chosen < len(front.plans) - 1


def test_knee_by_hand() -> None:
    assert knee(np.array([[10.0, 10.0], [9.0, 2.0], [5.0, 1.0], [0.0, 0.0]])) == 1
    assert knee(np.array([[10.0, 10.0], [0.0, 0.0]])) == 0


def _same(a: Plan, b: Plan) -> None:
    other = b.transfer.sel({d: a.transfer[d].values for d in a.transfer.dims})
    np.testing.assert_allclose(a.transfer.values, other.values, atol=1e-6 * float(a.transfer.max()))
    for name, value in a.values.items():
        assert b.values[name] == pytest.approx(value, rel=1e-7, abs=1e-7)


def test_run_twice_gives_the_same_tables(southwest: Study, front: Frontier) -> None:
    again = planning_room.frontier(southwest)
    one, other = {**front.plan.results(), **front.results()}, {**again.plan.results(), **again.results()}
    for name in one:
        pd.testing.assert_frame_equal(one[name].frame, other[name].frame, check_exact=True)


def test_order_of_regions_and_industries_does_not_matter(southwest: Study, front: Frontier) -> None:
    frames = dict(southwest.frames)
    frames["regions"] = frames["regions"].iloc[::-1].reset_index(drop=True)
    frames["industries"] = frames["industries"].iloc[::-1].reset_index(drop=True)
    turned = replace(
        southwest,
        frames=frames,
        arrays={
            name: a.isel({d: slice(None, None, -1) for d in a.dims if d in ("region", "industry", "row")})
            for name, a in southwest.arrays.items()
        },
    )
    mirrored = planning_room.frontier(turned)
    assert mirrored.chosen == front.chosen
    np.testing.assert_allclose(_points(mirrored), _points(front), rtol=1e-6)
    _same(front.plan, mirrored.plan)


def test_frontier_is_quick(southwest: Study) -> None:
    start = time.process_time()
    planning_room.frontier(southwest, points=9)
    assert time.process_time() - start < 15


def test_re_solving_the_loaded_programme_is_the_same_as_building_anew(front: Frontier) -> None:
    data: PlanData = front.plan.data
    warm, cold = load(data), load(data)
    for solver in (warm, cold):
        # what is built is decided once; on a solver of its own it would be decided for another objective
        solver.keep(front.plan.more)
    payoff_table(warm, ["co2", "employment"])
    after = warm.solve({"value_added": 1.0}).values["value_added"]
    assert after == pytest.approx(cold.solve({"value_added": 1.0}).values["value_added"], rel=1e-9)


def test_one_point_is_refused(southwest: Study) -> None:
    with pytest.raises(StudyError, match="two or more"):
        planning_room.frontier(southwest, points=1)
