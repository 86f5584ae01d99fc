"""How far the plan's figures and moves hold under other assumptions: in words and in pictures."""

from __future__ import annotations

import math
from dataclasses import replace

from hinterland import charts
from hinterland.charts import Chart, numbers
from hinterland.charts.words import listing
from hinterland.report.sentences import amount
from hinterland.report.tables import reshaped
from hinterland.report.views import Findings, usable
from hinterland.study import Result, Study, Text

_MOST_BARS = 12
_HEADLINES = ("value_added", "employment", "co2")


def says(study: Study, findings: Findings) -> list[Text]:
    """Say in which range the headline figures lie, what they hang on, and which moves are of no regret."""
    return [*ranges(study, findings), *_drivers(study, findings), *_no_regret(study, findings)]


def ranges(study: Study, findings: Findings) -> list[Text]:
    """Say within which range the headline figures lie."""
    found = usable(findings, "plan_range", "value")
    if found is None:
        return []
    rows = found.frame[found.frame["objective"].isin(_HEADLINES)].to_dict("records")
    joint = bool(rows) and all(math.isfinite(float(row["joint_low"])) for row in rows)
    low, high = ("joint_low", "joint_high") if joint else ("low", "high")
    items = []
    for row in rows:
        a, b, v = (amount(study, float(row[k]), str(row["unit"])) for k in (low, high, "value"))
        items.append(
            Text("{m} {a} to {b} (plan: {v})", "{m}为{a}至{b}（方案：{v}）").format(
                m=_inside(study.text("column", row["objective"])), a=a, b=b, v=v
            )
        )
    if not items:
        return []
    said = Text("; ".join(t.en for t in items), "；".join(t.zh for t in items))
    if not joint:
        return [
            Text(
                "With one assumption varied at a time within its range: {l}.",
                "逐一改变各假设（在其区间内）：{l}。",
            ).format(l=said)
        ]
    return [
        Text(
            "With all assumptions varied together within their ranges, lowest to highest of {n} draws: {l}.",
            "各假设在其区间内联合变动，{n}次抽样的最低至最高：{l}。",
        ).format(n=study.parameter("plan.sensitivity_draws"), l=said)
    ]


def _drivers(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "plan_sensitivity", "swing")
    if found is None:
        return []
    frame = found.frame[found.frame["swing"] > 0].sort_values("swing", ascending=False, kind="stable")
    names = [study.text("parameter", code) for code in frame["parameter"].head(3)]
    out = []
    if names:
        out.append(
            Text(
                "Of the assumptions, these alone move value added most: {l}.",
                "单独变动时对增加值影响最大的假设：{l}。",
            ).format(l=listing([_inside(n) for n in names]))
        )
    failed = int((~found.frame["solved"].astype(bool)).sum())
    if failed:
        out.append(
            Text(
                "{n} of them leave no plan at an end of their range; the table says why.",
                "其中{n}项在区间端点处无可行方案，原因见表。",
            ).format(n=failed)
        )
    return out


def _inside(name: Text) -> Text:
    """Return a name as it reads inside a sentence; abbreviations keep their capitals."""
    return Text(name.en if name.en[1:2].isupper() else name.en[:1].lower() + name.en[1:], name.zh)


def _no_regret(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "plan_robust_moves", "case_share")
    if found is None:
        return []
    frame = found.frame
    firm = frame[frame["no_regret"].astype(bool)].sort_values("output", ascending=False, kind="stable")
    level = numbers.percent(float(study.parameter("plan.no_regret_share")), 0)
    if firm.empty:
        return [Text("No move holds in {s} of the cases.", "没有任何转移在{s}的情形中成立。").format(s=level)]
    items = [
        Text("{i} to {h}", "{i}到{h}").format(
            i=_inside(study.text("industry", row["industry"])),
            h=study.text("region", row["host"]),
        )
        for row in firm.head(3).to_dict("records")
    ]
    return [
        Text(
            "{k} of the {n} moves of an industry to a host, {w} of the plan, hold in at least {s} of the "
            "cases (no regret); the largest are {l}.",
            "{n}项“产业到承接地”的转移中有{k}项（占方案{w}）在至少{s}的情形中成立（无悔），其中最大的是{l}。",
        ).format(
            k=len(firm),
            n=len(frame),
            w=numbers.percent(float(firm["output"].sum() / frame["output"].sum()), 0),
            s=level,
            l=listing(items),
        )
    ]


def tornado(study: Study, findings: Findings) -> list[Chart]:
    """Return what each assumption alone does to value added at the ends of its range."""
    found = usable(findings, "plan_sensitivity", "swing", "value_added_low")
    base = usable(findings, "plan_range", "value")
    if found is None or base is None:
        return []
    values = base.frame.set_index("objective")["value"]
    if "value_added" not in values:
        return []
    frame = found.frame[~(found.frame["swing"] == 0)].head(_MOST_BARS).copy()
    if frame.empty:
        return []
    columns = [found.column("parameter")]
    for end, label in (
        ("low", Text("At its low end", "取低值")),
        ("high", Text("At its high end", "取高值")),
    ):
        name = f"change_{end}"
        change = frame[f"value_added_{end}"] - float(values["value_added"])
        # what the solver's tolerances leave is no effect
        frame[name] = change.where(change.abs() > 1e-7 * abs(float(values["value_added"])), change * 0.0)
        columns.append(replace(found.column(f"value_added_{end}"), name=name, label=label))
    view: Result = reshaped(found, frame[[c.name for c in columns]], columns)
    return [
        charts.bars(
            study,
            view,
            view.frame,
            "parameter",
            ["change_low", "change_high"],
            Text("Change of the plan's value added with each assumption", "各假设引起的方案增加值变化"),
            Text(
                "Bars from the plan's value added at both ends of each assumption's range, the largest "
                "effect first. The table below has the figures.",
                "以方案增加值为零点，各假设取区间两端时的变化，按影响由大到小排列。数据见下表。",
            ),
            chart="plan-tornado",
            note=Text(
                "One assumption varied at a time; the others as planned. No bar: no effect, or no plan.",
                "每次只改变一项假设，其余不变。无条形表示无影响或无可行方案。",
            ),
        )
    ]


def moves(study: Study, findings: Findings) -> list[Chart]:
    """Return in what share of the cases each industry still moves to each host."""
    found = usable(findings, "plan_robust_moves", "case_share")
    if found is None:
        return []
    place = {code: k for k, code in enumerate((*study.industries, *study.regions))}
    frame = found.frame.sort_values(["industry", "host"], key=lambda s: s.map(place), kind="stable")
    # of few cases a decimal says nothing, and on a phone there is no room for it
    frame = frame.assign(case_share=(100 * frame["case_share"]).round())
    share = replace(found.column("case_share"), kind="number", unit="%")
    view = reshaped(found, frame, [share if c.name == share.name else c for c in found.columns])
    return [
        charts.heat_map(
            study,
            view,
            view.frame,
            "industry",
            "host",
            "case_share",
            Text("Share of the cases in which each move holds", "各项转移成立的情形比例"),
            Text(
                "Heat map of industries by hosts. The table below has the figures.",
                "产业与承接地的热力图。数据见下表。",
            ),
            chart="plan-robust-moves",
            note=Text(
                "Empty: the plan does not move the industry there.", "空白表示方案不向该地转移该产业。"
            ),
        )
    ]
