"""The equilibrium model: the published case, and an economy of 300 regions and 42 industries."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.figure import Figure, median_seconds

if TYPE_CHECKING:
    from hinterland.simulate.equilibrium import Economy

REGIONS, INDUSTRIES, RUNS = 300, 42, 5
DOCS = Path(__file__).parents[1] / "docs" / "_ext"


def invent() -> Economy:
    """Regions on a plane that trade by gravity, with input-output links and deficits."""
    from hinterland.simulate.equilibrium import from_trade

    n, j = REGIONS, INDUSTRIES
    rng = np.random.default_rng(7)
    size, place = rng.lognormal(0.0, 1.0, n) * 100, rng.random((n, 2))
    distance = np.sqrt(((place[:, None] - place) ** 2).sum(-1)) + 0.05
    trade = size[None, :, None] * size[None, None, :] * rng.lognormal(0.0, 0.7, (j, 1, n))
    trade *= distance[None] ** -1.2
    trade[:, np.arange(n), np.arange(n)] *= 6
    trade *= 1e4 / trade.sum()
    output = trade.sum(1)
    share, mix = rng.uniform(0.25, 0.6, (j, n)), rng.random((j, j)) ** 3
    inputs = (mix / mix.sum(0))[:, :, None] * ((1 - share) * output)[None]
    inputs *= np.minimum(1.0, 0.8 * trade.sum(2) / inputs.sum(1))[:, None, :]
    return from_trade(trade, inputs, output - inputs.sum(0), rng.uniform(2.0, 9.0, j), stocks="keep")


def measure() -> list[Figure]:
    from hinterland.simulate.equilibrium import Shock, rebase, solve

    economy = invent()
    scale = np.ones((INDUSTRIES, REGIONS))
    scale[5:15, :100] = 1.2
    boost = Shock(productivity=scale)
    cost = np.ones((INDUSTRIES, REGIONS, REGIONS))
    cost[5:15, :100, 100:] = 0.9
    cheaper = Shock(cost=cost)
    how = f"{REGIONS} regions x {INDUSTRIES} industries, converged to 1e-11, median of {RUNS}, one thread"

    def pair() -> None:
        solve(economy, deficits="removed")
        solve(economy, boost)

    figures = [
        Figure(
            "time of a baseline without deficits and a counterfactual, 300 regions x 42 industries",
            median_seconds(pair, RUNS),
            "s",
            1.0,
            f"equilibrium.solve twice: deficits removed; productivity of 1000 cells up by a fifth; {how}",
        ),
        Figure(
            "time of a counterfactual of trade costs, 300 regions x 42 industries",
            median_seconds(lambda: solve(economy, cheaper), RUNS),
            "s",
            1.0,
            f"equilibrium.solve: 200,000 trade costs down by a tenth; {how}",
        ),
    ]
    sys.path.insert(0, str(DOCS))
    import equilibrium_comparisons

    where = equilibrium_comparisons.folder()
    if where is None:
        return figures
    world, tariff = equilibrium_comparisons.load(where)

    def published() -> None:
        base = rebase(solve(world, deficits="removed"))
        solve(base, Shock(tariff=tariff), deficits="removed")

    rows = list(equilibrium_comparisons.nafta())
    gap = max(abs(row[1] - row[2]) for row in rows if row[3] == 0.005)
    return [
        *figures,
        Figure(
            "time of baseline and counterfactual of Caliendo & Parro (2015)",
            median_seconds(published, RUNS),
            "s",
            0.4,
            f"31 regions x 40 industries with tariffs, converged to 1e-11, median of {RUNS}, one thread",
        ),
        Figure(
            "largest gap to Table 2 of Caliendo & Parro (2015)",
            round(gap, 5),
            "percentage points",
            0.005,
            "terms and volume of trade, first-order welfare, real wage; Mexico, Canada and the USA",
        ),
    ]
