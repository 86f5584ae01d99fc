r"""A large programme solved again near its last answer, by few of its columns.

Of tens of thousands of moves that are possible a plan makes some hundreds, and the next point of a frontier
makes nearly the same ones. A further solve therefore looks at the columns in the last basis and those of the
least reduced cost (a third of all), prices the others by the duals :math:`y` it finds, takes in those with
:math:`d_j = c_j - y^{\top} a_j < 0`, and ends when there are none (sifting: Bixby et al. 1992). Bounds on
objectives that the last answer breaks are reached from it by the primal simplex method, which needs no answer
within them to begin with: the column is let run from where it is to its bound, at a price :math:`M` for each
unit that is left, raised until it gets there (``benchmarks/plan_build.py`` measures it).

Rows that bound a single column are left out of it (see `fold`). What comes out is an answer of the whole
programme: every column is priced and every row is checked here. Where the walk does not end, or a row stays
broken, there is no answer, and the whole programme is solved from nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from hinterland.plan.engine import PRIMAL, empty
from hinterland.plan.fold import Fold, fold
from hinterland.plan.place import BASIC, LOWER, UPPER, ZERO, Place, basis_of, states

Values = npt.NDArray[Any]

# Share of the columns that is looked at, and by how much that may grow before it is chosen anew.
SHARE, GROWN = 0.3, 1.3
# Fewer than this share of them is taken in by a few steps from where they are; with them this share of all,
# which would be next.
FEW, MORE = 0.05, 0.01
# A price starts this much above the last one and is raised by as much, then by ever more, until the bound is
# reached or it is some 1e10 times as high; first it is raised only to this much beyond what the way so far
# foretells.
RAISE, FASTER, BEYOND, ROUNDS = 1.15, 1.5, 1.2, 11
# By how much a bound may be broken: the solver's own tolerance.
TOLERANCE = 1e-9
# Reduced cost of a column that would improve the answer: what settles ties counts for little more than 1e-9.
DUAL = 1e-10
# Share of itself by which a row may be broken: the solver's tolerance is that of the scaled programme.
BROKEN = 1e-8
# What is within this share of a bound rests on it: objectives are held a billionth short of their best.
RESTING = 1e-8
# A walk that takes more steps than this share of the rows is given up: from nothing it is shorter.
STEPS = 0.5


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
        self._kept = self._kept_by_column = self._matrix
        self._by_row = self._matrix.tocsr()
        self._by_row.eliminate_zeros()
        self._rows = np.arange(height, dtype=np.int32)
        self._small: Any = None
        self._columns = np.empty(0, dtype=np.int64)
        self._first = self._walked = 0
        self._fold: Fold | None = None
        self._bounds: tuple[Values, ...] | None = None
        self._here: Place | None = None

    def walk(self, highs: Any, place: Place, sought: Sequence[int]) -> Place | None:
        """Return the optimum of the programme as it now stands, walking from an earlier answer.

        Parameters
        ----------
        highs : highspy._Highs
            The programme with the costs and bounds that are wanted.
        place : Place
        sought : sequence of int
            Columns whose bounds the earlier answer may break: those of the objectives.

        Returns
        -------
        Place or None
            None where the earlier answer is of no use, or the walk did not end.
        """
        asked = self._ask(highs, sought)
        if asked is None:
            return None
        cost, low, high = asked
        slack = TOLERANCE * np.maximum(1.0, np.abs(place.values))
        broken = (place.values < low - slack) | (place.values > high + slack)
        broken[list(sought)] = False
        if broken.any() or not self._choose(place, cost, low, high, sought):
            return None
        self._here, self._walked = None, 0
        return self._whole(cost, low, high) if self._reach(place, sought, cost, low, high) else None

    def between(self, highs: Any, places: Sequence[Place], sought: Sequence[int]) -> Place | None:
        """Return the optimum of the programme as it now stands, sought from nothing among the columns that
        matter in earlier answers; None where there is none among them.
        """
        asked = self._ask(highs, sought)
        if asked is None:
            return None
        cost, low, high = asked
        rank = np.min([self._rank(p, self._inward(p), low, high, sought) for p in places], axis=0)
        self._load(self._least(rank), cost, low, high)
        self._here, self._walked = None, 0
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
        return self._whole(cost, low, high) if self._settle(cost, low, high) else None

    def _ask(self, highs: Any, sought: Sequence[int]) -> tuple[Values, Values, Values] | None:
        """Return costs and bounds of the columns, those of single rows included; None: no answer."""
        _, _, cost, low, high, _ = highs.getCols(len(self._all), self._all)
        of = list(sought)
        within = low[of].copy(), high[of].copy()
        low[of], high[of] = -np.inf, np.inf
        _, _, row_low, row_high, _ = highs.getRows(len(self._rows), self._rows)
        bounds = low, high, row_low, row_high
        if not (self._bounds and all(map(np.array_equal, bounds, self._bounds))):
            self._fold = fold(self._by_row, row_low, row_high, low, high)
            self._bounds, self._small = bounds, None
            if self._fold is not None:
                self._kept = self._matrix[self._fold.rows]
                self._kept_by_column = self._kept.T.tocsr()
        if self._fold is None:
            return None
        low, high = self._fold.low.copy(), self._fold.high.copy()
        low[of], high[of] = np.maximum(low[of], within[0]), np.minimum(high[of], within[1])
        return cost, low, high

    def _inward(self, place: Place) -> Values:
        assert self._fold is not None
        return self._fold.inward(place.columns, place.rows)

    def _least(self, rank: Values) -> Values:
        """Return the columns that are needed and those of the least rank."""
        count = max(int(SHARE * len(rank)), int(np.count_nonzero(rank < 0)))
        order = np.argsort(rank, kind="stable")[:count]
        return np.sort(order[np.isfinite(rank[order])])

    def _choose(self, place: Place, cost: Values, low: Values, high: Values, sought: Sequence[int]) -> bool:
        """Choose the columns to look at, unless those looked at before still will do, and start there."""
        assert self._fold is not None
        freed = any(place.reduced[k] and low[k] == -np.inf and high[k] == np.inf for k in sought)
        same = self._small is not None and place is self._here
        if same and len(self._columns) <= GROWN * self._first and not freed:
            self._update(cost, low, high)
            return True
        states = self._inward(place)
        _exchange(states, place.values, low, high, sought)
        rank = self._rank(place, states, low, high, sought)
        needed = rank < 0
        chosen = np.zeros(len(needed), dtype=bool)
        chosen[self._columns] = True
        if self._small is None or np.count_nonzero(needed | chosen) > GROWN * self._first:
            self._load(self._least(rank), cost, low, high)
        else:
            self._admit(np.flatnonzero(needed & ~chosen), cost, low, high)
            self._update(cost, low, high)
        states, rows = states[self._columns], place.rows[self._fold.rows].copy()
        lack = len(rows) - np.count_nonzero(states == BASIC) - np.count_nonzero(rows == BASIC)
        if lack < 0:
            return False
        if lack:  # columns that are held were in the basis: rows of the least price take their place
            rest = np.flatnonzero(rows != BASIC)
            price = np.abs(place.prices[self._fold.rows[rest]])
            rows[rest[np.argsort(price, kind="stable")[:lack]]] = BASIC
        self._small.setBasis(basis_of(states, rows))
        return True

    def _update(self, cost: Values, low: Values, high: Values) -> None:
        """Give the small programme the costs and bounds that are wanted."""
        at = np.arange(len(self._columns), dtype=np.int32)
        self._small.changeColsCost(len(at), at, cost[self._columns])
        self._small.changeColsBounds(len(at), at, low[self._columns], high[self._columns])

    def _load(self, columns: Values, cost: Values, low: Values, high: Values) -> None:
        """Make the small programme anew."""
        assert self._fold is not None
        part = self._kept[:, columns]
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = part.shape
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost[columns], low[columns], high[columns]
        lp.row_lower_, lp.row_upper_ = self._fold.row_low, self._fold.row_high
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = part.indptr, part.indices, part.data
        self._small = empty()
        options = {
            "simplex_strategy": PRIMAL,
            # perturbed bounds have to be walked back; the programme is rarely so degenerate that it stalls
            "primal_simplex_bound_perturbation_multiplier": 0.0,
            "simplex_iteration_limit": max(int(STEPS * len(self._rows)), 1_000),
        }
        for option, value in options.items():
            self._small.setOptionValue(option, value)
        self._small.passModel(lp)
        self._columns, self._first = columns, len(columns)

    def _admit(self, columns: Values, cost: Values, low: Values, high: Values) -> None:
        """Take further columns in."""
        if len(columns):
            part = self._kept[:, columns]
            index = part.indices.astype(np.int32)
            self._small.addCols(
                len(columns), cost[columns], low[columns], high[columns],
                part.nnz, part.indptr[:-1].astype(np.int32), index, part.data,
            )  # fmt: skip
            self._columns = np.concatenate([self._columns, columns])

    def _reach(self, place: Place, sought: Sequence[int], cost: Values, low: Values, high: Values) -> bool:
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
                    going.append(move.dearer(float(now[at[move.column]])))
            moves = going
        return not moves and self._settle(cost, low, high)

    def _settle(self, cost: Values, low: Values, high: Values) -> bool:
        """Solve, taking in columns until none is left out that would improve the answer."""
        while True:
            if not self._run():
                return False
            found = self._better(cost, low != high, MORE)
            if not len(found):
                return True
            self._admit(found, cost, low, high)

    def _run(self) -> bool:
        """Solve the small programme; return whether it was."""
        for exact in (DUAL, TOLERANCE):
            self._small.setOptionValue("dual_feasibility_tolerance", exact)
            self._small.run()
            self._walked += max(int(self._small.getInfo().simplex_iteration_count), 0)
            # where next to nothing is gained by a column that bounds nothing, it is said to gain without end
            if self._small.getModelStatus() != highspy.HighsModelStatus.kUnbounded:
                break
        return self._solved()

    def _solved(self) -> bool:
        return bool(self._small.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def _better(self, cost: Values, open_: Values, more: float = 0.0) -> Values:
        """Return the columns left out that would improve the answer; with them, where there are any, this
        share of all, those next in order.
        """
        reduced = cost - self._kept_by_column @ np.asarray(self._small.getSolution().row_dual)
        reduced[self._columns] = np.inf
        reduced[~open_] = np.inf
        count = int(np.count_nonzero(reduced < -DUAL))
        if not count:
            return np.empty(0, dtype=np.int64)
        count = min(count + int(more * len(reduced)), int(np.count_nonzero(reduced < np.inf)))
        return np.sort(np.argpartition(reduced, count - 1)[:count])

    def _whole(self, cost: Values, low: Values, high: Values) -> Place | None:
        """Return the answer of the small programme as one of the whole; None where a row is broken."""
        found = self._told(cost, low, high)
        if found is None:  # the errors of many steps: reckoned anew from the basis
            self._small.setBasis(self._small.getBasis())
            found = self._told(cost, low, high) if self._run() else None
        self._here = found
        return found

    def _told(self, cost: Values, low: Values, high: Values) -> Place | None:
        fold = self._fold
        assert fold is not None
        answer = self._small.getSolution()
        columns, rows = states(self._small)
        at_rest = np.where(np.isfinite(low), LOWER, np.where(np.isfinite(high), UPPER, ZERO)).astype(np.int8)
        every, values = at_rest, _resting(low, high)
        every[self._columns], values[self._columns] = columns, np.asarray(answer.col_value)
        row_dual = np.asarray(answer.row_dual)
        reduced = cost - self._kept_by_column @ row_dual
        # what has one value only rests on the side that it is pressed to
        every[(low == high) & ~fold.held & (every != BASIC)] = LOWER
        every[(low == high) & ~fold.held & (every != BASIC) & (reduced < 0)] = UPPER
        prices = fold.prices(every, row_dual, reduced)
        columns, rows = fold.outward(every, rows)
        reduced = np.where(columns == BASIC, 0.0, cost - self._matrix.T @ prices)
        made = self._by_row @ values
        slack = BROKEN * np.maximum(1.0, np.abs(made))
        assert self._bounds is not None
        if np.any((made < self._bounds[2] - slack) | (made > self._bounds[3] + slack)):
            return None
        return Place(columns, rows, values, reduced, prices, made, self._walked)

    def _rank(self, place: Place, states: Values, low: Values, high: Values, sought: Sequence[int]) -> Values:
        """Return -1 for columns that an answer cannot do without, else how far each is from being of use."""
        assert self._fold is not None
        rest = _resting(low, high)
        needed = (states == BASIC) | (np.abs(place.values - rest) > TOLERANCE) | (rest != 0.0)
        needed |= ~np.isfinite(low)
        needed &= ~self._fold.held
        needed[list(sought)] = True
        return np.where(needed, -1.0, np.where(low == high, np.inf, np.abs(place.reduced)))


def _resting(low: Values, high: Values) -> Values:
    """Where columns are that nothing is asked of."""
    return np.where(np.isfinite(low), low, np.where(np.isfinite(high), high, 0.0))


def _exchange(states: Values, values: Values, low: Values, high: Values, sought: Sequence[int]) -> None:
    """Let an objective that was held and one that was sought change places in the basis.

    Where one that rested on a bound is free now, and one that was free has come to rest on its bound, the
    best under the one question is the best under the other, but for which of the two is in the basis.
    """
    free = [k for k in sought if states[k] != BASIC and low[k] == -np.inf and high[k] == np.inf]
    rest = []
    for k in sought:
        under, over = abs(values[k] - low[k]), abs(values[k] - high[k])
        if states[k] == BASIC and min(under, over) <= RESTING * max(1.0, abs(values[k])):
            rest.append((k, LOWER if under < over else UPPER))
    if len(free) == len(rest):
        for k, (other, bound) in zip(free, rest, strict=True):
            states[k], states[other] = BASIC, bound


@dataclass(frozen=True)
class _Move:
    """A column on its way to a bound, at a price for each unit that is left."""

    column: int
    target: float
    bounds: tuple[float, float]
    price: float
    last: tuple[float, float]
    factor: float = RAISE

    def dearer(self, value: float) -> _Move:
        """Return it at the next price: at first the one that the way so far foretells, then ever more."""
        before, since = self.last
        price = self.price * self.factor
        gone, left = abs(value - since), abs(value - self.target)
        if gone > 0 and self.factor <= RAISE**FASTER:
            price = min(price, self.price + (self.price - before) * BEYOND * left / gone, key=abs)
        return replace(self, price=price, last=(self.price, value), factor=self.factor**FASTER)


def _move(column: int, value: float, reduced: float, low: float, high: float, whole: float) -> _Move | None:
    """Return how a column gets to its bounds; None where it is within them."""
    if low - _slack(value) <= value <= high + _slack(value):
        return None
    target = high if value > high else low
    sign = 1.0 if value > high else -1.0
    price = max(RAISE * abs(reduced), 1e-3 * whole / max(1.0, abs(value)))
    last = (sign * abs(reduced), value)
    return _Move(column, target, (min(target, value), max(target, value)), sign * price, last)


def _slack(value: float) -> float:
    return TOLERANCE * max(1.0, abs(value))
