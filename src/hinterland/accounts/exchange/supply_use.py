"""Supply and use tables to input-output tables: the four models of the Eurostat manual (2008), chapter 11."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.accounts.exchange import words
from hinterland.accounts.exchange.blocks import Blocks, numbers
from hinterland.accounts.exchange.check import admit
from hinterland.accounts.exchange.draft import BALANCES, Array, Draft, Imported
from hinterland.accounts.exchange.sheet import read_grids, unit_of, year_of
from hinterland.accounts.exchange.sheetnames import letters_of
from hinterland.study import CheckError, CheckReport, Column, Result, StudyError, Text
from hinterland.study.findings import Notebook
from hinterland.study.numerals import is_missing
from hinterland.study.schema import listing, plain
from hinterland.study.sheets import Grid

Model = Literal["A", "B", "C", "D"]
MODELS: tuple[Model, ...] = ("A", "B", "C", "D")
# Negative entries as small as this, relative to the largest output, are rounding.
NEGLIGIBLE = 1e-12


@dataclass(frozen=True)
class Transformed:
    """An input-output table made of supply and use: inputs, final demand, value added and output."""

    Z: Array
    Y: Array
    V: Array
    x: Array


def transform(
    supply: npt.ArrayLike, use: npt.ArrayLike, final: npt.ArrayLike, added: npt.ArrayLike, model: Model
) -> Transformed:
    r"""Make an input-output table by one of four models.

    With V' the supply table (product by industry), q its row and g its column sums, U use, Y final demand, W
    value added:

    A product technology, product by product: :math:`T = (V')^{-1}\hat q`: :math:`Z = UT`, :math:`WT`, Y;
    B industry technology, product by product: :math:`T = \hat g^{-1} V`: :math:`Z = UT`, :math:`WT`, Y;
    C fixed industry sales structure, industry by industry: :math:`T = \hat g (V')^{-1}`:
    :math:`Z = TU`, W, :math:`TY`;
    D fixed product sales structure, industry by industry: :math:`T = V \hat q^{-1}`: :math:`Z = TU`, W,
    :math:`TY`.

    A and C need as many products as industries, and can make negative flows.

    Parameters
    ----------
    supply : array [products, industries]
        Domestic output at basic prices, money.
    use : array [products, industries]
    final : array [products, columns]
        Imports, where use holds them, as a negative column.
    added : array [items, industries]

    Returns
    -------
    Transformed
        Output is q for A and B, g for C and D.

    Raises
    ------
    StudyError
        A or C with a supply table that is not square or is singular.

    References
    ----------
    Eurostat (2008), Manual of Supply, Use and Input-Output Tables, chapter 11.
    """
    s, u = np.asarray(supply, dtype=np.float64), np.asarray(use, dtype=np.float64)
    y, w = np.asarray(final, dtype=np.float64), np.asarray(added, dtype=np.float64)
    q, g = s.sum(1), s.sum(0)
    if model not in MODELS:
        raise StudyError(
            Text(f"There is no model '{model}'.", f"没有模型“{model}”。"),
            Text("Choose A, B, C or D.", "请选择 A、B、C 或 D。"),
        )
    if model in ("A", "C"):
        if s.shape[0] != s.shape[1]:
            raise StudyError(
                Text(
                    f"Model {model} needs as many products as industries, not {s.shape[0]} and {s.shape[1]}.",
                    f"模型 {model} 要求产品数与产业数相同；现为 {s.shape[0]} 与 {s.shape[1]}。",
                ),
                Text("Choose model B or D, or aggregate.", "请选用模型 B 或 D，或先归并。"),
            )
        if np.linalg.cond(s / np.where(g > 0, g, 1.0)) > 1e12:
            raise StudyError(
                Text(
                    f"Model {model} needs an invertible supply table; this one is singular.",
                    f"模型 {model} 要求供给表可逆；现供给表奇异。",
                ),
                Text("Choose model B or D.", "请选用模型 B 或 D。"),
            )
    if model == "A":
        T = np.linalg.solve(s, np.diag(q))
    elif model == "B":
        T = np.divide(s.T, g[:, None], out=np.zeros_like(s.T), where=g[:, None] != 0)
    elif model == "C":
        T = np.linalg.solve(s.T, np.diag(g)).T
    else:
        T = np.divide(s.T, q, out=np.zeros_like(s.T), where=q != 0)
    if model in ("A", "B"):
        return Transformed(u @ T, y.copy(), w @ T, q)
    return Transformed(T @ u, T @ y, w.copy(), g)


def negatives_of(
    made: Transformed, rows: Sequence[str], columns: Sequence[str], unit: str, year: int | None
) -> Result:
    """Negative flows that the transformation made, largest first; columns: row, column, value, share.

    Share: of the column's output.
    """
    limit = NEGLIGIBLE * float(made.x.max(initial=1.0))
    i, j = np.nonzero(-limit > made.Z)
    order = np.argsort(made.Z[i, j])
    i, j = i[order], j[order]
    share = np.divide(made.Z[i, j], made.x[j], out=np.full(len(i), np.nan), where=made.x[j] != 0)
    frame = pd.DataFrame(
        {
            "row": [rows[int(a)] for a in i],
            "column": [columns[int(a)] for a in j],
            "value": made.Z[i, j],
            "share": share,
        }
    )
    return Result(
        "import_negatives",
        Text("Negative flows made by the transformation", "转换产生的负流量"),
        frame,
        (
            Column("row", Text("Row", "行"), "industry"),
            Column("column", Text("Column", "列"), "industry"),
            Column("value", Text("Flow", "流量"), "number", unit, "estimated", str(year or "")),
            Column("share", Text("Share of the column's output", "占列产出"), "share", "1", "estimated"),
        ),
        Text(
            "Product technology (A) and fixed industry sales (C) can give negative inputs where secondary "
            "production is not made, or sold, as the model assumes. They are kept, not set to zero.",
            "产品工艺假定（A）与固定产业销售结构（C）在次要产品不符合假定时会产生负投入；此处保留，不置零。",
        ),
    )


def read_supply_use(
    path: str | Path,
    *,
    model: Model = "B",
    year: int | None = None,
    unit: str | None = None,
    balance: bool = False,
    blanks_zero: bool = False,
    region: str | None = None,
) -> Imported:
    """Read a supply and a use table and transform them: sheets of a workbook, or supply.csv and use.csv.

    Both have products in rows and industries in columns, at basic prices. Supply may have columns of imports
    (then use holds imported products too; they are taken off as negative final demand) and of totals; use
    has final demand, rows of value added, and totals, known by their labels.

    Parameters
    ----------
    path : str or Path
        A workbook or a folder.
    model : {"A", "B", "C", "D"}
        See `transform`.
    year, unit, balance, blanks_zero, region
        As in `published.read_nbs`.

    Raises
    ------
    CheckError, StudyError
        As there; trade margins or taxes on products in supply are refused: basic prices are needed.
    """
    notebook = Notebook()
    source = Path(path).name
    place = Path(path)
    grids: list[Grid] = []
    if place.is_dir():
        for file in sorted(place.iterdir()):
            if file.suffix.lower() in (".csv", ".tsv"):
                grids += [Grid("", g.file, file.stem, g.rows) for g in read_grids(file, notebook)]
    else:
        grids = read_grids(path, notebook)
    found: dict[str, Grid] = {}
    for kind, zh in (("supply", "供给表"), ("use", "使用表")):
        named = [g for g in grids if words.meaning(f"{kind}_sheet", g.sheet)]
        if len(named) == 1:
            found[kind] = named[0]
        elif not notebook.broken:
            notebook.note(
                "import_no_table", file=source, name=Text(kind, zh), known=listing([g.sheet for g in grids])
            )
    if notebook.broken:
        raise CheckError(CheckReport(source, tuple(notebook)))
    made = _sheet(found["supply"], notebook, supply=True)
    used = _sheet(found["use"], notebook, supply=False)
    _agree(made, used, notebook)
    money = unit_of(used.grid, used.first_row, unit, notebook)
    supplied = unit_of(made.grid, made.first_row, money or unit, Notebook())
    if money and plain(supplied) != plain(money):
        notebook.note(
            "import_unit_differs", file=made.grid.file, sheet=made.grid.sheet, stated=supplied, given=money
        )
    known = year_of(used.grid, year, notebook)
    if notebook.broken:
        raise CheckError(CheckReport(source, tuple(notebook)))

    def read(blocks: Blocks, rows: Sequence[int], columns: Sequence[int]) -> Array:
        return numbers(blocks, rows, columns, notebook, blanks_zero=blanks_zero)

    products = list(used.rows)
    industries = list(used.columns)
    rows = [used.rows[k] for k in products]
    columns = [used.columns[k] for k in industries]
    S = read(made, [made.rows[k] for k in products], [made.columns[k] for k in industries])
    U, Y = read(used, rows, columns), read(used, rows, [j for _, _, j in used.final])
    items = tuple(used.items)
    W = read(used, [used.items[k] for k in items], columns)
    categories = [c for _, c, _ in used.final]
    brought = [j for _, c, j in made.final if c in ("imports", "inflow")]
    if brought:
        entering = read(made, [made.rows[k] for k in products], brought).sum(1)
        Y, categories = np.column_stack([Y, -entering]), [*categories, "imports"]
    if notebook.broken:
        raise CheckError(CheckReport(source, tuple(notebook)))
    _identities(S, U, Y, W, products, industries, used, notebook, balance)
    done = transform(S, U, Y, W, model)
    square = model in ("A", "B")
    labels = products if square else industries
    names = tuple("_".join(s.split()) for _, s in labels)
    where = region or Path(path).stem
    code = "_".join(where.split())
    negatives = negatives_of(done, names, names, money, known) if model in ("A", "C") else None
    if negatives is not None and len(negatives.frame):
        total = float(negatives.frame["value"].sum())
        notebook.note(
            "import_negatives", file=source, count=len(negatives.frame), total=f"{total:,.6g}", model=model
        )
    merged = list(dict.fromkeys(categories))
    final = np.column_stack([done.Y[:, [c == m for c in categories]].sum(1) for m in merged])
    draft = Draft(
        done.Z,
        final,
        done.V,
        np.zeros(len(names)),
        done.x,
        (code,),
        names,
        tuple((code, c) for c in merged),
        items,
        money,
        known,
        _method(model),
        names={code: Text.same(where)},
    )
    return admit(draft, notebook, source, "supply-use", balance=balance, negatives=negatives)


def _method(model: Model) -> Text:
    en = {
        "A": "product technology, product by product",
        "B": "industry technology, product by product",
        "C": "fixed industry sales structure, industry by industry",
        "D": "fixed product sales structure, industry by industry",
    }[model]
    zh = {
        "A": "产品工艺假定，产品×产品",
        "B": "产业工艺假定，产品×产品",
        "C": "固定产业销售结构，产业×产业",
        "D": "固定产品销售结构，产业×产业",
    }[model]
    return Text(
        f"Made from supply and use by model {model} ({en}; Eurostat 2008).",
        f"由供给表与使用表按模型 {model}（{zh}；Eurostat 2008）转换。",
    )


def _sheet(grid: Grid, notebook: Notebook, *, supply: bool) -> Blocks:
    """Classify the rows and columns of one sheet; products and industries are what is not known otherwise."""
    rows = grid.rows
    blocks = Blocks(grid, 0, 0, ("",), ())
    header = next(
        (
            i
            for i, row in enumerate(rows[:12])
            if sum(isinstance(c, str) and not is_missing(c) for c in row[1:]) > 1
        ),
        None,
    )
    label = 0
    if header is not None:
        texts = [
            sum(isinstance(r[c], str) and not is_missing(r[c]) for r in rows[header + 1 :])
            for c in range(min(4, len(rows[0])))
        ]
        worded = [c for c, t in enumerate(texts) if t == max(texts)]
        label = worded[-1] if texts else 0  # names stand after codes
    if header is None or not any(isinstance(r[label], str) for r in rows[header + 1 :]):
        notebook.note("import_no_blocks", file=grid.file, sheet=grid.sheet)
        return blocks
    blocks.first_row, blocks.first_column = header + 1, label + 1
    for j in range(label + 1, len(rows[0])):
        cell = rows[header][j]
        if cell is None:
            continue
        text = str(cell).strip()
        if words.meaning("valuation", text):
            if any(isinstance(r[j], int | float) and r[j] for r in rows[header + 1 :]):
                notebook.note(
                    "import_valuation",
                    file=grid.file,
                    sheet=grid.sheet,
                    row=header + 1,
                    column=letters_of(j),
                    name=text,
                )
        elif words.meaning("output", text) or words.meaning("subtotal", text):
            continue
        elif (what := words.meaning("category", text)) is not None:
            blocks.final.append(("", what, j))
        else:
            if ("", text) in blocks.columns:
                notebook.note(
                    "import_twice",
                    file=grid.file,
                    sheet=grid.sheet,
                    row=header + 1,
                    column=letters_of(j),
                    name=text,
                )
            blocks.columns[("", text)] = j
    for i in range(header + 1, len(rows)):
        cell = rows[i][label]
        if cell is None:
            continue
        text = str(cell).strip()
        if words.meaning("row_output", text) or words.meaning("row_subtotal", text):
            continue
        if (what := words.meaning("item", text)) is not None:
            blocks.items.setdefault(what, i)
        else:
            if ("", text) in blocks.rows:
                notebook.note(
                    "import_twice",
                    file=grid.file,
                    sheet=grid.sheet,
                    row=i + 1,
                    column=letters_of(label),
                    name=text,
                )
            blocks.rows[("", text)] = i
    if not supply:
        if not blocks.final:
            notebook.note("import_no_final", file=grid.file, sheet=grid.sheet)
        if not blocks.items:
            notebook.note("import_no_value_added", file=grid.file, sheet=grid.sheet)
    return blocks


def _agree(made: Blocks, used: Blocks, notebook: Notebook) -> None:
    """Note labels that only one of the two tables has."""
    for side, zh, one, two in (
        ("products", "产品", made.rows, used.rows),
        ("industries", "产业", made.columns, used.columns),
    ):
        odd = [k[1] for k in (*one, *two) if (k in one) != (k in two)]
        if odd:
            notebook.note(
                "import_sut_labels",
                file=used.grid.file,
                sheet=used.grid.sheet,
                side=Text(side, zh),
                names=listing(dict.fromkeys(odd), 6),
            )


def _identities(
    S: Array,
    U: Array,
    Y: Array,
    W: Array,
    products: Sequence[tuple[str, str]],
    industries: Sequence[tuple[str, str]],
    used: Blocks,
    notebook: Notebook,
    balance: bool,
) -> None:
    """Supply of each product is its use; output of each industry is its inputs and value added."""
    limit = BALANCES * float(S.sum(1).max(initial=0.0))
    for side, zh, gap, labels, places in (
        ("products", "产品", U.sum(1) + Y.sum(1) - S.sum(1), products, used.rows),
        ("industries", "产业", U.sum(0) + W.sum(0) - S.sum(0), industries, used.columns),
    ):
        off = np.flatnonzero(np.abs(gap) > limit)
        if off.size:
            worst = off[np.argsort(-np.abs(gap[off]))]
            at = places[labels[int(worst[0])]]
            row, column = (at + 1, "") if side == "products" else (0, letters_of(at))
            notebook.note(
                "import_sut_was_off" if balance else "import_sut_off",
                file=used.grid.file,
                sheet=used.grid.sheet,
                row=row,
                column=column,
                side=Text(side, zh),
                count=len(off),
                names=listing([f"{labels[i][1]} ({gap[i]:+,.6g})" for i in worst], 6),
            )
