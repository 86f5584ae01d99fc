"""Charts of the further measures: firm specialisation, phases, kinds, structure, emissions."""

from __future__ import annotations

from dataclasses import replace

from hinterland import charts
from hinterland.charts import Chart
from hinterland.report.pictures import TILES
from hinterland.report.tables import reshaped
from hinterland.report.views import Findings, latest, of, summed, usable
from hinterland.study import EMPTY, Column, Result, Study, Text

_IN_TABLE = Text(" The table below has the figures.", "数据见下表。")


def _heat(
    study: Study,
    result: Result,
    rows: str,
    columns: str,
    value: str,
    chart: str,
    title: Text,
    centre: float | None = None,
    note: Text = EMPTY,
) -> Chart:
    alt = Text(f"Heat map: {title.en}.", f"热力图：{title.zh}。") + _IN_TABLE
    return charts.heat_map(
        study, result, result.frame, rows, columns, value, title, alt, chart=chart, centre=centre, note=note
    )


def _bars(
    study: Study,
    result: Result,
    category: str,
    values: list[str],
    chart: str,
    title: Text,
    note: Text = EMPTY,
) -> Chart:
    alt = Text(f"Bars: {title.en}.", f"条形图：{title.zh}。") + _IN_TABLE
    stacked = chart.endswith("-stacked")
    return charts.bars(
        study, result, result.frame, category, values, title, alt, chart=chart, stacked=stacked, note=note
    )


def _lines(
    study: Study, result: Result, value: str, by: str, chart: str, title: Text, note: Text = EMPTY
) -> Chart:
    alt = Text(f"Lines by year: {title.en}.", f"逐年折线图：{title.zh}。") + _IN_TABLE
    return charts.lines(study, result, result.frame, "year", value, title, alt, chart=chart, by=by, note=note)


def location_significance(study: Study, findings: Findings) -> list[Chart]:
    """Return the hosts' symmetric location quotients that can be told from the average."""
    found = usable(findings, "location_significance", "symmetric", "standing")
    if found is None:
        return []
    now = of(of(latest(found), "region", study.hosts), "industry", study.industries)
    firm = now.frame.assign(
        symmetric=now.frame["symmetric"].where(now.frame["standing"].isin(["above", "below"]))
    )
    if firm["symmetric"].isna().all():
        return []
    return [
        _heat(
            study,
            replace(now, frame=firm),
            "industry",
            "region",
            "symmetric",
            "location-firm",
            Text(
                "Specialisation of the hosts beyond the error of the data", "超出数据误差的承接地专业化程度"
            ),
            0.0,
            Text(
                "Symmetric location quotient: 0 is the average, 1 and −1 the ends. Dash: cannot be told"
                " from the average, or the industry is absent.",
                "对称区位商：0为平均水平，1与−1为两端。短横线表示与平均水平无显著差异，或当地没有该产业。",
            ),
        )
    ]


def shift_share_extended(study: Study, findings: Findings) -> list[Chart]:
    """Return what of the hosts' competitive effect is the region's own growth, and what its mix."""
    found = usable(findings, "shift_share_extended", "regional_growth", "regional_mix")
    if found is None:
        return []
    values = ["regional_growth", "regional_mix"]
    hosts = summed(of(found, "region", study.hosts), ["region"], *values)
    title = Text("The hosts' competitive effect in two parts", "承接地竞争力分量的两个部分")
    return [_bars(study, hosts, "region", values, "shift-share-extended", title)]


def shift_share_dynamic(study: Study, findings: Findings) -> list[Chart]:
    """Return the hosts' competitive effect along the path beside that of the end years."""
    found = usable(findings, "shift_share_dynamic", "competitive", "competitive_static")
    if found is None:
        return []
    values = ["competitive", "competitive_static"]
    hosts = summed(of(found, "region", study.hosts), ["region"], *values)
    title = Text(
        "The hosts' competitive effect: along the path and by end years",
        "承接地竞争力分量：逐段累计与首末年比较",
    )
    return [_bars(study, hosts, "region", values, "shift-share-dynamic", title)]


_POINTS = Text(
    "In percentage points: of the hosts' share of all regions, or (levels such as wages) of their level"
    " relative to the origins'.",
    "单位为百分点：承接地占全部地区份额的变化；工资等水平指标为相对转出地水平的变化。",
)


def phase_series(study: Study, findings: Findings) -> list[Chart]:
    """Return how far each yearly series has moved since its first year."""
    found = usable(findings, "phase_series", "value")
    if found is None:
        return []
    first = found.frame.groupby("indicator", sort=False)["value"].transform("first")
    moved = found.frame.assign(value=found.frame["value"] - first)
    column = replace(found.column("value"), label=Text("Change since the first year", "较首年的变化"))
    view = reshaped(
        found, moved, [column if c.name == "value" else c for c in found.columns if c.name != "change"]
    )
    breaks = usable(findings, "phase_breaks")
    note = EMPTY
    if breaks is not None:
        said = [
            Text(
                f"{study.text('indicator', row['indicator']).en} {row['break_year']:.0f}",
                f"{study.text('indicator', row['indicator']).zh}{row['break_year']:.0f}年",
            )
            for row in breaks.frame.to_dict("records")
        ]
        note = Text(
            f" Turning points found: {'; '.join(t.en for t in said)}.",
            f"检出的转折点：{'；'.join(t.zh for t in said)}。",
        )
    note = _POINTS + note
    title = Text(
        "The hosts' share, and their level against the origins: change since the first year",
        "承接地份额及其相对转出地水平：较首年的变化",
    )
    return [_lines(study, view, "value", "indicator", "phase-series", title, note)]


def transfer_kind(study: Study, findings: Findings) -> list[Chart]:
    """Return how many pairs of origin and host are of which kind."""
    found = usable(findings, "transfer_kind_summary", "pairs")
    if found is None:
        return []
    title = Text("Kinds of transfer between origins and hosts: pairs", "转出地与承接地之间的转移类型：组合数")
    return [_heat(study, found, "ladder", "relation", "pairs", "transfer-kinds", title)]


def reception(study: Study, findings: Findings) -> list[Chart]:
    """Return the projects by host and reception model."""
    found = usable(findings, "reception_summary", "projects")
    if found is None:
        return []
    title = Text("Projects by host and reception model", "分承接地与承接模式的项目数")
    return [_heat(study, found, "reception", "host", "projects", "reception", title)]


def concentration(study: Study, findings: Findings) -> list[Chart]:
    """Return the Gini by industry and year."""
    found = usable(findings, "concentration", "gini")
    if found is None:
        return []
    movable = of(found, "industry", study.transferable)
    return [
        _heat(
            study,
            movable,
            "industry",
            "year",
            "gini",
            "concentration-gini",
            Text("Concentration of industries over regions (Gini)", "产业空间集中度（基尼系数）"),
            None,
            Text("0: spread like regions; 1: all in one region.", "0为均匀分布，1为全部集中于一地。"),
        ),
    ]


def similarity_trend(study: Study, findings: Findings) -> list[Chart]:
    """Return how alike hosts are among themselves and with the origins, by year."""
    found = usable(findings, "similarity_trend", "finger_kreinin")
    if found is None or found.frame["year"].nunique() < 2:
        return []
    title = Text("Mean similarity of structures (Finger-Kreinin)", "平均结构相似度（芬格—克雷宁指数）")
    return [_lines(study, found, "finger_kreinin", "pairs", "similarity-trend", title)]


def similarity(study: Study, findings: Findings) -> list[Chart]:
    """Return the similarity of every two hosts in the latest year."""
    found = usable(findings, "similarity", "finger_kreinin")
    if found is None:
        return []
    now = latest(found)
    inside = now.frame[now.frame["region"].isin(study.hosts) & now.frame["region_to"].isin(study.hosts)]
    if inside.empty:
        return []
    title = Text("Similarity of every two hosts (Finger-Kreinin)", "承接地两两结构相似度（芬格—克雷宁指数）")
    view = replace(now, frame=inside)
    return [_heat(study, view, "region", "region_to", "finger_kreinin", "similarity", title)]


def specialisation(study: Study, findings: Findings) -> list[Chart]:
    """Return the map of specialisation in the latest year."""
    found = usable(findings, "specialisation", "krugman")
    if found is None:
        return []
    title = Text("Specialisation of regions (Krugman index)", "地区专业化程度（克鲁格曼指数）")
    alt = Text("Map of the Krugman index.", "克鲁格曼指数方格地图。") + _IN_TABLE
    return [
        charts.tile_map(study, latest(found), "krugman", title, alt, chart="specialisation-map", note=TILES)
    ]


def _spans(result: Result) -> Result:
    """Return the rows of successive spans with their names, without the span of all years."""
    frame = result.frame
    starts = sorted(frame["start"].unique())
    whole = (frame["start"] == starts[0]) & (frame["end"] == frame["end"].max())
    frame = frame[~whole] if len(starts) > 1 else frame
    named = [f"{a:.0f}–{b:.0f}" for a, b in zip(frame["start"], frame["end"], strict=True)]
    span = Column("span", Text("Years", "时段"), "text")
    return replace(result, frame=frame.assign(span=named), columns=(*result.columns, span))


def structural_change(study: Study, findings: Findings) -> list[Chart]:
    """Return how far the hosts' structures turned in each span."""
    found = usable(findings, "structural_change", "moore")
    if found is None:
        return []
    view = of(_spans(found), "region", study.hosts)
    title = Text("How far the hosts' structures turned (Moore angle)", "承接地产业结构变动（莫尔角）")
    return [_heat(study, view, "region", "span", "moore", "structural-change", title)]


def upgrading(study: Study, findings: Findings) -> list[Chart]:
    """Return the hosts' advanced index by year and the map of rationalisation."""
    out = []
    found = usable(findings, "upgrading", "advanced_index")
    if found is not None and found.frame["year"].nunique() > 1:
        title = Text("Tertiary over secondary sector in the hosts", "承接地第三产业与第二产业之比")
        hosts = of(found, "region", study.hosts)
        out.append(_lines(study, hosts, "advanced_index", "region", "upgrading", title))
    if found is not None and found.frame["rationalisation"].notna().any():
        known = replace(found, frame=found.frame.dropna(subset=["rationalisation"]))
        title = Text("Rationalisation of the structure (0 is balanced)", "产业结构合理化指数（0为均衡）")
        alt = Text("Map of the Theil index of rationalisation.", "合理化泰尔指数方格地图。") + _IN_TABLE
        out.append(
            charts.tile_map(
                study, latest(known), "rationalisation", title, alt, chart="rationalisation-map", note=TILES
            )
        )
    return out


def decoupling(study: Study, findings: Findings) -> list[Chart]:
    """Return the hosts' elasticities of emissions in each span between years with output."""
    found = usable(findings, "decoupling", "elasticity")
    if found is None:
        return []
    first = found.frame["activity_measure"].iloc[0]
    view = _spans(of(of(found, "region", study.hosts), "activity_measure", [first]))
    view = replace(view, frame=view.frame.dropna(subset=["elasticity"]))
    if view.frame.empty:
        return []
    title = Text("Elasticity of the hosts' emissions", "承接地碳排放脱钩弹性")
    note = Text(
        "Below 0 emissions fell while output grew; towards 1 they grew alike.",
        "小于0表示产出增长而排放下降，接近1表示同步增长。",
    )
    return [_heat(study, view, "region", "span", "elasticity", "decoupling", title, None, note)]


def emission_drivers(study: Study, findings: Findings) -> list[Chart]:
    """Return what drove the hosts' emissions in the latest span."""
    found = usable(findings, "emission_drivers_by_region", "activity", "structure", "intensity")
    if found is None:
        return []
    hosts = of(found, "region", study.hosts)
    frame = hosts.frame[hosts.frame["start"] == hosts.frame["start"].max()].dropna(subset=["activity"])
    if frame.empty:
        return []
    years = f"{frame['start'].iloc[0]:.0f}-{frame['end'].iloc[0]:.0f}"
    columns: list[Column] = [replace(c, year=years) if c.status else c for c in hosts.columns]
    title = Text(f"What drove the hosts' emissions, {years}", f"承接地排放变化的驱动因素，{years}年")
    view = reshaped(hosts, frame, columns)
    return [_bars(study, view, "region", ["activity", "structure", "intensity"], "emission-drivers", title)]


def gradient_improved(study: Study, findings: Findings) -> list[Chart]:
    """Return the hosts' improved gradient."""
    found = usable(findings, "gradient_improved", "gradient_improved")
    if found is None:
        return []
    hosts = of(of(found, "region", study.hosts), "industry", study.transferable)
    title = Text("Improved gradient of the hosts, with capital", "承接地改进的产业梯度系数（含资本）")
    return [_heat(study, hosts, "industry", "region", "gradient_improved", "gradient-improved", title, 1.0)]


def gradient_gap(study: Study, findings: Findings) -> list[Chart]:
    """Return the mean gap to the origins by industry and host."""
    found = usable(findings, "gradient_gap", "gradient_gap")
    if found is None:
        return []
    frame = found.frame.groupby(["industry", "host"], sort=False)["gradient_gap"].mean().reset_index()
    view = reshaped(found, frame, [found.column(c) for c in ("industry", "host", "gradient_gap")])
    title = Text("Gap of the gradient to the origins, mean", "与转出地的平均产业梯度差")
    note = Text(
        "Positive: the industry stands higher at the origins, so that a move goes down the gradient. Very"
        " large figures are industries that the host hardly has.",
        "为正表示转出地梯度更高，转移为顺梯度。数值极大者为承接地几乎没有的产业。",
    )
    return [_heat(study, view, "industry", "host", "gradient_gap", "gradient-gap", title, 0.0, note)]
