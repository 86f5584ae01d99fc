"""The point of least transport: analytic cases, invariances, another optimiser; p-median: trying all."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import minimize

from hinterland.accounts.space import great_circle
from hinterland.potential import material_index, p_median, transport_cost, weber_point
from hinterland.study import StudyError

SOME = settings(deadline=None, max_examples=40)
ROUNDED = st.floats(-50, 50).map(lambda x: round(x, 2))
POINTS = hnp.arrays(
    float, st.tuples(st.integers(3, 9), st.just(2)), elements=st.floats(-50, 50).map(lambda x: round(x, 2))
)
EQUATOR = np.array([[100.0, 30.0], [115.0, 25.0], [120.0, 40.0], [105.0, 35.0]])


def weighted_median(values: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """The lowest and the highest weighted median."""
    order = np.argsort(values)
    below = np.cumsum(weights[order])
    half = below[-1] / 2
    low = values[order][np.searchsorted(below, half - 1e-9)]
    high = values[order][np.searchsorted(below, half + 1e-9)]
    return float(low), float(high)


@SOME
@given(
    hnp.arrays(float, st.integers(1, 9), elements=ROUNDED),
    st.integers(0, 10**6),
)
def test_on_a_line_it_is_the_weighted_median(values: np.ndarray, seed: int) -> None:
    weights = np.random.default_rng(seed).integers(1, 9, len(values)).astype(float)
    found = weber_point(np.column_stack([values, 2 * values]), weights)
    low, high = weighted_median(values, weights)
    assert low - 1e-9 <= found.point[0] <= high + 1e-9
    assert found.point[1] == pytest.approx(2 * found.point[0])


def test_the_fermat_point_sees_every_side_under_120_degrees() -> None:
    corners = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 3.0]])
    found = weber_point(corners, np.ones(3))
    assert found.cost == pytest.approx(np.sqrt(25 + 12 * np.sqrt(3)), rel=1e-12)
    ways = (corners - found.point) / np.linalg.norm(corners - found.point, axis=1)[:, None]
    assert ways @ ways.T == pytest.approx(np.where(np.eye(3) == 1, 1.0, -0.5), abs=1e-8)


def test_an_angle_of_120_degrees_or_more_holds_the_point() -> None:
    for angle in (120.0, 150.0):
        turn = np.radians(angle)
        found = weber_point([[0, 0], [1, 0], [np.cos(turn), np.sin(turn)]], np.ones(3))
        assert found.vertex == 0 and found.gap == pytest.approx(2 * np.cos(turn / 2) / 3 - 1 / 3)


def test_pick_the_angles_are_those_of_the_triangle_of_weights() -> None:
    weights = np.array([3.0, 4.0, 5.0])
    corners = np.array([[0.0, 0.0], [10.0, 0.0], [5.0, 9.0]])
    found = weber_point(corners, weights)
    ways = (corners - found.point) / np.linalg.norm(corners - found.point, axis=1)[:, None]
    assert ways[0] @ ways[1] == pytest.approx(0.0, abs=1e-8)  # the pulls 3 and 4 stand at right angles
    assert ways[1] @ ways[2] == pytest.approx(-4 / 5, abs=1e-8)


@SOME
@given(POINTS, st.integers(0, 10**6))
def test_a_weight_of_half_or_more_holds_the_point(places: np.ndarray, seed: int) -> None:
    weights = np.random.default_rng(seed).random(len(places))
    weights[0] = weights[1:].sum() * 1.001
    found = weber_point(places, weights)
    assert found.point == pytest.approx(places[0])
    assert found.vertex is not None and found.iterations == 0


@SOME
@given(POINTS, st.integers(0, 10**6))
def test_no_other_optimiser_finds_less(places: np.ndarray, seed: int) -> None:
    random = np.random.default_rng(seed)
    weights = random.random(len(places)) ** 3 + 1e-3

    def cost(x: np.ndarray) -> float:
        return float(weights @ np.linalg.norm(places - x, axis=1))

    found = weber_point(places, weights)
    other = minimize(cost, places.mean(0), method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-13})
    assert cost(found.point) == pytest.approx(found.cost, rel=1e-12)
    assert found.cost <= other.fun * (1 + 1e-12)
    assert found.gap <= 1e-10


@SOME
@given(POINTS, st.integers(0, 10**6))
def test_turning_moving_and_scaling_change_nothing(places: np.ndarray, seed: int) -> None:
    assume(np.linalg.matrix_rank(places - places[0], tol=1e-3) == 2)
    random = np.random.default_rng(seed)
    weights = random.random(len(places)) + 0.1
    turn, scale, shift = random.uniform(0, 6), random.uniform(0.1, 10), random.normal(size=2) * 100
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    here = weber_point(places, weights)
    there = weber_point(scale * places @ rotation.T + shift, 7 * weights)
    assert there.cost == pytest.approx(7 * scale * here.cost, rel=1e-8)
    assert there.point == pytest.approx(scale * rotation @ here.point + shift, abs=1e-3 * scale)


def test_it_leaves_a_place_where_weiszfelds_iteration_would_stick() -> None:
    """The start is the best place; without the step of Vardi and Zhang the weight there divides by zero."""
    places = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.2], [0.3, -1.0]])
    weights = np.array([0.2, 1.0, 1.0, 1.0, 1.5])
    found = weber_point(places, weights)
    assert found.vertex is None and 0 < np.linalg.norm(found.point) < 0.5


def test_places_on_one_spot_pull_as_one() -> None:
    apart = weber_point([[0, 0], [2, 0], [0, 2]], [2.0, 1.0, 1.0])
    twice = weber_point([[0, 0], [0, 0], [2, 0], [0, 2]], [1.0, 1.0, 1.0, 1.0])
    assert twice.point == pytest.approx(apart.point) and twice.cost == pytest.approx(apart.cost)


@SOME
@given(st.integers(0, 10**6))
def test_on_the_sphere_no_point_around_costs_less(seed: int) -> None:
    random = np.random.default_rng(seed)
    places = np.column_stack([random.uniform(75, 130, 12), random.uniform(18, 50, 12)])
    weights = random.random(12)
    found = weber_point(places, weights, geometry="sphere")
    assert transport_cost(found.point[None], places, weights)[0] == pytest.approx(found.cost, rel=1e-12)
    for size in (1e-4, 1e-2, 1.0):
        around = found.point + size * random.normal(size=(50, 2))
        assert (transport_cost(around, places, weights) >= found.cost * (1 - 1e-12)).all()


def test_the_sphere_is_the_plane_where_it_is_small() -> None:
    near = EQUATOR * [1e-3, 1e-3] * [1, 1]
    weights = np.array([1.0, 2.0, 1.5, 1.0])
    flat, round_ = weber_point(near, weights), weber_point(near, weights, geometry="sphere")
    assert round_.point == pytest.approx(flat.point, abs=1e-7)


def test_two_places_on_the_sphere_are_great_circle_apart() -> None:
    km = great_circle(EQUATOR[:2, 0], EQUATOR[:2, 1])[0, 1]
    assert weber_point(EQUATOR[:2], [1.0, 2.0], geometry="sphere").cost == pytest.approx(km)
    assert transport_cost(EQUATOR[:1], EQUATOR[1:2], [3.0])[0] == pytest.approx(3 * km)


@pytest.mark.parametrize(
    ("places", "weights"),
    [
        ([[0, 0], [1, np.nan]], [1, 1]),
        ([[0, 0], [1, 1]], [1, -1]),
        ([[0, 0], [1, 1]], [0, 0]),
        ([[0, 0], [1, 1]], [1, 1, 1]),
    ],
)
def test_what_has_no_point_is_refused(places: list[list[float]], weights: list[float]) -> None:
    with pytest.raises(StudyError, match="coordinates and weights"):
        weber_point(places, weights)


def test_places_round_the_world_and_too_few_steps_are_refused() -> None:
    with pytest.raises(StudyError, match="quarter of the way round"):
        weber_point([[0, 0], [100, 0], [200, 10]], np.ones(3), geometry="sphere")
    with pytest.raises(StudyError, match="not found in 2 steps"):
        weber_point([[0, 0], [4, 0], [0, 3]], np.ones(3), max_iter=2)


def test_the_material_index_of_weight_losing_inputs_is_above_one() -> None:
    # two inputs of half the value, one of which carries five times the product's freight, the other none
    index = material_index([[0.5, 0.1], [0.5, 0.5]], [0.5, 0.0], [0.1, 0.0])
    assert index[0] == pytest.approx(2.5) and np.isnan(index[1])


@SOME
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_the_median_is_the_best_of_all_choices(seed: int, p: int) -> None:
    random = np.random.default_rng(seed)
    cost, weights = random.random((9, 5)), random.random(9)
    found = p_median(cost, weights, p)
    tried = {c: float(weights @ cost[:, list(c)].min(1)) for c in combinations(range(5), p)}
    assert found.cost == pytest.approx(min(tried.values()), rel=1e-9)
    assert tried[found.sites] == pytest.approx(found.cost, rel=1e-12)
    assert set(found.serves.tolist()) <= set(found.sites) and len(found.sites) == p


def test_more_sites_never_cost_more_and_all_serve_each_nearest() -> None:
    random = np.random.default_rng(1)
    cost, weights = random.random((20, 6)), random.random(20)
    costs = [p_median(cost, weights, p).cost for p in range(1, 7)]
    assert (np.diff(costs) <= 1e-12).all()
    assert costs[-1] == pytest.approx(float(weights @ cost.min(1)))


def test_a_median_that_cannot_be_is_refused() -> None:
    for p in (0, 4):
        with pytest.raises(StudyError, match="cannot be chosen"):
            p_median(np.ones((2, 3)), np.ones(2), p)
    with pytest.raises(StudyError, match="missing or negative"):
        p_median([[1.0, np.nan]], [1.0], 1)
