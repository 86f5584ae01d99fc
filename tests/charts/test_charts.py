"""Chart descriptions: plain data in both languages, with the figures of their tables."""

from __future__ import annotations

import base64
import gzip
import json
import math
import re
from pathlib import Path

import pandas as pd
import pytest

import hinterland.charts.palette as palette
from hinterland import charts
from hinterland.study import LANGUAGES, Column, Result, Study, Text, open_study
from studies import write_small_study


@pytest.fixture
def moves(small_study: Study) -> Result:
    frame = pd.DataFrame(
        {
            "industry": ["textiles", "textiles", "machines"],
            "origin": ["coast", "coast", "coast"],
            "host": ["hills", "plain", "hills"],
            "phase": [small_study.phases()[0].code] * 3,
            "output": [10.0, 5.0, 1.0],
        }
    )
    columns = (
        Column("industry", Text("Industry", "产业"), "industry"),
        Column("origin", Text("Origin", "转出地"), "region"),
        Column("host", Text("Host", "承接地"), "region"),
        Column("phase", Text("Phase", "阶段"), "phase"),
        Column("output", Text("Output", "产出"), "number", "million EUR", "estimated", "2026"),
    )
    return Result("plan_transfers", Text("Moves", "转移"), frame, columns, Text("m", "法"))


@pytest.fixture
def by_region(small_study: Study) -> Result:
    frame = pd.DataFrame(
        {
            "region": list(small_study.regions),
            "value": [-3.0, math.nan, 4.0],
            "rank": [2.0, math.nan, 1.0],
            "rank_low": [1.0, math.nan, 1.0],
            "rank_high": [3.0, math.nan, 2.0],
        }
    )
    columns = (
        Column("region", Text("Region", "地区"), "region"),
        *(
            Column(name, Text(name.capitalize(), "数"), "number", "", "observed", "2020")
            for name in frame.columns[1:]
        ),
    )
    return Result("by_region", Text("By region", "分地区"), frame, columns, Text("m", "法"))


def _plain(option: object) -> None:
    """Everything in an option is data that JSON has, without a not-a-number."""
    json.dumps(option, allow_nan=False)


def test_tile_map(small_study: Study, by_region: Result) -> None:
    chart = charts.tile_map(small_study, by_region, "value", by_region.title, by_region.title, chart="map")
    for language in LANGUAGES:
        option = chart.option(language)
        _plain(option)
        data = option["series"][0]["data"]
        assert [item["text"] for item in data] == [
            small_study.label("region", r, language) for r in small_study.regions
        ]
        assert [item["shown"] for item in data] == ["\N{MINUS SIGN}3", "–", "4"]
        assert data[1]["value"][2] is None  # unknown is not zero
        assert len({tuple(item["value"][:2]) for item in data}) == 3
        low, high = option["visualMap"]["min"], option["visualMap"]["max"]
        assert low == -high and high >= 4


def test_tiles_fall_back_to_rows_where_the_study_has_none(tmp_path: Path) -> None:
    folder = write_small_study(tmp_path / "study")
    regions = pd.read_csv(folder / "regions.csv")
    regions.drop(columns=["tile_col", "tile_row"], errors="ignore").to_csv(
        folder / "regions.csv", index=False
    )
    places = charts.tile_positions(open_study(folder))
    assert len(set(places.values())) == len(places) == 3


def test_sankey_keeps_every_amount(small_study: Study, moves: Result) -> None:
    chart = charts.sankey(small_study, moves, moves.title, moves.title, chart="sankey", most=1)
    option = chart.option("en")
    _plain(option)
    links = option["baseOption"]["series"][0]["links"]
    assert sum(link["value"] for link in links) == pytest.approx(2 * 16.0)
    names = {node["name"] for node in option["baseOption"]["series"][0]["data"]}
    assert {link[end] for link in links for end in ("source", "target")} == names


def test_gantt_spans_the_phase(small_study: Study, moves: Result) -> None:
    chart = charts.gantt(small_study, moves, "industry", moves.title, moves.title, chart="gantt")
    option = chart.option("zh")
    _plain(option)
    phase = small_study.phases()[0]
    bars = option["baseOption"]["series"][0]["data"]
    assert [bar["text"] for bar in bars] == ["15", "1"]
    assert {(bar["value"][0], bar["value"][2]) for bar in bars} == {(phase.start, phase.end + 1)}


def test_frontier_marks_the_chosen_and_leaves_out_the_unsolved(small_study: Study) -> None:
    frame = pd.DataFrame(
        {"point": [1, 2, 3], "a": [1.0, 2.0, math.nan], "b": [3.0, 2.0, 1.0], "chosen": [False, True, False]}
    )
    columns = (
        Column("point", Text("Point", "点"), "code"),
        Column("a", Text("A", "甲"), "number", "", "estimated"),
        Column("b", Text("B", "乙"), "number", "", "estimated"),
        Column("chosen", Text("Chosen", "选定"), "flag"),
    )
    result = Result("frontier", Text("F", "前沿"), frame, columns, Text("m", "法"))
    option = charts.frontier(small_study, result, "a", "b", result.title, result.title, chart="f").option(
        "en"
    )
    _plain(option)
    points = option["series"][1]["data"]
    assert [point["text"] for point in points] == ["1", "2 chosen"]
    assert points[1]["symbol"] == "diamond"


def test_ranks_leave_out_the_unknown(small_study: Study, by_region: Result) -> None:
    chart = charts.rank_intervals(small_study, by_region, by_region.title, by_region.title, chart="ranks")
    option = chart.option("en")
    _plain(option)
    assert [item["value"] for item in option["baseOption"]["series"][0]["data"]] == [
        [1.0, 0, 1.0, 2.0],
        [2.0, 1, 1.0, 3.0],
    ]


def test_bars_and_lines_keep_the_unknown_unknown(small_study: Study, by_region: Result) -> None:
    bars = charts.bars(
        small_study,
        by_region,
        by_region.frame,
        "region",
        ["value"],
        by_region.title,
        by_region.title,
        chart="b",
    ).option("en")
    _plain(bars)
    assert [item["value"] for item in bars["baseOption"]["series"][0]["data"]] == [-3.0, None, 4.0]
    columns = (Column("year", Text("Year", "年"), "year"), by_region.column("value"))
    frame = pd.DataFrame({"year": [2010, 2020], "value": [1.0, math.nan]})
    result = Result("r", Text("R", "果"), frame, columns, Text("m", "法"))
    lines = charts.lines(small_study, result, frame, "year", "value", result.title, result.title, chart="l")
    _plain(lines.option("zh"))
    assert [item["value"] for item in lines.option("zh")["series"][0]["data"]] == [
        [2010.0, 1.0],
        [2020.0, None],
    ]


def test_charts_cannot_leave_their_script_element(small_study: Study, by_region: Result) -> None:
    bad = Text("</script><script>alert(1)</script>", "<!-- 坏 -->")
    columns = (by_region.columns[0], Column("value", bad, "number", "", "observed"), *by_region.columns[2:])
    result = Result("r", bad, by_region.frame, columns, bad)
    chart = charts.tile_map(small_study, result, "value", bad, bad, chart="m")
    text = charts.packed([chart])
    assert text == charts.packed([chart])
    assert "<" not in text and ">" not in text
    found = json.loads(gzip.decompress(base64.b64decode(text)))
    assert "</script>" in found["m"]["en"]["series"][0]["data"][0]["tip"]


def test_a_notebook_shows_the_chart_in_a_frame_of_its_own(small_study: Study, by_region: Result) -> None:
    shown = charts.tile_map(
        small_study, by_region, "value", by_region.title, by_region.title, chart="m"
    )._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert "<script" not in shown  # escaped, all of it


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("colour", [*palette.SERIES, palette.INK, palette.MUTED, *palette.LEVELS.values()])
def test_colours_stand_out_on_white(colour: str) -> None:
    assert 1.05 / (_luminance(colour) + 0.05) >= 4.5


def test_the_bundle_carries_the_notices_of_what_it_bundles() -> None:
    script = charts.script()
    for words in (
        "Apache License",
        "The Apache Software Foundation",
        "Copyright (c) 2017, Baidu Inc.",
        "tslib",
    ):
        assert words in script
    assert "sha256:" in script.splitlines()[0]


def test_every_function_an_option_names_is_in_the_page_script() -> None:
    root = Path(__file__).parents[2]
    named = {
        found
        for path in (root / "src/hinterland/charts").glob("*.py")
        for found in re.findall(r'"hl:(\w+)"', path.read_text(encoding="utf-8"))
    }
    marks = (root / "frontend/src/marks.js").read_text(encoding="utf-8")
    assert named
    for name in named:
        assert re.search(rf"^  {name}: \(", marks, flags=re.MULTILINE), name


def test_the_lock_names_no_registry() -> None:
    lock = (Path(__file__).parents[2] / "frontend/package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
