"""Results as tables of the page: words for codes, figures written out, unit, year and status in the heads."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd
from markupsafe import Markup, escape

from hinterland.charts import numbers
from hinterland.charts.words import name, unit
from hinterland.report.markup import bilingual, prose, source_links
from hinterland.study import EMPTY, Column, Result, Status, Study, Text

MOST_ROWS, WHOLE = 22, 40
"""Rows shown on the page of a table that is longer than `WHOLE`; the rest is in the exported tables."""

# The script gives it its title in the reader's language.
_UNKNOWN = Markup("<abbr class=unknown>–</abbr>")


@dataclass(frozen=True)
class Head:
    """One column of a table of the page."""

    label: Text
    unit: Text = EMPTY
    year: str = ""
    status: Status | None = None
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """A table of the page: heads, and a body as safe HTML."""

    name: str
    title: Text
    heads: tuple[Head, ...]
    body: Markup
    shown: int
    rows: int
    method: Text = EMPTY
    note: Text = EMPTY
    selection: Text = EMPTY
    sources: tuple[str, ...] = ()
    exported: bool = True
    open: bool = False

    @property
    def cut(self) -> bool:
        """Whether rows are left to the exported table."""
        return self.shown < self.rows


@dataclass
class _Writer:
    """Writes the cells of one column; names of codes are looked up once."""

    study: Study
    column: Column
    places: int | None
    noise: float = 0.0
    known: dict[object, Markup] = field(default_factory=dict)

    def cell(self, value: object, fraction: bool = False) -> Markup:
        """Write one cell; `fraction` says that the row's unit is a share or a probability."""
        own = fraction and self.column.kind == "number" and not self.column.unit
        kind = "share" if own else self.column.kind
        if kind in ("number", "share"):
            number = math.nan if value is None or pd.isna(value) else float(str(value))
            if not math.isfinite(number):
                return Markup("<td class=n>") + _UNKNOWN + Markup("</td>")
            number = 0.0 if abs(number) < self.noise else number
            shown = (
                numbers.percent(number, 1 if self.places is None else self.places)
                if kind == "share"
                else numbers.figure(number, self.places)
            )
            return Markup(f"<td class=n>{shown}</td>")
        found = self.known.get(value)
        if found is None:
            found = self.known[value] = Markup("<td>{}</td>").format(self._word(value))
        return found

    def _word(self, value: object) -> Markup:
        if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
            return _UNKNOWN if self.column.status else Markup("")
        if self.column.kind == "flag":
            yes = bool(value) and str(value).lower() not in ("no", "false", "0")
            return bilingual(self.study.text("flag", "yes" if yes else "no"))
        if self.column.kind == "year":
            return escape(f"{float(str(value)):.0f}" if _is_number(value) else str(value))
        if self.column.kind == "text" and self.column.name == "sources":
            codes = [code for code in re.split(r"[;,\s]+", str(value)) if code]
            return source_links(self.study, codes)
        if self.column.kind == "text":
            if self.column.name == "unit":
                return bilingual(unit(self.study, str(value)))
            return bilingual(self.study.text(self.column.name, value))
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return bilingual(name(self.study, self.column, value))


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True


def _pairs(columns: Sequence[Column]) -> Mapping[str, str]:
    """Return the Chinese column of every English one that comes as a pair NAME_en, NAME_zh."""
    names = {column.name for column in columns}
    pairs = {n: f"{n[:-3]}_zh" for n in names if n.endswith("_en")}
    return {en: zh for en, zh in pairs.items() if zh in names}


def _strip(text: Text) -> Text:
    """Return a pair's label without its mention of the language."""
    for end in (" (English)", " (en)", "（英文）", "（英）", "(英文)"):
        text = Text(text.en.removesuffix(end), text.zh.removesuffix(end))
    return text


def table(
    study: Study,
    result: Result,
    *,
    frame: pd.DataFrame | None = None,
    selection: Text = EMPTY,
    most: int = MOST_ROWS,
    is_open: bool = False,
) -> Table:
    """Return a result as a table of the page.

    Parameters
    ----------
    frame : DataFrame, optional
        The rows to show, in order, where not all are; `selection` then says which these are.
    most : int
        Rows at most where there are more than `WHOLE`; the exported table has all of them.
    """
    rows = result.frame if frame is None else frame
    if len(rows) <= WHOLE:  # a row for every region, say
        most = max(most, len(rows))
    pairs = _pairs(result.columns)
    skip = set(pairs.values())
    columns = [c for c in result.columns if c.name not in skip]
    # Rows of different measures share no unit, hence no number of decimals.
    mixed = any(c.name in ("unit", "measure", "objective") for c in columns)
    named = [str(u) for u in rows["unit"].iloc[:most]] if "unit" in rows else [""] * min(len(rows), most)
    fractions = [u.startswith("share") or u == "probability" for u in named]
    heads, cells = [], []
    for column in columns:
        values = rows[column.name].iloc[:most]
        numeric = column.kind in ("number", "share")
        label = _strip(column.label) if column.name in pairs else column.label
        heads.append(Head(label, unit(study, column.unit), column.year, column.status, numeric))
        if column.name in pairs:
            zh = rows[pairs[column.name]].iloc[:most]
            cells.append(
                [
                    Markup("<td class=t>{}</td>").format(
                        prose(study, Text(_plain(a), _plain(b) or _plain(a)))
                    )
                    for a, b in zip(values, zh, strict=True)
                ]
            )
            continue
        places: int | None = None
        noise = 0.0
        if numeric:  # what rounding left of a difference is no figure
            noise = 1e-12 * float(pd.to_numeric(values, errors="coerce").abs().max())
        if numeric and not mixed:
            floats = pd.to_numeric(values, errors="coerce").tolist()
            places = numbers.share_places(floats) if column.kind == "share" else numbers.decimals(floats)
        writer = _Writer(study, column, places, noise)
        cells.append([writer.cell(value, f) for value, f in zip(values, fractions, strict=True)])
    body = "".join(f"<tr>{''.join(row)}</tr>\n" for row in zip(*cells, strict=True)) if cells else ""
    sources = tuple(dict.fromkeys(s for column in columns for s in column.sources))
    return Table(
        result.name,
        result.title,
        tuple(heads),
        Markup(body),
        min(len(rows), most),
        len(result.frame),
        result.method,
        result.note,
        selection,
        sources,
        True,
        is_open,
    )


def _plain(value: object) -> str:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else str(value)


def reshaped(result: Result, frame: pd.DataFrame, columns: Sequence[Column]) -> Result:
    """Return a result with another frame under the same name: a view for a chart, never exported."""
    return replace(result, frame=frame[[c.name for c in columns]], columns=tuple(columns))
