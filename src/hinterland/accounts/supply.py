r"""The table read from the side of supply: Ghosh's model and Leontief's prices, by the same factorisation.

With allocation coefficients :math:`B = \hat x^{-1} Z` the Ghosh inverse :math:`G = (I - B)^{-1}` is similar
to
Leontief's, :math:`G = \hat x^{-1} L \hat x`, so nothing new is factorised. References: Ghosh (1958),
Economica
25; Dietzenbacher (1997), Journal of Regional Science 37 (its reading as a model of prices); Miller & Blair
(2009), chapter 12 and section 2.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from hinterland.accounts.checks import refuse, some
from hinterland.study import Text

if TYPE_CHECKING:
    from hinterland.accounts.table import IOTable

Array = npt.NDArray[np.float64]


def allocation(table: IOTable) -> Array:
    """Allocation coefficients B = x^-1 Z [n, n]: shares of each row's output; 0 where there is no output."""
    share = np.divide(1.0, table.x, out=np.zeros_like(table.x), where=table.x > 0)
    coefficients: Array = table.Z * share[:, None]
    return coefficients


def _vector(table: IOTable, values: npt.ArrayLike, what: Text) -> Array:
    given = np.asarray(values, dtype=np.float64)
    if given.shape != table.x.shape or not np.all(np.isfinite(given)):
        raise refuse(
            Text(
                "{what} has shape {shape} for {n} industries, or holds missing values.",
                "{what}的形状为{shape}（产业数{n}），或含缺失值。",
            ),
            Text(
                "Give a finite value for every industry of each region.", "请为每个地区的每个产业给出有限值。"
            ),
            what=what,
            shape=given.shape,
            n=len(table.x),
        )
    return given


def ghosh(table: IOTable, v: npt.ArrayLike) -> Array:
    r"""Gross output that primary inputs v support if outputs are allocated in fixed shares.

    .. math:: x' = v' (I - B)^{-1}

    Parameters
    ----------
    table : IOTable
    v : array [n]
        Primary inputs (value added and imports) by industry, money.

    Returns
    -------
    array [n]
        Money. With the table's own primary inputs: its gross output.

    Raises
    ------
    StudyError
        Missing values; primary inputs of an industry without output, which allocates nothing.
    """
    given = _vector(table, v, Text("Primary input", "初始投入"))
    lost = np.flatnonzero((table.x <= 0) & (given != 0))
    if lost.size:
        raise refuse(
            Text(
                "Primary inputs of industries without output: {which}.", "无产出的产业有初始投入：{which}。"
            ),
            Text("Set them to 0.", "请置为0。"),
            which=some(table.name, lost),
        )
    share = np.divide(given, table.x, out=np.zeros_like(given), where=table.x > 0)
    supported: Array = table.solve_left(share) * table.x
    return supported


def supply_multipliers(table: IOTable) -> Array:
    r"""Row sums of the Ghosh inverse [n]: output supported by a unit of the row's primary input.

    .. math:: G 1 = \hat x^{-1} L x

    NaN where there is no output. Miller & Blair (2009), section 12.1.3.
    """
    reached = table.solve(table.x)
    return np.divide(reached, table.x, out=np.full_like(table.x, np.nan), where=table.x > 0)


def price_change(table: IOTable, cost: npt.ArrayLike) -> Array:
    r"""Relative change of prices if primary costs change and are passed on in full.

    .. math:: \Delta p' = \Delta c' (I - A)^{-1}

    Parameters
    ----------
    table : IOTable
    cost : array [n]
        Change of primary cost per unit of output (0.01: one hundredth of the output's value).

    Returns
    -------
    array [n]
        Relative change of price; NaN where there is no output.

    References
    ----------
    Miller & Blair (2009), section 2.6.
    """
    given = _vector(table, cost, Text("Cost", "成本"))
    change: Array = np.where(table.x > 0, table.solve_left(np.where(table.x > 0, given, 0.0)), np.nan)
    return change
