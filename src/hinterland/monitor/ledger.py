"""The ledger of what was observed: appended to, never overwritten; corrections are entries of their own.

Every entry bears a fingerprint of itself and of the one before it, so that whoever changes, inserts, swaps or
takes out an entry breaks the chain from there on. Entries cut off at the end leave no break: the last link,
which recording tells and the bulletin prints, shows that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pandas as pd

from hinterland.monitor.periods import read_period
from hinterland.study import Finding, Study, StudyError
from hinterland.study.findings import messages

LEDGER = "monitor_ledger"
COLUMNS = (
    *("entry", "monitored", "region", "period", "value", "origin"),
    *("recorded_by", "recorded_at", "replaces", "reason", "chain"),
)
_START = "hinterland ledger"


def link(before: str, row: Mapping[str, object]) -> str:
    """Return the fingerprint of an entry that follows the one with fingerprint `before`.

    SHA-256 of the earlier fingerprint and the entry's own cells, a figure in its shortest exact form.
    """
    cells = [written(row[name]) for name in COLUMNS if name != "chain"]
    return hashlib.sha256("\x1f".join([before or _START, *cells]).encode()).hexdigest()


def written(value: object) -> str:
    """Return a cell as the ledger's file holds it."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).strip()


def check_ledger(study: Study) -> tuple[Finding, ...]:
    """Return everything that is wrong with the study's monitoring tables beyond their cells.

    Codes that the indicators lack, figures of an indicator that has a series of its own, periods, targets
    without exactly one kind of target, corrections of entries that are not there or were corrected already,
    and breaks of the chain.
    """
    found: list[Finding] = []
    indicators = study.frames.get("monitor_indicators")
    known = {} if indicators is None else dict(
        zip(indicators["monitored"], indicators["series"], strict=True)
    )  # fmt: skip
    directions = {} if indicators is None else dict(
        zip(indicators["monitored"], indicators["direction"], strict=True)
    )  # fmt: skip

    def note(code: str, table: str, row: int, column: str, **values: object) -> None:
        said = messages()[code]
        found.append(
            Finding(said.severity, code, f"{table}", "", row, column,
                    said.message.format(**values), said.mend.format(**values))
        )  # fmt: skip

    names = ", ".join(known)
    targets = study.frames.get("monitor_targets", pd.DataFrame())
    for number, row in enumerate(targets.to_dict("records"), start=2):
        if row["monitored"] not in known:
            note("unmonitored", "monitor_targets", number, "monitored", value=row["monitored"], known=names)
            continue
        wrong = _wrong_target(row, directions[row["monitored"]])
        if wrong is not None:
            note(wrong, "monitor_targets", number, "target", value=row["monitored"])
    lines = study.frames.get("monitor_thresholds", pd.DataFrame())
    for number, row in enumerate(lines.to_dict("records"), start=2):
        if row["monitored"] not in known:
            note(
                "unmonitored", "monitor_thresholds", number, "monitored", value=row["monitored"], known=names
            )
        wrong = _wrong_threshold(row)
        if wrong is not None:
            note(wrong, "monitor_thresholds", number, "amber", value=row["monitored"])
    replaced: set[int] = set()
    entries: dict[int, tuple[object, object, object]] = {}
    there: dict[tuple[object, object, object], int] = {}
    before = ""
    ledger = study.frames.get(LEDGER, pd.DataFrame())
    for position, row in enumerate(ledger.to_dict("records"), start=1):
        number = int(row["entry"])
        if row["monitored"] not in known:
            note("unmonitored", LEDGER, position + 1, "monitored", value=row["monitored"], known=names)
        elif known[row["monitored"]]:
            note("has_series", LEDGER, position + 1, "monitored", value=row["monitored"])
        try:
            period = read_period(row["period"])
        except StudyError:
            note("no_period", LEDGER, position + 1, "period", value=row["period"])
            period = str(row["period"])
        key = (row["monitored"], row["region"], period)
        old = row["replaces"]
        if old == old and old is not None:
            if entries.get(int(old)) != key or int(old) in replaced:
                note("no_such_entry", LEDGER, position + 1, "replaces", value=int(old), entry=number)
            elif not written(row["reason"]):
                note("no_reason", LEDGER, position + 1, "reason", entry=number)
            replaced.add(int(old))
        elif key in there:
            note("recorded_twice", LEDGER, position + 1, "period", entry=number, before=there[key])
        entries[number], there[key] = key, number
        if number != position or row["chain"] != link(before, row):
            note("chain_broken", LEDGER, position + 1, "chain", entry=number)
            break  # everything after it is broken too, and says nothing new
        before = row["chain"]
    return tuple(found)


def _wrong_target(row: Mapping[str, object], direction: str) -> str | None:
    def there(name: str) -> bool:
        value = row[name]
        return value is not None and value == value

    band = there("low") or there("high")
    if direction == "band":
        return None if band and not there("target") and not there("growth") else "no_band"
    if band or there("target") == there("growth"):
        return "no_target"
    return "no_base" if there("growth") and not there("base_year") else None


def _wrong_threshold(row: Mapping[str, object]) -> str | None:
    amber, red = (float("nan") if row[n] is None else float(str(row[n])) for n in ("amber", "red"))
    if amber != amber and red != red:
        return "no_threshold"
    sign = 1.0 if row["worse"] == "above" else -1.0
    return "threshold_order" if sign * (red - amber) < 0 else None


def current(ledger: pd.DataFrame, entry: int | None = None) -> pd.DataFrame:
    """Return the figures in force after an entry (after the last one): corrected ones are out.

    Returns
    -------
    DataFrame
        The ledger's columns, and ``revised``: whether the figure corrects an earlier one.
    """
    known = ledger if entry is None else ledger[ledger["entry"] <= entry]
    gone = set(known["replaces"].dropna().astype(int))
    kept = known[~known["entry"].isin(gone)]
    return kept.assign(revised=kept["replaces"].notna()).reset_index(drop=True)
