"""Figures as dots with their intervals, a row for each code."""

from __future__ import annotations

from collections.abc import Sequence

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
    category: str | Sequence[Text],
    value: str,
    title: Text,
    alt: Text,
    *,
    chart: str,
    note: Text = EMPTY,
) -> Chart:
    """Return dots with intervals: `value` between ``value_low`` and ``value_high``, in the frame's order.

    A dot is filled where its interval leaves out zero, hollow where it holds it.

    Parameters
    ----------
    category : str or sequence of Text
        The column whose codes name the rows, or the rows' names.
    """
    column = result.column(value)
    ends = [f"{value}_low", f"{value}_high"]
    known = frame[[value, *ends]].notna().all(axis=1).to_numpy()
    shown = frame[known]
    write = writer(column, shown[[value, *ends]].to_numpy().ravel().tolist())
    short = None
    if isinstance(category, str):
        of = result.column(category)
        called = [name(study, of, code) for code in shown[category]]
        short = short_names(study, of, shown[category])
    else:
        called = [said for said, there in zip(category, known, strict=True) if there]
    least = shown[ends[0]].min()

    def build(language: Language) -> Option:
        names = [said.get(language) for said in called]
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
                **({"min": 0} if least >= 0 else {}),
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

    columns = tuple(result.column(c) for c in (value, *ends))
    return Chart(chart, title, alt, (result.name,), build, columns, 26 * max(len(shown), 1) + 52, note)
