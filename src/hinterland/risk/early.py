"""Early warning: what to watch for every risk, from where on to act, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hinterland.plan import Plan
from hinterland.risk.entries import Entry, entries
from hinterland.risk.levels import figure, label
from hinterland.study import Result, Text

PLACES = ("region", "industry", "resource", "phase", "policy", "stress")


def state(value: float, amber: float, red: float, direction: int) -> str:
    """Return "red", "amber" or "green" for a value; "" where it or the thresholds are not known.

    Parameters
    ----------
    value, amber, red : float
    direction : int
        1: higher is worse; -1: lower is.
    """
    if value != value or (amber != amber and red != red):
        return ""
    for name, limit in (("red", red), ("amber", amber)):
        # what the solver leaves of a difference is no warning
        if limit == limit and direction * (value - limit) >= -1e-9 * abs(limit):
            return name
    return "green"


def _now(plan: Plan, entry: Entry, used: Mapping[tuple[str, str, str], float]) -> float:
    """Return the indicator's value as planned; NaN for what only time will tell."""
    if entry.risk == "breach":
        place = entry.place
        return used.get((place["region"], place["resource"], place["phase"]), float("nan"))
    if entry.risk == "expiry" and entry.by is not None:
        return 12.0 * (entry.by + 2 - plan.data.phases[0].start)
    return float("nan") if entry.risk in ("stress", "shortfall") else entry.value


def warnings(plan: Plan, found: Mapping[str, Result]) -> Result:
    """Return ``risk_warnings``: one row for every risk of the tables, those of the register and all others.

    Columns: risk, family, the codes that it is about (blank where none), indicator and owner in both
    languages, unit, value as planned (NaN where only time will tell), amber, red, direction (1: higher is
    worse), warning.
    """
    study = plan.study
    used = {}
    if "risk_environment" in found:
        for row in found["risk_environment"].frame.itertuples():
            used[str(row.region), str(row.resource), str(row.phase)] = float(row.share)
    units = {"breach": "share of the headroom", "expiry": "months", "shortfall": "ratio"}
    table = study.frames.get("stress_tests")
    theirs = {} if table is None else dict(zip(table["stress"], table["unit"].astype(str), strict=True))
    rows = []
    for one in entries(plan, found):
        value = _now(plan, one, used)
        unit = theirs.get(one.place.get("stress", ""), units.get(one.risk, one.unit))
        rows.append(
            (
                one.risk,
                one.family,
                *(one.place.get(name, "") for name in PLACES),
                one.indicator.en,
                one.indicator.zh,
                one.owner.en,
                one.owner.zh,
                unit,
                value,
                one.amber,
                one.red,
                one.direction,
                state(value, one.amber, one.red, one.direction),
            )
        )
    columns = [
        "risk",
        "family",
        *PLACES,
        "indicator_en",
        "indicator_zh",
        "owner_en",
        "owner_zh",
        "unit",
        "value",
        "amber",
        "red",
        "direction",
        "warning",
    ]
    return Result(
        "risk_warnings",
        Text("Early warning: what to watch, and when to act", "预警：监测什么、何时行动"),
        pd.DataFrame(rows, columns=columns),
        (
            label(study, "risk", "code"),
            label(study, "family", "code"),
            label(study, "region", "region"),
            label(study, "industry", "industry"),
            label(study, "resource", "resource"),
            label(study, "phase", "phase"),
            label(study, "policy", "code"),
            label(study, "stress", "code"),
            label(study, "indicator_en", "text"),
            label(study, "indicator_zh", "text"),
            label(study, "owner_en", "text"),
            label(study, "owner_zh", "text"),
            label(study, "unit", "text"),
            figure(plan, "value"),
            figure(plan, "amber", status="assumption"),
            figure(plan, "red", status="assumption"),
            label(study, "direction", "text"),
            label(study, "warning", "code"),
        ),
        Text(
            "Value: as planned; what only time will tell is blank. Amber and red are the thresholds of a "
            "medium and of a high risk; of headroom the use at which a breach is as likely as those say; "
            "of stress tests those of the table stress_tests.",
            "数值为计划值，只能随时间观察的留空。黄、红线为中、高风险阈值；余量为突破概率恰达相应阈值时的使用率；"
            "压力事件取自stress_tests表。",
        ),
    )
