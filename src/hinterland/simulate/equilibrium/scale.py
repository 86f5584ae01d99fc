"""External economies of scale: several equilibria may exist, so several starts are tried and all are told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hinterland.simulate.equilibrium.economy import Array, DeficitRule, Economy, Shock, refuse
from hinterland.simulate.equilibrium.mobility import Mobility
from hinterland.simulate.equilibrium.solve import LIMIT, TOLERANCE, Solution, solve
from hinterland.study import StudyError, Text

# Equilibria whose wages agree to this are one and the same.
SAME = 1e-6


@dataclass(frozen=True, eq=False)
class ScaleSolutions:
    """Equilibria found with economies of scale.

    Attributes
    ----------
    solution : Solution
        The one found from the base year's allocation of workers: no jump of expectations is asked for.
    others : tuple of Solution
        Different ones, found from other starts.
    starts, failed : int
        Starts tried, and those of them that did not converge.
    warning : Text or None
        Where an industry's scale elasticity times its trade elasticity exceeds 1 the equilibrium need not be
        unique, and industries may concentrate (Kucheryavyy, Lyn & Rodriguez-Clare 2023).
    """

    solution: Solution
    others: tuple[Solution, ...]
    starts: int
    failed: int
    warning: Text | None


def solve_with_scale(
    economy: Economy,
    scale: Array,
    shock: Shock | None = None,
    *,
    deficits: DeficitRule = "fixed",
    mobility: Mobility | None = None,
    starts: int = 8,
    spread: float = 0.5,
    seed: int = 0,
    tol: float = TOLERANCE,
    limit: int = LIMIT,
) -> ScaleSolutions:
    r"""Solve with external economies of scale, :math:`\hat c \propto \hat E^{-\psi}`, from several starts.

    Parameters
    ----------
    economy : Economy
    scale : array [j]
        Elasticity :math:`\psi^j \ge 0` of productivity to employment of the region's industry.
    shock : Shock, optional
        One case.
    starts : int
        Beyond the base year's allocation; used only where :math:`\psi\theta > 1` for some industry, as the
        equilibrium is unique elsewhere.
    spread : float
        Standard deviation of the logs of the workers that the starts give each industry.
    seed : int
    """
    psi = np.asarray(scale, dtype=float)
    if psi.shape != economy.theta.shape or not (np.isfinite(psi) & (psi >= 0)).all():
        raise refuse(
            f"Scale elasticities have shape {psi.shape}, or are missing or negative.",
            f"规模弹性的形状为{psi.shape}，或有缺失、负值。",
            "Give one of at least 0 per industry.",
            "请为每个产业给出一个不小于0的弹性。",
        )
    change = shock if shock is not None else Shock()
    if change.cases != 1:
        raise refuse(
            "With economies of scale one case is solved at a time.",
            "存在规模经济时每次只求解一种情形。",
            "Give a shock of one case.",
            "请给出单一情形的冲击。",
        )
    theta = economy.theta if change.theta is None else np.asarray(change.theta, dtype=float).reshape(-1)
    strong = psi * theta > 1
    options = {
        "deficits": deficits,
        "mobility": mobility,
        "scale": psi,
        "tol": tol,
        "limit": limit,
    }
    first = solve(economy, change, **options)  # type: ignore[arg-type]
    if not strong.any():
        return ScaleSolutions(first, (), 1, 0, None)
    named = [economy.industries[k] for k in np.flatnonzero(strong)]
    warning = Text(
        f"Scale times trade elasticity exceeds 1 in {', '.join(named)}: there may be several equilibria,"
        " and industries may gather in few regions.",
        f"{'、'.join(named)}的规模弹性与贸易弹性之积大于1：均衡可能不唯一，产业可能集中于少数地区。",
    )
    rng = np.random.default_rng(seed)
    found: list[Solution] = []
    failed = 0
    for _ in range(starts):
        jump = rng.normal(0.0, spread, (*economy.output.shape, 1)) * strong[:, None, None]
        try:
            other = solve(economy, change, start=jump, **options)  # type: ignore[arg-type]
        except StudyError:
            # a start that leads nowhere is counted and told, it is not an answer
            failed += 1
            continue
        if all(np.abs(np.log(other.output + 1) - np.log(k.output + 1)).max() > SAME for k in [first, *found]):
            found.append(other)
    return ScaleSolutions(first, tuple(found), starts + 1, failed, warning)
