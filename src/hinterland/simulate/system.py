"""The input-output system after a scenario: who sells to whom, by which recipe, and what is bought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hinterland.accounts import IOTable
from hinterland.simulate.baseline import Baseline
from hinterland.simulate.state import State
from hinterland.study import Study, StudyError, Text

Array = npt.NDArray[np.float64]

# What comes with output, whatever its name; a system carries them per unit of output.
IMPORTS, INCOME = "imports", "income"


@dataclass(frozen=True, eq=False)
class System:
    """An input-output system that a scenario has changed; n rows region-major as in the table.

    Attributes
    ----------
    A : array [n, n]
        Input coefficients.
    y : array [n]
        Final demand, money.
    per : mapping of account to array [n]
        Per unit of output: value_added, imports, income and satellites.
    mix : array [industry, region, region]
        Sales of a product by maker before (last axis) that its makers now have; columns sum to 1.
    capacity : array [n]
        Output of the capacity moved, built and closed, net.
    direct : array [n]
        What the scenario itself says of output: `capacity`, and demand.
    plants : array [n]
        Output of capacity that comes or goes with a market of its own; part of `capacity`.
    """

    A: Array
    y: Array
    per: Mapping[str, Array]
    mix: Array
    capacity: Array
    direct: Array
    plants: Array

    def resell(self, rows: Array) -> Array:
        """Pass sales [n, ...] of the makers before to the makers now."""
        r, n = self.mix.shape[1], self.mix.shape[0]
        shape = rows.shape
        sold = np.einsum("ihr,ri...->hi...", self.mix, rows.reshape(r, n, *shape[1:]))
        return np.asarray(sold.reshape(shape), dtype=np.float64)


def per_output(table: IOTable, compensation: str | None) -> dict[str, Array]:
    """Return accounts per unit of output; 0 where there is no output."""
    share = np.divide(1.0, table.x, out=np.zeros_like(table.x), where=table.x > 0)
    per = {"value_added": table.V.sum(0) * share, IMPORTS: table.imports * share}
    for name, account in table.satellites.items():
        per[name] = np.where(table.x > 0, account.values * share, 0.0)
    if compensation is not None and compensation in table.items:
        per[INCOME] = table.V[table.items.index(compensation)] * share
    return per


def shared_moves(state: State, table: IOTable, study: Study) -> Array:
    """Moves that building and closing in a shared market amount to; [industry, origin, host].

    A plant built takes its sales from all other makers of the product by their output; one closed leaves
    them to all others in the same way.
    """
    made = table.x.reshape(len(table.regions), -1)
    moves = np.zeros((len(table.industries), len(table.regions), len(table.regions)))
    for amounts, giving in ((state.built["shared"], False), (state.closed["shared"], True)):
        for r, i in np.argwhere(amounts > 0):
            others = np.where(np.arange(len(made)) == r, 0.0, made[:, i])
            if others.sum() < amounts[r, i]:
                raise StudyError(
                    Text(
                        "Others make {b} of {industry}; they cannot share a market of {a} with {region}.",
                        "{region}有{a}的{industry}市场需由其他地区分担，而其他地区产出仅{b}。",
                    ).format(
                        a=f"{amounts[r, i]:,.6g}",
                        b=f"{others.sum():,.6g}",
                        industry=study.text("industry", table.industries[i]),
                        region=study.text("region", table.regions[r]),
                    ),
                    Text("Give it a market of its own (market: own), or a smaller amount.",
                         "请改为自有市场（market: own），或减少数额。"),
                )  # fmt: skip
            part = amounts[r, i] * others / others.sum()
            if giving:
                moves[i, r, :] += part
            else:
                moves[i, :, r] += part
    return moves


def nearest_suppliers(table: IOTable, study: Study, host: int, need: Array) -> npt.NDArray[np.intp]:
    """Return the region that supplies each product to a host: the nearest that makes as much as is needed.

    Where no region makes enough it is the largest maker.

    Parameters
    ----------
    table : IOTable
    study : Study
        With distances between regions.
    host : int
    need : array [industry]
        Money a year.

    Returns
    -------
    array of int [industry]
    """
    km = study.get("distance")
    labels = list(table.regions)
    if km is None:
        raise StudyError(
            Text("Distances between regions are not known, so no supplier is the nearest.",
                 "缺少地区间距离，无法确定就近供应商。"),
            Text("Add the table distance, or choose another rule of sourcing (host, keep).",
                 "请补充distance表，或改用其他采购规则（host、keep）。"),
        )  # fmt: skip
    way = km.reindex(region=labels, region_to=labels).transpose("region", "region_to").to_numpy()[:, host]
    order = np.argsort(np.where(np.isfinite(way), way, np.inf), kind="stable")
    order = np.concatenate([[host], order[order != host]])
    made = table.x.reshape(len(labels), -1)[order]
    enough = made >= need
    chosen: npt.NDArray[np.intp] = np.where(enough.any(0), order[enough.argmax(0)], order[made.argmax(0)])
    return chosen


def _newcomer(A: Array, trade: Array, recipe: Array, host: int) -> Array:
    """Inputs of a recipe [n] by product, each bought where the host region buys that product."""
    r, n = trade.shape[1], trade.shape[0]
    brought = recipe.reshape(r, n)
    # a fall of stocks can be written as a negative purchase; nobody is a supplier of less than nothing
    here = np.clip(trade[:, :, host].T, 0.0, None)
    total = here.sum(0)
    pattern = np.divide(here, total, out=np.zeros_like(here), where=total > 0)
    return np.asarray(np.where(total > 0, pattern * brought.sum(0), brought).ravel())


def _recipes(
    base: Baseline, state: State, moves: Mapping[str, Array], A: Array, per: dict[str, Array]
) -> None:
    """Give hosts the recipes of what has come, in proportion to capacity; changes A and per in place."""
    table = base.table
    r, n = len(table.regions), len(table.industries)
    made = table.x.reshape(r, n)
    before, was = table.A, {name: np.array(values) for name, values in per.items()}
    gone = np.stack([m.sum(2).T for m in moves.values()]).sum(0) + state.closed["own"]
    arrived = np.stack([m.sum(1).T for m in moves.values()]).sum(0) + state.built["own"]
    for h, i in np.argwhere(arrived > 0):
        column, origins = h * n + i, np.arange(r) * n + i
        own = before[:, column]
        mine = {name: values[column] for name, values in was.items()}
        if made[h, i] <= 0:
            # the average recipe of where it comes from; of all makers where it is built anew
            from_ = np.asarray(moves["host"][i, :, h])
            from_ = from_ if from_.sum() > 0 else made[:, i]
            weight = from_ / from_.sum() if from_.sum() > 0 else np.full(r, 1.0 / r)
            own = _newcomer(A, table.trade, before[:, origins] @ weight, int(h))
            mine = {name: float(weight @ values[origins]) for name, values in was.items()}
        stock = max(made[h, i] - gone[h, i], 0.0) + moves["host"][i, :, h].sum() + state.built["own"][h, i]
        parts: list[tuple[float, Array, dict[str, float]]] = [(float(stock), own, mine)]
        for rule in ("keep", "nearest"):
            for o in np.flatnonzero(moves[rule][i, :, h] > 0):
                amount = float(moves[rule][i, o, h])
                recipe = before[:, o * n + i]
                if rule == "nearest":
                    inputs = recipe.reshape(r, n).sum(0)
                    by = nearest_suppliers(table, base.study, int(h), inputs * amount)
                    recipe = np.zeros((r, n))
                    recipe[by, np.arange(n)] = inputs
                    recipe = recipe.ravel()
                parts.append((amount, recipe, {name: v[o * n + i] for name, v in was.items()}))
        whole = sum(amount for amount, _, _ in parts)
        if len(parts) == 1 or whole <= 0:
            A[:, column] = own
            for name in per:
                per[name][column] = mine[name]
            continue
        A[:, column] = np.stack([v for _, v, _ in parts], axis=1) @ (
            np.array([a for a, _, _ in parts]) / whole
        )
        for name in per:
            per[name][column] = sum(amount * values[name] for amount, _, values in parts) / whole


def shifted(base: Baseline, state: State, compensation: str | None = None) -> System:
    r"""Return the system of a scenario's state.

    Sales: with the share :math:`\phi_{ioh} = m_{ioh} / x_{oi}` of the origin's output that moves, every sale
    of the origin, to industries and to final demand, passes to the host in that share (sales go where the
    capacity is), :math:`A' = M A,\ y' = M y`, :math:`M_{hi,oi} = \phi_{ioh}`,
    :math:`M_{oi,oi} = 1 - \sum_h \phi_{ioh}`.

    Recipes: an industry of a host is the average, weighted by capacity, of what was there and what has come.
    What has come buys by the rule of sourcing: "host": inputs and suppliers of the host's average plant (in a
    host that had none: the origin's inputs by product, bought where the host region buys each product);
    "keep": the origin's inputs from the origin's suppliers; "nearest": the origin's inputs, each from
    `nearest_suppliers`. Value added, jobs and emissions per output go with the inputs.

    Productivity f: inputs of all kinds per output are divided by f; at the base year's prices what is saved
    is value added.

    References
    ----------
    Miller & Blair (2009), section 3.4 (trade coefficients in many-region models); the substitution of market
    shares follows the transfer of demand in Dietzenbacher, van Burken & Kondo (2019), Economic Systems
    Research 31.
    """
    table = base.table
    r, n = len(table.regions), len(table.industries)
    made = table.x.reshape(r, n)
    A = np.array(table.A)
    per = per_output(table, compensation)
    extra = shared_moves(state, table, base.study)
    moves: dict[str, Array] = {rule: np.asarray(values) for rule, values in state.moved.items()}
    moves["host"] = moves["host"] + extra
    everything = np.asarray(sum(moves.values()))
    # a hair above the whole of an origin is rounding of the plan
    leaving = everything.sum(2)
    whole = made.T
    factor = np.divide(whole, leaving, out=np.ones_like(whole), where=leaving > whole)[:, :, None]
    moves = {name: values * factor for name, values in moves.items()}
    everything = everything * factor
    if np.any(everything) or np.any(state.built["own"]):
        _recipes(base, state, moves, A, per)
    out = np.divide(everything, whole[:, :, None], out=np.zeros_like(everything), where=whole[:, :, None] > 0)
    mix = np.zeros((n, r, r))
    here = np.arange(r)
    mix[:, here, here] = np.clip(1.0 - out.sum(2), 0.0, 1.0)
    mix += out.transpose(0, 2, 1)
    demand = table.Y.sum(1)
    added = state.demand.reshape(r * n, -1).sum(1) + _investment(base, state)
    plants = (state.built["own"] - state.closed["own"]).ravel()
    moved = state.relocation * factor
    capacity = (moved.sum(1) - moved.sum(2)).T.ravel() + plants
    capacity = capacity + (state.built["shared"] - state.closed["shared"]).ravel()
    system = System(A, demand, per, mix, capacity, capacity, plants)
    if np.any(everything):
        rows = A.reshape(r, n, r * n)
        for i in np.flatnonzero(everything.sum((1, 2)) > 0):
            rows[:, i, :] = mix[i] @ rows[:, i, :]
    gain = state.productivity.ravel()
    better = np.flatnonzero(gain != 1.0)
    if better.size:
        A[:, better] /= gain[better]
        for name in per:
            if name != "value_added":
                per[name][better] /= gain[better]
        inputs = A[:, better].sum(0) + per[IMPORTS][better]
        per["value_added"][better] = np.where(table.x[better] > 0, 1.0 - inputs, 0.0)
    brought = system.resell(added) if np.any(added) else added
    return System(A, system.resell(demand) + brought, per, mix, capacity, capacity + brought, plants)


def _investment(base: Baseline, state: State) -> Array:
    """Demand [n] for the building of plants in the year, as the region's investment is spent now."""
    table = base.table
    out = np.zeros(len(table.x))
    spent = np.flatnonzero(state.investment > 0)
    if not spent.size:
        return out
    category = str(base.study.parameter("simulate.investment_category"))
    columns = {region: k for k, (region, c) in enumerate(table.final) if c == category}
    for k in spent:
        column = columns.get(table.regions[k])
        pattern = table.Y[:, column] if column is not None else np.zeros_like(out)
        if pattern.sum() <= 0:
            raise StudyError(
                Text(
                    f"The table does not say what {table.regions[k]} buys as '{category}'.",
                    f"投入产出表没有{table.regions[k]}的“{category}”结构。",
                ),
                Text(
                    "Name its category in simulate.investment_category, or leave the investment out.",
                    "请在simulate.investment_category中指定投资类别，或删去investment。",
                ),
            )
        out += state.investment[k] * pattern / pattern.sum()
    return out
