"""Did emissions part from growth? Tapio's elasticity and its eight states."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.measure.columns import SOURCE, label, made, output_years, span
from hinterland.measure.emissions import emissions, known_regions
from hinterland.measure.lmdi import NOMINAL, deflated, real_output
from hinterland.study import Result, Study, StudyError, Text

STATES = (
    "strong_decoupling",
    "weak_decoupling",
    "expansive_coupling",
    "expansive_negative_decoupling",
    "strong_negative_decoupling",
    "weak_negative_decoupling",
    "recessive_coupling",
    "recessive_decoupling",
)


def elasticity(co2_growth: xr.DataArray, growth: xr.DataArray) -> xr.DataArray:
    """Tapio's elasticity, the relative change of emissions over that of activity (Tapio 2005).

    Parameters
    ----------
    co2_growth, growth : DataArray
        Relative changes, x(t1)/x(t0) - 1.

    Returns
    -------
    DataArray; NaN where activity did not change or either is unknown.
    """
    one, other = xr.align(co2_growth, growth, join="exact")
    return one / other.where(other != 0)


def tapio_state(
    co2_growth: xr.DataArray, growth: xr.DataArray, low: float = 0.8, high: float = 1.2
) -> xr.DataArray:
    """One of Tapio's eight states (`STATES`), "" where unknown.

    Activity grows: strong decoupling (emissions fall), weak (elasticity below `low`), expansive coupling
    (`low` to `high`), expansive negative decoupling (above). Activity falls: strong negative decoupling
    (emissions rise), weak negative (below `low`), recessive coupling, recessive decoupling (above `high`).

    Parameters
    ----------
    co2_growth, growth : DataArray
        Relative changes.
    low, high : float
        Elasticities between which emissions and activity count as coupled; 0.8 and 1.2 in Tapio (2005).
    """
    c, g = xr.align(co2_growth, growth, join="exact")
    e = elasticity(c, g)
    up, down = g > 0, g < 0
    conditions = [
        up & (c < 0),
        up & (e < low),
        up & (e <= high),
        up & (e > high),
        down & (c > 0),
        down & (e < low),
        down & (e <= high),
        down & (e > high),
    ]
    chosen = np.select([part.to_numpy() for part in conditions], STATES, default="")
    return c.copy(data=chosen)


def _spans(years: list[int]) -> list[tuple[int, int]]:
    return list(dict.fromkeys([*itertools.pairwise(years), (years[0], years[-1])]))


def _gdp(study: Study) -> xr.DataArray | None:
    if "gdp_accounts" not in study or "gdp" not in study["gdp_accounts"].coords["item"].values:
        return None
    return study["gdp_accounts"].drop_attrs().sel(item="gdp", drop=True).transpose("region", "year")


def decoupling(study: Study) -> Result:
    """Elasticity and state of every region: emissions against gross output, and against GDP where known.

    For successive years that have both, and for the whole span.

    Returns
    -------
    Result ``decoupling``: activity_measure (gross_output, gdp), region, start, end, co2_growth,
    activity_growth, elasticity, state.

    Raises
    ------
    StudyError
        No emissions, or never two years with both.
    """
    emitted = emissions(study)
    total = emitted.sum("industry", skipna=False)
    known = [int(year) for year in total.year.values]
    bases: list[tuple[str, xr.DataArray, list[int]]] = []
    prices: list[Text] = []
    years = [year for year in output_years(study) if year in known]
    if len(years) > 1:
        output, how = real_output(study, years)
        bases.append(("gross_output", output.sum("industry", skipna=False), years))
        prices.append(how)
    gdp = _gdp(study)
    if gdp is not None:
        both = [int(year) for year in gdp.year.values if int(year) in known]
        if len(both) > 1:
            real, how = deflated(study, gdp.sel(year=both))
            bases.append(("gdp", real, both))
            prices.append(how)
    if not bases:
        raise StudyError(
            Text(
                "Decoupling needs two years that have both emissions and output or GDP.",
                "脱钩分析需要两个同时具备排放与产出（或地区生产总值）的年份。",
            ),
            Text(
                "Add years to the tables co2, gross_output or gdp_accounts.",
                "请在co2、gross_output或gdp_accounts表中补充年份。",
            ),
        )
    low = float(study.parameter("measure.tapio_low"))
    high = float(study.parameter("measure.tapio_high"))
    frames = []
    for basis, activity, its_years in bases:
        for first, last in _spans(its_years):
            a0, a1 = (activity.sel(year=year, drop=True) for year in (first, last))
            c0, c1 = (total.sel(year=year, drop=True) for year in (first, last))
            growth, rise = a1 / a0.where(a0 > 0) - 1, c1 / c0.where(c0 > 0) - 1
            part = xr.Dataset(
                {
                    "co2_growth": rise,
                    "activity_growth": growth,
                    "elasticity": elasticity(rise, growth),
                    "state": tapio_state(rise, growth, low, high),
                }
            )
            frame = part.to_dataframe().reset_index()
            frame.insert(0, "activity_measure", basis)
            frame.insert(2, "start", first)
            frame.insert(3, "end", last)
            frames.append(frame)
    every = [year for *_, its_years in bases for year in its_years]
    rests = [SOURCE if basis == "gross_output" else "gdp_accounts" for basis, *_ in bases]
    shown = span(*every)
    return Result(
        "decoupling",
        Text("Decoupling of emissions from growth", "碳排放与经济增长的脱钩"),
        pd.concat(frames, ignore_index=True),
        (
            label(study, "activity_measure", "code"),
            label(study, "region", "region"),
            label(study, "start", "year"),
            label(study, "end", "year"),
            made(study, "co2_growth", "share", shown, ["co2"]),
            made(study, "activity_growth", "share", shown, rests),
            made(study, "elasticity", "number", shown, ["co2", *rests]),
            label(study, "state", "code"),
        ),
        Text(
            "Tapio (2005): relative change of emissions over relative change of output or GDP; eight states"
            " with {low:g} and {high:g} as the bounds of coupling. Emissions of industries, households left"
            " out. {prices}",
            "塔皮奥（Tapio，2005）脱钩弹性：排放变化率 ÷ 产出（或地区生产总值）变化率；以{low:g}和{high:g}"
            "为连结区间界限，分八种状态。排放为各产业合计，不含居民生活。{prices}",
        ).format(low=low, high=high, prices=_caveat(prices)),
        known_regions(study, emitted),
    )


def _caveat(prices: list[Text]) -> Text:
    if NOMINAL not in prices:
        return prices[0]
    return Text(
        "Output and GDP at current prices: inflation makes growth look larger, hence decoupling stronger,"
        " than it was; a table price_index takes it out.",
        "产出与地区生产总值均按当年价格计算：通货膨胀使增长偏高，脱钩程度因而偏强；提供price_index表即可剔"
        "除。",
    )
