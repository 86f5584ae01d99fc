"""What places charge: the table cost_rates, the most particular row for each region and industry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.study import Study

ENERGY_PRICE, PROFIT_TAX = "energy_price", "profit_tax"
FREIGHT_RATE, FREIGHT_FACTOR = "freight_rate", "freight_factor"
LABOUR_COST, LAND_COST, OTHER_COST = "labour_cost", "land_cost", "other_cost"


@dataclass(frozen=True, slots=True)
class Rates:
    """One item of the table cost_rates for every region and industry; NaN where no row speaks of it.

    Attributes
    ----------
    value, low, high : DataArray[region, industry]
        The range is the value itself where none is given.
    sources : tuple of str
    """

    value: xr.DataArray
    low: xr.DataArray
    high: xr.DataArray
    sources: tuple[str, ...]


def rates(study: Study, item: str) -> Rates | None:
    """Return an item of the table cost_rates by region and industry, or None when no row is about it.

    A blank region or industry (or ``*``) means all of them. Of several rows that speak of the same place and
    industry the most particular counts: region and industry, then region alone, then industry alone, then
    all.

    Parameters
    ----------
    item : str
        energy_price (money per unit of energy), freight_rate (share of value per 1000 km; by industry),
        freight_factor (relative to ``accounts.freight_rate``; by industry), profit_tax (share of profit),
        labour_cost, land_cost, other_cost (money per unit of output).
    """
    table = study.frames.get("cost_rates")
    if table is None:
        return None
    table = table.astype(object).where(table.notna(), "")
    rows = table[table["item"] == item]
    if rows.empty:
        return None
    everywhere = {name: rows[name].isin(["", "*"]) for name in ("region", "industry")}
    # the fewer blanks the later written, so that the particular overwrites the general
    order = (-2 * everywhere["region"].astype(int) - everywhere["industry"].astype(int)).argsort(
        kind="stable"
    )
    coords = {"region": list(study.regions), "industry": list(study.industries)}
    shape = (len(study.regions), len(study.industries))
    found = {name: np.full(shape, np.nan) for name in ("value", "low", "high")}
    for k in order.to_numpy():
        row = rows.iloc[int(k)]
        r = slice(None) if row["region"] in ("", "*") else study.regions.index(str(row["region"]))
        i = slice(None) if row["industry"] in ("", "*") else study.industries.index(str(row["industry"]))
        value = float(row["value"])
        for name in found:
            figure = pd.to_numeric(row.get(name, ""), errors="coerce")
            found[name][r, i] = value if np.isnan(figure) else float(figure)
    arrays = {name: xr.DataArray(a, coords, ("region", "industry")) for name, a in found.items()}
    named = tuple(dict.fromkeys(str(s) for s in rows.get("source", []) if s))
    return Rates(arrays["value"], arrays["low"], arrays["high"], named)
