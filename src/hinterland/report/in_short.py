"""The chapters' main findings for the summary: one sentence each, written only when the figures are there."""

from __future__ import annotations

from hinterland.charts import numbers
from hinterland.charts.words import listing
from hinterland.report import whom
from hinterland.report.views import Findings, usable
from hinterland.study import EMPTY, Study, Text


def received(study: Study, findings: Findings) -> list[Text]:
    """Say from which group of regions the hosts gained most in the latest phase, by estimate."""
    return whom.groups(study, findings)[-1:]


def policies(study: Study, findings: Findings) -> list[Text]:
    """Say what the evaluations of past policies came to."""
    found = usable(findings, "quasi_verdicts", "effect")
    if found is None:
        return []
    items = []
    for row in found.frame.to_dict("records"):
        verdict = study.text("verdict", row["verdict"])
        items.append(
            Text("{n} ({v})", "{n}（{v}）").format(
                n=study.text("evaluation", row["evaluation"]), v=Text(verdict.en.lower(), verdict.zh)
            )
        )
    firm = int((found.frame["verdict"] == "supported").sum())
    return [
        Text(
            "Of {n} effects of past policies looked for, {k} stand up to every check: {l}.",
            "在评估的{n}项过往政策效应中，{k}经得起各项检验：{l}。",
        ).format(
            k=Text(str(firm), f"{firm}项") if firm else Text("none", "没有一项"),
            n=len(items),
            l=Text("; ".join(i.en for i in items), "；".join(i.zh for i in items)),
        )
    ]


def drivers(study: Study, findings: Findings) -> list[Text]:
    """Say in how many pairs of industry and host making it there costs less, and where least."""
    found = usable(findings, "host_saving", "saving", "saving_likely")
    if found is None:
        return []
    frame = found.frame.dropna(subset=["saving"])
    likely = int((frame["saving_likely"] > 0.5).sum())
    if not likely:
        return [
            Text(
                "In none of {n} pairs of industry and host is making it there more likely than not to cost "
                "less than in the origins (estimate).",
                "{n}个产业—承接地组合中，没有一个较可能比转出地节约成本（估计）。",
            ).format(n=len(frame))
        ]
    best = frame.sort_values("saving", ascending=False, kind="stable").iloc[0]
    return [
        Text(
            "In {k} of {n} pairs of industry and host, making it there would more likely than not cost less "
            "than "
            "in the origins; the largest saving is estimated for {i} in {h}, {v} of output (between {a} and "
            "{b}).",
            "{n}个产业—承接地组合中，有{k}个较可能比转出地节约成本；估计节约最大的是{h}的{i}，为产出的{v}"
            "（区间{a}至{b}）。",
        ).format(
            k=likely,
            n=len(frame),
            i=study.text("industry", best["industry"]),
            h=study.text("region", best["host"]),
            v=numbers.percent(float(best["saving"])),
            a=numbers.percent(float(best["saving_low"])),
            b=numbers.percent(float(best["saving_high"])),
        )
    ]


def role(study: Study, findings: Findings) -> list[Text]:
    """Say which host fits each role of the hinterland best."""
    found = usable(findings, "positioning", "score", "host_rank")
    if found is None:
        return []
    frame = found.frame[found.frame["region"].isin(study.hosts)].dropna(subset=["score"])
    items = []
    for code in dict.fromkeys(frame["role"]):
        best = frame[frame["role"] == code].sort_values("host_rank", kind="stable").iloc[0]
        named = study.text("role", code)
        items.append(
            Text(
                "{o} {r} (rank {k:g} of all, between {a:g} and {b:g})",
                "{o}为{r}（全部地区第{k:g}位，区间{a:g}—{b:g}）",
            ).format(
                o=Text(named.en.lower(), named.zh),
                r=study.text("region", best["region"]),
                k=best["rank"],
                a=best["rank_low"],
                b=best["rank_high"],
            )
        )
    if not items:
        return []
    return [Text("Best fit for each role: {l}.", "各角色最适合的承接地：{l}。").format(l=_series(items))]


def selection(study: Study, findings: Findings) -> list[Text]:
    """Say which industry ranks first in each host that has one of first or second priority."""
    found = usable(findings, "industry_ranking", "score", "rank")
    if found is None:
        return []
    ranked = found.frame.dropna(subset=["rank"]).sort_values("rank", kind="stable")
    hosts_of: dict[str, list[str]] = {}
    for host in study.hosts:
        mine = ranked[(ranked["host"] == host) & ranked["priority"].isin(["first", "second"])]
        if len(mine):
            hosts_of.setdefault(str(mine["industry"].iloc[0]), []).append(host)
    if not hosts_of:
        return []
    items = [
        Text("{i} ({r})", "{i}（{r}）").format(
            i=study.text("industry", industry),
            r=Text(
                ", ".join(study.text("region", h).en for h in hosts),
                "、".join(study.text("region", h).zh for h in hosts),
            ),
        )
        for industry, hosts in hosts_of.items()
    ]
    return [
        Text(
            "{k} of {n} pairs of industry and host pass the screens of policy and environment; first choice "
            "of the hosts that have a pair of first or second priority: {l}.",
            "{n}个产业—承接地组合中有{k}个通过政策与环境筛选；在具有第一、第二优先组合的承接地中，首选产业为"
            "{l}。",
        ).format(k=int((found.frame["screen"] != "fail").sum()), n=len(found.frame), l=listing(items))
    ]


def security(study: Study, findings: Findings) -> list[Text]:
    """Say what standby capacity in the hosts saves, and how severe an event must be for it to pay there."""
    found = usable(findings, "backup_by_severity", "backup_value", "backup_value_there")
    if found is None:
        return []
    frame = found.frame.sort_values("loss", kind="stable")
    better = frame[frame["backup_value"] > frame["backup_value_there"]]
    least, most = frame.iloc[0], frame.iloc[-1]
    said = Text(
        "A unit of standby capacity in the hosts would save, by estimate, {a:.2f} to {b:.2f} units of output "
        "if one of the largest origins lost {p} to {q} of its capacity",
        "据估计，若某一主要转出地损失{p}至{q}的产能，承接地每单位备用产能可挽回{a:.2f}至{b:.2f}单位产出",
    ).format(
        a=float(least["backup_value"]),
        b=float(most["backup_value"]),
        p=numbers.percent(float(least["loss"]), 0),
        q=numbers.percent(float(most["loss"]), 0),
    )
    if len(better):
        said += Text(
            "; only from a loss of {s} on is that more than in the struck province itself.",
            "；损失达到{s}时才高于置于受冲击省份自身。",
        ).format(s=numbers.percent(float(better.iloc[0]["loss"]), 0))
    else:
        said += Text("; in the struck province itself it would save more.", "；但均低于置于受冲击省份自身。")
    return [said]


def _series(items: list[Text]) -> Text:
    """Return findings that have commas of their own as one sentence."""
    return Text("; ".join(i.en for i in items), "；".join(i.zh for i in items)) if items else EMPTY
