"""Calibrate an `Economy` from raw trade data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from hinterland.simulate.equilibrium.economy import Array, Economy, refuse

Stocks = Literal["keep", "drop"]
STOCKS: tuple[Stocks, ...] = get_args(Stocks)


def divide(top: Array, bottom: Array) -> Array:
    """Quotient, 0 where there is nothing to divide by."""
    shape = np.broadcast_shapes(top.shape, bottom.shape)
    found: Array = np.divide(top, bottom, out=np.zeros(shape), where=np.broadcast_to(bottom, shape) > 0)
    return found


def from_trade(
    trade: npt.ArrayLike,
    inputs: npt.ArrayLike,
    value_added: npt.ArrayLike,
    theta: npt.ArrayLike,
    *,
    tariff: npt.ArrayLike | None = None,
    regions: Sequence[str] | None = None,
    industries: Sequence[str] | None = None,
    stocks: Stocks = "drop",
) -> Economy:
    r"""Calibrate from bilateral trade and the use of inputs, as Caliendo & Parro (2015) do.

    Parameters
    ----------
    trade : array [j, n, i]
        Sales of region i to region n (itself included) at the gate, without tariffs; money.
    inputs : array [k, j, n]
        Use of product k by industry j of region n, money.
    value_added : array [j, n]
        Money.
    theta : array [j]
        Trade elasticities.
    tariff : array [j, n, i], optional
        Of buyer n on seller i, fractions.
    stocks : "drop" or "keep"
        Where inputs use more of a product than the region buys, final use would be negative. "drop": none,
        and the shares of final spending are scaled back to one (the paper's way: the data are then no exact
        equilibrium, and a first solve makes them one). "keep": the negative share stays, the data are the
        base year exactly, and it stays out of the price index.

    Returns
    -------
    Economy
        Output is the sum of sales. Coefficients :math:`\gamma` are value added and inputs over their sum.

    Raises
    ------
    StudyError
        Shapes that do not fit, missing or negative values, an industry that sells but has no value added.
    """
    flows = np.asarray(trade, dtype=float)
    if flows.ndim != 3 or flows.shape[1] != flows.shape[2]:
        raise refuse(
            f"Trade has shape {flows.shape}.",
            f"贸易数据的形状为{flows.shape}。",
            "Give it as industry x buyer x seller, with all regions as buyers and as sellers.",
            "请按产业×购买地区×销售地区给出，且各地区同时作为买方和卖方。",
        )
    j, n, _ = flows.shape
    names = tuple(regions) if regions is not None else tuple(f"r{k + 1}" for k in range(n))
    kinds = tuple(industries) if industries is not None else tuple(f"i{k + 1}" for k in range(j))
    use, added = np.asarray(inputs, dtype=float), np.asarray(value_added, dtype=float)
    for what, values, shape in (("inputs", use, (j, j, n)), ("value_added", added, (j, n))):
        if values.shape != shape:
            raise refuse(
                f"{what} has shape {values.shape}; trade calls for {shape}.",
                f"{what}的形状为{values.shape}，按贸易数据应为{shape}。",
                "Use the same industries and regions everywhere.",
                "各数据应采用相同的产业和地区。",
            )
    for what, values in (("trade", flows), ("inputs", use), ("value_added", added)):
        # by-products sold (scrap) are written as negative inputs in some tables; the coefficients are checked
        wrong = ~np.isfinite(values) | ((values < 0) if what != "inputs" else False)
        if wrong.any():
            at = np.argwhere(wrong)[0]
            place = ", ".join(
                (kinds if (what == "inputs" and d < 2) or d == 0 else names)[k] for d, k in enumerate(at)
            )
            raise refuse(
                f"{what} is missing or negative at {place} ({int(wrong.sum())} cells).",
                f"{what}在{place}处缺失或为负（共{int(wrong.sum())}处）。",
                "Complete the data; an absent flow is 0.",
                "请补全数据；没有的流量填0。",
            )
    levied = None if tariff is None else np.asarray(tariff, dtype=float)
    if levied is not None and levied.shape != flows.shape:
        raise refuse(
            f"Tariffs have shape {levied.shape}, trade {flows.shape}.",
            f"关税的形状为{levied.shape}，贸易为{flows.shape}。",
            "Give one tariff per flow.",
            "请为每项流量给出一个关税。",
        )
    output = flows.sum(1)
    made = added + use.sum(0)
    if (bad := (output > 0) & (added <= 0)).any():
        a, b = np.argwhere(bad)[0]
        raise refuse(
            f"{names[b]}/{kinds[a]} sells but has no value added.",
            f"{names[b]}/{kinds[a]}有销售而没有增加值。",
            "Complete its value added, or merge it with another industry.",
            "请补全其增加值，或与其他产业合并。",
        )
    share, need = divide(added, made), divide(use, made[None])
    earned = share * output
    paid = flows if levied is None else flows * (1 + levied)
    spending = paid.sum(2)
    wanted = spending - np.einsum("kjn,jn->kn", need, output)
    return assemble(
        divide(paid, spending[:, :, None]),
        np.asarray(theta, dtype=float),
        share,
        need.transpose(2, 1, 0),
        wanted,
        levied,
        earned.sum(0),
        flows.sum((0, 2)) - output.sum(0),
        spending,
        output,
        names,
        kinds,
        stocks,
    )


def assemble(
    shares: Array,
    theta: Array,
    added: Array,
    inputs: Array,
    wanted: Array,
    tariff: Array | None,
    value_added: Array,
    deficit: Array,
    spending: Array,
    output: Array,
    regions: tuple[str, ...],
    industries: tuple[str, ...],
    stocks: Stocks,
) -> Economy:
    """Turn final use [j, n] into shares by the rule on stocks, and check the whole."""
    if stocks not in STOCKS:
        raise refuse(
            f"There is no rule '{stocks}' for stocks.",
            f"没有名为“{stocks}”的存货规则。",
            f"Use one of: {', '.join(STOCKS)}.",
            f"可选：{'、'.join(STOCKS)}。",
        )
    # rounding of a table must not pass for stocks that run down
    noise = 1e-9 * np.maximum(spending, 0.0)
    used = np.where(np.abs(wanted) <= noise, 0.0, wanted)
    if stocks == "drop":
        used = np.clip(used, 0.0, None)
    total = used.sum(0)
    if (total <= 0).any():
        bad = [regions[k] for k in np.flatnonzero(total <= 0)]
        raise refuse(
            f"There is no final use in {', '.join(bad)}.",
            f"以下地区没有最终使用：{'、'.join(bad)}。",
            "Check inputs against purchases, or merge the region with another.",
            "请核对中间投入与购买，或将该地区与其他地区合并。",
        )
    return Economy(
        shares,
        theta,
        added,
        inputs,
        used / total,
        tariff if tariff is not None and np.any(tariff) else None,
        value_added,
        deficit - deficit.mean(),
        spending,
        output,
        regions,
        industries,
    )
