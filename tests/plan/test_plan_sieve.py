"""A large programme solved by few of its columns: the same optimum as by all of them."""

from __future__ import annotations

import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng
from planning import with_everything
from scipy.optimize import linprog

from hinterland import plan as planning_room
from hinterland.plan import sieve, solver
from hinterland.plan.engine import INFINITE, empty
from hinterland.plan.optimise import in_two_parts, within
from hinterland.plan.place import Place
from hinterland.plan.sieve import Sieve
from hinterland.plan.solver import NotSolvedError, hold, load
from hinterland.study import Study


@pytest.fixture
def all_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat every programme as a large one, and look at a tenth of its columns first."""
    monkeypatch.setattr(solver, "LARGE", 0)
    monkeypatch.setattr(sieve, "SHARE", 0.1)


def test_frontier_of_the_study_is_the_same(southwest: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """Value added and carbon of each point, walked in two parts by few columns, against the plain way.

    Tolerance: the augmentation has another range for jobs and counts landed cost, both about 1e-5 of the
    range of value added; at the upper end, where carbon costs next to no value added, that is 3e-4 of the
    range of carbon.
    """
    plain = planning_room.frontier(southwest)
    monkeypatch.setattr(solver, "LARGE", 0)
    monkeypatch.setattr(sieve, "SHARE", 0.1)
    monkeypatch.setattr(solver, "ENOUGH", -1.0)  # what is built is decided by the mixed-integer solve
    walked = planning_room.frontier(southwest)
    assert len(walked.plans) == len(plain.plans)
    for name, share in (("value_added", 2e-5), ("co2", 1e-3)):
        a = np.array([[p.values[name] for p in front.plans] for front in (plain, walked)])
        assert np.abs(a[0] - a[1]).max() <= share * np.ptp(a[0])
    for p in walked.plans:
        assert planning_room.verify(p).frame["holds"].all()


@pytest.mark.usefixtures("all_large")
def test_walks_are_proved_and_equal_solves_from_nothing(southwest: Study) -> None:
    data = planning_room.plan_data(southwest)
    one = load(data)
    if data.integer:
        one.settle({"value_added": 1.0})
    names, traded = ["value_added", "co2", "employment"], ("value_added", "co2")
    payoff, pairs = in_two_parts(one, names, traded, 7)
    assert payoff["value_added"]["value_added"] > payoff["co2"]["value_added"]
    caps = np.linspace(payoff["value_added"]["co2"], payoff["co2"]["co2"], 7)
    for cap, pair in zip(caps, pairs, strict=True):
        alone = one.twin()
        again = within(alone, payoff, [*names, "landed_cost"], traded, {"co2": float(cap)})[0]
        for name in names:
            assert pair[0].values[name] == pytest.approx(again.values[name], rel=1e-7)


@pytest.mark.usefixtures("all_large")
def test_tighter_looser_and_another_objective(southwest: Study) -> None:
    """Bounds moved either way and objectives exchanged, each against a solve from nothing."""
    one = load(planning_room.plan_data(southwest))
    top = one.solve({"value_added": 1.0}).values
    least = one.solve({"co2": -1.0}, {"value_added": (0.9 * top["value_added"], INFINITE)}).values["co2"]
    span = top["co2"] - least
    questions = [
        ({"value_added": 1.0}, {"co2": (-INFINITE, top["co2"] - share * span)}) for share in (0.2, 0.6, 0.1)
    ] + [
        ({"employment": 1.0}, {"co2": (-INFINITE, top["co2"] - 0.3 * span)}),
        ({"co2": -1.0}, {"value_added": hold("value_added", 0.97 * top["value_added"])}),
    ]
    for gain, bounds in questions:
        walked = one.solve(gain, bounds)
        name = next(iter(gain))
        assert walked.values[name] == pytest.approx(one.twin().solve(gain, bounds).values[name], rel=1e-8)


@pytest.mark.usefixtures("all_large")
def test_a_bound_that_cannot_be_met_is_said_to_be_infeasible() -> None:
    one = load(with_everything())
    one.solve({"value_added": 1.0})
    least = one.solve({"co2": -1.0}).values["co2"]
    one.solve({"value_added": 1.0}, {"co2": (-INFINITE, least + 1.0)})
    with pytest.raises(NotSolvedError, match="Infeasible"):
        one.solve({"value_added": 1.0}, {"co2": (-INFINITE, least - 10.0)})
    # and what is asked after it is answered
    assert one.solve({"co2": -1.0}, {"value_added": (0.0, INFINITE)}).values["co2"] == pytest.approx(least)


@pytest.mark.usefixtures("all_large")
def test_what_goes_wrong_in_one_part_stops_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    one, points = load(with_everything()), 40
    one.settle({"value_added": 1.0})
    asked: list[float] = []

    def failing(solver: object, *given: object) -> object:
        if solver is not one:
            raise NotSolvedError("Unbounded")
        asked.append(0.0)
        time.sleep(0.05)
        return None

    monkeypatch.setattr(sys.modules["hinterland.plan.optimise"], "within", failing)
    with pytest.raises(NotSolvedError, match="Unbounded"):
        in_two_parts(one, ["value_added", "co2"], ("value_added", "co2"), points)
    assert len(asked) < points // 2


@pytest.mark.parametrize("enough", [-1.0, 1.0])
def test_what_is_rounded_is_as_good_as_it_is_said_to_be(
    monkeypatch: pytest.MonkeyPatch, enough: float
) -> None:
    """The gap is proved by the relaxation; the mixed-integer solve is asked where it is not small enough."""
    data = with_everything()
    exact = load(data)
    exact.settle({"value_added": 1.0})
    best = exact.solve({"value_added": 1.0}).values["value_added"]
    monkeypatch.setattr(solver, "LARGE", 0)
    monkeypatch.setattr(solver, "ENOUGH", enough)
    rough = load(data)
    rough.settle({"value_added": 1.0})
    found = rough.solve({"value_added": 1.0})
    assert found.values["value_added"] >= best * (1 - rough.gap) * (1 - 1e-9)
    assert found.values["value_added"] <= best * (1 + solver.GAP)
    for name in ("establish", "build"):
        built = found.more[name].values
        assert np.abs(built - np.round(built)).max() <= 1e-9
    if enough < 0:
        assert rough.gap <= solver.GAP


def _random(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r = default_rng(seed)
    rows, columns = int(r.integers(3, 9)), int(r.integers(20, 60))
    matrix = r.uniform(0.1, 1.0, (rows, columns)) * (r.random((rows, columns)) < 0.5)
    return matrix, r.uniform(1, 5, rows), r.uniform(0.5, 2, (2, columns))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.floats(0.05, 0.95))
def test_random_programmes_agree_with_another_solver(seed: int, share: float) -> None:
    """max worth.x, A x <= b, 0 <= x <= 3, harm.x <= cap: a walk to a cap, against linprog from nothing."""
    matrix, most, (worth, harm) = _random(seed)
    rows, columns = matrix.shape
    # the last two columns are the objectives, defined by the last two rows
    whole = np.zeros((rows + 2, columns + 2))
    whole[:rows, :columns], whole[rows, :columns], whole[rows + 1, :columns] = matrix, worth, harm
    whole[rows, columns] = whole[rows + 1, columns + 1] = -1.0
    low = np.r_[np.zeros(columns), -np.inf, -np.inf]
    high = np.r_[np.full(columns, 3.0), np.inf, np.inf]
    one = empty()
    lp = solver.highspy.HighsLp()
    lp.num_row_, lp.num_col_ = whole.shape
    lp.col_cost_ = np.r_[np.zeros(columns), -1.0, 0.0]
    lp.col_lower_, lp.col_upper_ = low, high
    lp.row_lower_ = np.r_[np.full(rows, -np.inf), 0.0, 0.0]
    lp.row_upper_ = np.r_[most, 0.0, 0.0]
    at = np.nonzero(whole.T)
    lp.a_matrix_.format_ = solver.highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.searchsorted(at[0], np.arange(columns + 3))
    lp.a_matrix_.index_, lp.a_matrix_.value_ = at[1], whole.T[at]
    one.passModel(lp)
    one.run()
    place = Place.of(one)
    cap = share * float(place.values[columns + 1])
    few = Sieve(one)
    one.changeColBounds(columns + 1, -np.inf, cap)
    found = few.walk(one, place, (columns, columns + 1))
    assert found is not None
    one.setBasis(found.basis)
    one.run()
    assert one.getInfo().simplex_iteration_count == 0, "the basis is proved optimal as it is"
    proved = Place.of(one)
    for name in ("values", "reduced", "prices", "made"):
        np.testing.assert_allclose(getattr(found, name), getattr(proved, name), atol=1e-8, err_msg=name)
    limits, ends = np.vstack([matrix, harm]), np.r_[most, cap]
    other = linprog(-worth, limits, ends, bounds=(0, 3))
    assert one.getInfo().objective_function_value == pytest.approx(other.fun, rel=1e-9)
