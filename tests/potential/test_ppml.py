"""Poisson with effects of groups: against scipy, against pyfixest; Shapley shares: their axioms."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from hinterland.potential import ppml, shapley
from hinterland.study import StudyError

SOME = settings(deadline=None, max_examples=15)


def made(seed: int, rows: int = 120, groups: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    group = random.integers(0, groups, rows)
    X = random.normal(size=(rows, 3)) + group[:, None] * 0.2
    y = random.poisson(np.exp(X @ [0.5, -0.3, 0.1] + 0.3 * group)).astype(float)
    return y, X, group


def by_scipy(y: np.ndarray, X: np.ndarray, group: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """All coefficients and effects at once, by a general optimiser on the Poisson likelihood."""
    dummies = (group[:, None] == np.unique(group)).astype(float)
    D = np.hstack([X, dummies])

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        index = D @ at + offset
        mean = np.exp(index)
        return float((mean - y * index).sum()), D.T @ (mean - y)

    found = minimize(
        loss,
        np.zeros(D.shape[1]),
        jac=True,
        hess=lambda at: (D * np.exp(D @ at + offset)[:, None]).T @ D,
        method="trust-exact",
        options={"gtol": 1e-10},
    )
    return np.asarray(found.x[: X.shape[1]])


@SOME
@given(st.integers(0, 10**6))
def test_scipy_finds_the_same_coefficients(seed: int) -> None:
    y, X, group = made(seed)
    offset = np.random.default_rng(seed).normal(size=len(y))
    for shift in (np.zeros(len(y)), offset):
        found = ppml(y, X, group, offset=shift)
        assert found.coefficients == pytest.approx(by_scipy(y, X, group, shift), abs=1e-8)


@SOME
@given(st.integers(0, 10**6))
def test_fitted_values_have_the_totals_of_their_groups(seed: int) -> None:
    y, X, group = made(seed)
    found = ppml(y, X, group)
    assert np.bincount(group, found.fitted) == pytest.approx(np.bincount(group, y), rel=1e-10)
    assert X.T @ (y - found.fitted) == pytest.approx(np.zeros(3), abs=1e-6 * y.sum())
    scaled = ppml(1000 * y, X, group)
    assert scaled.coefficients == pytest.approx(found.coefficients, abs=1e-9)
    assert scaled.deviance == pytest.approx(1000 * found.deviance, rel=1e-9)


def test_pyfixest_finds_the_same_coefficients() -> None:
    import pyfixest

    y, X, group = made(3)
    frame = pd.DataFrame(X, columns=["a", "b", "c"]).assign(y=y, g=group)
    theirs = pyfixest.fepois("y ~ a + b + c | g", frame, iwls_tol=1e-12).coef()
    assert ppml(y, X, group).coefficients == pytest.approx(theirs[["a", "b", "c"]].to_numpy(), abs=1e-8)


def test_a_group_of_zeros_says_nothing() -> None:
    y, X, group = made(5)
    found = ppml(y, X, group)
    more = ppml(np.append(y, [0.0, 0.0]), np.vstack([X, np.ones((2, 3))]), np.append(group, [99, 99]))
    assert more.coefficients == pytest.approx(found.coefficients, abs=1e-10)
    assert more.fitted[-2:] == pytest.approx([0.0, 0.0])


def test_without_regressors_every_row_has_its_groups_mean() -> None:
    y, X, group = made(7)
    mean = np.bincount(group, y) / np.bincount(group)
    assert ppml(y, X[:, :0], group).fitted == pytest.approx(mean[group])


def test_what_cannot_be_told_apart_is_refused() -> None:
    y, X, group = made(9)
    with pytest.raises(StudyError, match="made of one another"):
        ppml(y, np.column_stack([X, X[:, 0] - 2 * X[:, 1]]), group)
    with pytest.raises(StudyError, match="do not vary within groups"):
        ppml(y, np.column_stack([X, group.astype(float)]), group)
    with pytest.raises(StudyError, match="missing or negative"):
        ppml(-y - 1, X, group)
    with pytest.raises(StudyError, match="did not converge in 1 steps"):
        ppml(y, X, group, max_iter=1)


@SOME
@given(st.integers(0, 10**6), st.integers(1, 5))
def test_shapley_is_the_mean_over_all_orders_of_coming(seed: int, players: int) -> None:
    worth = np.random.default_rng(seed).random(1 << players)
    expected = np.zeros(players)
    orders = list(permutations(range(players)))
    for order in orders:
        inside = 0
        for k in order:
            expected[k] += (worth[inside | 1 << k] - worth[inside]) / len(orders)
            inside |= 1 << k
    found = shapley(worth)
    assert found == pytest.approx(expected, abs=1e-12)
    assert found.sum() == pytest.approx(worth[-1] - worth[0], abs=1e-12)


def test_shapley_a_dummy_gets_nothing_and_equals_get_the_same() -> None:
    # players 0 and 1 are worth 1 together or alone, player 2 adds nothing
    assert shapley([0, 1, 1, 1, 0, 1, 1, 1]) == pytest.approx([0.5, 0.5, 0.0])
    with pytest.raises(StudyError, match=r"all coalitions, 2\^n"):
        shapley([0.0, 1.0, 2.0])
