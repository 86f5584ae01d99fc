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
