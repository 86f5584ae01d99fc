"""From what a scenario has in force in a year to a shock of the equilibrium model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hinterland.accounts.table import ABROAD
from hinterland.simulate.baseline import Baseline
from hinterland.simulate.changes import Build, Close, Disaster, Relocate
from hinterland.simulate.equilibrium.economy import Array, Economy, Shock, refuse
from hinterland.simulate.state import State, bought
from hinterland.study import Text

DAYS = 365
# What is asked of capacity must come out to this, relative to the industry's output.
EXACT = 1e-10
ROUNDS = 2000


def capacity_for(economy: Economy, target: Array) -> Array:
    r"""Capacity with which, at the wages and spending of the base year, regions sell what is asked.

    .. math:: \hat T_i \sum_n \frac{\pi_{ni}}{1+\tau_{ni}} \frac{X_n}{\sum_m \pi_{nm} \hat T_m} = Y_i^*

    solved for the regions of which something is asked; the plants of the others stay. So moved plants take
    their sales with them market by market, in competition with everybody: near markets of the host more,
    far ones less. What wages and prices then do to it is the model's answer.

    Parameters
    ----------
    economy : Economy
    target : array [j, n]
        Output wanted, money; NaN where nothing is asked.

    Returns
    -------
    array [j, n], ratios; 1 where nothing is asked.

    Raises
    ------
    StudyError
        Output wanted where the region does not make the product at all, or more than all markets buy.
    """
    found = np.ones_like(target)
    asked: npt.NDArray[np.bool_] = np.isfinite(target)
    new = asked & (target > 0) & (economy.output <= 0)
    if new.any():
        j, n = np.argwhere(new)[0]
        region, industry = economy.regions[n], economy.industries[j]
        raise refuse(
            f"{region} does not make {industry}: hat algebra reckons in ratios to the base year and cannot"
            " found an industry.",
            f"{region}没有{industry}：精确帽子代数以基年的比率计算，无法从无到有建立产业。",
            "Choose a host that has the industry, merge the industry with a related one, or use the impact"
            " model.",
            "请选择已有该产业的承接地，将该产业与相近产业合并，或改用投入产出影响模型。",
        )
    for j in np.flatnonzero(asked.any(1)):
        found[j] = _capacity_of(economy, int(j), target[j], asked[j])
    return found


def _capacity_of(economy: Economy, j: int, target: Array, asked: npt.NDArray[np.bool_]) -> Array:
    shares, spending = economy.shares[j], economy.spending[j]
    kept = shares if economy.tariff is None else shares / (1 + economy.tariff[j])
    capacity = np.where(asked, np.divide(target, economy.output[j], out=np.ones_like(target),
                                         where=economy.output[j] > 0), 1.0)  # fmt: skip
    size = economy.output[j].sum()
    gap = np.inf
    for _ in range(ROUNDS):
        power = shares @ capacity
        per_power = np.divide(spending, power, out=np.zeros_like(spending), where=power > 0)
        sold = capacity * (kept.T @ per_power)
        wanted = np.where(asked, target, sold)
        gap = float(np.abs(wanted - sold).max() / size)
        if gap <= EXACT:
            return capacity
        # a region that fills its markets must add plants faster than sales
        held = capacity * ((kept * shares).T @ np.divide(per_power, power, out=np.zeros_like(power),
                                                         where=power > 0)) * capacity  # fmt: skip
        own = np.divide(held, sold, out=np.zeros_like(sold), where=sold > 0)
        ratio = np.divide(wanted, sold, out=np.ones_like(sold), where=(sold > 0) & (wanted > 0))
        step = np.clip(np.log(ratio) / np.clip(1 - own, 0.05, None), -2.0, 2.0)
        capacity = np.where(asked & (target > 0), capacity * np.exp(step), capacity)
        if capacity.max() > 1e12:
            break
    worst = int(np.argmax(np.where(asked, target - economy.output[j], -np.inf)))
    raise refuse(
        f"{economy.industries[j]}: no capacity gives {economy.regions[worst]} the output of"
        f" {target[worst]:.6g} that is asked (all regions together sell {size:.6g}; {gap:.2g} of it is"
        " missing).",
        f"{economy.industries[j]}：任何产能都无法使{economy.regions[worst]}达到所要求的产出"
        f"{target[worst]:.6g}（各地区合计销售{size:.6g}，尚差{gap:.2g}）。",
        "Move or build less, or enlarge demand.",
        "请减少转移或新建的数额，或扩大需求。",
    )


@dataclass(frozen=True, eq=False)
class Mapped:
    """Shocks of a scenario, those of years with the same trade costs and tariffs together.

    Attributes
    ----------
    shocks : tuple of (positions of the years, Shock with as many cases)
    targets : tuple of array [j, n, cases]
        Output asked of regions in each of them; NaN where nothing is asked.
    notes : tuple of Text
        What the model reads differently from other models.
    """

    shocks: tuple[tuple[tuple[int, ...], Shock], ...]
    targets: tuple[Array, ...]
    notes: tuple[Text, ...]


def map_states(economy: Economy, base: Baseline, states: list[State]) -> Mapped:
    r"""Turn what is in force at the end of each year into shocks.

    ========== =========================================================================================
    relocate   capacity of origin and host, so that at the wages and spending of the base year the output
               moved is what was asked (`capacity_for`); likewise build and close
    productivity ratio of output to the bundle of inputs
    trade_cost, tariff as they are; of exports by foreign demand: see below
    demand     shares of final spending; a change of a region's total is paid by a transfer from all regions
               of the table in proportion to their value added (a nationwide factor changes the mix only).
               Exports: the cost of delivering abroad, so that at base prices exports change by the factor
    labour     supply of all primary factors of the region
    disaster   productivity by the share of capacity lost, averaged over the year
    resource   not here: see `capped.hold_caps`
    ========== =========================================================================================
    """
    groups: dict[bytes, list[int]] = {}
    wanted = [_target(economy, base, state) for state in states]
    parts = [_one(economy, base, state, target) for state, target in zip(states, wanted, strict=True)]
    for at, (_, cost, tariff) in enumerate(parts):
        key = b"" if cost is None else cost.tobytes()
        key += b"|" + (b"" if tariff is None else tariff.tobytes())
        groups.setdefault(key, []).append(at)
    shocks = []
    for members in groups.values():
        cost, tariff = parts[members[0]][1:]
        stacked = {
            name: np.stack([parts[at][0][name] for at in members], axis=-1)
            for name in ("capacity", "productivity", "labour", "demand", "transfer")
        }
        shocks.append((tuple(members), Shock(cost=cost, tariff=tariff, **stacked)))
    targets = tuple(np.stack([wanted[at] for at in members], axis=-1) for members, _ in shocks)
    return Mapped(tuple(shocks), targets, _notes(states))


def _target(economy: Economy, base: Baseline, state: State) -> Array:
    """Output that moves, builds and closures ask for [j, n]; NaN where they ask nothing."""
    r = len(base.table.regions)
    change = state.capacity_change.T
    target = np.full(economy.output.shape, np.nan)
    target[:, :r] = np.where(change != 0, np.maximum(economy.output[:, :r] + change, 0.0), np.nan)
    # rounding of a plan's figures leaves slivers where all is meant to go
    cleared: Array = np.where(target < 1e-9 * economy.output, 0.0, target)
    return cleared


def _one(
    economy: Economy, base: Baseline, state: State, target: Array
) -> tuple[dict[str, Array], Array | None, Array | None]:
    r, j, n = len(base.table.regions), len(economy.industries), len(economy.regions)
    productivity, labour = np.ones((j, n)), np.ones(n)
    productivity[:, :r] = state.productivity.T * _disasters(base, state).T
    labour[:r] = state.labour
    for name, values, where in (
        ("productivity", productivity[:, :r].T, (economy.regions, economy.industries)),
        ("labour", labour[:r, None], (economy.regions, ("",))),
    ):
        if (values <= 0).any():
            a, b = np.argwhere(values <= 0)[0]
            place = f"{where[0][a]}/{where[1][b]}".rstrip("/")
            raise refuse(
                f"The scenario leaves {place} without any {name}.",
                f"情景使{place}的{'生产率' if name == 'productivity' else '劳动力'}降为零。",
                "Close its capacity instead.",
                "请改为关停其产能。",
            )
    demand, transfer, exports = _demand(economy, base, state)
    cost = np.ones((j, n, n))
    cost[:, :r, :r] = state.trade_cost.transpose(0, 2, 1)
    if n > r:
        cost[:, r, :r] = exports.T ** (-1.0 / economy.theta[:, None])
    tariff = np.zeros((j, n, n)) if economy.tariff is None else economy.tariff.copy()
    said = state.tariff.transpose(0, 2, 1)
    tariff[:, :r, :r] = np.where(np.isnan(said), tariff[:, :r, :r], said)
    parts = {
        "capacity": capacity_for(economy, target),
        "productivity": productivity,
        "labour": labour,
        "demand": demand,
        "transfer": transfer,
    }
    return parts, None if (cost == 1).all() else cost, tariff if np.any(tariff) else None


def _demand(economy: Economy, base: Baseline, state: State) -> tuple[Array, Array, Array]:
    """Factors of final spending [j, n], transfers [n], factors of exports [region, j]."""
    r, j, n = len(base.table.regions), len(economy.industries), len(economy.regions)
    demand, transfer, exports = np.ones((j, n)), np.zeros(n), np.ones((r, j))
    if (state.demand_factor == 1).all():
        return demand, transfer, exports
    amounts = bought(base.table, state.categories)
    home = np.array([c not in ABROAD for c in state.categories])
    before = amounts[:, :, home].sum(2)
    after = (amounts * state.demand_factor)[:, :, home].sum(2)
    ratio = np.divide(after, before, out=np.ones_like(before), where=before > 0)
    if (ratio < 0).any():
        a, b = np.argwhere(ratio < 0)[0]
        raise refuse(
            f"Final demand of {economy.regions[a]} for {economy.industries[b]} would be negative.",
            f"{economy.regions[a]}对{economy.industries[b]}的最终需求将为负。",
            "Reduce it by less.",
            "请减小降幅。",
        )
    demand[:, :r] = ratio.T
    more = (economy.final[:, :r] * economy.income[:r] * (ratio.T - 1)).sum(0)
    share = economy.value_added[:r] / economy.value_added[:r].sum()
    transfer[:r] = more - share * more.sum()
    if (~home).any():
        sold = amounts[:, :, ~home].sum(2)
        now = (amounts * state.demand_factor)[:, :, ~home].sum(2)
        exports = np.divide(now, sold, out=np.ones_like(sold), where=sold > 0)
        if (exports <= 0).any():
            a, b = np.argwhere(exports <= 0)[0]
            raise refuse(
                f"Exports of {economy.industries[b]} from {economy.regions[a]} would fall to nothing.",
                f"{economy.regions[a]}的{economy.industries[b]}出口将降为零。",
                "Reduce them by less than the whole.",
                "降幅请小于全部出口。",
            )
    return demand, transfer, exports


def _disasters(base: Baseline, state: State) -> Array:
    """Share of capacity left on the average day of the year [region, industry]."""
    left = np.ones((len(base.table.regions), len(base.table.industries)))
    for change in state.disasters:
        if change.loss is None:
            raise refuse(
                f"The disaster in {change.region} is given as capital lost.",
                f"{change.region}的灾害以资本损失给出。",
                "The equilibrium model needs the share of capacity lost (loss).",
                "一般均衡模型需要产能损失份额（loss）。",
            )
        mean = float(np.mean([change.lost(day) for day in range(DAYS)]))
        where = slice(None) if change.industry is None else base.table.industries.index(change.industry)
        left[base.table.regions.index(change.region), where] *= 1 - change.loss * mean
    return left


def _notes(states: list[State]) -> tuple[Text, ...]:
    notes = []
    changes = [change for state in states for change, _ in state.fractions]
    if any(isinstance(c, Relocate) and c.sourcing != "host" for c in changes):
        notes.append(
            Text(
                "Moved plants buy as the host's do, at the prices found; other rules of sourcing are the"
                " impact model's.",
                "迁入产能按承接地现有企业的方式、以求得的价格采购；其他采购规则仅用于投入产出影响模型。",
            )
        )
    if any(isinstance(c, Build | Close) and c.market == "own" for c in changes):
        notes.append(
            Text(
                "Built and closed capacity wins and loses sales in competition with all makers; no market"
                " comes or goes with it.",
                "新建与关停的产能在与所有生产者的竞争中获得或失去销售，不带来也不带走市场。",
            )
        )
    if any(isinstance(c, Disaster) for c in changes):
        notes.append(
            Text(
                "A disaster lowers the productivity of its year by the capacity lost on average; bottlenecks"
                " within the year are the disruption model's.",
                "灾害按当年平均产能损失降低生产率；年内瓶颈由逐日扰动模型反映。",
            )
        )
    return tuple(notes)
