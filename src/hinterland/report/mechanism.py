"""How receiving industries upgrades a region, in pictures and words that claim no more than was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hinterland import charts
from hinterland.charts import Chart
from hinterland.charts.words import listing
from hinterland.report.views import Findings, usable
from hinterland.study import Study, Text


def _outcomes(study: Study, codes: Iterable[str]) -> Text:
    return _list([study.text("outcome", code) for code in dict.fromkeys(codes)])


def _list(names: list[Text]) -> Text:
    """Return names as an enumeration; only the first keeps its capital."""
    lower = [Text(t.en[:1].lower() + t.en[1:], t.zh) for t in names[1:]]
    return listing([*names[:1], *lower])


def says(study: Study, findings: Findings) -> list[Text]:
    """Say what the panel shows, what it does not, and whether others gain or lose."""
    return [*_effects(study, findings), *_spatial(study, findings), *_channels(study, findings)]


_SAID = {
    "consistent": Text(
        "{l}: rises where industries are received. The estimate holds with controls, for earlier transfer "
        "and in "
        "flows, and later transfer explains nothing.",
        "{l}：随承接转移而提升。加入控制变量、采用前期转移和流量设定时结论均成立，且后期转移不显著。",
    ),
    "fragile": Text(
        "{l}: the main estimate is positive but does not hold in every specification. Take it as a hint, not "
        "as a "
        "finding.",
        "{l}：主要估计为正，但并非在各种设定下都成立，只能视为线索，不足以下结论。",
    ),
    "tied": Text(
        "{l}: the estimate is positive but says little, for the region's own output stands on both sides of "
        "the "
        "equation.",
        "{l}：估计为正，但说明力有限，方程两边都包含本地区产出。",
    ),
    "none": Text(
        "{l}: no effect can be told from nothing.",
        "{l}：未发现可与零区分的效应。",
    ),
    "against": Text(
        "{l}: falls where industries are received.",
        "{l}：随承接转移而下降。",
    ),
}


def _effects(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "upgrading_verdict", "estimate")
    if found is None:
        return []
    frame = found.frame
    out = []
    for code, said in _SAID.items():
        mine = frame.loc[frame["upgrading_verdict"] == code, "outcome"].tolist()
        if mine:
            out.append(said.format(l=_outcomes(study, mine)))
    if not (frame["upgrading_verdict"] == "consistent").any():
        out.append(
            Text(
                "So the data do not show that receiving industries upgrades a region by itself, nor that it "
                "does "
                "not: {n} regions in a handful of years leave wide intervals. A plan should not count on "
                "upgrading "
                "that it does not pay for.",
                "因此，现有数据既不能证明承接转移本身会带动升级，也不能证明不会：{n}个地区、少数几个年份的数据区间较"
                "宽。规划不应把未作投入安排的升级计入收益。",
            ).format(n=_regions(findings))
        )
    return out


def _regions(findings: Findings) -> int:
    effects = usable(findings, "upgrading_effects", "regions_counted")
    return int(effects.frame["regions_counted"].max()) if effects is not None else 0


def _spatial(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "upgrading_spatial", "indirect")
    if found is None:
        return []
    clear: dict[str, list[str]] = {"gain": [], "lose": []}
    for outcome, rows in found.frame.groupby("outcome", sort=False):
        if bool((rows["indirect_low"] > 0).all()):
            clear["gain"].append(str(outcome))
        elif bool((rows["indirect_high"] < 0).all()):
            clear["lose"].append(str(outcome))
    out = []
    if clear["gain"]:
        out.append(
            Text(
                "{l}: rises in other regions, too, when one receives, under both spatial weights. That is an "
                "association, and its interval is rather too narrow because errors are taken as independent.",
                "{l}：一个地区承接转移时，其他地区也随之上升，两种空间权重下均成立。这是相关关系，且因假定误差独立，区间"
                "可能偏窄。",
            ).format(l=_outcomes(study, clear["gain"]))
        )
    if clear["lose"]:
        out.append(
            Text(
                "{l}: falls in other regions when one receives, under both spatial weights. That is an "
                "association, "
                "and its interval is rather too narrow because errors are taken as independent.",
                "{l}：一个地区承接转移时，其他地区下降，两种空间权重下均成立。这是相关关系，且因假定误差独立，区间可能偏窄。",
            ).format(l=_outcomes(study, clear["lose"]))
        )
    rest = [o for o in dict.fromkeys(found.frame["outcome"]) if o not in clear["gain"] + clear["lose"]]
    if rest:
        out.append(
            Text(
                "{l}: no spillover is shown by both weights.",
                "{l}：两种权重未能一致显示溢出效应。",
            ).format(l=_outcomes(study, rest))
        )
    return out


def _channels(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "upgrading_mediation", "indirect")
    if found is None:
        return []
    shown = found.frame[found.frame["mediation"] == "shown"]

    def pair(row: dict[str, Any]) -> Text:
        return Text("{c} (to {o})", "{c}（影响{o}）").format(
            c=study.text("channel", row["channel"]), o=study.text("outcome", row["outcome"])
        )

    if shown.empty:
        return [
            Text(
                "None of the channels that can be measured ({l}) is shown to carry an effect.",
                "可测度的各渠道（{l}）均未显示出传导作用。",
            ).format(l=_list([study.text("channel", c) for c in dict.fromkeys(found.frame["channel"])]))
        ]
    return [
        Text(
            "The indirect effect is told from nothing by way of {l}; that it is causal cannot be tested.",
            "间接效应可与零区分的渠道有：{l}；其因果性无法检验。",
        ).format(l=listing([pair(row) for row in shown.to_dict("records")]))
    ]


def effects(study: Study, findings: Findings) -> list[Chart]:
    """Return the estimates of every specification with their intervals, a chart for each outcome."""
    found = usable(findings, "upgrading_effects", "estimate", "low_bound", "high_bound")
    if found is None:
        return []
    out = []
    for code in dict.fromkeys(found.frame["outcome"]):
        frame = found.frame[found.frame["outcome"] == code]
        named = study.text("outcome", code)
        out.append(
            charts.intervals(
                study,
                replace(found, frame=frame),
                frame,
                "specification",
                ("estimate", "low_bound", "high_bound"),
                Text("{o}: estimates by specification", "{o}：各设定的估计值").format(o=named),
                Text(
                    "Dots with 95 % intervals around no effect. The table below has the figures.",
                    "点与95 %区间，竖线为零效应。数据见下表。",
                ),
                chart=f"upgrading-{str(code).replace('_', '-')}",
                filled=["controls"],
                note=Text(
                    "For a share one tenth larger. Filled: the main specification.",
                    "对应份额提高十分之一；实心为主要设定。",
                ),
            )
        )
    return out
