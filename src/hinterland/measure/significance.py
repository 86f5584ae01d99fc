"""Is a region's specialisation more than chance and error? Location quotients with their intervals."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.stats import norm

from hinterland.measure.columns import SOURCE, figure, gaps, label, made, output_at, output_years, span
from hinterland.measure.elementwise import exp, log, sqrt
from hinterland.measure.location import quotient, symmetric
from hinterland.study import Result, Study, Text

STANDINGS = ("above", "below", "unclear")


def quotient_error(output: xr.DataArray, relative_error: float) -> xr.DataArray:
    r"""Standard error of ln LQ when every output is known up to an independent relative error (delta method).

    With ln LQ_ri = ln x_ri - ln x_r - ln x_i + ln x and each x_sj off by a factor of standard deviation s,
    the variance is s^2 times the sum over all cells of the squared derivative
    :math:`[s=r, j=i] - w_{rj}[s=r] - v_{si}[j=i] + u_{sj}`, with w, v, u the cell's share of its region, of
    its industry and of the whole. First order in s.

    Parameters
    ----------
    output : DataArray[region, industry, ...]
        Any one unit, non-negative.
    relative_error : float
        Standard deviation of the relative error of one cell, e.g. 0.05.

    Returns
    -------
    DataArray of the same shape, of the log. NaN where LQ is unknown or zero (its log does not exist).
    """
    region = output.sum("industry", skipna=False)
    industry = output.sum("region", skipna=False)
    whole = region.sum("region", skipna=False)
    w, v, u = output / region.where(region != 0), output / industry.where(industry != 0), output / whole
    every = (u**2).sum(["region", "industry"], skipna=False)
    row = (w**2 - 2 * w * u).sum("industry", skipna=False)
    column = (v**2 - 2 * v * u).sum("region", skipna=False)
    variance = every + row + column + 1 - 2 * w - 2 * v + 2 * u + 2 * w * v
    error = relative_error * sqrt(variance.clip(min=0.0))
    return error.where(output > 0).transpose(*output.dims)


def quotient_error_of_counts(counts: xr.DataArray) -> xr.DataArray:
    """Standard error of ln LQ when the cells are counts (persons, plants) that fell where they did by chance.

    Var(ln LQ) = 1/n_ri - 1/n_r - 1/n_i + 2 n_ri / (n_r n_i) - 1/n: the delta method on multinomial counts, as
    Moineddin, Beyene & Boyle (2003) reckon the interval of a location quotient.

    Parameters
    ----------
    counts : DataArray[region, industry, ...]
        Whole persons or plants, not thousands: the error falls with the root of the count.

    Returns
    -------
    DataArray of the same shape; NaN where the count is zero or unknown.
    """
    region = counts.sum("industry", skipna=False)
    industry = counts.sum("region", skipna=False)
    whole = region.sum("region", skipna=False)
    here = counts.where(counts > 0)
    variance = 1 / here - 1 / region - 1 / industry + 2 * here / (region * industry) - 1 / whole
    return sqrt(variance.clip(min=0.0)).transpose(*counts.dims)


def standardised(quotients: xr.DataArray) -> xr.DataArray:
    """Standardised location quotient: z of ln LQ among the industry's regions (O'Donoghue & Gleave 2004).

    Parameters
    ----------
    quotients : DataArray[region, industry, ...]
        Location quotients.

    Returns
    -------
    DataArray of the same shape: how many standard deviations the region's ln LQ lies from the regions' mean.
    NaN where LQ is zero or unknown, and where fewer than three regions have the industry.
    """
    logs = log(quotients.where(quotients > 0))
    known = logs.notnull().sum("region")
    spread = logs.std("region", ddof=1).where(known >= 3)
    return ((logs - logs.mean("region")) / spread.where(spread > 0)).transpose(*quotients.dims)


def location_significance(study: Study, year: int | None = None) -> Result:
    """Location quotients with an interval for the error of the data, and which regions stand out.

    The interval takes every output to be off by an independent relative error (parameter
    accounts.output_error); ``standing`` is above or below where it does not hold 1. ``standardised`` says
    something else: whether the region stands out among the regions in that industry (beyond 1.96 standard
    deviations of ln LQ).

    Returns
    -------
    Result ``location_significance``: region, industry, year, location_quotient, symmetric, lq_low, lq_high,
    standing (above, below, unclear; empty where LQ is zero or unknown), standardised, outstanding.

    Raises
    ------
    StudyError
        The year has no output.
    """
    years = output_years(study) if year is None else (year,)
    output = output_at(study, *years).drop_attrs()
    error, level = float(study.parameter("accounts.output_error")), float(study.parameter("measure.level"))
    z = float(norm.ppf(0.5 + level / 2))
    found = quotient(output)
    reach = z * quotient_error(output, error)
    apart = standardised(found)
    frame = (
        xr.Dataset(
            {
                "location_quotient": found,
                "symmetric": symmetric(found),
                "lq_low": found * exp(-reach),
                "lq_high": found * exp(reach),
                "standardised": apart,
            }
        )
        .to_dataframe(dim_order=["region", "industry", "year"])
        .reset_index()
    )
    standing = np.select(
        [frame["lq_low"] > 1, frame["lq_high"] < 1, frame["lq_low"].notna()], STANDINGS, default=""
    )
    frame.insert(7, "standing", standing)
    frame["outstanding"] = frame["standardised"].abs() > z
    when = span(*years)
    return Result(
        "location_significance",
        Text("Location quotients with their intervals", "区位商及其区间"),
        frame,
        (
            label(study, "region", "region"),
            label(study, "industry", "industry"),
            label(study, "year", "year"),
            figure(study, "location_quotient", "number", when),
            figure(study, "symmetric", "number", when),
            made(study, "lq_low", "number", when, [SOURCE], assumed=True),
            made(study, "lq_high", "number", when, [SOURCE], assumed=True),
            label(study, "standing", "code"),
            figure(study, "standardised", "number", when),
            figure(study, "outstanding", "flag", when),
        ),
        Text(
            "Symmetric LQ = (LQ - 1) / (LQ + 1). The interval holds {level} of what LQ could be if every"
            " output had an independent relative error of {error} (delta method on ln LQ); standing says"
            " whether it lies wholly above or below 1. Output is a census of money, not a sample: the"
            " interval is for errors and revisions of the data, not for chance. Standardised: ln LQ less"
            " the mean over regions, over their standard deviation (O'Donoghue & Gleave 2004); beyond {z}"
            " the region stands out in the industry, which one region in twenty would by chance were ln LQ"
            " normal.",
            "对称区位商 = (LQ − 1) / (LQ + 1)。区间按各项产出存在相互独立的{error}相对误差、对ln LQ用delta"
            "法推算，置信水平{level}；“判断”指区间是否整体高于或低于1。产出为全面核算的金额而非抽样，故区间"
            "反映数据误差与修订，不是抽样误差。标准化区位商为ln LQ减去各地区均值再除以标准差（O'Donoghue和"
            "Gleave，2004），绝对值超过{z}为突出；若ln LQ服从正态分布，偶然突出的地区约占二十分之一。",
        ).format(level=f"{level:.0%}", error=f"{error:.0%}", z=f"{z:.2f}"),
        gaps(output),
    )
