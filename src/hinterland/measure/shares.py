"""What moved, and where to: each region's share of an industry, and its change in share and in money."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from hinterland.measure.columns import SOURCE, figure, gaps, label, output_at, output_years, period, span
from hinterland.study import Result, Study, Text


def industry_share(output: xr.DataArray) -> xr.DataArray:
    """Share of each region in the output of each industry, S_ri = x_ri / sum_r x_ri.

    Parameters
    ----------
    output : DataArray[region, ...]
        Gross output, money.

    Returns
    -------
    DataArray of the same shape, fractions that sum to one over regions. NaN where no region produces (a
    share of
    nothing is unknown) and where any region's output is unknown (so the total is).
    """
    total = output.sum("region", skipna=False)
    return output / total.where(total != 0)


def change_of_share(start: xr.DataArray, end: xr.DataArray) -> xr.DataArray:
    """Change of share dS_ri = S_ri(t1) - S_ri(t0); sums to zero over regions.

    Parameters
    ----------
    start, end : DataArray[region, ...]
        Gross output at t0 and at t1, money. Labels must agree.

    Returns
    -------
    DataArray, difference of fractions. NaN where either share is.
    """
    before, after = xr.align(start, end, join="exact")
    return industry_share(after) - industry_share(before)


def share_change_in_money(change: xr.DataArray, end: xr.DataArray) -> xr.DataArray:
    """Output that a change of share stands for, dS_ri * x_i(t1), in money of t1.

    Parameters
    ----------
    change : DataArray[region, ...]
        Change of share, fraction.
    end : DataArray[region, ...]
        Gross output at t1, money.

    Returns
    -------
    DataArray, money: what the region makes at t1 above what it would have made at its old share.
    """
    change, end = xr.align(change, end, join="exact")
    return change * end.sum("region", skipna=False)


def host_share(study: Study) -> Result:
    """Share of the host regions in all output, and in that of industries that can move, by year.

    Returns
    -------
    Result ``host_share``: year, host_share, host_share_movable (fractions; the latter empty where no industry
    can move).
    """
    years = output_years(study)
    output = output_at(study, *years)
    parts = {"host_share": output, "host_share_movable": output.sel(industry=list(study.transferable))}
    frame = pd.DataFrame(
        {
            name: industry_share(part.sum("industry", skipna=False))
            .sel(region=list(study.hosts))
            .sum("region", skipna=False)
            .to_series()
            for name, part in parts.items()
        }
    ).reset_index()
    return Result(
        "host_share",
        Text("Share of the host regions in all output", "承接地占全部总产出的份额"),
        frame,
        (label(study, "year", "year"), *(figure(study, name, "share", span(*years)) for name in parts)),
        Text(
            "Gross output of the host regions over gross output of all regions, current prices: sum of"
            " x_ri over hosts and industries / sum over all regions and industries; of all industries, and of"
            " those that can move.",
            "承接地总产出除以所有地区总产出（当年价格）：对承接地的x_ri求和，再除以所有地区之和；分别就全部产业与"
            "可转移产业计算。",
        ),
        gaps(output),
    )


def host_share_by_industry(study: Study) -> Result:
    """Share of the host regions in each industry's output, by year.

    Returns
    -------
    Result ``host_share_by_industry``: industry, year, host_share (fraction; empty where no region produces).
    """
    years = output_years(study)
    output = output_at(study, *years)
    share = industry_share(output).sel(region=list(study.hosts)).sum("region", skipna=False)
    frame = share.rename("host_share").to_series().reset_index()
    return Result(
        "host_share_by_industry",
        Text("Share of the host regions in each industry", "承接地在各产业中的份额"),
        frame,
        (
            label(study, "industry", "industry"),
            label(study, "year", "year"),
            figure(study, "host_share", "share", span(*years)),
        ),
        Text(
            "Gross output of the industry in the host regions over its output in all regions, current"
            " prices.",
            "承接地该产业总产出除以所有地区该产业总产出（当年价格）。",
        ),
        gaps(output),
    )


def share_change(study: Study, start: int | None = None, end: int | None = None) -> Result:
    """Change of every region's share of every industry between two years, also in money of the later.

    Parameters
    ----------
    study : Study
    start, end : int, optional
        Years with gross output; the first and the last unless given.

    Returns
    -------
    Result ``share_change``: region, industry, start, end, share_start, share_end, share_change,
    share_change_money.

    Raises
    ------
    StudyError
        A year without output, or a period that does not run forward.
    """
    first, last = period(study, start, end)
    output = output_at(study, first, last)
    before, after = output.sel(year=first, drop=True), output.sel(year=last, drop=True)
    change = change_of_share(before, after)
    frame = (
        xr.Dataset(
            {
                "share_start": industry_share(before),
                "share_end": industry_share(after),
                "share_change": change,
                "share_change_money": share_change_in_money(change, after),
            }
        )
        .to_dataframe()
        .reset_index()
    )
    frame.insert(2, "start", first)
    frame.insert(3, "end", last)
    years = span(first, last)
    return Result(
        "share_change",
        Text("Change of share by region and industry", "分地区、分产业的份额变化"),
        frame,
        (
            label(study, "region", "region"),
            label(study, "industry", "industry"),
            label(study, "start", "year"),
            label(study, "end", "year"),
            figure(study, "share_start", "share", str(first)),
            figure(study, "share_end", "share", str(last)),
            figure(study, "share_change", "share", years),
            figure(study, "share_change_money", "number", years, study.provenance[SOURCE].unit),
        ),
        Text(
            "Change of share dS = S_ri(t1) - S_ri(t0) with S_ri = x_ri / x_i; it sums to zero over"
            " regions. In money: dS * x_i(t1), output at t1 above what the old share would give, prices of"
            " t1. A change of share shows where an industry grew faster, not who moved to whom.",
            "份额变化dS = S_ri(t1) − S_ri(t0)，其中S_ri = x_ri / x_i，各地区之和为零；折算金额为dS ×"
            " x_i(t1)，即t1年实际产出超出原份额对应产出的部分（t1年价格）。份额变化反映产业在何处增长更快，"
            "并不表明由何地转移至何地。",
        ),
        gaps(output),
    )
