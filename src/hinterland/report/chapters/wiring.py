"""How the economy is wired."""

from __future__ import annotations

from hinterland.charts import Chart, numbers
from hinterland.charts.words import listing
from hinterland.report import pictures, sentences
from hinterland.report.chapters import further_effects
from hinterland.report.chapters.frame import HOSTS, LARGEST, NATIONAL, Block, Chapter, hosts, largest
from hinterland.report.views import Findings, of, usable
from hinterland.study import Study, Text


def _stays(study: Study, findings: Findings) -> list[Chart]:
    """Return what of a multiplier stays in the host."""
    found = usable(findings, "multiplier_intervals", "local_multiplier")
    if found is None:
        return []
    view = of(of(found, "region", study.hosts), "industry", study.transferable)
    title = Text("What of the multiplier stays in the host", "乘数中留在承接地的部分")
    return [
        pictures.matrix(
            study, view, "industry", "region", "local_multiplier", "local-multipliers", None, title
        )
    ]


def _says(study: Study, findings: Findings) -> list[Text]:
    said = sentences.wiring(study, findings)
    found = usable(findings, "multiplier_intervals", "local_multiplier", "low", "high")
    if found is not None:
        view = of(of(found, "region", study.hosts), "industry", study.transferable).frame.dropna()
        share = (view["local_multiplier"] / view["output_multiplier"]).median()
        spread = ((view["high"] - view["low"]) / view["local_multiplier"]).median()
        said.append(
            Text(
                "Of what one unit of final demand for a product of the hosts sets in motion, {a} stays in "
                "the host itself (median over hosts and industries that can move). Flows between regions are "
                "estimated: the width of that part's 90% interval is {b} of its size.",
                "承接地产品每增加一单位最终需求，所带动的产出中有{a}留在承接地本地（取全部“承接地—可转移产业”组合的中位数）；"
                "由于地区间流量为估计值，该部分90%区间的宽度相当于其数值的{b}。",
            ).format(a=numbers.percent(float(share)), b=numbers.percent(float(spread)))
        )
    trade = usable(findings, "trade_intervals", "flow", "low", "high")
    if trade is not None:
        between = trade.frame[trade.frame["region"] != trade.frame["region_to"]]
        ratio = float((between["high"] / between["low"].where(between["low"] > 0)).median())
        said.append(
            Text(
                "Single flows between two regions are far less sure than totals: the upper end of a flow's "
                "interval is {k} times its lower end (median).",
                "单个地区对之间的流量远不如合计数可靠：流量区间的上限约为下限的{k}倍（中位数）。",
            ).format(k=numbers.figure(ratio, 1))
        )
    key = usable(findings, "key_sectors", "power_of_dispersion")
    if key is not None:
        view = of(of(key, "region", study.hosts), "industry", study.transferable).frame
        count = view[view["linkage_class"] == "key"]["industry"].value_counts()
        most = sorted(count.index[count == count.max()], key=study.industries.index) if len(count) else []
        if most:
            said.append(
                Text(
                    "A key sector (backward and forward linkages both above the average) in {n} of {m} "
                    "hosts: {l}.",
                    "{l}在{m}个承接地中的{n}个为关键部门（前向、后向关联均高于平均）。",
                ).format(
                    n=int(count.max()),
                    m=len(study.hosts),
                    l=listing([study.text("industry", i) for i in most]),
                )
            )
    return said


WIRING = Chapter(
    "wiring",
    Text("How the economy is wired", "经济如何联结"),
    Text(
        "Who buys from whom, and how were the accounts made to agree?", "谁向谁购买？各套账户如何相互衔接？"
    ),
    (
        Block(
            "reconciliation",
            Text("Regional and national totals", "地区合计与全国总量"),
            NATIONAL,
            pictures.reconciliation,
        ),
        Block(
            "mrio_convergence",
            Text("Balancing of the interregional table", "地区间表的平衡"),
            NATIONAL,
            draw=further_effects.mrio_convergence,
        ),
        Block(
            "interregional_trade",
            Text("Trade between regions", "地区间贸易"),
            NATIONAL,
            pictures.trade,
            largest("flow"),
            LARGEST,
        ),
        Block(
            "trade_intervals",
            Text("How sure the flows are", "流量的把握程度"),
            NATIONAL,
            further_effects.trade_intervals,
            largest("flow"),
            LARGEST,
        ),
        Block("multipliers", Text("Multipliers", "乘数"), NATIONAL, pictures.multipliers, hosts, HOSTS),
        Block(
            "multiplier_intervals",
            Text("What stays in the region, with intervals", "留在本地区的部分及区间"),
            NATIONAL,
            _stays,
            hosts,
            HOSTS,
        ),
        Block(
            "ensemble_parameters", Text("Values drawn", "抽取的参数值"), NATIONAL, optional=True, listed=True
        ),
        Block(
            "key_sectors",
            Text("Linkages and key sectors", "产业关联与关键部门"),
            NATIONAL,
            further_effects.key_sectors,
            hosts,
            HOSTS,
        ),
    ),
    _says,
    "accounts",
)
