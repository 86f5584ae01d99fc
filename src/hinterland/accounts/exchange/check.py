"""The door: what a table must be before it is used, the imbalance by industry, and balancing on request."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from hinterland.accounts.exchange.draft import BALANCES, Array, Draft, Imported
from hinterland.accounts.exchange.rebalance import Rebalanced, rebalance
from hinterland.accounts.exchange.sheetnames import letters
from hinterland.accounts.table import IOTable, Satellite
from hinterland.study import CheckError, CheckReport, Column, Provenance, Result, Text
from hinterland.study.findings import Notebook
from hinterland.study.schema import listing


def gaps(draft: Draft) -> tuple[Array, Array]:
    r"""Gap of every row and column: :math:`Z1 + Y1 - x` and :math:`1'Z + m + 1'V - x`; money [n] each."""
    return (
        draft.Z.sum(1) + draft.Y.sum(1) - draft.x,
        draft.Z.sum(0) + draft.imports + draft.added - draft.x,
    )


def balance_of(draft: Draft) -> Result:
    """Sales, inputs and output of every industry, and how far they differ.

    Columns: region, industry, output, sales, inputs (money, inputs with imports and value added), row_gap,
    column_gap (money; sales and inputs less output), relative (the larger gap over output; NaN without).
    """
    row, column = gaps(draft)
    x, n = draft.x, len(draft.industries)
    largest = np.maximum(np.abs(row), np.abs(column))
    frame = pd.DataFrame(
        {
            "region": np.repeat(draft.regions, n),
            "industry": list(draft.industries) * len(draft.regions),
            "output": x,
            "sales": row + x,
            "inputs": column + x,
            "row_gap": row,
            "column_gap": column,
            "relative": np.divide(largest, np.abs(x), out=np.full(len(x), np.nan), where=x != 0),
        }
    )
    year = str(draft.year or "")

    def money(name: str, en: str, zh: str, unit: str = draft.unit) -> Column:
        return Column(name, Text(en, zh), "number", unit, "observed", year)

    return Result(
        "import_balance",
        Text("Balance of the imported table", "导入表的平衡"),
        frame,
        (
            Column("region", Text("Region", "地区"), "region"),
            Column("industry", Text("Industry", "产业"), "industry"),
            money("output", "Gross output", "总产出"),
            money("sales", "Sales (row)", "使用合计（行）"),
            money("inputs", "Inputs and value added (column)", "投入合计（列）"),
            money("row_gap", "Sales less output", "行差额"),
            money("column_gap", "Inputs less output", "列差额"),
            money("relative", "Larger gap over output", "最大差额÷总产出", "1"),
        ),
        Text(
            "As the file has them, before any balancing. Output is the total that the file states; where it "
            "states none, the row sum, and where it has no value added, value added is what output leaves, "
            "so that this side balances by construction.",
            "均为文件原值，尚未平衡。总产出取文件所列合计；未列时取行合计。无增加值时以总产出减投入为增加值，"
            "该侧按定义平衡。",
        ),
    )


def _changes(draft: Draft, done: Rebalanced) -> Result:
    n = len(draft.industries)
    before = draft.Z, draft.Y
    moved = np.abs(done.Z - before[0])
    size = np.abs(before[0]).sum(1) + np.abs(before[1]).sum(1)
    rows = moved.sum(1) + np.abs(done.Y - before[1]).sum(1)
    columns = moved.sum(0) + np.abs(done.imports - draft.imports)
    bought = np.abs(before[0]).sum(0) + np.abs(draft.imports)
    if draft.V is not None and done.V is not None:
        columns = columns + np.abs(done.V - draft.V).sum(0)
        bought = bought + np.abs(draft.V).sum(0)
    year = str(draft.year or "")
    frame = pd.DataFrame(
        {
            "region": np.repeat(draft.regions, n),
            "industry": list(draft.industries) * len(draft.regions),
            "sales_moved": rows,
            "sales_moved_share": np.divide(rows, size, out=np.full(len(rows), np.nan), where=size > 0),
            "inputs_moved": columns,
            "inputs_moved_share": np.divide(
                columns, bought, out=np.full(len(rows), np.nan), where=bought > 0
            ),
        }
    )

    def figure(name: str, en: str, zh: str, share: bool) -> Column:
        kind = "share" if share else "number"
        unit = "1" if share else draft.unit
        return Column(name, Text(en, zh), "share" if kind == "share" else "number", unit, "estimated", year)

    return Result(
        "import_changes",
        Text("What balancing changed", "平衡所作的调整"),
        frame,
        (
            Column("region", Text("Region", "地区"), "region"),
            Column("industry", Text("Industry", "产业"), "industry"),
            figure("sales_moved", "Change in its sales, cell by cell", "行内各单元调整量合计", False),
            figure("sales_moved_share", "Share of sales", "占行合计", True),
            figure("inputs_moved", "Change in its inputs, cell by cell", "列内各单元调整量合计", False),
            figure("inputs_moved_share", "Share of inputs", "占列合计", True),
        ),
        Text(
            "Sum of the absolute changes of cells. Gross output is kept; sales are scaled by row and inputs, "
            "imports and value added by column (GRAS: Junius & Oosterhaven 2003, with the signs of Lenzen et "
            f"al. 2007) until both agree with it; iterations {done.iterations}, largest remaining gap "
            f"{done.residual:.2g} of output.",
            "各单元调整量绝对值之和。总产出保持不变，按行缩放使用、按列缩放投入、进口与增加值"
            "（GRAS：Junius & "
            f"Oosterhaven 2003，符号处理见 Lenzen 等 2007）直至平衡；迭代{done.iterations}次，"
            f"剩余最大差额为总产出的{done.residual:.2g}。",
        ),
    )


def _place(
    notebook: Notebook, draft: Draft, code: str, position: int = -1, at: str = "", **values: object
) -> None:
    place = draft.place
    row = place.rows[position] if at == "row" and 0 <= position < len(place.rows) else 0
    column = place.columns[position] if at == "column" and 0 <= position < len(place.columns) else 0
    notebook.note(
        code, file=place.file, sheet=place.sheet, row=row, column=letters(column) if column else "", **values
    )


def _look(draft: Draft, notebook: Notebook) -> None:
    """Note what cannot be mended by balancing: gaps in the numbers, negative output, flows without output."""
    for what, zh, values in (
        ("flows", "中间流量", draft.Z),
        ("final demand", "最终需求", draft.Y),
        ("value added", "增加值", draft.V),
        ("imports", "进口", draft.imports),
        ("output", "总产出", draft.output),
    ):
        if values is None:
            continue
        bad = np.argwhere(~np.isfinite(values))
        if len(bad):
            where = draft.name(int(bad[0][-1] if values is draft.V or values.ndim == 1 else bad[0][0]))
            _place(notebook, draft, "import_missing", what=Text(what, zh), count=len(bad), where=where)
    if notebook.broken:
        return
    x = draft.x
    for code, mask in (
        ("import_negative_output", x < 0),
        ("import_no_output", (x == 0) & ((draft.Z != 0).any(0) | (draft.Z != 0).any(1))),
    ):
        found = np.flatnonzero(mask)
        if found.size:
            _place(
                notebook,
                draft,
                code,
                int(found[0]),
                "row",
                industries=listing([draft.name(int(i)) for i in found], 6),
                count=len(found),
            )
    if not x.max(initial=0.0) > 0:
        _place(notebook, draft, "import_empty")
    empty = [
        r for r, s in zip(draft.regions, x.reshape(len(draft.regions), -1).sum(1), strict=True) if not s > 0
    ]
    if empty and len(empty) < len(draft.regions):
        _place(notebook, draft, "import_block_empty", regions=listing(empty, 8))


def _note_gaps(draft: Draft, notebook: Notebook, code: str) -> bool:
    """Note rows and columns that do not balance; True when there are any."""
    limit = BALANCES * float(draft.x.max(initial=0.0))
    found = False
    for side, zh, values in zip(("row", "column"), ("行", "列"), gaps(draft), strict=True):
        off = np.flatnonzero(np.abs(values) > limit)
        if off.size:
            worst = off[np.argsort(-np.abs(values[off]))]
            told = [f"{draft.name(int(i))} ({values[i]:+,.6g})" for i in worst]
            _place(
                notebook,
                draft,
                code,
                int(worst[0]),
                side,
                side=Text(side, zh),
                count=len(off),
                industries=listing(told, 6),
                unit=draft.unit,
            )
            found = True
    return found


def admit(
    draft: Draft,
    notebook: Notebook,
    source: str,
    form: str,
    *,
    balance: bool = False,
    negatives: Result | None = None,
) -> Imported:
    """Check a draft and make it a table.

    Parameters
    ----------
    draft : Draft
    notebook : Notebook
        What was found while reading; what is found here is added.
    source, form : str
        Name of the file and of its format.
    balance : bool
        Balance a table that does not balance; else that is an error.

    Raises
    ------
    CheckError
        Everything wrong at once, each with file, sheet, row and column, and its mend.
    """
    _look(draft, notebook)
    if notebook.broken:
        raise CheckError(CheckReport(source, tuple(notebook)))
    shown = balance_of(draft)
    changes: Result | None = None
    method = draft.method
    off = _note_gaps(draft, notebook, "import_was_unbalanced" if balance else "import_unbalanced")
    done = draft
    if off and balance:
        mended = rebalance(draft)
        changes = _changes(draft, mended)
        done = draft.replace(Z=mended.Z, Y=mended.Y, V=mended.V, imports=mended.imports)
        if draft.import_matrix is not None:
            share = np.divide(
                mended.imports, draft.imports, out=np.ones_like(mended.imports), where=draft.imports != 0
            )
            done = done.replace(import_matrix=draft.import_matrix * share)
        method += Text(
            " Balanced on import: gross output kept, cells scaled by row and column (GRAS).",
            "导入时经平衡：总产出不变，各单元按行列缩放（GRAS）。",
        )
    if notebook.broken:
        raise UnbalancedError(CheckReport(source, tuple(notebook)), shown)
    status = "estimated" if changes is not None else "observed"
    table = IOTable.from_arrays(
        done.Z,
        done.Y,
        done.added[None] if done.V is None else done.V,
        regions=done.regions,
        industries=done.industries,
        categories=[""] * done.Y.shape[1],
        items=done.items if done.V is not None else ("value_added",),
        x=done.x,
        imports=done.imports,
        satellites=_joined(done),
        unit=done.unit,
        provenance=Provenance(
            "observed" if status == "observed" else "estimated",
            done.unit,
            str(done.year or ""),
            (source,),
            method,
        ),
        tol=2 * BALANCES,
    )
    return Imported(
        _with_final(table, done.final, done.absent),
        shown,
        CheckReport(source, tuple(notebook)),
        form,
        done.year,
        changes,
        negatives,
        dict(done.final_satellites),
        done.import_matrix,
        done.final_imports,
        done.names,
    )


def _with_final(table: IOTable, final: tuple[tuple[str, str], ...], absent: tuple[int, ...]) -> IOTable:
    return dataclasses.replace(table, final=final, absent=absent)


def _joined(draft: Draft) -> dict[str, Satellite]:
    """Return the satellites of output, each with that of final demand where there is one of its name."""
    after = draft.final_satellites
    return {
        name: dataclasses.replace(s, final=after[name].values) if name in after else s
        for name, s in draft.satellites.items()
    }


class UnbalancedError(CheckError):
    """A file whose table does not balance; `balance` shows by how much, industry by industry."""

    def __init__(self, report: CheckReport, balance: Result) -> None:
        super().__init__(report)
        self.balance = balance
