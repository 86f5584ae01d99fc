"""Stress tests and mitigations: against direct runs of the models, by hand, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from hinterland import plan as planning
from hinterland import risk, simulate
from hinterland.plan import Plan
from hinterland.risk.early import state
from hinterland.risk.register import review_date
from hinterland.risk.stress import as_relocations, cost_base
from hinterland.simulate import Demand, Resource, Scenario
from hinterland.study import Study, StudyError


@pytest.fixture(scope="module")
def plan(southwest: Study) -> Plan:
    return planning.optimise(southwest, objective="value_added")


@pytest.fixture(scope="module")
def bed(southwest: Study, plan: Plan) -> risk.Bed:
    return risk.Bed(southwest, plan)


def national(outcome: simulate.Outcome) -> float:
    return float(outcome.settled()["value_added"].sum())


def test_the_relocations_are_the_plans_moves(plan: Plan) -> None:
    scenario = as_relocations(plan)
    assert sum(c.output or 0.0 for c in scenario.of("relocate")) == pytest.approx(float(plan.moves.sum()))


def test_losses_of_a_disruption_are_those_of_direct_runs(southwest: Study, plan: Plan, bed: risk.Bed) -> None:
    event = next(e for e in risk.stresses(southwest) if e.code == "coast")
    without = bed.losses("disruption", [event.scenario], False)[0]
    still, struck = simulate.disruptions(southwest, [Scenario("none"), event.scenario])
    assert float(without.value_added.sum()) == pytest.approx(national(still) - national(struck), rel=1e-9)
    # with the plan: here the economy settles anew for each scenario, there once for all
    moves = as_relocations(plan)
    still, struck = simulate.disruptions(southwest, [moves, moves + event.scenario])
    planned = bed.losses("disruption", [event.scenario], True)[0]
    assert float(planned.value_added.sum()) == pytest.approx(national(still) - national(struck), rel=1e-6)


def test_what_is_lost_does_not_hang_on_the_days_simulated_after_all_is_back(
    southwest: Study, plan: Plan, bed: risk.Bed
) -> None:
    event = next(e for e in risk.stresses(southwest) if e.code == "drought")
    short = risk.Bed(southwest.with_parameter("disruption.days", 240), plan)
    year, part = (
        float(b.losses("disruption", [event.scenario], False)[0].value_added.sum()) for b in (bed, short)
    )
    # some stocks are still being refilled after 240 days
    assert part == pytest.approx(year, rel=0.02)


def test_nothing_is_lost_where_nothing_happens(bed: risk.Bed) -> None:
    for model in ("impact", "disruption"):
        for planned in (False, True):
            found = bed.losses(model, [Scenario("none")], planned)[0]
            # rounding of sums over 31 regions of some 8e5 in all
            assert float(np.abs(found.value_added).max()) < 1e-3


def test_plants_that_moved_feel_what_happens_to_prices(southwest: Study, plan: Plan, bed: risk.Bed) -> None:
    event = next(e for e in risk.stresses(southwest) if e.code == "tariff")
    moves = as_relocations(plan)
    still, struck = (
        simulate.equilibrium(southwest, one, moved="offered", draws=0)
        for one in (moves, moves + event.scenario)
    )
    planned = bed.losses("equilibrium", [event.scenario], True)[0]
    # two solutions of the solver's tolerance each
    assert float(planned.value_added.sum()) == pytest.approx(national(still) - national(struck), rel=1e-5)
    hosts = planned.value_added.sel(region=list(southwest.hosts))
    assert float(hosts.sum()) > 0


def test_a_cap_takes_as_much_with_the_plan_as_without(southwest: Study, bed: risk.Bed) -> None:
    event = next(e for e in risk.stresses(southwest) if e.code == "energy")
    before = bed.before("impact", True)
    changed = bed._capped(event.scenario, before)
    for change, plain in zip(changed.of("resource"), event.scenario.of("resource"), strict=True):
        assert isinstance(change, Resource) and isinstance(plain, Resource)
        rates = bed.base.study["resource_use"].sel(resource="energy", region=change.region).fillna(0.0)
        rates = rates.reindex(industry=list(bed.base.table.industries), fill_value=0.0)
        used = [
            float((rates * b["output"].sel(region=change.region)).sum()) for b in (bed.base.accounts, before)
        ]
        assert change.limit == pytest.approx(used[1] - 0.05 * used[0], rel=1e-9)


def test_every_stress_and_mitigation_of_the_built_in_study_reads(southwest: Study) -> None:
    events, measures = risk.stresses(southwest), risk.mitigations(southwest)
    assert {e.code for e in events} == {"coast", "border", "tariff", "abroad", "demand", "energy", "drought"}
    assert {m.stress for m in measures} == {e.code for e in events}
    assert all(e.likelihood_low <= e.likelihood <= e.likelihood_high for e in events)
    # the tariff's factor is what its elasticity says
    tariff = next(e for e in events if e.code == "tariff")
    theta = float(southwest.parameter("simulate.trade_elasticity"))
    factors = [c.factor for c in tariff.scenario.changes if isinstance(c, Demand)]
    # written to three digits
    assert factors == pytest.approx([1.1**-theta] * 10, abs=5e-4)


def test_a_mitigation_saves_what_running_it_saves(southwest: Study, bed: risk.Bed) -> None:
    events = [e for e in risk.stresses(southwest) if e.code == "drought"]
    measures = [m for m in risk.mitigations(southwest) if m.code == "drought_reserve"]
    tested = risk.run_stresses(bed, events, measures)[0]
    softened = tested.softened["drought_reserve"]
    assert not isinstance(softened, StudyError)
    assert measures[0].scenario is not None
    direct = bed.losses("disruption", [measures[0].scenario], True)[0]
    pd.testing.assert_series_equal(
        softened.value_added.to_series(), direct.value_added.to_series(), check_exact=False, rtol=1e-9
    )
    assert float(softened.value_added.sum()) < float(tested.with_plan.value_added.sum())
    assert softened.jobs < tested.with_plan.jobs


def test_costs_are_shares_of_the_tables_amounts(southwest: Study, bed: risk.Bed) -> None:
    table = bed.base.table
    measure = next(m for m in risk.mitigations(southwest) if m.code == "drought_reserve")
    rows = [table.regions.index(r) * len(table.industries) for r in ("CN-SC", "CN-YN")]
    power = table.industries.index("power")
    assert cost_base(table, measure) == pytest.approx(sum(table.x[r + power] for r in rows))
    everywhere = replace(measure, cost_of="inputs", regions=(), industries=())
    assert cost_base(table, everywhere) == pytest.approx(table.Z.sum() + table.imports.sum())
    with pytest.raises(StudyError, match="magic"):
        cost_base(table, replace(measure, cost_of="magic"))


def test_what_is_wrong_with_the_tables_is_said_at_once(southwest: Study) -> None:
    table = southwest.frames["mitigations"].copy()
    table.loc[0, "regions"] = "CN-XX"
    table.loc[1, ["scenario", "parameter"]] = ["", ""]
    table.loc[2, "scenario"] = "stress-flood"
    spoilt = replace(southwest, frames={**southwest.frames, "mitigations": table})
    with pytest.raises(StudyError) as caught:
        risk.mitigations(spoilt)
    said = caught.value.words
    assert "CN-XX" in said.en and "changes nothing" in said.en and "stress-flood" in said.en
    assert said.zh != said.en
    bare = {k: v for k, v in southwest.frames.items() if k != "stress_tests"}
    with pytest.raises(StudyError, match="stress_tests"):
        risk.stresses(replace(southwest, frames=bare))


def test_warning_states() -> None:
    assert state(0.1, 0.15, 0.25, 1) == "green"
    assert state(0.15, 0.15, 0.25, 1) == "amber"
    assert state(0.3, 0.15, 0.25, 1) == "red"
    assert state(10, 24, 12, -1) == "red"
    assert state(30, 24, 12, -1) == "green"
    assert state(float("nan"), 0.1, 0.2, 1) == ""
    assert state(1.0, float("nan"), float("nan"), 1) == ""


def test_review_dates() -> None:
    assert review_date(2026, 6) == "2026-07"
    assert review_date(2026, 12) == "2027-01"
    assert review_date(2026, 24, by=2026) == "2026-12"
    assert review_date(2026, 24, by=2029) == "2028-01"
