"""Who moved to whom in the past: the estimate for a study, by pair of regions, source and industry.

Nothing here is a record of moves. What regions lost and gained is observed; who took it from whom is
estimated, with an interval and with bounds that no other estimate could leave. `transfer_recovery` says what
it is worth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.accounts.lookup import number
from hinterland.accounts.space import distance
from hinterland.measure.columns import SOURCE, gaps, label, output_at, span
from hinterland.measure.history import past_phases, phase_notes
from hinterland.measure.transfer_spread import Assumed, Estimate, Spread, estimate_flows, spread
from hinterland.study import Column, Kind, Phase, Result, Study, StudyError, Text

METHOD = Text(
    "Estimate, not a record. What each region lost or gained of an industry (change of share times the "
    "industry's output in the last year) is taken as given; who took it from whom is the doubly constrained "
    "entropy solution (Wilson 1971), with a prior that falls with distance. Cost, wages or policy of a "
    "single region cancel: they are in the totals. The interval is the central part of draws of the distance "
    "decay, of unmeasured ties of pairs and of errors in the totals; the bounds (Fréchet) hold for every "
    "table with the same totals. Money in prices of the phase's last year.",
    "估计值，而非实际记录。各地区各产业份额变化折算的增减额（份额变化乘以末年该产业总产出）为已知，由谁转向谁"
    "则按双约束最大熵模型（Wilson 1971）求解，先验权重随距离衰减；成本、工资、政策等只属于单个地区的因素已包"
    "含在合计中，不影响分配。区间取自距离衰减系数、地区对之间未观测联系以及合计误差的抽样；上下界"
    "为Fréchet界，合计相同的任何转移表均不能突破。金额按阶段末年价格计。",
)
CAUTION = Text(
    "A gain of share need not be a move: firms are born, closed and grow at different speeds. Read it as who "
    "took share from whom, if shares were taken by moves.",
    "份额上升并不必然意味着企业搬迁，企业的新设、关闭和增速差异同样会改变份额；应理解为“若份额变化均由转移引"
    "起，则由谁转向谁”。",
)


def distances(study: Study) -> tuple[xr.DataArray, tuple[str, ...]]:
    """Return distances [region, region_to] and their sources: as given, else from coordinates.

    Raises
    ------
    StudyError
        There are neither distances nor coordinates.
    """
    given = study.get("distance")
    if given is not None:
        return given.drop_attrs(), study.provenance["distance"].sources
    found = distance(study)
    if found is None:
        raise StudyError(
            Text(
                "Who moved to whom cannot be estimated without distances between the regions.",
                "缺少地区间距离，无法估计由谁转向谁。",
            ),
            Text(
                "Give longitude and latitude of every region in the table regions, or a table distance.",
                "请在regions表中给出每个地区的经纬度，或提供distance表。",
            ),
        )
    return found[0], found[1].sources


def known_industries(study: Study, before: xr.DataArray, after: xr.DataArray) -> list[str]:
    """Return the industries that can move and whose output is known everywhere, and somewhere not nothing."""
    whole = [
        (v.notnull().all("region") & (v.sum("region") > 0)).sel(industry=list(study.transferable))
        for v in (before, after)
    ]
    good = (whole[0] & whole[1]).to_series()
    return [str(industry) for industry in good.index[good]]


@dataclass(frozen=True)
class Transfers:
    """Estimated moves of a study, by phase of its past.

    Attributes
    ----------
    study : Study
    phases : tuple of Phase
    estimates : mapping of phase code to Estimate
    sources : tuple of str
        Of output and distances.
    remarks : Text
        What the study says of its phases, and which industries are left out.
    """

    study: Study
    phases: tuple[Phase, ...]
    estimates: Mapping[str, Estimate]
    sources: tuple[str, ...]
    remarks: Text

    def results(self) -> dict[str, Result]:
        """Return all tables by name."""
        made = [self.flows(), self.pairs(), self.sources_of_hosts(), self.sources_by_industry()]
        if self.study.group.nunique() > 1:
            made.insert(2, self.source_groups())
        return {result.name: result for result in made}

    def _label(self, name: str, kind: Kind) -> Column:
        return label(self.study, name, kind)

    def _figures(self, *names: str, kind: Kind = "number") -> tuple[Column, ...]:
        years = span(*(year for p in self.phases for year in (p.start, p.end)))
        unit = self.study.provenance[SOURCE].unit if kind == "number" else ""
        return tuple(
            Column(n, self.study.text("column", n), kind, unit, "estimated", years, self.sources)
            for n in names
        )

    def _result(
        self, name: str, title: Text, frames: Sequence[pd.DataFrame], columns: Sequence[Column]
    ) -> Result:
        frame = pd.concat(frames, ignore_index=True)[[c.name for c in columns]]
        return Result(name, title, frame, tuple(columns), METHOD, CAUTION + self.remarks)

    def flows(self) -> Result:
        """Every cell that can hold a move: phase, industry, origin, host, with interval and bounds."""
        frames = []
        for phase, estimate in self.estimates.items():
            frame = _table(estimate.cells, _axes(estimate, "industry", "origin", "host"))
            frame = frame[frame["bound_high"] > 0]
            frame.insert(0, "phase", phase)
            frames.append(frame)
        columns = (
            self._label("phase", "phase"),
            self._label("industry", "industry"),
            self._label("origin", "region"),
            self._label("host", "region"),
            *self._figures("transfer", "transfer_low", "transfer_high", "bound_low", "bound_high"),
        )
        return self._result(
            "transfer_flows",
            Text("Who moved to whom, by industry (estimated)", "分产业的转移流向（估计）"),
            frames,
            columns,
        )

    def pairs(self) -> Result:
        """Pairs of regions, all industries that can move together, the largest first in each phase."""
        frames = []
        each = {region: [region] for region in self.study.regions}
        for phase, estimate in self.estimates.items():
            found = estimate.between(each, each, total=True)
            frame = _table(found, {"origin": list(each), "host": list(each)})
            frame = frame[frame["bound_high"] > 0].sort_values("transfer", ascending=False, kind="stable")
            frame.insert(0, "phase", phase)
            frames.append(frame)
        columns = (
            self._label("phase", "phase"),
            self._label("origin", "region"),
            self._label("host", "region"),
            *self._figures("transfer", "transfer_low", "transfer_high", "bound_low", "bound_high"),
        )
        return self._result(
            "transfer_pairs",
            Text("Who moved to whom, all industries (estimated)", "各地区间的转移流向（估计）"),
            frames,
            columns,
        )

    def source_groups(self) -> Result:
        """From which group of regions the hosts received: phase, group, transfer and share with intervals."""
        group = self.study.group
        groups = {str(g): list(group.index[group == g]) for g in dict.fromkeys(group)}
        frames = []
        for phase, estimate in self.estimates.items():
            frame = _received(estimate, groups, self.study.hosts, "group")
            frame.insert(0, "phase", phase)
            frames.append(frame)
        return self._result(
            "transfer_source_groups",
            Text("Where the hosts received from, by group (estimated)", "承接地转入来源：分板块（估计）"),
            frames,
            (self._label("phase", "phase"), self._label("group", "group"), *self._received_columns()),
        )

    def sources_of_hosts(self) -> Result:
        """From which regions the hosts together received, the largest first in each phase."""
        each = {region: [region] for region in self.study.regions}
        frames = []
        for phase, estimate in self.estimates.items():
            frame = _received(estimate, each, self.study.hosts, "origin")
            frame = frame[frame["transfer_high"] > 0].sort_values("transfer", ascending=False, kind="stable")
            frame.insert(0, "phase", phase)
            frames.append(frame)
        return self._result(
            "transfer_sources",
            Text("Source regions of the hosts (estimated)", "承接地的转入来源地（估计）"),
            frames,
            (self._label("phase", "phase"), self._label("origin", "region"), *self._received_columns()),
        )

    def sources_by_industry(self) -> Result:
        """The largest source regions of the hosts, by phase and industry."""
        most = int(number(self.study, "measure.transfer_sources"))
        regions = list(self.study.regions)
        frames = []
        for phase, estimate in self.estimates.items():
            found = estimate.between({r: [r] for r in regions}, {"": list(self.study.hosts)}, total=False)
            frame = _table(found, {**_axes(estimate, "industry"), "origin": regions, "host": [""]})
            taken = frame.groupby("industry")["transfer"].transform("sum")
            frame["share"] = frame["transfer"] / taken.where(taken > 0)
            frame = frame[frame["transfer"] > 0]
            order = frame.groupby("industry")["transfer"].rank(ascending=False, method="first")
            frame = frame.assign(rank=order)[order <= most]
            place = {code: k for k, code in enumerate(self.study.industries)}
            frame = frame.sort_values(
                ["industry", "rank"], key=lambda s: s.map(place) if s.name == "industry" else s, kind="stable"
            )
            frame.insert(0, "phase", phase)
            frames.append(frame)
        columns = (
            self._label("phase", "phase"),
            self._label("industry", "industry"),
            self._label("origin", "region"),
            *self._figures("transfer", "transfer_low", "transfer_high", "bound_low", "bound_high"),
            *self._figures("share", kind="share"),
        )
        return self._result(
            "transfer_sources_by_industry",
            Text(
                "Source regions of the hosts, by industry (estimated)", "承接地的转入来源地：分产业（估计）"
            ),
            frames,
            columns,
        )

    def _received_columns(self) -> tuple[Column, ...]:
        return (
            *self._figures("transfer", "transfer_low", "transfer_high", "bound_low", "bound_high"),
            *self._figures("share", "share_low", "share_high", kind="share"),
        )


def _axes(estimate: Estimate, *dims: str) -> dict[str, list[str]]:
    return {dim: [str(code) for code in estimate.flows[dim].values] for dim in dims}


def _table(found: Spread, axes: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Write figures with their axes as rows."""
    index = pd.MultiIndex.from_product([list(codes) for codes in axes.values()], names=list(axes))
    figures = {
        "transfer": found.value,
        "transfer_low": found.low,
        "transfer_high": found.high,
        "bound_low": found.bound_low,
        "bound_high": found.bound_high,
    }
    return pd.DataFrame({name: v.ravel() for name, v in figures.items()}, index).reset_index()


def _received(
    estimate: Estimate, origins: Mapping[str, Sequence[str]], hosts: Sequence[str], name: str
) -> pd.DataFrame:
    """What the hosts together received from each group of origins, in money and as a share of all they got.

    Shares are drawn as shares: each draw's receipts over that draw's whole.
    """
    found = estimate.between(origins, {"": list(hosts)}, total=True)
    frame = _table(found, {name: list(origins), "host": [""]}).drop(columns="host")
    whole = float(estimate.gains.sel(host=list(hosts)).sum())
    if whole <= 0:
        return frame.assign(share=np.nan, share_low=np.nan, share_high=np.nan)
    drawn = np.stack([estimate.drawn(members, hosts).sum(1) for members in origins.values()], 1)
    total = estimate.drawn(list(estimate.flows["origin"].values), hosts).sum(1)[:, None]
    share = np.divide(drawn, total, out=np.zeros_like(drawn), where=total > 0)
    low, high = (b[:, 0] / whole for b in (found.bound_low, found.bound_high))
    parts = spread(found.value[:, 0] / whole, share, low, high, estimate.confidence)
    return frame.assign(share=parts.value, share_low=parts.low, share_high=parts.high)


def transfers(study: Study, *, draws: int | None = None, seed: int | None = None) -> Transfers:
    """Estimate who moved to whom in each phase of the past, from output and distance.

    Parameters
    ----------
    study : Study
        With gross output of the years that bound the historical phases (without historical phases: of the
        first and the last year), and distances or coordinates.
    draws, seed : int, optional
        Parameters measure.transfer_draws and seed unless given.

    Returns
    -------
    Transfers
        ``results()`` are the tables transfer_flows, transfer_pairs, transfer_source_groups, transfer_sources
        and transfer_sources_by_industry.

    Raises
    ------
    StudyError
        No distances, output of one year only, no industry whose output is known everywhere.
    """
    phases = past_phases(study)
    km, located = distances(study)
    assumed = Assumed.of(study)
    count = int(number(study, "measure.transfer_draws")) if draws is None else draws
    start = int(number(study, "seed")) if seed is None else seed
    confidence = number(study, "measure.transfer_confidence")
    years = sorted({year for p in phases for year in (p.start, p.end)})
    output = output_at(study, *years).drop_attrs()
    estimates = {}
    left: dict[str, None] = {}
    for place, phase in enumerate(phases):
        before, after = output.sel(year=phase.start, drop=True), output.sel(year=phase.end, drop=True)
        industries = known_industries(study, before, after)
        left |= dict.fromkeys(i for i in study.transferable if i not in industries)
        if not industries:
            raise StudyError(
                Text(
                    f"No industry that can move has output of all regions in {phase.start} and {phase.end}.",
                    f"{phase.start}年和{phase.end}年没有一个可转移产业具备全部地区的产出数据。",
                ),
                Text(
                    "Fill the gaps of gross_output, or bound the historical phases by other years.",
                    "请补全gross_output表，或改用其他年份划分历史阶段。",
                ),
            )
        estimates[phase.code] = estimate_flows(
            before.sel(industry=industries),
            after.sel(industry=industries),
            km,
            assumed,
            draws=count,
            rng=np.random.default_rng([start, place]),
            confidence=confidence,
        )
    said = Text("", "")
    for remark in (phase_notes(study), gaps(output.sel(industry=list(study.transferable)))):
        said += Text(" ", "") + remark if remark.en else remark
    if left:
        names = [study.text("industry", code) for code in left]
        said += Text(
            f" Left out for want of output: {', '.join(n.en for n in names)}.",
            f"因缺少产出数据未纳入：{'、'.join(n.zh for n in names)}。",
        )
    sources = (*study.provenance[SOURCE].sources, *located)
    return Transfers(study, phases, estimates, tuple(dict.fromkeys(sources)), said)
