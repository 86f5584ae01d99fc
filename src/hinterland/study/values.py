"""From cells to codes, years and numbers: every cell of a table read by the schema, every wrong one noted."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hinterland.study.findings import Notebook
from hinterland.study.layout import Laid
from hinterland.study.numerals import NotANumberError, is_missing, plain_number, read_number, read_year
from hinterland.study.schema import Field, nearest, plain, spellings
from hinterland.study.sheets import Cell
from hinterland.study.text import Text

_MOST = 20  # findings of one kind in one column before the rest are only counted


@dataclass(frozen=True)
class Names:
    """The codes of one dimension and every spelling that leads to one of them."""

    kind: str
    codes: tuple[str, ...]
    spelt: Mapping[str, str]

    @staticmethod
    def of(kind: str, frame: pd.DataFrame, column: str, aliases: Mapping[str, str] | None = None) -> Names:
        """Return the names of a set table; a spelling that two codes share leads to neither."""
        spelt: dict[str, str] = {}
        clash: set[str] = set()
        codes = tuple(dict.fromkeys(frame[column]))
        for column_of in ("name_en", "name_zh", "aliases"):
            if column_of not in frame:
                continue
            for code, text in zip(frame[column], frame[column_of], strict=True):
                for spelling in text.split("|") if column_of == "aliases" else [text]:
                    key = plain(spelling)
                    if key and spelt.setdefault(key, code) != code:
                        clash.add(key)
        for spelling, code in (aliases or {}).items():
            spelt.setdefault(spelling, code)
        spelt = {s: c for s, c in spelt.items() if s not in clash}
        # A code written out always means itself, whatever it is a name of.
        spelt |= {plain(code): code for code in codes}
        return Names(kind, codes, spelt)

    def __call__(self, cell: object) -> str | None:
        """Return the code that a cell means, None where it means none."""
        return self.spelt.get(plain(as_code(cell)))

    def spellings(self) -> Iterable[str]:
        """Return what a wrong spelling may be near to."""
        return (*self.codes, *self.spelt)


def as_code(cell: object) -> str:
    """Return a code cell as text: a whole number without a decimal point, full-width forms made ordinary."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unicodedata.normalize("NFKC", str(cell)).strip()


class Reader:
    """Reads the columns of one laid table; remembers which records must be left out."""

    def __init__(self, laid: Laid, notebook: Notebook, decimal: str = "") -> None:
        self.laid = laid
        self.notebook = notebook
        self.decimal = decimal
        self.bad: set[int] = set()
        self.total: set[int] = set()

    def note(self, code: str, column: str, records: Sequence[int], **values: object) -> None:
        """Note a finding at the first of some records, saying how many more there are."""
        rows = sorted({self.laid.rows[r] for r in records})
        more = len(rows) - 1
        self.notebook.note(
            code,
            file=self.laid.file,
            sheet=self.laid.sheet,
            row=rows[0] if rows else 0,
            column=self.laid.header(column),
            table=self.laid.table.name,
            more=more_rows(more),
            **values,
        )

    def _by_cell(self, column: str) -> dict[Cell, list[int]]:
        places: dict[Cell, list[int]] = {}
        for r, cell in enumerate(self.laid.columns[column]):
            key = cell if cell.__hash__ is not None else str(cell)
            places.setdefault(key, []).append(r)
        return places

    def each(
        self, item: Field, read: Callable[[Cell], object | None], wrong: Callable[[Cell, list[int]], None]
    ) -> list[object]:
        """Read a column by `read`, called once per distinct cell; `wrong` is told of those that give None."""
        out: list[object] = [None] * len(self.laid.rows)
        told = 0
        for cell, records in self._by_cell(item.name).items():
            value = read(cell)
            if value is None:
                self.bad.update(records)
                told += 1
                if told <= _MOST:
                    wrong(cell, records)
            for r in records:
                out[r] = value
        if told > _MOST:
            self.note("more_alike", item.name, sorted(self.bad), count=told - _MOST)
        return out

    def code(
        self, item: Field, names: Names | None, totals: frozenset[str], free: bool = False
    ) -> list[object]:
        """Read a column of codes: by `names` where there are any; `free` lets others through as they are."""

        def read(cell: Cell) -> object | None:
            if cell is None or cell == "":
                return None if item.required else ""
            if names is None:
                if not free or plain(cell) not in totals:
                    return as_code(cell)
            else:
                found = names(cell)
                if found is not None:
                    return found
            if plain(cell) in totals:
                return _TOTAL
            if not item.required and cell == "*":
                return "*"
            return as_code(cell) if free else None

        def wrong(cell: Cell, records: list[int]) -> None:
            if cell is None:
                self.note("missing_key", item.name, records, name=item.name)
            else:
                assert names is not None
                hint = nearest(str(cell), names.spellings())
                known = ", ".join(names.codes[:12]) + (", …" if len(names.codes) > 12 else "")
                kind = _KINDS.get(names.kind, (names.kind, names.kind))
                self.note(
                    f"unknown_{names.kind}" if names.kind in ("region", "industry") else "unknown_code",
                    item.name,
                    records,
                    value=cell,
                    hint=hint,
                    known=known,
                    kind=_text(kind),
                )

        out = self.each(item, read, wrong)
        self.total.update(r for r, v in enumerate(out) if v == _TOTAL)
        return out

    def year(self, item: Field) -> list[object]:
        """Read a column of years."""

        def read(cell: Cell) -> object | None:
            if is_missing(cell) and not item.required:
                return -1
            return read_year(cell) if cell is not None else None

        def wrong(cell: Cell, records: list[int]) -> None:
            if cell is None:
                self.note("missing_key", item.name, records, name=item.name)
            else:
                self.note("not_a_year", item.name, records, value=cell)

        return self.each(item, read, wrong)

    def word(self, item: Field, required: bool = True) -> list[object]:
        """Read a column that allows certain words."""
        known = {plain(w): w for w in item.words}
        known |= {s: m for s, m in spellings("word").items() if m in item.words and s not in known}

        def read(cell: Cell) -> object | None:
            if is_missing(cell) and plain(cell if cell is not None else "") not in known:
                return None if required else ""
            return known.get(plain(as_code(cell)))

        def wrong(cell: Cell, records: list[int]) -> None:
            code = "missing_key" if cell is None else "unknown_word"
            self.note(
                code, item.name, records, name=item.name, value=cell, words=", ".join(item.words),
                hint=nearest(str(cell), item.words),
            )  # fmt: skip

        return self.each(item, read, wrong)

    def text(self, item: Field) -> list[object]:
        """Read a column of free text."""
        return [
            "" if c is None else (as_code(c) if not isinstance(c, str) else c)
            for c in self.laid.columns[item.name]
        ]

    def number(self, item: Field, percent: Callable[[int], bool] | None = None) -> np.ndarray:
        """Read a column of numbers: NaN where missing.

        `percent` tells for a record whether a per cent sign is right there (the figure is then kept as
        written); in a column of shares 12 % is 0.12.
        """
        cells = self.laid.columns[item.name]
        out = np.full(len(cells), np.nan)
        strange: dict[tuple[str, str], list[int]] = {}
        semicolons = self.laid.delimiter == ";" and not self.decimal
        for r, cell in enumerate(cells):
            if type(cell) is float or type(cell) is int:
                out[r] = cell
                if np.isinf(out[r]):
                    strange.setdefault(("not_a_number", str(cell)), []).append(r)
                    out[r] = np.nan
                continue
            if cell is None:
                continue
            if type(cell) is str and self.decimal != "," and plain_number(cell) and cell.isascii():
                out[r] = float(cell)
                continue
            try:
                number = read_number(cell, self.decimal or ".")
            except NotANumberError:
                code = "which_decimal" if not self.decimal and _has_decimal_comma(cell) else "not_a_number"
                strange.setdefault((code, str(cell)), []).append(r)
                continue
            if number is None:
                continue
            if semicolons and str(cell).count(",") == 1 and "." not in str(cell):
                strange.setdefault(("which_decimal", str(cell)), []).append(r)
            elif number.percent and item.dtype == "share":
                out[r] = number.value / 100
            elif number.percent and not (percent is not None and percent(r)):
                strange.setdefault(("percent_sign", str(cell)), []).append(r)
            else:
                out[r] = number.value
        for told, ((code, cell), records) in enumerate(strange.items()):
            if told < _MOST:
                self.note(code, item.name, records, value=cell, name=item.name)
        if len(strange) > _MOST:
            self.note(
                "more_alike", item.name, [r for x in strange.values() for r in x], count=len(strange) - _MOST
            )
        self.bad.update(r for records in strange.values() for r in records)
        self._bounds(item, out)
        return out

    def _bounds(self, item: Field, values: np.ndarray) -> None:
        with np.errstate(invalid="ignore"):
            low = values < item.minimum if item.minimum is not None else np.zeros(len(values), bool)
            high = values > item.maximum if item.maximum is not None else np.zeros(len(values), bool)
        for code, mask, bound in (("too_small", low, item.minimum), ("too_large", high, item.maximum)):
            records = np.flatnonzero(mask).tolist()
            if records:
                negative = code == "too_small" and bound == 0
                self.note(
                    "negative" if negative else code,
                    item.name,
                    records,
                    name=item.name,
                    value=f"{values[records[0]]:g}",
                    bound=f"{bound:g}",
                )
                self.bad.update(records)


def _has_decimal_comma(cell: Cell) -> bool:
    try:
        return isinstance(cell, str) and "," in cell and read_number(cell, ",") is not None
    except NotANumberError:
        return False


_TOTAL = "\0total"
_KINDS = {
    "region": ("region", "地区"),
    "industry": ("industry", "产业"),
    "resource": ("resource", "资源"),
    "indicator": ("indicator", "指标"),
    "phase": ("phase", "阶段"),
    "preset": ("preset of phases", "阶段方案"),
    "factor_class": ("factor class", "要素类型"),
    "source": ("source", "来源"),
    "emitter": ("industry", "产业"),
}


def _text(pair: tuple[str, str]) -> Text:
    return Text(*pair)


def more_rows(count: int) -> Text:
    """Return ' (and in N more rows)' in both languages, or nothing."""
    if count <= 0:
        return Text("", "")
    return Text(f" (and in {count} more row{'s' if count > 1 else ''})", f"（另有 {count} 行相同）")


def is_total(value: object) -> bool:
    """Tell whether a code read by `Reader.code` is that of a total row."""
    return value == _TOTAL
