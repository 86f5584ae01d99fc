"""How the room's tables describe their columns, and options that must be whole numbers or fractions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from hinterland.study import Column, Kind, Provenance, Result, Status, Study, StudyError, Text, combine
from hinterland.study.units import spoken


def label(study: Study, name: str, kind: Kind) -> Column:
    """Return a column of labels, named by the package's words."""
    return Column(name, study.text("column", name), kind)


def figure(study: Study, name: str, known: Provenance, unit: str = "", kind: Kind = "number") -> Column:
    """Return a column of figures with its standing."""
    return Column(name, study.text("column", name), kind, unit, known.status, known.year, known.sources)


def standing(*parts: Provenance, status: Status | None = None) -> Provenance:
    """Return the provenance of a figure computed from others: an estimate unless told otherwise."""
    years = span_of(p.year for p in parts)
    names = dict.fromkeys(s for p in parts for s in p.sources)
    found = status or combine("estimated", *(p.status for p in parts))
    return Provenance(found, "", years, tuple(names))


def span_of(years: Iterable[str]) -> str:
    """Return the years of several figures together: one or two as they are, more as first to last."""
    apart = list(dict.fromkeys(y for text in years for y in text.split("; ") if y))
    if len(apart) <= 2:
        return "; ".join(apart)
    ends = sorted(y for text in apart for y in text.split("-"))
    return f"{ends[0]}-{ends[-1]}"


def of_columns(*columns: Column) -> Provenance:
    """Return the standing of a figure computed from columns of other results."""
    statuses = [c.status for c in columns if c.status]
    return standing(
        *(Provenance(s, c.unit, c.year, c.sources) for s, c in zip(statuses, columns, strict=True))
    )


def whole_number(study: Study, name: str, least: int) -> int:
    """Return a parameter that must be a whole number of `least` or more."""
    value = study.parameter(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise StudyError(
            Text(f"The parameter {name} is {value!r}.", f"参数{name}为{value!r}。"),
            Text(f"Give a whole number of {least} or more.", f"请给出不小于{least}的整数。"),
        )
    return value


def listed(items: Iterable[Text]) -> Text:
    """Return names as an enumeration in both languages."""
    names = list(items)
    return Text(", ".join(t.en for t in names), "、".join(t.zh for t in names))


def sentences(items: Iterable[Text]) -> Text:
    """Return sentences one after the other."""
    said = [t for t in items if t.en]
    return Text(" ".join(t.en for t in said), "".join(t.zh for t in said))


def written(study: Study, value: float, unit: str) -> Text:
    """Return a figure as a sentence says it: shares in per cent, ratios bare, others with their unit."""
    if not np.isfinite(value):
        return Text("unknown", "未知")
    if unit == "share":
        return Text.same(f"{value:.0%}" if abs(value) >= 0.1 else f"{value:.1%}")
    said, name = spoken(value, study.text("unit", unit).en)

    def digits(number: float) -> str:
        places = 0 if abs(number) >= 100 else 1 if abs(number) >= 10 else 2 if abs(number) >= 0.1 else 3
        return f"{number:,.{places}f}"

    if unit in ("", "1", "ratio", "index"):
        return Text.same(digits(value))
    return Text(f"{digits(said)} {name}", f"{digits(value)}{study.text('unit', unit).zh}")


def lower(text: Text) -> Text:
    """Return a name as it stands within an English sentence."""
    first = text.en[:1].lower() if text.en[1:2].islower() or len(text.en) == 1 else text.en[:1]
    return Text(first + text.en[1:], text.zh)


def only(results: Sequence[Result] | Result) -> tuple[Result, ...]:
    """Return results as a tuple."""
    return (results,) if isinstance(results, Result) else tuple(results)
