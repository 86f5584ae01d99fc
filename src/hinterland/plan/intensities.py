r"""What capacity makes and needs per unit of output where it stands and where it goes, and the room for it.

A plant that moves brings its machines and takes on the place's labour and supplies: per unit of output it is
`plan.host_technology` times the host's figure for the industry plus the rest times the origins' mean (see
`blend`). These are reckoned over plain arrays, as a plan's data are put together many times over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from hinterland.plan.data import Array, intensity, interpolate_limits
from hinterland.plan.labels import laid, picked
from hinterland.study import Phase, Study, StudyError, Text

# Variable of the study behind each measure of the plan.
MEASURES = {
    "value_added": "value_added_base",
    "employment": "employment_base",
    "co2": "co2_base",
    "energy": "energy_base",
}


@dataclass(frozen=True, eq=False)
class Places:
    """Who may move from where to where: labels in sorted order, and what may leave.

    `releasable` is money of output per year [industry, origin].
    """

    industries: list[str]
    origins: list[str]
    hosts: list[str]
    releasable: Array


@dataclass(frozen=True, eq=False)
class Figures:
    """A measure, or the use of resources, per unit of output: of the hosts' own firms, of what moves in, of
    what the origins lose; None where it is not known."""

    own: Array | None
    moved: Array | None = None
    lost: Array | None = None
    notes: tuple[Text, ...] = ()


def blend(at_host: Array, at_origin: Array, releasable: Array, weight: float) -> Array:
    r"""Intensity of moved capacity in a host: :math:`\omega e_{ih} + (1-\omega)\sum_o R_{io}e_{io}/\sum_o
    R_{io}`.

    Where nothing can be released the plain mean of the origins stands in. Shapes [industry, host], [industry,
    origin], [industry, origin], and more dimensions that the first two share; the weight is from 0 to 1.
    Labels are the same throughout.
    """
    dims = [str(d) for d in at_origin.dims]
    axis = dims.index("origin")
    total = releasable.values.sum(releasable.dims.index("origin"), keepdims=True)
    total = laid(releasable.isel(origin=[0]).copy(data=total), dims)
    moved = at_origin.values * laid(releasable, dims)
    moved = np.where(np.isnan(moved), 0.0, moved).sum(axis, keepdims=True)
    some = total > 0
    mean = moved / np.where(some, total, np.nan)
    if not some.all():
        mean = np.where(some, mean, laid(at_origin.mean("origin").expand_dims(origin=1), dims))
    rest = [d for d in dims if d != "origin"]
    mean = laid(xr.DataArray(mean.squeeze(axis), dims=rest), [str(d) for d in at_host.dims])
    return at_host.copy(data=weight * at_host.values + (1 - weight) * mean)


def measure(study: Study, base: Array, places: Places, weight: float, name: str) -> Figures:
    """Return a measure per unit of output, or a note on why the plan is not measured by it."""
    variable = MEASURES[name]
    total = study.get(variable)
    if total is None:
        absent = Text(
            f"The study has no {variable}: the plan is not measured by {name.replace('_', ' ')}.",
            f"研究没有{variable}数据：方案不以该项衡量。",
        )
        return Figures(None, notes=(absent,))
    labels = {str(d): [str(k) for k in base.get_index(d)] for d in base.dims}
    total = picked(total, labels, order=list(labels), gaps=True)
    per_unit, note = intensity(total, base, name)
    at_host = picked(per_unit, {"region": places.hosts, "industry": places.industries}, {"region": "host"})
    at_origin = picked(
        per_unit, {"region": places.origins, "industry": places.industries}, {"region": "origin"}
    )
    empty = [np.isnan(a.values).any(0) for a in (at_host, at_origin)]
    if any(e.any() for e in empty):
        names = sorted({i for e in empty for i, bad in zip(places.industries, e, strict=True) if bad})
        note = Text(
            f"{variable} is unknown everywhere for {', '.join(names)}: not a measure of the plan.",
            f"{variable}在{'、'.join(names)}全部缺失：不作为方案的衡量指标。",
        )
        return Figures(None, notes=(note,))
    moved = blend(at_host, at_origin, places.releasable, weight)
    return Figures(
        at_host.transpose("industry", "host"),
        moved.transpose("industry", "host"),
        at_origin.transpose("industry", "origin"),
        () if note is None else (note,),
    )


@dataclass(frozen=True, eq=False)
class Resources:
    """The hosts' headroom, and what their own firms and what moves in use per unit of output; None without
    data.

    own, use [host, industry, resource]; limit [host, resource, phase].
    """

    own: Array | None
    use: Array | None
    limit: Array | None
    notes: tuple[Text, ...]


def resources(
    study: Study,
    places: Places,
    weight: float,
    phases: tuple[Phase, ...],
    default: tuple[Phase, ...],
    begun: tuple[Phase, ...],
    preset: str,
) -> Resources:
    """Return the use of resources and the headroom by the end of each phase.

    `default` are the phases of the study's own preset, `begun` what can be planned of them, for which the
    headroom is given.
    """
    use, limit = study.get("resource_use"), study.get("resource_limits")
    if use is None or limit is None:
        lacking = "resource_use" if use is None else "resource_limits"
        note = Text(
            f"The study has no {lacking}: no resource limits the plan.",
            f"研究没有{lacking}：方案不受资源约束。",
        )
        return Resources(None, None, None, (note,))
    notes: list[Text] = []
    hosts = places.hosts
    names = sorted(set(map(str, use["resource"].values)) & set(map(str, limit["resource"].values)))
    given = [str(p) for p in limit["phase"].values]
    missing = [p.code for p in default if p.code not in given]
    if missing:
        raise StudyError(
            Text(
                f"resource_limits has no rows for the phase {', '.join(missing)} of the preset "
                f"'{study.preset}'.",
                f"resource_limits缺少分期“{study.preset}”的阶段{'、'.join(missing)}。",
            ),
            Text(
                "Give the headroom by the end of every phase of the default preset.",
                "请给出默认分期每个阶段末的余量。",
            ),
        )
    wanted = {"industry": places.industries, "resource": names}
    at_origin = picked(use, {"region": places.origins, **wanted}, {"region": "origin"})
    if bool(np.isnan(at_origin.values).any()):
        at_origin = at_origin.fillna(at_origin.median("origin"))
    order = ["host", "industry", "resource"]
    use = picked(use, {"region": hosts, **wanted}, {"region": "host"}, order=order)
    absent = [h for h in hosts if h not in limit["region"].values]
    at = {"region": hosts, "resource": names, "phase": [p.code for p in default]}
    limit = picked(limit, at, {"region": "host"}, gaps=True)
    limit = interpolate_limits(limit, begun, phases).transpose("host", "resource", "phase")
    gaps = int(np.isnan(use.values).sum())
    if gaps:
        use = use.fillna(use.median("host"))
        notes.append(
            Text(
                f"resource_use: {gaps} missing figures are the median of the other hosts.",
                f"resource_use：{gaps}个缺失值取其他承接地的中位数。",
            )
        )
    own = use.fillna(0.0)
    use = blend(use, at_origin, places.releasable, weight) if weight < 1 else use
    unknown_use = np.isnan(use.values).any((0, 1))
    for name, unused in zip(names, unknown_use, strict=True):
        if unused:
            notes.append(
                Text(
                    f"{name}: an industry's use is unknown in every host, so {name} limits nothing.",
                    f"{name}：有产业在所有承接地的用量均未知，故不作为约束。",
                )
            )
            limit = limit.where(limit["resource"] != name)
    unknown = int(np.isnan(limit.values).all(2).sum())
    if unknown or absent:
        notes.append(
            Text(
                f"resource_limits: unknown for {unknown} host-resource pairs, which are then not limited.",
                f"resource_limits：{unknown}个承接地—资源组合未知，不作约束。",
            )
        )
    if preset != study.preset:
        notes.append(
            Text(
                "Resource headroom is carried from the default preset's phases by the year in which each "
                "phase ends.",
                "资源余量按各阶段结束年份由默认分期换算而来。",
            )
        )
    return Resources(own, use.fillna(0.0), limit, tuple(notes))
