"""Maps and heat maps: a tile for each region, a cell for each pair."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

import pandas as pd

from hinterland.charts import numbers, palette
from hinterland.charts.chart import Chart, Option, axis
from hinterland.charts.words import name, short_names, unit
from hinterland.study import EMPTY, LANGUAGES, Column, Language, Result, Study, Text

NAMES = 300
"""Room for the names of industries beside a chart, in pixels."""


def writer(column: Column, values: Sequence[float]) -> Callable[[float], str]:
    """Return the function that writes a column's figures: shares in per cent, others with like decimals."""
    if column.kind == "share":
        places = numbers.share_places(values)
        plain = _written(places)
        return lambda value: f"{plain(100 * value)}%" if math.isfinite(value) else numbers.UNKNOWN
    return _written(numbers.decimals(values))


def _written(places: int) -> Callable[[float], str]:
    """Return the function that writes figures with so many decimals."""

    def written(value: float) -> str:
        if 0 < abs(value) < 0.5 * 10.0**-places:  # among large figures more decimals are noise
            return _tiny(value, places)
        return numbers.figure(value, places)

    return written


def _tiny(value: float, places: int) -> str:
    """Write a figure that is less than half of the last decimal shown."""
    least = f"{10.0**-places:.{places}f}"
    return f"<{least}" if value > 0 else f">{numbers.MINUS}{least}"


def tile_positions(study: Study) -> dict[str, tuple[int, int]]:
    """Return column and row of each region's tile; without any, regions are laid out in the study's order."""
    table = study.frames["regions"]
    if {"tile_col", "tile_row"} <= set(table.columns):
        cols = pd.to_numeric(table["tile_col"], errors="coerce")
        rows = pd.to_numeric(table["tile_row"], errors="coerce")
        places = [
            (int(c), int(r)) for c, r in zip(cols, rows, strict=True) if math.isfinite(c) and math.isfinite(r)
        ]
        if len(places) == len(table) == len(set(places)):
            return dict(zip(table["region"], places, strict=True))
    across = math.ceil(math.sqrt(len(table) * 1.4))
    return {region: (i % across, i // across) for i, region in enumerate(table["region"])}


def _scale(values: Sequence[float], centre: float | None, worse_above: bool = False) -> Option:
    known = [v for v in values if v is not None and math.isfinite(v)]
    if centre is None and (not known or min(known) >= 0):
        low, high, colours = 0.0, numbers.nice_bound(max(known, default=0.0)), palette.SEQUENTIAL
    else:
        middle = centre or 0.0
        reach = numbers.nice_bound(max((abs(v - middle) for v in known), default=0.0))
        if middle > 0 and min(known, default=0.0) >= 0:
            reach = middle  # figures that cannot be negative: from nothing to twice the middle, and beyond
        low, high, colours = middle - reach, middle + reach, palette.DIVERGING
        if worse_above:
            colours = colours[::-1]
    return {
        "type": "continuous",
        "min": low,
        "max": high,
        "dimension": 2,
        "seriesIndex": 0,
        "inRange": {"color": list(colours)},
        "orient": "horizontal",
        "left": "center",
        "bottom": 0,
        "itemWidth": 12,
        "itemHeight": 150,
        "hoverLink": False,
        "padding": 2,
        "textStyle": {"fontSize": 12, "color": palette.INK},
    }


def _number(value: float, scale: Option) -> float | None:
    """Return a figure as it is coloured: within the scale's ends."""
    return min(max(float(value), scale["min"]), scale["max"]) if math.isfinite(value) else None


def _ends(scale: Option, values: Sequence[float], write: Callable[[float], str]) -> list[str]:
    """Return the words at the upper and lower end of a scale."""
    beyond = any(math.isfinite(v) and v > scale["max"] for v in values)
    return [("≥ " if beyond else "") + _round(write(scale["max"])), _round(write(scale["min"]))]


def _round(written: str) -> str:
    """Write a round figure without the noughts behind its point."""
    return re.sub(r"\.0+(?=%?$)|(?<=\.\d)0+(?=%?$)", "", written)


def tile_map(
    study: Study,
    result: Result,
    value: str,
    title: Text,
    alt: Text,
    *,
    chart: str,
    centre: float | None = None,
    absent: str = numbers.UNKNOWN,
    note: Text = EMPTY,
) -> Chart:
    """Return a tile-grid map: every region an equal tile near its place, hosts with a bold outline.

    Parameters
    ----------
    study : Study
        Gives the tiles (``tile_col``, ``tile_row`` of the table regions) and the names.
    result : Result
        With a column ``region`` (one row each) and the figure `value`; other regions are drawn as unknown.
    value : str
        Column drawn.
    centre : float, optional
        Middle of a diverging scale; by default 0 where figures have both signs.
    absent : str
        What a tile without a figure bears: a dash for the unknown, nothing where there is nothing to know.
    """
    places = tile_positions(study)
    figures = result.frame.set_index("region")[value].astype(float).reindex(list(places))
    column = result.column(value)
    write = writer(column, figures.tolist())
    hosts, origins = set(study.hosts), set(study.origins)
    across, down = (max(p[i] for p in places.values()) + 1 for i in (0, 1))

    def build(language: Language) -> Option:
        measured = unit(study, column.unit).get(language)
        scale = _scale(figures.tolist(), centre)
        scale["text"] = _ends(scale, figures.tolist(), write)
        data = []
        for region, (x, y) in places.items():
            label, number = study.label("region", region, language), float(figures[region])
            shown = write(number) if math.isfinite(number) else absent
            data.append(
                {
                    "value": [x, y, _number(number, scale)],
                    "text": label,
                    "short": region.rsplit("-", 1)[-1],
                    "shown": shown,
                    "mark": "host" if region in hosts else "origin" if region in origins else "",
                    "tip": f"{label}\n{column.label.get(language)}: {shown} {measured}".strip(),
                }
            )
        hidden = {"show": False}
        return {
            "grid": {"left": 2, "right": 2, "top": 2, "bottom": 40},
            "xAxis": axis("category", data=[str(i) for i in range(across)], **hidden),
            "yAxis": axis("category", data=[str(i) for i in range(down)], inverse=True, **hidden),
            "visualMap": scale,
            "series": [{"type": "custom", "renderItem": "hl:tile", "data": data, "encode": {"x": 0, "y": 1}}],
        }

    return Chart(chart, title, alt, (result.name,), build, (column,), 52 * down + 48, note)


def heat_map(
    study: Study,
    result: Result,
    frame: pd.DataFrame,
    rows: str,
    columns: str,
    value: str,
    title: Text,
    alt: Text,
    *,
    chart: str,
    centre: float | None = None,
    worse_above: bool = False,
    note: Text = EMPTY,
) -> Chart:
    """Return a heat map of `value`: a row for each code of `rows`, a column for each code of `columns`.

    `frame` is the part of the result's frame that is drawn, in the order in which it is to be drawn, or in
    that of the codes' categories where they have them. With `worse_above` the warm colours are those above
    the centre: more is worse.
    """
    down, across = _codes(frame[rows]), _codes(frame[columns])
    column = result.column(value)
    write = writer(column, frame[value].tolist())
    row_of, column_of = result.column(rows), result.column(columns)
    wide = 430 // max(len(across), 1)  # on paper there is no more room
    short = short_names(study, row_of, down)
    tall = column_of.kind == "phase"  # the names of phases are long and take several lines

    def build(language: Language) -> Option:
        named = {c: name(study, row_of, c).get(language) for c in down}
        headed = {c: name(study, column_of, c).get(language) for c in across}
        scale = _scale(frame[value].tolist(), centre, worse_above)
        scale["text"] = _ends(scale, frame[value].tolist(), write)
        data = [
            {
                "value": [across.index(c), down.index(r), _number(float(v), scale)],
                "text": "",
                "shown": write(float(v)),
                "tip": f"{named[r]} · {headed[c]}\n{column.label.get(language)}: {write(float(v))}",
            }
            for r, c, v in zip(frame[rows], frame[columns], frame[value], strict=True)
        ]
        return {
            **row_labels(
                {
                    "grid": {"right": 4, "top": 16 + 14 * (3 if tall else 1), "bottom": 40},
                    "xAxis": axis(
                        "category",
                        data=[_broken(headed[c], wide) for c in across],
                        position="top",
                        axisLabel={"interval": 0, "width": wide, "overflow": "break", "lineHeight": 14},
                    ),
                    "yAxis": axis("category", data=[named[r] for r in down], inverse=True),
                    "visualMap": scale,
                    "series": [
                        {"type": "custom", "renderItem": "hl:tile", "data": data, "encode": {"x": 0, "y": 1}}
                    ],
                },
                NAMES if rows in ("industry", "indicator") else 130,
                _narrow_heads([headed[c] for c in across], tall),
                [text.get(language) for text in short] if short else None,
            )
        }

    longest = max(
        (text_width(name(study, column_of, c).get(lang)) for c in across for lang in LANGUAGES), default=0
    )
    heads = 150 if tall or longest > 230 // max(len(across), 1) else 72  # on a phone they take several lines
    return Chart(chart, title, alt, (result.name,), build, (column,), 26 * len(down) + heads, note)


def _codes(codes: pd.Series[str]) -> list[str]:
    """Return the codes that occur, in the order of their categories, else as they come."""
    if isinstance(codes.dtype, pd.CategoricalDtype):
        return [str(c) for c in codes.cat.remove_unused_categories().cat.categories]
    return list(dict.fromkeys(codes))


def _broken(name: str, room: int) -> str:
    """Return a column's head, what stands in brackets on a line of its own where one line is too short."""
    return re.sub(r" ?(?=[(（])", "\n", name, count=1) if 1.1 * text_width(name) > room else name


def _narrow_heads(names: Sequence[str], tall: bool) -> Option:
    """Return the column heads of a heat map on a phone: in lines, or slanted where they are too long."""
    room = 230 // max(len(names), 1)
    longest = max((text_width(name) for name in names), default=0.0)
    label: Option = {"fontSize": 11, "width": room, "overflow": "break", "lineHeight": 13}
    if tall:
        return {"xAxis": {"axisLabel": label}, "grid": {"left": 108, "top": 74}}
    if longest <= room:
        return {"xAxis": {"axisLabel": {**label, "overflow": "none"}}}
    slanted = {**label, "rotate": -60, "width": 100, "overflow": "truncate"}
    return {
        "xAxis": {"axisLabel": slanted, "data": list(names)},
        "grid": {"left": 108, "top": 20 + round(min(longest, 100.0) * 0.87), "right": 16},
    }


def text_width(name: str, latin: float = 6.1, chinese: float = 12.0) -> float:
    """Estimate how wide a name is in pixels."""
    return sum(latin if ord(c) < 0x2E80 else chinese for c in name)


def row_labels(
    option: Option, width: int, narrow: Option | None = None, short: Sequence[str] | None = None
) -> Option:
    """Return an option whose row labels take `width` pixels; fewer on a phone, where they break into two
    lines and `short` names, where given, stand for the long ones."""
    label = {"interval": 0, "overflow": "truncate", "fontSize": 12, "color": palette.INK}
    names = option["yAxis"]["data"]
    if short is not None:  # a short name says more than a long one that is cut off
        names = [s if text_width(n) > width else n for n, s in zip(names, short, strict=True)]
    base = {**option, "yAxis": {**option["yAxis"], "data": names, "axisLabel": {**label, "width": width}}}
    base["grid"] = {**option["grid"], "left": width + 10}
    small: Option = {
        "grid": {"left": 108},
        "yAxis": {
            "axisLabel": {
                "width": 104,
                "fontSize": 11,
                "lineHeight": 12,
                "formatter": "hl:narrow",
                "overflow": "none",
            }
        },
        **(narrow or {}),
    }
    if short is not None:
        small["yAxis"]["data"] = list(short)
    broken = {"width": 180, "fontSize": 11, "lineHeight": 12, "formatter": "hl:middle", "overflow": "none"}
    middle: Option = {"grid": {"left": 190}, "yAxis": {"axisLabel": broken}} if width > 180 else {}
    return {
        "baseOption": base,
        "media": [
            {"query": {"maxWidth": 560}, "option": small},
            {"query": {"minWidth": 561, "maxWidth": 760}, "option": middle},
            {"option": {}},
        ],
    }
