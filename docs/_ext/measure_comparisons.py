"""Published answers for concentration and specialisation beside ours, for the verification page."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

import hinterland as hl

Row = tuple[str, float, float, float, str]


def measures() -> Iterator[Row]:
    """What, published, ours, tolerance (half a unit of the last decimal printed), source."""
    yield from _spread()
    yield from _plants()
    yield from _specialisation()


def _shares(values: list[float]) -> xr.DataArray:
    sizes = np.array(values)
    return xr.DataArray(sizes / sizes.sum(), {"region": np.arange(len(sizes))}, ("region",))


def _spread() -> Iterator[Row]:
    source = "Dörsam (2004), as printed in the manual of the R package REAT"
    firms = _shares([20, 50, 20, 10])
    yield "Herfindahl index of four firms", 0.34, round(float(hl.measure.herfindahl(firms)), 9), 5e-3, source
    yield "Gini coefficient of four firms", 0.3, round(float(hl.measure.gini(firms)), 9), 5e-2, source
    gdp = [460.69, 549.19, 124.16, 65.29, 31.59, 109.27, 263.44, 39.87, 258.53, 645.59, 131.95, 35.03]
    gdp += [112.66, 56.22, 85.61, 56.81]
    ours = round(float(hl.measure.gini(_shares(gdp))), 9)
    yield (
        "Gini coefficient of GDP of 16 German regions, 2015",
        0.5009,
        ours,
        5e-5,
        "Manual of the R package REAT",
    )


def _plants() -> Iterator[Row]:
    plants = [200, 650, 12000, 100, 50, 16000, 13000, 1500, 1500, 25000]
    place = [0, 0, 0, 0, 0, 1, 1, 1, 1, 2]
    jobs = [float(sum(n for n, where in zip(plants, place, strict=True) if where == r)) for r in range(3)]
    herfindahl = xr.DataArray(float((np.array(plants) ** 2).sum() / sum(plants) ** 2))
    ours = hl.measure.ellison_glaeser(_shares(jobs), _shares([500000, 400000, 100000]), herfindahl)
    yield (
        "Ellison-Glaeser index of ten plants in three places",
        0.05990628,
        round(float(ours), 9),
        5e-9,
        "Farhauer & Kröll (2014), as printed in the manual of the R package REAT",
    )


def _specialisation() -> Iterator[Row]:
    jobs = xr.DataArray(
        [[20.0, 10, 70, 0, 0], [0, 0, 0, 60, 40]],
        {"region": ["j", "l"], "industry": list("abcde")},
        ("region", "industry"),
    )
    ours = float(hl.measure.krugman(jobs).sel(region="j", region_to="l"))
    source = "Farhauer & Kröll (2013), modified, as printed in the manual of the R package REAT"
    yield "Krugman index of two regions with nothing in common", 2.0, round(ours, 9), 1e-9, source
