"""The bulletin as a Word document in one language: real headings, heads of tables that repeat, no macros."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import docx
import pandas as pd
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from hinterland.charts import numbers
from hinterland.charts.words import name, unit
from hinterland.study import Column, Language, Result, Study, Text

if TYPE_CHECKING:
    from hinterland.report.bulletin import Section

_LATIN, _CHINESE = "Calibri", "宋体"
_LIGHTS = {"green": "1B7168", "amber": "806600", "red": "A8431A"}
_STAMP = datetime(1980, 1, 1, tzinfo=UTC)
"""Documents hold no time: the same state gives the same bytes."""


def document(study: Study, title: Text, parts: Sequence[Section], language: Language) -> bytes:
    """Return the bulletin as the bytes of a .docx file."""
    made = docx.Document()
    _styles(made)
    page = made.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Cm(29.7), Cm(21.0)
    page.left_margin = page.right_margin = Cm(1.8)
    core = made.core_properties
    core.title, core.language, core.author, core.comments = title.get(language), _tag(language), "", ""
    core.created = core.modified = _STAMP
    made.add_heading(title.get(language), 0)
    for number, part in enumerate(parts, start=1):
        made.add_heading(f"{number} {part.title.get(language)}", 1)
        for said in part.says:
            made.add_paragraph(said.get(language))
        for result in part.results:
            _table(made, study, result, language)
    used = dict.fromkeys(c for p in parts for r in p.results for col in r.columns for c in col.sources)
    if used:
        made.add_heading(study.text("report", "sources").get(language), 1)
        frame = study.frames.get("sources", pd.DataFrame(columns=["source"])).set_index("source")
        for code in used:
            row = frame.loc[code] if code in frame.index else None
            own = "" if row is None else str(row["citation_zh" if language == "zh" else "citation"])
            made.add_paragraph(own or (code if row is None else str(row["citation"])), style="List Bullet")
    out = io.BytesIO()
    made.save(out)
    return _fixed(out.getvalue())


def _tag(language: Language) -> str:
    return "zh-CN" if language == "zh" else "en-GB"


def _styles(made: Any) -> None:
    for style, size in (("Normal", 10), ("Title", 20), ("Heading 1", 14), ("Heading 2", 11)):
        font = made.styles[style].font
        font.name, font.size = _LATIN, Pt(size)
        font.color.rgb = RGBColor(0x1C, 0x24, 0x30)
        fonts = made.styles[style].element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), _CHINESE)


def _table(made: Any, study: Study, result: Result, language: Language) -> None:
    made.add_heading(result.title.get(language), 2)
    other = "_en" if language == "zh" else "_zh"
    columns = [c for c in result.columns if not c.name.endswith(other)]
    grid = made.add_table(rows=1, cols=len(columns), style="Light Grid Accent 1")
    for cell, column in zip(grid.rows[0].cells, columns, strict=True):
        _write(cell, _head(study, column, language), bold=True)
    _repeat(grid.rows[0])
    mixed = any(c.name == "unit" for c in columns)
    written = [_column(study, c, result.frame[c.name], mixed, language) for c in columns]
    for i, row in enumerate(zip(*written, strict=True)):
        for cell, column, text in zip(grid.add_row().cells, columns, row, strict=True):
            colour = None
            if column.name in ("light", "light_before"):
                colour = _LIGHTS.get(str(result.frame[column.name].iloc[i]))
            _write(cell, text, colour=colour, right=column.kind in ("number", "share"))
    for said in (result.note, result.method):
        if said.get(language):
            paragraph = made.add_paragraph(said.get(language))
            paragraph.runs[0].font.size = Pt(8)


def _head(study: Study, column: Column, language: Language) -> str:
    label = re.sub(r"\s*[（(](English|Chinese|en|zh|英文|中文)[)）]$", "", column.label.get(language))
    measured = unit(study, column.unit).get(language)
    standing = study.text("status", column.status).get(language) if column.status else ""
    more = ", ".join(t for t in (measured, column.year, standing) if t)
    return f"{label}\n{more}" if more else label


def _column(
    study: Study, column: Column, values: pd.Series[Any], mixed: bool, language: Language
) -> list[str]:
    unknown = numbers.UNKNOWN
    if column.kind in ("number", "share"):
        figures = [math.nan if v is None else float(v) for v in values]
        if column.kind == "share":
            places = numbers.share_places(figures)
            return [numbers.percent(v, places) if math.isfinite(v) else unknown for v in figures]
        digits = None if mixed else numbers.decimals(figures)
        return [numbers.figure(v, digits) if math.isfinite(v) else unknown for v in figures]
    out = []
    for value in values:
        if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
            out.append("")
        elif column.kind == "flag":
            out.append(study.text("flag", "yes" if value else "no").get(language))
        elif column.kind == "year":
            out.append(f"{float(value):.0f}")
        elif column.name == "unit":
            out.append(unit(study, str(value)).get(language))
        elif column.kind == "text":
            out.append(str(value))
        else:
            out.append(name(study, column, value).get(language))
    return out


def _write(
    cell: Any, text: str, *, bold: bool = False, colour: str | None = None, right: bool = False
) -> None:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(8), bold or colour is not None
    if colour is not None:
        run.font.color.rgb = RGBColor.from_string(colour)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _repeat(row: Any) -> None:
    """Have a row repeated on every page that its table runs over."""
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(head)


def _fixed(content: bytes) -> bytes:
    """Return the file with the times of the zip's entries taken out."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            info = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            target.writestr(info, source.read(entry))
    return out.getvalue()
