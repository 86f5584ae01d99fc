"""What one more unit of standby capacity anywhere would save: the derivative of a run, by one pass backwards.

Trying a reserve in every industry of every region would take n runs. The day's equations (`step.advance`) are
piecewise linear or smooth, so the derivative of national output with respect to every reserve follows
from one run forwards, kept, and one backwards through the days (reverse differentiation). At a kink, where
two limits hold at once, it is the derivative on the side of the limit that holds in the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from hinterland.simulate.disruption.kit import Kit, State, of_groups, prepare, start, times_group
from hinterland.simulate.disruption.market import Market, trade, weights
from hinterland.simulate.disruption.parameters import Parameters
from hinterland.simulate.disruption.run import check_state, losses_by_day
from hinterland.simulate.disruption.shocks import Shock
from hinterland.simulate.disruption.step import LEAST, advance
from hinterland.simulate.disruption.system import System, by_row, by_supplier

Array = npt.NDArray[np.float64]

# Runs kept together: a run of 120 days of 31 x 28 holds some 12 MB.
CHUNK = 8
# Two figures that differ by less than this share are equal: which of them limits is rounding.
EQUAL = 1e-9


@dataclass(frozen=True)
class Sensitivity:
    """National output over a run, and its derivative.

    Attributes
    ----------
    saved : array [B, n]
        Output over the run (money) per unit of standby capacity (money a day); 0 where there is no industry.
    output : array [B]
        Output over the run, money.
    final : array [B]
        Mean daily output on the last day relative to the baseline: a collapse shows here.
    """

    saved: Array
    output: Array
    final: Array


@dataclass
class _Day:
    """What the way back needs of a day: the state before it, and the stocks' part of it."""

    before: State
    order: npt.NDArray[np.float32]  # after, as is the next
    short: npt.NDArray[np.bool_]
    limited_by: npt.NDArray[np.int8]
    lost: Array


@dataclass
class _Back:
    """Derivatives with respect to the state between two days."""

    orders: Array  # [B, n]
    stock: Array  # [stocked, B, n]
    order: Array  # [stocked, B, n]
    weight: Array  # [m, B, R]
    alpha: Array  # [B, n]
    limit: Array  # [B, n]
    income: Array  # [B, R]
    output: Array  # [B, n]


def sensitivity(
    found: System,
    given: Parameters,
    shocks: Sequence[Shock],
    days: int,
    weight: npt.ArrayLike | None = None,
    chunk: int = CHUNK,
) -> Sensitivity:
    """Differentiate national output over a run with respect to standby capacity of every industry.

    Parameters
    ----------
    found : System
        NumPy arrays.
    given : Parameters
        One set per shock, or one for all.
    shocks : sequence of Shock
        Losses of capacity; capital that is rebuilt and changed final demand are not covered.
    days : int
    weight : array [n], optional
        What counts per unit of output (value added, say); default 1.
    chunk : int
        Runs at a time.

    Raises
    ------
    ValueError
        Damages or changed demand in a shock.
    """
    if any(shock.damages or shock.demand is not None for shock in shocks):
        raise ValueError("the derivative covers losses of capacity only")
    batch = max(given.count, len(shocks))
    sets = given.take([0] * batch) if given.count < batch else given
    struck = list(shocks) * batch if len(shocks) < batch else list(shocks)
    n = found.size[2]
    counts = np.ones(n) if weight is None else np.asarray(weight, dtype=float)
    parts = [
        _chunk(found, sets.take(range(lo, min(lo + chunk, batch))), struck[lo : lo + chunk], days, counts)
        for lo in range(0, batch, chunk)
    ]
    return Sensitivity(
        np.concatenate([p.saved for p in parts]),
        np.concatenate([p.output for p in parts]),
        np.concatenate([p.final for p in parts]),
    )


def _chunk(
    found: System, given: Parameters, shocks: Sequence[Shock], days: int, counts: Array
) -> Sensitivity:
    n = found.size[2]
    reserve = np.stack([np.zeros(n) if s.reserve is None else np.asarray(s.reserve) for s in shocks])
    kit = prepare(found, given, None, reserve)
    lost = losses_by_day(found, shocks, days)
    state = start(kit)
    kept: list[_Day] = []
    first_order = state.order.astype(np.float32)
    total = np.zeros(len(shocks))
    for day in range(days):
        before = replace(state, stock=None, order=None)
        state = advance(kit, state, lost[day], None, True)
        check_state(found, state, day)
        short = _restocking(kit, state)
        by = np.full_like(state.output, -1) if state.binding is None else state.binding
        kept.append(_Day(before, state.order.astype(np.float32), short, by.astype(np.int8), lost[day]))
        total += state.output @ counts
    saved = _backwards(kit, kept, first_order, counts)
    return Sensitivity(saved, total, state.output.sum(1) / found.output.sum())


def _restocking(kit: Kit, state: State) -> npt.NDArray[np.bool_]:
    """Whose stocks are below target after the day: [stocked, B, n]."""
    aim = kit.target * ((1.0 - EQUAL) * state.goal)[None]
    return np.asarray(state.stock < aim)


def _backwards(kit: Kit, kept: Sequence[_Day], first_order: Any, counts: Array) -> Array:
    found = kit.system
    r, m, n = found.size
    batch = kit.parameters.count
    back = _Back(
        np.zeros((batch, n)),
        np.zeros((kit.stocked, batch, n)),
        np.zeros((kit.stocked, batch, n)),
        np.zeros((m, batch, r)),
        np.zeros((batch, n)),
        np.zeros((batch, n)),
        np.zeros((batch, r)),
        np.zeros((batch, n)),
    )
    saved = np.zeros((batch, n))
    for k in range(len(kept) - 1, -1, -1):
        before = first_order if k == 0 else kept[k - 1].order
        back, more = _day_back(kit, kept[k], before, back, counts)
        saved += more
    # a reserve comes with stocks of its own inputs
    saved += (back.stock * kit.target).sum(0)
    if kit.stocked:
        saved += back.limit * (kit.target / kit.alert).min(0)
    return np.where(np.asarray(found.output)[None, :] > 0, saved, 0.0)


def _day_back(kit: Kit, day: _Day, yesterday: Any, back: _Back, counts: Array) -> tuple[_Back, Array]:
    """Carry derivatives back over a day; second, what they say of the reserve on that day."""
    r, m, n = kit.system.size
    batch = kit.parameters.count
    today = trade(kit, day.before, day.lost)
    income = (back.income / kit.added_base)[:, :, None] * np.asarray(kit.system.added).reshape(1, r, m)
    x_bar = back.output + counts[None, :] + income.reshape(batch, n)
    # the stock that sets tomorrow's limit
    rows = np.arange(kit.stocked)[:, None, None]
    stock = back.stock + np.where(day.limited_by[None] == rows, back.limit[None] / kit.alert, 0.0)
    flow = _deliver_back(kit, day, yesterday, replace(back, stock=stock), today)
    return _trade_back(kit, day, today, x_bar + flow.output, flow, back)


@dataclass
class _Flow:
    """Derivatives with respect to what deliveries start from."""

    output: Array  # [B, n]
    goal: Array  # [B, n]
    served: Array  # [B, n]
    weight: Array  # [m, B, R], today's
    before: Array  # [m, B, R], yesterday's
    stock: Array
    order: Array


def _deliver_back(kit: Kit, day: _Day, yesterday: Any, back: _Back, today: Market) -> _Flow:
    """Go back through deliveries, stocks and new orders (`step._deliver`), a block of products at a time."""
    found = kit.system
    r, m, n = found.size
    batch = kit.parameters.count
    places = np.asarray(kit.order)
    now = weights(kit, today.share) if kit.shifting else day.before.weight
    served = by_supplier(np, today.served()[0], r, m)
    asked = by_supplier(np, back.orders, r, m)
    flow = _Flow(
        np.zeros((batch, n)),
        np.zeros((batch, n)),
        np.zeros((batch, n)),
        back.weight.copy(),
        np.zeros((m, batch, r)),
        back.stock,
        np.zeros_like(back.order),
    )
    served_bar = np.zeros((m, batch, r))
    for lo, hi in kit.blocks:
        at = places[lo:hi]
        pattern, inputs = kit.sourcing[lo:hi], kit.inputs[lo:hi, None, :]
        back_pattern = np.matrix_transpose(pattern)
        weight = now[at]
        stocked = hi <= kit.stocked
        mean = np.matmul(weight, pattern) + LEAST if kit.shifting else None
        if stocked:
            order = day.order[lo:hi].astype(np.float64)
        else:
            order = np.broadcast_to(today.output[None], (hi - lo, batch, n))
            order = order if mean is None else times_group(kit, order, 1.0 / mean)
        # orders by supplier
        wanted = np.matmul(weight * asked[at], pattern)
        order_bar = times_group(kit, np.broadcast_to(inputs, (hi - lo, batch, n)), wanted)
        if stocked:
            order_bar = order_bar + back.order[lo:hi]
        sums = of_groups(kit, order * inputs, batch)
        flow.weight[at] += asked[at] * np.matmul(sums, back_pattern)
        if mean is not None:
            mean_bar = -of_groups(kit, order_bar * order, batch) / mean
            flow.weight[at] += np.matmul(mean_bar, back_pattern)
            order_bar = times_group(kit, order_bar, 1.0 / mean)
        flow.output += order_bar.sum(0)
        if not stocked:
            continue
        # the gap that is reordered
        gap = order_bar * day.short[lo:hi] * kit.restore[lo:hi]
        flow.goal += (gap * kit.target[lo:hi]).sum(0)
        stock = flow.stock[lo:hi]
        stock -= gap
        flow.output -= stock.sum(0)
        # deliveries
        before = day.before.weight[at]
        arriving = served[at] * before
        flow.order[lo:hi] = times_group(kit, stock, np.matmul(arriving, pattern))
        share_bar = of_groups(kit, stock * yesterday[lo:hi], batch)
        arriving_bar = np.matmul(share_bar, back_pattern)
        served_bar[at] = arriving_bar * before
        flow.before[at] = arriving_bar * served[at]
    flow.served = by_row(np, served_bar)
    return flow


def _trade_back(
    kit: Kit, day: _Day, today: Market, x_bar: Array, flow: _Flow, back: _Back
) -> tuple[_Back, Array]:
    """Go back through what is decided within the day (`market.trade`)."""
    found, given, before = kit.system, kit.parameters, day.before
    r, _, n = found.size
    batch = given.count
    left = 1.0 - day.lost
    base = np.asarray(found.output)[None, :]
    y, normal = today.to_make, today.share * base
    # goal, and weights of suppliers
    holds = y < normal * (1.0 - EQUAL)
    y_bar = np.where(holds, flow.goal, 0.0)
    share_bar = np.where(holds, 0.0, flow.goal) * base
    reserve_bar = flow.goal.copy()
    weight_before = flow.before
    if kit.shifting:
        sigma = given.reordering
        some = today.share > 0
        slope = np.where(some, sigma * np.where(some, today.share, 1.0) ** (sigma - 1.0), 0.0)
        share_bar += by_row(np, flow.weight) * slope
    else:
        weight_before = weight_before + flow.weight
    # substitution
    served_bar = flow.served  # final demand served is not part of the measure
    room_bar, own_bar = np.zeros((batch, n)), x_bar.copy()
    if today.helped is not None:
        own_bar, room_bar, unserved_bar = _substitute_back(kit, today, x_bar, served_bar)
        served_bar = served_bar * (1.0 - today.helped)
        y_bar += unserved_bar
    # rationing
    supply = today.own + np.asarray(found.drawn)[None, :]
    need = before.orders if given.rationing == "priority" else today.wanted
    partly = (supply < need * (1.0 - EQUAL)) & (need > 0)
    safe = np.where(partly, need, 1.0)
    own_bar += np.where(partly, served_bar / safe, 0.0)
    need_bar = np.where(partly, -served_bar * supply / safe**2, 0.0)
    # output for own customers
    by_demand = y <= today.room * (1.0 + EQUAL)
    y_bar += np.where(by_demand, own_bar, 0.0)
    room_bar += np.where(by_demand, 0.0, own_bar)
    by_capacity = today.capacity <= before.limit
    capacity_bar = np.where(by_capacity, room_bar, 0.0)
    limit_bar = np.where(by_capacity, 0.0, room_bar)
    reserve_bar += capacity_bar * left
    share_bar += capacity_bar * base
    # overproduction
    alpha_bar = back.alpha + share_bar * left
    x_before = np.zeros((batch, n))
    if before.day > 1:
        some = y > 0
        scarcity = np.where(some, (y - before.output) / np.where(some, y, 1.0), 0.0)
        rising = scarcity > kit.noise
        free = today.alpha > 1.0
        pace = 1.0 / given.overproduction_days
        slope = np.where(rising, 1.0 - scarcity * pace, 1.0 - pace)
        gain = (given.overproduction_max - before.capacity_factor) * pace
        scarcity_bar = np.where(free & rising & some, alpha_bar * gain, 0.0)
        alpha_bar = np.where(free, alpha_bar * slope, 0.0)
        over = np.where(some, y, 1.0)
        y_bar += scarcity_bar * before.output / over**2
        x_before -= scarcity_bar / over
    # demand
    wanted_bar = np.where(today.wanted > np.asarray(found.drawn)[None, :], y_bar, 0.0)
    orders_bar = np.zeros((batch, n))
    if given.rationing == "priority":
        orders_bar = need_bar
    else:
        wanted_bar = wanted_bar + need_bar
    orders_bar = orders_bar + wanted_bar
    income_bar = np.zeros((batch, r))
    if kit.responding:
        level_bar = wanted_bar @ np.asarray(kit.final).T
        income_bar = np.where(today.level > 0, given.household_response * level_bar, 0.0)
    old = _Back(orders_bar, flow.stock, flow.order, weight_before, alpha_bar, limit_bar, income_bar, x_before)
    return old, reserve_bar


def _substitute_back(kit: Kit, today: Market, x_bar: Array, served_bar: Array) -> tuple[Array, Array, Array]:
    """Go back through `market.substitute`: derivatives by own output, by room, and by unserved orders."""
    r, m, _ = kit.system.size
    idle = by_supplier(np, today.room - today.own, r, m)
    lacking = by_supplier(np, today.to_make - today.own, r, m)
    need, have = lacking.sum(2, keepdims=True), idle.sum(2, keepdims=True)
    eta = kit.substitution
    helped_bar = by_supplier(np, served_bar * (1.0 - today.first), r, m).sum(2, keepdims=True)
    gain = by_supplier(np, x_bar, r, m)
    asking = need > 0
    scarce = asking & (eta * need >= have)  # idle capacity is used to the last
    ample = asking & ~scarce
    one_need, one_have = np.where(asking, need, 1.0), np.where(have > 0, have, 1.0)
    share = np.where(ample, eta * need / one_have, 0.0)
    used = (gain * idle).sum(2, keepdims=True)
    need_bar = np.where(ample, used * eta / one_have, 0.0)
    need_bar = need_bar - np.where(scarce, helped_bar * have / one_need**2, 0.0)
    have_bar = np.where(scarce, helped_bar / one_need, 0.0) - np.where(ample, used * share / one_have, 0.0)
    idle_bar = gain * np.where(scarce & (eta > 0), 1.0, share) + have_bar * (eta > 0)
    unserved_bar = np.broadcast_to(need_bar, lacking.shape)
    own = gain - unserved_bar - idle_bar
    return by_row(np, own), by_row(np, idle_bar), by_row(np, unserved_bar)
