"""What balancing did, margin by margin, as a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.accounts.balance_problem import Balanced
from hinterland.study import Column, Result, Text


def balance_report(
    balanced: Balanced,
    prior: npt.ArrayLike,
    rows: npt.ArrayLike,
    columns: npt.ArrayLike,
    *,
    row_labels: Sequence[str] | None = None,
    column_labels: Sequence[str] | None = None,
    unit: str = "",
) -> Result:
    """Set each row's and column's total before and after balancing beside the one asked for.

    Columns: margin (code: row, column), label, prior_total, target, found (money), gap (relative to the
    turnover of the row or column), factor (found / prior).

    Parameters
    ----------
    balanced : Balanced
        Of one matrix (from `ras` or `gras`).
    prior, rows, columns
        As given to the method.
    """
    p = np.asarray(prior, dtype=np.float64)
    x = balanced.matrix
    frames = []
    for code, axis, totals, labels in (("row", 1, rows, row_labels), ("column", 0, columns, column_labels)):
        target = np.asarray(totals, dtype=np.float64)
        before, found, turnover = p.sum(axis), x.sum(axis), np.abs(x).sum(axis)
        frames.append(
            pd.DataFrame(
                {
                    "margin": code,
                    "label": list(labels) if labels is not None else [str(i + 1) for i in range(len(target))],
                    "prior_total": before,
                    "target": target,
                    "found": found,
                    "gap": np.divide(
                        np.abs(found - target), turnover, out=np.abs(found - target), where=turnover > 0
                    ),
                    "factor": np.divide(found, before, out=np.full_like(found, np.nan), where=before != 0),
                }
            )
        )
    figures = (
        ("prior_total", Text("Before", "平衡前"), unit),
        ("target", Text("Target", "目标值"), unit),
        ("found", Text("After", "平衡后"), unit),
        ("gap", Text("Relative gap", "相对误差"), "1"),
        ("factor", Text("After / before", "平衡后÷平衡前"), "1"),
    )
    steps, residual = int(balanced.iterations), float(balanced.residual)
    return Result(
        "balance_report",
        Text("Balancing: totals before and after", "平衡前后的合计"),
        pd.concat(frames, ignore_index=True),
        (
            Column("margin", Text("Margin", "方向"), "code"),
            Column("label", Text("Row or column", "行或列"), "text"),
            *(Column(n, t, "number", u, "estimated") for n, t, u in figures),
        ),
        Text(
            f"Balanced in {steps} iterations; largest relative gap {residual:.2g}.",
            f"迭代{steps}次；最大相对误差{residual:.2g}。",
        ),
    )
