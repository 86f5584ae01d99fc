"""What is decided within a day: demand, overproduction, output, who is served, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hinterland.simulate.disruption.kit import Kit, State
from hinterland.simulate.disruption.system import by_row, by_supplier


@dataclass(frozen=True)
class Market:
    """What is decided within a day; arrays [B, n] unless stated.

    Attributes
    ----------
    level : array [B, R]
        Final demand relative to the baseline.
    wanted, to_make : array
        All demand, and what of it is not sold out of stocks.
    alpha, share : array
        Output relative to capacity that is possible, and what is left of it after losses.
    capacity, room : array
        Capacity, and what the stocks allow of it.
    own, output : array
        Output for own customers, and for those of others as well.
    first, last : array
        Share served of industries' orders and of all other demand, by the supplier itself.
    helped : array or None
        Share of unserved orders that others serve.
    goal : array
        Output that stocks should be good for.
    """

    level: Any
    wanted: Any
    to_make: Any
    alpha: Any
    share: Any
    capacity: Any
    room: Any
    own: Any
    output: Any
    first: Any
    last: Any
    helped: Any
    goal: Any

    def served(self) -> tuple[Any, Any]:
        """Share served in all, by whomever: of industries' orders, of all other demand."""
        if self.helped is None:
            return self.first, self.last
        return (
            self.first + (1.0 - self.first) * self.helped,
            self.last + (1.0 - self.last) * self.helped,
        )


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
        moved = xp.where(scarcity > kit.noise, rise, 1.0 - alpha)
    changed = alpha + moved / given.overproduction_days
    return xp.maximum(changed, xp.ones_like(changed))


def weights(kit: Kit, share: Any) -> Any:
    r"""Weight of every supplier in orders, :math:`w = ((1-\delta)\alpha)^\sigma`; [B, n] -> [m, B, R]."""
    r, m, _ = kit.system.size
    return by_supplier(kit.system.xp, share, r, m) ** kit.parameters.reordering[None, ...]


def trade(kit: Kit, state: State, lost: Any, rebuilding: Any = None) -> Market:
    """Decide what is made and who is served today; see `advance` for the equations and arguments."""
    found, given, xp = kit.system, kit.parameters, kit.system.xp
    zero = state.output * 0
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
    normal = share * found.output[None, :]
    capacity = normal + kit.idle * (1.0 - lost)
    room = xp.minimum(capacity, state.limit)
    own = xp.minimum(to_make, room)
    first, last = ration(kit, wanted, state.orders, own + found.drawn[None, :])
    output, helped = substitute(kit, room, own, to_make - own) if kit.substituting else (own, None)
    # What the stocks should be good for: demand, up to normal capacity. Idle capacity is left out: with it
    # every order above normal would raise its suppliers' targets by several days' worth, and theirs in turn
    # (the bullwhip), so that rounding alone would set the economy swinging.
    still = wanted
    if rebuilding is not None:
        through = last if helped is None else last + (1.0 - last) * helped
        still = wanted - rebuilding * through
    goal = xp.minimum(xp.maximum(still - found.drawn[None, :], zero), normal)
    if kit.reserve is not None:
        goal = goal + kit.reserve
    return Market(
        level, wanted, to_make, alpha, share, capacity, room, own, output, first, last, helped, goal
    )
