"""Impact of scenarios: what must hold on any table, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.accounts import IOTable, estimate_mrio
from hinterland.simulate import Baseline, Outcome, Scenario, baseline, distance_from_baseline, impact
from hinterland.study import Study, StudyError

SETTINGS = settings(deadline=None, max_examples=25)
INDUSTRIES = st.sampled_from(["textiles", "machines", "services"])
HOSTS = st.sampled_from(["hills", "plain"])
SHARES = st.floats(0.01, 1.0)
RULES = st.sampled_from(["host", "keep", "nearest"])
HOME = {"accounts.compensation_item": "wages", "simulate.household_category": "consumption"}


@pytest.fixture(scope="module")
def study(full_study: Study) -> Study:
    """The small study, told which of its rows and columns are households'."""
    for name, value in HOME.items():
        full_study = full_study.with_parameter(name, value)
    return full_study


@pytest.fixture(scope="module")
def table(study: Study) -> IOTable:
    return estimate_mrio(study)


@pytest.fixture(scope="module")
def base(study: Study, table: IOTable) -> Baseline:
    return baseline(study, table)


def gap(first: xr.Dataset, second: xr.Dataset) -> float:
    """Largest difference of two datasets, relative to the largest value of each variable."""
    return max(
        float(np.abs(first[k] - second[k]).max()) / max(1.0, float(np.abs(first[k]).max())) for k in first
    )


@pytest.mark.parametrize("side", ["demand", "mixed", "supply"])
@pytest.mark.parametrize("years", [None, [2026, 2030]])
def test_no_change_is_the_baseline(study: Study, table: IOTable, side: str, years: list[int] | None) -> None:
    outcome = impact(study, Scenario("nothing"), table, side=side, years=years)  # type: ignore[arg-type]
    assert distance_from_baseline(outcome) <= 1e-12
    assert outcome.effects is not None
    assert ("induced" in outcome.effects["effect"]) == (side != "supply")


def test_no_change_is_the_baseline_of_the_built_in_study(southwest: Study) -> None:
    outcome = impact(southwest, Scenario("nothing").relocate("electronics", "CN-GD", "CN-SC", output=0))
    assert distance_from_baseline(outcome) <= 1e-10
    xr.testing.assert_identical(outcome.baseline, baseline(southwest).accounts)


@SETTINGS
@given(
    industry=INDUSTRIES,
    host=HOSTS,
    share=SHARES,
    rule=RULES,
    side=st.sampled_from(["demand", "mixed", "supply"]),
)
def test_effects_sum_to_the_change(
    study: Study, table: IOTable, industry: str, host: str, share: float, rule: str, side: str
) -> None:
    scenario = (
        Scenario("s")
        .relocate(industry, "coast", host, share=share / 2, sourcing=rule)  # type: ignore[arg-type]
        .build("machines", "plain", output=50)
        .close("farming", "hills", share=share / 2, market="shared")
        .productivity(1.0 + share / 5, region="coast")
    )
    outcome = impact(study, scenario, table, side=side)  # type: ignore[arg-type]
    assert outcome.effects is not None
    assert gap(outcome.effects.sum("effect"), outcome.change) <= 1e-10
    effects = outcome.table("impact_effects").frame
    parts = [k for k in effects if str(k).startswith("output_") and k != "output_total"]
    np.testing.assert_allclose(effects[parts].sum(axis=1), effects["output_total"], atol=1e-8)


@SETTINGS
@given(
    industry=INDUSTRIES,
    host=HOSTS,
    share=SHARES,
    rule=RULES,
    gain=st.floats(1.0, 1.3),
    inside=st.sampled_from(["inside", "outside"]),
)
def test_income_and_imports_make_up_final_demand(
    study: Study,
    table: IOTable,
    base: Baseline,
    industry: str,
    host: str,
    share: float,
    rule: str,
    gain: float,
    inside: str,
) -> None:
    """Whatever moves or gets better: value added and imports equal final demand, households' own included."""
    scenario = (
        Scenario("s")
        .relocate(industry, "coast", host, share=share, sourcing=rule)  # type: ignore[arg-type]
        .demand(factor=1 + share / 10, industry="machines")
        .productivity(gain, industry="machines", region="hills")
    )
    from hinterland.simulate.spending import spending
    from hinterland.simulate.state import state_of
    from hinterland.simulate.system import IMPORTS, INCOME, shifted

    outcome = impact(study, scenario, table, households=inside)  # type: ignore[arg-type]
    system = shifted(base, state_of(scenario, base), "wages")
    x = outcome.settled()["output"].to_numpy().ravel()
    final = system.y.sum()
    if inside == "inside":
        spent = spending(base)
        income = spent.pays(system.per[INCOME]) @ x - spent.pays(spent.before) @ table.x
        final += (spent.buys @ income).sum()
    paid = float(outcome.settled()["value_added"].sum()) + float(system.per[IMPORTS] @ x)
    assert paid == pytest.approx(float(final), rel=1e-9)
    assert x.min() >= -1e-9 * x.max()


@SETTINGS
@given(
    amounts=st.tuples(*[st.floats(-0.5, 2.0)] * 2),
    products=st.lists(INDUSTRIES, min_size=2, max_size=2),
    built=st.floats(0, 500),
    times=st.floats(0.1, 3),
)
def test_linear_changes_add_up(
    study: Study,
    table: IOTable,
    amounts: tuple[float, float],
    products: list[str],
    built: float,
    times: float,
) -> None:
    """Demand, building and closing: the effect of all is the sum of the effects; twice as much has twice."""
    parts = [
        Scenario("a").demand(factor=1 + amounts[0], industry=products[0], region="hills"),
        Scenario("b").demand(amount=100 * amounts[1], industry=products[1]),
        Scenario("c").build("machines", "plain", output=built),
        Scenario("d").close("services", "coast", output=built / 2),
    ]
    whole = parts[0] + parts[1] + parts[2] + parts[3]
    alone = sum(impact(study, part, table).change["output"] for part in parts)
    together = impact(study, whole, table).change["output"]
    np.testing.assert_allclose(together, alone, atol=1e-9 * float(table.x.max()))
    once = impact(study, parts[2], table).change["output"]
    more = impact(study, Scenario("c").build("machines", "plain", output=built * times), table)
    np.testing.assert_allclose(more.change["output"], times * once, atol=1e-9 * float(table.x.max()))


@SETTINGS
@given(industry=INDUSTRIES, host=HOSTS, share=SHARES)
def test_suppliers_that_are_kept_notice_nothing(
    study: Study, table: IOTable, industry: str, host: str, share: float
) -> None:
    """A plant that takes recipe, suppliers and customers along moves, and nothing else changes."""
    scenario = Scenario("s").relocate(industry, "coast", host, share=share, sourcing="keep")
    outcome = impact(study, scenario, table, households="outside")
    assert outcome.effects is not None
    indirect = outcome.effects["output"].sel(effect="indirect")
    assert float(np.abs(indirect).max()) <= 1e-9 * float(table.x.max())
    assert float(outcome.change["value_added"].sum()) == pytest.approx(0, abs=1e-8)


def test_one_technology_and_market_keep_the_nations_output() -> None:
    """Where every region uses one recipe and buys at home, moving an industry leaves the nation as it is."""
    from hinterland.study import Study, Text

    A = np.array([[0.1, 0.2], [0.3, 0.1]])
    y = np.array([10.0, 20.0])
    x = np.linalg.solve(np.eye(2) - A, y)
    zero = np.zeros((2, 2))
    system = IOTable.from_arrays(
        np.block([[A * x, zero], [zero, A * x]]),
        np.concatenate([np.column_stack([y, 0 * y]), np.column_stack([0 * y, y])]),
        regions=["a", "b"],
        industries=["i", "j"],
        categories=["final"],
        x=np.concatenate([x, x]),
    )
    import pandas as pd

    frame = pd.DataFrame({"region": ["a", "b"], "name_en": ["a", "b"], "name_zh": ["a", "b"]})
    config = {"units": {"money": "EUR"}, "study": {"base_year": 2020}}
    bare = Study("ab", Text.same("ab"), config, {"regions": frame}, {}, {})
    outcome = impact(bare, Scenario("s").relocate("i", "a", "b", share=0.5), system)
    np.testing.assert_allclose(outcome.change["output"].sum("region"), 0, atol=1e-10)
    assert outcome.parameters["households"] == "outside"
    assert "No induced effects" in outcome.notes[0].en  # nothing tells households from others here
    with pytest.raises(StudyError, match="labour income"):
        impact(bare, Scenario("s"), system, households="inside")


def test_a_plant_makes_what_it_is_built_for(study: Study, table: IOTable) -> None:
    outcome = impact(study, Scenario("s").build("machines", "hills", output=80), table, households="outside")
    gain = outcome.change["output"].isel(time=0)
    assert float(gain.sel(region="hills", industry="machines")) == pytest.approx(80)
    assert float(gain.min()) >= -1e-9 and float(gain.sum()) > 80
    crowded = Scenario("s").build("machines", "hills", output=80, market="shared")
    shared = impact(study, crowded, table, households="outside").change["output"].isel(time=0)
    assert float(shared.sel(region="coast", industry="machines")) < 0
    assert abs(float(shared.sum())) < 80


def test_mixed_holds_the_capacity(study: Study, table: IOTable) -> None:
    scenario = (
        Scenario("s")
        .relocate("textiles", "coast", "plain", share=0.4)
        .build("machines", "plain", output=30)
        .close("services", "hills", output=20)
    )
    change = impact(study, scenario, table, side="mixed").change["output"].isel(time=0)
    moved = 0.4 * float(table.labelled(table.x).sel(region="coast", industry="textiles"))
    assert float(change.sel(region="coast", industry="textiles")) == pytest.approx(-moved)
    assert float(change.sel(region="plain", industry="textiles")) == pytest.approx(moved)
    assert float(change.sel(region="plain", industry="machines")) == pytest.approx(30)
    assert float(change.sel(region="hills", industry="services")) == pytest.approx(-20)


def test_supply_is_felt_by_customers(study: Study, table: IOTable) -> None:
    """One plant closed, by Ghosh: customers lose by the inverse's row over its own diagonal."""
    outcome = impact(study, Scenario("s").close("machines", "coast", output=100), table, side="supply")
    B = table.Z / table.x[:, None]
    G = np.linalg.inv(np.eye(len(table.x)) - B)
    at = table.regions.index("coast") * 4 + table.industries.index("machines")
    np.testing.assert_allclose(
        outcome.change["output"].to_numpy().ravel(), -100 * G[at] / G[at, at], rtol=1e-9, atol=1e-9
    )
    with pytest.raises(StudyError, match="no spending"):
        impact(study, Scenario("s"), table, side="supply", households="inside")
    with pytest.raises(StudyError, match="demand"):
        impact(study, Scenario("s").demand(factor=1.1), table, side="supply")


def test_induced_effects_equal_the_closed_model(study: Study, table: IOTable, base: Baseline) -> None:
    """Type II by bordering the table with households, written out."""
    from hinterland.simulate.spending import spending

    outcome = impact(study, Scenario("s").demand(factor=1.2, industry="machines"), table)
    spent = spending(base)
    H = spent.pays(spent.before)
    n, r = len(table.x), 3
    bordered = np.block([[table.A, spent.buys], [H, np.zeros((r, r))]])
    extra = np.zeros(n)
    row = table.industries.index("machines")
    home = [k for k, (_, c) in enumerate(table.final) if c != "exports"]
    extra.reshape(3, 4)[:, row] = 0.2 * table.Y.reshape(3, 4, -1)[:, row][:, home].sum(1)
    whole = np.linalg.solve(np.eye(n + r) - bordered, np.concatenate([extra, np.zeros(r)]))
    np.testing.assert_allclose(outcome.change["output"].to_numpy().ravel(), whole[:n], rtol=1e-9, atol=1e-9)
    doubled = impact(study, Scenario("s").demand(factor=1.2, industry="machines"), table, propensity=0.0)
    assert doubled.effects is not None
    assert float(np.abs(doubled.effects["output"].sel(effect="induced")).max()) <= 1e-9


def test_years_build_up_and_the_investment_comes_once(study: Study, table: IOTable) -> None:
    study = study.with_parameter("simulate.investment_category", "investment")
    scenario = Scenario("s").build("machines", "plain", output=60, investment=90, year=2026, until=2028)
    outcome = impact(study, scenario, table, years=[2025, 2026, 2027, 2028, 2029], households="outside")
    assert outcome.clock == "year"
    plain = outcome.effects["output"].sel(effect="direct")  # type: ignore[index]
    machines = plain.sel(region="plain", industry="machines").to_numpy()
    assert machines[0] == 0 and machines[4] == pytest.approx(60)
    # building it is demand for construction, for three years, by a third each
    np.testing.assert_allclose(plain.sum(["region", "industry"]), [0, 50, 70, 90, 60])
    by_year = outcome.table("impact_by_year").frame
    assert list(by_year["year"].unique()) == [2025, 2026, 2027, 2028, 2029]


def test_an_array_of_moves_is_the_same_scenario(study: Study, table: IOTable) -> None:
    moves = xr.DataArray(
        np.full((1, 1, 1), 120.0),
        {"industry": ["textiles"], "origin": ["coast"], "host": ["hills"]},
        ("industry", "origin", "host"),
    )
    scenario = Scenario("s").relocate("textiles", "coast", "hills", output=120)
    by_array = impact(study, moves, table)
    assert gap(by_array.result, impact(study, scenario, table, households="outside").result) <= 1e-14
    assert gap(by_array.effects, impact(study, scenario, table).effects) <= 1e-14  # type: ignore[arg-type]


def test_nearest_suppliers_need_distances_and_capacity(study: Study, table: IOTable, base: Baseline) -> None:
    from hinterland.simulate.system import nearest_suppliers

    small = nearest_suppliers(table, base.study, 1, np.full(4, 1.0))
    assert list(small) == [1, 1, 1, 1]
    made = table.x.reshape(3, 4)
    large = nearest_suppliers(table, base.study, 1, np.full(4, made.max() * 2))
    assert list(large) == list(made.argmax(0))
    lost = replace(base.study, arrays={k: v for k, v in base.study.arrays.items() if k != "distance"})
    with pytest.raises(StudyError, match="Distances"):
        nearest_suppliers(table, lost, 1, np.ones(4))


@pytest.mark.parametrize(
    ("scenario", "says"),
    [
        (Scenario("s").tariff(0.1), "tariff with equilibrium"),
        (Scenario("s").trade_cost(1.1, industry="machines"), "trade_cost with equilibrium"),
        (Scenario("s").disaster("coast", loss=0.5), "disaster with equilibrium or disruption"),
        (Scenario("s").relocate("textiles", "coast", "hills", share=1.5), "share is 1.5"),
        (Scenario("s").build("machines", "hills", output=1e9, market="shared"), "cannot share a market"),
    ],
)
def test_refusals(study: Study, table: IOTable, scenario: Scenario, says: str) -> None:
    with pytest.raises(StudyError, match=says):
        impact(study, scenario, table)


def test_the_built_in_study_reads_as_a_planner_expects(southwest: Study) -> None:
    scenario = Scenario("inland").relocate("electronics", "CN-GD", "CN-SC", output=800, year=2026)
    outcome: Outcome = impact(southwest, scenario)
    effects = outcome.table("impact_effects").frame.set_index("region")
    assert effects.loc["CN-GD", "output_direct"] == pytest.approx(-800)
    assert effects.loc["CN-SC", "output_direct"] == pytest.approx(800)
    assert effects.loc["CN-GD", "output_induced"] < 0 < effects.loc["CN-SC", "output_induced"]
    # Sichuan's neighbour supplies, Guangdong's suppliers lose
    assert effects.loc["CN-CQ", "output_total"] > 0
    losers = outcome.losers().frame
    assert losers.iloc[0][["region", "industry"]].tolist() == ["CN-GD", "electronics"]
    assert outcome.by_region().frame["output_change"].sum() == pytest.approx(
        float(outcome.change["output"].sum())
    )
