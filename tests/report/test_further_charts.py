"""Charts of results that the built-in study has no data for."""

from __future__ import annotations

import pandas as pd
import pytest

from hinterland.report.chapters import further
from hinterland.study import Column, Result, Study, Text


def _result(study: Study, name: str, frame: pd.DataFrame, kinds: dict[str, str]) -> Result:
    columns = tuple(
        Column(c, study.text("column", c), kinds.get(c, "number"), "", None if c in kinds else "observed")  # type: ignore[arg-type]
        for c in frame
    )
    return Result(name, Text("T", "题"), frame, columns, Text("m", "法"))


def test_recorded_moves_are_summed_by_origin_and_host(southwest: Study) -> None:
    rows = [
        ("a", "textiles", "CN-GD", "CN-GX", 2.0),
        ("b", "textiles", "CN-GD", "CN-GX", 3.0),
        ("a", "electronics", "CN-GD", "CN-SC", 1.0),
    ]
    frame = pd.DataFrame(rows, columns=["phase", "industry", "origin", "host", "events"])
    kinds = {"phase": "phase", "industry": "industry", "origin": "region", "host": "region"}
    found = _result(southwest, "transfer_events", frame, kinds)
    (chart,) = further.transfer_events(southwest, {"transfer_events": found})
    option = chart.options()["zh"]["baseOption"]
    shown = {tuple(tile["value"][:2]): tile["shown"] for tile in option["series"][0]["data"]}
    assert shown == {(0, 0): "5", (1, 0): "1"}
    assert option["xAxis"]["data"] == ["广西", "四川"] and option["yAxis"]["data"] == ["广东"]


def test_demand_shows_the_hosts_and_the_markets_that_give(southwest: Study) -> None:
    rows = [("CN-GD", "CN-SC", -4.0), ("CN-SC", "CN-SC", 2.0), ("CN-GD", "CN-HB", 9.0)]
    frame = pd.DataFrame(rows, columns=["market", "region", "moved"])
    found = _result(southwest, "transfer_demand", frame, {"market": "region", "region": "region"})
    (chart,) = further.transfer_demand(southwest, {"transfer_demand": found})
    data = chart.options()["en"]["baseOption"]["series"][0]["data"]
    assert [tile["shown"] for tile in data] == ["\N{MINUS SIGN}4", "2"]


@pytest.mark.parametrize("value", [0.02, float("nan")])
def test_an_index_without_figures_has_no_chart(southwest: Study, value: float) -> None:
    frame = pd.DataFrame([("textiles", 2012, value)], columns=["industry", "year", "ellison_glaeser"])
    found = _result(southwest, "ellison_glaeser", frame, {"industry": "industry", "year": "year"})
    charts = further.ellison_glaeser(southwest, {"ellison_glaeser": found})
    assert len(charts) == (value == value)
