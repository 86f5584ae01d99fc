"""The whole chain in one call: check, account, measure, assess, plan, simulate, stress, judge the claims,
report.

`run` writes a folder with the report, the tables and a manifest, whole or not at all. `answer` goes as
far along the chain as one question needs and gives back tables only; the command line is a thin shell
over the two.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xarray as xr

import hinterland
from hinterland.aside import MANIFEST, written_aside
from hinterland.identity import code_identity
from hinterland.steps import ROADMAP, STEPS, LeftOut, Step, Work
from hinterland.study import LANGUAGES, Result, Study, StudyError, Text, open_study
from hinterland.study.model import package_table

if TYPE_CHECKING:
    from hinterland.plan import Objective

Progress = Callable[[Text, float], None]
"""Told what is being done and which share of the whole is behind us (0 to 1)."""

REPORT = "index.html"
_PACKAGES = ("numpy", "scipy", "pandas", "xarray", "linopy", "highspy", "pyarrow", "openpyxl", "jinja2")
_CHECK = Text("Checking and opening the study", "检查并打开研究")
_REPORT = Text("Writing the report and the tables", "撰写报告和表格")
_READY = Text("Done", "完成")


@dataclass(frozen=True)
class Answer:
    """Tables found on the way to one question's answer."""

    study: Study
    findings: Mapping[str, Result]
    left_out: tuple[LeftOut, ...]
    manifest: Mapping[str, Any]


@dataclass(frozen=True)
class RunSummary:
    """What a run wrote and what it could not."""

    study: str
    directory: Path
    report: Path
    findings: Mapping[str, Result] = field(repr=False)
    left_out: tuple[LeftOut, ...]
    warnings: int
    seconds: float
    manifest: Mapping[str, Any] = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, without the tables' contents."""
        return {
            "study": self.study,
            "directory": str(self.directory),
            "report": str(self.report),
            "tables": sorted(self.findings),
            "left_out": [left.as_dict() for left in self.left_out],
            "warnings": self.warnings,
            "seconds": round(self.seconds, 2),
        }


def run(
    study: Study | str | Path,
    directory: str | Path,
    *,
    progress: Progress = lambda label, share: None,
    preset: str | None = None,
    points: int | None = None,
    page: bool = True,
) -> RunSummary:
    """Go through the whole chain for one study and write what is found.

    Parameters
    ----------
    study : Study, str or Path
        A study, the name of a built-in one, or a study folder.
    directory : str or Path
        Where index.html, the tables and manifest.json shall stand. An earlier output of hinterland there
        is replaced when the new one is complete, and not before; a folder with other things in it is refused.
    progress : callable
        Told each step's name and the share of the whole that is done.
    preset : str, optional
        Phases to plan for; the study's own choice unless given.
    points : int, optional
        Points of the plan's frontier; parameter plan.frontier_points unless given.
    page : bool
        Whether to write the report too, and not the tables alone.

    Raises
    ------
    StudyError
        When the study cannot be opened or the folder cannot be written. A figure that lacks its optional
        data is no error: it is left out, and manifest and report say why.
    """
    from hinterland import report

    began = time.perf_counter()
    with written_aside(directory) as part:
        progress(_CHECK, 0.0)
        seconds: dict[str, float] = {}
        with _timed("check", seconds):
            opened = study if isinstance(study, Study) else open_study(study)
        if preset is not None:
            opened.phases(preset)  # a preset that is not there is said now, not after a minute's work
        work = Work(opened, preset=preset, points=points)
        warnings = len(opened.warnings)
        _take(STEPS, work, progress, seconds)
        progress(_REPORT, 0.95)
        manifest = _manifest(work, seconds, warnings)
        with _timed("report", seconds):
            if page:
                report.write(work.study, work.findings, manifest, part)
            else:
                report.export(work.findings, work.study, part)
        manifest["steps"] = _rounded(seconds)
        _write_manifest(manifest, part)
    progress(_READY, 1.0)
    return RunSummary(
        study=opened.name,
        directory=Path(directory),
        report=Path(directory) / (REPORT if page else MANIFEST),
        findings=work.findings,
        left_out=tuple(work.left_out),
        warnings=warnings,
        seconds=time.perf_counter() - began,
        manifest=manifest,
    )


def answer(
    study: Study | str | Path,
    question: str,
    *,
    progress: Progress = lambda label, share: None,
    tables: Sequence[str] | None = None,
    **options: Any,
) -> Answer:
    """Go as far along the chain as one question needs.

    Parameters
    ----------
    study : Study, str or Path
        A study, the name of a built-in one, or a study folder.
    question : str
        The code of a step: accounts, measure, potential, plan, simulate, risk, safeguard or claims.
    tables : sequence of str, optional
        Names of the results to give back; all of the question's own unless given.
    options
        Fields of `Work`: preset, points, start, end, moves, earlier, scenario, model.

    Raises
    ------
    StudyError
        When the question or a table is not known, the moves are not the study's or more than there is, or
        nothing at all could be found.
    """
    opened = study if isinstance(study, Study) else open_study(study)
    wanted = _step(question)
    work = Work(opened, tables=tuple(tables or ()), **options)
    if work.moves is not None:
        # said before anything is computed: a part that fails is left out, but a wrong list is no answer
        _check_moves(opened, work.moves)
    own = work.moves is not None or work.scenario is not None
    needs = tuple(n for n in wanted.needs if not (n == "plan" and own))
    seconds: dict[str, float] = {}
    _take([step for step in STEPS if step.code in needs], work, progress, seconds)
    before = set(work.findings)
    _take([wanted], work, progress, seconds)
    findings = {name: result for name, result in work.findings.items() if name not in before}
    left_out = tuple(left for left in work.left_out if left.step in (question, *needs))
    if not findings:
        # what only follows from another part's failure would bury the reason
        left_out = tuple(left for left in left_out if not left.follows) or left_out
        reasons = list(dict.fromkeys(left.reason for left in left_out))
        if len(reasons) == 1:
            raise StudyError(reasons[0])
        raise StudyError(
            Text(f"No part of '{question}' could be computed.", f"“{question}”的各部分均未能计算。"),
            Text(
                *(
                    " ".join(dict.fromkeys(left.reason.get(tongue) for left in left_out))
                    for tongue in LANGUAGES
                )
            ),
        )
    for name in tables or ():
        if name not in findings:
            why = next((left.reason for left in left_out if left.part == name), None)
            if why is not None:
                raise StudyError(why)
            raise StudyError(
                Text(f"There is no table '{name}' here.", f"这里没有表“{name}”。"),
                Text(f"Choose from: {', '.join(findings)}.", f"可选：{'、'.join(findings)}。"),
            )
    if tables:
        findings = {name: findings[name] for name in dict.fromkeys(tables)}
    return Answer(work.study, findings, left_out, _manifest(work, seconds, 0))


def roadmap(
    study: Study | str | Path,
    directory: str | Path,
    *,
    progress: Progress = lambda label, share: None,
    preset: str | None = None,
    objective: Objective = "balanced",
) -> Answer:
    """Make the plan's roadmap: a Gantt sheet, booklets by province, dossiers by industry, and their tables.

    Parameters
    ----------
    study : Study, str or Path
    directory : str or Path
        Written whole or not at all: see `report.roadmap.write`; the tables stand beside, and manifest.json.
    progress : callable
    preset, objective
        As of the plan.

    Raises
    ------
    StudyError
        There is no plan; the message says why.
    """
    from hinterland.report import export
    from hinterland.report import roadmap as papers

    opened = study if isinstance(study, Study) else open_study(study)
    if preset is not None:
        opened.phases(preset)
    work = Work(opened, preset=preset, objective=objective)
    seconds: dict[str, float] = {}
    _take([step for step in STEPS if step.code in ROADMAP], work, progress, seconds, ROADMAP)
    progress(_REPORT, 0.95)
    if "plan_gantt" not in work.findings:
        raise StudyError(next(left.reason for left in work.left_out if left.step == "plan"))
    made = Answer(work.study, work.findings, tuple(work.left_out), _manifest(work, seconds, 0))
    with written_aside(directory) as part:
        papers.write(work.study, work.findings, part)
        export(work.findings, work.study, part)
        _write_manifest(dict(made.manifest), part)
    progress(_READY, 1.0)
    return made


def write_tables(given: Answer, directory: str | Path) -> None:
    """Write the tables of an answer to a folder, whole or not at all."""
    from hinterland import report

    with written_aside(directory) as part:
        report.export(given.findings, given.study, part)
        _write_manifest(dict(given.manifest), part)


def read_moves(study: Study, path: str | Path) -> xr.DataArray:
    """Read a CSV of moves into money by industry, origin and host.

    Raises
    ------
    StudyError
        For a file that cannot be read, a column that is missing, a code the study does not know, or an
        amount that is not a number or is negative; with the row.
    """
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    except FileNotFoundError as error:
        raise StudyError(
            Text(f"There is no file '{path}'.", f"没有文件“{path}”。"),
            Text("Give a CSV file in UTF-8.", "请提供 UTF-8 编码的 CSV 文件。"),
        ) from error
    except (OSError, ValueError) as error:
        raise StudyError(
            Text(f"Cannot read the moves in {path}: {error}.", f"无法读取转移清单 {path}：{error}。"),
            Text("Give a CSV file in UTF-8.", "请提供 UTF-8 编码的 CSV 文件。"),
        ) from error
    missing = [c for c in ("industry", "origin", "host", "output") if c not in frame]
    if missing:
        raise StudyError(
            Text(f"{path} has no column {', '.join(missing)}.", f"{path} 缺少列 {'、'.join(missing)}。"),
            Text(
                "Its first row must be: industry,origin,host,output.",
                "首行应为：industry,origin,host,output。",
            ),
        )
    known = {"industry": study.industries, "origin": study.regions, "host": study.regions}
    for column, codes in known.items():
        for row, code in enumerate(frame[column], start=2):
            if code not in codes:
                raise StudyError(
                    Text(
                        f"{path}, row {row}: the study has no {column} '{code}'.",
                        f"{path} 第 {row} 行：研究中没有 {column} “{code}”。",
                    ),
                    Text(f"It has: {', '.join(codes)}.", f"可用：{'、'.join(codes)}。"),
                )
    amounts = pd.to_numeric(frame["output"], errors="coerce")
    for row, (amount, written) in enumerate(zip(amounts, frame["output"], strict=True), start=2):
        if not 0 <= amount < float("inf"):
            raise StudyError(
                Text(
                    f"{path}, row {row}: '{written}' is no amount of output.",
                    f"{path} 第 {row} 行：“{written}”不是产出数额。",
                ),
                Text(
                    f"Write a number in {study.unit('money')}, zero or more.",
                    f"请填写不小于零的数字，单位为 {study.unit('money')}。",
                ),
            )
    # absence is not zero elsewhere; here a pair that is not listed moves nothing, by the meaning of the list
    moves = xr.DataArray(
        0.0,
        coords={k: list(v) for k, v in known.items()},
        dims=("industry", "origin", "host"),
    )
    for industry, origin, host, amount in zip(
        frame["industry"], frame["origin"], frame["host"], amounts, strict=True
    ):
        moves.loc[industry, origin, host] += amount
    return moves


def _check_moves(study: Study, moves: xr.DataArray) -> None:
    """Refuse moves that the study's accounts do not have."""
    from hinterland import simulate

    simulate.check_moves(study, moves, simulate.baseline(study).table)


def _step(code: str) -> Step:
    for step in STEPS:
        if step.code == code:
            return step
    codes = [step.code for step in STEPS]
    raise StudyError(
        Text(f"There is no question '{code}'.", f"没有名为“{code}”的问题。"),
        Text(f"Choose from: {', '.join(codes)}.", f"可选：{'、'.join(codes)}。"),
    )


def _take(
    steps: Sequence[Step],
    work: Work,
    progress: Progress,
    seconds: dict[str, float],
    only: Mapping[str, Sequence[str]] | None = None,
) -> None:
    whole = sum(step.weight for step in steps) / 0.95
    done = 0.0
    for step in steps:
        with _timed(step.code, seconds):
            within = _part_of(progress, step.label, done / whole, step.weight / whole)
            step.take(work, within, None if only is None else only[step.code])
        done += step.weight


def _part_of(progress: Progress, label: Text, start: float, span: float) -> Callable[[float], None]:
    progress(label, start)
    return lambda share: progress(label, start + span * share)


@contextlib.contextmanager
def _timed(name: str, seconds: dict[str, float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seconds[name] = time.perf_counter() - began


def _rounded(seconds: Mapping[str, float]) -> list[dict[str, Any]]:
    return [{"step": name, "seconds": round(value, 3)} for name, value in seconds.items()]


def _manifest(work: Work, seconds: Mapping[str, float], warnings: int) -> dict[str, Any]:
    """Return what someone needs to get the same figures again; the time is here and nowhere else."""
    study = work.study
    return {
        "hinterland": hinterland.__version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: _version(name) for name in _PACKAGES},
        "code": code_identity(),
        "study": {
            "name": study.name,
            "title": {"en": study.title.en, "zh": study.title.zh},
            "base_year": study.base_year,
            "files": dict(study.files),
            "warnings": warnings,
        },
        "options": {
            "preset": work.preset or study.preset,
            "points": work.points,
            "start": work.start,
            "end": work.end,
            "own_moves": work.moves is not None,
            "scenario": None if work.scenario is None else work.scenario.as_dict(),
            "model": work.model,
        },
        "seed": study.parameter("seed"),
        "parameters": _parameters(study),
        "solver": _solver(work),
        "steps": _rounded(seconds),
        "left_out": [left.as_dict() for left in work.left_out],
        "tables": {name: _fingerprint(result) for name, result in sorted(work.findings.items())},
    }


def _solver(work: Work) -> dict[str, Any] | None:
    if work.plan is None:
        return None
    return {
        "name": "HiGHS",
        "version": _version("highspy"),
        "status": work.plan.status,
        "objective": work.plan.objective,
    }


def _parameters(study: Study) -> dict[str, dict[str, Any]]:
    """Return every parameter in force, and whether the study set it itself."""
    table = package_table("parameters").set_index("parameter")["value"]
    in_force = {str(name): study.parameter(str(name)) for name in table.index}
    return {
        name: {"value": value, "changed": str(value) != str(table[name])} for name, value in in_force.items()
    }


def _fingerprint(result: Result) -> str:
    text = result.frame.to_csv(index=False, lineterminator="\n")
    return hashlib.sha256(text.encode()).hexdigest()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "unknown"


def _write_manifest(manifest: Mapping[str, Any], directory: Path) -> None:
    text = json.dumps(manifest, ensure_ascii=False, indent=1, default=str)
    (directory / MANIFEST).write_text(text + "\n", encoding="utf-8")
