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
from dataclasses import dataclass
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
    years_by,
)
from hinterland.plan.intensities import MEASURES, Places, measure, resources
from hinterland.plan.labels import picked
from hinterland.plan.memory import Memory
from hinterland.plan.offers import Base, offers
from hinterland.study import Phase, Study, StudyError, Text
from hinterland.study import policies as screen

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


def _rivals(study: Study, output: Array, count: int) -> Array | None:
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


@dataclass(frozen=True, eq=False)
class _Frame:
    """What is planned: labels in sorted order and phases.

    `default` are the phases of the study's own preset, `begun` what can be planned of them.
    """

    hosts: list[str]
    origins: list[str]
    industries: list[str]
    phases: tuple[Phase, ...]
    over: tuple[Phase, ...]
    default: tuple[Phase, ...]
    begun: tuple[Phase, ...]
    classes: Array


def _frame(study: Study, preset: str) -> _Frame:
    default = study.phases()
    start = start_year(study)
    phases, over = clip_phases(default if preset == study.preset else study.phases(preset), start)
    hosts, origins = sorted(study.hosts), sorted(study.origins)
    industries = sorted(study.transferable)
    if not industries:
        raise StudyError(
            Text("No industry of the study can move.", "研究中没有可转移的产业。"),
            Text("Write yes under transferable in industries.", "请在industries表transferable列填yes。"),
        )
    begun, _ = clip_phases(default, start)
    classes = class_table(study.factor_class, industries)
    return _Frame(hosts, origins, industries, phases, over, default, begun, classes)


@dataclass(frozen=True, eq=False)
class _Outputs:
    """Base output [region, industry], that of the hosts [host, industry], and the releasable capacity."""

    base: Array
    hosts: Array
    origins: Array
    releasable: Array


def _outputs(study: Study, frame: _Frame) -> _Outputs:
    whole = study["output"]
    labels = {str(d): [str(k) for k in whole.get_index(d)] for d in ("region", "industry")}
    base = picked(whole, labels, order=["region", "industry"])
    at = {"industry": frame.industries}
    hosts = picked(base, {"region": frame.hosts, **at}, {"region": "host"})
    origins = picked(base, {"region": frame.origins, **at}, {"region": "origin"})
    shares = release_shares(study, frame.industries)
    return _Outputs(base, hosts, origins, (shares * origins).transpose("industry", "origin"))


def _policies(study: Study, frame: _Frame) -> tuple[Array, Array]:
    """Return the years of growth by the end of each phase, multiplied by what policies do, and what they
    forbid."""
    years = list(range(frame.phases[0].start, frame.phases[-1].end + 1))
    table = study.frames.get("policies", pd.DataFrame(columns=["region", "industry", "effect"]))
    factor = xr.DataArray(
        np.ones((len(frame.industries), len(frame.hosts), len(years))),
        {"industry": frame.industries, "host": frame.hosts, "year": years},
        ["industry", "host", "year"],
    )
    if len(table):
        factor = screen.yearly_factor(
            table,
            frame.industries,
            frame.hosts,
            years,
            restrict=number(study, "plan.restrict_factor", 0, 1),
            encourage=number(study, "plan.encourage_factor", 1),
        )
    return screen.by_phase(factor, frame.phases)


def _growth(study: Study, frame: _Frame, output: Array, effective: Array) -> tuple[Array, Array]:
    """Return what hosts can grow by altogether [host, phase] and by industry [industry, host, phase]."""
    total = output.sum("industry")
    room = xr.ufuncs.maximum(output, number(study, "plan.new_industry_floor", 0, 1) * total)
    host = (number(study, "plan.host_growth") * total * years_by(frame.phases)).transpose("host", "phase")
    industry = number(study, "plan.industry_growth") * room * effective
    return host, industry.transpose("industry", "host", "phase")


def _jobs(study: Study, frame: _Frame, lost: Array, origins: Array) -> Array:
    """Return the jobs that each origin may lose in each phase [origin, phase]."""
    per_year = number(study, "plan.job_loss", 0, 1)
    mine = (lost * origins).sum("industry")
    codes = [p.code for p in frame.phases]
    return per_year * mine * xr.DataArray([float(p.years) for p in frame.phases], {"phase": codes}, ["phase"])


def _landed_cost(study: Study, frame: _Frame) -> tuple[Array | None, tuple[Text, ...]]:
    cost = study.get("landed_cost")
    if cost is None:
        return None, ()
    labels = {"industry": frame.industries, "origin": frame.origins, "host": frame.hosts}
    cost = picked(cost, labels, order=list(labels), gaps=True)
    lacking = int(np.isnan(cost.values).sum())
    if not lacking:
        return cost, ()
    note = Text(
        f"landed_cost lacks {lacking} of {cost.size} figures: it is not used.",
        f"landed_cost缺{lacking}个（共{cost.size}个），未使用。",
    )
    return None, (note,)


def _places(study: Study, frame: _Frame, outputs: _Outputs) -> Places:
    return Places(frame.industries, frame.origins, frame.hosts, outputs.releasable)


def _base(study: Study, frame: _Frame, outputs: _Outputs, use: Array | None, *measures: Array | None) -> Base:
    own = {m: array for m, array in zip(MEASURES, measures, strict=True) if array is not None}
    return Base(frame.industries, frame.hosts, frame.phases, frame.begun, outputs.hosts, own, use, number)


def plan_data(study: Study, preset: str | None = None, memory: Memory | None = None) -> PlanData:
    """Assemble the data of a plan from a study and a preset of phases.

    Parameters
    ----------
    study : Study
        Needs gross output and the national table; what else is missing is estimated by `accounts.complete`,
        and what that cannot estimate drops the constraint or the measure that needs it, which the notes say.
    preset : str, optional
        Phases to plan over; the study's own choice when left out. Phases that are over by the plan's first
        year cannot be planned; they are kept in `elapsed`.
    memory : Memory, optional
        What was made before from studies that differ from this one in parameters and in what was derived
        with them only; it is taken from there where it still stands.

    Returns
    -------
    PlanData
        All labels in sorted order.

    Raises
    ------
    StudyError
        A parameter out of range, a preset that is over, a negative or missing limit.
    """
    made = memory or Memory()
    unseen = made(_unobserved, study)
    study = complete(study)
    chosen = preset or study.preset
    frame = made(_frame, study, chosen)
    phases = frame.phases
    outputs = made(_outputs, study, frame)
    output = outputs.hosts
    effective, forbidden = made(_policies, study, frame)
    host_growth, industry_growth = made(_growth, study, frame, output, effective)
    places = made(_places, study, frame, outputs)
    weight = number(study, "plan.host_technology", 0, 1)
    measured = {m: made(measure, study, outputs.base, places, weight, m) for m in MEASURES}
    known = {m: f for m, f in measured.items() if f.moved is not None and f.lost is not None}
    needs = made(resources, study, places, weight, phases, frame.default, frame.begun, chosen)
    notes = [*unseen, *(note for f in measured.values() for note in f.notes), *needs.notes]
    jobs = None
    if "employment" in known:
        jobs = made(_jobs, study, frame, known["employment"].lost, outputs.origins)
    else:
        notes.append(
            Text(
                "Without employment, job loss at the origins is not limited.",
                "缺少就业数据，不约束转出地岗位流失。",
            )
        )
    cost, remarks = made(_landed_cost, study, frame)
    notes += remarks
    own = [known[m].own if m in known else None for m in MEASURES]
    lost = number(study, "plan.host_growth") * float(output.sum()) * sum(p.years for p in frame.over)
    return PlanData(
        preset=chosen,
        phases=phases,
        output=output,
        releasable=outputs.releasable,
        classes=frame.classes,
        focus=focus_table(phases, [str(c) for c in frame.classes["factor_class"].values]),
        host_growth=host_growth,
        industry_growth=industry_growth,
        forbidden=forbidden,
        gains={m: f.moved for m, f in known.items() if f.moved is not None},
        losses={m: f.lost for m, f in known.items() if f.lost is not None},
        use=needs.use,
        limit=needs.limit,
        job_limit=jobs,
        landed_cost=cost,
        similarity_tolerance=number(study, "plan.similarity_tolerance", 0, 1),
        rivals=made(_rivals, study, output, int(number(study, "plan.similarity_rivals"))),
        minimum=number(study, "plan.minimum_output"),
        elapsed=frame.over,
        lost_growth=lost,
        base_year=str(study.base_year),
        units={m: study.unit(q) for m, q in _UNITS.items()}
        | {"output": study.unit("money"), "landed_cost": study.unit("money")},
        status=dict.fromkeys(known, "estimated"),
        notes=tuple(notes),
        **offers(study, made(_base, study, frame, outputs, needs.own, *own), made),
    )
