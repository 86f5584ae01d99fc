"""The hinterland's role."""

from __future__ import annotations

import pandas as pd

from hinterland import charts
from hinterland.charts import Chart, numbers
from hinterland.charts.words import listing
from hinterland.report.chapters import further
from hinterland.report.chapters.frame import (
    HOSTS,
    INDICATORS,
    NATIONAL,
    SCORECARD,
    Block,
    Chapter,
    heat,
    hosts,
)
from hinterland.report.views import Findings, of, usable
from hinterland.study import Study, Text


def _positioning(study: Study, findings: Findings) -> list[Chart]:
    found = usable(findings, "positioning", "score")
    if found is None:
        return []
    mine = of(found, "region", study.hosts)
    title = Text("The hosts' score in every role (1 the best)", "承接地各角色得分（1为最好）")
    return [heat(study, mine, "region", "role", "score", "roles", title)]


def _sufficiency(study: Study, findings: Findings) -> list[Chart]:
    found = usable(findings, "supply_security", "self_sufficiency")
    if found is None:
        return []
    mine = of(found, "industry", study.industries)
    title = Text("Self-sufficiency of the hosts by product", "承接地分产品自给率")
    note = Text(
        "A dash: unknown, or stocks were drawn down so that a share means nothing.",
        "短横线表示未知，或因动用存货而无法计算比例。",
    )
    return [heat(study, mine, "industry", "host", "self_sufficiency", "sufficiency", title, note=note)]


def _resilience(study: Study, findings: Findings) -> list[Chart]:
    found = usable(findings, "resilience", "resistance")
    if found is None:
        return []
    mine = of(found, "region", study.hosts)
    title = Text(
        "Resistance of the hosts (above 0: better than the whole)", "承接地抵抗力（大于0为好于总体）"
    )
    return [heat(study, mine, "region", "shock", "resistance", "resistance", title, centre=0.0)]


def _disparity(study: Study, findings: Findings) -> list[Chart]:
    found = usable(findings, "disparity", "theil")
    if found is None or found.frame["year"].nunique() < 2:
        return []
    return [
        charts.lines(
            study,
            found,
            found.frame,
            "year",
            "host_level",
            Text("{i} per head of the hosts over that of all regions", "承接地人均{i}与全部地区之比").format(
                i=_income(study)
            ),
            Text(
                "Line of the ratio by year. The table below has the figures.", "逐年比值折线图。数据见下表。"
            ),
            chart="host-level",
        )
    ]


def _income(study: Study) -> Text:
    """Name the indicator whose disparity is measured."""
    return study.text("indicator", str(study.parameter("potential.income")))


def _says(study: Study, findings: Findings) -> list[Text]:
    out = [*_roles(study, findings), *_fits(study, findings)]
    level = usable(findings, "disparity", "host_level", "theil", "between_share")
    if level is not None and len(level.frame) > 1:
        first, last = level.frame.iloc[0], level.frame.iloc[-1]
        out.append(
            Text(
                "{i} per head in the hosts was {a} of that of all regions in {y0} and {b} in {y1}; {d} of "
                "the disparity between regions (Theil index) lay between the groups of regions in {y0}, "
                "{c} in {y1}.",
                "承接地人均{i}相当于全部地区平均水平的比例，{y0}年为{a}，{y1}年为{b}；地区差距（泰尔指数）中"
                "板块之间的部分，{y0}年占{d}，{y1}年占{c}。",
            ).format(
                a=numbers.percent(first["host_level"], 0),
                b=numbers.percent(last["host_level"], 0),
                c=numbers.percent(last["between_share"], 0),
                d=numbers.percent(first["between_share"], 0),
                i=_income(study),
                y0=f"{first['year']:.0f}",
                y1=f"{last['year']:.0f}",
            )
        )
    return out


def _roles(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "positioning", "score", "host_rank")
    if found is None:
        return []
    out = []
    frame = found.frame[found.frame["region"].isin(study.hosts)].dropna(subset=["score"])
    for role in dict.fromkeys(frame["role"]):
        best = frame[frame["role"] == role].sort_values("host_rank", kind="stable").head(2)
        items = [
            Text(
                "{r} ({s:.2f}, {l}; rank {k:g} of all, between {a:g} and {b:g})",
                "{r}（{s:.2f}，{l}；全部地区第{k:g}位，区间{a:g}—{b:g}）",
            ).format(
                r=study.text("region", row["region"]),
                s=row["score"],
                l=Text(study.text("level", row["level"]).en.lower(), study.text("level", row["level"]).zh),
                k=row["rank"],
                a=row["rank_low"],
                b=row["rank_high"],
            )
            for _, row in best.iterrows()
        ]
        out.append(
            Text("{o}: the hosts that fit best are {l}.", "{o}：最适合的承接地为{l}。").format(
                o=study.text("role", role), l=listing(items)
            )
        )
    return out


def _fits(study: Study, findings: Findings) -> list[Text]:
    """Say for each host the role in which it scores best, and why."""
    found = findings.get("positioning")
    if found is None or found.frame.empty:
        return []
    frame = found.frame
    mine = frame[frame["region"].isin(study.hosts) & frame["best_role"].astype(bool)]
    return [
        Text("{r} fits best as: {o}. {w}", "{r}最适合的角色：{o}。{z}").format(
            r=study.text("region", row["region"]),
            o=Text(study.text("role", row["role"]).en.lower(), study.text("role", row["role"]).zh),
            w=row["words_en"],
            z=row["words_zh"],
        )
        for _, row in mine.iterrows()
    ]


def _largest_use(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the ten products that each host uses most of."""
    order = frame.sort_values("use", ascending=False, kind="stable")
    kept = order.groupby("host", sort=False, observed=True).head(10).index
    return frame[frame.index.isin(kept)]


ROLE = Chapter(
    "role",
    Text("The hinterland's role", "战略腹地定位"),
    Text(
        "What is each host fit for: to secure, to link, or to show the green way?",
        "各承接地适合承担何种角色：安全支撑、协同联动还是绿色示范？",
    ),
    (
        Block("positioning", Text("Positioning", "角色定位"), SCORECARD, _positioning, hosts, HOSTS),
        Block(
            "role_measures",
            Text("Measures of the roles", "角色测度"),
            SCORECARD,
            further.role_measures,
            hosts,
            HOSTS,
        ),
        Block(
            "location_depth",
            Text("Location depth", "区位纵深"),
            Text("It needs the table gateways and the places of the regions.", "需要门户表和各地区经纬度。"),
            further.location_depth,
            hosts,
            HOSTS,
            optional=True,
        ),
        Block(
            "supply_security",
            Text("Self-sufficiency and suppliers", "自给率与供应来源"),
            NATIONAL,
            _sufficiency,
            _largest_use,
            Text("The ten products that each host uses most of", "各承接地使用量最大的十种产品"),
        ),
        Block(
            "resilience",
            Text("Resilience", "韧性"),
            Text("It needs the table shocks.", "需要冲击表。"),
            _resilience,
            hosts,
            HOSTS,
            optional=True,
        ),
        Block("disparity", Text("Disparity", "地区差距"), INDICATORS, _disparity, optional=True),
    ),
    _says,
    "potential",
)
