"""Estimates with their intervals, against nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hinterland.charts import palette
from hinterland.charts.chart import Chart, Option, axis
from hinterland.charts.maps import row_labels, writer
from hinterland.charts.words import name, unit
from hinterland.study import EMPTY, Language, Result, Study, Text


def intervals(
    study: Study,
    result: Result,
    frame: pd.DataFrame,
    category: str,
    bounds: tuple[str, str, str],
    title: Text,
    alt: Text,
    *,
    chart: str,
    filled: Sequence[str] | None = None,
    note: Text = EMPTY,
) -> Chart:
    """Return a dot with its interval for each row of `frame`, around the line of no effect.

    Parameters
    ----------
    category : str
        Column whose codes name the rows, one row each.
    bounds : (estimate, low, high)
        Columns of figures in one unit.
    filled : sequence of codes, optional
        Rows with a filled dot; the others have hollow ones. All are filled without it.
    """
    columns = tuple(result.column(c) for c in bounds)
    known = frame.dropna(subset=list(bounds))
    write = writer(columns[0], known[list(bounds)].to_numpy(dtype=float).ravel().tolist())
    of = result.column(category)

    def build(language: Language) -> Option:
        measured = unit(study, columns[0].unit).get(language)
        data = []
        for row, (code, value, low, high) in enumerate(known[[category, *bounds]].itertuples(index=False)):
            solid = filled is None or code in filled
            span = Text("{v} (between {a} and {b})", "{v}（区间{a}至{b}）").format(
                v=write(float(value)), a=write(float(low)), b=write(float(high))
            )
            data.append(
                {
                    "value": [float(value), row, float(low), float(high)],
                    "colour": palette.ACCENT if solid else palette.MUTED,
                    "hollow": not solid,
                    "tip": f"{name(study, of, code).get(language)}\n{span.get(language)} {measured}".strip(),
                }
            )
        option: Option = {
            "grid": {"right": 24, "top": 8, "bottom": 26},
            "xAxis": axis(
                "value",
                splitNumber=4,
                axisLabel={"formatter": "hl:number", "hideOverlap": True},
            ),
            "yAxis": axis(
                "category",
                data=[name(study, of, code).get(language) for code in known[category]],
                inverse=True,
            ),
            "series": [
                {
                    "type": "custom",
                    "renderItem": "hl:interval",
                    "data": data,
                    "encode": {"x": [0, 2, 3], "y": 1},
                }
            ],
        }
        return row_labels(option, 190)

    return Chart(chart, title, alt, (result.name,), build, columns, 28 * len(known) + 48, note)
