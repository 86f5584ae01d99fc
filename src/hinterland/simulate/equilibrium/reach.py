"""Capacity with which the equilibrium itself makes the output that a scenario asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from hinterland.simulate.equilibrium.anderson import accelerate
from hinterland.simulate.equilibrium.economy import Array, DeficitRule, Economy, Shock, refuse
from hinterland.simulate.equilibrium.mobility import Mobility
from hinterland.simulate.equilibrium.solve import solve

ROUNDS = 60
# Output asked for is met to this, in logs.
MET = 1e-8
# A round moves capacity by this part of what is lacking: cheaper inputs add to what new plants bring.
CAUTION = 0.6


def capacity_reached(
    economy: Economy,
    shock: Shock,
    target: Array,
    *,
    deficits: DeficitRule = "fixed",
    mobility: Mobility | None = None,
) -> Shock:
    """Change the capacity of a shock until the equilibrium makes the output asked for.

    Parameters
    ----------
    economy : Economy
    shock : Shock
        With capacity [j, n, b] to start from (`shocks.capacity_for`).
    target : array [j, n, b]
        Output wanted at base-year prices, money; NaN where nothing is asked, 0 where all is closed.

    Returns
    -------
    Shock
        The same with another capacity.

    Raises
    ------
    StudyError
        Output that no capacity brings about.
    """
    asked = np.isfinite(target) & (target > 0)
    given = shock.capacity
    if given is None or not asked.any():
        return shock
    start = np.where(asked, np.log(np.where(asked, given, 1.0)), 0.0)
    shape = start.shape
    warm: list[Any] = [None]

    def with_capacity(state: Array) -> Shock:
        return replace(shock, capacity=np.where(asked, np.exp(state.reshape(shape)), given))

    def lacking(state: Array) -> tuple[Array, Array, Array, Array]:
        solution = solve(economy, with_capacity(state), deficits=deficits, mobility=mobility, warm=warm[0])
        warm[0] = solution.state
        ratio = np.divide(target, solution.volume, out=np.ones(shape), where=asked & (solution.volume > 0))
        gap = np.where(asked, np.log(ratio), 0.0).reshape(-1, shape[2])
        return state, gap, CAUTION * gap, np.abs(gap).max(axis=0)

    trace = accelerate(lacking, start.reshape(-1, shape[2]), np, tol=MET, limit=ROUNDS)
    if (trace.residual > MET).any():
        off = np.abs(lacking(trace.state)[1].reshape(shape)).max(2)
        j, n = np.unravel_index(int(off.argmax()), off.shape)
        raise refuse(
            f"No capacity was found with which {economy.regions[n]} makes the output of"
            f" {economy.industries[j]} that is asked (off by {off.max():.2g} in logs).",
            f"未能找到使{economy.regions[n]}的{economy.industries[j]}达到所要求产出的产能（对数偏差{off.max():.2g}）。",
            "Move less, or take the capacity that is offered (moved='offered').",
            "请减少转移数额，或按提供的产能计算（moved='offered'）。",
        )
    return with_capacity(trace.state)
