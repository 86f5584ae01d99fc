"""A figure over the map: shaded cells of a grid, lines of equal height, and the regions' points."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.charts import numbers, palette
from hinterland.charts.chart import Chart, Option, axis
from hinterland.charts.maps import writer
from hinterland.study import EMPTY, Language, Result, Study, Text

Floats = npt.NDArray[np.float64]
Segment = tuple[tuple[float, float], tuple[float, float]]


def contour(x: npt.ArrayLike, y: npt.ArrayLike, z: npt.ArrayLike, level: float) -> list[Segment]:
    """Return the line on which a surface over a grid has one height, as straight pieces (marching squares).

    Heights between grid points are linear along the edges of a cell; in a saddle the mean of its corners
    decides which way the line runs.

    Parameters
    ----------
    x : array [m]
    y : array [n]
    z : array [m, n]
        NaN leaves a cell without a line.
    level : float

    Returns
    -------
    list of ((x, y), (x, y))
    """
    a, b, h = (np.asarray(v, dtype=np.float64) for v in (x, y, z))
    out: list[Segment] = []
    for i in range(len(a) - 1):
        for j in range(len(b) - 1):
            corners = ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))
            heights = [float(h[c]) - level for c in corners]
            if not all(math.isfinite(v) for v in heights):
                continue
            crossed = []
            for k in range(4):
                here, there = heights[k], heights[(k + 1) % 4]
                if (here < 0) != (there < 0):
                    t = here / (here - there)
                    (p, q), (r, s) = corners[k], corners[(k + 1) % 4]
                    crossed.append((float(a[p] + t * (a[r] - a[p])), float(b[q] + t * (b[s] - b[q]))))
            if len(crossed) == 2:
                out.append((crossed[0], crossed[1]))
            elif len(crossed) == 4:
                turn = (sum(heights) < 0) == (heights[0] < 0)
                pairs = ((0, 1), (2, 3)) if turn else ((3, 0), (1, 2))
                out.extend((crossed[m], crossed[n]) for m, n in pairs)
    return out


def round_levels(values: Sequence[float], count: int = 8) -> list[float]:
    """Return about `count` round heights, evenly spaced, that lie within the values."""
    known = [v for v in values if math.isfinite(v)]
    if not known or max(known) <= min(known):
        return []
    rough = (max(known) - min(known)) / (count + 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * power >= rough)
    first = math.floor(min(known) / step) + 1
    return [k * step for k in range(first, first + 2 * count) if k * step < max(known)]


def _free(points: Sequence[Option], taken: Sequence[Sequence[float]], wide: int, tall: int) -> Option | None:
    """Return a point of a line, near its middle, where a label lies within the map and apart from others."""

    def clear(point: Option) -> bool:
        x, y = point["value"]
        inside = 0.12 * wide < x < 0.88 * wide and 0.08 * tall < y < 0.92 * tall
        return inside and all(abs(x - a) > 0.22 * wide or abs(y - b) > 0.1 * tall for a, b in taken)

    middle = len(points) // 2
    near = sorted(range(len(points)), key=lambda k: abs(k - middle))
    return next((points[k] for k in near if clear(points[k])), None)


def surface(
    study: Study,
    result: Result,
    value: str,
    title: Text,
    alt: Text,
    *,
    chart: str,
    note: Text = EMPTY,
    marks: Sequence[tuple[float, float, Text]] = (),
) -> Chart:
    """Return a map of `value` on a grid of longitude and latitude with contour lines and the regions' points.

    Hosts are filled diamonds with their names, origins hollow circles, other regions small dots.

    Parameters
    ----------
    study : Study
        Gives the regions' coordinates and roles.
    result : Result
        With columns lon, lat (a full grid) and `value`.
    marks : sequence of (longitude, latitude, name)
        Further points, drawn as triangles.
    """
    frame = result.frame
    lon, lat = (np.array(sorted(set(frame[k]))) for k in ("lon", "lat"))
    height = frame.pivot(index="lon", columns="lat", values=value).loc[lon, lat].to_numpy(dtype=float)
    step = float(lon[1] - lon[0]) if len(lon) > 1 else 1.0
    column = result.column(value)
    flat = [float(v) for v in height.ravel()]
    write = writer(column, flat)
    places = study.frames["regions"]
    spots = {
        str(r): (float(x), float(y))
        for r, x, y in zip(
            places["region"],
            pd.to_numeric(places["lon"], errors="coerce"),
            pd.to_numeric(places["lat"], errors="coerce"),
            strict=True,
        )
    }
    levels = round_levels(flat)

    def at(x: float, y: float) -> list[float]:
        """In cells of the grid, so that a cell is one unit wide for the script that draws it."""
        return [round((x - float(lon[0])) / step, 2), round((y - float(lat[0])) / step, 2)]

    def build(language: Language) -> Option:
        cells = [
            {
                "value": [*at(float(x), float(y)), round(float(height[i, j]), 4)],
                "text": "",
                "shown": "",
                "tip": write(float(height[i, j])),
            }
            for i, x in enumerate(lon)
            for j, y in enumerate(lat)
        ]
        series: list[Option] = [
            {"type": "custom", "renderItem": "hl:tile", "data": cells, "encode": {"x": 0, "y": 1}}
        ]
        said: list[list[float]] = []
        for level in levels:
            line: list[Option] = []
            for start, end in contour(lon, lat, height, level):
                line += [{"value": at(*start)}, {"value": at(*end)}, {"value": [None, None]}]
            spot = _free(line[::3], said, len(lon), len(lat))
            if spot is not None:
                said.append(spot["value"])
                spot["label"] = {"show": True, "formatter": write(level)}
            series.append(
                {
                    "type": "line",
                    "data": line,
                    "symbol": "circle",
                    "symbolSize": 0.1,
                    "silent": True,
                    "color": palette.INK,
                    "lineStyle": {"width": 1.2, "color": palette.INK},
                    "label": {
                        "show": False,
                        "fontSize": 11,
                        "color": palette.INK,
                        "backgroundColor": "#ffffffb0",
                    },
                    "z": 3,
                }
            )
        series.append(
            {
                "type": "scatter",
                "data": [{"value": at(x, y), "tip": name.get(language)} for x, y, name in marks],
                "symbol": "triangle",
                "symbolSize": 9,
                "itemStyle": {"color": palette.SERIES[2]},
                "z": 4,
            }
        )
        series.append(_spots(study, spots, at, language))
        scale: Option = {
            "type": "continuous",
            "min": 0.0 if min(flat) >= 0 else numbers.nice_bound(max(flat)) * -1,
            "max": numbers.nice_bound(max(flat)),
            "dimension": 2,
            "seriesIndex": 0,
            "inRange": {"color": list(palette.SEQUENTIAL)},
            "orient": "horizontal",
            "left": "center",
            "bottom": 0,
            "itemWidth": 12,
            "itemHeight": 150,
            "hoverLink": False,
            "padding": 2,
            "textStyle": {"fontSize": 12, "color": palette.INK},
        }
        scale["text"] = [write(scale["max"]), write(scale["min"])]
        hidden = {"axisLabel": {"show": False}, "splitLine": {"show": False}}
        return {
            "grid": {"left": 4, "right": 4, "top": 4, "bottom": 40},
            "xAxis": axis("value", min=-0.5, max=len(lon) - 0.5, **hidden),
            "yAxis": axis("value", min=-0.5, max=len(lat) - 0.5, **hidden),
            "visualMap": scale,
            "series": series,
        }

    tall = 26 * len(lat) + 44
    return Chart(chart, title, alt, (result.name,), build, (column,), tall, note)


def _spots(
    study: Study,
    spots: Mapping[str, tuple[float, float]],
    at: Callable[[float, float], list[float]],
    language: Language,
) -> Option:
    """The regions' points: hosts filled diamonds with their names, origins hollow, others small."""
    hosts, origins = set(study.hosts), set(study.origins)
    data = []
    for region, (x, y) in spots.items():
        if not (math.isfinite(x) and math.isfinite(y)):
            continue
        host = region in hosts
        name = study.label("region", region, language)
        data.append(
            {
                "value": at(x, y),
                "symbol": "diamond" if host else "emptyCircle" if region in origins else "circle",
                "symbolSize": 12 if host else 8 if region in origins else 5,
                "itemStyle": {"color": palette.WARM if host else palette.INK},
                "text": name if host else "",
                "tip": name,
            }
        )
    return {
        "type": "scatter",
        "data": data,
        "label": {
            "show": True,
            "formatter": "hl:label",
            "position": "right",
            "fontSize": 12,
            "color": palette.INK,
            "backgroundColor": "#ffffffb0",
        },
        "z": 4,
    }
