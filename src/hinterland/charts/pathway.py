"""The plan over time and against its alternatives: phases as bars, the frontier as points."""

from __future__ import annotations

import math
from typing import Literal

import pandas as pd

from hinterland.charts import numbers, palette
from hinterland.charts.chart import Chart, Option, axis
from hinterland.charts.maps import NAMES, row_labels
from hinterland.charts.words import name, phase_name, short_names, unit
from hinterland.study import EMPTY, Language, Result, Study, Text


def gantt(
    study: Study,
    result: Result,
    by: Literal["industry", "host"],
    title: Text,
    alt: Text,
    *,
    chart: str,
    value: str = "output",
    most: int = 20,
    note: Text = EMPTY,
) -> Chart:
    """Return phases as bars along the years, a row for each host or industry; a bar's area shows the amount.

    Parameters
    ----------
    result : Result
        With columns ``phase``, `by` and the figure `value`; other columns are summed over.
    most : int
        Rows at most: those with the largest amounts.
    """
    column, row_of = result.column(value), result.column(by)
    phases = {phase.code: phase for phase in study.phases()}
    frame = result.frame.assign(phase=result.frame["phase"].astype(str))
    frame = frame[frame["phase"].isin(list(phases))]
    table = frame.pivot_table(index=by, columns="phase", values=value, aggfunc="sum", observed=True)
    order = table.sum(axis=1).sort_values(ascending=False, kind="stable").index[:most]
    table = table.reindex(order)
    places = numbers.decimals(table.to_numpy().ravel().tolist())
    biggest = float(table.max(axis=None)) if table.size else 1.0
    colours = (palette.SERIES[0], palette.SERIES[2], palette.SERIES[3], palette.SERIES[4], palette.SERIES[5])

    def build(language: Language) -> Option:
        measured = unit(study, column.unit).get(language)
        data = []
        for row, code in enumerate(table.index):
            for number, (phase_code, phase) in enumerate(phases.items()):
                amount = table.at[code, phase_code] if phase_code in table.columns else math.nan
                if not amount > 0:
                    continue
                shown = numbers.figure(float(amount), places)
                data.append(
                    {
                        "value": [phase.start, row, phase.end + 1, float(amount) / biggest],
                        "text": shown,
                        "colour": colours[number % len(colours)],
                        "tip": f"{name(study, row_of, code).get(language)}\n"
                        f"{phase_name(study, phase_code).get(language)}\n{shown} {measured}",
                    }
                )
        first, last = min(p.start for p in phases.values()), max(p.end for p in phases.values()) + 1
        option: Option = {
            "grid": {"right": 16, "top": 28, "bottom": 6},
            "xAxis": axis(
                "value",
                min=first,
                max=last,
                interval=1,
                position="top",
                axisLabel={
                    "formatter": "hl:year",
                    "hideOverlap": True,
                    "align": "left",  # the year begins here
                    "showMaxLabel": False,
                },
            ),
            "yAxis": axis(
                "category",
                data=[name(study, row_of, c).get(language) for c in table.index],
                inverse=True,
                axisTick={"show": False},
                splitLine={"show": True, "lineStyle": {"color": palette.RULE}},
            ),
            "series": [
                {
                    "type": "custom",
                    "renderItem": "hl:span",
                    "data": data,
                    "encode": {"x": [0, 2], "y": 1},
                    "clip": True,
                }
            ],
        }
        short = short_names(study, row_of, table.index)
        wide = NAMES if by == "industry" else 110
        return row_labels(option, wide, short=[text.get(language) for text in short] if short else None)

    return Chart(chart, title, alt, (result.name,), build, (column,), 44 * len(table) + 44, note)


def frontier(
    study: Study,
    result: Result,
    x: str,
    y: str,
    title: Text,
    alt: Text,
    *,
    chart: str,
    note: Text = EMPTY,
) -> Chart:
    """Return the frontier's points in two of its objectives, numbered where there is room, the chosen one
    marked and named.

    Parameters
    ----------
    result : Result
        With columns ``point``, ``chosen`` (flag) and the figures `x` and `y`; unsolved points are left out.
    """
    across, up = result.column(x), result.column(y)
    frame = result.frame.dropna(subset=[x, y]).sort_values([x, y], kind="stable")
    write_x = numbers.decimals(frame[x].tolist())
    write_y = numbers.decimals(frame[y].tolist())
    sides = _sides(
        list(zip(frame[x].astype(float), frame[y].astype(float), strict=True)),
        [bool(c) for c in frame["chosen"]],
    )

    def build(language: Language) -> Option:
        unit_x, unit_y = (unit(study, c.unit).get(language) for c in (across, up))
        word = Text("chosen", "选定方案").get(language)

        def point(row: pd.Series[float], side: str) -> Option:
            chosen = bool(row["chosen"])
            number = f"{row['point']:g}" if isinstance(row["point"], (int, float)) else str(row["point"])
            return {
                "value": [float(row[x]), float(row[y])],
                "symbol": "diamond" if chosen else "circle",
                "symbolSize": 18 if chosen else 10,
                "itemStyle": {"color": palette.WARM if chosen else palette.ACCENT},
                "text": f"{number} {word}" if chosen else number,
                "label": {"show": bool(side), "position": side or "top"},
                "tip": f"{number}{' · ' + word if chosen else ''}\n"
                f"{across.label.get(language)}: {numbers.figure(float(row[x]), write_x)} {unit_x}\n"
                f"{up.label.get(language)}: {numbers.figure(float(row[y]), write_y)} {unit_y}",
            }

        points = [point(row, side) for (_, row), side in zip(frame.iterrows(), sides, strict=True)]
        named = {"nameGap": 28, "nameLocation": "middle", "scale": True}
        label = {"formatter": "hl:number", "hideOverlap": True}
        return {
            "grid": {"left": 64, "right": 40, "top": 52, "bottom": 50},
            "xAxis": axis(
                "value", name=_titled(across.label.get(language), unit_x), axisLabel=label, **named
            ),
            "yAxis": axis(
                "value",
                name=_titled(up.label.get(language), unit_y),
                scale=True,
                nameLocation="end",
                nameGap=30,
                axisLabel={"formatter": "hl:number"},
                nameTextStyle={
                    "align": "left",
                    "color": palette.MUTED,
                    "fontSize": 12,
                    "padding": [0, 0, 0, -56],
                },
            ),
            "series": [
                {
                    "type": "line",
                    "data": [p["value"] for p in points],
                    "showSymbol": False,
                    "silent": True,
                    "lineStyle": {"color": palette.MUTED, "width": 1, "type": "dashed"},
                },
                {
                    "type": "scatter",
                    "data": points,
                    "label": {
                        "formatter": "hl:label",
                        "distance": 6,
                        "textBorderColor": "#ffffff",
                        "textBorderWidth": 3,
                        "fontSize": 12,
                        "color": palette.INK,
                    },
                },
            ],
        }

    return Chart(chart, title, alt, (result.name,), build, (across, up), 360, note)


_PLOT = (250.0, 230.0)
"""Pixels that the points of a frontier spread over on the narrowest screen."""


Box = tuple[float, float, float, float]


def _fits(box: Box) -> bool:
    return box[0] >= -20 and box[1] >= -10 and box[2] <= _PLOT[0] + 30 and box[3] <= _PLOT[1] + 20


def _meet(a: Box, b: Box) -> bool:
    return b[0] < a[2] and a[0] < b[2] and b[1] < a[3] and a[1] < b[3]


def _sides(points: list[tuple[float, float]], chosen: list[bool]) -> list[str]:
    """Return on which side of each point its label stands clear of marks and other labels; "" where none is.

    The chosen point and both ends come first; a chosen point is labelled in any case.
    """
    low = [min(p[k] for p in points) for k in (0, 1)]
    span = [max(p[k] for p in points) - low[k] or 1.0 for k in (0, 1)]
    at = [tuple((p[k] - low[k]) / span[k] * _PLOT[k] for k in (0, 1)) for p in points]
    boxes = [(px - 6, py - 6, px + 6, py + 6) for px, py in at]
    taken: list[Box] = []
    out = [""] * len(points)
    last = len(points) - 1
    for i in sorted(range(len(points)), key=lambda i: (not chosen[i], i not in (0, last), i)):
        (px, py), wide, gap = at[i], 70 if chosen[i] else 16, 14 if chosen[i] else 9
        tried = {
            "right": (px + gap, py - 7, px + gap + wide, py + 7),
            "left": (px - gap - wide, py - 7, px - gap, py + 7),
            "top": (px - wide / 2, py + gap, px + wide / 2, py + gap + 14),
            "bottom": (px - wide / 2, py - gap - 14, px + wide / 2, py - gap),
        }
        if chosen[i] and px > _PLOT[0] / 2:
            tried = {side: tried[side] for side in ("left", "right", "bottom", "top")}
        others = [*taken, *(box for k, box in enumerate(boxes) if k != i)]
        clear = (side for side, box in tried.items() if _fits(box) and not any(_meet(box, b) for b in others))
        out[i] = next(clear, "top" if chosen[i] else "")
        if out[i]:
            taken.append(tried[out[i]])
    return out


def _titled(label: str, unit_text: str) -> str:
    comma = "" if not unit_text else ", " if label.isascii() else "，"
    return f"{label}{comma}{unit_text}"
