"""Published answers for the equilibrium model beside ours: Caliendo & Parro (2015), Table 2.

The data are not the project's own: they are read where they are (``$HINTERLAND_TESTDATA`` or
``../shared/testdata``), and without them these rows are left out of the page.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from hinterland.simulate.equilibrium import Economy, Shock, first_order, from_trade, rebase, solve

ROOT = Path(__file__).parents[2]
FOLDER = "caliendo_parro_2015"
MEMBERS = ("Mexico", "Canada", "USA")
TABLE_2 = {
    "terms of trade": (-0.41, -0.11, 0.04),
    "volume of trade": (1.72, 0.04, 0.04),
    "welfare, first order": (1.31, -0.06, 0.08),
    "real wage": (1.72, 0.32, 0.11),
}
EXACT = (0.007, -0.110, 0.074)


def folder() -> Path | None:
    """Return where the data are, or None."""
    given = os.environ.get("HINTERLAND_TESTDATA")
    for base in ([Path(given)] if given else []) + [ROOT.parent / "shared" / "testdata"]:
        if (base / FOLDER / "trade.csv.gz").is_file():
            return base / FOLDER
    return None


def load(where: Path) -> tuple[Economy, np.ndarray]:
    """Return the economy of 1993 with its tariffs, and the tariffs after NAFTA [industry, buyer, seller]."""
    trade, added, inputs, theta = (
        pd.read_csv(where / f"{name}.csv.gz")
        for name in ("trade", "value_added", "intermediate_consumption", "theta")
    )
    industries, regions = list(theta["sector"]), sorted(trade["importer"].unique())
    j, n = len(industries), len(regions)
    flows = trade.set_index(["sector", "importer", "exporter"]).reindex(
        pd.MultiIndex.from_product([industries, regions, regions])
    )
    cube = {k: flows[k].to_numpy().reshape(j, n, n) for k in ("value", "tariff_bln", "tariff_cfl")}
    use = inputs.set_index(["input", "sector", "region"])["value"]
    use = use.reindex(pd.MultiIndex.from_product([industries, industries, regions])).to_numpy()
    made = added.set_index(["sector", "region"])["value"]
    made = made.reindex(pd.MultiIndex.from_product([industries, regions])).to_numpy()
    economy = from_trade(
        cube["value"],
        use.reshape(j, j, n),
        made.reshape(j, n),
        theta["value"].to_numpy(),
        tariff=cube["tariff_bln"],
        regions=regions,
        industries=industries,
    )
    return economy, cube["tariff_cfl"]


def nafta() -> Iterator[tuple[str, float, float, float, str]]:
    """Yield (what, published, ours, tolerance, source)."""
    where = folder()
    if where is None:
        return
    economy, tariff = load(where)
    base = rebase(solve(economy, deficits="removed"))
    found = solve(base, Shock(tariff=tariff), deficits="removed")
    effects = first_order(found)
    ours = {
        "terms of trade": effects.terms_of_trade,
        "volume of trade": effects.volume_of_trade,
        "welfare, first order": effects.welfare,
        "real wage": found.real_wage[:, 0] - 1,
    }
    source = "Caliendo & Parro (2015), Review of Economic Studies 82, Table 2 (zero aggregate deficits)"
    for name, values in ours.items():
        for member, published in zip(MEMBERS, TABLE_2[name], strict=True):
            figure = 100 * float(values[base.regions.index(member)])
            yield f"NAFTA: {name} of {member}, %", published, round(figure, 4), 0.005, source
    for member, published in zip(MEMBERS, EXACT, strict=True):
        figure = 100 * float(found.real_income[base.regions.index(member), 0] - 1)
        yield (
            f"NAFTA: exact real income of {member}, %",
            published,
            round(figure, 4),
            0.0005,
            "the same solution, I'/P'; not a figure of the paper",
        )
