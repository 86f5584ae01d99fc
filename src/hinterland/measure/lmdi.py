"""What drove emissions: scale, structure or intensity? Additive LMDI-I decomposition."""

from __future__ import annotations

import itertools

import pandas as pd
import xarray as xr

from hinterland.measure.columns import SOURCE, gaps, label, made, output_at, span
from hinterland.measure.elementwise import choose
from hinterland.measure.emissions import emission_years, emissions, known_regions
from hinterland.measure.logmean import log_mean, log_ratio
from hinterland.study import Column, Result, Study, Text

EFFECTS = ("activity", "structure", "intensity", "unallocated")


def lmdi(
    output_start: xr.DataArray, output_end: xr.DataArray, co2_start: xr.DataArray, co2_end: xr.DataArray
) -> xr.Dataset:
    r"""Decompose the change of emissions C = sum_i X S_i I_i by scale, structure and intensity (LMDI-I).

    X is the region's output, S_i = x_i / X the industry's share of it, I_i = c_i / x_i its intensity; the
    effect of a factor F is :math:`L(c_i^1, c_i^0) \ln(F^1 / F^0)` with L the logarithmic mean (Ang 2005).

    Zeros are taken to their limits (Ang & Liu 2007): no emission in both years is no effect; an industry that
    appears or vanishes with its emissions changes the structure (by all of its emissions, at the intensity it
    has); one that begins or ceases to emit at positive output changes the intensity. Emissions without output
    have no intensity: their change is `unallocated`, and reported.

    Parameters
    ----------
    output_start, output_end : DataArray[..., industry]
        Output, any one unit, non-negative.
    co2_start, co2_end : DataArray[..., industry]
        Emissions of the same cells, non-negative.

    Returns
    -------
    Dataset of activity, structure, intensity, unallocated, each in the unit of the emissions; they sum to c1
    - c0 in every cell. NaN where any of the four is unknown, or the region has no output in either year.
    """
    x0, x1, c0, c1 = xr.align(output_start, output_end, co2_start, co2_end, join="exact")
    whole0, whole1 = x0.sum("industry", skipna=False), x1.sum("industry", skipna=False)
    change = c1 - c0
    known = change.notnull() & (whole0 > 0) & (whole1 > 0)
    weight = log_mean(c1, c0)
    appears = (c0 == 0) & (c1 > 0) & (x0 == 0) & (x1 > 0)
    vanishes = (c1 == 0) & (c0 > 0) & (x1 == 0) & (x0 > 0)
    onset = ((c0 == 0) & (c1 > 0) | (c1 == 0) & (c0 > 0)) & (x0 > 0) & (x1 > 0)
    nothing = (c0 == 0) & (c1 == 0)
    odd = ((x0 == 0) & (c0 > 0)) | ((x1 == 0) & (c1 > 0))
    growth = log_ratio(whole1, whole0)
    own = log_ratio(x1, x0)
    plain = ~(appears | vanishes | onset | nothing | odd)
    activity = choose(plain, weight * growth, 0.0)
    structure = choose(plain, weight * (own - growth), choose(appears | vanishes, change, 0.0))
    intensity = choose(plain, weight * (log_ratio(c1, c0) - own), choose(onset, change, 0.0))
    parts = {
        "activity": activity,
        "structure": structure.where(~odd, 0.0),
        "intensity": intensity.where(~odd, 0.0),
        "unallocated": choose(odd, change, 0.0),
    }
    dims = change.dims
    return xr.Dataset({name: part.where(known).transpose(*dims) for name, part in parts.items()})


_METHOD = Text(
    "Additive LMDI-I (Ang 2005): the change of emissions = activity L ln(X1/X0) + structure L ln(S1/S0) +"
    " intensity L ln(I1/I0), with X the region's output, S the industry's share, I emissions per output and"
    " L the logarithmic mean of the industry's emissions; exact. Zeros at their limits (Ang & Liu 2007): an"
    " industry that appears or vanishes is structure, one that begins or ceases to emit is intensity."
    " Emissions without output cannot be allocated and stand apart. {prices} Households' emissions are not"
    " in it.",
    "LMDI-I加法分解（Ang，2005）：排放变化 = 规模效应L·ln(X1/X0) + 结构效应L·ln(S1/S0) + 强度效应"
    "L·ln(I1/I0)，X为地区总产出，S为产业比重，I为单位产出排放，L为该产业排放的对数平均，各项精确加总。零值"
    "取极限（Ang和Liu，2007）：产业新增或消失计入结构效应，产出为正而开始或停止排放计入强度效应；有排放而无"
    "产出者无法分解，单列。{prices}不含居民生活排放。",
)

NOMINAL = Text(
    "Output at current prices: inflation swells activity and lowers intensity by the same amount; a table"
    " price_index takes it out.",
    "产出按当年价格计算：通货膨胀使规模效应偏大、强度效应等量偏小；提供price_index表即可剔除。",
)
REAL = Text(
    "Output in prices of {base} by the study's price index.", "产出按研究价格指数折算为{base}年价格。"
)


def _decomposed(study: Study) -> tuple[pd.DataFrame, list[int], Text, Text]:
    years = emission_years(study)
    output, prices = real_output(study, years)
    emitted = emissions(study, years)
    frames = []
    for first, last in itertools.pairwise(years):
        x0, x1 = (output.sel(year=year, drop=True) for year in (first, last))
        c0, c1 = (emitted.sel(year=year, drop=True) for year in (first, last))
        part = lmdi(x0, x1, c0, c1).assign(co2_change=c1 - c0)
        frame = part.to_dataframe(dim_order=["region", "industry"]).reset_index()
        frame.insert(2, "start", first)
        frame.insert(3, "end", last)
        frames.append(frame)
    whole = pd.concat(frames, ignore_index=True)
    odd = int((whole["unallocated"].abs() > 0).sum())
    note = known_regions(study, emitted)
    if odd:
        total = float(whole["unallocated"].abs().sum())
        unit = study.provenance["co2"].unit
        note += Text(
            f" Emissions without output in {odd} cells ({total:.3g} {unit} in all) stand under unallocated.",
            f"有排放而无产出的单元{odd}个（合计{total:.3g}），列入未分解项。",
        )
    return whole, years, prices, note + gaps(output)


def deflated(study: Study, values: xr.DataArray) -> tuple[xr.DataArray, Text]:
    """Money at constant prices of its last year where the study's price index has all its years, and how."""
    years = [int(year) for year in values.year.values]
    if "price_index" not in study or not set(years) <= {int(y) for y in study["price_index"].year.values}:
        return values, NOMINAL
    index = study["price_index"].drop_attrs().sel(year=years)
    return values / (index / index.sel(year=years[-1], drop=True)), REAL.format(base=years[-1])


def real_output(study: Study, years: list[int]) -> tuple[xr.DataArray, Text]:
    """Output [region, industry, year], at constant prices where the study has a price index, and how."""
    return deflated(study, output_at(study, *years).drop_attrs())


def _columns(study: Study, years: list[int]) -> tuple[Column, ...]:
    unit = study.provenance["co2"].unit
    rests = [SOURCE, "co2"]
    return (
        label(study, "start", "year"),
        label(study, "end", "year"),
        made(study, "co2_change", "number", span(*years), ["co2"], unit),
        *(made(study, name, "number", span(*years), rests, unit) for name in EFFECTS),
    )


_NAMES = ["start", "end", "co2_change", *EFFECTS]


def emission_drivers(study: Study) -> Result:
    """LMDI-I of every region and industry between successive years with output and emissions.

    Returns
    -------
    Result ``emission_drivers``: region, industry, start, end, co2_change, activity, structure, intensity,
    unallocated.

    Raises
    ------
    StudyError
        Fewer than two years with both output and emissions.
    """
    frame, years, prices, note = _decomposed(study)
    return Result(
        "emission_drivers",
        Text("Drivers of emissions by region and industry", "分地区、分产业的排放驱动因素"),
        frame[["region", "industry", *_NAMES]],
        (label(study, "region", "region"), label(study, "industry", "industry"), *_columns(study, years)),
        _METHOD.format(prices=prices),
        note,
    )


def emission_drivers_by_region(study: Study) -> Result:
    """LMDI-I summed over industries, by region and span.

    Returns
    -------
    Result ``emission_drivers_by_region``: region, start, end, co2_change, activity, structure, intensity,
    unallocated.

    Raises
    ------
    StudyError
        Fewer than two years with both output and emissions.
    """
    frame, years, prices, note = _decomposed(study)
    by = ["region", "start", "end"]
    sums = frame.groupby(by, sort=False)[["co2_change", *EFFECTS]]
    total = sums.agg(lambda part: part.sum(skipna=False)).reset_index()
    return Result(
        "emission_drivers_by_region",
        Text("Drivers of emissions by region", "分地区的排放驱动因素"),
        total[["region", *_NAMES]],
        (label(study, "region", "region"), *_columns(study, years)),
        _METHOD.format(prices=prices),
        note,
    )
