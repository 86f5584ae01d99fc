"""Where is an industry at home? Location quotients."""

from __future__ import annotations

import xarray as xr

from hinterland.measure.columns import figure, gaps, label, output_at, output_years, span
from hinterland.study import Result, Study, Text


def quotient(output: xr.DataArray) -> xr.DataArray:
    """Location quotient LQ_ri = (x_ri / x_r) / (x_i / x) (Florence 1939).

    Parameters
    ----------
    output : DataArray[region, industry, ...]
        Output or employment, any one unit, non-negative.

    Returns
    -------
    DataArray of the same shape, dimensionless, >= 0; 1 where the region has the average structure. Weighted
    by x_r / x
    it averages to one over regions. NaN where the industry, the region or the whole has no output: the ratio
    is then
    unknown, not zero.
    """
    region = output.sum("industry", skipna=False)
    industry = output.sum("region", skipna=False)
    whole = region.sum("region", skipna=False)
    return (output / region.where(region != 0)) / (industry / whole.where(whole != 0)).where(industry != 0)


def symmetric(quotients: xr.DataArray) -> xr.DataArray:
    """Symmetric location quotient (LQ - 1) / (LQ + 1), in [-1, 1), zero at the average (Laursen 1998)."""
    return (quotients - 1) / (quotients + 1)


def location_quotient(study: Study, year: int | None = None) -> Result:
    """Location quotient of every region and industry, for one year or for every year with output.

    Returns
    -------
    Result ``location_quotient``: region, industry, year, location_quotient.

    Raises
    ------
    StudyError
        The year has no output.
    """
    years = output_years(study) if year is None else (year,)
    output = output_at(study, *years)
    frame = quotient(output).rename("location_quotient").to_series().reset_index()
    return Result(
        "location_quotient",
        Text("Location quotient by region and industry", "分地区、分产业的区位商"),
        frame,
        (
            label(study, "region", "region"),
            label(study, "industry", "industry"),
            label(study, "year", "year"),
            figure(study, "location_quotient", "number", span(*years)),
        ),
        Text(
            "LQ = (x_ri / x_r) / (x_i / x): the industry's share of the region's output over its share of"
            " all output. Above 1 the region is specialised in the industry.",
            "区位商LQ = (x_ri / x_r) / (x_i / x)：某产业占本地区总产出的比重与其占全部总产出比重之比，大于"
            "1表示该地区在该产业上具有专业化优势。",
        ),
        gaps(output),
    )
