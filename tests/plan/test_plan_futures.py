"""Decisions for several futures against the same programmes stacked by loops and solved by scipy's linprog.

Tolerance: the rules are augmented by a ten-thousandth of the expected worth, so that a rule's own measure may
be short of its best by that share of the spread of the worth; elsewhere 1e-6 relative for two solvers.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning import array, linear_programme, random_data, with_everything
from scipy.optimize import linprog

from hinterland.plan.data import PlanData
from hinterland.plan.futures import tables
from hinterland.plan.optimise import best
from hinterland.plan.recourse import cvar
from hinterland.plan.scenarios import Future, export_share, futures, under
from hinterland.plan.solver import load
from hinterland.plan.stochastic import Choice, choose
from hinterland.study import Study, StudyError

SAME = {"growth": 1.0, "energy": 1.0, "demand": 1.0, "cost": 1.0, "coast": 1.0}
RATES = {"value_added": 1.0, "co2": -0.3}
WORLDS = (
    Future("a", 0.5, SAME),
    Future("b", 0.3, SAME | {"growth": 0.5, "coast": 0.7}),
    Future("c", 0.2, SAME | {"demand": 0.6, "cost": 2.0, "energy": 0.8}),
)


def exported(data: PlanData) -> object:
    return array(np.linspace(0, 0.6, len(data.industries)), industry=data.industries)


def written_out(data: PlanData, future: Future) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[int, ...]]:
    """Worth by z, rows and bounds in a future, by the loops of the tests' own programme."""
    d = under(data, future, exported(data))  # type: ignore[arg-type]
    worth = np.zeros(len(d.industries) * len(d.origins) * len(d.hosts) * len(d.codes))
    for name, rate in RATES.items():
        cost, rows, bounds, shape = linear_programme(d, name)
        worth += rate * (-cost if name == "value_added" else cost)
    cost, *_ = linear_programme(d, "landed_cost")
    worth -= (future.factors["cost"] - 1) * cost
    # what has left in the first phase is safe from what happens at the coast
    keep = future.factors["coast"]
    releasable = len(d.industries) * len(d.origins)
    rows, bounds = rows.copy(), bounds.copy()
    first = np.zeros(shape, dtype=bool)
    first[..., 0] = True
    rows[:releasable, first.ravel()] *= keep
    bounds[:releasable] *= keep
    return worth, rows, bounds, shape


def stacked(data: PlanData) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Worth of each future by all columns, and the rows and bounds of all: the first phase once."""
    parts = [written_out(data, f) for f in WORLDS]
    shape = parts[0][3]
    first = np.zeros(shape, dtype=bool)
    first[..., 0] = True
    now = first.ravel()
    n_now, n_later = int(now.sum()), int((~now).sum())
    total = n_now + len(parts) * n_later
    rows, bounds, worths = [], [], []
    for s, (worth, a, b, _) in enumerate(parts):
        wide = np.zeros((len(a), total))
        wide[:, :n_now] = a[:, now]
        wide[:, n_now + s * n_later : n_now + (s + 1) * n_later] = a[:, ~now]
        line = np.zeros(total)
        line[:n_now] = worth[now]
        line[n_now + s * n_later : n_now + (s + 1) * n_later] = worth[~now]
        rows.append(wide)
        bounds.append(b)
        worths.append(line)
    return worths, np.vstack(rows), np.concatenate(bounds)


def chosen(southwest: Study, data: PlanData, level: float = 0.6) -> Choice:
    plan = best(southwest, data, load(data), "value_added")
    first = plan.transfer.isel(phase=0, drop=True)
    return choose(data, WORLDS, exported(data), RATES, first, level)  # type: ignore[arg-type]


def by_rule(found: Choice) -> dict[str, np.ndarray]:
    return {d.rule: d.worth for d in found.decisions}


@settings(max_examples=2, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_rules_against_linprog(southwest: Study, seed: int) -> None:
    data = random_data(seed, (3, 2, 2, 3))
    # energy by its name, so that its factor is felt
    assert data.limit is not None and data.use is not None
    names = {"resource": ["energy", "k1"]}
    data = replace(data, limit=data.limit.assign_coords(names), use=data.use.assign_coords(names))
    found = chosen(southwest, data)
    worth = by_rule(found)
    chance = np.array([f.probability for f in WORLDS])
    lines, rows, bounds = stacked(data)
    spread = 3e-4 * float(np.abs(found.known).max())

    for k, future in enumerate(WORLDS):
        line, a, b, _ = written_out(data, future)
        assert found.known[k] == pytest.approx(-linprog(-line, a, b).fun, rel=1e-6, abs=1e-6)
    expected = sum(c * line for c, line in zip(chance, lines, strict=True))
    most = -linprog(-expected, rows, bounds).fun
    assert chance @ worth["expected"] == pytest.approx(most, rel=1e-6, abs=1e-6)

    # the conditional value at risk by its own programme: eta, and the excess of each future
    n = rows.shape[1]
    a = np.vstack(
        [np.hstack([rows, np.zeros((len(rows), 4))])]
        + [np.concatenate([-line, [1.0], -np.eye(3)[k]])[None] for k, line in enumerate(lines)]
    )
    b = np.append(bounds, np.zeros(3))
    cost = np.concatenate([np.zeros(n), [-1.0], chance / (1 - found.level)])
    free = [(0, None)] * n + [(None, None)] + [(0, None)] * 3
    other = -linprog(cost, a, b, bounds=free).fun
    mine = cvar(worth["cvar"], chance, found.level)
    assert other - spread <= mine <= other + 1e-6 * abs(other) + 1e-6

    # the least largest regret
    a = np.vstack(
        [np.hstack([rows, np.zeros((len(rows), 1))])] + [np.append(-line, -1.0)[None] for line in lines]
    )
    b = np.append(bounds, -found.known)
    least = linprog(np.append(np.zeros(n), 1.0), a, b).fun
    assert least - 1e-6 <= found.regret(found.decisions[-1]).max() <= least + spread


@settings(max_examples=2, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_each_rule_is_best_by_its_own_measure(southwest: Study, seed: int) -> None:
    found = chosen(southwest, random_data(seed, (3, 2, 2, 2)))
    worth = by_rule(found)
    chance = np.array([f.probability for f in WORLDS])
    slack = 3e-4 * float(np.abs(found.known).max())
    tail = {rule: cvar(w, chance, found.level) for rule, w in worth.items()}
    regret = {d.rule: found.regret(d).max() for d in found.decisions}
    for rule in worth:
        assert chance @ worth[rule] <= chance @ worth["expected"] + 1e-6
        assert tail[rule] <= tail["cvar"] + slack
        assert regret[rule] >= regret["regret"] - slack
        # no decision before the future is known is better than one after
        assert (worth[rule] <= found.known + 1e-6).all()
    plan, *others = found.decisions
    assert plan.rule == "plan" and 0 < plan.carried <= 1
    assert all(d.carried == 1 for d in others)


def test_if_nothing_changes_nothing_is_lost(southwest: Study) -> None:
    data = random_data(5)
    plan = best(southwest, data, load(data), "value_added")
    worlds = (Future("a", 0.5, SAME), Future("b", 0.5, SAME))
    first = plan.transfer.isel(phase=0, drop=True)
    found = choose(data, worlds, exported(data), {"value_added": 1.0}, first, 0.5)  # type: ignore[arg-type]
    assert found.decisions[0].carried == pytest.approx(1.0)
    for d in found.decisions:
        assert d.worth == pytest.approx(plan.values["value_added"], rel=1e-6)
        assert d.values[0]["value_added"] == pytest.approx(plan.values["value_added"], rel=1e-6)


def test_what_is_built_is_as_in_the_plan(southwest: Study) -> None:
    """With clusters, infrastructure and funds and nothing else changed the plan's own worth comes out."""
    data = replace(with_everything(), minimum=0.0)
    plan = best(southwest, data, load(data), "value_added")
    worlds = (Future("a", 0.5, SAME), Future("b", 0.5, SAME))
    first = plan.transfer.isel(phase=0, drop=True)
    found = choose(data, worlds, exported(data), {"value_added": 1.0}, first, 0.5, plan.more)  # type: ignore[arg-type]
    for d in found.decisions:
        assert d.worth == pytest.approx(plan.values["value_added"], rel=1e-6)


def test_mean_of_the_worst_by_hand() -> None:
    worth, chance = np.array([1.0, 5.0, 3.0]), np.array([0.25, 0.5, 0.25])
    assert cvar(worth, chance, 0.75) == pytest.approx(1.0)
    assert cvar(worth, chance, 0.5) == pytest.approx(2.0)
    assert cvar(worth, chance, 0.0) == pytest.approx(chance @ worth)
    # half of the tail from the second worst
    assert cvar(worth, chance, 0.625) == pytest.approx((0.25 * 1 + 0.125 * 3) / 0.375)


def test_what_the_factors_do() -> None:
    data = random_data(5)
    assert data.limit is not None
    names = {"resource": ["energy", "k1"]}
    data = replace(data, limit=data.limit.assign_coords(names), minimum=3.0)
    other = under(data, WORLDS[1], exported(data))  # type: ignore[arg-type]
    now, later = data.host_growth.isel(phase=0), data.host_growth.isel(phase=1)
    np.testing.assert_allclose(other.host_growth.isel(phase=0), now)
    np.testing.assert_allclose(other.host_growth.isel(phase=1), now + 0.5 * (later - now))
    assert other.minimum == 0.0
    other = under(data, WORLDS[2], exported(data))  # type: ignore[arg-type]
    # the industry with six tenths of its output exported loses 0.24 of it
    np.testing.assert_allclose(
        other.gains["value_added"].isel(industry=-1), 0.76 * data.gains["value_added"].isel(industry=-1)
    )
    np.testing.assert_allclose(other.losses["employment"], data.losses["employment"])
    assert other.limit is not None
    grown = [float(d.limit.sel(resource="energy").diff("phase").sum()) for d in (data, other)]  # type: ignore[union-attr]
    assert grown[1] == pytest.approx(0.8 * grown[0])
    np.testing.assert_allclose(other.limit.sel(resource="k1"), data.limit.sel(resource="k1"))


def test_the_study_names_its_futures(southwest: Study) -> None:
    found = futures(southwest)
    assert sum(f.probability for f in found) == pytest.approx(1.0)
    assert [f.code for f in found] == sorted(f.code for f in found)
    frames = dict(southwest.frames)
    none = replace(southwest, frames={k: v for k, v in frames.items() if k != "plan_scenarios"})
    with pytest.raises(StudyError, match="fewer than two futures"):
        futures(none)
    table = frames["plan_scenarios"].assign(growth=-1.0)
    with pytest.raises(StudyError, match="negative"):
        futures(replace(southwest, frames=frames | {"plan_scenarios": table}))
    share = export_share(southwest, sorted(southwest.transferable))
    assert 0.3 < float(share.sel(industry="electronics")) < 0.5
    assert bool(((share >= 0) & (share <= 1)).all())


def test_one_phase_has_no_later_decision() -> None:
    data = random_data(1, (2, 1, 1, 1))
    nothing = array(np.zeros((2, 1, 1)), industry=data.industries, origin=data.origins, host=data.hosts)
    with pytest.raises(StudyError, match="one phase only"):
        choose(data, WORLDS, exported(data), RATES, nothing, 0.5)  # type: ignore[arg-type]


def test_a_future_without_a_plan_is_named(southwest: Study) -> None:
    """What is asked for as a backup is more than the hosts can take in where they grow slowly."""
    data = random_data(5)
    most = load(data).solve({"output": 1.0}).move.sum(["origin", "host", "phase"])
    floor = data.output.sum("host") + 0.9 * most
    asking = replace(data, backup_floor=floor)
    plan = best(southwest, asking, load(asking), "value_added")
    first = plan.transfer.isel(phase=0, drop=True)
    slow = (WORLDS[0], Future("slow", 0.5, SAME | {"growth": 0.05}))
    with pytest.raises(StudyError, match=r"no plan in these futures: slow \(Infeasible\)"):
        choose(asking, slow, exported(data), RATES, first, 0.5)  # type: ignore[arg-type]


def test_factors_that_touch_nothing_are_said(southwest: Study) -> None:
    data = replace(random_data(5), landed_cost=None)
    plan = best(southwest, data, load(data), "value_added")
    found = chosen(southwest, data)
    assert set(found.without_effect) == {"energy", "cost"}, "its resources are k0 and k1"
    note = tables(plan, found)[1].note
    assert "Without effect" in note.en and "未起作用" in note.zh
    assert "Without effect" not in tables(plan, chosen(southwest, random_data(5)))[1].note.zh


def test_landed_costs_are_counted_in_the_units_of_the_worth_or_not_at_all(southwest: Study) -> None:
    """Of a plan for jobs a rise of landed costs in money says nothing; at a price of 2 it counts twice."""
    data = random_data(5)
    plan = best(southwest, data, load(data), "employment")
    first = plan.transfer.isel(phase=0, drop=True)
    dear = (Future("a", 0.5, SAME), Future("b", 0.5, SAME | {"cost": 3.0}))
    by_charge = {
        c: choose(data, dear, exported(data), {"employment": 1.0}, first, 0.5, charge=c)  # type: ignore[arg-type]
        for c in (0.0, 2.0)
    }
    none, twice = by_charge[0.0], by_charge[2.0]
    for d in none.decisions:
        assert d.worth[1] == pytest.approx(d.values[1]["employment"], rel=1e-9)
    for d in twice.decisions:
        cost = d.values[1]["landed_cost"]
        assert d.worth[1] == pytest.approx(d.values[1]["employment"] - 4 * cost, rel=1e-6)
    assert "not counted" in tables(plan, none)[0].method.en
    assert "less what landed costs" in tables(plan, twice)[0].method.en


def test_tables_add_up(southwest: Study) -> None:
    data = random_data(5)
    plan = best(southwest, data, load(data), "value_added")
    found = chosen(southwest, data)
    rules, each, moves = tables(plan, found)
    frame = rules.frame.set_index("rule")
    assert list(frame.index) == ["plan", "expected", "cvar", "regret", "known"]
    mean = each.frame.assign(m=each.frame["probability"] * each.frame["worth"]).groupby("rule")["m"].sum()
    for rule, value in mean.items():
        assert frame.loc[rule, "expected"] == pytest.approx(value)
    assert (frame["expected"] <= frame.loc["known", "expected"] + 1e-9).all()
    assert "value of perfect information" in rules.note.en
    assert pd.api.types.is_bool_dtype(moves.frame["by_all_rules"])
    assert (moves.frame["output_min"] <= moves.frame["output_max"]).all()


def test_the_farmer_of_birge_and_louveaux() -> None:
    """The textbook's figures, from the table of the documentation's page on verification."""
    sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "_ext"))
    from choice_comparisons import choices

    rows = list(choices())
    assert len(rows) >= 11
    for what, published, ours, tolerance, _source in rows:
        assert abs(published - ours) <= tolerance, what
