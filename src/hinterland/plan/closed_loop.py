r"""The plan and the prices that it makes: re-solved on the wages and prices of its own equilibrium.

The programme takes the base year's prices as given. A plan that is large against a host moves them: its
labour and what its plants buy become dearer, at the origin they become cheaper. Here the plan is run through
the equilibrium model, its data are restated at the prices found (`repriced`), and it is solved again by the
same rule, until neither the moves nor the prices change:

.. math:: z^{k} = \mathrm{plan}(s^{k}),\qquad
          s^{k+1} = s^{k} + \lambda_k\,\bigl(F(z^{k}) - s^{k}\bigr)

with s the logarithms of the prices relative to the base year and F the equilibrium of a plan. The answer of a
linear programme jumps from corner to corner, so that the rounds may go in a circle. Where a plan comes back
that was there before, or the change of the moves does not fall, :math:`\lambda` is halved. If the moves still
jump after the rounds allowed, the loop says so, and names the moves that do: at the prices which they make
themselves neither answer is best, and no plan is called the settled one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from hinterland.plan.assemble import number
from hinterland.plan.data import Array, PlanData
from hinterland.plan.model import Plan, make_plan
from hinterland.plan.reload import Reloader
from hinterland.plan.sensitivity import Bases, replan, rule_of
from hinterland.simulate import Outcome, equilibrium
from hinterland.simulate.equilibrium import calibrate
from hinterland.study import StudyError, Text

if TYPE_CHECKING:
    from hinterland.plan.solver import Solution
    from hinterland.simulate.equilibrium.model import Setting
    from hinterland.study import Result, Study


# The damping is halved down to this share of the first one: below it the rounds would end by lack of steps.
SMALLEST = 1 / 16


@dataclass(frozen=True, eq=False)
class Prices:
    """Ratios to the base year, means over the plan's years.

    Attributes
    ----------
    cost : DataArray[industry, region]
        Price at the gate of a unit of output: of factors and inputs together.
    wage, index : DataArray[region]
        Price of the region's factors, and of what its people buy.
    """

    cost: Array
    wage: Array
    index: Array

    def toward(self, other: Prices, share: float) -> Prices:
        """Go a share of the way to other prices, in logarithms."""

        def step(mine: Array, theirs: Array) -> Array:
            found: Array = mine * (theirs / mine) ** share
            return found

        return Prices(step(self.cost, other.cost), step(self.wage, other.wage), step(self.index, other.index))

    def distance(self, other: Prices) -> float:
        """Largest difference of any price, in logarithms."""
        pairs = ((self.cost, other.cost), (self.wage, other.wage), (self.index, other.index))
        return max(float(np.abs(np.log(a) - np.log(b)).max()) for a, b in pairs)


@dataclass(frozen=True)
class Round:
    """One round: the moves found at some prices, against those of the round before.

    Attributes
    ----------
    number : int
        0 is the plan at the prices of the base year.
    damping : float
        Share of the way to its own prices that was gone; NaN in round 0.
    change : float
        Half the sum of the changes of all moves, as a share of what moves; NaN in round 0.
    residual : float
        Largest difference (logarithm) between the prices that the plan makes and those it was made at.
    returned : int or None
        An earlier round, not the last, with the same moves.
    values : mapping
        Objectives at the prices of the round, means over the plan's years.
    """

    number: int
    damping: float
    change: float
    residual: float
    returned: int | None
    values: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class ClosedLoop:
    """A plan run against the prices it makes.

    Attributes
    ----------
    plan : Plan
        As it was made, at the base year's prices.
    settled : Plan or None
        At the prices that it makes itself; None where the loop does not settle.
    rounds : tuple of Round
    prices : Prices
        At which the last round's moves were found.
    last : DataArray[industry, origin, host, phase]
        Moves of the last round.
    flips : DataArray[industry, origin, host]
        Where it does not settle: how far the moves still jump, between the lowest and the highest
        since the first round that came back; where it does: the settled less the first plan's. Money of
        output per year.
    outcome : Outcome
        The equilibrium of the plan as it was made.
    """

    plan: Plan
    settled: Plan | None
    rounds: tuple[Round, ...]
    prices: Prices
    last: Array
    flips: Array
    outcome: Outcome

    @property
    def own_data(self) -> PlanData:
        """The plan's data at the prices that it makes as it stands."""
        return repriced(self.plan.data, prices_of(self.plan.data, self.outcome))

    def results(self) -> tuple[Result, ...]:
        """Return the tables plan_loop, plan_settled and plan_flips."""
        from hinterland.plan.loop_tables import loop_tables

        return loop_tables(self)


def prices_of(data: PlanData, outcome: Outcome) -> Prices:
    r"""Return the prices of an equilibrium by phase as means over the plan's years.

    .. math:: \bar p = \sum_p a_p\,\hat p_p \Big/ \sum_p a_p

    with the weights of the capacity in place (`PlanData.stock_weight`), as the objectives have them. The cost
    of an industry that a region does not have even after the plan is that of its factors and of living
    there, :math:`\hat c = \hat w^{\nu}\hat P^{1-\nu}`, with the value added per unit of output in the host.
    """
    found = outcome.result
    regions = sorted({*data.hosts, *data.origins})
    weight = data.stock_weight / data.stock_weight.sum()
    dated = found["time"].to_numpy().tolist() == data.codes

    def mean(name: str) -> Array:
        values = found[name].sel(region=regions).drop_attrs()
        if not dated:
            return values.isel(time=-1, drop=True)
        return (values * weight.rename(phase="time")).sum("time", skipna=False)

    wage, index = mean("wage"), mean("price_index")
    cost = mean("prices").sel(industry=data.industries)
    share = xr.zeros_like(cost)
    if "value_added" in data.gains:
        host = data.gains["value_added"].rename(host="region")
        share = host.reindex(region=regions).fillna(0.0)
    made_up = np.exp(share * np.log(wage) + (1.0 - share) * np.log(index))
    return Prices(cost.fillna(made_up).transpose("industry", "region"), wage, index)


def repriced(data: PlanData, prices: Prices) -> PlanData:
    r"""Return the data of a plan at other prices.

    With :math:`\hat c_{ir}` the price of a unit of output, :math:`\hat w_r` that of the region's factors and
    :math:`\hat P_r` that of what its people buy, all relative to the base year:

    .. math::
        \nu'_{ih} = \nu_{ih}\,\hat c_{ih} / \hat P_h,\qquad
        \ell'_{ih} = \ell_{ih}\,\hat c_{ih} / \hat w_h,\qquad
        c'_{ioh} = c_{ioh} + (\hat c_{ih} - 1) - (\hat c_{io} - 1)

    and likewise for what origins lose. The shares of factors and inputs in the value of output stay
    (Cobb-Douglas, as in the equilibrium model), so that value added per unit goes with the unit's price, what
    it is worth to people with the price of living, and heads per unit fall where they are dearer. The price
    of a unit, :math:`\hat c_{ir} = \hat w_r^{\gamma_{ir}}\prod_k \hat P_{kr}^{\gamma_{kir}}`, holds wages by
    their share and inputs by theirs; to first order the landed cost rises by the labour part times the change
    of wages and the inputs part times that of their prices. Carbon, energy and resources per unit of output
    are physical and stay, and so do all limits.

    Shapes as in `PlanData`; value added per unit is then in base-year purchasing power of the region.
    """
    at_host = Prices(*(_at(a, data.hosts, "host") for a in (prices.cost, prices.wage, prices.index)))
    at_origin = Prices(*(_at(a, data.origins, "origin") for a in (prices.cost, prices.wage, prices.index)))
    cost = data.landed_cost
    if cost is not None:
        cost = (cost + (at_host.cost - 1.0) - (at_origin.cost - 1.0)).transpose(*cost.dims)
    return replace(
        data,
        gains=_restated(data.gains, at_host),
        losses=_restated(data.losses, at_origin),
        landed_cost=cost,
    )


def _at(values: Array, regions: list[str], name: str) -> Array:
    return values.sel(region=regions).rename(region=name)


def _restated(per_unit: Mapping[str, Array], at: Prices) -> dict[str, Array]:
    out = dict(per_unit)
    for name, price in (("value_added", at.index), ("employment", at.wage)):
        if name in out:
            out[name] = (out[name] * at.cost / price).transpose(*out[name].dims)
    return out


def moved_change(new: Array, old: Array) -> float:
    r"""Change of the moves, :math:`\tfrac12\sum|z-z'| / \max(\sum z, \sum z')`: 1 where all are others."""
    size = max(float(new.sum()), float(old.sum()))
    return 0.5 * float(np.abs(new - old.reindex_like(new)).sum()) / size if size > 0 else 0.0


def close_loop(study: Study, plan: Plan, *, setting: Setting | None = None) -> ClosedLoop:
    """Run a plan against the wages and prices that it makes, and re-solve it until it settles.

    Each round costs an equilibrium (``moved="reached"``: hosts and origins gain and lose just what the plan
    says) and a solve of the programme that is loaded, from the last basis.

    Parameters
    ----------
    study : Study
        Complete (`accounts.complete`).
    plan : Plan
        Made by any objective; the balanced one keeps its relative position on the frontier.
    setting : Setting, optional
        Of `simulate.equilibrium.calibrate`, where it is at hand.

    Raises
    ------
    StudyError
        An equilibrium that is not found; a programme that has no plan at the prices of a round (it names
        the round).
    """
    at = setting or calibrate(study)
    rounds_allowed = int(number(study, "plan.loop_rounds", 1))
    least_move = number(study, "plan.loop_moves", 0, 1)
    least_price = number(study, "plan.loop_prices", 0, 1)
    damping = number(study, "plan.loop_damping", 0.01, 1)
    smallest = damping * SMALLEST
    reloader, starts = Reloader(plan.data), Bases()
    solver = reloader.solver(plan.data)
    rule = rule_of(plan, solver, starts)
    solution = replan(solver, rule, starts)
    first = outcome = _settle(study, plan.transfer, at)
    prices = _none(prices_of(plan.data, outcome))
    found, history = prices_of(plan.data, outcome), [solution.move]
    rounds = [Round(0, float("nan"), float("nan"), found.distance(prices), None, plan.values)]
    done = False
    while not done and len(rounds) <= rounds_allowed:
        number_of = len(rounds)
        prices = prices.toward(found, damping)
        data = repriced(plan.data, prices)
        try:
            solution = replan(reloader.solver(data), rule, starts)
        except StudyError as error:
            raise _lost(number_of, error) from error
        change = moved_change(solution.move, history[-1])
        back = _seen(solution.move, history, least_move) if change > least_move else None
        history.append(solution.move)
        outcome = _settle(study, solution.move, at)
        found = prices_of(plan.data, outcome)
        residual = found.distance(prices)
        rounds.append(Round(number_of, damping, change, residual, back, dict(solution.values)))
        done = change <= least_move and residual <= least_price
        stuck = number_of > 1 and change > least_move and change >= rounds[-2].change
        if back is not None or stuck:
            damping = max(damping / 2.0, smallest)
    settled = _plan_at(study, plan, prices, solution) if done else None
    return ClosedLoop(
        plan,
        settled,
        tuple(rounds),
        prices,
        solution.move,
        _flips(history, rounds, done),
        first,
    )


def _settle(study: Study, moves: Array, at: Setting) -> Outcome:
    return equilibrium(study, moves, setting=at, draws=0, moved="reached")


def _none(prices: Prices) -> Prices:
    """The base year's prices, labelled alike."""
    return Prices(xr.ones_like(prices.cost), xr.ones_like(prices.wage), xr.ones_like(prices.index))


def _seen(moves: Array, history: list[Array], least: float) -> int | None:
    """Return the latest round before the last one that had these moves."""
    return next(
        (k for k in range(len(history) - 2, -1, -1) if moved_change(moves, history[k]) <= least), None
    )


def _flips(history: list[Array], rounds: list[Round], done: bool) -> Array:
    """What a settled plan changes; else the range of the moves since they first came back."""
    ways = [moves.sum("phase") for moves in history]
    if done:
        return ways[-1] - ways[0]
    since = next((r.returned for r in rounds if r.returned is not None), max(len(ways) - 4, 0))
    last = xr.concat(ways[since:], "round")
    return last.max("round") - last.min("round")


def _plan_at(study: Study, plan: Plan, prices: Prices, solution: Solution) -> Plan:
    """The settled plan; its prices of limits are those of its last solve."""
    data = repriced(plan.data, prices)
    return make_plan(study, data, plan.objective, plan.priced_in, solution, solution)


def _lost(number_of: int, error: StudyError) -> StudyError:
    return StudyError(
        Text(
            f"At the prices of round {number_of} of the closed loop there is no plan: ",
            f"按闭环第{number_of}轮的价格没有可行方案：",
        )
        + error.words,
        error.mend_words,
    )
