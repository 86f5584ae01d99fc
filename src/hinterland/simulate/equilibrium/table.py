"""Calibrate an `Economy` from an input-output table, with the world abroad as one more region."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hinterland.accounts import IOTable
from hinterland.accounts.table import ABROAD
from hinterland.simulate.equilibrium.calibrate import from_trade
from hinterland.simulate.equilibrium.economy import Array, Economy, refuse

ABROAD_REGION = "abroad"
# Stocks that run down may leave a flow between two regions below zero; more than this share of all trade is
# a fault of the table.
NEGATIVE = 1e-3


@dataclass(frozen=True, eq=False)
class Imported:
    """Imports from abroad by product, where they are known.

    Attributes
    ----------
    inputs : array [product, region, industry]
        Money; adds over products to the table's imports.
    final : array [product, region]
        Imports for final use, money; the table of home deliveries does not hold them.
    """

    inputs: Array
    final: Array


def from_table(
    table: IOTable,
    theta: npt.ArrayLike,
    *,
    imported: Imported | None = None,
    market_share: float = 0.05,
) -> Economy:
    r"""Calibrate from any input-output table with final demand by region.

    Users of a product in a region buy it from the same regions in the same proportions, as the model needs:
    trade is the table's flows summed over users, so output, value added, inputs by product and trade
    between regions are the table's own. The world abroad is added as a region ``abroad`` where the table has
    exports or imports:

    - It buys the exports of every region and sells the imports.
    - Imports by product are `imported`; without it an industry's imported inputs are spread over products as
      its home inputs times the products' export shares (what is traded abroad is imported from abroad).
    - It also serves itself: of each product it spends the larger of exports and imports over `market_share`.
      So the regions hold at most that share of its market, and foreign demand answers to their prices.
    - It makes everything with its own factors alone (its inputs are within its value added).

    Negative final use (stocks that run down) stays as a fixed share of the region's final spending, outside
    the price index. Where it leaves a flow below zero, the flow is nothing and the seller's other flows are
    scaled, so that output is kept.

    Parameters
    ----------
    table : IOTable
    theta : array [industry] or number
    imported : Imported, optional
    market_share : float
        Within 0 and 1.

    Raises
    ------
    StudyError
        Final demand not by region, an industry with output but no value added, negative flows beyond
        rounding.
    """
    r, n = len(table.regions), len(table.industries)
    elasticity = np.broadcast_to(np.asarray(theta, dtype=float), (n,)).copy()
    if not 0 < market_share < 1:
        raise refuse(
            f"The share of the regions in the market abroad is {market_share}.",
            f"各地区在国外市场的份额为{market_share}。",
            "Give a share between 0 and 1.",
            "请给出0与1之间的份额。",
        )
    trade = np.array(table.trade.transpose(0, 2, 1))  # [product, to, from]
    trade = _without_negatives(table, trade)
    inputs = table.Z.reshape(r, n, r, n).sum(0).transpose(0, 2, 1)  # [product, industry, region]
    added = table.V.sum(0).reshape(r, n).T
    bought = table.imports.reshape(r, n)
    abroad = [category in ABROAD for _, category in table.final]
    exports = table.Y[:, abroad].sum(1).reshape(r, n).T  # [product, region]
    if (exports < 0).any():
        j, k = np.argwhere(exports < 0)[0]
        raise refuse(
            f"Exports of {table.industries[j]} from {table.regions[k]} are negative.",
            f"{table.regions[k]}的{table.industries[j]}出口为负。",
            "Correct the exports of the table.",
            "请更正该表的出口。",
        )
    if imported is None:
        imported = Imported(_spread(inputs, bought, exports, trade), np.zeros((n, r)))
    outside = exports.any() or imported.inputs.any() or imported.final.any()
    use = inputs + imported.inputs.transpose(0, 2, 1)
    if not outside:
        return from_trade(
            trade,
            use,
            added,
            elasticity,
            regions=table.regions,
            industries=table.industries,
            stocks="keep",
        )
    if ABROAD_REGION in table.regions:
        raise refuse(
            f"A region of the table is called '{ABROAD_REGION}'.",
            f"表中有名为“{ABROAD_REGION}”的地区。",
            "Give it another code.",
            "请更换其代码。",
        )
    brought = imported.inputs.sum(2) + imported.final  # [product, region]
    if (brought < 0).any():
        j, k = np.argwhere(brought < 0)[0]
        raise refuse(
            f"Imports of {table.industries[j]} to {table.regions[k]} are negative.",
            f"{table.regions[k]}的{table.industries[j]}进口为负。",
            "Correct the imports.",
            "请更正进口。",
        )
    sold = exports.sum(1)
    home = np.maximum(sold, brought.sum(1)) / market_share - sold
    flows = np.zeros((n, r + 1, r + 1))
    flows[:, :r, :r] = trade
    flows[:, :r, r] = brought
    flows[:, r, :r] = exports
    flows[:, r, r] = home
    made = np.zeros((n, n, r + 1))
    made[:, :, :r] = use
    factor = np.concatenate([added, flows[:, :, r].sum(1)[:, None]], axis=1)
    return from_trade(
        flows,
        made,
        factor,
        elasticity,
        regions=(*table.regions, ABROAD_REGION),
        industries=table.industries,
        stocks="keep",
    )


def _without_negatives(table: IOTable, trade: Array) -> Array:
    """Take flows below zero out, the seller's other flows making up for them."""
    low = trade < 0
    if not low.any():
        return trade
    if -trade[low].sum() > NEGATIVE * trade[~low].sum():
        j, n, i = np.argwhere(low)[int(np.argmin(trade[low]))]
        raise refuse(
            f"Sales of {table.industries[j]} from {table.regions[i]} to {table.regions[n]} are negative"
            f" ({trade[j, n, i]:.6g}; {int(low.sum())} such flows).",
            f"{table.regions[i]}向{table.regions[n]}销售的{table.industries[j]}为负"
            f"（{trade[j, n, i]:.6g}；共{int(low.sum())}项）。",
            "Move negative final demand (stocks, subsidies) to value added or to another category.",
            "请将负的最终需求（存货、补贴）移入增加值或其他类别。",
        )
    kept = np.where(low, 0.0, trade)
    total, left = trade.sum(1, keepdims=True), kept.sum(1, keepdims=True)
    scaled: Array = kept * np.divide(np.clip(total, 0.0, None), left, out=np.ones_like(total), where=left > 0)
    return scaled


def _spread(inputs: Array, bought: Array, exports: Array, trade: Array) -> Array:
    """Imported inputs by product, industry's home inputs times export shares; [product, region, industry]."""
    made = exports.sum(1) + trade.sum((1, 2))
    open_ = np.divide(exports.sum(1), made, out=np.zeros_like(made), where=made > 0)
    key = inputs.transpose(0, 2, 1) * open_[:, None, None]
    key = np.where(key.sum(0) > 0, key, inputs.transpose(0, 2, 1))
    key = np.where(key.sum(0) > 0, key, 1.0)  # an industry without home inputs: all products alike
    positive = np.clip(key, 0.0, None)
    found: Array = positive / positive.sum(0) * bought
    return found
