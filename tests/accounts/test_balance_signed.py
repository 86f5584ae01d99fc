"""GRAS and general constraints: margins, signs, zeros, conflicts, and refusals that name the offender."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.accounts import (
    BalanceError,
    Constraint,
    balance_constraints,
    balance_report,
    block_total,
    gras,
    margins,
    ras,
)

SEED = st.integers(0, 10**6)
SIZE = st.integers(1, 9)


def problem(seed: int, m: int, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A prior with zeros and negatives and totals that a matrix of the same signs has."""
    rng = np.random.default_rng(seed)
    prior = rng.normal(1, 1.5, (m, n)) * (rng.uniform(size=(m, n)) > 0.2)
    truth = prior * rng.lognormal(0, 0.7, (m, n))
    return prior, truth.sum(1), truth.sum(0)


@settings(deadline=None, max_examples=80)
@given(SEED, SIZE, SIZE)
def test_gras_meets_margins_and_keeps_signs(seed: int, m: int, n: int) -> None:
    prior, rows, columns = problem(seed, m, n)
    found = gras(prior, rows, columns, tol=1e-10)
    turnover = np.abs(found.matrix).sum()
    np.testing.assert_allclose(found.matrix.sum(1), rows, atol=1e-9 * turnover)
    np.testing.assert_allclose(found.matrix.sum(0), columns, atol=1e-9 * turnover)
    assert np.all(np.sign(found.matrix) == np.sign(prior))


@settings(deadline=None, max_examples=30)
@given(SEED, SIZE, SIZE)
def test_gras_of_a_matrix_without_negatives_is_ras(seed: int, m: int, n: int) -> None:
    prior, rows, columns = problem(seed, m, n)
    prior = np.abs(prior)
    truth = prior * np.random.default_rng(seed).lognormal(0, 0.5, (m, n))
    rows, columns = truth.sum(1), truth.sum(0)
    one = gras(prior, rows, columns, tol=1e-12).matrix
    np.testing.assert_allclose(one, ras(prior, rows, columns, tol=1e-12).matrix, rtol=1e-6, atol=1e-9)


def test_gras_is_biproportional() -> None:
    """x = r p s, or p / (r s) where p < 0: signed logs of x / p are sums of row and column terms."""
    prior, rows, columns = problem(7, 6, 5)
    found = gras(prior, rows, columns).matrix
    logs = np.where(
        prior != 0, np.sign(prior) * np.log(np.where(prior != 0, found / np.where(prior, prior, 1), 1)), 0
    )
    i, j = np.nonzero(prior)
    design = np.zeros((len(i), 11))
    design[np.arange(len(i)), i] = 1
    design[np.arange(len(i)), 6 + j] = 1
    fit = design @ np.linalg.lstsq(design, logs[i, j], rcond=None)[0]
    np.testing.assert_allclose(fit, logs[i, j], atol=1e-9)


def test_the_example_of_junius_and_oosterhaven() -> None:
    """Junius & Oosterhaven (2003), as the R implementation's test prints it; it stops at about 1e-6."""
    prior = np.array([[7, 3, 5, -3], [2, 9, 8, 0], [-2, 0, 2, 0.0]])
    rows, columns = [15, 26, -1], [9, 16, 17, -2]
    published = [
        [8.424340881, 3.375237362, 5.200422021, -2.000000263],
        [3.000997078, 12.624763744, 10.374239178, 0],
        [-2.425339135, 0, 1.425339135, 0],
    ]
    found = gras(prior, rows, columns).matrix
    np.testing.assert_allclose(found, published, atol=5e-6)
    again = balance_constraints(prior, margins(rows, columns))
    np.testing.assert_allclose(again.matrix, found, atol=1e-7)


def test_a_row_without_positive_entries() -> None:
    found = gras([[-1.0, -2.0], [4.0, 6.0]], [-6.0, 12.0], [1.0, 5.0])
    np.testing.assert_allclose(found.matrix.sum(1), [-6, 12], rtol=1e-10)
    assert np.all(found.matrix[0] < 0)


def test_cells_that_can_only_be_zero_vanish() -> None:
    found = gras([[1.0, 2.0], [-1.0, 4.0]], [0.0, 3.0], [-1.0, 4.0])
    assert np.all(found.matrix[0] == 0)


@pytest.mark.parametrize(
    ("prior", "rows", "columns", "says"),
    [
        ([[1, 1], [1, 1]], [1, 1], [1, 2], "sum to"),
        ([[1, 1], [1, 2]], [-1, 3], [1, 1], "north"),
        ([[1, -1], [1, -1]], [1, 1], [1, 1], "wheat"),
        ([[1, np.nan], [1, 1]], [1, 1], [1, 1], "missing"),
        ([[1, 1], [1, 1]], [1, 1, 1], [1, 1], "Shapes"),
        ([[1, 1], [1, 0]], [1, 3], [2, 2], "rows south .* go only to columns rice"),
    ],
)
def test_gras_refuses_by_name(prior: list, rows: list, columns: list, says: str) -> None:
    with pytest.raises(BalanceError, match=says) as caught:
        gras(prior, rows, columns, row_labels=["north", "south"], column_labels=["rice", "wheat"])
    assert caught.value.mend_words.zh and caught.value.words.zh != caught.value.words.en


def test_ras_names_the_rows_and_columns_that_contradict() -> None:
    prior = np.ones((4, 4))
    prior[:2, 2:] = 0  # the first two rows can sell to the first two columns only
    with pytest.raises(
        BalanceError, match=r"rows a, b \(together 10\) go only to columns e, f \(together 6\)"
    ):
        ras(prior, [5, 5, 1, 1], [3, 3, 3, 3], max_iter=300, row_labels="abcd", column_labels="efgh")


def test_a_large_matrix_that_scaling_finishes_slowly() -> None:
    rng = np.random.default_rng(5)
    near = np.kron(np.eye(10), np.ones((12, 12))) + 1e-5
    prior = rng.lognormal(0, 1, (120, 120)) * near
    truth = prior * rng.lognormal(0, 1, 120)[:, None]
    found = ras(prior, truth.sum(1), truth.sum(0), tol=1e-11)
    np.testing.assert_allclose(found.matrix.sum(1), truth.sum(1), rtol=1e-10)
    assert found.iterations < 200


def test_the_report_has_every_margin() -> None:
    prior, rows, columns = problem(3, 4, 5)
    found = gras(prior, rows, columns)
    frame = balance_report(found, prior, rows, columns).frame
    assert list(frame["margin"]) == ["row"] * 4 + ["column"] * 5
    assert frame["gap"].max() <= 1e-10


@settings(deadline=None, max_examples=40)
@given(SEED, st.integers(2, 7), st.integers(2, 7), st.sampled_from(["entropy", "least_squares"]))
def test_constraints_without_error_hold_and_signs_stay(seed: int, m: int, n: int, method: str) -> None:
    rng = np.random.default_rng(seed)
    prior = rng.normal(1, 1.5, (m, n)) * (rng.uniform(size=(m, n)) > 0.2)
    truth = prior * rng.lognormal(0, 0.3, (m, n))
    known = margins(truth.sum(1), truth.sum(0))
    known.append(block_total((m, n), "block", truth[:2, :2].sum(), rows=[0, 1], columns=[0, 1]))
    weights = rng.normal(size=m)
    known.append(Constraint("index", np.arange(m) * n, float(weights @ truth[:, 0]), 0.0, weights))
    found = balance_constraints(prior, known, method=method)  # type: ignore[arg-type]
    gap = found.report.frame["gap"].abs().max()
    assert gap <= 1e-8 * np.abs(found.matrix).sum()
    assert np.all(found.matrix * prior >= 0)
    assert np.all(found.matrix[prior == 0] == 0)


def test_conflicting_totals_are_met_in_proportion_to_their_variance() -> None:
    """Two sources for one total: the better one counts for more, as 1/variance."""
    prior = np.array([[50.0, 50.0]])
    both = [block_total((1, 2), "census", 110.0, 1.0), block_total((1, 2), "survey", 130.0, 3.0)]
    found = balance_constraints(prior, both, prior_error=100.0)
    total = found.matrix.sum()
    assert total == pytest.approx((110 / 1 + 130 / 9) / (1 + 1 / 9), rel=1e-3)
    frame = found.report.frame.set_index("constraint")
    assert abs(frame.loc["census", "gap"]) < abs(frame.loc["survey", "gap"])


def test_least_squares_is_the_formula_of_stone() -> None:
    """x = p + W G'(G W G' + S)^-1 (c - G p) where no sign changes."""
    rng = np.random.default_rng(2)
    p = rng.uniform(5, 10, (3, 4))
    known = margins(p.sum(1) * 1.1, p.sum(0) * 0.95, 0.5, 0.2)
    found = balance_constraints(p, known, method="least_squares", prior_error=0.2)
    G = np.zeros((7, 12))
    for k, one in enumerate(known):
        G[k, one.cells] = 1
    W = np.diag((0.2 * p.ravel()) ** 2)
    S = np.diag([0.25] * 3 + [0.04] * 4)
    c = np.array([one.total for one in known])
    expected = p.ravel() + W @ G.T @ np.linalg.solve(G @ W @ G.T + S, c - G @ p.ravel())
    np.testing.assert_allclose(found.matrix.ravel(), expected, rtol=1e-8)


def test_hard_constraints_that_contradict_are_named() -> None:
    known = [*margins([3.0, 3.0], [np.nan, 3.0]), block_total((2, 2), "east", 9.0, columns=[0])]
    with pytest.raises(BalanceError, match=r"contradict one another.*east"):
        balance_constraints(np.ones((2, 2)), known)
    known[-1] = block_total((2, 2), "east", 9.0, 1.0, columns=[0])
    assert balance_constraints(np.ones((2, 2)), known).matrix.sum() == pytest.approx(6.0)


def test_errors_below_zero_are_refused() -> None:
    with pytest.raises(BalanceError, match="Errors"):
        balance_constraints(np.ones((2, 2)), margins([1, 1], [1, 1], -1.0))
