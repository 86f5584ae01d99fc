r"""The equilibrium conditions as one fixed point in logs, and the step that a local Newton solve proposes.

Exact hat algebra (Dekle, Eaton & Kortum 2008; Caliendo & Parro 2015). With hats as ratios to the base year:

.. math::
    \hat c_n^j &= \hat w_n^{\gamma_n^j} \prod_k (\hat P_n^k)^{\gamma_n^{jk}}
                  \big/ \big(\hat A_n^j (\hat E_n^j)^{\psi^j}\big) \\
    (\hat P_n^j)^{-\theta^j} &= \sum_i \pi_{ni}^j \hat T_i^j (\hat\kappa_{ni}^j \hat c_i^j)^{-\theta^j},
    \qquad \pi_{ni}^{j\prime}
           = \pi_{ni}^j \hat T_i^j (\hat\kappa_{ni}^j \hat c_i^j / \hat P_n^j)^{-\theta^j} \\
    X_n^{j\prime} &= \sum_k \gamma_n^{kj} Y_n^{k\prime} + \alpha_n^j I_n', \qquad
    Y_n^{j\prime} = \sum_m \pi_{mn}^{j\prime} X_m^{j\prime} / (1 + \tau_{mn}^{j\prime}) \\
    I_n' &= \hat w_n \hat L_n w_n L_n + R_n' + D_n', \qquad
    \textstyle\sum_j \gamma_n^j Y_n^{j\prime} = \hat w_n \hat L_n w_n L_n

Numeraire: world factor income stays what it was. A is productivity, T capacity, E employment of the industry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hinterland.simulate.equilibrium.anderson import as_numpy
from hinterland.simulate.equilibrium.economy import Array, DeficitRule, Economy, Namespace, Shock, refuse
from hinterland.simulate.equilibrium.mobility import Mobility

# Spending that an iterate drives below nothing is held at this share of the base year's; a solution that
# still rests on it is refused.
FLOOR = 1e-14
# Errors of spending are relative to the market as it is, or to this share of what it was.
SLIVER = 1e-6
# An industry with less than exp(-CLOSED) of its workers counts as closed in scale economies.
CLOSED = 25.0


@dataclass
class State:
    """One evaluation of the equations; arrays [n, b] or [j, n, b]. Logs are of hats."""

    wage: Any
    price: Any
    spending: Any
    scale: Any
    cost: Any
    supply: Any  # z: the power that sellers have in every market
    power: Any  # Phi: the same summed over sellers
    output: Any
    income: Any
    labour: Any
    deficit: Any


class System:
    """The equations of one economy and one shock on an array namespace, evaluated for all cases at once."""

    def __init__(
        self,
        economy: Economy,
        shock: Shock,
        deficits: DeficitRule,
        mobility: Mobility | None,
        scale: Array | None,
        xp: Namespace,
    ) -> None:
        self.economy, self.rule, self.mobility, self.xp = economy, deficits, mobility, xp
        self.j, self.n = economy.output.shape
        self.b = shock.cases
        theta = economy.theta if shock.theta is None else np.asarray(shock.theta, dtype=float)
        theta = theta.reshape(self.j, -1)
        self._reach(shock, theta)
        self.theta = self._in(theta[:, None, :])
        self.theta_mean = theta.mean(1)
        self.psi_mean = None if scale is None else np.asarray(scale, dtype=float)
        self.psi = None if scale is None else self._in(np.asarray(scale, dtype=float)[:, None, None])
        self.live = economy.spending > 0
        self.bought = self._in(np.where(self.live, economy.spending, 0.0)[:, :, None])
        self.market = self._in(self.live[:, :, None].astype(float))
        self.base_output = self._in(np.where(economy.output > 0, economy.output, 1.0)[:, :, None])
        self.makes = self._in((economy.output > 0)[:, :, None].astype(float))
        self.added = self._in(economy.added[:, :, None])
        self.inputs = self._in(economy.inputs)
        self.value_added = self._in(economy.value_added[:, None])
        self.deficit = self._in(economy.deficit[:, None])
        given = self._cases(shock.transfer, 1)
        self.transfer = None if given is None else self._in(given)
        self.world = float(economy.value_added.sum())
        self.final_base = economy.final
        self.final = self._in(self._final(shock))
        self.supplied = self._labour(shock)
        self.advantage = self._advantage(shock, theta)
        if mobility is not None:
            self._mobile(mobility)
        self.prepare(None)

    # -- what the shock does -------------------------------------------------------------------------------

    def _in(self, values: Any) -> Any:
        return self.xp.asarray(np.ascontiguousarray(values, dtype=np.float64))

    def _reach(self, shock: Shock, theta: Array) -> None:
        """Base shares shifted by trade costs and tariffs [j, n, i] (or [j, b, n, i] where theta differs)."""
        e = self.economy
        levied = e.tariff if shock.tariff is None else np.asarray(shock.tariff, dtype=float)
        reach = e.shares
        if (ratio := self._delivery(shock)) is not None:
            cases = theta.shape[1]
            reach = e.shares.copy() if cases == 1 else np.repeat(e.shares[:, None], cases, axis=1)
            # most shocks leave most industries alone, and logs of a whole cube of trade take their time
            for j in np.flatnonzero((ratio != 1).any((1, 2))):
                power = theta[j, 0] if cases == 1 else theta[j][:, None, None]
                reach[j] *= np.exp(-power * np.log(ratio[j]))
        if levied is not None and not np.any(levied):
            levied = None
        kept = reach
        if levied is not None:
            kept = reach / (1 + (levied if reach.ndim == 3 else levied[:, None]))
        self.taxed = levied is not None
        self.reach_home = np.einsum("j...nn->j...n", reach)
        self.kept_home = np.einsum("j...nn->j...n", kept)
        self.reach = self._in(reach)
        self.kept = self._in(kept) if self.taxed else self.reach

    def _delivery(self, shock: Shock) -> Array | None:
        """Ratio of what delivery costs, tariffs and trade costs [j, n, i]; None where none of it changes."""
        ratio = None if shock.cost is None else np.asarray(shock.cost, dtype=float)
        if shock.tariff is not None:
            before = 1.0 if self.economy.tariff is None else 1 + self.economy.tariff
            after = (1 + np.asarray(shock.tariff, dtype=float)) / before
            ratio = after if ratio is None else ratio * after
        return ratio

    def _cases(self, values: Array | None, dims: int) -> Array | None:
        if values is None:
            return None
        found = np.asarray(values, dtype=float)
        return found[..., None] if found.ndim == dims else found

    def _final(self, shock: Shock) -> Array:
        shift = self._cases(shock.demand, 2)
        final: Array = self.economy.final[:, :, None]
        if shift is None:
            return final
        shifted: Array = final * shift
        scaled: Array = shifted / shifted.sum(0)
        return scaled

    def _labour(self, shock: Shock) -> Any:
        given = self._cases(shock.labour, 1)
        return self._in(np.ones((self.n, 1)) if given is None else given)

    def _advantage(self, shock: Shock, theta: Array) -> Any:
        """Multiplier of the sellers' power by capacity and productivity: T A^theta [j, n, b]."""
        capacity, productivity = self._cases(shock.capacity, 2), self._cases(shock.productivity, 2)
        found = np.ones((self.j, self.n, 1))
        if capacity is not None:
            found = found * capacity
        if productivity is not None:
            found = found * np.exp(theta[:, None, :] * np.log(productivity))
        closed = (found <= 0).any(2)
        if closed.any():
            left = np.einsum("jni,ji->jn", self.economy.shares, (~closed).astype(float))
            gone = np.argwhere((self.economy.spending > 0) & (left <= 0))
            if len(gone):
                where = self.economy.name("spending", gone[0])
                raise refuse(
                    f"After the closures nobody is left to sell to the market {where}.",
                    f"关闭产能后，市场{where}没有任何供给地区。",
                    "Leave some capacity with one of its suppliers.",
                    "请为其供给地区保留部分产能。",
                )
        return self._in(found)

    def _mobile(self, mobility: Mobility) -> None:
        member = np.zeros((int(mobility.area.max()) + 1, self.n))
        for region, area in enumerate(mobility.area):
            if area >= 0:
                member[area, region] = 1.0
        self.member = self._in(member)
        self.settled = self._in((mobility.area < 0)[:, None].astype(float))
        self.workers = self._in(mobility.workers[:, None])
        # prices count with what households buy; stocks that run down are not a household's
        bought = np.clip(as_numpy(self.final), 0.0, None)
        self.basket = self._in(bought / bought.sum(0))

    # -- the state as one vector ---------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """Length of the state of one case."""
        blocks = 2 if self.psi is None else 3
        return int(self.n + blocks * self.j * self.n)

    def start(self, scale: Array | None = None) -> Any:
        """State of the base year: spending as ratios, the rest as logs.

        With scale economies it may start from another allocation of workers, `scale` [j, n, b] (logs).
        """
        state = np.zeros((self.size, self.b))
        state[self.n + self.j * self.n : self.n + 2 * self.j * self.n] = 1.0
        if scale is not None:
            state[self.n + 2 * self.j * self.n :] = scale.reshape(self.j * self.n, -1)
        return self._in(state)

    def settle(self, state: Any, rounds: int = 12) -> tuple[Any, tuple[Any, Any, Any, Any]]:
        """Bring spending near what incomes and inputs call for, where data or shock leave it far away.

        Plain rounds on spending alone: its equations are linear and contract. What is found becomes the
        measure of spending, so that a market that the data show as almost nothing is not far away.

        Returns
        -------
        The state and its evaluation.
        """
        n, m = self.n, self.j * self.n
        for _ in range(rounds):
            found = self.evaluate(state)
            state, error = found[:2]
            if float(self.xp.max(self.xp.abs(error[n + m : n + 2 * m, :]))) < 0.3:
                return state, found
            wage, price, spending, scale = self._split(state)
            wanted = self.wanted(self.look(state))
            self.bought = self.xp.where(wanted > 0, wanted, self.bought) * self.market
            state = self._join(wage, price, spending * 0.0 + self.market, scale)
        return state, self.evaluate(state)

    def _split(self, state: Any) -> tuple[Any, Any, Any, Any]:
        xp, n, m = self.xp, self.n, self.j * self.n
        cube = (self.j, self.n, state.shape[1])
        wage = state[:n, :]
        price = xp.reshape(state[n : n + m, :], cube)
        spending = xp.reshape(state[n + m : n + 2 * m, :], cube)
        scale = None if self.psi is None else xp.reshape(state[n + 2 * m :, :], cube)
        return wage, price, spending, scale

    def _join(self, wage: Any, price: Any, spending: Any, scale: Any) -> Any:
        xp, m = self.xp, self.j * self.n
        flat = [wage, xp.reshape(price, (m, wage.shape[1])), xp.reshape(spending, (m, wage.shape[1]))]
        if scale is not None:
            flat.append(xp.reshape(scale, (m, wage.shape[1])))
        return self.xp.concat(flat, axis=0) if hasattr(xp, "concat") else xp.concatenate(flat, axis=0)

    def _turn(self, values: Any, axes: tuple[int, ...]) -> Any:
        # numpy 1 has no permute_dims
        turn = getattr(self.xp, "permute_dims", None) or self.xp.transpose
        return turn(values, axes)

    def _by_region(self, matrix: Any, values: Any) -> Any:
        """Multiply [n, j, k] with [k, n, b] region by region; [j, n, b]."""
        xp = self.xp
        return self._turn(xp.matmul(matrix, self._turn(values, (1, 0, 2))), (1, 0, 2))

    def _over_sellers(self, matrix: Any, values: Any) -> Any:
        """Sum a trade matrix [j, n, i] with [j, i, b] over sellers; [j, n, b]."""
        xp = self.xp
        if matrix.ndim == 3:
            return xp.matmul(matrix, values)
        moved = self._turn(values, (0, 2, 1))[..., None]
        return self._turn(xp.matmul(matrix, moved)[..., 0], (0, 2, 1))

    def _over_buyers(self, matrix: Any, values: Any) -> Any:
        """Sum a trade matrix [j, n, i] with [j, n, b] over buyers; [j, i, b]."""
        xp = self.xp
        if matrix.ndim == 3:
            return xp.matmul(self._turn(matrix, (0, 2, 1)), values)
        moved = self._turn(values, (0, 2, 1))[..., None, :]
        return self._turn(xp.matmul(moved, matrix)[..., 0, :], (0, 2, 1))

    # -- the equations -------------------------------------------------------------------------------------

    def labour_of(self, wage: Any, price: Any) -> Any:
        """Labour of each region relative to the base year [n, b]."""
        if self.mobility is None:
            return self.supplied * (wage * 0.0 + 1.0)
        xp = self.xp
        real = wage - xp.sum(self.basket * price, axis=0)
        pull = xp.exp(self.mobility.elasticity * real)
        there = self.workers * self.supplied
        total = xp.matmul(self.member, there * pull)
        given = xp.matmul(self.member, there * (pull * 0.0 + 1.0))
        area = xp.matmul(self._turn(self.member, (1, 0)), given / total)
        return self.supplied * (pull * area + self.settled)

    def evaluate(self, state: Any) -> tuple[Any, Any, Any, Any]:
        """Return the state with world factor income normalised, errors, the step, and the size of the errors.

        The size of the error of a market is taken relative to the income of the region: markets that vanish
        shall not hold up the search, while to be converged every market must be right (the errors).
        """
        xp = self.xp
        wage, price, spending, scale = self._split(state)
        labour = self.labour_of(wage, price)
        level = xp.log(xp.sum(xp.exp(wage) * labour * self.value_added, axis=0) / self.world)
        wage, price = wage - level[None, :], (price - level[None, None, :]) * self.market
        spending = spending * xp.exp(-level)[None, None, :]
        state = self._join(wage, price, spending, scale)
        now = self._state(wage, price, spending, scale, labour)
        paid = xp.exp(wage) * labour * self.value_added
        earned = xp.sum(self.added * now.output, axis=0)
        f_wage = xp.log(earned / paid)
        new_price = -xp.log(now.power + (1 - self.market)) / self.theta
        f_price = (new_price - price) * self.market
        wanted = self.wanted(now)
        gap = wanted * self.market - self.bought * spending
        # relative to what the market is, or to a sliver of what it was where it has all but gone
        f_spending = gap / (self.bought * (xp.abs(spending) + SLIVER) + (1 - self.market))
        f_scale = None
        if scale is not None:
            share = now.output / self.base_output
            least = float(np.exp(-2 * CLOSED))
            share = xp.where(share > least, share, share * 0.0 + least)
            f_scale = (xp.log(share) - wage[None, :, :] - scale) * self.makes
            f_scale = xp.where((scale < -CLOSED) & (f_scale < 0), f_scale * 0.0, f_scale)
        error = self._join(f_wage, f_price, f_spending, f_scale)
        step = self._step(f_wage, f_price, gap, f_scale)
        size = xp.max(xp.abs(f_wage), axis=0)
        for part in (f_price, gap / paid[None, :, :], *([] if f_scale is None else [f_scale])):
            largest = xp.max(xp.max(xp.abs(part), axis=0), axis=0)
            size = xp.where(largest > size, largest, size)
        return state, error, step, size

    def wanted(self, now: State) -> Any:
        """Spending that outputs and incomes call for [j, n, b]."""
        inputs = self._by_region(self._turn(self.inputs, (0, 2, 1)), now.output)
        return inputs + self.final * now.income[None, :, :]

    def _state(self, wage: Any, price: Any, spending: Any, scale: Any, labour: Any) -> State:
        xp = self.xp
        cost = self.added * wage[None, :, :] + self._by_region(self.inputs, price)
        if scale is not None:
            cost = cost - self.psi * scale
        supply = self.advantage * self.makes * xp.exp(-self.theta * cost)
        power = self._over_sellers(self.reach, supply)
        bought = self.bought * xp.where(spending > FLOOR, spending, spending * 0.0 + FLOOR)
        per_power = bought / (power + (1 - self.market))
        output = supply * self._over_buyers(self.kept, per_power)
        income = xp.exp(wage) * labour * self.value_added
        deficit = self._deficits(income)
        if self.transfer is not None:
            deficit = deficit + self.transfer
        income = income + deficit
        if self.taxed:
            net = per_power * self._over_sellers(self.kept, supply)
            income = income + xp.sum(bought - net, axis=0)
        return State(wage, price, spending, scale, cost, supply, power, output, income, labour, deficit)

    def _deficits(self, paid: Any) -> Any:
        if self.rule == "removed":
            return paid * 0.0
        if self.rule == "fixed":
            return self.deficit + paid * 0.0
        scaled = self.deficit * paid / self.value_added
        xp = self.xp
        return scaled - paid * (xp.sum(scaled, axis=0) / xp.sum(paid, axis=0))[None, :]

    def look(self, state: Any) -> State:
        """Return everything that the equations know at a state."""
        wage, price, spending, scale = self._split(state)
        return self._state(wage, price, spending, scale, self.labour_of(wage, price))

    # -- the step ------------------------------------------------------------------------------------------

    def prepare(self, state: Any) -> None:
        r"""Set up the local Newton solve: each region reacts to itself, the others' reactions are left out.

        Within a region prices feed back by :math:`(I - H G)^{-1}`, spending by :math:`(I - G' H)^{-1}`, with
        H the share of the market that the region holds at home; both are small inverses, one per region.
        """
        e = self.economy
        reach, kept = (part if part.ndim == 2 else part.mean(1) for part in (self.reach_home, self.kept_home))
        if state is None:
            supply, power = np.ones_like(e.output), np.ones_like(e.output)
            bought, output, paid = e.spending, e.output, e.value_added
        else:
            at = self.look(state)
            supply, power, bought, output, paid = (
                as_numpy(v).mean(-1)
                for v in (
                    at.supply,
                    at.power,
                    self.bought * at.spending,
                    at.output,
                    self.xp.exp(at.wage) * at.labour * self.value_added,
                )
            )
        quotient = np.divide(supply, power, out=np.zeros_like(supply), where=power > 0)
        home = np.minimum(reach * quotient, 1.0)
        sold = np.minimum(kept * quotient, 1.0)
        inward = np.divide(sold * bought, output, out=np.zeros_like(output), where=output > 0)
        elastic = self.theta_mean[:, None] * (1 - np.minimum(inward, 1.0) * home) * output
        eye = np.eye(self.j)
        price = np.linalg.inv(eye - home.T[:, :, None] * e.inputs)
        # without tariffs at home the one inverse is the other's transpose
        same = np.array_equal(home, sold)
        spend = (
            price.transpose(0, 2, 1)
            if same
            else np.linalg.inv(eye - e.inputs.transpose(0, 2, 1) * sold.T[:, None, :])
        )
        mobile = 0.0 if self.mobility is None else self.mobility.elasticity * (self.mobility.area >= 0)
        p1 = np.einsum("njk,kn->jn", price, home * e.added)
        c1 = e.added + np.einsum("njk,kn->jn", e.inputs, p1)
        l1 = mobile * (1 - (e.final * p1).sum(0))
        lost = -elastic * c1
        x1 = np.einsum(
            "njk,kn->jn",
            spend,
            np.einsum("nkj,kn->jn", e.inputs, lost) + e.final * paid * (1 + l1),
        )
        y1 = lost + sold * x1
        own = np.clip(1 + l1 - (e.added * y1).sum(0) / paid, 0.25, None)
        self._local = {
            "price": self._in(price),
            "spend": self._in(spend),
            "p1": self._in(p1[:, :, None]),
            "x1": self._in(x1[:, :, None]),
            "elastic": self._in(elastic[:, :, None]),
            "sold": self._in(sold[:, :, None]),
            "own": self._in(own[:, None]),
            "paid": self._in(paid[:, None]),
            "mobile": self._in(np.broadcast_to(mobile, self.n)[:, None]),
        }
        if self.psi_mean is not None:
            # workers raise productivity, that lowers the prices of inputs made at home, that raises sales
            rate = np.divide(elastic, output, out=np.zeros_like(output), where=output > 0)
            passed = eye + np.einsum("njk,nkl,ln->njl", e.inputs, price, home)
            grow = self._inverse(eye - rate.T[:, :, None] * passed * self.psi_mean)
            self._local["scale"] = self._in(grow)
            self._local["y1"] = self._in(y1[:, :, None])

    def _inverse(self, matrix: Array) -> Array:
        """Invert the response of each region; where it has none (knife edge) the region is named."""
        try:
            found: Array = np.asarray(np.linalg.inv(matrix), dtype=np.float64)
        except np.linalg.LinAlgError:
            worst = int(np.argmin(np.abs(np.linalg.det(matrix))))
            raise refuse(
                f"With these economies of scale {self.economy.regions[worst]} has no definite response"
                " (scale times trade elasticity is at its limit).",
                f"在该规模经济下，{self.economy.regions[worst]}没有确定的反应（规模弹性与贸易弹性之积处于临界值）。",
                "Change the scale elasticity a little.",
                "请略微调整规模弹性。",
            ) from None
        return found

    def _step(self, f_wage: Any, f_price: Any, gap: Any, f_scale: Any) -> Any:
        xp, at = self.xp, self._local
        p0 = self._by_region(at["price"], f_price)
        c0 = self._by_region(self.inputs, p0)
        l0 = -at["mobile"] * xp.sum(self.final * p0, axis=0)
        lost = -at["elastic"] * c0
        back = self._by_region(self._turn(self.inputs, (0, 2, 1)), lost)
        x0 = self._by_region(at["spend"], gap + back + self.final * (at["paid"] * l0)[None, :, :])
        y0 = lost + at["sold"] * x0
        wage = (f_wage - l0 + xp.sum(self.added * y0, axis=0) / at["paid"]) / at["own"]
        price = (p0 + at["p1"] * wage[None, :, :]) * self.market
        spending = (x0 + at["x1"] * wage[None, :, :]) / (self.bought + (1 - self.market)) * self.market
        if f_scale is None:
            return self._join(wage, price, spending, None)
        sales = (y0 + at["y1"] * wage[None, :, :]) / self.base_output
        scale = self._by_region(at["scale"], f_scale + (sales - wage[None, :, :]) * self.makes)
        return self._join(wage, price, spending, scale * self.makes)
