"""Did past policies work?"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

from hinterland import charts
from hinterland.charts import Chart, numbers
from hinterland.report.chapters import further
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
                "Zero is the first year of the policy; 0.1 in logs is about 10%. Left of zero there "
                "should be nothing to see: a slope there says that regions were parting before. The "
                "intervals are in the table.",
                "零为政策首年；对数形式下0.1约合10%。零点左侧应无变化：若有坡度，说明政策前地区间已有分化。区间见下表。",
            ),
        )
    ]


def _written(study: Study, row: Mapping[Hashable, Any]) -> list[str]:
    """Write an effect and its ends: of an outcome in logs as the change in per cent that it stands for."""
    forms = study.frames["evaluations"].set_index("evaluation")["form"]
    ends = [float(row[key]) for key in ("effect", "low", "high")]
    if forms.get(row["evaluation"]) == "log":
        return [numbers.signed(numbers.percent(math.expm1(end), 0)) for end in ends]
    return [numbers.figure(end, 2) for end in ends]


def _says(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "quasi_verdicts", "effect")
    if found is None:
        return []
    out = []
    for row in found.frame.to_dict("records"):
        verdict = study.text("verdict", row["verdict"])
        effect, low, high = _written(study, row)
        out.append(
            Text(
                "{n}: {v}; estimated effect {e} (between {a} and {b}). {w}",
                "{n}：{v}，估计效应{e}（区间{a}至{b}）。{w}",
            ).format(
                n=study.text("evaluation", row["evaluation"]),
                v=Text(verdict.en[:1].lower() + verdict.en[1:], verdict.zh),
                e=effect,
                a=low,
                b=high,
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
        Block("quasi_paths", Text("By year since the policy", "政策前后各年"), _SUPPLY, _paths),
        Block("quasi_verdicts", Text("Verdicts", "评估结论"), _SUPPLY),
        Block(
            "quasi_designs",
            Text("The same question by several methods", "多种方法对照"),
            _SUPPLY,
            draw=further.quasi_designs,
        ),
        Block("quasi_bounds", Text("If trends parted", "若趋势偏离"), _SUPPLY, listed=True),
        Block(
            "quasi_left_out",
            Text("Regions left out in turn", "逐一剔除地区"),
            _SUPPLY,
            optional=True,
            listed=True,
        ),
        Block("quasi_rings", Text("Regions nearby", "邻近地区"), _SUPPLY, optional=True, listed=True),
        Block("quasi_threats", Text("Threats", "威胁"), _SUPPLY, optional=True, listed=True),
    ),
    _says,
    "evaluate",
)
