"""Numbers and years as people write them: full-width digits, thousands separators, per cent, blanks."""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from dataclasses import dataclass

from hinterland.study.schema import plain, spellings

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SPACED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:\.\d+)?")
_YEAR = re.compile(r"(\d{4})(?:\.0*)?\s*年?")
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "‒": "-", "﹣": "-"})

FIRST_YEAR, LAST_YEAR = 1800, 2200


class NotANumberError(ValueError):
    """A cell that holds neither a number nor a sign for a missing figure."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written: its value and whether a per cent sign followed it."""

    value: float
    percent: bool = False


def is_missing(cell: object) -> bool:
    """Tell whether a cell is blank or a sign for a missing figure (``-``, ``—``, ``…``, ``NA`` …)."""
    if cell is None:
        return True
    if isinstance(cell, float):
        return math.isnan(cell)
    if not isinstance(cell, str):
        return False
    text = cell.strip()
    if not text:
        return True
    return plain(text) in spellings("missing")


def read_number(cell: object, decimal: str = ".") -> Number | None:
    """Return the number in a cell, None where it is missing.

    Parameters
    ----------
    cell : object
        A number, or text such as ``1234.5``, ``１，２３４．５``, ``1,234.5``, ``1 234.5``, ``12.5%``.
    decimal : {".", ","}
        The decimal sign; with "," the point separates thousands.

    Raises
    ------
    NotANumberError
        For anything else (``12a``, ``1,23``, an error value of a spreadsheet, a date, infinity).
    """
    if isinstance(cell, bool | datetime.date | datetime.time):
        raise NotANumberError(str(cell))
    if isinstance(cell, int | float):
        value = float(cell)
        if math.isnan(value):
            return None
        if math.isinf(value):
            raise NotANumberError(str(cell))
        return Number(value)
    if is_missing(cell):
        return None
    text = unicodedata.normalize("NFKC", str(cell)).translate(_MINUS).strip()
    percent = text.endswith("%")
    if percent:
        text = text[:-1].rstrip()
    text = re.sub(r"^([+-])\s+", r"\1", re.sub(r"\s", " ", text))
    if decimal == ",":
        text = text.translate({ord(","): ".", ord("."): ","})
    if not _PLAIN.fullmatch(text):
        if _GROUPED.fullmatch(text):
            text = text.replace(",", "")
        elif _SPACED.fullmatch(text):
            text = text.replace(" ", "")
        else:
            raise NotANumberError(str(cell))
    value = float(text)
    if math.isinf(value):
        raise NotANumberError(str(cell))
    return Number(value, percent)


def read_year(cell: object) -> int | None:
    """Return the year in a cell (``2017``, ``2017.0``, ``２０１７年``), None where it holds anything else."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        if isinstance(cell, float) and (math.isnan(cell) or not cell.is_integer()):
            return None
        year = int(cell)
    else:
        match = _YEAR.fullmatch(unicodedata.normalize("NFKC", str(cell)).strip())
        if match is None:
            return None
        year = int(match[1])
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


def plain_number(text: str) -> bool:
    """Tell whether text is an ordinary number that `float` reads as it stands."""
    return _PLAIN.fullmatch(text) is not None
