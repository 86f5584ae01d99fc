"""Which industries should which host take? Screens, a ranking by many criteria, reasons in words."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from hinterland.accounts import IOTable
from hinterland.accounts.lookup import number
from hinterland.potential.chain_gaps import chain_gaps
from hinterland.potential.described import (
    figure,
    label,
    listed,
    lower,
    of_columns,
    sentences,
    standing,
    whole_number,
    written,
)
from hinterland.potential.index import Floats, closeness, critic_weights, entropy_weights, min_max, ranks
from hinterland.potential.index import unit_interval as share_of_one
from hinterland.potential.rank_draws import draw_ranks, rank_interval
from hinterland.potential.screens import screens
from hinterland.potential.selection_measures import selection_measures
from hinterland.study import EMPTY, Column, Provenance, Result, Study, StudyError, Text

Codes = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Criterion:
    """One criterion: the result and column it comes from, which way it counts, and its weight."""

    code: str
    result: str
    column: str
    direction: int
    weight: float
    name: Text


@dataclass(frozen=True)
class Judged:
    """A criterion that could be had, with its values over the pairs of industry and host."""

    criterion: Criterion
    values: Floats
    described: Column


@functools.cache
def _package_criteria() -> pd.DataFrame:
    with resources.files("hinterland.potential").joinpath("criteria.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype=str, keep_default_na=False)


def read_criteria(study: Study) -> tuple[Criterion, ...]:
    """Return the criteria: the study's own table `criteria`, else the package's.

    Raises
    ------
    StudyError
        A direction that is neither 1 nor -1, a weight that is negative or not a number, no weight at all.
    """
    own = study.frames.get("criteria")
    table = _package_criteria() if own is None or own.empty else own
    out = []
    for row in table.to_dict("records"):
        code = str(row["criterion"])
        cells = [str(row.get(k) or "").strip() for k in ("direction", "weight")]
        try:
            direction, weight = (1.0 if c in ("", "nan") else float(c) for c in cells)
        except ValueError:
            direction, weight = np.nan, np.nan
        if direction not in (1.0, -1.0) or not weight >= 0:
            raise StudyError(
                Text(
                    f"The criterion '{code}' has the direction '{cells[0]}' and the weight '{cells[1]}'.",
                    f"准则“{code}”的方向为“{cells[0]}”，权重为“{cells[1]}”。",
                ),
                Text(
                    "The direction is 1 or -1, the weight a number of zero or more.",
                    "方向须为1或-1，权重为不小于0的数。",
                ),
            )
        name = Text(str(row.get("name_en") or code), str(row.get("name_zh") or code))
        out.append(Criterion(code, str(row["result"]), str(row["column"]), int(direction), weight, name))
    if not sum(c.weight for c in out) > 0:
        raise StudyError(
            Text("All criteria have the weight zero.", "全部准则的权重为零。"),
            Text("Give one a weight in the table criteria.", "请在criteria表中给出权重。"),
        )
    return tuple(out)


def over_pairs(result: Result, column: str, industries: Sequence[str], hosts: Sequence[str]) -> Floats:
    """Return a result's column over pairs of industry and host [industry, host].

    A result may be by industry, by host (columns host or region), or by both; it is repeated over what it
    does
    not have. Of several years the latest counts; over origins (and anything else) the mean of what is known.
    """
    frame = result.frame
    if "year" in frame and not frame["year"].isna().all():
        frame = frame[frame["year"] == frame["year"].max()]
    place = next((name for name in ("host", "region") if name in frame), None)
    by = [name for name in ("industry", place) if name and name in frame]
    if not by:
        raise StudyError(
            Text(
                f"The result {result.name} is neither by industry nor by host.",
                f"结果{result.name}既不分产业也不分承接地。",
            ),
            Text("Choose another result in the table criteria.", "请在criteria表中改用其他结果。"),
        )
    means = frame.groupby(by, observed=True)[column].mean()
    if by == ["industry"]:
        return np.repeat(means.reindex(list(industries)).to_numpy(dtype=float)[:, None], len(hosts), axis=1)
    if len(by) == 1:
        return np.repeat(means.reindex(list(hosts)).to_numpy(dtype=float)[None, :], len(industries), axis=0)
    pairs = pd.MultiIndex.from_product([list(industries), list(hosts)])
    return np.asarray(means.reindex(pairs).to_numpy(dtype=float).reshape(len(industries), -1), dtype=float)


def _judge(
    criteria: Sequence[Criterion],
    given: Mapping[str, Result],
    industries: Sequence[str],
    hosts: Sequence[str],
) -> tuple[list[Judged], list[tuple[Criterion, Text]]]:
    """Return the criteria that could be had, and the others with what is missing."""
    found, missing = [], []
    for one in criteria:
        result = given.get(one.result)
        if result is None or one.column not in result.frame:
            missing.append((one, Text("result {r} (column {c}) is not there", "缺少结果{r}（列{c}）").format(
                r=one.result, c=one.column)))  # fmt: skip
            continue
        values = over_pairs(result, one.column, industries, hosts).ravel()
        if not np.isfinite(values).any():
            missing.append((one, Text("its figures are unknown", "数据未知")))
        elif not np.nanmax(values) > np.nanmin(values):
            missing.append((one, Text("it is the same for all pairs", "各组合取值相同")))
        else:
            found.append(Judged(one, values, result.column(one.column)))
    return found, missing


def industry_selection(
    study: Study, *, table: IOTable | None = None, given: Mapping[str, Result] | None = None
) -> tuple[Result, ...]:
    """Screen and rank every pair of transferable industry and host, and say why.

    Parameters
    ----------
    study : Study
    table : IOTable, optional
        Interregional table for the chain criterion; estimated when it and ``chain_coverage`` are not given.
    given : mapping of name to Result, optional
        Results that criteria come from (``relatedness``, ``market_access``, ``capacity`` …); what is not
        there is left out and said. The screens and ``selection_measures`` are made here unless given.

    Returns
    -------
    Results ``industry_screen``, ``selection_measures`` (see those), ``selection_criteria`` (criterion, name,
    weight, entropy_weight, critic_weight, used, missing) and ``industry_ranking``: industry, host, screen,
    priority (first, second, third, none), score (TOPSIS over the pairs that do not fail), rank, rank_low,
    rank_high, place_in_host, words_en, words_zh.

    Raises
    ------
    StudyError
        Criteria that cannot be read, none of which could be had, or no pair that passes the screens.
    """
    made = dict(given or {})
    if "industry_screen" not in made:
        made["industry_screen"] = screens(study)
    if "selection_measures" not in made:
        made["selection_measures"] = selection_measures(study)
    criteria = read_criteria(study)
    if "chain_coverage" not in made and any(c.result == "chain_coverage" for c in criteria):
        made["chain_coverage"] = chain_gaps(study, table=table)[0]
    industries, hosts = list(study.transferable), list(study.hosts)
    found, missing = _judge(criteria, made, industries, hosts)
    if not found:
        raise StudyError(
            Text("None of the criteria for selecting industries could be had.", "产业选择的准则均无法取得。"),
            Text("Give the results that the table criteria names.", "请提供criteria表所列的结果。"),
        )
    screen = _by_pair(made["industry_screen"], "screen", industries, hosts)
    kept = screen != "fail"
    if not kept.any():
        raise StudyError(
            Text("No industry passes the screens in any host.", "没有任何产业通过筛选。"),
            Text(
                "See the table policies, potential.screen_carbon and potential.screen_energy.",
                "请检查policies表及potential.screen_carbon、potential.screen_energy参数。",
            ),
        )
    raw = np.column_stack([j.values for j in found])
    direction = np.array([j.criterion.direction for j in found], dtype=float)
    normal = np.full(raw.shape, np.nan)
    normal[kept] = min_max(raw[kept], direction)
    weights = np.array([j.criterion.weight for j in found])
    weights = weights / weights.sum()
    known = normal[kept]
    filled = np.where(np.isnan(known), np.nanmedian(known, axis=0), known)
    entropy, critic = entropy_weights(filled), critic_weights(filled)
    scores = np.full(len(raw), np.nan)
    scores[kept] = closeness(filled, weights)
    rank = ranks(scores)
    low, high = np.full_like(rank, np.nan), np.full_like(rank, np.nan)
    low[kept], high[kept] = _interval(study, known, np.stack([weights, entropy, critic]), rank[kept], found)
    stands = standing(of_columns(*(j.described for j in found)))
    frame = pd.DataFrame(
        {
            "industry": np.repeat(np.array(industries, dtype=object), len(hosts)),
            "host": np.tile(np.array(hosts, dtype=object), len(industries)),
            "screen": screen,
            "priority": _priority(study, rank, screen),
            "score": scores,
            "rank": rank,
            "rank_low": low,
            "rank_high": high,
            "place_in_host": ranks(scores.reshape(len(industries), -1).T).T.ravel(),
        }
    )
    screened = made["industry_screen"].frame.set_index(["industry", "host"])
    most = whole_number(study, "potential.selection_reasons", 1)
    places = np.column_stack([ranks(np.where(kept, normal[:, j], np.nan)) for j in range(len(found))])
    said = [
        _why(study, row, k, found, raw, normal, places, most, screened)
        for k, row in enumerate(frame.to_dict("records"))
    ]
    frame["words_en"], frame["words_zh"] = [t.en for t in said], [t.zh for t in said]
    frame = frame.sort_values(["rank", "industry", "host"], kind="stable").reset_index(drop=True)
    without = _without(missing)
    ranking = Result(
        "industry_ranking",
        Text("Industries by host, ranked", "分承接地的产业选择排序"),
        frame,
        (
            label(study, "industry", "industry"),
            label(study, "host", "region"),
            label(study, "screen", "code"),
            label(study, "priority", "code"),
            *(figure(study, n, stands) for n in ("score", "rank", "rank_low", "rank_high", "place_in_host")),
            label(study, "words_en", "text"),
            label(study, "words_zh", "text"),
        ),
        Text(
            "Pairs that fail a screen are out. The others: TOPSIS over the criteria that could be had, with"
            " the declared weights; rank intervals hold {h:.0%} of draws that mix declared, entropy and"
            " CRITIC weights, the scale, measurement error, and gaps filled at random. First priority: the"
            " best {f:.0%} that pass; second: as many again. An industry that a policy restricts is at most"
            " of second priority.",
            "未通过筛选者不参与排序。其余按可得准则与给定权重作TOPSIS评分；位次区间包含{h:.0%}的抽样（混合给定权重、熵权与CRITIC权重、"
            "标度、测量误差及随机填补缺失）。第一优先为通过筛选者中前{f:.0%}，第二优先再取同样比例；受政策限制的产业至多为第二优先。",
        ).format(h=_held(study), f=number(study, "potential.selection_first")),
        without,
    )
    return (
        made["industry_screen"],
        made["selection_measures"],
        _criteria_table(study, found, missing, weights, entropy, critic, stands, without),
        ranking,
    )


def _by_pair(result: Result, column: str, industries: Sequence[str], hosts: Sequence[str]) -> Codes:
    pairs = pd.MultiIndex.from_product([list(industries), list(hosts)])
    values = result.frame.set_index(["industry", "host"])[column].reindex(pairs)
    return np.asarray(values.to_numpy(dtype=object), dtype=object)


def _held(study: Study) -> float:
    return share_of_one("potential.rank_interval", study.parameter("potential.rank_interval"))


def _interval(
    study: Study, known: Floats, schemes: Floats, rank: Floats, found: Sequence[Judged]
) -> tuple[Floats, Floats]:
    draws = whole_number(study, "potential.draws", 1)
    random = np.random.default_rng(int(study.parameter("seed")))
    drawn = draw_ranks(
        np.repeat(known[None], draws, axis=0),
        np.ones(known.shape[1]),
        schemes,
        # criteria are different things, not signs of one: none stands for another
        [j.criterion.code for j in found],
        random,
        noise=float(study.parameter("potential.measurement_noise")),
    )
    return rank_interval(drawn, _held(study), rank)


def _priority(study: Study, rank: Floats, screen: Codes) -> Codes:
    share = share_of_one("potential.selection_first", study.parameter("potential.selection_first"))
    many = share * int((screen != "fail").sum())
    with np.errstate(invalid="ignore"):
        first = (rank <= many) & (screen == "pass")
        found = np.select(
            [screen == "fail", first, rank <= 2 * many], ["none", "first", "second"], default="third"
        )
    return found.astype(object)


def _why(
    study: Study,
    row: Mapping[str, object],
    k: int,
    found: Sequence[Judged],
    raw: Floats,
    normal: Floats,
    places: Floats,
    most: int,
    screened: pd.DataFrame,
) -> Text:
    """Say why a pair stands where it does: its best criteria and its worst, with figures and places."""
    said = screened.loc[(row["industry"], row["host"])]
    screen = Text(str(said["words_en"]), str(said["words_zh"]))
    if row["screen"] == "fail":
        return Text("Out. ", "未通过筛选。") + screen
    count = int(screened["screen"].ne("fail").sum())
    order = sorted(
        (j for j in range(len(found)) if np.isfinite(normal[k, j])), key=lambda j: (places[k, j], j)
    )

    def item(j: int) -> Text:
        column = found[j].described
        unit = "share" if column.kind == "share" else column.unit
        tied = int((places[:, j] == places[k, j]).sum()) > 1
        said = (
            Text("{n} {v} (joint {p:g} of {c})", "{n}{v}（{c}个组合中并列第{p:g}）")
            if tied
            else Text("{n} {v} ({p:g} of {c})", "{n}{v}（{c}个组合中第{p:g}）")
        )
        return said.format(
            n=lower(found[j].criterion.name),
            v=written(study, float(raw[k, j]), unit),
            p=places[k, j],
            c=count,
        )

    best = [j for j in order if places[k, j] <= count / 2][:most]
    worst = [j for j in reversed(order) if places[k, j] > count / 2 and j not in best][:1]
    parts = []
    if best:
        parts.append(Text("For: {l}.", "优势：{l}。").format(l=listed(item(j) for j in best)))
    if worst:
        parts.append(Text("Against: {l}.", "不足：{l}。").format(l=listed(item(j) for j in worst)))
    if row["screen"] == "conditional":
        parts.append(Text("Condition: ", "条件：") + screen)
    return sentences(parts)


def _without(missing: Sequence[tuple[Criterion, Text]]) -> Text:
    if not missing:
        return EMPTY
    items = [Text("{n} ({w})", "{n}（{w}）").format(n=lower(one.name), w=why) for one, why in missing]
    return Text("Criteria left out: {l}.", "未采用的准则：{l}。").format(l=listed(items))


def _criteria_table(
    study: Study,
    found: Sequence[Judged],
    missing: Sequence[tuple[Criterion, Text]],
    weights: Floats,
    entropy: Floats,
    critic: Floats,
    known: Provenance,
    note: Text,
) -> Result:
    rows: list[tuple[object, ...]] = [
        (j.criterion.name.en, j.criterion.name.zh, j.criterion.result, j.criterion.column, True,
         float(j.criterion.direction), weights[k], entropy[k], critic[k], "", "")
        for k, j in enumerate(found)
    ]  # fmt: skip
    rows += [
        (one.name.en, one.name.zh, one.result, one.column, False, float(one.direction),
         np.nan, np.nan, np.nan, why.en, why.zh)
        for one, why in missing
    ]  # fmt: skip
    names = ["criterion_en", "criterion_zh", "from_result", "from_column", "counted", "direction", "weight"]
    names += ["entropy_weight", "critic_weight", "lacking_en", "lacking_zh"]
    assumed = Provenance("assumption", "", known.year, known.sources)
    return Result(
        "selection_criteria",
        Text("Criteria for selecting industries", "产业选择准则"),
        pd.DataFrame(rows, columns=names),
        (
            label(study, "criterion_en", "text"),
            label(study, "criterion_zh", "text"),
            label(study, "from_result", "code"),
            label(study, "from_column", "code"),
            label(study, "counted", "flag"),
            label(study, "direction", "code"),
            figure(study, "weight", assumed, kind="share"),
            figure(study, "entropy_weight", known, kind="share"),
            figure(study, "critic_weight", known, kind="share"),
            label(study, "lacking_en", "text"),
            label(study, "lacking_zh", "text"),
        ),
        Text(
            "Declared weights (table criteria) over the criteria that could be had, and what entropy and"
            " CRITIC would give them.",
            "可得准则的给定权重（criteria表），以及熵权法与CRITIC法的权重。",
        ),
        note,
    )


def priority_table(ranking: Result) -> xr.Dataset:
    """Return the ranking as labelled arrays that a plan can use.

    Parameters
    ----------
    ranking : Result ``industry_ranking``

    Returns
    -------
    Dataset [industry, host] with ``allowed`` (bool: the pair passes the screens), ``score`` (0 to 1, NaN
    where it fails) and ``priority`` (1 first, 2 second, 3 third, 0 out).
    """
    level = {"first": 1, "second": 2, "third": 3, "none": 0}
    frame = ranking.frame
    industries, hosts = (list(dict.fromkeys(frame[name])) for name in ("industry", "host"))
    table = frame.set_index(["industry", "host"])
    pairs = pd.MultiIndex.from_product([industries, hosts])
    coords, dims = {"industry": industries, "host": hosts}, ("industry", "host")
    mine = table.reindex(pairs)

    def grid(values: npt.NDArray[Any]) -> xr.DataArray:
        return xr.DataArray(values.reshape(len(industries), len(hosts)), coords, dims)

    return xr.Dataset(
        {
            "allowed": grid((mine["screen"] != "fail").to_numpy()),
            "score": grid(mine["score"].to_numpy(dtype=float)),
            "priority": grid(mine["priority"].map(level).to_numpy()),
        }
    )
