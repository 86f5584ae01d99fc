"""Early warnings: what asks for a look, why, and since when; one line for each cause."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hinterland.monitor.periods import named
from hinterland.monitor.progress import table
from hinterland.monitor.system import Monitored, owner_of
from hinterland.monitor.thresholds import past_thresholds
from hinterland.study import Kind, Result, Study, Text

_METHOD = Text(
    "Causes: a red light; a target that the forecast calls unlikely; a signal of the control chart in the "
    "newest period, to the bad side; figures overdue; a figure past a threshold of the risk register. High "
    "where two causes or more meet, and past a red threshold",
    "触发原因：红灯；预测认为目标不大可能达成；最新一期控制图向不利方向发出信号；数据逾期；数值越过风险登记册的阈值。"
    "同一指标具备两项及以上原因或越过红线的为“高”",
)
_COLUMNS: dict[str, tuple[Kind, str, bool]] = {
    "region": ("region", "", False),
    "monitored": ("code", "", False),
    "severity": ("code", "", False),
    "cause": ("code", "", False),
    "words_en": ("text", "", False),
    "words_zh": ("text", "", False),
}


def warning_frame(
    made: Monitored,
    progress: pd.DataFrame,
    outlook: pd.DataFrame,
    control: pd.DataFrame,
    time: float = np.inf,
) -> pd.DataFrame:
    """Return the early warnings of the hosts, and of whichever region has a threshold, up to a time.

    Returns
    -------
    DataFrame
        region, monitored, severity (high or medium), cause (behind, unlikely, out_of_control, overdue,
        past_red or past_amber), and the cause in words; high before medium.
    """
    study = made.study
    overdue = int(study.parameter("monitor.overdue"))
    found: list[tuple[str, str, str, Text]] = []
    for row in progress.to_dict("records"):
        at = (row["region"], row["monitored"])
        if row["light"] == "red":
            found.append((*at, "behind", _behind(row)))
        if row["behind"] >= overdue and np.isfinite(row["value"]):
            found.append(
                (
                    *at,
                    "overdue",
                    Text("newest figure: {p}", "最新数据：{p}").format(p=named(row["period"])),
                )
            )
        elif not np.isfinite(row["value"]):
            found.append((*at, "overdue", Text("no figure yet", "尚无数据")))
    for row in outlook[outlook["verdict"] == "unlikely"].to_dict("records"):
        said = Text("chance of reaching the target of {y}: {c:.0%}", "达成{y}年目标的概率：{c:.0%}").format(
            y=int(row["target_year"]), c=row["chance"]
        )
        found.append((row["region"], row["monitored"], "unlikely", said))
    if len(control):
        newest = control.groupby(["region", "monitored"], sort=False).tail(1)
        for row in newest[newest["adverse"]].to_dict("records"):
            found.append((row["region"], row["monitored"], "out_of_control", _signalled(study, row)))
    for region, code, line, words in past_thresholds(made, time):
        found.append((region, code, f"past_{line}", words))
    causes = pd.Series([f[:2] for f in found]).value_counts() if found else {}
    rows = [
        [
            region,
            code,
            "high" if causes[region, code] > 1 or cause == "past_red" else "medium",
            cause,
            said.en,
            said.zh,
        ]
        for region, code, cause, said in found
    ]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    order = {"high": 0, "medium": 1}
    # hosts first, then whoever else has a threshold
    regions = tuple(dict.fromkeys([*study.hosts, *study.regions]))
    hosts, codes = ({code: i for i, code in enumerate(known)} for known in (regions, made.codes))
    keyed = frame.assign(
        a=frame["severity"].map(order), b=frame["region"].map(hosts), c=frame["monitored"].map(codes)
    )
    return keyed.sort_values(["a", "b", "c"], kind="stable")[list(_COLUMNS)].reset_index(drop=True)


def _behind(row: dict[str, object]) -> Text:
    pace, reached = float(str(row["pace"])), float(str(row["attainment"]))
    if pace < 0:
        return Text("farther from the target in {t} than at its base", "{t}较基期更偏离目标").format(
            t=named(row["period"])
        )
    if np.isfinite(pace):
        return Text("{p:.0%} of the progress due by {t} is made", "至{t}应有进展已实现{p:.0%}").format(
            p=pace, t=named(row["period"])
        )
    return Text("{p:.0%} of the target is reached", "目标完成{p:.0%}").format(p=reached)


def _signalled(study: Study, row: dict[str, object]) -> Text:
    return Text("{r} in {p}", "{p}：{r}").format(
        r=study.text("signal", row["signal"]), p=named(row["period"])
    )


def warnings(made: Monitored, period: str, frame: pd.DataFrame) -> Result:
    """Return the table ``monitor_warnings``, with who reports the indicator where the study says so."""
    owners = dict(zip(made.indicators["monitored"], made.indicators["owner"], strict=True))
    shown = dict(_COLUMNS)
    if any(owners.values()):
        said = [owner_of(owners[code]) for code in frame["monitored"]]
        frame = frame.assign(owner_en=[s.en for s in said], owner_zh=[s.zh for s in said])
        shown |= {"owner_en": ("text", "", False), "owner_zh": ("text", "", False)}
    return table(
        made.study, "monitor_warnings", Text("Early warnings", "预警"), frame, shown, _METHOD, year=period
    )
