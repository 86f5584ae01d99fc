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
    value: str | tuple[str, str, str],
    title: Text,
    alt: Text,
    *,
    chart: str,
    filled: Sequence[str] | None = None,
    note: Text = EMPTY,
) -> Chart:
    """Return a dot with its interval for each row of `frame`, in its order.

    A dot is filled where its interval leaves out zero, hollow where it holds it.

    Parameters
    ----------
    category : str or sequence of Text
        The column whose codes name the rows, or the rows' names.
    value : str or (value, low, high)
        Columns of figures in one unit; a name alone stands beside ``value_low`` and ``value_high``.
    filled : sequence of codes, optional
        Rows with a filled dot instead.
    """
    value, *ends = (value, f"{value}_low", f"{value}_high") if isinstance(value, str) else value
    column = result.column(value)
    known = frame[[value, *ends]].notna().all(axis=1).to_numpy()
    shown = frame[known]
    write = writer(column, shown[[value, *ends]].to_numpy().ravel().tolist())
    short = None
    codes: list[str] = []
    if isinstance(category, str):
        of = result.column(category)
        codes = [str(code) for code in shown[category]]
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
            sure = (low > 0 or high < 0) if filled is None else codes[row] in filled
            data.append(
                {
                    "value": [figure, row, low, high],
                    "colour": palette.ACCENT if sure else palette.MUTED,
                    "hollow": not sure,
                    "tip": f"{label}\n{head}: {between.get(language)} {measured}".strip(),
                }
            )
        years = column.kind == "year"
        form = "hl:percent" if column.kind == "share" else "hl:year" if years else "hl:number"
        option: Option = {
            "grid": {"right": 24, "top": 28, "bottom": 6},
            "xAxis": axis(
                "value",
                **({"scale": True, "minInterval": 1} if years else {"min": 0} if least >= 0 else {}),
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
        wide = 190 if isinstance(category, str) and category != "industry" else NAMES
        return row_labels(option, wide, None, [t.get(language) for t in short] if short else None)

    columns = tuple(result.column(c) for c in (value, *ends))
    return Chart(chart, title, alt, (result.name,), build, columns, 26 * max(len(shown), 1) + 52, note)
