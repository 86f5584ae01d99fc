r"""Which chains of suppliers carry a footprint? Structural path analysis with exact pruning.

A path j <- i_1 <- ... <- i_k starts at a product j that final demand buys and goes up its suppliers; it
contributes :math:`c_{i_k} a_{i_k i_{k-1}} \cdots a_{i_1 j} y_j`. All paths together are
:math:`c'(I-A)^{-1}y`. Everything at or above a node with flow f (in industry i) sums to :math:`f m_i`,
with the
total multipliers :math:`m' = c'(I-A)^{-1}`; where that is below the threshold no path above can reach it, so
the node is left out and no path is lost. With negative flows the bound is taken from absolute values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse.linalg

from hinterland.accounts.table import Array
from hinterland.study import StudyError, Text

Index = npt.NDArray[np.intp]

# Bounds are widened by this, so that rounding cannot prune a path that is just at the threshold.
SLACK = 1e-9
# Columns of inputs read at a time.
BATCH = 256
# Residual at which the iterative solution of the multipliers stops, relative.
TOLERANCE = 1e-12


@dataclass(frozen=True)
class Paths:
    """Paths of at least the threshold, largest first.

    Attributes
    ----------
    contribution : array [paths]
        Unit of the account.
    nodes : tuple of int arrays
        Of each path, from the product that final demand buys up to the supplier where the effect is.
    total : float
        Of all paths, however small.
    threshold : float
        Smallest absolute contribution that was looked for, unit of the account.
    visited : int
        Nodes that were not pruned.
    complete : bool
        False if chains were cut at the longest length allowed: longer paths may exceed the threshold.
    """

    contribution: Array
    nodes: tuple[Index, ...]
    total: float
    threshold: float
    visited: int
    complete: bool

    @property
    def share(self) -> float:
        """Sum of the paths found as a share of the total."""
        return float(self.contribution.sum() / self.total) if self.total else float("nan")


def multiplier_bounds(Z: Array, scale: Array, direct: Array) -> tuple[Array, Array] | None:
    r"""Total multipliers and bounds on them without factorising, for A = Z diag(scale).

    Solves :math:`m' = c' + m'A` by GMRES and bounds its error: with :math:`\rho` the largest column sum of
    |A|, :math:`|m - \hat m| \le \max|c' + \hat m'A - \hat m'| / (1 - \rho)`.

    Parameters
    ----------
    Z : array [n, n]
    scale : array [n]
        1 / output.
    direct : array [n]
        Account per unit of output.

    Returns
    -------
    (multipliers [n], bounds [n] on the sums of absolute values), or None where the column sums reach 1 or
    the iteration stalls: then factorise.
    """
    n = len(direct)
    negative = bool(Z.min(initial=0.0) < 0)
    rho = float((_sums(Z, negative) * scale).max(initial=0.0))
    if rho > 1 - 1e-6:
        return None

    def solve(c: Array, absolute: bool) -> tuple[Array, float] | None:
        def operator(m: Array) -> Array:
            return m - _left(m, Z, absolute) * scale

        shape = scipy.sparse.linalg.LinearOperator((n, n), matvec=operator, dtype=np.float64)
        m, _ = scipy.sparse.linalg.gmres(shape, c, rtol=TOLERANCE, atol=0.0, restart=60, maxiter=5)
        error = float(np.abs(c - operator(m)).max(initial=0.0)) / (1 - rho)
        return (m, error) if error <= 1e-8 * max(float(np.abs(m).max(initial=0.0)), 1e-300) else None

    plain = solve(direct, False)
    if plain is None:
        return None
    if not negative and direct.min(initial=0.0) >= 0:
        return plain[0], np.maximum(plain[0], 0.0) + plain[1]
    bound = solve(np.abs(direct), negative)
    return None if bound is None else (plain[0], np.maximum(bound[0], 0.0) + bound[1])


def _left(m: Array, Z: Array, absolute: bool) -> Array:
    if not absolute:
        product: Array = m @ Z
        return product
    total = np.zeros(Z.shape[1])
    for start in range(0, len(Z), BATCH):  # never a second matrix of that size
        total += m[start : start + BATCH] @ np.abs(Z[start : start + BATCH])
    return total


def _sums(Z: Array, absolute: bool) -> Array:
    return _left(np.ones(len(Z)), Z, absolute)


class _Suppliers:
    """Inputs of an industry, largest bound first, and no more of them than the flow asks for."""

    def __init__(self, Z: Array, scale: Array, bounds: Array) -> None:
        self._Z, self._scale, self._bounds = Z, scale, bounds
        self._known: dict[int, tuple[float, Index, Array, Array]] = {}

    def read(self, wanted: Index, floors: Array) -> None:
        """Have ready each industry's suppliers whose bound per unit of its output is at least the floor."""
        missing = np.array(
            [k for k, j in enumerate(wanted) if self._known.get(int(j), (np.inf,))[0] > floors[k]],
            dtype=np.intp,
        )
        for start in range(0, len(missing), BATCH):
            part = missing[start : start + BATCH]
            columns = wanted[part]
            shares = self._Z[:, columns] * self._scale[columns]
            weight = np.abs(shares) * self._bounds[:, None]
            place, row = np.nonzero((weight >= floors[part]).T & (weight > 0).T)
            share, found = shares[row, place], weight[row, place]
            order = np.lexsort((row, -found, place))
            ends = np.searchsorted(place, np.arange(len(part) + 1))
            for k, j in enumerate(columns):
                chosen = order[ends[k] : ends[k + 1]]
                self._known[int(j)] = (float(floors[part[k]]), row[chosen], share[chosen], found[chosen])

    def of(self, industry: int) -> tuple[Index, Array, Array]:
        """Rows, input coefficients and bounds per unit of output, by falling bound."""
        return self._known[industry][1:]


def find_paths(
    Z: Array,
    scale: Array,
    direct: Array,
    multipliers: Array,
    bounds: Array,
    demand: Array,
    threshold: float,
    *,
    longest: int = 50,
    limit: int = 2_000_000,
) -> Paths:
    """Find every path whose contribution is at least the threshold in absolute value.

    Parameters
    ----------
    Z : array [n, n]; scale : array [n]
        A = Z diag(scale), never formed; only columns of industries that are reached are read.
    direct, multipliers : array [n]
        c and m' = c'(I - A)^-1, unit of the account per unit of output.
    bounds : array [n]
        No less than |c|'(I - |A|)^-1.
    demand : array [n]
        Final demand, money.
    threshold : float
        Unit of the account, above 0.
    longest : int
        Industries in a chain at most; reaching it makes the answer incomplete, and says so.
    limit : int
        Nodes at most; more is an error.

    Raises
    ------
    StudyError
        More nodes than the limit.

    References
    ----------
    Treloar (1997); Lenzen (2003), Ecological Economics 44(1); Peters & Hertwich (2006), Economic Systems
    Research 18(2), on pruning by total multipliers.
    """
    below = threshold * (1 - SLACK)
    suppliers = _Suppliers(Z, scale, bounds)
    industry: Index = np.flatnonzero(np.abs(demand) * bounds >= below)
    flow = demand[industry]
    parent: Index = np.full(len(industry), -1, dtype=np.intp)
    levels: list[tuple[Index, Index]] = []
    hits: list[tuple[int, Index, Array]] = []
    visited = 0
    while len(industry) and len(levels) < longest:
        visited += len(industry)
        contribution = flow * direct[industry]
        chosen = np.flatnonzero(np.abs(contribution) >= below)
        hits.append((len(levels), chosen, contribution[chosen]))
        levels.append((industry, parent))
        parent, industry, flow = _expand(suppliers, industry, flow, below, limit - visited)
    found = np.concatenate([c for *_, c in hits]) if hits else np.zeros(0)
    nodes = [chain for level, chosen, _ in hits for chain in _trace(levels, level, chosen)]
    order = np.argsort(-np.abs(found), kind="stable")
    return Paths(
        found[order],
        tuple(nodes[k] for k in order),
        float(multipliers @ demand),
        threshold,
        visited,
        not len(industry),
    )


def _expand(
    suppliers: _Suppliers, industry: Index, flow: Array, below: float, room: int
) -> tuple[Index, Index, Array]:
    """All suppliers of all nodes that may lead to the threshold: parent, industry, flow."""
    size = np.abs(flow)
    order = np.argsort(industry, kind="stable")
    groups, starts = np.unique(industry[order], return_index=True)
    suppliers.read(groups, below / np.maximum.reduceat(size[order], starts) if len(groups) else size)
    parents, rows, flows = [], [], []
    for group, members in zip(groups, np.split(order, starts[1:]), strict=True):
        row, share, weight = suppliers.of(int(group))
        counts = np.searchsorted(-weight, -below / size[members], side="right")
        made = int(counts.sum())
        if not made:
            continue
        room -= made
        if room < 0:
            raise StudyError(
                Text("There are too many paths above the threshold.", "超过阈值的路径过多。"),
                Text("Raise the threshold, or the limit.", "请提高阈值，或放宽数量上限。"),
            )
        node = np.repeat(members, counts)
        within = np.arange(made) - np.repeat(np.cumsum(counts) - counts, counts)
        parents.append(node)
        rows.append(row[within])
        flows.append(share[within] * flow[node])
    if not parents:
        nothing = np.zeros(0, dtype=np.intp)
        return nothing, nothing, np.zeros(0)
    return np.concatenate(parents), np.concatenate(rows), np.concatenate(flows)


def _trace(levels: list[tuple[Index, Index]], level: int, chosen: Index) -> Index:
    """Chains of the nodes chosen in a level, from product to last supplier: [chosen, level + 1]."""
    chain = np.empty((len(chosen), level + 1), dtype=np.intp)
    node = chosen
    for depth in range(level, -1, -1):
        industry, parent = levels[depth]
        chain[:, depth] = industry[node]
        node = parent[node]
    return chain


def largest_paths(
    Z: Array,
    scale: Array,
    direct: Array,
    multipliers: Array,
    bounds: Array,
    demand: Array,
    count: int,
    *,
    longest: int = 50,
    limit: int = 2_000_000,
) -> Paths:
    """Find the `count` largest paths exactly: the threshold falls until there are as many above it."""
    whole = float(bounds @ np.abs(demand))
    threshold = whole / max(10.0 * count, 100.0)
    while True:
        found = find_paths(
            Z, scale, direct, multipliers, bounds, demand, threshold, longest=longest, limit=limit
        )
        if len(found.contribution) >= count or threshold <= 1e-14 * whole:
            return Paths(
                found.contribution[:count],
                found.nodes[:count],
                found.total,
                float(np.abs(found.contribution[count - 1 : count]).sum()) or threshold,
                found.visited,
                found.complete,
            )
        threshold /= 4.0
