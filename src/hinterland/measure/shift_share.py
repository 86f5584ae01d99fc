"""Why did a region's output change? Shift-share decomposition (Dunn 1960)."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from hinterland.measure.columns import SOURCE, figure, gaps, label, output_at, period, span
from hinterland.study import Column, Result, Study, Text

PARTS = ("change", "national", "mix", "competitive")


def national_effect(start: xr.DataArray, end: xr.DataArray) -> xr.DataArray:
    """National growth effect x_ri(t0) * g, with g = x(t1) / x(t0) - 1 the growth of the whole (Dunn 1960).

    Parameters
    ----------
    start, end : DataArray[region, industry]
        Output at t0 and t1, one unit. Regions must be all of the nation.

    Returns
    -------
    DataArray[region, industry] in the unit of output. NaN when the whole has no output at t0.
    """
    before, after = xr.align(start, end, join="exact")
    dims = ["region", "industry"]
    base = before.sum(dims, skipna=False)
    return before * (after.sum(dims, skipna=False) / base.where(base != 0) - 1)


def mix_effect(start: xr.DataArray, end: xr.DataArray) -> xr.DataArray:
    """Industry-mix effect x_ri(t0) * (g_i - g), g_i the nation-wide growth of the industry (Dunn 1960).

    Parameters and shapes as `national_effect`. NaN for an industry without output at t0.
    """
    before, after = xr.align(start, end, join="exact")
    base = before.sum("region", skipna=False)
    growth = after.sum("region", skipna=False) / base.where(base != 0) - 1
    return before * growth - national_effect(before, after)


def competitive_effect(start: xr.DataArray, end: xr.DataArray) -> xr.DataArray:
    """Competitive (regional) effect x_ri(t1) - x_ri(t0) * (1 + g_i) (Dunn 1960); the relative net flow.

    Parameters and shapes as `national_effect`. Sums to zero over regions. NaN for an industry without output
    at t0.
    """
    before, after = xr.align(start, end, join="exact")
    base = before.sum("region", skipna=False)
    return after - before * (after.sum("region", skipna=False) / base.where(base != 0))


def _period_frame(output: xr.DataArray, start: int, end: int) -> pd.DataFrame:
    before, after = output.sel(year=start, drop=True), output.sel(year=end, drop=True)
    frame = (
        xr.Dataset(
            {
                "change": after - before,
                "national": national_effect(before, after),
                "mix": mix_effect(before, after),
                "competitive": competitive_effect(before, after),
            }
        )
        .to_dataframe()
        .reset_index()
    )
    frame.insert(2, "start", start)
    frame.insert(3, "end", end)
    return frame


def _columns(study: Study, years: str) -> tuple[Column, ...]:
    unit = study.provenance[SOURCE].unit
    return (
        label(study, "region", "region"),
        label(study, "industry", "industry"),
        label(study, "start", "year"),
        label(study, "end", "year"),
        *(figure(study, part, "number", years, unit) for part in PARTS),
    )


_METHOD = Text(
    "Dunn's shift-share: change = national x_ri(t0) g + mix x_ri(t0) (g_i - g) + competitive x_ri(t1) -"
    " x_ri(t0) (1 + g_i); the three parts sum to the change. Current prices, so growth includes inflation;"
    " the competitive part is what the region gained beyond its industries' nation-wide growth.",
    "邓恩（Dunn）偏离—份额分解：变化量 = 全国增长分量x_ri(t0)·g + 产业结构分量x_ri(t0)·(g_i − g) + 竞争力分"
    "量x_ri(t1) − x_ri(t0)·(1 + g_i)，三项之和等于变化量。按当年价格计算，增长含价格因素；竞争力分量为该地"
    "区超出本产业全国增速的部分。",
)


def shift_share(study: Study, start: int | None = None, end: int | None = None) -> Result:
    """Shift-share of every region and industry between two years.

    Parameters
    ----------
    study : Study
    start, end : int, optional
        Years with gross output; the first and the last unless given.

    Returns
    -------
    Result ``shift_share``: region, industry, start, end, change, national, mix, competitive (money).

    Raises
    ------
    StudyError
        A year without output, or a period that does not run forward.
    """
    first, last = period(study, start, end)
    output = output_at(study, first, last)
    return Result(
        "shift_share",
        Text("Shift-share decomposition", "偏离—份额分解"),
        _period_frame(output, first, last),
        _columns(study, span(first, last)),
        _METHOD,
        gaps(output),
    )


def shift_share_of_periods(
    study: Study, periods: list[tuple[int, int]]
) -> tuple[pd.DataFrame, tuple[Column, ...], Text]:
    """Shift-share of several periods, one under the other: the frame, columns and method of a table."""
    years = sorted({year for pair in periods for year in pair})
    output = output_at(study, *years)
    frames = [_period_frame(output, *period(study, *pair)) for pair in periods]
    return pd.concat(frames, ignore_index=True), _columns(study, span(*years)), _METHOD
