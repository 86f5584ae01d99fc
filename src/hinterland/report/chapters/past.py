"""Did past policies work?"""

from __future__ import annotations

from hinterland import charts
from hinterland.charts import Chart, numbers
from hinterland.report.chapters.frame import Block, Chapter
from hinterland.report.views import Findings, usable
from hinterland.study import Study, Text

_SUPPLY = Text(
    "It needs the tables evaluations and evaluation_regions, and yearly indicators.",
    "需要evaluations和evaluation_regions表，以及逐年指标。",
)


def _paths(study: Study, findings: Findings) -> list[Chart]:
    """Return the effects by year since the policy."""
    found = usable(findings, "quasi_paths", "effect")
    if found is None:
        return []
    return [
        charts.lines(
            study,
            found,
            found.frame,
            "event_time",
            "effect",
            found.title,
            Text(
                "Lines of the estimated effect by year since the policy. The table below has the figures.",
                "各年估计效应折线图。数据见下表。",
            ),
            chart="quasi-paths",
            by="evaluation",
            note=Text(
                "Left of zero there should be nothing to see: a slope there says that regions were parting "
                "before.",
                "零点左侧应无变化：若有坡度，说明政策前地区间已有分化。",
            ),
        )
    ]


def _says(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "quasi_verdicts", "effect")
    if found is None:
        return []
    out = []
    for row in found.frame.to_dict("records"):
        out.append(
            Text("{n}: {v}, {e} ({a} to {b}). {w}", "{n}：{v}，{e}（{a}至{b}）。{w}").format(
                n=study.text("evaluation", row["evaluation"]),
                v=study.text("verdict", row["verdict"]),
                e=numbers.figure(row["effect"], 2),
                a=numbers.figure(row["low"], 2),
                b=numbers.figure(row["high"], 2),
                w=Text(row["reasons_en"], row["reasons_zh"]),
            )
        )
    told = findings["quasi_threats"].frame if "quasi_threats" in findings else None
    threats = {} if told is None else dict.fromkeys(zip(told["threats_en"], told["threats_zh"], strict=True))
    out += [Text("What threatens this: ", "主要威胁：") + Text(en, zh) for en, zh in threats if en]
    return out


PAST = Chapter(
    "past",
    Text("Did past policies work", "过往政策是否有效"),
    Text(
        "What did policies for the hinterland do, compared with regions that they did not reach?",
        "与未受政策影响的地区相比，面向腹地的政策产生了什么效果？",
    ),
    (
        Block("quasi_verdicts", Text("Verdicts", "评估结论"), _SUPPLY),
        Block("quasi_threats", Text("Threats", "威胁"), _SUPPLY, optional=True),
        Block("quasi_designs", Text("Several designs", "多种设计"), _SUPPLY, open=True),
        Block("quasi_paths", Text("By year since the policy", "政策前后各年"), _SUPPLY, _paths),
        Block("quasi_bounds", Text("If trends parted", "若趋势偏离"), _SUPPLY),
    ),
    _says,
    "evaluate",
)
