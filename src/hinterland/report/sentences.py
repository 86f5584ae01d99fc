"""What the findings say, in words: each sentence is written only when the figures it needs are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hinterland.charts import numbers
from hinterland.charts.words import listing, phase_name, preset_name, unit
from hinterland.plan.assemble import start_year
from hinterland.report.views import Findings, usable
from hinterland.study import Phase, Study, Text
from hinterland.study.units import spoken


def amount(study: Study, value: float, unit_text: str) -> Text:
    """Return a figure with its unit as a sentence says it: "1,817.6 billion CNY", "18,176亿元".

    Before an unlisted unit that begins with a number stands a times sign. Chinese counts in 万, not in 百万.
    """
    written = unit(study, unit_text)
    zh, zh_name = (100 * value, written.zh[1:]) if written.zh.startswith("百万") else (value, written.zh)
    said, name = spoken(value, written.en)
    shown = numbers.figure(said, 1 if name != written.en and 1000 <= abs(said) < 1e5 else None)
    times = " × " if name[:1].isdigit() else " "
    return Text(f"{shown}{times}{name}".strip(), f"{numbers.figure(zh)}{zh_name}".strip())


def money(study: Study, value: float) -> Text:
    """Return an amount in the study's unit of money."""
    return amount(study, value, study.unit("money"))


def regions(study: Study, codes: list[str]) -> Text:
    """Return names of regions as an enumeration."""
    return listing([study.text("region", code) for code in codes])


def _largest(series: pd.Series[float], most: int) -> pd.Series[float]:
    return series.dropna().sort_values(ascending=False, kind="stable").head(most)


def moved(study: Study, findings: Findings) -> list[Text]:
    """Say what moved in the past: the hosts' share, and where among what can move it changed most."""
    out = []
    for column, lead in (
        (
            "host_share",
            Text(
                "The host regions made {a} of all output in {y0} and {b} in {y1}",
                "承接地占全部总产出的份额，{y0}年为{a}，{y1}年为{b}",
            ),
        ),
        (
            "host_share_movable",
            Text(
                "Of the output of industries that can move they made {a} in {y0} and {b} in {y1}",
                "承接地占可转移产业总产出的份额，{y0}年为{a}，{y1}年为{b}",
            ),
        ),
    ):
        share = usable(findings, "host_share", column)
        if share is None:
            continue
        frame = share.frame.dropna(subset=[column]).sort_values("year", kind="stable")
        first, last = frame.iloc[0], frame.iloc[-1]
        low = frame.loc[frame[column].idxmin()]
        said = lead
        if low["year"] not in (first["year"], last["year"]):
            said += Text("; the lowest share was {c} in {yl}", "，最低为{yl}年的{c}")
        said += Text(".", "。")
        out.append(
            said.format(
                a=numbers.percent(first[column]),
                b=numbers.percent(last[column]),
                c=numbers.percent(low[column]),
                y0=f"{first['year']:.0f}",
                y1=f"{last['year']:.0f}",
                yl=f"{low['year']:.0f}",
            )
        )
    change = usable(findings, "share_change", "share_change_money")
    if change is not None:
        frame = change.frame
        hosts = frame[frame["region"].isin(study.hosts)]
        by_industry = hosts.groupby("industry", observed=True)["share_change_money"].sum(min_count=1)
        # what cannot move grows with its customers: construction would lead the list and tell of no transfer
        movable = by_industry[by_industry.index.isin(study.transferable)].dropna()
        by_industry = movable if len(movable) else by_industry
        years = {"y0": f"{frame['start'].iloc[0]:.0f}", "y1": f"{frame['end'].iloc[0]:.0f}"}
        if len(movable):
            total = float(movable.sum())
            out.append(
                Text(
                    "In the industries that can move, taken together, the hosts' share {w} between {y0} and "
                    "{y1}: the change is worth {v} of output of {y1}.",
                    "{y0}—{y1}年，就可转移产业合计而言，承接地份额{w}，按{y1}年产出折合{v}。",
                ).format(
                    w=Text("rose", "上升") if total > 0 else Text("fell", "下降"),
                    v=money(study, abs(total)),
                    **years,
                )
            )
        gains = _largest(by_industry[by_industry > 0], 3)
        losses = _largest(-by_industry[by_industry < 0], 3)
        for sign, found in ((1, gains), (-1, losses)):
            if found.empty:
                continue
            items = [
                Text("{i} ({v})", "{i}（{v}）").format(i=study.text("industry", c), v=money(study, float(v)))
                for c, v in found.items()
            ]
            template = (
                Text(
                    "Their share rose most in {l} (each in output of {y1}).",
                    "份额上升折算金额最多的是{l}（按{y1}年产出折算）。",
                )
                if sign > 0
                else Text("Their share fell most in {l}.", "份额下降最多的是{l}。")
            )
            out.append(template.format(l=listing(items), **years))
    return out


def hosting(study: Study, findings: Findings) -> list[Text]:
    """Say who could host: the best ranked hosts and how firm their ranks are."""
    capacity = usable(findings, "capacity", "rank")
    if capacity is None:
        return []
    frame = capacity.frame[capacity.frame["region"].isin(study.hosts)].dropna(subset=["rank"])
    if frame.empty:
        return []
    frame = frame.sort_values("rank", kind="stable")
    items = [
        Text("{r} (rank {k:g}, between {a:g} and {b:g})", "{r}（第{k:g}位，区间{a:g}—{b:g}）").format(
            r=study.text("region", row["region"]), k=row["rank"], a=row["rank_low"], b=row["rank_high"]
        )
        for _, row in frame.head(3).iterrows()
    ]
    places, wide = int(capacity.frame["rank"].notna().sum()), rank_width(study, findings)
    said = Text(
        "Of the hosts, the capacity index places highest {l}, among {n} regions.",
        "在{n}个参评地区中，承接能力位次靠前的承接地为{l}。",
    )
    if wide > places / 2:
        said = Text(
            "The capacity index gives no firm ranking of the hosts: their intervals span {w} of {n} places "
            "on average. Its point values put {l} first among them.",
            "承接能力指数不足以给承接地可靠排序：位次区间平均跨{n}个位次中的{w}个。按点估计，靠前的承接地为{l}。",
        )
    out = [said.format(l=listing(items), n=places, w=f"{wide:.0f}")]
    missing = [r for r in study.hosts if r not in set(frame["region"])]
    if missing:
        out.append(
            Text("Not scored for want of data: {l}.", "因缺少数据未能评分：{l}。").format(
                l=regions(study, missing)
            )
        )
    return out


def rank_width(study: Study, findings: Findings) -> float:
    """Return over how many places a host's interval of rank in the capacity index runs, on average."""
    frame = findings["capacity"].frame.dropna(subset=["rank"])
    mine = frame[frame["region"].isin(study.hosts)]
    return float((mine["rank_high"] - mine["rank_low"] + 1).mean())


def wiring(study: Study, findings: Findings) -> list[Text]:
    """Say how regional and national totals were reconciled, and whether the estimated tables balance."""
    out = []
    found = usable(findings, "reconciliation", "regional_total", "national_total")
    if found is not None:
        known = found.frame.dropna(subset=["regional_total", "national_total"])
        regional, national = float(known["regional_total"].sum()), float(known["national_total"].sum())
        ratio = known["regional_total"] / known["national_total"].where(known["national_total"] != 0)
        out.append(
            Text(
                "Regional output adds up to {a}, national output is {b}: a difference of {d}. By industry "
                "the ratio of the two runs from {lo} to {hi}. Every industry's regional figures are brought "
                "to the national total by one common factor; the shares of the regions stay as published.",
                "各地区总产出合计{a}，全国总产出为{b}，相差{d}。分产业看，两者之比在{lo}至{hi}之间。"
                "各产业的地区数据按统一系数调整到全国总量，地区份额保持发布值不变。",
            ).format(
                a=money(study, regional),
                b=money(study, national),
                d=numbers.signed(numbers.percent(regional / national - 1)) if national else numbers.UNKNOWN,
                lo=numbers.figure(float(ratio.min()), 2),
                hi=numbers.figure(float(ratio.max()), 2),
            )
        )
    convergence = usable(findings, "mrio_convergence", "residual")
    if convergence is not None:
        frame = convergence.frame
        out.append(
            Text(
                "The interregional table is estimated, not observed. Its balancing converged for all {n} "
                "industries: after at most {k:.0f} rounds no row or "
                "column was off by more than {r} of its total.",
                "地区间投入产出表为估计值而非观测值。{n}个产业的平衡计算均已收敛，"
                "最多迭代{k:.0f}次后，各行各列与其合计的相对偏差均不超过{r}。",
            ).format(
                n=len(frame),
                r=_part(float(frame["residual"].max())),
                k=float(frame["iterations"].max()),
            )
        )
    return out


def _part(residual: float) -> Text:
    """Return a residual as a planner reads it: below a millionth its digits say nothing."""
    if residual <= 1e-6:
        return Text("a millionth", "百万分之一")
    return Text.same(f"{residual:.1e}")


def plan(study: Study, findings: Findings) -> Mapping[str, list[Text]]:
    """Say what the plan moves (what), from where (origin), to whom (host) and when (phase)."""
    transfers = usable(findings, "plan_transfers", "output")
    if transfers is None:
        return {}
    frame = transfers.frame[transfers.frame["output"] > 0]
    total = float(frame["output"].sum())
    if total <= 0:
        return {"what": [Text("The plan moves nothing within its limits.", "在约束之内，方案没有任何转移。")]}

    def parts(column: str, kind: str, most: int) -> Text:
        largest = _largest(frame.groupby(column, observed=True)["output"].sum(), most)
        return listing(
            [
                Text("{c} ({v})", "{c}（{v}）").format(
                    c=study.text(kind, c), v=numbers.percent(float(v) / total, 0)
                )
                for c, v in largest.items()
            ]
        )

    phases = {phase.code: phase for phase in study.phases()}
    by_phase = frame.groupby(frame["phase"].astype(str), observed=True)["output"].sum()
    when = [
        Text("{p}: {v}", "{p}占{v}").format(
            p=phase_name(study, code), v=numbers.percent(float(by_phase[code]) / total, 0)
        )
        for code in phases
        if code in by_phase.index
    ]
    return {
        "what": [
            Text(
                "Yearly output worth {m} changes place by {y}, in {n} industries; the largest are {l}.",
                "到{y}年，共有年产出{m}、涉及{n}个产业发生转移；规模最大的是{l}。",
            ).format(
                m=money(study, total),
                y=max((p.end for p in phases.values()), default=study.base_year),
                n=frame["industry"].nunique(),
                l=parts("industry", "industry", 3),
            )
        ],
        "origin": [
            Text("From {n} origins, most from {l}.", "转出地{n}个，主要为{l}。").format(
                n=frame["origin"].nunique(), l=parts("origin", "region", 3)
            )
        ],
        "host": [
            Text("To {n} hosts, most to {l}.", "承接地{n}个，主要为{l}。").format(
                n=frame["host"].nunique(), l=parts("host", "region", 3)
            )
        ],
        "phase": [Text("Share of the whole by phase: {l}.", "分阶段占比：{l}。").format(l=_series(when))],
    }


def _series(items: list[Text]) -> Text:
    return Text("; ".join(i.en for i in items), "，".join(i.zh for i in items))


def brings(study: Study, findings: Findings) -> list[Text]:
    """Say what the plan would bring to the hosts and take from the origins."""
    impact = usable(findings, "impact_by_region", "value_added_change")
    if impact is None:
        return []
    frame = impact.frame.set_index("region")
    out = []
    for label, codes in (
        (Text("the hosts", "承接地"), study.hosts),
        (Text("the origins", "转出地"), study.origins),
    ):
        part = frame.reindex([c for c in codes if c in frame.index])
        items = []
        for column, word, quantity in (
            ("value_added_change", Text("value added", "增加值"), "money"),
            ("employment_change", Text("employment", "就业"), "labour"),
            ("co2_change", Text("emissions", "排放"), "carbon"),
        ):
            if column in part and not part[column].isna().all():
                value = float(part[column].sum())
                written = amount(study, value, impact.column(column).unit or study.unit(quantity))
                plus = "+" if value > 0 else ""
                items.append(Text(f"{word.en} {plus}{written.en}", f"{word.zh}{plus}{written.zh}"))
        if items:
            out.append(
                Text(
                    "A year of the whole plan, suppliers and customers included, means for {w}: {l}.",
                    "方案全部实施后，连同上下游，{w}每年的变化为：{l}。",
                ).format(w=label, l=Text("; ".join(i.en for i in items), "；".join(i.zh for i in items)))
            )
    return out


def prices(study: Study, findings: Findings, most: int = 6) -> list[Text]:
    """Return the shadow prices' own words, dearest first within each unit, one each in turn."""
    found = usable(findings, "shadow_prices", "price")
    if found is None or "words_en" not in found.frame:
        return []
    frame = found.frame[found.frame["price"].abs() > 0].copy()
    frame["size"] = frame["price"].abs()
    frame["turn"] = frame.groupby("unit", observed=True)["size"].rank(ascending=False, method="first")
    frame = frame.sort_values(["turn", "size"], ascending=[True, False], kind="stable").head(most)
    return [Text(str(a), str(b)) for a, b in zip(frame["words_en"], frame["words_zh"], strict=True) if a]


def limits(study: Study, findings: Findings) -> list[Text]:
    """Say how many of the plan's limits bind, by kind."""
    found = usable(findings, "plan_limits", "used")
    if found is None or "binding" not in found.frame:
        return []
    frame = found.frame.assign(binding=found.frame["binding"].astype(bool))
    total, bound = len(frame), frame[frame["binding"]]
    if bound.empty:
        return [Text("None of the {n} limits is reached.", "{n}项约束均未用尽。").format(n=total)]
    kinds = bound.groupby("constraint", observed=True).size().sort_values(ascending=False, kind="stable")
    items = [
        Text("{c} ({n})", "{c}（{n}）").format(c=_inside(study.text("constraint", c)), n=int(n))
        for c, n in kinds.items()
    ]
    return [
        Text("Of {n} limits {b} are reached: {l}.", "{n}项约束中有{b}项用尽：{l}。").format(
            n=total, b=len(bound), l=listing(items[:5])
        )
    ]


def certainty(study: Study, findings: Findings, manifest: Mapping[str, Any]) -> list[Text]:
    """Say how sure all this is: what is assumed and estimated, what was verified, what is missing."""
    out = []
    derived = usable(findings, "derived_data")
    if derived is not None:
        counts = derived.frame["status"].value_counts()
        out.append(
            Text(
                "The plan rests on observed output and on {e} estimated and {a} assumed quantities, marked "
                "as such wherever they are shown.",
                "方案以观测的产出数据为基础，另用到{e}项估计量和{a}项假设量，均在出现处标明。",
            ).format(e=int(counts.get("estimated", 0)), a=int(counts.get("assumption", 0)))
        )
    verified = usable(findings, "plan_verification", "largest_violation")
    if verified is not None:
        holds = verified.frame["holds"].astype(bool)
        if bool(holds.all()):
            out.append(
                Text(
                    "Every limit was checked again outside the solver and holds.",
                    "全部约束已在求解器之外重新核验，均成立。",
                )
            )
        else:
            out.append(
                Text(
                    "{n} kinds of limits fail the check outside the solver.",
                    "有{n}类约束未通过求解器之外的核验。",
                ).format(n=int((~holds).sum()))
            )
    missing = list(manifest.get("left_out") or ())
    if missing:
        out.append(
            Text(
                "Parts that could not be computed for want of data: {n}; the chapters say which.",
                "因缺少数据，有{n}部分未能计算，见各章说明。",
            ).format(n=len(missing))
        )
    out += risks(study, findings)[:1]
    return out


def compared(study: Study, findings: Findings) -> list[Text]:
    """Say how the plan differs from the one with the other preset of phases."""
    found = usable(findings, "plan_comparison", "plan", "comparison")
    if found is None:
        return []
    frame = found.frame.dropna(subset=["plan", "comparison"])
    chosen = frame[frame["measure"].isin(["value_added", "employment", "co2"])]
    items = []
    for row in chosen.to_dict("records"):
        a, b = (amount(study, float(row[k]), str(row.get("unit", ""))) for k in ("plan", "comparison"))
        items.append(
            Text("{m}: {a} instead of {b}", "{m}为{a}，对照分期为{b}").format(
                m=_inside(study.text("measure", row["measure"])), a=a, b=b
            )
        )
    if not items:
        return []
    said = Text("; ".join(t.en for t in items), "；".join(t.zh for t in items))
    out = [
        Text(
            "Compared with {w} (suppliers and customers left out) — {l}.", "与{w}相比（不含上下游）：{l}。"
        ).format(w=_other_preset(study), l=said),
    ]
    over = elapsed(study)
    if over:
        names = listing([phase.label for phase in over])
        out.append(
            Text(
                "Of those phases, {p} is over: nothing is planned in it, and the growth it would have "
                "allowed is lost to that plan."
                if len(over) == 1
                else "Of those phases, {p} are over: nothing is planned in them, and the growth they would "
                "have allowed is lost to that plan.",
                "该分期中的{p}已经结束，不再安排转移，其原可容纳的增长对该方案而言已经失去。",
            ).format(p=names)
        )
    return out


def _other_preset(study: Study) -> Text:
    """Name the preset of phases that the plan is compared with."""
    return _inside(preset_name(study, study.config["study"].get("compare_preset", "")))


def _inside(name: Text) -> Text:
    """Return a name as it reads inside a sentence; abbreviations keep their capitals."""
    return Text(name.en if name.en[1:2].isupper() else name.en[:1].lower() + name.en[1:], name.zh)


def elapsed(study: Study) -> list[Phase]:
    """Return the phases of the other preset that end before the plan begins."""
    other = study.config["study"].get("compare_preset")
    if other not in study.presets:
        return []
    begins = start_year(study)
    return [phase for phase in study.phases(str(other)) if phase.end < begins]


def risks(study: Study, findings: Findings) -> list[Text]:
    """Say how many risks there are, how many of them high, and of which families."""
    found = usable(findings, "risk_register")
    if found is None:
        return []
    frame = found.frame
    out = [
        Text(
            "Entries in the risk register: {n}, of which high: {h}.", "风险登记共{n}项，其中高风险{h}项。"
        ).format(n=len(frame), h=int((frame["level"] == "high").sum()))
    ]
    high = frame[frame["level"] == "high"].groupby("family", observed=True).size()
    if len(high):
        items = [
            Text("{f} ({n})", "{f}（{n}）").format(f=study.text("family", f), n=int(n))
            for f, n in high.sort_values(ascending=False, kind="stable").items()
        ]
        out.append(Text("The high ones by family: {l}.", "高风险按类别：{l}。").format(l=listing(items)))
    return out


def claims(study: Study, findings: Findings, name: str = "claims") -> Text | None:
    """Say how many claims are supported, not supported or open, and which verdicts hang on a threshold."""
    found = usable(findings, name, "verdict")
    if found is None:
        return None
    counts = found.frame["verdict"].value_counts()
    against = int(counts.get("not_supported", 0))
    said = Text(
        "Of {n} claims {a} are supported, {b}, and on {c} the figures cannot say.",
        "共{n}条论断：支持{a}条，不支持{b}条，无法判断{c}条。",
    ).format(
        n=len(found.frame),
        a=int(counts.get("supported", 0)),
        b=Text("one is not" if against == 1 else f"{against or 'none'} are not", str(against)),
        c=int(counts.get("cannot_say", 0)),
    )
    if "firm" not in found.frame:
        return said
    loose = int((~found.frame["firm"].astype(bool)).sum())
    if name == "claims":  # said once, where the reader meets the first of them
        said += Text(
            " A verdict is firm when it is the same at both ends of the ranges thought possible for the "
            "thresholds it is judged by.",
            "判断阈值取其合理范围两端时结论不变者为“稳健”。",
        )
    if loose == 0:
        return said + Text(" All verdicts are firm.", "全部判断均稳健。")
    return said + Text(
        " Not firm, and marked so: {k}.",
        "不稳健并已标明的有{k}条。",
    ).format(k=loose)
