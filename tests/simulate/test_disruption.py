"""Scenarios day by day: the built-in study, what a scenario's changes do, tables, refusals."""

from __future__ import annotations

import array_api_strict
import numpy as np
import pytest

from hinterland.accounts import IOTable, complete, estimate_mrio
from hinterland.simulate import Scenario, disruption, disruptions, distance_from_baseline
from hinterland.simulate.disruption import draw, parameters, system
from hinterland.simulate.disruption.parameters import ARRAYS
from hinterland.study import Study, StudyError


@pytest.fixture(scope="module")
def whole(southwest: Study) -> Study:
    return complete(southwest)


@pytest.fixture(scope="module")
def table(whole: Study) -> IOTable:
    return estimate_mrio(whole)


def guangdong(loss: float = 0.5, **more: float) -> Scenario:
    options = {"duration": 30, "recovery": 60} | more
    return Scenario("Guangdong stands still").disaster("CN-GD", loss=loss, **options)  # type: ignore[arg-type]


def test_zero_shock_is_the_studys_accounts(whole: Study, table: IOTable) -> None:
    outcome = disruption(whole, Scenario("nothing"), table, days=90)
    assert distance_from_baseline(outcome) < 1e-12
    assert outcome.clock == "day" and outcome.result.sizes["time"] == 90
    assert outcome.residual < 1e-12
    np.testing.assert_allclose(outcome.baseline["output"].to_numpy().ravel(), table.x)
    summary = outcome.table("disruption_summary").frame.iloc[0]
    assert summary["recovery_days"] == 0 and np.isnan(summary["amplification"])


def test_the_built_in_study_uses_one_pattern_a_region(table: IOTable) -> None:
    assert system(table).pooled


def test_losses_rise_with_damage_and_duration_on_the_built_in_study(whole: Study, table: IOTable) -> None:
    grid = [guangdong(s) for s in (0.0, 0.2, 0.5, 0.8)] + [guangdong(duration=d) for d in (0, 15, 60)]
    lost = [
        float(o.table("disruption_summary").frame["output_loss"].iloc[0])
        for o in disruptions(whole, grid, table, days=240)
    ]
    assert abs(lost[0]) < 1e-6
    assert lost[0] < lost[1] < lost[2] < lost[3]
    assert lost[4] < lost[5] < lost[2] < lost[6]


def test_tables_agree_with_the_path(whole: Study, table: IOTable) -> None:
    outcome = disruption(whole, guangdong(), table, days=200, draws=6, seed=3)
    path, base = outcome.result["output"], outcome.baseline["output"]
    lost = float((base - path).sum()) / 365
    summary = outcome.table("disruption_summary").frame.set_index("case")
    by_region = outcome.table("disruption_by_region").frame
    by_industry = outcome.table("disruption_by_industry").frame
    assert summary.loc["central", "output_loss"] == pytest.approx(lost, rel=1e-9)
    for frame in (by_region, by_industry):
        assert frame["output_loss"].sum() == pytest.approx(lost, rel=1e-9)
        assert (frame["output_loss_low"] <= frame["output_loss_high"]).all()
    assert summary.loc["low", "output_loss"] <= summary.loc["high", "output_loss"]
    # half of Guangdong is some five per cent of the nation
    assert 0.94 < summary.loc["central", "lowest_level"] < 0.96
    assert 60 < summary.loc["central", "recovery_days"] < 120
    worst = by_region.sort_values("output_loss").iloc[-1]
    assert worst["region"] == "CN-GD" and worst["output_loss"] > 0.7 * lost
    # the same seed, the same figures
    again = disruption(whole, guangdong(), table, days=200, draws=6, seed=3)
    for one, two in zip(outcome.tables, again.tables, strict=True):
        assert one.frame.equals(two.frame)
    assert outcome.parameters["draws"] == 6 and outcome.seed == 3


def test_another_array_library_gives_the_same_outcome(whole: Study, table: IOTable) -> None:
    here = disruption(whole, guangdong(), table, days=40)
    there = disruption(whole, guangdong(), table, days=40, xp=array_api_strict)
    np.testing.assert_allclose(there.result["output"], here.result["output"], rtol=1e-8)


def test_want_of_inputs_is_told(whole: Study, table: IOTable) -> None:
    """Without coal from Shanxi it is coal that holds others back: chemicals, metals."""
    scenario = Scenario("Shanxi").disaster("CN-SX", industry="coal", loss=0.9, duration=90, recovery=30)
    outcome = disruption(whole, scenario, table, changes={"inventory_days": {"coal": 15}})
    frame = outcome.table("disruption_bottlenecks").frame
    assert frame["input_industry"].iloc[0] == "coal"
    assert {"chemicals", "metals"} <= set(frame["industry"]) and (frame["days"] <= 365).all()
    held = outcome.table("disruption_by_industry").frame.set_index("industry")["held_back"]
    assert held.idxmax() == "coal"


def test_capital_is_rebuilt(whole: Study, table: IOTable) -> None:
    scenario = Scenario("quake").disaster("CN-SC", capital=20_000, day=5, duration=10, recovery=120)
    outcome = disruption(whole, scenario, table, days=300)
    output = outcome.change["output"]
    assert float(output.sel(region="CN-SC", time=6).sum()) < 0
    construction = output.sel(industry="construction").sum("region")
    assert float(construction.isel(time=slice(20, 120)).mean()) > 0  # rebuilding is work
    assert np.isnan(outcome.table("disruption_summary").frame["amplification"].iloc[0])


def test_moved_capacity_is_spared(whole: Study, table: IOTable) -> None:
    """Electronics moved to Sichuan do not stand still with Guangdong."""
    moved = guangdong().relocate("electronics", "CN-GD", "CN-SC", output=4000)
    stays, gone = disruptions(whole, [guangdong(), moved], table, days=150)
    before = gone.result["output"].isel(time=0)
    assert float(before.sel(region="CN-SC", industry="electronics")) > 4000
    losses = [float(o.table("disruption_summary").frame["output_loss"].iloc[0]) for o in (stays, gone)]
    # half of 4,000 for some sixty days of full loss is spared directly
    assert losses[0] - losses[1] > 0.5 * 4000 * 60 / 365
    assert gone.fingerprint == stays.fingerprint
    calm = disruption(
        whole, Scenario("move").relocate("electronics", "CN-GD", "CN-SC", output=4000), table, days=60
    )
    drift = calm.result["output"] - calm.result["output"].isel(time=0)
    assert float(np.abs(drift).max()) < 1e-8 * float(table.x.max())


def test_labour_and_resources_take_capacity(whole: Study, table: IOTable) -> None:
    scarce = Scenario("few hands").labour(factor=0.9, region="CN-SC")
    outcome = disruption(whole, scarce, table, days=60)
    ratio = outcome.result["output"].isel(time=1) / outcome.baseline["output"]
    assert float(ratio.sel(region="CN-SC", industry="machinery")) <= 0.9 * 1.03 + 1e-9
    resource = str(whole["resource_use"]["resource"].to_numpy()[0])
    capped = Scenario("cap").resource(resource, "CN-YN", factor=0.8)
    outcome = disruption(whole, capped, table, days=30)
    assert float(outcome.change["output"].sel(region="CN-YN").isel(time=-1).sum()) < 0


def test_a_collapse_of_the_models_own_making_is_refused(whole: Study, table: IOTable) -> None:
    with pytest.raises(StudyError, match="collapses by itself") as caught:
        disruption(
            whole,
            guangdong(0.8, duration=60),
            table,
            changes={
                "rationing": "proportional",
                "reordering": 0.0,
                "inventory_days": {"utilities": 3.0},
                "inventory_restore": 30.0,
                "spare": 0.0,
                "substitution": 0.0,
            },
        )
    assert "priority" in caught.value.mend and "配给" in caught.value.mend_words.zh


def test_what_the_model_cannot_do_is_refused(whole: Study, table: IOTable) -> None:
    with pytest.raises(StudyError, match="tariff"):
        disruption(whole, Scenario("t").tariff(0.1), table)
    with pytest.raises(StudyError, match="Atlantis"):
        disruption(whole, Scenario("a").disaster("Atlantis", loss=0.1), table)
    with pytest.raises(StudyError, match="different years"):
        twice = Scenario("y").disaster("CN-GD", loss=0.1, year=2026).disaster("CN-SH", loss=0.1, year=2027)
        disruption(whole, twice, table)
    with pytest.raises(StudyError, match="no parameter 'luck'"):
        disruption(whole, guangdong(), table, changes={"luck": 1})
    with pytest.raises(StudyError, match="cannot be simulated"):
        disruption(whole, guangdong(), table, days=0)


def test_parameters_are_the_studys(southwest: Study) -> None:
    known = parameters(southwest)
    at = {i: k for k, i in enumerate(southwest.industries)}
    assert known.inventory_days[0, at["power"]] == 7 and np.isinf(
        known.inventory_days[0, at["trade_catering"]]
    )
    assert known.substitution[0, at["power"]] == 0 < known.substitution[0, at["electronics"]]
    other = southwest.with_parameter("disruption.spare", 0.07)
    assert parameters(other).spare[0, 0] == 0.07
    config = {**southwest.config, "parameters": {"disruption": {"inventory_days": {"electronics": 90}}}}
    from dataclasses import replace

    own = parameters(replace(southwest, config=config))
    assert own.inventory_days[0, at["electronics"]] == 90 and own.inventory_days[0, at["machinery"]] == 30


def test_draws_stay_in_their_ranges_and_repeat(southwest: Study) -> None:
    one, two, other = (draw(southwest, 40, seed) for seed in (1, 1, 2))
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    assert not np.array_equal(one.spare, other.spare)
    assert one.count == 40
    assert one.spare.min() >= 0 and one.spare.max() <= 0.1 and one.spare.std() > 0.01
    assert (np.isinf(one.inventory_days) == np.isinf(one.inventory_days[:1])).all()


def test_without_a_year_it_is_said_that_the_building_of_plants_is_left_out(full_study: Study) -> None:
    full_study = full_study.with_parameter("simulate.investment_category", "investment")
    plant = Scenario("p").build("machines", "hills", output=5.0, investment=20.0, year=2027, until=2028)
    out_of_time = disruption(full_study, plant, days=1)
    assert any("what building them costs" in n.en and "建厂投资" in n.zh for n in out_of_time.notes)
    building = disruption(full_study, plant, days=1, year=2027)
    assert not any("what building them costs" in n.en for n in building.notes)
    standing = disruption(full_study, plant, days=1, year=2030)
    assert float(building.result["output"].sum()) != pytest.approx(float(standing.result["output"].sum()))
    np.testing.assert_allclose(out_of_time.result["output"], standing.result["output"])
    plain = Scenario("q").build("machines", "hills", output=5.0)
    assert not any("what building them costs" in n.en for n in disruption(full_study, plain, days=1).notes)
