"""From a study to the data of its plan: which rules give the limits, and what happens where data are absent.

Rules (every number is a parameter with its source):

- *Releasable capacity*: an origin can release at most `plan.release_share` of an industry's base output over
  the whole plan; ``[parameters.plan.release_share_by]`` in study.toml gives other shares by industry or
  factor class.
- *Host growth*: capacity moved in is at most `plan.host_growth` a year of the host's base output of all
  industries that can move, and `plan.industry_growth` a year of the larger of the industry's base output and
  `plan.new_industry_floor` of the host's total. Growth of the host's own firms is outside these limits.
- *Resources*: headroom is cumulative by the end of each phase, and is for the capacity moved in only.
- *Job loss*: an origin loses at most `plan.job_loss` a year of its jobs in the industries that can move.
- *Technology*: a plant that moves brings its machines and takes on the place's labour and supplies, so what
  it makes and needs per unit of output in the host is `plan.host_technology` times the host's figure for the
  industry plus the rest times the origins' mean (weighted by releasable capacity). This also keeps a host's
  own speciality within an industry (a tobacco monopoly within food) from being credited whole to what moves
  in.
- *More*: modes, upgrading, clusters, infrastructure, budgets and rules of the study's own, see `offers`.
- *Base year*: outputs, intensities and prices are those of the base year; nothing is projected.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.accounts import complete
from hinterland.plan.data import (
    Array,
    PlanData,
    class_table,
    clip_phases,
    focus_table,
    intensity,
    interpolate_limits,
    years_by,
)
from hinterland.plan.offers import Base, offers
from hinterland.study import Phase, Status, Study, StudyError, Text
from hinterland.study import policies as screen

# Variable of the study behind each measure of the plan.
MEASURES = {
    "value_added": "value_added_base",
    "employment": "employment_base",
    "co2": "co2_base",
    "energy": "energy_base",
}
_UNITS = {"value_added": "money", "employment": "labour", "co2": "carbon", "energy": "energy"}


def number(study: Study, name: str, low: float = 0.0, high: float = np.inf) -> float:
    """Return a numeric parameter within its range, or say which one is wrong."""
    value = study.parameter(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise StudyError(
            Text(f"The parameter {name} is {value!r}.", f"参数{name}为{value!r}。"),
            Text(
                f"Give a number from {low:g} to {high:g} in study.toml.",
                f"请在study.toml中给出{low:g}至{high:g}之间的数。",
            ),
        )
    return float(value)


def option(study: Study, name: str) -> Any:
    """Return an option that study.toml may give under [parameters], or None."""
    value: Any = study.config.get("parameters", {})
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def start_year(study: Study) -> int:
    """First year that can be planned: plan.start_year of study.toml, else the first of the default preset."""
    given = option(study, "plan.start_year")
    return int(given) if given is not None else study.phases()[0].start


def phase_key(study: Study, preset: str, code: str) -> str:
    """Name a phase so that study.text("phase", ...) finds it: presets may share codes."""
    return code if preset == study.preset else f"{preset}/{code}"


def release_shares(study: Study, industries: list[str]) -> Array:
    """Return the share of base output that may leave, by industry: its own, its factor class's, the general
    one."""
    general = number(study, "plan.release_share", 0, 1)
    special: Mapping[str, Any] = option(study, "plan.release_share_by") or {}
    known = {*study.industries, *study.factor_class}
    for code, share in special.items():
        if code not in known or not 0 <= float(share) <= 1:
            raise StudyError(
                Text(
                    f"plan.release_share_by gives {share!r} for '{code}'.",
                    f"plan.release_share_by对“{code}”给出{share!r}。",
                ),
                Text(
                    "Give a share from 0 to 1 for an industry or factor class of the study.",
                    "请对研究中的产业或要素类别给出0至1的比例。",
                ),
            )
    classes = study.factor_class
    values = [float(special.get(i, special.get(classes[i], general))) for i in industries]
    return xr.DataArray(values, {"industry": industries}, ["industry"])


def _unobserved(study: Study) -> list[Text]:
    """Say which origins and hosts have no figure of their own in a table that others have figures in."""
    notes = []
    for name in ("value_added", "employment", "energy_use", "co2"):
        table = study.get(name)
        if table is None:
            continue
        known = table.notnull().any([d for d in table.dims if d != "region"])
        lacking = [r for r in (*study.origins, *study.hosts) if not bool(known.sel(region=r))]
        if lacking:
            names = [study.text("region", r) for r in lacking]
            notes.append(
                Text(
                    f"{name} is not observed in {', '.join(n.en for n in names)}: estimated there.",
                    f"{'、'.join(n.zh for n in names)}没有{name}观测值，为估计值。",
                )
            )
    return notes


def _pick(array: Array, region: str, regions: list[str], industries: list[str]) -> Array:
    return array.sel(region=regions, industry=industries).rename(region=region).drop_attrs()


def blend(at_host: Array, at_origin: Array, releasable: Array, weight: float) -> Array:
    r"""Intensity of moved capacity in a host: :math:`\omega e_{ih} + (1-\omega)\sum_o R_{io}e_{io}/\sum_o
    R_{io}`.

    Where nothing can be released the plain mean of the origins stands in. Shapes [industry, host], [industry,
    origin], [industry, origin]; the weight is from 0 to 1.
    """
    total = releasable.sum("origin")
    mean = ((at_origin * releasable).sum("origin") / total.where(total > 0)).fillna(at_origin.mean("origin"))
    return weight * at_host + (1 - weight) * mean


def _measures(
    study: Study,
    output: Array,
    releasable: Array,
    hosts: list[str],
    origins: list[str],
    industries: list[str],
) -> tuple[dict[str, Array], dict[str, Array], dict[str, Array], dict[str, Status], list[Text]]:
    own: dict[str, Array] = {}
    gains: dict[str, Array] = {}
    losses: dict[str, Array] = {}
    status: dict[str, Status] = {}
    notes: list[Text] = []
    for measure, variable in MEASURES.items():
        total = study.get(variable)
        if total is None:
            notes.append(
                Text(
                    f"The study has no {variable}: the plan is not measured by {measure.replace('_', ' ')}.",
                    f"研究没有{variable}数据：方案不以该项衡量。",
                )
            )
            continue
        total = total.transpose("region", "industry").reindex_like(output)
        per_unit, note = intensity(total.drop_attrs(), output, measure)
        at_host = _pick(per_unit, "host", hosts, industries)
        at_origin = _pick(per_unit, "origin", origins, industries)
        if bool(at_host.isnull().any()) or bool(at_origin.isnull().any()):
            empty = sorted(
                {str(i) for a in (at_host, at_origin) for i in a["industry"].values[a.isnull().values.any(0)]}
            )
            notes.append(
                Text(
                    f"{variable} is unknown everywhere for {', '.join(empty)}: not a measure of the plan.",
                    f"{variable}在{'、'.join(empty)}全部缺失：不作为方案的衡量指标。",
                )
            )
            continue
        weight = number(study, "plan.host_technology", 0, 1)
        own[measure] = at_host.transpose("industry", "host")
        gains[measure] = blend(at_host, at_origin, releasable, weight).transpose("industry", "host")
        losses[measure] = at_origin.transpose("industry", "origin")
        status[measure] = "estimated"
        if note is not None:
            notes.append(note)
    return own, gains, losses, status, notes


def _resources(
    study: Study,
    releasable: Array,
    hosts: list[str],
    industries: list[str],
    phases: tuple[Phase, ...],
    preset: str,
) -> tuple[Array | None, Array | None, Array | None, list[Text]]:
    use, limit = study.get("resource_use"), study.get("resource_limits")
    if use is None or limit is None:
        lacking = "resource_use" if use is None else "resource_limits"
        return (
            None,
            None,
            None,
            [
                Text(
                    f"The study has no {lacking}: no resource limits the plan.",
                    f"研究没有{lacking}：方案不受资源约束。",
                )
            ],
        )
    notes: list[Text] = []
    names = sorted(set(map(str, use["resource"].values)) & set(map(str, limit["resource"].values)))
    given = [str(p) for p in limit["phase"].values]
    default = study.phases()
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
    origins = [str(o) for o in releasable["origin"].values]
    use = use.sel(industry=industries, resource=names).drop_attrs()
    at_origin = use.sel(region=origins).rename(region="origin")
    at_origin = at_origin.fillna(at_origin.median("origin"))
    use = use.sel(region=hosts).rename(region="host")
    absent = [h for h in hosts if h not in limit["region"].values]
    limit = limit.reindex(region=hosts).sel(resource=names).rename(region="host").drop_attrs()
    begun, _ = clip_phases(default, start_year(study))
    limit = interpolate_limits(limit.sel(phase=[p.code for p in default]), begun, phases)
    use = use.transpose("host", "industry", "resource")
    limit = limit.transpose("host", "resource", "phase")
    gaps = use.isnull()
    if bool(gaps.any()):
        use = use.fillna(use.median("host"))
        notes.append(
            Text(
                f"resource_use: {int(gaps.sum())} missing figures are the median of the other hosts.",
                f"resource_use：{int(gaps.sum())}个缺失值取其他承接地的中位数。",
            )
        )
    weight = number(study, "plan.host_technology", 0, 1)
    own = use.fillna(0.0)
    use = blend(use, at_origin, releasable, weight) if weight < 1 else use
    use = use.transpose("host", "industry", "resource")
    for name in names:
        if bool(use.sel(resource=name).isnull().any()):
            notes.append(
                Text(
                    f"{name}: an industry's use is unknown in every host, so {name} limits nothing.",
                    f"{name}：有产业在所有承接地的用量均未知，故不作为约束。",
                )
            )
            limit = limit.where(limit["resource"] != name)
    unknown = int(limit.isnull().all("phase").sum())
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
    return own, use.fillna(0.0), limit, notes


def _rivals(output: Array, count: int) -> Array | None:
    """Return for each host those `count` whose structures are most like its own, both ways [host, host_to];
    None: all."""
    shares = (output / output.sum("industry")).transpose("host", "industry").values
    if count <= 0 or count >= len(shares) - 1:
        return None
    near = np.zeros((len(shares), len(shares)), dtype=bool)
    for h, share in enumerate(shares):
        alike = np.minimum(share, shares).sum(axis=1)
        alike[h] = -1.0
        near[h, np.argsort(-np.nan_to_num(alike), kind="stable")[:count]] = True
    hosts = [str(h) for h in output["host"].values]
    return xr.DataArray(near | near.T, {"host": hosts, "host_to": hosts}, ["host", "host_to"])


def plan_data(study: Study, preset: str | None = None) -> PlanData:
    """Assemble the data of a plan from a study and a preset of phases.

    Parameters
    ----------
    study : Study
        Needs gross output and the national table; what else is missing is estimated by `accounts.complete`,
        and what that cannot estimate drops the constraint or the measure that needs it, which the notes say.
    preset : str, optional
        Phases to plan over; the study's own choice when left out. Phases that are over by the plan's first
        year cannot be planned; they are kept in `elapsed`.

    Returns
    -------
    PlanData
        All labels in sorted order.

    Raises
    ------
    StudyError
        A parameter out of range, a preset that is over, a negative or missing limit.
    """
    unseen = _unobserved(study)
    study = complete(study)
    chosen = preset or study.preset
    phases, over = clip_phases(study.phases(chosen), start_year(study))
    hosts, origins = sorted(study.hosts), sorted(study.origins)
    industries = sorted(study.transferable)
    if not industries:
        raise StudyError(
            Text("No industry of the study can move.", "研究中没有可转移的产业。"),
            Text("Write yes under transferable in industries.", "请在industries表transferable列填yes。"),
        )
    base = study["output"].transpose("region", "industry").drop_attrs()
    output = _pick(base, "host", hosts, industries)
    total = output.sum("industry")
    releasable = (release_shares(study, industries) * _pick(base, "origin", origins, industries)).transpose(
        "industry", "origin"
    )
    codes = [p.code for p in phases]
    years = list(range(phases[0].start, phases[-1].end + 1))
    table = study.frames.get("policies", pd.DataFrame(columns=["region", "industry", "effect"]))
    factor = xr.DataArray(
        np.ones((len(industries), len(hosts), len(years))),
        {"industry": industries, "host": hosts, "year": years},
        ["industry", "host", "year"],
    )
    if len(table):
        factor = screen.yearly_factor(
            table,
            industries,
            hosts,
            years,
            restrict=number(study, "plan.restrict_factor", 0, 1),
            encourage=number(study, "plan.encourage_factor", 1),
        )
    effective, forbidden = screen.by_phase(factor, phases)
    room = xr.ufuncs.maximum(output, number(study, "plan.new_industry_floor", 0, 1) * total)
    growth = number(study, "plan.host_growth")
    own, gains, losses, status, gaps = _measures(study, base, releasable, hosts, origins, industries)
    own_use, use, limit, more = _resources(study, releasable, hosts, industries, phases, chosen)
    notes = [*unseen, *gaps, *more]
    jobs = None
    if "employment" in losses:
        per_year = number(study, "plan.job_loss", 0, 1)
        mine = (losses["employment"] * _pick(base, "origin", origins, industries)).sum("industry")
        span = xr.DataArray([float(p.years) for p in phases], {"phase": codes}, ["phase"])
        jobs = per_year * mine * span
    else:
        notes.append(
            Text(
                "Without employment, job loss at the origins is not limited.",
                "缺少就业数据，不约束转出地岗位流失。",
            )
        )
    cost = study.get("landed_cost")
    if cost is not None:
        cost = cost.drop_attrs().reindex(industry=industries, origin=origins, host=hosts)
        cost = cost.transpose("industry", "origin", "host")
        if bool(cost.isnull().any()):
            notes.append(
                Text(
                    f"landed_cost lacks {int(cost.isnull().sum())} of {cost.size} figures: it is not used.",
                    f"landed_cost缺{int(cost.isnull().sum())}个（共{cost.size}个），未使用。",
                )
            )
            cost = None
    lost = growth * float(total.sum()) * sum(p.years for p in over)
    given, _ = clip_phases(study.phases(), start_year(study))
    base_of = Base(industries, hosts, phases, given, output, own, own_use, number)
    classes = class_table(study.factor_class, industries)
    return PlanData(
        preset=chosen,
        phases=phases,
        output=output,
        releasable=releasable,
        classes=classes,
        focus=focus_table(phases, [str(c) for c in classes["factor_class"].values]),
        host_growth=(growth * total * years_by(phases)).transpose("host", "phase"),
        industry_growth=(number(study, "plan.industry_growth") * room * effective).transpose(
            "industry", "host", "phase"
        ),
        forbidden=forbidden,
        gains=gains,
        losses=losses,
        use=use,
        limit=limit,
        job_limit=jobs,
        landed_cost=cost,
        similarity_tolerance=number(study, "plan.similarity_tolerance", 0, 1),
        rivals=_rivals(output, int(number(study, "plan.similarity_rivals"))),
        minimum=number(study, "plan.minimum_output"),
        elapsed=over,
        lost_growth=lost,
        base_year=str(study.base_year),
        units={m: study.unit(q) for m, q in _UNITS.items()}
        | {"output": study.unit("money"), "landed_cost": study.unit("money")},
        status=status,
        notes=tuple(notes),
        **offers(study, base_of),
    )
