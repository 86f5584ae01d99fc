"""What ``hinterland monitor record``, ``bulletin``, ``targets`` and ``preset`` do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

import hinterland
from hinterland.aside import MANIFEST, written_aside
from hinterland.cli import show
from hinterland.cli.talk import Talk
from hinterland.study import StudyError, Text, open_study

_RECORDED = Text(
    "Recorded: {new} new figures, {corrected} corrected. Last link of the ledger: {chain}",
    "已登记：新增 {new} 条，更正 {corrected} 条。台账末位校验值：{chain}",
)
_NOTHING = Text("All of these figures are in the ledger already.", "这些数值均已在台账中。")
_WRITTEN = Text("Written: {path}", "已写入：{path}")
_TABLES = Text(
    "Tables for the study's folder: {path}. Move them there, then: hinterland check DIR",
    "供研究文件夹使用的表：{path}。移入研究文件夹后运行：hinterland check DIR",
)


def record(talk: Talk, folder: Path, file: Path, by: str, correct: bool, reason: str) -> None:
    """Append a file's figures to the ledger."""
    from hinterland import monitor

    if correct and not reason.strip():
        raise StudyError(
            Text("A correction needs its reason.", "更正须说明原因。"),
            Text("Give one with --reason.", "请用 --reason 说明。"),
        )
    new, corrected, chain = monitor.record(folder, file, by=by, correct=correct, reason=reason)
    if talk.json:
        show.print_json({"new": new, "corrected": corrected, "chain": chain})
    if new or corrected:
        talk.say(_RECORDED, new=new, corrected=corrected, chain=chain)
    else:
        talk.say(_NOTHING)


def bulletin(talk: Talk, study: str, period: str | None, out: Path) -> None:
    """Write the bulletin of a period."""
    from hinterland import monitor, report

    opened = open_study(study)
    found = monitor.state(opened, period)
    with written_aside(out) as part:
        for path in report.write_bulletin(found, part):
            talk.say(_WRITTEN, path=out / path.relative_to(part))
        _manifest(part, {"bulletin": found.period, "study": opened.name, "files": dict(opened.files)})


def targets(talk: Talk, study: str, preset: str | None, risks: bool, out: Path) -> None:
    """Make a plan and write its targets, and what its risks want watched, as tables of a study."""
    from hinterland import monitor, run

    with talk.progress() as progress:
        answer = run.answer(
            study, "plan", progress=progress, preset=preset, points=2, tables=["plan_targets"]
        )
    tables = monitor.as_study_tables(answer.study, answer.findings["plan_targets"])
    if risks:
        with talk.progress() as progress:
            told = run.answer(study, "risk", progress=progress, preset=preset, tables=["risk_warnings"])
        more = monitor.watched(told.study, told.findings["risk_warnings"])
        both = [tables["monitor_indicators"], more["monitor_indicators"]]
        tables |= {**more, "monitor_indicators": pd.concat(both, ignore_index=True)}
    _write_tables(talk, out, tables, dict(answer.manifest))


def preset(talk: Talk, out: Path) -> None:
    """Write the indicators of the Wanjiang measures."""
    from hinterland import monitor

    _write_tables(talk, out, {"monitor_indicators": monitor.preset_indicators()}, {"preset": "wanjiang"})
    talk.say(monitor.WANJIANG)


def _write_tables(
    talk: Talk, out: Path, tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, object]
) -> None:
    with written_aside(out) as part:
        for name, frame in tables.items():
            frame.to_csv(part / f"{name}.csv", index=False, encoding="utf-8-sig", lineterminator="\n")
        _manifest(part, manifest)
    talk.say(_TABLES, path=", ".join(str(out / f"{name}.csv") for name in tables))


def _manifest(part: Path, more: Mapping[str, object]) -> None:
    text = json.dumps(
        {"hinterland": hinterland.__version__, **more}, ensure_ascii=False, indent=1, default=str
    )
    (part / MANIFEST).write_text(text + "\n", encoding="utf-8")
