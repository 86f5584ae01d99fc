"""Who could host? A receiving-capacity index (承接能力): entropy weights, TOPSIS, rank intervals."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from hinterland.potential.index import (
    Floats,
    closeness,
    critic_weights,
    entropy_weights,
    min_max,
    ranks,
    unit_interval,
    winsor_limits,
)
from hinterland.potential.indicators import Choice, Chosen, choose
from hinterland.study import Column, Kind, Result, Status, Study, StudyError, Text


class _Treated(NamedTuple):
    """Indicators after outliers are brought in and all are put on one scale."""

    raw: Floats
    normal: Floats
    moved: list[int]
    direction: Floats


def _whole(study: Study, name: str, least: int) -> int:
    value = study.parameter(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise StudyError(
            Text(f"The parameter {name} is {value!r}.", f"参数{name}为{value!r}。"),
            Text(f"Give a whole number of {least} or more.", f"请给出不小于{least}的整数。"),
        )
    return value


def _limits(study: Study, values: Floats) -> tuple[float, float, int]:
    points = _whole(study, "potential.winsorise_points", 0)
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
    """Ranks [draw, region] when weights, years and measurement are uncertain together.

    Each draw mixes the weighting schemes [scheme, indicator] in proportions from a Dirichlet distribution
    that
    leans to one scheme at a time, takes each indicator from one of its recent years, multiplies every figure
    by a
    log-normal error, and fills a gap with the figure of a region drawn at random.
    """
    draws = _whole(study, "potential.draws", 1)
    recent = _whole(study, "potential.recent_years", 1)
    noise = float(study.parameter("potential.measurement_noise"))
    random = np.random.default_rng(int(study.parameter("seed")))
    mix = random.dirichlet(np.full(len(schemes), 1.0 / len(schemes)), size=draws)
    values = np.empty((draws, treated.raw.shape[0], len(used)))
    for j, item in enumerate(used):
        years = np.column_stack([_tamed(study, item.values[year]) for year in item.values.columns[-recent:]])
        values[:, :, j] = years.T[random.integers(years.shape[1], size=draws)]
        gap, known = np.isnan(values[:, :, j]), np.isfinite(years)
        donors = random.choice(years[known], size=int(gap.sum()))
        values[:, :, j][gap] = donors
    values *= np.exp(noise * random.standard_normal(values.shape))
    return ranks(closeness(min_max(values, treated.direction), mix @ schemes))


def _columns(study: Study, *described: tuple[str, Kind, str, Status | None]) -> tuple[Column, ...]:
    known = study.provenance["indicators"]
    return tuple(
        Column(name, study.text("column", name), kind, "", status, year, known.sources if status else ())
        for name, kind, year, status in described
    )


def _note(study: Study, choice: Choice, treated: _Treated, enough: Floats) -> Text:
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
    without = [study.regions[r] for r in np.flatnonzero(enough == 0)]
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


_METHOD = Text(
    "Indicators of {pillars} pillars, each for its latest year that covers at least {coverage} of the"
    " regions (years {years}; they differ by indicator), over their denominators, min-max normalised over"
    " all regions with cost-type indicators turned round. Entropy weights and TOPSIS (Hwang & Yoon 1981)."
    " Rank intervals hold {interval} of {draws} Monte Carlo draws that mix entropy, equal and CRITIC"
    " weights, take each indicator from one of its last {recent} usable years, add a measurement error of"
    " {noise} and fill gaps at random (OECD/JRC 2008), widened to hold the published rank. An index of this"
    " kind compares regions; it measures no quantity.",
    "采用{pillars}个维度的指标，各取覆盖至少{coverage}地区的最近年份（{years}，各指标年份不同），除以相应分"
    "母后在全部地区间作极差标准化（逆向指标反转）。采用熵权法与TOPSIS法（Hwang和Yoon，1981）。位次区间为"
    "{draws}次蒙特卡洛抽样的{interval}区间：混合熵权、等权与CRITIC权重，各指标在最近{recent}个可用年份中抽"
    "取，加入{noise}的测量误差并随机填补缺失（OECD/JRC，2008），区间放宽至包含公布位次。该指数仅用于地区间"
    "比较，不代表任何实物量。",
)


def capacity(study: Study) -> tuple[Result, Result, Result, Result]:
    """Score and rank every region's capacity to receive industries.

    Returns
    -------
    Results ``capacity`` (region, score, rank, rank_low, rank_high, host_rank, known_weight),
    ``capacity_pillars``
    (region, pillar, score), ``capacity_weights`` (indicator, pillar, direction, weight, year, equal_weight,
    critic_weight, coverage, outliers) and ``capacity_indicators`` (region, indicator, value, normalised).
    A region for which indicators of less than ``potential.known_weight`` of the weight are known has no
    score.

    Raises
    ------
    StudyError
        The study has no indicators with a pillar, or a parameter is out of range.
    """
    choice = choose(study)
    used = choice.used
    treated = _treat(study, used)
    entropy = entropy_weights(treated.normal)
    equal = np.full(len(used), 1.0 / len(used))
    critic = critic_weights(treated.normal)
    known = np.isfinite(treated.normal) @ entropy
    least = unit_interval("potential.known_weight", study.parameter("potential.known_weight"))
    enough = np.where(known >= least, 1.0, 0.0)
    scored = _fill(treated.normal) + np.where(enough == 1.0, 0.0, np.nan)[:, None]
    scores = closeness(scored, entropy)
    drawn = np.where(
        enough == 1.0, _rank_draws(study, used, treated, np.stack([entropy, equal, critic])), np.nan
    )
    held = unit_interval("potential.rank_interval", study.parameter("potential.rank_interval"))
    low, high = _interval(drawn, held, ranks(scores))
    hosts = np.isin(study.regions, study.hosts)
    frame = pd.DataFrame(
        {
            "region": study.regions,
            "score": scores,
            "rank": ranks(scores),
            "rank_low": low,
            "rank_high": high,
            "host_rank": ranks(np.where(hosts, scores, np.nan)),
            "known_weight": known,
        }
    )
    years = [item.year for item in used]
    span = str(years[0]) if min(years) == max(years) else f"{min(years)}-{max(years)}"
    pillars = list(dict.fromkeys(item.pillar for item in used))
    method = _METHOD.format(
        pillars=len(pillars),
        coverage=f"{float(study.parameter('potential.coverage')):.0%}",
        years=span,
        interval=f"{held:.0%}",
        draws=study.parameter("potential.draws"),
        recent=study.parameter("potential.recent_years"),
        noise=f"{float(study.parameter('potential.measurement_noise')):.0%}",
    )
    note = _note(study, choice, treated, enough)
    overall = Result(
        "capacity",
        Text("Capacity to receive industries", "产业承接能力"),
        frame,
        _columns(
            study,
            ("region", "region", "", None),
            ("score", "number", span, "estimated"),
            ("rank", "number", span, "estimated"),
            ("rank_low", "number", span, "estimated"),
            ("rank_high", "number", span, "estimated"),
            ("host_rank", "number", span, "estimated"),
            ("known_weight", "share", span, "estimated"),
        ),
        method,
        note,
    )
    return (
        overall,
        _by_pillar(study, used, scored, entropy, pillars, span, method),
        _weights(study, used, treated, entropy, equal, critic, span, method),
        _indicators(study, used, treated, span, method, note),
    )


def _fill(normal: Floats) -> Floats:
    """Fill gaps with the indicator's median, so that not reporting neither helps nor hurts a region."""
    return np.asarray(np.where(np.isnan(normal), np.nanmedian(normal, axis=0), normal), dtype=float)


def _interval(drawn: Floats, held: float, published: Floats) -> tuple[Floats, Floats]:
    """Ranks between which a region lies in the share `held` of draws, widened to hold the published rank."""
    out = np.full((2, drawn.shape[1]), np.nan)
    scored = np.isfinite(drawn).all(axis=0)
    tails = [(1.0 - held) / 2, (1.0 + held) / 2]
    out[0, scored] = np.quantile(drawn[:, scored], tails[0], axis=0, method="lower")
    out[1, scored] = np.quantile(drawn[:, scored], tails[1], axis=0, method="higher")
    return np.fmin(out[0], published), np.fmax(out[1], published)


def _by_pillar(
    study: Study,
    used: tuple[Chosen, ...],
    scored: Floats,
    weights: Floats,
    pillars: list[str],
    span: str,
    method: Text,
) -> Result:
    rows = []
    for pillar in pillars:
        mine = [j for j, item in enumerate(used) if item.pillar == pillar]
        scores = closeness(scored[:, mine], weights[mine])
        rows.append(pd.DataFrame({"region": study.regions, "pillar": pillar, "score": scores}))
    frame = pd.concat(rows, ignore_index=True)
    return Result(
        "capacity_pillars",
        Text("Capacity by pillar", "分维度的承接能力"),
        frame,
        _columns(
            study,
            ("region", "region", "", None),
            ("pillar", "code", "", None),
            ("score", "number", span, "estimated"),
        ),
        method,
    )


def _weights(
    study: Study,
    used: tuple[Chosen, ...],
    treated: _Treated,
    entropy: Floats,
    equal: Floats,
    critic: Floats,
    span: str,
    method: Text,
) -> Result:
    frame = pd.DataFrame(
        {
            "indicator": [item.code for item in used],
            "pillar": [item.pillar for item in used],
            "direction": [item.direction for item in used],
            "weight": entropy,
            "year": [item.year for item in used],
            "equal_weight": equal,
            "critic_weight": critic,
            "coverage": np.isfinite(treated.raw).mean(axis=0),
            "outliers": treated.moved,
        }
    )
    return Result(
        "capacity_weights",
        Text("Indicators and weights of the capacity index", "承接能力指数的指标与权重"),
        frame,
        _columns(
            study,
            ("indicator", "indicator", "", None),
            ("pillar", "code", "", None),
            ("direction", "code", "", None),
            ("weight", "share", span, "estimated"),
            ("year", "year", "", None),
            ("equal_weight", "share", span, "estimated"),
            ("critic_weight", "share", span, "estimated"),
            ("coverage", "share", span, "observed"),
            ("outliers", "number", span, "estimated"),
        ),
        method,
    )


def _indicators(
    study: Study, used: tuple[Chosen, ...], treated: _Treated, span: str, method: Text, note: Text
) -> Result:
    status = study.provenance["indicators"].status
    rows = [
        pd.DataFrame(
            {
                "region": study.regions,
                "indicator": item.code,
                "year": item.year,
                "value": treated.raw[:, j],
                "normalised": treated.normal[:, j],
            }
        )
        for j, item in enumerate(used)
    ]
    return Result(
        "capacity_indicators",
        Text("Indicators of the capacity index by region", "各地区承接能力指标值"),
        pd.concat(rows, ignore_index=True),
        _columns(
            study,
            ("region", "region", "", None),
            ("indicator", "indicator", "", None),
            ("year", "year", "", None),
            ("value", "number", span, status),
            ("normalised", "number", span, "estimated"),
        ),
        method,
        note,
    )
