"""What must hold in every equilibrium, whatever the economy and the shock."""

from __future__ import annotations

from dataclasses import replace

import array_api_strict
import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st
from small_economies import invent

from hinterland.simulate.equilibrium import (
    Economy,
    Shock,
    Solution,
    first_order,
    mobility,
    real_wage_formula,
    rebase,
    solve,
    solve_with_scale,
)

SEEDS = st.integers(0, 100_000)


def shock_of(economy: Economy, seed: int, cases: int = 1) -> Shock:
    rng = np.random.default_rng(seed)
    shape = (*economy.output.shape, cases)
    cost = rng.uniform(0.8, 1.3, economy.shares.shape)
    n = len(economy.regions)
    cost[:, np.arange(n), np.arange(n)] = 1.0
    return Shock(
        productivity=rng.uniform(0.8, 1.3, shape),
        capacity=rng.uniform(0.5, 1.8, shape),
        labour=rng.uniform(0.8, 1.2, shape[1:]),
        demand=rng.uniform(0.5, 1.5, shape),
        cost=cost,
    )


def trade_balance(solution: Solution, case: int = 0) -> np.ndarray:
    """Imports less exports less the deficit of each region, over its factor income."""
    flows = solution.exports(case)
    gap = flows.sum((0, 2)) - flows.sum((0, 1)) - solution.deficit[:, case]
    return np.asarray(gap / solution.value_added[:, case])


@settings(deadline=None, max_examples=25)
@given(seed=SEEDS, tariffs=st.booleans())
def test_without_a_shock_nothing_changes(seed: int, tariffs: bool) -> None:
    economy = invent(seed, 4, 3, tariffs=tariffs)
    for rule in ("fixed", "scaled"):
        found = solve(economy, deficits=rule)  # type: ignore[arg-type]
        for hat in (found.wage, found.price, found.cost, found.price_index, found.real_income):
            assert np.abs(hat - 1).max() <= 1e-12
        np.testing.assert_allclose(found.output[:, :, 0], economy.output, rtol=1e-12)
        np.testing.assert_allclose(found.exports().sum(1), economy.output, rtol=1e-12)


@settings(deadline=None, max_examples=25)
@given(seed=SEEDS, tariffs=st.booleans(), rule=st.sampled_from(["fixed", "scaled", "removed"]))
def test_markets_clear_and_trade_balances(seed: int, tariffs: bool, rule: str) -> None:
    economy = invent(seed, 4, 3, tariffs=tariffs)
    found = solve(economy, shock_of(economy, seed), deficits=rule)  # type: ignore[arg-type]
    assert np.abs(trade_balance(found)).max() <= 1e-9
    # sales are output, factor payments are value added, spending is inputs and final use
    np.testing.assert_allclose(found.exports().sum(1), found.output[:, :, 0], rtol=1e-9)
    paid = (economy.added * found.output[:, :, 0]).sum(0)
    np.testing.assert_allclose(paid, found.value_added[:, 0], rtol=1e-9)
    shift = np.asarray(shock_of(economy, seed).demand)[:, :, 0]
    final = economy.final * shift / (economy.final * shift).sum(0)
    used = np.einsum("njk,jn->kn", economy.inputs, found.output[:, :, 0]) + final * found.income[:, 0]
    np.testing.assert_allclose(used, found.spending[:, :, 0], rtol=1e-9)
    np.testing.assert_allclose(found.shares().sum(2), 1.0, atol=1e-12)
    # the numeraire: factor income of the world
    assert found.value_added.sum() == pytest.approx(economy.value_added.sum(), rel=1e-12)


@settings(deadline=None, max_examples=20)
@given(seed=SEEDS, scale=st.floats(1e-3, 1e6))
def test_the_unit_of_money_does_not_matter(seed: int, scale: float) -> None:
    economy = invent(seed, 3, 2, tariffs=True)
    money = ("value_added", "deficit", "spending", "output")
    other = replace(economy, **{name: getattr(economy, name) * scale for name in money})
    shock = shock_of(economy, seed)
    one, two = solve(economy, shock), solve(other, shock)
    np.testing.assert_allclose(one.wage, two.wage, rtol=1e-9)
    np.testing.assert_allclose(one.real_income, two.real_income, rtol=1e-9)
    np.testing.assert_allclose(one.output * scale, two.output, rtol=1e-9)


@settings(deadline=None, max_examples=20)
@given(seed=SEEDS, factor=st.floats(0.5, 2.0))
def test_all_labour_alike_is_a_matter_of_size_only(seed: int, factor: float) -> None:
    """Every region with as many more hands: wages fall in the numeraire, quantities rise alike."""
    economy = invent(seed, 3, 2, balanced=True)
    found = solve(economy, Shock(labour=np.full(3, factor)))
    np.testing.assert_allclose(found.wage, 1 / factor, rtol=1e-9)
    np.testing.assert_allclose(found.real_income, factor, rtol=1e-9)
    np.testing.assert_allclose(found.volume[:, :, 0], economy.output * factor, rtol=1e-9)


@settings(deadline=None, max_examples=25)
@given(seed=SEEDS)
def test_real_wage_follows_from_home_shares(seed: int) -> None:
    """log(w/P) = -alpha (I - G)^-1 log(pi_nn) / theta (Caliendo & Parro 2015; Arkolakis et al. 2012)."""
    economy = invent(seed, 4, 3, tariffs=True)
    cost = np.asarray(shock_of(economy, seed).cost)
    found = solve(economy, Shock(cost=cost))
    np.testing.assert_allclose(np.log(found.real_wage[:, 0]), real_wage_formula(found), atol=1e-8)


@settings(deadline=None, max_examples=15)
@given(seed=SEEDS)
def test_there_and_back_again(seed: int) -> None:
    """The solution as a base year, with the shock undone, is the base year."""
    economy = invent(seed, 3, 2)
    shock = Shock(cost=np.asarray(shock_of(economy, seed).cost))
    there = rebase(solve(economy, shock))
    back = solve(there, Shock(cost=1 / np.asarray(shock.cost)))
    np.testing.assert_allclose(back.output[:, :, 0], economy.output, rtol=1e-8)
    np.testing.assert_allclose(back.shares(), economy.shares, rtol=1e-8)


@settings(deadline=None, max_examples=15)
@given(seed=SEEDS)
def test_small_shocks_agree_with_the_first_order(seed: int) -> None:
    """Without tariffs the terms of trade are the whole first-order effect of trade costs abroad on income."""
    economy = invent(seed, 4, 2, balanced=True)
    step = 1e-5
    labour = np.ones(4)
    labour[0] += step
    found = solve(economy, Shock(labour=labour))
    gain = np.log(found.real_income[1:, 0])
    np.testing.assert_allclose(gain, first_order(found).welfare[1:], atol=30 * step**2)


@settings(deadline=None, max_examples=15)
@given(seed=SEEDS, tariffs=st.booleans())
def test_cases_side_by_side_are_as_one_by_one(seed: int, tariffs: bool) -> None:
    economy = invent(seed, 3, 3, tariffs=tariffs)
    shock = shock_of(economy, seed, cases=3)
    theta = np.random.default_rng(seed).uniform(2, 9, (3, 3))
    together = solve(economy, replace(shock, theta=theta))
    for case in range(3):
        alone = solve(
            economy,
            Shock(
                *(np.asarray(v)[..., case] for v in (shock.productivity, shock.capacity)),
                cost=shock.cost,
                labour=np.asarray(shock.labour)[:, case],
                demand=np.asarray(shock.demand)[..., case],
                theta=theta[:, case],
            ),
        )
        np.testing.assert_allclose(together.wage[:, case], alone.wage[:, 0], rtol=1e-9)
        np.testing.assert_allclose(together.shares(case), alone.shares(), rtol=1e-8)


@settings(deadline=None, max_examples=15)
@given(seed=SEEDS, elasticity=st.floats(0.0, 4.0))
def test_mobile_labour_follows_real_wages(seed: int, elasticity: float) -> None:
    economy = invent(seed, 4, 2)
    moving = mobility(economy, elasticity, np.array([5.0, 1.0, 2.0, 7.0]), settled=("r4",))
    shock = Shock(productivity=np.asarray(shock_of(economy, seed).productivity))
    found = solve(economy, shock, mobility=moving)
    labour = found.labour[:, 0]
    assert labour[3] == 1.0
    assert (moving.workers[:3] * labour[:3]).sum() == pytest.approx(8.0, rel=1e-9)
    wage = np.log(found.real_wage[:3, 0])
    np.testing.assert_allclose(np.diff(np.log(labour[:3])), elasticity * np.diff(wage), atol=1e-8)
    if elasticity == 0:
        np.testing.assert_allclose(found.wage, solve(economy, shock).wage, rtol=1e-10)


@settings(deadline=None, max_examples=15)
@given(seed=SEEDS)
def test_scale_economies_hold_in_the_answer(seed: int) -> None:
    economy = invent(seed, 3, 2, theta=(2.0, 5.0))
    psi = np.array([0.12, 0.05])
    shock = Shock(productivity=np.asarray(shock_of(economy, seed).productivity)[..., 0] ** 0.3)
    answer = solve_with_scale(economy, psi, shock)
    assert answer.warning is None
    assert answer.others == ()
    found = answer.solution
    # the same answer without scale, given the productivity that scale brings about
    made = shock.productivity * found.employment[:, :, 0] ** psi[:, None]
    direct = solve(economy, Shock(productivity=made))
    np.testing.assert_allclose(found.wage, direct.wage, rtol=1e-8)
    np.testing.assert_allclose(found.output, direct.output, rtol=1e-8)


def test_strong_scale_economies_are_warned_of_and_tried_from_several_starts() -> None:
    economy = invent(5, 3, 2, theta=(6.0, 8.0))
    answer = solve_with_scale(economy, np.array([0.25, 0.0]), Shock(labour=np.array([1.05, 1, 1])), starts=4)
    assert answer.warning is not None
    assert "i1" in answer.warning.en
    assert "i2" not in answer.warning.en
    assert answer.starts == 5
    found = answer.solution
    made = found.employment[:, :, 0] ** np.array([[0.25], [0.0]])
    direct = solve(economy, Shock(labour=np.array([1.05, 1, 1]), productivity=made))
    np.testing.assert_allclose(found.wage, direct.wage, rtol=1e-7)


def brute_force(economy: Economy, shock: Shock) -> tuple[np.ndarray, np.ndarray]:
    """Wages and prices by a general root finder on the levels, each equation written out by loops."""
    j, n = economy.output.shape
    tariff = np.zeros((j, n, n)) if shock.tariff is None else np.asarray(shock.tariff)
    before = np.zeros((j, n, n)) if economy.tariff is None else economy.tariff
    cost_hat = (1 + tariff) / (1 + before)
    if shock.cost is not None:
        cost_hat = cost_hat * shock.cost
    made = np.ones((j, n)) if shock.productivity is None else np.asarray(shock.productivity)

    def equations(unknown: np.ndarray) -> np.ndarray:
        wage = np.exp(unknown[:n])
        price = np.exp(unknown[n : n + j * n]).reshape(j, n)
        spent = np.exp(unknown[n + j * n :]).reshape(j, n)
        cost = np.empty((j, n))
        for k in range(j):
            for r in range(n):
                cost[k, r] = wage[r] ** economy.added[k, r] / made[k, r]
                for m in range(j):
                    cost[k, r] *= price[m, r] ** economy.inputs[r, k, m]
        share = np.empty((j, n, n))
        off = []
        for k in range(j):
            for r in range(n):
                terms = [
                    economy.shares[k, r, s] * (cost_hat[k, r, s] * cost[k, s]) ** -economy.theta[k]
                    for s in range(n)
                ]
                off.append(price[k, r] - sum(terms) ** (-1 / economy.theta[k]))
                share[k, r] = np.array(terms) / sum(terms)
        sales, revenue = np.zeros((j, n)), np.zeros(n)
        for k in range(j):
            for r in range(n):
                for s in range(n):
                    net = share[k, r, s] * spent[k, r] / (1 + tariff[k, r, s])
                    sales[k, s] += net
                    revenue[r] += tariff[k, r, s] * net
        for k in range(j):
            for r in range(n):
                income = wage[r] * economy.value_added[r] + revenue[r] + economy.deficit[r]
                wanted = economy.final[k, r] * income
                wanted += sum(economy.inputs[r, m, k] * sales[m, r] for m in range(j))
                off.append(spent[k, r] / economy.spending[k, r] - wanted / economy.spending[k, r])
        for r in range(n - 1):
            earned = sum(economy.added[k, r] * sales[k, r] for k in range(j))
            off.append(earned / economy.value_added[r] - wage[r])
        off.append((wage * economy.value_added).sum() / economy.value_added.sum() - 1)
        return np.array(off)

    start = np.concatenate([np.zeros(n + j * n), np.log(economy.spending.ravel())])
    found = scipy.optimize.root(equations, start, method="hybr", tol=1e-13)
    assert np.abs(equations(found.x)).max() < 1e-10
    return np.exp(found.x[:n]), np.exp(found.x[n : n + j * n]).reshape(j, n)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_agrees_with_a_general_root_finder(seed: int) -> None:
    economy = invent(seed, 3, 2, tariffs=True)
    rng = np.random.default_rng(seed)
    tariff = rng.uniform(0.0, 0.5, economy.shares.shape)
    tariff[:, np.arange(3), np.arange(3)] = 0.0
    drawn = shock_of(economy, seed)
    shock = Shock(productivity=np.asarray(drawn.productivity)[:, :, 0], cost=drawn.cost, tariff=tariff)
    found = solve(economy, shock)
    wage, price = brute_force(economy, shock)
    np.testing.assert_allclose(found.wage[:, 0], wage, rtol=1e-8)
    np.testing.assert_allclose(found.price[:, :, 0], price, rtol=1e-8)


@pytest.mark.parametrize("cases", [1, 3])
def test_other_array_namespaces_give_the_same(cases: int) -> None:
    economy = invent(11, 4, 3, tariffs=True)
    shock = shock_of(economy, 11, cases)
    if cases > 1:
        shock = replace(shock, theta=np.random.default_rng(1).uniform(2, 6, (3, cases)))
    moving = mobility(economy, 1.5)
    here = solve(economy, shock, mobility=moving)
    there = solve(economy, shock, mobility=moving, xp=array_api_strict)
    np.testing.assert_allclose(there.wage, here.wage, rtol=1e-8)
    np.testing.assert_allclose(there.output, here.output, rtol=1e-8)
    np.testing.assert_allclose(there.shares(cases - 1), here.shares(cases - 1), rtol=1e-8)


def test_scale_on_another_array_namespace() -> None:
    economy = invent(12, 3, 2)
    psi = np.array([0.05, 0.1])
    shock = Shock(labour=np.array([1.1, 1.0, 0.9]))
    here, there = (solve(economy, shock, scale=psi, xp=xp) for xp in (np, array_api_strict))
    np.testing.assert_allclose(there.wage, here.wage, rtol=1e-8)
