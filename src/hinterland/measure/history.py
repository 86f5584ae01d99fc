"""How did transfer unfold? The historical phases, as the study's own data bound them."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from hinterland.measure.columns import SOURCE, figure, gaps, label, output_at, output_years, period, span
from hinterland.measure.shares import change_of_share, industry_share, share_change_in_money
from hinterland.measure.shift_share import shift_share_of_periods
from hinterland.measure.structure import by_class
from hinterland.study import Phase, Result, Study, StudyError, Text


def historical_phases(study: Study) -> tuple[Phase, ...]:
    """Return the phases of past transfer: the preset that ``history_preset`` in study.toml names.

    A phase runs from the output table of its first year to that of its last; successive phases may share the
    year
    that divides them.

    Raises
    ------
    StudyError
        The study names no such preset, or a bounding year has no output.
    """
    preset = study.config["study"].get("history_preset")
    if not preset:
        raise StudyError(
            Text(
                f"The study '{study.name}' names no historical phases.",
                f"研究“{study.name}”没有指定历史阶段。",
            ),
            Text(
                "Add past phases to the table phases and name the preset in study.toml: "
                'history_preset = "...".',
                '请在phases表中加入历史阶段，并在study.toml中指定：history_preset = "..."。',
            ),
        )
    phases = study.phases(str(preset))
    known = output_years(study)
    for phase in phases:
        for year in (phase.start, phase.end):
            if year not in known:
                raise StudyError(
                    Text(
                        f"The historical phase '{phase.code}' is bounded by {year}, which has no table of"
                        " gross output.",
                        f"历史阶段“{phase.code}”以{year}年为界，但该年没有总产出数据。",
                    ),
                    Text(
                        f"Bound it by one of {', '.join(map(str, known))} in the table phases.",
                        f"请在phases表中改以{'、'.join(map(str, known))}之一为界。",
                    ),
                )
    return phases


def past_phases(study: Study) -> tuple[Phase, ...]:
    """Return the historical phases, or one phase over all years of output where the study names none.

    Raises
    ------
    StudyError
        Output of one year only, or a bounding year of a historical phase without output.
    """
    if study.config["study"].get("history_preset"):
        return historical_phases(study)
    first, last = period(study, None, None)
    return (Phase("whole", first, last, study.text("phase", "whole")),)


def phase_notes(study: Study) -> Text:
    """Return what the study says about its historical phases (each remark once)."""
    table = study.frames["phases"]
    mine = table[table["preset"] == study.config["study"].get("history_preset", "")]
    said: list[Text] = []
    if {"note_en", "note_zh"} <= set(mine.columns):
        said = [Text(str(en), str(zh)) for en, zh in zip(mine["note_en"], mine["note_zh"], strict=True)]
    once = list(dict.fromkeys(text for text in said if text.en))
    return Text(" ".join(f"{text.en}." for text in once), "".join(f"{text.zh}。" for text in once))


def history(study: Study) -> Result:
    """Change of share of every region and industry in each historical phase, in share and in money.

    Returns
    -------
    Result ``history``: phase, region, industry, share_change, share_change_money (money of the phase's last
    year).

    Raises
    ------
    StudyError
        The study has no historical phases, or a bounding year has no output.
    """
    phases = historical_phases(study)
    years = sorted({year for phase in phases for year in (phase.start, phase.end)})
    output = output_at(study, *years)
    frames = []
    for phase in phases:
        before, after = output.sel(year=phase.start, drop=True), output.sel(year=phase.end, drop=True)
        change = change_of_share(before, after)
        money = share_change_in_money(change, after)
        frame = xr.Dataset({"share_change": change, "share_change_money": money}).to_dataframe().reset_index()
        frame.insert(0, "phase", phase.code)
        frames.append(frame)
    return Result(
        "history",
        Text("The historical phases", "产业转移的历史阶段"),
        pd.concat(frames, ignore_index=True),
        (
            label(study, "phase", "phase"),
            label(study, "region", "region"),
            label(study, "industry", "industry"),
            figure(study, "share_change", "share", span(*years)),
            figure(study, "share_change_money", "number", span(*years), study.provenance[SOURCE].unit),
        ),
        Text(
            "Change of share between the first and the last year of each phase, and dS * x_i in prices of"
            " the phase's last year; money of different phases is in different prices.",
            "各阶段首末年份之间的份额变化，以及按阶段末年价格折算的金额dS × x_i；不同阶段的金额价格基准不"
            "同。",
        ),
        phase_notes(study) + gaps(output),
    )


def shift_share_history(study: Study) -> Result:
    """Shift-share of every region and industry in each historical phase.

    Returns
    -------
    Result ``shift_share_history``: phase, region, industry, start, end, change, national, mix, competitive.

    Raises
    ------
    StudyError
        The study has no historical phases, or a bounding year has no output.
    """
    phases = historical_phases(study)
    frame, columns, method = shift_share_of_periods(study, [(phase.start, phase.end) for phase in phases])
    cells = len(study.regions) * len(study.industries)
    frame.insert(0, "phase", [phase.code for phase in phases for _ in range(cells)])
    return Result(
        "shift_share_history",
        Text("Shift-share decomposition by historical phase", "分历史阶段的偏离—份额分解"),
        frame,
        (label(study, "phase", "phase"), *columns),
        method,
        phase_notes(study),
    )


def history_by_class(study: Study) -> Result:
    """Hosts' share of each factor class at both ends of each historical phase, and what the change is worth.

    Returns
    -------
    Result ``history_by_class``: phase, factor_class, share_start, share_end, share_change (the hosts' share
    of all
    output of the class) and share_change_money.

    Raises
    ------
    StudyError
        The study has no historical phases, or a bounding year has no output.
    """
    phases = historical_phases(study)
    years = sorted({year for phase in phases for year in (phase.start, phase.end)})
    totals = by_class(output_at(study, *years), study.factor_class)
    hosts = list(study.hosts)
    frames = []
    for phase in phases:
        before, after = totals.sel(year=phase.start, drop=True), totals.sel(year=phase.end, drop=True)
        change = change_of_share(before, after)
        parts = {
            "share_start": industry_share(before),
            "share_end": industry_share(after),
            "share_change": change,
            "share_change_money": share_change_in_money(change, after),
        }
        kept = {name: part.sel(region=hosts).sum("region", skipna=False) for name, part in parts.items()}
        frame = xr.Dataset(kept).to_dataframe().reset_index()
        frame.insert(0, "phase", phase.code)
        frames.append(frame)
    years_read = span(*years)
    return Result(
        "history_by_class",
        Text("What the hosts gained in each historical phase", "承接地在各历史阶段的所得"),
        pd.concat(frames, ignore_index=True),
        (
            label(study, "phase", "phase"),
            label(study, "factor_class", "factor_class"),
            figure(study, "share_start", "share", years_read),
            figure(study, "share_end", "share", years_read),
            figure(study, "share_change", "share", years_read),
            figure(study, "share_change_money", "number", years_read, study.provenance[SOURCE].unit),
        ),
        Text(
            "Hosts' share of the output of all industries of the class together, at the phase's first and"
            " last year; in money: the change times the class's output at the last year.",
            "承接地在该类产业全部产出中的份额（阶段首末年份）；折算金额为份额变化乘以末年该类产业总产出。",
        ),
        phase_notes(study),
    )
