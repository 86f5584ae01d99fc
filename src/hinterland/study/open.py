"""Open a study by folder or by the name of a built-in one."""

from __future__ import annotations

import hashlib
import tomllib
from importlib import resources
from pathlib import Path

import pandas as pd
import xarray as xr

from hinterland.study.model import Study
from hinterland.study.result import Provenance
from hinterland.study.text import Text

SETS = ["regions", "industries", "phases", "phase_focus", "resources", "labels", "sources", "indicator_list", "policies", "projects", "concordances", "claims"]
VALUES = {
    "gross_output": (["region", "industry", "year"], "gross_output", "money"),
    "value_added": (["region", "industry", "year"], "value_added", "money"),
    "value_added_components": (["region", "industry", "item", "year"], "value", "money"),
    "co2": (["region", "emitter", "year"], "co2", "carbon"),
    "gdp_accounts": (["region", "item", "year"], "value", "money"),
    "indicators": (["region", "indicator", "year"], "value", ""),
    "employment": (["region", "industry", "year"], "employment", "labour"),
    "energy_use": (["region", "industry", "year"], "energy_use", "energy"),
    "national_energy": (["industry", "year"], "national_energy", "energy"),
    "resource_limits": (["region", "resource", "phase"], "limit", ""),
    "resource_use": (["region", "industry", "resource"], "use", ""),
    "distance": (["region", "region_to"], "distance", "distance"),
    "landed_cost": (["industry", "origin", "host"], "landed_cost", "money"),
}


def open_study(where: str | Path) -> Study:
    """Open a study (interim reader of clean CSV tables)."""
    folder = Path(where)
    if not folder.exists():
        folder = Path(str(resources.files("hinterland"))) / "studies" / str(where)
    config = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))
    frames = {}
    for name in SETS:
        path = folder / f"{name}.csv"
        if path.exists():
            frames[name] = pd.read_csv(path, keep_default_na=False)
    regions, industries = list(frames["regions"]["region"]), list(frames["industries"]["industry"])
    arrays: dict[str, xr.DataArray] = {}
    provenance: dict[str, Provenance] = {}

    def order(dim: str, found: pd.Series) -> list[object]:
        if dim.startswith("region") or dim in ("origin", "host"):
            return [r for r in regions if r in set(found)] if dim in ("origin", "host") else list(regions)
        if dim in ("industry", "row"):
            return list(industries)
        if dim == "emitter":
            return [*industries, *sorted(set(found) - set(industries))]
        if dim == "year":
            return sorted(set(found))
        return list(dict.fromkeys(found))

    def tabulate(frame: pd.DataFrame, dims: list[str], column: str) -> xr.DataArray:
        series = frame.set_index(dims)[column].astype(float)
        coords = {d: order(d, frame[d]) for d in dims}
        return xr.DataArray.from_series(series).reindex(coords)

    for name, (dims, column, quantity) in VALUES.items():
        path = folder / f"{name}.csv"
        if not path.exists():
            continue
        info = config.get("tables", {}).get(name, {})
        frame = pd.read_csv(path)
        arrays[name] = tabulate(frame, dims, column)
        years = (
            f"{frame['year'].min()}-{frame['year'].max()}" if "year" in frame else str(info.get("year", ""))
        )
        provenance[name] = Provenance(
            info.get("status", "observed"),
            config["units"].get(quantity, ""),
            years,
            tuple(info.get("sources", ())),
        )
    table = pd.read_csv(folder / "national_io.csv")
    info = config.get("tables", {}).get("national_io", {})
    known = Provenance(
        "observed",
        config["units"]["money"],
        str(config["study"]["base_year"]),
        tuple(info.get("sources", ())),
    )
    inner = table["column"].isin(industries)
    for origin, kind in (("domestic", "domestic"), ("imported", "imported")):
        mine = table[table["origin"] == origin]
        arrays[f"io_{kind}"] = tabulate(
            mine[inner].rename(columns={"column": "industry"}), ["row", "industry"], "value"
        )
        arrays[f"final_{kind}"] = tabulate(
            mine[~inner].rename(columns={"column": "category"}), ["row", "category"], "value"
        )
    added = table[table["origin"] == "value_added"].rename(columns={"row": "item", "column": "industry"})
    arrays["io_value_added"] = tabulate(added, ["item", "industry"], "value")
    for name in ("io_domestic", "io_imported", "final_domestic", "final_imported", "io_value_added"):
        provenance[name] = known
    return Study(
        config["study"]["name"],
        Text(config["study"]["title_en"], config["study"]["title_zh"]),
        config,
        frames,
        arrays,
        provenance,
        {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir()) if p.is_file()},
    )
