"""The labelled table that every analysis hands over: figures with unit, year, status, source and method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from hinterland.study.text import EMPTY, Text

Status = Literal["observed", "estimated", "assumption"]
Kind = Literal[
    "region",
    "industry",
    "year",
    "phase",
    "factor_class",
    "group",
    "resource",
    "indicator",
    "code",
    "text",
    "number",
    "share",
    "flag",
]


def combine(*statuses: Status) -> Status:
    """Return the status of a figure computed from figures of these statuses.

    All alike: that status. Anything mixed is an estimate, because a figure is no firmer than its weakest part
    and an assumption that has been worked on with data is no longer the bare assumption.
    """
    kinds = set(statuses)
    return kinds.pop() if len(kinds) == 1 else "estimated"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a variable comes from."""

    status: Status
    unit: str
    year: str
    sources: tuple[str, ...]
    method: Text = EMPTY


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a `Result`.

    `kind` tells a view how to show it: "share" is a fraction shown in per cent, "code" is a word to be looked
    up with ``study.text(column.name, value)``; region, industry, phase and the like are looked up under their
    kind.
    `status` is None for label columns; every figure has one.
    """

    name: str
    label: Text
    kind: Kind
    unit: str = ""
    status: Status | None = None
    year: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """A tidy table of results: codes in label columns, floats in figures (NaN where unknown, never zero)."""

    name: str
    title: Text
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    method: Text
    note: Text = EMPTY

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if names != list(self.frame.columns):
            raise ValueError(
                f"{self.name}: columns described {names} are not the frame's {list(self.frame.columns)}"
            )

    def column(self, name: str) -> Column:
        """Return the description of one column."""
        return next(column for column in self.columns if column.name == name)

    @property
    def figures(self) -> tuple[Column, ...]:
        """The columns that hold figures."""
        return tuple(c for c in self.columns if c.status is not None)
