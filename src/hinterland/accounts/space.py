"""Distances between regions."""

from __future__ import annotations

import numpy as np
import xarray as xr

from hinterland.accounts.lookup import number, sources
from hinterland.study import Provenance, Study, Text

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


def great_circle(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    r"""Great-circle distance between all pairs of points, by the haversine formula.

    .. math:: d = 2R \arcsin\sqrt{\sin^2\frac{\Delta\phi}{2} +
    \cos\phi_1\cos\phi_2\sin^2\frac{\Delta\lambda}{2}}

    Parameters
    ----------
    lon, lat : array [n]
        Degrees.

    Returns
    -------
    array [n, n]
        km.
    """
    x, y = np.radians(lon), np.radians(lat)
    half = (
        np.sin((y[:, None] - y) / 2) ** 2 + np.cos(y)[:, None] * np.cos(y) * np.sin((x[:, None] - x) / 2) ** 2
    )
    distance: np.ndarray = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return distance


def distance(study: Study) -> tuple[xr.DataArray, Provenance] | None:
    """Great-circle km between regions' points; within a region a share of the distance to its nearest.

    The share is ``accounts.own_distance``. Shape [region, region_to]; None when a region has no coordinates.
    """
    table = study.frames["regions"]
    if "lon" not in table or "lat" not in table:
        return None
    lon, lat = (np.asarray(table[k].replace("", np.nan), dtype=np.float64) for k in ("lon", "lat"))
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return None
    km = great_circle(lon, lat)
    share = number(study, "accounts.own_distance")
    if len(km) > 1:
        others = km + np.diag(np.full(len(km), np.inf))
        np.fill_diagonal(km, share * others.min(1))
    codes = list(study.regions)
    return xr.DataArray(km, {"region": codes, "region_to": codes}, ("region", "region_to")), Provenance(
        "estimated",
        "km",
        str(study.base_year),
        sources(study, "regions")
        or tuple(study.config.get("tables", {}).get("regions", {}).get("sources", ())),
        Text(
            f"Great-circle distance between the regions' points; within a region {share:g} of the "
            "distance to its nearest neighbour.",
            f"地区代表点之间的大圆距离；地区内部取到最近邻距离的{share:g}倍。",
        ),
    )
