"""What limits a host? The constraint ledger, and its shortest board (短板).

Two things are told apart. *Standing*: how a region stands among all regions in what a constraint is measured
by
(0 the worst, 1 the best, or against thresholds). *Room*: how much more of a resource the host may use, and
the
output of the industries that the origins could release which that room allows. What the study does not know
is
shown as unknown with what would supply it; it is never zero, and never the shortest board.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from hinterland.accounts import IOTable
from hinterland.accounts.lookup import sources
from hinterland.potential.described import figure, label, listed, lower, span_of, written
from hinterland.potential.index import Floats
from hinterland.potential.measures import Context
from hinterland.potential.rank_draws import weighted_mean
from hinterland.potential.scorecard import Scored, read_scorecard, score
from hinterland.study import EMPTY, Provenance, Result, Study, Text

HEADROOM = "headroom"
_NO_ROOM = Text(
    "Room unknown: give resource_limits and resource_use for it (and its row in resources).",
    "余量未知：请在resource_limits、resource_use表（及resources表）中给出该资源。",
)


def output_mix(study: Study) -> pd.Series[float]:
    """Shares of the transferable industries in the output of the origins, which add up to one."""
    output = study["output"].sel(region=list(study.origins), industry=list(study.transferable)).sum("region")
    total = float(output.sum())
    return pd.Series(output.to_numpy() / (total if total > 0 else np.nan), index=list(study.transferable))


def room_in_output(room: Floats, use: Floats, mix: Floats) -> Floats:
    r"""Output that the room of a resource allows at a given mix of industries.

    .. math:: X_r = H_r / \sum_i m_i u_{ri}

    Parameters
    ----------
    room : array [region]
        Resource unit.
    use : array [region, industry]
        Resource per unit of output.
    mix : array [industry]
        Shares of output, summing to one.

    Returns
    -------
    array [region], money; NaN where room or use is unknown or nothing is used.
    """
    need = use @ mix
    return np.asarray(room / np.where(need > 0, need, np.nan), dtype=float)


def topics(found: Sequence[Scored]) -> tuple[str, ...]:
    """Return the topics of a scorecard in its order."""
    return tuple(dict.fromkeys(s.spec.topic for s in found))


def topic_scores(found: Sequence[Scored]) -> Mapping[str, Floats]:
    """Score every topic: the weighted mean over the measures known for each region [region]."""
    out = {}
    for topic in topics(found):
        mine = [s for s in found if s.spec.topic == topic]
        weights = np.array([s.spec.weight for s in mine])
        out[topic] = weighted_mean(np.column_stack([s.scores for s in mine]), weights)
    return out


def _rooms(context: Context) -> Mapping[str, tuple[Floats, Floats]]:
    """Room [region] to the end of the last phase, and the output it allows, by resource with known limits."""
    study = context.study
    limits, use = study.get("resource_limits"), study.get("resource_use")
    if limits is None or use is None:
        return {}
    mix = output_mix(study).to_numpy()
    known = set(use["resource"].to_numpy().tolist())
    out = {}
    for resource in [r for r in limits["resource"].to_numpy().tolist() if r in known]:
        last = limits.sel(resource=resource).isel(phase=-1, drop=True)
        room = last.reindex(region=list(study.regions)).to_numpy()
        needs = use.sel(resource=resource, industry=list(study.transferable))
        each = needs.reindex(region=list(study.regions)).transpose("region", "industry").to_numpy()
        out[str(resource)] = (np.asarray(room, dtype=float), room_in_output(room, each, mix))
    return out


def ledger(
    study: Study, *, table: IOTable | None = None, given: Mapping[str, Result] | None = None
) -> tuple[Result, Result]:
    """Set up the ledger of constraints of every region, and name every host's shortest board.

    Parameters
    ----------
    study : Study
        With a table `scorecard` that has rows of the assessment ``constraint``.
    table : IOTable, optional
        Interregional table; estimated when a measure needs it and it is not given.
    given : mapping of name to Result, optional
        Results made elsewhere that measures name (``result_NAME.COLUMN``).

    Returns
    -------
    Result ``constraint_ledger``: region, board, measure_en, measure_zh, value, unit, year, status, sources,
    proxy (flag), score, place, room_output, supply_en, supply_zh, board_standing (of the whole board);
    a row for every measure and, where the board is a quantity, one for its headroom. Result
    ``shortest_board``: host, by_standing (board), standing, next_board, next_standing, by_room (board),
    room_output, unknown_en, unknown_zh, words_en, words_zh.

    Raises
    ------
    StudyError
        The study has no such scorecard.
    """
    context = Context.of(study, table=table, given=given)
    whole = context.study
    found = score(context, read_scorecard(study, "constraint"))
    rooms = _rooms(context)
    boards = tuple(dict.fromkeys((*topics(found), *rooms)))
    rows = [row for board in boards for row in _rows(whole, board, found, rooms)]
    frame = pd.concat(rows, ignore_index=True)
    order = {region: i for i, region in enumerate(whole.regions)}
    by_board = topic_scores(found)
    unknown = np.full(len(order), np.nan)
    frame["board_standing"] = [
        by_board.get(board, unknown)[order[region]]
        for board, region in zip(frame["board"], frame["region"], strict=True)
    ]
    frame = frame.sort_values("region", key=lambda s: s.map(order), kind="stable").reset_index(drop=True)
    names = sources(whole, "indicators", "output", "value_added_base", "co2_base", "resource_limits")
    years = span_of(y for y in frame["year"].unique() if y)
    known = Provenance("estimated", "", years, names)
    method = Text(
        "Every measure of the table scorecard, scored between its thresholds or, without, by the share of"
        " regions that stand lower; a board's standing is the weighted mean of its known measures. Headroom:"
        " resource_limits to the end of the last phase, and the output it allows at the origins' mix of"
        " transferable industries. A proxy stands for what is not measured itself.",
        "按scorecard表逐项测度，有阈值者在阈值间计分，否则按位次低于该地区的地区比例计分；约束得分为已知测度的加权平均。"
        "余量为至最后阶段末的resource_limits，并折算为按转出地可转移产业结构所能支撑的产出。代理变量表示该项本身没有数据。",
    )
    result = Result(
        "constraint_ledger",
        Text("Constraint ledger", "要素约束清单"),
        frame,
        (
            label(study, "region", "region"),
            label(study, "board", "code"),
            label(study, "measure_en", "text"),
            label(study, "measure_zh", "text"),
            figure(study, "value", known),
            label(study, "unit", "text"),
            label(study, "year", "text"),
            label(study, "status", "code"),
            label(study, "sources", "text"),
            label(study, "proxy", "flag"),
            figure(study, "score", known),
            figure(study, "place", known),
            figure(study, "room_output", known, study.unit("money")),
            label(study, "supply_en", "text"),
            label(study, "supply_zh", "text"),
            figure(study, "board_standing", known),
        ),
        method,
    )
    return result, _shortest(whole, found, rooms, boards, known, method)


def _rows(
    study: Study, board: str, found: Sequence[Scored], rooms: Mapping[str, tuple[Floats, Floats]]
) -> list[pd.DataFrame]:
    regions = np.array(study.regions, dtype=object)
    out = []
    for one in [s for s in found if s.spec.topic == board]:
        unknown = ~np.isfinite(one.found.values)
        lacking = one.found.supply if one.found.supply.en else _cell(one)
        out.append(
            pd.DataFrame(
                {
                    "region": regions,
                    "board": board,
                    "measure_en": one.spec.name.en,
                    "measure_zh": one.spec.name.zh,
                    "value": one.found.values,
                    "unit": one.spec.unit,
                    "year": one.found.known.year,
                    "status": np.where(unknown, "unknown", one.found.known.status),
                    "sources": "; ".join(
                        dict.fromkeys((*one.found.known.sources, *filter(None, [one.spec.source])))
                    ),
                    "proxy": one.spec.proxy,
                    "score": one.scores,
                    "place": one.places,
                    "room_output": np.nan,
                    "supply_en": np.where(unknown, lacking.en, ""),
                    "supply_zh": np.where(unknown, lacking.zh, ""),
                }
            )
        )
    resource = board in rooms or board in _listed(study)
    if resource or board in _QUANTITIES:
        room, output = rooms.get(board, (np.full(len(regions), np.nan),) * 2)
        known = study.provenance["resource_limits"] if board in rooms else Provenance("estimated", "", "", ())
        unknown = ~np.isfinite(room)
        out.append(
            pd.DataFrame(
                {
                    "region": regions,
                    "board": board,
                    "measure_en": study.text("measure", HEADROOM).en,
                    "measure_zh": study.text("measure", HEADROOM).zh,
                    "value": room,
                    "unit": _listed(study).get(board, ""),
                    "year": known.year,
                    "status": np.where(unknown, "unknown", known.status),
                    "sources": "; ".join(known.sources),
                    "proxy": False,
                    "score": np.nan,
                    "place": np.nan,
                    "room_output": output,
                    "supply_en": np.where(unknown, _NO_ROOM.en, ""),
                    "supply_zh": np.where(unknown, _NO_ROOM.zh, ""),
                }
            )
        )
    return out


_QUANTITIES = ("land", "water", "energy", "carbon", "labour")
"""Boards that are quantities: where no limit is given their room is unknown, and the ledger says so."""


def _listed(study: Study) -> Mapping[str, str]:
    table = study.frames.get("resources")
    if table is None or table.empty:
        return {}
    return dict(zip(table["resource"], table["unit"], strict=True))


def _cell(one: Scored) -> Text:
    names = ", ".join((*one.spec.numerator, *one.spec.denominator))
    return Text(
        f"Unknown here: add this region's figures of {names} to the table indicators.",
        f"本地区未知：请在indicators表中补充该地区的{names}。",
    )


def _shortest(
    study: Study,
    found: Sequence[Scored],
    rooms: Mapping[str, tuple[Floats, Floats]],
    boards: Sequence[str],
    known: Provenance,
    method: Text,
) -> Result:
    scores = topic_scores(found)
    place = {region: i for i, region in enumerate(study.regions)}
    rows = []
    for host in study.hosts:
        r = place[host]
        standing = sorted((float(s[r]), b) for b, s in scores.items() if np.isfinite(s[r]))
        room = sorted((float(out[r]), b) for b, (_, out) in rooms.items() if np.isfinite(out[r]))
        unknown = [b for b in boards if b in scores and not np.isfinite(scores[b][r])]
        no_room = [b for b in boards if b in _QUANTITIES and not (b in rooms and np.isfinite(rooms[b][1][r]))]
        lacking = _lacking(study, unknown, no_room)
        first, second = (standing + [(np.nan, "")] * 2)[:2]
        least = room[0] if room else (np.nan, "")
        said = _said(study, host, first, second, least)
        rows.append((host, first[1], first[0], second[1], second[0], least[1], least[0], *lacking, *said))
    names = ["host", "by_standing", "standing", "next_board", "next_standing", "by_room", "room_output"]
    return Result(
        "shortest_board",
        Text("Weakest constraint of every host", "各承接地的短板"),
        pd.DataFrame(rows, columns=[*names, "unknown_en", "unknown_zh", "words_en", "words_zh"]),
        (
            label(study, "host", "region"),
            label(study, "by_standing", "code"),
            figure(study, "standing", known),
            label(study, "next_board", "code"),
            figure(study, "next_standing", known),
            label(study, "by_room", "code"),
            figure(study, "room_output", known, study.unit("money")),
            label(study, "unknown_en", "text"),
            label(study, "unknown_zh", "text"),
            label(study, "words_en", "text"),
            label(study, "words_zh", "text"),
        ),
        method,
    )


def _lacking(study: Study, unknown: Sequence[str], no_room: Sequence[str]) -> tuple[str, str]:
    parts = EMPTY
    if unknown:
        parts += Text("Unknown: {l}. ", "未知：{l}。").format(
            l=listed(study.text("board", b) for b in unknown)
        )
    if no_room:
        parts += Text("Room unknown: {l}.", "余量未知：{l}。").format(
            l=listed(study.text("board", b) for b in no_room)
        )
    return parts.en.strip(), parts.zh


def _said(
    study: Study,
    host: str,
    first: tuple[float, str],
    second: tuple[float, str],
    least: tuple[float, str],
) -> tuple[str, str]:
    out = EMPTY
    if first[1]:
        out += Text("{r} stands lowest in {b} ({s:.2f} of 1)", "{r}得分最低的是{b}（{s:.2f}，满分1）").format(
            r=study.text("region", host), b=lower(study.text("board", first[1])), s=first[0]
        )
        if second[1]:
            out += Text(", then in {b} ({s:.2f})", "，其次是{b}（{s:.2f}）").format(
                b=lower(study.text("board", second[1])), s=second[0]
            )
        out += Text(". ", "。")
    if least[1]:
        out += Text(
            "Of the resources with a limit, {b} allows the least: output of {v}.",
            "有上限的资源中，{b}所能支撑的产出最少，为{v}。",
        ).format(
            b=lower(study.text("board", least[1])),
            v=written(study, least[0], study.unit("money")),
        )
    return out.en.strip(), out.zh
