"""One day of the disruption model, for B runs at once: the kernel, on arrays of any array-API namespace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hinterland.simulate.disruption.parameters import Parameters
from hinterland.simulate.disruption.system import System, by_row, by_supplier

# A stock in this many days of use stands for one that cannot run out.
ENDLESS = 1e200
# Scarcity below this share of demand is rounding.
NOISE = 1e-12
# Added to the mean weight of suppliers before dividing by it.
LEAST = 1e-200
# Doubles that the arrays of one block of products may hold in NumPy, so that they stay in the cache.
BLOCK = 32_768


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
    substitution: Any  # [m, B, 1], in the industries' own order
    final: Any  # [R, n] or [B, R, n]
    reserve: Any  # [B, n] or None
    shifting: bool
    substituting: bool
    responding: bool
    added_base: Any  # [R]


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
    day: int = 0
    binding: Any = None


def _blocks(first: int, last: int, cells: int, whole: bool) -> tuple[tuple[int, int], ...]:
    size = max(last - first, 1) if whole else max(1, BLOCK // max(cells, 1))
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
    days = np.asarray(given.inventory_days)
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
    whole = xp is not np
    cells = max(batch * n, r * found.sourcing.shape[2])
    pieces = _blocks(0, stocked, cells, whole) + _blocks(stocked, m, cells, whole)
    base = xp.sum(xp.reshape(found.added * found.output, (r, m)), axis=1)
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
        substitution=by_product(given.substitution),
        final=final,
        reserve=reserve,
        shifting=bool(np.any(np.asarray(given.reordering) > 0)),
        substituting=bool(np.any(np.asarray(given.substitution) > 0)),
        responding=bool(np.any(np.asarray(given.household_response) > 0)),
        added_base=base,
    )


def start(kit: Kit) -> State:
    """Return the baseline state: stocks at their targets, orders as in the accounts."""
    found, given = kit.system, kit.parameters
    xp = found.xp
    r, m, n = found.size
    batch = given.count
    ones = xp.ones_like(given.inventory_alert)  # [B, 1]
    x = ones * found.output[None, :]
    level = x[None, ...]
    stock = kit.target * level
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
    )
    pieces = [
        xp.matmul(
            _of_groups(kit, kit.inputs[lo:hi, None, :] * level, batch),
            xp.matrix_transpose(kit.sourcing[lo:hi, ...]),
        )
        for lo, hi in kit.blocks
    ]
    state.orders = _assemble(kit, pieces)
    state.limit = _limit(kit, state)
    return state


def _limit(kit: Kit, state: State) -> Any:
    if not kit.stocked:
        return state.limit
    return kit.system.xp.min(state.stock / kit.alert, axis=0)


def _assemble(kit: Kit, pieces: list[Any]) -> Any:
    """Put the products' sums [b, B, R], in the kit's order, together as [B, n]."""
    xp = kit.system.xp
    joined = xp.concat(pieces, axis=0)
    if kit.order != tuple(range(len(kit.order))):
        back = np.argsort(np.asarray(kit.order))
        joined = xp.stack([joined[int(k), ...] for k in back])
    return by_row(xp, joined)


def _of_groups(kit: Kit, values: Any, batch: int) -> Any:
    """Sum [b, B, n] over the buyers of a region, where they share a pattern: [b, B, g]."""
    if not kit.system.pooled:
        return values
    xp = kit.system.xp
    r, m, _ = kit.system.size
    return xp.sum(xp.reshape(values, (values.shape[0], batch, r, m)), axis=3)


def _times_group(kit: Kit, values: Any, factor: Any) -> Any:
    """Multiply [b, B, n] by a factor per group of buyers [b, B, g]."""
    if not kit.system.pooled:
        return values * factor
    xp = kit.system.xp
    r, m, n = kit.system.size
    shape = values.shape
    split = xp.reshape(values, (shape[0], shape[1], r, m))
    return xp.reshape(split * factor[..., None], shape)


def ration(kit: Kit, wanted: Any, orders: Any, supply: Any) -> tuple[Any, Any]:
    r"""Share of the orders of industries, and of all other demand, that a supplier serves.

    Proportional: :math:`s = \min(1, x/d)` for all (Guan et al. 2020). Priority: industries first,
    :math:`s^Z = \min(1, x/o)`, and what is left for the rest (Hallegatte 2008).

    Parameters
    ----------
    wanted, orders, supply : array [B, n]
        All demand, that of industries, and what there is; money a day.
    """
    xp = kit.system.xp
    one = xp.ones_like(wanted)

    def share(have: Any, need: Any) -> Any:
        positive = need > 0
        found = have / xp.where(positive, need, one)
        return xp.where(positive, xp.minimum(found, one), one)

    if kit.parameters.rationing == "proportional":
        all_alike = share(supply, wanted)
        return all_alike, all_alike
    first = share(supply, orders)
    rest = wanted - orders
    return first, share(xp.maximum(supply - orders, rest * 0), xp.maximum(rest, rest * 0))


def substitute(kit: Kit, room: Any, made: Any, unserved: Any) -> tuple[Any, Any]:
    r"""Serve unserved orders from suppliers of the same product that have idle capacity.

    .. math:: u_i = \sum_r (d_{ri} - x_{ri}),\quad
              e_i = \min\Bigl(\eta_i u_i, \sum_r (\bar x_{ri} - x_{ri})\Bigr),\quad
              x_{ri} \mathrel{+}= (\bar x_{ri} - x_{ri}) \frac{e_i}{\sum_r (\bar x_{ri} - x_{ri})}

    Parameters
    ----------
    room : array [B, n]
        :math:`\bar x`: what capacity and stocks allow.
    made : array [B, n]
        :math:`x`: output for own customers.
    unserved : array [B, n]

    Returns
    -------
    output [B, n] and the share of unserved orders that is now served, [B, n] (the same for all suppliers of
    a product).
    """
    xp = kit.system.xp
    r, m, _ = kit.system.size
    idle = by_supplier(xp, room - made, r, m)
    lacking = by_supplier(xp, unserved, r, m)
    need, have = xp.sum(lacking, axis=2, keepdims=True), xp.sum(idle, axis=2, keepdims=True)
    can = kit.substitution * need
    served = xp.minimum(can, have)
    none = xp.ones_like(need)
    extra = idle * (served / xp.where(have > 0, have, none))
    share = served / xp.where(need > 0, need, none)
    return made + by_row(xp, extra), by_row(xp, share + lacking * 0)


def advance(kit: Kit, state: State, lost: Any, rebuilding: Any = None, track: bool = False) -> State:
    r"""Advance all runs by a day.

    Within the day: demand; overproduction; capacity; output; rationing and substitution; deliveries into
    stocks; new orders.

    .. math::
       \bar x_j &= \min\Bigl((1-\delta_j)\alpha_j x_{0j} + k_j,\ \min_i \frac{S_{ij}}{\max(\psi n_i,1) a_{ij}}
                   \Bigr), \qquad x_j = \min(d_j, \bar x_j) \\
       S_{ij} &\mathrel{+}= G_{ij} \frac{\sum_r T_{irj} w_{ri} s_{ri}}{\sum_r T_{irj} w_{ri}} - a_{ij} x_j \\
       G_{ij} &= a_{ij} x_j + \frac{1}{\tau_S} \max\bigl(n_i a_{ij} \min(d_j, c_j) - S_{ij}, 0\bigr) \\
       o_{ri} &= w_{ri} \sum_j T_{irj} G_{ij} / D_{ij}, \qquad w_{ri} = \bigl((1-\delta_{ri})\alpha_{ri}
                   \bigr)^\sigma, \quad D_{ij} = \sum_r T_{irj} w_{ri} \\
       \alpha_j &\mathrel{+}= \frac{1}{\tau_\alpha} \begin{cases} (\alpha^{max} - \alpha_j)
                   (d_j - x_j)/d_j & d_j > x_j \\ 1 - \alpha_j & \text{otherwise} \end{cases}

    Parameters
    ----------
    kit : Kit
    state : State
        Of the day before; its stocks are overwritten.
    lost : array [B, n]
        :math:`\delta`: share of capacity lacking today.
    rebuilding : array [B, n], optional
        Demand for rebuilding, money a day.
    track : bool
        Keep which product sets each limit.

    References
    ----------
    Hallegatte (2008), Risk Analysis 28; Hallegatte (2014), Risk Analysis 34; Henriet, Hallegatte & Tabourier
    (2012), Journal of Economic Dynamics and Control 36; Guan et al. (2020), Nature Human Behaviour 4.
    """
    found, given, xp = kit.system, kit.parameters, kit.system.xp
    r, m, n = found.size
    batch = given.count
    zero = state.output * 0
    one = zero + 1.0
    # demand of today: yesterday's orders, final demand, rebuilding
    if kit.responding:
        level = 1.0 - given.household_response * (1.0 - state.income)
        level = xp.maximum(level, level * 0)
    else:
        level = xp.ones_like(state.income)
    final = xp.matmul(level[:, None, :], kit.final)[:, 0, :] if kit.final.ndim == 3 else level @ kit.final
    wanted = state.orders + final + found.abroad[None, :]
    if rebuilding is not None:
        wanted = wanted + rebuilding
    to_make = xp.maximum(wanted - found.drawn[None, :], zero)
    # overproduction, from what was short yesterday
    alpha = state.capacity_factor
    if state.day > 1:
        alpha = overproduce(kit, alpha, to_make, state.output)
    share = alpha * (1.0 - lost)
    capacity = share * found.output[None, :]
    if kit.reserve is not None:
        capacity = capacity + kit.reserve * (1.0 - lost)
    room = xp.minimum(capacity, state.limit)
    x = xp.minimum(to_make, room)
    first, last = ration(kit, wanted, state.orders, x + found.drawn[None, :])
    if kit.substituting:
        x, served = substitute(kit, room, x, to_make - x)
        first, last = first + (1.0 - first) * served, last + (1.0 - last) * served
    # what the stocks should be good for tomorrow
    still = wanted if rebuilding is None else wanted - rebuilding * last
    goal = xp.minimum(xp.maximum(still - found.drawn[None, :], zero), capacity)
    weight = by_supplier(xp, share, r, m) if kit.shifting else state.weight
    if kit.shifting:
        weight = weight ** given.reordering[None, ...]
    state.orders, state.limit, state.binding = _deliver(kit, state, x, goal, first, weight, track)
    state.income = xp.sum(xp.reshape(found.added[None, :] * x, (batch, r, m)), axis=2) / kit.added_base
    state.output, state.capacity_factor, state.shipped = x, alpha, last
    state.weight, state.capacity, state.wanted, state.level = weight, capacity, to_make, level
    state.day += 1
    return state


def overproduce(kit: Kit, alpha: Any, wanted: Any, made: Any) -> Any:
    r"""Let output relative to capacity follow scarcity.

    Rises towards its maximum in proportion to scarcity :math:`(d - x)/d`, falls back to 1 where there is
    none. With `Parameters.signed` it falls in proportion to :math:`(x - d)/d` instead, never below 1.

    Parameters
    ----------
    alpha : array [B, n]
        Output relative to capacity that was possible yesterday.
    wanted : array [B, n]
        Today's demand.
    made : array [B, n]
        Yesterday's output.

    References
    ----------
    Hallegatte (2008), Risk Analysis 28, equation 10; Hallegatte (2014), Risk Analysis 34.
    """
    xp, given = kit.system.xp, kit.parameters
    some = wanted > 0
    scarcity = (wanted - made) / xp.where(some, wanted, xp.ones_like(wanted))
    scarcity = xp.where(some, scarcity, scarcity * 0)
    rise = (given.overproduction_max - alpha) * scarcity
    if given.signed:
        moved = rise + (1.0 - alpha) * (scarcity == 0)
    else:
        moved = xp.where(scarcity > NOISE, rise, 1.0 - alpha)
    changed = alpha + moved / given.overproduction_days
    return xp.maximum(changed, xp.ones_like(changed))


def _deliver(
    kit: Kit, state: State, x: Any, goal: Any, served: Any, weight: Any, track: bool
) -> tuple[Any, Any, Any]:
    """Deliver yesterday's orders into stocks, use inputs, order anew; a block of products at a time.

    Returns orders by supplier [B, n], the limit that stocks set to tomorrow's output [B, n], and the product
    that sets it.
    """
    found, given, xp = kit.system, kit.parameters, kit.system.xp
    r, m, _ = found.size
    batch = given.count
    arriving = by_supplier(xp, served, r, m) * state.weight
    ordered = weight
    if kit.order != tuple(range(m)):
        arriving = xp.stack([arriving[k, ...] for k in kit.order])
        ordered = xp.stack([weight[k, ...] for k in kit.order])
    rate = 1.0 / given.inventory_restore[None, ...]
    level, use = goal[None, ...], x[None, ...]
    pieces, limit, binding = [], None, None
    for lo, hi in kit.blocks:
        pattern = kit.sourcing[lo:hi, ...]
        if hi <= kit.stocked:
            stock = state.stock[lo:hi, ...]
            come = _times_group(kit, state.order[lo:hi, ...], xp.matmul(arriving[lo:hi, ...], pattern))
            come -= use
            stock += come
            state.stock[lo:hi, ...] = stock
            order = kit.target[lo:hi, ...] * level
            order -= stock
            order = xp.maximum(order, order * 0)
            order *= rate
            order += use
            allowed = stock / kit.alert[lo:hi, ...]
            least = allowed[0, ...] if hi - lo == 1 else xp.min(allowed, axis=0)
            if track:
                at = x * 0 + lo if hi - lo == 1 else xp.astype(xp.argmin(allowed, axis=0), x.dtype) + lo
                binding = at if limit is None else xp.where(least < limit, at, binding)
            limit = least if limit is None else xp.minimum(limit, least)
        else:
            order = xp.zeros_like(kit.inputs[lo:hi, None, :]) + use
        if kit.shifting:
            # every supplier's share in proportion to its weight; the least keeps a product that nobody can
            # make from dividing by zero: all its weights are zero, so nothing is ordered
            mean = xp.matmul(ordered[lo:hi, ...], pattern)
            order = _times_group(kit, order, 1.0 / (mean + LEAST))
        if hi <= kit.stocked:
            state.order[lo:hi, ...] = order
        sums = _of_groups(kit, order * kit.inputs[lo:hi, None, :], batch)
        pieces.append(xp.matmul(sums, xp.matrix_transpose(pattern)) * ordered[lo:hi, ...])
    return _assemble(kit, pieces), state.limit if limit is None else limit, binding
