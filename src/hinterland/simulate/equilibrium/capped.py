r"""Caps on resources in equilibrium: rights to use them have a price, and the region earns it.

A region may use at most :math:`\bar u` of a resource, of which industry i needs :math:`\rho_i` per unit of
output. The rights to it are sold to whoever makes something with it, at the price :math:`\mu` at which they
are just enough:

.. math:: \mu \ge 0,\qquad u = \sum_i \rho_i x_i \le \bar u,\qquad \mu\,(\bar u - u) = 0 .

A unit that costs :math:`c_i` at the gate then sells for :math:`c_i + \mu\rho_i`, everywhere, so that users
lose markets to makers elsewhere, those who need most of it first, and their factors find other work. The rent
:math:`\mu u` is income of the region's people. To the model that is a duty of :math:`\mu\rho_i / c_i` on what
the region sells, at home too, with what others pay of it handed to the region.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from hinterland.simulate.baseline import Baseline
from hinterland.simulate.caps import use_per_output, used_now
from hinterland.simulate.changes import Resource
from hinterland.simulate.equilibrium.economy import Array, DeficitRule, Economy, Shock, refuse
from hinterland.simulate.equilibrium.mobility import Mobility
from hinterland.simulate.equilibrium.solve import Solution, solve
from hinterland.simulate.state import State
from hinterland.study import Column, Result, Text

CAPPED = Text(
    "Rights to use a capped resource have the price at which they are just enough, and the region earns it:"
    " it is in real income, and not in value added (factor income). Output that is asked for is reached as if"
    " there were no cap. No intervals are drawn under a cap.",
    "受限资源的使用权按恰好够用的价格出售，收入归本地区：计入实际收入，不计入增加值（要素收入）。"
    "所要求的产出按不设上限时达到的产能计算；设有上限时不作区间抽样。",
)
ROUNDS = 80
# Use of a cap that binds is met, and rents are handed over, to this share.
MET = 1e-8
# A round raises the price by at most what adds this share to the mean user's price.
STEP = 0.5


@dataclass(frozen=True)
class Held:
    """What a cap does: its limit, what is used, and the price of a unit (0 where it does not bind).

    Money of the numeraire (the world's factor income of the base year) per unit of the resource.
    """

    cap: Resource
    limit: float
    used: float
    price: float


@dataclass(frozen=True, eq=False)
class _Cap:
    cap: Resource
    place: int
    needs: Array
    limit: float


def hold_caps(
    economy: Economy,
    base: Baseline,
    shock: Shock,
    caps: Sequence[Resource],
    *,
    deficits: DeficitRule = "fixed",
    mobility: Mobility | None = None,
) -> tuple[Solution, tuple[Held, ...]]:
    """Solve one case of a shock under caps on resources.

    Parameters
    ----------
    economy : Economy
        Its first regions are those of the baseline's table, in that order.
    base : Baseline
    shock : Shock
        Without cases.
    caps : sequence of Resource
        Of several on one resource of a region the lowest counts.

    Returns
    -------
    Solution, tuple of Held
        The equilibrium, and each cap with its price.

    Raises
    ------
    StudyError
        A cap of nothing, one that no price keeps, unknown use.
    """
    solution = solve(economy, shock, deficits=deficits, mobility=mobility)
    known = _read(base, caps, solution)
    price = np.zeros(len(known))
    slope = np.array([_slope(cap, solution) for cap in known])
    gap = _gaps(known, solution)
    for _ in range(ROUNDS):
        binding = (price > 0) | (gap > MET)
        if not binding.any():
            break
        step = np.where(binding, gap / slope, 0.0)
        most = STEP / np.array([_mean_need(cap, solution) for cap in known])
        before, price = price, np.maximum(price + np.clip(step, -most, most), 0.0)
        wedge = _wedge(economy, known, price, solution)
        solution = solve(
            economy,
            _with_rents(economy, shock, wedge, solution),
            deficits=deficits,
            mobility=mobility,
            warm=solution.state,
        )
        was, gap = gap, _gaps(known, solution)
        moved = price - before
        with np.errstate(divide="ignore", invalid="ignore"):
            seen = -(gap - was) / moved
        usable = (np.abs(moved) > 1e-12 * np.abs(price)) & np.isfinite(seen) & (seen > 0)
        slope = np.where(usable, np.clip(seen, slope / 4, slope * 4), slope)
        off = np.where(price > 0, np.abs(gap), np.maximum(gap, 0.0)).max()
        owed = _rents(wedge, solution) - _handed(shock, solution)
        if max(off, float(np.abs(owed).max() / economy.value_added.sum())) <= MET:
            return solution, _held(known, solution, price)
    else:
        worst = known[int(np.argmax(np.abs(gap)))]
        raise refuse(
            f"No price of {worst.cap.resource} was found that keeps its use in {worst.cap.region} to the cap"
            f" of {worst.limit:.6g} (off by {np.abs(gap).max():.2g} in logs).",
            f"未能找到使{worst.cap.region}的{worst.cap.resource}用量不超过上限{worst.limit:.6g}的价格"
            f"（对数偏差{np.abs(gap).max():.2g}）。",
            "Lower the cap by less, or use the impact or the disruption model.",
            "请减小降幅，或改用投入产出影响模型或逐日扰动模型。",
        )
    return solution, _held(known, solution, price)


def _read(base: Baseline, caps: Sequence[Resource], free: Solution) -> list[_Cap]:
    """Caps with what their region's industries need, the lowest of each resource and region."""
    found: dict[tuple[str, str], _Cap] = {}
    for cap in caps:
        place = base.table.regions.index(cap.region)
        limit = cap.limit if cap.limit is not None else (cap.factor or 0.0) * used_now(base, cap)
        if limit <= 0:
            raise refuse(
                f"The cap on {cap.resource} leaves {cap.region} none of it.",
                f"{cap.region}的{cap.resource}上限为零。",
                "Close the industries that need it instead.",
                "请改为关停使用该资源的产业。",
            )
        needs = use_per_output(base, cap, free.volume[:, place, 0])
        key = (cap.resource, cap.region)
        if key not in found or limit < found[key].limit:
            found[key] = _Cap(cap, place, needs, limit)
    return list(found.values())


def _used(cap: _Cap, solution: Solution) -> float:
    return float(cap.needs @ solution.volume[:, cap.place, 0])


def _gaps(known: Sequence[_Cap], solution: Solution) -> Array:
    """Logarithm of use over limit."""
    return np.array([np.log(max(_used(cap, solution), 1e-300) / cap.limit) for cap in known])


def _mean_need(cap: _Cap, solution: Solution) -> float:
    """Need per unit of output, mean over the units of the resource that are used."""
    by = cap.needs * solution.volume[:, cap.place, 0]
    return float(by @ cap.needs / by.sum())


def _slope(cap: _Cap, solution: Solution) -> float:
    """First guess of the fall of log use with the price: an elasticity of one to the price of users."""
    return _mean_need(cap, solution)


def _wedge(economy: Economy, known: Sequence[_Cap], price: Array, solution: Solution) -> Array:
    """What the rights add to the price at the gate, as a share of it [j, i]."""
    wedge = np.zeros(economy.output.shape)
    for cap, amount in zip(known, price, strict=True):
        cost = solution.cost[:, cap.place, 0]
        wedge[:, cap.place] += amount * np.divide(cap.needs, cost, out=np.zeros_like(cost), where=cost > 0)
    return wedge


def _rents(wedge: Array, solution: Solution) -> Array:
    """What regions have to be handed of the rents that others pay, less what they pay [n]; adds to zero."""
    paid = solution.exports() * wedge[:, None, :]
    away = paid * ~np.eye(paid.shape[1], dtype=bool)
    found: Array = away.sum((0, 1)) - away.sum((0, 2))
    return found


def _handed(shock: Shock, solution: Solution) -> Array:
    given = np.zeros(len(solution.economy.regions)) if shock.transfer is None else np.asarray(shock.transfer)
    now = solution.shock.transfer
    return (np.zeros_like(given) if now is None else np.asarray(now)) - given


def _with_rents(economy: Economy, shock: Shock, wedge: Array, solution: Solution) -> Shock:
    """The shock with rights as duties on what their region sells, and the rents handed to it."""
    levied = shock.tariff if shock.tariff is not None else economy.tariff
    before = np.zeros(economy.shares.shape) if levied is None else np.asarray(levied, dtype=float)
    given = np.zeros(len(economy.regions)) if shock.transfer is None else np.asarray(shock.transfer)
    return replace(
        shock,
        tariff=(1.0 + before) * (1.0 + wedge[:, None, :]) - 1.0,
        transfer=given + _rents(wedge, solution),
    )


def under_caps(
    economy: Economy,
    base: Baseline,
    shock: Shock,
    state: State,
    deficits: DeficitRule,
    mobility: Mobility | None,
    scale: Array | None,
) -> tuple[Solution, tuple[Held, ...]]:
    """Solve one case under the caps of its year, see `hold_caps`; with economies of scale it is refused."""
    if scale is not None:
        raise refuse(
            "Caps on resources are not held with economies of scale: equilibria may be several.",
            "设有规模经济时不处理资源上限：均衡可能不唯一。",
            "Leave the scale elasticity at 0, or use the impact or the disruption model.",
            "请将规模弹性设为0，或改用投入产出影响模型或逐日扰动模型。",
        )
    return hold_caps(economy, base, shock, state.resources, deficits=deficits, mobility=mobility)


def caps_table(base: Baseline, held: Sequence[Held]) -> Result:
    """Return equilibrium_caps: each cap of the last year, what is used, and what a unit is worth."""
    study, known = base.study, base.table.provenance
    resources = study.frames.get("resources")
    units = {} if resources is None else dict(zip(resources["resource"], resources["unit"], strict=True))

    def figure(name: str, en: str, zh: str, unit: str = "") -> Column:
        return Column(name, Text(en, zh), "number", unit, "estimated", known.year, known.sources)

    frame = pd.DataFrame(
        [
            (
                h.cap.region,
                h.cap.resource,
                h.limit,
                h.used,
                str(units.get(h.cap.resource, "")),
                h.price,
                h.price * h.used,
            )
            for h in held
        ],
        columns=["region", "resource", "limit", "used", "unit", "unit_price", "rent"],
    )
    return Result(
        "equilibrium_caps",
        Text("Caps on resources, and what a unit is worth", "资源上限及其单位价值"),
        frame,
        (
            Column("region", Text("Region", "地区"), "region"),
            Column("resource", Text("Resource", "资源"), "resource"),
            figure("limit", "Cap", "上限"),
            figure("used", "Used", "使用"),
            Column("unit", Text("Unit", "单位"), "text"),
            figure("unit_price", "Price of a unit", "单位价格", base.table.unit),
            figure("rent", "Rent of the region", "地区租金收入", base.table.unit),
        ),
        Text(
            "Spatial equilibrium with tradable rights to a resource: price zero or use at the cap.",
            "含可交易资源使用权的空间均衡：价格为零，或用量等于上限。",
        ),
        CAPPED,
    )


def _held(known: Sequence[_Cap], solution: Solution, price: Array) -> tuple[Held, ...]:
    return tuple(
        Held(cap.cap, cap.limit, _used(cap, solution), float(amount))
        for cap, amount in zip(known, price, strict=True)
    )
