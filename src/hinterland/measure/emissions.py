"""Emissions of industries, for the years that also have output."""

from __future__ import annotations

import xarray as xr

from hinterland.measure.columns import output_years
from hinterland.study import Study, StudyError, Text


def emissions(study: Study, years: list[int] | None = None) -> xr.DataArray:
    """Return emissions [region, industry, year] of the study's industries (households left out).

    Raises
    ------
    StudyError
        The study has no table of emissions, or not these industries.
    """
    if "co2" not in study:
        raise StudyError(
            Text(f"The study '{study.name}' has no emissions.", f"研究“{study.name}”没有碳排放数据。"),
            Text(
                "Add the table co2 (region, emitter, year).",
                "请补充co2表（地区、排放部门、年份）。",
            ),
        )
    data = study["co2"].drop_attrs()
    absent = [code for code in study.industries if code not in data["emitter"].values]
    if absent:
        raise StudyError(
            Text(
                f"The table co2 has no emissions of {', '.join(absent)}.",
                f"co2表没有{'、'.join(absent)}的排放。",
            ),
            Text(
                "Add them (zero where the industry emits nothing).",
                "请补充（确无排放者填零）。",
            ),
        )
    found = data.sel(emitter=list(study.industries)).rename(emitter="industry")
    found = found.transpose("region", "industry", "year")
    return found if years is None else found.sel(year=years)


def emission_years(study: Study) -> list[int]:
    """Return the years with both output and emissions, two or more.

    Raises
    ------
    StudyError
        There are fewer than two.
    """
    known = emissions(study).year.values
    years = [year for year in output_years(study) if year in known]
    if len(years) < 2:
        raise StudyError(
            Text(
                "A change of emissions against output needs two years with both;"
                f" the study '{study.name}' has {len(years)}.",
                f"比较排放与产出的变化需要两个共同年份，研究“{study.name}”只有{len(years)}个。",
            ),
            Text(
                "Add years to the tables co2 or gross_output.",
                "请在co2表或gross_output表中补充年份。",
            ),
        )
    return years


def known_regions(study: Study, emitted: xr.DataArray) -> Text:
    """Say which regions have no emissions in the table: unknown, never zero."""
    without = [str(r) for r in emitted.region.values if bool(emitted.sel(region=r).isnull().all())]
    if not without:
        return Text("", "")
    names = [study.text("region", code) for code in without]
    return Text(
        f"No emissions are known for {', '.join(name.en for name in names)}: left empty.",
        f"{'、'.join(name.zh for name in names)}没有排放数据，留空。",
    )
