"""The economy as the disruption model sees it: daily flows, sourcing patterns, inputs, final demand.

An input-output table of R regions x m industries has n = R m rows; a matrix of orders has n x n cells. Two
facts make it unnecessary. Buyers order *products*, so what changes from day to day is an order per product
and buyer [m, n]; and suppliers ration all their customers alike, so what reaches a buyer is its order times
one mean over suppliers. Only the sourcing pattern, which regions a buyer takes a product from, has
R x m x n cells; it is constant and is read once a day. Where all buyers of a region source a product alike
(every table estimated with one pattern per product and region), the pattern has R x m x R cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from hinterland.accounts import IOTable
from hinterland.accounts.table import ABROAD
from hinterland.study import StudyError, Text

Array = npt.NDArray[np.float64]

# Patterns of a region's buyers that differ by less than this are one pattern.
ALIKE = 1e-9


def to_numpy(values: Any) -> Array:
    """Bring an array of any namespace to NumPy."""
    if hasattr(values, "get") and not isinstance(values, np.ndarray):
        values = values.get()  # CuPy
    if hasattr(values, "cpu"):
        values = values.cpu()  # PyTorch
    return np.asarray(values, dtype=np.float64)


@dataclass(frozen=True)
class System:
    r"""Daily flows and constant patterns; arrays of one array namespace.

    Attributes
    ----------
    regions, industries : tuple of str
    output : array [n]
        Baseline gross output :math:`x_0`, money a day.
    inputs : array [m, n]
        :math:`a_{ij}`: product i per unit of output of buyer j, whatever its origin.
    sourcing : array [m, R, g]
        :math:`T_{irb}`: share of region r in the purchases of product i by buyer b; g = n buyers, or R where
        all buyers of a region source alike. Columns sum to 1; where the buyer buys none, it is the pattern
        of its region's industries, else of its final demand, else of national output.
    final : array [n, R]
        Final demand of each region's market by supplier, money a day, at least 0.
    abroad : array [n]
        Exports, money a day.
    drawn : array [n]
        What is sold out of stocks rather than made (negative final demand), money a day.
    added : array [n]
        Value added per unit of output.
    days : float
        Days in a year.
    unit : str
    xp : array namespace
    """

    regions: tuple[str, ...]
    industries: tuple[str, ...]
    output: Any
    inputs: Any
    sourcing: Any
    final: Any
    abroad: Any
    drawn: Any
    added: Any
    days: float
    unit: str
    xp: Any

    @property
    def pooled(self) -> bool:
        """Whether all buyers of a region source a product alike."""
        return bool(self.sourcing.shape[2] == len(self.regions) and len(self.industries) > 1)

    @property
    def size(self) -> tuple[int, int, int]:
        """R, m, n."""
        r, m = len(self.regions), len(self.industries)
        return r, m, r * m

    def to(self, xp: Any, device: Any = None, dtype: Any = None) -> System:
        """Return the same system as arrays of another namespace (an array-API namespace such as CuPy's)."""
        kind = xp.float64 if dtype is None else dtype
        names = ("output", "inputs", "sourcing", "final", "abroad", "drawn", "added")
        moved = {
            name: xp.asarray(np.asarray(getattr(self, name)), dtype=kind, device=device) for name in names
        }
        return replace(self, **moved, xp=xp)


def _local(flows: Array, final: Array, output: Array) -> Array:
    """Where a region's buyers together take a product from [R, m, R]: what stands in where one buys none."""
    r, m, n = flows.shape
    nation = output.reshape(r, m)
    whole = nation.sum(0)
    nation = np.divide(nation, whole, out=np.full((r, m), 1.0 / r), where=whole > 0)
    local = np.repeat(nation[:, :, None], r, 2)
    for bought in (final, flows.reshape(r, m, r, n // r).sum(3)):  # what industries buy comes before
        sold = bought.sum(0)
        np.divide(bought, sold, out=local, where=sold > 0)
    return local


def _pattern(flows: Array, bought: Array, local: Array, product: int, out: Array) -> Array:
    """Shares of suppliers of one product [R, n], written to `out`."""
    r, _, n = flows.shape
    out.reshape(r, r, n // r)[:] = local[:, product, :, None]
    np.divide(flows[:, product], bought[product], out=out, where=bought[product] > 0)
    return out


def _sourcing(flows: Array, bought: Array, local: Array, pool: bool) -> Array:
    """One pattern per product and region [m, R, R] where a region's buyers are alike, else [m, R, n].

    A product at a time: a table of thousands of rows is not copied more than it must be.
    """
    r, m, n = flows.shape
    block = np.empty((r, n))
    pooled = np.empty((m, r, r))
    for i in range(m if pool and m > 1 else 0):
        shares = _pattern(flows, bought, local, i, block).reshape(r, r, n // r)
        weight = bought[i].reshape(r, n // r)
        total = weight.sum(1)
        mean = np.divide((shares * weight).sum(2), total, out=local[:, i].copy(), where=total > 0)
        if float((np.abs(shares - mean[..., None]) * (weight > 0)).max()) > ALIKE:
            break
        pooled[i] = mean
    else:
        if pool and m > 1:
            return pooled
    whole = np.empty((m, r, n))
    for i in range(m):
        _pattern(flows, bought, local, i, whole[i])
    return whole


def _refuse_negative(flows: Array, table: IOTable) -> None:
    if flows.size and float(flows.min()) < 0:
        bad = np.argwhere(flows < 0)
        cells = [f"{table.name(a)} → {table.name(b)} ({flows[a, b]:.4g})" for a, b in bad[:4]]
        raise StudyError(
            Text(
                f"Deliveries between industries are negative, which cannot be rationed: {'; '.join(cells)}.",
                f"产业间流量为负，无法进行配给：{'；'.join(cells)}。",
            ),
            Text(
                "Rebalance the table without negative inputs, or net them out.",
                "请重新平衡投入产出表以消除负的中间投入，或将其抵销。",
            ),
        )


def system(table: IOTable, days: float = 365.0, pool: bool = True) -> System:
    """Read a table as daily flows and constant patterns.

    Parameters
    ----------
    table : IOTable
        Annual flows. Inputs from abroad are taken to be always there.
    days : float
        Days in a year.
    pool : bool
        False keeps a pattern for every buyer even where a region's buyers are alike.

    Raises
    ------
    StudyError
        Negative deliveries between industries, or final demand without regions.
    """
    r, m = len(table.regions), len(table.industries)
    n = r * m
    _refuse_negative(table.Z, table)
    flows = table.Z.reshape(r, m, n)
    bought = flows.sum(0)
    x = table.x
    place = {region: k for k, region in enumerate(table.regions)}
    final, abroad = np.zeros((n, r)), np.zeros(n)
    for c, (region, category) in enumerate(table.final):
        positive = np.maximum(table.Y[:, c], 0.0)
        if category in ABROAD or region not in place:
            abroad += positive
        else:
            final[:, place[region]] += positive
    # whatever keeps a row from balancing to the last digit counts as demand from outside or out of stocks
    rest = x - table.Z.sum(1) - final.sum(1) - abroad
    added = table.V.sum(0)
    local = _local(flows, final.reshape(r, m, r), x)
    return System(
        regions=table.regions,
        industries=table.industries,
        output=x / days,
        inputs=np.divide(bought, x, out=np.zeros_like(bought), where=x > 0),
        sourcing=_sourcing(flows, bought, local, pool),
        final=final / days,
        abroad=(abroad + np.maximum(rest, 0.0)) / days,
        drawn=np.maximum(-rest, 0.0) / days,
        added=np.divide(added, x, out=np.zeros(n), where=x > 0),
        days=days,
        unit=table.unit,
        xp=np,
    )


def by_supplier(xp: Any, values: Any, regions: int, industries: int) -> Any:
    """Turn [B, n] into [m, B, R], so that every product finds its suppliers side by side."""
    shaped = xp.reshape(values, (values.shape[0], regions, industries))
    return xp.permute_dims(shaped, (2, 0, 1))


def by_row(xp: Any, values: Any) -> Any:
    """Turn [m, B, R] into [B, n]; the inverse of `by_supplier`."""
    m, batch, r = values.shape
    return xp.reshape(xp.permute_dims(values, (1, 2, 0)), (batch, r * m))


def cells(found: System, names: Sequence[tuple[str, str]]) -> Array:
    """Positions of (region, industry) pairs."""
    at = {pair: k for k, pair in enumerate((r, i) for r in found.regions for i in found.industries)}
    return np.array([at[pair] for pair in names])
