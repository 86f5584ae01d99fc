"""Options and arguments that several commands have, as a user types them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Tongue(StrEnum):
    """Language of messages and table headings."""

    en = "en"
    zh = "zh"


StudyName = Annotated[
    str, typer.Argument(help="A built-in study's name or a study folder.", metavar="[STUDY]")
]
Folder = Annotated[Path, typer.Argument(help="A study folder.", metavar="DIR")]
NewFolder = Annotated[Path, typer.Argument(help="A new folder for the study.", metavar="DIR")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Write to this folder.", metavar="DIR")]
OutNeeded = Annotated[Path, typer.Option("--out", "-o", help="Write to this folder.", metavar="DIR")]
Preset = Annotated[str | None, typer.Option("--preset", help="Phases to plan for (a preset of the study).")]
Only = Annotated[list[str] | None, typer.Option("--table", "-t", help="Only these tables (may be repeated).")]
Rows = Annotated[int, typer.Option("--rows", min=0, help="Rows to show of each table; 0 shows all.")]
Strict = Annotated[bool, typer.Option("--strict", help="Warnings count too: exit code 3.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Lang = Annotated[Tongue | None, typer.Option("--language", help="Language of messages: en or zh.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")]

# of a panel of one's own
Panel = Annotated[
    Path | None,
    typer.Option("--panel", help="A panel of your own: CSV, XLSX, DTA or Parquet.", metavar="FILE"),
]
Outcome = Annotated[str, typer.Option("--outcome", help="Column of the panel: what is to change.")]
Unit = Annotated[str, typer.Option("--unit", help="Column of the panel: units.")]
Time = Annotated[str, typer.Option("--time", help="Column of the panel: periods, whole numbers.")]
Treated = Annotated[
    str, typer.Option("--treated", help="Column of the panel: first treated time, blank for never.")
]
Cluster = Annotated[str | None, typer.Option("--cluster", help="Column of the panel: clusters.")]
Covariate = Annotated[
    list[str] | None, typer.Option("--covariate", help="Column of the panel: a covariate (repeat it).")
]
Anticipation = Annotated[
    int, typer.Option("--anticipation", help="Periods before the treatment in which it may already act.")
]
Gaps = Annotated[bool, typer.Option("--gaps", help="Allow units not observed at every time.")]
Distances = Annotated[
    Path | None,
    typer.Option("--distances", help="Distances of the units, a row and a column each.", metavar="FILE"),
]
Ring = Annotated[
    list[float] | None,
    typer.Option("--ring", help="Outer edge of a ring in which it may spill over (repeat it)."),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of reassignment and bootstrap.")]
