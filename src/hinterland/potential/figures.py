"""Columns of this room's tables, and the output that several of its questions start from."""

from __future__ import annotations

from collections.abc import Sequence

import xarray as xr

from hinterland.study import Column, Kind, Status, Study, StudyError, Text

SOURCE = "gross_output"


def label(study: Study, name: str, kind: Kind) -> Column:
    """Describe a label column by its name in the table of words."""
    return Column(name, study.text("column", name), kind)


def figure(
    study: Study,
    name: str,
    year: str,
    *,
    kind: Kind = "number",
    unit: str = "",
    status: Status | None = None,
    on: Sequence[str] = (SOURCE,),
) -> Column:
    """Describe a figure; status and sources are those of the variables it rests `on`, unless given."""
    known = [study.provenance[name] for name in on if name in study.provenance]
    sources = tuple(dict.fromkeys(source for each in known for source in each.sources))
    given: Status = status or (known[0].status if known else "estimated")
    return Column(name, study.text("column", name), kind, unit, given, year, sources)


def words(study: Study, name: str) -> list[str]:
    """Return a parameter that lists codes, separated by spaces in the table of defaults."""
    given = study.parameter(name)
    return [str(k) for k in given] if isinstance(given, (list, tuple)) else str(given).split()


def output_years(study: Study) -> list[int]:
    """Return the years with gross output, in order."""
    return sorted(int(year) for year in study[SOURCE]["year"].values)


def several_years(study: Study, least: int, what: Text) -> list[int]:
    """Return the years with gross output, at least so many.

    Raises
    ------
    StudyError
        There are fewer; `what` says for which question that is too few.
    """
    years = output_years(study)
    if len(years) < least:
        raise StudyError(
            Text(
                f"{what.en} needs gross output of {least} years; the study '{study.name}' has {len(years)}.",
                f"{what.zh}需要{least}个年份的总产出，研究“{study.name}”只有{len(years)}个。",
            ),
            Text("Add years to the table gross_output.", "请在gross_output表中补充年份。"),
        )
    return years


def output_at(study: Study, year: int) -> xr.DataArray:
    """Return gross output [region, industry] of one year.

    Raises
    ------
    StudyError
        The year has no gross output.
    """
    years = output_years(study)
    if year not in years:
        raise StudyError(
            Text(f"Gross output has no figures for {year}.", f"总产出没有{year}年的数据。"),
            Text(f"Choose from: {', '.join(map(str, years))}.", f"可选：{'、'.join(map(str, years))}。"),
        )
    return study[SOURCE].sel(year=year, drop=True).transpose("region", "industry").drop_attrs()


def complete_regions(output: xr.DataArray) -> tuple[xr.DataArray, list[str]]:
    """Return output of the regions known in full, and the codes of those left out for an unknown cell."""
    unknown = output.isnull().any([dim for dim in output.dims if dim != "region"])
    return output.sel(region=~unknown), [str(code) for code in output["region"].values[unknown.values]]


def traded(study: Study) -> list[str]:
    """Return the industries whose products travel: those not of the classes in accounts.local_classes.

    Raises
    ------
    StudyError
        All are local.
    """
    classes = set(words(study, "accounts.local_classes"))
    chosen = [code for code, kind in study.factor_class.items() if kind not in classes]
    if not chosen:
        raise StudyError(
            Text(
                "Every industry is of a class that trades locally, so none can be compared across regions.",
                "所有产业均属本地性类别，无法进行地区间比较。",
            ),
            Text(
                "Change accounts.local_classes in study.toml.", "请在study.toml中修改accounts.local_classes。"
            ),
        )
    return [str(code) for code in chosen]


def span(years: Sequence[int]) -> str:
    """Write a set of years for the reader: one year, or first to last."""
    return str(years[0]) if min(years) == max(years) else f"{min(years)}-{max(years)}"
