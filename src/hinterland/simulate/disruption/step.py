"""One day of the disruption model, for B runs at once: the kernel, on arrays of any array-API namespace."""

from __future__ import annotations

from typing import Any

from hinterland.simulate.disruption.kit import Kit, State, assemble, of_groups, times_group
from hinterland.simulate.disruption.market import trade, weights
from hinterland.simulate.disruption.system import by_supplier

# Added to the mean weight of suppliers before dividing by it.
LEAST = 1e-30


def advance(kit: Kit, state: State, lost: Any, rebuilding: Any = None, track: bool = False) -> State:
    r"""Advance all runs by a day.

    Within the day: demand; overproduction; capacity; output; rationing and substitution; deliveries into
    stocks; new orders.

    .. math::
       \bar x_j &= \min\Bigl((1-\delta_j)(\alpha_j x_{0j} + k_j),\
                   \min_i \frac{S_{ij}}{\max(\psi n_i,1) a_{ij}}\Bigr), \qquad x_j = \min(d_j, \bar x_j) \\
       S_{ij} &\mathrel{+}= G_{ij} \frac{\sum_r T_{irj} w_{ri} s_{ri}}{\sum_r T_{irj} w_{ri}} - a_{ij} x_j \\
       G_{ij} &= a_{ij} x_j + \frac{1}{\tau_S} \max\bigl(n_i a_{ij} \min(d_j,
                   (1-\delta_j)\alpha_j x_{0j}) - S_{ij}, 0\bigr) \\
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
    found, xp = kit.system, kit.system.xp
    r, m, _ = found.size
    today = trade(kit, state, lost, rebuilding)
    first, last = today.served()
    weight = weights(kit, today.share) if kit.shifting else state.weight
    x = today.output
    state.orders, state.limit, state.binding = _deliver(kit, state, x, today.goal, first, weight, track)
    income = xp.reshape(found.added[None, :] * x, (x.shape[0], r, m))
    state.income = xp.sum(income, axis=2) / kit.added_base
    state.output, state.capacity_factor, state.shipped = x, today.alpha, last
    state.weight, state.capacity, state.wanted = weight, today.capacity, today.to_make
    state.level, state.goal = today.level, today.goal
    state.day += 1
    return state


def _deliver(
    kit: Kit, state: State, x: Any, goal: Any, served: Any, weight: Any, track: bool
) -> tuple[Any, Any, Any]:
    """Deliver yesterday's orders into stocks, use inputs, order anew; a block of products at a time.

    Returns orders by supplier [B, n], the limit that stocks set to tomorrow's output [B, n], and the product
    that sets it.
    """
    found, xp = kit.system, kit.system.xp
    r, m, _ = found.size
    batch = kit.parameters.count
    arriving = by_supplier(xp, served, r, m) * state.weight
    ordered = weight
    if kit.order != tuple(range(m)):
        arriving = xp.stack([arriving[k, ...] for k in kit.order])
        ordered = xp.stack([weight[k, ...] for k in kit.order])
    level, use = goal[None, ...], x[None, ...]
    pieces, limit, binding = [], None, None
    for lo, hi in kit.blocks:
        pattern = kit.sourcing[lo:hi, ...]
        if hi <= kit.stocked:
            stock = state.stock[lo:hi, ...]
            come = times_group(kit, state.order[lo:hi, ...], xp.matmul(arriving[lo:hi, ...], pattern))
            come -= use
            stock += come
            state.stock[lo:hi, ...] = stock
            order = kit.target[lo:hi, ...] * level
            order -= stock
            order = xp.maximum(order, order * 0)
            order *= kit.restore[lo:hi, ...]
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
            order = times_group(kit, order, 1.0 / (mean + LEAST))
        if hi <= kit.stocked:
            state.order[lo:hi, ...] = order
        sums = of_groups(kit, order * kit.inputs[lo:hi, None, :], batch)
        pieces.append(xp.matmul(sums, xp.matrix_transpose(pattern)) * ordered[lo:hi, ...])
    return assemble(kit, pieces), state.limit if limit is None else limit, binding
