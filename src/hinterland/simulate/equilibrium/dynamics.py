r"""The way to the new equilibrium: forward-looking workers move, year by year.

After Caliendo, Dvorkin & Parro (2019), Econometrica 87.
In ratios to a base path on which nothing changes, with flows of migrants :math:`\mu_{ni}` that leave every
region's labour as it is:

.. math::
    W_t^n &= \ln \hat\omega_t^n + \nu \ln \sum_i \mu_{ni} \exp(\beta W_{t+1}^i / \nu) \\
    \mu_{ni,t} &= \mu_{ni} \exp(\beta W_{t+1}^i/\nu) \Big/ \sum_m \mu_{nm} \exp(\beta W_{t+1}^m/\nu), \qquad
    L_{t+1}^i = \sum_n \mu_{ni,t} L_t^n

W is the value of a place above the base path, :math:`\hat\omega` the real wage. The wages of every year are
an equilibrium with that year's labour; all years are solved side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from hinterland.simulate.equilibrium.anderson import accelerate
from hinterland.simulate.equilibrium.economy import CASES, Array, DeficitRule, Economy, Shock, refuse
from hinterland.simulate.equilibrium.solve import TOLERANCE, Solution, solve

# Migrants may not be more than this share of a region's workers in a year.
MOST_LEAVE = 0.5
ROUNDS = 200
# Part of the labour that wages call for which a round lets move at once.
CAUTION = 0.3


@dataclass(frozen=True, eq=False)
class Path:
    """A path with migration.

    Attributes
    ----------
    labour : array [n, T]
        Ratio to the base path, at the beginning of each year.
    value : array [n, T]
        Of being in a place, above the base path: in logs of consumption of one year.
    solutions : tuple of (years, Solution)
        Equilibria; years with the same trade costs and tariffs are cases of one solution.
    rounds : int
    gap : float
        Largest change of any year's labour in the last round, in logs.
    """

    labour: Array
    value: Array
    solutions: tuple[tuple[tuple[int, ...], Solution], ...]
    rounds: int
    gap: float

    def at(self, year: int) -> tuple[Solution, int]:
        """Return the solution and the case of one year."""
        for years, solution in self.solutions:
            if year in years:
                return solution, years.index(year)
        raise KeyError(year)


def migration_by_gravity(
    workers: npt.ArrayLike, km: npt.ArrayLike, stay: float, settled: npt.ArrayLike | None = None
) -> Array:
    r"""Yearly probabilities of moving [from, to] that leave every region's labour as it is.

    .. math:: m_{ni} = k \, L_n L_i / d_{ni} \quad (n \ne i), \qquad \mu_{ni} = m_{ni} / L_n

    k such that on average the share `stay` of all workers stays. Flows are alike in both directions, so the
    base path is stationary; the actual net migration of a year is left out.

    Parameters
    ----------
    workers : array [n]
        Above zero.
    km : array [n, n]
        Distances, above zero off the diagonal.
    stay : float
        Within 0 and 1.
    settled : array of bool [n], optional
        Regions that nobody leaves or comes to.
    """
    people, distance = np.asarray(workers, dtype=float), np.asarray(km, dtype=float)
    n = len(people)
    fixed = np.zeros(n, dtype=bool) if settled is None else np.asarray(settled, dtype=bool)
    apart = ~np.eye(n, dtype=bool) & ~fixed[:, None] & ~fixed[None, :]
    if not 0 < stay <= 1 or not (people > 0).all() or not (distance[apart] > 0).all():
        raise refuse(
            "Migration needs workers and distances above zero and a share of stayers between 0 and 1.",
            "迁移计算要求劳动力与距离为正，留居比例在0与1之间。",
            "Complete employment and distance; see the parameter simulate.stay_share.",
            "请补全就业与距离数据；参见参数simulate.stay_share。",
        )
    # where nobody moves at all, the distances do not matter
    pull = np.where(apart, people[:, None] * people[None, :] / np.where(apart, distance, 1.0), 0.0)
    total = pull.sum()
    flows = pull * ((1 - stay) * people[~fixed].sum() / total if total > 0 else 0.0)
    chance = flows / people[:, None]
    leaving = chance.sum(1)
    if (leaving > MOST_LEAVE).any():
        raise refuse(
            f"More than {MOST_LEAVE:.0%} of a region's workers would leave in a year.",
            f"某地区一年中迁出的劳动力将超过{MOST_LEAVE:.0%}。",
            "Raise simulate.stay_share.",
            "请提高simulate.stay_share。",
        )
    found: Array = chance + np.diag(1 - leaving)
    return found


def _years_of(shocks: Sequence[Shock]) -> list[tuple[tuple[int, ...], Shock]]:
    """Put years with the same trade costs and tariffs together, their other parts as cases."""
    groups: dict[tuple[bytes, bytes], list[int]] = {}
    for year, shock in enumerate(shocks):
        key = tuple(
            b"" if v is None else np.ascontiguousarray(v).tobytes() for v in (shock.cost, shock.tariff)
        )
        groups.setdefault(key, []).append(year)  # type: ignore[arg-type]
    found = []
    for members in groups.values():
        first = shocks[members[0]]
        parts = {}
        for name in CASES:
            values = [getattr(shocks[year], name) for year in members]
            if all(v is None for v in values):
                continue
            neutral = 0.0 if name == "transfer" else 1.0
            known = next(v for v in values if v is not None)
            parts[name] = np.stack([np.full_like(known, neutral) if v is None else v for v in values], -1)
        found.append((tuple(members), Shock(cost=first.cost, tariff=first.tariff, **parts)))
    return found


def solve_path(
    economy: Economy,
    shocks: Sequence[Shock],
    moving: Array,
    workers: Array,
    *,
    inverse_elasticity: float,
    discount: float,
    deficits: DeficitRule = "fixed",
    tol: float = 1e-9,
) -> Path:
    """Solve the path after a sequence of shocks that all know of from the first year on.

    Parameters
    ----------
    economy : Economy
    shocks : sequence of Shock
        In force in year t = 0, 1, ..., T - 1 relative to the base year, one case each; the last one stays
        for good.
    moving : array [n, n]
        Yearly probabilities of moving on the base path [from, to]; rows add to one, and the labour of every
        region stays as it is: sum over n of L_n mu_ni = L_i.
    workers : array [n]
        On the base path.
    inverse_elasticity : float
        nu.
    discount : float
        beta, of a year.
    tol : float
        Largest change of any year's labour between rounds, in logs.

    Raises
    ------
    StudyError
        Flows that do not leave labour as it is, a path that does not converge.
    """
    people = np.asarray(workers, dtype=float)
    if np.abs(moving.sum(1) - 1).max() > 1e-9 or np.abs(people @ moving / people - 1).max() > 1e-9:
        worst = int(np.argmax(np.abs(people @ moving / people - 1)))
        raise refuse(
            f"The flows of migrants of the base path change the labour of {economy.regions[worst]}.",
            f"基准路径的迁移流量会改变{economy.regions[worst]}的劳动力。",
            "Give flows alike in both directions, such as their mean.",
            "请给出双向对等的流量，如两个方向的均值。",
        )
    if not (inverse_elasticity > 0 and 0 < discount < 1):
        raise refuse(
            f"The inverse elasticity is {inverse_elasticity} and the discount factor {discount}.",
            f"逆弹性为{inverse_elasticity}，贴现因子为{discount}。",
            "Give an inverse elasticity above zero and a discount factor between 0 and 1.",
            "逆弹性应大于零，贴现因子应在0与1之间。",
        )
    last, n = len(shocks), len(people)
    groups = _years_of(shocks)
    warm: list[Any] = [None] * len(groups)
    found: dict[str, Any] = {}

    def respond(state: Array) -> tuple[Array, Array, Array, Array]:
        """Labour that the wages of a path of labour call for, less that path (logs)."""
        labour = np.exp(state.reshape(n, last))
        real, solutions = np.ones_like(labour), []
        # wages need not be finer than the labour that they are for
        inner = max(TOLERANCE, min(1e-6, 1e-3 * found.get("gap", 1.0)))
        for at, (years, shock) in enumerate(groups):
            solution = solve(
                economy,
                _with_labour(shock, labour[:, list(years)]),
                deficits=deficits,
                warm=warm[at],
                tol=inner,
            )
            warm[at] = solution.state
            solutions.append((years, solution))
            real[:, list(years)] = solution.real_wage
        value = _values(np.log(real), moving, inverse_elasticity, discount)
        moved = _move(value, moving, people, inverse_elasticity, discount, last)
        gap = (np.log(moved) - np.log(labour)).reshape(-1, 1)
        found.update(
            labour=labour,
            value=value[:, :last],
            solutions=tuple(solutions),
            gap=float(np.abs(gap).max()),
        )
        # places that fill up pay less: the whole response would overshoot
        return state, gap, CAUTION * gap, np.abs(gap).max(axis=0)

    trace = accelerate(respond, np.zeros((n * last, 1)), np, tol=tol, limit=ROUNDS)
    if trace.residual[0] > tol:
        raise refuse(
            f"The path with migration did not converge in {ROUNDS} rounds: labour still changes by"
            f" {trace.residual[0]:.3g} (logs).",
            f"含迁移的路径在{ROUNDS}轮内未收敛：劳动力变化仍为{trace.residual[0]:.3g}（对数）。",
            "Reduce the shock, or raise simulate.migration_inverse_elasticity.",
            "请减小冲击，或提高simulate.migration_inverse_elasticity。",
        )
    return Path(
        found["labour"], found["value"], found["solutions"], trace.iterations, float(trace.residual[0])
    )


def _with_labour(shock: Shock, labour: Array) -> Shock:
    """Put a year's labour into the shock of the year."""
    supply = labour if shock.labour is None else labour * shock.labour
    return replace(shock, labour=supply)


def _values(log_real: Array, moving: Array, nu: float, beta: float) -> Array:
    """Values of places from the last year back [n, T + 1]; after the last year wages stay."""
    n, last = log_real.shape
    value = np.empty((n, last + 1))
    steady = log_real[:, -1] / (1 - beta)
    while True:
        new = log_real[:, -1] + nu * _log_mean(moving, beta * steady / nu)
        done = np.abs(new - steady).max() <= 1e-13 * max(1.0, np.abs(new).max())
        steady = new
        if done:
            break
    value[:, last] = steady
    for year in range(last - 1, -1, -1):
        value[:, year] = log_real[:, year] + nu * _log_mean(moving, beta * value[:, year + 1] / nu)
    return value


def _log_mean(moving: Array, score: Array) -> Array:
    top = float(score.max())
    found: Array = np.log(moving @ np.exp(score - top)) + top
    return found


def _move(value: Array, moving: Array, people: Array, nu: float, beta: float, last: int) -> Array:
    """Labour of every year relative to the base path [n, T]."""
    now = people.copy()
    labour = np.ones((len(people), last))
    for year in range(last - 1):
        score = beta * value[:, year + 1] / nu
        pull = moving * np.exp(score - score.max())
        now = now @ (pull / pull.sum(1, keepdims=True))
        labour[:, year + 1] = now / people
    return labour
