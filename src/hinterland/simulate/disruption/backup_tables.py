"""Tables of backup value: by host and industry, by region, by origin, and how far more of it goes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.simulate.disruption.backup import SEVERITIES, SIZES, Backup, mixed
from hinterland.study import EMPTY, Column, Result, Text

Array = npt.NDArray[np.float64]

# Percentiles of the interval.
SPREAD = (5.0, 95.0)
COUNTED = {"output": Text("output", "总产出"), "value_added": Text("value added", "增加值")}


def _method(made: Backup) -> Text:
    event, places = made.event, made.origins
    study = made.base.study
    named = Text(
        ", ".join(study.label("region", k, "en") for k in places),
        "、".join(study.label("region", k, "zh") for k in places),
    )
    counted = COUNTED[made.saves]
    return Text(
        "Each of {o} in turn loses {l:.0%} of the capacity of all its industries for {d:g} days, regained "
        "evenly over {r:g} more; {n} days are simulated (daily adaptive regional input-output). Value: "
        "national {c} saved in one such event per unit of yearly capacity held idle, with its stocks of "
        "inputs; the first unit, mean over those origins.",
        "{o}依次损失其全部产业{l:.0%}的产能，持续{d:g}天，此后{r:g}天均匀恢复，共模拟{n}天"
        "（逐日自适应区域投入产出模型）。备份价值指每单位（年）备用产能（含投入库存）在一次此类事件中"
        "挽回的全国{c}，为首单位的边际值，按上述转出地平均。",
    ).format(o=named, l=event.loss, d=event.duration, r=event.recovery, n=event.days, c=counted)


def _interval_note(made: Backup) -> Text:
    if not len(made.draws):
        return EMPTY
    note = Text(
        f"Interval: 5th to 95th percentile over {len(made.draws)} draws of the disruption parameters. ",
        f"区间：扰动参数{len(made.draws)}次抽样的第5至95百分位。",
    )
    if made.dropped:
        note += Text(
            f"{made.dropped} draws were left out: their rationing starves producers of their own inputs. ",
            f"另有{made.dropped}次抽样因配给自我崩溃而剔除。",
        )
    return note


def _figure(made: Backup, name: str, label: Text, unit: str = "1", share: bool = False) -> Column:
    known = made.base.table.provenance
    return Column(name, label, "share" if share else "number", unit, "estimated", known.year, known.sources)


def _interval(values: Array) -> tuple[Array, Array]:
    """Percentiles along the first axis; NaN without draws."""
    if not len(values):
        empty = np.full(values.shape[1:], np.nan)
        return empty, empty
    low, high = np.percentile(values, SPREAD, axis=0)
    return low, high


def _ranks(values: Array) -> Array:
    """Rank along the last axis, 1 the largest; NaN last."""
    order = np.argsort(-np.where(np.isnan(values), -np.inf, values), axis=-1, kind="stable")
    ranks = np.empty(values.shape)
    np.put_along_axis(
        ranks, order, np.broadcast_to(np.arange(1.0, values.shape[-1] + 1), values.shape), axis=-1
    )
    return ranks


def backup_tables(made: Backup) -> tuple[Result, ...]:
    """Make the tables of backup value."""
    return _by_industry(made), _by_region(made), _by_origin(made), _by_severity(made), _scale(made)


def _value_columns(made: Backup) -> list[Column]:
    return [
        _figure(made, "backup_value", Text("Backup value", "备份价值")),
        _figure(made, "backup_value_low", Text("Low", "低值")),
        _figure(made, "backup_value_high", Text("High", "高值")),
        _figure(made, "rank", Text("Rank", "位次")),
        _figure(made, "rank_low", Text("Best rank", "最好位次")),
        _figure(made, "rank_high", Text("Worst rank", "最差位次")),
    ]


def _ranked(values: Array, draws: Array) -> dict[str, Array]:
    low, high = _interval(draws)
    first, last = _interval(_ranks(draws)) if len(draws) else (np.full(len(values), np.nan),) * 2
    return {
        "backup_value": values,
        "backup_value_low": low,
        "backup_value_high": high,
        "rank": _ranks(values),
        "rank_low": np.floor(first),
        "rank_high": np.ceil(last),
    }


def _by_industry(made: Backup) -> Result:
    """Hosts and transferable industries, ranked."""
    study, table = made.base.study, made.base.table
    hosts = [table.regions.index(k) for k in study.hosts if k in table.regions]
    movable = [k for k, i in enumerate(table.industries) if i in set(study.transferable)]
    there = table.x.reshape(len(table.regions), -1)
    least = float(study.parameter("backup.minimum_share")) * there.sum(0)
    cells = [
        (h, i) for h in hosts for i in movable if np.isfinite(made.value[h, i]) and there[h, i] >= least[i]
    ]
    at = tuple(np.array(cells, dtype=int).reshape(-1, 2).T)
    frame = pd.DataFrame(
        {
            "region": [table.regions[h] for h, _ in cells],
            "industry": [table.industries[i] for _, i in cells],
            **_ranked(made.value[at], made.draws[:, at[0], at[1]]),
            "output": table.x.reshape(len(table.regions), -1)[at],
        }
    ).sort_values("rank", kind="stable", ignore_index=True)
    absent = len(hosts) * len(movable) - len(cells)
    note = _interval_note(made)
    if len(frame):
        best = frame.iloc[0]
        note += Text(
            "Most is saved by {i} in {h}: {v:.2f} for each 1 of yearly capacity. ",
            "挽回最多的是{h}的{i}：每1单位年产能{v:.2f}。",
        ).format(
            i=study.text("industry", best["industry"]),
            h=study.text("region", best["region"]),
            v=best["backup_value"],
        )
    if absent:
        note += Text(
            f"{absent} pairs are left out: the host makes next to nothing of the product "
            "(backup.minimum_share), so there is nothing to hold capacity on.",
            f"有{absent}个组合未列：承接地几乎不生产该产品（backup.minimum_share），缺乏保有备用产能的基础。",
        )
    return Result(
        "backup_value",
        Text("Backup value of capacity held in the hosts", "承接地备用产能的备份价值"),
        frame,
        (
            Column("region", Text("Host", "承接地"), "region"),
            Column("industry", Text("Industry", "产业"), "industry"),
            *_value_columns(made),
            _figure(made, "output", Text("Output there now", "现有产出"), table.unit),
        ),
        _method(made),
        note,
    )


def _what_matters(made: Backup) -> Text:
    """Say whether the place or the industry makes more of a difference, away from the struck provinces."""
    away = np.array([k not in made.origins for k in made.base.table.regions])
    movable = np.isin(made.base.table.industries, made.base.study.transferable)
    values = made.value[away][:, movable]
    place, industry = np.nanstd(np.nanmean(values, 1)), np.nanstd(np.nanmean(values, 0))
    if not place < 0.5 * industry:
        return EMPTY
    return Text(
        "Which industry it is matters more than where else in the country it stands: the deviation between "
        f"industries is {industry:.3f}, between places {place:.3f}. ",
        f"产业选择比布局在其他何地更重要：产业间标准差为{industry:.3f}，地区间为{place:.3f}。",
    )


def _each(made: Backup) -> list[tuple[Array, str]]:
    """Values with each origin struck, and its name."""
    return list(zip(made.by_origin, made.origins, strict=True))


def _by_region(made: Backup) -> Result:
    """All regions: what a unit of capacity, spread over industries as the origins make them, saves there."""
    table = made.base.table
    roles = made.base.study.frames["regions"].set_index("region")["role"]
    frame = pd.DataFrame(
        {
            "region": list(table.regions),
            "role": [str(roles.get(k, "other")) for k in table.regions],
            **_ranked(made.of_regions(), made.of_regions(made.draws)),
        }
    )
    hosts = float(frame.loc[frame["role"] == "host", "backup_value"].mean())
    struck = float(np.mean([made.of_regions(v)[table.regions.index(o)] for v, o in _each(made)]))
    return Result(
        "backup_by_region",
        Text("Backup value by region", "分地区备份价值"),
        frame,
        (
            Column("region", Text("Region", "地区"), "region"),
            Column("role", Text("Role", "角色"), "code"),
            *_value_columns(made),
        ),
        _method(made),
        Text(
            "A unit of capacity spread over transferable industries as the struck origins make them: "
            f"{hosts:.3f} in the hosts on average, {struck:.3f} in the province that is struck itself, where "
            "part of it is lost as well. ",
            "一单位产能按受冲击转出地的可转移产业结构分摊："
            f"承接地平均{hosts:.3f}，受冲击省份自身{struck:.3f}（其中一部分会一并受损）。",
        )
        + _what_matters(made)
        + _interval_note(made),
    )


def _by_origin(made: Backup) -> Result:
    """What the loss of each origin costs, and what a unit of capacity in the hosts saves of it."""
    table, study = made.base.table, made.base.study
    hosts = [table.regions.index(k) for k in study.hosts if k in table.regions]
    output = float(table.x.sum() if made.saves == "output" else table.V.sum())
    rows = []
    for k, place in enumerate(made.origins):
        value = mixed(made.by_origin[k], made.mix.mean(0))
        best = _best(made, k, hosts)
        rows.append(
            {
                "region": place,
                "loss": made.lost[k],
                "loss_share": made.lost[k] / output,
                "backup_value": float(np.nanmean(value[hosts])),
                "backup_value_there": value[table.regions.index(place)],
                "host": table.regions[best[0]],
                "industry": table.industries[best[1]],
            }
        )
    return Result(
        "backup_by_origin",
        Text(
            "What the loss of each origin costs, and what standby capacity saves",
            "各转出地受冲击的损失与备用产能的挽回",
        ),
        pd.DataFrame(rows),
        (
            Column("region", Text("Origin struck", "受冲击转出地"), "region"),
            _figure(made, "loss", Text("National loss", "全国损失"), table.unit),
            _figure(made, "loss_share", Text("Of a year's", "占全年"), "1", share=True),
            _figure(made, "backup_value", Text("Backup value, mean of hosts", "备份价值（承接地平均）")),
            _figure(made, "backup_value_there", Text("Backup value there itself", "备份价值（当地自身）")),
            Column("host", Text("Best host", "最佳承接地"), "region"),
            Column("industry", Text("Best industry", "最佳产业"), "industry"),
        ),
        _method(made),
    )


def _best(made: Backup, origin: int, hosts: list[int]) -> tuple[int, int]:
    """Region and industry of the hosts that saves most when an origin is struck, of those listed."""
    table, study = made.base.table, made.base.study
    there = table.x.reshape(len(table.regions), -1)
    least = float(study.parameter("backup.minimum_share")) * there.sum(0)
    movable = np.isin(table.industries, study.transferable)
    values = np.where(
        np.isfinite(made.by_origin[origin]) & (there >= least) & movable, made.by_origin[origin], -np.inf
    )
    of_hosts = values[hosts]
    h, i = np.unravel_index(int(np.argmax(of_hosts)), of_hosts.shape)
    return hosts[int(h)], int(i)


def _by_severity(made: Backup) -> Result:
    """Hosts against the struck province itself, by how much of its capacity is lost."""
    frame = pd.DataFrame(
        {
            "loss": SEVERITIES,
            "backup_value": made.severity[:, 0],
            "backup_value_there": made.severity[:, 1],
        }
    )
    better = frame["backup_value"] > frame["backup_value_there"]
    if better.any() and not better.all():
        least = float(frame.loc[better, "loss"].min())
        note = Text(
            f"From a loss of {least:.0%} on, capacity in the hosts is worth more than in the struck province "
            "itself; below that, what survives there serves its customers better.",
            f"产能损失达到{least:.0%}时，承接地备用产能的价值高于受冲击省份自身；低于此时，当地幸存产能更能满足其客户。",
        )
    else:
        note = EMPTY
    return Result(
        "backup_by_severity",
        Text("Backup value by severity of the loss", "备份价值与损失程度"),
        frame,
        (
            _figure(made, "loss", Text("Capacity lost", "产能损失"), "1", share=True),
            _figure(made, "backup_value", Text("Held in the hosts", "置于承接地")),
            _figure(made, "backup_value_there", Text("Held in the struck province", "置于受冲击省份自身")),
        ),
        _method(made),
        note,
    )


def _scale(made: Backup) -> Result:
    """Share of the loss avoided by larger amounts of standby capacity in the hosts."""
    rows = [
        {"region": place, "standby_share": size, "avoided_share": made.avoided[k, c]}
        for k, place in enumerate(made.origins)
        for c, size in enumerate(SIZES)
    ]
    return Result(
        "backup_scale",
        Text("How far standby capacity in the hosts goes", "承接地备用产能的规模效果"),
        pd.DataFrame(rows),
        (
            Column("region", Text("Origin struck", "受冲击转出地"), "region"),
            _figure(
                made,
                "standby_share",
                Text("Standby capacity, of what the origin lacks", "备用产能占转出地缺失产能"),
                "1",
                share=True,
            ),
            _figure(made, "avoided_share", Text("Loss avoided", "挽回的损失比例"), "1", share=True),
        ),
        _method(made),
        Text(
            "Run in full, with the study's own parameters; hosts hold it where they make the product now.",
            "按研究自身参数完整模拟；备用产能按承接地现有产出分布。",
        ),
    )
