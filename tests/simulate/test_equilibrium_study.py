"""The equilibrium of a study: its accounts without a scenario, and what each kind of change does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from small_economies import invent

from hinterland.accounts import IOTable
from hinterland.simulate import (
    Baseline,
    Scenario,
    baseline,
    distance_from_baseline,
    equilibrium,
    equilibrium_path,
)
from hinterland.simulate.equilibrium import Shock, calibrate, elasticities, from_table, from_trade, solve
from hinterland.simulate.equilibrium.model import Setting
from hinterland.simulate.equilibrium.shocks import map_states
from hinterland.simulate.equilibrium.system import System
from hinterland.study import Study, StudyError


@pytest.fixture(scope="module")
def base(southwest: Study) -> Baseline:
    return baseline(southwest)


@pytest.fixture(scope="module")
def setting(southwest: Study, base: Baseline) -> Setting:
    return calibrate(southwest, base=base)


@pytest.fixture(scope="module")
def full(full_study: Study) -> Setting:
    return calibrate(full_study)


def inland(output: float = 800.0) -> Scenario:
    return Scenario("Electronics inland").relocate("electronics", "CN-GD", "CN-SC", output=output, year=2026)


def test_without_changes_the_accounts_come_back(southwest: Study, setting: Setting) -> None:
    outcome = equilibrium(southwest, Scenario("nothing"), setting=setting, draws=0)
    assert distance_from_baseline(outcome) <= 1e-10
    assert float(np.abs(outcome.result["real_income"] - 1).max()) <= 1e-10
    assert outcome.fingerprint == setting.base.fingerprint
    path = equilibrium_path(southwest, Scenario("nothing"), setting=setting, until=2028)
    assert distance_from_baseline(path) <= 1e-10


def test_the_base_year_is_the_accounts(setting: Setting, base: Baseline) -> None:
    """Output, value added, trade between regions and inputs by product are the table's."""
    table, economy = base.table, setting.economy
    r = len(table.regions)
    size = table.x.max()
    np.testing.assert_allclose(economy.output[:, :r].T.ravel(), table.x, atol=1e-10 * size)
    np.testing.assert_allclose(economy.value_added[:r], table.V.sum(0).reshape(r, -1).sum(1), rtol=1e-10)
    trade = (economy.shares * economy.spending[:, :, None])[:, :r, :r].transpose(0, 2, 1)
    # one flow of the table is below nothing (stocks): it is taken out, the seller's others are scaled
    np.testing.assert_allclose(trade, np.clip(table.trade, 0, None), atol=1e-6 * table.trade.max())
    abroad = [c == "exports" for _, c in table.final]
    sold = (economy.shares * economy.spending[:, :, None])[:, r, :r].sum(0)
    np.testing.assert_allclose(sold, table.Y[:, abroad].sum(1).reshape(r, -1).sum(1), rtol=1e-9)
    bought = (economy.shares * economy.spending[:, :, None])[:, :r, r].sum()
    final = base.study["final_imported"].sel(
        category=[c for c in base.study["final_imported"].category.values if c != "exports"]
    )
    inside = table.imports.sum()
    assert bought == pytest.approx(inside + float(np.clip(final, 0, None).sum()), rel=1e-9)
    assert economy.deficit.sum() == pytest.approx(0.0, abs=1e-6)


def test_moved_capacity_is_what_was_asked_at_base_prices(southwest: Study, setting: Setting) -> None:
    """With every wage and price held, origin and host sell what the scenario says, others what they did."""
    economy = setting.economy
    mapped = map_states(economy, setting.base, [inland().state(setting.base)])
    capacity = np.asarray(mapped.shocks[0][1].capacity)[:, :, 0]
    j = economy.industries.index("electronics")
    power = economy.shares[j] @ capacity[j]
    sold = capacity[j] * (economy.shares[j].T @ (economy.spending[j] / power))
    change = sold - economy.output[j]
    origin, host = economy.regions.index("CN-GD"), economy.regions.index("CN-SC")
    assert change[origin] == pytest.approx(-800, rel=1e-6)
    assert change[host] == pytest.approx(800, rel=1e-6)
    assert np.delete(change, [origin, host]).sum() == pytest.approx(0.0, abs=1e-4)
    others = [k for k in range(len(economy.industries)) if k != j]
    assert (capacity[others] == 1).all()


def test_a_move_helps_the_host_and_costs_the_origin(southwest: Study, setting: Setting) -> None:
    outcome = equilibrium(southwest, inland(), setting=setting, draws=40)
    real = outcome.result["real_income"].isel(time=-1)
    assert float(real.sel(region="CN-SC")) > 1.001
    assert float(real.sel(region="CN-GD")) < 0.9995
    assert list(outcome.result["time"].values) == [2026]
    assert outcome.clock == "year"
    jobs = outcome.change["employment"].sum("industry").isel(time=-1)
    # immobile labour: a region's workers change industry, not number
    assert float(np.abs(jobs).max()) <= 1e-8 * float(outcome.baseline["employment"].sum())
    moved = outcome.table("equilibrium_moved").frame.set_index("region")
    assert moved.loc["CN-SC", "capacity_change"] == pytest.approx(800)
    spread = outcome.table("equilibrium_interval").frame
    assert (spread["low"] <= spread["median"]).all()
    assert (spread["median"] <= spread["high"]).all()
    assert spread.set_index("region").loc["CN-SC", "gains_share"] == 1.0
    again = equilibrium(southwest, inland(), setting=setting, draws=40)
    for one, two in zip(outcome.tables, again.tables, strict=True):
        assert one.frame.equals(two.frame)


def test_output_reached_is_what_was_asked_in_equilibrium(southwest: Study, setting: Setting) -> None:
    outcome = equilibrium(southwest, inland(), setting=setting, draws=0, moved="reached")
    change = outcome.change["output"].sel(industry="electronics").isel(time=-1)
    assert float(change.sel(region="CN-SC")) == pytest.approx(800, rel=1e-4)
    assert float(change.sel(region="CN-GD")) == pytest.approx(-800, rel=1e-4)


def test_phases_of_a_plan_add_up(southwest: Study, setting: Setting) -> None:
    moves = xr.DataArray(
        [[[[300.0, 500.0]]]],
        {"industry": ["electronics"], "origin": ["CN-GD"], "host": ["CN-SC"], "phase": ["near", "far"]},
        ("industry", "origin", "host", "phase"),
    )
    outcome = equilibrium(southwest, moves, setting=setting, draws=0)
    whole = equilibrium(southwest, inland(800.0), setting=setting, draws=0)
    assert outcome.clock == "phase"
    np.testing.assert_allclose(outcome.result["wage"][-1], whole.result["wage"][-1], rtol=1e-9)
    near = equilibrium(southwest, inland(300.0), setting=setting, draws=0)
    np.testing.assert_allclose(outcome.result["wage"][0], near.result["wage"][-1], rtol=1e-9)


def test_an_industry_is_founded_with_the_technology_of_its_origin(southwest: Study, setting: Setting) -> None:
    table = setting.base.table
    made = table.labelled(table.x)
    assert float(made.sel(region="CN-XZ", industry="other_manufacturing")) == 0.0
    scenario = Scenario("new").relocate("other_manufacturing", "CN-GD", "CN-XZ", output=2.0)
    outcome = equilibrium(southwest, scenario, setting=setting, draws=0, moved="reached")
    after = outcome.result.isel(time=-1).sel(region="CN-XZ", industry="other_manufacturing")
    assert float(after["output"]) == pytest.approx(2.0, rel=1e-4)
    assert 0 < float(after["value_added"]) < 2.0
    assert float(after["employment"]) > 0
    assert any("Founded" in note.en for note in outcome.notes)
    # the seed is too small to move the base year
    none = equilibrium(southwest, Scenario("none"), setting=setting, draws=0)
    tiny = Scenario("tiny").relocate("other_manufacturing", "CN-GD", "CN-XZ", output=1e-9)
    little = equilibrium(southwest, tiny, setting=setting, draws=0)
    np.testing.assert_allclose(little.result["wage"], none.result["wage"], atol=1e-10)


@pytest.mark.parametrize(
    ("scenario", "gains"),
    [
        (Scenario("p").productivity(1.1, region="hills", industry="textiles"), "hills"),
        (Scenario("c").trade_cost(0.8, destination="hills"), "hills"),
        (Scenario("l").labour(factor=1.1, region="hills"), "hills"),
        (Scenario("d").demand(factor=1.2, region="hills"), "hills"),
        (Scenario("x").demand(factor=1.2, category="exports"), ""),
        (Scenario("b").build("textiles", "hills", output=5.0, market="shared"), "hills"),
        (Scenario("q").disaster("coast", loss=0.3, duration=100, recovery=100), ""),
        (Scenario("k").close("textiles", "coast", share=1.0, market="shared"), ""),
        (Scenario("t").tariff(0.2, destination="hills"), ""),
    ],
)
def test_every_kind_of_change_runs(full_study: Study, full: Setting, scenario: Scenario, gains: str) -> None:
    outcome = equilibrium(full_study, scenario, setting=full, draws=3, seed=1)
    real = outcome.result["real_income"].isel(time=-1)
    assert float(np.abs(real - 1).max()) > 1e-6
    if gains:
        assert str(real["region"].values[int(np.argmax(real.values))]) == gains
    if scenario.name == "q":
        assert float(real.sel(region="coast")) < 1
    if scenario.name == "k":
        gone = outcome.result["output"].isel(time=-1).sel(region="coast", industry="textiles")
        assert float(gone) == 0.0
    if scenario.name == "x":
        made = outcome.change["output"].isel(time=-1).sum()
        assert np.isfinite(made)


def test_dates_give_states(full_study: Study, full: Setting) -> None:
    first = full_study.base_year + 1
    scenario = (
        Scenario("dated")
        .productivity(1.1, region="hills", year=first)
        .tariff(0.1, destination="plain", year=first + 2, end=first + 3)
    )
    outcome = equilibrium(full_study, scenario, setting=full, draws=0)
    assert list(outcome.result["time"].values) == [first, first + 2, first + 4]
    real = outcome.result["real_income"]
    np.testing.assert_allclose(real[0], real[2], rtol=1e-9)
    assert float(np.abs(real[1] - real[0]).max()) > 1e-6


def test_demand_paid_by_transfer_leaves_the_whole_as_it_is(full_study: Study, full: Setting) -> None:
    outcome = equilibrium(full_study, Scenario("d").demand(factor=1.2, region="hills"), setting=full, draws=0)
    real = outcome.result["real_income"].isel(time=-1)
    assert float(real.sel(region="hills")) > 1.02
    assert float(real.sel(region="coast")) < 1


def test_mobile_labour_comes_where_wages_rise(southwest: Study, base: Baseline, setting: Setting) -> None:
    mobile = calibrate(southwest, base=base, labour="mobile")
    outcome = equilibrium(southwest, inland(), setting=mobile, draws=0)
    labour = outcome.result["labour"].isel(time=-1)
    assert float(labour.sel(region="CN-SC")) > 1.001
    jobs = outcome.change["employment"].sum(["region", "industry"])
    assert float(np.abs(jobs).max()) <= 1e-8 * float(outcome.baseline["employment"].sum())
    fixed = equilibrium(southwest, inland(), setting=setting, draws=0)
    spread = [o.result["real_wage"].isel(time=-1).std() for o in (outcome, fixed)]
    assert float(spread[0]) < float(spread[1])


def test_the_path_begins_where_workers_are_and_tends_to_more_in_the_host(
    southwest: Study, setting: Setting
) -> None:
    outcome = equilibrium_path(southwest, inland(), setting=setting, until=2032)
    labour = outcome.result["labour"].sel(region="CN-SC")
    assert list(outcome.result["time"].values) == list(range(2026, 2033))
    assert float(labour[0]) == 1.0
    assert (np.diff(labour) > 0).all()
    table = outcome.table("equilibrium_path").frame
    assert set(table.columns) >= {"region", "year", "labour_change", "real_wage_change"}


def test_elasticities_of_a_study(southwest: Study) -> None:
    uniform = elasticities(southwest)
    assert uniform.kind == "uniform"
    assert (uniform.theta == 4).all()
    published = elasticities(southwest, "caliendo_parro_2015")
    by = dict(zip(published.industries, published.theta, strict=True))
    assert by["refining"] == 64.85
    assert by["electronics"] == pytest.approx((12.95 + 3.95) / 2)
    draws = published.draws(200, 5)
    assert (draws >= published.low[:, None] - 1e-12).all()
    assert (draws <= published.high[:, None] + 1e-12).all()
    np.testing.assert_array_equal(draws[:, :50], published.draws(50, 5))
    assert not np.array_equal(draws, published.draws(200, 6))
    with pytest.raises(StudyError, match="no elasticities 'guess'"):
        elasticities(southwest, "guess")


def test_a_study_may_bring_its_own_elasticities(full_study: Study) -> None:
    rows = pd.DataFrame(
        {
            "industry": list(full_study.industries),
            "elasticity": np.linspace(3, 6, len(full_study.industries)),
            "low": "",
            "high": 9.0,
        }
    )
    given = replace(full_study, frames={**full_study.frames, "trade_elasticity": rows})
    found = elasticities(given)
    assert found.kind == "study"
    np.testing.assert_array_equal(found.theta, rows["elasticity"])
    np.testing.assert_array_equal(found.low, rows["elasticity"])
    short = replace(full_study, frames={**full_study.frames, "trade_elasticity": rows.iloc[1:]})
    with pytest.raises(StudyError, match=f"trade_elasticity lacks {full_study.industries[0]}"):
        elasticities(short)


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 10_000))
def test_any_table_is_its_own_base_year(seed: int) -> None:
    """A random multi-regional table with exports and imports, calibrated, keeps output and value added."""
    rng = np.random.default_rng(seed)
    r, n = 3, 2
    size = r * n
    Z = rng.random((size, size)) * 5
    exports = np.zeros((size, r))
    exports[np.arange(size), np.arange(size) // n] = rng.random(size) * 20
    home = rng.random((size, r)) * 30
    Y = np.stack([home, exports], axis=2).reshape(size, -1)
    x = Z.sum(1) + Y.sum(1)
    imports = 0.1 * x
    table = IOTable.from_arrays(
        Z,
        Y,
        regions=["a", "b", "c"],
        industries=["p", "q"],
        categories=["consumption", "exports"],
        imports=imports,
    )
    economy = from_table(table, 4.0)
    assert economy.regions == ("a", "b", "c", "abroad")
    np.testing.assert_allclose(economy.output[:, :r].T.ravel(), table.x, rtol=1e-12)
    np.testing.assert_allclose(economy.value_added[:r], table.V.sum(0).reshape(r, n).sum(1), rtol=1e-12)
    assert np.abs(solve(economy).wage - 1).max() <= 1e-12


# -- what is refused --------------------------------------------------------------------------------------


def test_caps_are_refused_where_they_are_not_held(full_study: Study, full: Setting) -> None:
    cap = Scenario("r").resource("energy", "hills", factor=0.9, year=2026)
    with pytest.raises(StudyError, match="path with migration does not hold caps"):
        equilibrium_path(full_study, cap, setting=full, until=2027)
    with pytest.raises(StudyError, match="economies of scale"):
        equilibrium(full_study, cap, scale=0.05, draws=0, moved="offered")
    with pytest.raises(StudyError, match="none of it"):
        equilibrium(full_study, Scenario("n").resource("energy", "hills", limit=0.0), setting=full, draws=0)


def test_a_disaster_in_money_is_refused(full_study: Study, full: Setting) -> None:
    with pytest.raises(StudyError, match="given as capital lost"):
        equilibrium(full_study, Scenario("r").disaster("hills", capital=10.0), setting=full, draws=0)


def test_more_than_all_markets_is_refused(full_study: Study, full: Setting) -> None:
    with pytest.raises(StudyError, match=r"no capacity gives hills the output"):
        equilibrium(full_study, Scenario("b").build("textiles", "hills", output=1e9), setting=full, draws=0)


def test_closing_all_suppliers_of_a_market_is_refused() -> None:
    economy = invent(3, 2, 2)
    capacity = np.ones((2, 2))
    capacity[1] = 0.0
    with pytest.raises(StudyError, match="nobody is left to sell to the market r1/i2"):
        solve(economy, Shock(capacity=capacity))


def test_rules_that_there_are_not_are_refused(full_study: Study, full: Setting) -> None:
    with pytest.raises(StudyError, match="no rule 'sticky' for labour"):
        calibrate(full_study, base=full.base, labour="sticky")  # type: ignore[arg-type]
    with pytest.raises(StudyError, match="no rule 'lent' for deficits"):
        solve(full.economy, deficits="lent")  # type: ignore[arg-type]
    with pytest.raises(StudyError, match="cannot be 'wished'"):
        equilibrium(full_study, Scenario("n"), setting=full, moved="wished")  # type: ignore[arg-type]


def test_a_response_that_is_none_is_refused_by_name() -> None:
    """At the knife edge of scale economies a region's response has no inverse."""
    system = System(invent(3, 2, 1), Shock(), "fixed", None, None, np)
    with pytest.raises(StudyError, match="r2 has no definite response"):
        system._inverse(np.array([[[1.0]], [[0.0]]]))


def test_bad_data_are_refused_by_name() -> None:
    trade = np.ones((2, 2, 2))
    inputs, added = np.full((2, 2, 2), 0.3), np.full((2, 2), 1.0)
    labels = {"regions": ["north", "south"], "industries": ["farm", "mill"]}

    def make(**changed: object) -> None:
        given = {"trade": trade, "inputs": inputs, "value_added": added, "theta": np.array([4.0, 4.0])}
        given |= changed  # type: ignore[arg-type]
        theta = given.pop("theta")
        from_trade(*given.values(), theta, **labels)  # type: ignore[arg-type]

    make()
    hole = trade.copy()
    hole[1, 0, 1] = np.nan
    with pytest.raises(StudyError, match="trade is missing or negative at mill, north, south"):
        make(trade=hole)
    none = added.copy()
    none[0, 1] = 0.0
    with pytest.raises(StudyError, match="south/farm sells but has no value added"):
        make(value_added=none)
    with pytest.raises(StudyError, match="theta at mill must be above zero"):
        make(theta=np.array([4.0, -1.0]))
    with pytest.raises(StudyError, match=r"inputs has shape \(2, 2\)"):
        make(inputs=np.ones((2, 2)))


def test_a_region_that_cannot_pay_is_refused() -> None:
    """A surplus fixed at much of its income, and then most hands leave: nothing is left to spend."""
    trade = np.array([[[10.0, 1.0], [9.0, 10.0]]])  # north sells 19 and buys 11
    economy = from_trade(trade, np.zeros((1, 1, 2)), trade.sum(1), [4.0], regions=["north", "south"])
    few = Shock(labour=np.array([0.1, 1.0]))
    with pytest.raises(StudyError, match="north is left with nothing to spend"):
        solve(economy, few)
    assert solve(economy, few, deficits="scaled").income.min() > 0


def test_shocks_out_of_range_are_refused_by_name() -> None:
    economy = invent(3, 2, 2)
    for name, shape, match in (
        ("productivity", (2, 2), "productivity at r1/i1 is 0"),
        ("labour", (2,), "labour at r1 is 0"),
        ("theta", (2,), "theta at i1 is 0"),
        ("cost", (2, 2, 2), "cost at i1: r1 < r1 is 0"),
        ("demand", (2, 3), "demand has shape"),
    ):
        with pytest.raises(StudyError, match=match):
            solve(economy, Shock(**{name: np.zeros(shape)}))
    with pytest.raises(StudyError, match=r"have \[1, 2, 3\] cases"):
        solve(economy, Shock(labour=np.ones((2, 2)), productivity=np.ones((2, 2, 3))))
