"""What every balancing method shares: the result, the error, and the reason why totals cannot be met.

Totals that no matrix with the prior's signs and zeros can have are found by a cut: a set of rows and
columns that sell only to one another and whose totals contradict each other (Ford & Fulkerson 1956).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from hinterland.study import StudyError, Text

Array = npt.NDArray[np.float64]
Labels = Sequence[str] | None

# Totals of rows and of columns that differ by more than this are a contradiction in the data, not rounding.
TOTALS_AGREE = 1e-9
# The flow that looks for a contradiction is in whole numbers; a contradiction smaller than this is not named.
CUT_UNITS = 2**30
CUT_TOLERANCE = 1e-7

ROW, COLUMN = Text("row", "行"), Text("column", "列")


class BalanceError(StudyError):
    """A matrix cannot be made to agree with the totals asked for; the message names the rows and columns."""


@dataclass(frozen=True)
class Balanced:
    """A balanced matrix.

    Attributes
    ----------
    matrix : array [..., m, n]
        Agrees with the totals within `residual`.
    iterations : int array [...]
        Iterations that each matrix of the batch needed.
    residual : array [...]
        Largest gap of a row or column, relative to its own total (zero totals hold exactly).
    """

    matrix: Array
    iterations: npt.NDArray[np.int64]
    residual: Array


def named(labels: Labels, indices: npt.NDArray[np.intp], kind: Text, most: int = 6) -> Text:
    """List rows or columns by name, or by number where they have none."""
    some, more = indices[:most], len(indices) - most
    if labels is not None:
        words = [Text.same(str(labels[i])) for i in some]
    else:
        words = [Text(f"{kind.en} {i}", f"第{i + 1}{kind.zh}") for i in some]
    listed = Text(", ".join(w.en for w in words), "、".join(w.zh for w in words))
    return listed + (Text(f" and {more} more", f"等共{len(indices)}个") if more > 0 else Text("", ""))


def finite(what: Text, values: Array, at: Text) -> None:
    """Refuse missing and infinite values."""
    if not np.all(np.isfinite(values)):
        raise BalanceError(
            Text(
                f"The {what.en}{at.en} hold missing or infinite values.",
                f"{at.zh}{what.zh}含缺失值或无穷值。",
            ),
            Text("Fill them before balancing.", "请在平衡前补齐。"),
        )


def agree(rows: Array, columns: Array, at: Text) -> None:
    """Refuse totals of rows and of columns whose sums contradict each other."""
    left, right = float(rows.sum()), float(columns.sum())
    size = max(float(np.abs(rows).sum()), float(np.abs(columns).sum()))
    if abs(left - right) > TOTALS_AGREE * size:
        raise BalanceError(
            Text(
                f"The row totals{at.en} sum to {left:.10g} but the column totals to {right:.10g}.",
                f"{at.zh}行合计之和为{left:.10g}，列合计之和为{right:.10g}，二者不等。",
            ),
            Text("Scale one of them so that both sums agree.", "请缩放其一使两者之和相等。"),
        )


def contradiction(
    prior: Array, rows: Array, columns: Array
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], float, float] | None:
    r"""Find rows and columns whose totals no matrix with the prior's signs and zeros can have.

    A positive cell lets money go from its row to its column, a negative one from its column to its row.
    A set that money cannot leave must not hold more than it can take:
    :math:`\sum_{i\in R} u_i \le \sum_{j\in C} v_j`. The set is the source side of a minimum cut.

    Returns
    -------
    (rows R, columns C, sum of R's totals, sum of C's totals), or None when no set contradicts itself by more
    than 1e-7 of all totals.
    """
    m, n = prior.shape
    supply = np.concatenate([rows, -columns])
    total = float(np.abs(supply).sum())
    if total == 0:
        return None
    positive, negative = np.nonzero(prior > 0), np.nonzero(prior < 0)
    source, sink = m + n, m + n + 1
    units = CUT_UNITS / total
    gives, takes = np.flatnonzero(supply > 0), np.flatnonzero(supply < 0)
    starts = np.concatenate([positive[0], negative[1] + m, np.full(len(gives), source), takes])
    ends = np.concatenate([positive[1] + m, negative[0], gives, np.full(len(takes), sink)])
    room = np.concatenate(
        [
            np.full(len(positive[0]) + len(negative[0]), CUT_UNITS, dtype=np.int64),
            np.floor(supply[gives] * units).astype(np.int64),
            np.ceil(-supply[takes] * units).astype(np.int64),
        ]
    ).astype(np.int32)
    size = m + n + 2
    graph = csr_array(coo_array((room, (starts, ends)), shape=(size, size)))
    flow = maximum_flow(graph, source, sink).flow
    left = csr_array(graph - flow)
    left.data = np.maximum(left.data, 0)
    left.eliminate_zeros()
    reached = breadth_first_order(left, source, return_predecessors=False)
    inside_rows, inside_columns = (
        np.sort(reached[reached < m]),
        np.sort(reached[(reached >= m) & (reached < m + n)]),
    )
    inside_columns = inside_columns - m
    held, taken = float(rows[inside_rows].sum()), float(columns[inside_columns].sum())
    if held - taken <= CUT_TOLERANCE * total:
        return None
    return inside_rows, inside_columns, held, taken


def refuse_margins(
    prior: Array,
    rows: Array,
    columns: Array,
    row_labels: Labels,
    column_labels: Labels,
    at: Text,
    stopped: Text,
    worst: npt.NDArray[np.intp],
) -> BalanceError:
    """Return the error for totals that were not met: the contradiction if there is one, or the worst rows."""
    found = contradiction(prior, rows, columns)
    mend = Text(
        "Check these totals, or give small positive priors where there are zeros.",
        "请核对这些合计，或在零值处给出小的正先验。",
    )
    if found is None:
        listed = named(row_labels, worst, ROW)
        return BalanceError(
            Text(
                f"Balancing{at.en} did not converge {stopped.en}. Worst rows: {listed.en}.",
                f"{at.zh}平衡未收敛（{stopped.zh}）。误差最大的行：{listed.zh}。",
            ),
            mend,
        )
    sells, buys, held, taken = found
    if len(sells) == 0:
        listed = named(column_labels, buys, COLUMN)
        why = Text(
            f"columns {listed.en} can take nothing out of their zeros and signs, but sum to {taken:.6g}",
            f"受零值和符号所限，列{listed.zh}无法取得合计{taken:.6g}",
        )
    elif len(buys) == 0:
        listed = named(row_labels, sells, ROW)
        why = Text(
            f"rows {listed.en} have nowhere to go with their total of {held:.6g}",
            f"行{listed.zh}的合计{held:.6g}无处可去",
        )
    else:
        a, b = named(row_labels, sells, ROW), named(column_labels, buys, COLUMN)
        why = Text(
            f"the prior's zeros and signs let rows {a.en} (together {held:.6g}) go only to columns {b.en} "
            f"(together {taken:.6g})",
            f"受先验的零值和符号所限，行{a.zh}（合计{held:.6g}）只能流向列{b.zh}（合计{taken:.6g}）",
        )
    return BalanceError(
        Text(
            f"Balancing{at.en} did not converge {stopped.en}; no matrix has these totals: {why.en}.",
            f"{at.zh}平衡未收敛（{stopped.zh}）；不存在满足这些合计的矩阵：{why.zh}。",
        ),
        mend,
    )
