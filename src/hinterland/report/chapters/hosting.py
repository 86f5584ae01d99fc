"""Who could host."""

from __future__ import annotations

from hinterland.charts import Chart, numbers
from hinterland.charts.words import listing
from hinterland.report import measured_pictures, pictures, sentences
from hinterland.report.chapters.frame import (
    EMPLOYMENT,
    HOSTS,
    INDICATORS,
    LARGEST,
    SCORECARD,
    Block,
    Chapter,
    first_places,
    heat,
    hosts,
    largest,
)
from hinterland.report.views import Findings, of, usable
from hinterland.study import Study, Text


def _weightings(study: Study, findings: Findings) -> list[Chart]:
    found = usable(findings, "capacity_by_weighting", "rank")
    if found is None:
        return []
    title = Text("The hosts' rank under every weighting", "不同赋权下承接地的位次")
    return [heat(study, of(found, "region", study.hosts), "region", "weighting", "rank", "weightings", title)]


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
    wide = float((mine["rank_high"] - mine["rank_low"] + 1).mean())
    said = Text(
        "A host's interval spans {w} of {n} places on average",
        "承接地的位次区间平均跨{n}个位次中的{w}个",
    )
    # what a spread of places can still tell is said by how much of the list it leaves out
    if wide > len(frame) / 2:
        said += Text(
            ": the index as a whole hardly tells one host from another; its pillars, the obstacles and the"
            " constraints below say more.",
            "：综合指数几乎不能区分各承接地，宜看下文的分维度得分、障碍因子与约束要素。",
        )
    else:
        said += Text(
            ": indicators of this kind tell apart the strong from the weak, not neighbours.",
            "：此类指标能区分强弱，不能区分相近地区。",
        )
    return [said.format(w=f"{wide:.0f}", n=len(frame))]


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
    return [lead.format(l=Text("; ".join(t.en for t in items), "；".join(t.zh for t in items)))]


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
    return [Text("The leading obstacles. {l}.", "主要障碍因子：{l}。").format(l=joined)]


def _boards(study: Study, findings: Findings) -> list[Text]:
    found = findings.get("shortest_board")
    if found is None or found.frame.empty:
        return []
    out = [Text(str(r["words_en"]), str(r["words_zh"])) for _, r in found.frame.iterrows() if r["words_en"]]
    unknown = {(r["unknown_en"], r["unknown_zh"]) for _, r in found.frame.iterrows() if r["unknown_en"]}
    if len(unknown) == 1:
        en, zh = unknown.pop()
        out.append(
            Text(
                "In every host, and never counted as none: {u}", "各承接地均有未知项（不按零处理）：{u}"
            ).format(u=Text(str(en), str(zh)))
        )
    return out


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
        Block("capacity_weights", Text("Weights of the indicators", "指标权重"), INDICATORS),
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
            "weighting_agreement", Text("Do the weightings agree?", "赋权一致性"), INDICATORS, optional=True
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
        Block("shortest_board", Text("Shortest boards", "短板"), SCORECARD, _ledger),
        Block("constraint_ledger", Text("Constraint ledger", "要素约束清单"), SCORECARD, None, hosts, HOSTS),
        Block(
            "gradient",
            Text("Industrial gradient", "产业梯度"),
            EMPLOYMENT,
            pictures.gradient,
            hosts,
            HOSTS,
        ),
        Block(
            "gradient_improved",
            Text("Improved gradient, with capital", "改进的产业梯度（含资本）"),
            CAPITAL,
            measured_pictures.gradient_improved,
            hosts,
            HOSTS,
        ),
        Block(
            "gradient_gap",
            Text("Gradient gap to the origins", "与转出地的梯度差"),
            EMPLOYMENT,
            measured_pictures.gradient_gap,
            largest("gradient_gap"),
            LARGEST,
        ),
    ),
    _says,
    "potential",
)
