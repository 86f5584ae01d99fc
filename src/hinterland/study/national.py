"""The national table: its arrays, its balance, and whether regional output agrees with it in scale."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.study.assemble import NATIONAL, Draft
from hinterland.study.schema import listing, nearest
from hinterland.study.units import power_of_ten, scale_words
from hinterland.study.values import more_rows

PARTS = ("io_domestic", "io_imported", "final_domestic", "final_imported", "io_value_added")
_BALANCE = 1e-6  # of the largest output: above rounding of published tables kept at three decimals


def read_national(draft: Draft) -> None:
    """Split the long national table into its five arrays, refusing what is incomplete or negative."""
    frame = draft.frames.pop(NATIONAL, None)
    known = draft.provenance.pop(NATIONAL, None)
    if frame is None or known is None:
        return
    rows = draft.rows.pop(NATIONAL)
    # A blank cell says nothing: in a matrix the corner of value added and final demand is blank.
    known_cells = frame["value"].notna().to_numpy()
    rows = [r for r, keep in zip(rows, known_cells, strict=True) if keep]
    frame = frame[known_cells].reset_index(drop=True)
    industries = list(draft.names["industry"].codes)
    inner_row, inner_column = frame["row"].isin(industries), frame["column"].isin(industries)
    added = frame["origin"] == "value_added"
    for mask, column in ((~added & ~inner_row, "row"), (added & ~inner_column, "column")):
        for value in dict.fromkeys(frame.loc[mask, column]):
            places = [rows[i] for i in np.flatnonzero((mask & (frame[column] == value)).to_numpy())]
            names = draft.names["industry"]
            draft.note("unknown_industry", NATIONAL, places[0], column, value=value,
                       hint=nearest(str(value), names.spellings()), known=listing(industries, 12),
                       more=more_rows(len(places) - 1))  # fmt: skip
            draft.broken.add(NATIONAL)
    wrong_items = frame.loc[added & inner_row, "row"]
    if len(wrong_items):
        draft.note(
            "item_is_industry", NATIONAL, rows[int(wrong_items.index[0])], "row", value=wrong_items.iloc[0]
        )
        draft.broken.add(NATIONAL)
    flows = ~added & inner_row & inner_column
    negative = frame[flows & (frame["value"] < 0)]
    if len(negative):
        first = negative.iloc[0]
        draft.note("negative", NATIONAL, rows[int(negative.index[0])], "value", name="value",
                   value=f"{first['value']:g}", bound="0", more=more_rows(len(negative) - 1))  # fmt: skip
        draft.broken.add(NATIONAL)
    if NATIONAL in draft.broken:
        return
    finals = frame[~added & ~inner_column]
    categories = list(dict.fromkeys(finals["column"]))
    items = list(dict.fromkeys(frame.loc[added, "row"]))
    if not categories:
        draft.note(
            "national_lacks", NATIONAL, what="final demand (exports and others)", zh="最终需求（出口等）"
        )
        draft.broken.add(NATIONAL)
    elif "exports" not in categories:
        draft.note("no_exports", NATIONAL, 0, "column", known=listing(categories),
                   hint=nearest("exports", categories))  # fmt: skip
    if not items:
        draft.note("national_lacks", NATIONAL, what="rows of value added", zh="增加值各行")
        draft.broken.add(NATIONAL)

    def part(mask: pd.Series, dims: dict[str, str], coords: dict[str, list[str]], what: str) -> xr.DataArray:
        mine = frame[mask].rename(columns=dims)
        names = list(coords)
        shape = tuple(len(c) for c in coords.values())
        values = np.full(shape, np.nan)
        places = tuple(pd.Index(coords[n]).get_indexer(pd.Index(mine[n])) for n in names)
        values[places] = mine["value"]
        gaps = np.argwhere(np.isnan(values))
        if len(gaps):
            pairs = [f"{coords[names[0]][a]} → {coords[names[1]][b]}" for a, b in gaps]
            draft.note("national_gaps", NATIONAL, what=what, count=len(gaps), pairs=listing(pairs, 4))
            draft.broken.add(NATIONAL)
        return xr.DataArray(values, coords=coords, dims=names)

    for origin in ("domestic", "imported"):
        mine = (frame["origin"] == origin) & inner_row
        draft.arrays[f"io_{origin}"] = part(
            mine & inner_column, {"column": "industry"}, {"row": industries, "industry": industries}, origin
        )
        draft.arrays[f"final_{origin}"] = part(
            mine & ~inner_column, {"column": "category"}, {"row": industries, "category": categories}, origin
        )
    draft.arrays["io_value_added"] = part(
        added & inner_column, {"row": "item", "column": "industry"}, {"item": items, "industry": industries},
        "value_added",
    )  # fmt: skip
    for name in PARTS:
        draft.provenance[name] = known
    if NATIONAL not in draft.broken:
        _balance(draft)


def national_output(draft: Draft) -> pd.Series[float]:
    """Return the output of each industry: domestic sales to industries and to final demand."""
    sold = draft.arrays["io_domestic"].sum("industry") + draft.arrays["final_domestic"].sum("category")
    series: pd.Series[float] = sold.to_series()
    return series


def _balance(draft: Draft) -> None:
    sold = national_output(draft).to_numpy()
    inputs = (
        draft.arrays["io_domestic"].sum("row")
        + draft.arrays["io_imported"].sum("row")
        + draft.arrays["io_value_added"].sum("item")
    ).to_numpy()
    gap = sold - inputs
    largest = float(np.abs(sold).max())
    off = np.flatnonzero(np.abs(gap) > _BALANCE * largest)
    if len(off):
        names = draft.arrays["io_domestic"].coords["industry"].to_numpy()
        worst = sorted(off, key=lambda i: -abs(gap[i]))
        told = [f"{names[i]} ({sold[i]:,.6g} / {inputs[i]:,.6g}, {gap[i]:+,.6g})" for i in worst]
        draft.note("unbalanced", NATIONAL, industries=listing(told, 5), count=len(off))
        draft.broken.add(NATIONAL)


def check_output(draft: Draft) -> None:
    """Note what regional output lacks, and where it cannot belong with the national table."""
    gross = draft.arrays.get("gross_output")
    if gross is None or "gross_output" in draft.broken:
        return
    base = draft.section("study").get("base_year")
    years = gross.coords["year"].to_numpy().tolist()
    if not isinstance(base, int) or base not in years:
        if isinstance(base, int):
            draft.note("base_year", "gross_output", 0, "year", year=base, known=listing(years))
        return
    for year in years:
        gaps = np.argwhere(np.isnan(gross.sel(year=year).to_numpy()))
        if len(gaps):
            regions, industries = gross.coords["region"].to_numpy(), gross.coords["industry"].to_numpy()
            pairs = [f"{regions[a]} {industries[b]}" for a, b in gaps]
            code = "output_gaps" if year == base else "output_gaps_other"
            draft.note(code, "gross_output", 0, "", year=year, count=len(gaps), pairs=listing(pairs, 6))
    if "io_domestic" not in draft.arrays or NATIONAL in draft.broken:
        return
    _compare(draft, gross.sel(year=base).sum("region").to_series(), national_output(draft))


def _compare(draft: Draft, regional: pd.Series[float], national: pd.Series[float]) -> None:
    national = national.reindex(regional.index)
    ratio = float(regional.sum() / national.sum()) if national.sum() else float("inf")
    power = power_of_ten(ratio)
    unit = draft.unit("money")
    values = {"regional": f"{regional.sum():,.6g}", "national": f"{national.sum():,.6g}", "unit": unit}
    if power is not None:
        likely = scale_words(unit, 1 / power)
        draft.note("output_scale", "gross_output", 0, "gross_output", factor=f"{power:g}",
                   likely=likely or f"{1 / power:g} {unit}", **values)  # fmt: skip
        return
    if abs(ratio - 1) > draft.parameter("check.national_gap"):
        draft.note("output_gap", "gross_output", 0, "gross_output", gap=f"{100 * (ratio - 1):+.1f}", **values)
    tiny = 1e-9 * float(national.abs().max())
    nowhere = [i for i in regional.index if national[i] > tiny and not regional[i] > 0]
    if nowhere:
        draft.note("nowhere_made", "gross_output", 0, "gross_output", industries=listing(nowhere))
    phantom = [i for i in regional.index if regional[i] > 0 and not national[i] > tiny]
    if phantom:
        draft.note("not_national", NATIONAL, 0, "", industries=listing(phantom))
    limit = draft.parameter("check.industry_gap")
    wide = [
        f"{i} ({regional[i] / national[i]:.2f})"
        for i in regional.index
        if i not in nowhere and i not in phantom and national[i] > tiny
        and abs(np.log(regional[i] / national[i])) > np.log1p(limit)
    ]  # fmt: skip
    if wide:
        draft.note("industry_gap", "gross_output", 0, "gross_output", industries=listing(wide),
                   limit=f"{limit:g}")  # fmt: skip
