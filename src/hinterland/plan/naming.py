"""How a limit of the programme is named: what it is on, where and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hinterland.plan.data import PlanData
from hinterland.study import Study, Text

_KINDS = {"host": "region", "host_to": "region", "origin": "region"}
# In which order a limit's labels are read.
_ORDER = ("origin", "industry", "factor_class", "host", "host_to", "resource")


def _read(at: Mapping[str, str]) -> list[str]:
    """Return a limit's dimensions in the order in which they are read, the phase last."""
    return sorted(at, key=lambda d: (d == "phase", _ORDER.index(d) if d in _ORDER else len(_ORDER), d))


def limit_name(constraint: str, at: Mapping[str, str], data: PlanData, study: Study | None) -> Text:
    """Name a limit with its origin, industry, host, resource and phase; by codes where there is no study."""
    if study is None:
        where = ", ".join(f"{d} {at[d]}" for d in _read(at))
        return Text.same(f"{constraint} ({where})" if where else constraint)
    phases = {p.code: p.label for p in data.phases}
    parts = [
        phases.get(at[d], Text.same(at[d])) if d == "phase" else study.text(_KINDS.get(d, d), at[d])
        for d in _read(at)
    ]
    what = study.text("constraint", constraint)
    if not parts:
        return what
    return what + Text(f" ({', '.join(p.en for p in parts)})", f"（{'，'.join(p.zh for p in parts)}）")


def listed(texts: Sequence[Text], most: int = 6) -> Text:
    """Join texts into a list, of which the first are named and the others counted."""
    shown = texts[:most]
    more = len(texts) - len(shown)
    return Text(
        "; ".join(t.en for t in shown) + (f"; and {more} more" if more else ""),
        "；".join(t.zh for t in shown) + (f"；另有{more}项" if more else ""),
    )
