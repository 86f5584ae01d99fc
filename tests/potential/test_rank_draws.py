"""Rank intervals against simulated regions whose true capacity is known, and the arithmetic behind them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.potential.index import closeness, critic_weights, entropy_weights, min_max, ranks
from hinterland.potential.rank_draws import (
    _topsis,
    acceptability,
    concordance,
    draw_ranks,
    filled,
    indicator_shares,
    kept_share,
    percentiles,
    rank_correlation,
    rank_interval,
    shrink,
)

PILLARS = ["attraction"] * 3 + ["support"] * 6 + ["development"] * 4 + ["environment"] * 5
REGIONS = 31
NOMINAL = 0.9


def simulated(
    random: np.random.Generator, noise: float, skewed: bool, common: float, shared: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """True capacity (mean of four pillars), and indicators that are noisy signs of their pillars.

    `noise` is the standard deviation of an indicator's error relative to its pillar's; `common` the
    correlation of the pillars; `shared` the part of the error's variance that a pillar's indicators share.
    """
    names = list(dict.fromkeys(PILLARS))
    place = np.array([names.index(p) for p in PILLARS])
    pillar = np.sqrt(common) * random.standard_normal((REGIONS, 1))
    pillar = pillar + np.sqrt(1 - common) * random.standard_normal((REGIONS, len(names)))
    own = random.standard_normal((REGIONS, len(PILLARS)))
    together = random.standard_normal((REGIONS, len(names)))[:, place]
    seen = pillar[:, place] + noise * (np.sqrt(1 - shared) * own + np.sqrt(shared) * together)
    return pillar.mean(axis=1), np.exp(0.6 * seen) if skewed else 10.0 + seen


def coverage(
    noise: float, skewed: bool, common: float, shared: float = 0.0, worlds: int = 16, draws: int = 250
) -> float:
    """Share of simulated regions whose interval holds their true rank."""
    random = np.random.default_rng(7)
    up = np.ones(len(PILLARS))
    held = []
    for _ in range(worlds):
        truth, values = simulated(random, noise, skewed, common, shared)
        normal = min_max(values, up)
        entropy = entropy_weights(normal)
        schemes = np.stack([entropy, np.full(len(up), 1 / len(up)), critic_weights(normal)])
        drawn = draw_ranks(np.repeat(values[None], draws, axis=0), up, schemes, PILLARS, random, noise=0.03)
        low, high = rank_interval(drawn, NOMINAL, ranks(closeness(normal, entropy)))
        rank = ranks(truth)
        held.append(((low <= rank) & (rank <= high)).mean())
    return float(np.mean(held))


@pytest.mark.parametrize(
    ("noise", "skewed", "common"),
    [(0.5, False, 0.5), (1.0, True, 0.3), (2.0, False, 0.3), (3.0, True, 0.5), (1.0, False, 0.0)],
)
def test_intervals_hold_the_true_rank_at_their_nominal_rate(
    noise: float, skewed: bool, common: float
) -> None:
    # 16 worlds of 31 regions: the standard error of a coverage of 0.9 is about 0.015; ranks are whole,
    # so that an interval of a few ranks holds more than it promises
    assert NOMINAL - 0.03 <= coverage(noise, skewed, common) <= 0.99


def test_weights_and_measurement_alone_are_far_from_enough() -> None:
    """What the intervals were made of before: the same worlds, no resampling, no luck."""
    random = np.random.default_rng(7)
    up, draws, held = np.ones(len(PILLARS)), 250, []
    for _ in range(8):
        truth, values = simulated(random, 1.0, True, 0.3)
        normal = min_max(values, up)
        schemes = np.stack([entropy_weights(normal), np.full(len(up), 1 / len(up)), critic_weights(normal)])
        mix = random.dirichlet(np.full(3, 1 / 3), size=draws)
        drawn = values * np.exp(0.03 * random.standard_normal((draws, *values.shape)))
        found = ranks(closeness(min_max(drawn, up), mix @ schemes))
        low, high = rank_interval(found, NOMINAL, ranks(closeness(normal, schemes[0])))
        held.append(((low <= ranks(truth)) & (ranks(truth) <= high)).mean())
    assert np.mean(held) < 0.75


def test_errors_that_a_pillar_shares_cost_coverage_and_the_page_says_so() -> None:
    """The stated condition is a real one: with half of the error shared, the intervals fall short."""
    apart, together = coverage(2.0, False, 0.3), coverage(2.0, False, 0.3, shared=0.5)
    assert together < apart - 0.02
    assert together > 0.6


def test_shares_have_mean_one_within_each_pillar_and_the_variance_of_a_mean() -> None:
    random = np.random.default_rng(3)
    shares = indicator_shares(random, 20_000, PILLARS)
    for pillar in set(PILLARS):
        mine = [j for j, p in enumerate(PILLARS) if p == pillar]
        assert np.allclose(shares[:, mine].mean(axis=1), 1.0)
        values = random.standard_normal(len(mine))
        means = shares[:, mine] @ values / len(mine)
        assert means.var() == pytest.approx(values.var(ddof=1) / len(mine), rel=0.05)
    assert (indicator_shares(random, 5, ["a", "b"]) == 1.0).all(), "one sign cannot tell its own error"


@settings(deadline=None)
@given(st.lists(st.floats(-50, 50), min_size=3, max_size=9, unique=True))
def test_percentiles_keep_the_order_and_do_not_mind_the_scale(values: list[float]) -> None:
    column = np.array(values)[:, None]
    found = percentiles(column, np.ones(1))
    assert found.min() == 0.0 and found.max() == 1.0
    assert np.array_equal(np.argsort(found[:, 0]), np.argsort(column[:, 0]))
    assert np.allclose(percentiles(column, -np.ones(1)), 1.0 - found)
    assert np.allclose(percentiles(np.stack([column, column]), np.ones(1)), found[None])


def test_percentiles_of_ties_and_gaps() -> None:
    found = percentiles(np.array([[1.0], [1.0], [2.0], [np.nan]]), np.ones(1))[:, 0]
    assert np.array_equal(found, [0.0, 0.0, 1.0, np.nan], equal_nan=True)


def test_luck_is_taken_out_as_far_as_differences_are_noise() -> None:
    random = np.random.default_rng(1)
    truth, noise = random.standard_normal(2000), 1.0
    seen = truth + noise * random.standard_normal(2000)
    scores = seen + noise * random.standard_normal((300, 2000))
    kept = kept_share(scores)
    assert kept.mean() == pytest.approx(1 / (1 + noise**2), abs=0.05)
    fair = shrink(scores, kept)
    # the posterior of a normal mean: centre at kept * seen, variance kept * noise^2
    assert fair.mean(axis=0) == pytest.approx(kept * scores.mean(axis=0))
    inside = np.abs(truth - fair.mean(axis=0)) < 1.645 * fair.std(axis=0)
    assert inside.mean() == pytest.approx(0.9, abs=0.03)


def test_a_region_without_a_score_stays_without() -> None:
    scores = np.array([[1.0, 2.0, np.nan], [1.1, 1.9, np.nan]])
    found = shrink(scores, kept_share(scores))
    assert np.isnan(found[:, 2]).all() and np.isfinite(found[:, :2]).all()
    assert np.isnan(acceptability(ranks(found))[2]).all()


def test_acceptabilities_are_shares_of_the_draws() -> None:
    drawn = np.array([[1.0, 2, 3], [1, 3, 2], [2, 1, 3], [1, 2, 3]])
    found = acceptability(drawn)
    assert found[0] == pytest.approx([0.75, 0.25, 0.0])
    assert found.sum(axis=0) == pytest.approx(1.0) and found.sum(axis=1) == pytest.approx(1.0)


def test_draws_are_scored_as_the_index_scores() -> None:
    random = np.random.default_rng(2)
    scale, weights = random.random((5, 6, 4)), random.random((5, 4))
    scale[2, :, 1] = np.nan  # an indicator that is the same everywhere in this draw
    assert np.allclose(_topsis(scale)(weights), closeness(scale, weights))


def test_gaps_are_filled_with_figures_of_others() -> None:
    values = np.array([[[1.0, np.nan], [3.0, 5.0], [np.nan, 7.0]]] * 4)
    full = filled(values, np.random.default_rng(0))
    assert np.isfinite(full).all()
    assert set(full[:, 2, 0]) <= {1.0, 3.0} and set(full[:, 0, 1]) <= {5.0, 7.0}


def test_concordance_and_correlation_at_their_ends() -> None:
    one = np.array([1.0, 2, 3, 4, 5])
    assert concordance(np.stack([one, one * 10, np.exp(one)])) == pytest.approx(1.0)
    assert concordance(np.stack([one, -one])) == pytest.approx(0.0)
    assert np.isnan(concordance(one[None]))
    assert rank_correlation(one, -one) == pytest.approx(-1.0)
    assert np.isnan(rank_correlation(one, np.ones(5)))


def test_concordance_with_ties_against_a_printed_example() -> None:
    """Siegel (1956), Nonparametric Statistics, table 9.1: three executives rank six applicants; W = .16."""
    judges = np.array([[1.0, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]])
    assert concordance(judges) == pytest.approx(0.16, abs=5e-3)  # printed to two digits
