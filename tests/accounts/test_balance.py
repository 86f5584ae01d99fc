from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.accounts import BalanceError, ras
from hinterland.accounts.mrio import capped_shares
from hinterland.accounts.value_added import cap_and_balance


def problem(seed: int, m: int, n: int, zeros: float = 0.2) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A prior with zeros and totals that some matrix with the same zeros has, so that RAS must succeed."""
    rng = np.random.default_rng(seed)
    prior = rng.lognormal(0, 2, (m, n)) * (rng.uniform(size=(m, n)) > zeros)
    truth = prior * rng.lognormal(0, 1, (m, n))
    return prior, truth.sum(1), truth.sum(0)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 9), st.integers(1, 9))
def test_margins_hold_and_zeros_stay(seed: int, m: int, n: int) -> None:
    prior, rows, columns = problem(seed, m, n)
    found = ras(prior, rows, columns, tol=1e-11, max_iter=200_000)
    np.testing.assert_allclose(found.matrix.sum(1), rows, rtol=1e-10)
    np.testing.assert_allclose(found.matrix.sum(0), columns, rtol=1e-10)
    assert np.all(found.matrix[prior == 0] == 0)
    assert np.all(found.matrix >= 0)
    assert found.residual <= 1e-11


def test_batch_equals_each_alone() -> None:
    problems = [problem(seed, 5, 4, zeros=0.0) for seed in range(6)]
    together = ras(*(np.stack(part) for part in zip(*problems, strict=True)))
    for b, one in enumerate(problems):
        np.testing.assert_allclose(together.matrix[b], ras(*one).matrix, rtol=1e-10)
    assert together.iterations.shape == (6,)


def test_a_balanced_matrix_is_left_alone() -> None:
    prior, rows, columns = problem(3, 4, 4)
    once = ras(prior, rows, columns).matrix
    np.testing.assert_allclose(ras(once, rows, columns).matrix, once, rtol=1e-10)


def test_rows_with_a_total_of_zero_vanish() -> None:
    found = ras([[1.0, 1.0], [1.0, 1.0]], [2.0, 0.0], [1.0, 1.0])
    np.testing.assert_allclose(found.matrix, [[1, 1], [0, 0]])


@pytest.mark.parametrize(
    ("prior", "rows", "columns", "says"),
    [
        ([[1, 1], [1, 1]], [1, 1], [1, 2], "sum to"),
        ([[1, 1], [0, 0]], [1, 1], [1, 1], "south"),
        ([[1, 0], [1, 0]], [1, 1], [1, 1], "wheat"),
        ([[1, 1], [1, -1]], [1, 1], [1, 1], "negative"),
        ([[1, np.nan], [1, 1]], [1, 1], [1, 1], "missing"),
        ([[1, 1], [1, 1]], [1, 1, 1], [1, 1], "Shapes"),
        # the zero leaves nowhere for the south to sell more than wheat takes
        ([[1, 1], [1, 0]], [1, 3], [2, 2], "did not converge"),
    ],
)
def test_refusals_name_the_offender(
    prior: list[list[float]], rows: list[float], columns: list[float], says: str
) -> None:
    with pytest.raises(BalanceError, match=says) as caught:
        ras(
            prior, rows, columns, max_iter=500, row_labels=["north", "south"], column_labels=["rice", "wheat"]
        )
    assert caught.value.mend


def test_a_batch_names_its_member() -> None:
    with pytest.raises(BalanceError, match="of steel"):
        ras(
            np.ones((2, 2, 2)),
            np.ones((2, 2)),
            np.array([[1.0, 1.0], [1.0, 2.0]]),
            batch_labels=["coal", "steel"],
        )


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(2, 8))
def test_capped_shares_hold_the_total_and_the_caps(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    weights, cap = rng.uniform(0.1, 1, n), rng.uniform(0, 1, n)
    total = float(rng.uniform(0, 1) * cap.sum())
    shared = capped_shares(total, weights, cap)
    assert np.all(shared <= cap * (1 + 1e-12))
    assert shared.sum() == pytest.approx(total, rel=1e-9, abs=1e-12)


def test_a_capped_row_passes_its_remainder_on() -> None:
    found = cap_and_balance(
        np.array([[5.0], [5.0]]), np.array([9.0, 1.0]), np.array([10.0]), np.array([[6.0], [8.0]])
    )
    np.testing.assert_allclose(found, [[6.0], [4.0]])
