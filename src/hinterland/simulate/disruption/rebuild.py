"""Capital destroyed and rebuilt: capacity that is lacking, and what rebuilding demands from whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hinterland.simulate.disruption.parameters import Parameters
from hinterland.simulate.disruption.shocks import Damage, Shock
from hinterland.simulate.disruption.system import System, to_numpy
from hinterland.study import StudyError, Text

Array = npt.NDArray[np.float64]


@dataclass
class Site:
    r"""Rebuilding after the k-th damage of each of B runs.

    What supplier (r, k) still owes to buyer j falls by the same share :math:`s_{rk}/\tau` every day for every
    buyer, so the debts :math:`[R, K, n]` are their first values times one factor per supplier.

    Attributes
    ----------
    lacking : array [B, n]
        Share of capacity destroyed at first.
    demand : array [B, R, K]
        What is first demanded from each supplier of each product of rebuilding, in all, money.
    left : array [B, R, K]
        Share of it that is not delivered yet.
    start, rebuild_from : array [B]
        Days.
    """

    lacking: Any
    demand: Any
    left: Any
    start: Array
    rebuild_from: Array


@dataclass
class Works:
    """All rebuilding of B runs: what it is made of (`products`, in shares `mix`), and its sites."""

    products: tuple[int, ...]
    mix: tuple[float, ...]
    sites: list[Site]
    days: Any  # [B, 1, 1]


def rebuilding_mix(found: System, table_final: Array) -> Array:
    """Shares of products in rebuilding [m], from the national final demand for fixed capital formation [n].

    Parameters
    ----------
    found : System
    table_final : array [n]
        Final demand of that category by supplier, money.
    """
    r, m, _ = found.size
    national = np.maximum(np.asarray(table_final).reshape(r, m).sum(0), 0.0)
    total = national.sum()
    return np.asarray(national / total if total > 0 else national)


def works(
    found: System, given: Parameters, shocks: Sequence[Shock], mix: npt.ArrayLike | None
) -> Works | None:
    """Lay out the damages of B runs; None where there are none.

    Parameters
    ----------
    found : System
    given : Parameters
    shocks : sequence of Shock [B]
    mix : array [m]
        Shares of products in rebuilding; they add up to 1.

    Raises
    ------
    StudyError
        Damages above the capital there is, or no mix to rebuild with.
    """
    count = max((len(shock.damages) for shock in shocks), default=0)
    if count == 0:
        return None
    r, m, n = found.size
    if mix is None or not np.isclose(np.sum(np.asarray(mix)), 1.0):
        raise StudyError(
            Text(
                "Capital is destroyed, but it is not known what rebuilding is made of.",
                "资本遭到破坏，但重建所需产品的构成未知。",
            ),
            Text(
                "Give `rebuilding`, shares of products that add up to 1, or a table with final demand for "
                "fixed capital formation.",
                "请给出rebuilding（各产品份额，合计为1），或使用含固定资本形成最终需求的投入产出表。",
            ),
        )
    shares = np.asarray(mix, dtype=float)
    products = tuple(int(k) for k in np.flatnonzero(shares > 0))
    weights = tuple(float(shares[k]) for k in products)
    value = to_numpy(found.added) * to_numpy(found.output) * found.days
    capital = to_numpy(given.capital_ratio) * value  # [B, n]
    pattern = to_numpy(found.sourcing)[list(products)]  # [K, R, g]
    sites = []
    for e in range(count):
        damage = np.zeros((len(shocks), n))
        start = np.full(len(shocks), np.inf)
        later = np.full(len(shocks), np.inf)
        for b, shock in enumerate(shocks):
            if e < len(shock.damages):
                one: Damage = shock.damages[e]
                damage[b], start[b], later[b] = one.capital, one.start, one.rebuild_from
        _refuse_more_than_there_is(found, damage, capital)
        grouped = damage.reshape(len(shocks), r, m).sum(2) if found.pooled else damage
        demand = np.stack([w * (grouped @ p.T) for w, p in zip(weights, pattern, strict=True)], axis=2)
        lacking = np.divide(damage, capital, out=np.zeros_like(damage), where=capital > 0)
        like = found.output
        move = {"dtype": like.dtype, "device": getattr(like, "device", None)}
        sites.append(
            Site(
                found.xp.asarray(lacking, **move),
                found.xp.asarray(demand, **move),
                found.xp.asarray(np.ones_like(demand), **move),
                start,
                later,
            )
        )
    return Works(products, weights, sites, given.rebuild_days[..., None])


def _refuse_more_than_there_is(found: System, damage: Array, capital: Array) -> None:
    over = np.argwhere(damage > capital * (1 + 1e-9))
    if over.size or not np.all(np.isfinite(damage)) or np.any(damage < 0):
        b, k = over[0] if over.size else np.argwhere(~(damage >= 0))[0]
        region, industry = divmod(int(k), len(found.industries))
        name = f"{found.regions[region]}/{found.industries[industry]}"
        raise StudyError(
            Text(
                f"Capital lost in {name} is {damage[b, k]:.4g}; there is {capital[b, k]:.4g}.",
                f"{name}的资本损失为{damage[b, k]:.4g}，而资本存量为{capital[b, k]:.4g}。",
            ),
            Text(
                "Give less, at least 0, or raise disruption.capital_ratio.",
                "请减少损失（不得为负），或提高disruption.capital_ratio。",
            ),
        )


def _flags(found: System, when: Array, day: int) -> Any:
    like = found.output
    return found.xp.asarray(
        (when <= day).astype(float), dtype=like.dtype, device=getattr(like, "device", None)
    )


def lacking_today(found: System, todo: Works, day: int) -> Any:
    r"""Share of capacity that destroyed capital takes away today [B, n].

    .. math:: \delta_j = \sum_e \frac{D_{ej}}{K_j} \sum_k \mu_k \sum_r T_{krj} \varphi_{erk}
    """
    xp = found.xp
    r, m, n = found.size
    total: Any = 0.0
    for site in todo.sites:
        batch = site.left.shape[0]
        remains: Any = 0.0
        for c, (k, w) in enumerate(zip(todo.products, todo.mix, strict=True)):
            remains = remains + w * (site.left[:, :, c] @ found.sourcing[k, ...])
        if found.pooled:
            wide = xp.zeros((batch, r, m), dtype=remains.dtype) if found.xp is np else remains[..., None] * 0
            remains = xp.reshape(xp.broadcast_to(remains[..., None] + wide, (batch, r, m)), (batch, n))
        total = total + site.lacking * remains * _flags(found, site.start, day)[:, None]
    return total


def demand_today(found: System, todo: Works, day: int) -> Any:
    """Rebuilding demanded from every supplier today [B, n], money."""
    xp = found.xp
    _, m, n = found.size
    columns = [None] * m
    for site in todo.sites:
        asked = site.demand * site.left / todo.days * _flags(found, site.rebuild_from, day)[:, None, None]
        for c, k in enumerate(todo.products):
            columns[k] = asked[:, :, c] if columns[k] is None else columns[k] + asked[:, :, c]
    none = todo.sites[0].left[:, :, 0] * 0
    stacked = xp.stack([none if c is None else c for c in columns], axis=2)
    return xp.reshape(stacked, (stacked.shape[0], n))


def receive(found: System, todo: Works, shipped: Any, day: int) -> None:
    """Book what suppliers have delivered today: `shipped` [B, n] is the share of rebuilding demand served."""
    xp = found.xp
    r, m, _ = found.size
    served = xp.reshape(shipped, (shipped.shape[0], r, m))
    each = xp.stack([served[:, :, k] for k in todo.products], axis=2)
    for site in todo.sites:
        on = _flags(found, site.rebuild_from, day)[:, None, None]
        site.left = site.left * (1.0 - on * each / todo.days)
