"""A sheet of an input-output table read by its labels: which rows and columns are what, wherever they stand.

No offset is fixed. The row and the column that name the sectors are those that have most labels in common;
a second pair that is constant within a block of sectors names the regions; every other row and column is
known by its label (labels.csv).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from hinterland.accounts.exchange import words
from hinterland.accounts.exchange.draft import Array
from hinterland.accounts.exchange.sheetnames import letters
from hinterland.study.findings import Notebook
from hinterland.study.numerals import NotANumberError, is_missing, read_number
from hinterland.study.schema import listing, plain
from hinterland.study.sheets import Cell, Grid

Note = Callable[..., None]
_SEEK_ROWS, _SEEK_COLUMNS = 12, 8
_NEARLY = 0.7
_ROW_KINDS = ("row_output", "row_subtotal", "item", "import_row")
_COLUMN_KINDS = ("output", "subtotal", "category")


@dataclass
class Blocks:
    """Rows and columns of a sheet by what they are; positions count from 0."""

    grid: Grid
    first_row: int
    first_column: int
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    columns: dict[tuple[str, str], int] = field(default_factory=dict)
    imported: dict[tuple[str, str], int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    final: list[tuple[str, str, int]] = field(default_factory=list)
    final_totals: dict[str, int] = field(default_factory=dict)


def _label(cell: Cell) -> str:
    return "" if cell is None or isinstance(cell, bool) else plain(cell)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _known(cell: Cell) -> bool:
    return any(words.meaning(kind, cell) for kind in (*_ROW_KINDS, *_COLUMN_KINDS))


def _labels_of(cells: Sequence[Cell]) -> set[str]:
    return {_label(c) for c in cells if isinstance(c, str) and not is_missing(c) and not _known(c)}


def _changes(labels: Sequence[str], known: set[str]) -> int:
    """Count the places where a label of `known` stands that is not the one before it."""
    return sum(1 for i, t in enumerate(labels) if t in known and (i == 0 or labels[i - 1] != t))


def _pair(rows: list[list[Cell]]) -> tuple[int, int, set[str]]:
    """Return the header row and label column of the sectors, and the labels they have in common.

    Of all pairs that share labels, sectors change from cell to cell, regions only from block to block; words
    go before codes.
    """
    across = [([_label(c) for c in row], _labels_of(row)) for row in rows[:_SEEK_ROWS]]
    width = len(rows[0]) if rows else 0
    columns = [[row[c] for row in rows] for c in range(min(_SEEK_COLUMNS, width))]
    down = [([_label(c) for c in cells], _labels_of(cells)) for cells in columns]
    found: list[tuple[int, int, int, int, set[str]]] = []
    for h, (top, one) in enumerate(across):
        for c, (side, two) in enumerate(down):
            both = (one & two) - {_label(rows[h][c])}  # the corner names the column of codes, say
            worded = sum(1 for t in both if not any(ch.isdigit() for ch in t))
            if both:
                found.append((min(_changes(top, both), _changes(side, both)), worded, -h, -c, both))
    if not found:
        return 0, 0, set()
    most = max(changes for changes, *_ in found)
    # a misspelt or doubled name must not hand the part of names to the codes beside them
    _, _, h, c, both = max(
        (f for f in found if f[0] >= _NEARLY * most), key=lambda f: (f[1], f[0], f[2], f[3])
    )
    return -h, -c, both


def _filled(cells: Sequence[Cell]) -> list[str]:
    out, last = [], ""
    for cell in cells:
        last = _label(cell) or last
        out.append(last)
    return out


def _region_pair(
    rows: list[list[Cell]], header: int, column: int, first_row: int, first_column: int, sectors: set[str]
) -> tuple[int, int, tuple[str, ...]] | None:
    """Return the header row and label column of the regions, None where there is only one region."""
    sector_rows = [i for i in range(first_row, len(rows)) if _label(rows[i][column]) in sectors]
    sector_columns = [j for j in range(first_column, len(rows[0])) if _label(rows[header][j]) in sectors]
    best = 0
    found: tuple[int, int, tuple[str, ...]] | None = None
    for c in (c for c in range(first_column) if c != column):
        down = _filled([row[c] for row in rows])
        side = [down[i] for i in sector_rows]
        if _changes(side, set(side)) * 2 > len(side):
            continue  # a code of a sector changes from row to row, a region from block to block
        for h in (h for h in range(first_row) if h != header):
            across = _filled(rows[h])
            top = [across[j] for j in sector_columns]
            both = set(top) & set(side) - {""}
            if len(both) > max(best, 1) or (both and len(set(top) | set(side)) > 2 and len(both) > best):
                best = len(both)
                # a region that only rows or only columns have is one whose block is missing
                found = (h, c, tuple(t for t in dict.fromkeys((*top, *side)) if t))
    return found


def find(grid: Grid, notebook: Notebook, *, quiet: bool = False) -> Blocks | None:
    """Find the blocks of a sheet; None where it holds no input-output table (noted unless `quiet`)."""
    rows = grid.rows

    def note(code: str, row: int = 0, column: int = 0, **values: object) -> None:
        if not quiet:
            notebook.note(
                code,
                file=grid.file,
                sheet=grid.sheet,
                row=row,
                column=letters(column) if column else "",
                **values,
            )

    if not rows:
        note("import_no_blocks")
        return None
    header, column, sectors = _pair(rows)
    if len(sectors) < 2:
        note("import_no_blocks")
        return None
    named_rows = [i for i in range(len(rows)) if _label(rows[i][column]) in sectors]
    named_columns = [j for j in range(len(rows[0])) if _label(rows[header][j]) in sectors]
    first_row, first_column = named_rows[0], named_columns[0]
    if first_row <= header or first_column <= column:
        note("import_no_blocks")
        return None
    pair = _region_pair(rows, header, column, first_row, first_column, sectors)
    spelt = {_label(c): str(c).strip() for c in rows[header] if c is not None}
    order = tuple(dict.fromkeys(_label(rows[i][column]) for i in named_rows))
    blocks = Blocks(grid, first_row, first_column, ("",), tuple(spelt[s] for s in order))
    region_down, region_across = [""] * len(rows), [""] * len(rows[0])
    if pair:
        h, c, members = pair
        spoken = {_label(v): str(v).strip() for v in (*(row[c] for row in rows), *rows[h]) if v is not None}
        blocks.regions = tuple(spoken[m] for m in members)
        region_down = [spoken.get(v, "") for v in _filled([row[c] for row in rows])]
        region_down = [v if v in blocks.regions else "" for v in region_down]
        region_across = [spoken.get(v, "") for v in _filled(rows[h])]
        region_across = [v if v in blocks.regions else "" for v in region_across]
    label_columns = [j for j in range(first_column)]
    header_rows = [i for i in range(first_row)]
    _columns(blocks, header, header_rows, sectors, spelt, region_across, note)
    _rows(blocks, column, label_columns, sectors, spelt, region_down, note)
    _complete(blocks, note)
    return blocks


def _columns(
    blocks: Blocks,
    header: int,
    header_rows: list[int],
    sectors: set[str],
    spelt: dict[str, str],
    regions: list[str],
    note: Note,
) -> None:
    """Classify the columns of the sheet."""
    rows = blocks.grid.rows
    for j in range(blocks.first_column, len(rows[0])):
        label = _label(rows[header][j])
        texts = [rows[i][j] for i in (header, *reversed(header_rows)) if rows[i][j] is not None]
        if label in sectors and (regions[j] or blocks.regions == ("",)):
            key = (regions[j], spelt[label])
            if key in blocks.columns:
                note("import_twice", header + 1, j + 1, name=" ".join(filter(None, key)))
            blocks.columns[key] = j
            continue
        kinds = [(k, m) for t in texts for k in _COLUMN_KINDS if (m := words.meaning(k, t))]
        if kinds:
            kind, what = kinds[0]
            if kind == "category":
                blocks.final.append((regions[j], what, j))
            else:
                blocks.final_totals.setdefault(what if kind == "subtotal" else "output", j)
        elif any(_is_number(row[j]) and row[j] for row in rows[blocks.first_row :]):
            note("import_unknown_column", header + 1, j + 1, name=listing([str(t) for t in texts], 3) or "?")


def _rows(
    blocks: Blocks,
    column: int,
    label_columns: list[int],
    sectors: set[str],
    spelt: dict[str, str],
    regions: list[str],
    note: Note,
) -> None:
    """Classify the rows of the sheet."""
    rows = blocks.grid.rows
    imported = False
    for i in range(blocks.first_row, len(rows)):
        cells = [rows[i][j] for j in label_columns]
        texts = [t for t in (cells[column], *cells) if isinstance(t, str)]
        label = _label(cells[column])
        others = [t for j, t in enumerate(cells) if j != column]
        if any(words.meaning("import_block", t) for t in others):
            imported = True
        elif any(words.meaning("domestic_block", t) for t in others):
            imported = False
        if label in sectors and (regions[i] or blocks.regions == ("",)):
            key = (regions[i], spelt[label])
            into = blocks.imported if imported else blocks.rows
            if key in into:
                note("import_twice", i + 1, column + 1, name=" ".join(filter(None, key)))
            into[key] = i
            continue
        kinds = [(k, m) for t in texts for k in _ROW_KINDS if (m := words.meaning(k, t))]
        if kinds:
            kind, what = kinds[0]
            if kind == "item":
                blocks.items.setdefault(what, i)
            else:
                blocks.totals.setdefault({"import_row": "imports", "row_output": "output"}.get(kind, what), i)
        elif any(_is_number(v) and v for v in rows[i][blocks.first_column :]):
            note("import_unknown_row", i + 1, name=listing([str(t) for t in texts], 3) or "?")


def _complete(blocks: Blocks, note: Note) -> None:
    """Note the sectors that a row or column block lacks, blocks that are missing, labels in another order."""
    wanted = [(r, s) for r in blocks.regions for s in blocks.sectors]
    for have, code in ((blocks.rows, "import_no_row"), (blocks.columns, "import_no_column")):
        lacking = [w for w in wanted if w not in have]
        whole = [r for r in blocks.regions if all((r, s) not in have for s in blocks.sectors)]
        if whole and blocks.regions != ("",):
            note(
                "import_no_block",
                side="rows" if code == "import_no_row" else "columns",
                regions=listing(whole),
            )
            lacking = [w for w in lacking if w[0] not in whole]
        if lacking:
            note(code, count=len(lacking), names=listing([" ".join(filter(None, w)) for w in lacking], 6))
    if blocks.imported:
        absent = [s for s in blocks.sectors if ("", s) not in blocks.imported and blocks.regions == ("",)]
        if absent:
            note("import_no_row", count=len(absent), names=listing(absent, 6))
    if not blocks.final:
        note("import_no_final")
    if not blocks.items and "value_added" not in blocks.totals:
        note("import_no_value_added")


def numbers(
    blocks: Blocks,
    rows: Sequence[int],
    columns: Sequence[int],
    notebook: Notebook,
    *,
    blanks_zero: bool = False,
) -> Array:
    """Read the cells of some rows and columns; a blank is missing unless `blanks_zero` (noted)."""
    out = np.full((len(rows), len(columns)), np.nan)
    blank: list[tuple[int, int]] = []
    wrong: list[tuple[int, int]] = []
    for a, i in enumerate(rows):
        cells = blocks.grid.rows[i]
        for b, j in enumerate(columns):
            cell = cells[j]
            if type(cell) is float or type(cell) is int:
                out[a, b] = cell
                continue
            try:
                found = read_number(cell)
            except NotANumberError:
                wrong.append((i, j))
                continue
            if found is None:
                blank.append((i, j))
                out[a, b] = 0.0 if blanks_zero else np.nan
            elif found.percent:
                wrong.append((i, j))
            else:
                out[a, b] = found.value
    for code, places in (("import_not_number", wrong), ("import_blank", [] if blanks_zero else blank)):
        if places:
            i, j = places[0]
            notebook.note(
                code,
                file=blocks.grid.file,
                sheet=blocks.grid.sheet,
                row=i + 1,
                column=letters(j + 1),
                count=len(places),
                value=blocks.grid.rows[i][j],
            )
    return out
