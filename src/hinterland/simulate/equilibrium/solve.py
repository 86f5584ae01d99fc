"""Solve an economy after a shock: converged to the tolerance, or an error that says what did not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hinterland.simulate.equilibrium.anderson import Trace, accelerate, as_numpy
from hinterland.simulate.equilibrium.economy import (
    DEFICIT_RULES,
    Array,
    DeficitRule,
    Economy,
    Namespace,
    Shock,
    refuse,
)
from hinterland.simulate.equilibrium.mobility import Mobility
from hinterland.simulate.equilibrium.system import FLOOR, State, System

TOLERANCE = 1e-11
LIMIT = 400
# A search that does not end although a region's spending is below this share of its base-year income has
# ended for want of income.
EDGE = 1e-2


@dataclass(frozen=True, eq=False)
class Solution:
    r"""An equilibrium; the last dimension b runs over the cases of the shock.

    Attributes
    ----------
    economy, shock : Economy, Shock
    wage, labour, price_index : array [n, b]
        Hats; the price index is that of final spending (shares of the base year). Numeraire: world factor
        income.
    price : array [j, n, b]
        Hat of the buyers' price index.
    cost : array [j, n, b]
        Hat of the sellers' price at the gate.
    output, spending : array [j, n, b]
        Money (in the numeraire).
    value_added, income, deficit : array [n, b]
        Money: factor income; final spending; spending above income.
    residual : array [b]
        Largest error of any equation, in logs.
    iterations, restarts : int
    """

    economy: Economy
    shock: Shock
    wage: Array
    labour: Array
    price: Array
    cost: Array
    price_index: Array
    output: Array
    spending: Array
    value_added: Array
    income: Array
    deficit: Array
    residual: Array
    iterations: int
    restarts: int
    system: System
    state: Any

    @property
    def real_income(self) -> Array:
        r"""Hat of real income :math:`\hat I_n / \hat P_n` [n, b], exact."""
        found: Array = self.income / self.economy.income[:, None] / self.price_index
        return found

    @property
    def real_wage(self) -> Array:
        r"""Hat :math:`\hat w_n / \hat P_n` [n, b]."""
        found: Array = self.wage / self.price_index
        return found

    @property
    def volume(self) -> Array:
        """Output at base-year prices [j, n, b], money of the base year."""
        gone = self.cost <= 0
        found: Array = np.divide(self.output, self.cost, out=np.zeros_like(self.output), where=~gone)
        return found

    @property
    def employment(self) -> Array:
        """Hat of labour used by each industry [j, n, b]; NaN where the industry had no output."""
        base = self.economy.output[:, :, None]
        return np.divide(
            self.output / self.wage[None], base, out=np.full_like(self.output, np.nan), where=base > 0
        )

    def shares(self, case: int = 0) -> Array:
        r"""Shares of spending after the shock :math:`\pi_{ni}^{j\prime}` [j, n, i] of one case."""
        return self._shares(self.system.reach, case)

    def _shares(self, matrix: Any, case: int) -> Array:
        at = self.system.look(self.state)
        reach = as_numpy(matrix)
        reach = reach if reach.ndim == 3 else reach[:, case]
        supply, power = (as_numpy(v) for v in (at.supply, at.power))
        supply = np.broadcast_to(supply, self.output.shape)[:, None, :, case]
        power = np.broadcast_to(power, self.output.shape)[:, :, None, case]
        return np.divide(reach * supply, power, out=np.zeros_like(reach), where=power > 0)

    def exports(self, case: int = 0) -> Array:
        """Trade [j, n, i] of one case, at the seller's gate (without tariffs), money."""
        return self._shares(self.system.kept, case) * self.spending[:, :, None, case]


def _checked(economy: Economy, shock: Shock) -> None:
    """Refuse shocks that the model cannot be put to."""
    j, n = economy.output.shape
    shapes = {
        "productivity": (j, n),
        "capacity": (j, n),
        "demand": (j, n),
        "labour": (n,),
        "transfer": (n,),
        "theta": (j,),
        "cost": (j, n, n),
        "tariff": (j, n, n),
    }
    for name, shape in shapes.items():
        values = getattr(shock, name)
        if values is None:
            continue
        array = np.asarray(values, dtype=float)
        fits = array.shape == shape or (
            name not in ("cost", "tariff") and array.shape[:-1] == shape and array.shape[-1] > 0
        )
        if not fits:
            raise refuse(
                f"The shock's {name} has shape {array.shape}; expected {shape} (and cases).",
                f"冲击的{name}形状为{array.shape}，应为{shape}（可加情形维）。",
                "Give one value per cell.",
                "请为每个单元给出一个值。",
            )
        lowest = {"tariff": -1.0, "transfer": -np.inf}.get(name, 0.0)
        wrong = ~np.isfinite(array) | ((array < 0) if name in ("capacity", "demand") else (array <= lowest))
        if wrong.any():
            at = np.argwhere(wrong)[0]
            label = {"cost": "shares", "tariff": "tariff"}.get(name, "output")
            where = (
                economy.regions[at[0]]
                if name in ("labour", "transfer")
                else economy.industries[at[0]]
                if name == "theta"
                else economy.name(label, at)
            )
            raise refuse(
                f"The shock's {name} at {where} is {array[tuple(at)]:g}.",
                f"冲击的{name}在{where}处为{array[tuple(at)]:g}。",
                "Ratios must be above zero, tariffs above -1.",
                "比率必须大于零，关税必须大于-1。",
            )


def solve(
    economy: Economy,
    shock: Shock | None = None,
    *,
    deficits: DeficitRule = "fixed",
    mobility: Mobility | None = None,
    scale: Array | None = None,
    start: Array | None = None,
    warm: Any = None,
    tol: float = TOLERANCE,
    limit: int = LIMIT,
    xp: Namespace = np,
) -> Solution:
    """Solve for the equilibrium after a shock.

    Parameters
    ----------
    economy : Economy
    shock : Shock, optional
        Default: none, which returns the base year.
    deficits : "fixed", "scaled" or "removed"
        Trade deficits stay what they were (in the numeraire, world factor income); keep their ratio to the
        region's factor income, the world's gap shared in proportion to it; or are closed.
    mobility : Mobility, optional
        Default: labour does not move.
    scale : array [j], optional
        Elasticity of productivity to the employment of the region's industry (external economies of scale).
    start : array [j, n, b], optional
        With `scale`: logs of employment hats to start from (equilibria may be several).
    warm : array, optional
        State of a solution with the same cases (`Solution.state`) to start from.
    tol : float
        Largest error of any equation and of any step, in logs: wages, prices and spending alike.
    limit : int
        Largest number of evaluations.
    xp : array namespace
        numpy, cupy, array_api_compat.torch, ...

    Raises
    ------
    StudyError
        Not converged (with the residual and the market where it is largest), a region that the rule on
        deficits leaves without income, an input out of its range.
    """
    change = shock if shock is not None else Shock()
    if deficits not in DEFICIT_RULES:
        raise refuse(
            f"There is no rule '{deficits}' for deficits.",
            f"没有名为“{deficits}”的贸易差额规则。",
            f"Use one of: {', '.join(DEFICIT_RULES)}.",
            f"可选：{'、'.join(DEFICIT_RULES)}。",
        )
    _checked(economy, change)
    system = System(economy, change, deficits, mobility, scale, xp)
    begin, first = system.settle(system.start(start) if warm is None else warm)
    # a round may leave the numbers' range: it is undone, and what is returned is checked
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        trace = accelerate(
            system.evaluate,
            begin,
            xp,
            first=first,
            tol=tol,
            limit=limit,
            refresh=system.prepare,
        )
    state = system.look(trace.state)
    _refuse_unsolved(system, trace, state, tol)
    return _solution(system, change, trace, state)


def _refuse_unsolved(system: System, trace: Trace, state: State, tol: float) -> None:
    e = system.economy
    solved = trace.residual <= tol
    income = np.broadcast_to(as_numpy(state.income), (system.n, system.b))
    # where nothing can be spent the equations have no solution: the search ends at the edge
    least = 0.0 if solved.all() else EDGE * e.value_added[:, None]
    if (income <= least).any():
        n, case = np.argwhere(income <= least)[0]
        raise refuse(
            f"{e.regions[n]} is left with nothing to spend: what it earns, with a trade deficit of"
            f" {e.deficit[n]:.6g}, comes to {income[n, case]:.6g}.",
            f"{e.regions[n]}没有可支出的收入：所得计入贸易差额{e.deficit[n]:.6g}后为{income[n, case]:.6g}。",
            "Use the rule 'scaled' or 'removed' for deficits.",
            "请将贸易差额规则改为scaled或removed。",
        )
    if solved.all():
        spending = np.broadcast_to(as_numpy(state.spending), (system.j, system.n, system.b))
        wanted = np.broadcast_to(as_numpy(system.wanted(state)), spending.shape)
        low = wanted < -FLOOR * e.spending[:, :, None]
        if low.any():
            j, n, _ = np.argwhere(low)[0]
            where = e.name("spending", (j, n))
            raise refuse(
                f"Stocks that run down exceed what {where} uses: its market would be negative.",
                f"{where}的存货减少超过使用量，市场规模将为负。",
                "Calibrate with negative final use left out (stocks='drop').",
                "校准时请剔除负的最终使用（stocks='drop'）。",
            )
        return
    case = int(np.argmax(~solved))
    error = np.abs(as_numpy(system.evaluate(trace.state)[1]))[:, case]
    worst = int(np.nanargmax(np.where(np.isfinite(error), error, -1)))
    block, cell = (
        ("wage", worst) if worst < system.n else ("price", (worst - system.n) % (system.j * system.n))
    )
    if worst >= system.n + system.j * system.n:
        block = "spending" if worst < system.n + 2 * system.j * system.n else "scale"
    where = e.regions[cell] if block == "wage" else e.name("output", (cell // system.n, cell % system.n))
    zh = {"wage": "工资", "price": "价格", "spending": "支出", "scale": "规模"}[block]
    raise refuse(
        f"The equilibrium did not converge in {trace.iterations} rounds: the largest error is"
        f" {float(np.max(trace.residual)):.3g} (asked for {tol:g}), at the {block} of {where}.",
        f"均衡在{trace.iterations}轮内未收敛：最大误差{float(np.max(trace.residual)):.3g}（要求{tol:g}），"
        f"位于{where}的{zh}。",
        "Reduce the shock, apply it in steps, raise the limit of rounds, or check the elasticities.",
        "请减小冲击或分步施加，提高轮数上限，或检查弹性。",
    )


def _solution(system: System, shock: Shock, trace: Trace, at: State) -> Solution:
    e, b = system.economy, system.b
    cube, plane = (system.j, system.n, b), (system.n, b)

    def full(values: Any, shape: tuple[int, ...]) -> Array:
        return np.array(np.broadcast_to(as_numpy(values), shape))

    wage, price = np.exp(full(at.wage, plane)), np.exp(full(at.price, cube))
    basket = np.clip(full(system.final, cube), 0.0, None)
    index = np.exp((basket / basket.sum(0) * np.log(price)).sum(0))
    labour = full(at.labour, plane)
    cost = np.exp(full(at.cost, cube))
    if shock.productivity is not None:
        made = np.asarray(shock.productivity, dtype=float)
        cost = cost / (made if made.ndim == 3 else made[:, :, None])
    spending = full(system.bought * at.spending, cube)
    return Solution(
        e,
        shock,
        wage,
        labour,
        price,
        cost,
        index,
        full(at.output, cube),
        spending,
        wage * labour * e.value_added[:, None],
        full(at.income, plane),
        full(at.deficit, plane),
        trace.residual,
        trace.iterations,
        trace.restarts,
        system,
        trace.state,
    )


def rebase(solution: Solution, case: int = 0) -> Economy:
    """Make a solution the base year of a new economy (a baseline without deficits, for instance)."""
    e = solution.economy
    theta = e.theta if solution.shock.theta is None else np.asarray(solution.shock.theta, dtype=float)
    tariff = e.tariff if solution.shock.tariff is None else np.asarray(solution.shock.tariff, dtype=float)
    final = np.broadcast_to(as_numpy(solution.system.final), solution.output.shape)[:, :, case]
    return replace(
        e,
        shares=solution.shares(case),
        theta=theta if theta.ndim == 1 else theta[:, case],
        tariff=tariff,
        final=np.array(final),
        value_added=solution.value_added[:, case],
        deficit=solution.deficit[:, case],
        spending=solution.spending[:, :, case],
        output=solution.output[:, :, case],
    )
