"""Control charts against Montgomery (2013) and published average run lengths, rules against brute force."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.monitor.control import RULES, centre_and_sigma, cusum, ewma, run_rules

# Montgomery (2013), table 9.1: twenty figures around 10 and ten around 11, sigma 1
SHIFTED = np.array(
    [
        *(9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34),
        *(9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84),
        *(10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52),
    ]
)


# The same book, table 9.2: the upper sums of the first 29, printed to two places
UPPER = [
    *(0, 0, 0, 1.16, 2.82, 2.50, 0.04, 1.00, 0, 0, 0, 0.97, 0.98, 0, 0),
    *(0, 0.12, 0, 0, 0.34, 0.74, 0, 1.79, 2.79, 2.89, 3.47, 3.35, 4.47, 5.28),
]


def test_cusum_of_montgomerys_table_9_2() -> None:
    """k = 0.5, h = 5: the upper sum first exceeds 5 at the 29th figure, with 5.28."""
    up, down = cusum(SHIFTED, 10, 1, 0.5)
    np.testing.assert_allclose(up[:29], UPPER, atol=5e-3)
    np.testing.assert_allclose(up[29], 5.30, atol=5e-3)
    np.testing.assert_allclose(down[[0, 1, 2]], [0.05, 1.56, 1.77], atol=5e-3)
    assert np.flatnonzero(up > 5)[0] == 28
    assert not (down > 5).any()


def test_ewma_of_montgomerys_table_9_10() -> None:
    """Lambda 0.1, L 2.7: printed to the places written here; limits settle at 9.38 and 10.62."""
    z, lower, upper = ewma(SHIFTED, 10, 1, 0.1, 2.7)
    np.testing.assert_allclose(
        z[:9], [9.945, 9.7495, 9.70355, 9.8992, 10.1253, 10.1307, 9.92167, 10.0755, 9.98796], atol=6e-5
    )
    np.testing.assert_allclose(z[28:], [10.6468, 10.6341], atol=6e-5)
    np.testing.assert_allclose([lower[0], upper[0]], [9.73, 10.27], atol=5e-3)
    np.testing.assert_allclose([lower[-1], upper[-1]], [9.38, 10.62], atol=5e-3)
    assert np.flatnonzero(z > upper)[0] == 28


def run_lengths(signal: np.ndarray) -> np.ndarray:
    assert signal.any(axis=1).mean() > 0.99
    return np.where(signal.any(axis=1), signal.argmax(axis=1) + 1, signal.shape[1])


def test_average_run_length_of_the_western_electric_rules() -> None:
    """Champ & Woodall (1987), Technometrics 29(4): 91.75 figures to a false alarm with all four rules.

    Four standard errors of the simulated mean.
    """
    broken = run_rules(np.random.default_rng(7).standard_normal((4000, 700)))
    lengths = run_lengths(broken[:4].any(axis=0))
    assert abs(lengths.mean() - 91.75) < 4 * lengths.std() / np.sqrt(len(lengths))


def test_average_run_length_of_the_cusum() -> None:
    """Montgomery (2013), table 9.3, k = 0.5, h = 5: 10.4 after a shift of one sigma, 4.01 after two."""
    rng = np.random.default_rng(3)
    for shift, published in ((1.0, 10.4), (2.0, 4.01)):
        sums = [cusum(x, 0, 1, 0.5) for x in rng.normal(shift, 1, (2000, 80))]
        lengths = run_lengths(np.array([(s > 5).any(axis=0) for s in sums]))
        assert abs(lengths.mean() - published) < 4 * lengths.std() / np.sqrt(len(lengths)) + 0.05


def test_sigma_from_moving_ranges() -> None:
    """Unbiased for normal figures (d2 = 1.128), and hardly moved by a drift that inflates the other one."""
    rng = np.random.default_rng(5)
    x = rng.normal(3, 2, 20000)
    assert centre_and_sigma(x)[1] == pytest.approx(2, rel=0.02)
    drifting = x + np.linspace(0, 40, len(x))
    assert centre_and_sigma(drifting)[1] == pytest.approx(2, rel=0.02)
    assert drifting.std() > 10


def by_hand(z: list[float], i: int) -> dict[str, bool]:
    """The rules written out for one figure, without windows."""
    past = z[: i + 1]

    def side(least: int, of: int, beyond: float) -> bool:
        last = past[-of:]
        return any(
            sign * past[-1] > beyond and sum(sign * v > beyond for v in last) >= least for sign in (1, -1)
        )

    six = past[-6:]
    steps = [b - a for a, b in pairwise(six)]
    return {
        "beyond_3": abs(z[i]) > 3,
        "two_of_three": side(2, 3, 2),
        "four_of_five": side(4, 5, 1),
        "run_of_eight": len(past) >= 8 and side(8, 8, 0),
        "trend_of_six": len(six) == 6 and (all(s > 0 for s in steps) or all(s < 0 for s in steps)),
    }


@settings(max_examples=150)
@given(st.lists(st.sampled_from([-3.5, -2.5, -1.5, -0.5, 0.0, 0.5, 1.5, 2.5, 3.5]), min_size=1, max_size=14))
def test_run_rules_are_those_written_out(z: list[float]) -> None:
    found = run_rules(np.array(z))
    for i in range(len(z)):
        assert dict(zip(RULES, found[:, i].tolist(), strict=True)) == by_hand(z, i), i
