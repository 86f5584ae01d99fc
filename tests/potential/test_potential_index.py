"""Properties of the index arithmetic on any matrix, gaps included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hinterland.potential import closeness, critic_weights, entropy_weights, min_max, ranks
from hinterland.potential.index import winsor_limits

NO_DEADLINE = settings(deadline=None)  # a loaded machine is slow, not wrong
MATRIX = hnp.arrays(float, (5, 3), elements=st.floats(0.0, 1000.0).map(lambda x: round(x, 3)))
UP = np.ones(3)


@NO_DEADLINE
@given(MATRIX)
def test_min_max_spans_zero_to_one(values: np.ndarray) -> None:
    scaled = min_max(values, UP)
    for j in range(3):
        if values[:, j].max() > values[:, j].min():
            assert scaled[:, j].min() == 0.0 and scaled[:, j].max() == 1.0
        else:
            assert np.isnan(scaled[:, j]).all(), "an indicator that is the same everywhere tells nothing"
    assert np.allclose(min_max(values, -UP), 1.0 - scaled, equal_nan=True)


@NO_DEADLINE
@given(MATRIX)
def test_entropy_weights_against_the_formula_written_out(values: np.ndarray) -> None:
    weights = entropy_weights(values)
    assert weights.sum() == pytest.approx(1.0) and (weights >= 0).all()
    redundancy = []
    for column in values.T:
        if column.sum() == 0:
            redundancy.append(0.0)
            continue
        share = [x / column.sum() for x in column]
        redundancy.append(1.0 + sum(p * np.log(p) for p in share if p > 0) / np.log(len(column)))
    assume(sum(redundancy) > 1e-9)
    assert np.allclose(weights, np.array(redundancy) / sum(redundancy), atol=1e-6)


def test_an_indicator_without_differences_gets_no_entropy_weight() -> None:
    values = np.column_stack([np.ones(5), np.arange(5.0), np.full(5, np.nan)])
    assert entropy_weights(values) == pytest.approx([0.0, 1.0, 0.0])
    assert critic_weights(np.column_stack([np.ones(5), np.arange(5.0), np.arange(5.0)[::-1]]))[0] == 0.0


def test_nothing_to_tell_regions_apart_gives_equal_weights() -> None:
    assert entropy_weights(np.ones((4, 2))) == pytest.approx([0.5, 0.5])


def test_negative_values_are_refused() -> None:
    with pytest.raises(ValueError, match="non-negative"):
        entropy_weights(np.array([[1.0], [-1.0]]))


@NO_DEADLINE
@given(MATRIX, st.integers(0, 4), st.integers(0, 2))
def test_a_better_figure_never_lowers_a_score(values: np.ndarray, region: int, indicator: int) -> None:
    scaled = values / 1000.0
    weights = np.array([0.5, 0.3, 0.2])
    bounds = np.array([[1.0, 1, 1], [0.0, 0, 0]])  # fixed ideals, so that only the region's own figure moves
    before = closeness(np.vstack([scaled, bounds]), weights)
    better = scaled.copy()
    better[region, indicator] = (better[region, indicator] + 1.0) / 2
    after = closeness(np.vstack([better, bounds]), weights)
    assert after[region] >= before[region] - 1e-12


@NO_DEADLINE
@given(MATRIX)
def test_scores_lie_between_the_worst_and_the_best(values: np.ndarray) -> None:
    scores = closeness(np.vstack([values, values.max(axis=0), values.min(axis=0)]), np.full(3, 1 / 3))
    assume(np.isfinite(scores).all())
    assert ((scores >= 0) & (scores <= 1)).all()
    assert scores[-2] == 1.0 and scores[-1] == 0.0


def test_a_gap_is_left_out_of_the_distance() -> None:
    values = np.array([[0.5, 1.0], [0.5, np.nan], [1.0, 0.5], [0.0, 0.0]])
    scores = closeness(values, np.array([0.5, 0.5]))
    assert scores[1] == pytest.approx(0.5), "scored on the one indicator that is known"
    assert np.isnan(closeness(np.array([[np.nan], [1.0], [0.0]]), np.ones(1))[0])


def test_ranks_share_the_better_place_and_skip_the_unknown() -> None:
    found = ranks(np.array([0.5, 0.9, 0.5, np.nan, 0.1]))
    assert np.array_equal(found, [2, 1, 2, np.nan, 4], equal_nan=True)


def test_draws_are_scored_one_by_one() -> None:
    rng = np.random.default_rng(1)
    values, weights = rng.random((7, 5, 3)), rng.dirichlet(np.ones(3), size=7)
    together = closeness(values, weights)
    assert np.allclose(together, [closeness(v, w) for v, w in zip(values, weights, strict=True)])


def test_outliers_are_brought_in_only_when_skewed_and_heavy_tailed() -> None:
    plain = np.linspace(1, 2, 30)
    assert winsor_limits(plain, 3, 2.0, 3.5) == (1.0, 2.0, 0)
    spiked = np.append(plain, 100.0)
    assert winsor_limits(spiked, 3, 2.0, 3.5) == (1.0, 2.0, 1)
    assert winsor_limits(-spiked, 3, 2.0, 3.5) == (-2.0, -1.0, 1)
    assert winsor_limits(spiked, 0, 2.0, 3.5)[2] == 0
