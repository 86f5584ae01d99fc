"""``hinterland import``: a table that others publish, checked, as a study folder."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hinterland.cli.options import Debug, Json, NewFolder, Quiet, Rows, Strict, Tongue
from hinterland.cli.talk import talking

# The formats by name, as `accounts.exchange.FORMATS` has them; a test holds the two together.
FORMATS = ("tidy", "ceads", "nbs", "supply-use", "exiobase3", "wiod", "oecd", "eora26", "gloria", "pymrio")


class SupplyUse(StrEnum):
    """Models that make an input-output table of supply and use."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Added(StrEnum):
    """Where value added comes from in tables read by pymrio."""

    given = "given"
    residual = "residual"


Format = Annotated[str, typer.Argument(help=f"Format: {', '.join(FORMATS)}.", metavar="FORMAT")]
File = Annotated[
    Path, typer.Argument(help="The file, or the folder where the format has several.", metavar="FILE")
]
Year = Annotated[
    int | None, typer.Option("--year", help="Year of the table, where the file does not say it.")
]
Unit = Annotated[str | None, typer.Option("--unit", help="Unit of money, where the file does not say it.")]
Sheet = Annotated[str | None, typer.Option("--sheet", help="Sheet to read, where several hold a table.")]
Region = Annotated[str | None, typer.Option("--region", help="Name of the region of a table of one region.")]
Like = Annotated[
    str | None,
    typer.Option(
        "--like", help="Take regions, roles, coordinates and phases from this study.", metavar="STUDY"
    ),
]
Balance = Annotated[bool, typer.Option("--balance", help="Balance a table that does not balance (GRAS).")]
Blanks = Annotated[bool, typer.Option("--blanks-zero", help="Read a blank cell as zero.")]
ModelOf = Annotated[
    SupplyUse | None, typer.Option("--model", help="Supply and use: model A, B, C or D (default B).")
]
AddedOf = Annotated[
    Added | None,
    typer.Option(
        "--value-added", help="pymrio formats: value added as given, or what output leaves (residual)."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", help="Write the tables of imbalance and changes to this folder.", metavar="DIR"
    ),
]


def register(app: typer.Typer, epilog: str) -> None:
    """Add the command ``import`` to the command line."""

    @app.command(
        "import",
        help="Turn a published input-output table into a study: checked, never half-read.",
        epilog=epilog,
    )
    def import_command(
        form: Format,
        file: File,
        folder: NewFolder,
        year: Year = None,
        unit: Unit = None,
        sheet: Sheet = None,
        region: Region = None,
        model: ModelOf = None,
        value_added: AddedOf = None,
        like: Like = None,
        balance: Balance = False,
        blanks_zero: Blanks = False,
        out: Out = None,
        rows: Rows = 10,
        strict: Strict = False,
        quiet: Quiet = False,
        json: Json = False,
        language: Annotated[
            Tongue | None, typer.Option("--language", help="Language of messages: en or zh.")
        ] = None,
        debug: Debug = False,
    ) -> None:
        """Read, check, balance on request, and write the study folder."""
        with talking(quiet, json, language, debug) as talk:
            from hinterland.cli import import_action

            import_action.bring(
                talk,
                form,
                file,
                folder,
                out=out,
                rows=rows,
                strict=strict,
                like=like,
                options={
                    "year": year,
                    "unit": unit,
                    "sheet": sheet,
                    "region": region,
                    "model": model.value if model else None,
                    "value_added": value_added.value if value_added else None,
                    "balance": balance,
                    "blanks_zero": blanks_zero,
                },
            )
