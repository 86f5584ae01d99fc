"""Balancing: make a matrix agree with row and column totals, staying as close as possible to a prior.

The biproportional method (RAS) of Stone (1961) and Bacharach (1970); see Miller & Blair (2009), chapter 7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hinterland.study import StudyError

Array = npt.NDArray[np.float64]

# Totals of rows and of columns that differ by more than this are a contradiction in the data, not rounding.
TOTALS_AGREE = 1e-9


class BalanceError(StudyError):
    """A matrix cannot be made to agree with the totals asked for; the message names the rows and columns."""


@dataclass(frozen=True)
class Balanced:
    """A balanced matrix.

    Attributes
    ----------
    matrix : array [..., m, n]
        Agrees with the totals within `residual`.
    iterations : int array [...]
        Iterations that each matrix of the batch needed.
    residual : array [...]
        Largest gap of a row or column, relative to its own total (zero totals hold exactly).
    """

    matrix: Array
    iterations: npt.NDArray[np.int64]
    residual: Array


def _names(labels: Sequence[str] | None, indices: npt.NDArray[np.intp], kind: str, most: int = 6) -> str:
    named = [labels[i] if labels is not None else f"{kind} {i}" for i in indices[:most]]
    return ", ".join(named) + (f" and {len(indices) - most} more" if len(indices) > most else "")


def _refuse(
    prior: Array,
    rows: Array,
    columns: Array,
    row_labels: Sequence[str] | None,
    column_labels: Sequence[str] | None,
    at: str,
) -> None:
    """Raise for a problem that no biproportional scaling can solve."""
    for what, values in (("prior", prior), ("row totals", rows), ("column totals", columns)):
        if not np.all(np.isfinite(values)):
            raise BalanceError(
                f"The {what}{at} hold missing or infinite values.", "Fill them before balancing."
            )
        if np.any(values < 0):
            raise BalanceError(
                f"The {what}{at} hold negative values, which RAS cannot balance.",
                "Take them out before balancing and put them back after, or give a table without them.",
            )
    total_rows, total_columns = float(rows.sum()), float(columns.sum())
    if abs(total_rows - total_columns) > TOTALS_AGREE * max(total_rows, total_columns):
        raise BalanceError(
            f"The row totals{at} sum to {total_rows:.10g} but the column totals to {total_columns:.10g}.",
            "Scale one of them so that both sums agree.",
        )
    empty_rows = np.flatnonzero((prior.sum(1) <= 0) & (rows > 0))
    if empty_rows.size:
        raise BalanceError(
            f"Rows with a positive total but an empty prior{at}: {_names(row_labels, empty_rows, 'row')}.",
            "Give them a positive prior or a total of zero.",
        )
    empty_columns = np.flatnonzero((prior.sum(0) <= 0) & (columns > 0))
    if empty_columns.size:
        raise BalanceError(
            f"Columns with a positive total but an empty prior{at}: "
            f"{_names(column_labels, empty_columns, 'column')}.",
            "Give them a positive prior or a total of zero.",
        )


def _ratio(numerator: Array, denominator: Array) -> Array:
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0)


def ras(
    prior: npt.ArrayLike,
    rows: npt.ArrayLike,
    columns: npt.ArrayLike,
    tol: float = 1e-12,
    max_iter: int = 20_000,
    *,
    row_labels: Sequence[str] | None = None,
    column_labels: Sequence[str] | None = None,
    batch_labels: Sequence[str] | None = None,
) -> Balanced:
    r"""Balance a non-negative matrix, or a batch of them, biproportionally.

    Finds :math:`X = \hat r P \hat s` with :math:`X 1 = u` and :math:`X' 1 = v`, the matrix with these totals
    that is closest to the prior :math:`P` in relative entropy; zeros stay zero.

    Parameters
    ----------
    prior : array [m, n] or [batch, m, n]
        Non-negative, any unit.
    rows, columns : array [(batch,) m], [(batch,) n]
        Totals, non-negative, one unit; their sums agree to 1e-9 (the columns are then scaled to the rows'
        sum).
    tol : float
        Largest gap of a row or column relative to its own total at which to stop.
    max_iter : int
        Iterations after which not to have converged is an error.
    row_labels, column_labels, batch_labels : sequence of str, optional
        Names for messages.

    Returns
    -------
    Balanced

    Raises
    ------
    BalanceError
        Missing or negative values, sums that contradict each other, empty rows or columns with a positive
        total, or no convergence; it names the rows, columns and members of the batch concerned.

    References
    ----------
    Stone (1961), Input-Output and National Accounts; Bacharach (1970), Biproportional Matrices and
    Input-Output Change; Miller & Blair (2009), Input-Output Analysis, section 7.4.
    """
    p = np.asarray(prior, dtype=np.float64)
    u = np.asarray(rows, dtype=np.float64)
    v = np.asarray(columns, dtype=np.float64)
    single = p.ndim == 2
    if single:
        p, u, v = p[None], u[None], v[None]
    if p.ndim != 3 or u.shape != p.shape[:2] or v.shape != (p.shape[0], p.shape[2]):
        raise BalanceError(
            f"Shapes do not fit: prior {p.shape}, rows {u.shape}, columns {v.shape}.",
            "Give the prior as [batch, m, n], rows as [batch, m] and columns as [batch, n].",
        )
    names = [""] * len(p)
    if not single:
        names = [
            f" of {batch_labels[b] if batch_labels is not None else f'matrix {b}'}" for b in range(len(p))
        ]
    for b, at in enumerate(names):
        _refuse(p[b], u[b], v[b], row_labels, column_labels, at)
    v = v * _ratio(u.sum(1), v.sum(1))[:, None]

    iterations = np.zeros(len(p), dtype=np.int64)
    residual = np.zeros(len(p))
    matrix = np.zeros_like(p)
    # Cells in rows or columns whose total is zero must vanish; without them the scaling factors stay finite.
    p = p * (u > 0)[:, :, None] * (v > 0)[:, None, :]
    active = np.arange(len(p))
    scale = np.ones_like(v)
    for step in range(1, max_iter + 1):
        q = p[active]
        left = _ratio(u[active], np.matmul(q, scale[:, :, None])[:, :, 0])
        scale = _ratio(v[active], np.matmul(left[:, None, :], q)[:, 0, :])
        # columns hold exactly after their turn; the gap is in the rows
        gap = np.abs(left * np.matmul(q, scale[:, :, None])[:, :, 0] - u[active])
        worst = np.where(u[active] > 0, _ratio(gap, u[active]), gap).max(1, initial=0.0)
        column_lost = ((scale == 0) & (v[active] > 0)).any(1)
        done = (worst <= tol) & ~column_lost
        if done.any() or step == max_iter:
            finished = active if step == max_iter else active[done]
            keep = np.isin(active, finished)
            matrix[finished] = left[keep][:, :, None] * q[keep] * scale[keep][:, None, :]
            iterations[finished] = step
            residual[finished] = worst[keep]
            if step == max_iter and not done.all():
                b = int(active[np.flatnonzero(~done)[0]])
                at = np.flatnonzero(active == b)[0]
                rel = np.where(u[b] > 0, _ratio(gap[at], u[b]), gap[at])
                bad_rows = np.argsort(-rel)[: max(1, int((rel > tol).sum()))]
                raise BalanceError(
                    f"Balancing{names[b]} did not converge in {max_iter} iterations (gap "
                    f"{worst[at]:.2g} of the total); the prior's zeros do not allow these totals. Worst "
                    f"rows: {_names(row_labels, bad_rows, 'row')}.",
                    "Check these totals, or give small positive priors where there are zeros.",
                )
            active, scale = active[~keep], scale[~keep]
            if active.size == 0:
                break
    if single:
        return Balanced(matrix[0], iterations[0], residual[0])
    return Balanced(matrix, iterations, residual)
