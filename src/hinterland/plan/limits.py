"""How much of every limit a plan uses, recomputed from its moves and not taken from the solver."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.plan.data import Array

if TYPE_CHECKING:
    from hinterland.plan.model import Plan

# A limit counts as binding when this share of it or more is used.
BINDING = 1 - 1e-6
KEYS = ["region", "resource", "industry", "factor_class", "mode", "fund", "phase"]
COLUMNS = ["constraint", *KEYS, "limit", "used", "unit", "binding"]


def used_and_limit(plan: Plan) -> dict[str, tuple[Array, Array]]:
    """Return what is used and the limit of each family of constraints that has limits, labelled alike."""
    data = plan.data
    taken = plan.intake
    opened = _opened(plan)
    out: dict[str, tuple[Array, Array]] = {}
    if data.limit is not None and data.use is not None:
        need = (taken * data.use).sum("industry")
        if plan.upgrade is not None and data.upgrades is not None and data.upgrades.use is not None:
            done = plan.upgrade.cumsum("phase").assign_coords(phase=data.codes)
            need = need + (done * data.upgrades.use).sum("industry")
        room = data.limit
        if opened is not None and data.infrastructure is not None and data.infrastructure.opens is not None:
            room = room + (opened * data.infrastructure.opens).sum("infrastructure")
        out["resource"] = (need, room.transpose(*data.limit.dims))
    growth = data.host_growth
    if opened is not None and data.infrastructure is not None:
        growth = growth + (opened * data.infrastructure.growth).sum("infrastructure")
    out["host_growth"] = (taken.sum("industry"), growth.transpose(*data.host_growth.dims))
    out["industry_growth"] = (taken, data.industry_growth)
    if data.job_limit is not None:
        jobs = (plan.transfer.sum("host") * data.losses["employment"]).sum("industry")
        out["job_loss"] = (jobs, data.job_limit)
    by_class = (taken.sum("host") * data.classes).sum("industry")
    allowed = by_class.isel(phase=-1, drop=True) * data.focus
    out["sequence"] = (by_class.where(data.focus < 1), allowed.where(data.focus < 1))
    if plan.by_mode is not None and data.modes is not None:
        came = plan.by_mode.sum(["industry", "origin"]).cumsum("phase").assign_coords(phase=data.codes)
        most = (taken.sum("industry") * data.modes.most).where(data.modes.most < 1)
        out["mode_share"] = (came.where(data.modes.most < 1), most)
    if plan.upgrade is not None and data.upgrades is not None:
        done = plan.upgrade.cumsum("phase").assign_coords(phase=data.codes)
        out["upgrade_room"] = (done, data.upgrades.room.where(data.upgrades.room > 0))
    if plan.spending is not None and data.budgets is not None:
        spent = plan.spending.sum("use").cumsum("phase").assign_coords(phase=data.codes)
        out["budget"] = (spent, data.budgets.amount.cumsum("phase").assign_coords(phase=data.codes))
    out["releasable"] = (plan.transfer.sum(["host", "phase"]), data.releasable)
    return out


def _opened(plan: Plan) -> Array | None:
    """Return what infrastructure is at work by the end of each phase [infrastructure, host, phase]."""
    if plan.infrastructure is None or plan.data.infrastructure is None:
        return None
    built = plan.infrastructure.rename(phase="built")
    return (built * plan.data.infrastructure.at_work(plan.data.codes)).sum("built")


def limit_rows(plan: Plan) -> pd.DataFrame:
    """Return one row for each limit: what it is on, how much it allows and how much is used."""
    study, data = plan.study, plan.data
    resources = study.frames.get("resources")
    units = {} if resources is None else dict(zip(resources["resource"], resources["unit"], strict=True))
    frames = []
    for name, (used, limit) in used_and_limit(plan).items():
        used, limit = xr.broadcast(*xr.align(used, limit, join="exact" if _same(used, limit) else "right"))
        frame = xr.Dataset({"limit": limit, "used": used.transpose(*limit.dims)}).to_dataframe().reset_index()
        frame = frame.dropna(subset=["limit"]).rename(columns={"host": "region", "origin": "region"})
        frame["constraint"] = name
        frame["unit"] = data.units.get("employment" if name == "job_loss" else "output", "")
        if name == "resource":
            frame["unit"] = frame["resource"].map(units).fillna("")
        for column in COLUMNS:
            if column not in frame and column != "binding":
                frame[column] = ""
        frame["binding"] = np.where(frame["limit"] > 0, frame["used"] >= BINDING * frame["limit"], True)
        order = [_rank(frame[c], plan, c) for c in KEYS]
        frame = frame.iloc[np.lexsort(order[::-1])]
        frames.append(frame[COLUMNS])
    return pd.concat(frames, ignore_index=True)


def _same(one: Array, other: Array) -> bool:
    return all(list(one[d].values) == list(other[d].values) for d in set(one.dims) & set(other.dims))


def _rank(column: pd.Series, plan: Plan, name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Position of each code in the study's own order, so that tables read as the user's do."""
    study = plan.study
    known = {
        "region": list(study.regions),
        "industry": list(study.industries),
        "phase": plan.data.codes,
    }.get(name, sorted(set(column)))
    return np.array([known.index(v) if v in known else -1 for v in column], dtype=np.int64)
