"""One factorisation of I - A, from which every multiplier, account and extraction is solved.

The system is formed in place in the factor's own buffer: neither A nor the inverse is stored. A table kept by
rows (C order) is, to LAPACK, its transpose kept by columns, so the transpose is what is factorised and
nothing is copied; solving with the transpose costs the same.

In "mixed" precision the few right-hand sides that are asked of a large table of many regions are found by
rounds of inputs (`accounts.krylov`); it is factorised, in the same buffer, once more are asked than that is
worth, or where the rounds do not settle. Either way each answer is refined in float64 and proved alike.
"""

from __future__ import annotations

import functools
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import scipy.linalg
import scipy.sparse.linalg

from hinterland.accounts.krylov import Blocks, times
from hinterland.study import StudyError, Text

Array = npt.NDArray[np.float64]
Precision = Literal["float64", "mixed"]
Namer = Callable[[int], str]

# A table whose answers may lose more than this factor of relative accuracy is refused rather than solved.
CONDITION = 1e12
# Below this largest share of inputs in output (columns), or of sales as inputs in output (rows), every
# industry leaves something: no power of A >= 0 grows, the inverse is at most 1 / (1 - share) in that norm.
SAFE = 1 - 1e-6
# Largest relative error of a column that the pace of refinement may leave; largest residual where it is slow.
REFINED, ACCEPTED = 1e-10, 1e-11
ROUNDS = 30
# Rounds of inputs are tried from this many rows and regions, while right-hand sides are fewer than n / FEW: a
# column costs some 10 products with the table, a factorisation as much as n / 3.
LARGE, MANY, FEW = 3_000, 8, 30
# How exactly: the loosest, and the least that float32 can tell.
LOOSE, TIGHT = 1e-5, 2e-7


@dataclass(frozen=True)
class Solved:
    """A solution with its proof.

    Attributes
    ----------
    values : array
        The solution, as the right-hand side is shaped.
    residual : float
        Largest gap of a right-hand side, :math:`\\max_k |b_k - M x_k|_\\infty /
        (|M|_\\infty |x_k|_\\infty + |b_k|_\\infty)`: the backward error.
    rounds : int
        Rounds of refinement (0 for float64).
    """

    values: Array
    residual: float
    rounds: int


def _largest(values: Array) -> Array:
    """Largest magnitude of each column, with no temporary of the matrix's size."""
    if not values.size:
        return np.zeros(values.shape[1])
    top: Array = np.maximum(values.max(0), -values.min(0))
    return top


@dataclass(frozen=True)
class Scan:
    """What one reading of a matrix tells: its sums by row and by column, and its least value."""

    rows: Array
    columns: Array
    least: float


def scan(Z: Array, size: int = 1 << 18) -> Scan:
    """Read a matrix [m, n] once, a part at a time that stays in the processor's cache; nothing is copied."""
    if not Z.flags.c_contiguous and Z.flags.f_contiguous:
        turned = scan(Z.T, size)
        return Scan(turned.columns, turned.rows, turned.least)
    rows, columns = np.zeros(Z.shape[0]), np.zeros(Z.shape[1])
    least = 0.0
    block = max(1, size // max(1, Z.shape[1]))
    for start in range(0, len(Z), block):
        part = Z[start : start + block]
        rows[start : start + block] = part.sum(1)
        columns += part.sum(0)
        least = min(least, float(part.min(initial=0.0)))
    return Scan(rows, columns, least)


@dataclass(frozen=True, eq=False)
class Factor:
    r"""Solver of :math:`I - A` over the industries that have output; its LU factors are made when needed.

    Attributes
    ----------
    system : array [m, m], Fortran order
        :math:`I - A`, or its transpose where `transposed`; overwritten by its factors.
    Z : array [n, n]
        Flows: what residuals are reckoned from.
    share : array [n]
        :math:`1/x`, zero where there is no output.
    active : int array or None
        Positions with output; None where all have it. An industry without output makes what is asked of it
        out of nothing (its column of A is zero), so its equation is x = y.
    precision : "float64" or "mixed"
        "mixed": solved in float32, solutions refined in float64.
    size : float
        Bound on the row and column sums of magnitudes of I - A.
    edges : int array [regions + 1]
        Where the regions begin and end among the industries with output.
    """

    system: npt.NDArray[Any]
    transposed: bool
    Z: Array
    share: Array
    active: npt.NDArray[np.intp] | None
    precision: Precision
    size: float
    edges: npt.NDArray[np.intp]
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _asked: list[float] = field(default_factory=lambda: [0.0], repr=False)  # columns so far

    @property
    def factorised(self) -> bool:
        """Whether the LU factors have been made."""
        return "factors" in self.__dict__

    @functools.cached_property
    def factors(self) -> tuple[npt.NDArray[Any], npt.NDArray[np.intp]]:
        """The LU factors, in the place of the system, and the rows they interchange."""
        with self._lock:
            if self.factorised:  # by another thread, while this one waited
                made: tuple[npt.NDArray[Any], npt.NDArray[np.intp]] = self.__dict__["factors"]
                return made
            self.expect(np.inf)
            lu, pivots = self.system, np.zeros(0, dtype=np.intp)
            if len(lu):
                with warnings.catch_warnings():  # an exact zero is dealt with by `_refuse`
                    warnings.simplefilter("ignore", scipy.linalg.LinAlgWarning)
                    lu, pivots = scipy.linalg.lu_factor(self.system, overwrite_a=True, check_finite=False)
            self.__dict__["factors"] = lu, pivots  # before the lock is let go
            return lu, pivots

    @functools.cached_property
    def _blocks(self) -> Blocks | None:
        many = len(self.edges) > MANY and len(self.system) >= LARGE and np.all(np.diff(self.edges) > 0)
        if self.precision == "float64" or not many:
            return None
        try:
            return Blocks.of(self.system, self.edges)
        except np.linalg.LinAlgError:  # a region that uses up all it makes: the factors will tell
            return None

    def expect(self, columns: float) -> None:
        """Say how many right-hand sides are to come: for more than rounds are worth it is factorised."""
        if self._asked[0] + columns > len(self.system) / FEW:
            self._asked[0] = np.inf

    def apply(self, values: Array, *, left: bool) -> Array:
        """(I - A) x, or (I - A)' x for `left`; x [n, m]."""
        by_columns = self.Z.flags.f_contiguous
        flows = self.Z if by_columns else self.Z.T
        given = values if left else values * -self.share[:, None]
        product: Array = times(flows, given, transposed=left == by_columns)
        if left:
            product *= -self.share[:, None]
        product += values
        return product

    def _raw(self, b: npt.NDArray[Any], left: bool, tolerance: float) -> tuple[npt.NDArray[Any], float]:
        """A solution, and how far it is known to be off (infinity: by no more than its precision tells)."""
        if self.active is None:
            return self._inner(b, left, tolerance)
        out, off = np.array(b), np.inf
        if len(self.active):
            out[self.active], off = self._inner(b[self.active], left, tolerance)
        return out, off

    def _inner(self, b: npt.NDArray[Any], left: bool, tolerance: float) -> tuple[npt.NDArray[Any], float]:
        turned = left != self.transposed
        with self._lock:  # the factors take the place of what the rounds read
            if self._asked[0] < np.inf and self._blocks is not None:
                found = self._blocks.solve(b, transposed=turned, tolerance=tolerance)
                if found is not None:
                    return found
                self.expect(np.inf)
        return scipy.linalg.lu_solve(self.factors, b, trans=int(turned), check_finite=False), np.inf

    def residual(self, b: Array, x: Array, *, left: bool = False) -> float:
        """Backward error of a solution x [n, m] of right-hand sides b [n, m]."""
        gap = self.apply(x, left=left)
        gap -= b
        scale = self.size * _largest(x) + _largest(b)
        worst = np.divide(_largest(gap), scale, out=np.zeros_like(scale), where=scale > 0)
        return float(worst.max(initial=0.0))

    def solve(self, b: Array, *, left: bool = False, report: bool = False) -> Solved:
        """Solve (I - A) x = b, or (I - A)' x = b for `left`; b [n, m].

        The residual is reckoned on request, and wherever the refinement of a float32 factorisation does not
        settle so fast that its own pace proves the answer.
        """
        if self.precision == "float64":
            x: Array = self._raw(b, left, 0.0)[0]
            return Solved(x, self.residual(b, x, left=left) if report else np.nan, 0)
        self.expect(b.shape[1])
        self._asked[0] += b.shape[1]
        whole = _largest(b)
        x = self._step(b, left, LOOSE)[0]
        shrunk = 1.0  # how much of the solution a round still corrects: by factors the error falls alike
        rounds = 1
        while rounds < ROUNDS:
            rounds += 1
            gap = self.apply(x, left=left)
            np.subtract(b, gap, out=gap)
            still = np.divide(_largest(gap), whole, out=np.zeros_like(whole), where=whole > 0).max(initial=0)
            step, off = self._step(gap, left, float(np.clip(REFINED / 100 / max(still, TIGHT), TIGHT, LOOSE)))
            x += step
            before, shrunk = shrunk, _shrunk(step, x)
            settled = 10 * shrunk * min(off if off < np.inf else shrunk / before, 1.0) <= REFINED
            if settled or not shrunk <= before / 4:
                break
        worst = np.nan
        if report or not settled:
            worst = self.residual(b, x, left=left)
            if not worst <= ACCEPTED:
                raise _unrefined(worst)
        return Solved(x, worst, rounds)

    def _step(self, gap: Array, left: bool, tolerance: float) -> tuple[Array, float]:
        """Solve in float32, each right-hand side brought to a size that they can hold."""
        scale = _largest(gap)
        scale[scale == 0] = 1.0
        found, off = self._raw((gap / scale).astype(np.float32), left, tolerance)
        step: Array = found.astype(np.float64)
        step *= scale
        return step, off


def _shrunk(step: Array, x: Array) -> float:
    """Largest correction of a column relative to the column."""
    whole = _largest(x)
    ratio = np.divide(_largest(step), whole, out=np.zeros_like(whole), where=whole > 0)
    return float(ratio.max(initial=0.0))


def _unrefined(worst: float) -> StudyError:
    return StudyError(
        Text(
            f"Refinement of the float32 factorisation ends with a residual of {worst:.2g}: the table is too "
            "near singular for it.",
            f"单精度分解的迭代改进止于残差{worst:.2g}：该表过于接近奇异。",
        ),
        Text('Use precision="float64".', '请使用 precision="float64"。'),
    )


def _listed(name: Namer, order: npt.NDArray[np.intp], sums: Array) -> Text:
    return Text(
        ", ".join(f"{name(i)} {sums[i]:.3g}" for i in order),
        "、".join(f"{name(i)} {sums[i]:.3g}" for i in order),
    )


def _unproductive(name: Namer, sums: Array) -> StudyError:
    listed = _listed(name, np.argsort(-sums)[:4], sums)
    return StudyError(
        Text(
            "The table is not productive: some industries use up more than they make; largest input shares: "
            f"{listed.en}.",
            f"该表不可生产：部分产业的消耗超过其产出；投入份额最大者：{listed.zh}。",
        ),
        Text("Check the inputs and the output of these industries.", "请检查这些产业的投入与产出。"),
    )


def _near_singular(name: Namer, sums: Array, condition: float) -> StudyError:
    listed = _listed(name, np.argsort(-sums)[:4], sums)
    return StudyError(
        Text(
            f"The table is too near to using up all it makes (condition {condition:.2g}); its multipliers "
            f"would "
            f"be noise. Largest input shares: {listed.en}.",
            f"该表几乎耗尽全部产出（条件数{condition:.2g}），乘数将只是噪声。投入份额最大者：{listed.zh}。",
        ),
        Text("Check the inputs and the output of these industries.", "请检查这些产业的投入与产出。"),
    )


def _radius(Z: Array, share: Array) -> float:
    """Spectral radius of A; raises StudyError where it cannot be found."""
    n = len(Z)
    if n < 3:
        return float(np.abs(np.linalg.eigvals(Z * share)).max())
    operator = scipy.sparse.linalg.LinearOperator((n, n), matvec=lambda v: Z @ (share * v.ravel()))
    try:
        values = scipy.sparse.linalg.eigs(operator, k=1, which="LM", return_eigenvectors=False, v0=np.ones(n))
        return float(np.abs(values[0]))
    except scipy.sparse.linalg.ArpackError as failure:
        if n <= 2_000:
            return float(np.abs(np.linalg.eigvals(Z * share)).max())
        raise StudyError(
            Text(
                "Whether the table is productive cannot be found: it holds negative inputs and its largest "
                "eigenvalue does not converge.",
                "无法判定该表是否可生产：含负投入，且其最大特征值不收敛。",
            ),
            Text("Check the negative inputs.", "请检查负投入。"),
        ) from failure


def factorise(
    Z: Array,
    x: Array,
    *,
    precision: Precision = "float64",
    name: Namer = str,
    read: Scan | None = None,
    regions: int = 1,
) -> Factor:
    r"""Solver of :math:`I - Z \hat x^{-1}`, refusing a table that has no meaningful answer.

    Parameters
    ----------
    Z : array [n, n]
        Flows, contiguous in C or Fortran order, money.
    x : array [n]
        Output, non-negative, money; rows and columns of Z without output are zero.
    precision : "float64" or "mixed"
        "mixed" works in float32, at half the memory of the factors, and refines every solution in float64
        until the last correction proves the relative error of every column below 1e-10 (usually 1e-12 after
        two rounds). It saves time while right-hand sides are fewer than about n / 10: each round of
        refinement costs a product with Z. Of a large table of many regions the first n / 30 right-hand sides
        are found without factors (`accounts.krylov`).
    name : callable
        Name of a position, for messages.
    read : Scan, optional
        Of Z, where it is known.
    regions : int
        Equal parts of the rows whose trade with one another is the lesser part ("mixed" only).

    Returns
    -------
    Factor
        Memory beyond Z: one n x n buffer of the precision chosen.

    Raises
    ------
    StudyError
        Not productive: the rounds of inputs do not die out (the spectral radius of A is not below 1; for
        A >= 0 just when (I - A)' p = 1 has no positive solution); or so near to it that the answers would be
        noise (condition above 1e12).

    References
    ----------
    Hawkins & Simon (1949), Econometrica 17; Higham (2002), Accuracy and Stability of Numerical Algorithms,
    chapter 12 (iterative refinement).
    """
    n = len(x)
    known = scan(Z) if read is None else read
    share = np.divide(1.0, x, out=np.zeros_like(x), where=x > 0)
    has = np.flatnonzero(x > 0)
    active = None if len(has) == n else has
    real: type[np.floating[Any]] = np.float64 if precision == "float64" else np.float32
    turned = not Z.flags.c_contiguous  # kept by columns: work on the transpose, which is kept by rows
    source = Z.T if turned else Z
    buffer: npt.NDArray[Any] = np.empty((len(has), len(has)), dtype=real)
    block = max(1, (1 << 18) // max(1, n))
    for start in range(0, len(has), block):
        at = slice(start, start + block)
        part = source[at] if active is None else source[np.ix_(active[at], active)]
        scale = share[has[at], None] if turned else share[has]
        buffer[at] = np.multiply(part, -scale)
    transposed = not turned
    sums = known.columns * share
    negative = known.least < 0
    if negative:
        columns, rows = _magnitudes(buffer)
    else:
        flows = Z if turned else Z.T
        columns, rows = sums, times(flows, share[:, None], transposed=not turned)
    if turned and negative:
        columns, rows = rows, columns
    top = float(columns.max(initial=0.0))
    size = 1.0 + max(top, float(rows.max(initial=0.0)))
    buffer.flat[:: len(has) + 1] += 1
    edges = np.searchsorted(has, np.linspace(0, n, regions + 1).round())
    factor = Factor(buffer.T, transposed, Z, share, active, precision, size, edges)
    sold = np.inf if negative else float((known.rows * share).max(initial=0.0))
    if min(top, sold) >= SAFE:
        _refuse(factor, sums, negative, name)
    return factor


def _magnitudes(values: npt.NDArray[Any], block: int = 512) -> tuple[Array, Array]:
    """Sums of magnitudes by column and by row, a block of rows at a time."""
    columns, rows = np.zeros(values.shape[1]), np.zeros(len(values))
    for start in range(0, len(values), block):
        part = np.abs(values[start : start + block])
        columns += part.sum(0)
        rows[start : start + block] = part.sum(1)
    return columns, rows


def _refuse(factor: Factor, sums: Array, negative: bool, name: Namer) -> None:
    """Raise for a table that is not productive, or so nearly that its answers would be noise."""
    if negative:
        lu = factor.factors[0]
        # the sign of the prices proves nothing here: the rounds of inputs must die out
        if np.any(np.diagonal(lu) == 0) or not _radius(factor.Z, factor.share) < 1:
            raise _unproductive(name, sums)
        gecon = scipy.linalg.get_lapack_funcs("gecon", (lu,))
        reciprocal = float(gecon(lu, factor.size, norm="1")[0])
        condition = 1 / reciprocal if reciprocal > 0 else np.inf
    else:
        try:
            with np.errstate(all="ignore"):
                price = factor.solve(np.ones((len(sums), 1)), left=True).values
        except StudyError:  # float32 could not tell
            price = np.full((1, 1), np.nan)
        if not (np.all(np.isfinite(price)) and np.all(price > 0)):
            raise _unproductive(name, sums)
        condition = factor.size * float(price.max(initial=0.0))  # (I - A)^-1 >= 0: its column sums
    if not condition < CONDITION:
        raise _near_singular(name, sums, condition)
