"""Which industries should which host take."""

from __future__ import annotations

import pandas as pd

from hinterland.charts import Chart
from hinterland.charts.words import listing
from hinterland.report.chapters import further
from hinterland.report.chapters.frame import NATIONAL, Block, Chapter, heat
from hinterland.report.views import Findings, of, usable
from hinterland.study import Study, Text


def _ranking(study: Study, findings: Findings) -> list[Chart]:
    found = usable(findings, "industry_ranking", "score")
    if found is None:
        return []
    mine = of(of(found, "host", study.hosts), "industry", study.transferable)
    title = Text("Score of every industry in every host", "各承接地的产业得分")
    note = Text("A dash: the pair fails a screen.", "短横线表示未通过筛选。")
    return [heat(study, mine, "industry", "host", "score", "selection", title, note=note)]


def _carbon(study: Study, findings: Findings) -> list[Chart]:
    found = usable(findings, "industry_screen", "carbon_ratio")
    if found is None:
        return []
    title = Text("CO2 per output over the mean of what can move", "单位产出碳排放相对可转移产业平均")
    mine = of(found, "industry", study.transferable)
    return [
        heat(study, mine, "industry", "host", "carbon_ratio", "screen", title, centre=1.0, worse_above=True)
    ]


def _first(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the pairs of first and second priority."""
    return frame[frame["priority"].isin(["first", "second"])]


def _not_passed(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the pairs that do not simply pass."""
    return frame[frame["screen"] != "pass"]


def _says(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "industry_ranking", "score")
    if found is None:
        return []
    frame = found.frame
    fails = int((frame["screen"] == "fail").sum())
    some = int((frame["screen"] == "conditional").sum())
    out = [
        Text(
            "Of {n} pairs of industry and host, {f} fail the screens of policy and environment and {c} pass"
            " on conditions.",
            "{n}个产业—承接地组合中，{f}个未通过政策与环境筛选，{c}个有条件通过。",
        ).format(n=len(frame), f=fails, c=some)
    ]
    ranked = frame.dropna(subset=["rank"]).sort_values("rank", kind="stable")
    for host in study.hosts:
        best = ranked[ranked["host"] == host].head(3)
        if best.empty:
            continue
        items = [
            Text("{i} (rank {k:g}, between {a:g} and {b:g})", "{i}（第{k:g}位，区间{a:g}—{b:g}）").format(
                i=study.text("industry", row["industry"]),
                k=row["rank"],
                a=row["rank_low"],
                b=row["rank_high"],
            )
            for _, row in best.iterrows()
        ]
        first = best.iloc[0]
        out.append(
            Text("{r}: {l}. About {i}. {w}", "{r}：{l}。其中{i}，{z}").format(
                r=study.text("region", host),
                l=listing(items),
                i=study.text("industry", first["industry"]),
                w=first["words_en"],
                z=first["words_zh"],
            )
        )
    return out


SELECTION = Chapter(
    "selection",
    Text("Industry selection", "产业选择"),
    Text("Which industries should which host take, and why?", "各承接地应承接哪些产业，为什么？"),
    (
        Block(
            "industry_ranking",
            Text("Ranking and reasons", "排序与理由"),
            NATIONAL,
            _ranking,
            _first,
            Text("First and second priority", "第一、第二优先"),
        ),
        Block(
            "industry_screen",
            Text("Screens", "准入筛选"),
            NATIONAL,
            _carbon,
            _not_passed,
            Text("Pairs that fail, or pass on conditions", "未通过或有条件通过者"),
        ),
        Block(
            "selection_criteria",
            Text("Criteria", "准则"),
            NATIONAL,
            draw=further.selection_criteria,
        ),
        Block(
            "selection_measures",
            Text("Measures", "测度"),
            NATIONAL,
            optional=True,
            draw=further.selection_measures,
        ),
    ),
    _says,
    "potential",
)
