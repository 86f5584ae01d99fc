"""Balancing a matrix that has negative entries: GRAS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from hinterland.accounts.balance_problem import (
    COLUMN,
    ROW,
    Array,
    Balanced,
    BalanceError,
    Labels,
    agree,
    finite,
    named,
    refuse_margins,
)
from hinterland.study import Text

# Scaling in turns is cheap and usually enough. Where, after some turns, one does not even halve the gap, or
# after too many, Newton's method takes over.
FEW, TURNS = 10, 60
# Factors beyond e to this power, either way, mean that there is no solution.
LARGEST = 300.0
NOWHERE = Text("", "")


def _scale(up: Array, down: Array, total: Array) -> Array:
    r"""Factor r with r P - N / r = u.

    :math:`r = (u + \sqrt{u^2 + 4PN}) / 2P`, and where a row has no positive entries
    :math:`r = -N/u` (Temurshoev, Miller & Bouwmeester 2013). For u < 0 the equal form
    2N / (sqrt(u^2 + 4PN) - u) loses no digits.
    """
    root = np.sqrt(total**2 + 4 * up * down)
    out = np.ones_like(total)
    plus = (up > 0) & (total >= 0)
    np.divide(total + root, 2 * up, out=out, where=plus)
    minus = (down > 0) & (total < 0)
    np.divide(2 * down, root - total, out=out, where=minus)
    return out


@dataclass(frozen=True, eq=False)
class _Point:
    """What factors (in logs) make of the prior: the grown positive part, the shrunk negative one."""

    a: Array
    b: Array
    grown: Array
    shrunk: csr_array  # its absolute values
    value: float  # of the dual objective


class _Problem:
    """The split prior (negative entries are few, so they are kept sparse) and the margins."""

    def __init__(self, prior: Array, rows: Array, columns: Array) -> None:
        self.prior, self.rows, self.columns = prior, rows, columns
        self.up, self.down = np.maximum(prior, 0.0), csr_array(np.maximum(-prior, 0.0))
        self.row_of = np.repeat(np.arange(len(rows)), np.diff(self.down.indptr))

    def turn(self, a: Array, b: Array) -> tuple[Array, Array, float]:
        """One turn of scaling, rows, then columns; with it the rows' largest relative gap before the turn."""
        s, before = np.exp(b), np.exp(a)
        up, down = self.up @ s, self.down @ (1 / s)
        grown, shrunk = before * up, down / before
        gap = np.abs(grown - shrunk - self.rows)
        turnover = np.maximum(grown + shrunk, np.abs(self.rows))
        gap = np.divide(gap, turnover, out=np.zeros_like(gap), where=turnover > 0)
        r = _scale(up, down, self.rows)
        t = _scale(r @ self.up, self.down.T @ (1 / r), self.columns)
        return np.log(r), np.log(t), float(gap.max(initial=0.0))

    def at(self, a: Array, b: Array) -> _Point:
        """Return the scaled matrix and the dual objective, whose gradient is the gap of the margins."""
        # beyond these the problem has no solution; zeros must stay zeros until that is said
        c, d = np.clip(a, -LARGEST, LARGEST), np.clip(b, -LARGEST, LARGEST)
        with np.errstate(over="ignore"):
            grown = np.exp(c)[:, None] * self.up
            grown *= np.exp(d)
            shrunk = self.down.copy()
            shrunk.data = shrunk.data * np.exp(-c[self.row_of] - d[self.down.indices])
            size = float(grown.sum() + shrunk.data.sum())
        return _Point(a, b, grown, shrunk, float(size - self.rows @ a - self.columns @ b))

    def gaps(self, point: _Point) -> tuple[Array, Array]:
        return (
            point.grown.sum(1) - point.shrunk.sum(1) - self.rows,
            point.grown.sum(0) - point.shrunk.sum(0) - self.columns,
        )

    def residual(self, point: _Point) -> tuple[float, Array]:
        """Largest gap relative to the turnover of its row or column, and the rows' gaps."""
        gap_rows, gap_columns = self.gaps(point)
        turnover = [np.maximum(point.grown.sum(k) + point.shrunk.sum(k), 1e-300) for k in (1, 0)]
        by_row = np.abs(gap_rows) / np.maximum(turnover[0], np.abs(self.rows))
        by_column = np.abs(gap_columns) / np.maximum(turnover[1], np.abs(self.columns))
        return float(max(by_row.max(initial=0.0), by_column.max(initial=0.0))), by_row

    def newton(self, here: _Point) -> _Point | None:
        """One damped Newton step on the dual; None when none goes down."""
        scaled = here.grown.copy()
        scaled[self.row_of, self.down.indices] += here.shrunk.data
        f, g = self.gaps(here)
        left, right = np.maximum(scaled.sum(1), 1e-300), np.maximum(scaled.sum(0), 1e-300)
        scaled /= np.sqrt(left)[:, None]
        scaled /= np.sqrt(right)
        system = -(scaled.T @ scaled)
        # the level of the factors is free: one null direction for each block, held by a small weight
        system.flat[:: len(right) + 1] += 1 + 1e-13
        known = -g / np.sqrt(right) + scaled.T @ (f / np.sqrt(left))
        try:
            solved = np.linalg.solve(system, known)
        except np.linalg.LinAlgError:
            system.flat[:: len(right) + 1] += 1e-9
            solved = np.linalg.solve(system, known)
        db = solved / np.sqrt(right)
        da = -f / left - (scaled @ solved) / np.sqrt(left)
        slope = float(f @ da + g @ db)
        step = 1.0
        for _ in range(40):
            there = self.at(here.a + step * da, here.b + step * db)
            enough = here.value + 1e-4 * step * slope + 1e-13 * abs(here.value)
            if np.isfinite(there.value) and there.value <= enough:
                return there
            step *= 0.5
        return None


def _drop_impossible(
    prior: Array, rows: Array, columns: Array, row_labels: Labels, column_labels: Labels
) -> Array:
    """Cells that can only be zero vanish; a total that its row's signs cannot have is refused by name."""
    kept = prior.copy()
    while True:
        before = np.count_nonzero(kept)
        for axis, totals, labels, kind in (
            (1, rows, row_labels, ROW),
            (0, columns, column_labels, COLUMN),
        ):
            has_up, has_down = (kept > 0).any(axis), (kept < 0).any(axis)
            bad = np.flatnonzero(((totals > 0) & ~has_up) | ((totals < 0) & ~has_down))
            if bad.size:
                listed = named(labels, bad, kind)
                raise BalanceError(
                    Text(
                        f"{kind.en.capitalize()}s whose total has a sign that none of their entries has: "
                        f"{listed.en}.",
                        f"合计的符号与其全部元素不符的{kind.zh}：{listed.zh}。",
                    ),
                    Text(
                        "Correct the total, or give an entry of that sign in the prior.",
                        "请更正合计，或在先验中给出相同符号的元素。",
                    ),
                )
            only_one = (totals == 0) & ~(has_up & has_down)
            kept = np.where(only_one[:, None] if axis == 1 else only_one, 0.0, kept)
        if np.count_nonzero(kept) == before:
            return kept


def _bounded(a: Array, b: Array) -> bool:
    return bool(np.abs(a).max(initial=0.0) <= LARGEST and np.abs(b).max(initial=0.0) <= LARGEST)


def gras(
    prior: npt.ArrayLike,
    rows: npt.ArrayLike,
    columns: npt.ArrayLike,
    tol: float = 1e-12,
    max_iter: int = 400,
    *,
    row_labels: Labels = None,
    column_labels: Labels = None,
) -> Balanced:
    r"""Balance a matrix with negative entries: the generalised RAS.

    .. math:: x_{ij} = r_i p_{ij} s_j \ (p_{ij} \ge 0), \qquad x_{ij} = p_{ij} / (r_i s_j) \ (p_{ij} < 0),

    the matrix with these totals that minimises :math:`\sum |p_{ij}| (z_{ij} \ln (z_{ij}/e) + 1)`,
    :math:`z = x/p`. Signs and zeros are kept. Rows and columns are scaled in turns; where that is slow,
    Newton's method on the convex dual finishes.

    Parameters
    ----------
    prior : array [m, n]
        Any signs, any unit.
    rows, columns : array [m], [n]
        Totals, any signs, one unit; their sums agree to 1e-9 of their size.
    tol : float
        Largest gap of a row or column relative to its turnover (the sum of its absolute entries) at which to
        stop.
    max_iter : int
        Turns and Newton steps after which not to have converged is an error.
    row_labels, column_labels : sequence of str, optional
        Names for messages.

    Raises
    ------
    BalanceError
        Missing values; sums that contradict each other; a total whose sign no entry of its row or column has;
        totals that the prior's zeros and signs do not allow (the rows and columns are named).

    References
    ----------
    Junius & Oosterhaven (2003), Economic Systems Research 15; the objective as corrected by Lenzen, Wood &
    Gallego (2007), ESR 19; rows without positive entries by Temurshoev, Miller & Bouwmeester (2013), ESR 25.
    """
    p = np.asarray(prior, dtype=np.float64)
    u, v = np.asarray(rows, dtype=np.float64), np.asarray(columns, dtype=np.float64)
    if p.ndim != 2 or u.shape != p.shape[:1] or v.shape != p.shape[1:]:
        raise BalanceError(
            Text(
                f"Shapes do not fit: prior {p.shape}, rows {u.shape}, columns {v.shape}.",
                f"形状不符：先验{p.shape}，行合计{u.shape}，列合计{v.shape}。",
            ),
            Text("Give the prior as [m, n], rows as [m], columns as [n].", "先验[m, n]，行[m]，列[n]。"),
        )
    finite(Text("prior", "先验矩阵"), p, NOWHERE)
    finite(Text("row totals", "行合计"), u, NOWHERE)
    finite(Text("column totals", "列合计"), v, NOWHERE)
    agree(u, v, NOWHERE)
    size = float(np.abs(v).sum())
    v = v + (u.sum() - v.sum()) * (np.abs(v) / size if size > 0 else 0.0)
    problem = _Problem(_drop_impossible(p, u, v, row_labels, column_labels), u, v)
    a, b = np.zeros(len(u)), np.zeros(len(v))
    worst, by_row = np.inf, np.zeros(len(u))
    turning, last = True, np.inf
    point: _Point | None = None
    for step in range(1, max_iter + 1):
        enough = False
        if turning:
            # columns hold after their turn, so the rows' gap tells whether the last turn was enough
            after_a, after_b, gap = problem.turn(a, b)
            enough = step > 1 and gap <= tol
            if not enough:
                a, b = after_a, after_b
                turning = step < FEW or (step < TURNS and gap < 0.5 * last)
                last = gap
                if turning and _bounded(a, b):
                    continue
            point = problem.at(a, b)
        else:
            assert point is not None
            point = problem.newton(point)
            if point is None:
                break
        worst, by_row = problem.residual(point)
        if worst <= tol:
            matrix = point.grown - point.shrunk.toarray()
            return Balanced(matrix, np.asarray(step, dtype=np.int64), np.asarray(worst))
        if not _bounded(point.a, point.b):
            break  # factors that grow without end: no solution
        if enough:
            a, b = after_a, after_b
    raise refuse_margins(
        problem.prior,
        u,
        v,
        row_labels,
        column_labels,
        NOWHERE,
        Text(
            f"in {step} iterations (gap {worst:.2g} of a row's turnover)",
            f"迭代{step}次，误差为周转额的{worst:.2g}",
        ),
        np.argsort(-by_row)[: max(1, int((by_row > tol).sum()))],
    )
