"""One factorisation of I - A, from which every multiplier, account and extraction is solved.

The system is formed in place in the factor's own buffer: neither A nor the inverse is stored. A table kept by
rows (C order) is, to LAPACK, its transpose kept by columns, so the transpose is what is factorised and
nothing is copied; solving with the transpose costs the same.

The few right-hand sides that are asked of a large table of many regions are found by rounds of inputs in
float32 (`accounts.krylov`) and refined in float64; it is factorised once more are asked than that is worth,
or where the rounds do not settle. "mixed" precision factorises in float32 too, in the same buffer, and
refines those answers alike.
"""

from __future__ import annotations

import functools
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.linalg
import scipy.sparse.linalg

from hinterland.accounts import krylov
from hinterland.accounts.system import Scan, formed, scan
from hinterland.study import StudyError, Text

Array = npt.NDArray[np.float64]
Precision = Literal["float64", "mixed"]
Namer = Callable[[int], str]

# A table whose answers may lose more than this factor of relative accuracy is refused rather than solved.
CONDITION = 1e12
# Below this largest share of inputs in output (columns), or of sales as inputs in output (rows), every
# industry leaves something: no power of A >= 0 grows, the inverse is at most 1 / (1 - share) in that norm.
# Where that does not tell, the inverse is taken to be no larger than this until it is found.
SAFE, UNKNOWN = 1 - 1e-6, 1e4
ROUNDS = 30
# How many times what is told of it a column's error is taken to be, at the least: told by the residual of the
# last correction, and by how much more than told the next one has found to be left of those before.
DOUBT = 10.0
# Rounds of inputs are tried from this many rows and regions, while right-hand sides are fewer than n / FEW: a
# column costs 5 to 10 products with the table, a factorisation as much as n / 3.
LARGE, MANY, FEW = 3_000, 8, 20
# Above this share of industries with output, those without are kept in the system.
IDLE = 0.95
# Residual of the first solution in rounds; the most and the least that a correction is solved to. Sums of
# thousands of terms in float32 are off by about the least, whatever residual is told.
FIRST, LOOSE, TIGHT = 1e-5, 1e-2, 1e-6


class Exact(NamedTuple):
    """How exactly a system is solved in rounds: the largest relative error of a column that their pace may
    leave, and the largest backward error where it is slow."""

    error: float
    residual: float


EXACT: dict[Precision, Exact] = {"float64": Exact(1e-13, 1e-14), "mixed": Exact(1e-10, 1e-11)}


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
        Solutions that were added up (0: one, by float64 factors).
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


@dataclass(frozen=True, eq=False)
class Factor:
    r"""Solver of :math:`I - A` over the industries that have output; its LU factors are made when needed.

    Attributes
    ----------
    system : array [m, m], Fortran order
        :math:`I - A`, or its transpose where `transposed`; float32 for rounds; overwritten by its factors.
    Z : array [n, n]
        Flows: what residuals are reckoned from.
    share : array [n]
        :math:`1/x`, zero where there is no output.
    active : int array or None
        Positions of the system's rows; None where it has all. An industry without output makes what is asked
        of it out of nothing (its column of A is zero), so its equation is x = y; many such are left out.
    precision : "float64" or "mixed"
        Of the factors; "mixed": float32, solutions refined in float64.
    size : float
        Bound on the row and column sums of magnitudes of I - A.
    edges : int array [regions + 1]
        Where the regions begin and end among the system's rows.
    growth : float
        Bound on the inverse, in the norm of its rows or its columns: so far may a residual be from the error.
    """

    system: npt.NDArray[Any]
    transposed: bool
    Z: Array
    share: Array
    active: npt.NDArray[np.intp] | None
    precision: Precision
    size: float
    edges: npt.NDArray[np.intp]
    growth: float
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
            self.__dict__.pop("_blocks", None)
            if self.precision == "float64" and self.system.dtype == np.float32:
                self.__dict__["system"] = np.zeros((0, 0))  # its memory is let go first
                again = formed(self.Z, self.share, self.active, np.float64, negative=False)
                self.__dict__["system"] = again[0]
            lu, pivots = self.system, np.zeros(0, dtype=np.intp)
            if len(lu):
                with warnings.catch_warnings():  # an exact zero is dealt with by `_proven`
                    warnings.simplefilter("ignore", scipy.linalg.LinAlgWarning)
                    lu, pivots = scipy.linalg.lu_factor(self.system, overwrite_a=True, check_finite=False)
            self.__dict__["factors"] = lu, pivots  # before the lock is let go
            return lu, pivots

    @functools.cached_property
    def _blocks(self) -> krylov.Blocks:
        return krylov.Blocks.of(self.system.T, self.edges)

    @property
    def _by_rounds(self) -> bool:
        return self._asked[0] < np.inf and _worth_rounds(self.edges)

    def expect(self, columns: float) -> None:
        """Say how many right-hand sides are to come: for more than rounds are worth it is factorised."""
        if self._asked[0] + columns > self.edges[-1] / FEW:
            self._asked[0] = np.inf

    def apply(self, values: Array, *, left: bool) -> Array:
        """(I - A) x, or (I - A)' x for `left`; x [n, m]."""
        by_columns = self.Z.flags.f_contiguous
        flows = self.Z if by_columns else self.Z.T
        given = values if left else values * -self.share[:, None]
        # numpy and scipy bring a BLAS each, whose threads wait for work by spinning: calls that go to the one
        # and the other in turn hold up each other on every core there is
        multiply = krylov.times if self._by_rounds else _times
        product = multiply(flows, given, transposed=left == by_columns)
        if left:
            product *= -self.share[:, None]
        product += values
        return product

    def _raw(self, b: npt.NDArray[Any], left: bool, tolerance: float) -> tuple[npt.NDArray[Any], Array]:
        """A solution, and how far each column is known to be off (infinity: its precision tells no more)."""
        if self.active is None:
            return self._inner(b, left, tolerance)
        out, off = np.array(b), np.full(b.shape[1], np.inf)
        if len(self.active):
            out[self.active], off = self._inner(b[self.active], left, tolerance)
        return out, off

    def _inner(self, b: npt.NDArray[Any], left: bool, tolerance: float) -> tuple[npt.NDArray[Any], Array]:
        turned = left != self.transposed
        with self._lock:  # the factors take the place of what the rounds read
            if self._by_rounds:  # of the system's transpose, which is kept by rows
                try:
                    with np.errstate(all="ignore"):  # what overflows does not settle
                        blocks = self._blocks if turned else self._blocks.turned
                        by_rounds = blocks.solve(b, tolerance=tolerance)
                except np.linalg.LinAlgError:  # a region that uses up all it makes: the factors will tell
                    by_rounds = None
                if by_rounds is not None:
                    return by_rounds[0], np.maximum(by_rounds[1], TIGHT)
                self.expect(np.inf)
        lu, pivots = self.factors
        # scipy counts the pivots up and down again in their place while it solves: each thread has its own
        found = scipy.linalg.lu_solve((lu, pivots.copy()), b, trans=int(turned), check_finite=False)
        return found, np.full(b.shape[1], np.inf)

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
        self.expect(b.shape[1])
        self._asked[0] += b.shape[1]
        exact = EXACT[self.precision]
        if self.precision == "float64" and not self._by_rounds:
            x: Array = self._raw(b, left, 0.0)[0]
            return Solved(x, self.residual(b, x, left=left) if report else np.nan, 0)
        b = np.asfortranarray(b)
        x, told = self._step(b, left, FIRST)
        doubt, more, before = max(DOUBT, self.growth), 1.0, 1.0
        rounds = 1
        while rounds < ROUNDS:
            if self.precision == "float64" and not self._by_rounds:  # factorised meanwhile
                return self.solve(b, left=left, report=report)
            rounds += 1
            gap = self.apply(x, left=left)
            np.subtract(b, gap, out=gap)
            still = float(_relative(gap, x).max(initial=0.0))
            need = exact.error / doubt / max(more * still, 1e-30)
            # what one round cannot bring two will, each by half of it
            step, off = self._step(gap, left, min(need if need >= TIGHT else max(need**0.5, TIGHT), LOOSE))
            x += step
            was = _relative(step, x)  # what there was left of each column, now known
            more = max(
                more, float(np.divide(was, told, out=np.zeros_like(was), where=told > 0).max(initial=0))
            )
            shrunk = float(was.max(initial=0.0))
            told = was * np.where(off < np.inf, off, shrunk / before)
            settled = doubt * more * told.max(initial=0.0) <= exact.error
            if settled or not shrunk <= before / 4:
                break
            before = shrunk
        worst = np.nan
        if report or not settled:
            worst = self.residual(b, x, left=left)
            if not worst <= exact.residual:
                if self.precision == "mixed" and not self._by_rounds:
                    raise _unrefined(worst)
                self.expect(np.inf)  # its factors may do better
                return self.solve(b, left=left, report=report)
        return Solved(x, worst, rounds)

    def _step(self, gap: Array, left: bool, tolerance: float) -> tuple[Array, Array]:
        """Solve in float32, each right-hand side brought to a size that they can hold."""
        scale = _largest(gap)
        scale[scale == 0] = 1.0
        order: Literal["C", "F"] = "C" if self._by_rounds else "F"
        given = np.divide(gap, scale, out=np.empty(gap.shape, np.float32, order), casting="same_kind")
        found, off = self._raw(given, left, tolerance)
        return np.multiply(found, scale, out=np.empty(gap.shape, order="F")), off


def _times(matrix: Array, values: Array, *, transposed: bool) -> Array:
    """matrix @ values, or matrix' @ values, both kept by columns, by the BLAS that scipy factorises with."""
    if values.shape[1] == 1:
        one: Array = scipy.linalg.blas.dgemv(1.0, matrix, values[:, 0], trans=int(transposed))
        return one[:, None]
    product: Array = scipy.linalg.blas.dgemm(1.0, matrix, np.asfortranarray(values), trans_a=transposed)
    return product


def _relative(part: Array, x: Array) -> Array:
    """Largest magnitude of each column of a part of x relative to that of the column."""
    whole = _largest(x)
    return np.divide(_largest(part), whole, out=np.zeros_like(whole), where=whole > 0)


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
        refinement costs a product with Z. Of a large table of many regions the first n / 20 right-hand sides
        are found without factors (`accounts.krylov`), for "float64" to 1e-13.
    name : callable
        Name of a position, for messages.
    read : Scan, optional
        Of Z, where it is known.
    regions : int
        Equal parts of the rows whose trade with one another is the lesser part.

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
    if len(has) > IDLE * n:  # few are idle: what their rows cost is less than leaving them out
        has = np.arange(n)
    active = None if len(has) == n else has
    edges = np.searchsorted(has, np.linspace(0, n, regions + 1).round())
    single = precision == "mixed" or _worth_rounds(edges)
    negative = known.least < 0
    system, rows, columns = formed(Z, share, active, np.float32 if single else np.float64, negative=negative)
    sums = known.columns * share
    top = float(columns.max(initial=0.0))
    size = 1.0 + max(top, float(rows.max(initial=0.0)))
    sold = np.inf if negative else float((known.rows * share).max(initial=0.0))
    safe = min(top, sold) < SAFE
    growth = 1 / (1 - min(top, sold)) if safe else UNKNOWN
    factor = Factor(system, Z.flags.c_contiguous, Z, share, active, precision, size, edges, growth)
    return factor if safe else _proven(factor, sums, negative, name)


def _worth_rounds(edges: npt.NDArray[np.intp]) -> bool:
    return len(edges) > MANY and bool(edges[-1] >= LARGE)


def _proven(factor: Factor, sums: Array, negative: bool, name: Namer) -> Factor:
    """The factor; raises for a table that is not productive, or so nearly that its answers would be noise."""
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
    factor.__dict__["growth"] = condition / factor.size
    return factor
