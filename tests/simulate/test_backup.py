"""Backup value: the derivative against trying it, and the figures of the built-in study."""

from __future__ import annotations

import numpy as np
import pytest
from disrupted import made_parameters, made_table

from hinterland.accounts import IOTable, complete, estimate_mrio
from hinterland.simulate import BACKUP_TABLES, Backup, backup, backup_value
from hinterland.simulate.disruption import Shock, loss, parameters, run, system
from hinterland.simulate.disruption.adjoint import sensitivity
from hinterland.simulate.disruption.backup import Event
from hinterland.study import Study, StudyError

DAYS = 60


@pytest.fixture(scope="module")
def whole(southwest: Study) -> Study:
    return complete(southwest)


@pytest.fixture(scope="module")
def table(whole: Study) -> IOTable:
    return estimate_mrio(whole)


@pytest.fixture(scope="module")
def made(whole: Study, table: IOTable) -> Backup:
    return backup(whole, table, origins=["CN-GD", "CN-ZJ"], draws=2, event=Event(0.5, 20, 30, 70))


@pytest.mark.parametrize("alike", [False, True])
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"rationing": "proportional"},
        {"reordering": 0.0, "household_response": 0.0},
        {"substitution": 0.0, "inventory_days": 6.0, "inventory_restore": 3.0},
        {"overproduction_days": 15.0, "reordering": 1.0, "substitution": 1.0},
    ],
)
def test_the_derivative_is_what_trying_gives(alike: bool, given: dict[str, object]) -> None:
    """Central differences of whole runs; the two may lie on two sides of a kink, so some slack is allowed."""
    found = system(made_table(4, alike=alike))
    n = found.size[2]
    sets = made_parameters(4, **given)  # type: ignore[arg-type]
    struck = loss(n, [0, 1, 2, 3], 0.7, DAYS, start=2, duration=15, recovery=20)
    weight = np.linspace(0.5, 1.5, n)
    ours = sensitivity(found, sets, [Shock((struck,))], DAYS, weight)
    step = 1e-6 * found.output
    tries = [
        Shock((struck,), reserve=np.where(np.arange(n) == k, sign * step, 0.0))
        for k in range(n)
        for sign in (1, -1)
    ]
    ran = run(found, sets, tries, DAYS, daily=True)
    assert ran.daily is not None
    total = (ran.daily @ weight).sum(0).reshape(n, 2)
    tried = (total[:, 0] - total[:, 1]) / (2 * step)
    size = np.abs(tried).max()
    assert size > 1.0
    np.testing.assert_allclose(ours.saved[0], tried, rtol=0.02, atol=0.002 * size)
    close = np.abs(ours.saved[0] - tried) < 1e-4 * size
    assert close.mean() > 0.8
    assert ours.output[0] == pytest.approx(
        float((run(found, sets, [Shock((struck,))], DAYS, daily=True).daily @ weight).sum()), rel=1e-12
    )


def test_the_derivative_on_the_built_in_study(whole: Study, table: IOTable) -> None:
    found = system(table)
    n, m = found.size[2], found.size[1]
    first = table.regions.index("CN-GD") * m
    struck = loss(n, np.arange(first, first + m), 0.5, DAYS, 0, 20, 30)
    sets = parameters(whole, table.industries)
    ours = sensitivity(found, sets, [Shock((struck,))], DAYS).saved[0]
    rng = np.random.default_rng(1)
    cells = [*np.argsort(-ours)[:3], *rng.choice(np.flatnonzero(table.x > 0), 5, replace=False)]
    step = 1e-4 * found.output
    tries = [
        Shock((struck,), reserve=np.where(np.arange(n) == k, sign * step, 0.0))
        for k in cells
        for sign in (1, -1)
    ]
    total = -run(found, sets, tries, DAYS).lost.sum(1).reshape(-1, 2)
    tried = (total[:, 0] - total[:, 1]) / (2 * step[cells])
    np.testing.assert_allclose(ours[cells], tried, rtol=1e-3, atol=1e-3 * ours.max())


def test_backup_value_of_the_built_in_study(whole: Study, made: Backup) -> None:
    by_industry, by_region, by_origin, severity, scale = (r.frame for r in made.results())
    assert [r.name for r in made.results()] == [
        "backup_value",
        "backup_by_region",
        "backup_by_origin",
        "backup_by_severity",
        "backup_scale",
    ]
    # what the command line may be asked for is what there is
    assert tuple(r.name for r in made.results()) == BACKUP_TABLES
    assert set(by_industry["region"]) <= set(whole.hosts)
    assert set(by_industry["industry"]) <= set(whole.transferable)
    assert by_industry["backup_value"].is_monotonic_decreasing
    assert list(by_industry["rank"]) == list(range(1, len(by_industry) + 1))
    # 35 days' worth of full loss, part of it served: a unit cannot save much more than its own days
    assert 0.02 < by_industry["backup_value"].iloc[0] < 0.5
    assert len(by_region) == 31 and by_region["backup_value"].notna().all()
    assert (by_origin["backup_value"] > 0).all() and (by_origin["loss"] > 0).all()
    # what stands in Guangdong is struck with it
    assert by_origin["backup_value_there"].iloc[0] < by_origin["backup_value"].iloc[0]
    # the same event, the same figures, whichever table
    hosts = by_region.loc[by_region["role"] == "host", "backup_value"].mean()
    half = severity.loc[severity["loss"] == 0.5, "backup_value"].iloc[0]
    assert half == pytest.approx(hosts, rel=1e-6)
    assert half == pytest.approx(by_origin["backup_value"].mean(), rel=1e-6)
    # the worse the loss, the more what stands elsewhere is worth, and the less what stands there
    assert severity["backup_value"].is_monotonic_increasing
    assert severity["backup_value_there"].iloc[-1] < severity["backup_value_there"].iloc[0]
    assert severity["backup_value"].iloc[-1] > severity["backup_value_there"].iloc[-1]
    for _, rows in scale.groupby("region", sort=False):
        avoided = rows["avoided_share"].to_numpy()
        # more capacity saves more, each further unit less
        assert avoided[0] > 0 and avoided[1] > avoided[0] and avoided[2] > avoided[1]
        assert avoided[1] / avoided[0] < 5.0 and avoided[-1] < 0.5


def test_the_first_unit_is_worth_what_a_small_amount_saves(
    whole: Study, made: Backup, table: IOTable
) -> None:
    """1 % of what Guangdong lacks, run in full, against the derivative times the amount."""
    r, m = len(table.regions), len(table.industries)
    made_now = table.x.reshape(r, m)
    hosts = [table.regions.index(k) for k in whole.hosts]
    lacking = 0.5 * made_now[table.regions.index("CN-GD")]
    expected = 0.0
    for i in (k for k, name in enumerate(table.industries) if name in whole.transferable):
        share = made_now[hosts, i] / made_now[hosts, i].sum()
        value = np.where(np.isfinite(made.by_origin[0][hosts, i]), made.by_origin[0][hosts, i], 0.0)
        expected += float((0.01 * lacking[i] * share * value).sum())
    saved = made.avoided[0, 0] * made.lost[0]
    assert saved == pytest.approx(expected, rel=0.1)
    assert saved <= expected * 1.001


def test_same_seed_same_figures_and_value_added_counts(whole: Study, table: IOTable) -> None:
    event = Event(0.5, 10, 10, 40)
    options = {"origins": ["CN-ZJ"], "draws": 2, "event": event}
    one, two = (backup_value(whole, table, **options, seed=5) for _ in range(2))
    assert one.frame.equals(two.frame)
    less = backup(whole, table, origins=["CN-ZJ"], draws=0, event=event, saves="value_added")
    assert np.nanmax(less.value) < np.nanmax(
        backup(whole, table, origins=["CN-ZJ"], draws=0, event=event).value
    )
    assert less.results()[0].frame["backup_value_low"].isna().all()


def test_refusals(whole: Study, table: IOTable) -> None:
    with pytest.raises(StudyError, match="Atlantis"):
        backup(whole, table, origins=["Atlantis"])
    with pytest.raises(StudyError, match="more days"):
        backup(whole, table, origins=["CN-GD"], draws=0, event=Event(0.9, 20, 10, 10))
