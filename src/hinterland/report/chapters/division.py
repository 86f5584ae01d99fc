"""Who specialises in what, and what it costs that hosts do not all take the same."""

from __future__ import annotations

from hinterland import charts
from hinterland.charts import Chart
from hinterland.charts.words import industry_name
from hinterland.report.chapters.frame import PLANNED, Block, Chapter
from hinterland.report.sentences import amount
from hinterland.report.views import Findings, usable
from hinterland.study import Study, Text


def cost_of_limits(study: Study, findings: Findings) -> list[Chart]:
    """Return what each limit on similarity costs as bars."""
    found = usable(findings, "plan_division_cost", "cost")
    if found is None:
        return []
    return [
        charts.bars(
            study,
            found,
            found.frame,
            "similarity_limit",
            ["cost"],
            Text("What a limit on similarity costs", "相似度上限的代价"),
            Text(
                "Bars of what is lost a year under each limit on the rise of the similarity of two hosts; the"
                " table below has the figures.",
                "各相似度升幅上限下的年度损失条形图。数据见下表。",
            ),
            chart="division-cost",
        )
    ]


def says(study: Study, findings: Findings) -> list[Text]:
    """Say how many hosts become more specialised, and what the plan's limit costs."""
    out = []
    found = usable(findings, "plan_krugman", "krugman_before", "krugman_after")
    if found is not None:
        frame = found.frame
        more = int((frame["krugman_after"] > frame["krugman_before"]).sum())
        out.append(
            Text(
                "{a} of {b} hosts become more specialised against the others under the plan; if all took the"
                " same mix of industries, {c} of them would be less specialised than under the plan.",
                "{b}个承接地中有{a}个在方案下相对其他承接地更加专业化；若各地按同一结构承接，有{c}个的专业化程度将低于方案。",
            ).format(a=more, b=len(frame), c=int((frame["krugman_alike"] < frame["krugman_after"]).sum()))
        )
    apart = usable(findings, "plan_set_apart", "apart")
    if apart is not None:
        first = apart.frame.drop_duplicates("host")
        named = [
            Text("{h}: {i}", "{h}——{i}").format(
                h=study.text("region", row["host"]), i=industry_name(study, row["industry"])
            )
            for row in first.to_dict("records")
        ]
        out.append(
            Text("What sets each apart most at the end: {l}.", "期末各地最突出的产业：{l}。").format(
                l=Text("; ".join(n.en for n in named), "；".join(n.zh for n in named))
            )
        )
    cost = usable(findings, "plan_division_cost", "cost")
    if cost is not None:
        own = cost.frame[cost.frame["in_plan"].astype(bool)]
        if len(own) and not float(own["cost"].iloc[0]) > 0:
            out.append(
                Text(
                    "The plan's limit on similarity costs nothing: it is met without it.",
                    "方案的相似度上限没有代价：不设限也满足。",
                )
            )
        elif len(own):
            row = own.iloc[0]
            out.append(
                Text(
                    "The limit in the plan costs {a} a year against no limit ({s:.1%}); one more hundredth of"
                    " similarity would bring {p}.",
                    "方案所用上限相对不设限每年少得{a}（{s:.1%}）；上限每放宽0.01可增加{p}。",
                ).format(
                    a=amount(study, float(row["cost"]), cost.column("cost").unit),
                    s=float(row["cost_share"]),
                    p=amount(study, float(row["price"]), cost.column("price").unit),
                )
            )
    return out


DIVISION = Chapter(
    "division",
    Text("Division of labour", "区域分工"),
    Text(
        "Does each host specialise, or do all compete for the same industries?",
        "各承接地是各有专长，还是竞相承接同样的产业？",
    ),
    (
        Block("plan_krugman", Text("Specialisation", "专业化程度"), PLANNED, open=True),
        Block("plan_set_apart", Text("What sets hosts apart", "各地专长"), PLANNED, listed=True),
        Block("plan_gantt", Text("Roadmap", "路线图"), PLANNED, listed=True),
        Block(
            "plan_division_cost", Text("The cost of enforcing it", "落实分工的代价"), PLANNED, cost_of_limits
        ),
    ),
    says,
    "plan",
)
