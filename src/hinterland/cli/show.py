"""Show results and findings: tables on a terminal, JSON for a program."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from hinterland.cli import words
from hinterland.study.text import Language, Text

if TYPE_CHECKING:
    from hinterland.study import CheckReport, Column, Result, Study

_LOOKED_UP = ("region", "industry", "phase", "factor_class", "group", "resource", "indicator")


def result_table(result: Result, study: Study, language: Language, rows: int) -> tuple[Table, int]:
    """Return a table for the terminal, in one language, and the number of rows that it leaves out."""
    shown = [c for c in result.columns if not c.name.endswith("_zh" if language == "en" else "_en")]
    table = Table(title=f"{result.title.get(language)}  [dim]{result.name}[/dim]", title_justify="left")
    for column in shown:
        heading = Styled(column.label.get(language), style="bold")
        if column.unit:
            heading.append(f"\n{column.unit}", style="dim")
        if column.status:
            status = study.label("status", column.status, language)
            heading.append(f"\n{status} {column.year}".rstrip(), style="dim")
        table.add_column(heading, justify="right" if column.status else "left", overflow="fold")
    frame = result.frame if rows <= 0 else result.frame.head(rows)
    for record in frame.to_dict("records"):
        table.add_row(*(Styled(cell(record[c.name], c, study, language)) for c in shown))
    return table, len(result.frame) - len(frame)


def cell(value: Any, column: Column, study: Study, language: Language) -> str:
    """Return one value as read: names for codes, per cent for shares, a dash for what is unknown."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return words.UNKNOWN.get(language)
    if column.kind in _LOOKED_UP:
        return study.label(column.kind, value, language)
    if column.kind == "code":
        return study.label(column.name, value, language)
    if column.kind == "flag":
        return (words.YES if value else words.NO).get(language)
    if column.kind == "share":
        return f"{100 * float(value):.2f} %"
    if column.kind == "number":
        return number(float(value))
    return str(value)


def number(value: float) -> str:
    """Return a figure with about four digits and thousands separators."""
    if value == 0 or abs(value) >= 1000:
        return f"{value:,.0f}"
    if abs(value) >= 1:
        return f"{value:,.2f}"
    return f"{value:.4g}"


def result_json(result: Result) -> dict[str, Any]:
    """Return a result as plain values: what is unknown is null."""
    return {
        "name": result.name,
        "title": _both(result.title),
        "method": _both(result.method),
        "note": _both(result.note),
        "columns": [
            {
                "name": c.name,
                "label": _both(c.label),
                "kind": c.kind,
                "unit": c.unit,
                "status": c.status,
                "year": c.year,
                "sources": list(c.sources),
            }
            for c in result.columns
        ],
        "rows": [
            {key: plain(value) for key, value in record.items()} for record in result.frame.to_dict("records")
        ],
    }


def plain(value: Any) -> Any:
    """Return a value that JSON can hold."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def print_json(value: object) -> None:
    """Print JSON on standard output, Chinese as it is."""
    print(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def print_findings(report: CheckReport, console: Console, language: Language) -> None:
    """Print what a check found: errors first, each with its place and its mend."""
    for found in (*report.errors, *report.warnings):
        wrong = found.severity == "error"
        kind = (words.ERROR if wrong else words.WARNING).get(language)
        line = Styled.assemble(
            (kind, "bold red" if wrong else "yellow"), (f"  {found.where(language)}", "bold")
        )
        line.append(f"\n    {found.message.get(language)}")
        if found.mend.get(language):
            line.append(f"\n    {found.mend.get(language)}", style="dim")
        console.print(line, soft_wrap=True)


def _both(text: Text) -> Mapping[str, str]:
    return {"en": text.en, "zh": text.zh}
