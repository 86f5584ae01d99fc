"""Is the structure upgrading, and how fast does it change? Rationalisation, advancement, Moore's angle."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.measure.columns import figure, gaps, label, made, output_at, output_years, span
from hinterland.measure.elementwise import absolute, choose, log, sqrt
from hinterland.study import Result, Study, StudyError, Text


def rationalisation(added: xr.DataArray, labour: xr.DataArray) -> xr.DataArray:
    """Theil index of rationalisation TL = sum_i (Y_i/Y) ln[(Y_i/L_i) / (Y/L)] (Gan, Zheng & Yu 2011).

    Parameters
    ----------
    added : DataArray[sector, ...]
        Value added, money, non-negative.
    labour : DataArray[sector, ...]
        Employment, persons, positive where there is value added.

    Returns
    -------
    DataArray[...], >= 0: 0 when labour is as productive in every sector (labour lies where output is), larger
    the more it does not. NaN where either is unknown or a producing sector has no labour.
    """
    one, other = xr.align(added, labour, join="exact")
    share = one / one.sum("sector", skipna=False)
    jobs = other / other.sum("sector", skipna=False)
    ratio = share / jobs.where(jobs > 0)
    terms = choose(share == 0, 0.0, share * log(ratio.where(ratio > 0)))
    return terms.sum("sector", skipna=False)


def advancement(added: xr.DataArray, tertiary: str, secondary: str) -> xr.DataArray:
    """Advanced index TS = Y_tertiary / Y_secondary (Gan, Zheng & Yu 2011).

    Parameters
    ----------
    added : DataArray[sector, ...]
        Value added, money.
    tertiary, secondary : str
        Labels of `sector`.

    Returns
    -------
    DataArray[...], > 0; above 1 services outweigh industry. NaN without a secondary sector.
    """
    below = added.sel(sector=secondary, drop=True)
    return added.sel(sector=tertiary, drop=True) / below.where(below != 0)


def moore(start: xr.DataArray, end: xr.DataArray, dim: str = "industry") -> xr.DataArray:
    """Moore's index of structural change: the angle between the structures of two years (Moore 1978).

    Parameters
    ----------
    start, end : DataArray[industry, ...]
        Output or shares, non-negative; only proportions matter.

    Returns
    -------
    DataArray[...], degrees from 0 (proportions unchanged) to 90 (nothing in common); NaN without output.
    """
    before, after = xr.align(start, end, join="exact")
    # the chord of the unit vectors keeps small angles that the arc cosine of a number near one would lose
    a = before / sqrt((before**2).sum(dim, skipna=False)).where(lambda length: length > 0)
    b = after / sqrt((after**2).sum(dim, skipna=False)).where(lambda length: length > 0)
    chord = sqrt(((a - b) ** 2).sum(dim, skipna=False))
    return chord.copy(data=np.degrees(2 * np.arcsin(np.minimum(chord.to_numpy() / 2, 1.0))))


def turnover(start: xr.DataArray, end: xr.DataArray, dim: str = "industry") -> xr.DataArray:
    """Share of output that changed industry, half the sum of abs(a_i(t1) - a_i(t0)); from 0 to 1."""
    before, after = xr.align(start, end, join="exact")
    a, b = (x / x.sum(dim, skipna=False).where(lambda whole: whole != 0) for x in (before, after))
    return absolute(b - a).sum(dim, skipna=False) / 2


def structural_change(study: Study) -> Result:
    """How far every region's structure turned between successive years with output, and over the whole span.

    Returns
    -------
    Result ``structural_change``: region, start, end, moore (degrees), turnover (share of output).

    Raises
    ------
    StudyError
        Output of one year only.
    """
    years = output_years(study)
    if len(years) < 2:
        raise StudyError(
            Text("Structural change needs output for two years.", "结构变化需要两个年份的产出。"),
            Text("Add a year to the table gross_output.", "请在gross_output表中补充年份。"),
        )
    output = output_at(study, *years).drop_attrs()
    spans = list(dict.fromkeys([*itertools.pairwise(years), (years[0], years[-1])]))
    frames = []
    for first, last in spans:
        before, after = output.sel(year=first, drop=True), output.sel(year=last, drop=True)
        part = xr.Dataset({"moore": moore(before, after), "turnover": turnover(before, after)})
        frame = part.to_dataframe().reset_index()
        frame.insert(1, "start", first)
        frame.insert(2, "end", last)
        frames.append(frame)
    shown = span(*years)
    return Result(
        "structural_change",
        Text("Structural change of regions", "地区产业结构变动"),
        pd.concat(frames, ignore_index=True),
        (
            label(study, "region", "region"),
            label(study, "start", "year"),
            label(study, "end", "year"),
            figure(study, "moore", "number", shown, "degrees"),
            figure(study, "turnover", "share", shown),
        ),
        Text(
            "Moore's angle between the region's output vectors over industries at both years, in degrees"
            " (0: proportions unchanged, 90: nothing in common); turnover: half the sum of the changes of"
            " shares, the part of output that changed industry. Current prices: changes of relative prices"
            " count as change.",
            "莫尔结构变化值：首末年份地区分产业产出向量的夹角（度），0为结构不变，90为完全不同；结构变动份"
            "额为各产业比重变化绝对值之和的一半。按当年价格计算，相对价格变化亦计入。",
        ),
        gaps(output),
    )


def _named(study: Study, parameter: str, table: str) -> list[str]:
    """The three sectors that a parameter of the study names, primary, secondary, tertiary."""
    named = str(study.parameter(parameter) or "").replace(",", " ").split()
    named = [] if named == ["nan"] else named
    if len(named) != 3:
        raise StudyError(
            Text(
                f"The study '{study.name}' does not say which codes of the table {table} are the primary, the"
                " secondary and the tertiary sector.",
                f"研究“{study.name}”没有说明{table}表中哪些代码为第一、二、三产业。",
            ),
            Text(
                f'Write in study.toml under [parameters]: {parameter} = "PRIMARY SECONDARY TERTIARY".',
                f'请在study.toml的[parameters]中写明：{parameter} = "一产代码 二产代码 三产代码"。',
            ),
        )
    return named


def _sectors(study: Study, parameter: str, table: str, dim: str) -> xr.DataArray:
    """Figures of the three sectors [region, sector, year], years that all regions and sectors have."""
    codes = _named(study, parameter, table)
    data = study[table].drop_attrs()
    absent = [code for code in codes if code not in data[dim].values]
    if absent:
        raise StudyError(
            Text(
                f"The table {table} has no figures of {', '.join(absent)}.",
                f"{table}表没有{'、'.join(absent)}的数据。",
            ),
            Text(
                f"Mend {parameter} in study.toml, or add them to the table.",
                f"请修改study.toml中的{parameter}，或在表中补充。",
            ),
        )
    found = data.sel({dim: codes}).rename({dim: "sector"})
    known = found.notnull().any(["region", "sector"])
    return found.sel(year=known).transpose("region", "sector", "year")


def upgrading(study: Study) -> Result:
    """Advancement and, where employment by sector is known, rationalisation of every region's three sectors.

    Returns
    -------
    Result ``upgrading``: region, year, advanced_index (tertiary over secondary value added), rationalisation
    (Theil index; 0 is balanced).

    Raises
    ------
    StudyError
        The study does not say which accounts are the three sectors, or lacks their figures.
    """
    value, jobs = "measure.sector_value_added", "measure.sector_employment"
    added = _sectors(study, value, "gdp_accounts", "item")
    _, secondary, tertiary = (str(code) for code in added["sector"].values)
    found = xr.Dataset({"advanced_index": advancement(added, tertiary, secondary)})
    note = Text("", "")
    years = [int(year) for year in added.year.values]
    both: list[int] = []
    try:
        labour = _sectors(study, jobs, "indicators", "indicator")
    except StudyError as error:
        note = Text("Rationalisation is left empty. ", "合理化指数留空。") + error.words
        found["rationalisation"] = xr.full_like(found["advanced_index"], np.nan)
    else:
        both = [year for year in years if year in labour.year.values]
        same = added["sector"].values
        labour = labour.assign_coords(sector=same).sel(year=both)
        found["rationalisation"] = rationalisation(added.sel(year=both), labour).reindex(year=years)
        note = Text(
            f"Employment by sector is known for {', '.join(map(str, both)) or 'no such year'};"
            " rationalisation is empty for other years.",
            f"分三次产业就业仅有{'、'.join(map(str, both)) or '（无共同年份）'}年数据，其余年份合理化指数留"
            "空。",
        )
    frame = found.to_dataframe(dim_order=["region", "year"]).reset_index()
    shown = span(*years)
    rests = ["gdp_accounts", "indicators"] if "indicators" in study else ["gdp_accounts"]
    return Result(
        "upgrading",
        Text("Upgrading of the structure", "产业结构升级"),
        frame,
        (
            label(study, "region", "region"),
            label(study, "year", "year"),
            made(study, "advanced_index", "number", shown, ["gdp_accounts"]),
            made(study, "rationalisation", "number", span(*both) if both else shown, rests),
        ),
        Text(
            "Gan, Zheng & Yu (2011). Advanced index: tertiary over secondary value added, current prices;"
            " it rises as well when industry merely shrinks. Rationalisation: Theil index sum (Y_i/Y)"
            " ln[(Y_i/L_i)/(Y/L)]; 0 when labour is as productive in every sector, larger the further"
            " labour lies from output.",
            "干春晖、郑若谷、余典范（2011）。高级化指数为第三产业与第二产业增加值之比（当年价格），工业单纯"
            "萎缩时该指数亦会上升。合理化指数为泰尔指数Σ(Y_i/Y)ln[(Y_i/L_i)/(Y/L)]，0表示各产业劳动生产率相"
            "同、结构均衡，数值越大，就业结构与产出结构偏离越大。",
        ),
        note,
    )
