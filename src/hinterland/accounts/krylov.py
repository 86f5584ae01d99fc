r"""Rounds of inputs instead of a factorisation: many right-hand sides at once, in float32.

For :math:`M = I - A` of a table of many regions, GMRES preconditioned by the regions' own blocks,

.. math:: M P u = b, \quad x = P u, \quad P = \mathrm{diag}(M_{11}^{-1}, \ldots, M_{RR}^{-1}),

needs the more products with M the more regions trade (5 to 15), each of :math:`2 n^2` operations a right-hand
side, where LU needs :math:`2 n^3 / 3` once. Every right-hand side has a polynomial and a residual of its own;
the products are shared. References: Saad & Schultz (1986), SIAM J. Sci. Stat. Comput. 7; Saad (2003),
Iterative Methods for Sparse Linear Systems, sections 6.5 and 9.3 (right preconditioning: the residual is that
of b itself).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.linalg

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]

# Steps of one call: a table that needs more is quicker factorised.
STEPS = 12
# Below this share of non-zero blocks a product is taken block by block.
SPARSE = 0.25


def times(matrix: npt.NDArray[Any], values: npt.NDArray[Any], *, transposed: bool) -> npt.NDArray[Any]:
    """matrix @ values, or matrix' @ values, both kept by columns, by the BLAS that scipy factorises with.

    numpy brings a BLAS of its own, whose threads and scipy's wait for work by spinning: calls that go to the
    one and the other in turn hold up each other on every core there is.
    """
    kind = "gemv" if values.shape[1] == 1 else "gemm"
    multiply = getattr(scipy.linalg.blas, ("s" if matrix.dtype == np.float32 else "d") + kind)
    if kind == "gemv":
        one: npt.NDArray[Any] = multiply(1.0, matrix, values[:, 0], trans=int(transposed))
        return one[:, None]
    product: npt.NDArray[Any] = multiply(1.0, matrix, np.asfortranarray(values), trans_a=transposed)
    return product


@dataclass(frozen=True, eq=False)
class Blocks:
    """A matrix [n, n] kept by columns, with the inverses of its diagonal blocks.

    Attributes
    ----------
    matrix : array [n, n], float32, Fortran order
    edges : array [blocks + 1]
        Where the blocks begin and end.
    inverses : of the blocks, Fortran order
    """

    matrix: Single
    edges: npt.NDArray[np.intp]
    inverses: tuple[Single, ...]

    @classmethod
    def of(cls, matrix: Single, edges: npt.NDArray[np.intp]) -> Blocks:
        """Invert the diagonal blocks.

        Raises
        ------
        numpy.linalg.LinAlgError
            A block is singular.
        """
        inverses = (scipy.linalg.inv(matrix[a:b, a:b], check_finite=False) for a, b in pairwise(edges))
        return cls(matrix, edges, tuple(np.asfortranarray(k) for k in inverses))

    def _near(self, values: Single, transposed: bool) -> Single:
        """The regions' own inverses applied: P values, or P' values."""
        found = np.empty_like(values, order="F")
        for (a, b), inverse in zip(pairwise(self.edges), self.inverses, strict=True):
            found[a:b] = times(inverse, values[a:b], transposed=transposed)
        return found

    def _spread(self, values: Single, transposed: bool) -> Single:
        """What all regions must deliver for it: the product with the matrix.

        Where most columns concern a region of their own, only its columns of the matrix are read.
        """
        concerned = [values[a:b].any(axis=0) for a, b in pairwise(self.edges)]
        if transposed or np.mean(concerned) > SPARSE:
            return times(self.matrix, values, transposed=transposed)
        product = np.zeros_like(values, order="F")
        for (a, b), columns in zip(pairwise(self.edges), concerned, strict=True):
            if columns.any():
                part = times(self.matrix[:, a:b], values[a:b, columns], transposed=False)
                product[:, columns] += part
        return product

    def solve(self, b: Single, *, transposed: bool, tolerance: float) -> tuple[Single, float] | None:
        """Solve matrix x = b, or matrix' x = b for `transposed`; b [n, m], each column of magnitude about 1.

        Returns
        -------
        array [n, m], float32, Fortran order, and its largest residual; or None
            The residual is that of a column relative to its right-hand side (2-norm); None where it is still
            above `tolerance` after `STEPS`.
        """
        size: Single = np.sqrt(_dots(b, b))
        size[size == 0] = 1.0
        basis: list[Single] = [np.asfortranarray(b / size)]
        steps = _Steps(b)
        for step in range(STEPS):
            new = self._spread(self._near(basis[step], transposed), transposed)
            along = np.empty((step + 2, b.shape[1]), np.float32)
            for k, old in enumerate(basis):
                along[k] = _dots(old, new)
                new -= along[k] * old
            along[step + 1] = np.sqrt(_dots(new, new))
            # a direction that is used up stays zero: what there was to find of this column is found
            new /= np.where(along[step + 1] > 0, along[step + 1], 1.0)
            basis.append(new)
            left = steps.add(along)
            if left <= tolerance:
                weights = (steps.weights() * size).astype(np.float32)
                found = np.zeros_like(new)
                for weight, old in zip(weights, basis, strict=False):
                    found += weight * old
                return self._near(found, transposed), left
        return None


def _dots(one: Single, other: Single) -> Single:
    """Products of the columns of the one with those of the other."""
    found: Single = np.einsum("nc,nc->c", one, other, dtype=np.float64)
    return found


class _Steps:
    """The small least-squares problems of all columns, brought to triangular form step by step (Givens)."""

    def __init__(self, b: Single) -> None:
        columns = b.shape[1]
        self.triangle = np.zeros((STEPS, STEPS, columns))
        self.cosines, self.sines = np.zeros((2, STEPS, columns))
        self.right = np.zeros((STEPS + 1, columns))
        self.right[0] = np.any(b, axis=0)
        self.taken = 0

    def add(self, along: Single) -> float:
        """Add a column of the Hessenberg matrices [taken + 2, columns]; give the largest residual left."""
        k = self.taken
        column = along.astype(np.float64)
        for i in range(k):
            upper = self.cosines[i] * column[i] + self.sines[i] * column[i + 1]
            column[i + 1] = self.cosines[i] * column[i + 1] - self.sines[i] * column[i]
            column[i] = upper
        length = np.hypot(column[k], column[k + 1])
        lost = length == 0  # nothing new: what is left of the right-hand side cannot be reached
        length[lost] = 1.0
        self.cosines[k], self.sines[k] = column[k] / length, np.where(lost, 1.0, column[k + 1] / length)
        column[k] = length
        self.triangle[: k + 1, k] = column[: k + 1]
        self.right[k + 1] = -self.sines[k] * self.right[k]
        self.right[k] *= self.cosines[k]
        self.taken = k + 1
        return float(np.abs(self.right[k + 1]).max(initial=0.0))

    def weights(self) -> Array:
        """Weights of the basis [taken, columns]: the triangular systems solved backwards."""
        found = self.right[: self.taken].copy()
        for i in range(self.taken - 1, -1, -1):
            found[i] -= (self.triangle[i, i + 1 : self.taken] * found[i + 1 :]).sum(0)
            found[i] /= self.triangle[i, i]
        return found
