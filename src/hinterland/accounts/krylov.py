r"""Rounds of inputs instead of a factorisation: many right-hand sides at once, in float32.

For :math:`M = I - A = D - E - F` of a table of many regions (D within blocks of regions, E and F what earlier
regions buy of later ones and later of earlier), GMRES on the system swept both ways,

.. math:: T u = (D - E)^{-1} M (D - F)^{-1} D\, u = (D - E)^{-1} b, \quad x = (D - F)^{-1} D\, u,

.. math:: T u = t + (I - D^{-1} E)^{-1} (u - t), \quad t = (I - D^{-1} F)^{-1} u,

of which a step costs :math:`2 n^2` operations a right-hand side, no more than a product with M (Eisenstat's
trick), where LU needs :math:`2 n^3 / 3` once. What the blocks have in common, their level, is taken out of
every step: with one unknown a block (V of what it sells to others, W of what it buys of them) the steps work
on :math:`\Pi T`, :math:`\Pi = I - T V (W' T V)^{-1} W'`, and find what trade within a level leaves. A table
takes 2 to 8 steps, the more the more unevenly it trades. Every right-hand side has a polynomial and
a residual of its own; the products are shared.

References: Saad & Schultz (1986), SIAM J. Sci. Stat. Comput. 7; Eisenstat (1981), ibid. 2 (the sweeps);
Nicolaides (1987), SIAM J. Numer. Anal. 24 (deflation by one unknown a subdomain); Saad (2003), Iterative
Methods for Sparse Linear Systems, sections 6.5, 10.2.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]

# Steps of one call: a table that needs more is quicker factorised.
STEPS = 10
# A residual below which a step that gains nothing has come to what float32 can tell.
SPENT = 1e-4
# A direction of which no more than this share is new is rounding.
SPURIOUS = 1e-6
# Levels of blocks are told apart where this share of them is, of trade above this norm.
APART, TRADE = 1e-3, 1e-4
# Rows of a block at least: narrower products are slow.
ROWS = 200


def times(matrix: npt.NDArray[Any], values: npt.NDArray[Any], *, transposed: bool) -> npt.NDArray[Any]:
    """matrix @ values, or matrix' @ values, kept by columns (the quicker way for few columns)."""
    product: npt.NDArray[Any] = (values.T @ (matrix if transposed else matrix.T)).T
    return product


def _joined(edges: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Where blocks begin and end that take neighbouring regions together until they have `ROWS` rows."""
    kept = [0]
    for edge in edges[1:]:
        if edge - kept[-1] >= ROWS:
            kept.append(int(edge))
    return np.array([*kept[: max(len(kept) - 1, 1)], edges[-1]])  # the last takes what is left


@dataclass(frozen=True, eq=False)
class Blocks:
    """A matrix [n, n] kept by rows, with the inverses of its diagonal blocks; or its transpose.

    Attributes
    ----------
    matrix : array [n, n], float32
        By rows (C order); for the transpose its transposed view.
    edges : array [blocks + 1]
        Where the blocks begin and end.
    inverses : of the blocks
    """

    matrix: Single
    edges: npt.NDArray[np.intp]
    inverses: tuple[Single, ...]

    @classmethod
    def of(cls, matrix: Single, regions: npt.NDArray[np.intp]) -> Blocks:
        """Invert the diagonal blocks: regions [regions + 1], neighbours together where they are small.

        Raises
        ------
        numpy.linalg.LinAlgError
            A block is singular.
        """
        edges = _joined(regions)
        return cls(matrix, edges, tuple(_inverse(matrix[a:b, a:b]) for a, b in pairwise(edges)))

    @functools.cached_property
    def turned(self) -> Blocks:
        """The same for the transpose; nothing is copied."""
        return Blocks(self.matrix.T, self.edges, tuple(k.T for k in self.inverses))

    def _each(self) -> Iterator[tuple[int, int, Single]]:
        for (a, b), inverse in zip(pairwise(self.edges), self.inverses, strict=True):
            yield int(a), int(b), inverse

    def near(self, values: Single) -> Single:
        """The blocks' own inverses applied, :math:`D^{-1} v`."""
        return np.vstack([inverse @ values[a:b] for a, b, inverse in self._each()])

    def forward(self, values: Single, wide: npt.NDArray[np.intp] | None = None) -> Single:
        r""":math:`(I - D^{-1} E)^{-1} v`, in the place of v: each block with what earlier ones have found.

        Parameters
        ----------
        values : array [n, m]
        wide : int array [blocks], optional
            How many of the first columns are not zero in the blocks before each.
        """
        columns = np.full(len(self.inverses), values.shape[1]) if wide is None else wide
        for (a, b, inverse), w in zip(self._each(), columns, strict=True):
            if a and w:
                values[a:b, :w] -= inverse @ (self.matrix[a:b, :a] @ values[:a, :w])
        return values

    def backward(self, values: Single) -> Single:
        r""":math:`(I - D^{-1} F)^{-1} v`: each block with what later ones have found."""
        found = values.copy()
        for a, b, inverse in reversed([*self._each()][:-1]):
            found[a:b] -= inverse @ (self.matrix[a:b, b:] @ found[b:])
        return found

    def step(self, values: Single) -> tuple[Single, Single]:
        """T v, and the t of v (module's formulae)."""
        back = self.backward(values)
        found = self.forward(values - back)
        found += back
        return found, back

    @functools.cached_property
    def level(self) -> Level:
        """What the industries of a block have in common."""
        return Level.of(self)

    def solve(self, b: Single, *, tolerance: float) -> tuple[Single, Array] | None:
        """Solve matrix x = b; b [n, m] by rows, each column of magnitude about 1.

        Returns
        -------
        array [n, m], float32, and residuals [m]; or None
            The residual is the largest of a column's swept system relative to the largest of its right-hand
            side (in the norm in which solutions are judged: that of the squares hides an industry among
            thousands). It is above `tolerance` where float32 can tell no more; None where it still is after
            `STEPS`.
        """
        start = self.near(b)
        # right-hand sides of regions in their order are zero until their region has its turn
        some = np.logical_or.reduceat(start, self.edges[:-1], axis=0) * np.arange(1, b.shape[1] + 1)
        start = self.forward(start, np.maximum.accumulate([0, *some.max(1)[:-1]]))
        size = np.maximum(start.max(0), -start.min(0))
        start /= np.where(size > 0, size, 1.0)
        common = self.level.take(start)
        first = _norms(start)
        start /= np.where(first > 0, first, 1.0)
        basis, ways, levels = [start], [], []
        steps, before = _Steps(first), np.inf
        for step in range(STEPS):
            new, way = self.step(basis[step])
            ways.append(way)
            levels.append(self.level.take(new))
            along = np.empty((step + 2, b.shape[1]), np.float32)
            for k, old in enumerate(basis):
                along[k] = _dots(old, new)
                new -= along[k] * old
            along[step + 1] = _norms(new)
            # a direction that is used up stays zero: what there was to find of this column is found
            new /= np.where(along[step + 1] > 0, along[step + 1], 1.0)
            basis.append(new)
            steps.add(along)
            gap = _mixed(steps.residual(), basis)
            residuals = np.maximum(gap.max(0), -gap.min(0)).astype(np.float64)
            left = float(residuals.max(initial=0.0))
            if left <= tolerance or before / 2 < left <= SPENT:
                weights = steps.weights()
                found: Single = self.level.ways @ (common - _mixed(weights, levels))
                found += _mixed(weights, ways)
                found *= size
                return found, residuals
            before = left
        return None


@dataclass(frozen=True, eq=False)
class Level:
    """One unknown a block, as far as these tell blocks apart.

    Attributes
    ----------
    starts : array [k]
        Where the blocks begin.
    bought : array [n, 1]
        W, its columns together.
    swept, ways : arrays [n, k]
        T V, and the t of V.
    inverse : array [k, k]
        (W' T V)^-1
    """

    starts: npt.NDArray[np.intp]
    bought: Single
    swept: Single
    ways: Single
    inverse: Single

    @classmethod
    def of(cls, blocks: Blocks) -> Level:
        """Set it up: a step of as many right-hand sides as there are blocks."""
        ones = np.ones((len(blocks.matrix), 1), np.float32)
        sold, bought = -(blocks.matrix @ ones), -(blocks.matrix.T @ ones)
        for a, b in pairwise(blocks.edges):
            within = blocks.matrix[a:b, a:b]
            sold[a:b] += within @ ones[a:b]
            bought[a:b] += within.T @ ones[a:b]
        sold = blocks.near(sold)
        one = np.zeros((len(ones), len(blocks.inverses)), np.float32)
        for k, (a, b) in enumerate(pairwise(blocks.edges)):
            for values in (sold, bought):
                norm = float(np.linalg.norm(values[a:b]))
                # float32 does not tell the least of trade from rounding
                values[a:b] = values[a:b] / norm if norm > TRADE else 0.0
            one[a:b, k] = sold[a:b, 0]
        swept, ways = blocks.step(one)
        starts = blocks.edges[:-1]
        small = np.add.reduceat(bought * swept, starts, axis=0).astype(np.float64)
        if not np.all(np.isfinite(small)):
            raise np.linalg.LinAlgError("a block uses up all it makes")
        # blocks without trade, or alike in it, tell nothing apart: the least-squares inverse leaves them out
        left, size, right = np.linalg.svd(small)
        inverse = right.T @ (np.where(size > APART, 1 / np.maximum(size, APART), 0.0)[:, None] * left.T)
        return cls(starts, bought, swept, ways, inverse.astype(np.float32))

    def take(self, values: Single) -> Single:
        r"""Take the level out of what was swept, v to :math:`\Pi v` in its place; give the amounts of V."""
        amount: Single = self.inverse @ np.add.reduceat(self.bought * values, self.starts, axis=0)
        values -= self.swept @ amount
        return amount


def _inverse(values: Single, least: int = 100) -> Single:
    """The inverse by halves, whose products are the quicker part."""
    n = len(values)
    if n <= least:
        inverse: Single = np.linalg.inv(values)
        return inverse
    k = n // 2
    first = _inverse(values[:k, :k], least)
    right, left = first @ values[:k, k:], values[k:, :k] @ first
    found = np.empty((n, n), values.dtype)
    found[k:, k:] = _inverse(values[k:, k:] - values[k:, :k] @ right, least)
    found[k:, :k] = -found[k:, k:] @ left
    found[:k, k:] = -right @ found[k:, k:]
    found[:k, :k] = first - right @ found[k:, :k]
    return found


def _dots(one: Single, other: Single) -> Array:
    """Products of the columns of the one with those of the other."""
    found: Array = np.einsum("nc,nc->c", one, other, dtype=np.float64)
    return found


def _mixed(weights: Array, parts: list[Single]) -> Single:
    """Parts [n, m] by their weights [parts, m], added up."""
    found: Single = weights[0].astype(np.float32) * parts[0]
    for weight, part in zip(weights[1:].astype(np.float32), parts[1:], strict=True):
        found += weight * part
    return found


def _norms(values: Single) -> Single:
    found: Single = np.sqrt(_dots(values, values)).astype(np.float32)
    return found


class _Steps:
    """The small least-squares problems of all columns, brought to triangular form step by step (Givens)."""

    def __init__(self, first: Single) -> None:
        columns = len(first)
        self.triangle = np.zeros((STEPS, STEPS, columns))
        self.cosines, self.sines = np.zeros((2, STEPS, columns))
        self.right = np.zeros((STEPS + 1, columns))
        self.right[0] = first
        self.taken = 0

    def add(self, along: Single) -> None:
        """Add a column of the Hessenberg matrices [taken + 2, columns]."""
        k = self.taken
        column = along.astype(np.float64)
        for i in range(k):
            upper = self.cosines[i] * column[i] + self.sines[i] * column[i + 1]
            column[i + 1] = self.cosines[i] * column[i + 1] - self.sines[i] * column[i]
            column[i] = upper
        length = np.hypot(column[k], column[k + 1])
        # nothing new but rounding: what is left of the right-hand side cannot be reached
        lost = length <= SPURIOUS * np.linalg.norm(along, axis=0)
        length[lost] = 1.0
        self.cosines[k] = np.where(lost, 0.0, column[k] / length)
        self.sines[k] = np.where(lost, 1.0, column[k + 1] / length)
        column[k] = length
        self.triangle[: k + 1, k] = column[: k + 1]
        self.right[k + 1] = -self.sines[k] * self.right[k]
        self.right[k] *= self.cosines[k]
        self.taken = k + 1

    def residual(self) -> Array:
        """What is left, by the basis [taken + 1, columns]: the last of the right-hand side, turned back."""
        found = np.zeros((self.taken + 1, self.right.shape[1]))
        found[-1] = self.right[self.taken]
        for i in range(self.taken - 1, -1, -1):
            found[i] = -self.sines[i] * found[i + 1]
            found[i + 1] *= self.cosines[i]
        return found

    def weights(self) -> Array:
        """Weights of the basis [taken, columns]: the triangular systems solved backwards."""
        found = self.right[: self.taken].copy()
        for i in range(self.taken - 1, -1, -1):
            found[i] -= (self.triangle[i, i + 1 : self.taken] * found[i + 1 :]).sum(0)
            found[i] /= self.triangle[i, i]
        return found
