"""Who could host? A receiving-capacity index (承接能力): weights, TOPSIS, rank intervals, obstacles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.potential import capacity_tables
from hinterland.potential.capacity_tables import columns
from hinterland.potential.described import whole_number
from hinterland.potential.index import (
    Floats,
    closeness,
    min_max,
    ranks,
    unit_interval,
    winsor_limits,
)
from hinterland.potential.indicators import Choice, Chosen, choose
from hinterland.potential.rank_draws import draw_ranks, rank_interval
from hinterland.potential.weightings import Weighting, base_weighting, schemes
from hinterland.study import Result, Study, Text


class _Treated(NamedTuple):
    """Indicators after outliers are brought in and all are put on one scale."""

    raw: Floats
    normal: Floats
    moved: list[int]
    direction: Floats


@dataclass(frozen=True)
class Assessment:
    """What the index rests on; regions and indicators in the order of the study and of `used`."""

    choice: Choice
    raw: Floats
    """Values [region, indicator] of the year used."""
    normal: Floats
    """On [0, 1], 1 the best; NaN where unknown."""
    scored: Floats
    """As `normal`, gaps filled with the median; NaN throughout for a region of which too little is known."""
    moved: list[int]
    weights: Mapping[Weighting, Floats]
    base: Weighting
    known: Floats
    """Share of the weight known for each region."""
    span: str

    @property
    def used(self) -> tuple[Chosen, ...]:
        """The indicators of the index."""
        return self.choice.used

    def scores(self, weighting: Weighting) -> Floats:
        """Closeness to the ideal of every region under one weighting."""
        return closeness(self.scored, self.weights[weighting])


def _limits(study: Study, values: Floats) -> tuple[float, float, int]:
    points = whole_number(study, "potential.winsorise_points", 0)
    skew, kurtosis = (float(study.parameter(f"potential.{name}")) for name in ("skewness", "kurtosis"))
    return winsor_limits(values, points, skew, kurtosis)


def _tamed(study: Study, values: pd.Series[float]) -> Floats:
    """One year of an indicator with its outliers brought in."""
    plain = values.to_numpy(dtype=float)
    low, high, _ = _limits(study, plain)
    return np.asarray(np.clip(plain, low, high), dtype=float)


def _treat(study: Study, used: tuple[Chosen, ...]) -> _Treated:
    raw = np.column_stack([item.current.to_numpy(dtype=float) for item in used])
    tamed = np.column_stack([_tamed(study, item.current) for item in used])
    moved = [_limits(study, raw[:, j])[2] for j in range(len(used))]
    direction = np.array([item.direction for item in used], dtype=float)
    return _Treated(raw, min_max(tamed, direction), moved, direction)


def _rank_draws(study: Study, used: tuple[Chosen, ...], treated: _Treated, schemes: Floats) -> Floats:
    """Ranks [draw, region]: each draw takes each indicator from one of its recent years; see `draw_ranks`."""
    draws = whole_number(study, "potential.draws", 1)
    recent = whole_number(study, "potential.recent_years", 1)
    random = np.random.default_rng(int(study.parameter("seed")))
    values = np.empty((draws, treated.raw.shape[0], len(used)))
    for j, item in enumerate(used):
        years = np.column_stack([_tamed(study, item.values[year]) for year in item.values.columns[-recent:]])
        values[:, :, j] = years.T[random.integers(years.shape[1], size=draws)]
    noise = float(study.parameter("potential.measurement_noise"))
    pillars = [item.pillar for item in used]
    return draw_ranks(values, treated.direction, schemes, pillars, random, noise=noise)


def _note(study: Study, choice: Choice, treated: _Treated, scored: npt.NDArray[np.bool_]) -> Text:
    """Name the missing cells, the indicators left out, and the outliers brought in."""
    en: list[str] = []
    zh: list[str] = []
    for j, item in enumerate(choice.used):
        missing = [study.regions[r] for r in np.flatnonzero(np.isnan(treated.raw[:, j]))]
        if missing:
            name = study.text("indicator", item.code)
            names = [study.text("region", region) for region in missing]
            en.append(f"{name.en} ({item.year}) is unknown for {', '.join(n.en for n in names)}.")
            zh.append(f"{name.zh}（{item.year}年）缺{'、'.join(n.zh for n in names)}的数据。")
    if en:
        en.append(
            "A gap is never read as zero: the score takes the median of the regions that are known, the"
            " rank interval draws from them at random."
        )
        zh.append("缺失值不按零处理：计算得分时取已知地区的中位数，计算位次区间时从已知地区中随机抽取。")
    without = [study.regions[r] for r in np.flatnonzero(~scored)]
    if without:
        names = [study.text("region", region) for region in without]
        en.append(f"Too little is known to score {', '.join(n.en for n in names)}.")
        zh.append(f"{'、'.join(n.zh for n in names)}的数据不足，未予评分。")
    for text in choice.left_out:
        en.append(f"Left out: {text.en}")
        zh.append(f"未采用：{text.zh}")
    tamed = [(item, moved) for item, moved in zip(choice.used, treated.moved, strict=True) if moved]
    if tamed:
        names = [study.text("indicator", item.code) for item, _ in tamed]
        en.append(f"Outliers brought in to the next value in: {', '.join(n.en for n in names)}.")
        zh.append(f"对以下指标的离群值作了缩尾处理：{'、'.join(n.zh for n in names)}。")
    return Text(" ".join(en), "".join(zh))


def assess(study: Study) -> Assessment:
    """Choose, treat and weigh the indicators of the index.

    Raises
    ------
    StudyError
        The study has no indicators with a pillar, or a parameter is out of range.
    """
    choice = choose(study)
    treated = _treat(study, choice.used)
    weights = schemes(study, choice.used, treated.normal)
    base = base_weighting(study, weights)
    known = np.isfinite(treated.normal) @ weights[base]
    least = unit_interval("potential.known_weight", study.parameter("potential.known_weight"))
    unscored = np.where(known >= least, 0.0, np.nan)
    years = [item.year for item in choice.used]
    span = str(years[0]) if min(years) == max(years) else f"{min(years)}-{max(years)}"
    scored = _fill(treated.normal) + unscored[:, None]
    return Assessment(choice, treated.raw, treated.normal, scored, treated.moved, weights, base, known, span)


_METHOD = Text(
    "Indicators of {pillars} pillars, each for its latest year that covers at least {coverage} of the"
    " regions (years {years}; they differ by indicator), over their denominators, min-max normalised over"
    " all regions with cost-type indicators turned round. Weights: {weighting}; score: TOPSIS (Hwang & Yoon"
    " 1981). Rank intervals hold {interval} of {draws} Monte Carlo draws that mix the weightings, resample"
    " each pillar's indicators (imperfect signs of it; Rubin 1981), use the min-max or the percentile"
    " scale, take each indicator from one of its last {recent} usable years, add a measurement error of"
    " {noise}, fill gaps at random (OECD/JRC 2008), and are pulled to the mean as far as differences are"
    " noise (Laird & Louis 1989); they are widened to hold the published rank. They hold the true rank at"
    " about their nominal rate, on average over regions, if the indicators' errors are independent of each"
    " other. An index of this kind compares regions; it measures no quantity.",
    "采用{pillars}个维度的指标，各取覆盖至少{coverage}地区的最近年份（{years}，各指标年份不同），除以相应分"
    "母后在全部地区间作极差标准化（逆向指标反转）。权重：{weighting_zh}；得分：TOPSIS法（Hwang和Yoon，1981）。位次区间"
    "为{draws}次蒙特卡洛抽样的{interval}区间：混合各种赋权，在各维度内对指标重抽样（指标只是该维度的不完全反映；Rubin，1981），"
    "采用极差或百分位标度，各指标在最近{recent}个可用年份中抽取，加入{noise}的测量误差并随机填补缺失（OECD/JRC，2008），"
    "并按差异中噪声所占比例向均值收缩（Laird和Louis，1989）；区间放宽至包含公布位次。若各指标误差相互独立，就全部地区平均"
    "而言，区间包含真实位次的比例与名义水平相当。该指数仅用于地区间比较，不代表任何实物量。",
)


def capacity(study: Study) -> tuple[Result, ...]:
    """Score and rank every region's capacity to receive industries.

    Returns
    -------
    Results ``capacity`` (region, score, rank, rank_low, rank_high, host_rank, host_rank_low,
    host_rank_high, known_weight),
    ``capacity_pillars``
    (region, pillar, score), ``capacity_weights`` (indicator, pillar, direction, weight, year, equal_weight,
    critic_weight, coverage, outliers, entropy_weight, user_weight), ``capacity_indicators`` (region,
    indicator, value, normalised), ``capacity_by_weighting`` (region, weighting, score, rank, host_rank),
    ``weighting_agreement`` (weighting, weighting_to, rank_correlation), ``rank_acceptability`` (region,
    place, acceptability) and ``obstacles`` (region, indicator, pillar, shortfall, obstacle_degree, place).
    A region for which indicators of less than ``potential.known_weight`` of the weight are known has no
    score.

    Raises
    ------
    StudyError
        The study has no indicators with a pillar, or a parameter is out of range.
    """
    found = assess(study)
    used = found.used
    treated = _Treated(
        found.raw, found.normal, found.moved, np.array([i.direction for i in used], dtype=float)
    )
    scores = found.scores(found.base)
    scored = np.isfinite(scores)
    hosts = np.isin(study.regions, study.hosts)
    drawn = np.where(
        scored, _rank_draws(study, used, treated, np.stack(list(found.weights.values()))), np.nan
    )
    held = unit_interval("potential.rank_interval", study.parameter("potential.rank_interval"))
    low, high = rank_interval(drawn, held, ranks(scores))
    among = np.where(hosts, ranks(np.where(hosts, -drawn, np.nan)), np.nan)
    host_rank = ranks(np.where(hosts, scores, np.nan))
    host_low, host_high = rank_interval(among, held, host_rank)
    frame = pd.DataFrame(
        {
            "region": study.regions,
            "score": scores,
            "rank": ranks(scores),
            "rank_low": low,
            "rank_high": high,
            "host_rank": host_rank,
            "host_rank_low": host_low,
            "host_rank_high": host_high,
            "known_weight": found.known,
        }
    )
    weighting = study.text("weighting", found.base)
    method = _METHOD.format(
        pillars=len({item.pillar for item in used}),
        coverage=f"{float(study.parameter('potential.coverage')):.0%}",
        years=found.span,
        weighting=weighting.en,
        weighting_zh=weighting.zh,
        interval=f"{held:.0%}",
        draws=study.parameter("potential.draws"),
        recent=study.parameter("potential.recent_years"),
        noise=f"{float(study.parameter('potential.measurement_noise')):.0%}",
    )
    note = _note(study, found.choice, treated, scored)
    overall = Result(
        "capacity",
        Text("Capacity to receive industries", "产业承接能力"),
        frame,
        columns(
            study,
            ("region", "region", "", None),
            ("score", "number", found.span, "estimated"),
            ("rank", "number", found.span, "estimated"),
            ("rank_low", "number", found.span, "estimated"),
            ("rank_high", "number", found.span, "estimated"),
            ("host_rank", "number", found.span, "estimated"),
            ("host_rank_low", "number", found.span, "estimated"),
            ("host_rank_high", "number", found.span, "estimated"),
            ("known_weight", "share", found.span, "estimated"),
        ),
        method,
        note,
    )
    return (
        overall,
        capacity_tables.by_pillar(study, found, method),
        capacity_tables.weights(study, found, method),
        capacity_tables.indicators(study, found, method, note),
        *capacity_tables.by_weighting(study, found, method),
        capacity_tables.acceptable_ranks(study, found, drawn, method),
        capacity_tables.obstacles(study, found, method),
    )


def _fill(normal: Floats) -> Floats:
    """Fill gaps with the indicator's median, so that not reporting neither helps nor hurts a region."""
    return np.asarray(np.where(np.isnan(normal), np.nanmedian(normal, axis=0), normal), dtype=float)
