"""The report: one HTML file that holds everything it shows, in two languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

import hinterland
from hinterland.charts import Chart, packed, script
from hinterland.charts.palette import FONT
from hinterland.charts.words import unit
from hinterland.report import data, in_short, robustness, sentences
from hinterland.report.chapters import CHAPTERS, Block, Chapter
from hinterland.report.export import export
from hinterland.report.markup import badge, bilingual, prose, source_links, spans
from hinterland.report.tables import Table, table
from hinterland.report.views import Findings
from hinterland.study import EMPTY, Language, Study, Text

SUMMARY = (
    ("what", Text("What moves", "转移什么")),
    ("origin", Text("From where", "从哪里")),
    ("host", Text("To whom", "到哪里")),
    ("phase", Text("When", "何时")),
    ("brings", Text("What it brings", "带来什么")),
    ("limits", Text("What limits it", "受何限制")),
    ("past", Text("What moved before", "以往的转移")),
    ("policies", Text("What policies did", "政策效果")),
    ("drivers", Text("Cost and place", "成本与区位")),
    ("hosting", Text("Who could host", "谁能承接")),
    ("role", Text("Which role", "腹地定位")),
    ("selection", Text("Which industries", "产业选择")),
    ("security", Text("Security", "经济安全")),
    ("sure", Text("How sure", "把握多大")),
)


@dataclass(frozen=True)
class Part:
    """A block of a chapter, ready to be shown."""

    code: str
    title: Text
    charts: tuple[Chart, ...]
    table: Table | None
    missing: Text | None
    reason: Text | None
    rows: int = 0
    """Rows of a result that is shown otherwise than as a table."""
    says: Text | None = None
    """How many of its claims are supported, and how firmly."""


@dataclass(frozen=True)
class Shown:
    """A chapter, ready to be shown."""

    code: str
    title: Text
    question: Text
    says: tuple[Text, ...]
    parts: tuple[Part, ...]
    listed: tuple[tuple[str, Text], ...] = ()
    """Results that the page only names: where their tables are, and their titles."""


def write(
    study: Study,
    findings: Findings,
    manifest: Mapping[str, Any],
    directory: str | Path,
    *,
    language: Language = "en",
) -> Path:
    """Write the report and the tables it is made from.

    The page makes no request of any kind: style, scripts, charts and figures are inside it. What could not be
    computed is named in its chapter, with what would supply it.

    Parameters
    ----------
    study : Study
        The study, completed with what was derived.
    findings : mapping of str to Result
        Results by name.
    manifest : mapping
        How the findings were made: versions, hashes, seeds, solver; ``left_out`` lists what could not be.
    directory : str or Path
        Where ``index.html``, ``tables/`` and ``tables.xlsx`` go; made when missing.
    language : {"en", "zh"}
        Language shown first; the reader can switch.

    Returns
    -------
    Path
        Of ``index.html``.
    """
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "index.html"
    page.write_text(render(study, findings, manifest, language=language), encoding="utf-8")
    export(findings, study, folder)
    return page


def render(
    study: Study, findings: Findings, manifest: Mapping[str, Any], *, language: Language = "en"
) -> str:
    """Return the report as one HTML document."""
    chapters = [
        _chapter(study, findings, chapter, _reasons(chapter, manifest.get("left_out") or ()))
        for chapter in CHAPTERS
    ]
    named = {block.result for chapter in CHAPTERS for block in chapter.blocks}
    further = [
        table(study, result)
        for name, result in sorted(findings.items())
        if name not in named and len(result.frame)
    ]
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("hinterland.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["both"] = bilingual
    environment.filters["spans"] = spans
    environment.filters["mark"] = lambda status: badge(study, status)
    environment.filters["prose"] = lambda text: prose(study, text)
    folder = resources.files("hinterland.report").joinpath("templates")
    claims, pathway = findings.get("claims"), findings.get("pathway")
    return environment.get_template("report.html.j2").render(
        study=study,
        language="zh-CN" if language == "zh" else "en",
        chapters=chapters,
        summary=_summary(study, findings, manifest),
        prices=sentences.prices(study, findings),
        claims=_claims(study, claims) if claims is not None else [],
        pathway=_claims(study, pathway) if pathway is not None else [],
        further=further,
        shown_tables={t.name for t in further}
        | {part.table.name for chapter in chapters for part in chapter.parts if part.table},
        titles={name: result.title for name, result in findings.items() if len(result.frame)},
        variables=data.variables(study),
        phases=data.phases(study),
        sources=data.sources(study),
        parameters=data.parameters(study),
        files=data.input_files(study),
        left_out=data.left_out(manifest),
        manifest=data.manifest_rows(study, manifest),
        derived=findings.get("derived_data"),
        cite=lambda codes: source_links(study, codes),
        unit=lambda text: unit(study, text),
        word=lambda code: study.text("report", code),
        version=hinterland.__version__,
        font=Markup(FONT),
        css=Markup(folder.joinpath("report.css").read_text(encoding="utf-8")),
        js=Markup(folder.joinpath("report.js").read_text(encoding="utf-8")),
        echarts=Markup(re.sub(r"</(script)", r"<\\/\1", script(), flags=re.IGNORECASE)),
        charts=Markup(packed(chart for c in chapters for part in c.parts for chart in part.charts)),
        attribute=_attribute,
    )


def _attribute(name: str, text: Text, language: str) -> Markup:
    """Return an HTML attribute that the page's script sets in the reader's language."""
    shown = text.zh if language.startswith("zh") else text.en
    return Markup('{n}="{s}" data-attr="{n}" data-en="{e}" data-zh="{z}"').format(
        n=name, s=shown, e=text.en, z=text.zh
    )


def _reasons(chapter: Chapter, left_out: Iterable[Mapping[str, Any]]) -> Mapping[str, Text]:
    """Return why each result of a chapter is missing: its own reason, else that of the step that makes it."""
    mine = [entry for entry in left_out if str(entry.get("step", "")) == chapter.step]
    own = dict(data.left_out({"left_out": mine}))
    names = [block.result for block in chapter.blocks]
    shared = [reason for part, reason in own.items() if part not in names]
    out = {name: shared[0] for name in names} if shared else {}
    return {**out, **own}


def _chapter(study: Study, findings: Findings, chapter: Chapter, reasons: Mapping[str, Text]) -> Shown:
    says = chapter.says(study, findings) if chapter.says else []
    there = {name for name, result in findings.items() if len(result.frame)}
    listed = [block for block in chapter.blocks if block.listed and not block.draw and block.result in there]
    parts = [
        _part(study, findings, block, reasons)
        for block in chapter.blocks
        if block not in listed and (not block.optional or block.result in findings)
    ]
    named = tuple((block.result, findings[block.result].title) for block in listed)
    return Shown(chapter.code, chapter.title, chapter.question, tuple(says), tuple(parts), named)


def _part(study: Study, findings: Findings, block: Block, reasons: Mapping[str, Text]) -> Part:
    result = findings.get(block.result)
    if result is None or result.frame.empty:
        reason = reasons.get(block.result)
        return Part(block.result, block.title, (), None, block.supply, reason)
    charts = tuple(block.draw(study, findings)) if block.draw else ()
    frame: pd.DataFrame | None = None
    if block.pick is not None:
        frame = block.pick(study, result.frame)
        if frame.empty:
            frame = None
    if block.listed:
        return Part(block.result, block.title, charts, None, None, None, len(result.frame))
    if not block.table:
        counted = sentences.claims(study, findings, block.result)
        return Part(block.result, block.title, charts, None, None, None, len(result.frame), counted)
    shown = table(study, result, frame=frame, selection=block.picked, is_open=block.open)
    return Part(block.result, block.title, charts, shown, None, None)


def _summary(study: Study, findings: Findings, manifest: Mapping[str, Any]) -> list[tuple[Text, list[Text]]]:
    said: dict[str, list[Text]] = {
        **sentences.plan(study, findings),
        "brings": sentences.brings(study, findings) + sentences.compared(study, findings),
        "limits": sentences.limits(study, findings) + sentences.prices(study, findings, 1),
        "past": sentences.moved(study, findings)[:1] + in_short.received(study, findings),
        "policies": in_short.policies(study, findings),
        "drivers": in_short.drivers(study, findings),
        "hosting": sentences.hosting(study, findings)[:1],
        "role": in_short.role(study, findings),
        "selection": in_short.selection(study, findings),
        "security": in_short.security(study, findings),
        "sure": robustness.says(study, findings) + sentences.certainty(study, findings, manifest),
    }
    return [(label, said[code]) for code, label in SUMMARY if said.get(code)]


def _lines(study: Study, finding: Text) -> list[dict[str, Any]]:
    """Return a finding's lines: the parts of a claim, each with its verdict, and remarks."""
    words = {code: study.text("verdict", code) for code in ("supported", "not_supported", "cannot_say")}
    out: list[dict[str, Any]] = []
    for en, zh in zip(finding.en.split("\n"), finding.zh.split("\n"), strict=False):
        line: dict[str, Any] = {"text": Text(en, zh), "verdict": "", "word": EMPTY}
        for code, word in words.items():
            if en.endswith(f"[{word.en}]"):
                said = Text(en.removesuffix(f"[{word.en}]").strip(), zh.removesuffix(f"［{word.zh}］"))
                line = {"text": said, "verdict": code, "word": word}
        out.append(line)
    return out


def _claims(study: Study, result: Any) -> list[dict[str, Any]]:
    """Return claims as what was said, what the figures say, and the verdict."""
    out = []
    for row in result.frame.to_dict("records"):
        evidence = [e for e in re.split(r"[;,\s]+", str(row.get("evidence") or "")) if e]
        out.append(
            {
                "section": str(row.get("section") or ""),
                "text": Text(str(row["text_en"]), str(row["text_zh"])),
                "lines": _lines(study, Text(str(row["finding_en"]), str(row["finding_zh"]))),
                "verdict": str(row["verdict"]),
                "firm": bool(row.get("firm", True)),
                "word": study.text("verdict", row["verdict"]),
                "evidence": evidence,
            }
        )
    return out
