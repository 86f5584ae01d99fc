"""Which charts show which results."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hinterland import charts
from hinterland.charts import Chart
from hinterland.report.tables import reshaped
from hinterland.report.views import (
    Findings,
    between_groups,
    latest,
    moved_by_region,
    of,
    summed,
    usable,
)
from hinterland.study import EMPTY, Result, Study, Text

TILES = Text(
    "Every region is one tile near its place. Bold outline: host; dashed outline: origin; dash: unknown.",
    "每个地区为一个方格，位置大致对应其方位。粗框为承接地，虚线框为转出地，短横线表示缺数据。",
)
PLAN_TILES = Text(
    "Every region is one tile near its place. Bold outline: host; dashed: origin; no figure: no part in it.",
    "每个地区为一个方格，位置大致对应其方位。粗框为承接地，虚线框为转出地，无数字表示不参与转移。",
)
_IN_TABLE = Text(" The table below has the figures.", "数据见下表。")


def _alt(text: Text) -> Text:
    return text + _IN_TABLE


def host_share(study: Study, findings: Findings) -> list[Chart]:
    """Return the hosts' share over the years, of all industries and of those that can move."""
    out = []
    for column, chart, title, alt in (
        (
            "host_share",
            "host-share",
            Text("Share of the host regions in all output", "承接地占全部总产出的份额"),
            Text(
                "Line of the host regions' share of all output by year.", "承接地占全部总产出份额的折线图。"
            ),
        ),
        (
            "host_share_movable",
            "host-share-movable",
            Text("Share of the host regions in industries that can move", "承接地占可转移产业总产出的份额"),
            Text(
                "Line of the host regions' share of the output of industries that can move by year.",
                "承接地占可转移产业总产出份额的折线图。",
            ),
        ),
    ):
        found = usable(findings, "host_share", column)
        if found is not None and found.frame["year"].nunique() > 1:
            out.append(charts.lines(study, found, found.frame, "year", column, title, _alt(alt), chart=chart))
    return out


def _by_factor_class(study: Study, codes: Sequence[str]) -> list[str]:
    """Return industries in the study's order."""
    return [i for i in study.industries if i in set(codes)]


def host_share_by_industry(study: Study, findings: Findings) -> list[Chart]:
    """Return the hosts' share of each industry by year."""
    found = usable(findings, "host_share_by_industry", "host_share")
    if found is None:
        return []
    return [matrix(study, found, "industry", "year", "host_share", "host-share-by-industry")]


def matrix(
    study: Study,
    result: Result,
    rows: str,
    columns: str,
    value: str,
    chart: str,
    centre: float | None = None,
    title: Text | None = None,
    note: Text = EMPTY,
) -> Chart:
    """Return a heat map of a result."""
    shown = title or result.title
    return charts.heat_map(
        study,
        result,
        result.frame,
        rows,
        columns,
        value,
        shown,
        _alt(Text(f"Heat map: {shown.en}.", f"热力图：{shown.zh}。")),
        chart=chart,
        centre=centre,
        note=note,
    )


def share_change(study: Study, findings: Findings) -> list[Chart]:
    """Return what the change of share was worth, by region and for the hosts by industry."""
    found = usable(findings, "share_change", "share_change_money")
    if found is None:
        return []
    by_region = summed(found, ["region"], "share_change_money")
    hosts = summed(of(found, "region", study.hosts), ["industry"], "share_change_money")
    frame = hosts.frame.sort_values("share_change_money", ascending=False, kind="stable")
    title = Text("Change of share in money, by region", "各地区份额变化折算金额")
    of_hosts = Text("Change of the hosts' share in money, by industry", "承接地各产业份额变化折算金额")
    return [
        charts.tile_map(
            study,
            by_region,
            "share_change_money",
            title,
            _alt(
                Text(
                    "Map of what each region's change of share was worth, all industries together.",
                    "各地区全部产业份额变化折算金额的方格地图。",
                )
            ),
            chart="share-change-map",
            centre=0.0,
            note=TILES,
        ),
        charts.bars(
            study,
            hosts,
            frame,
            "industry",
            ["share_change_money"],
            of_hosts,
            _alt(Text("Bars, the largest gain first.", "条形图，按增加额从大到小排列。")),
            chart="share-change-industry",
        ),
    ]


def history(study: Study, findings: Findings) -> list[Chart]:
    """Return what the hosts gained in each historical phase."""
    found = usable(findings, "history", "share_change_money")
    if found is None:
        return []
    hosts = summed(of(found, "region", study.hosts), ["industry", "phase"], "share_change_money")
    title = Text("The hosts' gains by historical phase", "承接地各历史阶段的增减")
    return [matrix(study, hosts, "industry", "phase", "share_change_money", "history", 0.0, title)]


def location_quotient(study: Study, findings: Findings) -> list[Chart]:
    """Return the hosts' specialisation in the latest year."""
    found = usable(findings, "location_quotient", "location_quotient")
    if found is None:
        return []
    now = of(latest(found), "region", study.hosts)
    now = of(now, "industry", study.industries)
    # An industry many times its national weight would leave all others the same colour.
    title = Text("Location quotients of the hosts", "承接地区位商")
    note = Text(
        "Above 1 the industry weighs more in the region than in the whole.",
        "大于1表示该产业在本地区的比重高于总体。",
    )
    return [
        matrix(study, now, "industry", "region", "location_quotient", "location-quotient", 1.0, title, note)
    ]


def shift_share(study: Study, findings: Findings) -> list[Chart]:
    """Return the three parts of the hosts' growth."""
    found = usable(findings, "shift_share", "national", "mix", "competitive")
    if found is None:
        return []
    values = ("national", "mix", "competitive")
    hosts = summed(of(found, "region", study.hosts), ["region"], *values)
    return [
        charts.bars(
            study,
            hosts,
            hosts.frame,
            "region",
            values,
            Text("Shift-share of the hosts' growth", "承接地增长的偏离—份额分解"),
            _alt(
                Text(
                    "Bars for each host: growth with the whole, by industry mix, and by competitiveness.",
                    "各承接地的全国增长、产业结构与竞争力三项分量的条形图。",
                )
            ),
            chart="shift-share",
        )
    ]


def structure(study: Study, findings: Findings) -> list[Chart]:
    """Return the hosts' structure by factor class in the latest year."""
    found = usable(findings, "structure", "share")
    if found is None:
        return []
    now = of(latest(found), "region", study.hosts)
    title = Text("Structure of the hosts by factor class", "承接地按要素密集类别划分的产业结构")
    return [matrix(study, now, "factor_class", "region", "share", "structure", None, title)]


def capacity(study: Study, findings: Findings) -> list[Chart]:
    """Return ranks with intervals and a map of the scores."""
    out = []
    if usable(findings, "capacity", "rank", "rank_low", "rank_high") is not None:
        out.append(
            charts.rank_intervals(
                study,
                findings["capacity"],
                Text("Ranks with their intervals", "位次及其区间"),
                _alt(
                    Text(
                        "Dots with intervals: the rank of every region, best on top.",
                        "各地区位次及区间的点图，位次高者在上。",
                    )
                ),
                chart="capacity-ranks",
                note=Text(
                    "Filled dots are hosts, hollow ones other regions.", "实心为承接地，空心为其他地区。"
                ),
            )
        )
    if usable(findings, "capacity", "score") is not None:
        out.insert(
            0,
            charts.tile_map(
                study,
                findings["capacity"],
                "score",
                Text("Capacity index", "承接能力指数"),
                _alt(Text("Map of the capacity index.", "承接能力指数方格地图。")),
                chart="capacity-map",
                note=TILES,
            ),
        )
    return out


def capacity_pillars(study: Study, findings: Findings) -> list[Chart]:
    """Return the hosts' scores by pillar."""
    found = usable(findings, "capacity_pillars", "score")
    if found is None:
        return []
    hosts = of(found, "region", study.hosts)
    title = Text("The hosts' capacity by pillar", "承接地分维度承接能力")
    return [matrix(study, hosts, "region", "pillar", "score", "capacity-pillars", None, title)]


def gradient(study: Study, findings: Findings) -> list[Chart]:
    """Return the hosts' industrial gradient."""
    found = usable(findings, "gradient", "gradient")
    if found is None:
        return []
    hosts = of(of(found, "region", study.hosts), "industry", study.transferable)
    title = Text("Industrial gradient of the hosts", "承接地产业梯度系数")
    return [matrix(study, hosts, "industry", "region", "gradient", "gradient", 1.0, title)]


def trade(study: Study, findings: Findings) -> list[Chart]:
    """Return interregional trade between groups of regions."""
    found = usable(findings, "interregional_trade", "flow")
    if found is None:
        return []
    view = between_groups(study, found)
    rows, columns = (c.name for c in view.columns[:2])
    if view.frame[columns].nunique() > 12:
        return []
    title = Text(
        "Flows between groups of regions (rows sell, columns buy)", "区域板块间贸易流量（行为售方，列为购方）"
    )
    return [matrix(study, view, rows, columns, "flow", "trade", None, title)]


def multipliers(study: Study, findings: Findings) -> list[Chart]:
    """Return the hosts' value-added multipliers."""
    found = usable(findings, "multipliers", "output_multiplier")
    if found is None:
        return []
    hosts = of(of(found, "region", study.hosts), "industry", study.transferable)
    title = Text("Output multipliers in the hosts", "承接地产出乘数")
    return [matrix(study, hosts, "industry", "region", "output_multiplier", "multipliers", None, title)]


def transfers(study: Study, findings: Findings) -> list[Chart]:
    """Return the map, the Sankey diagram and the phases of the plan."""
    found = usable(findings, "plan_transfers", "output")
    if found is None or not bool((found.frame["output"] > 0).any()):
        return []
    net = moved_by_region(study, found)
    return [
        charts.tile_map(
            study,
            net,
            "moved",
            Text("Where output goes to and comes from", "产出从哪里来、到哪里去"),
            _alt(Text("Map of output received and released.", "各地区承接与转出产出的方格地图。")),
            chart="plan-map",
            centre=0.0,
            absent="",
            note=PLAN_TILES,
        ),
        charts.sankey(
            study,
            found,
            Text("Who moves what to whom", "谁把什么转移给谁"),
            _alt(
                Text(
                    "Flows from origins on the left over industries in the middle to hosts on the right.",
                    "左为转出地，中为产业，右为承接地的桑基图。",
                )
            ),
            chart="plan-sankey",
            note=Text(
                "Left: origins. Middle: industries. Right: hosts.", "左：转出地；中：产业；右：承接地。"
            ),
        ),
        _phases(study, found, "industry", Text("When each industry moves", "各产业何时转移")),
        _phases(study, found, "host", Text("When each host receives", "各承接地何时承接")),
    ]


def _phases(study: Study, found: Result, by: str, title: Text) -> Chart:
    return charts.gantt(
        study,
        found,
        "industry" if by == "industry" else "host",
        title,
        _alt(Text("Bars along the years, one for each phase.", "沿年份排列的条形图，每阶段一条。")),
        chart=f"plan-phases-{by}",
        note=Text(
            "A bar spans its phase; its thickness grows with the output moved, whose figure it bears.",
            "条形长度为所在阶段的年份，粗细随转移产出增加，数字为转移产出。",
        ),
    )


def frontier(study: Study, findings: Findings) -> list[Chart]:
    """Return the frontier in two pairs of objectives."""
    out = []
    for other, title in (
        ("co2", Text("Frontier: value added against emissions", "前沿：增加值与碳排放")),
        ("employment", Text("Frontier: value added against employment", "前沿：增加值与就业")),
    ):
        found = usable(findings, "frontier", "value_added", other)
        if found is None or len(found.frame.dropna(subset=["value_added", other])) < 2:
            continue
        out.append(
            charts.frontier(
                study,
                found,
                "value_added",
                other,
                title,
                _alt(
                    Text(
                        "Numbered points of the frontier; the chosen one is a diamond.",
                        "前沿各点以编号标出，选定方案为菱形。",
                    )
                ),
                chart=f"frontier-{other}",
            )
        )
    return out


def specialisation(study: Study, findings: Findings) -> list[Chart]:
    """Return how alike the hosts' industries become."""
    found = usable(findings, "plan_specialisation", "similarity_after")
    if found is None:
        return []
    title = Text("Likeness of the hosts' industries after the plan", "方案实施后承接地产业结构相似度")
    return [matrix(study, found, "host", "host_to", "similarity_after", "specialisation", None, title)]


def host_industry(study: Study, findings: Findings) -> list[Chart]:
    """Return what each host takes in."""
    found = usable(findings, "plan_host_industry", "output")
    if found is None or not bool((found.frame["output"] > 0).any()):
        return []
    view = of(of(found, "host", study.hosts), "industry", study.industries)
    title = Text("What each host takes in", "各承接地承接的产业")
    return [matrix(study, view, "industry", "host", "output", "plan-host-industry", None, title)]


def impact(study: Study, findings: Findings) -> list[Chart]:
    """Return the change of value added by region and by industry."""
    out = []
    regions = usable(findings, "impact_by_region", "value_added_change")
    if regions is not None:
        out.append(
            charts.tile_map(
                study,
                regions,
                "value_added_change",
                Text("Change of value added by region", "各地区增加值变化"),
                _alt(Text("Map of the change of value added.", "各地区增加值变化的方格地图。")),
                chart="impact-map",
                centre=0.0,
                note=TILES,
            )
        )
    industries = usable(findings, "impact_by_industry", "value_added_change")
    if industries is not None:
        frame = industries.frame.sort_values("value_added_change", ascending=False, kind="stable")
        out.append(
            charts.bars(
                study,
                industries,
                frame,
                "industry",
                ["value_added_change"],
                Text("Change of value added by industry", "各产业增加值变化"),
                _alt(Text("Bars, the largest gain first.", "条形图，按增加额从大到小排列。")),
                chart="impact-industry",
            )
        )
    return out


def reconciliation(study: Study, findings: Findings) -> list[Chart]:
    """Return the ratio of regional to national output by industry."""
    found = usable(findings, "reconciliation", "ratio")
    if found is None:
        return []
    frame: pd.DataFrame = found.frame.sort_values("ratio", ascending=False, kind="stable")
    return [
        charts.bars(
            study,
            reshaped(found, frame, found.columns),
            frame,
            "industry",
            ["ratio"],
            Text("Regional total over national total, by industry", "分产业地区合计与全国总量之比"),
            _alt(Text("Bars of the ratio of both totals.", "两种总量之比的条形图。")),
            chart="reconciliation",
        )
    ]
