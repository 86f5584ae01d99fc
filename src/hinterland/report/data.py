"""The last chapter: variables, sources, parameters, and how the report was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup, escape

from hinterland.charts import numbers
from hinterland.charts.words import preset_name, unit
from hinterland.report.markup import badge, bilingual, citation, prose, setting, source_links
from hinterland.report.sentences import elapsed
from hinterland.report.tables import Head, Table
from hinterland.study import EMPTY, Study, Text
from hinterland.study.model import package_table


def _word(study: Study, code: str) -> Text:
    return study.text("report", code)


def _cells(row: Sequence[Markup | str], wide: int = -1) -> str:
    cells = (f"<td{' class=t' if k == wide else ''}>{escape(cell)}</td>" for k, cell in enumerate(row))
    return "<tr>" + "".join(cells) + "</tr>\n"


def _table(
    name: str, title: Text, heads: Sequence[Text], rows: Sequence[Sequence[Markup | str]], wide: int = -1
) -> Table:
    """Make a table of the page; the column number `wide` holds running text."""
    body = Markup("".join(_cells(row, wide) for row in rows))
    return Table(name, title, tuple(Head(h) for h in heads), body, len(rows), len(rows), exported=False)


def variables(study: Study) -> Table:
    """Return every variable of the study with unit, year, status, sources and method."""
    rows: list[list[Markup | str]] = []
    for code in sorted(study.provenance, key=lambda c: (study.provenance[c].status != "observed", c)):
        known = study.provenance[code]
        rows.append(
            [
                bilingual(study.text("variable", code)),
                bilingual(unit(study, known.unit)),
                known.year,
                badge(study, known.status),
                source_links(study, known.sources),
                prose(study, known.method),
            ]
        )
    heads = [_word(study, w) for w in ("variable", "unit", "year", "status", "sources", "method")]
    return _table("variables", _word(study, "variables"), heads, rows)


def phases(study: Study) -> Table:
    """Return every preset of phases: its name and use, phases, years and notes."""
    table = study.frames["phases"]
    noted = {"note_en", "note_zh"} <= set(table.columns)
    settings = study.config["study"]
    uses = {
        str(settings.get("history_preset", "")): "use_history",
        str(settings.get("compare_preset", "")): "use_compared",
        study.preset: "use_plan",
    }
    over = {(phase.code, phase.start) for phase in elapsed(study)}
    rows: list[list[Markup | str]] = []
    told: set[tuple[str, str]] = set()
    for row in table.to_dict("records"):
        preset, start, end = str(row["preset"]), int(row["start_year"]), int(row["end_year"])
        note = Text(*(_written(row[c]) for c in ("note_en", "note_zh"))) if noted else EMPTY
        note = EMPTY if (preset, note.en) in told else note  # what is said of a preset is said once
        told.add((preset, note.en))
        if preset == settings.get("compare_preset") and (str(row["phase"]), start) in over:
            said = _word(study, "phase_over")
            note = Text(
                f"{note.en}. {said.en}" if note.en else said.en,
                f"{note.zh}。{said.zh}" if note.zh else said.zh,
            )
        rows.append(
            [
                bilingual(preset_name(study, preset)),
                bilingual(_word(study, uses[preset])) if preset in uses else Markup(""),
                bilingual(Text(str(row["name_en"]), str(row["name_zh"]))),
                Markup("<span class=years>{}</span>").format(f"{start}\N{EN DASH}{end}"),
                prose(study, note),
            ]
        )
    heads = [
        study.text("manifest", "preset"),
        _word(study, "use"),
        study.text("column", "phase"),
        _word(study, "years"),
        _word(study, "note"),
    ]
    return replace(_table("phases", _word(study, "phases"), heads, rows, wide=4), open=True)


def _written(cell: object) -> str:
    return "" if cell is None or cell != cell else str(cell)


def sources(study: Study) -> list[Markup]:
    """Return the citations, in the order of their numbers."""
    table = study.frames.get("sources")
    if table is None:
        return []
    out = []
    for row in table.to_dict("records"):
        url = str(row.get("url") or "")
        shown = Markup(' <a class="url" href="{u}" rel="noreferrer noopener">{u}</a>').format(u=url)
        safe = url.startswith(("https://", "http://"))
        named = Text(row["citation"], str(row.get("citation_zh") or row["citation"]))
        quoted = citation(named.en) if named.en == named.zh else bilingual(named)
        out.append(quoted + (shown if safe else Markup("")))
    return out


def parameters(study: Study) -> Table:
    """Return every parameter with the value in force, its range and its source."""
    rows: list[list[Markup | str]] = []
    for row in package_table("parameters").to_dict("records"):
        code = str(row["parameter"])
        value = study.parameter(code)
        changed = str(value) != str(row["value"])
        shown = _value(value)
        if changed:
            shown += Markup(' <span class="badge own">{}</span>').format(bilingual(_word(study, "own_value")))
        rows.append(
            [
                prose(study, Text(row["meaning_en"], row["meaning_zh"])),
                shown,
                _value(row["low"]),
                _value(row["high"]),
                bilingual(unit(study, row["unit"])),
                prose(study, study.text("parameter_source", row["source"]))
                if study.text("parameter_source", row["source"]) != Text.same(row["source"])
                else citation(row["source"]),
                setting(code),
            ]
        )
    heads = [_word(study, w) for w in ("meaning", "value", "low", "high", "unit", "source", "parameter")]
    return _table("parameters", _word(study, "parameters"), heads, rows)


def _value(value: object) -> Markup:
    """Return a parameter's value: a figure, or the words of the study's files."""
    if value is None or value == "":
        return Markup("")
    if isinstance(value, bool):
        return setting(str(value).lower())
    if isinstance(value, (list, tuple)):
        return Markup(", ").join(_value(v) for v in value)
    if isinstance(value, dict):
        return Markup("; ").join(setting(k) + Markup(": ") + _value(v) for k, v in value.items())
    if isinstance(value, int):
        return escape(str(value))
    try:
        number = float(str(value))
    except ValueError:
        return setting(value)
    return escape(
        numbers.figure(number) if abs(number) >= 1000 else f"{number:g}".replace("-", numbers.MINUS)
    )


def manifest_rows(study: Study, manifest: Mapping[str, Any]) -> list[tuple[Text, Markup]]:
    """Return what made this report, for a reader: program, time, machine, packages, seeds, solver, hashes."""
    out: list[tuple[Text, Markup]] = []
    for key, value in manifest.items():
        if key == "study" and isinstance(value, Mapping):
            value = {k: v for k, v in value.items() if k != "files"}  # these have a table of their own
        if key in ("parameters", "tables", "left_out", "steps") or value in (None, "", {}, []):
            continue
        out.append((study.text("manifest", key), _manifest_value(study, value)))
    return out


def _manifest_value(study: Study, value: object) -> Markup:
    if isinstance(value, Mapping):
        if set(value) == {"en", "zh"}:
            return bilingual(Text(str(value["en"]), str(value["zh"])))
        items = [
            Markup("<li>{}: {}</li>").format(bilingual(study.text("manifest", k)), _manifest_value(study, v))
            for k, v in value.items()
            if v not in (None, "", {}, [])
        ]
        return Markup("<ul>{}</ul>").format(Markup("").join(items))
    if isinstance(value, (list, tuple)):
        return Markup(", ").join(_manifest_value(study, v) for v in value)
    if isinstance(value, bool):
        return bilingual(study.text("flag", "yes" if value else "no"))
    return setting(value)


def left_out(manifest: Mapping[str, Any]) -> list[tuple[str, Text]]:
    """Return the parts that could not be computed, with the reason given."""
    out = []
    for entry in manifest.get("left_out") or ():
        reason = entry.get("reason", "")
        text = Text(reason["en"], reason["zh"]) if isinstance(reason, Mapping) else Text.same(str(reason))
        out.append((str(entry.get("part", "")), text))
    return out


def input_files(study: Study) -> Table:
    """Return the study's files with their hashes."""
    rows: list[list[Markup | str]] = [
        [setting(name), setting(digest)] for name, digest in sorted(study.files.items())
    ]
    heads = [_word(study, "file"), _word(study, "hash")]
    return _table("input_files", _word(study, "input_files"), heads, rows)
