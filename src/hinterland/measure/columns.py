"""Columns of this room's tables: labels from the words table, figures with the output's provenance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from hinterland.study import Column, Kind, Status, Study, StudyError, Text, combine

SOURCE = "gross_output"


def label(study: Study, name: str, kind: Kind) -> Column:
    """Describe a label column by its name in the table of words."""
    return Column(name, study.text("column", name), kind)


def figure(study: Study, name: str, kind: Kind, year: str, unit: str = "") -> Column:
    """Describe a figure computed from gross output alone: it carries that table's status and sources."""
    known = study.provenance[SOURCE]
    return Column(name, study.text("column", name), kind, unit, known.status, year, known.sources)


def made(
    study: Study,
    name: str,
    kind: Kind,
    year: str,
    on: Sequence[str],
    unit: str = "",
    *,
    assumed: bool = False,
    estimated: bool = False,
) -> Column:
    """Describe a figure computed from several variables of the study.

    `assumed`: a convention enters as well; `estimated`: it is inferred (tested, decomposed) rather than
    reckoned.

    It is no firmer than the weakest of them, and names the sources of all.
    """
    known = [study.provenance[variable] for variable in on]
    statuses: list[Status] = [part.status for part in known]
    statuses += ["assumption"] if assumed else []
    statuses += ["estimated"] if estimated else []
    sources = tuple(dict.fromkeys(source for part in known for source in part.sources))
    return Column(name, study.text("column", name), kind, unit, combine(*statuses), year, sources)


def output_years(study: Study) -> tuple[int, ...]:
    """Return the years that have a table of gross output, in order."""
    return tuple(sorted(int(year) for year in study[SOURCE].year.values))


def output_at(study: Study, *years: int) -> xr.DataArray:
    """Return gross output [region, industry, year] of these years.

    Raises
    ------
    StudyError
        A year has no table of gross output.
    """
    known = output_years(study)
    absent = [year for year in years if year not in known]
    if absent:
        raise StudyError(
            Text(
                f"Gross output has no figures for {', '.join(map(str, absent))}.",
                f"总产出没有{'、'.join(map(str, absent))}年的数据。",
            ),
            Text(
                f"Choose from {', '.join(map(str, known))}, or add the year to the table {SOURCE}.",
                f"可选{'、'.join(map(str, known))}，或在{SOURCE}表中补充该年。",
            ),
        )
    return study[SOURCE].sel(year=list(years)).transpose("region", "industry", "year")


def period(study: Study, start: int | None, end: int | None) -> tuple[int, int]:
    """Return the first and last year of a comparison: as asked, else the whole span of the output table.

    Raises
    ------
    StudyError
        The study has output for one year only, or the period does not run forward.
    """
    known = output_years(study)
    first, last = known[0] if start is None else start, known[-1] if end is None else end
    if first >= last:
        raise StudyError(
            Text(
                f"A change needs two years, an earlier and a later one; asked for {first} to {last}.",
                f"计算变化需要一先一后两个年份，所给为{first}至{last}。",
            ),
            Text(
                f"Gross output has figures for {', '.join(map(str, known))}.",
                f"有总产出数据的年份：{'、'.join(map(str, known))}。",
            ),
        )
    return first, last


def span(*years: int) -> str:
    """Write a set of years for the reader: one year, or first to last."""
    return str(years[0]) if min(years) == max(years) else f"{min(years)}-{max(years)}"


def gaps(output: xr.DataArray) -> Text:
    """Say which cells of output are unknown, and that the figures that rest on them are left empty."""
    unknown = output.isnull()
    count = int(unknown.sum())
    if not count:
        return Text("", "")
    where = np.argwhere(unknown.values)[:5]
    named = "; ".join(
        " ".join(str(output[dim].values[at]) for dim, at in zip(output.dims, cell, strict=True))
        for cell in where
    )
    more_en, more_zh = (" and others", "等") if count > len(where) else ("", "")
    return Text(
        f"Output is unknown in {count} cells ({named}{more_en}); every figure that rests on one is left"
        " empty.",
        f"有{count}个单元缺少总产出数据（{named}{more_zh}），凡依赖这些数据的指标均留空。",
    )
