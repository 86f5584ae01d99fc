"""Recorded moves are added up exactly, refused with the record's name, and never dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import hinterland as hl
from hinterland import measure
from hinterland.measure.transfer_events import add_up, phase_of_year
from hinterland.study import Phase, Study, StudyError, Text, check_study

HEADER = "event,year,industry,origin,host,output,investment,employment,firm,project,source\n"
ROWS = """\
e1,2012,textiles,coast,hills,40,,0.5,Alpha,one,
e2,2014,textiles,coast,hills,2.5,10,,Beta,,
e3,2016,machines,,plain,,30,,Gamma,,
e4,2017,machines,coast,plain,7,,,,,
e5,2024,machines,coast,plain,9,,,,,
e6,2013,textiles,hills,hills,,,,Delta,,
e7,2015,textiles,coast,hills,1,,,,,
"""


@pytest.fixture
def folder(full_folder: Path) -> Path:
    (full_folder / "transfer_events.csv").write_text(HEADER + ROWS, encoding="utf-8")
    return full_folder


@pytest.fixture
def study(folder: Path) -> Study:
    return hl.open_study(folder)


def test_events_are_added_up_and_none_is_dropped(study: Study) -> None:
    result = measure.transfer_events(study)
    frame = result.frame.set_index(["phase", "industry", "origin", "host"])
    assert int(frame["events"].sum()) == 7
    # a phase of the past runs up to the output table of its last year: 2015 belongs to the earlier one
    cell = frame.loc[("before", "textiles", "coast", "hills")]
    assert cell["events"] == 3 and cell["output"] == 43.5 and cell["output_events"] == 3
    assert cell["investment"] == 10 and cell["investment_events"] == 1
    assert cell["employment"] == 0.5 and cell["employment_events"] == 1
    unknown = frame.loc[("since", "machines", "unknown", "plain")]
    assert unknown["events"] == 1 and np.isnan(unknown["output"]) and unknown["investment"] == 30
    assert frame.loc[("outside", "machines", "coast", "plain"), "output"] == 9
    assert frame.loc[("before", "textiles", "hills", "hills"), "events"] == 1
    assert "Origin unknown: 1; outside the phases: 1; within one region: 1" in result.note.en
    assert all(column.status == "observed" for column in result.figures)
    assert result.column("output").unit == study.unit("money")
    assert result.column("employment").unit == study.unit("labour")


def test_without_historical_phases_all_years_are_one(study: Study) -> None:
    own = {key: value for key, value in study.config["study"].items() if key != "history_preset"}
    bare = replace(study, config={**study.config, "study": own})
    assert set(measure.transfer_events(bare).frame["phase"]) == {"whole", "outside"}


def test_no_table_says_what_to_add(full_study: Study) -> None:
    with pytest.raises(StudyError, match="transfer_events"):
        measure.transfer_events(full_study)


def changed(study: Study, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Study:
    frame = change(study.frames["transfer_events"].copy())
    return replace(study, frames={**study.frames, "transfer_events": frame})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f.assign(origin=f["origin"].replace("coast", "atlantis")), "e1 .*origin 'atlantis'"),
        (lambda f: f.assign(host=f["host"].replace("plain", "")), "e3 .*host ''"),
        (lambda f: f.assign(industry="toys"), "industry 'toys'"),
        (lambda f: f.assign(output=-f["output"]), "e1 has a negative output"),
        (lambda f: f.assign(event="e1"), "e1 is listed twice"),
        (lambda f: pd.concat([f, f.iloc[:1].assign(event="e9")]), "e9 is listed twice"),
        (lambda f: f.assign(year=np.nan), "e1 has no year"),
    ],
)
def test_a_record_that_cannot_be_added_up_is_named(
    study: Study, change: Callable[[pd.DataFrame], pd.DataFrame], words: str
) -> None:
    with pytest.raises(StudyError, match=words):
        measure.transfer_events(changed(study, change))


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("e8,2014,textiles,atlantis,hills,1,,,,,", "unknown_region"),
        ("e8,2014,toys,coast,hills,1,,,,,", "unknown_industry"),
        ("e8,2014,textiles,coast,hills,-1,,,,,", "negative"),
        ("e1,2014,textiles,coast,hills,1,,,,,", "duplicate_key"),
        ("e8,2014,textiles,coast,,1,,,,,", "missing_key"),
    ],
)
def test_the_check_of_a_folder_finds_it_too(folder: Path, row: str, code: str) -> None:
    (folder / "transfer_events.csv").write_text(HEADER + ROWS + row + "\n", encoding="utf-8")
    report = check_study(folder)
    found = [f for f in report.findings if f.file == "transfer_events.csv" and f.severity == "error"]
    assert found and {f.code for f in found} == {code}


def test_alike_without_a_name_are_two_events() -> None:
    events = pd.DataFrame(
        {
            "event": ["a", "b"],
            "year": 2010,
            "industry": "textiles",
            "origin": "coast",
            "host": "hills",
            "output": 5.0,
            "investment": np.nan,
            "employment": np.nan,
        }
    )
    assert add_up(events, [Phase("p", 2000, 2010, Text("p", "p"))])["output"].tolist() == [10.0]


def test_years_that_divide_phases() -> None:
    phases = [Phase("one", 2000, 2005, Text("", "")), Phase("two", 2005, 2010, Text("", ""))]
    years = pd.Series([1999, 2000, 2005, 2006, 2010, 2011])
    assert phase_of_year(years, phases).tolist() == ["outside", "one", "one", "two", "two", "outside"]
