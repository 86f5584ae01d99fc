"""``hinterland monitor``: record what was observed, see where the targets stand, write the bulletin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hinterland.cli.options import (
    Debug,
    Folder,
    Json,
    Lang,
    Only,
    Out,
    OutNeeded,
    Preset,
    Quiet,
    Rows,
    StudyName,
)
from hinterland.cli.talk import talking

Figures = Annotated[
    Path,
    typer.Argument(
        help="CSV or workbook of figures: monitored, region, period, value, origin.", metavar="FILE"
    ),
]
Period = Annotated[str | None, typer.Option("--period", help="Period: 2026, 2026Q3 or 2026-07.")]
By = Annotated[str, typer.Option("--by", help="Who records the figures.", metavar="NAME")]
Correct = Annotated[bool, typer.Option("--correct", help="Correct figures that are there already.")]
Risks = Annotated[
    bool, typer.Option("--risks", help="Also the early-warning thresholds of the plan's risks.")
]
Reason = Annotated[str, typer.Option("--reason", help="Why they are corrected.", metavar="TEXT")]


def register(app: typer.Typer, epilog: str) -> None:
    """Add the command ``monitor`` and what is under it to the command line."""
    group = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

    @group.command(
        "show", help="Where the targets stand: progress, scores, outlook, warnings.", epilog=epilog
    )
    def show_command(
        study: StudyName = "southwest",
        period: Period = None,
        out: Out = None,
        table: Only = None,
        rows: Rows = 10,
        quiet: Quiet = False,
        json: Json = False,
        language: Lang = None,
        debug: Debug = False,
    ) -> None:
        """Show the state of monitoring."""
        with talking(quiet, json, language, debug) as talk:
            from hinterland.cli import actions

            actions.ask(talk, "monitor", study, out, table, rows, period=period)

    @group.command("record", help="Append a file of figures to a study's ledger.", epilog=epilog)
    def record_command(
        folder: Folder,
        file: Figures,
        by: By,
        correct: Correct = False,
        reason: Reason = "",
        quiet: Quiet = False,
        json: Json = False,
        language: Lang = None,
        debug: Debug = False,
    ) -> None:
        """Append figures, all of them or none."""
        with talking(quiet, json, language, debug) as talk:
            from hinterland.cli import monitor_action

            monitor_action.record(talk, folder, file, by, correct, reason)

    @group.command("bulletin", help="Write the bulletin of a period as web page and Word.", epilog=epilog)
    def bulletin_command(
        out: OutNeeded,
        study: StudyName = "southwest",
        period: Period = None,
        quiet: Quiet = False,
        language: Lang = None,
        debug: Debug = False,
    ) -> None:
        """Write the bulletin in both languages."""
        with talking(quiet, False, language, debug) as talk:
            from hinterland.cli import monitor_action

            monitor_action.bulletin(talk, study, period, out)

    @group.command("targets", help="Make targets of a plan, as tables for the study's folder.", epilog=epilog)
    def targets_command(
        out: OutNeeded,
        study: StudyName = "southwest",
        preset: Preset = None,
        risks: Risks = False,
        quiet: Quiet = False,
        language: Lang = None,
        debug: Debug = False,
    ) -> None:
        """Write monitor_indicators and monitor_targets as the plan has them; with its risks, thresholds."""
        with talking(quiet, False, language, debug) as talk:
            from hinterland.cli import monitor_action

            monitor_action.targets(talk, study, preset, risks, out)

    @group.command("preset", help="Write the indicators of the Wanjiang measures as a table.", epilog=epilog)
    def preset_command(
        out: OutNeeded,
        quiet: Quiet = False,
        language: Lang = None,
        debug: Debug = False,
    ) -> None:
        """Write monitor_indicators with the 20 indicators and their weights."""
        with talking(quiet, False, language, debug) as talk:
            from hinterland.cli import monitor_action

            monitor_action.preset(talk, out)

    app.add_typer(
        group,
        name="monitor",
        help="Is it working: record figures, hold them against targets, write the bulletin.",
    )
