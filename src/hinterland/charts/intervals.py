"""Figures as dots with their intervals, a row for each code."""

from __future__ import annotations

import math

import pandas as pd

from hinterland.charts import palette
from hinterland.charts.chart import Chart, Option, axis
from hinterland.charts.maps import NAMES, row_labels, writer
from hinterland.charts.words import name, short_names, unit
from hinterland.study import EMPTY, Language, Result, Study, Text


def intervals(
    study: Study,
    result: Result,
    frame: pd.DataFrame,
    category: str,
    value: str,
    title: Text,
    alt: Text,
    *,
    chart: str,
    note: Text = EMPTY,
) -> Chart:
    """Return dots with intervals: `value` between ``value_low`` and ``value_high``, in the frame's order.

    A dot is filled where its interval leaves out zero, hollow where it holds it.
    """
    of, column = result.column(category), result.column(value)
    ends = [f"{value}_low", f"{value}_high"]
    shown = frame.dropna(subset=[value, *ends])
    write = writer(column, shown[[value, *ends]].to_numpy().ravel().tolist())
    short = short_names(study, of, shown[category])

    def build(language: Language) -> Option:
        names = [name(study, of, code).get(language) for code in shown[category]]
        head, measured = column.label.get(language), unit(study, column.unit).get(language)
        data = []
        rows = shown[[value, *ends]].to_numpy(dtype=float)
        for row, (label, (figure, low, high)) in enumerate(zip(names, rows, strict=True)):
            between = Text("{x}, between {a} and {b}", "{x}，区间{a}至{b}").format(
                x=write(figure), a=write(low), b=write(high)
            )
            sure = low > 0 or high < 0
            data.append(
                {
                    "value": [figure, row, low, high],
                    "colour": palette.ACCENT if sure else palette.MUTED,
                    "hollow": not sure,
                    "tip": f"{label}\n{head}: {between.get(language)} {measured}".strip(),
                }
            )
        form = "hl:percent" if column.kind == "share" else "hl:number"
        option: Option = {
            "grid": {"right": 24, "top": 28, "bottom": 6},
            "xAxis": axis(
                "value",
                position="top",
                splitNumber=4,
                axisLabel={"formatter": form, "hideOverlap": True},
            ),
            "yAxis": axis("category", data=names, inverse=True, axisLine={"onZero": False}),
            "series": [
                {
                    "type": "custom",
                    "renderItem": "hl:interval",
                    "data": data,
                    "encode": {"x": [0, 2, 3], "y": 1},
                    "markLine": {
                        "silent": True,
                        "symbol": "none",
                        "data": [{"xAxis": 0}],
                        "label": {"show": False},
                        "lineStyle": {"color": palette.INK, "type": "solid", "width": 1},
                    },
                }
            ],
        }
        wide = NAMES if category == "industry" else 190
        return row_labels(option, wide, None, [t.get(language) for t in short] if short else None)

    known = [v for v in shown[value].tolist() if math.isfinite(v)]
    columns = tuple(result.column(c) for c in (value, *ends))
    return Chart(chart, title, alt, (result.name,), build, columns, 26 * max(len(known), 1) + 52, note)
