"""Dots with intervals, and a figure over the map with its contour lines."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest

from hinterland import charts
from hinterland.charts.surface import round_levels
from hinterland.study import LANGUAGES, Column, Result, Study, Text


def test_intervals_are_hollow_where_they_hold_zero(small_study: Study) -> None:
    frame = pd.DataFrame(
        {
            "industry": ["textiles", "machines", "services"],
            "x": [1.0, 0.5, math.nan],
            "x_low": [0.5, -0.5, math.nan],
            "x_high": [1.5, 1.5, math.nan],
        }
    )
    columns = (
        Column("industry", Text("Industry", "产业"), "industry"),
        *(Column(n, Text(n, n), "number", "", "estimated", "2020") for n in ("x", "x_low", "x_high")),
    )
    result = Result("weights", Text("W", "权"), frame, columns, Text("m", "法"))
    chart = charts.intervals(
        small_study, result, frame, "industry", "x", result.title, result.title, chart="w"
    )
    for language in LANGUAGES:
        option = chart.option(language)["baseOption"]
        json.dumps(option, allow_nan=False)
        data = option["series"][0]["data"]
        assert [d["hollow"] for d in data] == [False, True], "an unknown figure is not drawn"
        assert data[0]["value"] == [1.0, 0, 0.5, 1.5]
        assert small_study.label("industry", "textiles", language) in data[0]["tip"]


def test_the_contour_of_a_plane_is_a_straight_line() -> None:
    x, y = np.arange(5.0), np.arange(4.0)
    pieces = charts.contour(x, y, x[:, None] + 2 * y[None, :], 3.3)
    assert len(pieces) > 3
    for piece in pieces:
        for a, b in piece:
            assert a + 2 * b == pytest.approx(3.3)


def test_the_contour_of_a_bowl_is_closed_and_round() -> None:
    x = np.linspace(-1, 1, 41)
    pieces = charts.contour(x, x, x[:, None] ** 2 + x[None, :] ** 2, 0.51)
    ends = [tuple(np.round(point, 9)) for piece in pieces for point in piece]
    assert all(ends.count(point) == 2 for point in ends), "every end is the start of the next piece"
    assert np.hypot(*np.array(ends).T) == pytest.approx(np.full(len(ends), np.sqrt(0.51)), abs=2e-3)


def test_a_saddle_has_two_lines_and_a_gap_none() -> None:
    z = np.array([[1.0, -1.0], [-1.0, 1.0]])
    assert len(charts.contour([0, 1], [0, 1], z, 0.1)) == 2
    assert charts.contour([0, 1], [0, 1], np.where(z > 0, z, np.nan), 0.1) == []


@pytest.mark.parametrize("values", [[0.0, 0.13], [2.0, 900.0], [-4.0, 5.0]])
def test_levels_are_round_and_within(values: list[float]) -> None:
    levels = round_levels(values)
    assert 4 <= len(levels) <= 12
    assert all(values[0] < level < values[1] for level in levels)
    steps = np.diff(levels)
    assert steps == pytest.approx(np.full(len(steps), steps[0]))
    assert round_levels([3.0, 3.0]) == []


def test_the_map_has_cells_lines_and_places(small_study: Study) -> None:
    lon, lat = np.arange(8.0, 17.0, 2), np.arange(46.0, 53.0, 2)
    grid = pd.DataFrame(
        [(x, y, (x - 12) ** 2 + (y - 49) ** 2) for x in lon for y in lat], columns=["lon", "lat", "z"]
    )
    columns = tuple(Column(n, Text(n, n), "number", "", "estimated", "2020") for n in grid.columns)
    result = Result("map", Text("Map", "图"), grid, columns, Text("m", "法"))
    best = [(12.0, 49.0, Text("Best", "最优"))]
    chart = charts.surface(small_study, result, "z", result.title, result.title, chart="map", marks=best)
    for language in LANGUAGES:
        option = chart.option(language)
        json.dumps(option, allow_nan=False)
        cells, *lines, marks, places = option["series"]
        assert marks["data"] == [{"value": [2.0, 1.5], "tip": "最优" if language == "zh" else "Best"}]
        assert len(cells["data"]) == len(grid)
        assert cells["data"][0]["value"][:2] == [0.0, 0.0] and cells["data"][-1]["value"][:2] == [4.0, 3.0]
        assert len(lines) >= 3
        named = {d["tip"]: d for d in places["data"]}
        hills = named[small_study.label("region", "hills", language)]
        assert hills["symbol"] == "diamond" and hills["text"]
        assert hills["value"] == [2.0, 1.25]
        assert named[small_study.label("region", "coast", language)]["symbol"] == "emptyCircle"
