"""Periods as planners write them: a year 2026, a quarter 2026Q3, a month 2026-07."""

from __future__ import annotations

import re

from hinterland.study import StudyError, Text

_FORMS = (
    (1, re.compile(r"(?P<year>(?:1[89]|2[01])\d\d)年?")),
    (4, re.compile(r"(?P<year>(?:1[89]|2[01])\d\d)(?:\s*[-年]?\s*)[Qq第](?P<part>[1-4])(?:季度)?")),
    (12, re.compile(r"(?P<year>(?:1[89]|2[01])\d\d)[-/年.](?P<part>1[0-2]|0?[1-9])月?")),
)


def read_period(text: object) -> str:
    """Return a period in the one way it is kept: 2026, 2026Q3 or 2026-07.

    Raises
    ------
    StudyError
        Where it is none.
    """
    written = str(text).strip().removesuffix(".0")
    for parts, form in _FORMS:
        found = form.fullmatch(written)
        if found is None:
            continue
        if parts == 1:
            return found["year"]
        number = int(found["part"])
        return f"{found['year']}Q{number}" if parts == 4 else f"{found['year']}-{number:02d}"
    raise StudyError(
        Text(f"'{text}' is no period.", f"“{text}”不是有效的时期。"),
        Text("Write 2026, 2026Q3 or 2026-07.", "请写成 2026、2026Q3 或 2026-07。"),
    )


def named(kept: object) -> Text:
    """Return a period, as it is kept, as a reader calls it."""
    period = str(kept)
    parts = per_year(period)
    if parts == 1:
        return Text(period, f"{period}年")
    part = int(period[5:])
    return Text(period, f"{period[:4]}年" + (f"第{part}季度" if parts == 4 else f"{part}月"))


def per_year(period: str) -> int:
    """Return how many such periods a year has: 1, 4 or 12."""
    return 4 if "Q" in period else 12 if "-" in period else 1


def end_of(period: str) -> float:
    """Return the period's end as a number of years: 2026 ends at 2027.0, 2026Q3 at 2026.75."""
    parts = per_year(period)
    if parts == 1:
        return int(period) + 1.0
    return int(period[:4]) + int(period[5:]) / parts


def count_of(period: str) -> int:
    """Return the period's number among those of its kind, so that the next one has the next number."""
    parts = per_year(period)
    return int(period) if parts == 1 else int(period[:4]) * parts + int(period[5:]) - 1
