"""How receiving industries upgrades a region, as tables: effects, channels, neighbours, a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.accounts.space import distance as great_circles
from hinterland.potential.figures import label, span
from hinterland.potential.upgrading.effects import Effect, Floats, fixed_effects
from hinterland.potential.upgrading.mediation import Mediation, mediate
from hinterland.potential.upgrading.panel import Panel, Variable, build
from hinterland.potential.upgrading.spatial import WEIGHTS, durbin, spatial_weights
from hinterland.study import Column, Kind, Result, Study, StudyError, Text

SPECIFICATIONS = ("plain", "controls", "lag", "lead", "flow")


class _Data(NamedTuple):
    """One outcome with what explains it, on its balanced panel."""

    outcome: Variable
    regions: list[str]
    years: list[int]
    y: Floats
    x: Floats
    z: Floats


def _at(array: xr.DataArray, regions: list[str], years: list[int]) -> Floats:
    return np.asarray(array.sel(region=regions, year=years).to_numpy(), dtype=np.float64)


def _outcomes(panel: Panel) -> Iterator[_Data]:
    controls = panel.of("control")
    for outcome in panel.of("outcome"):
        regions, years = panel.block(outcome, *controls)
        if len(years) < 4 or len(regions) < 10:
            continue
        z = [_at(each.values, regions, years) for each in controls]
        empty = np.empty((0, len(regions), len(years)))
        yield _Data(
            outcome,
            regions,
            years,
            _at(outcome.values, regions, years),
            _at(panel.transfer, regions, years),
            np.stack(z) if z else empty,
        )


def _specify(data: _Data, panel: Panel, name: str) -> tuple[Floats, Floats, Floats, list[int]]:
    """Return outcome, regressor, controls and years of one specification."""
    y, x, z, years = data.y, data.x, data.z, data.years
    if name == "plain":
        return y, x, z[:0], years
    if name == "controls":
        return y, x, z, years
    if name == "lag":
        return y[:, 1:], x[:, :-1], z[:, :, 1:], years[1:]
    if name == "lead":  # what comes later cannot have caused what is now: with today's transfer held equal
        return y[:, :-1], x[:, 1:], np.concatenate([x[None, :, :-1], z[:, :, :-1]]), years[:-1]
    flow = _at(panel.flow, data.regions, years[1:])
    return np.diff(y, axis=1), flow, np.diff(z, axis=2), years[1:]


def _verdict(effects: dict[str, Effect], basis: str, level: float) -> str:
    """Say in a word what the specifications together allow to be said.

    none: the main one does not tell the effect from nothing. against: it is below nothing. tied: the outcome
    holds the region's own output. fragile: earlier transfer or flows do not say the same, or later transfer
    "explains" today's outcome. consistent: none of these.
    """
    main = effects["controls"]
    if main.wild_p >= level:
        return "none"
    if main.estimate < 0:
        return "against"
    if basis == "output":
        return "tied"
    alike = all(effects[k].wild_p < level and effects[k].estimate > 0 for k in ("lag", "flow"))
    return "consistent" if alike and effects["lead"].wild_p >= level else "fragile"


def _mediated(outcome: Variable, channel: Variable, found: Mediation) -> str:
    """Say in a word whether a channel carries the effect.

    tied: outcome and channel hold the same indicator, so that their figures go together anyway. offset: the
    channel carries something, against the total.
    """
    if outcome.shares(channel):
        return "tied"
    if found.indirect[1] <= 0 <= found.indirect[2]:
        return "not_shown"
    return "shown" if found.indirect[0] * found.total[0] > 0 else "offset"


def _column(study: Study, name: str, year: str, kind: Kind = "number", unit: str = "") -> Column:
    sources = [
        source
        for variable in ("gross_output", "indicators")
        if variable in study.provenance
        for source in study.provenance[variable].sources
    ]
    return Column(
        name, study.text("column", name), kind, unit, "estimated", year, tuple(dict.fromkeys(sources))
    )


def _method(study: Study, years: list[int], regions: int, controls: list[Variable]) -> Text:
    named = [study.text("control", each.code) for each in controls]
    return Text(
        f"Panel of {regions} regions, {span(years)} ({len(years)} years). Transfer received: the region's "
        "share "
        "of national output of the industries that can move at fixed industry weights, in logarithms; a "
        "coefficient is for a share one tenth larger. Region and year effects throughout"
        + (f"; controls: {', '.join(name.en.lower() for name in named)}. " if named else ". "),
        f"{regions}个地区、{span(years)}年（{len(years)}个年份）面板。承接转移：固定产业权重下本地区占全国可转移"
        "产业产出的份额（对数），系数对应份额提高十分之一。均含地区和年份固定效应"
        + (f"；控制变量：{'、'.join(name.zh for name in named)}。" if named else "。"),
    )


def _caveats(panel: Panel) -> Text:
    said = Text(
        "An association within regions over time, not an experiment: regions that upgrade may draw "
        "industries, "
        "and policies may do both. ",
        "结果为地区内部随时间变化的相关关系，并非实验：升级本身可能吸引产业，政策也可能同时影响二者。",
    )
    filled = [each for each in panel.variables.values() if each.filled]
    if filled:
        years = sorted({year for each in filled for year in each.filled})
        said += Text(
            f"Some figures of {', '.join(map(str, years))} stand on the line between observed years. ",
            f"{'、'.join(map(str, years))}年部分数据由相邻观测年份线性插补。",
        )
    for text in panel.left_out:
        said += Text("Left out: ", "未纳入：") + text + Text(" ", "")
    return said + Text(
        "Structural rationalisation (Theil) needs employment by industry in every year and is not built "
        "here.",
        "产业结构合理化（泰尔指数）需要历年分产业就业数据，此处未计算。",
    )


def upgrading_effects(study: Study, panel: Panel | None = None) -> tuple[Result, Result]:
    """Estimate how upgrading goes with transfer received, in five specifications, and say what they allow.

    Returns
    -------
    Results ``upgrading_effects`` (outcome, specification, estimate, error, low, high, p, wild_p,
    observations, regions_counted) and ``upgrading_verdict`` (outcome, upgrading_verdict, basis,
    estimate, low_bound, high_bound, wild_p, lag_p, flow_p, lead_p).

    Raises
    ------
    StudyError
        There is no table ``upgrading``, too few years, no usable outcome, or pyfixest is not installed.
    """
    panel = panel or build(study)
    draws, seed = int(study.parameter("potential.bootstrap_draws")), int(study.parameter("seed"))
    level = float(study.parameter("potential.significance"))
    rows, verdicts, last = [], [], None
    for data in _outcomes(panel):
        last = data
        found: dict[str, Effect] = {}
        for name in SPECIFICATIONS:
            y, x, z, years = _specify(data, panel, name)
            one = fixed_effects(y, x, z, draws=draws, seed=seed, labels=(data.regions, years))
            found[name] = one
            rows.append(
                (
                    data.outcome.code,
                    name,
                    one.estimate,
                    one.error,
                    one.low,
                    one.high,
                    one.p,
                    one.wild_p,
                    float(one.observations),
                    float(one.clusters),
                )
            )
        main = found["controls"]
        verdicts.append(
            (
                data.outcome.code,
                _verdict(found, data.outcome.basis, level),
                data.outcome.basis,
                main.estimate,
                main.low,
                main.high,
                main.wild_p,
                *(found[k].wild_p for k in ("lag", "flow", "lead")),
            )
        )
    if last is None:
        raise _nothing(study)
    covered = span(last.years)
    method = _method(study, last.years, len(last.regions), panel.of("control"))
    names = ["estimate", "error", "low_bound", "high_bound", "p", "wild_p", "observations", "regions_counted"]
    effects = Result(
        "upgrading_effects",
        Text("Upgrading and transfer received", "承接转移与产业升级"),
        pd.DataFrame(rows, columns=["outcome", "specification", *names]),
        (
            label(study, "outcome", "code"),
            label(study, "specification", "code"),
            *(_column(study, name, covered) for name in names),
        ),
        method
        + Text(
            "By pyfixest; standard errors clustered by region, 95 % intervals; the other p-value is of the "
            "wild "
            f"cluster bootstrap ({draws} draws, null imposed). Earlier transfer: that of the table before. "
            "Later "
            "transfer: that of the table after, with today's held equal; it can cause nothing today, so that "
            "an "
            "effect there is a warning. Flows: change of the outcome on the growth beyond what national "
            "growth "
            "of each industry gives, per tenth.",
            f"由pyfixest估计，标准误按地区聚类，95 %置信区间；另一p值来自施加原假设的野聚类自助法（{draws}次"
            "）。“前"
            "期转移”取上一年份；“后期转移”取下一年份并控制当期，后期不可能影响当期，若显著则为警示；“流量”为结果变"
            "量的变化对超出全国分产业增长部分的增速回归（每十分之一）。",
        ),
        _caveats(panel),
    )
    verdict = Result(
        "upgrading_verdict",
        Text("What may be said about upgrading", "关于升级效应可作的判断"),
        pd.DataFrame(
            verdicts,
            columns=[
                "outcome",
                "upgrading_verdict",
                "basis",
                *("estimate", "low_bound", "high_bound", "wild_p", "lag_p", "flow_p", "lead_p"),
            ],
        ),
        (
            label(study, "outcome", "code"),
            _column(study, "upgrading_verdict", covered, "code"),
            _column(study, "basis", covered, "code"),
            *(
                _column(study, name, covered)
                for name in ("estimate", "low_bound", "high_bound", "wild_p", "lag_p", "flow_p", "lead_p")
            ),
        ),
        method
        + Text(
            f"Threshold of the p-values: {level:g}. Several outcomes are tested; one in twenty would pass by "
            "chance alone. Consistent: earlier transfer and flows say the same and later transfer says "
            "nothing.",
            f"p值阈值为{level:g}。同时检验多个结果变量，约二十分之一可能偶然通过。“一致”指前期转移与流量设定结论相"
            "同，且后期转移不显著。",
        ),
        _caveats(panel),
    )
    return effects, verdict


def upgrading_mediation(study: Study, panel: Panel | None = None) -> Result:
    """Estimate by which channel transfer received may upgrade, with cluster-bootstrap intervals.

    Returns
    -------
    Result ``upgrading_mediation``: outcome, channel, first, second, indirect with its bounds, direct, total
    with its bounds, part (indirect over total where the total is not near zero), sensitivity, mediation.

    Raises
    ------
    StudyError
        As `upgrading_effects`; the table names no channel that can be built.
    """
    panel = panel or build(study)
    draws, seed = int(study.parameter("potential.bootstrap_draws")), int(study.parameter("seed"))
    controls = panel.of("control")
    rows, seen = [], None
    for outcome in panel.of("outcome"):
        for channel in panel.of("channel"):
            regions, years = panel.block(outcome, channel, *controls)
            if len(years) < 3 or len(regions) < 10:
                continue
            seen = seen if seen and len(seen[1]) >= len(years) else (regions, years)
            z = [_at(each.values, regions, years) for each in controls]
            found = mediate(
                _at(outcome.values, regions, years),
                _at(panel.transfer, regions, years),
                _at(channel.values, regions, years),
                np.stack(z) if z else np.empty((0, len(regions), len(years))),
                draws,
                seed,
            )
            clear = found.total[1] > 0 or found.total[2] < 0
            rows.append(
                (
                    outcome.code,
                    channel.code,
                    found.first[0],
                    found.second[0],
                    *found.indirect,
                    found.direct[0],
                    *found.total,
                    found.indirect[0] / found.total[0] if clear else np.nan,
                    found.sensitivity,
                    float(len(years)),
                    _mediated(outcome, channel, found),
                )
            )
    if seen is None:
        raise _nothing(study)
    names = [
        *("first", "second", "indirect", "indirect_low", "indirect_high", "direct"),
        *("total", "total_low", "total_high", "part", "sensitivity", "years_counted"),
    ]
    years_text = span(seen[1])
    return Result(
        "upgrading_mediation",
        Text("Channels of upgrading", "产业升级的传导渠道"),
        pd.DataFrame(rows, columns=["outcome", "channel", *names, "mediation"]),
        (
            label(study, "outcome", "code"),
            label(study, "channel", "code"),
            *(_column(study, name, years_text, "share" if name == "part" else "number") for name in names),
            _column(study, "mediation", years_text, "code"),
        ),
        _method(study, seen[1], len(seen[0]), controls)
        + Text(
            "Indirect effect: transfer to channel times channel to outcome with transfer held equal (Baron & "
            f"Kenny 1986); 95 % percentile intervals from {draws} draws of whole regions. Sensitivity: the "
            "correlation of the two equations' errors at which the indirect effect would be zero (Imai, "
            "Keele & "
            "Yamamoto 2010).",
            "间接效应为“转移→渠道”与“渠道→结果（控制转移）”两系数之积（Baron和Kenny，1986），95 %百分位区间来"
            "自对"
            f"整个地区的{draws}次重抽样。敏感性为使间接效应归零的两方程误差相关系数（Imai、Keele和Yamamoto，2010）。",
        ),
        Text(
            "Causal only if nothing unseen moves channel and outcome together, which no data can test: a "
            "sensitivity near zero means that little would make it up. Channels are taken one at a time and "
            "overlap. ",
            "仅当不存在同时影响渠道与结果的遗漏因素时方可作因果解释，而这一前提无法检验：敏感性接近零表示很弱的遗漏"
            "因素即可造成该结果。各渠道分别估计，相互重叠。",
        )
        + _caveats(panel),
    )


def upgrading_spatial(study: Study, panel: Panel | None = None) -> Result:
    """Estimate what transfer received does to the region itself and to the others, by a spatial Durbin panel.

    Returns
    -------
    Result ``upgrading_spatial``: outcome, weights, rho, direct, indirect and total effect with their bounds.

    Raises
    ------
    StudyError
        As `upgrading_effects`; spreg is not installed; the study has no distances.
    """
    panel = panel or build(study)
    draws, seed = int(study.parameter("potential.spatial_draws")), int(study.parameter("seed"))
    neighbours = int(study.parameter("potential.spatial_neighbours"))
    distance = _distance(study)
    rows, last = [], None
    for data in _outcomes(panel):
        last = data
        apart = distance.loc[data.regions, data.regions].to_numpy()
        for kind in WEIGHTS:
            found = durbin(
                data.y,
                np.concatenate([data.x[None], data.z]),
                spatial_weights(apart, kind, neighbours),
                draws,
                seed,
            )
            rows.append((data.outcome.code, kind, found.rho, *found.direct, *found.indirect, *found.total))
    if last is None:
        raise _nothing(study)
    names = [
        "rho",
        *(
            f"{effect}{bound}"
            for effect in ("direct", "indirect", "total")
            for bound in ("", "_low", "_high")
        ),
    ]
    years = span(last.years)
    return Result(
        "upgrading_spatial",
        Text("Upgrading here and next door", "升级的本地效应与溢出效应"),
        pd.DataFrame(rows, columns=["outcome", "weights", *names]),
        (
            label(study, "outcome", "code"),
            label(study, "weights", "code"),
            *(_column(study, name, years) for name in names),
        ),
        _method(study, last.years, len(last.regions), panel.of("control"))
        + Text(
            f"Spatial Durbin panel by spreg (maximum likelihood), weights of the {neighbours} nearest "
            "regions or "
            "inverse distances, rows summing to one. Direct: on the region itself, feedback included; "
            "indirect: "
            f"on all others together (LeSage & Pace 2009); 95 % intervals from {draws} normal draws.",
            f"由spreg以最大似然估计空间杜宾面板模型，权重取{neighbours}个最近邻或距离倒数，行标准化。直接效应为对本"
            f"地区的影响（含反馈），间接效应为对其他地区影响之和（LeSage和Pace，2009）；95 %区间来自{draws}次"
            "正态抽样。",
        ),
        Text(
            "With all regions in every row, inverse distances leave little beyond the year effects, and the "
            "rho is weakly determined: trust what both weights say. With few regions and years rho comes out "
            "somewhat low. Errors are taken as independent. ",
            "距离倒数权重使每行包含所有地区，扣除年份效应后信息有限，其空间自回归系数识别较弱，应以两种权重均支持的结"
            "论为准。地区和年份较少时该系数估计略偏低。误差视为相互独立。",
        )
        + _caveats(panel),
    )


def _distance(study: Study) -> pd.DataFrame:
    found = study.get("distance")
    if found is None:
        made = great_circles(study)
        if made is None:
            raise StudyError(
                Text("There are no distances between the regions.", "没有地区间距离。"),
                Text(
                    "Give longitude and latitude in the table regions, or a table distance.",
                    "请在regions表中给出经纬度，或补充distance表。",
                ),
            )
        found = made[0]
    table: pd.DataFrame = found.transpose("region", "region_to").to_pandas()
    return table


def _nothing(study: Study) -> StudyError:
    return StudyError(
        Text(
            f"No outcome of the study '{study.name}' is known for enough regions and years.",
            f"研究“{study.name}”没有覆盖足够地区和年份的结果变量。",
        ),
        Text(
            "It takes ten regions and four years of output and of the indicators in the table upgrading.",
            "至少需要十个地区、四个年份的产出及upgrading表所列指标。",
        ),
    )
