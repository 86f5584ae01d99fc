"""What is in the competitive effect, and what does the path show? Extensions of shift-share."""

from __future__ import annotations

import itertools

import pandas as pd
import xarray as xr

from hinterland.measure.columns import SOURCE, figure, gaps, label, output_at, output_years, period, span
from hinterland.measure.shift_share import competitive_effect, mix_effect, national_effect
from hinterland.study import Result, Study, StudyError, Text

relative_net_flow = competitive_effect
"""Relative net flow x_ri(t1) - x_ri(t0) (1 + g_i): the competitive effect by its other name (相对净流量)."""


def homothetic_output(output: xr.DataArray) -> xr.DataArray:
    """Output with the nation's structure in the region, x'_ri = x_r x_i / x (Esteban-Marquillas 1972).

    Parameters
    ----------
    output : DataArray[region, industry]
        At t0, any one unit. Regions must be all of the nation.

    Returns
    -------
    DataArray[region, industry] in the unit of output; sums to the region's output. NaN without any output.
    """
    whole = output.sum(["region", "industry"], skipna=False)
    return (
        output.sum("industry", skipna=False) * output.sum("region", skipna=False) / whole.where(whole != 0)
    ).transpose(*output.dims)


def _lead(start: xr.DataArray, end: xr.DataArray) -> xr.DataArray:
    """Growth of the industry in the region beyond its growth in the nation, g_ri - g_i."""
    all_start, all_end = start.sum("region", skipna=False), end.sum("region", skipna=False)
    return end / start.where(start != 0) - all_end / all_start.where(all_start != 0)


def net_competitive_effect(start: xr.DataArray, end: xr.DataArray) -> xr.DataArray:
    """Net competitive effect x'_ri (g_ri - g_i): the lead in growth on the nation's structure.

    Parameters
    ----------
    start, end : DataArray[region, industry]
        Output at t0 and t1, one unit.

    Returns
    -------
    DataArray[region, industry]. With `allocation_effect` it sums to the competitive effect
    (Esteban-Marquillas 1972). NaN where the region has none of the industry at t0: its growth is then
    unknown.
    """
    before, after = xr.align(start, end, join="exact")
    return homothetic_output(before) * _lead(before, after)


def allocation_effect(start: xr.DataArray, end: xr.DataArray) -> xr.DataArray:
    """Allocation effect (x_ri - x'_ri)(g_ri - g_i): is the region specialised where it leads?

    Parameters and NaN as `net_competitive_effect`. Positive where the region leads in what it is specialised
    in, or lags in what it is not.
    """
    before, after = xr.align(start, end, join="exact")
    return (before - homothetic_output(before)) * _lead(before, after)


def regional_growth_effect(start: xr.DataArray, end: xr.DataArray) -> xr.DataArray:
    """Regional growth effect x_ri(t0)(g_r - g): what the region's own growth brings to all its industries.

    Parameters
    ----------
    start, end : DataArray[region, industry]
        Output at t0 and t1, one unit.

    Returns
    -------
    DataArray[region, industry] (Arcelus 1984). The rest of the competitive effect, x_ri(t0)[(g_ri - g_r) -
    (g_i - g)], is the regional mix effect. NaN where the region has no output at t0.
    """
    before, after = xr.align(start, end, join="exact")
    mine, all_start = before.sum("industry", skipna=False), before.sum(["region", "industry"], skipna=False)
    growth = after.sum("industry", skipna=False) / mine.where(mine != 0)
    nation = after.sum(["region", "industry"], skipna=False) / all_start.where(all_start != 0)
    return before * (growth - nation)


def shift_share_extended(study: Study, start: int | None = None, end: int | None = None) -> Result:
    """The competitive effect between two years split in two ways, each exact.

    Returns
    -------
    Result ``shift_share_extended``: region, industry, start, end, competitive, net_competitive, allocation
    (Esteban-Marquillas 1972), regional_growth, regional_mix (Arcelus 1984), money.

    Raises
    ------
    StudyError
        A year without output, or a period that does not run forward.
    """
    first, last = period(study, start, end)
    output = output_at(study, first, last).drop_attrs()
    before, after = output.sel(year=first, drop=True), output.sel(year=last, drop=True)
    competitive, growth = competitive_effect(before, after), regional_growth_effect(before, after)
    parts = {
        "competitive": competitive,
        "net_competitive": net_competitive_effect(before, after),
        "allocation": allocation_effect(before, after),
        "regional_growth": growth,
        "regional_mix": competitive - growth,
    }
    frame = xr.Dataset(parts).to_dataframe(dim_order=["region", "industry"]).reset_index()
    frame.insert(2, "start", first)
    frame.insert(3, "end", last)
    absent = int((before == 0).sum())
    note = Text("", "")
    if absent:
        note = Text(
            f"Net competitive and allocation are empty for {absent} pairs of region and industry without"
            f" output in {first}: growth from nothing has no rate.",
            f"{first}年产出为零的{absent}个地区—产业组合，净竞争力与配置分量留空：从零起步没有增长率。",
        )
    years = span(first, last)
    unit = study.provenance[SOURCE].unit
    return Result(
        "shift_share_extended",
        Text("The competitive effect in its parts", "竞争力分量的进一步分解"),
        frame,
        (
            label(study, "region", "region"),
            label(study, "industry", "industry"),
            label(study, "start", "year"),
            label(study, "end", "year"),
            *(figure(study, part, "number", years, unit) for part in parts),
        ),
        Text(
            "Esteban-Marquillas (1972): competitive = net competitive x'_ri (g_ri - g_i) + allocation (x_ri"
            " - x'_ri)(g_ri - g_i), with x'_ri = x_r x_i / x; allocation is positive where a region leads"
            " in what it is specialised in. Arcelus (1984): competitive = regional growth x_ri (g_r - g) +"
            " regional mix, the rest. Both sum exactly; the competitive effect is also the relative net"
            " flow. Current prices.",
            "埃斯特班—马基利亚斯（Esteban-Marquillas，1972）：竞争力分量 = 净竞争力x'_ri(g_ri − g_i) + 配置"
            "分量(x_ri − x'_ri)(g_ri − g_i)，其中x'_ri = x_r·x_i / x；地区在其专业化产业上领先时配置分量为"
            "正。阿塞勒斯（Arcelus，1984）：竞争力分量 = 地区增长x_ri(g_r − g) + 其余的地区结构分量。两种分"
            "解均精确加总；竞争力分量又称相对净流量。期初产出极小时增长率极大，净竞争力与配置分量数值巨大而"
            "相互抵消，应看其和。按当年价格计算。",
        ),
        note + gaps(output),
    )


DYNAMIC = ("change", "national", "mix", "competitive")


def shift_share_dynamic(study: Study, start: int | None = None, end: int | None = None) -> Result:
    """Shift-share reckoned for each span between output tables and added up (Barff & Knight 1988).

    Returns
    -------
    Result ``shift_share_dynamic``: region, industry, start, end, change, national, mix, competitive (sums
    over the spans), competitive_static (from the first and last year alone), money.

    Raises
    ------
    StudyError
        A year without output, fewer than three years of it, or a period that does not run forward.
    """
    first, last = period(study, start, end)
    output_at(study, first, last)  # says which year it has no output for
    years = [year for year in output_years(study) if first <= year <= last]
    if len(years) < 3:
        raise StudyError(
            Text(
                f"Dynamic shift-share needs output for three years or more; {first} to {last} has"
                f" {len(years)}.",
                f"动态偏离—份额分解需要三个及以上年份的产出，{first}至{last}年只有{len(years)}个。",
            ),
            Text(
                "Add years to the table gross_output, or use shift_share.",
                "请在gross_output表中补充年份，或使用shift_share。",
            ),
        )
    output = output_at(study, *years).drop_attrs()
    steps = [
        (output.sel(year=a, drop=True), output.sel(year=b, drop=True)) for a, b in itertools.pairwise(years)
    ]
    summed = {
        "change": output.sel(year=last, drop=True) - output.sel(year=first, drop=True),
        "national": sum((national_effect(a, b) for a, b in steps[1:]), national_effect(*steps[0])),
        "mix": sum((mix_effect(a, b) for a, b in steps[1:]), mix_effect(*steps[0])),
        "competitive": sum((competitive_effect(a, b) for a, b in steps[1:]), competitive_effect(*steps[0])),
        "competitive_static": competitive_effect(
            output.sel(year=first, drop=True), output.sel(year=last, drop=True)
        ),
    }
    frame: pd.DataFrame = xr.Dataset(summed).to_dataframe(dim_order=["region", "industry"]).reset_index()
    frame.insert(2, "start", first)
    frame.insert(3, "end", last)
    shown, unit = span(first, last), study.provenance[SOURCE].unit
    spans = len(steps)
    return Result(
        "shift_share_dynamic",
        Text("Dynamic shift-share", "动态偏离—份额分解"),
        frame,
        (
            label(study, "region", "region"),
            label(study, "industry", "industry"),
            label(study, "start", "year"),
            label(study, "end", "year"),
            *(figure(study, part, "number", shown, unit) for part in summed),
        ),
        Text(
            "Dunn's decomposition for each of the {n} spans between output tables ({years}), added up"
            " (Barff & Knight 1988, who use single years): weights and growth rates follow the path instead"
            " of the first year's structure. Beside it the competitive effect of the two end years. Current"
            " prices.",
            "对各年产出表之间的{n}个时段（{years}）分别作邓恩分解后加总（Barff和Knight，1988，原文逐年计"
            "算）：权重与增速随时间更新，不固定于期初结构。并列给出仅用首末两年的竞争力分量。按当年价格计"
            "算。",
        ).format(n=spans, years=", ".join(map(str, years))),
        gaps(output),
    )
