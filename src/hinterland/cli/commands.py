"""The commands as a user types them; what they do is in `actions`, which loads the data tools."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import hinterland
from hinterland.cli import importing, monitoring, packing
from hinterland.cli.help import HELP
from hinterland.cli.options import (
    Anticipation,
    Cluster,
    Covariate,
    Debug,
    Distances,
    Folder,
    Gaps,
    Json,
    Lang,
    NewFolder,
    Only,
    Out,
    Outcome,
    OutNeeded,
    Panel,
    Preset,
    Quiet,
    Ring,
    Rows,
    Seed,
    Strict,
    StudyName,
    Time,
    Treated,
    Unit,
)
from hinterland.cli.talk import talking

EPILOG = "Exit codes: 0 done, 1 something to mend, 2 wrong usage, 3 warnings with --strict, 130 interrupted."

app = typer.Typer(
    name="hinterland",
    help=HELP[0],
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Form(StrEnum):
    """Form of the templates of a new study."""

    csv = "csv"
    xlsx = "xlsx"


class Aim(StrEnum):
    """Objectives of a plan."""

    balanced = "balanced"
    value_added = "value_added"
    employment = "employment"
    co2 = "co2"
    landed_cost = "landed_cost"


class Model(StrEnum):
    """Models that run a scenario."""

    impact = "impact"
    equilibrium = "equilibrium"
    disruption = "disruption"
    all = "all"


Points = Annotated[int | None, typer.Option("--points", min=2, help="Points of the frontier.")]
Objective = Annotated[Aim, typer.Option("--objective", help="What the plan is to be best at.")]
Traded = Annotated[
    list[str] | None,
    typer.Option("--against", help="Two or three objectives that the frontier trades off (repeat it)."),
]
Weight = Annotated[
    list[str] | None,
    typer.Option("--weight", help="Choose the plan by weights, OBJECTIVE=NUMBER (repeat it)."),
]
Wish = Annotated[
    list[str] | None,
    typer.Option("--reference", help="Choose the plan nearest to wishes, OBJECTIVE=NUMBER (repeat it)."),
]
Start = Annotated[int | None, typer.Option("--start", help="First year of the comparison.")]
End = Annotated[int | None, typer.Option("--end", help="Last year of the comparison.")]
Moves = Annotated[
    Path | None,
    typer.Option("--moves", help="A CSV of moves: industry, origin, host, output.", metavar="FILE"),
]
Earlier = Annotated[
    str | None,
    typer.Option("--earlier", help="An earlier study to compare input-output tables with.", metavar="STUDY"),
]
ScenarioOf = Annotated[
    str | None,
    typer.Option("--scenario", help="A scenario of the study, or a YAML file.", metavar="NAME"),
]
ModelOf = Annotated[
    Model | None, typer.Option("--model", help="Which model runs the scenario; all: compare them.")
]
FormOf = Annotated[Form, typer.Option("--form", help="Form of the templates: csv or xlsx.")]


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and exit.", is_eager=True, callback=lambda on: _version(on)
        ),
    ] = False,
) -> None:
    """Plan industrial transfer: from measurement to a phased, verified plan."""


def _version(wanted: bool) -> None:
    if wanted:
        print(f"hinterland {hinterland.__version__}")
        raise typer.Exit


@app.command(
    "run", help="Everything in one go: check, measure, assess, plan, simulate, stress, report.", epilog=EPILOG
)
def run_command(
    out: OutNeeded,
    study: StudyName = "southwest",
    preset: Preset = None,
    points: Points = None,
    strict: Strict = False,
    quiet: Quiet = False,
    json: Json = False,
    language: Lang = None,
    debug: Debug = False,
) -> None:
    """Run the whole chain and write the report, the tables and the manifest."""
    with talking(quiet, json, language, debug) as talk:
        from hinterland.cli import actions

        actions.run_all(talk, study, out, preset, points, strict)


@app.command("new", help="Start a study of your own from templates.", epilog=EPILOG)
def new_command(
    folder: NewFolder,
    form: FormOf = Form.csv,
    quiet: Quiet = False,
    language: Lang = None,
    debug: Debug = False,
) -> None:
    """Write templates with one worked row each."""
    with talking(quiet, False, language, debug) as talk:
        from hinterland.cli import actions

        actions.start(talk, folder, "xlsx" if form is Form.xlsx else "csv")


@app.command(
    "check",
    help="Say everything that is wrong with a study: file, sheet, row, column and mend.",
    epilog=EPILOG,
)
def check_command(
    folder: Folder,
    strict: Strict = False,
    quiet: Quiet = False,
    json: Json = False,
    language: Lang = None,
    debug: Debug = False,
) -> None:
    """Check a study folder; 0 when it can be used, 1 when not, 3 for warnings with --strict."""
    with talking(quiet, json, language, debug) as talk:
        from hinterland.cli import actions

        actions.check(talk, folder, strict)


@app.command("measure", help="What moved: how much, what, from where, to where.", epilog=EPILOG)
def measure_command(
    study: StudyName = "southwest",
    start: Start = None,
    end: End = None,
    earlier: Earlier = None,
    out: Out = None,
    table: Only = None,
    rows: Rows = 10,
    quiet: Quiet = False,
    json: Json = False,
    language: Lang = None,
    debug: Debug = False,
) -> None:
    """Measure past transfer."""
    with talking(quiet, json, language, debug) as talk:
        from hinterland.cli import actions

        actions.ask(talk, "measure", study, out, table, rows, start=start, end=end, earlier=earlier)


@app.command(
    "accounts",
    help="How the economy is wired: reconciliation, interregional table, multipliers.",
    epilog=EPILOG,
)
def accounts_command(
    study: StudyName = "southwest",
    out: Out = None,
    table: Only = None,
    rows: Rows = 10,
    quiet: Quiet = False,
    json: Json = False,
    language: Lang = None,
    debug: Debug = False,
) -> None:
    """Estimate the interregional accounts."""
    with talking(quiet, json, language, debug) as talk:
        from hinterland.cli import actions

        actions.ask(talk, "accounts", study, out, table, rows)


@app.command("potential", help="What could move, and who could host it.", epilog=EPILOG)
def potential_command(
    study: StudyName = "southwest",
    out: Out = None,
    table: Only = None,
    rows: Rows = 10,
    quiet: Quiet = False,
    json: Json = False,
    language: Lang = None,
    debug: Debug = False,
) -> None:
    """Assess gradients and receiving capacity."""
    with talking(quiet, json, language, debug) as talk:
        from hinterland.cli import actions

        actions.ask(talk, "potential", study, out, table, rows)


@app.command(
    "evaluate",
    help="Did past policies work: quasi-experiments of the study, or of a panel of your own.",
    epilog=EPILOG,
)
def evaluate_command(
    study: StudyName = "southwest",
    panel: Panel = None,
    outcome: Outcome = "",
    unit: Unit = "region",
    time: Time = "year",
    treated: Treated = "treated_from",
    cluster: Cluster = None,
    covariate: Covariate = None,
    anticipation: Anticipation = 0,
    gaps: Gaps = False,
    distances: Distances = None,
    ring: Ring = None,
    seed: Seed = 0,
    out: Out = None,
    table: Only = None,
    rows: Rows = 10,
    quiet: Quiet = False,
    json: Json = False,
    language: Lang = None,
    debug: Debug = False,
) -> None:
    """Evaluate past policies of a study, or one on a panel of your own."""
    with talking(quiet, json, language, debug) as talk:
        from hinterland.cli import actions, panel_action

        if panel is not None:
            names = (outcome, unit, time, treated, cluster, tuple(covariate or ()))
            asked = panel_action.PanelOf(
                panel, *names, anticipation, gaps, distances, tuple(ring or ()), seed
            )
            panel_action.evaluate(talk, asked, out, table, rows)
            return
        actions.ask(talk, "evaluate", study, out, table, rows)


@app.command(
    "plan", help="Which pathway is best: the phased plan, its frontier and its limits.", epilog=EPILOG
)
def plan_command(
    study: StudyName = "southwest",
    preset: Preset = None,
    objective: Objective = Aim.balanced,
    against: Traded = None,
    weight: Weight = None,
    reference: Wish = None,
    points: Points = None,
    out: Out = None,
    table: Only = None,
    rows: Rows = 10,
    quiet: Quiet = False,
    json: Json = False,
    language: Lang = None,
    debug: Debug = False,
) -> None:
    """Make the phased plan and verify it outside the solver."""
    with talking(quiet, json, language, debug) as talk:
        from hinterland.cli import actions

        actions.ask(
            talk,
            "plan",
            study,
            out,
            table,
            rows,
            preset=preset,
            points=points,
            objective=objective.value,
            traded=tuple(against or ()),
            weights=actions.figures("--weight", weight),
            reference=actions.figures("--reference", reference),
        )


@app.command(
    "simulate",
    help="What would happen if it moved: the plan's transfers, your own, or a scenario.",
    epilog=EPILOG,
)
def simulate_command(
    study: StudyName = "southwest",
    moves: Moves = None,
    scenario: ScenarioOf = None,
    model: ModelOf = None,
    preset: Preset = None,
    out: Out = None,
    table: Only = None,
    rows: Rows = 10,
    quiet: Quiet = False,
    json: Json = False,
    language: Lang = None,
    debug: Debug = False,
) -> None:
    """Reckon the impact of transfers."""
    with talking(quiet, json, language, debug) as talk:
        from hinterland.cli import actions

        actions.simulate(
            talk, study, out, table, rows, moves, scenario, model.value if model is not None else None, preset
        )


@app.command(
    "roadmap",
    help="The plan to hand out: a Gantt sheet, a booklet for each province, a dossier for each industry.",
    epilog=EPILOG,
)
def roadmap_command(
    out: OutNeeded,
    study: StudyName = "southwest",
    preset: Preset = None,
    objective: Objective = Aim.balanced,
    quiet: Quiet = False,
    json: Json = False,
    language: Lang = None,
    debug: Debug = False,
) -> None:
    """Write the plan's roadmap."""
    with talking(quiet, json, language, debug) as talk:
        from hinterland.cli import actions

        actions.roadmap(talk, study, out, preset, objective.value)


@app.command("risk", help="What could go wrong: the register of risks of the plan.", epilog=EPILOG)
def risk_command(
    study: StudyName = "southwest",
    preset: Preset = None,
    out: Out = None,
    table: Only = None,
    rows: Rows = 10,
    quiet: Quiet = False,
    json: Json = False,
    language: Lang = None,
    debug: Debug = False,
) -> None:
    """Assess the risks of the plan."""
    with talking(quiet, json, language, debug) as talk:
        from hinterland.cli import actions

        actions.ask(talk, "risk", study, out, table, rows, preset=preset)


@app.command(
    "safeguard",
    help="What makes the plan safe: shared parks, compensation, fund, incentives, talent, jobs, tasks.",
    epilog=EPILOG,
)
def safeguard_command(
    study: StudyName = "southwest",
    preset: Preset = None,
    objective: Objective = Aim.balanced,
    out: Out = None,
    table: Only = None,
    rows: Rows = 10,
    quiet: Quiet = False,
    json: Json = False,
    language: Lang = None,
    debug: Debug = False,
) -> None:
    """Reckon the safeguards of the plan."""
    with talking(quiet, json, language, debug) as talk:
        from hinterland.cli import actions

        actions.ask(talk, "safeguard", study, out, table, rows, preset=preset, objective=objective.value)


importing.register(app, EPILOG)
packing.register(app, EPILOG)
monitoring.register(app, EPILOG)
