"""Estimates with their intervals: plain data, the unknown left out, the line of no effect in view."""

from __future__ import annotations

import json
import math

import pandas as pd

from hinterland import charts
from hinterland.study import LANGUAGES, Column, Result, Study, Text

COLUMNS = (
    Column("specification", Text("Specification", "设定"), "code"),
    *(Column(k, Text(k, "数"), "number", "", "estimated", "2020") for k in ("estimate", "low", "high")),
)


def made() -> Result:
    frame = pd.DataFrame(
        {
            "specification": ["plain", "controls", "lag"],
            "estimate": [0.2, 0.1, math.nan],
            "low": [0.1, -0.1, math.nan],
            "high": [0.3, 0.3, math.nan],
        }
    )
    return Result("effects", Text("Effects", "效应"), frame, COLUMNS, Text("m", "法"))


def test_a_dot_with_its_interval_for_every_known_row(small_study: Study) -> None:
    found = made()
    chart = charts.intervals(
        small_study,
        found,
        found.frame,
        "specification",
        ("estimate", "low", "high"),
        found.title,
        found.title,
        chart="effects",
        filled=["controls"],
    )
    for language in LANGUAGES:
        option = chart.option(language)
        json.dumps(option, allow_nan=False)
        data = option["baseOption"]["series"][0]["data"]
        assert [item["value"] for item in data] == [[0.2, 0, 0.1, 0.3], [0.1, 1, -0.1, 0.3]]
        assert [item["hollow"] for item in data] == [True, False]
    assert option["baseOption"]["yAxis"]["data"] == ["无控制变量", "含控制变量"]
    assert "区间" in data[1]["tip"]


def test_no_row_known_is_an_empty_chart(small_study: Study) -> None:
    found = made()
    chart = charts.intervals(
        small_study,
        found,
        found.frame.iloc[2:],
        "specification",
        ("estimate", "low", "high"),
        found.title,
        found.title,
        chart="effects",
    )
    assert chart.option("en")["baseOption"]["series"][0]["data"] == []
