"""The roadmap's files: what stands in them is what stands in the tables, in both languages, byte for byte."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook

from hinterland import plan
from hinterland.accounts import complete
from hinterland.report import roadmap
from hinterland.report.roadmap.contents import papers
from hinterland.report.roadmap.files import write
from hinterland.report.roadmap.gantt_sheet import gantt_workbook
from hinterland.report.roadmap.page import page
from hinterland.report.roadmap.word import word_file
from hinterland.study import Result, Study, StudyError

Made = tuple[Study, plan.Plan, dict[str, Result]]


@pytest.fixture(scope="module")
def made(full_study: Study) -> Made:
    study = complete(full_study)
    chosen = plan.optimise(study)
    tables = {**chosen.results(), "plan_gantt": plan.gantt(chosen)}
    return study, chosen, tables | {r.name: r for r in plan.division_tables(chosen)}


def test_the_gantt_table_is_the_plan(made: Made) -> None:
    _, chosen, tables = made
    frame = tables["plan_gantt"].frame
    assert frame["output"].sum() == pytest.approx(float(chosen.transfer.sum()), rel=1e-6)
    for row in frame.itertuples():
        at = {"host": row.host, "industry": row.industry, "phase": row.phase}
        arriving = chosen.transfer.sel(at)
        assert row.output == pytest.approx(float(arriving.sum()))
        assert float(arriving.sel(origin=row.origin)) == pytest.approx(row.origin_share * row.output)
        assert row.cumulative == pytest.approx(float(chosen.intake.sel(at)))
        phase = next(p for p in chosen.data.phases if p.code == row.phase)
        assert (row.start, row.end) == (phase.start, phase.end)


def test_the_sheet_has_a_bar_for_every_row_of_the_table(made: Made) -> None:
    study, _, tables = made
    result = tables["plan_gantt"]
    content = gantt_workbook(study, result)
    assert content == gantt_workbook(study, result), "no time stands in it"
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Roadmap", "路线图"]
    sheet = book["Roadmap"]
    first = int(sheet.cell(5, 5).value)
    for row in result.frame.itertuples():
        names = (study.text("region", row.host).en, study.text("industry", row.industry).en)
        at = next(
            r
            for r in range(6, sheet.max_row + 1)
            if (sheet.cell(r, 1).value, sheet.cell(r, 2).value) == names
        )
        assert sheet.cell(at, 5 + row.start - first).value == pytest.approx(row.output)
        fills = {sheet.cell(at, 5 + year - first).fill.fgColor.rgb for year in range(row.start, row.end + 1)}
        assert len(fills) == 1 and fills != {"00000000"}
    assert book["路线图"].cell(6, 1).value == study.text("region", result.frame["host"].iloc[0]).zh


def test_there_is_a_paper_for_everything_that_moves(made: Made, tmp_path: Path) -> None:
    study, _, tables = made
    moved = tables["plan_transfers"].frame
    files = write(study, tables, tmp_path / "r")
    assert len(set(files)) == len(files) and all(f.is_file() for f in files)
    for kind, column in (("hosts", "host"), ("origins", "origin"), ("industries", "industry")):
        codes = {f.name.split(".")[0] for f in files if f.parent.name == kind}
        assert codes == set(moved[column])
        assert sum(f.parent.name == kind for f in files) == 4 * len(codes)
    again = write(study, tables, tmp_path / "s")
    for one, other in zip(files, again, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    for language, word in (("en", "Host provinces"), ("zh", "承接地")):
        index = (tmp_path / "r" / f"index.{language}.html").read_text(encoding="utf-8")
        assert word in index
        for link in re.findall(r'href="([^"]+)"', index):
            assert (tmp_path / "r" / link).is_file(), link


def test_word_and_page_say_what_the_tables_say(made: Made) -> None:
    study, _, tables = made
    moved = tables["plan_transfers"].frame
    found = list(papers(study, tables))
    paper = next(p for p in found if p.kind == "hosts" and p.code == "hills")
    mine = moved[moved["host"] == "hills"]
    part = f"{mine['output'].sum() / moved['output'].sum():.1%}"
    for language, title in (("en", "Hills"), ("zh", "丘陵")):
        content = word_file(paper, language)  # type: ignore[arg-type]
        assert content == word_file(paper, language)  # type: ignore[arg-type]
        document = docx.Document(io.BytesIO(content))
        text = "\n".join(p.text for p in document.paragraphs)
        assert document.paragraphs[0].text == title and part in text
        heads = [t.rows[0].cells[0].text for t in document.tables]
        assert ("Industry" if language == "en" else "产业") in heads
        table = document.tables[1]
        assert len(table.rows) == 1 + len(mine)
        amounts = [float(r.cells[-1].text.replace(",", "")) for r in table.rows[1:]]
        assert amounts == pytest.approx(sorted(mine["output"], reverse=True), abs=0.06)
        shown = page(paper, language)  # type: ignore[arg-type]
        assert all(p.text in shown or "<" in p.text or "'" in p.text for p in document.paragraphs[:4])
        assert "http" not in re.sub(r"<p>\[\d+\].*?</p>", "", shown), "it asks for nothing from anywhere"
        plain = re.sub(r"<style>.*?</style>|<[^>]+>", " ", shown, flags=re.DOTALL)
        assert not re.search(r"\b(?:plan|cost|value|co)_[a-z_]+", plain), "no codes where words belong"
        if language == "zh":
            assert "Capacity" not in plain and "Most of it" not in plain


def test_what_has_no_table_is_said_or_left_out(made: Made) -> None:
    study, _, tables = made
    few = {k: tables[k] for k in ("plan_transfers", "plan_gantt")}
    host = next(p for p in papers(study, few) if p.kind == "hosts")
    titles = [s.title.en for s in host.sections]
    assert titles == [
        "In short",
        "What comes, and when",
        "From where",
        "Infrastructure",
        "How the figures were made",
        "Sources",
    ]
    assert "decides on none" in host.sections[3].says[0].en
    assert host.sections[-1].says[0].en.startswith("[1] Statistical Office of Arcadia")
    with pytest.raises(StudyError, match="no plan to make a roadmap"):
        roadmap.write(study, {}, "nowhere")


def test_the_files_hold_no_time(made: Made) -> None:
    study, _, tables = made
    content = word_file(next(papers(study, tables)), "en")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
