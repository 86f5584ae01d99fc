"""Caps on resources, one rule in impact and disruption; every change is taken or refused with a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from hinterland.simulate import Baseline, Outcome, Scenario, baseline, disruption, equilibrium, impact
from hinterland.simulate.caps import ceilings, use_per_output, used_now
from hinterland.simulate.changes import CHANGES, REPRESENTS, WHY_NOT, Resource
from hinterland.study import Study, StudyError, open_study

Array = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def base(southwest: Study) -> Baseline:
    return baseline(southwest)


def made(outcome: Outcome) -> Array:
    return outcome.settled()["output"].to_numpy().ravel()


def used(base: Baseline, outcome: Outcome, region: str, resource: str = "energy") -> float:
    needs = use_per_output(base, Resource(resource, region))
    return float(needs @ outcome.settled()["output"].sel(region=region).to_numpy())


def test_a_cap_is_the_mixed_model(southwest: Study, base: Baseline) -> None:
    """Miller & Blair (2009), section 13.2, solved here by blocks: given outputs where capped."""
    table = base.table
    n = len(table.industries)
    first = table.regions.index("CN-SC") * n
    needs = use_per_output(base, Resource("energy", "CN-SC"))
    held = first + np.flatnonzero(needs > 0)
    rest = np.setdiff1d(np.arange(len(table.x)), held)
    x = table.x.copy()
    x[held] *= 0.9
    A, y = table.A, table.Y.sum(1)
    x[rest] = np.linalg.solve(
        np.eye(len(rest)) - A[np.ix_(rest, rest)], y[rest] + A[np.ix_(rest, held)] @ x[held]
    )
    outcome = impact(southwest, Scenario("c").resource("energy", "CN-SC", factor=0.9), households="outside")
    np.testing.assert_allclose(made(outcome), x, rtol=0, atol=1e-10 * table.x.max())
    assert outcome.effects is not None
    direct = outcome.effects["output"].sel(effect="direct").to_numpy().ravel()
    np.testing.assert_allclose(direct[held], -0.1 * table.x[held])
    assert direct[rest].max() == direct[rest].min() == 0.0
    assert any("cap" in note.en for note in outcome.notes)


@pytest.mark.parametrize("households", ["inside", "outside"])
def test_no_more_is_used_than_is_allowed(southwest: Study, base: Baseline, households: str) -> None:
    plants = Scenario("p").build("electronics", "CN-SC", output=3000)
    now = used_now(base, Resource("energy", "CN-SC"))
    free = impact(southwest, plants, households=households)  # type: ignore[arg-type]
    assert used(base, free, "CN-SC") > now
    capped = impact(southwest, plants.resource("energy", "CN-SC", limit=now), households=households)  # type: ignore[arg-type]
    assert used(base, capped, "CN-SC") == pytest.approx(now, rel=1e-9)
    assert made(capped).sum() < made(free).sum()
    # disruption holds the same cap against the same plants, not against the base year's
    days = disruption(southwest, plants.resource("energy", "CN-SC", limit=now), days=5)
    there = days.result["output"].sel(region="CN-SC")
    needs = use_per_output(base, Resource("energy", "CN-SC"))
    settled = used(base, disruption(southwest, plants, days=1), "CN-SC")
    assert settled > now
    # capacity is cut to the cap on the first day; overproduction may add to it later
    assert float(needs @ there.isel(time=0).to_numpy()) == pytest.approx(now, rel=0.03)
    assert float(needs @ there.isel(time=0).to_numpy()) < settled


def test_a_cap_that_does_not_bind_changes_nothing(southwest: Study, base: Baseline) -> None:
    move = Scenario("m").close("coal", "CN-SX", share=0.5)
    plain = made(impact(southwest, move))
    # Shanxi will use less than before anyway: this cap is slack, and must not pull its output up to it
    for factor in (1.0, 2.0):
        capped = impact(southwest, move.resource("energy", "CN-SX", factor=factor))
        np.testing.assert_allclose(made(capped), plain, rtol=0, atol=1e-10 * base.table.x.max())
    # nor may one that another cap has made slack
    deep = Scenario("d").resource("energy", "CN-GD", factor=0.3)
    slack = deep.resource("energy", "CN-GX", factor=0.9999)
    both = made(impact(southwest, slack, households="outside"))
    np.testing.assert_allclose(both, made(impact(southwest, deep, households="outside")), rtol=1e-3)
    assert (both <= made(impact(southwest, deep, households="outside")) * (1 + 1e-9) + 1e-9).all()


def test_a_cap_comes_by_and_by(southwest: Study, base: Baseline) -> None:
    now = used_now(base, Resource("energy", "CN-SC"))
    dates = {"schedule": {2026: 0.25, 2028: 1.0}}
    for cap in (
        Scenario("f").resource("energy", "CN-SC", factor=0.8, **dates),
        Scenario("l").resource("energy", "CN-SC", limit=0.8 * now, **dates),
    ):
        outcome = impact(southwest, cap, households="outside")
        needs = use_per_output(base, Resource("energy", "CN-SC"))
        path = outcome.result["output"].sel(region="CN-SC").to_numpy() @ needs / now
        np.testing.assert_allclose(path, [0.95, 0.8], rtol=1e-9)


def test_the_supply_side_takes_the_capacity_away(southwest: Study, base: Baseline) -> None:
    cap = Scenario("c").resource("energy", "CN-SC", factor=0.9)
    outcome = impact(southwest, cap, side="supply")
    assert outcome.effects is not None
    direct = outcome.effects["output"].sel(effect="direct", region="CN-SC").to_numpy().ravel()
    needs = use_per_output(base, Resource("energy", "CN-SC"))
    was = base.accounts["output"].sel(region="CN-SC").to_numpy()
    np.testing.assert_allclose(direct, np.where(needs > 0, -0.1 * was, 0.0))


def test_every_model_takes_or_refuses_every_change_with_a_reason(southwest: Study) -> None:
    one = {
        "relocate": Scenario("s").relocate("electronics", "CN-GD", "CN-SC", output=10),
        "build": Scenario("s").build("electronics", "CN-SC", output=10),
        "close": Scenario("s").close("electronics", "CN-SC", output=10),
        "productivity": Scenario("s").productivity(1.01, industry="electronics", region="CN-SC"),
        "trade_cost": Scenario("s").trade_cost(0.99, origin="CN-CQ", destination="CN-GX"),
        "tariff": Scenario("s").tariff(0.01, origin="CN-CQ", destination="CN-GX"),
        "demand": Scenario("s").demand(factor=1.01, region="CN-SC"),
        "labour": Scenario("s").labour(factor=0.99, region="CN-SC"),
        "resource": Scenario("s").resource("energy", "CN-SC", factor=0.99),
        "disaster": Scenario("s").disaster("CN-SC", loss=0.1, duration=3),
        "policy_dates": Scenario("s").policy_dates(
            str(southwest.frames["policies"]["policy"].iloc[0]), start=southwest.base_year + 1
        ),
    }
    assert set(one) == set(CHANGES)
    models = {"impact": impact, "equilibrium": equilibrium, "disruption": disruption}
    for kind, scenario in one.items():
        for name, model in models.items():
            given = {"days": 6} if name == "disruption" else {"draws": 0} if name == "equilibrium" else {}
            if name in REPRESENTS[kind]:
                outcome = model(southwest, scenario, **given)  # type: ignore[operator]
                moved = float(np.abs(outcome.change["output"]).max())
                assert moved > 1e-3 if kind != "policy_dates" else moved < 1e-6, (kind, name)
                continue
            with pytest.raises(StudyError, match=f"'{name}' cannot represent: {kind}") as caught:
                model(southwest, scenario, **given)  # type: ignore[operator]
            assert WHY_NOT[name, kind].en in caught.value.words.en
            assert WHY_NOT[name, kind].zh in caught.value.words.zh
            assert all(by in caught.value.mend for by in REPRESENTS[kind])


def test_productivity_in_disruption_is_that_of_impact(southwest: Study) -> None:
    better = Scenario("p").productivity(1.1, industry="electronics", region="CN-SC")
    by_days = disruption(southwest, better, days=40)
    settled = impact(southwest, better, households="outside")
    for name in ("output", "value_added", "co2"):
        np.testing.assert_allclose(
            by_days.settled()[name].to_numpy(),
            settled.settled()[name].to_numpy(),
            rtol=0,
            atol=1e-9 * float(np.nanmax(settled.baseline[name])),
        )


def test_an_unknown_use_is_not_no_use(full_study: Study) -> None:
    """A user whose use is missing would escape the cap; where it makes nothing it has nothing to use."""
    start = baseline(full_study)
    use = start.study["resource_use"].copy()
    use.loc[{"region": "hills", "industry": "machines", "resource": "energy"}] = np.nan
    kept = start.study.provenance["resource_use"]
    base = replace(start, study=start.study.with_arrays({"resource_use": (use, kept)}))
    cap = Resource("energy", "hills", factor=0.9)
    with pytest.raises(
        StudyError, match=r"how much Electricity these industries of Hills use: Machines"
    ) as said:
        use_per_output(base, cap)
    assert "机械" in said.value.words.zh and "0 where they use none" in said.value.mend
    report = Scenario("c").resource("energy", "hills", factor=0.9).check(base.study, base)
    assert [found.code for found in report.errors] == ["use_unknown"]
    made = start.accounts["output"].sel(region="hills").to_numpy().copy()
    made[start.table.industries.index("machines")] = 0.0
    needs = use_per_output(base, cap, made)
    assert needs[start.table.industries.index("machines")] == 0.0 and needs.max() > 0
    # a plant that comes to where there was none has a use that has to be known too
    with pytest.raises(StudyError, match="Machines"):
        ceilings(base, [replace(cap, limit=1.0, factor=None)], start.table.x)


def test_a_cap_whose_users_are_not_known_is_found_by_the_check(full_folder: Path) -> None:
    with (full_folder / "resources.csv").open("a", encoding="utf-8") as file:
        file.write("water,million m3,Water,水\n")
    study = open_study(full_folder)
    report = Scenario("c").resource("water", "hills", factor=0.9).check(study)
    assert [found.code for found in report.errors] == ["use_unknown"]
    assert "resource_use" in report.errors[0].mend.en
    assert Scenario("c").resource("energy", "hills", factor=0.9).check(study).ok
