"""The tables beside the capacity index: pillars, weights, indicators, weightings, ranks, obstacles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hinterland.potential.index import Floats, closeness, ranks
from hinterland.potential.rank_draws import acceptability, concordance, rank_correlation
from hinterland.study import Column, Kind, Result, Status, Study, Text

if TYPE_CHECKING:
    from hinterland.potential.capacity import Assessment


def columns(study: Study, *described: tuple[str, Kind, str, Status | None]) -> tuple[Column, ...]:
    """Return columns of figures that rest on the study's indicators."""
    known = study.provenance["indicators"]
    return tuple(
        Column(name, study.text("column", name), kind, "", status, year, known.sources if status else ())
        for name, kind, year, status in described
    )


def by_pillar(study: Study, found: Assessment, method: Text) -> Result:
    """Score the pillars one by one, with the base weights within each."""
    rows = []
    weights = found.weights[found.base]
    for pillar in dict.fromkeys(item.pillar for item in found.used):
        mine = [j for j, item in enumerate(found.used) if item.pillar == pillar]
        scores = closeness(found.scored[:, mine], weights[mine])
        rows.append(pd.DataFrame({"region": study.regions, "pillar": pillar, "score": scores}))
    return Result(
        "capacity_pillars",
        Text("Capacity by pillar", "分维度的承接能力"),
        pd.concat(rows, ignore_index=True),
        columns(
            study,
            ("region", "region", "", None),
            ("pillar", "code", "", None),
            ("score", "number", found.span, "estimated"),
        ),
        method,
    )


def weights(study: Study, found: Assessment, method: Text) -> Result:
    """Every indicator with its weight under each weighting; `weight` is that of the published score."""
    used, span = found.used, found.span
    unknown = np.full(len(used), np.nan)
    frame = pd.DataFrame(
        {
            "indicator": [item.code for item in used],
            "pillar": [item.pillar for item in used],
            "direction": [item.direction for item in used],
            "weight": found.weights[found.base],
            "year": [item.year for item in used],
            "entropy_weight": found.weights["entropy"],
            "equal_weight": found.weights["equal"],
            "critic_weight": found.weights["critic"],
            "user_weight": found.weights.get("user", unknown),
            "coverage": np.isfinite(found.raw).mean(axis=0),
            "outliers": found.moved,
        }
    )
    return Result(
        "capacity_weights",
        Text("Indicators and weights of the capacity index", "承接能力指数的指标与权重"),
        frame,
        columns(
            study,
            ("indicator", "indicator", "", None),
            ("pillar", "code", "", None),
            ("direction", "code", "", None),
            ("weight", "share", span, "estimated"),
            ("year", "year", "", None),
            ("entropy_weight", "share", span, "estimated"),
            ("equal_weight", "share", span, "estimated"),
            ("critic_weight", "share", span, "estimated"),
            ("user_weight", "share", span, "assumption"),
            ("coverage", "share", span, "observed"),
            ("outliers", "number", span, "estimated"),
        ),
        method,
        Text("", "")
        if "user" in found.weights
        else Text(
            "No weights of the user's own: write them in the column weight of indicator_list or under"
            " [parameters.potential.weights] in study.toml.",
            "未给出用户权重：可填写indicator_list表的weight列，或写在study.toml的[parameters.potential.weights]下。",
        ),
    )


def indicators(study: Study, found: Assessment, method: Text, note: Text) -> Result:
    """The indicators' values by region, and on the common scale."""
    status = study.provenance["indicators"].status
    rows = [
        pd.DataFrame(
            {
                "region": study.regions,
                "indicator": item.code,
                "year": item.year,
                "value": found.raw[:, j],
                "normalised": found.normal[:, j],
            }
        )
        for j, item in enumerate(found.used)
    ]
    return Result(
        "capacity_indicators",
        Text("Indicators of the capacity index by region", "各地区承接能力指标值"),
        pd.concat(rows, ignore_index=True),
        columns(
            study,
            ("region", "region", "", None),
            ("indicator", "indicator", "", None),
            ("year", "year", "", None),
            ("value", "number", found.span, status),
            ("normalised", "number", found.span, "estimated"),
        ),
        method,
        note,
    )


def by_weighting(study: Study, found: Assessment, method: Text) -> tuple[Result, Result]:
    """Scores and ranks under every weighting, and how far the weightings agree on the order."""
    hosts = np.isin(study.regions, study.hosts)
    scores = {name: found.scores(name) for name in found.weights}
    frame = pd.concat(
        [
            pd.DataFrame(
                {
                    "region": study.regions,
                    "weighting": name,
                    "score": mine,
                    "rank": ranks(mine),
                    "host_rank": ranks(np.where(hosts, mine, np.nan)),
                }
            )
            for name, mine in scores.items()
        ],
        ignore_index=True,
    )
    every = np.stack(list(scores.values()))
    together, among = concordance(every), concordance(every[:, hosts])
    agreed = Text(
        "Kendall's W of the weightings: {w} over all regions, {h} among the hosts (1: all agree).",
        "各种赋权的肯德尔和谐系数W：全部地区为{w}，承接地之间为{h}（1表示完全一致）。",
    ).format(w=f"{together:.2f}", h=f"{among:.2f}")
    side_by_side = Result(
        "capacity_by_weighting",
        Text("Capacity under every weighting", "不同赋权下的承接能力"),
        frame,
        columns(
            study,
            ("region", "region", "", None),
            ("weighting", "code", "", None),
            ("score", "number", found.span, "estimated"),
            ("rank", "number", found.span, "estimated"),
            ("host_rank", "number", found.span, "estimated"),
        ),
        method,
        agreed,
    )
    names = list(scores)
    names_of = ["weighting", "weighting_to", "rank_correlation", "host_rank_correlation"]
    pairs = [
        (a, b, rank_correlation(scores[a], scores[b]), rank_correlation(scores[a][hosts], scores[b][hosts]))
        for i, a in enumerate(names)
        for b in names[i + 1 :]
    ]
    agreement = Result(
        "weighting_agreement",
        Text("How far the weightings agree", "各种赋权的一致程度"),
        pd.DataFrame(pairs, columns=names_of),
        columns(
            study,
            ("weighting", "code", "", None),
            ("weighting_to", "code", "", None),
            ("rank_correlation", "number", found.span, "estimated"),
            ("host_rank_correlation", "number", found.span, "estimated"),
        ),
        Text(
            "Spearman's correlation of the ranks under two weightings; Kendall's coefficient of concordance W"
            " over all (Kendall & Babington Smith 1939).",
            "两种赋权下位次的斯皮尔曼相关系数；全部赋权的肯德尔和谐系数W（Kendall和Babington Smith，1939）。",
        ),
        agreed,
    )
    return side_by_side, agreement


def acceptable_ranks(study: Study, found: Assessment, drawn: Floats, method: Text) -> Result:
    """The share of draws in which each region has each rank (rank acceptability, SMAA)."""
    shares = acceptability(drawn)
    count = len(study.regions)
    frame = pd.DataFrame(
        {
            "region": np.repeat(np.array(study.regions, dtype=object), count),
            "place": np.tile(np.arange(1, count + 1), count),
            "acceptability": shares.ravel(),
        }
    )
    return Result(
        "rank_acceptability",
        Text("Rank acceptability", "位次可接受度"),
        frame[frame["acceptability"].isna() | (frame["acceptability"] > 0)].reset_index(drop=True),
        columns(
            study,
            ("region", "region", "", None),
            ("place", "number", "", None),
            ("acceptability", "share", found.span, "estimated"),
        ),
        Text(
            "Share of the Monte Carlo draws in which the region has the rank (Lahdelma & Salminen 2001);"
            " ranks that no draw gives are left out. ",
            "该地区取得该位次的抽样比例（Lahdelma和Salminen，2001）；未在任何抽样中出现的位次从略。",
        )
        + method,
    )


def obstacle_degree(scaled: Floats, weights: Floats) -> Floats:
    r"""Obstacle degree (障碍度) of every indicator in every region.

    .. math:: O_{rj} = \frac{w_j (1 - z_{rj})}{\sum_k w_k (1 - z_{rk})}

    Parameters
    ----------
    scaled : array [region, indicator]
        On [0, 1], 1 the best; NaN where unknown.
    weights : array [indicator]
        Non-negative.

    Returns
    -------
    array [region, indicator]; each region's known entries sum to 1; NaN where unknown, and throughout for a
    region that is best in everything.

    References
    ----------
    The obstacle degree model of the Chinese evaluation literature, e.g. Lu, Liu, Chen & Zhang (2011).
    """
    short = weights * (1.0 - scaled)
    total = np.nansum(short, axis=1, keepdims=True)
    return np.asarray(short / np.where(total > 0, total, np.nan), dtype=float)


def obstacles(study: Study, found: Assessment, method: Text) -> Result:
    """What holds each region back: the obstacle degree of every indicator, the largest first."""
    degree = obstacle_degree(found.normal, found.weights[found.base])
    count, number = degree.shape
    frame = pd.DataFrame(
        {
            "region": np.repeat(np.array(study.regions, dtype=object), number),
            "indicator": [item.code for item in found.used] * count,
            "pillar": [item.pillar for item in found.used] * count,
            "shortfall": (1.0 - found.normal).ravel(),
            "obstacle_degree": degree.ravel(),
            "place": ranks(degree).ravel(),
        }
    )
    order = {region: i for i, region in enumerate(study.regions)}
    frame = frame.sort_values(
        ["region", "place"], key=lambda s: s.map(order) if s.name == "region" else s, kind="stable"
    ).reset_index(drop=True)
    return Result(
        "obstacles",
        Text("Obstacles to receiving capacity", "承接能力的障碍因子"),
        frame,
        columns(
            study,
            ("region", "region", "", None),
            ("indicator", "indicator", "", None),
            ("pillar", "code", "", None),
            ("shortfall", "share", found.span, "estimated"),
            ("obstacle_degree", "share", found.span, "estimated"),
            ("place", "number", found.span, "estimated"),
        ),
        Text(
            "Obstacle degree: an indicator's weight times its distance from the best region, as a share of"
            " the sum over the indicators known for the region. ",
            "障碍度：指标权重与其距最优地区差距之积，占该地区已知各指标之和的比例。",
        )
        + method,
    )
