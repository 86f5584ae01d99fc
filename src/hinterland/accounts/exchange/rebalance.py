"""Balance a table to its own gross output by GRAS: rows to output, columns to output, signs kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hinterland.accounts.balance import BalanceError
from hinterland.accounts.exchange.draft import Array, Draft
from hinterland.study import Text
from hinterland.study.schema import listing


@dataclass(frozen=True)
class Rebalanced:
    """A table made to balance, the iterations it took and the largest gap left, relative to its output."""

    Z: Array
    Y: Array
    V: Array | None
    imports: Array
    iterations: int
    residual: float


def _factor(positive: Array, negative: Array, total: Array) -> Array:
    r"""Multiplier r with :math:`r p - n / r = u` for each row; 1 where there is nothing to scale.

    Where p = 0: :math:`r = -n/u` (u < 0); nothing scales then to a total that is not negative.
    """
    root = total + np.sqrt(total**2 + 4 * positive * negative)
    with np.errstate(divide="ignore", invalid="ignore"):
        r = np.where(positive > 0, root / (2 * positive), np.where(total < 0, -negative / total, np.nan))
    nothing = (positive == 0) & (negative == 0)
    return np.where(nothing, 1.0, r)


def rebalance(draft: Draft, *, tol: float = 1e-9, max_iter: int = 5000) -> Rebalanced:
    r"""Scale a table until rows and columns agree with its gross output, which is kept.

    .. math:: \sum_j r_i z_{ij} s_j + \sum_c r_i y_{ic} = x_i, \qquad
              \sum_i r_i z_{ij} s_j + s_j (m_j + \sum_k v_{kj}) = x_j

    with :math:`1/r`, :math:`1/s` in place of r, s at negative cells, so that signs stay. Final demand is
    scaled by row alone, imports and value added by column alone; zeros stay zero.

    Parameters
    ----------
    draft : Draft
        Output non-negative.
    tol : float
        Largest gap relative to each output, at which to stop.

    Raises
    ------
    BalanceError
        Industries whose rows or columns cannot be scaled to their output (named), or no convergence.

    References
    ----------
    Junius & Oosterhaven (2003), Economic Systems Research 15(1); Lenzen, Wood & Gallego (2007), ibid. 19(4).
    """
    x = draft.x
    zp, zn = np.clip(draft.Z, 0, None), np.clip(-draft.Z, 0, None)
    yp, yn = np.clip(draft.Y, 0, None).sum(1), np.clip(-draft.Y, 0, None).sum(1)
    primary = np.vstack([draft.imports[None], draft.V if draft.V is not None else draft.added[None]])
    wp, wn = np.clip(primary, 0, None).sum(0), np.clip(-primary, 0, None).sum(0)
    size = np.where(x > 0, x, max(float(x.max(initial=0.0)), 1e-300))
    r, s = np.ones_like(x), np.ones_like(x)
    gap = np.full_like(x, np.inf)
    iterations = 0
    for _ in range(max_iter):
        iterations += 1
        r = _factor(zp @ s + yp, zn @ (1 / s) + yn, x)
        r = np.where(x == 0, 1.0, r)
        _possible(draft, r, "row", "行")
        s = _factor(r @ zp + wp, (1 / r) @ zn + wn, x)
        s = np.where(x == 0, 1.0, s)
        _possible(draft, s, "column", "列")
        sold = r * (zp @ s + yp) - (zn @ (1 / s) + yn) / r
        gap = np.abs(sold - x) / size
        if gap.max(initial=0.0) <= tol:
            break
    else:
        worst = np.argsort(-gap)[:6]
        raise _cannot(
            listing([f"{draft.name(int(i))} ({gap[i]:.2g})" for i in worst], 6),
            Text(
                f"after {max_iter} iterations their sales still miss output",
                f"迭代{max_iter}次后仍与总产出不符",
            ),
        )
    scaled = r[:, None] * zp * s - zn / (r[:, None] * s)
    y = r[:, None] * np.clip(draft.Y, 0, None) - np.clip(-draft.Y, 0, None) / r[:, None]
    w = s * np.clip(primary, 0, None) - np.clip(-primary, 0, None) / s
    return Rebalanced(
        scaled, y, None if draft.V is None else w[1:], w[0], iterations, float(gap.max(initial=0.0))
    )


def _possible(draft: Draft, factor: Array, side: str, zh: str) -> None:
    bad = np.flatnonzero(~(np.isfinite(factor) & (factor > 0)))
    if bad.size:
        raise _cannot(
            listing([draft.name(int(i)) for i in bad], 6),
            Text(
                f"their {side} holds nothing that could be scaled to their output",
                f"其{zh}没有可缩放至总产出的数值",
            ),
        )


def _cannot(industries: str, reason: Text) -> BalanceError:
    return BalanceError(
        Text(
            f"These industries cannot be balanced: {industries}; {reason.en}.",
            f"以下产业无法平衡：{industries}；{reason.zh}。",
        ),
        Text(
            "Correct their rows, columns or output in the file.",
            "请在文件中更正其行、列或总产出。",
        ),
    )
