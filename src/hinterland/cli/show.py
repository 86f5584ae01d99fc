"""Show results and findings: tables on a terminal, JSON for a program."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from hinterland.charts.numbers import UNKNOWN, decimals, figure, percent, share_places
from hinterland.charts.words import name, unit
from hinterland.cli import words
from hinterland.study.text import Language, Text

if TYPE_CHECKING:
    from hinterland.study import CheckReport, Column, Result, Study


def result_table(result: Result, study: Study, language: Language, rows: int) -> tuple[Table, int]:
    """Return a table for the terminal, in one language, and the number of rows that it leaves out."""
    shown = [c for c in result.columns if not c.name.endswith("_zh" if language == "en" else "_en")]
    standing = {(c.status, c.year) for c in result.figures}
    title = Styled.assemble((result.title.get(language), "bold"), (f"  {result.name}", "dim"))
    if len(standing) == 1:
        title.append(f"  {_standing(study, result.figures[0], language)}", style="dim")
    table = Table(title=title, title_justify="left", title_style="not italic")
    for column in shown:
        heading = Styled(column.label.get(language), style="bold")
        if column.unit and column.kind == "number":
            heading.append(f"\n{unit(study, column.unit).get(language)}", style="dim not bold")
        if column.status and len(standing) > 1:
            heading.append(f"\n{_standing(study, column, language)}", style="dim not bold")
        table.add_column(heading, justify="right" if column.status else "left", overflow="fold")
    frame = result.frame if rows <= 0 else result.frame.head(rows)
    cells = [_cells(result.frame[c.name], len(frame), c, study, language) for c in shown]
    for row in zip(*cells, strict=True):
        table.add_row(*(Styled(text) for text in row))
    return table, len(result.frame) - len(frame)


def _standing(study: Study, column: Column, language: Language) -> str:
    return f"{study.label('status', column.status, language)} {column.year}".rstrip()


def _cells(whole: pd.Series[Any], rows: int, column: Column, study: Study, language: Language) -> list[str]:
    """Return the first values of a column as read; the decimals serve the whole column."""
    shown = whole.head(rows)
    if column.kind == "share":
        places = share_places(whole)
        return [percent(value, places) for value in shown]
    if column.kind == "number":
        places = decimals(whole)
        return [figure(value, places) for value in shown]
    return [_word(value, column, study, language) for value in shown]


def _word(value: Any, column: Column, study: Study, language: Language) -> str:
    if pd.isna(value):
        return UNKNOWN
    if column.kind == "flag":
        return (words.YES if value else words.NO).get(language)
    if column.name == "unit":
        return unit(study, str(value)).get(language)
    if column.kind in ("text", "year"):
        return str(value)
    return name(study, column, value).get(language)


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
