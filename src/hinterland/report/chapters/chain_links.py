"""Whose industries complement whose, and which links a host lacks."""

from __future__ import annotations

import pandas as pd

from hinterland.charts import Chart, numbers
from hinterland.charts.words import listing
from hinterland.report.chapters import further
from hinterland.report.chapters.frame import NATIONAL, Block, Chapter, heat
from hinterland.report.views import Findings, of, usable
from hinterland.study import Study, Text


def _complementarity(study: Study, findings: Findings) -> list[Chart]:
    out = []
    found = usable(findings, "complementarity", "sells_to_host")
    if found is not None:
        title = Text("Trade complementarity: origins sell, hosts buy", "贸易互补性：转出地供给、承接地需求")
        out.append(heat(study, found, "origin", "host", "sells_to_host", "trade-fit", title, centre=1.0))
    if usable(findings, "complementarity", "resource_complementarity") is not None:
        title = Text("Resource complementarity", "资源互补性")
        out.append(
            heat(
                study,
                findings["complementarity"],
                "origin",
                "host",
                "resource_complementarity",
                "resource-fit",
                title,
            )
        )
    return out


def _coverage(study: Study, findings: Findings) -> list[Chart]:
    found = usable(findings, "chain_coverage", "covered")
    if found is None:
        return []
    title = Text("Inputs that a host supplies itself", "承接地本地配套率")
    return [
        heat(
            study, of(found, "industry", study.transferable), "industry", "host", "covered", "coverage", title
        )
    ]


def _first(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the first missing link of every industry in every host."""
    return frame[(frame["place"] == 1) & (frame["remedy"] != "connect")]


def _now(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep what could be exchanged now."""
    return frame[frame["match_kind"] == "exchange"]


def _says(study: Study, findings: Findings) -> list[Text]:
    out = []
    coverage = usable(findings, "chain_coverage", "covered")
    if coverage is not None:
        mean = coverage.frame.groupby("host", sort=False, observed=True)["covered"].mean()
        mean = mean.sort_values(ascending=False, kind="stable")
        items = [
            Text("{r} {v}", "{r}{v}").format(r=study.text("region", h), v=numbers.percent(float(v), 0))
            for h, v in mean.items()
        ]
        out.append(
            Text(
                "Of the inputs that industries able to move would need, the hosts supply themselves: {l}.",
                "可转移产业所需投入中，承接地的平均本地配套率为：{l}。",
            ).format(l=listing(items))
        )
    gaps = findings.get("chain_gaps")
    if gaps is not None and len(gaps.frame):
        frame = gaps.frame[gaps.frame["remedy"] == "attract"]
        for host in study.hosts:
            mine = frame[frame["host"] == host]
            if mine.empty:
                continue
            often = mine.groupby("input", observed=True)["gap"].agg(["size", "sum"])
            top = often.sort_values(["size", "sum"], ascending=False, kind="stable").head(2)
            items = [
                Text("{i} (in {n} chains; {c})", "{i}（{n}条链缺失；{c}）").format(
                    i=study.text("industry", code), n=int(row["size"]), c=_candidates(mine, str(code))
                )
                for code, row in top.iterrows()
            ]
            out.append(
                Text("Links that {r} lacks most often: {l}.", "{r}最常缺失的环节：{l}。").format(
                    r=study.text("region", host), l=listing(items)
                )
            )
        if out and not frame.empty:
            out.append(
                Text(
                    "Behind an origin: its share of the nation's output of that product, and whether it "
                    "has been falling, so that capacity may be looking for a place.",
                    "转出地后为其占全国该产品产出的份额及份额升降；份额下降者更可能有产能外迁。",
                )
            )
    matches = findings.get("by_product_matches")
    if matches is not None and len(matches.frame):
        count = matches.frame[matches.frame["match_kind"] == "exchange"].groupby("host", sort=False).size()
        items = [
            Text("{r} {n}", "{r}{n}项").format(r=study.text("region", h), n=int(n)) for h, n in count.items()
        ]
        if items:
            out.append(
                Text(
                    "Exchanges of by-products possible between industries that the host already has: {l}.",
                    "本地已有产业之间可建立的副产物利用关系：{l}。",
                ).format(l=listing(items))
            )
    return out


def _candidates(frame: pd.DataFrame, code: str) -> Text:
    row = frame[frame["input"] == code].iloc[0]
    if not row["candidates_en"]:
        return Text("no origin is specialised in it", "无专业化转出地")
    return Text("from {a}", "可来自{b}").format(a=row["candidates_en"], b=row["candidates_zh"])


CHAIN_LINKS = Chapter(
    "chain_links",
    Text("Chains and complementarity", "产业链与互补性"),
    Text(
        "Whose industries complement whose, and which links would have to be brought?",
        "谁与谁互补？哪些环节需要引进？",
    ),
    (
        Block("complementarity", Text("Complementarity", "互补性"), NATIONAL, _complementarity),
        Block("chain_coverage", Text("How complete the chains are", "产业链完整度"), NATIONAL, _coverage),
        Block(
            "chain_gaps",
            Text("Missing links", "缺失环节"),
            NATIONAL,
            further.chain_gaps,
            _first,
            Text("The first missing link of every industry", "各产业的首要缺失环节"),
        ),
        Block(
            "by_product_matches",
            Text("By-products", "副产物循环利用"),
            Text(
                "It needs the table by_products, or ISIC divisions among the concordances.",
                "需要副产物表，或在对照表中给出国际标准产业分类大类。",
            ),
            further.by_product_matches,
            _now,
            Text("What could be exchanged now", "现可交换者"),
            optional=True,
        ),
    ),
    _says,
    "potential",
)
