"""From cells to one record per figure: headers in two languages, units in headers, wide layouts."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hinterland.study.findings import Notebook
from hinterland.study.numerals import is_missing, plain_number, read_year
from hinterland.study.schema import Field, Table, headers, listing, nearest, plain, schema, spellings
from hinterland.study.sheets import Cell, Grid
from hinterland.study.units import is_unit

Resolver = Callable[[object], str | int | None]
_PAREN = re.compile(r"^(.*?)\s*[(\[]([^()\[\]]*(?:\([^()]*\))?[^()\[\]]*)[)\]]$")
_UNIT_LINE = re.compile(r"^(?:单位|计量单位|units?)\s*[::]\s*(.+)$", re.IGNORECASE)
_SEEK = 8  # a title, a remark and a line of units may stand above the header


@dataclass
class Laid:
    """A table as columns of cells by schema name; `rows` holds the file's row number of each record."""

    table: Table
    file: str
    sheet: str
    columns: dict[str, list[Cell]]
    rows: list[int]
    headers: dict[str, str]
    units: dict[str, str] = field(default_factory=dict)
    delimiter: str = ""

    def header(self, column: str) -> str:
        """Return the header of a column as written in the file."""
        return self.headers.get(column, column)


def _fold(cell: Cell) -> str:
    return unicodedata.normalize("NFKC", str(cell)).strip()


def split_unit(text: str) -> tuple[str, str]:
    """Split ``总产出（万元）`` into the header and the unit in parentheses ("" where there is none)."""
    match = _PAREN.match(_fold(text))
    return (match[1], match[2].strip()) if match and match[1] else (_fold(text), "")


def read_header(cell: Cell, table: str) -> tuple[str | None, str]:
    """Return the column that a header cell names (None: no known one) and the unit in it.

    A cell may hold the header in two languages (``region 地区``, ``region / 地区``, two lines) if they agree.
    """
    if cell is None or not isinstance(cell, str):
        return None, ""
    known = headers(table)
    found, unit = known.get(plain(cell)), ""
    if found is None:
        bare, unit = split_unit(cell)
        found = known.get(plain(bare))
        if found is None:
            parts = [p for p in re.split(r"[\n/|]|(?<=[^\W\d_])\s+(?=\W*[^\x00-\x7f])", bare) if p.strip()]
            named = {known.get(plain(split_unit(part)[0])) for part in parts}
            if len(parts) > 1 and len(named) == 1:
                found = named.pop()
    return found, (unit if found else "")


def _find_header(grid: Grid) -> int | None:
    best, score = None, 0
    for i, row in enumerate(grid.rows[:_SEEK]):
        mine = len({read_header(c, grid.table)[0] for c in row} - {None})
        if mine > score:
            best, score = i, mine
    return best


def _is_second_header(
    row: Sequence[Cell], named: Sequence[str | None], above: Sequence[Cell], table: str
) -> bool:
    """Tell whether a row repeats the header in another language, or gives units, and holds no record."""
    if all(c is None for c in row):
        return False
    said = False
    for cell, name, head in zip(row, named, above, strict=True):
        if cell is None:
            continue
        if name is None:
            if head is None or plain(cell) != plain(head):
                return False
            continue
        if read_header(cell, table)[0] != name:
            return False
        said = True
    return said


def _is_unit_row(row: Sequence[Cell], named: Sequence[str | None], table: Table) -> bool:
    keys = {k.name for k in table.keys}
    if table.kind != "values" or any(c is not None for c, n in zip(row, named, strict=True) if n in keys):
        return False
    texts = [c for c, n in zip(row, named, strict=True) if n not in keys and c is not None]
    words = [t for t in texts if isinstance(t, str) and not plain_number(_fold(t)) and not is_missing(t)]
    if not texts or len(words) != len(texts):
        return False
    # In a wide table such a row may be the lower level of the header, so there it must be units beyond doubt.
    return table.value.name in named or all(is_unit(_fold(t).strip("()")) for t in words)


def lay(
    grid: Grid,
    notebook: Notebook,
    resolve: Mapping[str, Resolver] | None = None,
    year: int | None = None,
    constant_unit: str = "",
) -> Laid | None:
    """Find the header of a grid and return its records; None where that is impossible (noted).

    Parameters
    ----------
    grid : Grid
        The cells.
    resolve : mapping
        By dimension, what tells whether a header cell is one of its members (for wide layouts).
    year : int
        Year of every figure, for a table without a column of years (study.toml).
    constant_unit : str
        Unit of every figure given in study.toml.
    """
    table = schema()[grid.table]
    resolve = resolve or {}
    place: dict[str, Any] = {"file": grid.file, "sheet": grid.sheet}
    start = _find_header(grid)
    if start is None:
        if not grid.rows:
            notebook.note("empty_table", **place, table=table.name)
        else:
            seen = listing(str(c) for c in grid.rows[0] if c is not None)
            wanted = ", ".join(f.name for f in table.fields if f.required)
            notebook.note("no_header", **place, row=1, table=table.name, seen=seen, wanted=wanted)
        return None
    head = grid.rows[start]
    read = [read_header(c, table.name) for c in head]
    named = [name for name, _ in read]
    units = {name: unit for name, unit in read if name and unit}
    if constant_unit:
        units.setdefault(_value_name(table), constant_unit)
    for row in grid.rows[:start]:
        for cell in row:
            match = _UNIT_LINE.match(_fold(cell)) if isinstance(cell, str) else None
            if match and table.kind == "values":
                units.setdefault(table.value.name, match[1].strip(" )"))
    twice = sorted({n for n in named if n is not None and named.count(n) > 1})
    for name in twice:
        spelt = ", ".join(str(c) for c, n in zip(head, named, strict=True) if n == name)
        notebook.note("column_twice", **place, row=start + 1, column=spelt, name=name, headers=spelt)
    if twice:
        return None
    body = start + 1
    while body < len(grid.rows):
        row = grid.rows[body]
        if _is_second_header(row, named, head, table.name):
            for cell, column in zip(row, named, strict=True):
                unit = read_header(cell, table.name)[1]
                if column and unit:
                    units.setdefault(column, unit)
        elif _is_unit_row(row, named, table):
            texts = [str(c) for c in row if c is not None]
            units.setdefault(table.value.name, _fold(texts[0]).strip("()"))
        else:
            break
        body += 1
    laid = Laid(table, grid.file, grid.sheet, {}, [], {}, units, grid.delimiter)
    if table.kind == "values" and table.value.name not in named:
        if not _melt(laid, grid, start, body, named, notebook, resolve, year):
            return None
    else:
        _take(laid, grid, start, body, named, notebook)
        if year is not None and any(k.name == "year" for k in table.keys) and "year" not in named:
            laid.columns["year"] = [year] * len(laid.rows)
    lacking = [f for f in table.fields if f.required and f.name not in laid.columns]
    for item in lacking:
        notebook.note(
            "missing_column",
            **place,
            row=start + 1,
            table=table.name,
            name=item.name,
            aliases=listing(item.aliases, 4),
            seen=listing(str(c) for c in head if c is not None),
        )
    return None if lacking else laid


def _value_name(table: Table) -> str:
    return table.value.name if table.kind == "values" else ""


def _records(grid: Grid, body: int) -> list[int]:
    """Return indices of the rows that hold records: neither blank nor a remark below the table."""
    out = []
    for i in range(body, len(grid.rows)):
        row = grid.rows[i]
        if len(row) > 1 and row[0] is not None and row[1] is not None and row[0] != row[1]:
            out.append(i)  # the ordinary case, told quickly
            continue
        cells = [c for c in row if c is not None]
        if not cells:
            continue
        if len({str(c) for c in cells}) == 1:
            first = _fold(cells[0])
            word = plain(re.split(r"[::]", first, maxsplit=1)[0])
            if word in spellings("note") or first.startswith(("注", "*", "#")):
                continue
        out.append(i)
    return out


def _take(
    laid: Laid, grid: Grid, start: int, body: int, named: Sequence[str | None], notebook: Notebook
) -> None:
    head = grid.rows[start]
    known = headers(grid.table)
    for j, (cell, name) in enumerate(zip(head, named, strict=True)):
        if name is None and any(row[j] is not None for row in grid.rows[body:]):
            label = str(cell) if cell is not None else f"#{j + 1}"
            hint = nearest(label, known)
            notebook.note(
                "unknown_column",
                file=grid.file,
                sheet=grid.sheet,
                row=start + 1,
                column=label,
                name=label,
                table=grid.table,
                hint=hint,
            )
    kept = _records(grid, body)
    laid.rows = [i + 1 for i in kept]
    for j, name in enumerate(named):
        if name is not None:
            laid.columns[name] = [grid.rows[i][j] for i in kept]
            laid.headers[name] = str(head[j])


def _year_of(cell: Cell, table: str) -> int | None:
    """Return the year of a header such as 2017, 2017年 or ``gross output 2017``."""
    year = read_year(cell) if cell is not None else None
    if year is None and isinstance(cell, str):
        bare, _ = split_unit(cell)
        match = re.fullmatch(r"(.*?)\s*_?(\d{4})\s*年?\s*(.*)", bare)
        if match:
            rest = plain(f"{match[1]}{match[3]}")
            if headers(table).get(rest) == schema()[table].value.name:
                year = read_year(match[2])
    return year


def _melt(
    laid: Laid,
    grid: Grid,
    start: int,
    body: int,
    named: Sequence[str | None],
    notebook: Notebook,
    resolve: Mapping[str, Resolver],
    year: int | None,
) -> bool:
    """Bring a wide table (members of one or two key columns across) into long form; False where noted."""
    table, head = laid.table, grid.rows[start]
    missing = [k for k in table.keys if k.required and k.name not in named]
    if year is not None and len(missing) > 1 and any(k.name == "year" for k in missing):
        missing = [k for k in missing if k.name != "year"]
    else:
        year = None
    free = [j for j, n in enumerate(named) if n is None and (head[j] is not None or body < len(grid.rows))]
    if len(missing) == 2:
        return _melt_two(laid, grid, start, body, named, missing, resolve, notebook)
    if len(missing) != 1 or not free:
        return True  # the caller says which columns are missing
    key = missing[0]
    members: dict[int, object] = {}
    strange = []
    for j in free:
        if head[j] is None:
            continue
        member = _member(key, head[j], table.name, resolve)
        if member is None:
            strange.append(head[j])
        else:
            members[j] = member
    if not members:
        return True
    if strange and key.dimension == "column":
        members |= {j: head[j] for j in free if head[j] in strange}
        strange = []
    for cell in strange:
        notebook.note(
            "wide_unknown",
            file=grid.file,
            sheet=grid.sheet,
            row=start + 1,
            column=str(cell),
            name=str(cell),
            key=key.name,
        )
    _spread(laid, grid, body, named, {j: {key.name: m} for j, m in members.items()}, head)
    for j in members:
        _, unit = split_unit(str(head[j]))
        if unit:
            laid.units.setdefault(table.value.name, unit)
    if year is not None:
        laid.columns["year"] = [year] * len(laid.rows)
    return True


def _member(key: Field, cell: Cell, table: str, resolve: Mapping[str, Resolver]) -> object | None:
    if key.dtype == "year":
        return _year_of(cell, table)
    if key.dimension not in resolve or cell is None:
        return None
    found = resolve[key.dimension](cell)
    if found is None and isinstance(cell, str):
        found = resolve[key.dimension](split_unit(cell)[0])
    known = found is not None or plain(cell) in spellings("total")
    return str(cell) if known else None


def _melt_two(
    laid: Laid,
    grid: Grid,
    start: int,
    body: int,
    named: Sequence[str | None],
    missing: Sequence[Field],
    resolve: Mapping[str, Resolver],
    notebook: Notebook,
) -> bool:
    """Two levels of header, the upper one merged or blank to its right: years over industries, say."""
    if body >= len(grid.rows):
        return True
    head, below = grid.rows[start], grid.rows[body]
    places: dict[int, tuple[Cell, Cell]] = {}
    top: Cell = None
    for j, name in enumerate(named):
        if name is not None:
            top = None
            continue
        top = head[j] if head[j] is not None else top
        if top is not None and below[j] is not None:
            places[j] = (top, below[j])
    for upper, lower in itertools.permutations(missing, 2):
        pairs = {
            j: (_member(upper, a, laid.table.name, resolve), _member(lower, b, laid.table.name, resolve))
            for j, (a, b) in places.items()
        }
        if pairs and all(a is not None and b is not None for a, b in pairs.values()):
            spread = {j: {upper.name: a, lower.name: b} for j, (a, b) in pairs.items()}
            _spread(laid, grid, body + 1, named, spread, below)
            return True
    return True


def _spread(
    laid: Laid,
    grid: Grid,
    body: int,
    named: Sequence[str | None],
    members: Mapping[int, Mapping[str, object]],
    head: Sequence[Cell],
) -> None:
    kept = _records(grid, body)
    value = laid.table.value.name
    fixed = [(j, name) for j, name in enumerate(named) if name is not None]
    added = next(iter(members.values())).keys()
    for name in (*(n for _, n in fixed), *added, value):
        laid.columns[name] = []
    for i in kept:
        row = grid.rows[i]
        for j, keys in members.items():
            laid.rows.append(i + 1)
            for k, name in fixed:
                laid.columns[name].append(row[k])
            for name, member in keys.items():
                laid.columns[name].append(member)
            laid.columns[value].append(row[j])
    for k, name in fixed:
        laid.headers[name] = str(grid.rows[body - 1][k] or name)
    laid.headers[value] = listing((str(head[j]) for j in members), 3)
