"""Balancing to any linear constraints, which may contradict one another: reliability then decides.

Margins are one kind of constraint; a block's total, a difference, a ratio times a total are others. A
constraint with a standard error need not hold exactly: it gives way to better-known ones, as in KRAS
(Lenzen, Gallego & Wood 2009) and in the least squares of Stone, Champernowne & Meade (1942).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.linalg
import scipy.optimize
from scipy.sparse import csr_array

from hinterland.accounts.balance_problem import Array, BalanceError, finite
from hinterland.study import Column, Result, Text

Method = Literal["entropy", "least_squares"]
# Beyond this many cells the linear programme that singles out contradictions would take too long.
EXPLAIN_CELLS = 300_000
# A cell that rests at zero still counts this little in Newton's step, so that it can come back.
IDLE = 1e-8


@dataclass(frozen=True, eq=False)
class Constraint:
    """One thing that is known of the matrix: a weighted sum of cells, its value and its standard error.

    Attributes
    ----------
    name : str
        For messages and the report.
    cells : int array [k]
        Positions in the flattened (row-major) matrix.
    total : float
        Money.
    error : float
        Standard error of `total`, money; 0 means that it must hold.
    weights : array [k] or float
        Of the cells in the sum.
    """

    name: str
    cells: npt.NDArray[np.intp]
    total: float
    error: float = 0.0
    weights: Array | float = 1.0


@dataclass(frozen=True)
class Reconciled:
    """A matrix reconciled with constraints.

    Attributes
    ----------
    matrix : array [m, n]
    iterations : int
        Newton steps.
    residual : float
        Largest gap of a constraint without error, relative to the sum of its absolute terms.
    report : Result
        By constraint: target, error, what was found, gap, and gap in standard errors.
    """

    matrix: Array
    iterations: int
    residual: float
    report: Result


def block_total(
    shape: tuple[int, int],
    name: str,
    total: float,
    error: float = 0.0,
    *,
    rows: Sequence[int] | slice = slice(None),
    columns: Sequence[int] | slice = slice(None),
) -> Constraint:
    """Return the constraint that the cells of these rows and columns sum to a total."""
    cells = np.arange(shape[0] * shape[1]).reshape(shape)[rows][:, columns].ravel()
    return Constraint(name, cells, float(total), float(error))


def margins(
    rows: npt.ArrayLike,
    columns: npt.ArrayLike,
    row_error: npt.ArrayLike = 0.0,
    column_error: npt.ArrayLike = 0.0,
    *,
    row_labels: Sequence[str] | None = None,
    column_labels: Sequence[str] | None = None,
) -> list[Constraint]:
    """Return the row and column totals as constraints; a NaN total is not known and makes none."""
    u, v = np.asarray(rows, dtype=np.float64), np.asarray(columns, dtype=np.float64)
    su, sv = np.broadcast_to(row_error, u.shape), np.broadcast_to(column_error, v.shape)
    shape = (len(u), len(v))
    down = [str(k) for k in row_labels] if row_labels is not None else [f"row {i}" for i in range(len(u))]
    across = (
        [str(k) for k in column_labels]
        if column_labels is not None
        else [f"column {j}" for j in range(len(v))]
    )
    out = [block_total(shape, down[i], u[i], su[i], rows=[i]) for i in range(len(u)) if not np.isnan(u[i])]
    return out + [
        block_total(shape, across[j], v[j], sv[j], columns=[j]) for j in range(len(v)) if not np.isnan(v[j])
    ]


def _matrix(constraints: Sequence[Constraint], size: int) -> csr_array:
    lengths = [len(c.cells) for c in constraints]
    weights = [np.broadcast_to(np.asarray(c.weights, dtype=np.float64), (len(c.cells),)) for c in constraints]
    G = csr_array(
        (np.concatenate(weights), np.concatenate([c.cells for c in constraints]), np.cumsum([0, *lengths])),
        shape=(len(constraints), size),
    )
    G.sum_duplicates()
    return G


@dataclass(frozen=True, eq=False)
class _Dual:
    """The convex dual: value, primal point and curvature at multipliers mu."""

    G: csr_array
    prior: Array
    total: Array
    slack: Array
    spread: Array | None  # variance of cells for least squares; None for entropy

    def at(self, mu: Array) -> tuple[float, Array, Array]:
        price = self.G.T @ mu
        sign, size = np.sign(self.prior), np.abs(self.prior)
        if self.spread is None:
            with np.errstate(over="ignore"):
                x = self.prior * np.exp(sign * price)
            value, bend = float(np.abs(x).sum()), np.abs(x)
        else:
            # a cell that would change its sign stops at zero
            level = np.maximum(size + self.spread * sign * price, 0.0)
            x, bend = sign * level, np.where(level > 0, self.spread, IDLE * self.spread)
            value = float(
                np.divide(level**2, 2 * self.spread, out=np.zeros_like(x), where=self.spread > 0).sum()
            )
        return value - float(self.total @ mu) + 0.5 * float(mu @ (self.slack * mu)), x, bend


def _unmet(G: csr_array, x: Array, total: Array, slack: Array) -> Array:
    """Relative gaps of constraints that must hold; zero for the others."""
    turnover = np.maximum(abs(G) @ np.abs(x), np.abs(total))
    gap = np.abs(G @ x - total)
    relative: Array = np.divide(gap, turnover, out=np.zeros_like(gap), where=turnover > 0)
    return np.where(slack == 0, relative, 0.0)


def _conflict(G: csr_array, prior: Array, total: Array, hard: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Constraints that contradict one another: those with a price in the least violation (an LP, HiGHS)."""
    live = np.flatnonzero(prior != 0)
    k = int(hard.sum())
    A = csr_array(G[hard])[:, live]
    scale = np.maximum(np.abs(total[hard]), 1e-9 * max(np.abs(total).max(initial=0.0), 1e-300))
    both = scipy.sparse.hstack(
        [A, scipy.sparse.diags_array(scale), -scipy.sparse.diags_array(scale)], format="csr"
    )
    cost = np.concatenate([np.zeros(len(live)), np.ones(2 * k)])
    bounds = [(0, None) if p > 0 else (None, 0) for p in prior[live]] + [(0, None)] * (2 * k)
    solved = scipy.optimize.linprog(cost, A_eq=both, b_eq=total[hard], bounds=bounds, method="highs")
    if solved.status != 0 or solved.fun < 1e-9:
        return np.array([], dtype=np.intp)
    price = np.abs(solved.eqlin.marginals) * scale
    offenders: npt.NDArray[np.intp] = np.flatnonzero(hard)[price > 1e-9]
    return offenders


def _refuse(
    constraints: Sequence[Constraint], G: csr_array, dual: _Dual, x: Array, mu: Array, steps: int
) -> BalanceError:
    hard = dual.slack == 0
    found = (
        _conflict(G, dual.prior, dual.total, hard) if len(dual.prior) <= EXPLAIN_CELLS else np.array([], int)
    )
    certain = found.size > 0
    if not certain:
        found = np.argsort(-_unmet(G, x, dual.total, dual.slack))[:6]
    listed = ", ".join(constraints[i].name for i in found[:10])
    more = len(found) - 10
    en = listed + (f" and {more} more" if more > 0 else "")
    zh = listed.replace(", ", "、") + (f"等共{len(found)}项" if more > 0 else "")
    if certain:
        return BalanceError(
            Text(
                f"These constraints contradict one another, given the prior's zeros and signs: {en}.",
                f"在先验的零值和符号下，这些约束互相矛盾：{zh}。",
            ),
            Text(
                "Give the less reliable ones a standard error, or correct them.",
                "请为较不可靠的约束给出标准误，或予以更正。",
            ),
        )
    return BalanceError(
        Text(
            f"Balancing did not converge in {steps} steps; constraints furthest from holding: {en}.",
            f"平衡在{steps}步内未收敛；偏离最大的约束：{zh}。",
        ),
        Text("Check them, or give them a standard error.", "请核对，或给出标准误。"),
    )


def balance_constraints(
    prior: npt.ArrayLike,
    constraints: Sequence[Constraint],
    *,
    method: Method = "entropy",
    prior_error: float = 0.3,
    tol: float = 1e-10,
    max_iter: int = 200,
) -> Reconciled:
    r"""Reconcile a matrix with linear constraints, some of which may contradict others.

    .. math:: \min_x \sum_j D(x_j, p_j) + \sum_k \frac{(g_k'x - c_k)^2}{2\sigma_k^2}, \qquad
              g_k'x = c_k \text{ where } \sigma_k = 0

    Entropy: :math:`D = |p|(z \ln z - z + 1)/\tau`, :math:`z = x/p`, the distance of RAS and GRAS;
    :math:`\tau` is set so that a typical cell (weighted by its size) has the standard error `prior_error`.
    Least squares: :math:`D = (x-p)^2 / 2(e p)^2`, :math:`e` = `prior_error`, with signs kept. Zeros stay zero
    in both. Solved by Newton's method on the dual, one unknown for each constraint.

    Parameters
    ----------
    prior : array [m, n]
        Any signs, money.
    constraints : sequence of `Constraint`
        `margins`, `block_total`, or any weighted sum of cells.
    prior_error : float
        Relative standard error of a cell of the prior; matters only beside constraints with errors.
    tol : float
        Largest gap of a constraint that must hold, relative to the sum of its absolute terms.

    Raises
    ------
    BalanceError
        Missing values, negative errors, or constraints without error that contradict one another (named).

    References
    ----------
    Lenzen, Gallego & Wood (2009), Economic Systems Research 21; Stone, Champernowne & Meade (1942), Review of
    Economic Studies 9; Golan, Judge & Robinson (1994), Review of Economics and Statistics 76.
    """
    p = np.asarray(prior, dtype=np.float64)
    none = Text("", "")
    finite(Text("prior", "先验矩阵"), p, none)
    total = np.array([c.total for c in constraints], dtype=np.float64)
    error = np.array([c.error for c in constraints], dtype=np.float64)
    finite(Text("totals of constraints", "约束的合计"), total, none)
    finite(Text("errors of constraints", "约束的标准误"), error, none)
    if np.any(error < 0) or not prior_error > 0 or not len(constraints):
        raise BalanceError(
            Text(
                "Errors must be positive (or 0 for what must hold), and there must be a constraint.",
                "标准误须为正（必须成立的约束为0），且至少有一个约束。",
            )
        )
    flat = p.ravel()
    G = _matrix(constraints, flat.size)
    size = np.abs(flat)
    if method == "entropy":
        typical = prior_error**2 * float((size**2).sum()) / max(float(size.sum()), 1e-300)
        dual = _Dual(G, flat, total, error**2 / max(typical, 1e-300), None)
    else:
        dual = _Dual(G, flat, total, error**2, (prior_error * size) ** 2)
    mu = np.zeros(len(total))
    value, x, bend = dual.at(mu)
    for step in range(1, max_iter + 1):
        gradient = G @ x - total + dual.slack * mu
        loose = np.abs(gradient) / np.maximum(np.maximum(abs(G) @ np.abs(x), np.abs(total)), 1e-300)
        if loose.max() <= tol:
            return Reconciled(
                x.reshape(p.shape),
                step - 1,
                float(_unmet(G, x, total, dual.slack).max(initial=0.0)),
                _report(constraints, G, x, method),
            )
        moved = _step(dual, mu, value, gradient, bend)
        if moved is None or np.abs(moved[0]).max() > 1e150:
            break
        mu, value, x, bend = moved
        if method == "entropy" and np.abs(G.T @ mu).max() > 300:
            break  # cells driven to zero or to infinity: no solution
    raise _refuse(constraints, G, dual, x, mu, step)


def _step(
    dual: _Dual, mu: Array, value: float, gradient: Array, bend: Array
) -> tuple[Array, float, Array, Array] | None:
    """One damped Newton step on the dual; None when nothing goes down."""
    weighted = dual.G.multiply(np.sqrt(bend)[None, :]).tocsr()
    system = np.asarray((weighted @ weighted.T).todense()) + np.diag(dual.slack)
    diagonal = np.diag(system)
    # a constraint whose cells are all zero has no say
    scale = np.sqrt(np.where(diagonal > 1e-100, diagonal, 1.0))
    system = system / scale[:, None] / scale
    for ridge in (1e-13, 1e-10, 1e-6, 1e-2):
        try:
            factor = scipy.linalg.cho_factor(system + ridge * np.eye(len(mu)), check_finite=False)
        except np.linalg.LinAlgError:
            continue
        move = -scipy.linalg.cho_solve(factor, gradient / scale, check_finite=False) / scale
        slope = float(gradient @ move)
        length = 1.0
        for _ in range(50):
            at, x, curve = dual.at(mu + length * move)
            if np.isfinite(at) and at <= value + 1e-4 * length * slope + 1e-14 * abs(value):
                return mu + length * move, at, x, curve
            length *= 0.5
    return None


def _report(constraints: Sequence[Constraint], G: csr_array, x: Array, method: Method) -> Result:
    found = G @ x
    target, error = np.array([c.total for c in constraints]), np.array([c.error for c in constraints])
    gap = found - target
    frame = pd.DataFrame(
        {
            "constraint": [c.name for c in constraints],
            "target": target,
            "error": error,
            "found": found,
            "gap": gap,
            "gap_in_errors": np.divide(gap, error, out=np.full_like(gap, np.nan), where=error > 0),
        }
    )
    names = (
        ("target", Text("Target", "目标值")),
        ("error", Text("Standard error", "标准误")),
        ("found", Text("Found", "平衡后")),
        ("gap", Text("Gap", "差距")),
        ("gap_in_errors", Text("Gap in standard errors", "差距（标准误的倍数）")),
    )
    how = (
        Text("entropy distance to the prior", "与先验的熵距离")
        if method == "entropy"
        else Text("weighted least squares", "加权最小二乘")
    )
    return Result(
        "balance_constraints",
        Text("Constraints after balancing", "平衡后的约束"),
        frame,
        (
            Column("constraint", Text("Constraint", "约束"), "text"),
            *(
                Column(n, t, "number", "1" if n == "gap_in_errors" else "money", "estimated")
                for n, t in names
            ),
        ),
        Text(
            f"Reconciled by {how.en}; constraints with an error give way in proportion to its square "
            "(Lenzen, Gallego & Wood 2009).",
            f"按{how.zh}调和；有标准误的约束按其平方让步（Lenzen、Gallego和Wood，2009）。",
        ),
    )
