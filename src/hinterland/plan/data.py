"""What a plan is made from: the arrays, limits and rules of one study and one preset of phases, frozen.

Everything the programme reads is here, so that the programme itself, its verification and its tests depend on
arrays and not on where they came from. All labels are kept in sorted order: the programme that the solver
sees is then the same however the study's tables are ordered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.plan.options import (
    Budgets,
    Clusters,
    Incomes,
    Infrastructure,
    LocalInputs,
    Modes,
    Upgrades,
)
from hinterland.study import Phase, Status, StudyError, Text

Array = xr.DataArray


@dataclass(frozen=True)
class PlanData:
    """The data of one transfer programme. Money is the study's unit of money per year, in base-year prices.

    Attributes
    ----------
    phases : tuple of Phase
        The phases that are planned, in order of time; years before the plan's start are cut off.
    output : DataArray[host, industry]
        Base output of the industries that can move.
    releasable : DataArray[industry, origin]
        Capacity (output per year) that may leave each origin over the whole plan.
    classes : DataArray[factor_class, industry]
        1 where the industry belongs to the class, else 0.
    focus : DataArray[factor_class, phase]
        Cumulative share of what the plan moves of a class that may have moved by the end of the phase.
    host_growth : DataArray[host, phase]
        Capacity that a host can take in altogether by the end of the phase (cumulative).
    industry_growth : DataArray[industry, host, phase]
        Capacity of one industry that a host can take in by the end of the phase (cumulative, policy applied).
    forbidden : DataArray[industry, host, phase] of bool
        Moves that a policy forbids throughout the phase.
    gains, losses : mapping of DataArray[industry, host], DataArray[industry, origin]
        Value added, employment, co2 and energy per unit of output that a host gains and an origin loses, by
        measure; a measure the study lacks is absent.
    use : DataArray[host, industry, resource] or None
        Resource needed per unit of output.
    limit : DataArray[host, resource, phase] or None
        Headroom by the end of the phase (cumulative); NaN where unknown, and then not a limit.
    job_limit : DataArray[origin, phase] or None
        Jobs that an origin may lose to the plan within the phase.
    landed_cost : DataArray[industry, origin, host] or None
        Cost of bringing goods from the host to the origin's markets per unit of output moved.
    similarity_tolerance : float
        How far the Finger-Kreinin similarity of any two hosts may rise.
    rivals : DataArray[host, host_to] of bool or None
        Which hosts are held apart by the tolerance, the same both ways; None: each two.
    minimum : float
        Output that has to be moved by the end of the plan.
    modes, upgrades, clusters, infrastructure, budgets, local_inputs, incomes
        What else the study lets the programme do or asks of it, see `options`; None where it does not.
    project_scale : DataArray[industry] or None
        Least output that comes of an industry into a host within a phase, if any does.
    backup_floor : DataArray[industry] or None
        Least capacity that the hosts together have by the end of the plan, moved and own; NaN: none asked.
    backup : DataArray[industry] or None
        National output that stands on a unit of capacity, by way of those it supplies.
    prices : mapping of str to float
        Constraints that may be exceeded, and what a unit of excess costs in each phase.
    left_out : tuple of str
        Constraints that the study switches off.
    notes : tuple of Text
        What was filled, dropped or assumed while the data were put together.
    """

    preset: str
    phases: tuple[Phase, ...]
    output: Array
    releasable: Array
    classes: Array
    focus: Array
    host_growth: Array
    industry_growth: Array
    forbidden: Array
    gains: Mapping[str, Array]
    losses: Mapping[str, Array]
    use: Array | None = None
    limit: Array | None = None
    job_limit: Array | None = None
    landed_cost: Array | None = None
    similarity_tolerance: float = 0.0
    rivals: Array | None = None
    minimum: float = 0.0
    modes: Modes | None = None
    upgrades: Upgrades | None = None
    clusters: Clusters | None = None
    infrastructure: Infrastructure | None = None
    budgets: Budgets | None = None
    local_inputs: LocalInputs | None = None
    incomes: Incomes | None = None
    project_scale: Array | None = None
    backup_floor: Array | None = None
    backup: Array | None = None
    prices: Mapping[str, float] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    elapsed: tuple[Phase, ...] = ()
    lost_growth: float = 0.0
    base_year: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    status: Mapping[str, Status] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        for name in ("releasable", "host_growth", "industry_growth", "output"):
            array: Array = getattr(self, name)
            bad = ~(array >= 0)
            if bool(bad.any()):
                where = _first(bad)
                raise StudyError(
                    Text(
                        f"The plan's {name.replace('_', ' ')} is missing or negative for {where}.",
                        f"方案的{name}缺失或为负：{where}。",
                    ),
                    Text("Give a figure of zero or more.", "请给出不小于零的数。"),
                )
        if self.limit is not None and bool((self.limit < 0).any()):
            raise StudyError(
                Text(
                    f"The plan is infeasible: the resource limit is negative for {_first(self.limit < 0)}, "
                    "so even a plan that moves nothing breaks it.",
                    f"方案不可行：资源上限为负（{_first(self.limit < 0)}），不作任何转移也违反约束。",
                ),
                Text(
                    "Write the headroom that is left for new capacity in resource_limits; 0 where there is "
                    "none.",
                    "请在resource_limits中填写可供新增产能的余量，没有则填0。",
                ),
            )

    @property
    def industries(self) -> list[str]:
        """Industries that can move."""
        return [str(v) for v in self.releasable["industry"].values]

    @property
    def origins(self) -> list[str]:
        """Regions that industries may leave."""
        return [str(v) for v in self.releasable["origin"].values]

    @property
    def hosts(self) -> list[str]:
        """Regions that may receive industries."""
        return [str(v) for v in self.host_growth["host"].values]

    @property
    def codes(self) -> list[str]:
        """Phase codes in order of time."""
        return [phase.code for phase in self.phases]

    @property
    def years(self) -> int:
        """Length of the plan in years."""
        return sum(phase.years for phase in self.phases)

    @property
    def stock_weight(self) -> Array:
        r"""Weight of the capacity in place at the end of each phase in the mean over the plan's years, by
        phase.

        Capacity moves in evenly within a phase, so the mean over the years is the trapezoid

        .. math:: \bar G = \frac1T \sum_p \tfrac{n_p}{2}(G_{p-1} + G_p) = \sum_p a_p G_p,\quad
                  a_p = \frac{n_p + n_{p+1}}{2T},\; n_{P+1} = 0 .
        """
        n = np.array([phase.years for phase in self.phases] + [0], dtype=float)
        return xr.DataArray((n[:-1] + n[1:]) / (2 * self.years), {"phase": self.codes}, ["phase"])

    @property
    def flow_weight(self) -> Array:
        r"""Share of the plan's years in which capacity moved in each phase is at work: :math:`W_p=\sum_{q\ge
        p}a_q`."""
        a = self.stock_weight.values
        return xr.DataArray(a[::-1].cumsum()[::-1], {"phase": self.codes}, ["phase"])

    @property
    def spend_weight(self) -> Array | float:
        """Weight of the money spent in each phase in what the plan costs a year: one over its years."""
        return 1 / self.years

    @property
    def shares(self) -> Array:
        """Share of each industry in a host's base output of the industries that can move [host, industry]."""
        return self.output / self.output.sum("industry")

    @property
    def specialities(self) -> Array:
        """True where host_to is the more specialised of the two in an industry [host, host_to, industry].

        Where both have the same share the pair's later label gets it, so that every industry is one of the
        two's.
        """
        mine = self.shares
        other = mine.rename(host="host_to")
        order = xr.DataArray(np.arange(len(self.hosts)), {"host": self.hosts}, ["host"])
        found = self._more_special(mine, other, order < order.rename(host="host_to"))
        return xr.DataArray(found).transpose("host", "host_to", "industry")

    @staticmethod
    def _more_special(mine: Any, other: Any, later: Any) -> Any:
        return (mine < other) | ((mine == other) & later)

    @property
    def compared(self) -> Array:
        """True for each ordered pair of hosts that is held apart [host, host_to]."""
        coords = {"host": self.hosts, "host_to": self.hosts}
        pairs = xr.DataArray(~np.eye(len(self.hosts), dtype=bool), coords, list(coords))
        return pairs if self.rivals is None else pairs & self.rivals

    def leaning(self, less: float = 0.0) -> Array:
        r"""What a unit of an industry adds to a host's leaning to another [host, host_to, industry].

        .. math:: [i\in N_{hk}] - \sum_{j\in N_{hk}} s_{jh} - \text{less}

        with :math:`N_{hk}` the specialities of k (see `specialities`); 0 for pairs that are not compared,
        which with many hosts are nearly all.
        """
        of, to = np.nonzero(self.compared.transpose("host", "host_to").values)
        shares = self.shares.transpose("host", "industry").values
        theirs = self._more_special(shares[of], shares[to], (of < to)[:, None])
        values = np.zeros((len(self.hosts), *shares.shape))
        values[of, to] = theirs - (np.einsum("pi,pi->p", shares[of], theirs) + less)[:, None]
        coords = {"host": self.hosts, "host_to": self.hosts, "industry": self.industries}
        return xr.DataArray(values, coords, list(coords))

    @property
    def costs(self) -> bool:
        """True when something in the plan costs money."""
        return bool(self.prices) or any(
            part is not None for part in (self.modes, self.upgrades, self.clusters, self.infrastructure)
        )

    @property
    def integer(self) -> bool:
        """True when something is built or established whole or not at all."""
        parts = (self.infrastructure, self.clusters, self.project_scale)
        return any(part is not None for part in parts)

    def has(self, measure: str) -> bool:
        """True when the measure can be an objective."""
        special = {
            "landed_cost": self.landed_cost is not None,
            "spending": self.costs,
            "resilience": self.backup is not None,
            "disparity": self.incomes is not None and "value_added" in self.gains,
            "similarity": len(self.hosts) > 1,
        }
        if measure in special:
            return special[measure]
        return measure in self.gains and (measure != "co2" or measure in self.losses)


def _first(flags: Array) -> str:
    """Name the first labelled cell that is true."""
    at = np.argwhere(flags.values)[0]
    return ", ".join(f"{d} {flags[d].values[k]}" for d, k in zip(flags.dims, at, strict=True))


def clip_phases(phases: tuple[Phase, ...], start: int) -> tuple[tuple[Phase, ...], tuple[Phase, ...]]:
    """Split phases into those that can be planned from `start` on and those that are over.

    A phase that ended before `start` is over: nothing can be planned in it. One that has begun keeps its
    years from `start` on.
    """
    over = tuple(p for p in phases if p.end < start)
    left = tuple(
        p if p.start >= start else Phase(p.code, start, p.end, p.label, p.focus)
        for p in phases
        if p.end >= start
    )
    if not left:
        raise StudyError(
            Text(
                f"Every phase ended before the plan's first year {start} (the last one in {over[-1].end}).",
                f"所有阶段均早于规划首年{start}年结束（最后一个止于{over[-1].end}年）。",
            ),
            Text(
                "Choose another preset of phases, or an earlier plan.start_year under [parameters] in "
                "study.toml.",
                "请选择其他分期，或在study.toml的[parameters]中提前plan.start_year。",
            ),
        )
    return left, over


def years_by(phases: tuple[Phase, ...]) -> Array:
    """Return the years of the plan that have passed by the end of each phase."""
    return xr.DataArray(
        np.array(list(accumulate(p.years for p in phases)), dtype=float),
        {"phase": [p.code for p in phases]},
        ["phase"],
    )


def intensity(total: Array, output: Array, name: str) -> tuple[Array, Text | None]:
    """Return `total` per unit of `output` [region, industry], gaps filled with the industry's figure for all
    regions.

    A region without the industry, or without a figure for it, has no intensity of its own; if the industry is
    to move there it needs one. The fill is sum(total)/sum(output) over the regions that have both. An
    industry without any figure stays NaN.
    """
    total, output = xr.align(total, output, join="exact")
    axis = output.dims.index("region")
    made = output.values
    amount = total.transpose(*output.dims).values
    own = np.where(np.isfinite(amount), amount / np.where(made > 0, made, np.nan), np.nan)
    known = ~np.isnan(own)
    whole = np.where(known, made, 0.0).sum(axis, keepdims=True)
    whole = np.where(known.any(axis, keepdims=True), whole, np.nan)
    everywhere = np.where(known, amount, 0.0).sum(axis, keepdims=True) / whole
    gaps = int((~known & ~np.isnan(everywhere)).sum())
    filled = output.copy(data=np.where(known, own, everywhere))
    if not gaps:
        return filled, None
    return filled, Text(
        f"{name}: {gaps} of {own.size} region-industry intensities are the industry's average over all "
        f"regions.",
        f"{name}：{own.size}个地区—产业强度中有{gaps}个取该产业全部地区的平均值。",
    )


def interpolate_limits(limits: Array, given: tuple[Phase, ...], wanted: tuple[Phase, ...]) -> Array:
    """Carry cumulative headroom from the phases it was given for to others, by the year in which each phase
    ends.

    Headroom grows linearly between the ends of the given phases, from zero at the start of the first; after
    the last one it stays. The same phases are returned unchanged.
    """
    if [(p.code, p.start, p.end) for p in given] == [(p.code, p.start, p.end) for p in wanted]:
        return limits
    ends = np.array([given[0].start - 1] + [p.end for p in given], dtype=float)
    at = np.array([p.end for p in wanted], dtype=float)
    dims = [d for d in limits.dims if d != "phase"]
    values = limits.transpose(*dims, "phase").sel(phase=[p.code for p in given]).values
    values = np.concatenate([np.zeros((*values.shape[:-1], 1)), values], axis=-1)
    out = np.apply_along_axis(lambda row: np.interp(at, ends, row), -1, values)
    # a limit that is unknown at the start only has no room at zero years, not an unknown room
    out = np.where(np.isnan(limits.transpose(*dims, "phase").values).any(axis=-1, keepdims=True), np.nan, out)
    coords = {d: limits[d].values for d in dims} | {"phase": [p.code for p in wanted]}
    return xr.DataArray(out, coords, [*dims, "phase"])


def focus_table(phases: tuple[Phase, ...], classes: list[str]) -> Array:
    """Return the cumulative share of each factor class by phase; a class without a figure is free from the
    start."""
    values = [[float(p.focus.get(c, 1.0)) for p in phases] for c in classes]
    return xr.DataArray(
        np.array(values, dtype=float).reshape(len(classes), len(phases)),
        {"factor_class": classes, "phase": [p.code for p in phases]},
        ["factor_class", "phase"],
    )


def class_table(factor_class: pd.Series[str], industries: list[str]) -> Array:
    """Return the membership matrix [factor_class, industry] of the industries that can move."""
    mine = factor_class.reindex(industries)
    names = sorted(set(mine))
    values = np.array([[float(mine[i] == c) for i in industries] for c in names])
    return xr.DataArray(values, {"factor_class": names, "industry": industries}, ["factor_class", "industry"])
