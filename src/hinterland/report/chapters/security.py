"""The security case: what capacity held in the hinterland saves when a coastal province stands still."""

from __future__ import annotations

from hinterland import charts
from hinterland.charts import Chart
from hinterland.charts.words import listing
from hinterland.report import pictures, sentences
from hinterland.report.chapters import further_effects
from hinterland.report.chapters.frame import NATIONAL, Block, Chapter
from hinterland.report.tables import reshaped
from hinterland.report.views import Findings, usable
from hinterland.study import Study, Text

# Pairs of host and industry that the chart shows.
MOST = 16


def by_region(study: Study, findings: Findings) -> list[Chart]:
    """Return the map of backup value."""
    found = usable(findings, "backup_by_region", "backup_value")
    if found is None:
        return []
    title = Text(
        "Output saved per unit of standby capacity, by where it is held",
        "单位备用产能挽回的产出（按布局地区）",
    )
    return [
        charts.tile_map(
            study,
            found,
            "backup_value",
            title,
            Text(
                "Map of what a unit of standby capacity in each region saves. The table has the figures.",
                "各地区单位备用产能挽回产出的方格地图。数据见下表。",
            ),
            chart="backup-map",
            note=pictures.TILES,
        )
    ]


def ranked(study: Study, findings: Findings) -> list[Chart]:
    """Return the industries that save most in each host, ranked."""
    found = usable(findings, "backup_value", "backup_value")
    if found is None:
        return []
    frame = found.frame
    best = frame.groupby("industry", sort=False, observed=True)["backup_value"].mean()
    best = best.sort_values(ascending=False, kind="stable").head(MOST).reset_index()
    columns = [found.column("industry"), found.column("backup_value")]
    title = Text("Backup value by industry, mean of hosts", "分产业备份价值（承接地平均）")
    return [
        charts.bars(
            study,
            reshaped(found, best, columns),
            best,
            "industry",
            ["backup_value"],
            title,
            Text(
                "Bars, the largest value first. The table below has the figures.",
                "条形图，按价值从大到小排列。数据见下表。",
            ),
            chart="backup-industries",
        )
    ]


def says(study: Study, findings: Findings) -> list[Text]:
    """Say what the loss of a coastal province costs, what standby capacity saves of it, and when it pays."""
    out = []
    lost = usable(findings, "backup_by_origin", "loss")
    if lost is not None:
        worst = lost.frame.sort_values("loss", kind="stable").iloc[-1]
        out.append(
            Text(
                "If {o} lost {p:.0%} of its capacity for {d:g} days (an assumption), the nation would lose "
                "an estimated {v} of output, {s:.1%} of a year's.",
                "假设{o}损失{p:.0%}的产能、持续{d:g}天，估计全国产出将损失{v}，占全年{s:.1%}。",
            ).format(
                p=float(study.parameter("backup.loss")),
                d=float(study.parameter("backup.duration")),
                o=study.text("region", worst["region"]),
                v=sentences.money(study, float(worst["loss"])),
                s=float(worst["loss_share"]),
            )
        )
    value = usable(findings, "backup_value", "backup_value")
    if value is not None:
        best = value.frame.groupby("industry", sort=False, observed=True)["backup_value"].mean()
        best = best.sort_values(ascending=False, kind="stable").head(3)
        mean = usable(findings, "backup_by_region", "backup_value")
        if mean is not None:
            hosts = mean.frame[mean.frame["role"] == "host"]
            said = Text(
                "Each unit of yearly capacity held idle in the hosts would save {m:.2f} units of output in "
                "one such event",
                "承接地每保有1单位（年）备用产能，在一次此类事件中可挽回{m:.2f}单位产出",
            ).format(m=float(hosts["backup_value"].mean()))
            if hosts["backup_value_low"].notna().any():
                said += Text(" ({a:.2f} to {b:.2f})", "（{a:.2f}至{b:.2f}）").format(
                    a=float(hosts["backup_value_low"].mean()), b=float(hosts["backup_value_high"].mean())
                )
            out.append(
                said
                + Text("; most in {i}.", "；挽回最多的产业是{i}。").format(
                    i=listing([study.text("industry", code) for code in best.index])
                )
            )
    severity = usable(findings, "backup_by_severity", "backup_value")
    if severity is not None:
        frame = severity.frame.sort_values("loss", kind="stable")
        least, most = frame.iloc[0], frame.iloc[-1]
        if least["backup_value"] < least["backup_value_there"] and (
            most["backup_value"] > most["backup_value_there"]
        ):
            out.append(
                Text(
                    "The case for the hinterland rests on severe events: with {a:.0%} of capacity lost, a "
                    "unit held in the struck province itself saves more ({b:.2f} against {c:.2f}); with "
                    "{d:.0%} lost, one in the hosts saves {e:.1f} times as much.",
                    "腹地备份的理由在于严重事件：产能损失{a:.0%}时，置于受冲击省份自身的备用产能"
                    "挽回更多（{b:.2f}比{c:.2f}）；损失{d:.0%}时，置于承接地的挽回额是其{e:.1f}倍。",
                ).format(
                    a=float(least["loss"]),
                    b=float(least["backup_value_there"]),
                    c=float(least["backup_value"]),
                    d=float(most["loss"]),
                    e=float(most["backup_value"] / most["backup_value_there"]),
                )
            )
    scale = usable(findings, "backup_scale", "avoided_share")
    if scale is not None:
        top = scale.frame[scale.frame["standby_share"] == scale.frame["standby_share"].max()]
        out.append(
            Text(
                "Standby capacity helps only so far: with {s:.0%} of what is missing held in the hosts, "
                "{a:.0%} to {b:.0%} of the loss would be avoided. The rest comes from industries that cannot "
                "move, orders tied to one supplier, and demand that fails in the struck province itself.",
                "备用产能的作用有限：即使承接地保有缺失产能的{s:.0%}，也只能避免{a:.0%}至{b:.0%}的损失；"
                "其余来自不可转移的产业、只能由原供应商满足的订单，以及受冲击省份自身的需求下降。",
            ).format(
                s=float(top["standby_share"].iloc[0]),
                a=float(top["avoided_share"].min()),
                b=float(top["avoided_share"].max()),
            )
        )
    return out


SECURITY = Chapter(
    "security",
    Text("The security case", "经济安全：备份价值"),
    Text(
        "What would capacity in the hinterland save if a coastal province stood still?",
        "若某沿海省份停摆，腹地产能可以挽回多少？",
    ),
    (
        Block("backup_by_region", Text("By region", "分地区"), NATIONAL, by_region),
        Block("backup_value", Text("By host and industry", "分承接地和产业"), NATIONAL, ranked),
        Block(
            "backup_by_origin",
            Text("By province struck", "分受冲击省份"),
            NATIONAL,
            open=True,
            draw=further_effects.backup_by_origin,
        ),
        Block(
            "backup_by_severity",
            Text("By severity", "按损失程度"),
            NATIONAL,
            open=True,
            draw=further_effects.backup_by_severity,
        ),
        Block(
            "backup_scale",
            Text("How far it goes", "规模效果"),
            NATIONAL,
            draw=further_effects.backup_scale,
        ),
    ),
    says,
    "simulate",
)
