r"""A large programme solved again near its last answer, by few of its columns.

Of tens of thousands of moves that are possible a plan makes some hundreds, and the next point of a frontier
makes nearly the same ones. A further solve therefore looks at the columns in the last basis and those of the
least reduced cost (a third of all), prices the others by the duals :math:`y` it finds, takes in those with
:math:`d_j = c_j - y^{\top} a_j < 0`, and ends when there are none (sifting: Bixby et al. 1992). Bounds on
objectives that the last answer breaks are reached from it by the primal simplex method, which needs no answer
within them to begin with: the column is let run from where it is to its bound, at a price :math:`M` for each
unit that is left, raised until it gets there (``benchmarks/plan_build.py`` measures it).

What comes out is a basis of the whole programme. The solver proves it on all columns and rows; nothing is
taken on trust.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from highspy import HighsBasisStatus
from scipy import sparse

from hinterland.plan.engine import PRIMAL, empty

Values = npt.NDArray[Any]

# Share of the columns that is looked at, and by how much that may grow before it is chosen anew.
SHARE, GROWN = 0.3, 1.3
# Fewer than this share of them is taken in by a few steps from where they are.
FEW = 0.05
# A price starts this much above the last one and is raised by as much, then by ever more, until the bound is
# reached or it is some 1e10 times as high.
RAISE, FASTER, ROUNDS = 1.15, 1.5, 11
# Least reduced cost at which a column that is left out is taken in: the solver's own tolerance.
TOLERANCE = 1e-9
# What is within this share of a bound rests on it: objectives are held a billionth short of their best.
RESTING = 1e-8
# A walk that takes more steps than this is given up: from nothing it is shorter.
STEPS = 10_000


@dataclass(frozen=True)
class Place:
    """An answer to go on from: the basis, the values of the columns and their reduced costs."""

    basis: Any
    values: Values
    reduced: Values

    @property
    def valid(self) -> bool:
        """Whether there is a basis."""
        return bool(self.basis.valid)


class Sieve:
    """Few columns of a loaded programme, kept from one solve to the next.

    Parameters
    ----------
    highs : highspy._Highs
        The whole programme; its matrix is read once.
    """

    def __init__(self, highs: Any) -> None:
        width, height = highs.getNumCol(), highs.getNumRow()
        self._all = np.arange(width, dtype=np.int32)
        _, start, index, value = highs.getColsEntries(width, self._all)
        starts = np.append(start, len(value))
        self._matrix = sparse.csc_matrix((value, index, starts), shape=(height, width))
        self._by_column = self._matrix.T.tocsr()
        _, _, self._low, self._high, _ = highs.getRows(height, np.arange(height, dtype=np.int32))
        self._small: Any = None
        self._columns = np.empty(0, dtype=np.int64)
        self._first = 0
        self._here: Place | None = None

    def stand(self, place: Place) -> None:
        """Take note that the last basis proved to be this answer: the next walk may go on as it is."""
        self._here = place

    def fits(self, highs: Any) -> bool:
        """Return whether the programme has the rows and columns it had."""
        return bool((highs.getNumRow(), highs.getNumCol()) == self._matrix.shape)

    def basis(self, highs: Any, place: Place, sought: Iterable[int]) -> Any | None:
        """Return an optimal basis of the programme as it now stands, walking from an earlier answer.

        Parameters
        ----------
        highs : highspy._Highs
            The programme with the costs and bounds that are wanted.
        place : Place
        sought : iterable of int
            Columns whose bounds the earlier answer may break: those of the objectives.

        Returns
        -------
        highspy.HighsBasis or None
            None where the earlier answer is of no use, or the walk did not end.
        """
        _, _, cost, low, high, _ = highs.getCols(len(self._all), self._all)
        values = place.values
        slack = TOLERANCE * np.maximum(1.0, np.abs(values))
        broken = (values < low - slack) | (values > high + slack)
        broken[list(sought)] = False
        if broken.any():
            return None
        self._choose(place, cost, low, high, sought)
        self._here = None
        if not self._reach(place, sought, cost, low, high):
            return None
        return self._whole()

    def between(self, highs: Any, places: Sequence[Place], sought: Iterable[int]) -> Any | None:
        """Return an optimal basis of the programme as it now stands, sought from nothing among the columns
        that matter in earlier answers; None where there is none among them.
        """
        _, _, cost, low, high, _ = highs.getCols(len(self._all), self._all)
        ranks = [_rank(p, np.array(p.basis.col_status, dtype=object), low, high, sought) for p in places]
        rank = np.min(ranks, axis=0)
        self._load(self._least(rank), cost, low, high)
        self._here = None
        self._small.setOptionValue("solver", "ipm")
        # the prices of few columns leave out many that are of use
        while True:
            self._small.run()
            if not self._solved():
                return None
            found = self._better(cost, low != high)
            self._admit(found, cost, low, high)
            if len(found) < FEW * self._first:
                break
            self._small.clearSolver()
        self._small.setOptionValue("solver", "simplex")
        return self._whole() if self._settle(cost, low, high) else None

    def _least(self, rank: Values) -> Values:
        """Return the columns that are needed and those of the least rank."""
        count = max(int(SHARE * len(rank)), int(np.count_nonzero(rank < 0)))
        order = np.argsort(rank, kind="stable")[:count]
        return np.sort(order[np.isfinite(rank[order])])

    def _choose(self, place: Place, cost: Values, low: Values, high: Values, sought: Iterable[int]) -> None:
        """Choose the columns to look at, unless those looked at before still will do, and start there."""
        freed = any(place.reduced[k] and low[k] == -np.inf and high[k] == np.inf for k in sought)
        if place is self._here and len(self._columns) <= GROWN * self._first and not freed:
            self._update(cost, low, high)
            return
        status = np.array(place.basis.col_status, dtype=object)
        _exchange(status, place.values, low, high, sought)
        rows = list(place.basis.row_status)
        rank = _rank(place, status, low, high, sought)
        needed = rank < 0
        chosen = np.zeros(len(needed), dtype=bool)
        chosen[self._columns] = True
        grown = needed | chosen
        if self._small is None or np.count_nonzero(grown) > GROWN * self._first:
            self._load(self._least(rank), cost, low, high)
        else:
            self._admit(np.flatnonzero(needed & ~chosen), cost, low, high)
            self._update(cost, low, high)
        basis = highspy.HighsBasis()
        basis.col_status, basis.row_status = list(status[self._columns]), rows
        basis.valid = True
        self._small.setBasis(basis)

    def _update(self, cost: Values, low: Values, high: Values) -> None:
        """Give the small programme the costs and bounds that are wanted."""
        at = np.arange(len(self._columns), dtype=np.int32)
        self._small.changeColsCost(len(at), at, cost[self._columns])
        self._small.changeColsBounds(len(at), at, low[self._columns], high[self._columns])

    def _load(self, columns: Values, cost: Values, low: Values, high: Values) -> None:
        """Make the small programme anew."""
        part = self._matrix[:, columns]
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = part.shape
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost[columns], low[columns], high[columns]
        lp.row_lower_, lp.row_upper_ = self._low, self._high
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = part.indptr, part.indices, part.data
        self._small = empty()
        options = {
            "simplex_strategy": PRIMAL,
            # perturbed bounds have to be walked back; the programme is rarely so degenerate that it stalls
            "primal_simplex_bound_perturbation_multiplier": 0.0,
            "simplex_iteration_limit": STEPS,
        }
        for option, value in options.items():
            self._small.setOptionValue(option, value)
        self._small.passModel(lp)
        self._columns, self._first = columns, len(columns)

    def _admit(self, columns: Values, cost: Values, low: Values, high: Values) -> None:
        """Take further columns in."""
        if len(columns):
            part = self._matrix[:, columns]
            index = part.indices.astype(np.int32)
            self._small.addCols(
                len(columns), cost[columns], low[columns], high[columns],
                part.nnz, part.indptr[:-1].astype(np.int32), index, part.data,
            )  # fmt: skip
            self._columns = np.concatenate([self._columns, columns])

    def _reach(self, place: Place, sought: Iterable[int], cost: Values, low: Values, high: Values) -> bool:
        """Walk to the bounds wanted, then to the optimum; return whether it was reached."""
        whole = abs(float((cost * place.values).sum())) or 1.0
        at = {k: int(np.flatnonzero(self._columns == k)[0]) for k in sought}
        moves = [
            move
            for k in sought
            for move in [_move(k, place.values[k], place.reduced[k], low[k], high[k], whole)]
            if move is not None
        ]
        for _ in range(ROUNDS):
            if not moves:
                break
            for move in moves:
                self._small.changeColCost(at[move.column], cost[move.column] + move.price)
                self._small.changeColBounds(at[move.column], *move.bounds)
            priced = cost.copy()
            for move in moves:
                priced[move.column] += move.price
            if not self._settle(priced, low, high):
                return False
            now = np.asarray(self._small.getSolution().col_value)
            going = []
            for move in moves:
                if abs(now[at[move.column]] - move.target) <= _slack(move.target):
                    k = move.column
                    self._small.changeColCost(at[k], cost[k])
                    self._small.changeColBounds(at[k], low[k], high[k])
                else:
                    going.append(move.dearer())
            moves = going
        return not moves and self._settle(cost, low, high)

    def _settle(self, cost: Values, low: Values, high: Values) -> bool:
        """Solve, taking in columns until none is left out that would improve the answer."""
        while True:
            self._small.run()
            if not self._solved():
                return False
            found = self._better(cost, low != high)
            if not len(found):
                return True
            self._admit(found, cost, low, high)

    def _solved(self) -> bool:
        return bool(self._small.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def _better(self, cost: Values, open_: Values) -> Values:
        """Return the columns left out that would improve the answer."""
        reduced = cost - self._by_column @ np.asarray(self._small.getSolution().row_dual)
        better = open_ & (reduced < -TOLERANCE)
        better[self._columns] = False
        return np.flatnonzero(better)

    def _whole(self) -> Any:
        """Return the basis of the small programme as one of the whole."""
        small = self._small.getBasis()
        status = np.full(len(self._all), HighsBasisStatus.kLower, dtype=object)
        status[self._columns] = small.col_status
        basis = highspy.HighsBasis()
        basis.col_status, basis.row_status = list(status), list(small.row_status)
        basis.valid = True
        return basis


def _rank(place: Place, status: Values, low: Values, high: Values, sought: Iterable[int]) -> Values:
    """Return -1 for columns that an answer cannot do without, else how far each is from being of use."""
    resting = np.where(np.isfinite(low), low, np.where(np.isfinite(high), high, 0.0))
    needed = (status == HighsBasisStatus.kBasic) | (np.abs(place.values - resting) > TOLERANCE)
    needed |= ~np.isfinite(low) | ((low == high) & (low != 0.0))
    needed[list(sought)] = True
    return np.where(needed, -1.0, np.where(low == high, np.inf, np.abs(place.reduced)))


def _exchange(status: Values, values: Values, low: Values, high: Values, sought: Iterable[int]) -> None:
    """Let an objective that was held and one that was sought change places in the basis.

    Where one that rested on a bound is free now, and one that was free has come to rest on its bound, the
    best under the one question is the best under the other, but for which of the two is in the basis.
    """
    basic = HighsBasisStatus.kBasic
    free = [k for k in sought if status[k] != basic and low[k] == -np.inf and high[k] == np.inf]
    rest = []
    for k in sought:
        under, over = abs(values[k] - low[k]), abs(values[k] - high[k])
        if status[k] == basic and min(under, over) <= RESTING * max(1.0, abs(values[k])):
            rest.append((k, HighsBasisStatus.kLower if under < over else HighsBasisStatus.kUpper))
    if len(free) == len(rest):
        for k, (other, bound) in zip(free, rest, strict=True):
            status[k], status[other] = basic, bound


@dataclass(frozen=True)
class _Move:
    """A column on its way to a bound, at a price for each unit that is left."""

    column: int
    target: float
    bounds: tuple[float, float]
    price: float
    factor: float = RAISE

    def dearer(self) -> _Move:
        """Return it at the next price."""
        return replace(self, price=self.price * self.factor, factor=self.factor**FASTER)


def _move(column: int, value: float, reduced: float, low: float, high: float, whole: float) -> _Move | None:
    """Return how a column gets to its bounds; None where it is within them."""
    if low - _slack(value) <= value <= high + _slack(value):
        return None
    target = high if value > high else low
    price = max(RAISE * abs(reduced), 1e-3 * whole / max(1.0, abs(value)))
    return _Move(column, target, (min(target, value), max(target, value)), price if value > high else -price)


def _slack(value: float) -> float:
    return TOLERANCE * max(1.0, abs(value))
