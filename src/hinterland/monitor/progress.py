"""Where every indicator stands in a period: attainment, progress due, light; and the regions' scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from hinterland.monitor.attainment import attainment, light, min_max, pace, weighted
from hinterland.monitor.periods import count_of, end_of, named, per_year, read_period
from hinterland.monitor.system import Monitored, status, target_of
from hinterland.study import EMPTY, Column, Kind, Result, Study, StudyError, Text

_METHOD = Text(
    "Attainment: figure over target (target over figure where less is better). Pace: share of the progress "
    "from base to target that a straight line makes due by now. Light: by pace where there is a base, else "
    "by attainment",
    "完成率：数值比目标（越少越好时为目标比数值）。进度：自基期至目标按直线推算的应有进展中已实现的部分。"
    "信号灯：有基期时按进度，否则按完成率判定",
)
_SCORED = Text(
    "Targets: weighted attainment, capped. Results: each indicator from 0 (worst host) to 1 (best), level "
    "against change on the period before. Unknown figures are left out and told as coverage",
    "目标任务：完成率加权（设上限）。发展成效：各指标在承接地间由0（最差）至1（最好），水平与较上期变化加权。"
    "未知数值不计入，以覆盖率说明",
)


def chosen_period(made: Monitored, period: str | None) -> str:
    """Return a period with figures: the one asked for, else the newest that is well known.

    Statistics come in at different times: of the periods not yet overdue the one with most figures is taken,
    the newest of several.

    Raises
    ------
    StudyError
        Where there are no figures at all, or none of that period.
    """
    known = made.periods
    if not known:
        raise StudyError(
            Text("Nothing has been observed yet.", "尚无监测数据。"),
            Text("Record figures with hinterland monitor record.", "请用 hinterland monitor record 登记。"),
        )
    if period is None:
        recent = known[-1 - int(made.study.parameter("monitor.overdue")) :]
        mine = made.observed[made.observed["region"].isin(made.study.hosts)]
        counted = mine["period"].value_counts()
        return max(recent, key=lambda p: (int(counted[p]), end_of(p)))
    wanted = read_period(period)
    if wanted not in known:
        raise StudyError(
            Text(f"There are no figures of {wanted}.", f"没有 {wanted} 的数据。"),
            Text(f"There are some of: {', '.join(known[-12:])}.", f"可选：{'、'.join(known[-12:])}。"),
        )
    return wanted


def progress_frame(made: Monitored, period: str) -> pd.DataFrame:
    """Return how every indicator of every host stands at a period.

    A figure is the newest up to the period; ``behind`` says by how many periods it is older, and a figure
    overdue (parameter monitor.overdue) gives no light.

    Returns
    -------
    DataFrame
        region, monitored, period, value, unit, previous, change (relative), target_year, target,
        low, high, base, due, attainment, pace, light, target_basis, behind, revised.
    """
    study, time = made.study, end_of(period)
    green, amber = (float(study.parameter(f"monitor.{name}")) for name in ("green", "amber"))
    overdue = int(study.parameter("monitor.overdue"))
    units = dict(zip(made.indicators["monitored"], made.indicators["unit"], strict=True))
    targets: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in made.targets.to_dict("records"):
        targets.setdefault((row["monitored"], row["region"]), []).append(row)
    rows = []
    for region in study.hosts:
        for code in made.codes:
            direction = made.direction(code)
            known = made.series(code, region, time)
            aim = target_of(targets.get((code, region), []), time)
            if known.empty and aim is None:
                continue
            last = known.iloc[-1] if len(known) else None
            value = np.nan if last is None else float(last["value"])
            own = period if last is None else str(last["period"])
            behind = 0 if last is None else round((time - float(last["time"])) * per_year(own))
            low, high, target = (
                np.nan if aim is None else float(str(aim[n])) for n in ("low", "high", "target")
            )
            reached = attainment(value, target, direction, low, high)  # type: ignore[arg-type]
            base, base_year = (np.nan if aim is None else float(str(aim[n])) for n in ("base", "base_year"))
            due_at = np.nan if aim is None else float(str(aim["year"])) + 1.0
            step = pace(value, base, target, end_of(own), base_year + 1.0, due_at, direction)  # type: ignore[arg-type]
            judged = reached if np.isnan(step.pace) else step.pace
            if behind >= overdue or (np.isnan(step.pace) and not _due(aim, own, direction)):
                judged = np.nan
            previous = _previous(known)
            rows.append(
                {
                    "region": region,
                    "monitored": code,
                    "period": "" if last is None else own,
                    "value": value,
                    "unit": units[code],
                    "previous": previous,
                    "change": value / previous - 1 if previous > 0 and value > 0 else np.nan,
                    "target_year": np.nan if aim is None else float(str(aim["year"])),
                    "target": target,
                    "low": low,
                    "high": high,
                    "base": base,
                    "due": step.due,
                    "attainment": reached,
                    "pace": step.pace,
                    "light": light(judged, green, amber),
                    "target_basis": "" if aim is None else str(aim["basis"]),
                    "behind": behind,
                    "revised": False if last is None else bool(last["revised"]),
                }
            )
    return pd.DataFrame(rows)


def _due(aim: dict[str, object] | None, period: str, direction: str) -> bool:
    """Tell whether attainment itself can be judged: bands always; a target without a base once it is due."""
    if aim is None:
        return False
    return direction == "band" or end_of(period) >= float(str(aim["year"])) + 1.0 or _flat(aim)


def _flat(aim: dict[str, object]) -> bool:
    # a target equal to its base is to be held at all times
    base, target = float(str(aim["base"])), float(str(aim["target"]))
    return abs(base - target) <= 1e-12 * max(abs(base), abs(target))


def _previous(known: pd.DataFrame) -> float:
    """Return the figure of the period right before the last one; NaN where it is missing."""
    if len(known) < 2:
        return np.nan
    one, two = (str(p) for p in known["period"].iloc[-2:])
    together = per_year(one) == per_year(two) and count_of(two) - count_of(one) == 1
    return float(known["value"].iloc[-2]) if together else np.nan


def scores_frame(made: Monitored, frames: Sequence[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    r"""Return the hosts' scores of each period.

    .. math::

       S_r = \alpha \sum_i u_i \min(a_{ri}, c) + (1 - \alpha) \sum_i w_i [\beta L_{ri} + (1 - \beta) G_{ri}]

    with α, β and c the parameters monitor.target_share, monitor.static_share and monitor.cap, L and G level
    and change of an indicator between the worst and the best host (`attainment.min_max`), the weights u from
    target_weight and w from result_weight, each adding up to 1. Weights of 20:80 and 40:60 are those of the
    Wanjiang measures; how L and G are reckoned is this program's.

    Returns
    -------
    DataFrame
        region, period, target_score, level_score, change_score, result_score, score, known_weight, rank; in
        points of 100; a score is NaN where a part of it is unknown.
    """
    study = made.study
    alpha, beta, cap = (
        float(study.parameter(f"monitor.{name}")) for name in ("target_share", "static_share", "cap")
    )
    for_targets, for_results = (_weights(made, name) for name in ("target_weight", "result_weight"))
    out = []
    for period, frame in frames:
        table = frame.set_index(["region", "monitored"])
        grid = pd.MultiIndex.from_product([study.hosts, made.codes])
        shape = (len(study.hosts), len(made.codes))
        fresh = table["behind"] == 0
        reached, value, change = (
            table[name].where(fresh).reindex(grid).to_numpy(dtype=float).reshape(shape)
            for name in ("attainment", "value", "change")
        )
        directions = [made.direction(code) for code in made.codes]
        level, grown = np.full(shape, np.nan), np.full(shape, np.nan)
        for j, direction in enumerate(directions):
            if direction == "band":
                level[:, j] = reached[:, j]  # between two limits no level is better than another
                continue
            level[:, j] = min_max(value[:, j], direction)  # type: ignore[arg-type]
            grown[:, j] = min_max(change[:, j], direction)  # type: ignore[arg-type]
        rows = []
        for i, region in enumerate(study.hosts):
            target, known = weighted(np.minimum(reached[i], cap), for_targets)
            static, covered = weighted(level[i], for_results)
            dynamic, _ = weighted(grown[i], for_results)
            result = beta * static + (1 - beta) * dynamic
            total = alpha * target + (1 - alpha) * result
            points = [100 * x for x in (target, static, dynamic, result, total)]
            rows.append([region, period, *points, alpha * known + (1 - alpha) * covered])
        names = ["region", "period", "target_score", "level_score", "change_score", "result_score", "score"]
        made_rows = pd.DataFrame(rows, columns=[*names, "known_weight"])
        made_rows["rank"] = made_rows["score"].rank(ascending=False, method="min")
        out.append(made_rows)
    return pd.concat(out, ignore_index=True)


def _weights(made: Monitored, name: str) -> np.ndarray:
    """Return the weights of the indicators; all alike where none is given."""
    given = made.indicators[name].to_numpy(dtype=float)
    return np.nan_to_num(given) if np.isfinite(given).any() else np.ones(len(given))


_KINDS: dict[str, tuple[Kind, str, bool]] = {
    # column: kind, unit, whether it is a figure
    "region": ("region", "", False),
    "monitored": ("code", "", False),
    "light": ("code", "", False),
    "period": ("text", "", False),
    "value": ("number", "", True),
    "unit": ("text", "", False),
    "change": ("share", "", True),
    "due": ("number", "", True),
    "pace": ("share", "", True),
    "target_year": ("year", "", False),
    "target": ("number", "", True),
    "attainment": ("share", "", True),
    "target_basis": ("code", "", False),
}


# elsewhere "period" is a span of years
_CALLED = {"period": "reported_period"}


def table(
    study: Study,
    name: str,
    title: Text,
    frame: pd.DataFrame,
    kinds: dict[str, tuple[Kind, str, bool]],
    method: Text,
    note: Text = EMPTY,
    year: str = "",
) -> Result:
    """Return a table of monitoring: the columns of `kinds`, in their order."""
    frame = frame[list(kinds)].reset_index(drop=True)
    for c, (kind, _, _) in kinds.items():
        if kind == "year" and len(frame) and frame[c].notna().all():
            frame[c] = frame[c].astype(int)
    known = study.provenance.get("indicators")
    sources = () if known is None else known.sources
    columns = tuple(
        Column(c, study.text("column", _CALLED.get(c, c)), kind, unit, "estimated" if figure else None,
               year if figure else "", sources if figure else ())
        for c, (kind, unit, figure) in kinds.items()
    )  # fmt: skip
    return Result(name, title, frame, columns, method, note)


def progress(made: Monitored, period: str, frame: pd.DataFrame) -> Result:
    """Return the table ``monitor_progress``: how every indicator of every host stands."""
    study = made.study
    counted = frame["light"].value_counts()
    lights = {code: int(counted.get(code, 0)) for code in ("green", "amber", "red", "unknown")}
    note = Text(
        "As of {p}: {green} green, {amber} amber, {red} red, {unknown} not judged. Green from {g:.0%} of "
        "what is due, red below {a:.0%}. Targets marked as assumed are no official ones.",
        "截至{p}：绿灯{green}项，黄灯{amber}项，红灯{red}项，未判定{unknown}项。达到应有进度的{g:.0%}为绿灯，"
        "低于{a:.0%}为红灯。标为“设定”的目标并非官方目标。",
    ).format(
        p=named(period),
        g=float(study.parameter("monitor.green")),
        a=float(study.parameter("monitor.amber")),
        **lights,
    )
    note += _published(made)
    made_table = table(
        study, "monitor_progress", Text("Targets and where they stand", "目标与进展"), frame, _KINDS, _METHOD,
        note, period,
    )  # fmt: skip
    # what was observed is so; what sets it against a target is not
    columns = tuple(
        replace(c, status=status(study)) if c.name in ("value", "change") else c for c in made_table.columns
    )
    return replace(made_table, columns=columns)


def _published(made: Monitored) -> Text:
    """Say where the published targets come from, and which of them is laid on every host alike."""
    rows = made.study.frames.get("monitor_targets", pd.DataFrame(columns=["basis"]))
    rows = rows[rows["basis"] == "published"]
    sources = made.study.frames.get("sources", pd.DataFrame(columns=["source"])).set_index("source")
    said = Text("", "")
    for row in rows.drop_duplicates(["monitored", "source"]).to_dict("records"):
        if row["source"] not in sources.index:
            continue
        cited = sources.loc[row["source"]]
        said += Text(" Published, {m}: {s}{e}.", "官方发布的目标：{m}，{s}{e}。").format(
            m=made.study.text("monitored", row["monitored"]),
            s=Text(cited["citation"], cited["citation_zh"] or cited["citation"]),
            e=Text("", "") if row["region"] else Text(", laid on every host alike", "，对各承接地一律适用"),
        )
    return said


_SCORES: dict[str, tuple[Kind, str, bool]] = {
    "region": ("region", "", False),
    "period": ("text", "", False),
    "score": ("number", "points of 100", True),
    "rank": ("number", "", True),
    "target_score": ("number", "points of 100", True),
    "result_score": ("number", "points of 100", True),
    "level_score": ("number", "points of 100", True),
    "change_score": ("number", "points of 100", True),
    "known_weight": ("share", "", True),
}


def scores(made: Monitored, frame: pd.DataFrame) -> Result:
    """Return the table ``monitor_scores``: the hosts' scores by period, newest first."""
    ordered = frame.assign(at=[end_of(p) for p in frame["period"]]).sort_values(
        ["at", "rank", "region"], ascending=[False, True, True], kind="stable"
    )
    years = f"{frame['period'].iloc[0]}-{frame['period'].iloc[-1]}"
    share = {n: float(made.study.parameter(f"monitor.{n}")) for n in ("target_share", "static_share")}
    note = Text(
        "Targets {t:.0%}, results {r:.0%}; of the results level {s:.0%}, change {d:.0%} (weights of the "
        "Wanjiang measures of 2010). The scale of results is relative: it ranks the hosts of a period and "
        "does not compare periods.",
        "目标任务{t:.0%}，发展成效{r:.0%}；成效中水平{s:.0%}，变化{d:.0%}（权重取自皖政办秘〔2010〕126号）。"
        "成效得分为相对标度，只用于同一时期内比较，不作跨期比较。",
    ).format(
        t=share["target_share"], r=1 - share["target_share"],
        s=share["static_share"], d=1 - share["static_share"],
    )  # fmt: skip
    return table(
        made.study, "monitor_scores", Text("Scores of the hosts", "承接地得分"), ordered, _SCORES, _SCORED,
        note, years,
    )  # fmt: skip
