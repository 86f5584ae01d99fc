"""Detected phases of transfer beside the declared ones: which series, which breaks, how sure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.measure.columns import label, made, output_years, span
from hinterland.measure.emissions import emissions
from hinterland.measure.history import historical_phases
from hinterland.measure.turning import Array, Turning, detectable_change, find_turning, standing
from hinterland.study import Column, Result, Study, StudyError, Text

JOINT = "all_series"


@dataclass(frozen=True)
class Series:
    """One yearly series without gaps."""

    code: str
    kind: str
    variable: str
    values: pd.Series[float]

    @property
    def years(self) -> list[int]:
        """Years, in order."""
        return [int(year) for year in self.values.index]


def _codes(study: Study, parameter: str) -> list[str]:
    said = study.parameter(parameter)
    words = said if isinstance(said, (list, tuple)) else str(said or "").replace(",", " ").split()
    return [] if words == ["nan"] else [str(word) for word in words]


def _longest(values: pd.Series[float]) -> pd.Series[float]:
    """The longest run of successive years that are all known."""
    known = values.dropna().sort_index()
    if known.empty:
        return known
    run = (known.index.to_series().diff() != 1).cumsum()
    return known[run == run.value_counts(sort=False).idxmax()]


def _share(table: xr.DataArray, regions: list[str]) -> pd.Series[float]:
    whole = table.sum("region", skipna=False)
    return (table.sel(region=regions).sum("region", skipna=False) / whole.where(whole != 0)).to_series()


def transfer_series(study: Study) -> list[Series]:
    """The yearly series in which breaks are sought.

    The hosts' share of each indicator that measure.break_indicators names (indicators that add up over
    regions), their median over the origins' for those of measure.break_levels (wages and the like), and their
    share of the industries' emissions.

    Raises
    ------
    StudyError
        The study has no such series.
    """
    hosts, origins = list(study.hosts), list(study.origins)
    out: list[Series] = []
    if "indicators" in study:
        data = study["indicators"].drop_attrs()
        for parameter, kind in (
            ("measure.break_indicators", "host_share"),
            ("measure.break_levels", "host_level"),
        ):
            for code in _codes(study, parameter):
                if code not in data["indicator"].values:
                    raise StudyError(
                        Text(
                            f"{parameter} names the indicator '{code}', of which the study has no figures.",
                            f"{parameter}所列指标“{code}”没有数据。",
                        ),
                        Text("Mend study.toml.", "请修改study.toml。"),
                    )
                mine = data.sel(indicator=code, drop=True)
                found = (
                    _share(mine, hosts)
                    if kind == "host_share"
                    else (
                        mine.sel(region=hosts).median("region", skipna=False)
                        / mine.sel(region=origins).median("region", skipna=False)
                    ).to_series()
                )
                out.append(Series(code, kind, "indicators", _longest(found)))
    if "co2" in study:
        total = emissions(study).sum("industry", skipna=False)
        known = total.sel(region=total.notnull().any("year"))
        inside = [region for region in hosts if region in known["region"].values]
        out.append(Series("co2", "host_share", "co2", _longest(_share(known, inside))))
    least = int(study.parameter("measure.phase_years"))
    long = [series for series in out if len(series.values) > 2 * least]
    if not long:
        raise StudyError(
            Text(
                f"Phases can be detected only in a yearly series of {2 * least + 1} years or more; the study"
                f" '{study.name}' names none.",
                f"转折点检测需要不少于{2 * least + 1}年的逐年序列，研究“{study.name}”没有指定。",
            ),
            Text(
                'Name yearly indicators in study.toml: measure.break_indicators = "...".',
                '请在study.toml中指定逐年指标：measure.break_indicators = "..."。',
            ),
        )
    return long


def declared_turnings(study: Study) -> list[int]:
    """Turning points that the study declares: measure.turning_points, else where its past phases meet."""
    named = [int(float(code)) for code in _codes(study, "measure.turning_points")]
    if named:
        return named
    try:
        return [phase.start for phase in historical_phases(study)[1:]]
    except StudyError:
        return []


@dataclass(frozen=True)
class _Sought:
    code: str
    kind: str
    variables: tuple[str, ...]
    years: list[int]
    changes: Array
    found: Turning


def _sought(study: Study) -> list[_Sought]:
    series = transfer_series(study)
    most, least = int(study.parameter("measure.most_breaks")), int(study.parameter("measure.phase_years"))
    draws, seed = int(study.parameter("measure.break_draws")), int(study.parameter("seed"))
    level = float(study.parameter("measure.break_interval"))

    def seek(code: str, kind: str, on: tuple[str, ...], years: list[int], changes: Array) -> _Sought:
        turning = find_turning(changes, most=most, least=least, draws=draws, level=level, seed=seed)
        return _Sought(code, kind, on, years, changes, turning)

    out = [
        seek(one.code, one.kind, (one.variable,), one.years, np.diff(one.values.to_numpy())[:, None])
        for one in series
    ]
    if len(series) > 1:
        shared = sorted(set.intersection(*(set(one.years) for one in series)))
        if len(shared) > 2 * least:
            steps = np.stack([np.diff(one.values.loc[shared].to_numpy()) for one in series], axis=1)
            spread = steps.std(axis=0, ddof=1)
            steps = steps / np.where(spread > 0, spread, 1.0)
            on = tuple(dict.fromkeys(one.variable for one in series))
            out.append(seek(JOINT, "joint", on, shared, steps))
    return out


def _label_columns(study: Study) -> tuple[Column, Column]:
    return label(study, "indicator", "indicator"), label(study, "series_kind", "code")


def phase_series(study: Study) -> Result:
    """The yearly series in which phases are sought.

    Returns
    -------
    Result ``phase_series``: indicator, series_kind (host_share: of all regions; host_level: median over the
    origins' median), year, value, change (on the year before).

    Raises
    ------
    StudyError
        The study has no yearly series that is long enough.
    """
    series = transfer_series(study)
    frames = [
        pd.DataFrame(
            {
                "indicator": one.code,
                "series_kind": one.kind,
                "year": one.years,
                "value": one.values.to_numpy(),
                "change": one.values.diff().to_numpy(),
            }
        )
        for one in series
    ]
    on = tuple(dict.fromkeys(one.variable for one in series))
    shown = span(*(year for one in series for year in one.years))
    without = _without(study)
    return Result(
        "phase_series",
        Text("Yearly series of transfer", "产业转移的逐年序列"),
        pd.concat(frames, ignore_index=True),
        (
            *_label_columns(study),
            label(study, "year", "year"),
            made(study, "value", "share", shown, on),
            made(study, "change", "share", shown, on),
        ),
        Text(
            "The hosts' share of all regions, or (levels such as wages) their median over the origins'"
            " median; the longest run of successive years that are all known.",
            "承接地占全部地区的份额；工资等水平类指标取承接地中位数与转出地中位数之比。取各地区均有数据的最"
            "长连续年段。",
        ),
        without,
    )


def _without(study: Study) -> Text:
    if "co2" not in study:
        return Text("", "")
    total = emissions(study).sum("industry", skipna=False)
    lacking = [str(r) for r in total.region.values if bool(total.sel(region=r).isnull().all())]
    if not lacking:
        return Text("", "")
    names = [study.text("region", code) for code in lacking]
    return Text(
        f"Emissions without {', '.join(n.en for n in names)}, of which none are known.",
        f"碳排放不含缺少数据的{'、'.join(n.zh for n in names)}。",
    )


def phase_breaks(study: Study) -> Result:
    """Years in which the pace of the series changed, with intervals, and the nearest declared turning point.

    Returns
    -------
    Result ``phase_breaks``: indicator, series_kind, break_year (last year of the earlier phase), year_low,
    year_high, support, pace_before, pace_after (mean yearly change; empty for all series together),
    declared_year, years_apart. Without rows when no series has a break.

    Raises
    ------
    StudyError
        The study has no yearly series that is long enough, or ruptures is not installed.
    """
    declared = declared_turnings(study)
    sought = _sought(study)
    rows = []
    for one in sought:
        parts = np.split(one.changes, list(one.found.breaks))
        for k, at in enumerate(one.found.breaks):
            year = one.years[at]
            near = min(declared, key=lambda known: abs(known - year)) if declared else None
            single = one.code != JOINT
            rows.append(
                {
                    "indicator": one.code,
                    "series_kind": one.kind,
                    "break_year": year,
                    "year_low": one.years[one.found.low[k]],
                    "year_high": one.years[one.found.high[k]],
                    "support": one.found.support[k],
                    "pace_before": float(parts[k].mean()) if single else np.nan,
                    "pace_after": float(parts[k + 1].mean()) if single else np.nan,
                    "declared_year": float("nan") if near is None else float(near),
                    "years_apart": float("nan") if near is None else float(year - near),
                }
            )
    names = ["indicator", "series_kind", "break_year", "year_low", "year_high", "support"]
    names += ["pace_before", "pace_after", "declared_year", "years_apart"]
    on = tuple(dict.fromkeys(variable for one in sought for variable in one.variables))
    shown = span(*(year for one in sought for year in one.years))
    level = float(study.parameter("measure.break_interval"))
    return Result(
        "phase_breaks",
        Text("Detected turning points", "检测到的转折点"),
        pd.DataFrame(rows, columns=names),
        (
            *_label_columns(study),
            label(study, "break_year", "year"),
            label(study, "year_low", "year"),
            label(study, "year_high", "year"),
            _estimated(study, "support", "share", shown, on),
            _estimated(study, "pace_before", "share", shown, on),
            _estimated(study, "pace_after", "share", shown, on),
            label(study, "declared_year", "year"),
            label(study, "years_apart", "number"),
        ),
        Text(
            "Yearly changes of a series are split where their mean changes (exact dynamic programming,"
            " ruptures); the number of breaks has the least BIC (Yao 1988), phases last {least} years or"
            " more. Interval: {level} of {draws} samples with redrawn residuals; support: share of them"
            " with a break within a year. A break year ends the earlier phase.",
            "对序列的逐年变化按均值变化分段（ruptures精确动态规划）；转折点个数取BIC最小（Yao，1988），每段"
            "不少于{least}年。区间为{draws}次残差自助抽样的{level}范围；支持度为抽样中一年之内出现转折点的"
            "比例。转折年为前一阶段的末年。",
        ).format(
            least=study.parameter("measure.phase_years"),
            level=f"{level:.0%}",
            draws=study.parameter("measure.break_draws"),
        ),
        _power(study),
    )


def phase_evidence(study: Study) -> Result:
    """How much there is in the detected phases, and in the declared ones, series by series.

    Returns
    -------
    Result ``phase_evidence``: indicator, series_kind, start, end, breaks, number_support, p_value, explained,
    detectable, declared_explained, declared_standing. The last: share of all other pairs (or as many) of
    admissible turning points that explain no more than the declared ones; one half is no better than points
    picked blindly.

    Raises
    ------
    StudyError
        The study has no yearly series that is long enough, or ruptures is not installed.
    """
    declared = declared_turnings(study)
    least = int(study.parameter("measure.phase_years"))
    sought = _sought(study)
    rows = []
    for one in sought:
        # year y ends a phase: the first change of the next stands where y stands among the years
        places = [one.years.index(year) for year in declared if year in one.years]
        mine, better, _ = standing(one.changes, places if len(places) == len(declared) else [], least)
        rows.append(
            {
                "indicator": one.code,
                "series_kind": one.kind,
                "start": one.years[0],
                "end": one.years[-1],
                "breaks": float(len(one.found.breaks)),
                "number_support": one.found.number_support,
                "p_value": one.found.p_value,
                "explained_variance": one.found.explained,
                "detectable": np.nan if one.code == JOINT else _detectable(study, one.found.residuals),
                "declared_explained": mine,
                "declared_standing": better,
            }
        )
    on = tuple(dict.fromkeys(variable for one in sought for variable in one.variables))
    shown = span(*(year for one in sought for year in one.years))
    kinds = {"breaks": "number", "p_value": "number"}
    figures: tuple[str, ...] = ("breaks", "number_support", "p_value", "explained_variance", "detectable")
    figures += ("declared_explained", "declared_standing")
    said = "、".join(map(str, declared)) or "（无）"
    return Result(
        "phase_evidence",
        Text("Evidence for phases of transfer", "产业转移分期的证据"),
        pd.DataFrame(rows),
        (
            *_label_columns(study),
            label(study, "start", "year"),
            label(study, "end", "year"),
            *(_estimated(study, n, kinds.get(n, "share"), shown, on) for n in figures),
        ),
        Text(
            "p: share of random orders of the yearly changes that look as much like phases. Explained:"
            " share of the variance of the changes between phases. Detectable: the smallest change of pace"
            " half way through the series that would be found in four cases of five. Declared turning"
            " points: {en}; their standing is the share of all other sets of as many turning points that"
            " explain no more (half: no better than picked blindly).",
            "p值：将逐年变化随机排序后，分段效果不低于实际的比例。解释度：阶段间差异占逐年变化方差的比重。"
            "可检出幅度：位于序列中点、有八成概率被检出的最小变化幅度。给定转折点：{zh}；其位置为同样个数的"
            "其他转折点组合中解释度不高于它的比例（0.5相当于随意选取）。",
        ).format(en=", ".join(map(str, declared)) or "none", zh=said),
        _power(study),
    )


def _detectable(study: Study, residuals: Array) -> float:
    found = detectable_change(
        residuals,
        most=int(study.parameter("measure.most_breaks")),
        least=int(study.parameter("measure.phase_years")),
        draws=99,
        seed=int(study.parameter("seed")),
    )
    return found if np.isfinite(found) else np.nan  # so noisy that nothing would be found


def _estimated(study: Study, name: str, kind: str, year: str, on: tuple[str, ...]) -> Column:
    return made(study, name, "share" if kind == "share" else "number", year, on, estimated=True)


def _power(study: Study) -> Text:
    years = output_years(study)
    return Text(
        f"Output by industry is known for {len(years)} years only: no test could find a break in it, so"
        " these are series that move with transfer, not transfer itself. With about twenty yearly changes"
        " only large changes of pace are found: no break found does not say that there was none.",
        f"分产业产出只有{len(years)}个年份，无法对其检测转折，故采用与产业转移相关的逐年序列，而非转移本"
        "身。逐年变化仅二十个左右，只有幅度较大的转折才能被识别：未检出并不表示没有。",
    )
