"""What the disruption kernel works on: constants laid out by product, and the state of B runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hinterland.simulate.disruption.parameters import Parameters
from hinterland.simulate.disruption.system import System, by_row, to_numpy

# A stock in this many days of use stands for one that cannot run out.
ENDLESS = 1e30
# Doubles that the state of a block of products, and its patterns, may hold in NumPy: more would not stay in
# the cache, fewer would make more calls.
BLOCK, PATTERNS = 32_768, 262_144


@dataclass
class Kit:
    r"""What stays the same from day to day: the system and the parameters, laid out for the kernel.

    Products are reordered: those that are stocked come first (`stocked` of them), then those that never bind.
    """

    system: System
    parameters: Parameters
    order: tuple[int, ...]
    stocked: int
    blocks: tuple[tuple[int, int], ...]
    inputs: Any  # [m, n]
    sourcing: Any  # [m, R, g]
    target: Any  # [stocked, B, 1] days
    alert: Any  # [stocked, B, 1] days
    restore: Any  # [stocked, B, 1] share of a gap reordered in a day
    substitution: Any  # [m, B, 1], in the industries' own order
    final: Any  # [R, n] or [B, R, n]
    idle: Any  # [B, n] capacity above baseline output, money a day
    reserve: Any  # [B, n] part of it that is held on purpose, with stocks of its own; or None
    shifting: bool
    substituting: bool
    responding: bool
    added_base: Any  # [R]
    noise: float  # scarcity below this share of demand is rounding


@dataclass
class State:
    r"""State at the end of a day; `stock` and `order` are divided by the input coefficient.

    Attributes
    ----------
    output : array [B, n]
        :math:`x`, money a day.
    capacity_factor : array [B, n]
        :math:`\alpha`.
    stock : array [stocked, B, n]
        :math:`S_{ij}/a_{ij}`: output of buyer j that its stock of product i suffices for.
    order : array [stocked, B, n]
        :math:`G_{ij}/(a_{ij} D_{ij})`: yesterday's order, over the mean weight of its suppliers.
    weight : array [m, B, R]
        Weight of each supplier in yesterday's orders.
    orders : array [B, n]
        What industries ordered from each supplier yesterday.
    limit : array [B, n]
        Largest output that the stocks allow.
    income : array [B, R]
        Value added of regions relative to the baseline.
    shipped : array [B, n]
        Share of yesterday's final and rebuilding demand that was served.
    capacity, wanted : array [B, n]
        Capacity and demand of the day.
    goal : array [B, n]
        Output that stocks should be good for.
    level : array [B, R]
        Final demand of regions relative to the baseline, by `Parameters.household_response`.
    binding : array [B, n] or None
        Position (in the kit's order) of the product whose stock sets the limit.
    """

    output: Any
    capacity_factor: Any
    stock: Any
    order: Any
    weight: Any
    orders: Any
    limit: Any
    income: Any
    shipped: Any
    capacity: Any
    wanted: Any
    level: Any
    goal: Any
    day: int = 0
    binding: Any = None


def _blocks(first: int, last: int, size: int) -> tuple[tuple[int, int], ...]:
    return tuple((lo, min(lo + size, last)) for lo in range(first, last, size))


def prepare(
    found: System, given: Parameters, demand: Any = None, reserve: Any = None, device: Any = None
) -> Kit:
    """Lay out a system and B parameter sets for the kernel.

    Parameters
    ----------
    found : System
    given : Parameters
        In the system's namespace.
    demand : array [B, n, R], optional
        Final demand relative to the baseline.
    reserve : array [B, n], optional
        Idle capacity on top of the baseline's, money a day.
    """
    xp = found.xp
    r, m, n = found.size
    batch = given.count
    days = to_numpy(given.inventory_days)
    endless = np.isinf(days[0])
    order = tuple(int(k) for k in np.argsort(endless, kind="stable"))
    stocked = int((~endless).sum())
    same = order == tuple(range(m))

    def ordered(values: Any) -> Any:
        return values if same else xp.stack([values[k, ...] for k in order])

    def by_product(values: Any) -> Any:
        return xp.permute_dims(values, (1, 0))[..., None]

    target = ordered(by_product(given.inventory_days))[:stocked, ...]
    alert = target * given.inventory_alert[None, ...]
    # less than a day's use in stock cannot be used in a day, whatever the alert
    alert = xp.where(alert < 1.0, xp.ones_like(alert), alert)
    final = xp.permute_dims(found.final, (1, 0))
    if demand is not None:
        final = final[None, ...] * xp.permute_dims(demand, (0, 2, 1))
    cells, shares = batch * n, r * found.sourcing.shape[2]
    size = m if xp is not np else max(1, min(BLOCK // cells, PATTERNS // shares))
    pieces = _blocks(0, stocked, size) + _blocks(stocked, m, size)
    base = xp.sum(xp.reshape(found.added * found.output, (r, m)), axis=1)
    idle = given.spare * found.output[None, :]
    return Kit(
        system=found,
        parameters=given,
        order=order,
        stocked=stocked,
        blocks=pieces,
        inputs=ordered(found.inputs),
        sourcing=ordered(found.sourcing),
        target=target,
        alert=alert,
        restore=1.0 / ordered(by_product(given.inventory_restore))[:stocked, ...],
        substitution=by_product(given.substitution),
        final=final,
        idle=idle if reserve is None else idle + reserve,
        reserve=reserve,
        shifting=bool(np.any(to_numpy(given.reordering) > 0)),
        substituting=bool(np.any(to_numpy(given.substitution) > 0)),
        responding=bool(np.any(to_numpy(given.household_response) > 0)),
        added_base=base,
        noise=100.0 * float(xp.finfo(found.output.dtype).eps),
    )


def start(kit: Kit) -> State:
    """Return the baseline state: stocks at their targets, orders as in the accounts."""
    found, given = kit.system, kit.parameters
    xp = found.xp
    m = len(found.industries)
    batch = given.count
    ones = xp.ones_like(given.inventory_alert)  # [B, 1]
    x = ones * found.output[None, :]
    level = x[None, ...]
    stock = kit.target * (level if kit.reserve is None else level + kit.reserve[None, ...])
    free = kit.inputs[: kit.stocked, None, :] <= given.input_threshold
    # Inputs too small to matter, and none at all, never run out.
    stock = xp.where(free, xp.full_like(stock, ENDLESS), stock)
    order = stock * 0 + level if kit.stocked else stock
    state = State(
        output=x,
        capacity_factor=xp.ones_like(x),
        stock=stock,
        order=order,
        weight=xp.stack([xp.ones_like(ones * xp.ones_like(kit.added_base)[None, :])] * m),
        orders=x * 0,
        limit=x * 0 + ENDLESS,
        income=ones * xp.ones_like(kit.added_base)[None, :],
        shipped=xp.ones_like(x),
        capacity=x,
        wanted=x,
        level=ones * xp.ones_like(kit.added_base)[None, :],
        goal=x,
    )
    pieces = [
        xp.matmul(
            of_groups(kit, kit.inputs[lo:hi, None, :] * level, batch),
            xp.matrix_transpose(kit.sourcing[lo:hi, ...]),
        )
        for lo, hi in kit.blocks
    ]
    state.orders = assemble(kit, pieces)
    state.limit = stock_limit(kit, state)
    return state


def stock_limit(kit: Kit, state: State) -> Any:
    """Largest output that stocks allow [B, n]."""
    if not kit.stocked:
        return state.limit
    return kit.system.xp.min(state.stock / kit.alert, axis=0)


def assemble(kit: Kit, pieces: list[Any]) -> Any:
    """Put the products' sums [b, B, R], in the kit's order, together as [B, n]."""
    xp = kit.system.xp
    joined = xp.concat(pieces, axis=0)
    if kit.order != tuple(range(len(kit.order))):
        back = np.argsort(np.asarray(kit.order))
        joined = xp.stack([joined[int(k), ...] for k in back])
    return by_row(xp, joined)


def of_groups(kit: Kit, values: Any, batch: int) -> Any:
    """Sum [b, B, n] over the buyers of a region, where they share a pattern: [b, B, g]."""
    if not kit.system.pooled:
        return values
    xp = kit.system.xp
    r, m, _ = kit.system.size
    return xp.sum(xp.reshape(values, (values.shape[0], batch, r, m)), axis=3)


def times_group(kit: Kit, values: Any, factor: Any) -> Any:
    """Multiply [b, B, n] by a factor per group of buyers [b, B, g]."""
    if not kit.system.pooled:
        return values * factor
    xp = kit.system.xp
    r, m, _ = kit.system.size
    shape = values.shape
    split = xp.reshape(values, (shape[0], shape[1], r, m))
    return xp.reshape(split * factor[..., None], shape)
