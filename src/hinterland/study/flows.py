"""The measured interregional flows, read straight from Parquet: millions of cells, no more than a second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.study.result import Provenance
from hinterland.study.schema import listing, nearest
from hinterland.study.text import Text
from hinterland.study.values import as_code

if TYPE_CHECKING:
    from hinterland.study.assemble import Draft
    from hinterland.study.sheets import Grid

FLOWS = "io_flows"
KEYS = ("region", "industry", "region_to", "use")


def is_frame(grid: Grid) -> bool:
    """Tell whether a grid holds the flows as a frame rather than as rows of cells."""
    return grid.frame is not None


def read_flows(draft: Draft, grid: Grid) -> None:
    """Put the flows of a Parquet file into ``draft.arrays``; what is wrong is noted.

    Every cell must be listed: region x industry x region_to x use, uses being the industries and the
    categories of final demand that occur.
    """
    frame = grid.frame
    assert frame is not None

    def note(code: str, row: int = 0, column: str = "", **values: Any) -> None:
        draft.notebook.note(code, file=grid.file, row=row, column=column, table=FLOWS, **values)
        draft.broken.add(FLOWS)

    lacking = [c for c in (*KEYS, FLOWS) if c not in frame]
    if lacking:
        note("missing_column", name=lacking[0], seen=listing([str(c) for c in frame.columns]))
        return
    codes: dict[str, list[str]] = {
        "region": list(draft.names["region"].codes),
        "industry": list(draft.names["industry"].codes),
    }
    codes["region_to"] = codes["region"]
    positions = np.zeros(len(frame), np.int64)
    for key in KEYS:
        coded = frame[key].astype("category")
        spelt = [as_code(c) for c in coded.cat.categories]
        names = draft.names["region" if key.startswith("region") else "industry"]
        found = [names(s) for s in spelt]
        if key == "use":
            found = [f if f is not None else s for f, s in zip(found, spelt, strict=True)]
            codes["use"] = [
                *codes["industry"],
                *(f for f in dict.fromkeys(map(str, found)) if f not in set(codes["industry"])),
            ]
        place = {c: i for i, c in enumerate(codes[key])}
        into = np.array([-1 if f is None else place[f] for f in found] or [-1])
        code = coded.cat.codes.to_numpy()
        at = np.where(code < 0, -1, into[code])
        bad = np.flatnonzero(at < 0)
        if bad.size:
            value = frame[key].iloc[int(bad[0])]
            kind = "region" if key.startswith("region") else "industry"
            note(
                f"unknown_{kind}",
                int(bad[0]) + 2,
                key,
                value=value,
                hint=nearest(str(value), names.spellings()),
                known=listing(codes[key], 12),
                more=Text("", ""),
            )
            return
        positions = positions * len(codes[key]) + at
    values = pd.to_numeric(frame[FLOWS], errors="coerce").to_numpy(dtype=np.float64)
    wrong = np.flatnonzero(~np.isfinite(values))
    if wrong.size:
        note(
            "not_a_number",
            int(wrong[0]) + 2,
            FLOWS,
            value=frame[FLOWS].iloc[int(wrong[0])],
            name=FLOWS,
            more=Text("", ""),
        )
        return
    shape = tuple(len(codes[k]) for k in KEYS)
    count = np.bincount(positions, minlength=int(np.prod(shape)))
    if (count > 1).any():
        again = int(np.flatnonzero(pd.Series(positions).duplicated().to_numpy())[0])
        key_of = ", ".join(str(frame[k].iloc[again]) for k in KEYS)
        before = int(np.flatnonzero(positions == positions[again])[0]) + 2
        note("duplicate_key", again + 2, "", key=key_of, before=before)
        return
    array = np.full(int(np.prod(shape)), np.nan)
    array[positions] = values
    draft.arrays[FLOWS] = xr.DataArray(array.reshape(shape), {k: codes[k] for k in KEYS}, KEYS)
    info = draft.section("tables", FLOWS)
    sources = info.get("sources", ())
    stated = str(info.get("status", "observed"))
    status = "estimated" if stated == "estimated" else "assumption" if stated == "assumption" else "observed"
    draft.provenance[FLOWS] = Provenance(
        "observed" if status == "observed" else "estimated" if status == "estimated" else "assumption",
        draft.unit("money"),
        str(info.get("year", draft.section("study").get("base_year", ""))),
        tuple(sources) if isinstance(sources, list) else (),
        Text(str(info.get("method_en", "")), str(info.get("method_zh", info.get("method_en", "")))),
    )


def check_flows(draft: Draft) -> None:
    """Note cells that the flows lack, and rows that do not add up to gross output of the base year."""
    flows, gross = draft.arrays.get(FLOWS), draft.arrays.get("gross_output")
    if flows is None or FLOWS in draft.broken:
        return
    gaps = int(np.isnan(flows.to_numpy()).sum())
    missing = [
        i for i in draft.names["industry"].codes if i not in set(flows.coords["use"].to_numpy().tolist())
    ]
    if gaps or missing:
        size = gaps + len(missing) * int(np.prod(flows.shape[:3]))
        draft.note("flows_gaps", FLOWS, 0, "", count=size)
        draft.broken.add(FLOWS)
        return
    base = draft.section("study").get("base_year")
    if gross is None or base not in gross.coords["year"].to_numpy().tolist():
        return
    made = flows.sum(["region_to", "use"]).to_numpy()
    stated = gross.sel(year=base).transpose("region", "industry").to_numpy()
    off = np.argwhere(np.abs(made - stated) > 1e-6 * np.nanmax(stated))
    if len(off):
        regions, industries = draft.names["region"].codes, draft.names["industry"].codes
        told = [f"{regions[a]}/{industries[b]} ({made[a, b]:,.6g} / {stated[a, b]:,.6g})" for a, b in off]
        draft.note("flows_off", FLOWS, 0, "", count=len(off), names=listing(told, 5))
        draft.broken.add(FLOWS)
