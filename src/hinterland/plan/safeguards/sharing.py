"""How a joint surplus can be shared: Nash's bargain, Shapley's value, and whether a share is in the core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from hinterland.potential import shapley
from hinterland.study import StudyError, Text

Floats = npt.NDArray[np.float64]
Game = Mapping[frozenset[str], Floats]
"""Worth of each coalition [...]; the empty one is worth nothing and need not be there."""


def nash(total: npt.ArrayLike, alone: Floats, power: npt.ArrayLike | None = None) -> Floats:
    r"""Nash's bargaining solution for a surplus that can be shared freely.

    .. math:: \max_x \prod_k (x_k - d_k)^{w_k} \;\text{s.t.}\; \sum_k x_k = V
              \quad\Rightarrow\quad x_k = d_k + w_k \Bigl(V - \sum_j d_j\Bigr),\; \sum_k w_k = 1

    Parameters
    ----------
    total : float or array [...]
        V, money.
    alone : array [..., party]
        d, what each has without agreement.
    power : array [party], optional
        w, bargaining power, above zero; scaled to a sum of one. Equal by default.

    Returns
    -------
    array [..., party]; NaN where the total is less than what the parties have alone, for then they do not
    agree.

    References
    ----------
    Nash (1950), The bargaining problem, Econometrica 18(2); with unequal power: Kalai (1977).
    """
    weight = np.ones(alone.shape[-1]) if power is None else np.asarray(power, dtype=float)
    if not (weight > 0).all():
        raise StudyError(
            Text("A party's bargaining power is not above zero.", "某一方的议价权重不大于零。"),
            Text("Give every party a power above zero.", "请为各方给出大于零的议价权重。"),
        )
    gain = np.asarray(total, dtype=float) - alone.sum(axis=-1)
    shared = alone + gain[..., None] * (weight / weight.sum())
    # a loss of rounding is no reason not to agree
    agrees = gain >= -1e-12 * np.abs(alone).sum(axis=-1)
    return np.where(agrees[..., None], shared, np.nan)


def coalitions(parties: Sequence[str]) -> list[frozenset[str]]:
    """Return all coalitions but the empty one, the smallest first."""
    return [frozenset(c) for size in range(1, len(parties) + 1) for c in combinations(parties, size)]


def _worth(game: Game, coalition: frozenset[str]) -> Floats:
    if not coalition:
        return np.zeros(())
    if coalition not in game:
        names = ", ".join(sorted(coalition))
        raise StudyError(
            Text(f"The worth of the coalition {names} is not given.", f"未给出联盟{names}的价值。"),
            Text("Give the worth of every coalition.", "请给出每个联盟的价值。"),
        )
    return np.asarray(game[coalition], dtype=float)


def shapley_split(parties: Sequence[str], game: Game) -> Floats:
    r"""Shapley's value of every party in every cell of a game of arrays, exact over all coalitions.

    .. math:: \phi_k = \sum_S v(S)\, m_{Sk}

    with :math:`m_S` the value of the game in which S alone is worth one, for the value is linear in the game.

    Returns
    -------
    array [..., party]: efficient (sums to the worth of all), symmetric, nothing for who adds nothing,
    additive over games.

    References
    ----------
    Shapley (1953), A value for n-person games.
    """
    count = 1 << len(parties)
    of_one = np.stack([shapley(one) for one in np.eye(count)])  # [coalition, party]
    members = [frozenset(p for k, p in enumerate(parties) if s >> k & 1) for s in range(count)]
    worth = np.broadcast_arrays(*(_worth(game, s) for s in members))
    return np.asarray(np.stack(worth, axis=-1) @ of_one)


def in_core(
    parties: Sequence[str], game: Game, share: Floats, tolerance: float = 1e-9
) -> npt.NDArray[np.bool_]:
    r"""True where no coalition could do better by itself: :math:`\sum_{k \in S} x_k \ge v(S)` for all S.

    Parameters
    ----------
    share : array [..., party]
    tolerance : float
        Relative to the worth of all, for rounding.

    References
    ----------
    Gillies (1959), Solutions to general non-zero-sum games.
    """
    whole = _worth(game, frozenset(parties))
    slack = tolerance * np.maximum(np.abs(whole), 1e-300)
    held = np.abs(share.sum(axis=-1) - whole) <= slack
    for coalition in coalitions(parties):
        mine = sum(share[..., k] for k, party in enumerate(parties) if party in coalition)
        held = held & (np.asarray(mine) >= _worth(game, coalition) - slack)
    return np.asarray(held)
