"""A scenario as the disruption model reads it: the economy it starts from, and what strikes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from hinterland.accounts import IOTable
from hinterland.simulate.baseline import Baseline
from hinterland.simulate.caps import ceilings
from hinterland.simulate.changes import Build, Disaster
from hinterland.simulate.disruption.shocks import Damage, Loss, Shock
from hinterland.simulate.impact import demand_effects
from hinterland.simulate.scenario import Scenario
from hinterland.simulate.state import State, state_of
from hinterland.simulate.system import IMPORTS, shifted
from hinterland.study import StudyError, Text

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Events:
    """What the model runs on.

    Attributes
    ----------
    table : IOTable
        The economy on the first day: the study's, after what the scenario moves, builds, closes and demands.
    shock : Shock
    direct : array [days, n]
        Output that losses of capacity alone would take, money a day (without damages that are rebuilt).
    back : int
        First day on which all capacity lost for a time is back.
    rebuild_days : float or None
        Where the scenario says how long rebuilding takes.
    notes : tuple of Text
        What of the scenario is not in it.
    """

    table: IOTable
    shock: Shock
    direct: Array
    back: int
    rebuild_days: float | None
    notes: tuple[Text, ...] = ()


def year_of(scenario: Scenario, year: int | None) -> int | None:
    """Return the year to simulate: the one asked for, else the one in which the disasters strike."""
    if year is not None:
        return year
    struck = {change.year for change in scenario.of("disaster") if change.year is not None}
    if len(struck) > 1:
        raise StudyError(
            Text(
                f"Disasters strike in different years: {', '.join(map(str, sorted(struck)))}.",
                f"灾害发生在不同年份：{'、'.join(map(str, sorted(struck)))}。",
            ),
            Text("Say which year to simulate (year=...).", "请指定模拟年份（year=...）。"),
        )
    return struck.pop() if struck else None


def events(base: Baseline, scenario: Scenario, days: int, length: float, year: int | None = None) -> Events:
    """Read a checked scenario for one year.

    What moves, is built, closed or demanded has settled on the first day; labour and resources that lack
    take capacity in proportion throughout; disasters strike on their days.

    Parameters
    ----------
    base : Baseline
    scenario : Scenario
    days : int
        Days to simulate.
    length : float
        Days in a year.
    year : int, optional
        See `year_of`.
    """
    when = year_of(scenario, year)
    state = state_of(scenario, base, when)
    table = settled(base, state)
    n = len(table.x)
    losses: list[Loss] = []
    damages: list[Damage] = []
    lasting = _lasting(base, state, table)
    if np.any(lasting > 0):
        losses.append(Loss(lasting, np.ones(days)))
    back, rebuild = 0, None
    for change in state.disasters:
        where = _where(table, change)
        if change.loss is not None:
            share = np.zeros(n)
            share[where] = change.loss
            remaining = np.array([change.lost(float(day)) for day in range(days)])
            losses.append(Loss(share, remaining))
            still = np.flatnonzero(remaining > 0)
            back = max(back, int(still[-1]) + 1 if still.size else 0)
        else:
            value = np.zeros(n)
            value[where] = np.maximum(table.V.sum(0)[where], 0.0)
            total = value.sum()
            if total <= 0:
                raise _nothing_there(base, change)
            damages.append(
                Damage(
                    (change.capital or 0.0) * value / total,
                    int(np.ceil(change.day)),
                    int(np.ceil(change.day + change.duration)),
                )
            )
            if change.recovery > 0:
                rebuild = max(rebuild or 0.0, change.recovery)
    lost = np.zeros((days, n))
    for item in losses:
        lost = np.maximum(lost, item.remaining[:, None] * item.share[None, :])
    direct = lost * table.x / length
    notes = () if when is not None else _not_built(scenario)
    return Events(table, Shock(tuple(losses), tuple(damages)), direct, back, rebuild, notes)


def _not_built(scenario: Scenario) -> tuple[Text, ...]:
    """Say that the building of plants, which is spent in its years, is not in a run of no year."""
    if not any(isinstance(change, Build) and change.investment is not None for change in scenario.changes):
        return ()
    return (
        Text(
            "No year was asked for: all plants stand, and what building them costs is not demanded on any "
            "day. Give the year (year=...) in which they are built to have it.",
            "未指定年份：工厂均已建成，建厂投资不计入任何一天的需求；如需计入，请以year=...指定建设年份。",
        ),
    )


def _nothing_there(base: Baseline, change: Disaster) -> StudyError:
    place = base.study.text("region", change.region)
    return StudyError(
        Text("There is no capital in {place} to lose.", "{place}没有可损失的资本。").format(place=place),
        Text("Name another region or industry.", "请指定其他地区或产业。"),
    )


def _where(table: IOTable, change: Disaster) -> list[int]:
    m = len(table.industries)
    first = table.regions.index(change.region) * m
    if change.industry is None:
        return list(range(first, first + m))
    return [first + table.industries.index(change.industry)]


def _lasting(base: Baseline, state: State, table: IOTable) -> Array:
    """Share of capacity [n] that scarce labour or resources take throughout; the scarcest counts."""
    highest = ceilings(base, state.resources, table.x)
    part = np.divide(highest, table.x, out=np.ones_like(highest), where=(table.x > 0) & np.isfinite(highest))
    workers = np.repeat(np.clip(1.0 - state.labour, 0.0, 1.0), len(table.industries))
    return np.maximum(workers, 1.0 - part)


def settled(base: Baseline, state: State) -> IOTable:
    """Return the economy after what the scenario moves, builds, closes and demands; the study's if nothing.

    The table of the solved system: :math:`Z' = A' \\hat x'`, final demand resold as sales are, a plant's own
    market as demand of no region.
    """
    table = base.table
    changed = (
        np.any(state.relocation)
        or any(np.any(v) for v in (*state.built.values(), *state.closed.values()))
        or np.any(state.demand)
        or np.any(state.investment)
        or np.any(state.productivity != 1.0)
    )
    if not changed:
        return table
    found = shifted(base, state)
    effects = demand_effects(table, found)
    x = np.maximum(table.x + effects.direct + effects.indirect, 0.0)
    inputs = found.A * x
    final = found.resell(table.Y + state.demand.reshape(len(x), -1))
    own = x - inputs.sum(1) - final.sum(1)
    added = (np.asarray(effects.per["value_added"]) * x)[None, :]
    satellites = {
        name: replace(account, values=np.asarray(effects.per[name]) * x, final=account.final)
        for name, account in table.satellites.items()
    }
    return replace(
        table,
        Z=inputs,
        Y=np.column_stack([final, own]),
        V=added,
        x=x,
        imports=np.asarray(effects.per[IMPORTS]) * x,
        final=(*table.final, ("", "own_market")),
        items=("value_added",),
        satellites=satellites,
    )


def investment_mix(base: Baseline, industries: Sequence[str]) -> Array | None:
    """Products that rebuilding takes [m]: the nation's fixed capital formation; None where not known."""
    table = base.table
    category = str(base.study.parameter("simulate.investment_category"))
    columns = [k for k, (_, c) in enumerate(table.final) if c == category]
    if not columns:
        return None
    spent = np.maximum(table.Y[:, columns].sum(1), 0.0).reshape(len(table.regions), len(industries)).sum(0)
    return np.asarray(spent / spent.sum()) if spent.sum() > 0 else None
