"""What moves it: cost and place."""

from __future__ import annotations

import pandas as pd

from hinterland import charts
from hinterland.charts import Chart
from hinterland.charts.numbers import percent
from hinterland.charts.words import listing
from hinterland.report.chapters import further
from hinterland.report.chapters.frame import HOSTS, LARGEST, OUTPUT, Block, Chapter, hosts, largest
from hinterland.report.pictures import TILES
from hinterland.report.tables import reshaped
from hinterland.report.views import Findings, of, usable
from hinterland.study import EMPTY, Result, Study, Text

COST = Text(
    "It needs regional wages (accounts.wage) or coordinates, origins, hosts and industries that can move.",
    "需要地区工资（accounts.wage）或经纬度，以及转出地、承接地和可转移产业。",
)
PLACE = Text(
    "It needs coordinates of every region and the national input-output table.",
    "需要各地区经纬度和全国投入产出表。",
)
_TABLE = Text(" The table below has the figures.", "数据见下表。")
_PARTS = ("labour", "energy", "freight_in", "freight_out", "land", "tax", "other", "agglomeration")


def _heat(
    study: Study,
    result: Result,
    rows: str,
    columns: str,
    value: str,
    title: Text,
    chart: str,
    centre: float | None,
) -> Chart:
    alt = Text(f"Heat map: {title.en}.", f"热力图：{title.zh}。") + _TABLE
    return charts.heat_map(
        study, result, result.frame, rows, columns, value, title, alt, chart=chart, centre=centre
    )


def savings(study: Study, findings: Findings) -> list[Chart]:
    """Return the saving by industry and host, and the parts of the cost of each host."""
    found = usable(findings, "host_saving", "saving")
    if found is None:
        return []
    view = of(of(found, "host", study.hosts), "industry", study.transferable)
    title = Text("Saving per unit of output by industry and host", "分产业、分承接地的单位产出成本节约")
    out = [_heat(study, view, "industry", "host", "saving", title, "saving-heat", 0.0)]
    known = [f"cost_{p}" for p in _PARTS if bool(found.frame[f"cost_{p}"].notna().all())]
    if known:
        parts = found.frame.groupby("host", sort=False, observed=True)[known].mean().reset_index()
        parts = parts.set_index("host").reindex(list(study.hosts)).reset_index()
        mean = reshaped(found, parts, [found.column(c) for c in ("host", *known)])
        title = Text(
            "Parts of the cost difference, mean of the industries that can move",
            "成本差的构成（可转移产业平均）",
        )
        alt = Text("Bars of each part by host.", "各承接地成本差构成的条形图。") + _TABLE
        out.append(
            charts.bars(
                study,
                mean,
                mean.frame,
                "host",
                known,
                title,
                alt,
                chart="cost-parts",
                note=Text(
                    "Above zero the host is dearer than the origins, below it cheaper.",
                    "大于零表示承接地高于转出地，小于零表示低于转出地。",
                ),
            )
        )
    return out


def labour(study: Study, findings: Findings) -> list[Chart]:
    """Return the hosts' unit labour cost relative to the origins."""
    found = usable(findings, "unit_labour_cost", "relative_to_origins")
    if found is None:
        return []
    view = of(of(found, "region", study.hosts), "industry", study.transferable)
    title = Text("Unit labour cost of the hosts relative to the origins", "承接地单位劳动成本（相对转出地）")
    return [_heat(study, view, "industry", "region", "relative_to_origins", title, "labour-cost", 1.0)]


def history(study: Study, findings: Findings) -> list[Chart]:
    """Return the hosts' unit labour cost over the years."""
    found = usable(findings, "labour_cost_history", "relative_change")
    if found is None or found.frame["year"].nunique() < 2:
        return []
    view = of(found, "region", study.hosts)
    first = int(view.frame["year"].min())
    title = Text(
        f"Unit labour cost relative to the origins, {first} = 1", f"相对转出地的单位劳动成本（{first}年＝1）"
    )
    alt = Text("Lines by host and year.", "各承接地历年折线图。") + _TABLE
    return [
        charts.lines(
            study,
            view,
            view.frame,
            "year",
            "relative_change",
            title,
            alt,
            chart="labour-history",
            by="region",
        )
    ]


def markets(study: Study, findings: Findings) -> list[Chart]:
    """Return the map of market potential."""
    found = usable(findings, "market_potential", "market_potential")
    if found is None:
        return []
    alt = Text("Map of market potential.", "市场潜力方格地图。") + _TABLE
    return [
        charts.tile_map(
            study,
            found,
            "market_potential",
            found.title,
            alt,
            chart="market-potential",
            centre=1.0,
            note=TILES,
        )
    ]


def weights(study: Study, findings: Findings) -> list[Chart]:
    """Return the weights of the drivers with intervals, and their shares."""
    found = usable(findings, "driver_weights", "coefficient")
    if found is None:
        return []
    out = []
    for outcome in ("gain", "growth"):
        rows = found.frame[(found.frame["sample"] == "all_periods") & (found.frame["outcome"] == outcome)]
        view = reshaped(found, rows, found.columns)
        named = study.text("outcome", outcome)
        title = Text(f"Weights of the drivers: {named.en.lower()}", f"驱动因素权重：{named.zh}")
        alt = Text("Dots with intervals, one row for each driver.", "各驱动因素系数及区间的点图。") + _TABLE
        out.append(
            charts.intervals(
                study,
                view,
                rows,
                "driver",
                "coefficient",
                title,
                alt,
                chart=f"driver-weights-{outcome}",
                note=Text(
                    "Change (log) that goes with one standard deviation more. Hollow: the interval holds "
                    "zero.",
                    "每高出一个标准差对应的对数变化。空心表示区间包含零。",
                ),
            )
        )
    return out


def isodapanes(study: Study, findings: Findings) -> list[Chart]:
    """Return the map of isodapanes."""
    found = usable(findings, "isodapane_map", "extra_transport")
    if found is None:
        return []
    alt = Text(
        "Map of extra transport cost with lines of equal cost and the regions' points.",
        "额外运费地图，含等费线和各地区代表点。",
    )
    note = Text(
        "Lines join places of equal extra transport cost per unit of output. Triangles are the industries' "
        "points of least transport, diamonds hosts, hollow circles origins, dots other regions.",
        "曲线连接单位产出额外运费相同的地点。三角为各产业运输成本最小点，菱形为承接地，空心圆为转出地，"
        "圆点为其他地区。",
    )
    title = Text("Extra transport cost per unit of output (isodapanes)", "单位产出的额外运费（等费线）")
    points = usable(findings, "weber_points", "lon", "lat")
    rows = [] if points is None else points.frame.to_dict("records")
    marks = [(float(r["lon"]), float(r["lat"]), study.text("industry", r["industry"])) for r in rows]
    return [
        charts.surface(
            study, found, "extra_transport", title, alt, chart="isodapane-map", note=note, marks=marks
        )
    ]


def critical(study: Study, findings: Findings) -> list[Chart]:
    """Return the hosts' margin over the origins: labour and transport."""
    found = usable(findings, "isodapanes", "margin_origins")
    if found is None:
        return []
    view = of(of(found, "region", study.hosts), "industry", study.transferable)
    title = Text(
        "Labour and transport: the hosts' margin over the origins", "劳动与运费：承接地相对转出地的净节约"
    )
    return [_heat(study, view, "industry", "region", "margin_origins", title, "margin-origins", 0.0)]


def _best(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values("saving", ascending=False, kind="stable")


_BEST = Text("The largest saving first", "节约由大到小")


def _mine(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    rows = frame[frame["region"].isin(study.hosts) & frame["industry"].isin(study.transferable)]
    return rows


_MINE = Text("Hosts, industries that can move", "承接地，可转移产业")


def says(study: Study, findings: Findings) -> list[Text]:
    """Say where there is a saving, what stands against it, and what went with transfer."""
    said: list[Text] = []
    found = usable(findings, "host_saving", "saving", "saving_likely")
    if found is not None:
        said += _savings(study, found)
    found = usable(findings, "unit_labour_cost", "relative_observed")
    if found is not None:
        mine = _mine(study, found.frame)
        rows = mine.dropna(subset=["relative_observed"])
        dear = int((rows["relative_observed"] > 1).sum())
        if len(rows):
            now = mine.dropna(subset=["relative_to_origins"])
            cheap = int((now["relative_to_origins"] < 1).sum())
            year, seen = (found.column(c).year for c in ("relative_to_origins", "relative_observed"))
            said.append(
                Text(
                    f"Labour per unit of output is estimated to be cheaper than in the origins in {cheap} of "
                    f"{len(now)} pairs of host and industry ({year}). Low wages alone do not make it so: as "
                    f"last observed ({seen}), it was dearer than in the nation in {dear} of {len(rows)}.",
                    f"{year}年估计，{len(now)}个承接地—产业组合中有{cheap}个单位产出劳动成本低于转出地。但低工资不等于"
                    f"低成本：按最近一次实测（{seen}年），{len(rows)}个组合中有{dear}个高于全国。",
                )
            )
    found = usable(findings, "weber_points", "lon")
    if found is not None:
        near = found.frame["region"].value_counts()
        name = study.text("region", near.index[0])
        said.append(
            Text(
                f"By transport cost alone the best place of {int(near.iloc[0])} of {len(found.frame)} "
                f"industries is nearest to {name.en}.",
                f"仅就运输成本而言，{len(found.frame)}个产业中有{int(near.iloc[0])}个的最优区位最靠近{name.zh}。",
            )
        )
    found = usable(findings, "driver_weights", "coefficient", "explained_share")
    if found is not None:
        said += _drivers(study, found)
    return said


def _savings(study: Study, found: Result) -> list[Text]:
    frame = found.frame.dropna(subset=["saving"])
    if frame.empty:
        return []
    best = frame.sort_values("saving", ascending=False, kind="stable").iloc[0]
    count, likely = int((frame["saving"] > 0).sum()), int((frame["saving_likely"] > 0.5).sum())
    industry, host = study.text("industry", best["industry"]), study.text("region", best["host"])
    size, low, high = (percent(float(best[k]), 1) for k in ("saving", "saving_low", "saving_high"))
    return [
        Text(
            f"By estimated landed cost, making it in a host rather than in the origins pays in {count} of "
            f"{len(frame)} pairs of industry and host, and in more than half of the draws in {likely}. The "
            f"largest saving is that of {_inside(industry)} in {host.en}: {size} of output, between {low} "
            f"and {high}.",
            f"按估计的到岸成本，{len(frame)}个产业—承接地组合中，有{count}个在承接地生产比转出地节约成本，其中"
            f"{likely}个在半数以上抽样中成立。节约最大的是{host.zh}的{industry.zh}：占产出的{size}，区间{low}至{high}。",
        )
        + _uncounted(study, found)
    ]


def _uncounted(study: Study, found: Result) -> Text:
    """Say which parts of the cost no figure is known of."""
    lacking = [p for p in _PARTS if bool(found.frame[f"cost_{p}"].isna().all())]
    if not lacking:
        return EMPTY
    names = [study.text("column", f"cost_{p}") for p in lacking]
    return Text(" Not counted, for want of data: {l}.", "因缺数据未计入：{l}。").format(
        l=listing([Text(_inside(name), name.zh) for name in names])
    )


def _inside(name: Text) -> str:
    return name.en if name.en[1:2].isupper() else name.en[:1].lower() + name.en[1:]


def _drivers(study: Study, found: Result) -> list[Text]:
    rows = found.frame[(found.frame["sample"] == "all_periods") & (found.frame["outcome"] == "gain")]
    sure = rows[(rows["coefficient_low"] > 0) | (rows["coefficient_high"] < 0)]
    if sure.empty:
        return []
    top = sure.sort_values("explained_share", ascending=False, kind="stable").head(3)
    en, zh = [], []
    for row in top.itertuples():
        name, up = study.text("driver", row.driver), float(str(row.coefficient)) > 0
        en.append(f"{name.en.lower()} ({'more' if up else 'less'}; {float(str(row.explained_share)):.0%})")
        zh.append(f"{name.zh}（{'正' if up else '负'}向，{float(str(row.explained_share)):.0%}）")
    return [
        Text(
            f"What went with regions' past gains, with its share of what the regression explains: "
            f"{', '.join(en)}. This is association, not cause.",
            f"与地区份额增量相伴的因素及其解释份额：{'、'.join(zh)}。系相关而非因果。",
        )
    ]


DRIVERS = Chapter(
    "drivers",
    Text("What moves it: cost and place", "转移动因：成本与区位"),
    Text(
        "Where would it cost less, who is near to markets, and what went with transfer before?",
        "哪里成本更低，谁靠近市场，以往转移与哪些因素相伴？",
    ),
    (
        Block(
            "host_saving",
            Text("Saving by industry and host", "分产业与承接地的成本节约"),
            COST,
            savings,
            _best,
            _BEST,
        ),
        Block(
            "cost_ledger",
            Text("Landed cost by origin, industry and host", "分转出地、产业和承接地的到岸成本"),
            COST,
            further.cost_ledger,
            largest("saving"),
            LARGEST,
            listed=True,
        ),
        Block("unit_labour_cost", Text("Unit labour cost", "单位劳动成本"), COST, labour, _mine, _MINE),
        Block(
            "labour_cost_history",
            Text("Unit labour cost over the years", "单位劳动成本的历年变化"),
            COST,
            history,
            hosts,
            HOSTS,
            optional=True,
        ),
        Block("market_potential", Text("Market potential", "市场潜力"), PLACE, markets),
        Block(
            "market_access",
            Text("Markets and suppliers by industry", "分产业的市场与供应商"),
            PLACE,
            further.market_access,
            _mine,
            _MINE,
            listed=True,
        ),
        Block("driver_weights", Text("Weights of the drivers", "驱动因素权重"), OUTPUT, weights),
        Block(
            "driver_fit",
            Text("The regressions", "回归概况"),
            OUTPUT,
            optional=True,
            listed=True,
            draw=further.driver_fit,
        ),
        Block(
            "isodapane_map",
            Text("What transport adds, place by place", "各地的额外运费"),
            PLACE,
            isodapanes,
            table=False,
        ),
        Block(
            "weber_points",
            Text("Points of least transport", "运输成本最小点"),
            PLACE,
            listed=True,
            draw=further.weber_points,
        ),
        Block(
            "isodapanes",
            Text("Saving against transport", "节约与运费的比较"),
            PLACE,
            critical,
            _mine,
            _MINE,
            listed=True,
        ),
        Block(
            "site_medians",
            Text("Which hosts, if only a few", "若只选少数承接地"),
            PLACE,
            listed=True,
            draw=further.site_medians,
        ),
    ),
    says,
    "potential",
)
