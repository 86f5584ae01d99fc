"""Figures with their intervals: a dot for the figure, a line for what it may be."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from hinterland.charts import palette
from hinterland.charts.chart import Chart, Option, axis
from hinterland.charts.maps import row_labels, writer
from hinterland.charts.words import unit
from hinterland.study import EMPTY, Language, Result, Study, Text


def intervals(
    study: Study,
    result: Result,
    frame: pd.DataFrame,
    names: Sequence[Text],
    value: str,
    low: str,
    high: str,
    title: Text,
    alt: Text,
    *,
    chart: str,
    note: Text = EMPTY,
) -> Chart:
    """Return a row for each row of `frame`, in its order: a dot at `value`, a line from `low` to `high`.

    Parameters
    ----------
    names : sequence of Text
        What each row is called.
    value, low, high : str
        Columns of the result; rows where the value is unknown are left out.
    """
    columns = tuple(result.column(c) for c in (value, low, high))
    rows = [
        (name, float(middle), float(least), float(most))
        for name, middle, least, most in zip(names, frame[value], frame[low], frame[high], strict=True)
        if math.isfinite(middle)
    ]
    write = writer(columns[0], [v for row in rows for v in row[1:]])

    def build(language: Language) -> Option:
        measured = unit(study, columns[0].unit).get(language)
        data = []
        for place, (name, middle, least, most) in enumerate(rows):
            said = Text("{v} {u}, between {a} and {b}", "{v}{u}，区间{a}—{b}").format(
                v=write(middle), u=measured, a=write(least), b=write(most)
            )
            shown = said.get(language).replace(" ,", ",")
            data.append(
                {
                    "value": [middle, place, least, most],
                    "colour": palette.ACCENT,
                    "hollow": False,
                    "tip": f"{name.get(language)}\n{shown}",
                }
            )
        form = "hl:percent" if columns[0].kind == "share" else "hl:number"
        option: Option = {
            "grid": {"right": 20, "top": 28, "bottom": 6},
            "xAxis": axis(
                "value",
                min=0,
                position="top",
                splitNumber=4,
                axisLabel={"formatter": form, "hideOverlap": True},
            ),
            "yAxis": axis("category", data=[row[0].get(language) for row in rows], inverse=True),
            "series": [
                {
                    "type": "custom",
                    "renderItem": "hl:interval",
                    "data": data,
                    "encode": {"x": [0, 2, 3], "y": 1},
                }
            ],
        }
        return row_labels(option, 180)

    return Chart(chart, title, alt, (result.name,), build, columns[:1], 24 * len(rows) + 44, note)
