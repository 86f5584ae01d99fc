"""The plan on its own prices: the restatement against the model's accounts, the fixed point, and circles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from planning import array, random_data, two_by_two

from hinterland import accounts, plan
from hinterland.plan import closed_loop
from hinterland.plan.closed_loop import Prices, moved_change, prices_of, repriced
from hinterland.plan.loop_tables import adopting, verdict
from hinterland.plan.optimise import best
from hinterland.plan.sensitivity import same
from hinterland.plan.solver import load
from hinterland.simulate import equilibrium
from hinterland.study import Study, StudyError, Text


@pytest.fixture(scope="module")
def whole(tiny_study: Study) -> Study:
    return accounts.complete(tiny_study)


@pytest.fixture(scope="module")
def chosen(whole: Study) -> plan.Plan:
    return plan.optimise(whole, objective="value_added")


@pytest.fixture(scope="module")
def loop(whole: Study, chosen: plan.Plan) -> plan.ClosedLoop:
    return plan.close_loop(whole, chosen)


def unit(data: plan.PlanData) -> Prices:
    places = sorted({*data.hosts, *data.origins})
    one = array(np.ones(len(places)), region=places)
    return Prices(
        array(np.ones((len(data.industries), len(places))), industry=data.industries, region=places), one, one
    )


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.8, 1.25))
def test_prices_of_the_base_year_change_nothing_and_the_unit_of_money_little(seed: int, level: float) -> None:
    data = random_data(seed)
    assert same(repriced(data, unit(data)), data)
    prices = unit(data)
    scaled = Prices(prices.cost * level, prices.wage * level, prices.index * level)
    # in another unit of money real figures stay; differences of costs are in that unit
    again = repriced(data, scaled)
    for name in data.gains:
        np.testing.assert_allclose(again.gains[name], data.gains[name], rtol=1e-12)
        np.testing.assert_allclose(again.losses[name], data.losses[name], rtol=1e-12)
    np.testing.assert_allclose(again.landed_cost, data.landed_cost, atol=1e-12)


def test_restated_figures_are_those_of_the_models_own_accounts(whole: Study, chosen: plan.Plan) -> None:
    """Value added per unit of output changes as it does in the outcome: two paths, one figure."""
    data = chosen.data
    outcome = equilibrium(whole, chosen.transfer.isel(phase=[-1]), draws=0, moved="reached")
    there = repriced(data, prices_of(data, outcome))
    now = outcome.result.isel(time=-1, drop=True)
    was = outcome.baseline
    real = (now["value_added"] / now["output"]) / (was["value_added"] / was["output"])
    for mine, before, dim in ((there.gains, data.gains, "host"), (there.losses, data.losses, "origin")):
        ratio = mine["value_added"] / before["value_added"]
        for region in ratio[dim].values:
            wanted = real.sel(region=region, industry=data.industries)
            np.testing.assert_allclose(ratio.sel({dim: region}), wanted, rtol=1e-9)
    assert there.losses["co2"].equals(data.losses["co2"])
    assert data.landed_cost is not None and there.landed_cost is not None
    dearer = there.landed_cost - data.landed_cost
    gate = now["prices"]
    i, o, h = data.industries[0], data.origins[0], data.hosts[0]
    by_hand = float(gate.sel(region=h, industry=i)) - float(gate.sel(region=o, industry=i))
    assert float(dearer.sel(industry=i, origin=o, host=h)) == pytest.approx(by_hand, abs=1e-12)
    assert by_hand > 0, "hosts become dearer than origins"


def test_prices_are_the_means_over_the_plan(whole: Study, chosen: plan.Plan) -> None:
    outcome = equilibrium(whole, chosen.transfer, draws=0, moved="reached")
    prices = prices_of(chosen.data, outcome)
    near, far = (float(outcome.result["wage"].sel(region="west", time=k)) for k in chosen.data.codes)
    # phases of 3 and 4 years: the end of the first counts (3+4)/2 years, that of the second 4/2
    assert float(prices.wage.sel(region="west")) == pytest.approx((3.5 * near + 2 * far) / 5.5)


def test_the_settled_plan_is_best_at_the_prices_that_it_makes(whole: Study, loop: plan.ClosedLoop) -> None:
    settled = loop.settled
    assert settled is not None
    tolerance = float(whole.parameter("plan.loop_prices"))
    own = prices_of(loop.plan.data, equilibrium(whole, settled.transfer, draws=0, moved="reached"))
    assert own.distance(loop.prices) <= tolerance
    # a programme built anew at those prices has no better plan
    fresh = best(whole, settled.data, load(settled.data), "value_added")
    assert settled.values["value_added"] == pytest.approx(fresh.values["value_added"], rel=1e-7)
    assert loop.rounds[0].values == loop.plan.values
    last = loop.rounds[-1]
    assert last.change <= float(whole.parameter("plan.loop_moves")) and last.residual <= tolerance
    assert any(r.returned is not None for r in loop.rounds), "this study goes in a circle at first"
    assert last.damping == 0.5
    np.testing.assert_allclose(
        loop.flips,
        (settled.transfer - loop.plan.transfer).sum("phase").reindex_like(loop.flips),
        atol=1e-6,
    )
    assert plan.verify(settled).frame["holds"].all()


def test_its_tables_say_so(loop: plan.ClosedLoop) -> None:
    tables = {r.name: r for r in loop.results()}
    assert set(tables) == {"plan_loop", "plan_settled", "plan_flips"}
    assert "settles after" in tables["plan_loop"].note.en and "收敛" in tables["plan_loop"].note.zh
    assert len(tables["plan_loop"].frame) == len(loop.rounds)
    rows = tables["plan_settled"].frame.set_index("objective")
    assert loop.settled is not None
    assert rows.loc["value_added", "at_base_prices"] == loop.plan.values["value_added"]
    assert rows.loc["value_added", "settled"] == loop.settled.values["value_added"]
    # the settled plan is the better one at (nearly) the prices that the first one makes
    assert rows.loc["co2", "at_own_prices"] == pytest.approx(rows.loc["co2", "at_base_prices"], rel=1e-6)
    assert rows.loc["landed_cost", "at_own_prices"] > rows.loc["landed_cost", "at_base_prices"]
    assert len(tables["plan_flips"].frame) > 0


def test_it_is_said_which_plan_is_chosen_and_what_the_other_would_change(loop: plan.ClosedLoop) -> None:
    """With moves of the settled plan that are made up, so that the largest differences are known."""
    assert "remains the one as made" in verdict(loop).en and "原方案" in verdict(loop).zh
    flips = loop.flips * 0.0
    none = adopting(replace(loop, flips=flips))
    assert "as much to every host" in none.en and "不变" in none.zh
    hosts, industries = flips["host"].values, flips["industry"].values
    flips[{"industry": 0, "origin": 0, "host": 0}] = -40.0
    flips[{"industry": 0, "origin": 0, "host": 1}] = 100.0
    words = adopting(replace(loop, flips=flips))
    names = [loop.plan.study.text("region", h).en for h in hosts[:2]]
    assert words.en.index(f"{names[1]} +100") < words.en.index(f"{names[0]} -40")
    assert f"{loop.plan.study.text('industry', industries[0]).zh}+60" in words.zh
    assert loop.plan.study.text("industry", industries[1]).en not in words.en


def flat_plan(whole: Study) -> plan.Plan:
    """Two hosts alike in all: which one takes the capacity hangs on a hair."""
    data = two_by_two()
    alike = {k: v * 0 + v.isel(host=0) for k, v in data.gains.items()}
    wide = replace(
        data,
        gains=alike,
        use=None,
        limit=None,
        job_limit=None,
        host_growth=data.host_growth * 0 + 1e4,
        industry_growth=data.industry_growth * 0 + 1e4,
        forbidden=xr.zeros_like(data.forbidden),
        similarity_tolerance=1.0,
    )
    return best(whole, wide, load(wide), "value_added")


def test_a_circle_is_said_and_its_moves_are_named(whole: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where capacity drives its host's prices up at once, the plan jumps from host to host for ever."""
    flat = flat_plan(whole)

    def prices(data: plan.PlanData, moves: Any) -> Prices:
        here = moves.sum(["industry", "origin", "phase"])
        level = 1.0 + 0.5 * here / here.sum()
        index = unit(data).index.copy()
        for host in data.hosts:
            index.loc[{"region": host}] = float(level.sel(host=host))
        return replace(unit(data), index=index)

    monkeypatch.setattr(closed_loop, "_settle", lambda study, moves, at: moves)
    monkeypatch.setattr(closed_loop, "prices_of", prices)
    found = plan.close_loop(whole, flat, setting=object())  # type: ignore[arg-type]
    assert found.settled is None
    assert len(found.rounds) == int(whole.parameter("plan.loop_rounds")) + 1
    assert any(r.returned is not None for r in found.rounds)
    assert float(found.flips.max()) > 1.0
    monkeypatch.setattr(plan.ClosedLoop, "own_data", flat.data)
    tables = {r.name: r for r in found.results()}
    assert "does not settle" in tables["plan_loop"].note.en and "未收敛" in tables["plan_loop"].note.zh
    assert tables["plan_settled"].frame["settled"].isna().all(), "no last iterate is passed off as a plan"
    assert len(tables["plan_flips"].frame) > 0 and "does not settle" in tables["plan_flips"].note.en


def test_no_plan_at_the_prices_of_a_round_is_an_error_that_names_it(
    whole: Study, chosen: plan.Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = closed_loop.replan, []

    def fails(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) > 1:
            raise StudyError(Text("Too much is asked.", "要求过高。"), Text("Ask for less.", "请降低。"))
        return real(*arguments)

    monkeypatch.setattr(closed_loop, "replan", fails)
    with pytest.raises(StudyError, match=r"round 1 of the closed loop.*Too much"):
        plan.close_loop(whole, chosen)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_the_change_of_moves_is_a_share(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = (array(rng.uniform(0, 1, (3, 2)), industry=["a", "b", "c"], host=["x", "y"]) for _ in "12")
    assert moved_change(one, one) == 0.0
    assert 0.0 <= moved_change(one, other) <= 1.0
    assert moved_change(one, other) == pytest.approx(moved_change(other, one))
    nothing = one * 0
    assert moved_change(one, nothing) == 0.5 and moved_change(nothing, nothing) == 0.0
