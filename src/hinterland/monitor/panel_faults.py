"""What is wrong with a panel's dates, shape and design: a code, what it is, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hinterland.study import Text

NEVER = 0
"""Cohort of units that are never treated."""
Fault = tuple[str, Text, Text]


def some(values: Sequence[object], most: int = 4) -> str:
    """Return the first few of a list, and whether there are more."""
    return ", ".join(str(v) for v in values[:most]) + (" ..." if len(values) > most else "")


def dates(raw: pd.Series, units: pd.Series, cohort: str) -> list[Fault]:
    """First treated times that are no whole numbers: read as never, they would turn treated into controls."""
    number = pd.to_numeric(raw, errors="coerce")
    odd = number.isna() & raw.notna()
    if odd.any():
        odd &= raw.astype(str).str.strip() != ""
    odd |= np.isfinite(number) & (number != number.round())
    if not odd.any():
        return []
    shown = [f"{u}: {v}" for u, v in dict.fromkeys(zip(units[odd], raw[odd].astype(str), strict=True))]
    return [
        (
            "dates",
            Text(f"{cohort} is no whole number for {some(shown)}.", f"{cohort}不是整数时期：{some(shown)}。"),
            Text(
                "Write the first treated time as a whole number such as 2005, and leave it blank for never.",
                "请以整数（如2005）填写首次处理时间，从未处理的留空。",
            ),
        )
    ]


def moving_clusters(data: pd.DataFrame, cluster: str) -> list[Fault]:
    """Units that lie in several clusters."""
    inside = data.groupby("unit")["cluster"].nunique()
    moving = list(inside.index[inside > 1])
    if not moving:
        return []
    return [
        (
            "clusters_change",
            Text(
                f"{cluster} changes over time for some units: {len(moving)} ({some(moving)}).",
                f"有{len(moving)}个单位的{cluster}随时间变化（{some(moving)}）。",
            ),
            Text("Give every unit one cluster.", "每个单位只能属于一个聚类。"),
        )
    ]


def shape(data: pd.DataFrame, unit: str, time: str, cohort: str, gaps: bool) -> list[Fault]:
    """Duplicates, gaps, cohorts that change."""
    out = []
    twice = data[data.duplicated(["unit", "time"])]
    if len(twice):
        rows = [f"{u} {t}" for u, t in zip(twice["unit"], twice["time"], strict=True)]
        out.append(
            (
                "duplicates",
                Text(
                    f"Rows that come again with the same {unit} and {time}: {len(twice)} ({some(rows)}).",
                    f"有{len(twice)}行的{unit}与{time}重复（{some(rows)}）。",
                ),
                Text("Keep one row for each.", "请每个组合只保留一行。"),
            )
        )
    changing = data.groupby("unit")["cohort"].nunique()
    changing = changing[changing > 1]
    if len(changing):
        out.append(
            (
                "cohort",
                Text(
                    f"{cohort} changes over time for {some(list(changing.index))}.",
                    f"{some(list(changing.index))}的{cohort}随时间变化。",
                ),
                Text(
                    "Give every unit one first treated time; a treatment that ends needs another design.",
                    "每个单位只能有一个首次处理时间；会终止的处理需用其他设计。",
                ),
            )
        )
    if not gaps and not len(twice):
        times = data["time"].nunique()
        seen = data.groupby("unit")["time"].size()
        thin = seen[seen < times]
        if len(thin):
            all_times = set(data["time"])
            example = thin.index[0]
            lack = sorted(all_times - set(data.loc[data["unit"] == example, "time"]))
            out.append(
                (
                    "gaps",
                    Text(
                        f"{len(thin)} of {len(seen)} units are not observed at every {time} "
                        f"(such as {example}: {some(lack)}).",
                        f"{len(seen)}个单位中有{len(thin)}个并非每个{time}都有观测（如{example}：{some(lack)}）。",
                    ),
                    Text(
                        "Complete them, leave them out, or allow gaps (gaps=True) if the method bears them.",
                        "请补全或剔除，或在方法允许时设定gaps=True。",
                    ),
                )
            )
    return out


def design(data: pd.DataFrame, cohort: str, cluster: str, anticipation: int) -> list[Fault]:
    """Nobody treated, no controls, treated from the start, one cluster, nothing before the treatment."""
    out = []
    first, last = int(data["time"].min()), int(data["time"].max())
    starts = data.groupby("unit")["cohort"].first()
    treated = starts[(starts != NEVER) & (starts <= last)]
    if treated.empty:
        out.append(
            (
                "nobody_treated",
                Text(f"No unit is treated by {last}.", f"截至{last}没有任何单位受到处理。"),
                Text(
                    f"Give the first treated time of some units in {cohort}.",
                    f"请在{cohort}中给出部分单位的首次处理时间。",
                ),
            )
        )
    start = treated[treated <= first + anticipation]
    if len(start):
        out.append(
            (
                "treated_from_the_start",
                Text(
                    f"Units treated from the start: {len(start)} ({some(list(start.index))}). What they "
                    "were like before"
                    + (f" and {anticipation} periods of anticipation" if anticipation else "")
                    + " is not known.",
                    f"有{len(start)}个单位自始即受处理（{some(list(start.index))}）："
                    + (
                        f"处理前及{anticipation}期预期之前的情况未知。"
                        if anticipation
                        else "处理前情况未知。"
                    ),
                ),
                Text("Leave them out, or add earlier periods.", "请剔除，或补充更早的时期。"),
            )
        )
    if len(treated) and not bool(((starts == NEVER) | (starts > last)).any()):
        late = treated[treated == treated.max()]
        out.append(
            (
                "no_controls",
                Text(
                    "Every unit is treated in the end: there is nobody who is never treated to compare with "
                    f"(the last are {some(list(late.index))}, from {int(treated.max())}).",
                    f"所有单位最终都受到处理，没有从未处理的对照（最晚为{some(list(late.index))}，始于{int(treated.max())}）。",
                ),
                Text(
                    "Add untreated units, or end the panel before the last ones are treated.",
                    "请补充未处理单位，或将面板截止到最后一批受处理之前。",
                ),
            )
        )
    if data["cluster"].nunique() < 2:
        out.append(
            (
                "one_cluster",
                Text(
                    f"There is one cluster only in {cluster}: nothing tells how sure the effect is.",
                    f"{cluster}只有一个聚类，无法判断效应的可靠程度。",
                ),
                Text("Give a column with more clusters.", "请给出含多个聚类的列。"),
            )
        )
    return out
