"""Results as files: Parquet, CSV and one Excel workbook, the same bytes for the same figures."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from hinterland.charts.words import name, unit
from hinterland.study import Column, Result, Study, Text

_DATE = (1980, 1, 1, 0, 0, 0)
_STAMP = b"1980-01-01T00:00:00Z"
_WORDED = frozenset({"region", "industry", "phase", "factor_class", "group", "resource", "indicator", "code"})
_BOLD = Font(bold=True)
_MUTED = Font(color="55606B")
_WRAP = Alignment(wrap_text=True, vertical="top")
_HEAD_ROWS = 7
"""Rows above a sheet's figures: code, English, Chinese, unit, status, year, sources."""


def export(findings: Mapping[str, Result], study: Study, directory: str | Path) -> list[Path]:
    """Write each result as ``tables/NAME.parquet`` and ``tables/NAME.csv``, and all as ``tables.xlsx``.

    The files hold no time and no version of this program: identical results give identical bytes. CSV files
    are UTF-8 with a byte order mark, which spreadsheets need for Chinese. An unknown figure is an empty cell.

    Parameters
    ----------
    findings : mapping of str to Result
        Results by name.
    study : Study
        Gives the names of codes and units.
    directory : str or Path
        Folder to write to; made when missing.

    Returns
    -------
    list of Path
        The files written.
    """
    folder = Path(directory)
    tables = folder / "tables"
    tables.mkdir(parents=True, exist_ok=True)
    written = []
    for result in findings.values():
        parquet = tables / f"{result.name}.parquet"
        pq.write_table(_arrow(study, result), parquet, compression="zstd")
        csv = tables / f"{result.name}.csv"
        csv.write_bytes(
            b"\xef\xbb\xbf" + result.frame.to_csv(index=False, lineterminator="\n", na_rep="").encode("utf-8")
        )
        written += [parquet, csv]
    workbook = folder / "tables.xlsx"
    workbook.write_bytes(_workbook(study, findings))
    return [*written, workbook]


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame of plain columns: no categories, whose order may differ from run to run."""
    plain = {c: s.astype(object) if isinstance(s.dtype, pd.CategoricalDtype) else s for c, s in frame.items()}
    return pd.DataFrame(plain, columns=frame.columns)


def _arrow(study: Study, result: Result) -> pa.Table:
    table = pa.Table.from_pandas(_plain(result.frame), preserve_index=False)
    fields = []
    for field, column in zip(table.schema, result.columns, strict=True):
        about = {
            "label_en": column.label.en,
            "label_zh": column.label.zh,
            "unit": column.unit,
            "status": column.status or "",
            "year": column.year,
            "sources": "; ".join(column.sources),
        }
        fields.append(field.with_metadata(about))
    titles = {"title_en": result.title.en, "title_zh": result.title.zh, "study": study.name}
    return table.cast(pa.schema(fields, metadata=titles))


def _workbook(study: Study, findings: Mapping[str, Result]) -> bytes:
    book = Workbook(write_only=True)
    names = _sheet_names(list(findings))
    _contents(study, book.create_sheet("contents"), findings, names)
    for key, result in findings.items():
        _sheet(study, book.create_sheet(names[key]), result)
    buffer = io.BytesIO()
    book.save(buffer)
    return timeless(buffer.getvalue())


def _sheet_names(names: list[str]) -> dict[str, str]:
    """Return a sheet name of at most 31 characters for every result, no two alike in any case."""
    out: dict[str, str] = {}
    taken = {"contents"}
    for key in names:
        base = re.sub(r"[\[\]:*?/\\']", "_", key)[:31]
        candidate, number = base, 2
        while candidate.lower() in taken:
            tail = f"_{number}"
            candidate, number = base[: 31 - len(tail)] + tail, number + 1
        taken.add(candidate.lower())
        out[key] = candidate
    return out


def _cell(
    sheet: WriteOnlyWorksheet, value: object, font: Font | None = None, wrap: bool = False
) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, _safe(value))
    if isinstance(cell.value, str) and cell.data_type == "f":
        cell.data_type = "s"  # a name that begins with "=" is a name and no formula
    if font is not None:
        cell.font = font
    if wrap:
        cell.alignment = _WRAP
    return cell


_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _safe(value: object) -> object:
    return _ILLEGAL.sub("", value) if isinstance(value, str) else value


def _contents(
    study: Study, sheet: WriteOnlyWorksheet, findings: Mapping[str, Result], names: Mapping[str, str]
) -> None:
    for letter, width in zip("ABCDEF", (30, 46, 40, 9, 70, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A4"
    sheet.append([_cell(sheet, study.title.en, _BOLD)])
    sheet.append([_cell(sheet, study.title.zh, _BOLD)])
    heads = ("Sheet 工作表", "Title", "标题", "Rows 行数", "Method", "方法")
    sheet.append([_cell(sheet, head, _BOLD) for head in heads])
    for key, result in findings.items():
        link = WriteOnlyCell(sheet, names[key])
        link.hyperlink = f"#'{names[key]}'!A1"
        link.font = Font(color="1F4E79", underline="single")
        texts = (result.title.en, result.title.zh, len(result.frame), result.method.en, result.method.zh)
        sheet.append([link, *(_cell(sheet, text) for text in texts)])


def _columns(study: Study, result: Result) -> Iterator[tuple[str, Column, Text, list[object], str]]:
    """Yield code, description, label, values and number format of a sheet's columns, names beside codes."""
    for column in result.columns:
        series = result.frame[column.name]
        yield column.name, column, column.label, [_value(v) for v in series], _format(column, series)
        if column.kind in _WORDED:
            texts = {v: name(study, column, v) for v in dict.fromkeys(series)}
            for language in ("en", "zh"):
                label = Text(f"{column.label.en} ({language})", f"{column.label.zh}（{language}）")
                words = [texts[v].zh if language == "zh" else texts[v].en for v in series]
                yield f"{column.name}_{language}", column, label, list(words), "General"


def _value(value: object) -> object:
    if value is None or (isinstance(value, (float, np.floating)) and not math.isfinite(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _format(column: Column, series: pd.Series[float]) -> str:
    if column.kind == "share":
        return "0.00%"
    if column.kind != "number":
        return "General"
    largest = pd.to_numeric(series, errors="coerce").abs().max()
    if not largest > 0:
        return "General"
    return "#,##0" if largest >= 1e4 else "#,##0.00" if largest >= 1 else "0.0000"


def _sheet(study: Study, sheet: WriteOnlyWorksheet, result: Result) -> None:
    columns = list(_columns(study, result))
    sheet.freeze_panes = f"A{_HEAD_ROWS + 4}"
    for position, (_, column, label, _values, _form) in enumerate(columns, start=1):
        wide = column.kind in ("text",) or column.kind in _WORDED
        width = max(28 if wide else 14, min(len(label.en) + 2, 30))
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.append([_cell(sheet, result.title.en, _BOLD)])
    sheet.append([_cell(sheet, result.title.zh, _BOLD)])
    about = [result.method.en, result.method.zh, result.note.en, result.note.zh]
    sheet.append([_cell(sheet, "  ".join(text for text in about if text), _MUTED)])
    sheet.append([_cell(sheet, code, _MUTED) for code, *_ in columns])
    sheet.append([_cell(sheet, label.en, _BOLD, True) for _, _, label, *_ in columns])
    sheet.append([_cell(sheet, label.zh, _BOLD, True) for _, _, label, *_ in columns])
    sheet.append([_cell(sheet, _both(unit(study, c.unit)), _MUTED) for _, c, *_ in columns])
    sheet.append([_cell(sheet, _status(study, c), _MUTED) for _, c, *_ in columns])
    sheet.append([_cell(sheet, c.year, _MUTED) for _, c, *_ in columns])
    sheet.append([_cell(sheet, "; ".join(c.sources), _MUTED) for _, c, *_ in columns])
    formats = [form for *_, form in columns]
    for row in zip(*(values for _, _, _, values, _ in columns), strict=True):
        sheet.append([_figure(sheet, value, form) for value, form in zip(row, formats, strict=True)])


def _figure(sheet: WriteOnlyWorksheet, value: object, form: str) -> object:
    if form == "General" or value is None:
        if isinstance(value, str):
            return _cell(sheet, value) if value[:1] in ("=", "#") else _safe(value)
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = form
    return cell


def _both(text: Text) -> str:
    return text.en if text.en == text.zh else f"{text.en} / {text.zh}"


def _status(study: Study, column: Column) -> str:
    return _both(study.text("status", column.status)) if column.status else ""


def timeless(content: bytes) -> bytes:
    """Return an office file with its times taken out, of the zip's entries and of its properties."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + _STAMP, data)
            info = zipfile.ZipInfo(entry.filename, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            target.writestr(info, data)
    return out.getvalue()
