"""Who could host."""

from __future__ import annotations

import pandas as pd

from hinterland.charts import Chart, numbers
from hinterland.charts.words import listing
from hinterland.report import measured_pictures, pictures, sentences
from hinterland.report.chapters import further
from hinterland.report.chapters.frame import (
    EMPLOYMENT,
    HOSTS,
    HOSTS_LARGEST,
    INDICATORS,
    SCORECARD,
    Block,
    Chapter,
    first_places,
    heat,
    hosts,
    hosts_largest,
)
from hinterland.report.views import Findings, of, usable
from hinterland.study import Result, Study, Text


def _weightings(study: Study, findings: Findings) -> list[Chart]:
    found = usable(findings, "capacity_by_weighting", "rank")
    if found is None:
        return []
    title = Text("The hosts' rank under every weighting", "不同赋权下承接地的位次")
    note = Text("1 is the best place among all regions.", "1为全部地区中最好的位次。")
    mine = of(found, "region", study.hosts)
    return [heat(study, mine, "region", "weighting", "rank", "weightings", title, note=note)]


def _obstacles(study: Study, findings: Findings) -> list[Chart]:
    found = usable(findings, "obstacles", "obstacle_degree")
    if found is None:
        return []
    mine = of(found, "region", study.hosts)
    title = Text("What holds the hosts back: obstacle degree", "承接地障碍度")
    return [heat(study, mine, "indicator", "region", "obstacle_degree", "obstacles", title)]


def _ledger(study: Study, findings: Findings) -> list[Chart]:
    found = usable(findings, "constraint_ledger", "board_standing")
    if found is None:
        return []
    mine = of(found, "region", study.hosts)
    frame = mine.frame.drop_duplicates(["board", "region"])
    boards = list(dict.fromkeys(found.frame["board"]))
    frame = frame.sort_values("board", key=lambda s: s.map(boards.index), kind="stable")
    title = Text("Standing of the hosts in every constraint (1 the best)", "承接地各约束要素得分（1为最好）")
    return [heat(study, found, "board", "region", "board_standing", "ledger", title, frame=frame)]


def _says(study: Study, findings: Findings) -> list[Text]:
    out = sentences.hosting(study, findings)
    return [*out, *_width(study, findings), *_agree(study, findings), *_held_back(study, findings),
            *_boards(study, findings)]  # fmt: skip


def _width(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "capacity", "rank", "rank_low", "rank_high")
    if found is None:
        return []
    frame = found.frame.dropna(subset=["rank"])
    mine = frame[frame["region"].isin(study.hosts)]
    if mine.empty:
        return []
    wide = sentences.rank_width(study, findings)
    if wide > len(frame) / 2:  # the first sentence has said it
        return []
    return [
        Text(
            "A host's interval spans {w} of {n} places on average: indicators of this kind tell apart the"
            " strong from the weak, not neighbours.",
            "承接地的位次区间平均跨{n}个位次中的{w}个：此类指标能区分强弱，不能区分相近地区。",
        ).format(w=f"{wide:.0f}", n=len(frame))
    ]


def _agree(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "capacity_by_weighting", "host_rank")
    if found is None:
        return []
    frame = found.frame[found.frame["region"].isin(study.hosts)].dropna(subset=["host_rank"])
    if frame.empty:
        return []
    best = frame[frame["host_rank"] == 1]
    items = [
        Text("{w}: {r}", "{w}：{r}").format(
            w=study.text("weighting", row["weighting"]), r=study.text("region", row["region"])
        )
        for _, row in best.iterrows()
    ]
    same = best["region"].nunique() == 1
    lead = (
        Text("Every weighting puts the same host first ({l}).", "各种赋权下居首的承接地相同（{l}）。")
        if same
        else Text("Which host comes first depends on the weights ({l}).", "居首的承接地因赋权而异（{l}）。")
    )
    out = [lead.format(l=Text("; ".join(t.en for t in items), "；".join(t.zh for t in items)))]
    weights = usable(findings, "capacity_weights", "weight")
    if weights is not None:
        top = weights.frame.loc[weights.frame["weight"].idxmax()]
        equal = 1 / max(int(weights.frame["weight"].notna().sum()), 1)
        if top["weight"] > 1.5 * equal:
            out[0] += Text(
                " {i} alone bears {w} of the weight, against {e} if all counted alike.",
                "其中{i}一项即占权重{w}（等权为{e}）。",
            ).format(
                i=study.text("indicator", top["indicator"]),
                w=numbers.percent(float(top["weight"]), 0),
                e=numbers.percent(equal, 0),
            )
    return out


def _held_back(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "obstacles", "obstacle_degree")
    if found is None:
        return []
    items = []
    for host in study.hosts:
        mine = found.frame[(found.frame["region"] == host) & (found.frame["place"] <= 2)]
        if mine.empty:
            continue
        named = listing(
            [
                Text("{i} ({v})", "{i}（{v}）").format(
                    i=study.text("indicator", row["indicator"]), v=numbers.percent(row["obstacle_degree"], 0)
                )
                for _, row in mine.iterrows()
            ]
        )
        items.append(Text("{r}: {l}", "{r}：{l}").format(r=study.text("region", host), l=named))
    if not items:
        return []
    joined = Text("; ".join(t.en for t in items), "；".join(t.zh for t in items))
    return [
        Text(
            "What holds each host back most (share of its shortfall in the index): {l}.",
            "各承接地的主要障碍因子（障碍度）：{l}。",
        ).format(l=joined)
    ]


def _boards(study: Study, findings: Findings) -> list[Text]:
    found = findings.get("shortest_board")
    if found is None or found.frame.empty:
        return []
    out = [*_weakest(study, found), *_tightest(study, found)]
    unknown = {(r["unknown_en"], r["unknown_zh"]) for _, r in found.frame.iterrows() if r["unknown_en"]}
    if len(unknown) == 1:
        en, zh = (str(words) for words in unknown.pop())
        out.append(
            Text(
                "In every host some constraints cannot be judged for want of data; they are left open, not "
                "counted as none. {u}",
                "各承接地均有因缺数据而无法判断的约束，按未知处理，不视为无约束。{u}",
            ).format(u=Text(en, zh))
        )
    return out


def _weakest(study: Study, found: Result) -> list[Text]:
    rows = found.frame[found.frame["by_standing"].astype(bool)].to_dict("records")
    items = [
        Text("{r}: {b} ({s:.2f})", "{r}为{b}（{s:.2f}）").format(
            r=study.text("region", row["host"]), b=_board(study, row["by_standing"]), s=row["standing"]
        )
        for row in rows
    ]
    if not items:
        return []
    joined = Text("; ".join(t.en for t in items), "；".join(t.zh for t in items))
    return [
        Text("Each host's weakest constraint (of 1): {l}.", "各承接地的短板（满分1）：{l}。").format(l=joined)
    ]


def _tightest(study: Study, found: Result) -> list[Text]:
    """Say which limit allows each host least; once where it is the same in all."""
    rows = found.frame[found.frame["by_room"].astype(bool)].dropna(subset=["room_output"]).to_dict("records")
    if not rows:
        return []
    same = len({row["by_room"] for row in rows}) == 1
    items = []
    for row in rows:
        region, room = study.text("region", row["host"]), sentences.money(study, float(row["room_output"]))
        items.append(
            Text("{r} {v}", "{r}{v}").format(r=region, v=room)
            if same
            else Text("{r} {v} ({b})", "{r}{v}（{b}）").format(
                r=region, v=room, b=_board(study, row["by_room"])
            )
        )
    said = (
        Text(
            "Of the resources with a limit, {b} is the tightest in every host. Estimated output that it "
            "allows: {l}.",
            "有上限的资源中，{b}在各承接地均最紧，估计可支撑的产出为：{l}。",
        )
        if same
        else Text(
            "Estimated output that the tightest of the limited resources allows: {l}.",
            "有上限的资源中，最紧的一项估计可支撑的产出为：{l}。",
        )
    )
    return [said.format(b=_board(study, rows[0]["by_room"]), l=listing(items))]


def _board(study: Study, code: object) -> Text:
    name = study.text("board", code)
    return Text(name.en[:1].lower() + name.en[1:], name.zh)


def _lowest(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the hosts' rows, the lowest scores first."""
    return hosts(study, frame).sort_values("score", kind="stable")


_LOWEST = Text("Hosts, the lowest scores first", "承接地，得分由低到高")
CAPITAL = Text(
    "It needs yearly investment by region (potential.investment) and depreciation in value_added_components.",
    "需要地区逐年投资（potential.investment）和增加值构成表中的折旧。",
)

HOSTING = Chapter(
    "hosting",
    Text("Who could host", "谁能承接"),
    Text(
        "Which regions could take in industries, and how sure is that?", "哪些地区能够承接产业，把握有多大？"
    ),
    (
        Block("capacity", Text("Capacity index", "承接能力指数"), INDICATORS, pictures.capacity),
        Block(
            "capacity_pillars",
            Text("Capacity by pillar", "分维度承接能力"),
            INDICATORS,
            pictures.capacity_pillars,
            hosts,
            HOSTS,
        ),
        Block(
            "capacity_weights",
            Text("Weights of the indicators", "指标权重"),
            INDICATORS,
            draw=further.capacity_weights,
        ),
        Block(
            "capacity_indicators",
            Text("The indicators", "各项指标"),
            INDICATORS,
            further.capacity_indicators,
            optional=True,
            listed=True,
        ),
        Block(
            "rank_acceptability",
            Text("How sure the places are", "位次的把握"),
            INDICATORS,
            further.rank_acceptability,
            optional=True,
            listed=True,
        ),
        Block(
            "capacity_by_weighting",
            Text("Every weighting side by side", "不同赋权对比"),
            INDICATORS,
            _weightings,
            hosts,
            HOSTS,
            optional=True,
        ),
        Block(
            "weighting_agreement",
            Text("Do the weightings agree?", "赋权一致性"),
            INDICATORS,
            optional=True,
            listed=True,
            draw=further.weighting_agreement,
        ),
        Block(
            "obstacles",
            Text("What holds each host back", "承接能力障碍因子"),
            INDICATORS,
            _obstacles,
            first_places("region", 5),
            Text("Hosts, the five largest obstacles of each", "承接地，各列前五位障碍因子"),
            optional=True,
        ),
        Block("shortest_board", Text("Weakest constraints", "短板"), SCORECARD, _ledger),
        Block(
            "constraint_ledger", Text("Constraint ledger", "要素约束清单"), SCORECARD, None, _lowest, _LOWEST
        ),
        Block(
            "gradient",
            Text("Industrial gradient", "产业梯度"),
            EMPLOYMENT,
            pictures.gradient,
            hosts_largest("gradient"),
            HOSTS_LARGEST,
        ),
        Block(
            "gradient_improved",
            Text("Improved gradient, with capital", "改进的产业梯度（含资本）"),
            CAPITAL,
            further.gradient_improved,
            hosts,
            HOSTS,
            listed=True,
        ),
        Block(
            "gradient_gap",
            Text("Gradient gap to the origins", "与转出地的梯度差"),
            EMPLOYMENT,
            measured_pictures.gradient_gap,
            table=False,
        ),
    ),
    _says,
    "potential",
)
