"""Published sheets: multi-regional tables as CEADs gives them, single-region ones as NBS does.

Both are read by their labels (`blocks`); what differs is how imports stand in them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from hinterland.accounts.exchange.blocks import Blocks, numbers
from hinterland.accounts.exchange.check import admit
from hinterland.accounts.exchange.draft import BALANCES, ENTERING, OUTSIDE, Array, Draft, Imported, Place
from hinterland.accounts.exchange.sheet import choose, read_grids, unit_of, year_of
from hinterland.accounts.exchange.sheetnames import letters
from hinterland.study import CheckError, CheckReport, Text
from hinterland.study.findings import Notebook

# Subtotals are compared with their parts within this share: published ones are rounded.
SUBTOTAL = 1e-4


def read_ceads(
    path: str | Path,
    *,
    sheet: str | None = None,
    year: int | None = None,
    unit: str | None = None,
    balance: bool = False,
    blanks_zero: bool = False,
) -> Imported:
    """Read a multi-regional table in the CEADs layout: province blocks of sectors, as xlsx or CSV.

    Rows: sectors by province, a row of imports, items of value added, total input. Columns: sectors by
    province, final demand by province, exports, discrepancy, total output. Found by label, in Chinese or
    English; see the page on importing.

    Parameters
    ----------
    path : str or Path
    sheet : str, optional
        Where several sheets hold a table.
    year, unit : optional
        Where the file does not state them (unit as ``10 thousand CNY``).
    balance : bool
        Balance a table that does not balance (GRAS); else that is an error.
    blanks_zero : bool
        Read a blank cell as zero; else blanks are an error.

    Raises
    ------
    CheckError
        Everything wrong with the file, each with sheet, row, column and mend.

    References
    ----------
    Zheng et al. (2021), Scientific Data 8:244 (the 2012, 2015 and 2017 tables); Mi et al. (2018), Scientific
    Data 5:180155 (structure of the table).
    """
    return _read(path, "ceads", sheet, year, unit, balance, blanks_zero)


def read_nbs(
    path: str | Path,
    *,
    sheet: str | None = None,
    year: int | None = None,
    unit: str | None = None,
    balance: bool = False,
    blanks_zero: bool = False,
    region: str | None = None,
) -> Imported:
    """Read a national or provincial table in the layout of the National Bureau of Statistics.

    Competitive imports: a column of imports that counts off supply (written positive or negative; which is
    told by the balance of the rows). Non-competitive: rows of imported products, or one row of imports.

    Parameters
    ----------
    path, sheet, year, unit, balance, blanks_zero
        As in `read_ceads`.
    region : str, optional
        Name of the country or province; default the name of the file.

    Raises
    ------
    CheckError
        As in `read_ceads`.
    """
    return _read(path, "nbs", sheet, year, unit, balance, blanks_zero, region)


def _read(
    path: str | Path,
    form: str,
    sheet: str | None,
    year: int | None,
    unit: str | None,
    balance: bool,
    blanks_zero: bool,
    region: str | None = None,
) -> Imported:
    notebook = Notebook()
    source = Path(path).name
    grids = read_grids(path, notebook)
    blocks = choose(grids, sheet, notebook) if grids else None
    if blocks is not None:
        single = blocks.regions == ("",)
        if form == "ceads" and single:
            notebook.note("import_one_region", file=source, sheet=blocks.grid.sheet)
        elif form == "nbs" and not single:
            notebook.note("import_many_regions", file=source, sheet=blocks.grid.sheet)
    if blocks is None or notebook.broken:
        raise CheckError(CheckReport(source, tuple(notebook)))
    money = unit_of(blocks.grid, blocks.first_row, unit, notebook)
    known_year = year_of(blocks.grid, year, notebook)
    name = region or Path(path).stem
    draft = assemble(blocks, notebook, money, known_year, blanks_zero, name)
    return admit(draft, notebook, source, form, balance=balance)


def _code(name: str) -> str:
    return "_".join(name.split())


def assemble(
    blocks: Blocks, notebook: Notebook, unit: str, year: int | None, blanks_zero: bool, region: str
) -> Draft:
    """Put the numbers of a sheet into a draft; imports and inflow become negative final demand."""
    keys = [(r, s) for r in blocks.regions for s in blocks.sectors]
    n = len(blocks.sectors)
    rows, columns = [blocks.rows[k] for k in keys], [blocks.columns[k] for k in keys]
    last = [j for _, _, j in blocks.final]

    def read(some: Sequence[int], others: Sequence[int]) -> Array:
        return numbers(blocks, some, others, notebook, blanks_zero=blanks_zero)

    Z, final = read(rows, columns), read(rows, last)
    imports, import_matrix, final_imports = np.zeros(len(keys)), None, None
    if blocks.imported:
        import_rows = [blocks.imported[("", s)] for s in blocks.sectors if ("", s) in blocks.imported]
        import_matrix, final_imports = read(import_rows, columns), np.zeros((len(import_rows), len(last)))
        for j, (_, category, place) in enumerate(blocks.final):
            # imported products are not exported, nor do they have an error of their own: often left blank
            book = Notebook() if category in OUTSIDE else notebook
            final_imports[:, j] = numbers(
                blocks, import_rows, [place], book, blanks_zero=blanks_zero or category in OUTSIDE
            )[:, 0]
        imports = import_matrix.sum(0)
    elif "imports" in blocks.totals:
        row = [blocks.totals["imports"]]
        imports, final_imports = read(row, columns)[0], numbers(blocks, row, last, Notebook())[0]
        final_imports = np.nan_to_num(final_imports)  # an empty corner of the import row
    items = tuple(blocks.items)
    if items:
        V = read([blocks.items[k] for k in items], columns)
    else:
        items, V = ("value_added",), read([blocks.totals["value_added"]], columns)
    output = _output(blocks, read, rows, columns, Z, imports, V, notebook)
    _subtotals(blocks, notebook, rows, columns, Z, V, imports)
    places = ("",) * len(blocks.final) if blocks.regions == ("",) else tuple(r for r, _, _ in blocks.final)
    names = {_code(r): Text.same(r) for r in (*blocks.regions, *blocks.sectors) if r}
    regions = tuple(_code(r) for r in blocks.regions) if blocks.regions != ("",) else (_code(region),)
    names.setdefault(regions[0], Text.same(region))
    categories = [c for _, c, _ in blocks.final]
    Y, pairs, kept_imports = _final(final, final_imports, categories, [_code(p) for p in places], regions, n)
    for where, category, j in blocks.final:
        if not where and len(regions) > 1 and category not in OUTSIDE:
            notebook.note(
                "import_final_nowhere",
                file=blocks.grid.file,
                sheet=blocks.grid.sheet,
                column=letters(j + 1),
                name=category,
            )
    loose = [k for k, (_, c) in enumerate(pairs) if c == "discrepancy"]
    if loose and np.nansum(np.abs(Y[:, loose])) > 0:
        notebook.note(
            "import_discrepancy",
            file=blocks.grid.file,
            sheet=blocks.grid.sheet,
            unit=unit,
            size=f"{np.nansum(np.abs(Y[:, loose])):,.6g}",
        )
    how = Text("Read from the published sheet by its labels.", "按标签读自公布的表。")
    if any(c in ENTERING for _, c in pairs):
        how += Text(
            " Imports compete: inputs and final demand include imported products, which a negative column of "
            "final demand takes off.",
            "进口为竞争型：投入与最终需求含进口品，由最终需求中的负列扣除。",
        )
    return Draft(
        Z,
        Y,
        V,
        imports,
        output,
        regions,
        tuple(_code(s) for s in blocks.sectors),
        pairs,
        items,
        unit,
        year,
        how,
        import_matrix=import_matrix,
        final_imports=kept_imports,
        names=names,
        place=Place(
            blocks.grid.file, blocks.grid.sheet, tuple(i + 1 for i in rows), tuple(j + 1 for j in columns)
        ),
    )


def _output(
    blocks: Blocks,
    read: Callable[[Sequence[int], Sequence[int]], Array],
    rows: list[int],
    columns: list[int],
    Z: Array,
    imports: Array,
    V: Array,
    notebook: Notebook,
) -> Array:
    """Stated output: of the column, compared with that of the row; None where there is neither."""
    by_row = by_column = None
    if "output" in blocks.final_totals:
        by_row = read(rows, [blocks.final_totals["output"]])[:, 0]
    if "output" in blocks.totals:
        by_column = read([blocks.totals["output"]], columns)[0]
    if by_row is None and by_column is None:
        inputs: Array = Z.sum(0) + imports + V.sum(0)
        return inputs
    if by_row is not None and by_column is not None:
        off = np.flatnonzero(np.abs(by_row - by_column) > BALANCES * np.nanmax(np.abs(by_row)))
        if off.size:
            i = int(off[np.argmax(np.abs(by_row - by_column)[off])])
            notebook.note(
                "import_outputs_differ",
                file=blocks.grid.file,
                sheet=blocks.grid.sheet,
                row=rows[i] + 1,
                column=letters(columns[i] + 1),
                count=len(off),
                row_output=f"{by_row[i]:,.6g}",
                column_output=f"{by_column[i]:,.6g}",
            )
    known = by_row if by_row is not None else by_column
    assert known is not None
    return known


def _subtotals(
    blocks: Blocks,
    notebook: Notebook,
    rows: list[int],
    columns: list[int],
    Z: Array,
    V: Array,
    imports: Array,
) -> None:
    """Compare stated subtotals with their parts: they do not enter the table, but a gap is worth knowing."""
    checks = []
    if "intermediate" in blocks.final_totals:
        checks.append(("row", blocks.final_totals["intermediate"], Z.sum(1)))
    if "intermediate" in blocks.totals:
        total = Z.sum(0)
        checks.append(("column", blocks.totals["intermediate"], total))
    if "value_added" in blocks.totals and blocks.items:
        checks.append(("column", blocks.totals["value_added"], V.sum(0)))
    for side, place, summed in checks:
        across, down = (rows, [place]) if side == "row" else ([place], columns)
        stated = numbers(blocks, across, down, Notebook()).ravel()
        gap = np.abs(stated - summed)
        if side == "column" and place == blocks.totals.get("intermediate"):
            gap = np.minimum(gap, np.abs(stated - summed - imports))  # some count imported inputs in
        off = np.flatnonzero(gap > SUBTOTAL * np.nanmax(np.abs(summed), initial=0.0))
        if off.size:
            i = int(off[np.argmax(gap[off])])
            row, column = (rows[i], place) if side == "row" else (place, columns[i])
            notebook.note(
                "import_subtotal",
                file=blocks.grid.file,
                sheet=blocks.grid.sheet,
                row=row + 1,
                column=letters(column + 1),
                count=len(off),
                stated=f"{stated[i]:,.6g}",
                summed=f"{summed[i]:,.6g}",
            )


def _final(
    final: Array,
    final_imports: Array | None,
    categories: list[str],
    places: list[str],
    regions: tuple[str, ...],
    n: int,
) -> tuple[Array, tuple[tuple[str, str], ...], Array | None]:
    """Order final demand by region and category; what is no region's market goes to the maker's region.

    Columns of imports and inflow are made negative where the file writes them as positive. Columns of one
    region and category are added up.
    """
    values = final.copy()
    entering = np.array([c in ENTERING for c in categories])
    if entering.any() and np.nansum(values[:, entering]) > 0:
        values[:, entering] *= -1
    pairs = tuple((r, c) for r in regions for c in dict.fromkeys(categories))
    place = {pair: k for k, pair in enumerate(pairs)}
    out = np.zeros((len(final), len(pairs)))
    brought = None if final_imports is None else np.zeros((*final_imports.shape[:-1], len(pairs)))
    for j, (category, where) in enumerate(zip(categories, places, strict=True)):
        if where in regions or len(regions) == 1:
            k = place[(where if where in regions else regions[0], category)]
            out[:, k] += values[:, j]
            if brought is not None and final_imports is not None:
                brought[..., k] += final_imports[..., j]
        else:
            for a, maker in enumerate(regions):
                out[a * n : (a + 1) * n, place[(maker, category)]] += values[a * n : (a + 1) * n, j]
    return out, pairs, brought
