"""The policy screen: what published policies forbid, restrict or encourage, by region, industry and year."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.study.errors import StudyError
from hinterland.study.model import Phase
from hinterland.study.text import Text

EFFECTS = ("encourage", "restrict", "forbid")
# Stands for the last year of a policy without an end.
OPEN_END = 9999


def active(policies: pd.DataFrame) -> pd.DataFrame:
    """Return the policies with years as numbers and empty cells as empty text; an empty start or end is
    open."""
    out = policies.astype(object).where(policies.notna(), "")
    for column, default in (("start_year", 0), ("end_year", OPEN_END)):
        out[column] = pd.to_numeric(out[column], errors="coerce").fillna(default).astype(int)
    unknown = set(out["effect"]) - set(EFFECTS)
    if unknown:
        raise StudyError(
            Text(
                f"The table policies has the effect {', '.join(sorted(unknown))}.",
                f"policies表中有未知的effect：{', '.join(sorted(unknown))}。",
            ),
            Text(f"Use one of {', '.join(EFFECTS)}.", f"请使用{', '.join(EFFECTS)}之一。"),
        )
    return out


def applies(row: pd.Series | Mapping[Hashable, Any], industry: str, host: str) -> bool:
    """True when a policy speaks of this industry in this region; an empty cell or * means all."""
    return bool(row["region"] in ("", "*", host) and row["industry"] in ("", "*", industry))


def yearly_factor(
    policies: pd.DataFrame,
    industries: Sequence[str],
    hosts: Sequence[str],
    years: Sequence[int],
    *,
    restrict: float,
    encourage: float,
) -> xr.DataArray:
    """Return the factor on an industry's growth limit in a host, by year [industry, host, year].

    1 without a policy, `encourage` or `restrict` with one, their product with both, 0 where one forbids (what
    forbids outweighs what encourages).
    """
    out = np.ones((len(industries), len(hosts), len(years)))
    effect_factor = {"encourage": encourage, "restrict": restrict, "forbid": 0.0}
    strongest: dict[tuple[int, int, int], set[str]] = {}
    # plain rows: a plan is made many times over, and looking into a Series takes longer than all else here
    for row in active(policies).to_dict("records"):
        for i, industry in enumerate(industries):
            for h, host in enumerate(hosts):
                if not applies(row, industry, host):
                    continue
                for t, year in enumerate(years):
                    if row["start_year"] <= year <= row["end_year"]:
                        strongest.setdefault((i, h, t), set()).add(str(row["effect"]))
    # two policies of the same effect are not twice as strong
    for cell, effects in strongest.items():
        out[cell] = float(np.prod([effect_factor[e] for e in sorted(effects)]))
    return xr.DataArray(
        out,
        {"industry": list(industries), "host": list(hosts), "year": list(years)},
        ["industry", "host", "year"],
    )


def by_phase(factor: xr.DataArray, phases: Sequence[Phase]) -> tuple[xr.DataArray, xr.DataArray]:
    """Return effective years of growth by the end of each phase, and the moves forbidden throughout a phase.

    Effective years are the sum of the yearly factors, cumulative over phases [industry, host, phase].
    """
    codes = [p.code for p in phases]
    sums = [factor.sel(year=slice(p.start, p.end)).sum("year") for p in phases]
    stacked = xr.concat(sums, dim=pd.Index(codes, name="phase"))
    stacked = stacked.transpose("industry", "host", "phase")
    return stacked.cumsum("phase").assign_coords(phase=codes), stacked == 0
