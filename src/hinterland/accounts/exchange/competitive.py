"""Competitive imports taken apart: which part of every flow is domestic, by the product's import share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hinterland.accounts.exchange.draft import ENTERING, OUTSIDE, Array, Imported
from hinterland.study import StudyError, Text
from hinterland.study.schema import listing

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Split:
    """Domestic and imported flows of a table, imports summed over the regions of users.

    Attributes
    ----------
    Z, Y : array
        Domestic flows; columns `final`, without those of imports.
    inputs : array [products, industries]
        Imported inputs by product and industry, all regions together.
    final_imports : array [products, columns]
    status : Text
        How imports by product came about; empty where they are as published.
    """

    Z: Array
    Y: Array
    final: tuple[tuple[str, str], ...]
    inputs: Array
    final_imports: Array
    status: Text


def split(found: Imported) -> Split:
    r"""Part domestic from imported flows.

    Competitive tables (a negative column of imports or inflow): every use of a row but exports has the same
    import share, :math:`m_i = M_i / (\sum_j z_{ij} + \sum_c y_{ic})`; where imports exceed that use, exports
    share in it too (re-exports). A row of imports without products is split over products like the domestic
    inputs of the same user. Imports by product are taken as they are.

    Raises
    ------
    StudyError
        Imports of a product exceed all its use.

    References
    ----------
    Miller & Blair (2009), section 4.7.3 (import proportionality).
    """
    table = found.table
    r, n = len(table.regions), len(table.industries)
    outside = np.array([c in OUTSIDE for _, c in table.final])
    entering = np.array([c in ENTERING for _, c in table.final])
    final = tuple(pair for pair, e in zip(table.final, entering, strict=True) if not e)
    Z, Y = np.array(table.Z), np.array(table.Y[:, ~entering])
    inputs, brought = np.zeros((n, n)), np.zeros((n, len(final)))
    status = Text("", "")
    if entering.any() and np.any(table.Y[:, entering]):
        share, again = _shares(found, outside, entering)
        mask = ~outside[~entering]
        kept = np.where(mask[None, :] | again[:, None], share[:, None], 0.0)
        kept = np.where(np.array([c == "discrepancy" for _, c in final])[None, :], 0.0, kept)
        inputs += (share[:, None] * Z).reshape(r, n, r, n).sum((0, 2))
        brought += (kept * Y).reshape(r, n, -1).sum(0)
        Z, Y = (1 - share)[:, None] * Z, (1 - kept) * Y
        status = Text(
            "Imported parts of flows estimated by each product's import share (competitive table).",
            "各流量的进口部分按各产品进口份额估计（竞争型表）。",
        )
    if found.import_matrix is not None:
        inputs += found.import_matrix.reshape(n, r, n).sum(1)
    elif table.imports.any():
        whole = Z.reshape(r, n, r, n).sum((0, 2))
        inputs += _like(whole, table.imports.reshape(r, n).sum(0))
        status += Text(
            "Imports are not given by product; split like the domestic inputs of the same industry.",
            "进口未分产品，按同一产业的国内投入结构拆分。",
        )
    if found.final_imports is not None:
        given = found.final_imports[..., ~entering]
        brought += given if given.ndim == 2 else _like(Y.reshape(r, n, -1).sum(0), given)
    return Split(Z, Y, final, inputs, brought, status)


def _like(pattern: Array, totals: Array) -> Array:
    """Split column totals like the positive part of a pattern; evenly where it has none."""
    weights = np.clip(pattern, 0, None)
    size = weights.sum(0)
    even = np.full_like(weights, 1 / max(len(weights), 1))
    shares = np.divide(weights, size, out=even, where=size > 0)
    out: Array = shares * totals
    return out


def _shares(found: Imported, outside: Flags, entering: Flags) -> tuple[Array, Flags]:
    """Import share of every row, and whether its exports are partly imports."""
    table = found.table
    into = -table.Y[:, entering].sum(1)
    home = table.Z.sum(1) + table.Y[:, ~outside].sum(1)
    abroad = table.Y[:, [c in ("exports", "outflow") for _, c in table.final]].sum(1)
    again = into > home
    use = np.where(again, home + abroad, home)
    limit = 1e-9 * float(table.x.max(initial=0.0))
    over = np.flatnonzero((into > use + limit) | (into < -limit))
    if over.size:
        raise StudyError(
            Text(
                f"Imports are negative or exceed all use: {listing([table.name(int(i)) for i in over], 6)}.",
                f"以下产品的进口为负或超过其全部使用：{listing([table.name(int(i)) for i in over], 6)}。",
            ),
            Text("Correct imports or use of these in the file.", "请在文件中更正其进口或使用。"),
        )
    share = np.divide(into, use, out=np.zeros_like(into), where=use > 0)
    return np.clip(share, 0.0, 1.0), again
