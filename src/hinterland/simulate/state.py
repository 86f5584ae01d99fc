"""A scenario at the end of a year, as labelled arrays: what every model reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hinterland.accounts import IOTable
from hinterland.accounts.table import ABROAD
from hinterland.simulate.baseline import Baseline
from hinterland.simulate.caps import in_part
from hinterland.simulate.changes import (
    Build,
    Change,
    Close,
    Demand,
    Disaster,
    Labour,
    Productivity,
    Relocate,
    Resource,
    Sourcing,
    Tariff,
    TradeCost,
)
from hinterland.simulate.scenario import Scenario

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class State:
    """What of a scenario is in force at the end of a year, over the labels of the baseline's table.

    Axes: region r, industry i (also origin o, host h, destination d), category c in the order of the
    table's final demand. Money of the base year, a year.

    Attributes
    ----------
    year : int or None
        None: when all is complete.
    moved : mapping of sourcing rule to array [industry, origin, host]
        Output of the capacity that has moved.
    built, closed : mapping of market ("own" or "shared") to array [region, industry]
        Output of capacity built and closed (both at least 0).
    productivity : array [region, industry]
        Factor of total factor productivity; 1 where unchanged.
    trade_cost : array [industry, origin, destination]
        Factor of iceberg trade cost; 1 where unchanged and within a region.
    tariff : array [industry, origin, destination]
        Ad valorem rate set; NaN where the scenario says nothing.
    demand : array [region, industry, columns]
        Change of final demand by making region, product and column of the table's Y, money.
    demand_factor : array [destination, industry, category]
        The same as factors of what the buying region buys; amounts as shares of it; 1 where unchanged.
    categories : tuple of str
        Of `demand_factor`.
    labour : array [region]
        Factor of labour supply.
    investment : array [region]
        Spent on building plants in the year, money; nothing where no year is asked for.
    resources : tuple of Resource
        Caps as they are in the year: one that comes by and by is so far on its way from what is used now.
    disasters : tuple of Disaster
        Those that strike in the year.
    fractions : tuple of (change, share in force)
        Everything in force, for models that read changes one by one.
    """

    year: int | None
    moved: Mapping[Sourcing, Array]
    built: Mapping[str, Array]
    closed: Mapping[str, Array]
    productivity: Array
    trade_cost: Array
    tariff: Array
    demand: Array
    demand_factor: Array
    categories: tuple[str, ...]
    labour: Array
    investment: Array
    resources: tuple[Resource, ...]
    disasters: tuple[Disaster, ...]
    fractions: tuple[tuple[Change, float], ...]

    @property
    def relocation(self) -> Array:
        """All that has moved, whatever its sourcing rule; [industry, origin, host]."""
        return np.asarray(sum(self.moved.values()), dtype=np.float64)

    @property
    def capacity_change(self) -> Array:
        """Net change of capacity by relocation, building and closing; [region, industry], money a year."""
        moves = self.relocation
        net = moves.sum(1).T - moves.sum(2).T
        return np.asarray(net + sum(self.built.values()) - sum(self.closed.values()), dtype=np.float64)


def state_of(scenario: Scenario, base: Baseline, year: int | None = None) -> State:
    """Return what of a scenario is in force at the end of a year.

    Shares refer to the base year: half of the origin is half of what it made then. A factor in
    force by a share s is :math:`1 + s (f - 1)`. Factors on the same cell multiply; changes of demand add.

    Parameters
    ----------
    scenario : Scenario
        Checked before (`Scenario.check`); names that the table lacks raise ValueError here.
    base : Baseline
    year : int, optional
        Without it: when all is complete.
    """
    table = base.table
    r, n = len(table.regions), len(table.industries)
    made = table.x.reshape(r, n)
    moved: dict[Sourcing, Array] = {k: np.zeros((n, r, r)) for k in ("host", "keep", "nearest")}
    built = {k: np.zeros((r, n)) for k in ("own", "shared")}
    closed = {k: np.zeros((r, n)) for k in ("own", "shared")}
    productivity, labour, investment = np.ones((r, n)), np.ones(r), np.zeros(r)
    trade_cost, tariff = np.ones((n, r, r)), np.full((n, r, r), np.nan)
    categories = tuple(dict.fromkeys(category for _, category in table.final))
    demand_factor = np.ones((r, n, len(categories)))
    resources, disasters = [], []
    fractions = []
    for change in scenario.dated(base.study).changes:
        share = change.in_force(year)
        if share == 0:
            continue
        fractions.append((change, share))
        match change:
            case Relocate():
                o, i = at = _at(table, change.industry, change.origin)
                whole = change.output if change.output is not None else (change.share or 0.0) * made[at]
                moved[change.sourcing][i, o, table.regions.index(change.host)] += share * whole
            case Build():
                if change.investment is not None and year is not None:
                    new = share - change.in_force(year - 1)
                    investment[table.regions.index(change.region)] += max(new, 0.0) * change.investment
                built[change.market][_at(table, change.industry, change.region)] += share * change.output
            case Close():
                at = _at(table, change.industry, change.region)
                whole = change.output if change.output is not None else (change.share or 0.0) * made[at]
                closed[change.market][at] += share * whole
            case Productivity():
                where = np.ix_(_pick(table.regions, change.region), _pick(table.industries, change.industry))
                productivity[where] *= _part(change.factor, share)
            case TradeCost():
                trade_cost[_lane(table, change)] *= _part(change.factor, share)
            case Tariff():
                tariff[_lane(table, change)] = share * change.rate
            case Demand():
                where = np.ix_(
                    _pick(table.regions, change.region),
                    _pick(table.industries, change.industry),
                    _markets(categories, change.category),
                )
                demand_factor[where] += share * (_demand_ratio(table, categories, change, where) - 1.0)
            case Labour():
                regions = _pick(table.regions, change.region)
                labour[regions] *= _part(_labour_factor(table, change, regions), share)
            case Resource():
                resources.append(in_part(base, change, share))
            case Disaster():
                disasters.append(change)
            case _:
                pass
    inside = np.arange(r)
    trade_cost[:, inside, inside] = 1.0
    tariff[:, inside, inside] = np.nan
    return State(
        year,
        moved,
        built,
        closed,
        productivity,
        trade_cost,
        tariff,
        _demand(table, categories, demand_factor),
        demand_factor,
        categories,
        labour,
        investment,
        tuple(resources),
        tuple(disasters),
        tuple(fractions),
    )


def _at(table: IOTable, industry: str, region: str) -> tuple[int, int]:
    return table.regions.index(region), table.industries.index(industry)


def _pick(labels: tuple[str, ...], wanted: str | None) -> list[int]:
    return list(range(len(labels))) if wanted is None else [labels.index(wanted)]


def _markets(categories: tuple[str, ...], wanted: str | None) -> list[int]:
    """Positions of a category; of all of the home market where none is named."""
    if wanted is None:
        return [k for k, name in enumerate(categories) if name not in ABROAD]
    return [categories.index(wanted)]


def _part(factor: float, share: float) -> float:
    return 1.0 + share * (factor - 1.0)


def _lane(table: IOTable, change: TradeCost | Tariff) -> tuple[np.ndarray, ...]:
    return np.ix_(
        _pick(table.industries, change.industry),
        _pick(table.regions, change.origin),
        _pick(table.regions, change.destination),
    )


def bought(table: IOTable, categories: tuple[str, ...]) -> Array:
    """Final demand by buying region, product and category; [destination, industry, category], money.

    Where a table does not say which region buys (one of several regions), all of them are taken together:
    every region holds the total, and a change for one alone cannot be told (`check` refuses it).
    """
    r, n = len(table.regions), len(table.industries)
    out = np.zeros((r, n, len(categories)))
    for column, (region, category) in enumerate(table.final):
        products = table.Y[:, column].reshape(r, n).sum(0)
        places = [table.regions.index(region)] if region in table.regions else list(range(r))
        out[places, :, categories.index(category)] += products
    return out


def _demand_ratio(
    table: IOTable, categories: tuple[str, ...], change: Demand, where: tuple[np.ndarray, ...]
) -> float:
    """Factor that a change of demand puts on every cell that it concerns."""
    if change.factor is not None:
        return change.factor
    there = bought(table, categories)
    if "" in {region for region, _ in table.final} and len(table.regions) > 1:
        there = there / len(table.regions)
    base = float(there[where].sum())
    return 1.0 + (change.amount or 0.0) / base


def _demand(table: IOTable, categories: tuple[str, ...], factor: Array) -> Array:
    """Change of every column of Y; [region, industry, columns]."""
    r, n = len(table.regions), len(table.industries)
    change = np.zeros((r, n, len(table.final)))
    for column, (region, category) in enumerate(table.final):
        place = table.regions.index(region) if region in table.regions else 0
        by = factor[place, :, categories.index(category)] - 1.0
        change[:, :, column] = table.Y[:, column].reshape(r, n) * by
    return change


def _labour_factor(table: IOTable, change: Labour, regions: list[int]) -> float:
    if change.factor is not None:
        return change.factor
    jobs = table.satellites["employment"].values.reshape(len(table.regions), -1)[regions]
    return 1.0 + (change.amount or 0.0) / float(jobs.sum())
