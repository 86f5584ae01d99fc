"""Other plans and other futures: what could be decided otherwise, what keeps the rest out, and what holds."""

from __future__ import annotations

from hinterland import charts
from hinterland.charts import Chart, numbers
from hinterland.charts.words import industry_name, listing
from hinterland.report.chapters.frame import PLANNED, Block, Chapter, heat, heat_of
from hinterland.report.tables import reshaped
from hinterland.report.views import Findings, usable
from hinterland.study import Study, Text

_MOST = 16


def _move(study: Study, row: dict[str, object]) -> Text:
    i, h = study.text("industry", row["industry"]), study.text("region", row["host"])
    return Text("{i} to {h}", "{i}到{h}").format(
        i=Text(i.en if i.en[1:2].isupper() else i.en[:1].lower() + i.en[1:], i.zh), h=h
    )


def common(study: Study, findings: Findings) -> list[Chart]:
    """Return the least and the most of the leading moves over all near-optimal plans."""
    found = usable(findings, "plan_near_optimal", "output", "output_min", "output_max")
    if found is None:
        return []
    frame = found.frame.sort_values("output", ascending=False, kind="stable").head(_MOST)
    names = [
        Text("{i} to {h}", "{i}到{h}").format(
            i=industry_name(study, row["industry"]), h=study.text("region", row["host"])
        )
        for row in frame.to_dict("records")
    ]
    return [
        charts.intervals(
            study,
            found,
            frame,
            names,
            ("output", "output_min", "output_max"),
            Text("How much each move may vary at little cost", "各项转移在代价很小时可变的范围"),
            Text(
                "Dots with intervals, the largest moves of the plan first; filled where every near-optimal "
                "plan makes the move. The table below has the figures.",
                "点与区间，按方案转移量由大到小；实心表示所有近优方案均有该转移。数据见下表。",
            ),
            chart="plan-near-optimal",
            note=Text(
                "Dot: the plan. Interval: least and most in any plan that is nearly as good. Filled: in "
                "every one of them.",
                "点为方案值；区间为所有几乎同样好的方案中的最低与最高；实心为各方案共有。",
            ),
        )
    ]


def room(study: Study, findings: Findings) -> list[Chart]:
    """Return what one per cent more of each host's room and resources brings, its dearest phase."""
    found = usable(findings, "plan_marginal_values", "one_percent")
    if found is None:
        return []
    frame = found.frame.copy()
    frame["resource"] = frame["resource"].where(frame["resource"] != "", frame["constraint"])
    most = frame.groupby(["host", "resource"], sort=False)["one_percent"].max().reset_index()
    columns = [found.column(c) for c in ("host", "resource", "one_percent")]
    view = reshaped(found, most, columns)
    title = Text("What one per cent more of a host's room brings", "承接地要素余量增加百分之一的收益")
    return [
        heat(
            study,
            view,
            "host",
            "resource",
            "one_percent",
            "plan-marginal-values",
            title,
            note=Text("The phase in which it brings the most.", "取收益最大的阶段。"),
        )
    ]


regrets = heat_of(
    "plan_in_futures",
    "rule",
    "scenario",
    "regret",
    Text("Regret of each rule in each future", "各决策规则在各情景中的后悔值"),
    note=Text("Zero: as good as if the future had been known.", "零表示与预知情景时同样好。"),
)


def says(study: Study, findings: Findings) -> list[Text]:
    """Say what is open and what is not: alternatives, what is kept out, futures, foresight."""
    return [
        *_near(study, findings),
        *_kept(findings),
        *_futures(study, findings),
        *_foresight(study, findings),
    ]


def _near(study: Study, findings: Findings) -> list[Text]:
    others, common_ = (
        usable(findings, "plan_alternatives", "distance"),
        usable(findings, "plan_near_optimal", "output_min"),
    )
    out = []
    slack = numbers.percent(float(study.parameter("plan.slack")), 0)
    if others is not None and len(others.frame) > 1:
        out.append(
            Text(
                "A plan that gives up at most {s} of what is pursued can move {d} of the plan's amount "
                "otherwise (the farthest that was found; a farther one is not ruled out).",
                "目标损失不超过{s}的方案，可将方案转移量的{d}作不同安排（为已找到的最大差异，不排除更大者）。",
            ).format(s=slack, d=numbers.percent(float(others.frame["distance"].max()), 0))
        )
    if common_ is not None:
        frame = common_.frame
        firm = frame[frame["in_all"].astype(bool)]
        if firm.empty:
            out.append(
                Text(
                    "None of the {n} leading moves is in all of these plans.",
                    "{n}项主要转移中没有一项为所有此类方案共有。",
                ).format(n=len(frame))
            )
        else:
            items = [_move(study, {str(k): v for k, v in r.items()}) for r in firm.head(3).to_dict("records")]
            out.append(
                Text(
                    "{k} of the {n} leading moves are in all of these plans (no regret): {l}.",
                    "{n}项主要转移中有{k}项为所有此类方案共有（无悔）：{l}。",
                ).format(k=len(firm), n=len(frame), l=listing(items))
            )
    return out


def _kept(findings: Findings) -> list[Text]:
    found = usable(findings, "plan_kept_out", "brings")
    if found is None:
        return []
    return [Text(str(r["words_en"]), str(r["words_zh"])) for r in found.frame.head(2).to_dict("records")]


def _futures(study: Study, findings: Findings) -> list[Text]:
    rules = usable(findings, "plan_decision_rules", "expected")
    moves = usable(findings, "plan_first_moves", "output")
    if rules is None:
        return []
    out = [rules.note]
    if moves is not None:
        firm = moves.frame[moves.frame["by_all_rules"].astype(bool)]
        share = float(firm["output_min"].clip(upper=firm["output"]).sum() / moves.frame["output"].sum())
        out.append(
            Text(
                "{w} of the plan's first phase is moved by every rule, whichever future comes.",
                "无论何种情景，方案首阶段的{w}在各规则下均予转移。",
            ).format(w=numbers.percent(share, 0))
        )
    return out


def _foresight(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "plan_foresight", "loss_share")
    if found is None:
        return []
    by_kind = found.frame.set_index("foresight")["loss_share"]
    if by_kind.isna().any():  # nothing is gained even with perfect foresight: no share of it is lost
        return []
    return [
        Text(
            "Deciding phase by phase without looking ahead would cost {a} of the present value, seeing {n} "
            "phases at a time {b}.",
            "逐阶段短视决策将损失现值的{a}，每次预见{n}个阶段则损失{b}。",
        ).format(
            n=study.parameter("plan.horizon_phases"),
            a=numbers.percent(float(by_kind["myopic"])),
            b=numbers.percent(float(by_kind["rolling"])),
        )
    ]


CHOICE = Chapter(
    "choice",
    Text("Other plans, other futures", "其他方案与未来情景"),
    Text(
        "What could be decided otherwise, what keeps the rest out, and what holds in any case?",
        "哪些可另作安排、其余为何未入选、哪些无论如何都成立？",
    ),
    (
        Block(
            "plan_near_optimal",
            Text("What nearly as good plans have in common", "几乎同样好的方案的共同之处"),
            PLANNED,
            common,
        ),
        Block("plan_alternatives", Text("Other plans", "其他方案"), PLANNED, open=True),
        Block("plan_alternative_moves", Text("What they move", "其转移内容"), PLANNED, listed=True),
        Block("plan_kept_out", Text("What kept candidates out", "候选为何未入选"), PLANNED),
        Block(
            "plan_marginal_values",
            Text("What each host's room is worth", "承接地要素余量的价值"),
            PLANNED,
            room,
            listed=True,
        ),
        Block(
            "plan_decision_rules",
            Text("What to decide now", "当前如何决策"),
            Text(
                "It needs two futures or more (table of futures), and a plan of two phases or more.",
                "需要至少两个未来情景（情景表），以及至少两个阶段的方案。",
            ),
            open=True,
            optional=True,
        ),
        Block(
            "plan_in_futures",
            Text("How the decisions fare in each future", "各决策在各情景中的表现"),
            PLANNED,
            regrets,
            listed=True,
            optional=True,
        ),
        Block(
            "plan_first_moves",
            Text("What to move first whichever rule decides", "无论何种规则首先转移的内容"),
            PLANNED,
            listed=True,
            optional=True,
        ),
        Block(
            "plan_foresight",
            Text("What shortsightedness costs", "短视的代价"),
            PLANNED,
            open=True,
            optional=True,
        ),
        Block(
            "plan_foresight_phases",
            Text("What moves when, with more and less foresight", "不同预见程度下的分期转移"),
            PLANNED,
            listed=True,
            optional=True,
        ),
    ),
    says,
    "plan",
)
