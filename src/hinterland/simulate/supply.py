"""The impact read from the side of supply: what customers have more or less to work with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from hinterland.simulate.baseline import Baseline
from hinterland.simulate.caps import ceilings
from hinterland.simulate.state import State
from hinterland.simulate.system import per_output, shared_moves

if TYPE_CHECKING:
    from hinterland.simulate.impact import Effects

Array = npt.NDArray[np.float64]


def forward(base: Baseline, rows: Array) -> Array:
    r"""Output of all industries per unit of output of one, if outputs are allocated in fixed shares.

    .. math:: g_{cj} = G_{cj} / G_{cc}, \qquad G = \hat x^{-1} L \hat x

    Parameters
    ----------
    base : Baseline
    rows : array of int [k]
        Positions of industries with output.

    Returns
    -------
    array [k, n]
        1 at the industry itself.

    References
    ----------
    Ghosh (1958), Economica 25; Miller & Blair (2009), sections 12.1 and 13.2 (given outputs).
    """
    table = base.table
    unit = np.zeros((len(rows), len(table.x)))
    unit[np.arange(len(rows)), rows] = 1.0
    reach = table.solve_left(unit) * table.x / table.x[rows][:, None]
    return np.asarray(reach / reach[np.arange(len(rows)), rows][:, None])


def supply_effects(base: Baseline, state: State) -> Effects:
    r"""Direct change of output and what follows downstream, by Ghosh's model.

    Every change d of capacity carries its customers with it, :math:`\Delta x' = \sum_c d_c\, g_{c\cdot}`. A
    host's new capacity sells as the host's industry sells; where the host had none it keeps the origin's
    customers. Better productivity is capacity: :math:`d = (f - 1) x`; a cap on a resource takes the capacity
    that it does not allow. Recipes stay as they are.

    The model says what could be made with the supply there is, not what will be demanded; it has no prices.
    """
    from hinterland.simulate.impact import Effects

    table = base.table
    r, n = len(table.regions), len(table.industries)
    made = table.x.reshape(r, n)
    moves = state.relocation + shared_moves(state, table, base.study)
    own = state.built["own"] - state.closed["own"] + (state.productivity - 1.0) * made
    if state.resources:
        there = made + moves.sum(1).T - moves.sum(2).T + own
        own = own + np.minimum(ceilings(base, state.resources, there).reshape(r, n) - there, 0.0)
    direct = np.zeros((r, n))
    total = np.zeros(r * n)
    per = per_output(table, None)
    fresh = {name: np.array(values) for name, values in per.items()}
    pieces: list[tuple[int, int, float]] = []  # whose customers, where it is made, how much
    for i, o, h in np.argwhere(moves > 0):
        amount = float(moves[i, o, h])
        pieces.append((o * n + i, o * n + i, -amount))
        pieces.append(((h if made[h, i] > 0 else o) * n + i, h * n + i, amount))
    for k, i in np.argwhere(own != 0):
        sells = k if made[k, i] > 0 else int(made[:, i].argmax())
        pieces.append((sells * n + i, k * n + i, float(own[k, i])))
    if pieces:
        sellers = np.unique([seller for seller, _, _ in pieces])
        reach = forward(base, sellers)
        for seller, at, amount in pieces:
            spread = amount * reach[int(np.searchsorted(sellers, seller))]
            if at != seller:
                spread = spread.copy()
                spread[seller] -= amount
                spread[at] += amount
                for name in fresh:
                    fresh[name][at] = per[name][seller]
            total += spread
            direct.reshape(-1)[at] += amount
    flat = direct.ravel()
    return Effects(flat, total - flat, None, fresh, 0.0)
