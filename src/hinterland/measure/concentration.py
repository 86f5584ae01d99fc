"""How concentrated is an industry in space? Herfindahl, Gini, Theil by belts, Ellison-Glaeser."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.measure.columns import SOURCE, figure, gaps, label, made, output_at, output_years, span
from hinterland.measure.elementwise import choose, log
from hinterland.measure.shares import industry_share
from hinterland.study import Result, Study, StudyError, Text

PLANTS = "plant_herfindahl"


def herfindahl(share: xr.DataArray, dim: str = "region") -> xr.DataArray:
    """Herfindahl-Hirschman index, sum of squared shares.

    Parameters
    ----------
    share : DataArray[region, ...]
        Fractions that sum to one over `dim`.

    Returns
    -------
    DataArray[...] from 1/n (even) to 1 (all in one place); NaN where a share is unknown.
    """
    return (share**2).sum(dim, skipna=False)


def gini(share: xr.DataArray, dim: str = "region") -> xr.DataArray:
    """Gini coefficient of shares over places, sum_k (2k - n - 1) s_(k) / n with s in ascending order.

    Parameters
    ----------
    share : DataArray[region, ...]
        Fractions that sum to one over `dim`; every place counts as one.

    Returns
    -------
    DataArray[...] from 0 (even) to (n - 1)/n (all in one place); NaN where a share is unknown.
    """
    ordered = share.transpose(..., dim)
    values = np.sort(ordered.to_numpy(), axis=-1)
    n = values.shape[-1]
    found = values @ (2.0 * np.arange(1, n + 1) - n - 1) / n
    return ordered.isel({dim: 0}, drop=True).copy(data=found)


def _entropy(share: xr.DataArray, reference: xr.DataArray) -> xr.DataArray:
    """The terms s ln(s / p); zero where s is zero, its limit."""
    ratio = share / reference
    return choose(share == 0, 0.0, share * log(ratio.where(ratio > 0)))


def theil(share: xr.DataArray, reference: xr.DataArray | None = None) -> xr.DataArray:
    """Theil index of an industry's spread over regions, T = sum_r s_r ln(s_r / p_r) (Theil 1967).

    Parameters
    ----------
    share : DataArray[region, ...]
        The industry's shares, sum to one.
    reference : DataArray[region, ...], optional
        Shares p_r that count as even, positive; 1/n each where not given (absolute concentration). With the
        regions' shares of all output it is concentration relative to size.

    Returns
    -------
    DataArray[...], >= 0; zero when s = p; ln n when all is in one of n even places. NaN where a share is
    unknown.
    """
    even = reference if reference is not None else xr.ones_like(share) / share.sizes["region"]
    return _entropy(share, even).sum("region", skipna=False)


def theil_between(
    share: xr.DataArray, group: pd.Series[str], reference: xr.DataArray | None = None
) -> xr.DataArray:
    """Part of the Theil index that lies between groups, sum_g S_g ln(S_g / P_g).

    Parameters
    ----------
    share, reference
        As `theil`.
    group : Series region -> group
        Belt of each region, all named.

    Returns
    -------
    DataArray[...], >= 0. The rest of `theil` is inequality within groups, also >= 0; the two sum exactly.
    """
    even = reference if reference is not None else xr.ones_like(share) / share.sizes["region"]
    belts = group.reindex(share["region"].values).to_numpy()
    total, base = (
        part.assign_coords(belt=("region", belts)).groupby("belt").sum(skipna=False) for part in (share, even)
    )
    return _entropy(total, base).sum("belt", skipna=False)


def raw_concentration(share: xr.DataArray, size: xr.DataArray) -> xr.DataArray:
    """Raw geographic concentration G / (1 - X), G = sum_r (s_r - x_r)^2 and X = sum_r x_r^2.

    The Ellison-Glaeser index of an industry of countless small plants: without plant sizes, concentration
    that one large plant alone would make is not taken out.

    Parameters
    ----------
    share : DataArray[region, ...]
        The industry's shares of regions, sum to one.
    size : DataArray[region, ...]
        The regions' shares of all activity, sum to one.

    Returns
    -------
    DataArray[...], 0 where the industry is spread as all activity is; NaN where a share is unknown or one
    region is all.
    """
    gap, even = ((share - size) ** 2).sum("region", skipna=False), 1 - herfindahl(size)
    return gap / even.where(even > 0)


def ellison_glaeser(share: xr.DataArray, size: xr.DataArray, plants: xr.DataArray) -> xr.DataArray:
    """Ellison-Glaeser index, gamma = [G - (1 - X) H] / [(1 - X)(1 - H)] (Ellison & Glaeser 1997, equation 5).

    Parameters
    ----------
    share, size
        As `raw_concentration`.
    plants : DataArray[industry, ...]
        Herfindahl index H of the industry's plant sizes, 0 (countless) to below 1.

    Returns
    -------
    DataArray[...]: zero when plants are strewn at random, negative when they keep apart. Their rule of thumb:
    above 0.05 highly, below 0.02 hardly concentrated.
    """
    raw = raw_concentration(share, size)
    return (raw - plants) / (1 - plants).where(plants < 1)


def concentration(study: Study) -> Result:
    """Geographic concentration of every industry and of all output together, by year.

    Returns
    -------
    Result ``concentration``: industry, year, hhi, gini, theil, theil_between, theil_within (over the groups
    of regions), raw_concentration.
    """
    years = output_years(study)
    output = output_at(study, *years).drop_attrs()
    share, size = industry_share(output), industry_share(output.sum("industry", skipna=False))
    index = theil(share)
    between = theil_between(share, study.group)
    parts = {
        "hhi": herfindahl(share),
        "gini": gini(share),
        "theil": index,
        "theil_between": between,
        "theil_within": index - between,
        "raw_concentration": raw_concentration(share, size),
    }
    frame = xr.Dataset(parts).to_dataframe(dim_order=["industry", "year"]).reset_index()
    return Result(
        "concentration",
        Text("Geographic concentration of industries", "产业空间集中度"),
        frame,
        (
            label(study, "industry", "industry"),
            label(study, "year", "year"),
            *(figure(study, name, "number", span(*years)) for name in parts),
        ),
        Text(
            "Of the regions' shares s_r in the industry: HHI = sum s_r^2; Gini and Theil with every region"
            " counted as one, Theil = between the groups of regions + within them, exactly. Raw"
            " concentration = sum (s_r - x_r)^2 / (1 - sum x_r^2), x_r the region's share of all output: it"
            " is the Ellison-Glaeser index only if plants are countless.",
            "以各地区在该产业中的份额s_r计算：HHI = Σs_r²；基尼系数与泰尔指数将每个地区计为一个单位，泰尔指"
            "数 = 板块之间 + 板块之内，精确加总。原始集中度 = Σ(s_r − x_r)² / (1 − Σx_r²)，x_r为地区占全部"
            "产出的份额；仅当企业数量极多时才等于EG指数。",
        ),
        gaps(output),
    )


def concentration_corrected(study: Study) -> Result:
    """Ellison-Glaeser index of every industry and year for which plant sizes are known.

    Returns
    -------
    Result ``ellison_glaeser``: industry, year, raw_concentration, plant_herfindahl, ellison_glaeser.

    Raises
    ------
    StudyError
        The study has no table plant_herfindahl, or none for a year with output.
    """
    if PLANTS not in study:
        raise StudyError(
            Text(
                "The Ellison-Glaeser index needs the sizes of plants, which the study"
                f" '{study.name}' does not have.",
                f"EG指数需要企业规模数据，研究“{study.name}”没有。",
            ),
            Text(
                "Add the table plant_herfindahl (industry, year: sum of squared plant shares); without it"
                " see raw_concentration in the table concentration.",
                "请补充plant_herfindahl表（产业、年份：企业份额平方和）；否则请参看concentration表中的原始"
                "集中度。",
            ),
        )
    plants = study[PLANTS].drop_attrs()
    years = [year for year in output_years(study) if year in plants.year.values]
    if not years:
        raise StudyError(
            Text("Plant sizes are known for no year that has output.", "企业规模数据与总产出没有共同年份。"),
            Text(
                f"Give the table plant_herfindahl for one of {', '.join(map(str, output_years(study)))}.",
                f"请在plant_herfindahl表中提供{'、'.join(map(str, output_years(study)))}之一的数据。",
            ),
        )
    output = output_at(study, *years).drop_attrs()
    share, size = industry_share(output), industry_share(output.sum("industry", skipna=False))
    known = plants.sel(year=years).reindex(industry=output.industry)
    parts = {
        "raw_concentration": raw_concentration(share, size),
        "plant_herfindahl": known,
        "ellison_glaeser": ellison_glaeser(share, size, known),
    }
    frame = xr.Dataset(parts).to_dataframe(dim_order=["industry", "year"]).reset_index()
    when = span(*years)
    return Result(
        "ellison_glaeser",
        Text("Ellison-Glaeser index", "EG指数（产业地理集中）"),
        frame,
        (
            label(study, "industry", "industry"),
            label(study, "year", "year"),
            figure(study, "raw_concentration", "number", when),
            made(study, "plant_herfindahl", "number", when, [PLANTS]),
            made(study, "ellison_glaeser", "number", when, [SOURCE, PLANTS]),
        ),
        Text(
            "gamma = [G - (1 - X) H] / [(1 - X)(1 - H)] with G = sum (s_r - x_r)^2, X = sum x_r^2 and H the"
            " Herfindahl index of plant sizes (Ellison & Glaeser 1997). By their rule of thumb an industry"
            " above 0.05 is highly concentrated, below 0.02 hardly.",
            "γ = [G − (1 − X)H] / [(1 − X)(1 − H)]，其中G = Σ(s_r − x_r)²，X = Σx_r²，H为企业规模的赫芬达尔"
            "指数（Ellison和Glaeser，1997）。按其经验标准，大于0.05为高度集中，小于0.02为基本分散。",
        ),
        gaps(output),
    )
