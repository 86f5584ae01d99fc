"""Decisions before a future is known and after: the extensive form on plain arrays.

One linear programme holds the columns that are decided first once and the others once for each future; see
`stochastic` for what is decided in a plan, and by which rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from highspy._core import _Highs
from scipy import sparse

from hinterland.plan.added import Added
from hinterland.plan.engine import INFINITE, OPTIONS
from hinterland.plan.solver import NotSolvedError

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
TIE = 1e-4
# A share of the first phase within this of the largest is as large.
SURE = 1e-9
RULES = ("plan", "expected", "cvar", "regret")


@dataclass
class Part:
    """One future's programme as plain arrays.

    Attributes
    ----------
    a, low, high, lb, ub
        ``low <= a x <= high`` and ``lb <= x <= ub``.
    shared : array of bool
        The columns decided in the first phase.
    objective : mapping
        Columns that hold objectives.
    first : list of (columns, cell)
        The columns of each move of the first phase, and its place in an array of moves.
    worth : array
        What a unit of each column is worth.
    """

    a: sparse.csr_array
    low: Values
    high: Values
    lb: Values
    ub: Values
    shared: Flags
    objective: Mapping[str, int]
    first: list[tuple[npt.NDArray[np.int64], tuple[int, ...]]]
    worth: Values


class Loaded:
    """A linear programme in HiGHS, given by plain arrays and maximised."""

    def __init__(self, a: Any, low: Values, high: Values, lb: Values, ub: Values) -> None:
        self.highs = _Highs()
        for option, value in OPTIONS.items():
            self.highs.setOptionValue(option, value)
        by_column = sparse.csc_array(a)
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = by_column.shape
        lp.col_cost_ = np.zeros(lp.num_col_)
        lp.col_lower_, lp.col_upper_ = lb, ub
        lp.row_lower_, lp.row_upper_ = low, high
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = by_column.indptr
        lp.a_matrix_.index_ = by_column.indices
        lp.a_matrix_.value_ = by_column.data
        self.highs.passModel(lp)

    def basis(self) -> Any:
        """Return the last basis."""
        return self.highs.getBasis()

    def restore(self, basis: Any) -> None:
        """Start the next solve from a basis."""
        self.highs.setBasis(basis)

    def best(self, gain: Values) -> Values:
        """Return the columns' values where the gain is largest; columns added later keep their own."""
        at = np.arange(len(gain), dtype=np.int32)
        self.highs.changeColsCost(len(gain), at, -gain)
        self.highs.run()
        status = self.highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            self.highs.clearSolver()
            self.highs.run()
            status = self.highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise NotSolvedError(self.highs.modelStatusToString(status))
        return np.asarray(self.highs.getSolution().col_value)


def stacked(parts: Sequence[Part]) -> tuple[Loaded, list[npt.NDArray[np.int64]]]:
    """Load all futures' programmes as one, and return where each one's columns are in it."""
    shared = parts[0].shared
    n_shared, n_later = int(shared.sum()), int((~shared).sum())
    places, lb, ub = [], [parts[0].lb[shared]], [parts[0].ub[shared]]
    rows, columns, values, start = [], [], [], 0
    for s, p in enumerate(parts):
        if not np.array_equal(p.shared, shared):
            raise ValueError("the futures' programmes have different columns")
        place = np.empty(len(shared), dtype=np.int64)
        place[shared] = np.arange(n_shared)
        place[~shared] = n_shared + s * n_later + np.arange(n_later)
        places.append(place)
        lb.append(p.lb[~shared])
        ub.append(p.ub[~shared])
        a = p.a.tocoo()
        rows.append(a.coords[0] + start)
        columns.append(place[a.coords[1]])
        values.append(a.data)
        start += p.a.shape[0]
    whole = sparse.coo_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
        shape=(start, n_shared + len(parts) * n_later),
    )
    low, high = (np.concatenate([getattr(p, k) for p in parts]) for k in ("low", "high"))
    return Loaded(whole, low, high, np.concatenate(lb), np.concatenate(ub)), places


def decide(
    parts: Sequence[Part], chance: Values, wanted: Values, level: float
) -> tuple[Values, dict[str, list[Values]]]:
    """Return the best worth of each future by itself, and the columns of each future by rule.

    Parameters
    ----------
    parts : sequence of Part
        The programme of each future; the shared columns are the same in all.
    chance : array [future]
    wanted : array
        The first phase of the plan, by the cells of `Part.first`.
    level : float
        Level of the conditional value at risk.
    """
    known = np.array([p.worth @ Loaded(p.a, p.low, p.high, p.lb, p.ub).best(p.worth) for p in parts])
    whole, places = stacked(parts)
    expected = np.zeros(int(whole.highs.getNumCol()))
    for p, place, c in zip(parts, places, chance, strict=True):
        np.add.at(expected, place, c * p.worth)
    found = {}
    # the plan last: its solves leave a start that is far from the others' answers
    for rule in (*RULES[1:], RULES[0]):
        if rule == "plan":
            x = _carried(whole, parts[0], places[0], wanted, expected)
        else:
            x = _decide(rule, whole, parts, places, chance, known, level, expected)
        found[rule] = [x[place] for place in places]
    return known, found


def _carried(
    whole: Loaded, p: Part, place: npt.NDArray[np.int64], wanted: Values, expected: Values
) -> Values:
    """Solve for the most of a first phase that every future leaves feasible, then for the expected worth.

    From a fresh start each time: an answer to another question is a slow one.
    """
    whole.highs.clearSolver()
    count = len(expected)
    slack = SURE * max(float(wanted.sum()), 1.0)
    with Added(whole) as added:
        held = []
        for columns, cell in p.first:
            if not len(columns):
                continue
            added.row(-INFINITE, max(0.0, float(wanted[cell])), place[columns], np.ones(len(columns)))
            held += place[columns].tolist()
        most = np.zeros(count)
        most[held] = 1.0
        reached = float(most @ whole.best(most)[:count])
        whole.highs.clearSolver()
        added.row(reached - slack, INFINITE, held, np.ones(len(held)))
        return whole.best(expected)[:count]


def _decide(
    rule: str,
    whole: Loaded,
    parts: Sequence[Part],
    places: Sequence[npt.NDArray[np.int64]],
    chance: Values,
    known: Values,
    level: float,
    expected: Values,
) -> Values:
    """Solve the extensive form by a rule."""
    count = len(expected)
    if rule == "expected":
        return whole.best(expected)
    with Added(whole) as added:
        if rule == "cvar":
            value = added.column(-INFINITE, INFINITE, 1.0)
        else:
            # the largest regret
            value = added.column(0.0, INFINITE, -1.0)
        for p, place, c, best in zip(parts, places, chance, known, strict=True):
            at = np.flatnonzero(p.worth)
            if rule == "cvar":
                short = added.column(0.0, INFINITE, -float(c) / (1.0 - level))
                # short >= value - worth
                added.row(0.0, INFINITE, [*place[at], short, value], [*p.worth[at], 1.0, -1.0])
            else:
                added.row(best, INFINITE, [*place[at], value], [*p.worth[at], 1.0])
        return whole.best(TIE * expected)[:count]


def cvar(worth: Values, chance: Values, level: float) -> float:
    r"""Mean of the worst :math:`1-\alpha` of outcomes, the probability of the last one split."""
    order = np.argsort(worth, kind="stable")
    left, total = 1.0 - level, 0.0
    for k in order:
        part_of = min(float(chance[k]), left)
        total += part_of * float(worth[k])
        left -= part_of
        if left <= 0:
            break
    return total / (1.0 - level)
