"""Bars, lines and ranks with their intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from hinterland.charts import palette
from hinterland.charts.chart import Chart, Option, axis
from hinterland.charts.maps import NAMES, row_labels, text_width, writer
from hinterland.charts.words import name, short_names, unit
from hinterland.study import EMPTY, Column, Language, Result, Study, Text

_SYMBOLS = ("circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect", "emptyTriangle", "pin")
_DASHES = ("solid", "dashed", "dotted")
_HATCH: tuple[Option, ...] = (
    {"symbol": "none"},
    {
        "symbol": "rect",
        "dashArrayX": [1, 0],
        "dashArrayY": [2, 5],
        "rotation": -0.785,
        "color": "rgba(255,255,255,.45)",
    },
    {
        "symbol": "circle",
        "symbolSize": 0.6,
        "dashArrayX": [[8, 8], [0, 8, 8, 0]],
        "dashArrayY": [6, 0],
        "color": "rgba(255,255,255,.5)",
    },
    {
        "symbol": "rect",
        "dashArrayX": [1, 0],
        "dashArrayY": [2, 5],
        "rotation": 0.785,
        "color": "rgba(255,255,255,.45)",
    },
    {
        "symbol": "rect",
        "dashArrayX": [1, 0],
        "dashArrayY": [3, 6],
        "rotation": 0,
        "color": "rgba(255,255,255,.4)",
    },
)


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def bars(
    study: Study,
    result: Result,
    frame: pd.DataFrame,
    category: str,
    values: Sequence[str],
    title: Text,
    alt: Text,
    *,
    chart: str,
    stacked: bool = False,
    colours: Mapping[str, str] | None = None,
    called: Sequence[Text] | None = None,
    note: Text = EMPTY,
) -> Chart:
    """Return horizontal bars: a row for each code of `category`, a bar (or part of one) for each of `values`.

    `called` are the rows' names where they have no codes. Each bar is labelled with its figure; series are
    told apart by hatching as well as colour.
    """
    columns = [result.column(v) for v in values]
    of = result.column(category)
    writers = [writer(c, frame[c.name].tolist()) for c in columns]
    single = len(columns) == 1
    short = short_names(study, of, frame[category])
    rows_called = called or [name(study, of, code) for code in frame[category]]
    below = bool((frame[[c.name for c in columns]] < 0).any(axis=None))

    def build(language: Language) -> Option:
        names = [row.get(language) for row in rows_called]
        series = []
        for number, (column, write) in enumerate(zip(columns, writers, strict=True)):
            measured = unit(study, column.unit).get(language)
            data = []
            for row, value in zip(names, frame[column.name].astype(float), strict=True):
                colour = (
                    palette.WARM if single and value < 0 else palette.SERIES[number % len(palette.SERIES)]
                )
                data.append(
                    {
                        "value": _finite(value),
                        "text": write(value),
                        "itemStyle": {"color": colour, "decal": _HATCH[number % len(_HATCH)]},
                        "label": {"position": "left" if value < 0 else "right"},
                        "tip": f"{row}\n{column.label.get(language)}: {write(value)} {measured}".strip(),
                    }
                )
            series.append(
                {
                    "type": "bar",
                    "name": column.label.get(language),
                    "data": data,
                    "stack": "all" if stacked else None,
                    "barMaxWidth": 18,
                    "color": palette.SERIES[number % len(palette.SERIES)],
                    "label": {
                        "show": not stacked,
                        "formatter": "hl:label",
                        "fontSize": 12,
                        "color": palette.INK,
                    },
                    "labelLayout": {"hideOverlap": True},
                }
            )
        option: Option = {
            "grid": {"right": 60, "top": 4 if single else 34, "bottom": 24},
            "xAxis": _figures(columns[0], "12%" if below else "0%"),
            "yAxis": axis("category", data=names, inverse=True),
            "series": series,
        }
        if not single:
            option["legend"] = _legend()
        # On a phone a label takes a larger part of the axis.
        left = "0%" if not below else "45%" if single else "75%"
        gap: Option = {"xAxis": {"boundaryGap": [left, "40%"], "splitNumber": 2}}
        if not single:  # there the legend takes two lines
            gap["grid"] = {"left": 108, "top": 58}
        named = called or category in ("industry", "indicator", "parameter", "stress", "world")
        wide = NAMES if named else 120
        return row_labels(option, wide, gap, [text.get(language) for text in short] if short else None)

    rows = len(frame) * (1 if stacked or single else len(columns))
    return Chart(chart, title, alt, (result.name,), build, tuple(columns), 26 * rows + 64, note)


def _figures(column: Column, low: str = "0%") -> Option:
    form = "hl:percent" if column.kind == "share" else "hl:number"
    return axis(
        "value",
        boundaryGap=[low, "12%"],
        splitNumber=4,
        axisLabel={"formatter": form, "hideOverlap": True},
    )


def _legend() -> Option:
    return {
        "type": "plain",
        "top": 0,
        "left": 0,
        "itemGap": 14,
        "itemWidth": 22,
        "textStyle": {"fontSize": 12, "color": palette.INK},
        "selectedMode": False,
    }


def lines(
    study: Study,
    result: Result,
    frame: pd.DataFrame,
    x: str,
    value: str,
    title: Text,
    alt: Text,
    *,
    chart: str,
    by: str | None = None,
    note: Text = EMPTY,
) -> Chart:
    """Return `value` over the years, numbers or shares in `x`, a line for each code of `by`; marks differ in
    shape and dash."""
    column, along = result.column(value), result.column(x)
    write = writer(column, frame[value].tolist())
    place = writer(along, frame[x].tolist()) if along.kind == "share" else "{:g}".format
    codes = list(dict.fromkeys(frame[by])) if by else [""]

    def build(language: Language) -> Option:
        series = []
        for number, code in enumerate(codes):
            part = frame[frame[by] == code] if by else frame
            label = name(study, result.column(by), code).get(language) if by else column.label.get(language)
            ordered = part.sort_values(x, kind="stable")
            data: list[Option] = [
                {
                    "value": [float(at), _finite(float(v))],
                    "text": write(float(v)),
                    "tip": f"{label}\n{place(at)}: {write(float(v))}",
                }
                for at, v in zip(ordered[x], ordered[value], strict=True)
            ]
            if data:  # at the ends a label stands beside its point, clear of the axis
                data[0]["label"] = {"align": "left"}
                data[-1]["label"] = {"align": "right"}
            series.append(
                {
                    "type": "line",
                    "name": label,
                    "data": data,
                    "symbol": _SYMBOLS[number % len(_SYMBOLS)],
                    "symbolSize": 8,
                    "color": palette.SERIES[number % len(palette.SERIES)],
                    "lineStyle": {"width": 2, "type": _DASHES[number % len(_DASHES)]},
                    "label": {
                        "show": len(codes) == 1,
                        "formatter": "hl:label",
                        "position": "top",
                        "fontSize": 12,
                        "color": palette.INK,
                    },
                    "labelLayout": {"hideOverlap": True},
                }
            )
        years = sorted({float(v) for v in frame[x]})
        # the legend's lines on a phone, where about 300 pixels hold marks and names
        legend = sum(text_width(str(one["name"])) + 36 for one in series)
        top = 24 if len(codes) == 1 else 64 + 18 * max(0, math.ceil(legend / 300) - 2)
        option: Option = {
            "grid": {"left": 52, "right": 24, "top": top, "bottom": 28},
            "xAxis": axis(
                "value",
                min=min(years, default=0.0),
                max=max(years, default=1.0),
                **({} if along.kind == "share" else {"minInterval": 1}),
                axisLabel={
                    "formatter": "hl:percent" if along.kind == "share" else "hl:year",
                    "hideOverlap": True,
                    "customValues": years,
                },
                splitLine={"show": False},
            ),
            "yAxis": _figures(column) | {"scale": False, "boundaryGap": [0, "8%"]},
            "series": series,
        }
        if len(codes) > 1:
            option["legend"] = _legend()
        return option

    return Chart(chart, title, alt, (result.name,), build, (column,), 320 if len(codes) == 1 else 400, note)


def rank_intervals(
    study: Study, result: Result, title: Text, alt: Text, *, chart: str, note: Text = EMPTY
) -> Chart:
    """Return ranks as dots with their intervals, best on top; hosts have filled dots, others hollow ones.

    Parameters
    ----------
    result : Result
        With columns ``region``, ``rank``, ``rank_low`` and ``rank_high``.
    """
    frame = result.frame.dropna(subset=["rank"]).sort_values("rank", kind="stable")
    hosts = set(study.hosts)
    columns = tuple(result.column(c) for c in ("rank", "rank_low", "rank_high"))

    def build(language: Language) -> Option:
        data = []
        for row, (region, rank, low, high) in enumerate(
            zip(frame["region"], frame["rank"], frame["rank_low"], frame["rank_high"], strict=True)
        ):
            ends = [float(v) if math.isfinite(v) else float(rank) for v in (low, high)]
            span = Text("rank {r:g}, between {a:g} and {b:g}", "第{r:g}位，区间{a:g}—{b:g}").format(
                r=rank, a=ends[0], b=ends[1]
            )
            data.append(
                {
                    "value": [float(rank), row, *ends],
                    "colour": palette.ACCENT if region in hosts else palette.MUTED,
                    "hollow": region not in hosts,
                    "tip": f"{study.label('region', region, language)}\n{span.get(language)}",
                }
            )
        option: Option = {
            "grid": {"right": 16, "top": 28, "bottom": 6},
            "xAxis": axis("value", min=0, position="top", axisLabel={"hideOverlap": True}),
            "yAxis": axis(
                "category",
                data=[study.label("region", r, language) for r in frame["region"]],
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
        return row_labels(option, 110)

    return Chart(chart, title, alt, (result.name,), build, columns, 22 * len(frame) + 44, note)
