"""A paper in both languages: headings, sentences and tables, before it is a Word file or a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from hinterland.charts import numbers
from hinterland.charts.words import name, unit
from hinterland.report.markup import citation_of, source_numbers, spans, worded
from hinterland.study import EMPTY, Column, Language, Result, Study, Text


@dataclass(frozen=True)
class Sheet:
    """A table of a paper: heads, rows of written cells, which columns are figures, what stands under it."""

    heads: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    numeric: tuple[bool, ...]
    about: Text
    """Status, years and sources of the figures; how many rows are left to the exported table."""


@dataclass(frozen=True)
class Section:
    """A heading with sentences and, mostly, a table."""

    title: Text
    says: tuple[Text, ...] = ()
    sheet: Sheet | None = None
    note: Text = EMPTY


@dataclass(frozen=True)
class Paper:
    """A booklet or a dossier.

    Attributes
    ----------
    kind : str
        hosts, origins or industries: the folder it goes to.
    code : str
        Of the region or industry: the name of its files.
    title, subtitle : Text
    sections : tuple of Section
    """

    kind: str
    code: str
    title: Text
    subtitle: Text
    sections: tuple[Section, ...]


def sheet_of(study: Study, result: Result, frame: pd.DataFrame, columns: Sequence[str], most: int) -> Sheet:
    """Write rows of a result as the cells of a paper's table.

    Parameters
    ----------
    frame : DataFrame
        The rows, in order; the first `most` are written.
    columns : sequence of str
        Columns to show, those that there are; a pair NAME_en, NAME_zh is named by its English column.
    """
    there = [result.column(c) for c in columns if c in frame]
    shown = frame.head(most)
    fractions = [str(u).startswith("share") or u == "probability" for u in shown.get("unit", ())]
    heads, cells, numeric = [], [], []
    for column in there:
        values = shown[column.name].tolist()
        figures = column.kind in ("number", "share")
        numeric.append(figures)
        heads.append(_head(study, column))
        if figures:
            mixed = "unit" in frame
            cells.append(_figures(column, values, fractions or [False] * len(values), mixed))
        elif column.name.endswith("_en") and f"{column.name[:-3]}_zh" in frame:
            other = shown[f"{column.name[:-3]}_zh"].tolist()
            cells.append(
                [Text(_plain(a), _plain(b) or _plain(a)) for a, b in zip(values, other, strict=True)]
            )
        else:
            cells.append([_word(study, column, value) for value in values])
    # a column without a word, of a key that these rows do not have, says nothing
    kept = [k for k, column in enumerate(cells) if any(text.en for text in column)]
    rows = tuple(zip(*(cells[k] for k in kept), strict=True)) if kept else ()
    return Sheet(
        tuple(heads[k] for k in kept),
        rows,
        tuple(numeric[k] for k in kept),
        _about(study, there, len(frame) - len(shown)),
    )


def sentences_of(frame: pd.DataFrame, column: str, most: int) -> tuple[Text, ...]:
    """Return the words of a pair of columns NAME_en, NAME_zh, of the first `most` rows."""
    rows = frame.head(most)
    pairs = zip(rows[f"{column}_en"], rows[f"{column}_zh"], strict=True)
    return tuple(Text(_plain(en), _plain(zh) or _plain(en)) for en, zh in pairs)


def _plain(value: object) -> str:
    return "" if value is None or value != value else spans(str(value))


def _head(study: Study, column: Column) -> Text:
    title = column.label
    for end in (" (English)", " (en)", "（英文）", "（英）"):
        title = Text(title.en.removesuffix(end), title.zh.removesuffix(end))
    measured = unit(study, column.unit)
    if not measured.en:
        return title
    return Text(f"{title.en} ({measured.en})", f"{title.zh}（{measured.zh}）")


def _figures(column: Column, values: Sequence[object], fractions: Sequence[bool], mixed: bool) -> list[Text]:
    floats = [float("nan") if v is None else float(str(v)) for v in values]
    share = column.kind == "share"
    places = None if mixed else (numbers.share_places(floats) if share else numbers.decimals(floats))
    out = []
    for value, fraction in zip(floats, fractions, strict=True):
        as_share = share or (fraction and not column.unit)
        written = (
            numbers.percent(value, 1 if places is None else places)
            if as_share
            else numbers.figure(value, places)
        )
        out.append(Text.same(written))
    return out


def _word(study: Study, column: Column, value: object) -> Text:
    if value is None or value != value or value == "":
        return EMPTY
    if column.kind == "flag":
        yes = bool(value) and str(value).lower() not in ("no", "false", "0")
        return study.text("flag", "yes" if yes else "no")
    if column.kind == "year":
        return Text.same(f"{float(str(value)):.0f}")
    if column.kind == "text":
        return unit(study, str(value)) if column.name == "unit" else study.text(column.name, value)
    return name(study, column, value)


def _about(study: Study, columns: Sequence[Column], left: int) -> Text:
    """Say of which status, years and sources a table's figures are, and how many rows are left out."""
    figures = [c for c in columns if c.status is not None]
    said = EMPTY
    if figures:
        kinds = [study.text("status", s) for s in dict.fromkeys(str(c.status) for c in figures)]
        years = [spans(y) for y in dict.fromkeys(c.year for c in figures) if y]
        known = source_numbers(study)
        codes = dict.fromkeys(s for c in figures for s in c.sources)
        places = sorted(known[code] for code in codes if code in known)
        cited = " ".join(f"[{n}]" for n in places)
        said = Text(
            f"Figures: {', '.join(k.en for k in kinds)}"
            + (f"; {', '.join(years)}" if years else "")
            + (f"; sources {cited}" if cited else "")
            + ".",
            f"数据：{'、'.join(k.zh for k in kinds)}"
            + (f"；{'、'.join(years)}" if years else "")
            + (f"；来源{cited}" if cited else "")
            + "。",
        )
    if left > 0:
        said += Text(f" {left} more rows are in the exported table.", f"另有{left}行见导出表。")
    return said


def sources_of(study: Study, results: Sequence[Result]) -> tuple[Text, ...]:
    """Return the citations of all sources that results rest on, with their numbers in the study's list."""
    known = source_numbers(study)
    codes = dict.fromkeys(s for r in results for c in r.columns for s in c.sources)
    listed = sorted((known[code], code) for code in codes if code in known)
    cited = tuple(
        Text(f"[{n}] {said.en}", f"[{n}] {said.zh}")
        for n, said in ((n, citation_of(study, code)) for n, code in listed)
    )
    unlisted = sorted(code for code in codes if code not in known)
    return cited + tuple(Text.same(code) for code in unlisted)


def methods_of(study: Study, results: Sequence[Result]) -> tuple[Text, ...]:
    """Return how each result was made, once each."""
    seen: dict[str, Text] = {}
    for result in results:
        if result.method.en:
            method = worded(study, result.method)
            seen.setdefault(
                result.method.en, Text(f"{result.title.en}: {method.en}", f"{result.title.zh}：{method.zh}")
            )
    return tuple(seen.values())


def in_language(text: Text, language: Language) -> str:
    """Return a text's words in one language, with runs of blanks closed."""
    return re.sub(r"\s+", " ", spans(text.get(language))).strip()
