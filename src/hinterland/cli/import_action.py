"""What ``hinterland import`` does: read, check, write the study, show the imbalance by industry."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer
from rich.table import Table
from rich.text import Text as Styled

from hinterland.accounts import exchange
from hinterland.charts.numbers import UNKNOWN, decimals, figure, percent, share_places
from hinterland.cli import show, words
from hinterland.cli.talk import WARNED, Talk
from hinterland.study import CheckError, Result, Text, check_study
from hinterland.study.place import refuse_taken

WRITTEN = Text(
    "Study written to {path}: {regions} regions, {industries} industries, {year}.",
    "研究已写入 {path}：{regions} 个地区，{industries} 个产业，{year} 年。",
)
TO_SET = Text(
    "To be set by you in {path}: roles of regions (the first stands as origin), coordinates, classes of "
    "industries, phases; or take them from a study with --like.",
    "请在 {path} 中自行设定：地区角色（暂以第一个为转出地）、经纬度、产业类型、阶段；"
    "或用 --like 取自其他研究。",
)
LARGEST = Text("largest gaps first", "按差额由大到小")


def bring(
    talk: Talk,
    form: str,
    file: Path,
    folder: Path,
    *,
    out: Path | None,
    rows: int,
    strict: bool,
    like: str | None,
    options: Mapping[str, Any],
) -> None:
    """Import a table; an unbalanced one is shown by industry before it is refused."""
    refuse_taken(folder)
    try:
        found = exchange.read_table(form, file, **options)
    except exchange.UnbalancedError as error:
        if talk.json:
            show.print_json(
                {**error.report.as_dict(), "tables": {error.balance.name: show.result_json(error.balance)}}
            )
            raise typer.Exit(1) from None
        _show(talk, error.balance, rows, "relative")
        _write(out, [error.balance])
        raise
    except CheckError as error:
        if talk.json:
            show.print_json(error.report.as_dict())
            raise typer.Exit(1) from None
        raise
    exchange.write_study(found, folder, like=like)
    checked = check_study(folder)
    tables = [t for t in (found.balance, found.changes, found.negatives) if t is not None]
    _write(out, tables)
    if talk.json:
        show.print_json(
            {
                "study": str(folder),
                "format": form,
                "year": found.year,
                "import": found.report.as_dict(),
                "check": checked.as_dict(),
                "tables": {t.name: show.result_json(t) for t in tables},
            }
        )
    elif not talk.quiet:
        show.print_findings(found.report, talk.out, talk.language)
        show.print_findings(checked, talk.out, talk.language)
        _show(talk, found.balance, rows, "relative")
        if found.changes is not None:
            _show(talk, found.changes, rows, "sales_moved_share")
        if found.negatives is not None:
            _show(talk, found.negatives, rows, "")
    if not checked.ok:
        raise CheckError(checked)
    table = found.table
    talk.say(
        WRITTEN, path=folder, regions=len(table.regions), industries=len(table.industries), year=found.year
    )
    if like is None:
        talk.say(TO_SET, path=folder)
    if strict and (found.report.warnings or checked.warnings):
        raise typer.Exit(WARNED)


def _write(out: Path | None, tables: list[Result]) -> None:
    if out is None:
        return
    out.mkdir(parents=True, exist_ok=True)
    for table in tables:
        table.frame.to_csv(out / f"{table.name}.csv", index=False, lineterminator="\n", encoding="utf-8-sig")


def _show(talk: Talk, result: Result, rows: int, by: str) -> None:
    """Print a table with its codes as they are: there is no study yet that could name them."""
    if talk.quiet or result.frame.empty:
        return
    frame = result.frame.sort_values(by, ascending=False, kind="stable") if by else result.frame
    kept = frame if rows <= 0 else frame.head(rows)
    title = Styled.assemble((result.title.get(talk.language), "bold"), (f"  {result.name}", "dim"))
    if by and len(kept) < len(frame):
        title.append(f"  {LARGEST.get(talk.language)}", style="dim")
    table = Table(title=title, title_justify="left", title_style="not italic")
    for column in result.columns:
        heading = Styled(column.label.get(talk.language), style="bold")
        if column.unit and column.unit != "1":
            heading.append(f"\n{column.unit}", style="dim not bold")
        table.add_column(heading, justify="right" if column.status else "left", overflow="fold")
    cells = []
    for column in result.columns:
        values = kept[column.name]
        if column.kind == "share":
            places = share_places(values)
            cells.append([percent(v, places) for v in values])
        elif column.status:
            places = decimals(values)
            cells.append([figure(v, places) for v in values])
        else:
            cells.append([str(v) or UNKNOWN for v in values])
    for row in zip(*cells, strict=True):
        table.add_row(*(Styled(cell) for cell in row))
    talk.out.print(table)
    if len(kept) < len(frame):
        told = words.MORE_ROWS.get(talk.language).format(rows=len(frame) - len(kept))
        talk.out.print(told, style="dim", markup=False)
    talk.out.print()
