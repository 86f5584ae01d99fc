"""Payments, bargains and losses: hand-reckoned cases, other routes to the same number, identities."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize
from scipy.stats import binom

from hinterland.plan.safeguards.cash import break_even, internal_rate, present_value
from hinterland.plan.safeguards.compensation import balance
from hinterland.plan.safeguards.credit import expected_loss, failing_within, large_portfolio_quantile, losses
from hinterland.plan.safeguards.fund import stake_flows
from hinterland.plan.safeguards.given import ramp, spread
from hinterland.plan.safeguards.sharing import coalitions, in_core, nash, shapley_split
from hinterland.plan.safeguards.talent import schooling_mix
from hinterland.plan.safeguards.transition import nearness
from hinterland.study import StudyError

PARTIES = ("origin", "host", "park_company")
money = st.floats(-1e6, 1e6)


def by_hand(flows: np.ndarray, rate: float) -> float:
    """Horner's scheme, from the last payment back: no power of the rate is ever taken."""
    value = 0.0
    for flow in flows[::-1]:
        value = value / (1 + rate) + flow
    return value


# -- payments


@given(arrays(float, st.integers(1, 30), elements=money), st.floats(-0.5, 1))
def test_present_value_is_the_discounted_sum(flows: np.ndarray, rate: float) -> None:
    scale = by_hand(np.abs(flows), rate)
    assert present_value(flows, rate) == pytest.approx(
        by_hand(flows, rate), rel=1e-9, abs=1e-9 * scale + 1e-12
    )


@given(st.floats(1, 1e4), arrays(float, st.integers(1, 20), elements=st.floats(0.1, 1e4)))
def test_at_the_internal_rate_nothing_is_left(paid: float, back: np.ndarray) -> None:
    flows = np.concatenate([[-paid], back])
    rate = internal_rate(flows)
    # the rate is searched for from -0.99 to 10; outside it there is none to give
    if np.isnan(rate):
        assert by_hand(flows, -0.99) * by_hand(flows, 10.0) > 0
    else:
        assert abs(by_hand(flows, rate)) <= 1e-6 * by_hand(np.abs(flows), rate)


def test_internal_rate_by_hand() -> None:
    assert internal_rate(np.array([-100.0, 0.0, 121.0])) == pytest.approx(0.1, abs=1e-9)
    assert internal_rate(np.array([-1000.0, 500, 400, 300, 100])) == pytest.approx(0.14488844, abs=1e-7)
    # two changes of sign: rates 10 % and 20 % both make it zero, so none is given
    assert np.isnan(internal_rate(np.array([-100.0, 230.0, -132.0])))
    assert np.isnan(internal_rate(np.array([1.0, 2.0])))


def test_break_even_by_hand() -> None:
    # discounted at 0: -100, -60, -20, +20: crosses half way through the fourth year
    assert break_even(np.array([-100.0, 40, 40, 40]), 0.0) == pytest.approx(3.5)
    assert break_even(np.array([-100.0, 121, 0]), 0.1) == pytest.approx(1 + 100 / 110)
    assert break_even(np.array([5.0, 1.0]), 0.1) == 0
    assert break_even(np.array([-5.0, 1.0]), 0.0) == np.inf
    # it has to stay above: after a second debt the years count anew
    assert break_even(np.array([-1.0, 2.0, -3.0, 4.0]), 0.0) == pytest.approx(3.5)


@given(arrays(float, (4, 3), elements=st.floats(0, 1e3)), st.lists(st.integers(1, 6), min_size=3, max_size=3))
def test_all_that_moves_arrives_and_stays(moved: np.ndarray, lengths: list[int]) -> None:
    count = sum(lengths) + 2
    arriving, working = ramp(moved, lengths, count)
    assert arriving.sum(axis=-1) == pytest.approx(moved.sum(axis=-1))
    assert working[:, -1] == pytest.approx(moved.sum(axis=-1))
    # what works in a year is what came before and half of what comes in it
    assert working == pytest.approx(np.cumsum(arriving, axis=-1) - arriving / 2, abs=1e-9)


# -- bargains


@settings(max_examples=25)
@given(
    arrays(float, 3, elements=st.floats(0, 10)),
    st.floats(0.5, 50),
    arrays(float, 3, elements=st.floats(0.2, 3)),
)
def test_nash_maximises_the_product_of_gains(alone: np.ndarray, gain: float, power: np.ndarray) -> None:
    total = alone.sum() + gain
    found = nash(total, alone, power)

    def negative(x: np.ndarray) -> float:
        rest = np.append(x, total - x.sum()) - alone
        return 1e9 if (rest <= 0).any() else -float((power * np.log(rest)).sum())

    start = alone[:2] + gain / 3
    best = minimize(
        negative, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 4000}
    )
    # a simplex search finds the top of a flat hill to about the root of its tolerance
    assert found[:2] == pytest.approx(best.x, rel=1e-3, abs=1e-3 * gain)
    assert found.sum() == pytest.approx(total)


def test_nobody_agrees_to_less_than_they_have() -> None:
    assert np.isnan(nash(2.0, np.array([1.0, 2.0]))).all()
    assert nash(4.0, np.array([1.0, 2.0])) == pytest.approx([1.5, 2.5])
    with pytest.raises(StudyError, match="power"):
        nash(4.0, np.array([1.0, 2.0]), np.array([1.0, 0.0]))


def games(n: int = 3) -> st.SearchStrategy[dict[frozenset[str], np.ndarray]]:
    names = coalitions(PARTIES[:n])
    return st.lists(st.floats(0, 100), min_size=len(names), max_size=len(names)).map(
        lambda values: {c: np.array(v) for c, v in zip(names, values, strict=True)}
    )


def by_orders(game: dict[frozenset[str], np.ndarray]) -> np.ndarray:
    """The mean over all orders in which the parties can come: the value as Shapley told it."""
    total = dict.fromkeys(PARTIES, 0.0)
    orders = list(permutations(PARTIES))
    for order in orders:
        here: frozenset[str] = frozenset()
        for party in order:
            there = here | {party}
            total[party] += float(game[there]) - (float(game[here]) if here else 0.0)
            here = there
    return np.array([total[p] / len(orders) for p in PARTIES])


@given(games())
def test_shapley_is_efficient_and_the_mean_over_orders(game: dict[frozenset[str], np.ndarray]) -> None:
    value = shapley_split(PARTIES, game)
    assert value.sum() == pytest.approx(float(game[frozenset(PARTIES)]), abs=1e-9)
    assert value == pytest.approx(by_orders(game), abs=1e-9)


@given(games())
def test_who_adds_nothing_gets_nothing_and_equals_get_the_same(
    game: dict[frozenset[str], np.ndarray],
) -> None:
    o, h, c = PARTIES
    # the park company adds nothing to any coalition
    null = {s: game[s - {c}] if s - {c} else np.array(0.0) for s in game}
    assert shapley_split(PARTIES, null)[2] == pytest.approx(0, abs=1e-9)
    # origin and host stand for one another
    swap = {o: h, h: o, c: c}
    even = {s: (game[s] + game[frozenset(swap[p] for p in s)]) / 2 for s in game}
    value = shapley_split(PARTIES, even)
    assert value[0] == pytest.approx(value[1], abs=1e-9)


@given(games(), games())
def test_shapley_adds_up_over_games(
    one: dict[frozenset[str], np.ndarray], two: dict[frozenset[str], np.ndarray]
) -> None:
    both = {s: one[s] + two[s] for s in one}
    assert shapley_split(PARTIES, both) == pytest.approx(
        shapley_split(PARTIES, one) + shapley_split(PARTIES, two), abs=1e-9
    )


def test_the_glove_game() -> None:
    """One has a left glove, two have a right one each: 4/6, 1/6, 1/6 (Shapley), and the core is (1, 0, 0)."""
    left = PARTIES[0]
    game = {s: np.array(float(left in s and len(s) > 1)) for s in coalitions(PARTIES)}
    assert shapley_split(PARTIES, game) == pytest.approx([4 / 6, 1 / 6, 1 / 6])
    assert not in_core(PARTIES, game, shapley_split(PARTIES, game))
    assert in_core(PARTIES, game, np.array([1.0, 0.0, 0.0]))
    assert not in_core(PARTIES, game, np.array([0.9, 0.0, 0.0])), "not all of it is shared"


@given(st.lists(st.floats(0, 10), min_size=7, max_size=7))
def test_in_a_convex_game_shapley_is_in_the_core(parts: list[float]) -> None:
    """A sum of unanimity games with weights of zero or more is convex (Shapley 1971)."""
    names = coalitions(PARTIES)
    game = {s: np.array(sum(w for t, w in zip(names, parts, strict=True) if t <= s)) for s in names}
    assert in_core(PARTIES, game, shapley_split(PARTIES, game), tolerance=1e-9)


def test_a_coalition_without_a_worth_is_named() -> None:
    with pytest.raises(StudyError, match="host, origin"):
        shapley_split(PARTIES[:2], {frozenset({"origin"}): np.array(0.0), frozenset({"host"}): np.array(0.0)})


# -- compensation


@given(arrays(float, (6, 6), elements=st.floats(0, 1e6)))
def test_balances_of_payments_are_zero_sum(payments: np.ndarray) -> None:
    assert abs(balance(payments).sum()) <= 1e-9 * payments.sum() + 1e-12


# -- the fund


def test_stakes_that_cannot_fail_come_back_with_their_return() -> None:
    flows = stake_flows(np.array([[100.0]]), np.array([0.05]), np.array([0.0]), np.array([0.5]), 3)
    assert flows[0] == pytest.approx([-100, 5, 5, 105])
    assert present_value(flows, 0.05) == pytest.approx(0, abs=1e-9)


@given(st.floats(0, 0.2), st.floats(0, 0.3), st.floats(0, 1), st.integers(1, 10))
def test_expected_payments_are_those_of_every_way_to_fail(
    back: float, p: float, lost: float, held: int
) -> None:
    flows = stake_flows(np.array([[1.0]]), np.array([back]), np.array([p]), np.array([lost]), held)[0]
    expected = np.zeros(held + 1)
    expected[0] = -1
    for year in range(1, held + 1):  # it fails in this year
        chance = (1 - p) ** (year - 1) * p
        expected[1:year] += chance * back
        expected[year] += chance * (1 - lost)
    expected[1:] += (1 - p) ** held * back
    expected[held] += (1 - p) ** held
    assert flows == pytest.approx(expected, abs=1e-12)


def test_drawn_losses_without_a_common_factor_are_binomial() -> None:
    lost = losses(np.ones(20), 0.1, 1.0, 0.0, 40000, 1)
    counts = np.bincount(lost.astype(int), minlength=21)[:8] / 40000
    # four standard errors of a share of 40 000 draws: at most 4 x 0.5 / 200
    assert counts == pytest.approx(binom.pmf(np.arange(8), 20, 0.1), abs=0.01)


def test_drawn_losses_have_their_expectation_and_vasiceks_tail() -> None:
    exposure, p, lgd, rho = np.ones(1000), 0.05, 0.45, 0.15
    lost = losses(exposure, p, lgd, rho, 6000, 7)
    # the loss rate has a deviation of about 0.05 (p = 5 %, rho = 0.15); four standard errors of 6000 draws
    assert lost.mean() == pytest.approx(
        float(expected_loss(exposure, p, lgd)), abs=4 * 0.05 * 450 / 6000**0.5
    )
    fine = large_portfolio_quantile(p, rho, 0.95) * lgd * exposure.sum()
    assert np.quantile(lost, 0.95) == pytest.approx(fine, rel=0.05)
    assert failing_within(0.02, 2) == pytest.approx(0.0396)


@pytest.mark.parametrize(
    ("rho", "published"), [(0.1, (1.3, 4.6, 7.7, 10.4, 12.8)), (0.2, (2.8, 9.1, 14.6, 18.9, 22.6))]
)
def test_worst_case_default_rates_are_those_of_the_textbook(rho: float, published: tuple[float, ...]) -> None:
    """Hull, Risk Management and Financial Institutions: 99.9 % worst-case default rates, per cent.

    For yearly probabilities of 0.1, 0.5, 1, 1.5 and 2 %; printed with one decimal, hence half a unit of it.
    """
    rates = [100 * large_portfolio_quantile(p, rho, 0.999) for p in (0.001, 0.005, 0.01, 0.015, 0.02)]
    assert rates == pytest.approx(published, abs=0.0501)


# -- people


@settings(max_examples=40)
@given(
    arrays(float, 4, elements=st.floats(0.05, 1)),
    st.floats(0.02, 0.98),
)
def test_the_mix_has_its_mean_and_is_nearest_to_the_known_one(prior: np.ndarray, place: float) -> None:
    prior, years = prior / prior.sum(), np.array([5.0, 9.0, 12.0, 16.0])
    mean = 5 + place * 11
    mix = schooling_mix(prior, years, mean)
    assert mix.sum() == pytest.approx(1)
    assert mix @ years == pytest.approx(mean, abs=1e-9)
    # what leaves sum and mean as they are raises the relative entropy, whichever way
    own = float((mix * np.log(mix / prior)).sum())
    for direction in np.linalg.svd(np.array([np.ones(4), years]))[2][2:]:
        for sign in (-1, 1):
            other = mix + sign * 1e-3 * mix.min() * direction
            assert float((other * np.log(other / prior)).sum()) >= own - 1e-12


def test_a_mix_at_its_own_mean_stays_as_it_is() -> None:
    prior, years = np.array([0.5, 0.3, 0.2]), np.array([6.0, 12.0, 16.0])
    assert schooling_mix(prior, years, np.array([prior @ years]))[0] == pytest.approx(prior)
    with pytest.raises(StudyError, match="levels"):
        schooling_mix(prior, years, 17.0)


def test_nearness_by_hand() -> None:
    near = np.array([[1.0, 0.5, 0.2], [0.5, 1.0, 0.1], [0.2, 0.1, 1.0]])
    jobs = np.array([[10.0, 30.0, 60.0]])
    raw = np.array([(0.5 * 30 + 0.2 * 60) / 90, (0.5 * 10 + 0.1 * 60) / 70, (0.2 * 10 + 0.1 * 30) / 40])
    assert nearness(near, jobs)[0] == pytest.approx(raw / raw.mean())


def test_a_spread_is_the_own_value_and_the_middle_of_the_cases() -> None:
    value, low, high = spread(np.concatenate([[7.0], np.linspace(0, 100, 100)])[None])
    assert value[0] == 7
    assert (low[0], high[0]) == pytest.approx((5, 95), abs=1.5)
