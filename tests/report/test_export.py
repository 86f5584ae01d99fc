"""Tables as files: complete, readable, the same bytes for the same figures."""

from __future__ import annotations

import dataclasses
import hashlib
import math
import time
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from sample import sample_findings

from hinterland import report
from hinterland.study import Study, Text


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_figures_give_the_same_bytes(small_study: Study, tmp_path: Path) -> None:
    findings = sample_findings(small_study)
    report.export(findings, small_study, tmp_path / "a")
    time.sleep(2.1)  # a zip's times have steps of two seconds
    report.export(findings, small_study, tmp_path / "b")
    assert _hashes(tmp_path / "a") == _hashes(tmp_path / "b")


def test_parquet_holds_the_frame_and_what_is_known_of_each_column(small_study: Study, tmp_path: Path) -> None:
    findings = sample_findings(small_study)
    report.export(findings, small_study, tmp_path)
    for name, result in findings.items():
        read = pd.read_parquet(tmp_path / "tables" / f"{name}.parquet")
        pd.testing.assert_frame_equal(read, result.frame, check_dtype=False)
    schema = pq.read_schema(tmp_path / "tables" / "impact_by_region.parquet")
    about = schema.field("output_change").metadata
    assert about[b"unit"] == b"million EUR"
    assert about[b"status"] == b"estimated"
    assert schema.metadata[b"title_zh"].decode() == findings["impact_by_region"].title.zh


def test_csv_opens_in_a_spreadsheet_with_its_chinese(small_study: Study, tmp_path: Path) -> None:
    findings = sample_findings(small_study)
    report.export(findings, small_study, tmp_path)
    raw = (tmp_path / "tables" / "claims.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert pd.read_csv(tmp_path / "tables" / "claims.csv", encoding="utf-8-sig")["text_zh"][0].startswith(
        "该地区"
    )


def test_workbook(small_study: Study, tmp_path: Path) -> None:
    findings = sample_findings(small_study)
    report.export(findings, small_study, tmp_path)
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    assert book.sheetnames[0] == "contents"
    assert len(book.sheetnames) == len(findings) + 1
    listed = [row[0].value for row in book["contents"].iter_rows(min_row=4)]
    assert listed == book.sheetnames[1:]
    sheet = book["capacity"]
    rows = list(sheet.iter_rows(values_only=True))
    result = findings["capacity"]
    assert rows[0][0] == result.title.en and rows[1][0] == result.title.zh
    codes = rows[3]
    assert codes[:4] == ("region", "region_en", "region_zh", "score")
    assert rows[7][3] == "estimated / 估计"
    assert sheet.freeze_panes == "A11"
    first, last = rows[10], rows[-1]
    assert first[0] == small_study.regions[0]
    assert first[1] == small_study.label("region", small_study.regions[0], "en")
    assert first[3] == pytest.approx(result.frame["score"][0], rel=1e-15)
    assert (
        math.isnan(result.frame["score"].iloc[-1]) and last[3] is None
    )  # unknown is an empty cell, not zero


def test_a_name_that_looks_like_a_formula_stays_a_name(small_study: Study, tmp_path: Path) -> None:
    result = sample_findings(small_study)["claims"]
    frame = result.frame.assign(text_en='=HYPERLINK("x")')
    title = Text("=1+1", "=1+1")
    changed = dataclasses.replace(result, frame=frame, title=title)
    report.export({"claims": changed}, small_study, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "tables.xlsx")["claims"]
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    assert sheet["A1"].value == "=1+1"


def test_long_names_of_sheets_stay_apart(small_study: Study, tmp_path: Path) -> None:
    one = sample_findings(small_study)["host_share"]
    names = [f"{'a_name_that_is_far_too_long_for_a_sheet'}_{i}" for i in range(3)]
    findings = {name: dataclasses.replace(one, name=name) for name in names}
    report.export(findings, small_study, tmp_path)
    sheets = openpyxl.load_workbook(tmp_path / "tables.xlsx").sheetnames
    assert len(sheets) == 4 and all(len(sheet) <= 31 for sheet in sheets)
