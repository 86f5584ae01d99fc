"""Who moved to whom, in words and pictures: always an estimate, always beside what the estimate is worth."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from hinterland import charts
from hinterland.charts import Chart, numbers
from hinterland.charts.words import listing, phase_name
from hinterland.report.sentences import money
from hinterland.report.tables import reshaped
from hinterland.report.views import Findings, usable
from hinterland.study import Result, Study, Text

_MOST_SOURCES = 10
_MOST_PAIRS = 12
_MOST_ORIGINS = 12
_MOST_DRAWN = 7
_MOST_INDUSTRIES = 8
_OTHERS = "others"
_IN_TABLE = Text(" The table below has the figures.", "数据见下表。")


def latest_phase(frame: pd.DataFrame) -> str:
    """Return the last phase of a table in order of time."""
    return str(frame["phase"].iloc[-1])


def _estimated(study: Study) -> Text:
    level = numbers.percent(float(study.parameter("measure.transfer_confidence")), 0)
    return Text(
        "Estimated from what each region lost and gained; no record of moves. Lines: intervals of {s}.",
        "由各地区份额增减推算，并非转移记录；横线为{s}区间。",
    ).format(s=level)


def says(study: Study, findings: Findings) -> list[Text]:
    """Say from whom the hosts received, what this estimate is worth, and what would replace it."""
    told = [*reversed(groups(study, findings))]
    return [
        *_records(study, findings),
        *told[:1],
        *_sources(study, findings),
        *_worth(study, findings),
        *told[1:],
        *_instead(study, findings),
    ]


def _records(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "transfer_events", "events")
    if found is None:
        return []
    frame = found.frame
    known = frame[frame["origin"] != "unknown"]
    count = int(frame["events"].sum())
    out = Text(
        "Recorded: {n} moves, {k} of them with a known origin. Records come before any estimate; where the "
        "two differ, believe the records.",
        "有记录的转移{n}项，其中{k}项转出地明确。记录优先于估计，二者不一致时以记录为准。",
    ).format(n=count, k=int(known["events"].sum()))
    return [out]


def _share(row: dict[str, object]) -> Text:
    return Text("{v} (between {a} and {b})", "{v}（区间{a}—{b}）").format(
        v=numbers.percent(float(str(row["share"])), 0),
        a=numbers.percent(float(str(row["share_low"])), 0),
        b=numbers.percent(float(str(row["share_high"])), 0),
    )


def groups(study: Study, findings: Findings) -> list[Text]:
    """Say for each phase of the past from which group of regions the hosts gained most."""
    found = usable(findings, "transfer_source_groups", "share")
    if found is None:
        return []
    out = []
    for phase in dict.fromkeys(found.frame["phase"]):
        rows = found.frame[(found.frame["phase"] == phase)].dropna(subset=["share"])
        if rows.empty:
            continue
        row = rows.loc[rows["share"].idxmax()].to_dict()
        total = float(rows["transfer"].sum())
        least = float(row["bound_low"]) / total if total > 0 else 0.0
        said = Text(
            "{p}: the largest source is the group {g}, with an estimated {v} of what the hosts gained in "
            "industries that can move ({t})",
            "{p}：最大来源为{g}，估计占承接地可转移产业增加额（{t}）的{v}",
        )
        if least >= 0.05:
            said += Text(
                "; whatever the pairs were, it cannot have been less than {m}", "；无论如何配对，均不低于{m}"
            )
        out.append(
            (said + Text(".", "。")).format(
                p=phase_name(study, phase),
                t=money(study, total),
                v=_share(row),
                g=study.text("group", row["group"]),
                m=numbers.percent(least, 0),
            )
        )
    return out


def _sources(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "transfer_sources", "share")
    if found is None:
        return []
    frame = found.frame
    phase = latest_phase(frame)
    rows = frame[frame["phase"] == phase].head(3).to_dict("records")
    items = [
        Text("{r} {v}", "{r}{v}").format(r=study.text("region", row["origin"]), v=_share(row)) for row in rows
    ]
    return [
        Text("{p}: the largest source regions are, by estimate, {l}.", "{p}：估计的主要来源地为{l}。").format(
            p=phase_name(study, phase), l=listing(items)
        )
    ]


def _worth(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "transfer_recovery", "mass_placed", "coverage_cells")
    if found is None:
        return []
    frame = found.frame.set_index(["world", "estimator"])
    mean, plain = frame.loc[("all", "entropy")], frame.loc[("all", "proportional")]
    kinds = found.frame[(found.frame["estimator"] == "entropy") & (found.frame["world"] != "all")]
    worst = kinds.loc[kinds["mass_placed"].idxmin()]
    out = [
        Text(
            "These are estimates, not records, and a gain of share need not be a move. In {n} kinds of "
            "simulated economies on this map, whose moves are known, the estimate puts {m} of the moved "
            "output in the right pair of regions ({w} in the worst kind: {k}), and its intervals of {s} hold "
            "the truth in {c} of the cells.",
            "以上均为估计，而非记录，且份额上升未必是企业搬迁所致。在以本研究地图模拟的{n}类转移已知的经济"
            "中，该估计把{m}的转移量放在正确的地区对上（最差一类为{w}：{k}），{s}区间在{c}的单元中包含真实"
            "值。",
        ).format(
            n=len(kinds),
            m=numbers.percent(float(mean["mass_placed"]), 0),
            w=numbers.percent(float(worst["mass_placed"]), 0),
            k=_inside(study.text("world", worst["world"])),
            s=numbers.percent(float(study.parameter("measure.transfer_confidence")), 0),
            c=numbers.percent(float(mean["coverage_cells"]), 0),
        )
    ]
    gain = float(mean["mass_placed"]) - float(plain["mass_placed"])
    if gain < 0.05:
        out.append(
            Text(
                "Nearly all of that comes from the totals: splitting each gain in proportion to the losses, "
                "without distance, places {m}. Single pairs are weakly known; read sums over groups and "
                "hosts, with their intervals.",
                "其中绝大部分信息来自合计本身：不考虑距离、仅按转出额比例分摊的吻合比例为{m}。单个地区对的把"
                "握较小，宜看分板块、分承接地的合计及其区间。",
            ).format(m=numbers.percent(float(plain["mass_placed"]), 0))
        )
    return out


def _instead(study: Study, findings: Findings) -> list[Text]:
    if usable(findings, "transfer_sources", "share") is None or "transfer_events" in findings:
        return []
    return [
        Text(
            "Records would replace it: give the moves that are known (firm or project, year, industry, "
            "origin, host, amount) in a table of transfer events, and they are added up exactly.",
            "转移记录可取代估计：在转移记录表中给出已知的转移（企业或项目、年份、产业、转出地、承接地、数"
            "额），即可精确汇总。",
        )
    ]


def _inside(name: Text) -> Text:
    return Text(name.en[:1].lower() + name.en[1:], name.zh)


def source_groups(study: Study, findings: Findings) -> list[Chart]:
    """Return each group's share of what the hosts gained, by phase, with intervals."""
    found = usable(findings, "transfer_source_groups", "share")
    if found is None:
        return []
    found, frame = _undated(found), found.frame.dropna(subset=["share"])
    now = frame[frame["phase"] == latest_phase(frame)].sort_values("share", ascending=False, kind="stable")
    return [
        charts.intervals(
            study,
            found,
            now,
            [study.text("group", g) for g in now["group"]],
            "share",
            _of_phase(
                study,
                found.frame,
                Text("Where the hosts' gains came from, by group", "承接地增加额的来源：分板块"),
            ),
            Text(
                "Dots with intervals: share of each group of regions, the largest first.",
                "各板块所占比重及其区间的点图，由大到小。",
            )
            + _IN_TABLE,
            chart="whom-groups",
            note=_estimated(study),
        )
    ]


def _of_phase(study: Study, frame: pd.DataFrame, title: Text) -> Text:
    return Text("{t}: {p}", "{t}：{p}").format(t=title, p=phase_name(study, latest_phase(frame)))


def _undated(result: Result) -> Result:
    """Return a result whose figures bear no years of the whole table: the title names the phase."""
    return replace(result, columns=tuple(replace(c, year="") for c in result.columns))


def sources(study: Study, findings: Findings) -> list[Chart]:
    """Return the largest source regions of the latest phase with their intervals."""
    found = usable(findings, "transfer_sources", "transfer")
    if found is None:
        return []
    found = _undated(found)
    frame = found.frame[found.frame["phase"] == latest_phase(found.frame)].head(_MOST_SOURCES)
    return [
        charts.intervals(
            study,
            found,
            frame,
            [study.text("region", r) for r in frame["origin"]],
            "share",
            _of_phase(study, found.frame, Text("Source regions of the hosts", "承接地的来源地")),
            Text(
                "Dots with intervals: the ten largest source regions.", "前十位来源地所占比重及其区间的点图。"
            )
            + _IN_TABLE,
            chart="whom-sources",
            note=_estimated(study),
        )
    ]


def pairs(study: Study, findings: Findings) -> list[Chart]:
    """Return the largest pairs with intervals, and a heat map of sources by hosts, of the latest phase."""
    found = usable(findings, "transfer_pairs", "transfer")
    if found is None:
        return []
    found = _undated(found)
    now = found.frame[found.frame["phase"] == latest_phase(found.frame)]
    now = now[now["host"].isin(study.hosts) & (now["transfer"] > 0)]
    if now.empty:
        return []
    top = now.head(_MOST_PAIRS)
    sizes = now.groupby("origin", observed=True)["transfer"].sum().sort_values(ascending=False, kind="stable")
    shown = now[now["origin"].isin(sizes.index[:_MOST_ORIGINS])]
    places = {
        side: {region: k for k, region in enumerate(regions)}
        for side, regions in (("origin", sizes.index), ("host", study.hosts))
    }
    shown = shown.sort_values(["origin", "host"], key=lambda s: s.map(places[str(s.name)]), kind="stable")
    return [
        charts.intervals(
            study,
            found,
            top,
            [
                Text("{o} → {h}", "{o}→{h}").format(o=study.text("region", o), h=study.text("region", h))
                for o, h in zip(top["origin"], top["host"], strict=True)
            ],
            "transfer",
            _of_phase(study, found.frame, Text("Largest moves to the hosts", "转向承接地的最大流量")),
            Text("Dots with intervals: the largest pairs.", "最大地区对转移量及其区间的点图。") + _IN_TABLE,
            chart="whom-pairs",
            note=_estimated(study),
        ),
        charts.heat_map(
            study,
            reshaped(found, shown, found.columns),
            shown,
            "origin",
            "host",
            "transfer",
            _of_phase(
                study,
                found.frame,
                Text(
                    "Who moved to which host (rows: from, columns: to)",
                    "谁转向哪个承接地（行为来源，列为去向）",
                ),
            ),
            Text("Heat map of source regions by hosts.", "来源地与承接地的热力图。") + _IN_TABLE,
            chart="whom-matrix",
            note=Text(
                "Estimated. Empty: the source lost nothing, or the host gained nothing.",
                "估计值。空白表示来源地未减少或承接地未增加。",
            ),
        ),
    ]


def flows(study: Study, findings: Findings) -> list[Chart]:
    """Return the Sankey diagram from sources over industries to the hosts, of the latest phase."""
    found = usable(findings, "transfer_flows", "transfer")
    if found is None:
        return []
    found = _undated(found)
    now = found.frame[found.frame["phase"] == latest_phase(found.frame)]
    now = now[now["host"].isin(study.hosts) & (now["transfer"] > 0)]
    if now.empty:
        return []
    sizes = now.groupby("origin", observed=True)["transfer"].sum().sort_values(ascending=False, kind="stable")
    kept = set(sizes.index[:_MOST_DRAWN] if len(sizes) > _MOST_DRAWN + 1 else sizes.index)
    view: Result = reshaped(
        found, now.assign(origin=now["origin"].where(now["origin"].isin(kept), _OTHERS)), found.columns
    )
    return [
        charts.sankey(
            study,
            view,
            _of_phase(study, found.frame, Text("Who moved what to which host", "谁把什么转向哪个承接地")),
            Text(
                "Flows from sources on the left over industries in the middle to hosts on the right.",
                "左为来源地，中为产业，右为承接地的桑基图。",
            )
            + _IN_TABLE,
            chart="whom-sankey",
            value="transfer",
            most=_MOST_INDUSTRIES,
            note=Text(
                "Estimated, middle values; the intervals are in the table. Left: sources. Middle: "
                "industries. Right: hosts.",
                "估计的中间值，区间见下表。左：来源地；中：产业；右：承接地。",
            ),
        )
    ]


def recovery(study: Study, findings: Findings) -> list[Chart]:
    """Return how much of the known moves the estimate places rightly, by kind of economy."""
    found = usable(findings, "transfer_recovery", "mass_placed")
    if found is None:
        return []
    wide = found.frame.pivot(index="world", columns="estimator", values="mass_placed")
    order = [w for w in dict.fromkeys(found.frame["world"])]
    estimators = list(dict.fromkeys(found.frame["estimator"]))
    frame = wide.reindex(order)[estimators].reset_index()
    of = found.column("mass_placed")
    columns = [
        found.column("world"),
        *(replace(of, name=e, label=study.text("estimator", e)) for e in estimators),
    ]
    view = reshaped(found, frame, columns)
    return [
        charts.bars(
            study,
            view,
            frame,
            "world",
            estimators,
            Text("Mass of moves placed rightly, in simulated economies", "模拟经济中转移量的吻合比例"),
            Text(
                "Bars for each kind of economy: the estimate and two that know less.",
                "各类经济中本估计与两种信息较少的估计的条形图。",
            )
            + _IN_TABLE,
            chart="whom-recovery",
        )
    ]
