"""Who causes what: accounts by producer and by consumer, and what is embodied in trade between regions."""

from __future__ import annotations

from collections.abc import Callable

from hinterland import charts
from hinterland.charts import Chart, numbers
from hinterland.report import pictures
from hinterland.report.chapters.frame import HOSTS, LARGEST, NATIONAL, Block, Chapter, hosts, largest
from hinterland.report.sentences import amount
from hinterland.report.views import Findings, between_groups, usable
from hinterland.study import Study, Text

Draw = Callable[[Study, Findings], list[Chart]]

_ACCOUNTS = (
    ("value_added", Text("Value added", "增加值")),
    ("employment", Text("Jobs", "就业")),
    ("co2", Text("Carbon", "碳排放")),
)


def _balance(kind: str, name: Text) -> Draw:
    def draw(study: Study, findings: Findings) -> list[Chart]:
        found = usable(findings, f"footprint_{kind}", "balance")
        if found is None:
            return []
        title = name + Text(
            ": arising here for others less arising elsewhere for here",
            "：为外地需求发生的减去本地需求在外地引致的",
        )
        alt = Text(
            f"Map: {title.en}. The table below has the figures.", f"方格地图：{title.zh}。数据见下表。"
        )
        return [
            charts.tile_map(
                study,
                found,
                "balance",
                title,
                alt,
                chart=f"footprint-{kind}",
                centre=0.0,
                note=pictures.TILES,
            )
        ]

    return draw


def _between(kind: str, name: Text) -> Draw:
    def draw(study: Study, findings: Findings) -> list[Chart]:
        found = usable(findings, f"embodied_{kind}", "embodied")
        if found is None:
            return []
        view = between_groups(study, found, "embodied")
        rows, columns = (c.name for c in view.columns[:2])
        if view.frame[columns].nunique() > 12:
            return []
        title = name + Text(
            " in deliveries between groups (rows: where it arises, columns: whose demand)",
            "：板块间贸易隐含量（行为发生地，列为需求地）",
        )
        return [pictures.matrix(study, view, rows, columns, "embodied", f"embodied-{kind}", None, title)]

    return draw


def _blocks() -> tuple[Block, ...]:
    out: list[Block] = []
    for kind, name in _ACCOUNTS:
        out.append(
            Block(
                f"footprint_{kind}",
                name + Text(": by producer and by consumer", "：生产端与消费端"),
                NATIONAL,
                _balance(kind, name),
                hosts,
                HOSTS,
            )
        )
        out.append(
            Block(
                f"embodied_{kind}",
                name + Text(" embodied in trade", "：贸易隐含量"),
                NATIONAL,
                _between(kind, name),
                largest("embodied"),
                LARGEST,
            )
        )
    return tuple(out)


def _says(study: Study, findings: Findings) -> list[Text]:
    out = []
    for kind, name in _ACCOUNTS:
        found = usable(findings, f"footprint_{kind}", "production", "exports", "imports")
        if found is None:
            continue
        view = found.frame[found.frame["region"].isin(study.hosts)].dropna(
            subset=["production", "exports", "imports"]
        )
        made, out_, in_ = (float(view[c].sum()) for c in ("production", "exports", "imports"))
        if not made:
            continue
        unit = found.column("production").unit
        out.append(
            Text(
                "{name}: {b} of the {a} in the hosts serves final demand elsewhere; their own final demand "
                "causes {c} elsewhere. Other hosts count as elsewhere.",
                "{name}：承接地合计{a}，其中{b}用于满足外地最终需求；承接地自身的最终需求在外地引致{c}。"
                "其他承接地亦视为外地。",
            ).format(
                name=name,
                a=amount(study, made, unit),
                b=numbers.percent(out_ / made),
                c=amount(study, in_, unit),
            )
        )
    return out


CAUSES = Chapter(
    "causes",
    Text("Who causes what", "谁引致了什么"),
    Text(
        "For whose final demand do the regions work, and whose carbon do they carry?",
        "各地区为谁的最终需求而生产？又承担了谁的碳排放？",
    ),
    _blocks(),
    _says,
    "accounts",
)
