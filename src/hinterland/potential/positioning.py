"""What is the hinterland for? A scorecard of roles, with rank intervals and reasons in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from hinterland.accounts import IOTable
from hinterland.accounts.lookup import number
from hinterland.potential.constraint_ledger import topic_scores, topics
from hinterland.potential.described import figure, label, listed, standing, whole_number, written
from hinterland.potential.index import Floats, ranks, unit_interval
from hinterland.potential.measures import Context
from hinterland.potential.rank_draws import draw_ranks, rank_interval
from hinterland.potential.scorecard import Scored, read_scorecard, score
from hinterland.study import EMPTY, Provenance, Result, Study, Text


def positioning(
    study: Study, *, table: IOTable | None = None, given: Mapping[str, Result] | None = None
) -> tuple[Result, Result]:
    """Score every region in every role of the study's scorecard.

    Parameters
    ----------
    study : Study
        With a table `scorecard` that has rows of the assessment ``role``.
    table : IOTable, optional
        Interregional table; estimated when it is not given.
    given : mapping of name to Result, optional
        Results made elsewhere that measures name, such as ``backup_value``.

    Returns
    -------
    Result ``role_measures``: region, role, measure_en, measure_zh, value, unit, year, status, sources,
    weight, score, place, supply_en, supply_zh. Result ``positioning``: region, role, score, level, rank,
    rank_low, rank_high, host_rank, host_rank_low, host_rank_high, known_weight, best_role (flag), words_en,
    words_zh.

    Raises
    ------
    StudyError
        The study has no such scorecard.
    """
    context = Context.of(study, table=table, given=given)
    found = score(context, read_scorecard(study, "role"))
    scores = topic_scores(found)
    usable = {role: np.where(_known(found, role) >= _least(study), s, np.nan) for role, s in scores.items()}
    stands = standing(*(s.found.known for s in found if s.known))
    frame = pd.concat([_ranked(study, found, role, usable[role]) for role in usable], ignore_index=True)
    best = frame["score"].eq(frame.groupby("region", sort=False)["score"].transform("max"))
    frame["best_role"] = best & frame["score"].notna()
    ends = number(study, "potential.role_strong"), number(study, "potential.role_weak")
    said = [_why(study, found, row, ends) for row in frame.to_dict("records")]
    frame["words_en"], frame["words_zh"] = [t.en for t in said], [t.zh for t in said]
    method = Text(
        "Weighted mean of a role's known measures, each scored between its thresholds or by the share of"
        " regions that stand lower; weights and thresholds are rows of the table scorecard. Strong from {a},"
        " weak below {b}. Rank intervals as for capacity: the measures of a role are resampled as imperfect"
        " signs of it.",
        "角色得分为已知测度的加权平均，各测度在阈值间计分或按位次低于该地区的地区比例计分；权重与阈值见scorecard表。"
        "得分不低于{a}为强，低于{b}为弱。位次区间算法同承接能力：角色的各项测度作为其不完全反映进行重抽样。",
    ).format(a=f"{ends[0]:g}", b=f"{ends[1]:g}")
    return (
        _measures(study, found, stands, method),
        Result(
            "positioning",
            Text("Positioning of the hinterland", "战略腹地角色定位"),
            frame,
            (
                label(study, "region", "region"),
                label(study, "role", "code"),
                figure(study, "score", stands),
                label(study, "level", "code"),
                *(
                    figure(study, name, stands)
                    for name in ("rank", "rank_low", "rank_high", "host_rank", "host_rank_low")
                ),
                figure(study, "host_rank_high", stands),
                figure(study, "known_weight", stands, kind="share"),
                label(study, "best_role", "flag"),
                label(study, "words_en", "text"),
                label(study, "words_zh", "text"),
            ),
            method,
            _unknown(study, found),
        ),
    )


def _least(study: Study) -> float:
    return unit_interval("potential.known_weight", study.parameter("potential.known_weight"))


def _of(found: Sequence[Scored], role: str) -> list[Scored]:
    return [s for s in found if s.spec.topic == role]


def _known(found: Sequence[Scored], role: str) -> Floats:
    """Share of a role's weight that is known for each region; what is known of none is left out."""
    mine = [s for s in _of(found, role) if s.known]
    if not mine:
        return np.zeros(len(found[0].scores))
    weights = np.array([s.spec.weight for s in mine])
    known = np.isfinite(np.column_stack([s.scores for s in mine]))
    return np.asarray(known @ weights / weights.sum(), dtype=float)


def _ranked(study: Study, found: Sequence[Scored], role: str, scores: Floats) -> pd.DataFrame:
    mine = [s for s in _of(found, role) if s.known]
    hosts = np.isin(study.regions, study.hosts)
    scored = np.isfinite(scores)
    drawn = np.full((1, len(scores)), np.nan)
    if mine and scored.any():
        draws = whole_number(study, "potential.draws", 1)
        random = np.random.default_rng(int(study.parameter("seed")))
        weights = np.array([s.spec.weight for s in mine])
        schemes = np.stack([weights / weights.sum(), np.full(len(mine), 1 / len(mine))])
        each = np.column_stack([s.scores for s in mine])
        drawn = draw_ranks(
            np.repeat(each[None], draws, axis=0),
            np.ones(len(mine)),
            schemes,
            [role] * len(mine),
            random,
            score="mean",
            noise=float(study.parameter("potential.measurement_noise")),
        )
    drawn = np.where(scored, drawn, np.nan)
    held = unit_interval("potential.rank_interval", study.parameter("potential.rank_interval"))
    low, high = rank_interval(drawn, held, ranks(scores))
    host_rank = ranks(np.where(hosts, scores, np.nan))
    host_low, host_high = rank_interval(ranks(np.where(hosts, -drawn, np.nan)), held, host_rank)
    strong, weak = number(study, "potential.role_strong"), number(study, "potential.role_weak")
    with np.errstate(invalid="ignore"):
        level = np.select([scores >= strong, scores < weak], ["strong", "weak"], default="moderate")
    return pd.DataFrame(
        {
            "region": np.array(study.regions, dtype=object),
            "role": role,
            "score": scores,
            "level": np.where(scored, level, "").astype(object),
            "rank": ranks(scores),
            "rank_low": low,
            "rank_high": high,
            "host_rank": host_rank,
            "host_rank_low": host_low,
            "host_rank_high": host_high,
            "known_weight": _known(found, role),
        }
    )


def _why(study: Study, found: Sequence[Scored], row: Mapping[str, object], ends: tuple[float, float]) -> Text:
    """Say why: the measures in which the region stands best and worst, with their figures."""
    if not np.isfinite(float(str(row["score"]))):
        return Text("Too little is known.", "已知信息不足。")
    place = study.regions.index(str(row["region"]))
    known = [s for s in _of(found, str(row["role"])) if np.isfinite(s.scores[place])]
    order = sorted(known, key=lambda s: (-s.scores[place], s.spec.measure))
    strong = [s for s in order if s.scores[place] >= ends[0]][:2]
    weak = [s for s in reversed(order) if s.scores[place] < ends[1]][:2]
    out = EMPTY
    if strong:
        out += Text("For it: {l}. ", "优势：{l}。").format(l=listed(_item(study, s, place) for s in strong))
    if weak:
        out += Text("Against it: {l}.", "不足：{l}。").format(l=listed(_item(study, s, place) for s in weak))
    return Text(out.en.strip() or "Middling in every measure.", out.zh or "各项测度均居中。")


def _item(study: Study, one: Scored, place: int) -> Text:
    count = int(np.isfinite(one.scores).sum())
    tied = int((one.scores == one.scores[place]).sum()) > 1
    said = (
        Text("{n}: {v} (joint {k:g} of {m})", "{n}{v}（{m}个地区中并列第{k:g}）")
        if tied
        else Text("{n}: {v} ({k:g} of {m})", "{n}{v}（{m}个地区中第{k:g}）")
    )
    return said.format(
        n=one.spec.name,
        v=written(study, float(one.found.values[place]), one.spec.unit),
        k=one.places[place],
        m=count,
    )


def _unknown(study: Study, found: Sequence[Scored]) -> Text:
    lost = [s for s in found if not s.known]
    if not lost:
        return EMPTY
    return Text("Not counted, because unknown: {l}.", "因未知而未计入：{l}。").format(
        l=listed(s.spec.name for s in lost)
    ) + Text(" ", "").__add__(lost[0].found.supply if len(lost) == 1 else EMPTY)


def _measures(study: Study, found: Sequence[Scored], known: Provenance, method: Text) -> Result:
    frames = []
    for one in found:
        unknown = ~np.isfinite(one.found.values)
        frames.append(
            pd.DataFrame(
                {
                    "region": np.array(study.regions, dtype=object),
                    "role": one.spec.topic,
                    "measure_en": one.spec.name.en,
                    "measure_zh": one.spec.name.zh,
                    "value": one.found.values,
                    "unit": one.spec.unit,
                    "year": one.found.known.year,
                    "status": np.where(unknown, "unknown", one.found.known.status),
                    "sources": "; ".join(one.found.known.sources),
                    "weight": one.spec.weight,
                    "score": one.scores,
                    "place": one.places,
                    "supply_en": np.where(unknown, one.found.supply.en, ""),
                    "supply_zh": np.where(unknown, one.found.supply.zh, ""),
                }
            )
        )
    assumed = Provenance("assumption", "", known.year, known.sources)
    return Result(
        "role_measures",
        Text("Measures of the roles by region", "各地区角色测度"),
        pd.concat(frames, ignore_index=True),
        (
            label(study, "region", "region"),
            label(study, "role", "code"),
            label(study, "measure_en", "text"),
            label(study, "measure_zh", "text"),
            figure(study, "value", known),
            label(study, "unit", "text"),
            label(study, "year", "text"),
            label(study, "status", "code"),
            label(study, "sources", "text"),
            figure(study, "weight", assumed),
            figure(study, "score", known),
            figure(study, "place", known),
            label(study, "supply_en", "text"),
            label(study, "supply_zh", "text"),
        ),
        method,
    )


def roles(found: Sequence[Scored]) -> tuple[str, ...]:
    """Return the roles of a scorecard in its order."""
    return topics(found)
