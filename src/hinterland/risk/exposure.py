"""Market risk of what moves: who buys from it, who supplies it and where its goods go."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.accounts import IOTable
from hinterland.accounts.table import ABROAD
from hinterland.plan import Plan
from hinterland.risk.levels import figure, label, thresholds
from hinterland.risk.market import herfindahl
from hinterland.study import Result, StudyError, Text

Array = npt.NDArray[np.float64]


def sales(table: IOTable, row: int) -> tuple[Array, Array]:
    """Return what one industry of one region sells: by customer, and by destination.

    Customers are the industries of all regions and then the categories of final demand; destinations are the
    regions and, last, the world abroad.

    Raises
    ------
    StudyError
        The table does not say which region's final demand is which.
    """
    m = len(table.industries)
    inputs = table.Z[row].reshape(len(table.regions), m)
    categories = list(dict.fromkeys(category for _, category in table.final))
    by_category = np.zeros(len(categories))
    places = np.append(inputs.sum(1), 0.0)
    for column, (region, category) in enumerate(table.final):
        value = table.Y[row, column]
        by_category[categories.index(category)] += value
        if category in ABROAD:
            places[-1] += value
        elif region in table.regions:
            places[table.regions.index(region)] += value
        else:
            raise StudyError(
                Text(
                    "Destinations are not known: the table does not say which region buys.",
                    "目的地未知：投入产出表未区分购买地区。",
                ),
                Text("Use an interregional table.", "请使用区域间投入产出表。"),
            )
    # a fall of stocks is no customer
    return np.maximum(np.append(inputs.sum(0), by_category), 0.0), np.maximum(places, 0.0)


def purchases(table: IOTable, column: int) -> Array:
    """Return what one industry of one region buys, by region of supply and, last, from abroad."""
    inputs = table.Z[:, column].reshape(len(table.regions), -1).sum(1)
    bought: Array = np.maximum(np.append(inputs, table.imports[column]), 0.0)
    return bought


def outside(values: Array, home: int, names: Sequence[str]) -> tuple[float, str, float, float]:
    """Return concentration outside the home region, the largest partner, its share there and home's share.

    Concentration and the partner's share are of what goes (or comes from) outside; the home share is of all.
    NaN and no partner where nothing does.
    """
    total = values.sum()
    away = values.copy()
    away[home] = 0.0
    whole = away.sum()
    if not whole > 0:
        return float("nan"), "", float("nan"), 1.0 if total > 0 else float("nan")
    top = int(np.argmax(away))
    return herfindahl(away), names[top], float(away[top] / whole), float(values[home] / total)


def dependence(plan: Plan, table: IOTable) -> Result:
    r"""Concentration of customers, suppliers and destinations of every industry that moves, in its host.

    .. math:: HHI = \sum_k s_k^2

    over shares of sales by customer (industry or category of final demand), of purchases by region of supply,
    and of sales by destination; the last two outside the host itself, whose own part is told apart.

    Parameters
    ----------
    plan : Plan
    table : IOTable
        Interregional; a plant that moves is taken to buy and sell as the host's industry does, and where the
        host has none of it the pair is left out, for nothing is known of its partners.

    Returns
    -------
    Result ``risk_dependence``
        region, industry, output (moved), the three indices, the largest supplier and destination with their
        shares, and level (of the highest index).

    Raises
    ------
    StudyError
        The table does not tell destinations.
    """
    study = plan.study
    limit = thresholds(study, "concentration")
    names = [*table.regions, "abroad"]
    moved = plan.moves.sum("origin")
    rows = []
    for host in [str(h) for h in moved["host"].values]:
        for industry in [str(i) for i in moved["industry"].values]:
            output = float(moved.sel(host=host, industry=industry))
            if not output > 0 or host not in table.regions or industry not in table.industries:
                continue
            home = table.regions.index(host)
            cell = home * len(table.industries) + table.industries.index(industry)
            if not table.x[cell] > 0:
                continue
            customers, places = sales(table, cell)
            supplier, source, source_share, own = outside(purchases(table, cell), home, names)
            destination, place, place_share, kept = outside(places, home, names)
            customer = herfindahl(customers)
            indices = [v for v in (customer, supplier, destination) if v == v]
            rows.append(
                (
                    host,
                    industry,
                    output,
                    customer,
                    supplier,
                    source,
                    source_share,
                    own,
                    destination,
                    place,
                    place_share,
                    kept,
                    limit.level(max(indices, default=float("nan"))),
                )
            )
    columns = [
        "region",
        "industry",
        "output",
        "customer_hhi",
        "supplier_hhi",
        "supplier_region",
        "supplier_share",
        "home_supply",
        "destination_hhi",
        "destination_region",
        "destination_share",
        "home_sales",
        "level",
    ]
    return Result(
        "risk_dependence",
        Text("Market risk: customers, suppliers and destinations", "市场风险：客户、供应商与目的地"),
        pd.DataFrame(rows, columns=columns),
        (
            label(study, "region", "region"),
            label(study, "industry", "industry"),
            figure(plan, "output", plan.data.units.get("output", "")),
            figure(plan, "customer_hhi", "index"),
            figure(plan, "supplier_hhi", "index"),
            label(study, "supplier_region", "region"),
            figure(plan, "supplier_share", kind="share"),
            figure(plan, "home_supply", kind="share"),
            figure(plan, "destination_hhi", "index"),
            label(study, "destination_region", "region"),
            figure(plan, "destination_share", kind="share"),
            figure(plan, "home_sales", kind="share"),
            label(study, "level", "code"),
        ),
        Text(
            "Herfindahl-Hirschman indices from the interregional table: of sales by customer (industry or "
            "category of final demand), of purchases by region of supply and of sales by destination, the "
            "last two outside the host itself. A plant that moves is taken to buy and sell as the host's "
            "industry does.",
            "据区域间投入产出表计算的赫芬达尔指数：按客户（产业或最终需求类别）、按供应地区、按销售目的地，"
            "后两者不含承接地自身；假定转入企业按承接地该产业的结构购销。",
        ),
    )
