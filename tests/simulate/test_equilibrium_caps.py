"""Caps in equilibrium: price or slack, budgets that close, and the same answer by a search of its own."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from hinterland.simulate import Baseline, Scenario, baseline, equilibrium
from hinterland.simulate.caps import use_per_output, used_now
from hinterland.simulate.changes import Resource
from hinterland.simulate.equilibrium import Shock, calibrate, solve
from hinterland.simulate.equilibrium.capped import hold_caps
from hinterland.simulate.equilibrium.model import Setting
from hinterland.study import Study


@pytest.fixture(scope="module")
def base(full_study: Study) -> Baseline:
    return baseline(full_study)


@pytest.fixture(scope="module")
def setting(full_study: Study, base: Baseline) -> Setting:
    return calibrate(full_study, base=base)


def test_a_cap_has_a_price_or_slack(base: Baseline, setting: Setting) -> None:
    caps = [
        Resource("energy", "hills", factor=0.9),
        Resource("energy", "plain", factor=1.5),
        Resource("carbon", "coast", factor=0.95),
    ]
    solution, held = hold_caps(setting.economy, base, Shock(), caps)
    for h in held:
        assert h.used <= h.limit * (1 + 1e-7)
        assert h.price * (h.limit - h.used) == pytest.approx(0.0, abs=1e-6 * h.limit)
    prices = {(h.cap.resource, h.cap.region): h.price for h in held}
    assert prices["energy", "plain"] == 0.0
    assert prices["energy", "hills"] > 0 and prices["carbon", "coast"] > 0
    assert float(solution.residual.max()) <= 1e-10


def test_a_slack_cap_changes_nothing(base: Baseline, setting: Setting) -> None:
    solution, held = hold_caps(setting.economy, base, Shock(), [Resource("energy", "hills", factor=1.0)])
    assert held[0].price == 0.0
    np.testing.assert_allclose(solution.wage, 1.0, atol=1e-10)


def test_the_price_by_a_search_of_its_own(base: Baseline, setting: Setting) -> None:
    """A given price, duties at the gate and rents handed over by plain rounds; bisection on the price."""
    economy, cap = setting.economy, Resource("energy", "hills", factor=0.85)
    place, needs = base.table.regions.index("hills"), use_per_output(base, cap)
    limit = 0.85 * used_now(base, cap)
    others = np.arange(len(economy.regions)) != place

    def at(price: float):  # type: ignore[no-untyped-def]
        solution = solve(economy, Shock())
        for _ in range(25):
            wedge = price * needs / solution.cost[:, place, 0]
            tariff = np.zeros(economy.shares.shape)
            tariff[:, :, place] = wedge[:, None]
            sold = solution.exports()[:, :, place]
            paid = (sold * wedge[:, None]).sum(0) * others
            transfer = -paid
            transfer[place] = paid.sum()
            solution = solve(economy, Shock(tariff=tariff, transfer=transfer))
        return solution

    def over(price: float) -> float:
        return float(needs @ at(price).volume[:, place, 0]) - limit

    solution, held = hold_caps(economy, base, Shock(), [cap])
    price = brentq(over, 0.3 * held[0].price, 3 * held[0].price, rtol=1e-6)
    assert held[0].price == pytest.approx(price, rel=1e-5)
    np.testing.assert_allclose(at(price).wage, solution.wage, rtol=1e-6)


def test_the_rent_is_income_of_the_region(base: Baseline, setting: Setting) -> None:
    economy = setting.economy
    solution, held = hold_caps(economy, base, Shock(), [Resource("energy", "hills", factor=0.85)])
    place = base.table.regions.index("hills")
    rent = held[0].price * held[0].used
    above = solution.income[:, 0] - solution.value_added[:, 0] - economy.deficit
    assert above[place] == pytest.approx(rent, rel=1e-6)
    # nobody else gains or loses by it but through prices: what they pay as duty is handed on
    np.testing.assert_allclose(np.delete(above, place), 0.0, atol=1e-6 * rent)


def test_users_of_much_lose_most_and_the_table_says_what_a_unit_is_worth(
    full_study: Study, setting: Setting, base: Baseline
) -> None:
    given = (
        Scenario("c").resource("energy", "hills", factor=0.85, year=2026).demand(factor=1.05, region="hills")
    )
    outcome = equilibrium(full_study, given, setting=setting)
    now, before = outcome.result.isel(time=-1), outcome.baseline
    level = (now["output"] / before["output"]).sel(region="hills").to_series()
    needs = use_per_output(base, Resource("energy", "hills"))
    order = [base.table.industries[k] for k in np.argsort(needs)]
    assert level[order[-1]] < level[order[0]], "textiles need most power, services least"
    table = outcome.table("equilibrium_caps").frame.iloc[0]
    assert table["used"] == pytest.approx(table["limit"], rel=1e-6)
    assert table["unit_price"] > 0 and table["rent"] == pytest.approx(table["unit_price"] * table["used"])
    assert any("Rights to use" in n.en and "使用权" in n.zh for n in outcome.notes)
    assert not any(t.name == "equilibrium_interval" for t in outcome.tables)
    free = equilibrium(
        full_study, Scenario("d").demand(factor=1.05, region="hills"), setting=setting, draws=0
    )
    used = [float(needs @ o.settled()["output"].sel(region="hills").to_numpy()) for o in (outcome, free)]
    assert used[0] == pytest.approx(0.85 * used_now(base, Resource("energy", "hills")), rel=1e-6)
    assert used[1] > used[0]


def test_years_with_and_without_a_cap(full_study: Study, setting: Setting, base: Baseline) -> None:
    path = Scenario("p").resource("energy", "hills", factor=0.9, year=2027, end=2028)
    outcome = equilibrium(full_study, path, setting=setting, draws=0)
    needs = use_per_output(base, Resource("energy", "hills"))
    level = outcome.result["output"].sel(region="hills").to_numpy() @ needs
    level = level / used_now(base, Resource("energy", "hills"))
    assert list(outcome.result["time"].values) == [2027, 2029]
    np.testing.assert_allclose(level, [0.9, 1.0], rtol=1e-6)
