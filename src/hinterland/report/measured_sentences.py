"""What the further measures say, in words: each sentence only when the figures it needs are there."""

from __future__ import annotations

import pandas as pd

from hinterland.charts import numbers
from hinterland.charts.words import industry_name, listing
from hinterland.measure.detected import declared_turnings
from hinterland.report.sentences import amount, regions
from hinterland.report.views import Findings, usable
from hinterland.study import EMPTY, Study, Text


def moved(study: Study, findings: Findings) -> list[Text]:
    """Say how firm specialisations are, which kinds of transfer there are, and whether phases show."""
    return [*_firm(study, findings), *_phases(study, findings), *_kinds(study, findings)]


def structure(study: Study, findings: Findings) -> list[Text]:
    """Say how concentration, likeness, upgrading and emissions have gone."""
    return [
        *_concentration(study, findings),
        *_likeness(study, findings),
        *_upgrading(study, findings),
        *_decoupling(study, findings),
        *_drivers(study, findings),
    ]


def _firm(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "location_significance", "location_quotient")
    if found is None:
        return []
    frame = found.frame[found.frame["region"].isin(study.hosts)]
    frame = frame[frame["industry"].isin(study.transferable)]
    now = frame[(frame["year"] == frame["year"].max()) & (frame["standing"] != "")]
    if now.empty:
        return []
    count = now["standing"].value_counts()
    best = now[now["standing"] == "above"].sort_values("lq_low", ascending=False, kind="stable").head(3)
    said = Text(
        "In {a} of {n} pairs of host and industry that can move ({y}), the host is specialised beyond the"
        " error of the data; in {b} it is clearly below the average, and in {c} it cannot be told from it.",
        "{y}年，{n}个“承接地—可转移产业”组合中，专业化程度明显高于平均水平（超出数据误差）的有{a}个，明显低于"
        "平均水平的有{b}个，与平均水平无法区分的有{c}个。",
    ).format(
        n=len(now),
        y=f"{now['year'].iloc[0]:.0f}",
        a=int(count.get("above", 0)),
        b=int(count.get("below", 0)),
        c=int(count.get("unclear", 0)),
    )
    if best.empty:
        return [said]
    items = [
        Text("{i} in {r} ({v})", "{r}{i}（{v}）").format(
            i=_name(industry_name(study, row["industry"])),
            r=study.text("region", row["region"]),
            v=numbers.figure(row["location_quotient"], 2),
        )
        for row in best.to_dict("records")
    ]
    return [said + Text(" The highest quotients: {l}.", "区位商最高的是{l}。").format(l=listing(items))]


def _kinds(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "transfer_kind_summary", "pairs_share")
    if found is None:
        return []
    out = []
    for axis, template in (
        (
            "ladder",
            Text(
                "By the study's rules the {n} possible combinations of industry, origin and host divide, by"
                " gradient, into: {l}.",
                "按研究设定的规则，{n}个可能的“产业—转出地—承接地”组合按梯度分：{l}。",
            ),
        ),
        ("relation", Text("By supply chain they are: {l}.", "按产业链分：{l}。")),
    ):
        shares = found.frame.groupby(axis)["pairs_share"].sum().sort_values(ascending=False, kind="stable")
        items = [
            Text(
                f"{_inside(study.text(axis, code).en)} {numbers.percent(float(share), 0)}",
                f"{study.text(axis, code).zh}占{numbers.percent(float(share), 0)}",
            )
            for code, share in shares.items()
        ]
        out.append(template.format(l=listing(items), n=int(found.frame["pairs"].sum())))
    return out


def _name(text: Text) -> Text:
    return Text(_inside(text.en), text.zh)


def _inside(name: str) -> str:
    return name[:1].lower() + name[1:]


def _phases(study: Study, findings: Findings) -> list[Text]:
    evidence = usable(findings, "phase_evidence", "p_value")
    if evidence is None:
        return []
    frame = evidence.frame[evidence.frame["series_kind"] != "joint"]
    sure = frame[(frame["p_value"] <= 0.05) & (frame["breaks"] > 0)]
    said = Text(
        "Of {n} yearly series that move with transfer, {k} phases that chance would seldom give (p ≤ 0.05)",
        "与产业转移相关的{n}个逐年序列中，{k}个呈现统计上显著的分段（p ≤ 0.05）",
    ).format(
        n=len(frame),
        k=Text("one shows" if len(sure) == 1 else f"{len(sure) or 'none'} show", str(len(sure))),
    )
    breaks = usable(findings, "phase_breaks")
    if len(sure) and breaks is not None:
        items = []
        for code in sure["indicator"]:
            years = breaks.frame.loc[breaks.frame["indicator"] == code, "break_year"]
            name = study.text("indicator", code)
            items.append(
                Text(
                    f"{_inside(name.en)}, with turning points in {' and '.join(f'{y:.0f}' for y in years)}",
                    f"{name.zh}（转折点{'、'.join(f'{y:.0f}年' for y in years)}）",
                )
            )
        said += Text(": {l}.", "：{l}。").format(l=listing(items))
    else:
        said += Text(".", "。")
    judged = evidence.frame.dropna(subset=["declared_standing"])
    if len(judged):
        low, high = judged["declared_standing"].min(), judged["declared_standing"].max()
        years = listing([Text.same(f"{year}") for year in declared_turnings(study)])
        said += Text(
            " The declared turning points ({y}) explain more than {a} to {b} of all other choices of as many"
            " years do, series by series: {j}.",
            "给定转折点（{y}）对逐年变化的解释力，在各序列中高于{a}至{b}的其他同数年份组合，{j}。",
        ).format(
            y=years,
            a=numbers.percent(float(low), 0),
            b=numbers.percent(float(high), 0),
            j=_blind(float(low), float(high)),
        )
    return [said]


def _blind(low: float, high: float) -> Text:
    """Judge turning points against years picked blindly, which would stand at one half."""
    if high <= 0.5:
        return Text("no better than years picked blindly", "不优于随意选取的年份")
    if low > 0.5:
        return Text("better than most years picked blindly", "优于多数随意选取的年份")
    return Text("years picked blindly would stand at 50%", "随意选取的年份约为50%")


def _concentration(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "concentration", "gini")
    if found is None or found.frame["year"].nunique() < 2:
        return []
    frame = found.frame[found.frame["industry"].isin(study.transferable)]
    table = frame.pivot(index="year", columns="industry", values="gini").dropna(axis=1)
    if table.empty:
        return []
    mean = table.mean(axis=1)
    first, last, peak = table.index[0], table.index[-1], mean.idxmax()
    rose = int((table.loc[last] > table.loc[first]).sum())
    said = Text(
        "Between {y0} and {y1}, {a} of {n} industries that can move became more concentrated over regions"
        " and {b} less.",
        "{y0}—{y1}年，{n}个可转移产业中有{a}个空间上更趋集中，{b}个更趋分散。",
    ).format(y0=first, y1=last, a=rose, b=table.shape[1] - rose, n=table.shape[1])
    if peak not in (first, last):
        spread = table.loc[last] < table.loc[peak]
        said += Text(
            " Concentration was highest in {y}; since then {k} of them have spread, most of all {l}.",
            "集中度在{y}年最高，此后有{k}个产业趋于分散，幅度最大的是{l}。",
        ).format(
            y=peak,
            k=int(spread.sum()),
            l=listing(
                [
                    _name(industry_name(study, code))
                    for code in (table.loc[peak] - table.loc[last]).nlargest(2).index
                ]
            ),
        )
    return [said]


def _likeness(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "similarity_trend", "finger_kreinin")
    if found is None:
        return []
    hosts = found.frame[found.frame["pairs"] == "hosts"].sort_values("year", kind="stable")
    if len(hosts) < 2:
        return []
    a, b = (float(hosts["finger_kreinin"].iloc[k]) for k in (0, -1))
    way = (
        Text("less alike", "差异扩大，同质化程度下降")
        if b < a
        else Text(
            "more alike, which means more competition for the same industries", "更趋相似，同质化竞争加剧"
        )
    )
    return [
        Text(
            "The hosts' structures in these industries have become {w}: mean Finger-Kreinin similarity {a}"
            " in {y0} and {b} in {y1}.",
            "承接地之间的产业结构{w}：芬格—克雷宁相似度均值{y0}年为{a}，{y1}年为{b}。",
        ).format(
            w=way,
            a=numbers.figure(a, 2),
            b=numbers.figure(b, 2),
            y0=f"{hosts['year'].iloc[0]:.0f}",
            y1=f"{hosts['year'].iloc[-1]:.0f}",
        )
    ]


def _upgrading(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "upgrading", "advanced_index")
    if found is None:
        return []
    frame = found.frame[found.frame["region"].isin(study.hosts)]
    table = frame.pivot(index="region", columns="year", values="advanced_index").dropna(axis=1)
    if table.shape[1] < 2:
        return []
    first, last = table.columns[0], table.columns[-1]
    rose = table.index[table[last] > table[first]]
    out = [
        Text(
            "Services gained on industry in {k} of {n} hosts between {y0} and {y1} (tertiary over secondary"
            " sector).",
            "{y0}—{y1}年，{n}个承接地中有{k}个的第三产业与第二产业之比上升。",
        ).format(k=len(rose), n=len(table), y0=first, y1=last)
    ]
    known = found.frame.dropna(subset=["rationalisation"])
    if len(known):
        year = known["year"].max()
        now = known[known["year"] == year].set_index("region")["rationalisation"]
        hosts = now.reindex(study.hosts).dropna()
        rest = now.drop(list(hosts.index))
        if len(hosts) and len(rest):
            further = bool(hosts.mean() > rest.mean())
            out.append(
                Text(
                    "Labour is spread {w} output in the hosts than elsewhere: the index of rationalisation (0"
                    " is balanced) averages {a} in the hosts and {b} in the other regions ({y}).",
                    "{y}年合理化指数（0为均衡）承接地平均为{a}，其他地区平均为{b}，承接地就业与产出的偏离"
                    "{w}。",
                ).format(
                    w=Text(
                        "less in line with" if further else "more in line with", "更大" if further else "更小"
                    ),
                    a=numbers.figure(float(hosts.mean()), 2),
                    b=numbers.figure(float(rest.mean()), 2),
                    y=year,
                )
            )
    return out


def _decoupling(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "decoupling", "elasticity")
    if found is None:
        return []
    frame = found.frame[found.frame["region"].isin(study.hosts) & (found.frame["state"] != "")]
    frame = frame[frame["activity_measure"] == found.frame["activity_measure"].iloc[0]]
    if frame.empty:
        return []
    last = frame[frame["start"] == frame["start"].max()]
    items = [
        Text("{s} in {r}", "{r}为{s}").format(
            s=Text(_inside(study.text("state", state).en), study.text("state", state).zh),
            r=regions(study, list(part["region"])),
        )
        for state, part in last.groupby("state", sort=False)
    ]
    nominal = EMPTY
    if "price_index" not in study:
        nominal = Text(
            " Output is at current prices, which makes decoupling look stronger than it was.",
            "产出按当年价格计算，脱钩程度因而偏强。",
        )
    return [
        Text("Emissions against output, {y0} to {y1}: {l}.", "{y0}—{y1}年排放与产出的关系：{l}。").format(
            y0=f"{last['start'].iloc[0]:.0f}",
            y1=f"{last['end'].iloc[0]:.0f}",
            l=Text("; ".join(t.en for t in items), "；".join(t.zh for t in items)),
        )
        + nominal
    ]


def _drivers(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "emission_drivers_by_region", "activity")
    if found is None:
        return []
    frame = found.frame[found.frame["region"].isin(study.hosts)].dropna(subset=["activity"])
    last = frame[frame["start"] == frame["start"].max()] if len(frame) else frame
    if last.empty:
        return []
    unit = found.column("activity").unit

    def signed(value: float) -> Text:
        written = amount(study, value, unit)
        plus = "+" if value > 0 else ""
        return Text(f"{plus}{written.en}", f"{plus}{written.zh}")

    swollen = EMPTY
    if "price_index" not in study:
        swollen = Text(
            " At current prices inflation swells scale and lowers intensity by as much.",
            "按当年价格计算，通货膨胀使规模效应偏大、强度效应等量偏小。",
        )
    total: pd.Series[float] = last[["co2_change", "activity", "structure", "intensity"]].sum()
    return [
        Text(
            "The hosts' industrial emissions changed by {c} between {y0} and {y1}: scale {a}, structure"
            " {s}, intensity {i}.",
            "{y0}—{y1}年，承接地产业碳排放变化{c}：规模效应{a}，结构效应{s}，强度效应{i}。",
        ).format(
            c=signed(float(total["co2_change"])),
            a=signed(float(total["activity"])),
            s=signed(float(total["structure"])),
            i=signed(float(total["intensity"])),
            y0=f"{last['start'].iloc[0]:.0f}",
            y1=f"{last['end'].iloc[0]:.0f}",
        )
        + swollen
    ]
