"""The command line: a thin shell over the same calls that a notebook makes.

Exit codes: 0 done; 1 something to mend (data, options, disk); 2 wrong usage; 3 warnings, with ``--strict``;
130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from hinterland.cli.commands import app
from hinterland.cli.help import localise, preferred

__all__ = ["app", "main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; `arguments` are those of the process unless given."""
    import typer

    given = list(sys.argv[1:] if arguments is None else arguments)
    command = typer.main.get_command(app)
    localise(command, preferred(given))
    command(given, prog_name="hinterland")
