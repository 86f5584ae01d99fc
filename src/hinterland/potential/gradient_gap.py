"""How far apart do origin and host stand? The gap of the industrial gradient, industry by industry."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hinterland.potential.gradient import gradient
from hinterland.study import Column, Result, Study, Text


def gradient_gap(study: Study) -> Result:
    """Gap of the industrial gradient between every origin and host in every industry that can move.

    Returns
    -------
    Result ``gradient_gap``: industry, origin, host, gradient_origin, gradient_host, gradient_gap (log of
    their ratio; positive where the origin stands higher; empty where either has no gradient above zero).

    Raises
    ------
    StudyError
        As `gradient`.
    """
    whole = gradient(study)
    table = whole.frame.pivot(index="industry", columns="region", values="gradient")
    rows = [
        (industry, origin, host, float(table.at[industry, origin]), float(table.at[industry, host]))
        for industry in study.transferable
        for origin in study.origins
        for host in study.hosts
    ]
    frame = pd.DataFrame(rows, columns=["industry", "origin", "host", "gradient_origin", "gradient_host"])
    above, below = frame["gradient_origin"], frame["gradient_host"]
    frame["gradient_gap"] = np.log(above.where(above > 0)) - np.log(below.where(below > 0))
    base = whole.column("gradient")

    def figure(name: str, unit: str = "") -> Column:
        return Column(name, study.text("column", name), "number", unit, base.status, base.year, base.sources)

    return Result(
        "gradient_gap",
        Text("Gap of the gradient between origins and hosts", "转出地与承接地的产业梯度差"),
        frame,
        (
            Column("industry", study.text("column", "industry"), "industry"),
            Column("origin", study.text("column", "origin"), "region"),
            Column("host", study.text("column", "host"), "region"),
            figure("gradient_origin"),
            figure("gradient_host"),
            figure("gradient_gap", "log ratio"),
        ),
        Text(
            "Logarithm of the origin's gradient over the host's: positive where the industry stands higher"
            " at the origin, so that a move goes down the gradient; 0.69 is twice as high. ",
            "转出地与承接地产业梯度系数之比的对数：为正表示转出地梯度更高，转移为顺梯度；0.69相当于两倍。",
        )
        + whole.method,
        whole.note,
    )
