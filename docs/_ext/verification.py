"""Each published answer beside ours. The page and a test both come from here, so neither can go stale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr
from analysis_comparisons import analysis
from chain_comparisons import value_chains
from choice_comparisons import choices
from complexity_comparisons import complexity_comparisons
from disruption_comparisons import disruption
from equilibrium_comparisons import nafta
from host_comparisons import hosting
from location_comparisons import location
from measure_comparisons import measures
from monitor_comparisons import monitoring
from policy_comparisons import policies
from risk_comparisons import risks
from safeguard_comparisons import safeguards
from scenario_comparisons import scenarios
from transfer_comparisons import transfers

import hinterland as hl


@dataclass(frozen=True)
class Comparison:
    """One figure: as published (or as an identity demands) and as we reckon it."""

    what: str
    published: float
    ours: float
    tolerance: float
    source: str

    @property
    def holds(self) -> bool:
        return bool(abs(self.published - self.ours) <= self.tolerance)


def comparisons() -> list[Comparison]:
    """Return all comparisons; ours is rounded for reading only after the comparison's tolerance allows it."""
    return [
        *_location_quotient(),
        *_shift_share(),
        *(Comparison(*row) for row in measures()),
        *_leontief(),
        *(Comparison(*row) for row in analysis()),
        *(Comparison(*row) for row in value_chains()),
        *(Comparison(*row) for row in location()),
        *(Comparison(*row) for row in hosting()),
        *(Comparison(*row) for row in transfers()),
        *(Comparison(*row) for row in disruption()),
        *(Comparison(*row) for row in nafta()),
        *(Comparison(*row) for row in scenarios()),
        *(Comparison(*row) for row in complexity_comparisons()),
        *(Comparison(*row) for row in monitoring()),
        *(Comparison(*row) for row in policies()),
        *(Comparison(*row) for row in risks()),
        *(Comparison(*row) for row in safeguards()),
        *(Comparison(*row) for row in choices()),
        *_balancing(),
        *_southwest(),
    ]


def _location_quotient() -> Iterator[Comparison]:
    inside, total, industry, everyone = 1714.0, 79006.0, 879213.0, 15593224.0
    jobs = xr.DataArray(
        [
            [inside, total - inside],
            [industry - inside, everyone - total - (industry - inside)],
        ],
        {"region": ["here", "elsewhere"], "industry": ["one", "rest"]},
        ("region", "industry"),
    )
    ours = float(hl.measure.quotient(jobs).sel(region="here", industry="one"))
    yield Comparison(
        "Location quotient of one industry",
        0.3847623,
        round(ours, 9),
        5e-8,
        "Farhauer & Kröll (2013), as printed in the manual of the R package REAT",
    )


def _shift_share() -> Iterator[Comparison]:
    start, end = np.array([90.0, 20, 10, 60]), np.array([100.0, 40, 10, 55])
    nation_start, nation_end = np.array([400.0, 150, 150, 400]), np.array([440.0, 210, 135, 480])
    labels = {"region": ["A", "rest"], "industry": list("1234")}
    before = xr.DataArray(np.stack([start, nation_start - start]), labels, ("region", "industry"))
    after = xr.DataArray(np.stack([end, nation_end - end]), labels, ("region", "industry"))
    source = "Farhauer & Kröll (2013), as printed in the manual of the R package REAT"
    for name, effect, published in (
        ("national", hl.measure.national_effect, 27.0),
        ("mix", hl.measure.mix_effect, 1.0),
        ("competitive", hl.measure.competitive_effect, -3.0),
    ):
        ours = float(effect(before, after).sel(region="A").sum())
        yield Comparison(f"Shift-share of four industries: {name}", published, round(ours, 9), 1e-9, source)


def _leontief() -> Iterator[Comparison]:
    table = hl.accounts.IOTable.from_arrays([[150.0, 500.0], [200.0, 100.0]], [350.0, 1700.0])
    source = "Miller & Blair (2009), Input-Output Analysis, section 2.3"
    for column, demand in enumerate(np.eye(2)):
        for row, ours in enumerate(np.asarray(table.solve(demand))):
            published = ((1.2541, 0.3300), (0.2640, 1.1221))[row][column]
            name = f"Leontief inverse, row {row + 1}, column {column + 1}"
            yield Comparison(name, published, round(float(ours), 6), 5e-5, source)
    for row, ours in enumerate(np.asarray(table.solve(np.array([600.0, 1500.0])))):
        name = f"Output of sector {row + 1} for final demand (600, 1500)"
        yield Comparison(name, (1247.52, 1841.58)[row], round(float(ours), 4), 5e-3, source)


def _balancing() -> Iterator[Comparison]:
    prior = [[7.0, 3, 5, -3], [2, 9, 8, 0], [-2, 0, 2, 0]]
    ours = hl.accounts.gras(prior, [15, 26, -1], [9, 16, 17, -2]).matrix
    published = {
        (0, 0): 8.424340881,
        (0, 1): 3.375237362,
        (0, 2): 5.200422021,
        (1, 0): 3.000997078,
        (1, 1): 12.624763744,
        (1, 2): 10.374239178,
        (2, 0): -2.425339135,
        (2, 2): 1.425339135,
    }
    for (row, column), value in published.items():
        yield Comparison(
            f"GRAS of a table with negative entries, row {row + 1}, column {column + 1}",
            value,
            round(float(ours[row, column]), 9),
            5e-6,
            "example of Junius & Oosterhaven (2003), as an R implementation of GRAS prints it",
        )


def _southwest() -> Iterator[Comparison]:
    study = hl.open_study("southwest")
    shares = hl.measure.host_share(study).frame.set_index("year")["host_share"] * 100
    published = {1997: 10.86, 2002: 9.40, 2007: 9.14, 2012: 10.19, 2017: 11.71}
    for year, share in published.items():
        yield Comparison(
            f"Southwest's share of national gross output, {year}, %",
            share,
            round(float(shares[year]), 4),
            5e-3,
            "Chen et al. (2023), doi 10.1038/s41597-023-02183-2, summed",
        )
    added = float(study["io_value_added"].sum())
    yield Comparison(
        "National value added, 2017, in 100 million CNY",
        823216.0,
        round(added, 1),
        0.5,
        "National Bureau of Statistics, Input-Output Table of China 2017",
    )
    sales = study["io_domestic"].sum("industry") + study["final_domestic"].sum("category")
    inputs = (study["io_domestic"] + study["io_imported"]).sum("row") + study["io_value_added"].sum("item")
    gap = np.abs(sales.to_numpy() - inputs.to_numpy()).max() / inputs.to_numpy().max()
    yield Comparison(
        "National table: largest gap of sales and inputs, share of the largest output",
        0.0,
        float(f"{gap:.2g}"),
        1.6e-8,
        "Accounting identity",
    )
    completed = hl.accounts.complete(study)
    table = hl.accounts.estimate_mrio(completed)
    output = completed["output"].transpose("region", "industry").to_numpy().ravel()
    rows = table.Z.sum(axis=1) + table.Y.sum(axis=1)
    off = np.abs(rows - output).max() / output.max()
    yield Comparison(
        "Interregional table: largest gap of row sums and output, relative",
        0.0,
        float(f"{off:.2g}"),
        1e-9,
        "Accounting identity",
    )
