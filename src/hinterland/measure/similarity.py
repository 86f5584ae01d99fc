"""How alike are the industries of two regions? Structural similarity and homogenised competition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.measure.columns import figure, gaps, label, output_at, output_years
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


def similarity(study: Study) -> Result:
    """Structural similarity of every pair of regions in the industries that can move, first and latest year.

    Returns
    -------
    Result ``similarity``: region, region_to, year, similarity; each pair once, in the study's order of
    regions.
    """
    known = output_years(study)
    years = list(dict.fromkeys([known[0], known[-1]]))
    output = output_at(study, *years).sel(industry=list(study.transferable))
    upper = np.triu_indices(len(study.regions), 1)
    frames = []
    for year in years:
        values = cosine(output.sel(year=year, drop=True)).to_numpy()
        frames.append(
            pd.DataFrame(
                {
                    "region": np.asarray(study.regions)[upper[0]],
                    "region_to": np.asarray(study.regions)[upper[1]],
                    "year": year,
                    "similarity": values[upper],
                }
            )
        )
    return Result(
        "similarity",
        Text("Structural similarity of regions", "地区产业结构相似度"),
        pd.concat(frames, ignore_index=True),
        (
            label(study, "region", "region"),
            label(study, "region_to", "region"),
            label(study, "year", "year"),
            figure(study, "similarity", "number", ", ".join(map(str, years))),
        ),
        Text(
            "Cosine of the two regions' outputs over the industries that can move; 1 is the same structure.",
            "两地区可转移产业产出向量的余弦相似系数，1表示结构完全相同。",
        ),
        gaps(output),
    )
