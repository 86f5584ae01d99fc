"""Promise and answer: the plan as a scenario, sums that must agree, and a disaster with and without it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hinterland import accounts, plan
from hinterland.plan.promise import Promise, gap_words, promised
from hinterland.plan.results import objective_rows
from hinterland.simulate import Scenario, baseline, disruption, equilibrium, impact
from hinterland.simulate.disruption.backup import event_of
from hinterland.study import Study


@pytest.fixture(scope="module")
def whole(tiny_study: Study) -> Study:
    return accounts.complete(tiny_study).with_parameter("backup.origins", 1)


@pytest.fixture(scope="module")
def chosen(whole: Study) -> plan.Plan:
    return plan.optimise(whole, objective="value_added")


@pytest.fixture(scope="module")
def found(chosen: plan.Plan) -> Promise:
    settled = equilibrium(chosen.study, chosen.transfer, draws=0, moved="reached")
    return plan.keep_promise(chosen, settled)


def test_the_scenario_of_a_plan_is_the_plan(whole: Study, chosen: plan.Plan) -> None:
    base, scenario = baseline(whole), plan.plan_scenario(chosen)
    assert not scenario.check(whole, base).errors
    labels = {"industry": list(base.table.industries), "origin": list(base.table.regions)}
    by_end = chosen.transfer.cumsum("phase")
    for k, phase in enumerate(chosen.data.phases):
        state = scenario.state(base, phase.end)
        wanted = by_end.isel(phase=k).reindex(**labels, host=list(base.table.regions), fill_value=0.0)
        np.testing.assert_allclose(
            state.relocation, wanted.transpose("industry", "origin", "host"), atol=1e-6
        )
    first = chosen.data.phases[0]
    early = scenario.state(base, first.start).relocation.sum()
    assert early == pytest.approx(float(by_end.isel(phase=0).sum()) / first.years, rel=1e-6)


def test_the_promise_is_the_plans_own_figures(chosen: plan.Plan, found: Promise) -> None:
    said = {name: value for name, value, _ in objective_rows(chosen)}
    for name in ("value_added", "employment"):
        net = said[f"{name}_end"] - said[f"{name}_lost"]
        assert float(found.promised[name].sum()) == pytest.approx(net, rel=1e-9)
    assert float(found.promised["co2"].sum()) == pytest.approx(said["co2_end"], rel=1e-9)


def test_the_table_adds_up_and_repeats_the_models(whole: Study, chosen: plan.Plan, found: Promise) -> None:
    table = found.results()[0]
    frame = table.frame
    for name in ("value_added", "employment", "co2"):
        mine = frame[frame["account"] == name]
        nation = mine[mine["scope"] == "nation"].iloc[0]
        rest = mine[mine["scope"] != "nation"]
        for column in ("promise", "by_impact", "by_equilibrium", "by_disruption"):
            assert rest[column].sum() == pytest.approx(nation[column], rel=1e-6, abs=1e-6)
        assert nation["difference"] == pytest.approx(nation["by_equilibrium"] - nation["promise"])
    by_region = impact(whole, chosen.transfer).table("impact_by_region").frame.set_index("region")
    for row in frame[(frame["region"] != "") & (frame["account"] == "value_added")].itertuples():
        assert row.by_impact == pytest.approx(by_region.loc[row.region, "value_added_change"], abs=1e-9)
    # impact without the spending of incomes and the disruption model's calm are the same economy
    np.testing.assert_allclose(frame["by_impact"], frame["by_disruption"], atol=1e-4)
    assert (frame["words_en"] != "").all() and (frame["words_zh"] != "").all()


def test_a_disaster_is_run_with_and_without_the_plan(whole: Study, chosen: plan.Plan, found: Promise) -> None:
    table = found.results()[1].frame
    assert list(table["origin"]) == list(found.struck) == ["east"]
    row, what = table.iloc[0], event_of(whole)
    shock = Scenario("s").disaster("east", loss=what.loss, duration=what.duration, recovery=what.recovery)
    alone = disruption(whole, shock, days=what.days).table("disruption_summary").frame.iloc[0]
    assert row["lost_without"] == pytest.approx(alone["output_loss"])
    after = disruption(whole, plan.plan_scenario(chosen) + shock, days=what.days)
    assert row["lost_with"] == pytest.approx(after.table("disruption_summary").frame.iloc[0]["output_loss"])
    assert row["saved"] == pytest.approx(row["lost_without"] - row["lost_with"])
    # half of what has left the province is no longer lost: by hand, over the days of the event
    gone = float((promised(chosen)["value_added"] * 0).sum() + chosen.transfer.sel(origin="east").sum())
    days = sum(
        shock.changes[0].lost(float(day))
        for day in range(what.days)  # type: ignore[attr-defined]
    )
    assert row["direct_without"] - row["direct_with"] == pytest.approx(row["saved_by_exposure"])
    assert row["saved_by_exposure"] == pytest.approx(gone * what.loss * days / 365.0, rel=0.5)


def test_without_an_equilibrium_the_others_still_answer(chosen: plan.Plan) -> None:
    table = plan.keep_promise(chosen, None).results()[0]
    assert "by_equilibrium" not in table.frame and {"by_impact", "by_disruption"} <= set(table.frame)
    assert table.frame["difference"].isna().all(), "missing is not zero"
    assert not table.frame["words_en"].str.contains("prices have settled").any()


@pytest.mark.parametrize(
    ("said", "settled", "words"),
    [
        (10.0, 10.5, "as promised"),
        (10.0, 6.0, "60% of the promise"),
        (10.0, 25.0, "2.5 times the promise"),
        (10.0, 0.2, "hardly any of it"),
        (10.0, -4.0, "the opposite"),
        (-10.0, -6.0, "60% of the promise"),
        (0.0, 3.0, "a change that the plan does not reckon"),
        (0.0, 0.0, "nothing, as promised"),
    ],
)
def test_a_gap_in_words(said: float, settled: float, words: str) -> None:
    text = gap_words(said, {"equilibrium": settled, "impact": math.nan}, 10.0, 0.1)
    assert text.en == f"Once prices have settled: {words}."
    assert text.zh.startswith("价格调整后：") and text.zh.endswith("。")


def test_a_newcomer_buys_from_nobody_less_than_nothing(southwest: Study) -> None:
    """Tibet has no other manufacturing, and runs down stocks of ores: once a negative input came of it."""
    move = Scenario("n").relocate("other_manufacturing", "CN-GD", "CN-XZ", output=0.5)
    outcome = disruption(southwest, move, days=2)
    calm = outcome.change["output"].sum("industry")
    assert float(abs(calm - calm.isel(time=0)).max()) < 1e-6
