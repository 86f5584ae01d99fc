"""Complexity and the spatial multiplier beside answers that are published or known in closed form."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

import hinterland as hl

ROOT = Path(__file__).parents[2]
FILE = "complexity/world_trade_1998_2000.csv.gz"
FITTEST = {"deu": 3.813, "esp": 3.360, "ita": 3.234, "fra": 3.122, "cze": 3.109}
CHAIN = 6


def trade_file() -> Path | None:
    """Return where world trade 1998-2000 lies, or None."""
    given = os.environ.get("HINTERLAND_TESTDATA")
    for base in ([Path(given)] if given else []) + [ROOT.parent / "shared" / "testdata"]:
        if (base / FILE).is_file():
            return base / FILE
    return None


def world_trade(path: Path) -> xr.DataArray:
    """Return exports [region, industry]; what the file does not list was not traded."""
    long = pd.read_csv(path, dtype={"product": str})
    wide = long.pivot_table(index="country", columns="product", values="value", aggfunc="sum").fillna(0.0)
    labels = {"region": wide.index.to_numpy(), "industry": wide.columns.to_numpy()}
    return xr.DataArray(wide.to_numpy(), labels, ("region", "industry"))


def chain_of_regions(count: int) -> xr.DataArray:
    """Region k makes products k and k + 1: a random walk on a path with reflecting ends."""
    present = np.zeros((count, count + 1))
    present[np.arange(count), np.arange(count)] = present[np.arange(count), np.arange(count) + 1] = 1.0
    labels = {"region": [f"r{k}" for k in range(count)], "industry": [f"p{k}" for k in range(count + 1)]}
    return xr.DataArray(present, labels, ("region", "industry"))


def complexity_comparisons() -> Iterator[tuple[str, float, float, float, str]]:
    """What, published, ours, tolerance, source."""
    found = hl.potential.spectrum(chain_of_regions(CHAIN))
    source = "Closed form: random walk on a path, eigenvalues cos(pi k / 2n) squared"
    exact = np.cos(np.pi / (2 * CHAIN)) ** 2
    name = f"Complexity of {CHAIN} regions in a chain: second eigenvalue"
    yield name, round(float(exact), 12), round(found.second, 12), 1e-11, source
    walk = np.cos(np.pi * (2 * np.arange(CHAIN) + 1) / (2 * CHAIN))
    walk = (walk - walk.mean()) / walk.std()
    for k in (0, 2):
        name = f"Complexity of {CHAIN} regions in a chain: ECI of region {k + 1}"
        yield name, round(float(walk[k]), 12), round(float(found.eci[k]), 12), 1e-10, source
    path = trade_file()
    if path is not None:
        yield from _trade(world_trade(path))


def _trade(exports: xr.DataArray) -> Iterator[tuple[str, float, float, float, str]]:
    source = "World trade 1998-2000, 226 countries by 785 products; reckoned apart, in whole and by long rows"
    present = hl.potential.presence(hl.potential.comparative_advantage(exports))
    long = exports.to_series()
    share = long / long.groupby("region").transform("sum")
    world = long.groupby("industry").transform("sum") / long.sum()
    apart = (share >= world).astype(float).to_xarray().reindex_like(present)
    differ = float((apart != present).sum())
    yield "Balassa index of one or more: cells that differ", 0.0, differ, 0.0, source
    fit = hl.potential.fitness(present, 20).region.to_series()
    source = "Fitness after 20 iterations as published with the data (method of Tacchella et al. 2012)"
    for country, published in FITTEST.items():
        yield f"Fitness of {country}", published, round(float(fit[country]), 6), 5.1e-4, source
