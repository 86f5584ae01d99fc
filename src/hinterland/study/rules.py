"""Rules that no single cell shows: roles, phases, shares, coordinates, tables that need one another."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from hinterland.study.assemble import Draft
from hinterland.study.schema import listing, plain
from hinterland.study.text import Text
from hinterland.study.values import more_rows


def check_rules(draft: Draft) -> None:
    """Note everything that the tables together say wrong."""
    _roles(draft)
    _codes(draft)
    _places(draft)
    _phases(draft)
    _focus(draft)
    _indicators(draft)
    _spans(draft)
    _value_added(draft)


def _roles(draft: Draft) -> None:
    regions = draft.frames.get("regions")
    if regions is not None and "regions" not in draft.broken and len(regions) == 1:
        draft.note("one_region", "regions", 0, "role")
    elif regions is not None and "regions" not in draft.broken:
        for role, zh in (("origin", "转出地"), ("host", "承接地")):
            if not (regions["role"] == role).any():
                draft.note("no_role", "regions", 0, "role", role=Text(role, f"{zh}（{role}）"), word=role)
    industries = draft.frames.get("industries")
    if (
        industries is not None
        and "industries" not in draft.broken
        and not (industries["transferable"] == "yes").any()
    ):
        draft.note("none_transferable", "industries", 0, "transferable")


def _codes(draft: Draft) -> None:
    """Two regions (or industries) that tables could not tell apart by name."""
    for table, key in (("regions", "region"), ("industries", "industry")):
        frame = draft.frames.get(table)
        if frame is None:
            continue
        for column in ("name_en", "name_zh"):
            spelt: dict[str, str] = {}
            for r, (code, name) in enumerate(zip(frame[key], frame[column], strict=True)):
                other = spelt.setdefault(plain(name), code)
                if other != code:
                    draft.note(
                        "same_name", table, draft.rows[table][r], column, name=name, one=other, two=code
                    )


def _places(draft: Draft) -> None:
    regions = draft.frames.get("regions")
    if regions is None or "regions" in draft.broken:
        return
    lacking = regions[regions["lon"].isna() | regions["lat"].isna()]
    if len(lacking) and "distance" not in draft.arrays and "distance" not in draft.broken:
        row = draft.rows["regions"][int(lacking.index[0])]
        # what a study cannot do without distances is to estimate flows; one of measured flows, or of one
        # region, has no need to
        known = "io_flows" in draft.arrays or len(regions) == 1
        draft.note("no_place_known" if known else "no_place", "regions", row, "lon",
                   regions=listing(lacking["region"]))  # fmt: skip
    tiles = regions.dropna(subset=["tile_col", "tile_row"])
    again = tiles[tiles.duplicated(["tile_col", "tile_row"], keep=False)]
    if len(again):
        draft.note("same_tile", "regions", draft.rows["regions"][int(again.index[-1])], "tile_col",
                   regions=listing(again["region"]))  # fmt: skip
    if 0 < len(tiles) < len(regions):
        missing = regions.loc[~regions.index.isin(tiles.index), "region"]
        draft.note("no_tile", "regions", 0, "tile_col", regions=listing(missing))
    distance = draft.arrays.get("distance")
    if distance is not None:
        values = distance.to_numpy().copy()
        np.fill_diagonal(values, 0.0)
        gaps = np.argwhere(np.isnan(values))
        if len(gaps):
            names = distance.coords["region"].to_numpy()
            pairs = [f"{names[a]}–{names[b]}" for a, b in gaps]
            draft.note("distance_gaps", "distance", 0, "", pairs=listing(pairs), count=len(pairs))


def _phases(draft: Draft) -> None:
    phases = draft.frames.get("phases")
    if phases is None or "phases" in draft.broken:
        return
    rows = draft.rows["phases"]
    history = draft.section("study").get("history_preset")
    gross = draft.arrays.get("gross_output")
    for preset, mine in phases.groupby("preset", sort=False):
        mine = mine.sort_values("start_year")
        past = preset == history
        for i, phase in mine.iterrows():
            start, end = int(phase["start_year"]), int(phase["end_year"])
            if start > end or (past and start == end):
                draft.note("phase_backwards", "phases", rows[int(str(i))], "end_year", phase=phase["phase"],
                           start=start, end=end)  # fmt: skip
            if past and gross is not None:
                known = set(gross.coords["year"].to_numpy().tolist())
                for year in (start, end):
                    if year not in known:
                        draft.note("history_year", "phases", rows[int(str(i))], "start_year", year=year,
                                   phase=phase["phase"], known=listing(sorted(known)))  # fmt: skip
        for (_, one), (i, two) in itertools.pairwise(mine.iterrows()):
            end, start = int(one["end_year"]), int(two["start_year"])
            values = {"one": one["phase"], "two": two["phase"], "end": end, "start": start, "preset": preset}
            # A phase of the past spans two years of data, so neighbours share their boundary year.
            if start < end or (start == end and not past):
                draft.note("phases_overlap", "phases", rows[int(str(i))], "start_year", **values)
            elif start > end + 1 or (past and start > end):
                draft.note("phases_gap", "phases", rows[int(str(i))], "start_year", **values)


def _focus(draft: Draft) -> None:
    focus, phases = draft.frames.get("phase_focus"), draft.frames.get("phases")
    if focus is None or phases is None or {"phase_focus", "phases"} & draft.broken:
        return
    order = {(p.preset, p.phase): p.start_year for p in phases.itertuples()}
    pairs = list(zip(focus["preset"], focus["phase"], strict=True))
    for r, pair in enumerate(pairs):
        if pair not in order:
            draft.note("no_such_phase", "phase_focus", draft.rows["phase_focus"][r], "phase", preset=pair[0],
                       phase=pair[1])  # fmt: skip
    known = focus.assign(start=[order.get(p) for p in pairs]).dropna(subset=["start"])
    for (preset, factor), mine in known.groupby(["preset", "factor_class"], sort=False):
        mine = mine.sort_values("start")
        falls = mine[mine["cumulative_share"].diff() < 0]
        for i, row in falls.iterrows():
            place = draft.rows["phase_focus"][int(str(i))]
            draft.note("share_falls", "phase_focus", place, "cumulative_share",
                       preset=preset, factor=factor, phase=row["phase"])  # fmt: skip


def _indicators(draft: Draft) -> None:
    known = draft.frames.get("indicator_list")
    if "indicators" in draft.arrays and known is None and "indicator_list" not in draft.broken:
        draft.note("needs_table", "indicators", needed="indicator_list")
    for table, needed in (("resource_limits", "resources"), ("resource_use", "resources")):
        if table in draft.arrays and needed not in draft.frames and needed not in draft.broken:
            draft.note("needs_table", table, needed=needed)
    if known is None or "indicator_list" in draft.broken:
        return
    for r, row in enumerate(known.itertuples()):
        place = draft.rows["indicator_list"][r]
        if bool(row.pillar) != bool(row.direction):
            draft.note("pillar_direction", "indicator_list", place, "direction", indicator=row.indicator)
        elif row.pillar and "indicators" in draft.arrays:
            values = draft.arrays["indicators"]
            if row.indicator not in values.coords["indicator"].to_numpy():
                draft.note("indicator_empty", "indicator_list", place, "indicator", indicator=row.indicator)


def _spans(draft: Draft) -> None:
    policies = draft.frames.get("policies")
    if policies is None:
        return
    wrong = policies[policies["start_year"].astype(float) > policies["end_year"].astype(float)]
    for i, row in wrong.iterrows():
        draft.note("phase_backwards", "policies", draft.rows["policies"][int(str(i))], "end_year",
                   phase=row["policy"], start=int(row["start_year"]), end=int(row["end_year"]))  # fmt: skip


def _value_added(draft: Draft) -> None:
    """Value added above output: usually two units mixed up."""
    added, gross = draft.arrays.get("value_added"), draft.arrays.get("gross_output")
    if added is None or gross is None:
        return
    years = [y for y in added.coords["year"].to_numpy() if y in gross.coords["year"].to_numpy()]
    if not years:
        return
    excess = added.sel(year=years) > gross.sel(year=years) * (1 + 1e-9)
    if bool(excess.any()):
        frame: pd.DataFrame = excess.to_series().loc[lambda s: s].reset_index()
        first = frame.iloc[0]
        where = f"{first['region']}, {first['industry']}, {first['year']}"
        draft.note("value_added_above", "value_added", 0, "", where=where, more=more_rows(len(frame) - 1))
