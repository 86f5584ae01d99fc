"""How deep inland? Great-circle distance to the nearest gateway (seaport, border crossing)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hinterland.accounts.space import EARTH_RADIUS_KM
from hinterland.potential.described import figure, label
from hinterland.potential.index import Floats
from hinterland.study import Provenance, Result, Study, StudyError, Text


def great_circle_to(lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats) -> Floats:
    """Great-circle distance from every point to every other point of a second list, by the haversine formula.

    Parameters
    ----------
    lon, lat : array [n]
    to_lon, to_lat : array [m]
        Degrees.

    Returns
    -------
    array [n, m], km
    """
    x, y, u, v = (np.radians(np.asarray(a, dtype=float)) for a in (lon, lat, to_lon, to_lat))
    half = (
        np.sin((y[:, None] - v) / 2) ** 2 + np.cos(y)[:, None] * np.cos(v) * np.sin((x[:, None] - u) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))), dtype=float)


def _gateways(study: Study) -> pd.DataFrame:
    table = study.frames.get("gateways")
    places = study.frames["regions"]
    if table is None or table.empty or "lon" not in places or places[["lon", "lat"]].isna().any(axis=None):
        raise StudyError(
            Text(
                f"The location depth needs a table gateways and the places of the regions, which the study"
                f" '{study.name}' does not have.",
                f"区位纵深需要gateways表和各地区的经纬度，研究“{study.name}”没有。",
            ),
            Text(
                "Add a table gateways (gateway, kind, lon, lat), and lon and lat to the table regions.",
                "请补充gateways表（gateway、kind、lon、lat），并在regions表中填写lon和lat。",
            ),
        )
    return table


def location_depth(study: Study, kind: str) -> tuple[Floats, Provenance]:
    """Distance of every region's point to the nearest gateway of a kind, km.

    Raises
    ------
    StudyError
        No gateways of the kind, or regions without a place.
    """
    table = _gateways(study)
    mine = table[table["kind"] == kind]
    if mine.empty:
        known = ", ".join(dict.fromkeys(table["kind"]))
        raise StudyError(
            Text(f"The table gateways has none of the kind '{kind}'.", f"gateways表中没有“{kind}”类。"),
            Text(f"It has: {known}.", f"现有：{known}。"),
        )
    regions = study.frames["regions"]
    km = great_circle_to(
        regions["lon"].to_numpy(dtype=float),
        regions["lat"].to_numpy(dtype=float),
        mine["lon"].to_numpy(dtype=float),
        mine["lat"].to_numpy(dtype=float),
    )
    return km.min(axis=1), _known(study)


def _known(study: Study) -> Provenance:
    tables = study.config.get("tables", {})
    names = [s for t in ("gateways", "regions") for s in tables.get(t, {}).get("sources", ())]
    return Provenance("estimated", "km", str(study.base_year), tuple(dict.fromkeys(names)))


def depth_table(study: Study) -> Result:
    """Location depth of every region by kind of gateway, and the nearest gateway.

    Returns
    -------
    Result ``location_depth``: region, gateway_kind, depth (km), gateway_en, gateway_zh.
    """
    table = _gateways(study)
    regions = study.frames["regions"]
    known = _known(study)
    rows = []
    for kind in dict.fromkeys(table["kind"]):
        mine = table[table["kind"] == kind].reset_index(drop=True)
        km = great_circle_to(
            regions["lon"].to_numpy(dtype=float),
            regions["lat"].to_numpy(dtype=float),
            mine["lon"].to_numpy(dtype=float),
            mine["lat"].to_numpy(dtype=float),
        )
        for region, nearest, distance in zip(study.regions, km.argmin(axis=1), km.min(axis=1), strict=True):
            names = mine.loc[int(nearest), ["name_en", "name_zh"]]
            rows.append((region, kind, float(distance), names["name_en"], names["name_zh"]))
    return Result(
        "location_depth",
        Text("Location depth", "区位纵深"),
        pd.DataFrame(rows, columns=["region", "gateway_kind", "depth", "gateway_en", "gateway_zh"]),
        (
            label(study, "region", "region"),
            label(study, "gateway_kind", "code"),
            figure(study, "depth", known, "km"),
            label(study, "gateway_en", "text"),
            label(study, "gateway_zh", "text"),
        ),
        Text(
            "Great-circle distance from the region's point (its capital) to the nearest gateway of the kind.",
            "地区代表点（省会）至该类最近门户的大圆距离。",
        ),
    )
