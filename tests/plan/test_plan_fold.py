"""Rows of one column told as its bounds: the same optimum, basis and prices."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from hinterland.plan.engine import empty
from hinterland.plan.fold import fold
from hinterland.plan.place import BASIC, Place, basis_of
from hinterland.plan.sieve import Sieve

INF = float("inf")


def solved(matrix: Any, cost: Any, low: Any, high: Any, row_low: Any, row_high: Any) -> Any:
    highs, by_column = empty(), sparse.csc_matrix(matrix)
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = by_column.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, low, high
    lp.row_lower_, lp.row_upper_ = row_low, row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = by_column.indptr, by_column.indices
    lp.a_matrix_.value_ = by_column.data
    highs.passModel(lp)
    highs.run()
    return highs


def invented(seed: int) -> tuple[Any, ...]:
    """A feasible programme with rows of one column (either sign, one or two sides) and held columns."""
    r = np.random.default_rng(seed)
    rows, columns = int(r.integers(3, 8)), int(r.integers(8, 25))
    matrix = r.uniform(-1, 1, (rows, columns)) * (r.random((rows, columns)) < 0.6)
    single = np.zeros((int(r.integers(2, 12)), columns))
    single[np.arange(len(single)), r.integers(columns, size=len(single))] = r.choice(
        [-2.0, 0.5, 1.0], len(single)
    )
    held = r.random(columns) < 0.2
    single[:, held] += r.uniform(0, 1, (len(single), int(held.sum()))) * (
        r.random((1, int(held.sum()))) < 0.5
    )
    whole = np.vstack([matrix, single])
    inside = r.uniform(0, 2, columns)
    low, high = np.where(held, inside, 0.0), np.where(held, inside, r.choice([3.0, INF], columns))
    made = whole @ inside
    row_high = made + r.uniform(0, 1, len(whole))
    row_low = np.where(r.random(len(whole)) < 0.3, made - r.uniform(0, 1, len(whole)), -INF)
    row_low = np.where(r.random(len(whole)) < 0.1, row_high, row_low)
    return whole, r.uniform(0.1, 1, columns) * r.choice([-1, 1, 1], columns), low, high, row_low, row_high


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 10**6))
def test_the_folded_programme_has_the_same_answer(seed: int) -> None:
    matrix, cost, low, high, row_low, row_high = invented(seed)
    plain = solved(matrix, cost, low, high, row_low, row_high)
    optimal = highspy.HighsModelStatus.kOptimal
    by_row = sparse.csr_array(matrix)
    less = fold(by_row, row_low, row_high, low, high)
    if less is None:
        assert plain.getModelStatus() == highspy.HighsModelStatus.kInfeasible
        return
    assert all(np.count_nonzero(matrix[k, ~less.held]) > 1 for k in less.rows)
    small = solved(
        matrix[less.rows],
        cost,
        less.low,
        less.high,
        less.row_low + matrix[less.rows] @ np.where(less.held, low, 0.0),
        less.row_high + matrix[less.rows] @ np.where(less.held, low, 0.0),
    )
    if plain.getModelStatus() != optimal:
        assert small.getModelStatus() != optimal
        return
    want = plain.getInfo().objective_function_value
    assert small.getInfo().objective_function_value == pytest.approx(want, rel=1e-9, abs=1e-9)


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 10**6))
def test_a_walk_on_the_folded_programme_is_proved_on_the_whole(seed: int) -> None:
    """Another cost, from the last answer: the solver has nothing to do on the basis that is handed to it."""
    matrix, cost, low, high, row_low, row_high = invented(seed)
    one = solved(matrix, cost, low, high, row_low, row_high)
    if one.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return
    place = Place.of(one)
    other = np.random.default_rng(seed + 1).permutation(cost)
    one.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), other)
    found = Sieve(one).walk(one, place, ())
    alone = solved(matrix, other, low, high, row_low, row_high)
    if found is None:  # unbounded, or nothing to start from
        return
    assert other @ found.values == pytest.approx(alone.getInfo().objective_function_value, rel=1e-8, abs=1e-8)
    assert np.count_nonzero(found.columns == BASIC) + np.count_nonzero(found.rows == BASIC) == len(matrix)
    one.setBasis(found.basis)
    one.run()
    assert one.getInfo().simplex_iteration_count == 0
    proved = Place.of(one)
    for name in ("values", "reduced", "prices", "made"):
        np.testing.assert_allclose(getattr(found, name), getattr(proved, name), atol=1e-7, err_msg=name)


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 10**6))
def test_a_basis_is_carried_in_and_out(seed: int) -> None:
    matrix, cost, low, high, row_low, row_high = invented(seed)
    one = solved(matrix, cost, low, high, row_low, row_high)
    less = fold(sparse.csr_array(matrix), row_low, row_high, low, high)
    if one.getModelStatus() != highspy.HighsModelStatus.kOptimal or less is None:
        return
    place = Place.of(one)
    columns, rows = less.outward(less.inward(place.columns, place.rows), place.rows[less.rows])
    if np.any((place.columns == BASIC) & less.held):
        return  # what is held stays out of the basis
    one.setBasis(basis_of(columns, rows))
    one.run()
    assert one.getInfo().simplex_iteration_count <= 1
    np.testing.assert_allclose(Place.of(one).values @ cost, place.values @ cost, rtol=1e-9, atol=1e-9)


def test_what_leaves_no_value_is_said() -> None:
    matrix = sparse.csr_array(np.array([[1.0, 0.0], [2.0, 0.0], [1.0, 1.0], [0.0, 1.0]]))
    wide, none = (np.zeros(2), np.full(2, INF)), np.full(4, -INF)
    assert fold(matrix, np.array([3.0, -INF, -INF, -INF]), np.array([INF, 4.0, 9.0, 9.0]), *wide) is None
    assert (
        fold(matrix, none, np.array([1.0, 4.0, 9.0, 0.5]), np.array([0.0, 1.0]), np.array([5.0, 1.0])) is None
    )
    found = fold(matrix, none, np.array([3.0, 4.0, 9.0, 9.0]), *wide)
    assert found is not None
    np.testing.assert_array_equal(found.high, [2.0, 9.0])
    np.testing.assert_array_equal(found.over, [1, 3])
    np.testing.assert_array_equal(found.rows, [2])
