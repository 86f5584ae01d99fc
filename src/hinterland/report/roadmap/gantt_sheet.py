"""The roadmap as a sheet: a row for each host and industry, a column for each year, phases in colour."""

from __future__ import annotations

import io

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from hinterland.charts.words import phase_name, unit
from hinterland.report.export import timeless
from hinterland.study import LANGUAGES, Language, Result, Study, Text

_TITLES = {"en": "Roadmap", "zh": "路线图"}
_WORDS = {
    "host": Text("Host", "承接地"),
    "industry": Text("Industry", "产业"),
    "total": Text("Moved in all", "合计"),
    "origin": Text("Main origin", "主要转出地"),
}
_FILLS = ("BFD7EA", "F3D9B1", "CFE3C8", "E3CFE3", "F0C9C4")
_MUTED = Font(color="55606B")
_BOLD = Font(bold=True)
_FIRST = 5
"""First column of years."""


def gantt_workbook(study: Study, result: Result) -> bytes:
    """Return the table plan_gantt as a workbook with a sheet in each language.

    A bar spans the years of a phase in the phase's colour; the figure in its first year is the output that
    the phase moves, a year once in place.
    """
    book = Workbook()
    book.remove(book.active)
    for language in LANGUAGES:
        _sheet(book.create_sheet(_TITLES[language]), study, result, language)
    out = io.BytesIO()
    book.save(out)
    return timeless(out.getvalue())


def _sheet(sheet: Worksheet, study: Study, result: Result, language: Language) -> None:
    frame = result.frame
    first, last = int(frame["start"].min()), int(frame["end"].max())
    years = range(first, last + 1)
    sheet["A1"] = result.title.get(language)
    sheet["A1"].font = _BOLD
    column = result.column("output")
    sheet["A2"] = f"{unit(study, column.unit).get(language)}. {result.note.get(language)}"
    sheet["A2"].font = _MUTED
    status = study.text("status", column.status).get(language) if column.status else ""
    sheet["A3"] = "; ".join(t for t in (status, column.year, ", ".join(column.sources)) if t)
    sheet["A3"].font = _MUTED
    codes = list(dict.fromkeys(frame["phase"]))
    colours = {code: _FILLS[k % len(_FILLS)] for k, code in enumerate(codes)}
    for k, code in enumerate(codes):
        cell = sheet.cell(4, _FIRST + 3 * k, phase_name(study, code).get(language))
        cell.fill = PatternFill("solid", fgColor=colours[code])
    heads = [_WORDS[w].get(language) for w in ("host", "industry", "origin", "total")] + list(years)
    for at, head in enumerate(heads, start=1):
        cell = sheet.cell(5, at, head)
        cell.font = _BOLD
        cell.alignment = Alignment(horizontal="center" if at >= _FIRST else "left")
    row = 6
    for (host, industry), part in frame.groupby(["host", "industry"], sort=False):
        _line(sheet, row, study, language, str(host), str(industry), part, colours, first)
        row += 1
    for at in range(1, _FIRST):
        sheet.column_dimensions[get_column_letter(at)].width = (22, 30, 18, 14)[at - 1]
    for at in range(_FIRST, _FIRST + len(years)):
        sheet.column_dimensions[get_column_letter(at)].width = 9
    sheet.freeze_panes = sheet.cell(6, _FIRST)
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "5:5"


def _line(
    sheet: Worksheet,
    row: int,
    study: Study,
    language: Language,
    host: str,
    industry: str,
    part: pd.DataFrame,
    colours: dict[str, str],
    first: int,
) -> None:
    sheet.cell(row, 1, study.text("region", host).get(language))
    sheet.cell(row, 2, study.text("industry", industry).get(language))
    main = part.loc[part["output"].idxmax(), "origin"]
    sheet.cell(row, 3, study.text("region", main).get(language))
    total = sheet.cell(row, 4, float(part["output"].sum()))
    total.number_format = "#,##0.0"
    for bar in part.to_dict("records"):
        fill = PatternFill("solid", fgColor=colours[bar["phase"]])
        for year in range(int(bar["start"]), int(bar["end"]) + 1):
            sheet.cell(row, _FIRST + year - first).fill = fill
        amount = sheet.cell(row, _FIRST + int(bar["start"]) - first, float(bar["output"]))
        amount.number_format = "#,##0.0"
