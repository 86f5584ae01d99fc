"""Files as grids of cells: the sheet of a workbook or text that holds an input-output table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hinterland.accounts.exchange import words
from hinterland.accounts.exchange.blocks import Blocks, find
from hinterland.study import StudyError, Text
from hinterland.study.findings import Notebook
from hinterland.study.numerals import plain_number
from hinterland.study.schema import listing, plain
from hinterland.study.sheets import Cell, Grid, UnreadableError, read_text, read_workbook, trim

_CODE = re.compile(r"[+-]?0\d+")


def read_grids(path: str | Path, notebook: Notebook) -> list[Grid]:
    """Return the sheets of a workbook, or a delimited text as one, numbers as numbers; wrong ones noted."""
    file = Path(path)
    if not file.exists():
        raise missing_file(path)
    if file.is_dir():
        raise StudyError(
            Text(f"'{path}' is a folder.", f"“{path}”是文件夹。"),
            Text("Name the file of the table itself.", "请指定表格文件本身。"),
        )
    try:
        data = file.read_bytes()
        if file.suffix.lower() in (".xlsx", ".xlsm", ".xls"):
            return [Grid("", file.name, name, trim(rows)) for name, rows in read_workbook(data).items()]
        rows, delimiter = read_text(data)
        return [Grid("", file.name, "", [[_value(c) for c in row] for row in trim(rows)], delimiter)]
    except UnreadableError as problem:
        values: dict[str, Any] = dict(problem.values)
        row, column = values.pop("row", 0), values.pop("column", "")
        notebook.note(
            problem.code, file=file.name, row=row if isinstance(row, int) else 0, column=str(column), **values
        )
    except OSError as error:
        notebook.note("locked", file=file.name, reason=error.strerror or str(error))
    return []


def missing_file(path: str | Path) -> StudyError:
    """Return the error of a file that is not there."""
    return StudyError(
        Text(f"There is no file '{path}'.", f"没有文件“{path}”。"),
        Text("Check the path.", "请检查路径。"),
    )


def _value(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.isascii() and plain_number(cell) and not _CODE.fullmatch(cell):
        return float(cell)
    return cell


def choose(grids: list[Grid], sheet: str | None, notebook: Notebook) -> Blocks | None:
    """Return the blocks of the sheet asked for, or of the one that holds a table, else note which."""
    if sheet is not None:
        named = [g for g in grids if plain(g.sheet) == plain(sheet)]
        if not named:
            notebook.note(
                "import_no_sheet",
                file=grids[0].file if grids else "",
                name=sheet,
                known=listing([g.sheet for g in grids]),
            )
            return None
        return find(named[0], notebook)
    if len(grids) == 1:
        return find(grids[0], notebook)
    found = [g for g in grids if find(g, Notebook(), quiet=True)]
    if len(found) > 1:
        notebook.note("import_which_sheet", file=grids[0].file, sheets=listing([g.sheet for g in found]))
        return None
    if not found:
        notebook.note("import_no_blocks", file=grids[0].file if grids else "")
        return None
    return find(found[0], notebook)


def unit_of(grid: Grid, first_row: int, given: str | None, notebook: Notebook) -> str:
    """Return the unit of money that the sheet states, else the one given; none, or two, is noted."""
    stated, at = None, 0
    for i, row in enumerate(grid.rows[:first_row]):
        for cell in row:
            if stated is None and (found := words.stated_unit(cell)):
                stated, at = found, i + 1
    unit = stated or given or ""
    if not unit:
        notebook.note("import_no_unit", file=grid.file, sheet=grid.sheet)
    elif not words.is_money(unit):
        notebook.note("import_not_money", file=grid.file, sheet=grid.sheet, row=at, unit=unit)
    elif stated and given and plain(stated) != plain(given):
        notebook.note(
            "import_unit_differs", file=grid.file, sheet=grid.sheet, row=at, stated=stated, given=given
        )
    return unit


def year_of(grid: Grid, given: int | None, notebook: Notebook) -> int | None:
    """Return the year: what the user gave, else the one in the title, the sheet's or the file's name."""
    title = " ".join(str(c) for row in grid.rows[:3] for c in row[:6] if isinstance(c, str))
    year = given or words.year_in(grid.sheet, title, grid.file)
    if year is None:
        notebook.note("import_no_year", file=grid.file, sheet=grid.sheet)
    return year
