"""Industries founded where there were none: a seed too small to matter, which capacity then grows from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from hinterland.simulate.baseline import Baseline
from hinterland.simulate.equilibrium.calibrate import divide
from hinterland.simulate.equilibrium.economy import Array, Economy
from hinterland.simulate.equilibrium.solve import Solution
from hinterland.simulate.state import State
from hinterland.study import Text

# Output that a seed has, as a share of what is asked for.
SEED = 1e-9


@dataclass(frozen=True, eq=False)
class Founded:
    """Industries that a scenario founds.

    Attributes
    ----------
    economy : Economy
        With the seeds.
    cells : tuple of (industry, region) positions
    donors : array [cell, region]
        Weights of the regions whose technology they have; add to one.
    """

    economy: Economy
    cells: tuple[tuple[int, int], ...]
    donors: Array

    def note(self, base: Baseline) -> Text | None:
        """Say where industries were founded and what was assumed, or None."""
        if not self.cells:
            return None
        named = [
            Text("{i} in {r}", "{r}的{i}").format(
                i=base.study.text("industry", self.economy.industries[j]),
                r=base.study.text("region", self.economy.regions[n]),
            )
            for j, n in self.cells
        ]
        shown, more = named[:6], len(named) - 6
        return Text(
            "Founded where there was none: "
            + ", ".join(t.en for t in shown)
            + (f" and {more} more" if more > 0 else "")
            + ". They have the technology of the origins and sell where the region's other products sell:"
            " assumptions.",
            "从无到有建立的产业："
            + "、".join(t.zh for t in shown)
            + (f"等{len(named)}项" if more > 0 else "")
            + "。假设其采用转出地技术，并销往该地区其他产品的市场。",
        )

    def fill(self, base: Baseline, solution: Solution, case: int, found: dict[str, Array]) -> None:
        """Put the accounts of founded industries into an outcome's variables [region, industry]."""
        table = base.table
        made = table.x.reshape(len(table.regions), -1)
        for (j, n), weights in zip(self.cells, self.donors, strict=True):
            volume = float(solution.volume[j, n, case])
            found["output"][n, j] = volume
            added = float(self.economy.added[j, n] * solution.output[j, n, case])
            found["value_added"][n, j] = added / float(solution.price_index[n, case])
            for name in ("employment", "co2"):
                if name in found:
                    rate = divide(base.accounts[name].to_numpy()[:, j], made[:, j])
                    donated = np.where(weights > 0, rate * weights, 0.0)
                    found[name][n, j] = volume * float(donated.sum())


def found_industries(economy: Economy, base: Baseline, states: list[State]) -> Founded:
    """Seed the industries that moves and builds found.

    Exact hat algebra reckons in ratios to the base year, and nothing has no ratio. So a region that is asked
    to make a product that it does not make starts with `SEED` of the output asked for, too little to move
    the base year, and `shocks.capacity_for` gives it the plants for the rest. Its technology is that of the
    origins of the moves (for builds: of all makers, by output); its share in every market is as its share
    in all products together.
    """
    asked = np.max([state.capacity_change for state in states], axis=0)  # [region, industry]
    cells = [(int(i), int(n)) for n, i in np.argwhere(asked > 0) if economy.output[i, n] <= 0]
    r = len(base.table.regions)
    if not cells:
        return Founded(economy, (), np.zeros((0, r)))
    shares, output = economy.shares.copy(), economy.output.copy()
    added, inputs = economy.added.copy(), economy.inputs.copy()
    flows = economy.shares * economy.spending[:, :, None]
    presence = divide(flows.sum(0), economy.spending.sum(0)[:, None])  # [buyer, seller]
    moved = np.max([state.relocation for state in states], axis=0)  # [industry, origin, host]
    donors = []
    for j, n in cells:
        weights = moved[j, :, n] * (economy.output[j, :r] > 0)
        if weights.sum() <= 0:
            weights = economy.output[j, :r]
        weights = weights / weights.sum()
        donors.append(weights)
        added[j, n] = economy.added[j, :r] @ weights
        inputs[n, j] = weights @ economy.inputs[:r, j]
        total = added[j, n] + inputs[n, j].sum()
        added[j, n], inputs[n, j] = added[j, n] / total, inputs[n, j] / total
        tariff = 0.0 if economy.tariff is None else economy.tariff[j, :, n]
        sold = presence[:, n] * economy.spending[j] / (1 + tariff)
        size = SEED * float(asked[n, j]) / sold.sum()
        shares[j, :, n] = np.where(economy.spending[j] > 0, presence[:, n] * size, 0.0)
        output[j, n] = SEED * float(asked[n, j])
    bought = shares.sum(2, keepdims=True)
    seeded = replace(
        economy,
        shares=divide(shares, bought),
        added=added,
        inputs=inputs,
        output=output,
    )
    return Founded(seeded, tuple(cells), np.array(donors))


def with_founded(
    founded: Founded, base: Baseline, solved: list[tuple[Solution, int]], result: xr.Dataset
) -> xr.Dataset:
    """Return an outcome's result with the accounts of founded industries."""
    if not founded.cells:
        return result
    values = {
        name: result[name].to_numpy().copy()
        for name in ("output", "value_added", "employment", "co2")
        if name in result
    }
    for at, (solution, case) in enumerate(solved):
        founded.fill(base, solution, case, {name: array[at] for name, array in values.items()})
    return result.assign({name: result[name].copy(data=array) for name, array in values.items()})
