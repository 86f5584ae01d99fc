"""The files of a study folder as grids of cells: which holds which table, encodings, workbooks."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from hinterland.study.findings import Notebook
from hinterland.study.schema import nearest, plain, schema, table_names

Cell = Any  # str, int, float, bool, date or None
_TEXT_SUFFIXES = (".csv", ".tsv")
_SUFFIXES = (*_TEXT_SUFFIXES, ".parquet", ".xlsx", ".xlsm", ".xls")
LARGE = ("io_flows",)  # read as a frame where they are Parquet: too many cells for rows of objects
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass
class Grid:
    """One table as it lies in its file: rows of cells; row `i` of the list is row ``i + 1`` of the file."""

    table: str
    file: str
    sheet: str
    rows: list[list[Cell]]
    delimiter: str = ""
    frame: pd.DataFrame | None = None  # a large table of Parquet, left as it is


class UnreadableError(Exception):
    """A file that cannot be turned into cells; holds the finding's code and values."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8 (with or without BOM), UTF-16 with BOM, or GBK/GB18030.

    Not UTF-8 and mostly characters of GB 2312: Chinese. Anything else in an eight-bit code page would decode
    as GB18030 into rare characters, so that is refused rather than garbled.

    Raises
    ------
    UnreadableError
        When the bytes are none of these.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise UnreadableError("encoding") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise UnreadableError("encoding") from error
    foreign = [c for c in text if not c.isascii()]
    common = sum(1 for c in foreign if _in_gb2312(c))
    if common < 0.8 * len(foreign):
        raise UnreadableError("encoding")
    return text


def _in_gb2312(character: str) -> bool:
    if character in "—·…":  # GBK puts these where Python's gb2312 codec has look-alikes
        return True
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def read_text(data: bytes) -> tuple[list[list[Cell]], str]:
    """Return the rows of a delimited text and its delimiter: comma, semicolon or tab, as the header has."""
    text = decode(data)
    lines = text.splitlines()
    declared = re.fullmatch(r'"?sep=(.)"?,*', lines[0].strip("\ufeff")) if lines else None
    head = next((line for line in lines[1 if declared else 0 :] if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", head)
    delimiter = declared[1] if declared else max(",;\t", key=bare.count)
    try:
        rows: list[list[Cell]] = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableError("broken_csv", reason=str(error)) from error
    if declared:
        rows[0] = []
    return rows, delimiter


def read_frame(data: bytes) -> pd.DataFrame:
    """Return a Parquet file as a frame."""
    import pyarrow

    try:
        return pd.read_parquet(io.BytesIO(data))
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise UnreadableError("corrupt") from error


def read_parquet(data: bytes) -> list[list[Cell]]:
    """Return the rows of a Parquet file, its column names as the first."""
    frame = read_frame(data)
    if not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index()
    columns = [frame[c].astype(object).where(frame[c].notna(), None).tolist() for c in frame.columns]
    return [list(frame.columns), *(list(row) for row in zip(*columns, strict=True))]


def read_workbook(data: bytes) -> dict[str, list[list[Cell]]]:
    """Return the rows of every sheet of a workbook; a merged block holds its value in every cell.

    Formulas are read by the value that the spreadsheet saved with them.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    if data.startswith(_OLE):
        raise UnreadableError("old_excel")
    broken = (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, TypeError, EOFError)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data))
        formulas = any(
            cell.data_type == "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
        )
        saved = openpyxl.load_workbook(io.BytesIO(data), data_only=True) if formulas else book
    except broken as error:
        raise UnreadableError("corrupt") from error
    except Exception as error:  # openpyxl lets errors of the XML parsers through
        raise UnreadableError("corrupt") from error
    out = {}
    for sheet in saved.worksheets:
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        if formulas:
            for r, cells in enumerate(book[sheet.title].iter_rows()):
                for c, cell in enumerate(cells):
                    if cell.data_type == "f" and rows[r][c] is None:
                        raise UnreadableError("formula_unsaved", row=r + 1, column=cell.column_letter)
        for block in sheet.merged_cells.ranges:
            top, left = block.min_row - 1, block.min_col - 1
            value = rows[top][left]
            for r in range(top, min(block.max_row, len(rows))):
                for c in range(left, min(block.max_col, len(rows[r]))):
                    rows[r][c] = value
        out[sheet.title] = rows
    return out


def trim(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Return rows of equal length with text stripped, blanks as None, and nothing empty at the end."""
    out: list[list[Cell]] = []
    width = 0
    for row in rows:
        cells = [(c.strip() or None) if type(c) is str else c for c in row]
        while cells and cells[-1] is None:
            cells.pop()
        width = max(width, len(cells))
        out.append(cells)
    while out and not out[-1]:
        out.pop()
    return [row + [None] * (width - len(row)) for row in out]


@dataclass
class Folder:
    """The tables found in a study folder, with the hash of every file read."""

    grids: dict[str, Grid]
    hashes: dict[str, str]
    ambiguous: set[str]


def _sources(path: Path, notebook: Notebook) -> Iterator[tuple[Path, str | None]]:
    """Yield every table file, with its table (None: a workbook of several tables)."""
    for file in sorted(path.iterdir()):
        if file.name.startswith((".", "~$")) or file.suffix.lower() not in _SUFFIXES or not file.is_file():
            continue
        table = table_names().get(plain(file.stem))
        if table is None and file.suffix.lower() not in (".xlsx", ".xlsm", ".xls"):
            hint = nearest(file.stem, schema())
            notebook.note("unknown_table", file=file.name, name=file.stem, hint=hint)
            continue
        yield file, table


def read_folder(path: Path, notebook: Notebook) -> Folder:
    """Read every table of a folder into cells; what cannot be read is noted."""
    folder = Folder({}, {}, set())

    def add(table: str, file: str, sheet: str, rows: list[list[Cell]], delimiter: str = "") -> None:
        before = folder.grids.get(table)
        if before is not None:
            here, there = (f"{f} ({s})" if s else f for f, s in ((file, sheet), (before.file, before.sheet)))
            notebook.note("table_twice", file=file, sheet=sheet, table=table, here=here, there=there)
            folder.ambiguous.add(table)
            return
        folder.grids[table] = Grid(table, file, sheet, trim(rows), delimiter)

    for file, table in _sources(path, notebook):
        try:
            data = file.read_bytes()
            folder.hashes[file.name] = hashlib.sha256(data).hexdigest()
            if file.suffix.lower() in _TEXT_SUFFIXES:
                assert table is not None
                rows, delimiter = read_text(data)
                add(table, file.name, "", rows, delimiter)
            elif file.suffix.lower() == ".parquet":
                assert table is not None
                if table in LARGE:
                    add(table, file.name, "", [])
                    folder.grids[table].frame = read_frame(data)
                else:
                    add(table, file.name, "", read_parquet(data))
            else:
                for name, sheet, rows in _sheets(file.name, table, read_workbook(data), notebook):
                    add(name, file.name, sheet, rows)
        except UnreadableError as problem:
            _note_unreadable(notebook, file.name, problem)
            if table is not None:
                folder.ambiguous.add(table)
        except OSError as error:
            notebook.note("locked", file=file.name, reason=error.strerror or str(error))
            if table is not None:
                folder.ambiguous.add(table)
    return folder


def _note_unreadable(notebook: Notebook, file: str, problem: UnreadableError) -> None:
    values: dict[str, Any] = dict(problem.values)
    row, column = values.pop("row", 0), values.pop("column", "")
    notebook.note(
        problem.code, file=file, row=row if isinstance(row, int) else 0, column=str(column), **values
    )


def _sheets(
    file: str, table: str | None, book: dict[str, list[list[Cell]]], notebook: Notebook
) -> Iterator[tuple[str, str, list[list[Cell]]]]:
    """Yield (table, sheet, rows): the one sheet of NAME.xlsx, or every sheet that is named as a table."""
    if table is not None:
        full = {name: rows for name, rows in book.items() if trim(rows)}
        named = [name for name in full if table_names().get(plain(name)) == table]
        if len(named) == 1 or len(full) == 1:
            sheet = named[0] if len(named) == 1 else next(iter(full))
            yield table, sheet, full[sheet]
        elif full:
            raise UnreadableError("which_sheet", table=table, sheets=", ".join(full))
        else:
            yield table, next(iter(book), ""), []
        return
    for sheet, rows in book.items():
        found = table_names().get(plain(sheet))
        if found is not None:
            yield found, sheet, rows
        elif trim(rows) and plain(sheet) not in ("readme", "说明", "lists"):
            notebook.note("unknown_sheet", file=file, sheet=sheet, name=sheet, hint=nearest(sheet, schema()))
