"""What could move: life cycle, flight, complexity and place in the chain, in pictures and words."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from hinterland import charts
from hinterland.charts import Chart, numbers
from hinterland.charts.words import industry_name, listing
from hinterland.report.pictures import TILES
from hinterland.report.tables import reshaped
from hinterland.report.views import Findings, latest, of, usable
from hinterland.study import Study, Text

_FIRM = 0.8
"""Share of draws from which the words call a stage sure."""
_WEAK = 0.3
"""Correlation with diversity below which the words call the sign of complexity weakly determined."""


def _codes(study: Study, kind: str, codes: list[str]) -> Text:
    return listing([_named(study, kind, code) for code in codes])


def _named(study: Study, kind: str, code: str) -> Text:
    """Return a name as a sentence has it: short for industries, which would else fill a line each."""
    return industry_name(study, code) if kind == "industry" else study.text(kind, code)


def says(study: Study, findings: Findings) -> list[Text]:
    """Say which industries are old enough to move, which fly, and what complexity adds."""
    return [
        *_life(study, findings),
        *_geese(study, findings),
        *_complexity(study, findings),
        *_nearness(study, findings),
        *_chain(study, findings),
    ]


def _life(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "life_cycle", "stage_share")
    if found is None:
        return []
    frame = found.frame[found.frame["stage"] != ""]
    out = []
    items = []
    for stage in dict.fromkeys(frame["stage"]):
        count = int((frame["stage"] == stage).sum())
        items.append(
            Text("{n} are in {s}", "{n}个处于{s}").format(n=count, s=_lower(study.text("stage", stage)))
        )
    sure = int((frame["stage_share"] >= _FIRM).sum())
    out.append(
        Text(
            "Of {n} industries whose products travel, {l}. Only {k} of these stages hold in {f} of the draws "
            "or "
            "more: few tables leave the others open.",
            "在{n}个产品可外运的产业中，{l}。其中仅{k}个的阶段判断在{f}以上的抽样中成立，其余因年份较少尚难确定。",
        ).format(n=len(frame), l=listing(items), k=sure, f=numbers.percent(_FIRM, 0))
    )
    movable = frame[frame["expected_to_move"] & frame["industry"].isin(study.transferable)]
    if len(movable):
        leaders = movable.sort_values("origins_since_peak", kind="stable").head(4)
        out.append(
            Text(
                "The theory expects {n} movable industries to leave the origins: mature or declining, and "
                "past "
                "the origins' peak. The origins have given up most in {l}.",
                "按理论预期应从转出地转移的可转移产业有{n}个（成熟或衰退，且转出地份额已过峰值），转出地份额下降最"
                "多的是{l}。",
            ).format(
                n=len(movable),
                l=listing(
                    [
                        Text("{i} ({v} points)", "{i}（{v}个百分点）").format(
                            i=industry_name(study, row["industry"]),
                            v=numbers.figure(100 * float(row["origins_since_peak"]), 1),
                        )
                        for row in leaders.to_dict("records")
                    ]
                ),
            )
        )
    return out


def _lower(text: Text) -> Text:
    return Text(text.en[:1].lower() + text.en[1:], text.zh)


def _geese(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "flying_geese_timing", "hosts_since_peak")
    if found is None:
        return []
    frame = found.frame[found.frame["industry"].isin(study.transferable)]
    flown, past = frame[frame["pattern"] == "to_hosts"], frame[frame["pattern"] == "elsewhere"]
    if frame.empty:
        return []
    said = Text(
        "Of {n} movable industries {k} fly to the hosts: since the origins' share peaked, the hosts' has "
        "risen "
        "by a point of the industry or more",
        "{n}个可转移产业中有{k}个呈现向承接地的雁行转移：自转出地份额见顶以来，承接地份额上升一个百分点以上",
    ).format(n=len(frame), k=len(flown))
    best = flown.sort_values("hosts_since_peak", ascending=False, kind="stable").head(3)
    if len(best):
        said += Text(", most in {l}", "，上升最多的是{l}").format(
            l=_codes(study, "industry", best["industry"].tolist())
        )
    if len(past):
        said += Text(
            "; {l} left the origins for other regions", "；{l}离开转出地，但主要去往其他地区"
        ).format(l=_codes(study, "industry", past["industry"].tolist()))
    return [said + Text(".", "。")]


def _complexity(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "complexity_regions", "rank")
    check = usable(findings, "complexity_check", "spectral_gap")
    if found is None:
        return []
    now = latest(found).frame
    hosts = now[now["region"].isin(study.hosts)].dropna(subset=["rank"]).sort_values("rank", kind="stable")
    out = []
    if len(hosts):
        items = [
            Text(
                "{r} (place {k:g}, between {a:.0f} and {b:.0f})", "{r}（第{k:g}位，区间{a:.0f}—{b:.0f}）"
            ).format(
                r=study.text("region", row["region"]), k=row["rank"], a=row["rank_low"], b=row["rank_high"]
            )
            for row in hosts.to_dict("records")
        ]
        out.append(
            Text(
                "In complexity the hosts stood in {y} at: {l}, of {n} regions.",
                "{y}年各承接地的经济复杂度位次为：{l}（共{n}个地区）。",
            ).format(y=int(now["year"].iloc[0]), l=listing(items), n=int(now["rank"].notna().sum()))
        )
    if check is not None:
        last = check.frame.sort_values("year", kind="stable").iloc[-1]
        said = Text(
            "The spectral gap of that year is {g} (second eigenvalue {s})",
            "该年谱隙为{g}（第二特征值{s}）",
        ).format(
            g=numbers.figure(float(last["spectral_gap"]), 2),
            s=numbers.figure(float(last["second_eigenvalue"]), 2),
        )
        if float(last["diversity_correlation"]) < _WEAK:
            said += Text(
                ", and the sign of the ranking hangs on a correlation with diversity of only {c}: here the "
                "complex regions are hardly the more diverse ones",
                "，排序的方向仅由与多样性{c}的弱相关确定，即复杂度高的地区未必更多样",
            ).format(c=numbers.figure(float(last["diversity_correlation"]), 2))
        out.append(said + Text(".", "。"))
    return out


def _nearness(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "candidates", "rank")
    check = usable(findings, "complexity_check", "auc_density")
    if found is None:
        return []
    items = []
    for host in study.hosts:
        first = found.frame[(found.frame["region"] == host) & (found.frame["rank"] <= 2)]
        if len(first):
            names = [industry_name(study, code) for code in first["industry"]]
            items.append(
                Text("{r} ({l})", "{r}（{l}）").format(
                    r=study.text("region", host),
                    l=Text(", ".join(n.en for n in names), "、".join(n.zh for n in names)),
                )
            )
    out = []
    if items:
        out.append(
            Text(
                "Nearest to what each host has, among movable industries without an advantage there yet: "
                "{l}.",
                "在可转移而当地尚无比较优势的产业中，与现有产业关联最近的：{l}。",
            ).format(l=listing(items))
        )
    if check is not None:
        known = check.frame.dropna(subset=["auc_density", "auc_quotient"])
        density, quotient = float(known["auc_density"].mean()), float(known["auc_quotient"].mean())
        out.append(
            Text(
                "How far to trust it: in the past, nearness placed an industry that a region went on to gain "
                "above "
                "one that it did not in {d} of pairs (one half is chance); {w}.",
                "其可信程度：以往数据中，关联密度将后来取得优势的产业排在未取得者之前的概率为{d}（随机为二分之一），{w}。",
            ).format(
                d=numbers.percent(density, 0),
                w=Text(
                    "how close the industry already was to an advantage did better ({q})",
                    "而产业自身距优势门槛的远近判别力更强（{q}）",
                ).format(q=numbers.percent(quotient, 0))
                if quotient > density
                else Text(
                    "better than how close the industry already was to an advantage ({q})",
                    "优于产业自身距优势门槛的远近（{q}）",
                ).format(q=numbers.percent(quotient, 0)),
            )
        )
    return out


def _chain(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "value_chain", "own_part")
    whole = usable(findings, "value_chain_industries", "own_part")
    if found is None or whole is None:
        return []
    frame = found.frame[
        found.frame["region"].isin(study.hosts) & found.frame["industry"].isin(study.transferable)
    ]
    hosts = float(frame["own_part"].median())
    movable = whole.frame[whole.frame["industry"].isin(study.transferable)]
    place = {
        code: movable.loc[movable["chain_place"] == code, "industry"].tolist()
        for code in ("upstream", "downstream")
    }
    out = [
        Text(
            "Of the value added that a unit of final demand for a host's movable industries makes in the "
            "country, "
            "the host itself keeps {h} (median; estimated)",
            "对承接地可转移产业的单位最终需求所带来的国内增加值中，留在本地的比重中位数为{h}（估计值）",
        ).format(h=numbers.percent(hosts, 0))
        + Text("; over all regions the mean is {m}.", "，全国平均为{m}。").format(
            m=numbers.percent(float(movable["own_part"].mean()), 0)
        )
    ]
    if all(place.values()):
        out.append(
            Text(
                "Upstream in the chain stand {u}; nearest to the final buyer stand {d}.",
                "处于价值链上游的有{u}，最接近最终需求的有{d}。",
            ).format(
                u=_codes(study, "industry", place["upstream"]),
                d=_codes(study, "industry", place["downstream"]),
            )
        )
    return out


def life_cycle(study: Study, findings: Findings) -> list[Chart]:
    """Return growth against the whole in both halves of the years."""
    found = usable(findings, "life_cycle", "growth_early", "growth_late")
    if found is None:
        return []
    frame = found.frame.sort_values("growth_late", ascending=False, kind="stable")
    title = Text("Growth against the whole, first and second half", "各产业相对增速：前半期与后半期")
    return [
        charts.bars(
            study,
            found,
            frame,
            "industry",
            ["growth_early", "growth_late"],
            title,
            Text(
                "Two bars for each industry, the fastest in the later half first. The table below has the "
                "figures.",
                "每个产业两条，按后半期增速由高到低排列。数据见下表。",
            ),
            chart="life-cycle",
        )
    ]


def geese(study: Study, findings: Findings) -> list[Chart]:
    """Return the shares of origins and hosts in the industry that the hosts gained most of."""
    found = usable(findings, "flying_geese", "share")
    timing = usable(findings, "flying_geese_timing", "hosts_since_peak")
    if found is None or timing is None:
        return []
    frame = timing.frame[timing.frame["industry"].isin(study.transferable)].dropna(
        subset=["hosts_since_peak"]
    )
    if frame.empty:
        return []
    code = str(frame.sort_values("hosts_since_peak", kind="stable")["industry"].iloc[-1])
    one = of(found, "industry", [code])
    named = industry_name(study, code)
    title = Text("Who makes it: {i}", "由谁生产：{i}").format(i=named)
    alt = Text(
        "Lines of the shares of origins, hosts and others by year. The table below has the figures.",
        "转出地、承接地和其他地区份额的折线图。数据见下表。",
    )
    bars = frame.sort_values("origins_since_peak", kind="stable")
    return [
        charts.bars(
            study,
            timing,
            bars,
            "industry",
            ["origins_since_peak", "hosts_since_peak"],
            Text("Change of share since the origins' peak", "自转出地份额见顶以来的份额变化"),
            Text(
                "Two bars for each industry: origins and hosts. The table below has the figures.",
                "每个产业两条：转出地与承接地。数据见下表。",
            ),
            chart="geese-change",
        ),
        charts.lines(study, one, one.frame, "year", "share", title, alt, chart="geese-lines", by="role"),
    ]


def complexity(study: Study, findings: Findings) -> list[Chart]:
    """Return a map of complexity and the ranks with their intervals."""
    found = usable(findings, "complexity_regions", "eci", "rank")
    if found is None:
        return []
    now = latest(found)
    year = int(now.frame["year"].iloc[0])
    return [
        charts.tile_map(
            study,
            now,
            "eci",
            Text(f"Complexity of the regions, {year}", f"{year}年地区经济复杂度"),
            Text("Map of the economic complexity index.", "经济复杂度指数方格地图。"),
            chart="complexity-map",
            centre=0.0,
            note=TILES,
        ),
        charts.rank_intervals(
            study,
            replace(now, frame=now.frame.dropna(subset=["rank"])),
            Text("Places in complexity with their intervals", "经济复杂度位次及其区间"),
            Text(
                "Dots with intervals: the place of every region, most complex on top.",
                "各地区位次及区间的点图，复杂度高者在上。",
            ),
            chart="complexity-ranks",
            note=Text("Filled dots are hosts, hollow ones other regions.", "实心为承接地，空心为其他地区。"),
        ),
    ]


def industries(study: Study, findings: Findings) -> list[Chart]:
    """Return the complexity of industries in the latest year."""
    found = usable(findings, "complexity_industries", "pci")
    if found is None:
        return []
    now = latest(found)
    frame = now.frame.dropna(subset=["pci"]).sort_values("pci", ascending=False, kind="stable")
    return [
        charts.bars(
            study,
            now,
            frame,
            "industry",
            ["pci"],
            Text("Complexity of the industries", "产业复杂度"),
            Text("Bars, the most complex first.", "条形图，按复杂度由高到低排列。"),
            chart="complexity-industries",
        )
    ]


def candidates(study: Study, findings: Findings) -> list[Chart]:
    """Return the relatedness density of what the hosts could take up."""
    found = usable(findings, "candidates", "density")
    if found is None:
        return []
    wanted = pd.MultiIndex.from_product([study.transferable, study.hosts], names=["industry", "region"])
    frame = found.frame.set_index(["industry", "region"]).reindex(wanted).reset_index()
    return [
        charts.heat_map(
            study,
            found,
            frame,
            "industry",
            "region",
            "density",
            Text(
                "Nearness of absent industries to what the hosts have",
                "未具优势产业与承接地现有产业的关联密度",
            ),
            Text("Heat map of relatedness density.", "关联密度热力图。"),
            chart="candidates",
            note=Text("Dash: the host has an advantage there already.", "短横线表示承接地已具比较优势。"),
        )
    ]


def chain(study: Study, findings: Findings) -> list[Chart]:
    """Return the part of value added that stays in the host."""
    found = usable(findings, "value_chain", "own_part")
    if found is None:
        return []
    view = of(of(found, "region", study.hosts), "industry", study.transferable)
    return [
        charts.heat_map(
            study,
            view,
            view.frame,
            "industry",
            "region",
            "own_part",
            Text("Part of the value added that stays in the host", "增加值留在承接地的比重"),
            Text("Heat map of the part that stays.", "本地留存比重热力图。"),
            chart="own-part",
        )
    ]


def chain_industries(study: Study, findings: Findings) -> list[Chart]:
    """Return how far each movable industry is from final demand and from primary inputs."""
    found = usable(findings, "value_chain_industries", "upstreamness")
    if found is None:
        return []
    frame: pd.DataFrame = found.frame[found.frame["industry"].isin(study.transferable)]
    frame = frame.sort_values("upstreamness", ascending=False, kind="stable")
    return [
        charts.bars(
            study,
            reshaped(found, frame, found.columns),
            frame,
            "industry",
            ["upstreamness", "downstreamness"],
            Text("Stages to the final buyer, and from primary inputs", "距最终需求与距初始投入的阶段数"),
            Text(
                "Two bars for each industry, the most upstream first.", "每个产业两条，按上游度由高到低排列。"
            ),
            chart="chain-stages",
        )
    ]
