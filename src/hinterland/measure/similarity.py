"""How alike are the industries of two regions? Structural similarity and homogenised competition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.measure.columns import figure, gaps, label, output_at, output_years, span
from hinterland.measure.elementwise import absolute
from hinterland.study import Result, Study, Text


def cosine(output: xr.DataArray) -> xr.DataArray:
    """Structural similarity of every two regions, the cosine of their industry vectors (UNIDO 1979).

    Parameters
    ----------
    output : DataArray[region, industry]
        Output, any one unit, non-negative. Only proportions within a region matter.

    Returns
    -------
    DataArray[region, region_to] in [0, 1], one on the diagonal; NaN for a region with no or unknown output.
    """
    rows = output.transpose("region", "industry").to_numpy()
    length = np.sqrt((rows**2).sum(axis=1))
    unit = rows / np.where(length > 0, length, np.nan)[:, None]
    regions = output["region"].values
    return xr.DataArray(
        np.minimum(unit @ unit.T, 1.0), {"region": regions, "region_to": regions}, ("region", "region_to")
    )


def structure_of(output: xr.DataArray) -> xr.DataArray:
    """Share of each industry in the region's output, a_ri = x_ri / x_r; NaN for a region without output."""
    whole = output.sum("industry", skipna=False)
    return output / whole.where(whole != 0)


def krugman(output: xr.DataArray) -> xr.DataArray:
    """Krugman's index of specialisation of every two regions, K = sum_i abs(a_ri - a_si) (Krugman 1991).

    Parameters
    ----------
    output : DataArray[region, industry]
        Output, any one unit, non-negative.

    Returns
    -------
    DataArray[region, region_to] from 0 (the same structure) to 2 (nothing in common): Krugman's own
    convention, without the factor 1/2 that some authors add. NaN for a region with no or unknown output.
    """
    rows = structure_of(output.transpose("region", "industry"))
    values = rows.to_numpy()
    apart = np.abs(values[:, None, :] - values[None, :, :]).sum(axis=2)
    regions = output["region"].values
    return xr.DataArray(apart, {"region": regions, "region_to": regions}, ("region", "region_to"))


def finger_kreinin(output: xr.DataArray) -> xr.DataArray:
    """Similarity of every two regions, FK = sum_i min(a_ri, a_si) (Finger & Kreinin 1979).

    Parameters and NaN as `krugman`.

    Returns
    -------
    DataArray[region, region_to] from 0 to 1; FK = 1 - K/2 with K as `krugman` gives it.
    """
    rows = structure_of(output.transpose("region", "industry"))
    values = rows.to_numpy()
    alike = np.minimum(values[:, None, :], values[None, :, :]).sum(axis=2)
    regions = output["region"].values
    return xr.DataArray(alike, {"region": regions, "region_to": regions}, ("region", "region_to"))


def krugman_of_nation(output: xr.DataArray) -> xr.DataArray:
    """Krugman's index of every region against all the others together, sum_i abs(a_ri - a_(-r)i).

    Parameters
    ----------
    output : DataArray[region, industry, ...]
        Output, any one unit. Regions must be all of the nation.

    Returns
    -------
    DataArray[region, ...] from 0 to 2: how far the region's structure is from the rest of the nation's.
    """
    rest = output.sum("region", skipna=False) - output
    return absolute(structure_of(output) - structure_of(rest)).sum("industry", skipna=False)


INDICES = {"similarity": cosine, "finger_kreinin": finger_kreinin, "krugman": krugman}

_METHOD = Text(
    "Over the industries that can move. Similarity: cosine of the two regions' outputs (UNIDO 1979);"
    " Finger-Kreinin: sum of min(a_ri, a_si), a the industry's share in the region; both 1 for the same"
    " structure. Krugman: sum of |a_ri - a_si|, 0 for the same structure and 2 at most, so that"
    " Finger-Kreinin = 1 - Krugman / 2.",
    "按可转移产业计算。结构相似系数为两地区产出向量的余弦（联合国工业发展组织，1979）；芬格—克雷宁指数为"
    "Σmin(a_ri, a_si)，a为产业占本地区的比重；两者等于1表示结构完全相同。克鲁格曼指数为Σ|a_ri − a_si|，0表"
    "示结构相同，最大为2，故芬格—克雷宁指数 = 1 − 克鲁格曼指数 / 2。",
)


def _pairs(study: Study) -> tuple[xr.DataArray, pd.DataFrame]:
    """Output of the industries that can move, and the indices of every pair of regions in every year."""
    years = output_years(study)
    output = output_at(study, *years).sel(industry=list(study.transferable)).drop_attrs()
    upper = np.triu_indices(len(study.regions), 1)
    frames = []
    for year in years:
        now = output.sel(year=year, drop=True)
        pairs = {
            "region": np.asarray(study.regions)[upper[0]],
            "region_to": np.asarray(study.regions)[upper[1]],
            "year": year,
        }
        found = {name: index(now).to_numpy()[upper] for name, index in INDICES.items()}
        frames.append(pd.DataFrame({**pairs, **found}))
    return output, pd.concat(frames, ignore_index=True)


def similarity(study: Study) -> Result:
    """Structural similarity of every pair of regions in the industries that can move, by year.

    Returns
    -------
    Result ``similarity``: region, region_to, year, similarity (cosine), finger_kreinin, krugman; each pair
    once, in the study's order of regions.
    """
    output, frame = _pairs(study)
    years = span(*output_years(study))
    return Result(
        "similarity",
        Text("Structural similarity of regions", "地区产业结构相似度"),
        frame,
        (
            label(study, "region", "region"),
            label(study, "region_to", "region"),
            label(study, "year", "year"),
            *(figure(study, name, "number", years) for name in INDICES),
        ),
        _METHOD,
        gaps(output),
    )


def similarity_trend(study: Study) -> Result:
    """Mean similarity by year: of the hosts among themselves, of hosts and origins, of all pairs.

    Hosts that grow alike compete for the same industries (homogenised competition); a rise of the mean among
    them says so.

    Returns
    -------
    Result ``similarity_trend``: pairs (hosts, hosts_origins, all_pairs), year, similarity, finger_kreinin,
    krugman (means over the pairs known), known_pairs.
    """
    output, frame = _pairs(study)
    hosts, origins = set(study.hosts), set(study.origins)
    one, other = frame["region"], frame["region_to"]
    sets = {
        "hosts": one.isin(hosts) & other.isin(hosts),
        "hosts_origins": (one.isin(hosts) & other.isin(origins)) | (one.isin(origins) & other.isin(hosts)),
        "all_pairs": pd.Series(True, frame.index),
    }
    frames = []
    for name, chosen in sets.items():
        if not chosen.any():
            continue
        by_year = frame[chosen].groupby("year")
        mean = by_year[list(INDICES)].mean()
        mean["known_pairs"] = by_year["similarity"].count().astype(float)
        frames.append(mean.reset_index().assign(pairs=name))
    years = span(*output_years(study))
    names = [*INDICES, "known_pairs"]
    return Result(
        "similarity_trend",
        Text(
            "Similarity of hosts, and of hosts and origins, over time",
            "承接地之间及其与转出地的结构相似度变化",
        ),
        pd.concat(frames, ignore_index=True)[["pairs", "year", *names]],
        (
            label(study, "pairs", "code"),
            label(study, "year", "year"),
            *(figure(study, name, "number", years) for name in names),
        ),
        Text("Mean over the pairs of regions. ", "对地区对取均值。") + _METHOD,
        gaps(output),
    )


def specialisation(study: Study) -> Result:
    """Krugman's index of every region against the rest of the nation, all industries, by year.

    Returns
    -------
    Result ``specialisation``: region, year, krugman.
    """
    years = output_years(study)
    output = output_at(study, *years).drop_attrs()
    frame = krugman_of_nation(output).transpose("region", "year").rename("krugman").to_series().reset_index()
    return Result(
        "specialisation",
        Text("Specialisation of regions", "地区专业化程度"),
        frame,
        (
            label(study, "region", "region"),
            label(study, "year", "year"),
            figure(study, "krugman", "number", span(*years)),
        ),
        Text(
            "Krugman's index against all other regions together: sum over industries of |a_ri - a_(rest)i|,"
            " from 0 (the structure of the rest) to 2.",
            "与其余地区合计相比的克鲁格曼专业化指数：Σ|a_ri − a_(其余)i|，0表示与其余地区结构相同，最大为2。",
        ),
        gaps(output),
    )
