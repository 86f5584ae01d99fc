"""Forecasts: exact coverage where the model holds, calibrated coverage where it does not, honest chances."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinterland.monitor.forecast import back_test, drift_forecast


def walks(rng: np.random.Generator, draws: int, n: int, tail: bool = False) -> np.ndarray:
    steps = rng.standard_t(2.5, (draws, n)) if tail else rng.standard_normal((draws, n))
    return 100 + np.cumsum(0.5 + steps, axis=1) - 1000  # below zero: no logarithms


@pytest.mark.parametrize("steps", [1, 3])
def test_a_random_walk_with_drift_is_covered_as_promised(steps: int) -> None:
    """The t interval is exact for it: 80 % of 4,000 outcomes, within four standard errors (2.5 points)."""
    n = 8
    paths = walks(np.random.default_rng(2), 4000, n + steps)
    inside = chances = 0.0
    for path in paths:
        made = drift_forecast(path[:n], steps)
        centre, low, high = made.interval(0.8)
        assert low < centre < high
        inside += low <= path[-1] <= high
        chances += made.chance(low, np.nan)
    assert inside / len(paths) == pytest.approx(0.8, abs=4 * np.sqrt(0.16 / len(paths)))
    assert chances / len(paths) == pytest.approx(0.9, abs=1e-9)


def test_growth_is_in_logarithms() -> None:
    """A series that grows by 7 % every period goes on to do so, whatever the unit, and is sure of it."""
    values = 3.0 * 1.07 ** np.arange(6)
    made = drift_forecast(values, 2)
    assert made.log
    assert made.interval(0.8)[0] == pytest.approx(values[-1] * 1.07**2)
    assert made.error == pytest.approx(0, abs=1e-12)


def test_the_standard_error_is_that_of_the_prediction() -> None:
    """Written out for changes 1, 2, 3, 2: mean 2, s = 0.8165; two steps ahead s^2 * 2 * (1 + 2/4) = 2."""
    made = drift_forecast(np.array([-20.0, -19, -17, -14, -12]), 2)
    assert made.mean == pytest.approx(-8)
    assert made.error**2 == pytest.approx(2 / 3 * 3)
    assert made.freedom == 3


def persistent(rng: np.random.Generator, draws: int, n: int) -> np.ndarray:
    """Series whose changes go on as they were (correlation 0.7): the walk's interval is then too narrow."""
    changes = rng.standard_normal((draws, n))
    for t in range(1, n):
        changes[:, t] = 0.7 * changes[:, t - 1] + np.sqrt(1 - 0.49) * changes[:, t]
    return np.cumsum(changes, axis=1) - 1e4


def test_the_back_test_widens_what_covered_too_little() -> None:
    """With the factor, 3,000 fresh series of the same kind are covered as promised, within 5 points."""
    rng = np.random.default_rng(9)
    n, steps = 12, 2
    test = back_test(list(persistent(rng, 80, n)), steps, 0.8, 5)
    assert test.cases == 80 * (n - steps - 5 + 1)
    assert test.covered < 0.72
    assert test.factor > 1.15
    covered = {1.0: 0.0, test.factor: 0.0}
    fresh = persistent(rng, 3000, n + steps)
    for path in fresh:
        made = drift_forecast(path[:n], steps)
        for factor in covered:
            _, low, high = made.interval(0.8, factor)
            covered[factor] += (low <= path[-1] <= high) / len(fresh)
    assert covered[1.0] < 0.75
    assert covered[test.factor] == pytest.approx(0.8, abs=0.05)


def test_an_interval_is_never_narrowed() -> None:
    calm = [np.arange(12.0) - 100 + 0.01 * np.random.default_rng(1).standard_normal(12) for _ in range(10)]
    assert back_test(calm, 1, 0.8, 5).factor >= 1
    assert back_test([], 1, 0.8, 5).factor == 1
    assert back_test([np.arange(4.0)], 1, 0.8, 5).cases == 0


@given(
    st.lists(st.integers(1, 1000), min_size=4, max_size=9),
    st.integers(1, 5),
    st.integers(1, 2000).map(float),
    st.floats(1, 3),
)
def test_chances_add_up_and_fall_with_the_target(
    values: list[int], steps: int, target: float, factor: float
) -> None:
    made = drift_forecast(np.array(values, dtype=float), steps)
    above, below = made.chance(target, np.nan, factor), made.chance(np.nan, target, factor)
    assert above + below == pytest.approx(1)
    assert made.chance(target * 1.1, np.nan, factor) <= above + 1e-12
    _, low, high = made.interval(0.8, factor)
    if made.error > 1e-9:
        assert made.chance(low, high, factor) == pytest.approx(0.8)


@pytest.mark.parametrize("values", [[1.0, 2.0], [1.0, np.nan, 2.0, 3.0]])
def test_too_little_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="three figures"):
        drift_forecast(np.array(values), 1)
