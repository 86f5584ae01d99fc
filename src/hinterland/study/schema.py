"""The schema of a study folder: one table drives reading, checks, templates and the page of documentation.

``python -m hinterland.study FILE`` writes that page.
"""

from __future__ import annotations

import difflib
import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hinterland.study.model import package_table
from hinterland.study.text import Text

_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")  # a hyphen within a word, not a minus sign

Role = Literal["key", "value", "text"]


def plain(text: object) -> str:
    """Return a spelling for comparison: full width, case, spaces, inner hyphens, underscores alike."""
    folded = unicodedata.normalize("NFKC", str(text)).casefold()
    return " ".join(_HYPHEN.sub(" ", folded.replace("_", " ")).split())


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table of the schema."""

    name: str
    role: Role
    dimension: str
    dtype: str
    unit: str
    required: bool
    minimum: float | None
    maximum: float | None
    words: tuple[str, ...]
    aliases: tuple[str, ...]
    example: str
    meaning: Text


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the schema."""

    name: str
    kind: Literal["set", "values"]
    required: bool
    aliases: tuple[str, ...]
    meaning: Text
    fields: tuple[Field, ...]

    @property
    def keys(self) -> tuple[Field, ...]:
        """The key columns, in the order of the array's dimensions."""
        return tuple(f for f in self.fields if f.role == "key")

    @property
    def value(self) -> Field:
        """The one column of figures of a table of values."""
        return next(f for f in self.fields if f.role == "value")

    def field(self, name: str) -> Field:
        """Return a column by name."""
        return next(f for f in self.fields if f.name == name)


def _number(text: str) -> float | None:
    return float(text) if text else None


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


@functools.cache
def schema() -> Mapping[str, Table]:
    """Return the tables of a study folder by name, in the order of the schema."""
    rows = package_table("schema")
    tables: dict[str, Table] = {}
    for name, mine in rows.groupby("table", sort=False):
        head = mine[mine["role"] == "table"].iloc[0]
        fields = tuple(
            Field(
                r.column,
                r.role,
                r.dimension,
                r.dtype,
                r.unit,
                r.required == "yes",
                _number(r.minimum),
                _number(r.maximum),
                _split(r.words),
                _split(r.aliases),
                r.example,
                Text(r.meaning_en, r.meaning_zh),
            )
            for r in mine[mine["role"] != "table"].itertuples()
        )
        tables[str(name)] = Table(
            str(name),
            "values" if head["dtype"] == "values" else "set",
            head["required"] == "yes",
            _split(head["aliases"]),
            Text(head["meaning_en"], head["meaning_zh"]),
            fields,
        )
    return tables


@functools.cache
def headers(table: str) -> Mapping[str, str]:
    """Return the column name by every known spelling of its header."""
    out: dict[str, str] = {}
    for item in schema()[table].fields:
        for spelling in (item.name, *item.aliases):
            out.setdefault(plain(spelling), item.name)
    if schema()[table].kind == "values":
        for spelling in spellings("value"):
            out.setdefault(spelling, schema()[table].value.name)
    for kind, column in (("unit", "unit"), ("status_header", "status")):
        if schema()[table].kind == "values":
            for spelling in spellings(kind):
                out.setdefault(spelling, column)
    return out


@functools.cache
def spellings(kind: str) -> Mapping[str, str]:
    """Return meaning by spelling of one kind of word (missing, total, note, word …)."""
    rows = package_table("spellings")
    mine = rows[rows["kind"] == kind]
    return {plain(s): m for s, m in zip(mine["spelling"], mine["meaning"], strict=True)}


@functools.cache
def table_names() -> Mapping[str, str]:
    """Return the table by every spelling of its name (file stem or sheet name)."""
    return {plain(s): t.name for t in schema().values() for s in (t.name, *t.aliases)}


def nearest(word: str, known: Iterable[str]) -> Text:
    """Return 'Did you mean …?' with the nearest known word, or nothing."""
    by_plain = {plain(k): k for k in known}
    close = difflib.get_close_matches(plain(word), list(by_plain), n=1, cutoff=0.6)
    if not close:
        return Text("", "")
    best = by_plain[close[0]]
    return Text(f"Did you mean '{best}'? ", f"是否指“{best}”？")


def listing(items: Iterable[str], most: int = 8) -> str:
    """Return the first few items in a row, and how many more there are."""
    known = list(items)
    head = ", ".join(str(i) for i in known[:most])
    return head if len(known) <= most else f"{head}, … (+{len(known) - most})"


_QUANTITY = {
    "money": "the study's unit of money",
    "labour": "the study's unit of labour",
    "energy": "the study's unit of energy",
    "carbon": "the study's unit of carbon",
    "distance": "the study's unit of distance",
    "indicator": "the indicator's unit",
    "resource": "the resource's unit",
    "resource_per_money": "the resource's unit per unit of money",
    "money_per_money": "money per unit of money",
}


def _rules(item: Field) -> str:
    parts = []
    if item.dimension and item.dimension not in ("year", "item"):
        parts.append(f"a code of {item.dimension}")
    if item.words:
        parts.append("one of " + ", ".join(f"`{w}`" for w in item.words))
    if item.minimum is not None and item.maximum is not None:
        parts.append(f"{item.minimum:g} to {item.maximum:g}")
    elif item.minimum is not None:
        parts.append(f"at least {item.minimum:g}")
    if item.unit:
        parts.append(f"in {_QUANTITY[item.unit]}")
    return "; ".join(parts)


def markdown() -> str:
    """Return the schema as the tables of the documentation's page on the study format."""
    out: list[str] = []
    for table in schema().values():
        need = "required" if table.required else "optional"
        kind = "a table of figures" if table.kind == "values" else "a list"
        out += [f"### {table.name}", "", f"*{need}; {kind}.* {table.meaning.en}. {table.meaning.zh}。", ""]
        if table.kind == "values" and table.name != "national_io":
            dims = ", ".join(f"`{k.name}`" for k in table.keys)
            out += [f'Read as `study["{table.name}"]` with the dimensions {dims}.', ""]
        out += [
            "| column | headers also read | needed | holds | meaning | 含义 |",
            "|---|---|---|---|---|---|",
        ]
        for item in table.fields:
            key = "key" if item.role == "key" else ("yes" if item.required else "no")
            holds = "; ".join(filter(None, (item.dtype, _rules(item)))).replace("|", "\\|")
            others = "、".join(item.aliases)
            meaning = item.meaning.en.replace("|", "\\|"), item.meaning.zh.replace("|", "\\|")
            out.append(f"| `{item.name}` | {others} | {key} | {holds} | {meaning[0]} | {meaning[1]} |")
        out.append("")
    return "\n".join(out)


def findings_list() -> str:
    """Return every finding that a check can make, as a table of the documentation."""
    out = ["| code | | what | what to do | 说明 |", "|---|---|---|---|---|"]
    for r in package_table("messages").itertuples():
        cells = (f"`{r.code}`", r.severity, r.message_en, r.mend_en, r.message_zh)
        out.append("| " + " | ".join(str(c).replace("|", "\\|") for c in cells) + " |")
    return "\n".join(out)


def page() -> str:
    """Return the whole page docs/study-format.md: the package's introduction, the tables and the findings."""
    head = (Path(__file__).parent / "format.md").read_text(encoding="utf-8").rstrip()
    return (
        f"{head}\n\n## The tables\n\n{markdown()}\n## What the check says\n\n"
        f"Words in braces are filled in.\n\n{findings_list()}\n"
    )
