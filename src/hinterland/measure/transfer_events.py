"""Who moved to whom, from records of firms and projects: added up exactly, nothing dropped."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hinterland.measure.columns import label
from hinterland.measure.history import past_phases
from hinterland.study import Column, Phase, Result, Study, StudyError, Text

TABLE = "transfer_events"
AMOUNTS = ("output", "investment", "employment")
KEYS = ["phase", "industry", "origin", "host"]
UNKNOWN = "unknown"
OUTSIDE = "outside"
_ALIKE = ["year", "industry", "origin", "host", "firm", "project", *AMOUNTS]


def _refuse(message: Text, mend: Text) -> StudyError:
    return StudyError(message, mend)


def check_events(events: pd.DataFrame, regions: Sequence[str], industries: Sequence[str]) -> None:
    """Refuse records that cannot be added up.

    Raises
    ------
    StudyError
        An unknown region or industry, a host that is missing, an event listed twice (its code, or the same
        firm and project with the same figures), a negative amount, a year that is missing. The event is
        named.
    """
    known = {"origin": set(regions) | {""}, "host": set(regions), "industry": set(industries)}
    words = {"origin": "转出地", "host": "承接地", "industry": "产业"}
    for column, codes in known.items():
        odd = events[~events[column].fillna("").isin(codes)]
        if len(odd):
            first = odd.iloc[0]
            raise _refuse(
                Text(
                    f"The event {first['event']} has the unknown {column} '{first[column]}'.",
                    f"转移记录{first['event']}的{words[column]}“{first[column]}”未知。",
                ),
                Text(
                    f"Use a code of the study, or leave the origin blank where it is not known ({TABLE}).",
                    f"请使用研究中的代码；转出地不明时可留空（{TABLE}表）。",
                ),
            )
    if events["year"].isna().any():
        first = events[events["year"].isna()].iloc[0]
        raise _refuse(
            Text(f"The event {first['event']} has no year.", f"转移记录{first['event']}缺少年份。"),
            Text(f"Give the year in which it moved ({TABLE}).", f"请给出转移年份（{TABLE}表）。"),
        )
    for column in AMOUNTS:
        negative = events[events[column] < 0]
        if len(negative):
            first = negative.iloc[0]
            raise _refuse(
                Text(
                    f"The event {first['event']} has a negative {column}.",
                    f"转移记录{first['event']}的数额为负。",
                ),
                Text(
                    "Give what moved as a positive amount; a move back is an event of its own.",
                    "请以正数填写转移量；迁回应另作一条记录。",
                ),
            )
    twice = events[events["event"].duplicated()]
    named = (events["firm"] != "") | (events["project"] != "")
    alike = events[named & events.duplicated(_ALIKE)]
    for found in (twice, alike):
        if len(found):
            first = found.iloc[0]
            raise _refuse(
                Text(
                    f"The event {first['event']} is listed twice.",
                    f"转移记录{first['event']}重复。",
                ),
                Text(
                    "Delete one of the two rows, or tell them apart by firm or project.",
                    "请删除其中一条，或以企业、项目加以区分。",
                ),
            )


def phase_of_year(years: pd.Series[int], phases: Sequence[Phase]) -> pd.Series[str]:
    """Return the phase of each year; a year that divides two phases belongs to the earlier one.

    A phase of the past runs from the output table of its first year to that of its last, so that what moves
    in its first year has moved before its second table only in the very first phase. Years outside all are
    `OUTSIDE`.
    """
    found = pd.Series(OUTSIDE, years.index, dtype=object)
    for place, phase in enumerate(phases):
        first = phase.start if place == 0 else phase.start + 1
        found[(years >= first) & (years <= phase.end) & (found == OUTSIDE)] = phase.code
    return found


def add_up(events: pd.DataFrame, phases: Sequence[Phase]) -> pd.DataFrame:
    """Add events up to phase, industry, origin and host: number of events and amounts.

    An amount is the sum over the events that state one, unknown where none does; ``output_events`` and the
    like say how many did. An unknown origin is `UNKNOWN`, a year outside the phases `OUTSIDE`: no event is
    dropped.
    """
    frame = events.assign(
        phase=phase_of_year(events["year"].astype(int), phases),
        origin=events["origin"].fillna("").replace("", UNKNOWN),
    )
    grouped = frame.groupby(KEYS, sort=False, observed=True)
    sums = grouped[list(AMOUNTS)].sum(min_count=1)
    stated = grouped[list(AMOUNTS)].count().add_suffix("_events")
    out = pd.concat([grouped.size().rename("events"), sums, stated], axis=1).reset_index()
    columns = [*KEYS, "events", *(c for a in AMOUNTS for c in (a, f"{a}_events"))]
    return out[columns]


def transfer_events(study: Study) -> Result:
    """Recorded moves by phase, industry, origin and host.

    Parameters
    ----------
    study : Study
        With the table transfer_events; historical phases bound the periods, else all years are one.

    Returns
    -------
    Result ``transfer_events``: phase, industry, origin, host, events; output, investment, employment and how
    many events state each (output_events, ...). Moves within a region are kept; they stand with the region
    as both.

    Raises
    ------
    StudyError
        There is no such table, or a record cannot be added up (see `check_events`).
    """
    events = study.frames.get(TABLE)
    if events is None or events.empty:
        raise StudyError(
            Text(
                f"The study '{study.name}' has no records of moves.",
                f"研究“{study.name}”没有转移记录。",
            ),
            Text(
                f"Add the table {TABLE}: event, year, industry, origin, host, and output, investment or "
                "employment.",
                f"请添加{TABLE}表：记录、年份、产业、转出地、承接地，以及产出、投资或就业。",
            ),
        )
    check_events(events, study.regions, study.industries)
    phases = past_phases(study)
    frame = add_up(events, phases)
    place = {
        code: k
        for k, code in enumerate(
            (*(p.code for p in phases), OUTSIDE, *study.industries, *study.regions, UNKNOWN)
        )
    }
    frame = frame.sort_values(KEYS, key=lambda s: s.map(place), kind="stable").reset_index(drop=True)
    known = study.config.get("tables", {}).get(TABLE, {}).get("sources", ())
    cited = [str(s) for s in events["source"] if s] if "source" in events else []
    sources = tuple(dict.fromkeys([*known, *cited]))
    years = f"{int(events['year'].min())}-{int(events['year'].max())}"
    units = {
        "output": study.unit("money"),
        "investment": study.unit("money"),
        "employment": study.unit("labour"),
    }

    def figure(name: str) -> Column:
        unit = units.get(name, "")
        text = study.text("column", f"moved_{name}" if name in units else name)
        return Column(name, text, "number", unit, "observed", years, sources)

    lacking = int((events["origin"].fillna("") == "").sum())
    outside = int(frame.loc[frame["phase"] == OUTSIDE, "events"].sum())
    within = int((events["origin"] == events["host"]).sum())
    silent = int(events[list(AMOUNTS)].isna().all(axis=1).sum())
    note = Text(
        f"{len(events)} events. Origin unknown: {lacking}; outside the phases: {outside}; within one region: "
        f"{within}; without any amount: {silent}. All are counted.",
        f"共{len(events)}条记录，其中转出地不明{lacking}条、阶段以外{outside}条、同一地区内{within}条、未载明"
        f"数额{silent}条，均已计入。",
    )
    return Result(
        TABLE,
        Text("Recorded moves", "有记录的转移"),
        frame,
        (
            label(study, "phase", "phase"),
            label(study, "industry", "industry"),
            label(study, "origin", "region"),
            label(study, "host", "region"),
            *(figure(name) for name in frame.columns if name not in KEYS),
        ),
        Text(
            "Records of firms and projects, added up. An amount is the sum over the events that state it; "
            "beside it stands how many do. A register holds what was registered, not all that moved.",
            "企业和项目转移记录的汇总。数额为载明该数额的各记录之和，并列出载明的条数。登记册只反映已登记的转"
            "移，未必是全部。",
        ),
        note,
    )
