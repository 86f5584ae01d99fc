"""Caps on resources: what the industries of a region can make with what they may use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from hinterland.simulate.baseline import Baseline
from hinterland.simulate.changes import Resource
from hinterland.study import StudyError, Text

Array = npt.NDArray[np.float64]


def use_per_output(base: Baseline, cap: Resource, made: Array | None = None) -> Array:
    """Use of a capped resource per unit of output by the industries of its region, [industry].

    Parameters
    ----------
    base : Baseline
    cap : Resource
    made : array [industry], optional
        What the region makes; default: what it made in the base year. Of an industry that makes something
        the use has to be known: what is missing is not taken for no use.

    Raises
    ------
    StudyError
        The study does not say who uses it, or how much an industry does.
    """
    use = base.study.get("resource_use")
    if use is None or cap.resource not in use["resource"].to_numpy():
        raise StudyError(
            Text(
                f"It is not known who uses {cap.resource} in {cap.region}.",
                f"{cap.region}的{cap.resource}由谁使用未知。",
            ),
            Text("Add it to the table resource_use.", "请在resource_use表中补充。"),
        )
    rates = use.sel(resource=cap.resource)
    if "region" in rates.dims:
        rates = rates.sel(region=cap.region)
    each = rates.reindex(industry=list(base.table.industries)).to_numpy().astype(float)
    there = base.accounts["output"].sel(region=cap.region).to_numpy() if made is None else made
    unknown = [base.table.industries[k] for k in np.flatnonzero(~np.isfinite(each) & (there > 0))]
    if unknown:
        named = [base.study.text("industry", code) for code in unknown]
        place, what = base.study.text("region", cap.region), base.study.text("resource", cap.resource)
        raise StudyError(
            Text(
                f"It is not known how much {what.en} these industries of {place.en} use: "
                f"{', '.join(n.en for n in named)}.",
                f"{place.zh}以下产业的{what.zh}用量未知：{'、'.join(n.zh for n in named)}。",
            ),
            Text(
                "Give their use per unit of output in the table resource_use; 0 where they use none.",
                "请在resource_use表中给出其单位产出用量；不使用的填0。",
            ),
        )
    return np.where(np.isfinite(each), each, 0.0)


def used_now(base: Baseline, cap: Resource) -> float:
    """Use of a capped resource in the base year, in its unit."""
    made = base.table.x.reshape(len(base.table.regions), -1)
    return float(use_per_output(base, cap) @ made[base.table.regions.index(cap.region)])


def in_part(base: Baseline, cap: Resource, share: float) -> Resource:
    """Return a cap that is in force by a share: so far on its way from what is used now."""
    if share >= 1.0:
        return cap
    used = used_now(base, cap)
    limit = cap.limit if cap.limit is not None else (cap.factor or 0.0) * used
    return replace(cap, limit=used + share * (limit - used), factor=None)


def ceilings(base: Baseline, caps: Sequence[Resource], output: Array) -> Array:
    r"""Largest output [n] that caps allow, where an output [n] would use more; infinite elsewhere.

    .. math:: \bar x_{ri} = x_{ri} \min\Bigl(1, \frac{\bar u_r}{\sum_j \rho_{rj} x_{rj}}\Bigr)
              \quad\text{where } \rho_{ri} > 0

    All who use a resource are cut in the same proportion; of several caps the scarcest counts.

    Parameters
    ----------
    base : Baseline
    caps : sequence of Resource
    output : array [n]
        What would be made without the caps, money a year.
    """
    made = output.reshape(len(base.table.regions), -1)
    highest = np.full(made.shape, np.inf)
    for cap in caps:
        place = base.table.regions.index(cap.region)
        needs = use_per_output(base, cap, made[place])
        wanted = float(needs @ made[place])
        limit = cap.limit if cap.limit is not None else (cap.factor or 0.0) * used_now(base, cap)
        # rounding must not make a cap at what is used now bind
        if wanted > limit * (1.0 + 1e-12):
            allowed = np.where(needs > 0, made[place] * limit / wanted, np.inf)
            highest[place] = np.minimum(highest[place], allowed)
    return highest.ravel()
