r"""Why is there no plan, and what is the smallest change of the limits that makes room for one?

*The smallest relaxation* is a linear programme: every limit :math:`a_r z \le b_r` may be exceeded by
:math:`s_r \ge 0`, and the sum of the excesses, each as a share of its limit, is least,

.. math:: \min \sum_r s_r / |b_r| \quad\text{s.t. } a_r z - s_r \le b_r ,

so that a limit in tonnes and one in money count alike. A limit of zero is scaled by the largest of its
family, a family of zeros by all that may be released. What has to be reached (a least amount) is held first
and given up only where the limits alone cannot make room. What only says how a cluster, a project or
infrastructure comes about (once, and before what needs it; see `DEFINING`) is no figure that could be
raised, and holds throughout, as the balances do.

*The limits that contradict one another* are found by the elastic filter and then the deletion filter
(Chinneck & Dravnieks 1991): a set of limits that cannot all hold, of which any one left out would leave the
rest to hold (irreducible, the balances apart).

References
----------
Chinneck & Dravnieks (1991), ORSA Journal on Computing 3(2), 157-168.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from highspy._core import _Highs

from hinterland.plan.data import PlanData
from hinterland.plan.engine import INFINITE, OPTIONS
from hinterland.plan.naming import limit_name, listed
from hinterland.plan.programme import build
from hinterland.plan.solver import NotSolvedError
from hinterland.study import Study, Text

Values = npt.NDArray[np.float64]
# Rows that define, and are no limits.
DEFINING = ("cluster_base", "cluster_once", "cluster_room", "infrastructure_once", "project_room")
# Limits of a sum by another one, which have no figure of their own.
_SUMS = ("sequence", "policy", "mode_share", "cluster_scale", "project_scale")
# An excess below this share of its scale is rounding.
_ROUNDING = 1e-7
# A limit below this share of its family's largest is scaled as if it were that large.
_LEAST = 1e-3


@dataclass(frozen=True)
class Limit:
    """One limit: its family, where it is, what it allows, and how far the relaxation exceeds it."""

    constraint: str
    at: Mapping[str, str]
    limit: float
    demand: bool
    by: float = 0.0


@dataclass(frozen=True)
class Mend:
    """The smallest relaxation, and limits that cannot all hold; both empty where there is a plan."""

    relaxed: tuple[Limit, ...] = ()
    conflict: tuple[Limit, ...] = ()
    demands_held: bool = True


@dataclass
class _Elastic:
    """A programme in which limits may be exceeded, loaded into HiGHS: one excess column for each limit."""

    highs: Any
    limits: list[Limit]
    scales: Values
    first: int

    def excess(self, weight: Values, upper: Values) -> Values | None:
        """Return the excesses of least weight within upper bounds, in units of their scales; None where
        there is no way.

        Raises
        ------
        NotSolvedError
            The solver ended without a verdict.
        """
        count = len(self.limits)
        at = np.arange(self.first, self.first + count, dtype=np.int32)
        self.highs.changeColsCost(count, at, weight)
        self.highs.changeColsBounds(count, at, np.zeros(count), upper)
        self.highs.run()
        status = self.highs.getModelStatus()
        # excesses are zero or more and so are their weights: what is minimised cannot be unbounded
        none = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)
        if status in none:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise NotSolvedError(self.highs.modelStatusToString(status))
        return np.asarray(self.highs.getSolution().col_value)[self.first :]


def _elastic(data: PlanData) -> _Elastic:
    """Load the programme with an excess for each limit, in units of the limit's scale."""
    programme = build(data)
    model, matrices = programme.model, programme.model.matrices
    row_of = {int(label): k for k, label in enumerate(matrices.clabels)}
    sense, b = np.asarray(matrices.sense), np.asarray(matrices.b, dtype=float)
    limits: list[Limit] = []
    rows: list[int] = []
    scales: list[float] = []
    money = float(data.releasable.sum()) or 1.0
    for name in programme.constraints:
        if name in DEFINING:
            continue
        labels = model.constraints[name].labels
        there = [
            (row_of[int(labels.values[tuple(k)])], k)
            for k in np.argwhere(labels.values >= 0)
            if sense[row_of[int(labels.values[tuple(k)])]] != "="
        ]
        if not there:
            continue
        largest = float(np.abs(b[[r for r, _ in there]]).max())
        for r, k in there:
            at = {str(d): str(labels[d].values[n]) for d, n in zip(labels.dims, k, strict=True)}
            limits.append(Limit(name, at, float(b[r]), bool(sense[r] == ">")))
            rows.append(r)
            scales.append(max(abs(float(b[r])), _LEAST * largest) if largest > 0 else money)
    solver = _Highs()
    for option, value in OPTIONS.items():
        solver.setOptionValue(option, value)
    by_column = matrices.A.tocsc()
    lp = highspy.HighsLp()
    n_rows, n_cols = by_column.shape
    lp.num_row_, lp.num_col_ = n_rows, n_cols + len(rows)
    # an excess takes from the left side of what is at most b, and adds to that of what is at least b
    sign = np.where(sense[rows] == ">", 1.0, -1.0) * np.array(scales)
    lp.col_cost_ = np.zeros(n_cols + len(rows))
    lp.col_lower_ = np.concatenate([np.asarray(matrices.lb, float), np.zeros(len(rows))])
    lp.col_upper_ = np.concatenate([np.asarray(matrices.ub, float), np.full(len(rows), INFINITE)])
    lp.row_lower_ = np.where(sense == "<", -highspy.kHighsInf, b)
    lp.row_upper_ = np.where(sense == ">", highspy.kHighsInf, b)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.concatenate(
        [by_column.indptr, by_column.indptr[-1] + np.arange(1, len(rows) + 1)]
    )
    lp.a_matrix_.index_ = np.concatenate([by_column.indices, rows])
    lp.a_matrix_.value_ = np.concatenate([by_column.data, sign])
    solver.passModel(lp)
    return _Elastic(solver, limits, np.array(scales), n_cols)


def mend(data: PlanData) -> Mend:
    """Return the smallest relaxation of an infeasible programme and a set of limits that cannot all hold.

    Whole numbers are left out of account: where only they leave no plan, both are empty.
    """
    elastic = _elastic(data)
    limits = elastic.limits
    demand = np.array([limit.demand for limit in limits], dtype=bool)
    ones, free = np.ones(len(limits)), np.full(len(limits), INFINITE)
    found = elastic.excess(ones, np.where(demand, 0.0, free))
    held = found is not None
    if found is None:
        found = elastic.excess(ones, free)
    if found is None or not (found > _ROUNDING).any():
        return Mend()
    relaxed = [
        Limit(x.constraint, x.at, x.limit, x.demand, float(found[k] * elastic.scales[k]))
        for k, x in enumerate(limits)
        if found[k] > _ROUNDING
    ]
    relaxed.sort(key=lambda x: -abs(x.by) / (abs(x.limit) or 1.0))
    return Mend(tuple(relaxed), tuple(limits[k] for k in _conflict(elastic)), held)


def _conflict(elastic: _Elastic) -> list[int]:
    """Return limits that cannot all hold: elastic filter, then deletion filter."""
    count = len(elastic.limits)
    kept: list[int] = []
    upper, weight = np.full(count, INFINITE), np.ones(count)
    while True:
        found = elastic.excess(weight, upper)
        if found is None:
            break
        stretched = [k for k in range(count) if found[k] > _ROUNDING]
        if not stretched:
            return []
        kept += stretched
        upper[stretched] = 0.0
    for k in sorted(kept, reverse=True):
        upper[k] = INFINITE
        if elastic.excess(np.zeros(count), upper) is None:
            kept.remove(k)
        else:
            upper[k] = 0.0
    return sorted(kept)


def said(found: Mend, data: PlanData, study: Study | None) -> tuple[Text, Text]:
    """Say which limits cannot all hold, and the smallest change that mends it."""
    changes = []
    for limit in found.relaxed:
        name = limit_name(limit.constraint, limit.at, data, study)
        if limit.limit == 0 and limit.constraint in _SUMS:
            changes.append(name + Text(f": eased by {limit.by:.4g}", f"：放宽{limit.by:.4g}"))
            continue
        to = limit.limit - limit.by if limit.demand else limit.limit + limit.by
        by = f"{limit.limit:.4g} -> {to:.4g}"
        changes.append(name + Text(f": {by}", f"：{by}"))
    words = Text("These limits cannot all hold: {l}.", "以下约束不能同时成立：{l}。").format(
        l=listed([limit_name(x.constraint, x.at, data, study) for x in found.conflict])
    )
    return words, Text(
        "The smallest change that makes room, as a share of the limits: {l}.",
        "使方案可行的最小放宽（按占约束的比例计）：{l}。",
    ).format(l=listed(changes))
