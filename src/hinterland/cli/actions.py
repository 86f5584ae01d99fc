"""What the commands do: open a study, ask one room, and show or write what it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from hinterland import run
from hinterland.cli import show, words
from hinterland.cli.talk import MISTAKE, WARNED, Talk
from hinterland.study import StudyError, Text, load_study, new_study, open_study

if TYPE_CHECKING:
    from hinterland.plan import Objective


def run_all(talk: Talk, study: str, out: Path, preset: str | None, points: int | None, strict: bool) -> None:
    """Run the whole chain and write the report, the tables and the manifest."""
    with talk.progress(lines=True) as progress:
        summary = run.run(study, out, progress=progress, preset=preset, points=points)
    if talk.json:
        show.print_json(summary.as_dict())
    for left in summary.left_out:
        talk.say(words.LEFT_OUT, part=left.part, reason=left.reason.get(talk.language))
    if summary.warnings:
        talk.say(words.WARNINGS, count=summary.warnings, study=study)
    talk.say(words.DONE, path=summary.report, seconds=summary.seconds, tables=len(summary.findings))
    if strict and (summary.warnings or summary.left_out):
        raise typer.Exit(WARNED)


def roadmap(talk: Talk, study: str, out: Path, preset: str | None, objective: Objective) -> None:
    """Write the plan's roadmap: Gantt sheet, booklets and dossiers."""
    with talk.progress(lines=True) as progress:
        made = run.roadmap(study, out, progress=progress, preset=preset, objective=objective)
    if talk.json:
        show.print_json(
            {
                "study": made.study.name,
                "directory": str(out),
                "tables": sorted(made.findings),
                "left_out": [left.as_dict() for left in made.left_out],
            }
        )
    for left in made.left_out:
        talk.say(words.LEFT_OUT, part=left.part, reason=left.reason.get(talk.language))
    talk.say(words.ROADMAP, path=out / f"index.{talk.language}.html")


def start(talk: Talk, folder: Path, form: Literal["csv", "xlsx"]) -> None:
    """Write templates with one worked row each."""
    new_study(folder, form=form)
    talk.say(words.NEW_STUDY, path=folder)


def check(talk: Talk, folder: Path, strict: bool) -> None:
    """Say everything that is wrong with a study, its ledger and the scenarios in its folder included."""
    report, opened = load_study(folder)
    if opened is not None:
        from hinterland.monitor import check_ledger
        from hinterland.simulate import check_scenarios

        findings = (*report.findings, *check_ledger(opened), *check_scenarios(folder))
        report = replace(report, findings=findings)
    if talk.json:
        show.print_json(report.as_dict())
    else:
        if not talk.quiet or report.errors:
            show.print_findings(report, talk.out, talk.language)
        if report.errors or report.warnings:
            counts = {"errors": len(report.errors), "warnings": len(report.warnings)}
            talk.say(words.CHECK_COUNT, study=folder, **counts)
        else:
            talk.say(words.CHECK_CLEAN, study=folder)
    if report.errors:
        raise typer.Exit(MISTAKE)
    if strict and report.warnings:
        raise typer.Exit(WARNED)


def simulate(
    talk: Talk,
    study: str,
    out: Path | None,
    tables: list[str] | None,
    rows: int,
    moves: Path | None,
    scenario: str | None,
    model: str | None,
    preset: str | None,
) -> None:
    """Run the plan's transfers, moves from a file, or a scenario by name or file on a model."""
    if scenario is None:
        if model not in (None, "impact"):
            raise StudyError(
                Text(f"The model {model} needs a scenario.", f"模型 {model} 需要情景。"),
                Text("Name one with --scenario.", "请以 --scenario 指定。"),
            )
        ask(talk, "simulate", study, out, tables, rows, moves=moves, preset=preset)
        return
    if moves is not None:
        raise StudyError(
            Text("Both moves and a scenario are given.", "同时给出了转移清单与情景。"),
            Text("Give one of them.", "请只给出其中之一。"),
        )
    from hinterland.simulate import read_scenario

    given = read_scenario(scenario, study)
    ask(
        talk,
        "simulate",
        study,
        out,
        tables,
        rows,
        preset=preset,
        scenario=given,
        model=model or "impact",
    )


def figures(option: str, given: list[str] | None) -> dict[str, float]:
    """Read OBJECTIVE=NUMBER, once for each objective."""
    out: dict[str, float] = {}
    wrong = []
    for item in given or ():
        name, _, value = item.partition("=")
        try:
            out[name.strip()] = float(value)
        except ValueError:
            wrong.append(item)
    if wrong:
        raise StudyError(
            Text(
                f"{option} could not be read: {', '.join(wrong)}.", f"无法读取{option}：{'、'.join(wrong)}。"
            ),
            Text(
                f"Write an objective and a number, as in {option} value_added=2.",
                f"请写目标和数值，如{option} value_added=2。",
            ),
        )
    return out


def ask(
    talk: Talk,
    question: str,
    study: str,
    out: Path | None,
    tables: list[str] | None,
    rows: int,
    *,
    moves: Path | None = None,
    earlier: str | None = None,
    **options: Any,
) -> None:
    """Ask one question and show its tables, print them as JSON, or write them."""
    opened = open_study(study)
    if moves is not None:
        options["moves"] = run.read_moves(opened, moves)
    if earlier is not None:
        options["earlier"] = open_study(earlier)
    with talk.progress() as progress:
        answer = run.answer(opened, question, progress=progress, tables=tables, **options)
    if options.get("scenario") is not None and not talk.quiet and not talk.json:
        # what was run, once it could be run
        talk.say(words.SCENARIO, said=options["scenario"].describe(answer.study).get(talk.language))
    tell(talk, answer, out, rows)


def tell(talk: Talk, answer: run.Answer, out: Path | None, rows: int) -> None:
    """Show an answer's tables, print them as JSON, or write them; and what was left out."""
    if talk.json:
        show.print_json(
            {
                "study": answer.study.name,
                "tables": {name: show.result_json(result) for name, result in answer.findings.items()},
                "left_out": [left.as_dict() for left in answer.left_out],
            }
        )
    if out is None and not talk.quiet and not talk.json:
        for result in answer.findings.values():
            table, more = show.result_table(result, answer.study, talk.language, rows)
            talk.out.print(table)
            if more:
                said = words.MORE_ROWS.get(talk.language).format(rows=more)
                talk.out.print(said, style="dim", markup=False)
            talk.out.print()
    if out is not None:
        run.write_tables(answer, out)
        talk.say(words.TABLES_WRITTEN, tables=len(answer.findings), path=out)
    for left in answer.left_out:
        talk.say(words.LEFT_OUT, part=left.part, reason=left.reason.get(talk.language))
