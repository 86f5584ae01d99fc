"""Is it working? Targets and where they stand, the outlook, and what asks for a look."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from hinterland import charts
from hinterland.charts import Chart
from hinterland.charts.words import listing
from hinterland.monitor.periods import named as period_named
from hinterland.report.chapters.frame import Block, Chapter, heat
from hinterland.report.tables import reshaped
from hinterland.report.views import Findings, usable
from hinterland.study import Column, Study, Text

_SUPPLY = Text(
    "It needs the tables monitor_indicators and monitor_targets, and figures recorded or a series.",
    "需要monitor_indicators和monitor_targets表，以及已登记的数据或数据序列。",
)


def _chances(study: Study, findings: Findings) -> list[Chart]:
    found = usable(findings, "monitor_outlook", "chance")
    if found is None:
        return []
    note = Text(
        "From the years so far, going on as before; 50% is a toss-up.",
        "由以往年份外推；50%为可能与不可能各半。",
    )
    title = Text("Chance of reaching the target", "达成目标的概率")
    return [
        heat(
            study, found, "monitored", "region", "chance", "monitor-chance", title, centre=0.5, note=note,
        )
    ]  # fmt: skip


def _signalled(study: Study, findings: Findings) -> list[Chart]:
    """Return the control chart of one series that gives a signal in the newest period: the gravest case."""
    found, warned = usable(findings, "monitor_control", "change"), usable(findings, "monitor_warnings")
    if found is None or warned is None:
        return []
    signals = warned.frame[warned.frame["cause"] == "out_of_control"]
    if signals.empty:
        return []
    region, code = signals["region"].iloc[0], signals["monitored"].iloc[0]
    mine = found.frame[(found.frame["region"] == region) & (found.frame["monitored"] == code)]
    if not mine["period"].str.fullmatch(r"\d{4}").all():
        return []  # the axis is of years
    names = ["change", "ewma", "lower", "upper"]
    drawn = mine.melt("period", names, "line", "figure").rename(columns={"figure": "change"})
    drawn["period"] = drawn["period"].astype(int)
    columns = [
        found.column("period"),
        Column("line", study.text("column", "line"), "code"),
        replace(found.column("change"), kind="share"),
    ]
    title = Text("Control chart: {r}, {m}", "控制图：{r}{m}").format(
        r=study.text("region", region), m=study.text("monitored", code)
    )
    return [
        charts.lines(
            study,
            reshaped(found, drawn, columns),
            drawn,
            "period",
            "change",
            title,
            Text(
                "Lines of the yearly change, its moving average and the limits. The exported table has them.",
                "逐年变化、移动平均与控制界限折线图，数据见导出表。",
            ),
            chart="monitor-control",
            by="line",
            note=Text(
                "Limits from the first {n} changes. Outside them, or with a moving average that drifts off, "
                "something is otherwise than before.",
                "界限由最初{n}期变化确定。超出界限或移动平均持续偏离，说明情况与此前不同。",
            ).format(n=int(mine["reference"].sum())),
        )
    ]


def _not_green(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["light"] != "green"]


def _unlikely(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["verdict"] == "unlikely"].sort_values("chance", kind="stable")


def _high(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["severity"] == "high"]


def _newest(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["period"] == frame["period"].iloc[0]]


def says(study: Study, findings: Findings) -> list[Text]:
    """Say how many lights are green, who leads, and what asks for a look."""
    found = usable(findings, "monitor_progress", "value")
    if found is None:
        return []
    frame = found.frame
    counted = frame["light"].value_counts()
    period = found.column("value").year
    out = [
        Text(
            "As of {p}, {g} of {n} targets of the hosts are on their way (green), {a} lag (amber) and {r} "
            "lag far (red).",
            "截至{p}，承接地{n}项目标中，{g}项进展正常（绿灯），{a}项滞后（黄灯），{r}项明显滞后（红灯）。",
        ).format(
            p=period_named(period),
            n=len(frame),
            **{c[0]: int(counted.get(c, 0)) for c in ("green", "amber", "red")},
        )
    ]
    assumed = list(dict.fromkeys(frame.loc[frame["target_basis"] == "assumed", "monitored"]))
    if assumed:
        out.append(
            Text(
                "Targets that are assumed and not officially set: {l}.",
                "以下目标为设定值，并非官方发布：{l}。",
            ).format(l=listing([study.text("monitored", code) for code in assumed]))
        )
    scores = usable(findings, "monitor_scores", "score")
    if scores is not None:
        ranked = _newest(study, scores.frame).sort_values("rank", kind="stable").dropna(subset=["score"])
        if len(ranked) > 1:
            first, last = ranked.iloc[0], ranked.iloc[-1]
            out.append(
                Text(
                    "Of the hosts {f} scores highest ({x:.0f} of 100) and {l} lowest ({y:.0f}).",
                    "承接地中得分最高的是{f}（{x:.0f}分，满分100），最低的是{l}（{y:.0f}分）。",
                ).format(
                    f=study.text("region", first["region"]),
                    x=first["score"],
                    l=study.text("region", last["region"]),
                    y=last["score"],
                )
            )
    warned = usable(findings, "monitor_warnings")
    if warned is not None:
        high = _high(study, warned.frame).drop_duplicates(["region", "monitored"])
        named = [
            Text("{r} ({m})", "{r}（{m}）").format(
                r=study.text("region", row.region), m=study.text("monitored", row.monitored)
            )
            for row in high.itertuples()
        ]
        if named:
            out.append(
                Text("Two causes of alarm or more meet in: {l}.", "同时具备两项及以上预警原因：{l}。").format(
                    l=listing(named)
                )
            )
    return out


MONITORING = Chapter(
    "monitoring",
    Text("Monitoring", "动态监测"),
    Text(
        "Where do the targets stand, will they be reached, and what asks for a look?",
        "目标进展如何，能否达成，哪些需要关注？",
    ),
    (
        Block(
            "monitor_progress",
            Text("Targets and where they stand", "目标与进展"),
            _SUPPLY,
            pick=_not_green,
            picked=Text("Lights other than green", "非绿灯项"),
        ),
        Block(
            "monitor_outlook",
            Text("Will they be reached?", "能否达成"),
            _SUPPLY,
            lambda study, findings: _chances(study, findings) + _signalled(study, findings),
            _unlikely,
            Text("Targets that are unlikely to be reached", "不大可能达成的目标"),
        ),
        Block(
            "monitor_scores",
            Text("Scores", "得分"),
            _SUPPLY,
            pick=_newest,
            picked=Text("Newest period", "最新一期"),
            open=True,
        ),
        Block("monitor_warnings", Text("Early warnings", "预警"), _SUPPLY, listed=True),
        Block("monitor_control", Text("Control charts", "控制图"), _SUPPLY, optional=True, listed=True),
        Block("monitor_backtest", Text("Back-test", "回溯检验"), _SUPPLY, optional=True, listed=True),
        Block("plan_targets", Text("Targets of the plan", "方案目标"), _SUPPLY, optional=True, listed=True),
    ),
    says,
    "monitor",
)
