"""Balancing: make a matrix agree with row and column totals, staying as close as possible to a prior.

The biproportional method (RAS) of Stone (1961) and Bacharach (1970); see Miller & Blair (2009), chapter 7.
Tables with negative entries: `gras`. Totals that contradict one another, or are not margins:
`balance_constraints`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hinterland.accounts.balance_gras import gras
from hinterland.accounts.balance_problem import (
    COLUMN,
    ROW,
    TOTALS_AGREE,
    Array,
    Balanced,
    BalanceError,
    agree,
    finite,
    named,
    refuse_margins,
)
from hinterland.study import Text

__all__ = ["TOTALS_AGREE", "Array", "BalanceError", "Balanced", "ras"]

# A single matrix of so many cells, of which a turn then does not halve the gap, goes to Newton's method.
PATIENCE, LARGE = 10, 10_000


def _refuse(
    prior: Array,
    rows: Array,
    columns: Array,
    row_labels: Sequence[str] | None,
    column_labels: Sequence[str] | None,
    at: Text,
) -> None:
    """Raise for a problem that no biproportional scaling can solve."""
    for what, values in (
        (Text("prior", "先验矩阵"), prior),
        (Text("row totals", "行合计"), rows),
        (Text("column totals", "列合计"), columns),
    ):
        finite(what, values, at)
        if np.any(values < 0):
            raise BalanceError(
                Text(
                    f"The {what.en}{at.en} hold negative values, which RAS cannot balance.",
                    f"{at.zh}{what.zh}含负值，RAS无法平衡。",
                ),
                Text(
                    "Take them out before balancing and put them back after, or use accounts.gras.",
                    "请在平衡前取出、平衡后放回，或改用 accounts.gras。",
                ),
            )
    agree(rows, columns, at)
    for axis, totals, labels, kind, kinds in (
        (1, rows, row_labels, ROW, "Rows"),
        (0, columns, column_labels, COLUMN, "Columns"),
    ):
        empty = np.flatnonzero((prior.sum(axis) <= 0) & (totals > 0))
        if empty.size:
            listed = named(labels, empty, kind)
            raise BalanceError(
                Text(
                    f"{kinds} with a positive total but an empty prior{at.en}: {listed.en}.",
                    f"{at.zh}合计为正而先验全为零的{kind.zh}：{listed.zh}。",
                ),
                Text("Give them a positive prior or a total of zero.", "请给出正的先验，或将合计设为零。"),
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
            Text(
                f"Shapes do not fit: prior {p.shape}, rows {u.shape}, columns {v.shape}.",
                f"形状不符：先验{p.shape}，行合计{u.shape}，列合计{v.shape}。",
            ),
            Text(
                "Give the prior as [batch, m, n], rows as [batch, m] and columns as [batch, n].",
                "先验应为[批次, m, n]，行合计[批次, m]，列合计[批次, n]。",
            ),
        )
    names = [Text("", "")] * len(p)
    if not single:
        each = [
            Text.same(batch_labels[b])
            if batch_labels is not None
            else Text(f"matrix {b}", f"第{b + 1}个矩阵")
            for b in range(len(p))
        ]
        names = [Text(f" of {one.en}", f"{one.zh}的") for one in each]
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
    gap_now = gap_before = np.inf
    for step in range(1, max_iter + 1):
        if single and step > PATIENCE and p.size >= LARGE and gap_now > 0.5 * gap_before:
            # scaling in turns is slow on this one; GRAS is the same problem and ends with Newton's method
            found = gras(p[0], u[0], v[0], tol, row_labels=row_labels, column_labels=column_labels)
            return Balanced(found.matrix, found.iterations + step - 1, found.residual)
        q = p[active]
        left = _ratio(u[active], np.matmul(q, scale[:, :, None])[:, :, 0])
        scale = _ratio(v[active], np.matmul(left[:, None, :], q)[:, 0, :])
        # columns hold exactly after their turn; the gap is in the rows
        gap = np.abs(left * np.matmul(q, scale[:, :, None])[:, :, 0] - u[active])
        worst = np.where(u[active] > 0, _ratio(gap, u[active]), gap).max(1, initial=0.0)
        gap_before, gap_now = gap_now, float(worst.max(initial=0.0))
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
                raise refuse_margins(
                    p[b],
                    u[b],
                    v[b],
                    row_labels,
                    column_labels,
                    names[b],
                    Text(
                        f"in {max_iter} iterations (gap {worst[at]:.2g} of the total)",
                        f"迭代{max_iter}次，误差为合计的{worst[at]:.2g}",
                    ),
                    bad_rows,
                )
            active, scale = active[~keep], scale[~keep]
            if active.size == 0:
                break
    if single:
        return Balanced(matrix[0], iterations[0], residual[0])
    return Balanced(matrix, iterations, residual)
