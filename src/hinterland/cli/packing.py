"""``hinterland evidence`` and ``hinterland verify``: freeze a run, and prove a frozen one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hinterland.cli.options import Debug, Json, Lang, Out, Quiet, Rows
from hinterland.cli.talk import talking

VERIFY_EPILOG = (
    "Exit codes: 0 reproduces, 20 other figures, 21 other program, 22 list of hashes changed, "
    "23 files missing, 24 data changed, 25 results changed, 26 files too many, 27 not readable; "
    "1 something to mend, 2 wrong usage, 130 interrupted."
)


RunFolder = Annotated[Path, typer.Argument(help="A folder that hinterland run has written.", metavar="DIR")]
PackFile = Annotated[Path, typer.Argument(help="An evidence pack.", metavar="PACK")]
PackOut = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        help="The pack to write; DIR-evidence.zip beside the folder unless given.",
        metavar="FILE",
    ),
]
StudyOf = Annotated[
    str | None,
    typer.Option("--study", help="The study's folder, where it is no built-in study.", metavar="STUDY"),
]
Seal = Annotated[
    str | None,
    typer.Option("--seal", help="The seal as it was published when the pack was made.", metavar="SHA256"),
]
Tolerance = Annotated[
    float | None, typer.Option("--tolerance", help="Relative difference that still counts as the same.")
]
Anyway = Annotated[
    bool, typer.Option("--anyway", help="Also run a pack that another state of the program made.")
]


def register(app: typer.Typer, epilog: str) -> None:
    """Add the commands ``evidence`` and ``verify`` to the command line."""

    @app.command(
        "evidence",
        help="Freeze a run in one file: data, options, program, seeds and results, with hashes.",
        epilog=epilog,
    )
    def evidence_command(
        folder: RunFolder,
        out: PackOut = None,
        study: StudyOf = None,
        quiet: Quiet = False,
        json: Json = False,
        language: Lang = None,
        debug: Debug = False,
    ) -> None:
        """Write the evidence pack of a run and tell its seal."""
        with talking(quiet, json, language, debug) as talk:
            from hinterland.cli import pack_action

            pack_action.freeze(talk, folder, out, study)

    @app.command(
        "verify",
        help="Run an evidence pack again and say figure by figure whether it reproduces.",
        epilog=VERIFY_EPILOG,
    )
    def verify_command(
        pack: PackFile,
        seal: Seal = None,
        tolerance: Tolerance = None,
        anyway: Anyway = False,
        out: Out = None,
        rows: Rows = 10,
        quiet: Quiet = False,
        json: Json = False,
        language: Lang = None,
        debug: Debug = False,
    ) -> None:
        """Look the pack through, run it again and compare."""
        with talking(quiet, json, language, debug) as talk:
            from hinterland.cli import pack_action

            pack_action.verify(talk, pack, seal, tolerance, anyway, out, rows)
