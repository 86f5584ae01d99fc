"""What rows and columns of published tables are called: the package's labels.csv, and units of money."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Mapping
from importlib import resources

from hinterland.study.schema import plain
from hinterland.study.units import read_unit

_UNIT_LINE = re.compile(r"(?:计量单位|单位|unit)s?\s*[:：]\s*([^)）;；]+)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


@functools.cache
def meanings(kind: str) -> Mapping[str, str]:
    """Return meaning by spelling of one kind of label."""
    with (
        resources.files("hinterland.accounts.exchange").joinpath("labels.csv").open(encoding="utf-8") as file
    ):
        return {plain(row["spelling"]): row["meaning"] for row in csv.DictReader(file) if row["kind"] == kind}


def meaning(kind: str, cell: object) -> str | None:
    """Return what a label means as one of a kind, None where it is none; a unit in brackets is left out."""
    if not isinstance(cell, str):
        return None
    known = meanings(kind)
    return known.get(plain(cell)) or known.get(plain(re.sub(r"\s*[(（\[].*?[)）\]]\s*$", "", cell)))


def stated_unit(cell: object) -> str | None:
    """Return the unit in ``单位：万元`` or ``Unit: million USD``, None where there is none."""
    match = _UNIT_LINE.search(cell) if isinstance(cell, str) else None
    return match[1].strip() if match else None


def is_money(unit: str) -> bool:
    """Tell whether a unit may be one of money: it is none of a physical quantity."""
    return bool(unit.strip()) and read_unit(unit)[0] not in meanings("not_money")


def year_in(*texts: str) -> int | None:
    """Return the one year that names of file and sheet hold; None for none or several."""
    for text in texts:
        found = {int(y) for y in _YEAR.findall(text)}
        if len(found) == 1:
            return found.pop()
    return None
